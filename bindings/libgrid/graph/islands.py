"""Parts of a block graph that hang together with nothing else, and the links that would join them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

FIRST_REACH_M = 20.0  # the search for the nearest block elsewhere begins here and doubles: a wide street


def suggest_links(shapes: np.ndarray, part: np.ndarray) -> pd.DataFrame:
    """For each island but the largest the link that joins it: part, block (of it), other, distance_m.

    Together they join everything that has a place and are as short as possible: a minimum spanning tree over the
    islands, hung up at the largest. Ties go to the lower blocks.
    """
    sizes = np.bincount(part)
    root = int(np.argmax(sizes))
    group = np.arange(len(sizes))  # islands that the links found so far have joined
    here = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    links: list[tuple] = []
    placed = np.unique(part[here])
    while len(np.unique(group[placed])) > 1:
        found = _nearest_elsewhere(shapes, here, group[part])
        for length, one, two in sorted(found):
            if group[part[one]] != group[part[two]]:
                links.append((length, one, two))
                group[group == group[part[one]]] = group[part[two]]
    return _hang(links, part, root)


def _nearest_elsewhere(shapes, here, group) -> list[tuple]:
    """For each group but the largest: distance, block and the nearest block of another group."""
    rows = np.flatnonzero(here)
    tree = shapely.STRtree(shapes[rows])
    largest = np.argmax(np.bincount(group[rows]))
    open_rows = rows[group[rows] != largest]
    best: dict[int, tuple] = {}
    reach = FIRST_REACH_M
    while len(open_rows):
        at, near = tree.query(shapes[open_rows], predicate="dwithin", distance=reach)
        one, two = open_rows[at], rows[near]
        other = group[one] != group[two]
        one, two = one[other], two[other]
        length = shapely.distance(shapes[one], shapes[two])
        order = np.lexsort((two, one, length))
        one, two, length = one[order], two[order], length[order]
        groups, first = np.unique(group[one], return_index=True)
        for g, k in zip(groups, first, strict=True):
            best[int(g)] = (float(length[k]), int(one[k]), int(two[k]))
        open_rows = open_rows[~np.isin(group[open_rows], groups)]
        reach *= 2
    return list(best.values())


def _hang(links, part, root) -> pd.DataFrame:
    """Each link at the island that it joins to the rest, seen from the largest."""
    beside: dict[int, list] = {}
    for length, one, two in links:
        beside.setdefault(int(part[one]), []).append((two, one, length))
        beside.setdefault(int(part[two]), []).append((one, two, length))
    rows, seen, queue = [], {root}, [root]
    for island in queue:
        for block, other, length in beside.get(island, ()):
            if part[block] not in seen:
                seen.add(int(part[block]))
                queue.append(int(part[block]))
                rows.append((int(part[block]), block, other, length))
    return pd.DataFrame(rows, columns=["part", "block", "other", "distance_m"])
