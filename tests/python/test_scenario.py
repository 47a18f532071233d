"""Scenarios: what each edit does, what is refused, what is computed again."""

import dataclasses
import doctest
import json
import sys
import types

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import CRS, line_town
from libgrid.scenario import EDITS, METRICS
from libgrid.scenario.edits_people import share_out

import libgrid as lg

X0, Y0 = 400_000.0, 3_400_000.0


def make(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs=CRS)


@pytest.fixture(scope="module")
def line():
    return lg.Scenario(make())


@pytest.fixture(scope="module")
def today(town):
    return lg.Scenario(town)


@pytest.fixture(scope="module")
def before(today):
    return today.measure()


# -- sites, teams, sessions ----------------------------------------------------------------------------------


def test_a_scenario_without_edits_is_its_baseline(today, before, town):
    assert today.area is town and today.plan.labels.tolist() == town.plan.labels.tolist()
    assessed = lg.assess(town)
    assert before.metrics["people_beyond_access"] == assessed.headline["people_beyond_access"]
    assert before.metrics["teams_over"] == assessed.headline["teams_over"]


def test_each_edit_gives_a_new_scenario_and_leaves_the_old_one(line):
    more = line.add_site("S3", (X0 + 300, Y0))
    assert len(line.edits) == 0 and len(line.area.sites) == 2 and len(more.area.sites) == 3
    assert more.area.sites.geometry.iloc[2].equals(shapely.Point(X0 + 300, Y0))


def test_a_new_site_is_nearer_once_it_has_a_session(line):
    with_site = line.add_site("S3", (X0 + 600, Y0))
    empty = with_site.measure()
    assert (empty.access.time_s == line.measure().access.time_s).all()
    held = with_site.add_session("s9", site_id="S3", team_id="t2", weekday=3, start="08:30", end="12:00").measure()
    assert held.access.time_s == pytest.approx(np.array([50, 150, 250, 250, 150, 50]) / 1.2, abs=0.002)


def test_a_moved_site_takes_its_sessions_and_teams_along_and_the_last_place_counts(line):
    moved = line.move_site("S1", (X0 + 100, Y0)).move_site("S1", (X0 + 600, Y0)).measure()
    assert moved.access.time_s == pytest.approx(np.array([550, 450, 350, 250, 150, 50]) / 1.2, abs=0.002)
    assert moved.response.time_s[0] == pytest.approx(240 + 550 / (17.1 / 3.6), abs=0.002)


def test_closing_a_site_where_a_team_starts_asks_where_it_goes(line):
    with pytest.raises(lg.InvalidInput, match="'S1' is the base of t1: say where they start from then"):
        line.close_site("S1")
    closed = line.close_site("S1", teams_to="S2")
    assert closed.area.teams["base_site_id"].tolist() == ["S2", "S2"]
    assert len(closed.area.sessions) == 0 and "access" not in closed.measure().answers


def test_a_team_that_moves_answers_from_its_new_base(line):
    times = line.move_team("t1", "S2").measure().response.time_s
    assert times[0] == pytest.approx(240 + 550 / (17.1 / 3.6), abs=0.002)


def test_a_new_team_takes_over_grids_and_their_load(line):
    more = line.add_team("t3", "S2", grids=["E"], offered_min=1000)
    work = more.measure().workload.teams.set_index("team_id")
    assert work.loc["t2", "asked_min"] == 0 and work.loc["t3", "residents"] == 8
    assert more.area.teams.set_index("team_id").loc["t3", "turnout_s"] == 180


def test_a_team_given_a_community_looks_after_all_grids_in_it(line):
    assert set(line.assign_team("t1", "C").area.layer("grids")["team_id"]) == {"t1"}
    assert (line.assign_team("t1", ["C"]).measure().household_team == 0).all()


def test_removing_the_only_session_leaves_nobody_within_reach(line):
    assert "access" not in line.remove_session("s1").measure().answers


def test_a_team_is_not_booked_twice(line):
    with pytest.raises(lg.InvalidInput, match="'t1' already holds s1 at that time"):
        line.add_session("s2", site_id="S2", team_id="t1", weekday=2, start="12:00", end="13:00")
    line.add_session("s2", site_id="S2", team_id="t1", weekday=2, start="12:30", end="13:00")  # back to back is fine


# -- roads ---------------------------------------------------------------------------------------------------


def two_banks():
    """Two streets 200 m apart along a river, joined in the west only; the one site stands at the south-east end.

    north  +------------------------   y = 200, from x = 0 to x = 600
           |
    south  +-----------------------S   y = 0
    """
    lines = {
        "south": [(0, 0), (600, 0)],
        "north": [(0, 200), (600, 200)],
        "west": [(0, 0), (0, 200)],
    }
    roads = gpd.GeoDataFrame(
        {"road_id": list(lines), "class": "residential", "length_m": [600.0, 660.0, np.nan]},
        geometry=[shapely.LineString([(X0 + x, Y0 + y) for x, y in points]) for points in lines.values()],
        crs=CRS,
    )
    households = gpd.GeoDataFrame(
        {"household_id": ["h0", "h1"], "n_usual": [2, 3]},
        geometry=shapely.points([X0 + 600, X0 + 300], [Y0 + 200, Y0 + 200]),
        crs=CRS,
    )
    frames = line_town(roads=roads, households=households, blocks=None)
    sites = frames["sites"].iloc[[1]]
    sessions = frames["sessions"].assign(site_id="S2", team_id="t2")
    teams = frames["teams"].iloc[[1]]
    grids = frames["grids"].assign(team_id=[None, None, "t2"])
    frames |= {"sites": sites, "sessions": sessions, "teams": teams, "grids": grids}
    return lg.Scenario(lg.StudyArea.from_frames(**frames, crs=CRS))


def metres(scenario):
    return scenario.measure().access.time_s * 1.2


def test_a_bridge_is_the_shortest_line_between_two_streets_and_cuts_them():
    banks = two_banks()
    assert metres(banks) == pytest.approx([660 + 200 + 600, 330 + 200 + 600], abs=0.01)
    bridged = banks.add_crossing("bridge", "north", "south", near=(X0 + 500, Y0 + 100))
    assert metres(bridged) == pytest.approx([110 + 200 + 100, 220 + 200 + 100], abs=0.01)
    roads = bridged.area.roads.set_index("road_id")
    assert sorted(roads.index) == ["bridge", "north", "north/2", "south", "south/2", "west"]
    assert roads.loc[["north", "north/2"], "length_m"].tolist() == [550, 110]  # a given length is shared out


def test_a_second_bridge_cuts_the_pieces_again_and_a_closed_street_is_closed_in_all_its_pieces():
    banks = two_banks().add_crossing("b1", "north", "south", near=(X0 + 500, Y0))
    banks = banks.add_crossing("b2", "north", "south", near=(X0 + 100, Y0))
    assert "north/3" in banks.area.roads["road_id"].tolist()
    closed = banks.close_roads(["south"])
    assert not closed.area.roads["road_id"].str.startswith("south").any()
    opened = closed.open_roads(["south"])
    assert sorted(opened.area.roads["road_id"]) == sorted(banks.area.roads["road_id"])
    assert metres(opened) == pytest.approx(metres(banks), abs=1e-9)


def test_a_crossing_at_the_end_of_a_street_cuts_nothing():
    bridged = two_banks().add_crossing("east", "north", "south", near=(X0 + 700, Y0 + 100))
    assert len(bridged.area.roads) == 4
    assert metres(bridged)[0] == pytest.approx(200, abs=0.01)


def test_streets_that_cross_without_meeting_are_joined_where_they_cross():
    banks = two_banks()
    across = shapely.LineString([(X0 + 500, Y0 - 50), (X0 + 500, Y0 + 250)])
    roads = pd.concat(
        [
            banks.baseline.roads,
            gpd.GeoDataFrame({"road_id": ["over"], "class": ["residential"]}, geometry=[across], crs=CRS),
        ]
    )
    over = lg.Scenario(banks.baseline.replace(roads=roads))
    joined = over.add_crossing("j1", "over", "south").add_crossing("j2", "over", "north")
    assert "j1" not in joined.area.roads["road_id"].tolist()  # no new line, only a junction
    assert metres(joined) == pytest.approx([110 + 200 + 100, 220 + 200 + 100], abs=0.01)


def test_closing_and_opening_a_road_leaves_no_trace():
    banks = two_banks()
    base = banks.measure()
    closed = banks.close_roads(["west"])
    assert np.isinf(closed.measure().access.time_s).all()
    again = closed.open_roads(["west"]).measure(reuse=[base])
    assert again.hash == base.hash and again.computed == ()


# -- people --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(30))
def test_shares_add_up_and_every_run_of_rows_is_within_one_of_its_own(seed):
    rng = np.random.default_rng(seed)
    weight = rng.integers(0, 6, rng.integers(1, 40))
    weight[0] = 1
    total = int(rng.integers(0, 3 * weight.sum()))
    share = share_out(weight, total)
    assert share.sum() == total and (share >= 0).all() and (share[weight == 0] == 0).all()
    exact = np.cumsum(weight) * total / weight.sum()
    assert (np.abs(np.cumsum(share) - exact) <= 0.5 + 1e-9).all()


@pytest.mark.parametrize("seed", range(30))
def test_shares_never_exceed_the_room_and_still_add_up(seed):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 6, 25)
    most = rng.integers(0, 9, 25)
    total = int(rng.integers(0, most.sum() + 1))
    share = share_out(weight, total, most)
    assert share.sum() == total and (share <= most).all() and (share >= 0).all()


def test_scaling_everybody_keeps_groups_within_households(today):
    households = today.scale_demand(1.37).area.households
    old = today.area.households
    inside = old["inside"].astype(bool)
    assert households["n_usual"][inside].sum() == int(old["n_usual"][inside].sum() * 1.37 + 0.5)
    assert (households["n_usual"][~inside] == old["n_usual"][~inside]).all()
    assert (households["n_migrant"] <= households["n_usual"]).all()
    known = households["n_age65"].notna()
    assert (known == old["n_age65"].notna()).all()  # what is unknown stays unknown
    assert (households["n_age65"] <= households["n_usual"] + households["n_short"])[known].all()


def test_scaling_one_group_in_one_grid_touches_nobody_else(line):
    more = line.scale_demand(2, group="signed", grids=["W"])
    assert more.area.households["n_signed"].tolist() == [2, 1, 1, 2, 0, 1]  # W had 1, 0, 1: three people live in h1
    assert more.area.households["n_signed"].sum() == 2 * 2 + 3


def test_a_group_cannot_outgrow_the_people_who_live_there(line):
    with pytest.raises(lg.InvalidInput, match="only 15 live there; scale by at most 3"):
        line.scale_demand(4, group="signed")
    with pytest.raises(lg.InvalidInput, match="more migrant people than live there: scale everybody"):
        line.scale_demand(0.1, group="usual")
    with pytest.raises(lg.InvalidInput, match="over 1000 people"):
        line.scale_demand(900)


def test_nobody_left_is_a_scenario_too(line):
    none = line.scale_demand(0).measure()
    assert none.people["all"].sum() == 0 and none.workload.teams["asked_min"].sum() == 0


def test_ageing_raises_known_counts_and_the_share_that_estimates_the_others(line):
    known = make(
        households=line_town()["households"].assign(n_age65=[0, 1, 0, 1, None, None], n_child0_6=[0, 1, 0, 0, 0, 0])
    )
    older = lg.Scenario(known).age_population(10, points_per_year=2)
    # 20 % of the 10 usual residents whose age is known are 2 more, among the adults below 65: 2, 1, 1, 3 of them
    counts = older.area.households["n_age65"]
    assert counts[:4].sum() == 2 + 2 and counts[4:].isna().all() and (counts[:4] <= [2, 2, 1, 4]).all()
    default = lg.service_rules().set_index("group").loc["age65", "prevalence"]
    assert older.rules.set_index("group").loc["age65", "prevalence"] == pytest.approx(default + 0.20)
    with pytest.raises(lg.InvalidInput, match="only 7 adults are below 65: fewer years"):
        lg.Scenario(known).age_population(100, points_per_year=2)


# -- plan, rules, settings -----------------------------------------------------------------------------------


def test_a_plan_changes_the_own_team_and_not_the_nearest(line):
    area = line.baseline
    all_east = lg.Plan(area, np.ones(6, np.int32), "all east")
    moved = line.set_plan(all_east)
    assert moved.plan.labels.tolist() == [1] * 6
    outcome, base = moved.measure(), line.measure()
    assert (outcome.response.nearest_time_s == base.response.nearest_time_s).all()
    assert outcome.response.boundary_cost_s[0] == pytest.approx(500 / (17.1 / 3.6), abs=0.002)


def test_a_named_plan_of_the_area_is_known_by_its_name(line):
    kept = lg.Scenario(line.baseline.with_plan(lg.Plan(line.baseline, np.zeros(6, np.int32)), name="west"))
    assert kept.set_plan("west").plan.labels.tolist() == [0] * 6
    with pytest.raises(lg.InvalidInput, match="no plan 'east'; the area has west"):
        kept.set_plan("east")


def test_rules_change_the_minutes_that_are_asked(line):
    rules = lg.service_rules()
    twice = line.set_rules(rules.assign(minutes=2 * rules["minutes"])).measure().workload.teams
    assert twice["care_min"].to_numpy() == pytest.approx(2 * line.measure().workload.teams["care_min"].to_numpy())
    assert line.set_rules(rules).measure().hashes["workload"] == line.measure().hashes["workload"]


def test_thresholds_and_settings(line):
    assert line.set_thresholds(access_threshold_s=250).measure().metrics["people_beyond_access"] == 8
    assert line.set_settings(moment="5 10:00").settings.moment == "5 10:00"
    assert line.set_settings(questions=["workload"]).measure().computed == ("workload",)


def drawn_as(area, labels=None, **columns):
    """What a redraw would return: a plan, and the area with its general grids and fields."""
    grids = area.layer("grids").assign(**columns)
    area = area.replace(grids=grids) if columns else area
    return types.SimpleNamespace(area=area, plan=lg.Plan(area, area.plan.labels if labels is None else labels))


def test_a_redrawn_plan_is_kept_by_what_was_asked_and_by_its_hash(line, monkeypatch):
    asked = []

    def redraw(area, *, start, rng, **options):
        asked.append((options, rng, start.labels.tolist()))
        return drawn_as(area, np.roll(start.labels, rng))

    monkeypatch.setattr(lg, "redraw", redraw, raising=False)
    options = {"limits": {"households_and_shops": [1, 9]}, "forbidden": [["b0", "E"]], "order": ["response"]}
    drawn = lg.Scenario(line.baseline, seed=1).redraw(**options)
    assert asked == [(options, 1, [0, 0, 0, 1, 1, 1])]  # a list of pairs is no dict
    assert drawn.plan.labels.tolist() == [1, 0, 0, 0, 1, 1] and drawn.edits[0].plan_hash
    again = lg.Scenario.from_json(drawn.to_json(), line.baseline)
    assert again.plan.labels.tolist() == drawn.plan.labels.tolist() and asked[1] == asked[0]
    monkeypatch.setattr(lg, "redraw", lambda area, **_: drawn_as(area, np.zeros(6, int)))
    with pytest.raises(lg.InvalidInput, match="edit 1 of 1: edit 1: redraw gives another plan than when"):
        lg.Scenario.from_json(drawn.to_json(), line.baseline)


def test_redrawn_fields_give_grids_other_teams(line, monkeypatch):
    monkeypatch.setattr(lg, "redraw", lambda area, **_: drawn_as(area, team_id=["t2", "t1", None]), raising=False)
    swapped = line.redraw(level="field")
    assert swapped.plan.labels.tolist() == line.plan.labels.tolist()
    assert swapped.measure().household_team.tolist() == [1, 1, 1, 0, 0, 0]


def test_a_redraw_that_makes_new_grids_is_refused(line, monkeypatch):
    def redraw(area, **_):
        grids = pd.concat([area.layer("grids"), area.layer("grids").iloc[[0]].assign(grid_id="N")])
        return types.SimpleNamespace(area=area.replace(grids=grids), plan=None)

    monkeypatch.setattr(lg, "redraw", redraw, raising=False)
    with pytest.raises(lg.InvalidInput, match="makes other grids or teams than there are, and a scenario keeps them"):
        line.redraw(grids="free")


@pytest.mark.skipif(not hasattr(lg, "redraw"), reason="this build cannot redraw plans")
@pytest.mark.parametrize("level", ["micro", "field"])
def test_redraw_itself_is_replayed_to_the_same_bits(today, level):
    limits = {"households_and_shops": (20, 120)} if level == "micro" else {"minutes_asked": 0.5}
    drawn = today.redraw(level=level, limits=limits, effort=20_000)
    found = lg.redraw(today.area, level=level, limits=limits, effort=20_000, rng=today.seed, start=today.plan)
    assert drawn.plan.labels.tolist() == found.plan.labels.tolist()
    assert drawn.area.layer("grids")["team_id"].equals(found.area.layer("grids")["team_id"])
    again = lg.Scenario.from_json(drawn.to_json(), today.baseline)
    assert again.measure().hash == drawn.measure().hash


# -- what is refused -----------------------------------------------------------------------------------------


def without_s2(scenario):
    return scenario.close_site("S2", teams_to="S1")


REFUSED = {
    "no site 'S9' \\(≈ S1, S2\\); the area has 2": lambda s: s.move_site("S9", (X0, Y0)),
    "site 'S2' was closed in edit 1: these edits contradict": lambda s: s.close_site("S2", teams_to="S1").close_site(
        "S2"
    ),
    "site 'S2' was closed in edit 1: these": lambda s: s.close_site("S2", teams_to="S1").move_site("S2", (X0, Y0)),
    "'S2' was closed in edit 1: give the new one another id": lambda s: s.close_site("S2", teams_to="S1").add_site(
        "S2", (X0, Y0)
    ),
    "there is a site 'S1' already": lambda s: s.add_site("S1", (X0, Y0)),
    "printable letters, not ''": lambda s: s.add_site("", (X0, Y0)),
    "kind must be one of studio, station": lambda s: s.add_site("S3", (X0, Y0), kind="clinic"),
    "give x and y in metres of EPSG:4544, not degrees": lambda s: s.add_site("S3", (103.98, 30.78)),
    r"at is a place \(x, y\)": lambda s: s.add_site("S3", (X0,)),
    "must be finite": lambda s: s.add_site("S3", (X0, float("nan"))),
    "teams_to is the site 'S1' that is closed": lambda s: s.close_site("S1", teams_to="S1"),
    "no team 't9'": lambda s: s.move_team("t9", "S1"),
    "no site 'nowhere'": lambda s: s.move_team("t1", "nowhere"),
    "mode must be one of walk": lambda s: s.add_team("t3", "S1", mode="horse"),
    "offered_min must be a number above 0": lambda s: s.add_team("t3", "S1", offered_min=0),
    "no grid 'X'": lambda s: s.add_team("t3", "S1", grids=["X"]),
    "grids is a list of grid ids": lambda s: s.assign_team("t1", []),
    "session 's1' was removed in edit 1": lambda s: s.remove_session("s1").remove_session("s1"),
    "weekday must be a whole number from 1 to 7, not 0": lambda s: s.add_session(
        "s2", site_id="S1", team_id="t1", weekday=0, start="08:00", end="09:00"
    ),
    "ends after it starts": lambda s: s.add_session(
        "s2", site_id="S1", team_id="t1", weekday=1, start="10:00", end="09:00"
    ),
    'start is a time like "08:30"': lambda s: s.add_session(
        "s2", site_id="S1", team_id="t1", weekday=1, start="8 Uhr", end="09:00"
    ),
    "no road 'r2' \\(≈ r1\\)": lambda s: s.close_roads(["r2"]),
    "names r1 twice": lambda s: s.close_roads(["r1", "r1"]),
    "would leave no road open": lambda s: s.close_roads("r1"),
    "road 'r1' is open: only a road that an edit closed": lambda s: s.open_roads("r1"),
    "a crossing joins two roads, not 'r1' with itself": lambda s: s.add_crossing("b", "r1", "r1"),
    "no group 'old'; the groups are usual": lambda s: s.scale_demand(2, group="old"),
    "factor must be a number above": lambda s: s.scale_demand(-1),
    "years must be a number above 0": lambda s: s.age_population(0),
    "labels have shape|different blocks": lambda s: s.set_plan(lg.datasets.load("town").plan),
    "'minutes'\\] are missing": lambda s: s.set_rules(lg.service_rules().drop(columns="minutes")),
    "there is no setting threshold": lambda s: s.set_settings(threshold=600),
    "thresholds must be positive": lambda s: s.set_thresholds(access_threshold_s=-5),
    "needs at least one change": lambda s: s.set_thresholds(),
    "it starts from the plan so far": lambda s: s.redraw(start="today"),
    "a scenario keeps texts, numbers and lists of them, not ndarray": lambda s: s.redraw(locked=np.zeros(2)),
    "1 to 63 printable letters": lambda s: s.named(" "),
}


@pytest.mark.parametrize("message", REFUSED)
def test_an_edit_that_cannot_be_is_refused_at_once_and_changes_nothing(line, message):
    hash_before = line.measure().hash
    with pytest.raises(lg.InvalidInput, match=message):
        REFUSED[message](line)
    assert line.measure().hash == hash_before and line.edits == ()


def test_without_edits_a_scenario_is_what_it_began_with(town):
    began = lg.Scenario(town, settings=lg.Settings(access_threshold_s=700), name="now")
    edited = began.scale_demand(2).set_thresholds(access_threshold_s=600).named("later")
    assert edited.without_edits("now").measure().hash == began.measure().hash


def test_every_edit_is_a_frozen_value_and_has_its_method():
    for name, cls in EDITS.items():
        assert dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen and cls.name == name and cls.touches
        assert callable(getattr(lg.Scenario, name))


def test_a_scenario_begins_with_an_area_and_a_seed(town):
    with pytest.raises(lg.InvalidInput, match="begins with a study area, not dict"):
        lg.Scenario({})
    with pytest.raises(lg.InvalidInput, match="seed must be a whole number"):
        lg.Scenario(town, seed=-1)


# -- what is computed again ----------------------------------------------------------------------------------

TRIES = {
    "set_plan": lambda s: s.set_plan(lg.read_plan(lg.datasets.path("town", kind="plan_b"), s.baseline)),
    "set_rules": lambda s: s.set_rules(lg.service_rules().assign(minutes=lambda d: d["minutes"] * 1.5)),
    "set_settings": lambda s: s.set_thresholds(response_threshold_s=480),
    "scale_demand": lambda s: s.scale_demand(1.2),
    "age_population": lambda s: s.age_population(5),
    "add_site": lambda s: s.add_site("new", s.baseline.points("sites")[0] + 50),
    "move_site": lambda s: s.move_site(s.baseline.ids("sites")[0], s.baseline.points("sites")[0] + 50),
    "close_site": lambda s: s.close_site(s.baseline.ids("sites")[0], teams_to=s.baseline.ids("sites")[1]),
    "add_team": lambda s: s.add_team("new", s.baseline.ids("sites")[0], grids=s.baseline.ids("grids")[-2:]),
    "move_team": lambda s: s.move_team(
        s.baseline.ids("teams")[0], next(i for i in s.baseline.ids("sites") if i != s.baseline.teams["base_site_id"][0])
    ),
    "assign_team": lambda s: s.assign_team(s.baseline.ids("teams")[0], s.baseline.ids("grids")[-3:]),
    "add_session": lambda s: s.add_session(
        "new",
        site_id=s.baseline.ids("sites")[-1],
        team_id=s.baseline.ids("teams")[0],
        weekday=7,
        start="09:00",
        end="11:00",
    ),
    "remove_session": lambda s: s.remove_session(s.baseline.ids("sessions")[0]),
    "close_roads": lambda s: s.close_roads(s.baseline.ids("roads")[3:6]),
    "open_roads": lambda s: s.close_roads(s.baseline.ids("roads")[3:6]).open_roads(s.baseline.ids("roads")[4:6]),
    "add_crossing": lambda s: s.add_crossing("new", s.baseline.ids("roads")[0], s.baseline.ids("roads")[-1]),
}


def test_every_edit_is_tried_below():
    assert set(TRIES) == set(EDITS) - {"redraw"}


@pytest.mark.parametrize("name", TRIES)
def test_what_is_reused_is_what_computing_from_nothing_gives(today, before, name):
    edited = TRIES[name](today).named(name)
    reused, fresh = edited.measure(reuse=[before]), edited.measure()
    assert reused.hashes == fresh.hashes and reused.hash == fresh.hash and fresh.reused == ()
    assert all(reused.source[q] == "today" for q in reused.reused)
    # the table of dependencies promises no less than what happens
    promised = lg.scenario.dependencies().loc[[edit.name for edit in edited.edits]].any()
    assert set(reused.computed) <= set(promised.index[promised])
    # and the answers are those of the main job for the edited area
    whole = edited.assess()
    pd.testing.assert_frame_equal(reused.access.groups, whole.access.groups)
    pd.testing.assert_frame_equal(reused.response.groups, whole.response.groups)
    pd.testing.assert_frame_equal(reused.workload.teams, whole.workload.teams)
    pd.testing.assert_frame_equal(reused.answers["grids"].grids, whole.quality.grids)
    for mine, theirs in (
        (reused.answers["access_gaps"], whole.gaps),
        (reused.answers["response_gaps"], whole.response_gaps),
    ):
        pd.testing.assert_frame_equal(pd.DataFrame(mine), pd.DataFrame(theirs))


def test_rules_alone_lead_to_the_workload_alone(today, before):
    assert TRIES["set_rules"](today).named("b").measure(reuse=[before]).computed == ("workload",)


def test_where_an_edit_changes_no_answer_what_stands_on_it_is_not_asked_again(today, before):
    far = today.scale_demand(1, group="usual").named("the same")
    assert far.measure(reuse=[before]).computed == ()


def test_an_outcome_names_its_figures(before):
    assert list(before.metrics.index) == list(METRICS) and "11 answers computed" in before._repr_html_()
    assert set(before.frame.columns) == {"metric", "unit", "value", "meaning"}


def test_progress_counts_questions_and_can_stop(today):
    seen = []
    today.measure(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1][0] == seen[-1][1] == len(today.measure().answers)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        today.measure(progress=stop)


def test_edits_show_as_a_table(line):
    shown = line.add_site("S3", (X0, Y0)).remove_session("s1")
    assert shown.frame["edit"].tolist() == ["add_site", "remove_session"] and "session_id" in shown._repr_html_()
    assert json.loads(shown.to_json())["edits"][1] == {"edit": "remove_session", "session_id": "s1"}


@pytest.mark.parametrize("module", ["document", "edits_people", "questions", "scenario"])
def test_docstrings(module):
    assert doctest.testmod(sys.modules[f"libgrid.scenario.{module}"]).failed == 0
