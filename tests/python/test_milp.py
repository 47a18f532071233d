"""Linear models: built from columns, solved with a bound that is true."""

import itertools

import numpy as np
import pytest
from libgrid.milp import LinearModel

import libgrid as lg


@pytest.mark.parametrize("seed", range(10))
def test_a_knapsack_is_as_good_as_the_best_of_all_subsets(seed):
    rng = np.random.default_rng(seed)
    value, weight = rng.integers(1, 30, 10), rng.integers(1, 20, 10)
    model = LinearModel()
    take = model.add_columns(10, integer=True)
    model.add_row(take, weight, high=40)
    found = model.solve(value.astype(float), maximise=True, gap=0.0)
    best = max(value @ s for s in map(np.array, itertools.product((0, 1), repeat=10)) if weight @ s <= 40)
    assert found.status == "optimal" and found.objective == pytest.approx(best) and found.gap == pytest.approx(0)


def test_rows_in_blocks_and_entries_given_twice_add_up():
    model = LinearModel()
    x = model.add_columns(2, high=10.0)
    rows = model.add_rows(
        [0, 1, 1], [x[0], x[1], x[1]], [1.0, 1.0, 1.0], high=[3.0, 8.0], count=2
    )  # x0 <= 3, 2 x1 <= 8
    assert model.solve(np.ones(2), maximise=True).values == pytest.approx([3, 4])
    model.add_entries(rows[:1], x[1:], 1.0)  # x0 + x1 <= 3
    assert model.solve(np.array([1.0, 2.0]), maximise=True).values == pytest.approx([0, 3])


def test_what_cannot_be_is_a_status_and_not_an_exception():
    model = LinearModel()
    x = model.add_columns(1, integer=True)
    model.add_row(x, low=2)
    found = model.solve(np.ones(1))
    assert found.status == "infeasible" and found.values is None and found.gap == float("inf")


def test_a_budget_of_nodes_stops_the_search_and_says_so():
    rng = np.random.default_rng(1)
    model = LinearModel()
    x = model.add_columns(60, integer=True)
    for _ in range(20):
        model.add_row(x, rng.integers(1, 99, 60).astype(float), high=800)
    value = rng.integers(1, 99, 60).astype(float)
    first, second = (model.solve(value, maximise=True, gap=0.0, nodes=1) for _ in range(2))
    assert first.status == "effort" and first.bound >= first.objective and (first.values == second.values).all()


def test_a_solution_to_begin_with_is_taken():
    model = LinearModel()
    x = model.add_columns(3, integer=True)
    model.add_row(x, high=2)
    assert model.solve(np.ones(3), maximise=True, start=np.array([1.0, 0, 0])).objective == pytest.approx(2)


def test_the_solver_is_the_librarys_own_affair(capfd):
    model = LinearModel()
    model.add_row(model.add_columns(1), high=1)
    model.solve(np.ones(1))
    assert capfd.readouterr() == ("", "") and issubclass(lg.Infeasible, RuntimeError)
