"""The checks of a whole study area: rules between layers, on top of what the door found row by row."""

from __future__ import annotations

import numpy as np
import shapely

from . import _core
from .issues import Found, Issues
from .study_area import StudyArea
from .unreached import far_from_roads

PANEL_PER_DOCTOR = 2000  # signed people; the State Council's 2011 guidance speaks of around 2,000


def check(area: StudyArea, *, size_norm=(30, 100), overlap_tolerance_m2: float = 0.5) -> Issues:
    """Check a study area and return every issue found, those of its reading included.

    Parameters
    ----------
    area : StudyArea
    size_norm : (low, high)
        Households and shops of a micro-grid.
    overlap_tolerance_m2 : float
        Overlaps of blocks or grids up to this area are taken as drawing noise.

    Returns
    -------
    Issues

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.check(lg.datasets.load("town")).errors["code"].unique().tolist()
    []
    """
    found = list(area.issues.found)
    found += _overlaps(area, overlap_tolerance_m2)
    found += _grids(area, size_norm)
    found += _teams(area)
    found += _sessions(area)
    found += _roads(area)
    found += far_from_roads(area)
    return Issues(found, crs=area.crs)


def _overlaps(area: StudyArea, tolerance_m2: float) -> list[Found]:
    found = []
    for name in ("blocks", "grids"):
        table = area._tables.get(name)
        if table is None or (name == "grids" and area.has_blocks) or not len(table):
            continue
        rows = np.arange(len(table), dtype=np.int32)
        if name == "grids":
            rows = np.flatnonzero(area._core.grids.leaf).astype(np.int32)
            polygons = table.geometry.take(rows)
        else:  # stacked blocks share one footprint by design
            first = _core.find_footprints(table.geometry)
            rows = np.flatnonzero(first == rows).astype(np.int32)
            polygons = table.geometry.take(rows)
        a, b, area_m2 = _core.find_overlaps(polygons, tolerance_m2)
        ids = table.ids
        found.append(
            Found(
                "LG-P025",
                name,
                ids[rows[a]].tolist(),
                values=[f"{m2:.1f}" for m2 in area_m2],
                others=ids[rows[b]].tolist(),
            )
        )
    return found


def _grids(area: StudyArea, size_norm) -> list[Found]:
    ids = area.ids("grids")
    if not len(ids):
        return []
    found = []
    leaf = area._core.grids.leaf.astype(bool)
    teamless = leaf & (np.asarray(area._core.grids.team) < 0)
    if len(area.ids("teams")):
        found.append(Found("LG-G003", "grids", ids[teamless].tolist()))
    for name in ("blocks", "households"):
        if len(area.ids(name)):
            at = ids.get_indexer(area.column(name, "grid_id"))
            found.append(Found("LG-G007", name, area.ids(name)[(at >= 0) & ~leaf[at]].tolist(), "grid_id"))
    inside = area.column("households", "inside").astype(bool)
    grid_of = area.plan.household_grid() if len(inside) else np.empty(0, np.int32)
    holds = np.zeros(len(ids), bool)
    holds[grid_of[(grid_of >= 0) & inside]] = True
    if area.has_blocks:
        labels = area.plan.labels
        holds[labels[labels >= 0]] = True
        found.append(Found("LG-G006", "blocks", area.ids("blocks")[labels < 0].tolist()))
        quality = area_quality(area, size_norm)
        micro = area.column("grids", "level")[ids.get_indexer(quality["grid_id"])] == "micro"
        off = quality[micro & ~quality["within_norm"]]
        found.append(Found("LG-G004", "grids", off["grid_id"].tolist(), values=off["size"].astype(int).tolist()))
        torn = quality[~quality["contiguous"]]
        found.append(Found("LG-G005", "grids", torn["grid_id"].tolist(), values=torn["n_parts"].tolist()))
    found.append(Found("LG-G002", "grids", ids[leaf & ~holds].tolist()))
    return found


def area_quality(area: StudyArea, size_norm):
    from .plan import measure_plan

    return measure_plan(area, size_norm=size_norm).grids


def _teams(area: StudyArea) -> list[Found]:
    ids = area.ids("teams")
    if not len(ids):
        return []
    broken = area._core.teams.find_rule_breaks()
    used = np.unique(np.asarray(area._core.grids.team))
    fieldless = np.setdiff1d(np.arange(len(ids)), used)
    baseless = np.flatnonzero(np.asarray([b is None or b != b for b in area.column("teams", "base_site_id")], bool))
    signed = np.zeros(len(ids), np.int64)
    if len(area.ids("households")):
        team = ids.get_indexer(area.column("households", "signed_team_id"))
        use = (team >= 0) & area.column("households", "inside").astype(bool)
        np.add.at(signed, team[use], area.column("households", "n_signed")[use])
    over = np.flatnonzero(signed > PANEL_PER_DOCTOR * area.column("teams", "n_doctors").astype(float))
    return [
        Found("LG-D101", "teams", ids[broken].tolist()),
        Found("LG-D003", "teams", ids[fieldless].tolist() if len(area.ids("grids")) else []),
        Found("LG-D102", "teams", ids[baseless].tolist()),
        Found("LG-D103", "teams", ids[over].tolist(), values=signed[over].tolist()),
    ]


def _sessions(area: StudyArea) -> list[Found]:
    ids = area.ids("sessions")
    pairs = area._core.sessions.find_collisions()
    return [Found("LG-D007", "sessions", [ids[a] for a, _ in pairs], others=[ids[b] for _, b in pairs])]


def _roads(area: StudyArea) -> list[Found]:
    roads = area.roads
    if not len(roads):
        return []
    from .travel import RoadNetwork

    try:
        network = RoadNetwork.from_frame(roads, mode="walk")
    except _core.InvalidInput:  # nothing that anybody may walk on: said where travel is asked
        return []
    label = network.nodes["weak_component"].to_numpy()
    pieces = int(label.max()) + 1 if len(label) else 0
    if pieces <= 1:
        return []
    largest = np.bincount(label).argmax()
    lost = network.edges["road_id"][label[network.edges["tail"].to_numpy()] != largest].unique()
    at = area.ids("roads").get_indexer(lost)
    return [
        Found(
            "LG-N001",
            "roads",
            list(lost),
            values=[pieces] * len(lost),
            geometry=list(shapely.centroid(roads.geometry.to_numpy()[at])),
        )
    ]
