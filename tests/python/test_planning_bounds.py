"""Bounds by parent: what no plan can be better than, and what that rests on."""

import json
import pathlib

import numpy as np
import pytest
from libgrid.proof.bounds import lower_bounds
from plan_problems import lattice, limit, places, problem_of_sizes, random_problem

import libgrid as lg
from libgrid import _core

ORACLES = pathlib.Path(__file__).parents[3] / "shared/data/districting/grid_oracles.jsonl"


def cut(graph):
    return {"name": "cut", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)}


def nested_pair(**more):
    """Two parents of 3 × 3 blocks side by side, three grids each."""
    graph = lattice(3, 6)
    parent = np.tile(np.repeat([0, 1], 3), 3).astype(np.int32)
    columns = {"parent_of_block": parent, "parent_of_grid": np.repeat([0, 1], 3).astype(np.int32)}
    inertia = {"name": "inertia", "kind": "inertia", "weight": np.ones(18, np.int64), "place": places(3, 6)}
    balance = {
        "name": "balance",
        "kind": "balance",
        "weight": np.arange(18, dtype=np.int64),
        "target": np.full(6, 25, np.int64),
    }
    size = limit("blocks", np.ones(18), 2, 4, 6)
    columns |= more.pop("columns", {})
    return _core.PlanProblem(graph, 6, limits=[size], terms=[cut(graph), inertia, balance], columns=columns, **more)


@pytest.mark.skipif(not ORACLES.exists(), reason="the published counts of lattice plans are not here")
def test_counts_and_cut_edges_equal_the_published_ones():
    for line in ORACLES.read_text().splitlines():
        case = json.loads(line)
        known = case["result"]
        if known["count"] > 100_000:
            continue
        rows, columns = map(int, case["id"][1:].split("_")[0].split("x"))
        problem = problem_of_sizes(lattice(rows, columns), known["k"], known["lo"], known["hi"])
        found = _core.enumerate_plans(problem, effort=10**8, most_plans=10**8, keep_plans=False)
        assert found["complete"] and found["count"] == known["count"], case["id"]
        histogram = {str(c): n for c, n in enumerate(found["cut_edges"].tolist()) if n}
        assert histogram == known["cut_edges_uniform"], case["id"]


def test_small_parents_are_exact_and_add_up():
    problem = nested_pair()
    bounds = lower_bounds(problem)
    assert [b.term for b in bounds] == ["cut", "inertia", "balance"]
    assert all(b.exact and b.method == "enumeration" for b in bounds)
    best = _core.find_best_plan(problem, order=[0], at_most=[], effort=10**8)
    assert best["complete"] and bounds[0].value == best["terms"][0] == 3 + sum(p.value for p in bounds[0].parts)
    worst = _core.find_best_plan(problem, order=[2], at_most=[], effort=10**8)
    assert bounds[2].value == worst["terms"][2] == max(p.value for p in bounds[2].parts)


def test_without_effort_only_relaxations_are_used():
    quick = lower_bounds(nested_pair(), effort=0)
    slow = lower_bounds(nested_pair())
    assert not any(b.exact for b in quick)
    assert all(q.value <= s.value for q, s in zip(quick, slow, strict=True))
    assert quick[0].method == "cuts" and quick[2].method == "shares"


def test_a_budget_shared_by_parents_is_said_not_to_be_exact():
    reference = np.tile(np.arange(6, dtype=np.int32), 3)
    columns = {"reference": reference, "moved_weight": np.ones(18, np.int64)}
    bounds = lower_bounds(nested_pair(columns=columns, max_moved=3))
    assert not any(b.exact for b in bounds)


def test_the_gap_is_relative_to_the_plan():
    bound = lower_bounds(nested_pair())[0]
    assert bound.gap(bound.value) == 0.0
    assert bound.gap(2 * bound.value) == 0.5


def test_no_plan_at_all_is_infeasible():
    with pytest.raises(lg.Infeasible, match="no plan"):
        lower_bounds(problem_of_sizes(lattice(1, 5), 2, 1, 2, terms=[cut(lattice(1, 5))]))


def test_too_many_blocks_for_enumeration_are_refused_with_the_cure():
    with pytest.raises(lg.InvalidInput, match="split the problem by parent"):
        _core.enumerate_plans(problem_of_sizes(lattice(8, 9), 9, 8, 8), effort=1, most_plans=1, keep_plans=False)


def test_parents_too_large_to_enumerate_are_bounded_by_a_choice_of_grids():
    graph = lattice(6, 6)
    problem = problem_of_sizes(graph, 6, 5, 7, terms=[cut(graph)])
    (bound,) = lower_bounds(problem, effort=1_000_000)
    assert (bound.value, bound.method, bound.exact) == (18, "set partitioning", True)


def test_a_plan_to_beat_changes_no_exact_bound_and_is_never_below_one():
    rng = np.random.default_rng(3)
    compared = 0
    for _ in range(6):
        problem = random_problem(rng, 3, 3, order=(2,))
        best = _core.find_best_plan(problem, order=[], at_most=[], effort=10**8)
        plans = _core.enumerate_plans(problem, effort=10**8, most_plans=1, keep_plans=True)
        if not len(best["grid_of"]):
            continue
        (plain,) = lower_bounds(problem)
        (capped,) = lower_bounds(problem, upper=plans["grid_of"], effort=1)  # too little to enumerate
        assert plain.value == best["terms"][0] >= capped.value
        (proved,) = lower_bounds(problem, upper=best["grid_of"], effort=20_000)
        assert proved.value == plain.value and proved.exact
        compared += 1
    assert compared > 2


def test_inertia_of_parents_too_large_for_a_choice_is_bounded_over_the_plane():
    inertia = {"name": "inertia", "kind": "inertia", "weight": np.full(80, 25, np.int64), "place": places(8, 10)}
    problem = problem_of_sizes(lattice(8, 10), 10, 6, 10, terms=[inertia])
    (bound,) = lower_bounds(problem, effort=1_000)
    value = int(_core.redraw(problem, np.zeros(0, np.int32), effort=300_000, seed=1)["terms"][0])
    assert bound.method == "plane" and not bound.exact
    assert 0.0 <= bound.gap(value) < 0.05
