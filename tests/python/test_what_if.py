import doctest
import sys

import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg


@pytest.fixture
def area():
    frames = line_town()
    known = {f"n_{c}": [0] * 6 for c in lg.schema.CONDITIONS}
    households = frames["households"].assign(**known | {"n_hypertension": [1, 1, 0, 0, 1, 0]})
    return lg.StudyArea.from_frames(**frames | {"households": households}, crs="EPSG:4544")


def test_examples():
    assert doctest.testmod(sys.modules["libgrid.what_if"]).failed == 0


def test_one_more_nurse_offers_a_post_of_public_health_and_changes_nobody_else(area):
    table = lg.what_if(area, [{"team": "t2", "add": {"nurse": 1}, "name": "one more nurse in t2"}])
    assert table["change"].tolist() == ["today"] * 2 + ["one more nurse in t2"] * 2
    after = table[table["change"] != "today"].set_index("team_id")
    assert after["offered_min_change"].to_dict() == {"t1": 0, "t2": 44_160}
    assert after["asked_min_change"].tolist() == [0, 0]
    assert after.loc["t2", "load_change"] < 0 == after.loc["t1", "load_change"]


def test_a_changed_rule_changes_what_is_asked(area):
    table = lg.what_if(area, [{"rule": {"group": "hypertension", "minutes": 10}}], interval=0.9)
    after = table[table["change"] != "today"].set_index("team_id")
    assert after["asked_min_change"].to_dict() == {"t1": -40, "t2": -20}
    assert {"load_low", "load_high"} <= set(table.columns)


def test_a_moved_grid_moves_its_work(area):
    after = lg.what_if(area, [{"grid": "W", "to_team": "t2"}]).query("change != 'today'").set_index("team_id")
    assert after["asked_min"].to_dict() == {"t1": 0, "t2": 180}
    assert after["asked_min_change"].sum() == 0


def test_changes_are_made_to_today_and_not_on_top_of_each_other(area):
    nurse, rule = {"team": "t1", "add": {"nurse": 1}}, {"rule": {"group": "hypertension", "per_year": 2}}
    table = lg.what_if(area, [nurse, rule, {"all": [nurse, rule], "name": "both"}, nurse])
    t1 = table[table["team_id"] == "t1"].set_index("change")
    assert len(t1) == 5 and t1.index.is_unique
    assert t1["offered_min_change"].tolist() == [0, 44_160, 0, 44_160, 44_160]
    assert t1["asked_min_change"].tolist() == [0, 0, -60, -60, 0]


def test_a_moved_session_is_another_area_and_keeps_its_minutes(area):
    session = area.sessions.iloc[0]
    moved = lg.move_session(area, session["session_id"], weekday=5, start="14:00", end="16:00")
    assert moved.sessions.iloc[0][["weekday", "start"]].astype(str).tolist() == ["5", "14:00"]
    table = lg.what_if(area, [{"session": session["session_id"], "weekday": 5}])
    assert (table["session_min_change"] == 0).all() and (table["session_min"] > 0).any()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"team": "t9", "add": {"nurse": 1}}, "no team is 't9'"),
        ({"team": "t1", "add": {"nurse": "one"}}, "nurse must be a number"),
        ({"team": "t1", "add": {"nurse": -9}}, "it would offer"),
        ({"team": "t1"}, "not complete"),
        ({"rule": {"group": "astronauts", "minutes": 1}}, "no rule has group astronauts"),
        ({"rule": {"group": "hypertension", "colour": 1}}, "colour"),
        ({"rule": {"group": "hypertension", "minutes": -1}}, "minutes"),
        ({"grid": "Z", "to_team": "t1"}, "no grid is 'Z'"),
        ({"session": "Z", "weekday": 1}, "no session is 'Z'"),
        ({"weather": "fine"}, "none of team, rule, grid, session"),
        ("a nurse", "none of team"),
    ],
)
def test_a_change_that_cannot_be_is_named(area, change, says):
    with pytest.raises(lg.InvalidInput, match=says):
        lg.what_if(area, [change])


def test_a_session_that_cannot_be_is_refused(area):
    session = area.sessions["session_id"].iloc[0]
    with pytest.raises(lg.InvalidInput, match=f"session {session} cannot be so"):
        lg.move_session(area, session, start="18:00", end="08:00")


def test_the_area_itself_never_changes(area):
    before = area.teams.copy()
    lg.what_if(area, [{"team": "t1", "add": {"doctor": 1}}])
    pd.testing.assert_frame_equal(area.teams, before)
    assert lg.add_staff(area, "t1", {"doctor": 1}).teams["n_doctors"].tolist() == [2, 1]
