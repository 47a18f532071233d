"""Plans that are proved best: a choice among all possible grids equals enumeration, and both are verified."""

import itertools

import numpy as np
import pytest
from libgrid.proof.exact import choose_in_order, solve
from plan_problems import lattice, limit, places, problem_of_sizes, random_problem

import libgrid as lg
from libgrid import _core

ORDERS = list(itertools.permutations(range(4)))


def enumerate_best(problem):
    best = _core.find_best_plan(problem, order=[], at_most=[], effort=10**8)
    assert best["complete"]
    return best["terms"] if len(best["grid_of"]) else None


def choose(problem, **options):
    pool = _core.build_grid_pool(problem, effort=10**7, most_grids=10**6)
    assert pool.complete
    return choose_in_order(problem, pool, nodes=10_000, **options)


def test_the_choice_of_grids_is_best_in_every_order_of_terms():
    rng, feasible = np.random.default_rng(41), 0
    for round_ in range(24):
        problem = random_problem(rng, 3, 3, order=ORDERS[round_])
        best, found = enumerate_best(problem), choose(problem)
        if best is None:
            assert found.status == "infeasible" and found.grid_of is None
            continue
        feasible += 1
        assert found.status == "optimal", round_
        assert found.terms.tolist() == best.tolist(), round_
        assert list(found.bounds) == best.tolist()
        assert _core.verify_plan(problem, found.grid_of) == []
    assert feasible > 10


def test_the_choice_of_grids_is_best_when_terms_are_weighted():
    rng, feasible = np.random.default_rng(42), 0
    for _ in range(8):
        problem = random_problem(rng, weighted=True)
        best, found = enumerate_best(problem), choose(problem)
        if best is None:
            assert found.status == "infeasible"
            continue
        feasible += 1
        sums = [sum(f * int(v) for f, v in zip(problem.term_factors, t, strict=True)) for t in (best, found.terms)]
        assert found.status == "optimal" and sums[0] == pytest.approx(sums[1], abs=1e-6)
        assert found.bounds[0] <= sums[0] + 1e-6
    assert feasible > 4


def test_a_search_that_is_cut_short_keeps_valid_bounds():
    rng, compared = np.random.default_rng(43), 0
    for _ in range(8):
        problem = random_problem(rng, order=(1, 0))
        best = enumerate_best(problem)
        if best is None:
            continue
        pool = _core.build_grid_pool(problem, effort=10**7, most_grids=10**6)
        found = choose_in_order(problem, pool, nodes=0)
        assert found.bounds[0] <= best[0]
        compared += 1
    assert compared > 3


def test_enumeration_comes_first_and_the_pool_after():
    graph = lattice(6, 6)
    cut = {"name": "cut", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)}
    small = solve(problem_of_sizes(lattice(3, 3), 3, 3, 3, terms=[{**cut, "length": np.ones(12, np.int64)}]))
    assert small.method == "enumeration" and small.terms.tolist() == [6]
    large = solve(problem_of_sizes(graph, 6, 5, 7, terms=[cut]), effort=1_000_000)
    assert large.method == "set partitioning" and large.status == "optimal" and large.terms.tolist() == [18]


def test_a_budget_too_small_for_both_says_so():
    graph = lattice(6, 6)
    cut = {"name": "cut", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)}
    found = solve(problem_of_sizes(graph, 6, 5, 7, terms=[cut]), effort=100)
    assert found.status == "stopped" and found.grid_of is None and found.bounds == (-np.inf,)


def test_no_choice_is_infeasible():
    found = choose(problem_of_sizes(lattice(1, 5), 2, 1, 2))
    assert found.status == "infeasible"


def test_a_balance_among_weighted_terms_is_refused_with_the_cure():
    weight = np.ones(4, np.int64)
    balance = {"name": "balance", "kind": "balance", "weight": weight, "target": np.full(2, 2, np.int64)}
    problem = _core.PlanProblem(lattice(2, 2), 2, terms=[balance], weighted=True)
    with pytest.raises(lg.InvalidInput, match="put the terms in order"):
        choose(problem)


def test_the_least_inertia_of_a_lattice_is_its_squares():
    people = limit("people", np.ones(16), 4, 4, 4)
    inertia = {"name": "inertia", "kind": "inertia", "weight": np.ones(16, np.int64), "place": places(4, 4)}
    found = choose(_core.PlanProblem(lattice(4, 4), 4, limits=[people], terms=[inertia]))
    assert found.terms.tolist() == [4 * 4 * 5_000]  # four blocks, each 70.7 m from the middle
