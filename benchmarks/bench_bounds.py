"""How fast plans are enumerated, bounded and proved best.

    python benchmarks/bench_bounds.py

There is no peer for the bounds: samplers and partitioners give none. Enumeration is held against the known count.
The sample sub-district is redrawn at two levels; targets are 1 % above the bound of the response and 3 % above that of
the inertia, in a minute each.
"""

from __future__ import annotations

import pathlib
import sys
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/python"))
from libgrid.proof.exact import choose_in_order
from plan_problems import graph_of, lattice, limit, places, problem_of_sizes

import libgrid as lg
from libgrid import _core


def clock(work):
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def enumeration():
    problem = problem_of_sizes(lattice(5, 5), 5, 3, 7)
    found, seconds = clock(lambda: _core.enumerate_plans(problem, effort=10**9, most_plans=10**9, keep_plans=False))
    assert found["count"] == 1_472_750
    print(f"enumeration, 5 x 5 into 5 of 3 to 7: {found['count']:,} plans, {found['count'] / seconds:,.0f} /s")


def transport(n=100_000, owners=10):
    """A strip of blocks around sites that have room for a tenth each, and a twentieth to spare."""
    rng = np.random.default_rng(1)
    weight = rng.integers(5, 60, n)
    place, site = rng.random((n, 2)), rng.random((owners, 2))
    cost = (weight[:, None] * 1_000 * np.linalg.norm(place[:, None] - site, axis=2)).astype(np.int64)
    response = {
        "name": "response",
        "kind": "assignment",
        "owner_of_grid": np.arange(owners, dtype=np.int32),
        "owners": owners,
        "cost": cost.ravel(),
    }
    mean = weight.sum() / owners
    problem = _core.PlanProblem(
        graph_of(n, np.arange(n - 1), np.arange(1, n)),
        owners,
        limits=[limit("households", weight, 0.95 * mean, 1.05 * mean, owners)],
        terms=[response],
    )
    ((value, method),), seconds = clock(lambda: _core.bound_terms(problem))
    free = int(cost.min(axis=1).sum())
    print(f"transport, {n:,} blocks x {owners} owners: {seconds:.1f} s, {method}, {value / free:.4f} of the cheapest")


def choice(side=6):
    graph = lattice(side, side)
    terms = [
        {"name": "cut", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)},
        {"name": "inertia", "kind": "inertia", "weight": np.ones(side * side, np.int64), "place": places(side, side)},
    ]
    problem = problem_of_sizes(graph, side, side - 1, side + 1, terms=terms)
    tree, tree_s = clock(lambda: _core.find_best_plan(problem, order=[], at_most=[], effort=10**9))
    pool, pool_s = clock(lambda: _core.build_grid_pool(problem, effort=10**8, most_grids=10**6))
    found, choice_s = clock(lambda: choose_in_order(problem, pool, nodes=10_000))
    assert found.status == "optimal" and found.terms.tolist() == tree["terms"].tolist()
    print(f"{side} x {side} into {side}, cut then inertia: branch and bound {tree_s:.1f} s;")
    print(f"    {len(pool.kind):,} grids in {pool_s:.3f} s, the best choice in {choice_s:.1f} s")


def sample():
    """The two levels of the sample sub-district, each within a minute."""
    area = lg.datasets.load("anjing")
    asked = {
        "field": {"level": "field", "limits": {"minutes_asked": 0.10}},
        "micro": {"limits": {"households_and_shops": (30, 100)}, "order": ["inertia"], "sharpen": True},
    }
    for (name, keywords), target in zip(asked.items(), (0.01, 0.03), strict=True):
        found, seconds = clock(lambda k=keywords: lg.redraw(area, rng=1, **k))
        term = found.terms.index[0]
        gap, method = found.gap.iloc[0], found.bounds.loc[term, "name"]
        print(f"anjing, level {name}: {term} {gap:.2%} above its bound ({method}), {seconds:.1f} s")
        for what, value, most in ((f"{name}_gap", gap, target), (f"{name}_seconds", seconds, 60)):
            print(f"RESULT {what} {value:.3g} {most:.3g} {'met' if value <= most else 'missed'}")


if __name__ == "__main__":
    enumeration()
    transport()
    choice()
    sample()
