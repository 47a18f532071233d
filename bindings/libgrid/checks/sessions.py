"""Sessions that collide: of one team at one time, with too little time for the way between, of two teams at a site."""

from __future__ import annotations

import numpy as np

from .. import _core
from ..columns import minutes_of_day
from ..issues import Found
from ..roads.network import RoadNetwork
from ..study_area import StudyArea
from ..travel import travel_times
from ..travel_mode import resolve_mode
from .options import CheckOptions

CIRCUITY = {"walk": 1.3, "walk_elderly": 1.3}  # road over straight line, where there are no roads
CIRCUITY_DRIVEN = 1.2


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    ids = area.ids("sessions")
    if not len(ids):
        return []
    pairs = area._core.sessions.find_collisions()
    found = [Found("LG-D007", "sessions", [ids[a] for a, _ in pairs], others=[ids[b] for _, b in pairs])]
    start = minutes_of_day(area._tables["sessions"].attrs["start"])
    end = minutes_of_day(area._tables["sessions"].attrs["end"])
    day = area.column("sessions", "weekday").astype(int)
    team = area.ids("teams").get_indexer(area.column("sessions", "team_id"))
    site = area.ids("sites").get_indexer(area.column("sessions", "site_id"))
    found.append(_too_far(area, ids, day, start, end, team, site))
    found.append(_shared_sites(ids, day, start, end, team, site))
    return found


def _too_far(area, ids, day, start, end, team, site) -> Found:
    """Next sessions of a team on one day at two sites, where the way takes longer than the time between.

    By the network in the team's mode where there are roads it can use and both sites are near them; else the straight
    distance times the circuity, at the mode's speed. Weeks are taken as one: `every_n_weeks` gives no calendar.
    """
    order = np.lexsort((start, day, team))
    a, b = order[:-1], order[1:]
    next_up = (team[a] == team[b]) & (day[a] == day[b]) & (site[a] != site[b]) & (end[a] <= start[b])
    a, b = a[next_up], b[next_up]
    if not len(a):
        return Found("LG-D012", "sessions", [])
    modes = area.column("teams", "mode")[team[a]].astype(str)
    needed = np.zeros(len(a))
    for mode in np.unique(modes):
        rows = np.flatnonzero(modes == mode)
        needed[rows] = _way_minutes(area, mode, site[a[rows]], site[b[rows]])
    free = (start[b] - end[a]).astype(float)
    short = np.flatnonzero(needed > free)
    return Found(
        "LG-D012",
        "sessions",
        [ids[k] for k in b[short]],
        values=[f"{needed[k]:.0f} > {free[k]:.0f}" for k in short],
        others=[ids[k] for k in a[short]],
    )


def _way_minutes(area: StudyArea, mode: str, origin: np.ndarray, destination: np.ndarray) -> np.ndarray:
    places = area.points("sites")
    metres = np.hypot(*(places[origin] - places[destination]).T)
    speed = resolve_mode(mode).speed_kmh / 3.6
    straight = metres * CIRCUITY.get(mode, CIRCUITY_DRIVEN) / speed / 60.0
    if not len(area.ids("roads")):
        return straight
    try:
        network = RoadNetwork.from_frame(area.roads, mode=mode)
    except _core.InvalidInput:  # none that this mode may use
        return straight
    sites, at = np.unique(np.concatenate([origin, destination]), return_inverse=True)
    times = travel_times(network, places[sites], places[sites])
    by_road = times[at[: len(origin)], at[len(origin) :]] / 60.0
    return np.where(np.isfinite(by_road), by_road, straight)


def _shared_sites(ids, day, start, end, team, site) -> Found:
    """Two teams at one site at one time: room for both is for people to say."""
    order = np.lexsort((start, day, site))
    first, second = [], []
    for k, a in enumerate(order):
        for b in order[k + 1 :]:
            if site[a] != site[b] or day[a] != day[b] or start[b] >= end[a]:
                break
            if team[a] != team[b]:
                first.append(ids[a])
                second.append(ids[b])
    return Found("LG-D112", "sessions", first, others=second)
