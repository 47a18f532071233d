"""Who goes where when places are full: catchments under a limit, first come first served or as near as can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import _read_only
from .progress import Progress, progress_callback

__all__ = ["Assignment", "assign_catchments"]

MAX_S = 4_000_000  # 46 days: what the core's milliseconds hold


@dataclass(frozen=True, eq=False, repr=False)
class Assignment:
    """People sent to sites or teams of limited room; made by `assign_catchments`.

    Attributes
    ----------
    frame : DataFrame
        One row for each place and site that people go to: row, site, people, time_s. A place may be split.
    site : (n,) int32
        Where most of a place's people go (ties to the nearer), -1 when nobody is served.
    unserved : (n,) int64
        People of each place for whom no room within reach is left. Assigned + unserved = people, always.
    sites : DataFrame
        By site: people, capacity, free, mean_s.
    method : {"spill_over", "optimal"}
    """

    frame: pd.DataFrame
    site: np.ndarray
    unserved: np.ndarray
    sites: pd.DataFrame
    method: str
    people: np.ndarray = field(repr=False)

    @property
    def assigned(self) -> int:
        return int(self.people.sum() - self.unserved.sum())

    @property
    def mean_s(self) -> float:
        """Mean travel time of those who are served; NaN when nobody is."""
        total = float((self.frame["people"] * self.frame["time_s"]).sum())
        return total / self.assigned if self.assigned else float("nan")

    def plot(self, *, ax=None):
        """People sent to each site, with the room that it has.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_bars(
            self.sites["people"], limits=self.sites["capacity"], label="people 人", limit_label="room 容量", ax=ax
        )

    def __repr__(self) -> str:
        left = int(self.unserved.sum())
        return f"Assignment({self.method}: {self.assigned:,} people served in {self.mean_s:.0f} s each, {left:,} not)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.sites.to_html(border=0, na_rep="–", float_format="{:,.0f}".format)


def assign_catchments(
    times_s: Any,
    people: Any,
    capacity: Any,
    *,
    method: str,
    threshold_s: float = np.inf,
    priority: Any = None,
    progress: Progress = False,
) -> Assignment:
    """Assign people to sites or teams that can take only so many (panel limits, seats, visits).

    Parameters
    ----------
    times_s : (n, m) array, TravelPairs or Nearest
        Seconds, rows places, columns sites; inf where there is no way. With `Nearest` only its k sites are offered.
    people : (n,) whole numbers
    capacity : (m,) whole numbers
        E.g. 2,000 signed people for each family doctor.
    method : {"spill_over", "optimal"}
        "spill_over": pairs in order of (priority, time, row, site), each takes what is left; who finds the nearest
        site full goes to the next. "optimal": as many as possible are served, and of all such ways one with the
        least total time (min-cost flow, exact).
    threshold_s : float
        Inclusive; nobody is sent farther.
    priority : (n,) whole numbers, optional
        Lower first, before the time; spill_over only.

    Returns
    -------
    Assignment

    Raises
    ------
    InvalidInput
        Lengths that differ, NaN or negative times, people or capacities that are negative or not whole.

    Examples
    --------
    >>> times_s = [[120, 300], [180, 3600]]
    >>> assign_catchments(times_s, [1, 1], [1, 1], method="spill_over").frame["time_s"].tolist()
    [120.0, 3600.0]
    >>> assign_catchments(times_s, [1, 1], [1, 1], method="optimal").frame["time_s"].tolist()
    [300.0, 180.0]
    """
    if method not in ("spill_over", "optimal"):
        raise _core.InvalidInput(f"method: '{method}' is neither 'spill_over' nor 'optimal'")
    if priority is not None and method == "optimal":
        raise _core.InvalidInput("priority belongs to method='spill_over': the optimal way treats all people alike")
    if not threshold_s > 0:
        raise _core.InvalidInput(f"threshold_s must be above 0, not {threshold_s}")
    amount, room = _whole(people, "people"), _whole(capacity, "capacity")
    ptr, sink, ms = _arcs(times_s, len(amount), len(room), threshold_s)
    first = np.zeros(0, np.int32) if priority is None else _whole(priority, "priority", low=None).astype(np.int32)
    with progress_callback(progress, "assign") as on_progress:
        found = _core.ship(
            amount, room, ptr, sink, ms, at_least_cost=method == "optimal", priority=first, on_progress=on_progress
        )
    frame = pd.DataFrame(
        {
            "row": found["source"],
            "site": found["sink"],
            "people": found["amount"],
            "time_s": ms[found["arc"]] / 1000.0,
        }
    )
    site = np.full(len(amount), -1, np.int32)
    most = frame.sort_values(["row", "people", "time_s"], ascending=[True, False, True]).drop_duplicates("row")
    site[most["row"].to_numpy()] = most["site"].to_numpy()
    load = found["load"]
    seconds = np.bincount(frame["site"], frame["people"] * frame["time_s"], minlength=len(room))
    with np.errstate(invalid="ignore"):
        sites = pd.DataFrame({"people": load, "capacity": room, "free": room - load, "mean_s": seconds / load})
    return Assignment(frame, _read_only(site), _read_only(found["unserved"]), sites, method, _read_only(amount))


def _whole(values: Any, name: str, low: int | None = 0) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iuf"):
        raise _core.InvalidInput(f"{name} must be a column of whole numbers")
    bad = np.zeros(len(array), bool)
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            bad |= ~np.isfinite(array) | (array != np.round(array))
    if low is not None:
        bad |= array < low
    if bad.any():
        rows = ", ".join(str(i) for i in np.flatnonzero(bad)[:5])
        raise _core.InvalidInput(f"{name}: must be whole numbers, 0 or more; {bad.sum()} are not, at rows {rows}")
    return np.ascontiguousarray(array, dtype=np.int64).copy()


def _arcs(times_s: Any, rows: int, sites: int, threshold_s: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pairs within the threshold in compressed rows, times in whole milliseconds."""
    if hasattr(times_s, "ptr"):
        ptr, index, ms = np.asarray(times_s.ptr), np.asarray(times_s.index), np.asarray(times_s.ms)
        keep = ms / 1000.0 <= threshold_s
        row = np.repeat(np.arange(len(ptr) - 1), np.diff(ptr))
    else:
        if hasattr(times_s, "index") and hasattr(times_s, "time_s") and not isinstance(times_s, pd.DataFrame):
            seconds = np.asarray(times_s.time_s, dtype=float)
            index = np.asarray(times_s.index)
        else:
            seconds = np.asarray(times_s, dtype=float)
            index = np.broadcast_to(np.arange(seconds.shape[-1]), seconds.shape)
        if seconds.ndim != 2:
            raise _core.InvalidInput("times_s must be a matrix of places by sites, pairs or nearest")
        if not hasattr(times_s, "time_s") and seconds.shape[1] != sites:
            raise _core.InvalidInput(f"times_s has {seconds.shape[1]} columns, capacity has {sites}: give one each")
        bad = ~(seconds >= 0) | (np.isfinite(seconds) & (seconds > MAX_S))
        if bad.any():
            named = ", ".join(str(i) for i in np.unique(np.nonzero(bad)[0])[:5])
            raise _core.InvalidInput(
                f"times_s: times must be 0 … 4,000,000, inf where there is no way; see rows {named}"
            )
        keep = (seconds <= threshold_s) & np.isfinite(seconds) & (index >= 0)
        row = np.broadcast_to(np.arange(len(seconds))[:, None], seconds.shape)[keep]
        index, ms = index[keep], np.round(seconds[keep] * 1000).astype(np.uint32)
        return _compressed(row, index, ms, len(seconds), rows, sites)
    return _compressed(row[keep], index[keep], ms[keep], len(ptr) - 1, rows, sites)


def _compressed(row: Any, index: Any, ms: Any, given: int, rows: int, sites: int) -> tuple[np.ndarray, ...]:
    if given != rows:
        raise _core.InvalidInput(f"times_s has {given} rows, people has {rows}: give one each")
    if len(index) and int(index.max()) >= sites:
        raise _core.InvalidInput(f"times_s names site {int(index.max())}, capacity has only {sites}")
    ptr = np.zeros(rows + 1, np.int64)
    np.cumsum(np.bincount(row, minlength=rows), out=ptr[1:])
    return ptr, np.ascontiguousarray(index, np.int32), np.ascontiguousarray(ms, np.uint32)
