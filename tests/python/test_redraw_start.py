"""Where a redraw of fields begins: today's, the owners' program, and each grid at the nearest team with room."""

import numpy as np
import pytest
from libgrid.redraw.asked import Asked
from libgrid.redraw.begin import nearest_starts, read_units
from libgrid.redraw.problem import state_problem
from libgrid.redraw.rules import unit_weight

import libgrid as lg
from libgrid import _core


@pytest.fixture(scope="module")
def anjing():
    return lg.datasets.load("anjing")


def stated_for(area, share, level="field"):
    asked = Asked(limits={"minutes_asked": share}, order=("response",))
    units, asked = read_units(area, level, "default", "today", None, asked)
    return state_problem(units, asked)


def test_every_grid_is_at_the_nearest_team_with_room(anjing):
    stated = stated_for(anjing, 0.2)
    (start,) = nearest_starts(stated.units, stated.problem)
    assert (start >= 0).all() and start.tolist() == _core.assign_to_nearest(stated.problem, threads=2).tolist()
    weight = unit_weight(stated.units, "minutes_asked")
    load = np.bincount(start, weights=weight, minlength=len(stated.units.grid_ids))
    # The flow divides at most a grid between two teams: who gets it whole is over by less than that grid.
    assert (load <= stated.limits[0][2] + weight.max()).all()
    # Nearer than today in all, and than any plan that hangs together.
    cost = _core.measure_terms(stated.problem, start)[0]
    today = _core.measure_terms(stated.problem, np.ascontiguousarray(stated.units.today, np.int32))[0]
    found = lg.redraw(anjing, level="field", limits={"minutes_asked": 0.2}, order=["response"], effort=200_000, rng=1)
    assert cost < today and cost < 1.002 * found.terms["response"] * 1000


def test_the_search_finds_its_way_out_of_todays_fields(anjing):
    asked = {"level": "field", "limits": {"minutes_asked": 0.2}, "order": ["response"], "effort": 1_000_000, "rng": 1}
    found = lg.redraw(anjing, **asked)
    assert found.gap["response"] < 0.01
    stated = stated_for(anjing, 0.2)
    today = np.ascontiguousarray(stated.units.today, np.int32)
    alone = _core.redraw(stated.problem, today, effort=1_000_000, seed=1)
    assert alone["status"] == "done" and found.terms["response"] * 1000 < 0.99 * alone["terms"][0]
    nothing = lg.redraw(anjing, start=None, **asked)
    assert not len(nothing.issues.frame) and nothing.gap["response"] < 0.01


def test_at_other_levels_and_without_a_response_there_is_no_such_start(anjing):
    micro = state_problem(*read_units(anjing, "micro", "default", "today", None, Asked(order=("response",))))
    assert nearest_starts(micro.units, micro.problem) == ()
    asked = Asked(limits={"minutes_asked": 0.2}, order=("cut_border",))
    field = state_problem(*read_units(anjing, "field", "default", "today", None, asked))
    assert nearest_starts(field.units, field.problem) == ()
