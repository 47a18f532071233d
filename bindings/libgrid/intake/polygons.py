"""Polygons as they were drawn become whole millimetres; what is wrong with one is named by its kind and place."""

from __future__ import annotations

import numpy as np
import shapely

from .. import _core
from ..ragged import from_polygons, to_polygons
from .places import PlaceFault

_SMALLEST_M2, _LARGEST_M2 = 1.0, 100e6  # of a block or a grid: smaller or larger is a slip of the unit
_SHOWN = 10  # places of crossings in a message


def take_polygons(shapes: np.ndarray, frame: _core.Frame):
    """Snap polygons and find what is wrong.

    Returns
    -------
    polygons : PolygonSet, one row a shape
    faults, remarks : list of PlaceFault
        Rows that cannot be taken; rows that were taken, with what was changed or is odd.
    places : dict of row to Point
        Where a faulty polygon has its fault.
    """
    n = len(shapes)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    turned = _turned(shapes, present)
    if turned.any():
        shapes = shapes.copy()
        shapes[turned] = shapely.orient_polygons(shapes[turned])
    polygons, lost = to_polygons(shapes, frame)
    faults: list[PlaceFault] = []
    collapsed = np.zeros(n, bool)
    collapsed[lost] = True
    reason: dict[int, str] = {}
    places: dict[int, shapely.Point] = {}
    for row, text, place in _core.find_polygon_faults(polygons):
        if text == "collapsed":
            collapsed[row] = True
        elif text != "empty":
            reason[row] = text
            places[row] = shapely.Point(frame.to_positions(np.array([place], np.int32))[0])
    one_place = collapsed & (shapely.minimum_bounding_radius(np.where(collapsed, shapes, None)) < 0.001)
    faults.append(PlaceFault("LG-P012", one_place))
    faults.append(PlaceFault("LG-P013", collapsed & ~one_place))
    rows = np.array(sorted(reason), dtype=np.int32)
    kinds: dict[str, dict[int, str]] = {}
    for row, polygon in zip(rows.tolist(), from_polygons(polygons.take(rows), frame), strict=True):
        code, value = name_fault(polygon, reason[row])
        kinds.setdefault(code, {})[row] = value
    for code, of_rows in sorted(kinds.items()):
        mask = np.zeros(n, bool)
        mask[list(of_rows)] = True
        faults.append(PlaceFault(code, mask, [of_rows.get(i, "") for i in range(n)]))
    bad = collapsed.copy()
    bad[rows] = True
    return polygons, faults, _remarks(shapes, polygons, present & ~bad, turned), places


def _turned(shapes: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Rows with a shell drawn clockwise or a hole drawn the other way."""
    at = np.flatnonzero(present)
    parts, row = shapely.get_parts(shapes[at], return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    is_shell = np.ones(len(rings), bool)
    is_shell[1:] = part[1:] != part[:-1]
    turned = np.zeros(len(shapes), bool)
    turned[at[row[part[shapely.is_ccw(rings) != is_shell]]]] = True
    return turned


def _remarks(shapes: np.ndarray, polygons, good: np.ndarray, turned: np.ndarray) -> list[PlaceFault]:
    n = len(shapes)
    remarks = []
    repeated, near, moved, rings = _repeats(shapes, n)
    if (turned & good).any():
        remarks.append(PlaceFault("LG-P018", turned & good, int((turned & good).sum()), "(layer)"))
    remarks.append(PlaceFault("LG-P009", good & (repeated > 0), repeated))
    remarks.append(
        PlaceFault("LG-P010", good & (near > 0), [f"{k}, {m * 1000:.2f} mm" for k, m in zip(near, moved, strict=True)])
    )
    kept = np.diff(polygons.ring_begin[polygons.part_begin])
    remarks.append(PlaceFault("LG-P102", good & (kept < rings), rings - kept))
    area = shapely.area(np.where(good, shapes, None))
    with np.errstate(invalid="ignore"):
        odd = good & ((area < _SMALLEST_M2) | (area > _LARGEST_M2))
    remarks.append(PlaceFault("LG-P048", odd, [f"{m2:.3g}" for m2 in area]))
    parts = np.diff(polygons.part_begin)
    remarks.append(PlaceFault("LG-P024", good & (parts > 1), parts))
    return remarks


def _repeats(shapes: np.ndarray, n: int):
    """By row: vertices that repeat the one before exactly, and after rounding; the farthest of these; the rings."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    of_ring = row[part]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    step = np.diff(xy, axis=0)
    same_ring = ring[1:] == ring[:-1]
    exact = same_ring & (step == 0).all(axis=1)
    with np.errstate(invalid="ignore"):
        whole = np.round(xy * 1000.0)
    near = same_ring & ~exact & (np.diff(whole, axis=0) == 0).all(axis=1)
    owner = of_ring[ring[1:]] if len(ring) else np.zeros(0, np.int64)
    moved = np.zeros(n)
    np.maximum.at(moved, owner[near], np.hypot(*step[near].T))
    counts = [np.bincount(owner[mask], minlength=n) for mask in (exact, near)]
    return *counts, moved, np.bincount(of_ring, minlength=n)


def name_fault(polygon: shapely.Geometry, reason: str) -> tuple[str, str]:
    """The code of an invalid polygon and what to say of it: lengths, rings or places, in no language.

    Examples
    --------
    >>> name_fault(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)]), "Self-intersection")
    ('LG-P001', '(1.00, 1.00)')
    """
    parts = shapely.get_parts(polygon)
    rings = [shapely.get_rings(part) for part in parts]
    for ring in (r for of_part in rings for r in of_part):
        spike = _spike_m(ring)
        if spike > 0:
            return "LG-P003", f"{spike:.3f}"
    crossings = [place for of_part in rings for ring in of_part for place in _crossings(ring)]
    if crossings:
        shown = ", ".join(f"({x:.2f}, {y:.2f})" for x, y in crossings[:_SHOWN])
        return "LG-P001", shown + (f", … ({len(crossings)})" if len(crossings) > _SHOWN else "")
    for of_part in rings:
        shell, *holes = shapely.polygons(of_part)
        for number, hole in enumerate(holes, 1):
            if shapely.equals(hole, shell):
                return "LG-P004", str(number)
            if not shapely.covers(shell, hole):
                return "LG-P005", str(number)
            if shapely.length(shapely.intersection(hole.boundary, shell.boundary)) > 0:
                return "LG-P008", str(number)
        for number, hole in enumerate(holes, 1):
            for other_number, other in enumerate(holes[: number - 1], 1):
                # Interiors meet, or a border of positive length is shared.
                if shapely.relate_pattern(hole, other, "T********") or shapely.length(hole.intersection(other)) > 0:
                    return "LG-P006", f"{other_number}, {number}"
    if len(parts) > 1:
        return "LG-P104", reason
    return "LG-P103", reason


def _spike_m(ring: shapely.LinearRing) -> float:
    """The length of the longest way that a ring goes out and comes straight back; 0 for none."""
    xy = np.round(shapely.get_coordinates(ring)[:-1] * 1000.0).astype(np.int64)
    back, on = np.roll(xy, 1, axis=0) - xy, np.roll(xy, -1, axis=0) - xy
    cross = back[:, 0] * on[:, 1] - back[:, 1] * on[:, 0]
    returns = (cross == 0) & ((back * on).sum(axis=1) > 0)
    if not returns.any():
        return 0.0
    return float(np.minimum(np.hypot(*back[returns].T), np.hypot(*on[returns].T)).max() / 1000.0)


def _crossings(ring: shapely.LinearRing) -> list[tuple[float, float]]:
    """Where a ring meets itself: the nodes of its drawing with more than two ends, west to east."""
    if shapely.is_simple(ring):
        return []
    arcs = shapely.get_parts(shapely.node(shapely.LineString(ring)))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(arcs, k)) for k in (0, -1)])
    places, count = np.unique(np.round(ends, 3), axis=0, return_counts=True)
    return [tuple(p) for p in places[count > 2].tolist()]
