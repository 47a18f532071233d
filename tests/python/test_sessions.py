"""Weekly sessions: what is chosen, what must hold, why something cannot be."""

import itertools
import json
import signal
import threading

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import CRS, line_town
from libgrid.sessions.check import find_session_faults
from libgrid.sessions.demand import group_households, walk_in_contacts
from typer.testing import CliRunner

import libgrid as lg
from libgrid import cli

MORNING = [("08:30", "12:00")]


def street(n_sites=2, n_teams=2, *, step_m=100.0, sessions=None, mode="walk", hours=None, houses=None):
    """Sites S0, S1, … along one street, a household beside each; teams T0, T1, … start at the sites in turn."""
    x0, y0 = 400_000.0, 3_400_000.0
    x = x0 + step_m * np.arange(n_sites)
    at = x if houses is None else x0 + np.asarray(houses, float)
    names = [f"S{i}" for i in range(n_sites)]
    sites = gpd.GeoDataFrame({"site_id": names, "kind": "station"}, geometry=shapely.points(x, y0), crs=CRS)
    if hours is not None:
        sites["opening_hours"] = hours
    base = [names[i % n_sites] for i in range(n_teams)]
    teams = pd.DataFrame({"team_id": [f"T{i}" for i in range(n_teams)], "base_site_id": base, "mode": mode})
    line = shapely.LineString([(x0 - 10, y0), (max(x.max(), at.max()) + 10, y0)])
    return lg.StudyArea.from_frames(
        sites=sites,
        teams=teams,
        households=gpd.GeoDataFrame(
            {"household_id": [f"h{i}" for i in range(len(at))], "n_usual": 3}, geometry=shapely.points(at, y0), crs=CRS
        ),
        roads=gpd.GeoDataFrame({"road_id": ["r"]}, geometry=[line], crs=CRS),
        sessions=None if sessions is None else pd.DataFrame(sessions),
        crs=CRS,
    )  # fmt: skip


def session(row_id, site, team, weekday=1, start="08:30", end="12:00", n=1):
    return {
        "session_id": row_id, "site_id": site, "team_id": team, "weekday": weekday, "start": start, "end": end,
        "every_n_weeks": n,
    }  # fmt: skip


def test_eight_stations_with_a_weekly_session_take_168_contacts():
    area = street(8, 8)
    plan = lg.plan_sessions(area, contacts=np.full(8, 100.0), max_sessions_per_team=1, threshold_s=1)
    assert plan.met == pytest.approx(168) and plan.frame["capacity"].sum() == 168
    assert plan.status == "optimal" and plan.gap < 0.005 and plan.check() == []


def test_what_is_wanted_decides_which_site_gets_the_session():
    plan = lg.plan_sessions(street(3, 1), contacts=[5, 30, 10], max_sessions_per_team=1, threshold_s=1)
    assert plan.frame["site_id"].tolist() == ["S1"] and plan.met == pytest.approx(21)
    assert plan.unmet[["sites", "reason"]].values.tolist() == [
        ["S2", "sessions are full"], ["S1", "sessions are full"], ["S0", "sessions are full"],
    ]  # fmt: skip


def test_who_reaches_no_site_is_named_and_met_by_nobody():
    area = street(1, 1, houses=[0, 5000])
    plan = lg.plan_sessions(area, contacts=[1, 4], people=[3, 7])
    assert plan.met == pytest.approx(1)
    assert plan.unmet.values.tolist() == [["", 4.0, 7.0, "no site in reach"]]


def brute(area, contacts, reach, slots, most):
    """The most contacts that any set of sessions meets: every set, by maximum flow."""
    n_sites, n_teams = len(area.ids("sites")), len(area.ids("teams"))
    choices = list(itertools.product(range(n_teams), range(n_sites), range(slots)))
    best = 0
    for chosen in itertools.chain.from_iterable(itertools.combinations(choices, k) for k in range(most * n_teams + 1)):
        per_team = np.bincount([c[0] for c in chosen], minlength=n_teams)
        clash = len({(t, k) for t, _, k in chosen}) < len(chosen) or len({(s, k) for _, s, k in chosen}) < len(chosen)
        if clash or per_team.max(initial=0) > most:
            continue
        flow = nx.DiGraph()
        flow.add_edge("in", "out", capacity=0)
        for h, wanted in enumerate(contacts):
            flow.add_edge("in", ("h", h), capacity=int(wanted))
            for s in np.flatnonzero(reach[h]):
                flow.add_edge(("h", h), ("s", s))
        for s in range(n_sites):
            flow.add_edge(("s", s), "out", capacity=21 * sum(c[1] == s for c in chosen))
        best = max(best, nx.maximum_flow_value(flow, "in", "out"))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_the_plan_meets_as_much_as_the_best_of_all_sets(seed):
    rng = np.random.default_rng(seed)
    n_sites, n_teams, most = int(rng.integers(1, 4)), int(rng.integers(1, 3)), int(rng.integers(1, 3))
    houses = rng.integers(0, 100 * n_sites, 5)
    area = street(n_sites, n_teams, houses=houses)
    contacts, reach_m = rng.integers(0, 40, 5), int(rng.integers(20, 150))
    reach = np.abs(houses[:, None] - 100 * np.arange(n_sites)) <= reach_m
    plan = lg.plan_sessions(
        area, contacts=contacts, hours=MORNING, weekdays=[1, 2], max_sessions_per_team=most, gap=0,
        order=["demand"], threshold_s=reach_m / 1.2 + 0.01,
    )  # fmt: skip
    expected = brute(area, contacts, reach, 2, most)
    assert plan.met == pytest.approx(expected, abs=1e-4) and plan.bound == pytest.approx(expected, abs=1e-4)
    assert plan.check(max_sessions_per_team=dict.fromkeys(area.ids("teams"), most)) == []


def test_a_team_is_not_at_two_sites_between_which_it_cannot_travel_in_time():
    far = street(2, 1, step_m=12_000, mode="walk")  # 10,000 s on foot, the noon break has 7,200
    plan = lg.plan_sessions(far, contacts=[30, 30], weekdays=[1], threshold_s=1)
    assert len(plan.frame) == 2 and len(set(plan.frame["site_id"])) == 1 and plan.check() == []
    fast = lg.plan_sessions(street(2, 1, step_m=12_000, mode="car"), contacts=[30, 30], weekdays=[1], threshold_s=1)
    assert len(set(fast.frame["site_id"])) == 2 and fast.met == pytest.approx(42)


def test_a_session_elsewhere_takes_the_teams_time_and_stays():
    area = street(2, 1, sessions=[session("x", "S1", "T0")])
    plan = lg.plan_sessions(area, sites=["S0"], contacts=[99, 0], weekdays=[1])
    assert plan.frame[["site_id", "start"]].values.tolist() == [["S0", "14:00"]]
    assert set(plan.sessions["session_id"]) == {"x", "new1"} and plan.check() == []


def test_sites_are_used_only_while_they_are_open_and_by_no_more_teams_than_they_have_rooms():
    area = street(1, 3, hours=["Mo 08:00-12:30"])
    plan = lg.plan_sessions(area, contacts=[999])
    assert plan.frame[["weekday", "start"]].values.tolist() == [[1, "08:30"]]
    both = lg.plan_sessions(area, contacts=[999], rooms={"S0": 2})
    assert len(both.frame) == 2 and both.check(rooms={"S0": 2}) == [] and both.check(rooms={"S0": 1}) != []


def test_only_teams_that_may_serve_a_site_sit_there():
    may = pd.DataFrame({"team_id": ["T0", "T1", "T1"], "site_id": ["S0", "S0", "S1"]})
    plan = lg.plan_sessions(street(2, 2), contacts=[50, 50], may_serve=may, threshold_s=1)
    assert set(zip(plan.frame["team_id"], plan.frame["site_id"], strict=True)) <= set(
        may.itertuples(index=False, name=None)
    )
    assert plan.met == pytest.approx(84)


def test_todays_sessions_stay_when_nothing_is_lost_by_it():
    today = [session("a", "S0", "T0", 3, "09:00", "12:30"), session("b", "S1", "T1", 4, "09:00", "12:30")]
    plan = lg.plan_sessions(street(2, 2, sessions=today), contacts=[5, 5], threshold_s=1, max_sessions_per_team=1)
    assert sorted(plan.frame["session_id"]) == ["a", "b"] and plan.frame["kept"].all() and plan.changes().empty


def test_a_budget_of_changes_and_locks_hold_what_is_there():
    today = [session(f"a{d}", "S0", "T0", d) for d in (1, 2)]
    area = street(2, 1, sessions=today)
    free = lg.plan_sessions(area, contacts=[0, 99], threshold_s=1)
    assert set(free.frame["site_id"]) == {"S1"} and free.changes()["change"].tolist() == ["moved", "moved"]
    one = lg.plan_sessions(area, contacts=[0, 99], threshold_s=1, max_changed=1)
    assert one.frame["kept"].sum() == 1 and one.met == pytest.approx(21)
    locked = lg.plan_sessions(area, contacts=[0, 99], threshold_s=1, keep="all")
    assert locked.met == 0 and locked.frame["kept"].all()


def test_the_week_is_spread_where_demand_does_not_care():
    plan = lg.plan_sessions(street(1, 5), contacts=[1], people=[10], max_sessions_per_team=1)
    assert sorted(plan.frame["weekday"]) == [1, 2, 3, 4, 5] and (plan.spread["share"] == 1).all()
    halves = lg.plan_sessions(street(1, 5), contacts=[1], people=[10], spread_by="half_day")
    assert len(halves.frame) == 10 and halves.spread["people"].tolist() == [10.0] * 10


def test_a_least_share_of_people_is_kept_in_every_weekday():
    rules = {"contacts": [99, 1], "people": [10, 10], "max_sessions_per_team": 5, "hours": MORNING, "threshold_s": 1}
    free = lg.plan_sessions(street(2, 2), **rules, rooms=2, order=["demand"])
    assert free.met == pytest.approx(100)
    fair = lg.plan_sessions(street(2, 2), **rules, min_share=1.0)
    assert (fair.spread["people"] == 20).all() and fair.check() == []


def refused(area, **rules):
    with pytest.raises(lg.Infeasible) as caught:
        lg.plan_sessions(area, **rules)
    return caught.value


def test_a_team_with_more_sessions_than_half_days_is_told_how_many_it_can_hold():
    error = refused(street(1, 2), min_sessions_per_team={"T0": 12}, max_sessions_per_team=20, rooms=9)
    assert error.issues.frame[["code", "layer", "id"]].values.tolist() == [["LG-D201", "teams", "T0"]]
    assert "12 at least" in str(error) and "other rules: 10" in str(error)
    assert "10" in error.issues.to_frame("zh")["message"][0]
    held = lg.plan_sessions(street(1, 2), min_sessions_per_team={"T0": 10}, max_sessions_per_team=20, rooms=9)
    assert (held.frame["team_id"] == "T0").sum() == 10  # and what it names does hold


def test_a_site_closed_all_week_is_the_reason_and_the_ways_out_are_named():
    error = refused(street(2, 2, hours=["off", None]), min_sessions_per_site=1)
    assert error.issues.frame["id"].tolist() == ["S0"] and error.issues.frame["code"][0] in ("LG-D203", "LG-D208")
    assert set(error.alternatives) == {"min_sessions_per_site", "opening_hours"}
    assert len(error.alternatives["opening_hours"]) == 1


def test_a_site_without_rooms_needs_one():
    error = refused(street(2, 2), rooms={"S1": 0}, min_sessions_per_site={"S1": 1})
    assert set(error.alternatives) == {"rooms", "min_sessions_per_site"}
    row = error.alternatives["rooms"].frame.iloc[0]
    assert row["id"] == "S1" and row["code"] == "LG-D204" and "1 would do" in row["message"]


def test_sessions_that_cannot_both_stay_are_named():
    today = [session("a", "S0", "T0"), session("b", "S1", "T0", 1, "12:30", "14:00")]
    area = street(2, 1, step_m=12_000, sessions=today)
    error = refused(area, keep="all")
    assert error.issues.frame["code"].tolist() == ["LG-D207"] and error.issues.frame["id"][0] in ("a", "b")


def test_too_small_a_budget_of_changes_and_of_sessions_says_which_would_do():
    today = [session("a", "S0", "T0"), session("b", "S0", "T0", 2)]
    area = street(2, 1, sessions=today)
    error = refused(area, max_changed=0, min_sessions_per_site={"S1": 2}, max_sessions_per_team=3)
    assert {"max_changed", "max_sessions_per_team", "min_sessions_per_site"} <= set(error.alternatives)
    assert "1 would do" in error.alternatives["max_changed"].frame["message"][0]
    total = refused(street(2, 2), max_sessions=1, min_sessions_per_site=1)
    assert "2 would do" in total.alternatives["max_sessions"].frame["message"][0]


def test_a_share_that_cannot_be_reached_says_what_can():
    error = refused(street(2, 1, step_m=3000), min_share=0.9, hours=MORNING, max_sessions_per_team=5)
    assert set(error.issues.frame["code"]) == {"LG-D209"} and "50.0% would hold" in error.issues.frame["message"][0]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"sites": ["nowhere"]}, "sites: the area has no nowhere"),
        ({"teams": []}, "teams: none is planned"),
        ({"hours": [("12:00", "08:30")]}, "hours"),
        ({"hours": [("8.30", "12:00")]}, "hours"),
        ({"minutes_per_contact": 0}, "minutes_per_contact"),
        ({"max_sessions_per_team": -1}, "max_sessions_per_team"),
        ({"max_sessions_per_team": {"T9": 1}}, "max_sessions_per_team: the area has no T9"),
        ({"max_sessions_per_team": float("nan")}, "max_sessions_per_team"),
        ({"rooms": 0.5}, "whole numbers"),
        ({"keep": "some"}, "keep must be"),
        ({"keep": ["zz"]}, "keep: the area has no zz"),
        ({"min_share": 1.5}, "min_share"),
        ({"order": ["speed"]}, "order"),
        ({"spread_by": "hour"}, "spread_by"),
        ({"contacts": [1.0]}, "contacts: one number a household"),
        ({"contacts": [1.0, -2.0]}, "rows 1"),
        ({"may_serve": pd.DataFrame({"team_id": ["T0"]})}, "may_serve: column site_id"),
        ({"threshold_s": 0}, "threshold_s"),
        ({"minutes_per_contact": "ten"}, "minutes_per_contact"),
        ({"effort": 0}, "effort"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_with_its_cure(rules, says):
    with pytest.raises(lg.InvalidInput, match=says):
        lg.plan_sessions(street(2, 1), **rules)


def test_an_area_without_teams_or_roads_is_refused():
    frames = line_town(teams=None, roads=None, sessions=None, grids=None)
    with pytest.raises(lg.InvalidInput, match="needs teams, roads"):
        lg.plan_sessions(lg.StudyArea.from_frames(**frames, crs=CRS))


def test_the_independent_look_finds_faults_typed_by_hand():
    area = street(2, 2, step_m=12_000, hours=["Mo-Fr 08:00-18:00", None])
    bad = pd.DataFrame(
        [
            session("a", "S0", "T0"),
            session("b", "S1", "T0", 1, "11:00", "13:00"),  # at two places at once
            session("c", "S0", "T1", 2, "08:00", "10:00"),
            session("d", "S1", "T1", 2, "11:00", "13:00"),  # no time for 12 km on foot
            session("e", "S0", "T1", 6),  # closed
        ]
    )
    faults = find_session_faults(area, bad, max_sessions_per_team={"T1": 2})
    assert faults == [
        "a and b are both T0's at one time", "T1 cannot get from c to d in time", "e is held while S0 is closed",
        "T1 holds 3 sessions a week, more than 2",
    ]  # fmt: skip


def test_sessions_of_other_weeks_do_not_collide():
    today = [session("a", "S0", "T0", n=2), {**session("b", "S1", "T0", n=2)}]
    frames = pd.DataFrame(today).assign(first_week=[0, 1])
    area = street(2, 1, sessions=frames)
    plan = lg.plan_sessions(area, keep="all", max_sessions_per_team=1, contacts=[99, 99], threshold_s=1)
    assert sorted(plan.frame["session_id"]) == ["a", "b"] and plan.met == pytest.approx(21) and plan.check() == []


def test_demand_comes_from_the_rules_without_those_who_cannot_walk():
    frames = line_town()
    frames["households"] = frames["households"].assign(
        n_hypertension=[1, 0, 0, 0, 0, 0], n_diabetes=0, n_tuberculosis=0
    )
    walking = walk_in_contacts(lg.StudyArea.from_frames(**frames, crs=CRS))
    assert walking == pytest.approx([4 / 46, 0, 0, 0, 0, 0])
    frames["households"] = frames["households"].assign(n_homebound=[1, 0, 0, 0, 0, 0])
    assert walk_in_contacts(lg.StudyArea.from_frames(**frames, crs=CRS))[0] == pytest.approx(2 / 46)  # one of two walks


def test_households_with_the_same_sites_are_one():
    found = group_households(
        np.array([0, 0, 2, 2, 3]), np.array([0, 9, 9, 0, 1]), np.arange(5.0), np.arange(4.0), np.ones(4), 10
    )
    assert found.of[0] == found.of[2] and len(found.people) == 3
    assert found.contacts[found.of[0]] == 2 and found.people.sum() == 4 and not found.sites[found.of[1]].any()


def test_the_same_question_has_the_same_answer(town):
    first, second = (lg.plan_sessions(town) for _ in range(2))
    assert first.frame.equals(second.frame) and first.terms.equals(second.terms)


def test_ctrl_c_stops_the_search(anjing):
    contacts = 2 * walk_in_contacts(anjing)
    threading.Timer(4.0, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        for _ in range(20):
            lg.plan_sessions(anjing, contacts=contacts, spread_by="half_day", gap=0.0, mode="walk_elderly")


def test_the_solver_prints_nothing(capfd):
    lg.plan_sessions(street(2, 1))
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_anjing_is_planned_within_one_percent_and_the_week_gains(anjing):
    plan = lg.plan_sessions(anjing, contacts=2 * walk_in_contacts(anjing))
    assert plan.gap <= 0.01 and plan.check(max_sessions_per_team=dict.fromkeys(anjing.ids("teams"), 2)) == []
    table = plan.compare(lg.measure_sessions(anjing, contacts=2 * walk_in_contacts(anjing)), ("plan", "today"))
    assert table.loc["contacts met a week", "plan"] > 1.2 * table.loc["contacts met a week", "today"]
    before, after = (lg.measure_week(a).households["minutes_a_week"].mean() for a in (anjing, plan.apply()))
    assert after > before


def test_a_week_without_hours_or_sessions_meets_nothing():
    for plan in (
        lg.measure_sessions(street(2, 1)),
        lg.plan_sessions(street(2, 1), weekdays=[]),
        lg.plan_sessions(street(2, 1, hours="off")),
        lg.plan_sessions(street(2, 1), max_sessions_per_team=0),
    ):
        assert plan.frame.empty and plan.met == 0 and plan.check() == [] and plan.status == "optimal"
    error = refused(street(2, 1), weekdays=[], min_sessions_per_site=1)
    assert error.issues.frame["code"].tolist() == ["LG-D203", "LG-D203"]


def test_todays_sessions_that_collide_are_named_when_they_are_measured():
    area = street(2, 1, sessions=[session("a", "S0", "T0"), session("b", "S1", "T0")])
    with pytest.raises(lg.Infeasible, match=r"LG-D207 sessions [ab]") as refused:
        lg.measure_sessions(area)
    assert "today's sessions cannot all be held: a and b are both T0's at one time. " in str(refused.value)
    assert refused.value.issues.frame["code"].tolist() == ["LG-D207"]
    far = [session("a", "S0", "T0"), session("b", "S1", "T0", 1, "12:05", "14:00")]
    with pytest.raises(lg.Infeasible, match="T0 cannot get from a to b in time"):
        lg.measure_sessions(street(2, 1, step_m=12_000, sessions=far))
    shut = street(2, 2, sessions=[session("a", "S0", "T0")], hours="Tu 08:00-18:00")
    with pytest.raises(lg.Infeasible, match="a is held while S0 is closed"):
        lg.measure_sessions(shut)


def test_progress_counts_nodes_of_each_term_and_what_it_raises_stops_the_search(town, anjing):
    seen = []
    plan = lg.plan_sessions(town, effort=50, progress=lambda done, total: seen.append((done, total)))
    assert plan.frame.equals(lg.plan_sessions(town, effort=50).frame)
    assert seen == sorted(seen) and seen[-1] == (200, 200) and {(50, 200), (100, 200), (150, 200)} <= set(seen)
    caller, threads = threading.current_thread(), set()

    def stop(done, total):
        threads.add(threading.current_thread())
        raise RuntimeError("enough")

    contacts = 2 * walk_in_contacts(anjing)
    with pytest.raises(RuntimeError, match="enough"):
        lg.plan_sessions(anjing, contacts=contacts, spread_by="half_day", gap=0.0, mode="walk_elderly", progress=stop)
    assert threads == {caller}


def test_ctrl_c_leaves_nothing_on_the_screen_and_no_solver_running(anjing, capfd):
    before = threading.active_count()
    timer = threading.Timer(1.0, signal.raise_signal, [signal.SIGINT])
    begun = []

    def begin(done, total):
        if not begun:
            begun.append(timer.start())

    contacts = 2 * walk_in_contacts(anjing)
    with pytest.raises(KeyboardInterrupt):
        for _ in range(20):
            lg.plan_sessions(
                anjing, contacts=contacts, spread_by="half_day", gap=0.0, mode="walk_elderly", progress=begin
            )
    timer.join()
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")


def test_the_timetable_has_a_row_a_site_and_a_column_a_weekday():
    plan = lg.plan_sessions(street(2, 1), contacts=[30, 0], max_sessions_per_team=1, hours=MORNING, threshold_s=1)
    table = plan.timetable("en")
    assert list(table.columns) == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    assert sorted(table.loc["S0"]) == ["", "", "", "", "08:30–12:00 T0"] and (table.loc["S1"] == "").all()
    assert "08:30–12:00 T0" in plan._repr_html_()


def test_the_command_prints_the_week_and_writes_the_layer(tmp_path, town):
    out = tmp_path / "sessions.csv"
    result = CliRunner().invoke(cli.app, ["sessions", "town", "--max", "1", "--out", str(out)])
    assert result.exit_code == 0 and "周一" in result.output and "demand" in result.output
    assert set(pd.read_csv(out)["team_id"]) <= set(town.ids("teams"))
    today = CliRunner().invoke(cli.app, ["sessions", "town", "--today", "--json"])
    assert len(json.loads(today.output)["sessions"]) <= len(town.sessions)
    bad = CliRunner().invoke(cli.app, ["sessions", "town", "--max", "0", "--keep-today"])
    assert isinstance(bad.exception, lg.Infeasible) and "LG-D2" in str(bad.exception)
