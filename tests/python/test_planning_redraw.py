"""Plans under edit, starts and the search, as Python sees them."""

import _thread
import json
import pathlib
import threading

import numpy as np
import pytest
from plan_problems import lattice, limit, places, problem_of_sizes
from test_planning_bounds_iowa import IOWA, iowa_about_centres

import libgrid
from libgrid import _core

NOTHING = np.zeros(0, np.int32)


def cut_problem(rows, columns, grids, lowest, highest, **more):
    graph = lattice(rows, columns)
    cut = {"name": "cut_edges", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)}
    return problem_of_sizes(graph, grids, lowest, highest, terms=[cut], **more)


def test_a_redraw_keeps_the_rules_and_finds_the_shortest_border():
    problem = cut_problem(6, 6, 4, 9, 9)
    found = _core.redraw(problem, NOTHING, effort=200_000, seed=1)
    assert found["status"] == "done" and found["faults"] == []
    assert found["terms"].tolist() == [12] == _core.measure_terms(problem, found["grid_of"]).tolist()
    assert found["trace"][-1] == (200_000, [12])
    assert found["effort_done"] == 200_000 and found["seed"] == 1


def test_threads_do_not_change_the_answer():
    problem = cut_problem(9, 9, 9, 8, 10)
    answers = [_core.redraw(problem, NOTHING, effort=40_000, seed=3, threads=t) for t in (1, 2, 5)]
    assert all(np.array_equal(answers[0]["grid_of"], other["grid_of"]) for other in answers)


def test_a_start_is_mended_and_every_change_is_told():
    problem = cut_problem(2, 4, 2, 3, 5)
    start = np.array([0, 0, 1, 0, 0, 1, 1, -1], np.int32)
    seed = _core.seed_plan(problem, start)
    assert seed["faults"] == [] and set(seed["changes"]) == {(3, 0, 1, "reattached"), (7, -1, 1, "placed")}


def test_a_block_above_the_limit_is_named():
    graph = lattice(1, 3)
    towers = [limit("households", [200, 5, 5], 0, 100, 2)]
    found = _core.redraw(_core.PlanProblem(graph, 2, limits=towers), NOTHING, effort=1000)
    assert found["status"] == "not_found"
    assert [(fault["rule"], fault["value"]) for fault in found["faults"]] == [("limit", 200)]


def test_the_state_answers_before_it_moves_and_takes_back():
    problem = cut_problem(2, 4, 2, 3, 5)
    state = _core.PlanState(problem, np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int32))
    assert state.terms.tolist() == [2] and state.cut_edge_count == 2
    delta = state.delta(1, 1)
    assert delta["terms"].tolist() == [1] and delta["cut_edges"] == 1 and state.why_not(1, 1) == []
    state.move(1, 1)
    assert state.terms.tolist() == [3]
    assert [fault["rule"] for fault in state.why_not(5, 1)] == ["limit", "limit"]  # too few, too many
    state.undo(0)
    assert state.terms.tolist() == [2] and state.log_size == 0
    with pytest.raises(libgrid.InvalidInput, match="there is no block 8"):
        state.why_not(8, 0)


def test_the_state_keeps_its_problem_alive():
    state = _core.PlanState(cut_problem(3, 3, 3, 1, 9), np.repeat(np.arange(3, dtype=np.int32), 3))
    assert state.cut_off(4).tolist() == [5]
    assert state.why_not(0, 1) == []


def test_progress_shows_the_terms():
    seen = []
    problem = cut_problem(9, 9, 9, 8, 10)
    _core.redraw(problem, NOTHING, effort=2_000_000, on_progress=lambda *row: seen.append(row))
    assert seen[-1][1] == 2_000_000 and len(seen[-1][2]) == 1 and seen[-1][2][0] > 0


def test_ctrl_c_returns_the_best_so_far():
    problem = cut_problem(20, 20, 10, 38, 42)
    threading.Timer(0.3, _thread.interrupt_main).start()
    found = _core.redraw(problem, NOTHING, effort=10**12)
    assert found["status"] == "stopped" and found["faults"] == []


def test_a_callback_that_raises_stops_the_search():
    def fail(done, total, terms):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        _core.redraw(cut_problem(20, 20, 10, 38, 42), NOTHING, effort=10**12, on_progress=fail)


def test_the_time_limit_is_a_status():
    found = _core.redraw(cut_problem(20, 20, 10, 38, 42), NOTHING, effort=10**12, time_limit_s=0.2)
    assert found["status"] == "time_limit" and found["faults"] == []


def test_inertia_makes_squares():
    graph = lattice(6, 6)
    inertia = {
        "name": "inertia",
        "kind": "inertia",
        "weight": np.ones(36, np.int64),
        "place": places(6, 6),
    }
    problem = problem_of_sizes(graph, 4, 9, 9, terms=[inertia])
    found = _core.redraw(problem, NOTHING, effort=300_000)
    # Four squares of 3 × 3: eight blocks of each lie off the centre, 12 · 100² m² in all.
    assert found["terms"].tolist() == [4 * 12 * 100**2]


ORACLES = pathlib.Path(__file__).parents[3] / "shared/data/districting/grid_oracles.jsonl"


@pytest.mark.skipif(not ORACLES.exists(), reason="the enumerated lattices are not here")
def test_every_enumerated_lattice_is_solved_to_its_smallest_cut():
    solved = 0
    for line in ORACLES.read_text().splitlines():
        case = json.loads(line)
        laws = case["result"]
        if "cut_edges_uniform" not in laws:
            continue
        rows, columns = map(int, case["id"].split("_")[0][1:].split("x"))
        problem = cut_problem(rows, columns, laws["k"], laws["lo"], laws["hi"])
        found = _core.redraw(problem, NOTHING, effort=400_000)
        assert found["status"] == "done"
        assert found["terms"].tolist() == [min(map(int, laws["cut_edges_uniform"]))], case["id"]
        solved += 1
    assert solved >= 17


@pytest.mark.skipif(not IOWA.exists(), reason="the county graph is not here")
def test_grids_of_iowa_reach_the_proved_optimum():
    # The problem of test_planning_bounds_iowa.py, proved there by the assignment program.
    problem = iowa_about_centres()
    found = _core.redraw(problem, NOTHING, effort=8_000_000)
    assert found["status"] == "done" and found["terms"].tolist() == [23_210_395]
