"""Owners of blocks whatever their grids: bounds below every plan, starts that lead to better ones, gaps shown."""

import doctest

import numpy as np
import pytest
from libgrid.proof import owners
from libgrid.proof.owners import find_lead, solve_owners
from plan_problems import lattice, limit, random_problem
from test_planning_bounds_assignment import field

import libgrid as lg
from libgrid import _core


def test_docstring_example():
    assert doctest.testmod(owners).failed == 0


@pytest.mark.parametrize("whole", [False, True])
def test_no_plan_is_below_the_bound(whole):
    rng, feasible, reached = np.random.default_rng(5), 0, 0
    for _ in range(40):
        problem = random_problem(rng, 3, 3)
        best = _core.find_best_plan(problem, order=[0], at_most=[], effort=10**8)
        try:
            found = solve_owners(problem, 0, whole=whole)
        except lg.Infeasible:
            assert not len(best["grid_of"])
            continue
        if found is None or not len(best["grid_of"]):
            continue
        feasible += 1
        assert found.bound <= best["terms"][0]
        reached += found.exact
        if found.exact:
            assert found.bound == best["terms"][0]
            assert _core.measure_terms(problem, found.starts[0])[0] == found.bound
    assert feasible > 5 and (reached > 5) == whole


def two_bases(rows, columns, teams_each):
    """Teams of two bases at the short sides of a lattice, limits of ±10 %."""
    n, teams = rows * columns, 2 * teams_each
    c = np.arange(n) % columns
    cost = np.stack([c, columns - 1 - c], axis=1) * 100
    response = {
        "name": "response", "kind": "assignment", "owner_of_grid": np.repeat([0, 1], teams_each).astype(np.int32),
        "owners": 2, "cost": np.ascontiguousarray(cost.ravel(), np.int64),
    }  # fmt: skip
    size = limit("blocks", np.ones(n), int(0.9 * n / teams), int(1.1 * n / teams), teams)
    return _core.PlanProblem(lattice(rows, columns), teams, limits=[size], terms=[response])


def test_teams_of_one_base_are_one_owner():
    problem = two_bases(10, 20, 4)
    model = _core.build_owner_model(problem, 0)
    assert model.owners == 2 and model.owner_of_grid.tolist() == [0] * 4 + [1] * 4
    found = solve_owners(problem, 0, whole=False)
    assert found.bound == 100 * 2 * 10 * sum(range(10))  # each half at its own base
    answer = _core.redraw(problem, found.starts[0], effort=100_000, seed=1)
    assert answer["status"] == "done" and answer["terms"][0] == found.bound


def test_a_light_part_is_no_grid_and_so_no_bargain():
    """What lies near a base but cannot be reached without what lies between costs the way there too."""
    n = 30
    a, b = np.arange(n - 1), np.arange(1, n)
    cost = np.full((n, 2), 100)
    cost[:15, 0] = cost[15:, 1] = 0
    cost[25:28, 0], cost[25:28, 1] = 0, 100  # an island of owner 0 inside owner 1's half
    response = {
        "name": "response", "kind": "assignment", "owner_of_grid": np.array([0, 0, 1, 1], np.int32), "owners": 2,
        "cost": np.ascontiguousarray(cost.ravel(), np.int64),
    }  # fmt: skip
    graph = _core.BlockGraph(
        n, a.astype(np.int32), b.astype(np.int32), np.full(n - 1, 1, np.int64), np.zeros(n - 1, np.uint8)
    )
    size = limit("blocks", np.ones(n), 6, 9, 4)
    problem = _core.PlanProblem(graph, 4, limits=[size], terms=[response])
    (plain, _), *_ = _core.bound_terms(problem)
    found = solve_owners(problem, 0)
    assert plain == 0 and found.bound == 300 and found.exact


def test_a_lead_is_sought_where_owners_lead():
    rng = np.random.default_rng(3)
    assert find_lead(random_problem(rng, order=(1, 0, 2, 3)), whole=False) is None
    lead = find_lead(field(6, 6, 4, 0.2), whole=False)
    assert lead.term == 0 and len(lead.starts) == 1 and lead.starts[0].shape == (36,)


@pytest.fixture(scope="module")
def anjing():
    return lg.datasets.load("anjing")


def test_the_fields_of_the_sample_are_within_half_a_per_cent_of_the_bound(anjing):
    found = lg.redraw(anjing, level="field", limits={"minutes_asked": 0.10}, effort=4_000_000, rng=1)
    assert found.gap["response"] < 0.005
    assert found.bounds.loc["response", "name"] == "owners in shares"
    again = lg.redraw(anjing, level="field", limits={"minutes_asked": 0.10}, effort=4_000_000, rng=1, threads=1)
    assert again.assignment.equals(found.assignment) and again.trace.equals(found.trace)
    assert found.trace["effort"].is_monotonic_increasing and found.trace["effort"].iloc[-1] <= 4_000_000


def test_a_budget_of_moves_tells_all_teams_apart(anjing):
    asked = {"limits": {"minutes_asked": 0.10}, "order": ["response"], "effort": 2_000_000, "rng": 1}
    found = lg.redraw(anjing, level="field", max_moved=3_000, **asked)
    free = lg.redraw(anjing, level="field", **asked)
    assert found.change().doctor_changed_households <= 3_000
    assert found.bounds.loc["response", "value"] > 1.005 * free.bounds.loc["response", "value"]
    assert found.gap["response"] < 0.03


def test_progress_tells_the_gaps(anjing):
    heard = []
    lg.redraw(
        anjing, level="field", limits={"minutes_asked": 0.10}, effort=4_000_000, rng=1,
        progress=lambda done, total, terms, gaps: heard.append((done, total, terms, gaps)),
    )  # fmt: skip
    assert [done for done, *_ in heard] == sorted(done for done, *_ in heard)
    done, total, terms, gaps = heard[-1]
    assert done <= total == 4_000_000 and set(terms) == {"response", "balance", "change"}
    assert 0 < gaps["response"] < 0.02
