import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_accessibility import as_pairs

import libgrid as lg


def min_cost(times_s, people, capacity):
    """The same by networkx: most people served, then least total time."""
    graph = nx.DiGraph()
    for i, n in enumerate(people):
        graph.add_edge("start", ("place", i), capacity=int(n), weight=0)
        for j in range(len(capacity)):
            if np.isfinite(times_s[i, j]):
                graph.add_edge(("place", i), ("site", j), weight=int(times_s[i, j]))
    for j, n in enumerate(capacity):
        graph.add_edge(("site", j), "end", capacity=int(n), weight=0)
    graph.add_nodes_from(["start", "end"])
    flow = nx.max_flow_min_cost(graph, "start", "end")
    return sum(flow["start"].values()), nx.cost_of_flow(graph, flow)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_optimal_is_the_min_cost_flow(rows, sites, seed):
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 900, (rows, sites)).astype(float)
    times[rng.random((rows, sites)) < 0.3] = np.inf
    people, capacity = rng.integers(0, 6, rows), rng.integers(0, 9, sites)
    served, cost = min_cost(times, people, capacity)
    for given_times in (times, as_pairs(times)):
        best = lg.assign_catchments(given_times, people, capacity, method="optimal")
        assert best.assigned == served
        assert (best.frame["people"] * best.frame["time_s"]).sum() == cost
        assert best.assigned + best.unserved.sum() == people.sum()
        assert (best.sites["people"] <= capacity).all()
    spill = lg.assign_catchments(times, people, capacity, method="spill_over")
    assert spill.assigned <= served
    assert spill.assigned + spill.unserved.sum() == people.sum()


def test_spill_over_follows_the_slow_rule():
    rng = np.random.default_rng(4)
    times = rng.integers(0, 900, (30, 4)).astype(float)
    people, capacity = rng.integers(0, 6, 30), np.array([20, 15, 10, 5])
    left, room, taken = people.copy(), capacity.copy(), {}
    for i, j in sorted(np.ndindex(30, 4), key=lambda ij: (times[ij], *ij)):
        units = min(left[i], room[j])
        if units:
            left[i], room[j], taken[i, j] = left[i] - units, room[j] - units, units
    frame = lg.assign_catchments(times, people, capacity, method="spill_over").frame
    assert {(r, s): p for r, s, p in zip(frame["row"], frame["site"], frame["people"], strict=True)} == taken


def test_priority_and_threshold():
    times = [[60.0], [600.0]]
    first = lg.assign_catchments(times, [1, 1], [1], method="spill_over", priority=[2, 1])
    assert first.unserved.tolist() == [1, 0]
    near = lg.assign_catchments(times, [1, 1], [9], method="optimal", threshold_s=600)
    assert near.assigned == 2
    assert lg.assign_catchments(times, [1, 1], [9], method="optimal", threshold_s=599.999).site.tolist() == [0, -1]


def test_a_panel_over_its_limit_leaves_one_person():
    times = np.zeros((20, 20))
    people = np.full(20, 2000)
    people[7] = 2001
    a = lg.assign_catchments(times, people, np.full(20, 2000), method="optimal")
    assert a.assigned == 40_000 and a.unserved.sum() == 1
    assert "40,000 people served" in repr(a) and a.sites["free"].sum() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": [1, -1]}, "rows 1"),
        ({"people": [1, 1.5]}, "rows 1"),
        ({"people": [1]}, "one each"),
        ({"capacity": [1, 2]}, "one each"),
        ({"times_s": [[1.0], [np.nan]]}, "rows 1"),
        ({"times_s": [[1.0], [5e6]]}, "rows 1"),
        ({"method": "best"}, "neither"),
        ({"threshold_s": 0}, "above 0"),
        ({"priority": [1, 2]}, "spill_over"),
    ],
)
def test_bad_input_is_said(change, message):
    arguments = {"times_s": [[1.0], [2.0]], "people": [1, 1], "capacity": [1], "method": "optimal"} | change
    with pytest.raises(lg.InvalidInput, match=message):
        lg.assign_catchments(**arguments)
