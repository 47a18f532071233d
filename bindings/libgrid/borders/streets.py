"""Which stretch of a border runs along which street, and the border laid on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

STEP_M = 4.0  # borders are judged at places this far apart
LOOK_M = 12.0  # the direction of a border is that between the places so far before and after
MOST_DEGREES = 35.0  # a street runs along a border when their directions differ by less
SLANT = 1.5  # metres along for each metre aside, where a border goes over to a street
TOUCH_M = 0.002  # on a street: whole millimetres, rounded


@dataclass(frozen=True, eq=False)
class Laid:
    """A border laid on streets: its vertices, and how many metres of it follow one."""

    xy: np.ndarray
    streets_m: float


class Streets:
    """Centrelines, cut where they meet."""

    def __init__(self, lines: np.ndarray, within: tuple[float, float, float, float]) -> None:
        lines = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
        lines = lines[shapely.intersects(lines, shapely.box(*within))]
        merged = shapely.line_merge(shapely.union_all(shapely.force_2d(lines)))
        self.lines = shapely.get_parts(merged)
        coords, of = shapely.get_coordinates(self.lines, return_index=True)
        inner = of[1:] == of[:-1]
        self.of_piece = of[1:][inner]
        self.a, self.b = coords[:-1][inner], coords[1:][inner]
        self.tree = shapely.STRtree(shapely.linestrings(np.stack([self.a, self.b], axis=1)))
        ends = [shapely.get_coordinates(shapely.get_point(self.lines, k)) for k in (0, -1)]
        self.ends = np.stack(ends, axis=1) if len(self.lines) else np.empty((0, 2, 2))
        self.nodes = np.unique(self.ends.reshape(-1, 2), axis=0)
        self.node_tree = shapely.STRtree(shapely.points(self.nodes))

    def along(self, xy: np.ndarray, direction: np.ndarray, reach_m: float) -> np.ndarray:
        """By place the nearest line within reach that runs in its direction, either way; -1 for none."""
        found = np.full(len(xy), -1)
        if not len(self.a) or not len(xy):
            return found
        place, piece = self.tree.query(shapely.points(xy), predicate="dwithin", distance=reach_m)
        d = self.b[piece] - self.a[piece]
        length = np.hypot(*d.T)
        t = np.clip(((xy[place] - self.a[piece]) * d).sum(axis=1) / np.maximum(length, 1e-12) ** 2, 0, 1)
        off = np.hypot(*(self.a[piece] + t[:, None] * d - xy[place]).T)
        cosine = np.abs((d * direction[place]).sum(axis=1)) / np.maximum(length, 1e-12)
        use = cosine >= np.cos(np.radians(MOST_DEGREES))
        place, piece, off = place[use], piece[use], off[use]
        order = np.lexsort((piece, off, place))
        first = np.unique(place[order], return_index=True)[1]
        found[place[order][first]] = self.of_piece[piece[order][first]]
        return found

    def nearest_place(self, xy: np.ndarray, reach_m: float) -> np.ndarray:
        """The crossing nearest to each place, else the nearest place on a street; the place itself where it is on one.

        NaN where no street is within reach.
        """
        found = np.full((len(xy), 2), np.nan)
        if not len(self.a) or not len(xy):
            return found
        points = shapely.points(xy)
        at, piece = self.tree.query_nearest(points, max_distance=reach_m, all_matches=False)
        on = shapely.line_interpolate_point(
            self.tree.geometries[piece], shapely.line_locate_point(self.tree.geometries[piece], points[at])
        )
        found[at] = shapely.get_coordinates(on)
        off = np.hypot(*(found - xy).T)
        here = off <= TOUCH_M
        at, node = self.node_tree.query_nearest(points, max_distance=reach_m, all_matches=False)
        found[at] = self.nodes[node]
        found[here] = xy[here]
        return found


def densify(xy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places along a border, how far along they are, and the border's direction there (unit vectors)."""
    line = shapely.linestrings(xy)
    far = measures(xy)
    length = far[-1]
    s = np.unique(np.concatenate([np.arange(0, length, STEP_M), far]))
    before = shapely.get_coordinates(shapely.line_interpolate_point(line, np.maximum(s - LOOK_M, 0)))
    after = shapely.get_coordinates(shapely.line_interpolate_point(line, np.minimum(s + LOOK_M, length)))
    d = after - before
    return (
        shapely.get_coordinates(shapely.line_interpolate_point(line, s)),
        s,
        d / np.maximum(np.hypot(*d.T), 1e-9)[:, None],
    )


def measures(xy: np.ndarray) -> np.ndarray:
    """How far along the line each of its vertices is."""
    return np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))


def lay_on_streets(
    xy: np.ndarray, s: np.ndarray, street: np.ndarray, streets: Streets, *, shortest_m: float, tolerance_m: float
) -> Laid | None:
    """A border with its stretches along streets laid on their centrelines; None where there is none.

    Parameters
    ----------
    xy : (k, 2) array
        The border; its ends stay.
    s, street : arrays
        Places along it, ascending, and the line that it runs along there, -1 for none.
    shortest_m : float
        Shorter stretches are left alone; gaps between streets that meet are closed up to this length.
    tolerance_m : float
        What lies between streets is simplified by so much.
    """
    line = shapely.linestrings(xy)
    places = shapely.line_interpolate_point(line, s)
    runs = _slanted(xy, s, street, streets, _runs(s, street, streets, shortest_m), shortest_m / 2)
    if not runs:
        return None
    pieces, at, laid_m = [xy[:1]], 0.0, 0.0
    for first, last in runs:
        near_first = xy[0] if s[first] <= 2 * shortest_m else None
        near_last = xy[-1] if s[-1] - s[last] <= 2 * shortest_m else None
        path, reached = _path(places[first : last + 1], street[first : last + 1], streets, near_first, near_last)
        begin, end = 0.0 if reached[0] else s[first], s[-1] if reached[1] else s[last]
        pieces.append(_between(xy, line, at, begin, pieces[-1][-1], path[0], tolerance_m))
        pieces.append(path)
        laid_m += float(measures(path)[-1])
        at = end
    pieces.append(_between(xy, line, at, s[-1], pieces[-1][-1], xy[-1], tolerance_m))
    pieces.append(xy[-1:])
    return Laid(np.concatenate([p for p in pieces if len(p)]), laid_m)


def _between(xy, line, low: float, high: float, before, after, tolerance_m: float) -> np.ndarray:
    """What is left of the border between two streets, or a street and an end: over to it at a slant, simplified."""
    if high - low <= 0:
        return np.empty((0, 2))
    ends = shapely.points(np.stack([before, after]))
    own = shapely.line_interpolate_point(line, [low, high])
    aside = np.minimum(SLANT * shapely.distance(ends, own), (high - low) / 2)
    if aside.sum() == 0 and len(xy) == 2:
        return np.empty((0, 2))
    low, high = low + aside[0], high - aside[1]
    measure = measures(xy)
    stops = shapely.get_coordinates(shapely.line_interpolate_point(line, [low, high]))
    chain = np.concatenate([stops[:1], xy[(measure > low) & (measure < high)], stops[1:]])
    chain = shapely.get_coordinates(shapely.simplify(shapely.linestrings(chain), tolerance_m, preserve_topology=False))
    return chain[int(aside[0] == 0) : len(chain) - int(aside[1] == 0)]


def _slanted(xy, s, street, streets: Streets, runs: list[tuple[int, int]], most_m: float) -> list[tuple[int, int]]:
    """From an end that is beside its street the border goes over to it at a slant, not along what ends there too."""
    for k, end in ((0, 0), (-1, -1)):
        if not runs:
            break
        first, last = runs[k]
        off = shapely.distance(streets.lines[street[runs[k][end]]], shapely.points(xy[end]))
        on = np.arange(first, last + 1)
        if off > TOUCH_M:
            on = on[np.abs(s[on] - s[end]) >= SLANT * min(off, most_m)]
        on = on[street[on] >= 0]
        if len(on) < 2:
            runs = runs[1:] if k == 0 else runs[:-1]
        else:
            runs[k] = (int(on[0]), int(on[-1]))
    return runs


def _runs(s: np.ndarray, street: np.ndarray, streets: Streets, shortest_m: float) -> list[tuple[int, int]]:
    """First and last place of each stretch along streets that follow each other."""
    runs: list[list[int]] = []
    for i in np.flatnonzero(street >= 0).tolist():
        last = runs[-1][1] if runs else -1
        gap = s[i] - s[last] if runs else np.inf
        meet = runs and gap <= shortest_m and _meet(streets, street[last], street[i]) is not None
        if meet or (gap <= STEP_M * 1.5 and street[last] == street[i]):
            runs[-1][1] = i
        else:
            runs.append([i, i])
    return [(i, j) for i, j in runs if s[j] - s[i] >= shortest_m]


def _meet(streets: Streets, one: int, two: int) -> np.ndarray | None:
    """Where two lines end together, as a row; no row for one and the same line; None where they do not meet."""
    if one == two:
        return np.empty((0, 2))
    for a in streets.ends[one]:
        for b in streets.ends[two]:
            if np.abs(a - b).max() < TOUCH_M:
                return a[None, :]
    return None


def _path(places, street, streets: Streets, first_xy, last_xy) -> tuple[np.ndarray, tuple[bool, bool]]:
    """Along the lines, from where the first place lies on its line to where the last does, by the ends they share.

    Begins and ends at `first_xy` and `last_xy` where these are given and lie on the first and last line; says whether.
    """
    keep = street >= 0
    places, street = places[keep], street[keep]
    change = np.flatnonzero(np.append(True, street[1:] != street[:-1]))
    stops = np.append(change[1:], len(street)) - 1
    pieces, corner, reached = [], np.empty((0, 2)), [False, False]
    for k, (begin, end) in enumerate(zip(change, stops, strict=True)):
        line = streets.lines[street[begin]]
        m0, m1 = shapely.line_locate_point(line, places[[begin, end]])
        if k == 0 and _is_on(line, first_xy):
            m0, reached[0] = shapely.line_locate_point(line, shapely.points(first_xy)), True
        if len(corner):
            m0 = shapely.line_locate_point(line, shapely.points(corner[0]))
        if k + 1 < len(change):
            corner = _meet(streets, street[begin], street[stops[k] + 1])
            corner = np.empty((0, 2)) if corner is None else corner
            if len(corner):
                m1 = shapely.line_locate_point(line, shapely.points(corner[0]))
        elif _is_on(line, last_xy):
            m1, reached[1] = shapely.line_locate_point(line, shapely.points(last_xy)), True
        pieces.append(substring(line, m0, m1))
    return np.concatenate(pieces), (reached[0], reached[1])


def _is_on(line, xy) -> bool:
    return xy is not None and shapely.distance(line, shapely.points(xy)) <= TOUCH_M


def substring(line, m0: float, m1: float) -> np.ndarray:
    """The line's vertices between two measures, in their order, with both ends."""
    coords = shapely.get_coordinates(line)
    measure = measures(coords)
    low, high = min(m0, m1), max(m0, m1)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [low, high]))
    path = np.concatenate([ends[:1], coords[(measure > low + 1e-6) & (measure < high - 1e-6)], ends[1:]])
    return path if m0 <= m1 else path[::-1]
