#!/usr/bin/env python3
"""Ten million places on borders, on corners and a rounding step beside them: none lost, none in two grids.

Rounds over fresh tessellations, rows in any order, rings in any direction and from any corner. Each answer is held
against the plain definition, written out again here on int64: a grid holds a place when an odd number of its edges lie
east of it, an edge owning its lower end only; a place that nobody holds and that lies on a border goes to the lowest
row that touches it.
Usage: python tools/soak_locate.py [places] [seed]
"""

import sys
import time

import numpy as np

from libgrid import _core

SIDES_MM = (60, 999, 25_000)  # a lattice of whole millimetres so tight that every place is special; a yard; a block


def tessellation(n, side, rng):
    """n × n cells that share their corners and the bends of their borders exactly: rings (n², 8, 2), open."""
    shake = side // 4
    corner = np.stack(np.meshgrid(np.arange(n + 1), np.arange(n + 1)), axis=-1).astype(np.int64) * side
    corner += rng.integers(-shake, shake, corner.shape, endpoint=True)
    bend = max(side // 20, 1)
    across = (corner[:, :-1] + corner[:, 1:]) // 2
    across += rng.integers(-bend, bend, across.shape, endpoint=True)
    along = (corner[:-1] + corner[1:]) // 2
    along += rng.integers(-bend, bend, along.shape, endpoint=True)
    c = corner
    around = [c[:-1, :-1], across[:-1], c[:-1, 1:], along[:, 1:], c[1:, 1:], across[1:], c[1:, :-1], along[:, :-1]]
    return np.stack(around, axis=2).reshape(n * n, 8, 2)


def polygon_set(rings, order, rng):
    """The rings in that order of rows, each from a corner of its own and in a direction of its own."""
    k = np.arange(8)
    start = rng.integers(0, 8, (len(rings), 1))
    step = rng.choice([-1, 1], (len(rings), 1))
    turned = np.take_along_axis(rings, ((start + step * k) % 8)[:, :, None], axis=1)[order]
    points = np.concatenate([turned, turned[:, :1]], axis=1).reshape(-1, 2).astype(np.int32)
    one = np.arange(len(rings) + 1, dtype=np.int64)
    return _core.PolygonSet(np.ascontiguousarray(points), 9 * one, one, one)


def special_places(rings, count, rng):
    """Millimetres on edges, on corners, and beside them."""
    cell, k = rng.integers(0, len(rings), count), rng.integers(0, 8, count)
    a, b = rings[cell, k], rings[cell, (k + 1) % 8]
    # Half of them exactly on the edge: its places in whole millimetres, often only its two corners.
    exact = np.gcd(*np.abs(b - a).T)
    share = np.where(rng.random(count) < 0.5, rng.integers(0, exact, endpoint=True) / exact, rng.random(count))[:, None]
    beside = rng.integers(-1, 1, (count, 2), endpoint=True) * (rng.random((count, 1)) < 0.5)
    return np.rint(a + share * (b - a)).astype(np.int64) + beside


def metres_of(places, frame, rng):
    """The places in metres: exact, one unit in the last place off, and on the edge between two millimetres."""
    xy = frame.to_positions(places.astype(np.int32))
    kind = rng.integers(0, 4, len(xy))
    xy[kind == 3] += 0.0005
    for towards, these in ((-np.inf, kind == 1), (np.inf, kind == 2), (rng.choice([-np.inf, np.inf]), kind == 3)):
        xy[these] = np.nextafter(xy[these], towards)
    return np.ascontiguousarray(xy)


def answers(rings, n, side, places):
    """By place: how many cells hold it, one that does, and the cells around that touch it (−1 for none)."""
    column, row = (np.floor_divide(places, side)).T
    holders = np.zeros(len(places), dtype=np.int64)
    holder = np.full(len(places), -1)
    touching = np.full((len(places), 9), -1)
    for j, (dr, dc) in enumerate(np.ndindex(3, 3)):
        r, c = row + dr - 1, column + dc - 1
        there = np.flatnonzero((r >= 0) & (r < n) & (c >= 0) & (c < n))
        cell = (r * n + c)[there]
        a = rings[cell]
        b = np.roll(a, -1, axis=1)
        swap = (b[..., 1] < a[..., 1])[..., None]
        low, high = np.where(swap, b, a), np.where(swap, a, b)
        p = places[there][:, None, :]
        d, e = high - low, p - low
        side_of = d[..., 0] * e[..., 1] - d[..., 1] * e[..., 0]
        crossed = (low[..., 1] <= p[..., 1]) & (p[..., 1] < high[..., 1]) & (side_of > 0)
        holds = crossed.sum(axis=1) % 2 == 1
        holders[there] += holds
        holder[there[holds]] = cell[holds]
        box = (np.minimum(low, high) <= p) & (p <= np.maximum(low, high))
        touches = ((side_of == 0) & box.all(axis=2)).any(axis=1)
        touching[there[touches], j] = cell[touches]
    return holders, holder, touching


def soak(count, seed, orders=3, cells=40):
    """Checks about `count` places; returns how many lay on a border, and how many nobody claims but the rule."""
    rng = np.random.default_rng(seed)
    share = -(-count // (len(SIDES_MM) * orders))
    on_border = by_rule = 0
    for side in SIDES_MM:
        rings = tessellation(cells, side, rng)
        frame = _core.Frame(400_000.0, 3_400_000.0)
        clean = polygon_set(rings, np.arange(len(rings)), rng)
        if len(_core.find_polygon_faults(clean)) or len(_core.find_overlaps(clean, 0.0)[0]):
            raise SystemExit(f"side {side}: the tessellation itself is faulty")
        for _ in range(orders):
            order = rng.permutation(len(rings))
            locator = _core.PointLocator(polygon_set(rings, order, rng))
            rank = np.argsort(order)
            xy = metres_of(special_places(rings, share, rng), frame, rng)
            found = locator.locate_positions(frame, xy)
            for first in range(0, share, 50_000):
                part = slice(first, first + 50_000)
                places = frame.to_points(xy[part]).astype(np.int64)
                holders, holder, touching = answers(rings, cells, side, places)
                touched = np.where(touching >= 0, rank[touching], len(rings)).min(axis=1)
                expected = np.where(holder >= 0, rank[holder], np.where(touched < len(rings), touched, -1))
                doubled = np.flatnonzero(holders > 1)
                wrong = np.flatnonzero(found[part] != expected)
                if len(doubled) or len(wrong):
                    at = (doubled if len(doubled) else wrong)[0]
                    raise SystemExit(
                        f"seed {seed}, side {side}: {len(doubled)} places in two cells, {len(wrong)} wrong; "
                        f"first {places[at]} mm: found {found[part][at]}, expected {expected[at]}"
                    )
                on_border += int((touching >= 0).any(axis=1).sum())
                by_rule += int(((holder < 0) & (touched < len(rings))).sum())
    return on_border, by_rule


def main(count=10_000_000, seed=1):
    start = time.perf_counter()
    on_border = by_rule = done = 0
    while done < count:
        borders, rule = soak(900_000, seed)
        on_border, by_rule, done, seed = on_border + borders, by_rule + rule, done + 900_000, seed + 1
    print(
        f"{done:,} places, {on_border:,} exactly on a border, {by_rule:,} of them on the outer one: "
        f"0 lost, 0 doubled ({time.perf_counter() - start:.0f} s)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
