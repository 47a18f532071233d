"""The belt beyond the border: households who are served but never counted, and one outside site."""

import numpy as np
from scipy.spatial import cKDTree

from .lattice import Lattice
from .parcels import VILLAGE
from .people import interpolate
from .spec import Spec
from .streams import stream

SHARE, NEAREST_M, FARTHEST_M = 0.04, 215.0, 585.0


def draw_neighbours(spec: Spec, lattice: Lattice, use: np.ndarray):
    """Positions of the outside households, clustered in villages, and the outside site's (x, y)."""
    rng = stream(spec.seed, "neighbours")
    inside = np.zeros((lattice.x.shape[0] - 1, lattice.x.shape[1] - 1), bool)
    homes = np.zeros(inside.shape)
    c, r = lattice.column_lines, lattice.row_lines
    inside[:] = np.repeat(np.repeat(lattice.district >= 0, np.diff(c), 0), np.diff(r), 1)
    water = np.repeat(lattice.water, np.diff(r))[None, :] | np.zeros(inside.shape, bool)
    village = np.repeat(np.repeat(use == VILLAGE, np.diff(c), 0), np.diff(r), 1)
    cx, cy = cell_middles(lattice)
    edge = inside.copy()
    edge[1:-1, 1:-1] &= ~(inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:])
    i, j = np.nonzero(edge)
    corners = [np.column_stack([lattice.x[i + a, j + b], lattice.y[i + a, j + b]]) for a in (0, 1) for b in (0, 1)]
    tree = cKDTree(np.concatenate(corners))
    i, j = np.nonzero(~inside & ~water)
    away = tree.query(np.column_stack([cx[i, j], cy[i, j]]))[0]
    belt = (away > NEAREST_M + 40) & (away < FARTHEST_M - 40)
    i, j, away = i[belt], j[belt], away[belt]
    homes = np.where(village[i, j], 1.0, 0.15) * rng.gamma(0.6, 1.0, len(i))
    n = round(SHARE * spec.households)
    cell = np.repeat(np.arange(len(i)), rng.multinomial(n, homes / homes.sum()))
    x, y = interpolate(lattice, i[cell] + rng.uniform(0.05, 0.95, n), j[cell] + rng.uniform(0.05, 0.95, n))
    spots = np.flatnonzero(np.isin(i, c) & np.isin(j, r))
    if len(spots) == 0:
        spots = np.arange(len(i))
    gap_side = cy[i, j] < np.median(lattice.y)  # the bank without the town: leave its gap open
    spots = spots[~gap_side[spots]] if (~gap_side[spots]).any() else spots
    k = spots[rng.integers(len(spots))]
    at = interpolate(lattice, np.array([i[k] + 0.1]), np.array([j[k] + 0.1]))
    return x, y, (float(at[0][0]), float(at[1][0]))


def cell_middles(lattice):
    def middle(z):
        return (z[:-1, :-1] + z[1:, :-1] + z[:-1, 1:] + z[1:, 1:]) / 4

    return middle(lattice.x), middle(lattice.y)
