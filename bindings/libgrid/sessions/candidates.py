"""Every session that could be held: which team, at which site, at which hours; and which two cannot both be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..columns import minutes_of_day
from ..issues import name_some
from ..moments import WEEK_MIN, Intervals
from ..study_area import StudyArea
from ..travel import RoadNetwork, travel_times

__all__ = ["Candidates", "build_candidates", "site_hours", "team_travel_min", "week_slots"]

DAY = 1440
MOST_WEEKS = 60


@dataclass(frozen=True, eq=False)
class Candidates:
    """One entry a session that could be held, in every column.

    `site` counts all sites of the area, `today` is the row of the sessions layer (-1: new). `outside`: held at a site
    that is not planned; it stays as it is. `closed`: outside the opening hours of its site.
    """

    team: np.ndarray
    site: np.ndarray
    weekday: np.ndarray
    start: np.ndarray
    end: np.ndarray
    every: np.ndarray
    first_week: np.ndarray
    today: np.ndarray
    outside: np.ndarray
    closed: np.ndarray

    def __len__(self) -> int:
        return len(self.team)

    def take(self, rows: np.ndarray) -> Candidates:
        return Candidates(*(column[rows] for column in self.__dict__.values()))

    @property
    def a_week(self) -> np.ndarray:
        """Sessions a week: one every two weeks is half a session."""
        return 1.0 / self.every

    @property
    def begin(self) -> np.ndarray:
        """Minutes from Monday 00:00."""
        return (self.weekday - 1) * DAY + self.start

    @property
    def finish(self) -> np.ndarray:
        return (self.weekday - 1) * DAY + self.end

    @property
    def weeks(self) -> int:
        """After so many weeks everything repeats."""
        cycle = int(np.lcm.reduce(self.every)) if len(self) else 1
        if cycle > MOST_WEEKS:
            raise _core.InvalidInput(
                f"the sessions' rhythms (every_n_weeks) repeat only after {cycle} weeks; most is 60"
            )
        return cycle

    def in_week(self, week: int) -> np.ndarray:
        return week % self.every == self.first_week


def week_slots(hours: Any, weekdays: Iterable[int]) -> np.ndarray:
    """The hours at which new sessions may be held: rows of weekday, start, end in minutes, ascending.

    >>> week_slots([("08:30", "12:00")], [1, 2]).tolist()
    [[1, 510, 720], [2, 510, 720]]
    """
    if isinstance(hours, pd.DataFrame):
        spans = [(int(r.weekday), r.start, r.end) for r in hours.itertuples()]
    else:
        spans = [(int(day), start, end) for day in weekdays for start, end in hours]
    if not spans:
        return np.zeros((0, 3), np.int64)
    day = np.array([s[0] for s in spans])
    start, end = (minutes_of_day(pd.Series([str(s[i]) for s in spans])) for i in (1, 2))
    bad = (start < 0) | (end <= start) | (day < 1) | (day > 7)
    if bad.any():
        raise _core.InvalidInput(
            f"hours: {spans[int(np.flatnonzero(bad)[0])]} is no session; write weekday 1-7, HH:MM and a later HH:MM"
        )
    return np.unique(np.column_stack([day, start, end]), axis=0)


def site_hours(area: StudyArea) -> list[Intervals | None]:
    """The opening hours of each site; None where nothing is said, so that it opens for its sessions."""
    from ..opening_hours import _hours

    sites = area.sites
    if "opening_hours" not in sites:
        return [None] * len(sites)
    return _hours(sites["opening_hours"], sites["site_id"])


def is_open(hours: Intervals | None, begin: int, finish: int) -> bool:
    """Whether a site is open all through these minutes of the week."""
    if hours is None:
        return True
    spans = (*hours, *((a - WEEK_MIN, b - WEEK_MIN) for a, b in hours if b > WEEK_MIN))
    return any(a <= begin and finish <= b for a, b in spans)


def team_travel_min(area: StudyArea, teams: np.ndarray) -> Mapping[str, np.ndarray]:
    """Minutes from site to site in each mode in which one of the teams travels; inf where there is no way."""
    modes = sorted(set(area.column("teams", "mode")[teams]))
    points = area.points("sites")
    return {m: travel_times(RoadNetwork.from_frame(area.roads, mode=m), points, points) / 60 for m in modes}


def build_candidates(
    area: StudyArea,
    sites: np.ndarray,
    teams: np.ndarray,
    slots: np.ndarray,
    *,
    allowed: np.ndarray,
    with_closed: bool = False,
) -> Candidates:
    """Today's sessions of the teams, and each pair of team and site at each slot.

    Parameters
    ----------
    sites, teams : int arrays
        Rows that are planned.
    slots : (n, 3) array
        As `week_slots`.
    allowed : (teams of the area, sites of the area) bool
    with_closed : bool
        Keep new ones outside the opening hours, marked.
    """
    today = _today(area, sites, teams)
    t, s, k = (a.reshape(-1) for a in np.meshgrid(teams, sites, np.arange(len(slots)), indexing="ij"))
    use = allowed[t, s]
    t, s, k = t[use], s[use], k[use]
    n, zero = len(t), np.zeros(len(t), np.int64)
    new = Candidates(t, s, slots[k, 0], slots[k, 1], slots[k, 2], zero + 1, zero, zero - 1, zero > 0, np.zeros(n, bool))
    taken = {key for key, every in zip(_keys(today), today.every, strict=True) if every == 1}
    new = new.take(np.flatnonzero([key not in taken for key in _keys(new)]))
    both = Candidates(
        *(np.concatenate(pair) for pair in zip(today.__dict__.values(), new.__dict__.values(), strict=True))
    )
    hours = site_hours(area)
    closed = [not is_open(hours[i], b, f) for i, b, f in zip(both.site, both.begin, both.finish, strict=True)]
    both.closed[:] = np.array(closed, bool) & ~both.outside
    return both if with_closed else both.take(np.flatnonzero(~both.closed | (both.today >= 0)))


def _keys(c: Candidates) -> list[tuple]:
    return list(zip(*(a.tolist() for a in (c.team, c.site, c.weekday, c.start, c.end)), strict=True))


def _today(area: StudyArea, sites: np.ndarray, teams: np.ndarray) -> Candidates:
    from ..week import _week_offset

    layer = area.sessions
    team = area.ids("teams").get_indexer(layer["team_id"])
    site = area.ids("sites").get_indexer(layer["site_id"])
    rows = np.flatnonzero(np.isin(team, teams))
    first = _week_offset(area) if len(layer) else np.zeros(0, np.int32)
    whole = [
        team, site, layer["weekday"].to_numpy(int), minutes_of_day(layer["start"]), minutes_of_day(layer["end"]),
        layer["every_n_weeks"].to_numpy(int), first if len(first) else np.zeros(len(layer), int), np.arange(len(layer)),
        ~np.isin(site, sites), np.zeros(len(layer), bool),
    ]  # fmt: skip
    numbers = [np.asarray(c, np.int64)[rows] for c in whole[:8]]
    return Candidates(*numbers, *(c[rows] for c in whole[8:]))


def rows_of(ids: pd.Index, wanted: Any, what: str) -> np.ndarray:
    """The rows of the ids that were named; all of them must be there."""
    names = list(wanted)
    rows = ids.get_indexer(names)
    if (rows < 0).any():
        lost = [n for n, r in zip(names, rows, strict=True) if r < 0]
        raise _core.InvalidInput(f"{what}: the area has no {name_some(lost)} ({len(lost)} of {len(names)})")
    return np.unique(rows)
