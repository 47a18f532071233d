"""Problems cross into the core as columns, and plans are verified and measured there."""

import numpy as np
import pytest
from plan_problems import lattice, limit, places

import libgrid as lg
from libgrid import _core


def labels(*values):
    return np.array(values, np.int32)


def test_a_plan_is_verified_and_measured():
    graph = lattice(2, 2)
    problem = _core.PlanProblem(
        graph,
        2,
        limits=[limit("households", [10, 20, 30, 40], 30, 70, 2)],
        terms=[
            {"name": "cut", "kind": "cut", "length": graph.border_mm},
            {"name": "inertia", "kind": "inertia", "weight": np.ones(4, np.int64), "place": places(2, 2)},
        ],
    )
    assert problem.term_names == ["cut", "inertia"] and problem.limit_names == ["households"]
    assert _core.verify_plan(problem, labels(0, 0, 1, 1)) == []
    assert _core.measure_terms(problem, labels(0, 0, 1, 1)).tolist() == [200_000, 10_000]
    faults = _core.verify_plan(problem, labels(0, 1, 1, 0))
    assert {f["rule"] for f in faults} == {"connected"}


def test_rules_of_every_kind_reach_the_core():
    problem = _core.PlanProblem(
        lattice(1, 3),
        2,
        columns={
            "parent_of_block": labels(0, 0, 1),
            "parent_of_grid": labels(0, 1),
            "reference": labels(0, 0, 1),
            "locked": np.array([1, 0, 0], np.uint8),
            "moved_weight": np.array([1, 1, 1], np.int64),
        },
        max_moved=0,
        keep_together=[(0, 1)],
        keep_apart=[(1, 2)],
    )
    assert _core.verify_plan(problem, labels(0, 0, 1)) == []
    rules = {f["rule"] for f in _core.verify_plan(problem, labels(1, 0, 0))}
    assert rules == {"nested", "locked", "together", "apart", "moved"}


def test_a_column_of_another_dtype_is_refused_by_name():
    with pytest.raises(lg.InvalidInput, match="parent_of_block must be a contiguous array of int32"):
        _core.PlanProblem(lattice(1, 2), 1, columns={"parent_of_block": np.zeros(2)})


def test_an_unknown_kind_of_term_is_refused():
    with pytest.raises(lg.InvalidInput, match="no such kind: beauty"):
        _core.PlanProblem(lattice(1, 2), 1, terms=[{"name": "x", "kind": "beauty"}])


def test_plans_without_a_grid_for_every_block_are_not_measured():
    problem = _core.PlanProblem(lattice(1, 2), 1)
    with pytest.raises(lg.InvalidInput, match="in no grid"):
        _core.measure_terms(problem, labels(0, -1))
