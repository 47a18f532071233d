"""Outlines as arcs between junctions: each border stands once, so that moving it moves both of its grids."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely


@dataclass(frozen=True, eq=False)
class Arcs:
    """Borders of polygons that share every vertex, and how the polygons are made of them.

    Attributes
    ----------
    xy : list of (k, 2) float arrays
        From junction to junction; a border that meets no other is closed.
    faces : (n_arcs, 2) int array
        The polygons on both sides, ascending; -1 as the first: outside. The same twice: a slit.
    ends : (n_arcs, 2) int array
        The junctions at both ends; equal ones: closed. A closed border without a junction has -1.
    junctions : (n_junctions, 2) float array
    rings : list of lists
        By polygon and part: rings, outer first, each a list of (arc, runs backwards).
    """

    xy: list[np.ndarray]
    faces: np.ndarray
    ends: np.ndarray
    junctions: np.ndarray
    rings: list[list[list[list[tuple[int, bool]]]]]


def cut_into_arcs(shapes: np.ndarray) -> Arcs:
    """Cut (multi)polygons at their junctions: vertices where other than two borders meet. O(vertices log vertices)."""
    parts, face_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coords, ring_of = shapely.get_coordinates(rings, return_index=True)
    places, vertex = np.unique(coords, axis=0, return_inverse=True)
    vertex = vertex.ravel()
    last = np.append(ring_of[1:] != ring_of[:-1], True)
    a, b = vertex[~last], vertex[np.flatnonzero(~last) + 1]
    edges = np.unique(np.column_stack([np.minimum(a, b), np.maximum(a, b)]), axis=0)
    meets = np.bincount(edges.ravel(), minlength=len(places)) != 2
    number = np.cumsum(meets) - 1
    begin = np.flatnonzero(np.append(True, ring_of[1:] != ring_of[:-1]))
    known: dict[tuple[int, int], int] = {}
    made, faces, ends = [], [], []
    polygons: list[list[list[list[tuple[int, bool]]]]] = [[] for _ in shapes]
    for ring, (start, stop) in enumerate(zip(begin, np.append(begin[1:], len(vertex)), strict=True)):
        part = part_of_ring[ring]
        face = int(face_of_part[part])
        if ring == 0 or part_of_ring[ring - 1] != part:
            polygons[face].append([])
        walk = []
        for piece in _split(vertex[start : stop - 1], meets):
            forward = _runs_forward(piece)
            piece = piece if forward else piece[::-1]
            key = (int(piece[0]), int(piece[1]))
            arc = known.setdefault(key, len(made))
            if arc == len(made):
                made.append(places[piece])
                faces.append([])
                ends.append([number[v] if meets[v] else -1 for v in (piece[0], piece[-1])])
            faces[arc].append(face)
            walk.append((arc, not forward))
        polygons[face][-1].append(walk)
    both = np.array([[-1, *sorted(f)][-2:] for f in faces], dtype=np.int64).reshape(-1, 2)
    return Arcs(made, both, np.array(ends, dtype=np.int64).reshape(-1, 2), places[meets], polygons)


def _split(ring: np.ndarray, meets: np.ndarray):
    """The pieces of a closed walk between its junctions; all of it, from its lowest vertex, where there is none."""
    stops = np.flatnonzero(meets[ring])
    if not len(stops):
        turned = np.roll(ring, -int(np.argmin(ring)))
        return [np.append(turned, turned[0])]
    turned = np.roll(ring, -int(stops[0]))
    stops = np.append(stops - stops[0], len(ring))
    turned = np.append(turned, turned[0])
    return [turned[i : j + 1] for i, j in pairwise(stops.tolist())]


def _runs_forward(piece: np.ndarray) -> bool:
    """The same answer for a border and its reverse, but turned round."""
    return (piece[0], piece[1]) <= (piece[-1], piece[-2])


def join_arcs(arcs: Arcs, xy: list[np.ndarray]) -> np.ndarray:
    """The polygons with other borders between the same junctions."""
    shapes = np.empty(len(arcs.rings), dtype=object)
    for face, parts in enumerate(arcs.rings):
        made = []
        for rings in parts:
            closed = [_closed([xy[arc][::-1] if backwards else xy[arc] for arc, backwards in ring]) for ring in rings]
            made.append(shapely.Polygon(closed[0], closed[1:]))
        shapes[face] = made[0] if len(made) == 1 else shapely.MultiPolygon(made)
    return shapes


def _closed(pieces: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([*(piece[:-1] for piece in pieces), pieces[0][:1]])
