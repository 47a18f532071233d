"""Rounds estimated for every grid at once: the formula, its columns, and how far off it is."""

import numpy as np
import pandas as pd
import pytest
from conftest import CRS, line_town
from libgrid.rounds.fit import grid_ground

import libgrid as lg


@pytest.fixture
def line_area():
    return lg.StudyArea.from_frames(**line_town(), crs=CRS)


def test_the_columns_are_what_the_pencil_says(line_area):
    found = lg.round_times(line_area, visits=[46.0, 92.0, 0.0], visit_min=20, wait_days=23, round_min=120, constant=1.0)
    west = found.grids.set_index("grid_id").loc["W"]
    speed = 17.1 / 3.6
    # households at 50, 150, 250 m with 2, 3, 1 people: 133.3 m from the base; ground 300 m x 100 m
    base_s = (50 * 2 + 150 * 3 + 250 * 1) / 6 / speed
    assert west["base_min"] * 60 == pytest.approx(base_s, abs=0.01) and west["area_m2"] == pytest.approx(30_000)
    leg_s = 1.3 / speed * np.sqrt(30_000 / 4.6)
    assert leg_s > 2 * 0 and west["leg_min"] * 60 == pytest.approx(leg_s)
    stops = (120 * 60 - 2 * base_s + leg_s) / (20 * 60 + leg_s)
    assert west["stops"] == pytest.approx(stops if leg_s < 2 * base_s else 1.0, rel=1e-4)
    assert west["travel_min_a_year"] == pytest.approx(46 * west["travel_min"])
    assert west["rounds_a_year"] == pytest.approx(46 / west["stops"])


def test_teams_add_up_their_grids_and_households_take_that_of_their_grid(anjing):
    found = lg.round_times(anjing)
    by = found.grids.groupby("team_id")["travel_min_a_year"].sum()
    teams = found.teams.set_index("team_id")
    assert teams.loc[by.index, "travel_min_a_year"].to_numpy() == pytest.approx(by.to_numpy())
    grid = anjing.plan.household_grid()
    row = int(np.flatnonzero(grid >= 0)[0])
    mine = found.grids.set_index("grid_id").loc[anjing.ids("grids")[grid[row]]]
    assert found.travel_min[row] == mine["travel_min"] and len(found.travel_min) == len(anjing.ids("households"))
    assert found.assumed == 0 and not found.travel_min.flags.writeable


def test_waiting_longer_makes_denser_rounds(anjing):
    day, fortnight = (lg.round_times(anjing, wait_days=d).teams["travel_min"].mean() for d in (1, 10))
    assert fortnight < day


def test_a_grid_whose_team_has_no_base_has_the_assumed_journey():
    frames = line_town()
    frames["teams"] = frames["teams"].assign(base_site_id=["S1", None])
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    found = lg.round_times(area, visits=[10, 10, 0])
    assert found.travel_min[-1] == 11.8 and found.assumed == 3
    assert np.isnan(found.grids.set_index("grid_id").loc["E", "travel_min"])


def test_stacked_blocks_are_one_ground(line_area):
    assert grid_ground(line_area, line_area.plan).tolist() == pytest.approx([30_000, 30_000, 0])
    frames = line_town()
    twice = frames["blocks"].iloc[[0]].assign(block_id="above")
    frames["blocks"] = pd.concat([frames["blocks"], twice], ignore_index=True)
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    assert grid_ground(area, area.plan).tolist() == pytest.approx([30_000, 30_000, 0])


def test_the_fitted_constant_tells_its_error_on_other_rounds(town):
    pytest.importorskip("ortools", reason="the extra 'rounds' is not installed")
    fit = lg.calibrate_rounds(town, rounds=16, waiting=20, stops=(3, 8), effort=40)
    assert 0.2 < fit.constant < 3 and fit.rounds["fitted"].sum() == 8
    other = fit.rounds[~fit.rounds["fitted"]]
    error = (other["estimated_s"] - other["round_s"]).abs().sum() / other["round_s"].sum()
    assert fit.mean_absolute_error == pytest.approx(error) and error < 0.6
    again = lg.calibrate_rounds(town, rounds=16, waiting=20, stops=(3, 8), effort=40)
    assert again.rounds.equals(fit.rounds)
    assert lg.round_times(town, constant=fit).constant == fit.constant


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"visits": [1.0]}, "one number a grid"),
        ({"visits": [-1.0, 0, 0]}, "visits"),
        ({"wait_days": 0}, "wait_days"),
        ({"detour": -1}, "detour"),
        ({"visit_min": 0}, "visit_min"),
        ({"constant": 0}, "constant"),
    ],
)
def test_wrong_input_is_named(line_area, rules, says):
    with pytest.raises(lg.InvalidInput, match=says):
        lg.round_times(line_area, **rules)


def test_an_area_without_roads_is_refused():
    with pytest.raises(lg.InvalidInput, match="roads"):
        lg.round_times(lg.StudyArea.from_frames(**line_town(roads=None), crs=CRS))
