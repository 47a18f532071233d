"""What no order of the stops can beat: lower bounds on the time on the way."""

from __future__ import annotations

import numpy as np

from .. import _core

__all__ = ["assignment_bound", "tree_bound", "way_bound"]

NEVER = np.iinfo(np.uint32).max // 4  # 12 days; no round is so long


def way_bound(
    times_ms: np.ndarray, base: np.ndarray, stops: np.ndarray, service_ms: int, longest_ms: int
) -> tuple[int, str]:
    """The better of two bounds on the way of rounds through the stops, and its name.

    Parameters
    ----------
    times_ms : (n, n) int64
        Any direction; NEVER or more where there is no way.
    base : (carers,) rows
        No more rounds than carers.
    stops : rows
    service_ms : int
        Of all stops together.
    longest_ms : int
        A shift: as many rounds are needed as the stops and the bound on the way fill.
    """
    if not len(stops):
        return 0, "exact"
    rounds, way = 0, 0
    while (needed := max(1, -(-(service_ms + way) // longest_ms))) > rounds and rounds < len(base):
        rounds = min(int(needed), len(base))
        way = max(way, tree_bound(times_ms, base, stops, rounds))
    return max((assignment_bound(times_ms, base, stops), "assignment"), (way, "Held-Karp"))


def assignment_bound(times_ms: np.ndarray, base: np.ndarray, stops: np.ndarray) -> int:
    """Each stop and each carer's base is left once and entered once; the least sum, by min-cost flow.

    A carer may stay at the base. Directions are kept: the better bound where ways differ by direction.
    """
    places = np.r_[base, stops]
    n, m = len(places), len(base)
    cost = np.minimum(times_ms[np.ix_(places, places)], NEVER)
    cost[np.arange(m), np.arange(m)] = 0  # stays at home
    keep = np.ones((n, n), bool)
    keep[np.arange(m, n), np.arange(m, n)] = False  # a stop is left for another place
    row, column = np.nonzero(keep)
    ptr = np.r_[0, np.cumsum(keep.sum(axis=1))].astype(np.int64)
    one = np.ones(n, np.int64)
    found = _core.ship(
        one, one, ptr, column.astype(np.int32), cost[row, column].astype(np.uint32), True, np.zeros(n, np.int32), None
    )
    return int(found["total_cost"])


def tree_bound(times_ms: np.ndarray, base: np.ndarray, stops: np.ndarray, fewest: int = 1, *, steps: int = 200) -> int:
    """Held and Karp's bound, for several rounds: the dearest cheapest forest with its ways home, by prices.

    r rounds are r paths through the stops (a forest of r trees) and 2 r ways from a base; the least over the possible r
    is taken, over prices of the stops. Of two directions the shorter counts, so that it holds for one-way streets too.
    Held and Karp (1970), The traveling-salesman problem and minimum spanning trees; steps as of Held, Wolfe and Crowder
    (1974).
    """
    way = np.minimum(np.minimum(times_ms, times_ms.T), NEVER).astype(float)
    home = way[np.ix_(base, stops)].min(axis=0)
    way = way[np.ix_(stops, stops)]
    n, most = len(stops), min(len(base), len(stops))
    fewest = min(max(fewest, 1), most)
    price, best = np.zeros(n), -np.inf
    step = 0.05 * np.r_[way.reshape(-1), home].mean()
    for _ in range(steps):
        tree = _least_tree(way + price[:, None] + price[None, :])
        homes = np.sort(np.repeat(home + price, 2))  # a round of one stop goes the same way twice
        ends = np.argsort(np.repeat(home + price, 2), kind="stable") // 2
        order = np.argsort(tree[2], kind="stable")
        lengths = np.r_[0.0, np.cumsum(tree[2][order])]  # of the forest with so many edges
        rounds = np.arange(fewest, most + 1)
        totals = lengths[n - rounds] + np.cumsum(homes)[2 * rounds - 1]
        r = int(rounds[totals.argmin()])
        best = max(best, totals.min() - 2 * price.sum())
        used = order[: n - r]
        degree = np.bincount(np.r_[tree[0][used], tree[1][used], ends[: 2 * r]].astype(int), minlength=n)
        slope = degree - 2
        if not slope.any():
            break
        price += step * slope
        step *= 0.97
    return max(0, int(np.ceil(best - 0.01)))  # rounds last whole milliseconds


def _least_tree(way: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prim's tree: one end, the other end and the length of each edge."""
    n = len(way)
    near, to, inside = way[0].copy(), np.zeros(n, np.int64), np.zeros(n, bool)
    inside[0] = True
    a, b, length = np.zeros(n - 1, np.int64), np.zeros(n - 1, np.int64), np.zeros(n - 1)
    for k in range(n - 1):
        out = np.where(inside, np.inf, near)
        i = int(out.argmin())
        a[k], b[k], length[k] = i, to[i], out[i]
        inside[i] = True
        closer = way[i] < near
        near[closer], to[closer] = way[i][closer], i
    return a, b, length
