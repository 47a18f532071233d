"""Who is left out and who serves whom first: gaps and catchments of a whole study area."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .analysis import Coverage, find_gap_labels
from .questions import Settings, access_times, group_people, open_sites, response_times
from .ragged import from_polygons
from .study_area import StudyArea


def find_gaps(area: StudyArea, coverage: Coverage, *, join_m: float = 100.0) -> gpd.GeoDataFrame:
    """Connected groups of households that are not covered, worst (most people) first.

    Parameters
    ----------
    area : StudyArea
    coverage : Coverage
        Of the same area, from :func:`libgrid.measure_coverage` or :func:`libgrid.assess`.
    join_m : float
        Uncovered households this close, as the crow flies, belong to one gap, directly or through others.

    Returns
    -------
    GeoDataFrame
        gap, households, people, worst_s (inf where somebody has no way at all), cause ("far": too far; "boundary":
        the nearest team would be in time, the own one is not; "unreachable": no way on the network), geometry: the
        households' surroundings of half the joining distance, no household's exact place.
    """
    inside = area.column("households", "inside").astype(bool)
    columns = ["gap", "households", "people", "worst_s", "cause"]
    if len(inside) == 0:
        return gpd.GeoDataFrame({c: [] for c in columns}, geometry=[], crs=area.crs)
    covered = np.asarray(coverage.covered) | ~inside
    people = coverage.residents.iloc[:, 0].to_numpy(float)
    found = find_gap_labels(area._tables["households"].geometry, covered, people, join_m=join_m)
    label = np.asarray(found.gap_of)
    time_s = np.asarray(coverage.time_s)
    rows = []
    xy = area.points("households")
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(len(found.people) + 1))
    for gap in range(len(found.people)):
        members = order[starts[gap] : starts[gap + 1]]
        shape = shapely.buffer(shapely.multipoints(xy[members]), join_m / 2, quad_segs=4)
        worst = float(time_s[members].max())
        rows.append(
            (gap, int(found.households[gap]), float(found.people[gap]), worst, _cause(coverage, members), shape)
        )
    frame = pd.DataFrame(rows, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=area.crs)


def _cause(coverage: Coverage, members: np.ndarray) -> str:
    """What most households of a gap have in common."""
    if np.isinf(np.asarray(coverage.time_s)[members]).mean() > 0.5:
        return "unreachable"
    if coverage.kind == "response":
        in_time = np.asarray(coverage.nearest_time_s)[members] <= coverage.threshold_s
        if in_time.mean() > 0.5:
            return "boundary"
    return "far"


@dataclass(frozen=True, eq=False)
class Catchments:
    """What each site or team reaches first, within the threshold.

    Attributes
    ----------
    households : DataFrame
        household_id, origin (id of the first-choice site or team, None beyond the threshold), time_s, second (the next
        best), second_time_s.
    summary : DataFrame
        By origin: households and people whom it serves first; people in its reach, shared with others or not.
    polygons : GeoDataFrame
        By origin, the blocks of the households that it serves first; empty without blocks.
    """

    households: pd.DataFrame
    summary: pd.DataFrame
    polygons: gpd.GeoDataFrame

    def _repr_html_(self) -> str:
        return self.summary.to_html(index=False)


def build_catchments(
    area: StudyArea,
    *,
    origin: str = "sites",
    mode: str | None = None,
    threshold_s: float | None = None,
    door_s: float = 60.0,
    progress=False,
) -> Catchments:
    """First-choice catchments of the sites (walked to by patients) or the teams (who travel to the households).

    Parameters
    ----------
    area : StudyArea
    origin : "sites" or "teams"
        Sites: household → site with a session, ``mode`` walk, 900 s. Teams: team → household with turnout and door
        time, each team's own mode, 600 s.
    mode : str, optional
        The patients' mode; teams travel in their own.
    threshold_s : float, optional
    door_s : float
        From the road to the flat's door, for teams.
    progress : bool or callable

    Returns
    -------
    Catchments

    Examples
    --------
    >>> import libgrid as lg
    >>> catchments = lg.build_catchments(lg.datasets.load("town"))
    >>> list(catchments.summary.columns)
    ['site_id', 'households', 'people', 'people_in_reach']
    """
    if origin not in ("sites", "teams"):
        raise _core.InvalidInput(f'build_catchments: origin is "sites" or "teams", not {origin!r}')
    if origin == "sites":
        times = access_times(area, Settings(access_mode=mode or "walk"), progress=progress)
        times[:, ~open_sites(area)] = np.inf
        threshold_s = 900.0 if threshold_s is None else threshold_s
    else:
        if mode is not None:
            raise _core.InvalidInput("build_catchments: teams travel in their own mode; edit teams.mode instead")
        times = response_times(area, Settings(door_s=door_s), progress=progress)
        threshold_s = 600.0 if threshold_s is None else threshold_s
    if not threshold_s > 0:
        raise _core.InvalidInput(f"build_catchments: threshold_s must be positive, it is {threshold_s}")
    ids = area.ids(origin)
    people = group_people(area)["all"].to_numpy()
    order = np.argsort(times, axis=1, kind="stable")[:, :2]
    ranked = np.take_along_axis(times, order, axis=1)
    names = ids.to_numpy(dtype=object)
    households = pd.DataFrame({"household_id": area.ids("households")})
    for k, (who, when) in enumerate((("origin", "time_s"), ("second", "second_time_s"))):
        if k < order.shape[1]:
            reached = np.isfinite(ranked[:, k]) & (ranked[:, k] <= threshold_s)
            households[who] = np.where(reached, names[order[:, k]], None)
            households[when] = np.where(reached, ranked[:, k], np.inf)
        else:
            households[who], households[when] = None, np.inf
    first = np.where(np.isfinite(households["time_s"]), order[:, 0] if order.shape[1] else 0, -1)
    inside = people > 0
    summary = pd.DataFrame(
        {
            f"{origin[:-1]}_id": ids,
            "households": np.bincount(first[(first >= 0) & inside], minlength=len(ids)),
            "people": np.bincount(first[first >= 0], weights=people[first >= 0], minlength=len(ids)),
            "people_in_reach": ((np.isfinite(times) & (times <= threshold_s)) * people[:, None]).sum(axis=0),
        }
    )
    return Catchments(households, summary, _catchment_polygons(area, first, ids, origin))


def _catchment_polygons(area: StudyArea, first: np.ndarray, ids: pd.Index, origin: str) -> gpd.GeoDataFrame:
    shapes = np.full(len(ids), None, dtype=object)
    if area.has_blocks and len(ids):
        block = area.household_block()
        use = (block >= 0) & (first >= 0)
        label = np.full(len(area.ids("blocks")), -1, np.int32)
        # The block goes to the origin that serves most of its households first; ties to the lower one.
        votes = pd.DataFrame({"block": block[use], "first": first[use]}).value_counts().reset_index()
        votes = votes.sort_values(["block", "count", "first"], ascending=[True, False, True]).drop_duplicates("block")
        label[votes["block"]] = votes["first"]
        shapes = from_polygons(_core.build_outlines(area._core.footprints, label, len(ids)), area._frame)
    return gpd.GeoDataFrame({f"{origin[:-1]}_id": ids}, geometry=shapes, crs=area.crs)
