"""A day's rounds: who goes where in which order, what was left out and why, and the list for the office."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from .. import plot
from .._atomic import replace_file
from .._core import InvalidInput
from .check import find_round_faults

__all__ = ["RoundPlan"]

HEADINGS = {  # Chinese, English
    "carer_id": ("人员", "carer"),
    "order": ("次序", "order"),
    "stop_id": ("户号", "household"),
    "arrival": ("到达", "arrival"),
    "begin": ("开始", "begin"),
    "leave": ("离开", "leave"),
    "travel_min": ("路上（分）", "on the way (min)"),
    "waiting_min": ("等候（分）", "waiting (min)"),
    "service_min": ("服务（分）", "visit (min)"),
    "base": ("驻点", "base"),
    "lunch": ("午餐", "lunch"),
    "date": ("日期", "date"),
    "task": ("事项", "task"),
    "rounds": ("入户清单", "day list"),
    "preparation": ("准备清单", "preparation"),
}
LISTED = ("carer_id", "order", "stop_id", "arrival", "begin", "leave", "travel_min", "waiting_min", "service_min")
TASKS = (  # days before the visit, Chinese, English
    (7, "联系住户，约定上门时间", "phone the household, agree on the time"),
    (5, "核对个案表、用药与上次记录", "look through the case form, medicines and the last record"),
    (2, "备齐物品与检查单", "pack supplies and the check list"),
    (1, "再次确认", "confirm once more"),
)


@dataclass(frozen=True, eq=False, repr=False)
class RoundPlan:
    """Rounds of one day; made by `plan_round`. Minutes are from midnight, `_min` of stays and ways are lengths.

    Attributes
    ----------
    stops : DataFrame
        carer_id, order (1 …), stop_id, arrival_min, begin_min, leave_min, travel_min (the way to it), waiting_min,
        service_min.
    carers : DataFrame
        carer_id, stops, leave_base_min, back_min, lunch_min (its beginning; NaN: none, or before or after the round),
        travel_min, waiting_min, service_min, work_min (from leaving to return).
    dropped : DataFrame
        stop_id, reason ("no way", "skill", "window", "too long a day"), change (a change that would take it in),
        minutes (by how much).
    travel_min, waiting_min : float
        Of all carers.
    bound_min : float
        No rounds of these carers through the stops that are visited have less travel.
    bound : str
        How it was found: "assignment", "Held-Karp" or "exact".
    status : str
        "effort": as many solutions as asked were looked at; "time": the safety stop came first; "none": nothing fits.
    effort_done : int
    time_limit_s : float
    """

    stops: pd.DataFrame
    carers: pd.DataFrame
    dropped: pd.DataFrame
    travel_min: float
    waiting_min: float
    bound_min: float
    bound: str
    status: str
    effort_done: int
    time_limit_s: float
    _stops: pd.DataFrame = field(repr=False)
    _carers: pd.DataFrame = field(repr=False)
    _times_s: np.ndarray = field(repr=False)

    @property
    def gap(self) -> float:
        """Between the travel of the plan and the bound, relative to the plan; 0: proved best for these stops."""
        return max(0.0, self.travel_min - self.bound_min) / self.travel_min if self.travel_min > 0 else 0.0

    def check(self) -> list[str]:
        """Faults that an independent look finds; none when all is well."""
        return find_round_faults(self)

    def day_list(self, lang: str = "zh", *, checks: Sequence[str] = ()) -> pd.DataFrame:
        """The list that is printed: ids and times only, the base and lunch as rows, an empty column for each check.

        Parameters
        ----------
        lang : {"zh", "en"}
        checks : sequence of str
            What is looked at in each home, such as ``("灶具", "燃气")``: columns to tick.
        """
        words = _words(lang)
        rows = []
        for carer in self.carers.itertuples():
            mine = self.stops[self.stops["carer_id"] == carer.carer_id].sort_values("order")
            if mine.empty:
                continue
            events = [
                (s.begin_min, (carer.carer_id, s.order, s.stop_id, _clock(s.arrival_min), _clock(s.begin_min),
                 _clock(s.leave_min), s.travel_min, s.waiting_min, s.service_min))
                for s in mine.itertuples()
            ]  # fmt: skip
            if carer.lunch_min == carer.lunch_min:
                length = float(self._carers.set_index("carer_id").loc[carer.carer_id, "lunch_len_min"])
                begin, end = _clock(carer.lunch_min), _clock(carer.lunch_min + length)
                events.append((carer.lunch_min, (carer.carer_id, "", words["lunch"], "", begin, end, "", "", length)))
            home = carer.travel_min - mine["travel_min"].sum()
            leave, back = _clock(carer.leave_base_min), _clock(carer.back_min)
            rows.append((carer.carer_id, "", words["base"], "", "", leave, "", "", ""))
            rows += [row for _, row in sorted(events, key=lambda e: e[0])]
            rows.append((carer.carer_id, "", words["base"], back, "", "", home, "", ""))
        table = pd.DataFrame(rows, columns=LISTED)
        for name in ("travel_min", "waiting_min", "service_min"):
            table[name] = [v if isinstance(v, str) else f"{v:.0f}" for v in table[name]]
        table = table.rename(columns=words)
        for check in checks:
            table[check] = ""
        return table

    def preparation(self, date: str, lang: str = "zh", *, tasks: Sequence[tuple] = TASKS) -> pd.DataFrame:
        """What is to be done in the days before the visits: one row a task and household, by date.

        Parameters
        ----------
        date : str
            Of the visits, ``2023-03-10``.
        lang : {"zh", "en"}
        tasks : sequence of (days before, Chinese, English)
            Default: a week of preparation.
        """
        words = _words(lang)
        try:
            day = datetime.date.fromisoformat(date)
        except (TypeError, ValueError):
            raise InvalidInput(f"date: {date!r} is none; write it like 2023-03-10") from None
        rows = [
            ((day - datetime.timedelta(days=before)).isoformat(), zh if lang == "zh" else en, s.carer_id, s.stop_id)
            for before, zh, en in sorted(tasks, key=lambda t: -t[0])
            for s in self.stops.itertuples()
        ]
        return pd.DataFrame(rows, columns=[words[c] for c in ("date", "task", "carer_id", "stop_id")])

    def write(self, path, *, lang: str = "zh", date: str | None = None, checks: Sequence[str] = ()) -> None:
        """Write the day list as ``.csv`` or ``.xlsx`` (with a date: the preparation as a second sheet), atomically."""
        from .._plan_table import _FORMULA_STARTS

        path, words = Path(path), _words(lang)
        sheets = {words["rounds"]: self.day_list(lang, checks=checks)}
        if date is not None:
            sheets[words["preparation"]] = self.preparation(date, lang)
        for name, sheet in sheets.items():  # an id that looks like a formula stays text
            text = sheet.astype(str)
            sheets[name] = text.where(~text.apply(lambda c: c.str.startswith(_FORMULA_STARTS)), "'" + text)
        if path.suffix == ".csv":
            table = sheets[words["rounds"]]
            replace_file(
                path, lambda temp: table.to_csv(temp, index=False, encoding="utf-8-sig", lineterminator="\r\n")
            )
        elif path.suffix == ".xlsx":

            def write(temp: Path) -> None:
                with pd.ExcelWriter(temp, engine="openpyxl") as book:
                    for name, sheet in sheets.items():
                        sheet.to_excel(book, sheet_name=name, index=False)

            replace_file(path, write)
        else:
            raise InvalidInput(f"{path.name}: give a file that ends in .csv or .xlsx")

    def plot(self, *, ax=None):
        """The day of each carer as a strip: visits as bars, the way between them as gaps, stops by their id.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_day(self.stops, ax=ax)

    def __repr__(self) -> str:
        left = f", {len(self.dropped)} left out" if len(self.dropped) else ""
        return (
            f"RoundPlan({len(self.stops)} stops{left}; {self.travel_min:.0f} min on the way, {self.waiting_min:.0f} "
            f"waiting, within {self.gap:.1%} of the {self.bound} bound)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.day_list().to_html(index=False, border=0)


def _words(lang: str) -> dict[str, str]:
    if lang not in ("zh", "en"):
        raise InvalidInput(f"lang must be 'zh' or 'en', not {lang!r}")
    return {name: words[lang == "en"] for name, words in HEADINGS.items()}


def _clock(minutes: float) -> str:
    """The minute that has begun, so that nobody is told to be there later than the plan says."""
    whole = int(minutes + 1e-6)
    return f"{whole // 60:02d}:{whole % 60:02d}"
