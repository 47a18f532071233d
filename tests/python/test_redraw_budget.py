"""A budget of moves that several parents share: what each needs first, the rest where it buys most."""

import numpy as np
import pytest
from libgrid.redraw import prove
from plan_problems import graph_of, limit

import libgrid as lg
from libgrid import _core


@pytest.fixture(scope="module")
def anjing():
    return lg.datasets.load("anjing")


@pytest.fixture(scope="module", autouse=True)
def quick_bounds():
    """Bounds are not the subject here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prove, "MOST_SHARPENED", 0)
        yield


def households_moved(area, found):
    weight = lg.BlockGraph.from_blocks(area).columns["households"].to_numpy()
    return int(weight[found.assignment["changed"].to_numpy()].sum())


def test_a_small_budget_goes_where_it_buys_most(anjing):
    values = []
    for budget in (0, 100, 400):
        found = lg.redraw(anjing, order=["response"], max_moved=budget, effort=1_000_000, rng=1)
        moves = found.moves
        assert households_moved(anjing, found) == moves["moved"].sum() <= moves["allowed"].sum() <= budget
        assert (moves["least"] == 0).all() and (moves["moved"] <= moves["allowed"]).all()
        values.append(found.terms["response"])
    # Shared out by weight over 48 parents none would get enough to move one building that matters.
    assert values[0] == found.before["response"]
    assert values[0] - values[1] > 50_000 and values[1] - values[2] > 40_000
    assert set(moves["parent"]) <= set(anjing.grids["grid_id"])


def test_the_worst_balance_gets_the_budget_first(anjing):
    found = lg.redraw(anjing, order=["balance"], max_moved=100, effort=1_000_000, rng=1)
    assert found.terms["balance"] < 0.95 * found.before["balance"]
    assert 0 < (found.moves["moved"] > 0).sum() < 10


def test_a_parent_that_must_change_gets_what_it_needs_and_the_error_says_how_much(anjing):
    sizes = lg.BlockGraph.from_blocks(anjing).columns["households_and_shops"]
    size = sizes.groupby(anjing.plan.frame["grid_id"].to_numpy()).sum()
    micro = anjing.grids.query("level == 'micro'")["grid_id"]
    size = size.reindex(micro)
    limits = {"households_and_shops": (0, int(size.nlargest(4).iloc[-1]))}
    asked = {"limits": limits, "order": ["response"], "effort": 400_000, "rng": 1}
    with pytest.raises(
        lg.Infeasible, match=r"max_moved=0 households: the other rules need at least [0-9,]+ as far as"
    ) as e:
        lg.redraw(anjing, max_moved=0, **asked)
    up = anjing.grids.set_index("grid_id")["parent_id"]
    heavy = set(up[size[size > limits["households_and_shops"][1]].index])
    assert any(parent in str(e.value) for parent in heavy)
    assert not any(parent in str(e.value) for parent in set(up[micro]) - heavy)
    needed = int(str(e.value).split("at least ")[1].split(" as")[0].replace(",", ""))
    found = lg.redraw(anjing, max_moved=needed, **asked)
    assert households_moved(anjing, found) == needed == found.moves["least"].sum()
    # The least is what was found: a little below it a longer search may find less, at half of it none does.
    with pytest.raises(lg.Infeasible, match=r"at least [0-9,]+ as far as"):
        lg.redraw(anjing, max_moved=needed // 2, **asked)


def rows(parents, long_first):
    """Rows of six blocks for two grids each; in the first row the border of today is not where it should be."""
    a = np.concatenate([6 * p + np.arange(5) for p in range(parents)])
    today = np.tile(np.repeat([0, 1], 3), parents) + 2 * np.repeat(np.arange(parents), 6)
    today[:6] = np.repeat([0, 1], [long_first, 6 - long_first])
    columns = {
        "parent_of_block": np.repeat(np.arange(parents), 6).astype(np.int32),
        "parent_of_grid": np.repeat(np.arange(parents), 2).astype(np.int32),
        "reference": today.astype(np.int32), "moved_weight": np.ones(6 * parents, np.int64),
    }  # fmt: skip
    return graph_of(6 * parents, a, a + 1), columns


def test_the_least_is_what_enumeration_finds():
    for long_first in (1, 2, 4, 5):
        graph, columns = rows(9, long_first)
        size = limit("blocks", np.ones(54), 3, 3, 18)
        least = abs(long_first - 3)
        for budget, status in ((least, "done"), (least - 1, "not_found")):
            problem = _core.PlanProblem(graph, 18, limits=[size], columns=columns, max_moved=budget)
            told = [_core.redraw(problem, columns["reference"], effort=60_000, seed=4, threads=t) for t in (1, 2)]
            assert told[0]["grid_of"].tolist() == told[1]["grid_of"].tolist() and told[0]["moves"] == told[1]["moves"]
            assert told[0]["status"] == status
            assert [m[1] for m in told[0]["moves"]] == [least] + [0] * 8


def test_offers_are_shared_by_what_a_unit_buys():
    graph, _ = rows(1, 3)
    problem = _core.PlanProblem(graph, 2, terms=[{"name": "cut", "kind": "cut", "length": graph.border_mm}])
    offers = [[(0, [90]), (4, [50]), (8, [48])], [(1, [90]), (5, [70])]]
    assert _core.share_moves(problem, 6, offers) == {"offer": [1, 0], "allowed": [4, 1], "least": 1}
    assert _core.share_moves(problem, 0, offers) == {"offer": [], "allowed": [], "least": 1}
    with pytest.raises(lg.InvalidInput, match="parent 1 has no offer"):
        _core.share_moves(problem, 6, [offers[0], []])
    with pytest.raises(lg.InvalidInput, match="2 terms, not 1"):
        _core.share_moves(problem, 6, [[(0, [1, 2])]])
