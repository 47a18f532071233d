"""Coverage over the week: when does each household have someone in reach, and when does nobody?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import _read_only
from .opening_hours import open_sessions
from .progress import Progress, progress_callback
from .study_area import StudyArea
from .travel import RoadNetwork, find_pairs

__all__ = ["WeekCoverage", "measure_week"]

WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
DAY = 1440


@dataclass(frozen=True, eq=False, repr=False)
class WeekCoverage:
    """Who has an open session in reach, over the week; made by `measure_week`.

    Attributes
    ----------
    households : DataFrame
        household_id, minutes_a_week (mean over the cycle), longest_gap_min (the longest stretch without).
    spans : DataFrame
        One row for each stretch in which the same sites are open: week, weekday (1 Monday … 7), start, end (HH:MM),
        minutes, open_sites, then for each group the people who have someone in reach.
    people : Series
        By group: all who could walk in; the homebound are not among them.
    homebound : float
        People whom only a visit can reach. No session covers them, so they are counted apart.
    cycle_weeks : int
        The sessions repeat after so many weeks.
    threshold_s : float
    uncertain : (n,) bool
        Near the edge of an area that knows no site beyond it: there may be more in reach than is known.
    """

    households: pd.DataFrame
    spans: pd.DataFrame
    people: pd.Series
    homebound: float
    cycle_weeks: int
    threshold_s: float
    uncertain: np.ndarray = field(repr=False)

    def share(self, group: str = "all") -> pd.Series:
        """By span: the share of a group who have someone in reach."""
        return self.spans[group] / self.people[group]

    def worst(self, n: int = 5, *, hours: tuple[str, str] = ("08:00", "18:00"), weekdays=range(1, 6), group="all"):
        """The worst moments inside the hours in which people may expect someone.

        Parameters
        ----------
        n : int
        hours : (from, to)
            Stretches are cut to these hours of the day.
        weekdays : iterable of int
            1 Monday … 7 Sunday; Monday to Friday by default.
        group : str

        Returns
        -------
        DataFrame
            week, weekday, start, end, minutes, open_sites, people, share; least people first, longer stretches before
            shorter ones.
        """
        low, high = (_minutes(h) for h in hours)
        if not low < high:
            raise _core.InvalidInput(f"hours: {hours[0]} is not before {hours[1]}")
        use = self.spans[self.spans["weekday"].isin(list(weekdays))].copy()
        start = use["start"].map(_minutes).clip(lower=low)
        end = use["end"].map(_minutes).clip(upper=high)
        use = use.assign(start=start.map(_clock), end=end.map(_clock), minutes=end - start)
        use = use[use["minutes"] > 0].rename(columns={group: "people"})
        use["share"] = use["people"] / self.people[group]
        use = use.sort_values(
            ["people", "minutes", "week", "weekday", "start"], ascending=[True, False, True, True, True]
        )
        return use[["week", "weekday", "start", "end", "minutes", "open_sites", "people", "share"]].head(n)

    def table(self, group: str = "all", *, step_min: int = 60) -> pd.DataFrame:
        """Mean share covered by hour of the day (rows) and weekday (columns 1 … 7), over the cycle: a heat map."""
        if not (isinstance(step_min, int) and 0 < step_min <= DAY and DAY % step_min == 0):
            raise _core.InvalidInput("step_min must divide a day of 1,440 minutes")
        cells = np.zeros((7, DAY // step_min))
        for row, share in zip(self.spans.itertuples(), self.share(group), strict=True):
            start, end = _minutes(row.start), _minutes(row.end)
            for cell in range(start // step_min, -(-end // step_min)):
                overlap = min(end, (cell + 1) * step_min) - max(start, cell * step_min)
                cells[row.weekday - 1, cell] += share * overlap / step_min / self.cycle_weeks
        hours = [_clock(cell * step_min) for cell in range(DAY // step_min)]
        return pd.DataFrame(cells.T, index=pd.Index(hours, name="from"), columns=pd.Index(range(1, 8), name="weekday"))

    def __repr__(self) -> str:
        hours = self.households["minutes_a_week"].mean() / 60
        return f"WeekCoverage({len(self.households)} households, {hours:.1f} h a week in reach on average)"

    def plot(self, group: str = "all", *, hours: tuple[str, str] = ("07:00", "20:00"), ax=None):
        """A heat map of the week: which share of a group has someone in reach at which hour.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_week(self.table(group).loc[hours[0] : hours[1]], ax=ax)

    def _repr_html_(self) -> str:
        worst = self.worst().to_html(index=False, border=0, formatters={"share": "{:.1%}".format})
        home = f" {self.homebound:,.0f} people can only be visited and are not counted here." if self.homebound else ""
        return f"<p>{self!r}.{home} The worst stretches of the working week:</p>{worst}"


def measure_week(
    area: StudyArea,
    *,
    mode: Any = "walk",
    threshold_s: float = 900.0,
    residents: pd.DataFrame | None = None,
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> WeekCoverage:
    """Measure when each household has an open session in reach.

    Parameters
    ----------
    area : StudyArea
        With households, sites, sessions and roads. A column ``first_week`` of the sessions (0 … every_n_weeks - 1)
        says in which week of its rhythm a session starts; without it all start in the first. A column ``opening_hours``
        of the sites (``Mo-Fr 08:00-17:30``) cuts their sessions.
    mode : str or dict
        The patients' mode.
    threshold_s : float
        Inclusive: the 15-minute circle.
    residents : DataFrame, optional
        Walk-in people by household and group; by default all, usual, migrant and key residents without the homebound.
    max_off_network_m : float
    threads : int
    progress : bool or callable

    Returns
    -------
    WeekCoverage

    Raises
    ------
    InvalidInput
        Layers that are missing, a threshold that is not above 0.

    Examples
    --------
    >>> import libgrid as lg
    >>> week = lg.measure_week(lg.datasets.load("town"))
    >>> bool((week.households["minutes_a_week"] >= 0).all()), week.cycle_weeks
    (True, 2)
    """
    missing = [name for name in ("households", "sites", "sessions", "roads") if not len(area.ids(name))]
    if missing:
        raise _core.InvalidInput(f"coverage over the week needs {', '.join(missing)}: the area has none")
    from .questions import Settings, near_the_edge

    if not threshold_s > 0:
        raise _core.InvalidInput(f"threshold_s must be above 0, not {threshold_s}")
    groups = walk_in_people(area) if residents is None else residents
    if len(groups) != len(area.ids("households")):
        raise _core.InvalidInput(f"residents has {len(groups)} rows, the area {len(area.ids('households'))} households")
    network = RoadNetwork.from_frame(area.roads, mode=mode)
    pairs = find_pairs(
        network,
        area.points("households"),
        area.points("sites"),
        cutoff_s=threshold_s,
        max_off_network_m=max_off_network_m,
        threads=threads,
        progress=progress,
    )
    people = np.ascontiguousarray(groups.to_numpy(dtype=float))
    sessions, rows = open_sessions(area)
    offset = _week_offset(area)
    offset = np.ascontiguousarray(offset[rows]) if len(offset) else offset
    times = _core.Times.pairs(pairs.ptr, pairs.index, pairs.ms, pairs.shape[1])
    with progress_callback(progress, "week") as on_progress:
        found = _core.measure_week(times, people, sessions, float(threshold_s), offset, threads, on_progress)
    inside = area.column("households", "inside").astype(float)
    homebound = float((area.column("households", "n_homebound").astype(float) * inside).sum())
    households = pd.DataFrame(
        {
            "household_id": area.ids("households"),
            "minutes_a_week": found["reached_min"],
            "longest_gap_min": found["longest_gap_min"],
        }
    )
    uncertain = near_the_edge(area, Settings(access_threshold_s=threshold_s)) if isinstance(mode, str) else None
    return WeekCoverage(
        households=households,
        spans=_spans(found, groups.columns),
        people=groups.sum(),
        homebound=homebound,
        cycle_weeks=found["cycle_weeks"],
        threshold_s=float(threshold_s),
        uncertain=_read_only(np.zeros(len(households), bool) if uncertain is None else uncertain),
    )


def walk_in_people(area: StudyArea) -> pd.DataFrame:
    """People a household who could walk in, by group: the homebound are taken out of all and usual, first of the usual.

    Which of the migrant or key people are homebound is not known, so these two keep theirs, at most all who walk.
    """
    column = {c: area.column("households", c).astype(float) for c in ("n_usual", "n_short", "n_migrant", "n_key")}
    home = area.column("households", "n_homebound").astype(float)
    inside = area.column("households", "inside").astype(float)
    usual = np.maximum(column["n_usual"] - home, 0)
    everybody = np.maximum(column["n_usual"] + column["n_short"] - home, 0)
    return pd.DataFrame(
        {
            "all": everybody * inside,
            "usual": usual * inside,
            "migrant": np.minimum(column["n_migrant"], usual) * inside,
            "key": np.minimum(column["n_key"], everybody) * inside,
        }
    )


def _week_offset(area: StudyArea) -> np.ndarray:
    sessions = area.sessions
    if "first_week" not in sessions:
        return np.zeros(0, np.int32)
    values = pd.to_numeric(sessions["first_week"], errors="coerce").fillna(0)
    bad = (values < 0) | (values >= sessions["every_n_weeks"].astype(float)) | (values != values.round())
    if bad.any():
        ids = ", ".join(sessions.loc[bad, "session_id"].astype(str)[:5])
        raise _core.InvalidInput(f"sessions.first_week: must be 0 … every_n_weeks - 1; {bad.sum()} are not: {ids}")
    return np.ascontiguousarray(values, dtype=np.int32)


def _spans(found: dict, groups: pd.Index) -> pd.DataFrame:
    """Spans cut at midnight, so that each row is within one day."""
    people = found["people"].reshape(len(found["start_min"]), len(groups))
    rows = []
    for i, (start, end) in enumerate(zip(found["start_min"], found["end_min"], strict=True)):
        while start < end:
            midnight = (start // DAY + 1) * DAY
            stop, day = min(end, midnight), start // DAY
            clock = (_clock(start % DAY), _clock(stop - day * DAY))
            rows.append((day // 7, day % 7 + 1, *clock, stop - start, found["open_sites"][i], *people[i]))
            start = stop
    columns = ["week", "weekday", "start", "end", "minutes", "open_sites", *groups]
    return pd.DataFrame(rows, columns=columns)


def _minutes(clock: str) -> int:
    try:
        hours, minutes = clock.split(":")
        value = int(hours) * 60 + int(minutes)
    except ValueError:
        raise _core.InvalidInput(f"a time of day reads HH:MM, not {clock!r}") from None
    if not (0 <= value <= DAY and 0 <= int(minutes) < 60):
        raise _core.InvalidInput(f"a time of day reads HH:MM, 00:00 … 24:00, not {clock!r}")
    return value


def _clock(minutes: int) -> str:
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"
