"""Polygons of blocks and grids from lattice rectangles; neighbours share every vertex of their border."""

import numpy as np
import shapely

from .lattice import Lattice
from .parcels import Parcels


def block_footprints(lattice: Lattice, p: Parcels) -> np.ndarray:
    """A polygon of each footprint, with all lattice vertices on its ring; made at once for each shape."""
    out = np.empty(len(p.i0), dtype=object)
    shapes, of = np.unique(np.column_stack([p.i1 - p.i0, p.j1 - p.j0]), axis=0, return_inverse=True)
    for k, (w, h) in enumerate(shapes.tolist()):
        here = np.flatnonzero(of.ravel() == k)
        i = np.concatenate([np.arange(w), np.full(h, w), np.arange(w, 0, -1), np.zeros(h, int), [0]])
        j = np.concatenate([np.zeros(w, int), np.arange(h), np.full(w, h), np.arange(h, 0, -1), [0]])
        a, b = p.i0[here, None] + i, p.j0[here, None] + j
        out[here] = shapely.polygons(np.stack([lattice.x[a, b], lattice.y[a, b]], axis=-1))
    return out


def grid_outlines(lattice: Lattice, districts: list, ids: list) -> np.ndarray:
    """Outlines in the order of the grids' table: communities, general grids and leaves of each district."""
    out = []
    for made, i in zip(districts, ids, strict=True):
        g = made["grids"]
        shapes = block_footprints(lattice, made["parcels"])
        leaves = _dissolve(shapes, g.leaf, len(g.leaf_community))
        plain = np.flatnonzero(~g.leaf_dedicated)
        pairs = np.column_stack([g.leaf_community, g.leaf_general])[plain]
        general = np.unique(pairs, axis=0, return_inverse=True)[1].ravel()
        out += [
            _dissolve(leaves, g.leaf_community, len(i["community"])),
            _dissolve(leaves[plain], general, len(i["general"])),
            leaves,
        ]
    return np.concatenate(out)


def _dissolve(shapes, label, n):
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], np.arange(n + 1))
    out = np.empty(n, dtype=object)
    for k in range(n):
        out[k] = shapely.coverage_union_all(shapes[order[bounds[k] : bounds[k + 1]]])
    return out
