"""What the search finds is held against the best plan that there is, on problems small enough to enumerate."""

import numpy as np
import pytest
from plan_problems import random_problem

from libgrid import _core

ORDERS = [(0, 1, 2, 3), (1, 0), (2, 1), (3, 2, 0)]


@pytest.mark.skipif(not hasattr(_core, "redraw"), reason="the search is not built")
@pytest.mark.parametrize("order", ORDERS)
def test_the_search_reaches_the_best_plan_of_small_problems(order):
    rng, reached, feasible = np.random.default_rng(len(order)), 0, 0
    for _ in range(12):
        problem = random_problem(rng, order=order)
        best = _core.find_best_plan(problem, order=[], at_most=[], effort=10**8)
        assert best["complete"]
        start = np.full(problem.block_count, -1, np.int32)
        found = _core.redraw(problem, start, effort=200_000, seed=1, threads=1)
        kept = not _core.verify_plan(problem, found["grid_of"])
        if not len(best["grid_of"]):
            assert not kept
            continue
        feasible += 1
        if not kept:
            continue
        terms = _core.measure_terms(problem, found["grid_of"]).tolist()
        assert terms >= best["terms"].tolist(), "better than the best: one of the two is wrong"
        reached += terms[0] == best["terms"][0]
    assert feasible > 4
    assert reached >= 0.75 * feasible
