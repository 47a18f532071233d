"""Roads: networks in pieces, traps, lines that cross without a junction, ends that nearly meet."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from .. import _core
from ..issues import Found
from ..roads.network import RoadNetwork
from ..study_area import StudyArea
from .options import CheckOptions

_LEVELS = ("bridge", "tunnel", "layer")  # columns that tell roads at different heights apart


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    roads = area.roads
    if not len(roads):
        return []
    return [
        _pieces(area, roads),
        *_traps(area, roads),
        _crossings(area, roads),
        _undershoots(area, roads, options.undershoot_m),
    ]


def _network(roads, mode):
    try:
        return RoadNetwork.from_frame(roads, mode=mode)
    except _core.InvalidInput:  # nothing that this mode may use: said where travel is asked
        return None


def _pieces(area, roads) -> Found:
    network = _network(roads, "walk")
    label = network.nodes["weak_component"].to_numpy() if network is not None else np.empty(0, int)
    pieces = int(label.max()) + 1 if len(label) else 0
    if pieces <= 1:
        return Found("LG-N001", "roads", [])
    largest = np.bincount(label).argmax()
    lost = network.edges["road_id"][label[network.edges["tail"].to_numpy()] != largest].unique()
    at = area.ids("roads").get_indexer(lost)
    return Found(
        "LG-N001",
        "roads",
        list(lost),
        values=[pieces] * len(lost),
        geometry=list(shapely.centroid(roads.geometry.to_numpy()[at])),
    )


def _traps(area, roads) -> list[Found]:
    """One-way streets that a car can only enter, or only leave: strong parts with arcs one way across their rim."""
    network = _network(roads, "car")
    if network is None:
        return []
    nodes, edges = network.nodes, network.edges
    strong = nodes["strong_component"].to_numpy()
    tail, head = strong[edges["tail"].to_numpy()], strong[edges["head"].to_numpy()]
    across = tail != head
    count = int(strong.max()) + 1 if len(strong) else 0
    entered, left = np.zeros(count, bool), np.zeros(count, bool)
    entered[head[across]] = True
    left[tail[across]] = True
    found = []
    for code, trap, end in (("LG-N010", entered & ~left, head), ("LG-N110", left & ~entered, tail)):
        rows = np.flatnonzero(across & trap[end])
        road, first = np.unique(edges["road_id"].to_numpy()[rows].astype(str), return_index=True)
        node = edges["head" if code == "LG-N010" else "tail"].to_numpy()[rows[first]]
        places = nodes.geometry.to_numpy()[node]
        found.append(Found(code, "roads", road.tolist(), geometry=list(places)))
    return found


def _lines(roads) -> tuple[np.ndarray, np.ndarray]:
    """Single lines and the row that each comes from."""
    return shapely.get_parts(roads.geometry.to_numpy(), return_index=True)


def _heights(roads) -> np.ndarray:
    """A number a row: roads with different ones are known to lie above each other."""
    known = [c for c in _LEVELS if c in roads]
    if not known:
        return np.zeros(len(roads), int)
    words = roads[known].astype("str").fillna("").apply(lambda column: column.str.strip().str.lower())
    words = words.replace({"no": "", "nan": "", "none": "", "<na>": "", "0": "", "false": ""})
    joined = words[known[0]]
    for column in known[1:]:  # whole columns: row by row it was half of all checks
        joined = joined + "|" + words[column]
    return pd.factorize(joined)[0]


def _crossings(area, roads) -> Found:
    lines, row = _lines(roads)
    tree = shapely.STRtree(lines)
    a, b = tree.query(lines, predicate="crosses")
    height = _heights(roads)
    keep = (a < b) & (height[row[a]] == height[row[b]])
    a, b = a[keep], b[keep]
    where = shapely.point_on_surface(shapely.intersection(lines[a], lines[b]))
    ids = area.ids("roads").to_numpy()
    return Found("LG-N016", "roads", ids[row[a]].tolist(), others=ids[row[b]].tolist(), geometry=list(where))


def _undershoots(area, roads, limit_m: float) -> Found:
    """Dead ends that stop on a road's middle, or short of a road, by up to the limit."""
    lines, row = _lines(roads)
    if not len(lines):
        return Found("LG-N017", "roads", [])
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    line_of = np.tile(np.arange(len(lines)), 2)
    _, at, uses = np.unique(
        np.round(shapely.get_coordinates(ends) * 1000.0).astype(np.int64), axis=0, return_inverse=True,
        return_counts=True,
    )  # fmt: skip
    dead = np.flatnonzero(uses[at.ravel()] == 1)
    tree = shapely.STRtree(lines)
    end, line = tree.query(ends[dead], predicate="dwithin", distance=limit_m)
    height = _heights(roads)
    own = line_of[dead[end]]
    keep = (own != line) & (height[row[own]] == height[row[line]])
    end, line, own = end[keep], line[keep], own[keep]
    distance = shapely.distance(ends[dead[end]], lines[line])
    order = np.lexsort((line, distance, end))
    first = order[np.unique(end[order], return_index=True)[1]] if len(order) else order
    ids = area.ids("roads").to_numpy()
    return Found(
        "LG-N017",
        "roads",
        ids[row[own[first]]].tolist(),
        values=[f"{m:.3f}" for m in distance[first]],
        others=ids[row[line[first]]].tolist(),
        geometry=list(ends[dead[end[first]]]),
    )
