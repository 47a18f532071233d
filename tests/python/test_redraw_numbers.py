"""The number of grids left free: tried parent by parent, with a price for one more grid."""

import pandas as pd
import pytest
from libgrid.redraw import prove

import libgrid as lg
from libgrid import _core

LIMITS = {"households_and_shops": (30, 100)}


@pytest.fixture(scope="module")
def town():
    return lg.datasets.load("town")


@pytest.fixture(scope="module", autouse=True)
def quick_bounds():
    """Bounds are not the subject here: those by enumeration would take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prove, "MOST_SHARPENED", 0)
        yield


KNOWN = {}


def free(town, **keywords):
    """A redraw with the number of grids left free; the same one is made once."""
    asked = {"grids": "free", "limits": LIMITS, "order": ["inertia"], "effort": 100_000, "rng": 1} | keywords
    key = repr(sorted(asked.items()))
    if key not in KNOWN:
        KNOWN[key] = lg.redraw(town, **asked)
    return KNOWN[key]


def test_the_number_that_is_worth_most_at_its_price_is_chosen_and_its_neighbours_were_tried(town):
    for price in (0.0, 1.0):
        table = free(town, grid_price=price).numbers
        assert set(table["parent"]) == set(town.grids.query("level == 'micro'")["parent_id"])
        for _, tried in table.groupby("parent"):
            kept = tried[tried["kept"]]
            worth = kept["inertia"] * kept["grids"] ** price
            (chosen,) = tried.loc[tried["chosen"], "grids"]
            assert chosen == kept.loc[worth.idxmin(), "grids"]
            assert kept["judged"].to_numpy() == pytest.approx((worth / kept["today"] ** price).to_numpy())
            weight = town.grids.loc[town.grids["parent_id"] == tried["parent"].iloc[0]]
            assert len(weight) == tried["today"].iloc[0]
    # An independent redraw with the same number is not far from what was tried, and a neighbour is not better.
    parent = table.groupby("parent")["today"].max().idxmax()
    tried = table[table["parent"] == parent].set_index("grids")
    (chosen,) = tried.index[tried["chosen"]]
    assert {chosen - 1, chosen + 1} <= set(tried.index)
    given = {
        number: lg.redraw(town, grids={parent: int(number)}, limits=LIMITS, order=["inertia"], effort=100_000, rng=2)
        for number in (chosen - 1, chosen)
    }
    less = given[chosen - 1].terms["inertia"] - given[chosen].terms["inertia"]
    assert less == pytest.approx(tried.loc[chosen - 1, "inertia"] - tried.loc[chosen, "inertia"], abs=3e5)


def test_a_higher_price_never_asks_for_more_grids(town):
    count = [len(set(free(town, grid_price=price).assignment["after"])) for price in (0.0, 1.0, 4.0)]
    assert count[0] > count[1] > count[2]


def test_limits_hold_the_effort_is_kept_and_threads_change_nothing(town):
    found = [free(town, order=["response", "balance"], threads=threads) for threads in (1, 2)]
    assert (found[0].assignment["after"] == found[1].assignment["after"]).all()
    pd.testing.assert_frame_equal(found[0].numbers, found[1].numbers)
    assert 50_000 < found[0].effort_done <= 100_000
    quality = lg.measure_plan(found[0].area, found[0].plan, size_norm=(30, 100)).grids
    level = found[0].area.grids.set_index("grid_id")["level"]
    micro = quality[(quality["grid_id"].map(level) == "micro") & quality["grid_id"].isin(found[0].assignment["after"])]
    assert len(micro) == found[0].numbers.query("chosen")["grids"].sum()
    assert micro["within_norm"].all() and (micro["n_parts"] == 1).all()


def test_new_grids_have_codes_of_their_own_and_inherit_parent_and_team(town):
    found = free(town, grid_price=0.0)
    new = found.area.grids[~found.area.grids["grid_id"].isin(town.grids["grid_id"])]
    assert len(new) >= 2 and new["grid_id"].is_unique
    teams = town.grids.groupby("parent_id")["team_id"].agg(set)
    assert all(team in teams[parent] for team, parent in zip(new["team_id"], new["parent_id"], strict=True))
    assert set(new["grid_id"]) <= set(found.assignment["after"])


def test_grids_that_do_not_go_on_are_told_with_everyone_who_lived_in_them(town):
    found = free(town, order=["response", "balance", "change"])
    gone = set(found.assignment["before"]) - set(found.assignment["after"])
    assert len(gone) == 1
    # The lightest goes.
    columns = lg.BlockGraph.from_blocks(town).columns
    size = columns["households_and_shops"].groupby(found.assignment["before"].to_numpy()).sum()
    micro = town.grids.query("level == 'micro'").groupby("parent_id")["grid_id"].agg(list)
    siblings = next(ids for ids in micro if gone <= set(ids))
    assert gone == {size[siblings].idxmin()}
    told = found.change().grids
    assert gone <= set(told["old_grid_id"])
    left = found.assignment["before"].isin(gone)
    assert found.assignment.loc[left, "changed"].all()
    residents = columns["residents"].to_numpy()
    assert found.terms["change"] == residents[found.assignment["changed"]].sum() >= residents[left].sum() > 0
    # Today's terms are those of today's grids, as a redraw that keeps them tells.
    same = lg.redraw(town, limits=LIMITS, effort=20_000, rng=1)
    pd.testing.assert_series_equal(found.before, same.before)
    with pytest.raises(lg.InvalidInput, match=rf"{gone.pop()} do not go on.*plan_migration"):
        found.migration()
    steps = lg.plan_migration(found.today_plan(), found.plan)
    assert len(steps.moves) == found.assignment["changed"].sum()


def test_a_grid_with_a_lock_goes_on(town):
    loose = free(town, order=["response", "balance", "change"])
    (gone,) = set(loose.assignment["before"]) - set(loose.assignment["after"])
    block = loose.assignment.loc[loose.assignment["before"] == gone, "unit"].iloc[0]
    held = free(town, order=["response", "balance", "change"], locked=[block]).assignment.set_index("unit")
    assert held.loc[block, "after"] == gone
    named = free(town, order=["response", "balance", "change"], forbidden=[(block, gone)]).assignment.set_index("unit")
    assert gone in set(named["after"]) and named.loc[block, "after"] != gone
    parent = town.grids.set_index("grid_id").loc[gone, "parent_id"]
    blocks = loose.assignment[loose.assignment["before"].map(town.grids.set_index("grid_id")["parent_id"]) == parent]
    one_each = blocks.drop_duplicates("before")["unit"].tolist()
    with pytest.raises(lg.InvalidInput, match=f"{parent} is to have 2 grids, but locks.*keep {len(one_each)}"):
        lg.redraw(town, grids={parent: 2}, locked=one_each, effort=1_000, rng=1)


def test_a_budget_of_moves_pays_for_grids_that_are_given_up(town):
    households = lg.BlockGraph.from_blocks(town).columns["households"].to_numpy()
    for budget in (0, 40, 120):
        found = free(town, limits={"households_and_shops": (10, 150)}, grid_price=3.0, max_moved=budget)
        changed = found.assignment["changed"].to_numpy()
        assert households[changed].sum() <= budget
        if budget == 0:
            assert set(found.assignment["after"]) >= set(found.assignment["before"])
    assert len(set(found.assignment["after"])) < len(set(found.assignment["before"]))
    parent = found.numbers.query("today > 2")["parent"].iloc[0]
    with pytest.raises(lg.Infeasible, match=r"max_moved=3.*households are in grids that do not go on"):
        lg.redraw(town, grids={parent: 2}, max_moved=3, effort=1_000, rng=1)


def test_shares_and_leaders_limit_the_number_too(town):
    even = free(town, limits={"households_and_shops": 0.15})
    assert (even.numbers["kept"] & even.numbers["chosen"]).any()
    start = lg.redraw(town, limits=LIMITS, effort=60_000, rng=1).assignment
    up = town.grids.set_index("grid_id")["parent_id"]
    leaders = start[start["after"].map(up).notna()].drop_duplicates("after")["unit"].tolist()
    led = free(town, limits={"households_and_shops": (10, 150)}, leader=leaders, grid_price=0.0)
    micro = led.assignment[led.assignment["after"].map(led.area.grids.set_index("grid_id")["level"]) == "micro"]
    assert set(micro["after"]) == set(led.assignment.set_index("unit").loc[leaders, "after"]) & set(micro["after"])
    assert led.numbers["grids"].max() <= len(leaders)


def test_where_no_number_fits_the_totals_are_told(town):
    with pytest.raises(lg.Infeasible, match=r"no number of grids fits.*households_and_shops in all.*400 … 401 a grid"):
        free(town, limits={"households_and_shops": (400, 401)})
    with pytest.raises(lg.Infeasible, match="in the heaviest block, 0 … 2 a grid"):
        free(town, limits={"households_and_shops": (0, 2)})


@pytest.mark.parametrize("price", [-1, float("nan"), float("inf"), True, "much", None])
def test_a_price_is_a_number(town, price):
    with pytest.raises(lg.InvalidInput, match="grid_price"):
        free(town, grid_price=price)


def test_half_of_a_time_limit_is_for_trials(town):
    found = free(town, effort=500_000_000, time_limit_s=0.6)
    assert found.status == "time_limit" and found.numbers["chosen"].any()


def test_who_stops_a_trial_stops_them_all_and_gets_the_best_so_far(town, monkeypatch):
    real, calls = _core.redraw, []

    def stopped_at_the_second(problem, first, **how):
        calls.append(how["effort"])
        found = real(problem, first, **how)
        return found | {"status": "stopped"} if len(calls) == 2 else found

    monkeypatch.setattr(_core, "redraw", stopped_at_the_second)
    found = lg.redraw(town, grids="free", limits=LIMITS, order=["inertia"], effort=100_000, rng=1)
    assert found.status == "stopped" and found.numbers["chosen"].any()
    assert len(calls) == 3 and calls[2] == 1 < calls[0] == calls[1]
