"""Gaps: where people who are not covered live together, how many they are, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .analysis import Coverage, find_gap_labels
from .questions import open_sites
from .study_area import StudyArea
from .travel import RoadNetwork, find_nearest, find_pairs
from .travel_mode import resolve_mode

if TYPE_CHECKING:
    from .assignment import Assignment

__all__ = ["CAUSES", "find_gaps"]

CAUSES = {
    "capacity": "someone is in reach, but has no room left",
    "boundary": "another team would be in time, the own one is not",
    "no_team": "the household has no team of its own",
    "no_session": "a site is in reach, but holds no session then",
    "unreachable": "no way on the network",
    "barrier": "near as the crow flies, but the way round is too long: a crossing is missing",
    "far": "everything is too far",
}
# Streets are so much longer than the crow flies where nothing stands in the way (Newell; O'Sullivan & Morrall 1.2–1.23;
# walkers a little more): beyond it, something does.
CIRCUITY = 1.3
# One metre a second, so that seconds on this network are metres along the street.
_METRES = {"mode": "metres", "speed_kmh": 3.6, "off_network_kmh": 3.6, "obeys_oneway": False}
_COLUMNS = ["gap", "households", "people", "worst_s", "cause", "cause_share", "people_uncertain", "joined"]


def find_gaps(
    area: StudyArea,
    coverage: Coverage,
    *,
    join_m: float = 100.0,
    join: str | None = None,
    mode: Any = "walk",
    moment: str | None = None,
    assignment: Assignment | None = None,
    max_off_network_m: float = 500.0,
) -> gpd.GeoDataFrame:
    """Connected groups of households that are not covered, worst (most people) first, with the cause.

    Parameters
    ----------
    area : StudyArea
    coverage : Coverage
        Of the same area, from :func:`libgrid.measure_coverage` or :func:`libgrid.assess`.
    join_m : float
        Uncovered households this close belong to one gap, directly or through others.
    join : {"street", "crow"}, optional
        How the distance is meant: along the street (a courtyard behind a river is another gap) or as the crow flies.
        Along the street where the area has roads, else as the crow flies; the column ``joined`` says which.
    mode : str or dict
        The patients' mode, to tell causes of missing access.
    moment : str, optional
        As in the coverage, "2 10:00": sites without a session then are the cause "no_session".
    assignment : Assignment, optional
        From :func:`libgrid.assign_catchments` over the same households: who is in time but finds no room is a gap too,
        with the cause "capacity".
    max_off_network_m : float
        As in the coverage.

    Returns
    -------
    GeoDataFrame
        gap, households, people (without a team, session or room in time), worst_s (inf where somebody has no way at
        all), cause (of most of the people, the keys of ``libgrid.gaps.CAUSES``), cause_share (of the people),
        people_uncertain (near an edge beyond which nothing is known), joined, geometry: the households' surroundings of
        half the joining distance, no household's exact place.

    Raises
    ------
    InvalidInput
        Coverage or assignment of another area, a distance that is not above 0, ``join="street"`` without roads.
    """
    inside = area.column("households", "inside").astype(bool)
    if len(coverage.covered) != len(inside):
        raise _core.InvalidInput(
            f"coverage is of {len(coverage.covered)} households, the area has {len(inside)}: measure it for this area"
        )
    if join not in (None, "street", "crow"):
        raise _core.InvalidInput(f"join: '{join}' is neither 'street' nor 'crow'")
    if not (join_m > 0 and np.isfinite(join_m)):
        raise _core.InvalidInput(f"join_m must be above 0 metres, not {join_m}")
    has_roads = len(area.ids("roads")) > 0
    if join == "street" and not has_roads:
        raise _core.InvalidInput("join='street' needs roads: the area has none; use join='crow'")
    joined = join or ("street" if has_roads else "crow")
    people = coverage.residents.iloc[:, 0].to_numpy(float) * inside
    crowded = _crowded(assignment, len(inside))
    covered = (np.asarray(coverage.covered) & ~crowded) | ~inside
    if len(inside) == 0 or covered.all():
        return gpd.GeoDataFrame({c: [] for c in _COLUMNS}, geometry=[], crs=area.crs)
    places = area._tables["households"].geometry
    pairs = _street_neighbours(area, covered, join_m, max_off_network_m) if joined == "street" else None
    found = find_gap_labels(places, covered, people, join_m=join_m, pairs=pairs)
    causes = _Causes(area, coverage, mode, moment, max_off_network_m).of(np.flatnonzero(~covered), crowded)
    return _table(area, coverage, found, people, causes, joined, join_m)


def _crowded(assignment: Assignment | None, n: int) -> np.ndarray:
    if assignment is None:
        return np.zeros(n, bool)
    if len(assignment.unserved) != n:
        raise _core.InvalidInput(f"assignment is of {len(assignment.unserved)} places, the area has {n} households")
    return np.asarray(assignment.unserved) > 0


def _street_neighbours(area: StudyArea, covered: np.ndarray, join_m: float, max_off_network_m: float) -> np.ndarray:
    """Pairs of uncovered households at most join_m apart along the street; those on one point are chained.

    Who has no street within join_m is joined as the crow flies: a hamlet without a drawn road is still one gap.
    """
    rows = np.flatnonzero(~covered)
    xy, first, at = np.unique(area.points("households")[rows], axis=0, return_index=True, return_inverse=True)
    network = RoadNetwork.from_frame(area.roads, mode=_METRES)
    near = find_pairs(network, xy, xy, cutoff_s=join_m, max_off_network_m=min(max_off_network_m, join_m))
    here, there = near.origin, near.index
    one_way = here < there
    streets = np.column_stack([rows[first[here[one_way]]], rows[first[there[one_way]]]])
    towers = np.column_stack([rows[first[at.ravel()]], rows])
    off_street = np.flatnonzero(np.diff(near.ptr) == 0)
    points = shapely.points(xy)
    lone, other = shapely.STRtree(points).query(points[off_street], predicate="dwithin", distance=join_m)
    across = np.column_stack([rows[first[off_street[lone]]], rows[first[other]]])
    pairs = np.concatenate([streets, towers, across])
    return pairs[pairs[:, 0] != pairs[:, 1]]


@dataclass(frozen=True)
class _Causes:
    """Why a household is not covered: the first of the causes that holds."""

    area: StudyArea
    coverage: Coverage
    mode: Any
    moment: str | None
    max_off_network_m: float

    def of(self, rows: np.ndarray, crowded: np.ndarray) -> pd.Series:
        cause = np.full(len(rows), "far", dtype=object)
        time_s = np.asarray(self.coverage.time_s)[rows]
        if self.coverage.kind == "response":
            cost = np.asarray(self.coverage.boundary_cost_s)[rows]
            cause[np.isinf(time_s)] = "unreachable"
            cause[np.asarray(self.coverage.nearest_time_s)[rows] <= self.coverage.threshold_s] = "boundary"
            cause[np.isnan(cost)] = "no_team"
        else:
            self._access(rows, time_s, cause)
        cause[crowded[rows] & np.asarray(self.coverage.covered)[rows]] = "capacity"
        return pd.Series(cause, index=rows)

    def _access(self, rows: np.ndarray, time_s: np.ndarray, cause: np.ndarray) -> None:
        area = self.area
        sites = area.points("sites")
        if len(sites) == 0 or not len(area.ids("roads")):
            cause[np.isinf(time_s)] = "unreachable"
            return
        threshold = self.coverage.threshold_s
        xy = area.points("households")[rows]
        opened = open_sites(area, self.moment)
        network = RoadNetwork.from_frame(area.roads, mode=self.mode)
        options = {"direction": "to_source", "max_off_network_m": self.max_off_network_m}
        reach_m = threshold * resolve_mode(self.mode).speed_kmh / 3.6 / CIRCUITY
        if opened.any():
            crow_m, _ = _crow(sites[opened], xy)
            cause[(time_s > threshold) & (crow_m <= reach_m)] = "barrier"
        to_any = find_nearest(network, sites, xy, **options).time_s[:, 0]
        cause[np.isinf(to_any)] = "unreachable"
        cause[to_any <= threshold] = "no_session"


def _crow(sites: np.ndarray, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    tree = shapely.STRtree(shapely.points(sites))
    (_, index), distance = tree.query_nearest(shapely.points(xy), all_matches=False, return_distance=True)
    return distance, index


def _table(area, coverage, found, people, causes, joined, join_m) -> gpd.GeoDataFrame:
    label = np.asarray(found.gap_of)
    members = pd.DataFrame({"gap": label[causes.index], "cause": causes.to_numpy(), "people": people[causes.index]})
    # People decide; where nobody is counted, households do.
    votes = members.assign(vote=members["people"] + 1e-9).groupby(["gap", "cause"], sort=True)["vote"].sum()
    share = votes / votes.groupby("gap").transform("sum")
    top = (
        share.reset_index().sort_values(["gap", "vote", "cause"], ascending=[True, False, True]).drop_duplicates("gap")
    )
    time_s = np.asarray(coverage.time_s)
    unsure = people * np.asarray(coverage.uncertain)
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(len(found.people) + 1))
    xy = area.points("households")
    rows = []
    for gap, (_, cause, weight) in enumerate(top[["gap", "cause", "vote"]].itertuples(index=False)):
        mine = order[starts[gap] : starts[gap + 1]]
        shape = shapely.buffer(shapely.multipoints(np.unique(xy[mine], axis=0)), join_m / 2, quad_segs=4)
        worst = float(time_s[mine].max())
        numbers = (int(found.households[gap]), float(found.people[gap]), worst)
        rows.append((gap, *numbers, cause, float(weight), float(unsure[mine].sum()), joined, shape))
    frame = pd.DataFrame(rows, columns=[*_COLUMNS, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=area.crs)
