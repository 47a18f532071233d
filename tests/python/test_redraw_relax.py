"""Where nothing is feasible the error says what would do, and what it says does."""

import re
from itertools import product

import numpy as np
import pytest
from libgrid.redraw import prove

import libgrid as lg
from libgrid import _core


@pytest.fixture(scope="module", autouse=True)
def quick_bounds():
    """Bounds are not the subject here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prove, "MOST_SHARPENED", 0)
        yield


def row(n, **weights):
    """So many blocks in a row."""
    return lg.BlockGraph.from_edges(n, range(n - 1), range(1, n), columns=weights or None)


def asked_instead(keywords, rows):
    """The keywords with one option of the frame put into them."""
    changed = dict(keywords)
    for change in rows.itertuples():
        if change.rule != "limits":
            one = changed.get(change.rule)
            by_name = isinstance(one, dict) and change.name
            changed[change.rule] = {change.name: change.needed} if by_name else change.needed
            continue
        wanted = changed["limits"][change.name]
        if isinstance(wanted, tuple):
            upper = change.asked == wanted[1] and change.needed > wanted[1]
            new = (wanted[0], change.needed) if upper else (change.needed, wanted[1])
        else:
            new = change.needed
        changed["limits"] = {**changed["limits"], change.name: new}
    return changed


def refused(what, **keywords):
    with pytest.raises(lg.Infeasible) as error:
        lg.redraw(what, **keywords)
    return error.value


START = np.array([0, 0, 0, 0, 1, 1])
CASES = {
    "a tower": (row(4, households=[10, 140, 10, 10]), {"grids": 2, "limits": {"households": (0, 100)}}),
    "a total": (row(10, households=[30] * 10), {"grids": 2, "limits": {"households": (60, 100)}}),
    "both sides": (row(5, people=[3] * 5), {"grids": 2, "limits": {"people": (7, 8)}}),
    "a share": (row(6), {"grids": 2, "limits": {"blocks": 0.1}, "keep_together": [(2, 3), (0, 1)]}),
    "a budget": (row(6), {"grids": 2, "limits": {"blocks": (3, 3)}, "start": [0, 0, 0, 0, 0, 1], "max_moved": 1}),
    "a budget by weight": (
        row(6, people=range(6)),
        {"grids": 2, "limits": {"blocks": (3, 3)}, "start": [0, 0, 0, 0, 0, 1], "max_moved": {"people": 6}},
    ),
    "locks": (row(6), {"grids": 2, "limits": {"blocks": (3, 3)}, "start": START, "locked": [3, 0]}),
    "apart": (row(6), {"grids": 2, "keep_apart": [(0, 2), (2, 4), (0, 5), (0, 4)]}),
    "forbidden": (row(6), {"grids": 2, "forbidden": [(0, 0), (0, 1), (3, 1)]}),
    "two limits": (row(6, a=[5, 1, 1, 1, 1, 1], b=[1, 1, 1, 1, 1, 5]), {"grids": 2, "limits": {"a": 0.1, "b": (3, 7)}}),
    "leaders": (row(6), {"grids": 3, "limits": {"blocks": (1, 4)}, "leader": [0, 1]}),
    "weights": (row(6), {"grids": 2, "limits": {"blocks": (2, 2)}, "weights": {"cut_edges": 1.0, "balance": 2.0}}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_suggestion_taken_literally_has_a_plan(name):
    graph, keywords = CASES[name]
    keywords = {"rng": 1, "effort": 20_000, "order": ["cut_edges"]} | keywords
    if "weights" in keywords:
        del keywords["order"]
    error = refused(graph, **keywords)
    frame = error.relaxation
    assert len(frame) and frame["exact"].all()
    for option, rows in frame.groupby("option"):
        found = lg.redraw(graph, **asked_instead(keywords, rows))
        assert found.status == "optimal"
        assert f"({option}) {rows['text'].iloc[0]}" in str(error)
        assert re.search("[\u4e00-\u9fff]", rows["text_zh"].iloc[0])
        # One step less does not do.
        for change in rows.itertuples():
            if change.rule in ("limits", "max_moved") and len(rows) == 1:
                step = 1e-4 if isinstance(change.needed, float) else 1
                step = -step if change.needed > change.asked else step
                less = rows.assign(needed=change.needed + step)
                if less["needed"].iloc[0] != change.asked:
                    refused(graph, **asked_instead(keywords, less))


def best_by_trying(weight, grids, low, high):
    """The least highest that admits cuts of a row into grids whose weights are at least `low`."""
    n, best = len(weight), None
    for cuts in product([0, 1], repeat=n - 1):
        if sum(cuts) != grids - 1:
            continue
        loads = np.bincount(np.concatenate([[0], np.cumsum(cuts)]), weights=weight)
        if loads.min() >= low and loads.max() > high:
            best = loads.max() if best is None else min(best, loads.max())
    return best


def test_what_is_needed_is_what_trying_all_plans_finds():
    rng = np.random.default_rng(5)
    checked = 0
    for _ in range(12):
        weight = rng.integers(1, 9, 9)
        low, high = int(weight.sum() // 3 - 4), int(-(-weight.sum() // 3))
        keywords = {"grids": 3, "limits": {"people": (low, high)}, "order": ["cut_edges"], "rng": 1}
        try:
            lg.redraw(row(9, people=weight), **keywords)
            continue
        except lg.Infeasible as error:
            frame = error.relaxation
        wanted = best_by_trying(weight, 3, low, high)
        told = frame.query("rule == 'limits'")
        alone = [
            int(rows["needed"].iloc[0])
            for _, rows in told.groupby("option")
            if len(rows) == 1 and rows["needed"].iloc[0] > high
        ]
        assert alone == ([] if wanted is None else [int(wanted)]), (weight, low, high)
        checked += 1
    assert checked >= 4


@pytest.fixture(scope="module")
def anjing():
    return lg.datasets.load("anjing")


def test_on_an_area_the_grids_that_need_it_are_told_and_numbers_by_parent():
    town = lg.datasets.load("town")
    keywords = {"limits": {"households_and_shops": 0.01}, "effort": 100_000, "rng": 1}
    frame = refused(town, **keywords).relaxation
    assert frame["rule"].tolist() == ["limits", "grids", "grids"] and frame["needed"].iloc[0] < 0.03
    assert set(frame["grids"].iloc[0]) <= set(town.grids["grid_id"])
    for _, rows in frame.groupby("option"):
        assert lg.redraw(town, **asked_instead(keywords, rows)).status == "done"
    plan = frame["plan"].iloc[0]
    assert lg.redraw(town, start=plan, **asked_instead(keywords, frame[:1])).status == "done"
    # A grid that keeps its blocks, and one of them that must be with a block of its neighbour.
    plan = town.plan.frame.set_index("block_id")["grid_id"]
    up = town.grids.set_index("grid_id")["parent_id"]
    edges = lg.BlockGraph.from_blocks(town).frame
    ends = edges.assign(a=edges["block_a"].map(plan), b=edges["block_b"].map(plan))
    pair = ends[(ends["a"] != ends["b"]) & (ends["a"].map(up) == ends["b"].map(up))].iloc[0]
    together = (pair["block_a"], pair["block_b"])
    locked = {"locked": [pair["a"]], "keep_together": [together], "effort": 100_000, "rng": 1}
    frame = refused(town, **locked).relaxation
    assert set(frame["rule"]) == {"locked", "keep_together"}
    free = frame.query("rule == 'locked'").iloc[0]
    assert free["needed"] == () and pair["a"] in free["text"] and f"解除锁定：{pair['a']}" in free["text_zh"]
    for _, rows in frame.groupby("option"):
        assert lg.redraw(town, **asked_instead(locked, rows)).status == "done"


def test_where_the_search_missed_what_is_told_it_is_found_when_asked_for(anjing):
    keywords = {"limits": {"households_and_shops": (30, 100)}, "max_moved": 3, "effort": 200_000, "rng": 1}
    keywords |= {"order": ["change"]}
    error = refused(anjing, **keywords)
    frame = error.relaxation
    assert set(frame["rule"]) == {"limits", "max_moved"} and not frame["exact"].all()
    # The least that was found with more effort is below what the search itself finds: asked for, it is there.
    for _, rows in frame.groupby("option"):
        found = lg.redraw(anjing, **asked_instead(keywords, rows))
        assert found.status == "done" and (found.moves["moved"].sum() <= rows["needed"].max())
    assert "at least" in str(error) and "What would do" in str(error)


def test_other_errors_carry_no_relaxation():
    assert lg.Infeasible("x").relaxation is None


def test_who_stops_the_search_for_what_would_do_is_not_asked_again(monkeypatch):
    real, calls = _core.redraw, []

    def stopped(problem, first, **how):
        calls.append(how["effort"])
        return real(problem, first, **how) | {"status": "stopped"}

    town = lg.datasets.load("town")
    monkeypatch.setattr(_core, "redraw", stopped)
    error = refused(town, limits={"households_and_shops": (64, 70), "residents": (1, 10_000)}, effort=20_000, rng=1)
    assert len(calls) == 1 and not len(error.relaxation)
