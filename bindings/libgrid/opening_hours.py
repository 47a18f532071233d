"""Sessions as they are really open: inside the opening hours of their site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import _core
from .columns import minutes_of_day
from .issues import name_some
from .moments import WEEK_MIN, Intervals, week_intervals

if TYPE_CHECKING:
    from .study_area import StudyArea

__all__ = ["open_sessions"]

DAY = 1440


def open_sessions(area: StudyArea) -> tuple[_core.Sessions, np.ndarray]:
    """The sessions cut to their sites' opening hours, and the row of the sessions layer that each piece comes from.

    Sites may have a column ``opening_hours`` in OpenStreetMap's words (``Mo-Fr 08:00-17:30; Sa 09:00-12:00``); where it
    is missing or empty, the site opens for its sessions.

    Raises
    ------
    InvalidInput
        Opening hours that are not understood; the sites are named.
    """
    sessions, sites = area.sessions, area.sites
    rows = np.arange(len(sessions))
    if "opening_hours" not in sites or not len(sessions):
        return area._core.sessions, rows
    hours = _hours(sites["opening_hours"], sites["site_id"])
    site = area.ids("sites").get_indexer(sessions["site_id"])
    weekday, every = sessions["weekday"].to_numpy(int), sessions["every_n_weeks"].to_numpy(int)
    start, end = minutes_of_day(sessions["start"]), minutes_of_day(sessions["end"])
    team = area.ids("teams").get_indexer(sessions["team_id"])
    pieces = []
    for row in rows:
        day = (weekday[row] - 1) * DAY
        for low, high in _cut(day + start[row], day + end[row], hours[site[row]]):
            pieces.append((site[row], team[row], weekday[row], low - day, high - day, every[row], row))
    columns = np.array(pieces, dtype=np.int32).reshape(-1, 7).T
    made = _core.Sessions(*(np.ascontiguousarray(c) for c in columns[:6]))
    return made, columns[6].astype(np.intp)


def _hours(texts, ids) -> list[Intervals | None]:
    known: dict[str, Intervals | None] = {}
    found = []
    for text in texts:
        words = "" if text is None or text != text else str(text).strip()
        if words not in known:
            known[words] = week_intervals(words) if words else None
        found.append(known[words])
    bad = [i for i, text in enumerate(texts) if text is not None and text == text and str(text).strip()]
    bad = [i for i in bad if found[i] is None]
    if bad:
        where = name_some(ids.iloc[bad])
        raise _core.InvalidInput(f"sites.opening_hours: not understood for {where}; write e.g. 'Mo-Fr 08:00-17:30'")
    return found


def _cut(start: int, end: int, hours: Intervals | None) -> list[tuple[int, int]]:
    """The pieces of a session inside the hours; hours of Sunday night reach into Monday."""
    if hours is None:
        return [(start, end)]
    pieces = []
    for low, high in (*hours, *((a - WEEK_MIN, b - WEEK_MIN) for a, b in hours if b > WEEK_MIN)):
        if max(start, low) < min(end, high):
            pieces.append((max(start, low), min(end, high)))
    return sorted(pieces)
