"""Fields proved best by an assignment program with separator cuts: one team a grid, connected, within its minutes."""

import math

import numpy as np
import pytest
from libgrid.proof.assignment import solve_assignment
from plan_problems import lattice, limit, random_problem

import libgrid as lg
from libgrid import _core


def field(rows, columns, teams, slack, *, seed=0, **more):
    """Grids of a lattice for teams at random places; response is the walk to the team's base, weighted."""
    rng = np.random.default_rng(seed)
    n = rows * columns
    minutes = rng.integers(50, 150, n)
    base = rng.choice(n, teams, replace=False)
    r, c = np.divmod(np.arange(n), columns)
    walk = abs(r[:, None] - r[base]) + abs(c[:, None] - c[base])
    cost = np.ascontiguousarray(minutes[:, None] * walk, np.int64)
    offered = minutes.sum() / teams
    minutes_asked = limit("minutes_asked", minutes, math.ceil(offered * (1 - slack)), offered * (1 + slack), teams)
    response = {
        "name": "response",
        "kind": "assignment",
        "owner_of_grid": np.arange(teams, dtype=np.int32),
        "owners": teams,
        "cost": cost.ravel(),
    }
    balance = {
        "name": "balance",
        "kind": "balance",
        "weight": np.ascontiguousarray(minutes, np.int64),
        "target": np.full(teams, round(offered), np.int64),
    }
    return _core.PlanProblem(lattice(rows, columns), teams, limits=[minutes_asked], terms=[response, balance], **more)


@pytest.mark.parametrize("order", [[0], [3], [0, 3], [3, 0]])
def test_the_program_finds_what_enumeration_finds(order):
    rng, feasible = np.random.default_rng(sum(order) + len(order)), 0
    for _ in range(6):
        problem = random_problem(rng, 3, 3)
        best = _core.find_best_plan(problem, order=order, at_most=[], effort=10**8)
        found = solve_assignment(problem, order=order)
        if not len(best["grid_of"]):
            assert found.status == "infeasible" and found.grid_of is None
            continue
        feasible += 1
        assert found.status == "optimal"
        assert [int(found.terms[t]) for t in order] == [int(best["terms"][t]) for t in order]
        assert _core.verify_plan(problem, found.grid_of) == []
        assert all(b <= best["terms"][t] for b, t in zip(found.bounds, order, strict=True))
    assert feasible > 2


def test_a_field_of_some_dozen_grids_is_proved():
    found = solve_assignment(field(7, 7, 4, 0.1), order=[0])
    assert found.status == "optimal" and found.bounds[0] == found.terms[0]


def test_a_plan_within_the_gap_is_enough():
    problem = field(7, 7, 4, 0.1)
    best = solve_assignment(problem, order=[0])
    found = solve_assignment(problem, order=[0], gap=0.05)
    assert found.bounds[0] <= best.terms[0] <= found.terms[0] <= 1.06 * found.bounds[0]


def test_a_search_that_is_cut_short_returns_the_start_and_a_valid_bound():
    problem = field(4, 4, 3, 0.15)
    start = _core.find_best_plan(problem, order=[1], at_most=[], effort=10**8)["grid_of"]
    best = solve_assignment(problem, order=[0])
    found = solve_assignment(problem, order=[0], start=start, time_limit_s=0.0)
    assert found.status == "stopped" and _core.verify_plan(problem, found.grid_of) == []
    assert found.bounds[0] <= best.terms[0] <= found.terms[0]


def test_progress_hears_of_every_round_and_may_stop_it():
    heard = []
    solve_assignment(field(4, 4, 3, 0.15), order=[0], on_bound=lambda *facts: heard.append(facts))
    assert heard and heard[-1][1] == heard[-1][2]

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_assignment(field(4, 4, 3, 0.15), order=[0], on_bound=stop)


def test_a_term_that_the_program_cannot_hold_is_refused_by_name():
    problem = random_problem(np.random.default_rng(1), 3, 3)
    with pytest.raises(lg.InvalidInput, match="term cut"):
        solve_assignment(problem, order=[1])
