"""A second plan: blocks on grid borders change to the neighbouring grid of the same community."""

import numpy as np

from .grids import LARGEST, SMALLEST, Grids
from .spec import Spec
from .streams import stream


def draw_plan_b(spec: Spec, grids: Grids, units: np.ndarray, district: int) -> np.ndarray:
    """Leaf of each footprint in the other plan: 6–10 % of the blocks move, every grid stays connected.

    Blocks leave the over-large grids first. A move never makes a grid too small or too large that was not.
    """
    rng = stream(spec.seed, "plan_b", district)
    leaf = grids.leaf.copy()
    sums = np.bincount(leaf, grids.size)
    members = [set(np.flatnonzero(leaf == g).tolist()) for g in range(len(sums))]
    wanted, moved = 0.075 * units.sum(), 0
    m = grids.graph.matrix
    tail = np.repeat(np.arange(grids.graph.n), np.diff(m.indptr))
    border = leaf[tail] != leaf[m.indices]
    border &= grids.community[tail] == grids.community[m.indices]
    border &= ~grids.leaf_dedicated[leaf[tail]] & ~grids.leaf_dedicated[leaf[m.indices]]
    pairs = rng.permutation(np.column_stack([tail[border], m.indices[border]]))
    too_large = sums[leaf[pairs[:, 0]]] > LARGEST
    pairs = pairs[np.argsort(~too_large, kind="stable")]
    n_fixes = int(too_large.sum())
    touched = set()
    for k, (block, beside) in enumerate(pairs.tolist()):
        if moved >= wanted and k >= n_fixes:
            break
        source, target = int(leaf[block]), int(leaf[beside])
        if source == target or block in touched or beside in touched or moved + units[block] > 0.098 * units.sum():
            continue
        size = grids.size[block]
        if k < n_fixes and sums[source] <= LARGEST:
            continue
        if sums[target] + size > LARGEST or (sums[source] - size < SMALLEST and sums[source] >= SMALLEST):
            continue
        rest = members[source] - {block}
        if not rest or not grids.graph.is_connected(rest):
            continue
        members[source] = rest
        members[target].add(block)
        sums[source] -= size
        sums[target] += size
        leaf[block] = target
        touched.add(block)
        moved += int(units[block])
    return leaf
