"""Two-way referral (双向转诊) as a loop that must close: where each one stands, and which are overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .issues import name_some

__all__ = ["STEPS", "Referrals", "find_overdue_referrals", "referral_limits"]

STEPS = {
    "up": ("opened", "accepted", "arrived", "treated", "discharged", "returned", "followed_up", "closed"),
    "down": ("opened", "accepted", "returned", "followed_up", "closed"),
}
# Days that the next step may take once the one before it is done, and where the figure comes from.
_LIMITS = {
    "accepted": (1.0, "assumption: the green channel answers within a day"),
    "arrived": (2.0, "assumption"),
    "treated": (2.0, "assumption"),
    "discharged": (30.0, "assumption"),
    "returned": (7.0, "assumption"),
    "followed_up": (14.0, "national public health service rules, 3rd ed.: within 2 weeks after a referral"),
    "closed": (30.0, "assumption"),
}


def referral_limits() -> pd.DataFrame:
    """The days that each step may take, to be edited: step, days, source.

    Examples
    --------
    >>> float(referral_limits().loc["followed_up", "days"])
    14.0
    """
    return pd.DataFrame.from_dict(_LIMITS, orient="index", columns=["days", "source"]).rename_axis("step")


@dataclass(frozen=True, eq=False, repr=False)
class Referrals:
    """Where referrals stand at one moment; made by `find_overdue_referrals`.

    Attributes
    ----------
    frame : DataFrame
        One row a referral: referral_id, direction, state (the last step done), next_step (None when closed), since,
        due, overdue_days (0 when in time or closed), open, fault ("" when all is in order).
    overdue : DataFrame
        The open ones past their due moment, longest first.
    faults : DataFrame
        Steps that are skipped, run backwards in time, or go the wrong way between the levels of care.
    summary : Series
        referrals, open, closed, overdue, faulty, closed_share, and of the upward ones that were discharged
        returned_share (康复回).
    """

    frame: pd.DataFrame
    summary: pd.Series

    @property
    def overdue(self) -> pd.DataFrame:
        late = self.frame[self.frame["overdue_days"] > 0]
        return late.sort_values(["overdue_days", "referral_id"], ascending=[False, True])

    @property
    def faults(self) -> pd.DataFrame:
        return self.frame[self.frame["fault"] != ""]

    def plot(self, *, ax=None):
        """How many referrals stand at which step.

        Returns
        -------
        matplotlib.axes.Axes
        """
        counts = self.frame["state"].astype(str).value_counts(sort=False)
        return plot.plot_bars(counts, label="referrals 转诊单", ax=ax)

    def __repr__(self) -> str:
        s = self.summary
        return f"Referrals({s['referrals']:.0f}: {s['open']:.0f} open, {s['overdue']:.0f} of them overdue)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.overdue.head(20).to_html(index=False, border=0)


def find_overdue_referrals(
    referrals: pd.DataFrame, *, as_of: Any, limits: pd.DataFrame | None = None, levels: Any = None
) -> Referrals:
    """Find the referrals whose loop is not closed in time.

    Parameters
    ----------
    referrals : DataFrame
        referral_id, direction ("up" or "down"), and a moment for each step done: opened, accepted, arrived, treated,
        discharged, returned, followed_up, closed (datetimes, or numbers of days on one clock; empty: not yet). A
        column that no row needs may be missing. With ``levels`` also from_level and to_level.
    as_of : datetime or number
        "Now", on the same clock.
    limits : DataFrame, optional
        As from `referral_limits`, edited.
    levels : sequence of str, optional
        The linked levels of care (五级联动) from the lowest to the highest, as the office names them: a referral up
        must go to a higher one, down to a lower one.

    Returns
    -------
    Referrals

    Raises
    ------
    InvalidInput
        Missing columns, ids that are blank or stand twice, unknown directions or levels, moments that cannot be read.

    Examples
    --------
    >>> import pandas as pd
    >>> slips = pd.DataFrame({"referral_id": ["a", "b"], "direction": ["up", "down"], "opened": [0, 0],
    ...                       "accepted": [0.5, None], "arrived": [1, None], "treated": [1, None]})
    >>> find_overdue_referrals(slips, as_of=10).overdue[["referral_id", "next_step", "overdue_days"]].values.tolist()
    [['b', 'accepted', 9.0]]
    """
    frame = pd.DataFrame(referrals).reset_index(drop=True)
    _require(frame, levels)
    ids = frame["referral_id"].astype(str)
    days, origin = _days(frame, ids)
    now = _moment(as_of, origin)
    allowed = (referral_limits() if limits is None else limits)["days"].astype(float)
    missing = [s for s in _LIMITS if s not in allowed.index]
    if missing or not (allowed >= 0).all():
        where = name_some(missing or allowed.index)
        raise _core.InvalidInput(f"limits: needs 0 or more days for each step; see {where}")
    rows = []
    for direction, steps in STEPS.items():
        which = np.flatnonzero(frame["direction"] == direction)
        if len(which):
            rows.append(_one_way(which, steps, days[list(steps)].to_numpy()[which], now, allowed))
    columns = ["row", "state", "next_step", "since", "due", "overdue_days", "open", "fault"]
    table = pd.concat(rows).sort_values("row") if rows else pd.DataFrame(columns=columns)
    table.insert(0, "referral_id", ids.to_numpy()[table["row"].to_numpy(int)])
    table.insert(1, "direction", frame["direction"].to_numpy()[table["row"].to_numpy(int)])
    table = table.drop(columns="row").reset_index(drop=True)
    if levels is not None:
        wrong = _wrong_way(frame, list(levels))
        table["fault"] = np.where(wrong & (table["fault"] == ""), "wrong_way", table["fault"])
    for column in ("since", "due"):
        table[column] = _shown(table[column].astype(float), origin)
    return Referrals(table, _summary(table, days, frame["direction"]))


def _require(frame: pd.DataFrame, levels: Any) -> None:
    needed = ["referral_id", "direction", "opened"] + (["from_level", "to_level"] if levels is not None else [])
    missing = [c for c in needed if c not in frame]
    if missing:
        raise _core.InvalidInput(f"referrals: columns are missing: {', '.join(missing)}")
    ids = frame["referral_id"].astype("str").str.strip()
    if (ids.isna() | (ids == "")).any() or ids.duplicated().any():
        raise _core.InvalidInput(f"referrals: ids must be unique and not blank; see {name_some(ids[ids.duplicated()])}")
    wrong = ~frame["direction"].isin(list(STEPS))
    if wrong.any():
        raise _core.InvalidInput(f"referrals: direction must be 'up' or 'down'; see {name_some(ids[wrong])}")
    if levels is not None:
        known = frame["from_level"].isin(list(levels)) & frame["to_level"].isin(list(levels))
        if not known.all():
            raise _core.InvalidInput(f"referrals: a level is none of those given; see {name_some(ids[~known])}")


def _days(frame: pd.DataFrame, ids: pd.Series) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """Every step's moment in days, NaN where it is not done; and day 0 when the moments are datetimes."""
    steps = list(dict.fromkeys(s for way in STEPS.values() for s in way))
    raw = pd.DataFrame({s: frame[s] if s in frame else pd.Series(np.nan, index=frame.index) for s in steps})
    filled = raw.notna() & (raw.astype("str").apply(lambda c: c.str.strip()) != "")
    numbers = raw.where(filled).apply(pd.to_numeric, errors="coerce")
    if (numbers.notna() == filled).all(axis=None) and not any(
        pd.api.types.is_datetime64_any_dtype(raw[c]) for c in raw
    ):
        return numbers.astype(float), None
    times = raw.where(filled).apply(pd.to_datetime, format="mixed", errors="coerce")
    lost = (times.isna() & filled).any(axis=1)
    if lost.any():
        raise _core.InvalidInput(f"referrals: a moment cannot be read; see {name_some(ids[lost])}")
    origin = pd.Timestamp("2000-01-01")
    return times.apply(lambda c: (c - origin) / pd.Timedelta(days=1)).astype(float), origin


def _moment(as_of: Any, origin: pd.Timestamp | None) -> float:
    try:
        return float(as_of) if origin is None else (pd.Timestamp(as_of) - origin) / pd.Timedelta(days=1)
    except (TypeError, ValueError) as error:
        raise _core.InvalidInput(f"as_of: {as_of!r} is not on the clock of the referrals") from error


def _shown(days: pd.Series, origin: pd.Timestamp | None) -> pd.Series:
    return days if origin is None else (origin + pd.to_timedelta(days, unit="D")).dt.round("s")


def _one_way(which: np.ndarray, steps: tuple[str, ...], days: np.ndarray, now: float, allowed: pd.Series):
    """The state of the referrals of one direction; `days` has one column a step."""
    done = np.isfinite(days)
    last = np.where(done.any(axis=1), len(steps) - 1 - np.argmax(done[:, ::-1], axis=1), -1)
    is_open = last < len(steps) - 1
    following = np.minimum(last + 1, len(steps) - 1)
    since = np.where(last >= 0, days[np.arange(len(days)), np.maximum(last, 0)], np.nan)
    limit = np.array([0.0, *allowed.reindex(steps[1:]).to_numpy()])
    due = np.where(is_open, since + limit[following], np.nan)
    skipped = (np.arange(len(steps)) < last[:, None]) & ~done
    # A step is out of order when an earlier one happened later.
    latest = np.maximum.accumulate(np.where(done, days, -np.inf), axis=1)
    backwards = (done & (days < latest)).any(axis=1)
    faults = {
        "not_opened": last < 0,
        "skipped_step": skipped.any(axis=1),
        "backwards": backwards,
        "future": since > now,
    }
    fault = np.select(list(faults.values()), list(faults), "")
    names = np.array(steps, dtype=object)
    return pd.DataFrame(
        {
            "row": which,
            "state": np.where(last >= 0, names[np.maximum(last, 0)], None),
            "next_step": np.where(is_open, names[following], None),
            "since": since,
            "due": due,
            "overdue_days": np.where(is_open & (now > due), now - due, 0.0),
            "open": is_open,
            "fault": fault,
        }
    )


def _wrong_way(frame: pd.DataFrame, levels: list) -> np.ndarray:
    rank = {level: i for i, level in enumerate(levels)}
    rise = frame["to_level"].map(rank) - frame["from_level"].map(rank)
    return np.where(frame["direction"] == "up", rise <= 0, rise >= 0)


def _summary(table: pd.DataFrame, days: pd.DataFrame, direction: pd.Series) -> pd.Series:
    n = len(table)
    up = (direction == "up").to_numpy()
    discharged = up & days["discharged"].notna().to_numpy()
    returned = discharged & days["returned"].notna().to_numpy()
    return pd.Series(
        {
            "referrals": n,
            "open": int(table["open"].sum()),
            "closed": int((~table["open"].astype(bool)).sum()),
            "overdue": int((table["overdue_days"] > 0).sum()),
            "faulty": int((table["fault"] != "").sum()),
            "closed_share": float((~table["open"].astype(bool)).mean()) if n else np.nan,
            "returned_share": float(returned.sum() / discharged.sum()) if discharged.any() else np.nan,
        }
    )
