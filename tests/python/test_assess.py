import doctest
import sys

import numpy as np
import pytest
from conftest import line_town

import libgrid as lg

assess = sys.modules["libgrid.assess"]
questions = sys.modules["libgrid.questions"]


def make(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs="EPSG:4544")


def test_the_four_questions_of_a_line_town():
    result = lg.assess(make())
    # 1.2 m/s from the middle of each block to S1 at the west end, the only site with a session
    assert result.access.time_s == pytest.approx(np.array([50, 150, 250, 350, 450, 550]) / 1.2, abs=0.002)
    # own team: turnout 180 + e-bike 17.1 km/h + door 60; W belongs to the team in the west, E to the one in the east
    ride = np.array([50, 150, 250, 250, 150, 50]) / (17.1 / 3.6)
    assert result.response.own_team_time_s == pytest.approx(240 + ride, abs=0.002)
    assert (result.response.boundary_cost_s == 0).all()
    assert result.headline == {
        "people_beyond_response": 0,
        "people_beyond_access": 0,
        "teams_over": 0,
        "grids_outside_norm": 2,
        "records_set_aside": 0,
    }


def test_access_and_response_are_never_mixed():
    result = lg.assess(make(), settings=lg.Settings(access_threshold_s=250))
    assert result.headline["people_beyond_access"] == 4 + 2 + 2
    assert result.headline["people_beyond_response"] == 0


def test_migrants_are_not_added_twice():
    people = questions.group_people(make())
    assert people["all"].sum() == 14 + 1 and people["usual"].sum() == 14 and people["migrant"].sum() == 3


def test_neighbours_beyond_the_border_are_served_but_never_counted():
    frames = line_town()
    households = frames["households"].assign(inside=[True] * 5 + [False])
    result = lg.assess(make(households=households))
    assert result.access.groups["people"][0] == 13 and np.isfinite(result.access.time_s[5])


def test_a_site_outside_serves():
    frames = line_town()
    sites = frames["sites"].assign(inside=[False, True])
    result = lg.assess(make(sites=sites))
    assert result.headline["people_beyond_access"] == 0
    assert not result.uncertain.any()  # the outside is known


def test_without_neighbours_the_edge_is_uncertain():
    result = lg.assess(make(), settings=lg.Settings(access_threshold_s=250))
    assert result.uncertain.all()  # the town is narrower than a 15 minutes' walk
    assert result.access.groups["uncertain"][0] == result.access.groups["uncovered"][0] == 8


def test_a_moment_of_the_week():
    area = make()
    assert lg.assess(area, settings=lg.Settings(moment="2 10:00")).headline["people_beyond_access"] == 0
    assert lg.assess(area, settings=lg.Settings(moment="5 10:00")).headline["people_beyond_access"] == 15
    with pytest.raises(lg.InvalidInput, match='must read like "2 10:00"'):
        lg.assess(area, settings=lg.Settings(moment="Tuesday"))


def test_a_border_in_the_wrong_place_costs_minutes():
    area = make()
    labels = area.plan.labels.copy()
    labels[:] = 1  # everybody to the team in the east
    result = lg.assess(area, lg.Plan(area, labels))
    cost = result.response.boundary_cost_s
    assert cost[0] == pytest.approx((550 - 50) / (17.1 / 3.6), abs=0.002) and cost[5] == 0
    assert (result.response.nearest_time_s <= result.response.own_team_time_s).all()


def test_what_cannot_be_asked_is_none():
    result = lg.assess(
        make(
            teams=None,
            sessions=None,
            grids=None,
            blocks=line_town()["blocks"].drop(columns="grid_id"),
            households=line_town()["households"].drop(columns="signed_team_id"),
        )
    )
    assert result.response is None and result.workload is None and result.access is None
    assert result.headline["people_beyond_response"] is None


def test_a_household_in_no_grid_has_no_team_and_stays_in_the_count():
    blocks = line_town()["blocks"].assign(grid_id=["W", "W", "W", "E", "E", None])
    result = lg.assess(make(blocks=blocks))
    row = result.response.groups.iloc[0]
    assert row["people"] == 15 and row["no_team"] == 2 and row["uncovered"] == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"access_threshold_s": 0},
        {"response_threshold_s": float("nan")},
        {"door_s": -1},
        {"questions": ("access", "weather")},
    ],
)
def test_settings_that_cannot_be(bad):
    with pytest.raises(lg.InvalidInput):
        lg.Settings(**bad)


def test_same_bits_twice(town):
    a, b = lg.assess(town), lg.assess(town)
    assert (a.access.time_s == b.access.time_s).all() and (
        a.response.own_team_time_s == b.response.own_team_time_s
    ).all()


def test_the_sample_answers_what_it_was_made_for(anjing):
    result = lg.assess(anjing)
    h = result.headline
    assert h["records_set_aside"] == 4 and h["teams_over"] == 3
    assert 2_000 < result.gaps["people"][0] < 8_000  # the village across the river without a studio
    assert result.gaps["people"].sum() == h["people_beyond_access"]
    assert 0.8 < result.access.covered_share < 0.95
    assert (result.response.boundary_cost_s[np.isfinite(result.response.boundary_cost_s)] >= 0).all()
    groups = result.response.groups.set_index("group")
    assert groups.loc["all", "covered_by_nearest"] > groups.loc["all", "covered"]  # a border could be better


def test_docstrings(town):
    assert doctest.testmod(assess).failed == 0
    assert doctest.testmod(questions).failed == 0
