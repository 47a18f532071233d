"""The travel times that answer the questions: only those that are asked for, never households × sites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .progress import progress_callback
from .questions import DEFAULTS, Settings, household_door_times, open_sites
from .study_area import StudyArea
from .travel import Nearest, RoadNetwork, find_nearest, find_pairs, travel_times


def nearest_open_site(area: StudyArea, settings: Settings = DEFAULTS, *, progress=False) -> Nearest:
    """From each household the nearest site that has a session (at the moment asked), in the patient's mode.

    The index counts all sites; ties go to the lower one.
    """
    rows = np.flatnonzero(open_sites(area, settings.moment)).astype(np.int32)
    found = find_nearest(
        RoadNetwork.from_frame(area.roads, mode=settings.access_mode),
        area.points("sites")[rows],
        area.points("households"),
        direction="to_source",
        max_off_network_m=settings.max_off_network_m,
        progress=progress,
    )
    index = np.full_like(found.index, -1)
    reached = found.index >= 0
    index[reached] = rows[found.index[reached]]
    return Nearest(index, np.array(found.time_s))


def nearest_open_site_of(area: StudyArea, xy: np.ndarray, settings: Settings = DEFAULTS) -> int | None:
    """The same for one place: a row of the sites, None when none can be reached."""
    rows = np.flatnonzero(open_sites(area, settings.moment))
    network = RoadNetwork.from_frame(area.roads, mode=settings.access_mode)
    found = find_nearest(network, area.points("sites")[rows], xy[None, :], direction="to_source")
    return int(rows[found.index[0, 0]]) if found.index[0, 0] >= 0 else None


def nearest_and_own_team(
    area: StudyArea, own_team: np.ndarray, settings: Settings = DEFAULTS, *, progress=False
) -> Nearest:
    """For each household the team that is first at its door, and its own team: seconds from the call until then.

    Column 0: the first team, ties to the lower one. Column 1: the own team where it is another one and can come.
    Turnout, travel in the team's mode and door time; a team without a base site never comes.
    """
    groups = list(teams_by_mode(area))
    own_s = own_team_times(area, own_team, settings, groups=groups, progress=progress)
    first, first_s = first_team_times(area, settings, groups=groups, progress=progress)
    return join_first_and_own(first, first_s, own_team, own_s)


def join_first_and_own(first: np.ndarray, first_s: np.ndarray, own_team: np.ndarray, own_s: np.ndarray) -> Nearest:
    """The first team in column 0 and, where it is another one that can come, the own team in column 1."""
    own_team = np.asarray(own_team)
    other = np.isfinite(own_s) & (own_team != first)
    index = np.column_stack([first, np.where(other, own_team, -1)]).astype(np.int32)
    return Nearest(index, np.column_stack([first_s, np.where(other, own_s, np.inf)]))


def first_team_times(
    area: StudyArea, settings: Settings = DEFAULTS, *, groups=None, progress=False
) -> tuple[np.ndarray, np.ndarray]:
    """The team that is first at each household's door, -1 for none, ties to the lower one; seconds from the call."""
    households = area.points("households")
    first = np.full(len(households), -1, np.int32)
    first_s = np.full(len(households), np.inf)
    door_s = household_door_times(area, settings)
    for group in teams_by_mode(area) if groups is None else groups:
        found = find_nearest(
            group.network,
            group.bases,
            households,
            start_s=group.turnout_s,
            max_off_network_m=settings.max_off_network_m,
            progress=progress,
        )
        local = found.index[:, 0]
        reached = local >= 0
        at = local[reached]
        # The same sum as for any other team, so that equal ways are equal to the last bit.
        travel_s = np.rint((found.time_s[reached, 0] - group.turnout_s[at]) * 1000) / 1000
        time_s = np.full(len(households), np.inf)
        time_s[reached] = travel_s + group.turnout_s[at] + door_s[reached]
        team = np.full(len(households), -1, np.int32)
        team[reached] = group.teams[at]
        better = (time_s < first_s) | ((time_s == first_s) & reached & (team < first))
        first[better], first_s[better] = team[better], time_s[better]
    return first, first_s


def own_team_times(
    area: StudyArea, own_team: np.ndarray, settings: Settings = DEFAULTS, *, groups=None, progress=False
) -> np.ndarray:
    """Seconds from the call until a household's own team stands at its door; inf when it cannot, or there is none."""
    own_team = np.asarray(own_team)
    time_s = np.full(len(own_team), np.inf)
    households = area.points("households")
    door_s = household_door_times(area, settings)
    order = np.argsort(own_team, kind="stable")
    starts = np.searchsorted(own_team[order], np.arange(len(area.ids("teams")) + 1))
    with progress_callback(progress, "own teams") as on_progress:
        done = 0
        for group in teams_by_mode(area) if groups is None else groups:
            for base, team, turnout_s in zip(group.bases, group.teams, group.turnout_s, strict=True):
                rows = order[starts[team] : starts[team + 1]]
                done += 1
                if not len(rows):
                    continue
                travel_s = travel_times(
                    group.network, base[None, :], households[rows], max_off_network_m=settings.max_off_network_m
                )[0]
                time_s[rows] = travel_s + turnout_s + door_s[rows]
                if on_progress is not None:
                    on_progress(done, len(area.ids("teams")))
    return time_s


@dataclass(frozen=True, eq=False)
class InReach:
    """Pairs of a household and an origin within a threshold: by household, nearest first, ties to the lower origin."""

    household: np.ndarray
    origin: np.ndarray
    time_s: np.ndarray

    def choice(self, rank: int, households: int) -> tuple[np.ndarray, np.ndarray]:
        """The origin of that rank (0: first) of each household, -1 for none, and its time."""
        starts = np.searchsorted(self.household, np.arange(households + 1))
        at = starts[:-1] + rank
        has = at < starts[1:]
        origin, time_s = np.full(households, -1, np.int32), np.full(households, np.inf)
        origin[has], time_s[has] = self.origin[at[has]], self.time_s[at[has]]
        return origin, time_s


def sites_in_reach(area: StudyArea, threshold_s: float, settings: Settings = DEFAULTS, *, progress=False) -> InReach:
    """The sites with a session that each household reaches within the threshold."""
    rows = np.flatnonzero(open_sites(area, settings.moment)).astype(np.int32)
    pairs = find_pairs(
        RoadNetwork.from_frame(area.roads, mode=settings.access_mode),
        area.points("households"),
        area.points("sites")[rows],
        cutoff_s=threshold_s,
        max_off_network_m=settings.max_off_network_m,
        progress=progress,
    )
    return _ranked(pairs.origin, rows[pairs.index], pairs.times_s)


def teams_in_reach(area: StudyArea, threshold_s: float, settings: Settings = DEFAULTS, *, progress=False) -> InReach:
    """The teams that stand at each household's door within the threshold of the call."""
    parts = [(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))]
    door_s = household_door_times(area, settings)
    for group in teams_by_mode(area):
        left_s = threshold_s - group.turnout_s.min() - door_s.min(initial=np.inf)
        if left_s < 0:
            continue
        pairs = find_pairs(
            group.network,
            group.bases,
            area.points("households"),
            cutoff_s=left_s + 0.001,  # the whole time decides below
            max_off_network_m=settings.max_off_network_m,
            progress=progress,
        )
        time_s = pairs.times_s + group.turnout_s[pairs.origin] + door_s[pairs.index]
        keep = time_s <= threshold_s
        parts.append((pairs.index[keep], group.teams[pairs.origin[keep]], time_s[keep]))
    return _ranked(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _ranked(household: np.ndarray, origin: np.ndarray, time_s: np.ndarray) -> InReach:
    order = np.lexsort((origin, time_s, household))
    return InReach(household[order], origin[order].astype(np.int32), time_s[order])


@dataclass(frozen=True, eq=False)
class TeamGroup:
    """Teams that travel in one mode and have a base site."""

    network: RoadNetwork
    teams: np.ndarray
    bases: np.ndarray
    turnout_s: np.ndarray


def teams_by_mode(area: StudyArea, mode: str | None = None) -> Iterator[TeamGroup]:
    """The teams that have a base site, in groups of one mode; with `mode` they all travel in that one."""
    base = area.ids("sites").get_indexer(area.column("teams", "base_site_id"))
    modes = area.column("teams", "mode") if mode is None else np.full(len(base), mode, dtype=object)
    turnout_s = area.column("teams", "turnout_s").astype(float)
    sites = area.points("sites")
    for name in sorted(set(modes[base >= 0])):
        these = np.flatnonzero((base >= 0) & (modes == name)).astype(np.int32)
        yield TeamGroup(RoadNetwork.from_frame(area.roads, mode=name), these, sites[base[these]], turnout_s[these])
