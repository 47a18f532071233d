"""Rounds of one day: order, timetable, what is left out and why."""

import dataclasses
import itertools
import sys

import numpy as np
import openpyxl
import pandas as pd
import pytest
from conftest import CRS, line_town
from libgrid.rounds.bound import assignment_bound, tree_bound, way_bound
from libgrid.rounds.timetable import Shift, build_timetable
from typer.testing import CliRunner

import libgrid as lg
from libgrid import cli

ortools = pytest.importorskip("ortools", reason="the extra 'rounds' is not installed")
HOUR = 3_600_000


def line(*minutes):
    """Stops at so many minutes from the base along one street, as an array of seconds."""
    at = np.r_[0, minutes].astype(float)
    return 60 * np.abs(at[:, None] - at[None, :])


def stops(n, **columns):
    return pd.DataFrame({"stop_id": [f"h{i}" for i in range(n)], **columns})


def best_way(times, service, shift_min, windows=None):
    """(most stops, least minutes on the way) over every order of every set of stops, without lunch."""
    n = len(service)
    best = (0, 0.0)
    for k in range(n, 0, -1):
        for order in itertools.permutations(range(n), k):
            now = way = 0.0
            here, good = 0, True
            for s in order:
                leg = times[here, s + 1] / 60
                way, now = way + leg, now + leg
                if windows is not None:
                    now = max(now, windows[s][0])
                    good &= now <= windows[s][1]
                now, here = now + service[s], s + 1
            way, now = way + times[here, 0] / 60, now + times[here, 0] / 60
            if good and now <= shift_min + 1e-9:
                best = max(best, (k, -way))
        if best[0] == k:
            break
    return best[0], -best[1]


@pytest.mark.parametrize("seed", range(8))
def test_the_order_is_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 8))
    times = rng.integers(60, 1800, (n + 1, n + 1)).astype(float)  # one-way streets, no triangle inequality
    np.fill_diagonal(times, 0)
    plan = lg.plan_round(times, stops(n), lunch=None, service_min=20, shift=("08:00", "18:00"))
    served, way = best_way(times, [20] * n, 600)
    assert len(plan.stops) == served == n and plan.travel_min == pytest.approx(way)
    assert plan.bound_min <= plan.travel_min + 1e-9 and plan.check() == []


@pytest.mark.parametrize("seed", range(8))
def test_windows_are_kept_and_as_many_stops_as_possible_are_visited(seed):
    rng = np.random.default_rng(100 + seed)
    n = 6
    times = rng.integers(300, 2400, (n + 1, n + 1)).astype(float)
    np.fill_diagonal(times, 0)
    opens = rng.integers(0, 180, n)
    closes = opens + rng.integers(10, 120, n)
    clock = lambda m: f"{(480 + m) // 60:02d}:{(480 + m) % 60:02d}"  # noqa: E731
    table = stops(n, earliest=[clock(m) for m in opens], latest=[clock(m) for m in closes])
    plan = lg.plan_round(times, table, lunch=None, service_min=15, shift=("08:00", "12:00"), effort=500)
    served, way = best_way(times, [15] * n, 240, list(zip(opens, closes, strict=True)))
    assert len(plan.stops) == served and plan.travel_min == pytest.approx(way) and plan.check() == []
    assert len(plan.dropped) == n - served


def test_times_add_up_to_the_minute():
    plan = lg.plan_round(line(10, 30), stops(2), lunch=None, service_min=20, shift=("08:00", "12:00"))
    assert plan.stops[["stop_id", "arrival_min", "begin_min", "leave_min"]].values.tolist() in (
        [["h0", 490, 490, 510], ["h1", 530, 530, 550]], [["h1", 510, 510, 530], ["h0", 550, 550, 570]],
    )  # fmt: skip
    assert plan.carers[["back_min", "travel_min", "service_min", "work_min"]].values.tolist() == [[580, 60, 40, 100]]
    assert plan.gap == pytest.approx(0)


def test_the_base_is_left_late_rather_than_waiting_at_a_door():
    plan = lg.plan_round(line(10), stops(1, earliest="10:00"), lunch=None, shift=("08:00", "12:00"))
    assert plan.carers["leave_base_min"][0] == 590 and plan.waiting_min == 0 and plan.check() == []


def test_lunch_is_whole_inside_its_hours_and_between_visits():
    plan = lg.plan_round(line(*range(2, 20, 2)), stops(9), service_min=40)
    lunch = plan.carers["lunch_min"][0]
    assert 690 <= lunch <= 750 and plan.check() == []
    busy = zip(plan.stops["begin_min"], plan.stops["leave_min"], strict=True)
    assert all(leave <= lunch or lunch + 60 <= begin for begin, leave in busy)
    windowed = lg.plan_round(line(5, 6), stops(2, earliest=["11:00", "13:00"]), service_min=40)
    assert windowed.check() == [] and len(windowed.stops) == 2


def test_who_is_back_before_noon_eats_at_the_base():
    plan = lg.plan_round(line(5), stops(1))
    assert np.isnan(plan.carers["lunch_min"][0]) and plan.check() == []


def timetable_by_hand(order, times, service, opens, closes, shift):
    """The earliest return over every minute of departure and every minute of lunch."""
    best = None
    for start in range(shift.start_ms, shift.end_ms, 60_000):
        for lunch in (None, *range(shift.lunch_from_ms, shift.lunch_latest_ms + 1, 60_000)):
            now, here, eaten = start, 0, lunch is None
            good = True
            for s in [*order, 0]:
                if not eaten and here and now >= lunch:  # eaten where the carer is
                    now, eaten = max(now, lunch) + shift.lunch_ms, True
                now += times[here, s]
                if s and not eaten and now <= lunch:  # waits for lunch at the stop
                    if max(now, opens[s]) + service[s] > lunch:
                        now, eaten = lunch + shift.lunch_ms, True
                elif s and not eaten:
                    now, eaten = now + shift.lunch_ms, lunch <= now <= shift.lunch_latest_ms
                    good &= eaten
                if s:
                    now = max(now, opens[s])
                    good &= now <= closes[s]
                    now += service[s]
                here = s
            outside = lunch is None and not (
                now <= shift.lunch_latest_ms or start >= shift.lunch_from_ms + shift.lunch_ms
            )
            if good and eaten and not outside and now <= shift.end_ms:
                best = now if best is None else min(best, now)
    return best


@pytest.mark.parametrize("seed", range(15))
def test_the_timetable_of_an_order_ends_no_later_than_any_by_hand(seed):
    rng = np.random.default_rng(seed)
    times = 60_000 * rng.integers(1, 30, (4, 4)).astype(np.int64)
    np.fill_diagonal(times, 0)
    service = 60_000 * np.r_[0, rng.integers(5, 40, 3)].astype(np.int64)
    opens = np.r_[0, 480 + rng.integers(0, 200, 3)] * 60_000
    closes = opens + 60_000 * rng.integers(60, 200, 4)
    shift = Shift(8 * HOUR, 14 * HOUR, 11 * HOUR, 12 * HOUR, HOUR // 2)
    made = build_timetable([1, 2, 3], 0, times, service, opens, closes, shift)
    expected = timetable_by_hand([1, 2, 3], times, service, opens, closes, shift)
    if made is None:
        assert expected is None
    else:
        assert expected is None or made.back <= expected
        assert made.back - made.leave_base >= made.travel + service.sum() + sum(made.wait)


def test_two_carers_share_the_day_and_skills_decide_who_goes():
    crew = pd.DataFrame(
        {"carer_id": ["doctor", "nurse"], "skills": ["doctor; nurse", "nurse"], "end": ["17:30", "12:00"]}
    )
    table = stops(8, skill=["doctor", "nurse"] * 4)
    plan = lg.plan_round(line(*range(1, 9)), table, carers=crew, service_min=40)
    by = plan.stops.set_index("stop_id")["carer_id"]
    assert set(by[["h0", "h2", "h4", "h6"]]) == {"doctor"} and plan.check() == []


def test_each_stop_that_is_left_out_says_why_and_what_would_help():
    times = line(10, 20, 30, 40)
    times[:, 4] = times[4, :] = np.inf
    table = stops(4, skill=["", "dentist", "", ""], latest=["", "", "08:10", ""])
    plan = lg.plan_round(times, table, lunch=None, shift=("08:00", "12:00"))
    why = plan.dropped.set_index("stop_id")
    assert plan.stops["stop_id"].tolist() == ["h0"] and plan.check() == []
    assert why["reason"].to_dict() == {"h1": "skill", "h2": "window", "h3": "no way"}
    assert why.loc["h2", "minutes"] == 20 and "dentist" in why.loc["h1", "change"]


def test_the_change_that_is_named_takes_the_stop_in():
    plan = lg.plan_round(line(10, 10, 10), stops(3), lunch=None, service_min=30, shift=("08:00", "09:30"))
    assert len(plan.stops) == 2 and plan.dropped["reason"].tolist() == ["too long a day"]
    assert plan.dropped["minutes"].tolist() == [20]
    later = lg.plan_round(line(10, 10, 10), stops(3), lunch=None, service_min=30, shift=("08:00", "09:50"))
    assert len(later.stops) == 3


def test_the_stop_that_matters_more_stays():
    table = stops(3, priority=[1, 1, 5])
    plan = lg.plan_round(line(10, 10, 40), table, lunch=None, service_min=30, shift=("08:00", "10:00"))
    assert "h2" in set(plan.stops["stop_id"])


@pytest.mark.parametrize("seed", range(6))
def test_no_round_beats_the_bounds(seed):
    rng = np.random.default_rng(seed)
    times = rng.integers(1, 100, (7, 7)).astype(np.int64)
    np.fill_diagonal(times, 0)
    rows = np.arange(1, 7)
    best = np.inf
    for order in itertools.permutations(rows):
        for cut in range(7):  # two rounds, one may be empty
            routes = [r for r in (order[:cut], order[cut:]) if r]
            best = min(best, sum(times[a, b] for r in routes for a, b in itertools.pairwise((0, *r, 0))))
    assert assignment_bound(times, np.array([0, 0]), rows) <= best
    assert way_bound(times, np.array([0, 0]), rows, 0, 10**6)[0] <= best
    both = min(  # two rounds are needed: the stops alone fill more than one shift
        sum(times[a, b] for r in (order[:cut], order[cut:]) for a, b in itertools.pairwise((0, *r, 0)))
        for order in itertools.permutations(rows)
        for cut in range(1, 6)
    )
    assert way_bound(times, np.array([0, 0]), rows, 10**6 + 1, 10**6)[0] <= both
    assert tree_bound(times, np.array([0, 0]), rows) <= best
    even = np.minimum(times, times.T)
    one = min(sum(even[a, b] for a, b in itertools.pairwise((0, *r, 0))) for r in itertools.permutations(rows))
    assert 0.8 * one <= tree_bound(even, np.array([0]), rows) <= one


def test_the_independent_look_finds_what_was_changed_by_hand():
    plan = lg.plan_round(line(10, 30), stops(2, earliest=["", "10:00"]), service_min=20)
    for column, by, words in (
        ("arrival_min", -5.0, "arrival"), ("begin_min", -100.0, "window"), ("leave_min", 7.0, "as long"),
        ("waiting_min", 3.0, "waiting"),
    ):  # fmt: skip
        spoilt = plan.stops.assign(**{column: plan.stops[column] + by})
        assert any(words in fault for fault in dataclasses.replace(plan, stops=spoilt).check()), column
    lost = dataclasses.replace(plan, stops=plan.stops.iloc[:1])
    assert any("each once" in fault for fault in lost.check())
    hungry = dataclasses.replace(plan, carers=plan.carers.assign(lunch_min=600.0))
    assert any("hours of lunch" in fault for fault in hungry.check())


def test_the_campaign_of_eleven_is_planned_and_printed(town, tmp_path):
    people = town.households["household_id"].tolist()[:11]
    day = lg.plan_round(town, people, base=town.ids("teams")[0])
    assert len(day.stops) == 11 and day.check() == [] and day.gap < 0.2
    day.write(tmp_path / "day.xlsx", lang="zh", date="2023-03-10", checks=("灶具", "燃气"))
    book = openpyxl.load_workbook(tmp_path / "day.xlsx")
    assert book.sheetnames == ["入户清单", "准备清单"]
    head = [cell.value for cell in book["入户清单"][1]]
    assert head[:3] == ["人员", "次序", "户号"] and head[-2:] == ["灶具", "燃气"]
    dates = {row[0].value for row in list(book["准备清单"].rows)[1:]}
    assert min(dates) == "2023-03-03" and max(dates) == "2023-03-09"
    day.write(tmp_path / "day.csv", lang="en")
    listed = pd.read_csv(tmp_path / "day.csv")
    assert set(people) <= set(listed["household"]) and list(listed.columns) == list(day.day_list("en").columns)


def test_points_and_sites_may_be_named_in_every_way():
    area = lg.StudyArea.from_frames(**line_town(), crs=CRS)
    by_id = lg.plan_round(area, ["h1", "h4"], base="S1")
    xy = pd.DataFrame({"stop_id": ["h1", "h4"], "x": [400_150.0, 400_450.0], "y": 3_400_000.0})
    assert lg.plan_round(area, xy, base="t1").stops.equals(by_id.stops)
    two = pd.DataFrame({"carer_id": ["a", "b"], "base": ["S1", "S2"]})
    both = lg.plan_round(area, ["h0", "h5"], carers=two)
    assert both.stops.set_index("stop_id")["carer_id"].to_dict() == {"h0": "a", "h5": "b"} and both.check() == []


def test_the_same_question_has_the_same_answer(town):
    people = town.ids("households")[:25]
    first, second = (lg.plan_round(town, people, base=town.ids("teams")[0], effort=60) for _ in range(2))
    assert first.stops.equals(second.stops) and first.effort_done == second.effort_done


def test_a_day_without_stops_is_a_day_without_rounds():
    plan = lg.plan_round(np.zeros((1, 1)), [])
    assert plan.stops.empty and plan.travel_min == 0 and plan.gap == 0 and plan.check() == []


def test_more_visits_than_the_day_holds_is_a_result_with_its_deficit():
    plan = lg.plan_round(line(*[5] * 30), stops(30), service_min=60)
    assert len(plan.stops) + len(plan.dropped) == 30 and (plan.dropped["reason"] == "too long a day").all()
    assert (plan.dropped["minutes"] > 0).all() and plan.check() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stops": stops(3)}, "shape"),
        ({"where": line(-1, np.nan)}, "seconds of 0 or more"),
        ({"stops": stops(2, earliest="25:00")}, "earliest: write HH:MM"),
        ({"stops": stops(2, earliest="10:00", latest="09:00")}, "earliest is after latest"),
        ({"stops": stops(2, service_min=-3)}, "service_min"),
        ({"stops": stops(2, priority=0)}, "priority"),
        ({"stops": pd.DataFrame({"stop_id": ["a", "a"]})}, "twice"),
        ({"shift": ("17:00", "08:00")}, "shift"),
        ({"lunch": ("12:00", "12:30", 60)}, "lunch"),
        ({"carers": 0}, "carers"),
        ({"carers": pd.DataFrame({"name": ["x"]})}, "carer_id"),
        ({"base": "S1"}, "row 0"),
        ({"effort": 0}, "effort"),
        ({"time_limit_s": 0}, "time_limit_s"),
    ],
)
def test_wrong_input_is_named_with_its_cure(change, says):
    asked = {"where": line(1, 2), "stops": stops(2), **change}
    with pytest.raises(lg.InvalidInput, match=says):
        lg.plan_round(asked.pop("where"), asked.pop("stops"), **asked)


def test_places_that_the_area_does_not_have_are_named():
    area = lg.StudyArea.from_frames(**line_town(), crs=CRS)
    with pytest.raises(lg.InvalidInput, match="has no h9"):
        lg.plan_round(area, ["h9"], base="S1")
    with pytest.raises(lg.InvalidInput, match="no site or team S9"):
        lg.plan_round(area, ["h1"], base="S9")
    with pytest.raises(lg.InvalidInput, match="name the site"):
        lg.plan_round(area, ["h1"])
    with pytest.raises(lg.InvalidInput, match="201 are more than the 200"):
        lg.plan_round(np.zeros((202, 202)), stops(201))


def test_without_the_library_the_cure_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ortools.constraint_solver", None)
    with pytest.raises(lg.Error, match=r"libgrid\[rounds\]"):
        lg.plan_round(line(1), stops(1))


def test_the_command_prints_the_day_list_and_names_a_bad_file(tmp_path, town):
    pd.DataFrame({"household_id": town.ids("households")[:3]}).to_csv(tmp_path / "stops.csv", index=False)
    team = town.ids("teams")[0]
    words = ["round", "town", str(tmp_path / "stops.csv"), "--base", team, "--check", "燃气", "--out"]
    result = CliRunner().invoke(cli.app, [*words, str(tmp_path / "day.csv")])
    assert result.exit_code == 0 and "午餐" not in result.output and "燃气" in result.output
    assert (tmp_path / "day.csv").exists()
    lost = CliRunner().invoke(cli.app, ["round", "town", str(tmp_path / "no.csv"), "--base", team])
    assert isinstance(lost.exception, lg.IoError)
