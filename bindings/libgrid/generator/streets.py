"""Roads along lattice lines: a hierarchy of streets, inner ways, bridges and one-way pairs."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree

from .centrelines import (
    FOOTWAY,
    PRIMARY,
    RESIDENTIAL,
    SECONDARY,
    SERVICE,
    TERTIARY,
    TRACK,
    UNCLASSIFIED,
    draw_centrelines,
)
from .lattice import MARGIN, Lattice
from .parcels import FARMLAND, MARKET, MIDRISE, TOWER, VILLAGE
from .spec import Spec
from .streams import stream

CUT_CLASS = np.array([0, SERVICE, FOOTWAY, TRACK])
URBAN = (MIDRISE, TOWER, MARKET)


def build_streets(spec: Spec, lattice: Lattice, use: np.ndarray, cuts: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of the road table (see `draw_centrelines`).

    Motor roads form one connected network and the bridges are the only roads across water.
    """
    rng = stream(spec.seed, "streets")
    horizontal, vertical = _street_segments(spec, lattice, use, rng)
    ni, nj = lattice.x.shape
    h, v = np.zeros((ni - 1, nj), np.int8), np.zeros((ni, nj - 1), np.int8)
    bridge = np.zeros((ni, nj - 1), bool)
    c, r = lattice.column_lines, lattice.row_lines
    h[:, r] = np.repeat(horizontal, np.diff(c), axis=0)
    v[c] = np.repeat(vertical, np.diff(r), axis=1)
    bridge[c] = np.repeat((vertical > 0) & lattice.water, np.diff(r), axis=1)
    for kind in (3, 2, 1):  # the better way wins where two cuts share an edge
        some = cuts[cuts[:, 0] == kind]
        for _, i0, j0, i1, j1 in some.tolist():
            if i0 == i1:
                v[i0, j0:j1] = CUT_CLASS[kind]
            else:
                h[i0:i1, j0] = CUT_CLASS[kind]
    oneway = _oneway_pairs(spec, lattice, use, horizontal, vertical)
    way = np.zeros(v.shape, np.int8)
    way[c] = np.repeat(oneway, np.diff(r), axis=1)
    return draw_centrelines(lattice, h, v, bridge, way, stream(spec.seed, "names", 2**20))


def _street_segments(spec, lattice, use, rng):
    """Class of every street segment between two street crossings: (columns, lines) and (lines, rows)."""
    nc, nr = lattice.shape
    urban = np.isin(use, URBAN)
    rural = np.isin(use, (FARMLAND, VILLAGE))

    def line_classes(n, middle):
        """Primary roads every six superblocks, secondary halfway, the rest by what is beside."""
        out = np.full(n, RESIDENTIAL, np.int8)
        out[(np.arange(n) - middle) % 3 == 0] = SECONDARY
        out[(np.arange(n) - middle) % 6 == 0] = PRIMARY
        return out

    one_bridge = spec.communities == 1
    columns = line_classes(nc + 1, MARGIN + (spec.columns - 1 if one_bridge else spec.columns // 2))
    rows = np.full(nr + 1, RESIDENTIAL, np.int8)
    land_rows = np.flatnonzero(~np.concatenate([lattice.water, [False]]) & ~_bank_lines(lattice))
    rows[land_rows] = line_classes(len(land_rows), int(np.searchsorted(land_rows, MARGIN + spec.rows * 5 // 8)))

    def beside(mask, axis):
        pad = [(1, 1), (0, 0)] if axis == 0 else [(0, 0), (1, 1)]
        m = np.pad(mask, pad)
        return (m[:-1] | m[1:]) if axis == 0 else (m[:, :-1] | m[:, 1:])

    horizontal = np.repeat(rows[None, :], nc, axis=0)
    vertical = np.repeat(columns[:, None], nr, axis=1)
    for segments, axis in ((horizontal, 1), (vertical, 0)):
        near_town = beside(urban, axis)
        open_land = beside(rural, axis) & ~near_town
        small = segments == RESIDENTIAL
        draw = rng.random(segments.shape)
        segments[small & near_town & (draw < 0.25)] = TERTIARY
        segments[small & open_land] = UNCLASSIFIED
        segments[small & open_land & (draw < 0.42)] = 0
        segments[small & beside(use == VILLAGE, axis) & beside(use == FARMLAND, axis) & (draw < 0.2)] = TRACK
    bank = _bank_lines(lattice)
    walk = bank[None, :] & (rng.random(horizontal.shape) < 0.45)
    horizontal[walk] = FOOTWAY  # the embankment
    horizontal[:, bank] = np.where(horizontal[:, bank] == FOOTWAY, FOOTWAY, RESIDENTIAL)
    vertical[:, lattice.water] = 0
    for b in np.flatnonzero(lattice.water):
        vertical[_bridge_columns(spec, lattice, columns, int(b), rng), b] = 1
        vertical[:, b] = np.where(vertical[:, b] > 0, np.where(columns <= SECONDARY, columns, TERTIARY), 0)
    return _connect(horizontal, vertical, lattice.water)


def _bank_lines(lattice):
    bank = np.zeros(len(lattice.water) + 1, bool)
    bank[:-1] |= lattice.water
    bank[1:] |= lattice.water
    return bank


def _bridge_columns(spec, lattice, columns, row, rng):
    """Lines that cross the river: the big roads first, well apart; none in the surroundings."""
    if spec.communities == 1:
        return np.array([MARGIN + spec.columns - 1])  # at one end, so that the detour is felt
    picks = []
    for tile in range(spec.tiles_x):
        first = MARGIN + tile * spec.columns
        both = (lattice.district[:, row - 1] >= 0) & (lattice.district[:, row + 1] >= 0)
        lines = np.arange(first + 1, first + spec.columns)
        lines = lines[both[lines] & both[lines - 1]]
        if len(lines) == 0:
            continue
        wish = np.quantile(lines, (np.arange(spec.bridges) + 0.5) / spec.bridges) + rng.uniform(-0.4, 0.4)
        for w in wish:
            away = np.abs(lines - w) + 1.2 * (columns[lines] > SECONDARY) + 1e3 * np.isin(lines, picks)
            picks.append(lines[np.argmin(away)])
    return np.unique(picks)


def _connect(horizontal, vertical, water):
    """Adds the fewest dropped segments that join all motor streets (spanning tree, kept streets first)."""
    nc, nr = vertical.shape[0] - 1, horizontal.shape[1] - 1
    node = np.arange((nc + 1) * (nr + 1)).reshape(nc + 1, nr + 1)
    tail = np.concatenate([node[:-1].ravel(), node[:, :-1].ravel()])
    head = np.concatenate([node[1:].ravel(), node[:, 1:].ravel()])
    value = np.concatenate([horizontal.ravel(), vertical.ravel()])
    crossing = np.concatenate([np.zeros(horizontal.size, bool), np.broadcast_to(water, vertical.shape).ravel()])
    motor = (value > 0) & (value != FOOTWAY) & (value != TRACK)
    allowed = ~crossing | (value > 0)
    cost = np.where(motor, 1.0, np.where(value > 0, 50.0, 100.0))[allowed]
    tree = minimum_spanning_tree(coo_matrix((cost, (tail[allowed], head[allowed])), shape=(node.size,) * 2).tocsr())
    used = coo_matrix(tree)
    key = np.minimum(tail, head).astype(np.int64) * node.size + np.maximum(tail, head)
    in_tree = np.isin(key, np.minimum(used.row, used.col).astype(np.int64) * node.size + np.maximum(used.row, used.col))
    added = in_tree & ~motor
    while True:  # the tree reaches bare crossings too: take dead ends that join nothing away again
        road = motor | added | (value > 0)
        degree = np.bincount(tail[road], minlength=node.size) + np.bincount(head[road], minlength=node.size)
        useless = added & ((degree[tail] == 1) | (degree[head] == 1)) & (value == 0)
        if not useless.any():
            break
        added &= ~useless
    value = np.where(added, UNCLASSIFIED, value).astype(np.int8)
    return value[: horizontal.size].reshape(horizontal.shape), value[horizontal.size :].reshape(vertical.shape)


def _oneway_pairs(spec, lattice, use, horizontal, vertical):
    """±1 for street segments of a northbound and a southbound street in the town's middle."""
    sign = np.zeros(vertical.shape, np.int8)
    for tile in range(spec.n_districts):
        market = np.argwhere((use == MARKET) & (lattice.district == tile))
        if len(market) == 0:
            continue
        c, r = np.round(market.mean(0)).astype(int).tolist()
        for first, last in ((r - 1, r + 1), (r, r + 1), (r - 1, r), (r, r)):
            rows = np.arange(max(first, 0), last + 1)
            pair = None if lattice.water[rows].any() else _pair(lattice, horizontal, vertical, tile, c, rows)
            if pair is not None:
                sign[pair[0], rows], sign[pair[1], rows] = 1, -1
                break
    return sign


def _pair(lattice, horizontal, vertical, tile, c, rows):
    """The nearest two streets, at most two apart, that both run through inside the district; or None."""
    through = (vertical[:, rows] > PRIMARY).all(1)
    inside = (lattice.district[:, rows] == tile).all(1)
    through[1:-1] &= inside[:-1] | inside[1:]
    # Streets across at both ends close the ring, so that one-way traffic still reaches every place.
    blocked = np.isin(horizontal[:, [rows[0], rows[-1] + 1]], (0, FOOTWAY, TRACK)).any(1)
    near = [k for k in range(max(c - 2, 0), min(c + 5, len(through))) if through[k]]
    pairs = [(k, m) for k in near for m in near if 1 <= m - k <= 2 and not blocked[k:m].any()]
    return min(pairs, key=lambda p: (p[1] - p[0], abs(p[0] - c), p)) if pairs else None
