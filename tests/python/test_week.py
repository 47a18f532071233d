import numpy as np
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg


def town(sessions, **changes):
    frames = line_town(**changes)
    frames["sessions"] = pd.DataFrame(sessions)
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544")


def session(site, weekday, start, end, n=1, **more):
    return {
        "session_id": f"{site}-{weekday}-{start}", "site_id": site, "team_id": "T1", "weekday": weekday,
        "start": start, "end": end, "every_n_weeks": n, **more,
    }  # fmt: skip


def ids(area):
    return area.ids("sites")[0], area.ids("sites")[1], area.ids("teams")[0]


@pytest.fixture
def two_mornings():
    frames = line_town()
    west, east, team = (frames[k].iloc[i][f"{k[:-1]}_id"] for k, i in (("sites", 0), ("sites", 1), ("teams", 0)))
    rows = [session(west, 2, "09:00", "12:00"), session(east, 4, "14:00", "16:00", 2)]
    return town([{**r, "team_id": team} for r in rows])


def test_minutes_in_reach_follow_the_sessions(two_mornings):
    week = lg.measure_week(two_mornings, threshold_s=10_000)  # everybody reaches everything
    assert week.cycle_weeks == 2
    assert week.households["minutes_a_week"].tolist() == [180 + 60] * 6
    assert week.spans["minutes"].sum() == 2 * 7 * 1440
    assert (week.spans.groupby(["week", "weekday"])["minutes"].sum() == 1440).all()
    open_then = week.spans[week.spans["open_sites"] > 0]
    assert open_then[["week", "weekday", "start", "end"]].values.tolist() == [
        [0, 2, "09:00", "12:00"], [0, 4, "14:00", "16:00"], [1, 2, "09:00", "12:00"],
    ]  # fmt: skip


def test_who_lives_too_far_has_nobody_and_the_worst_moments_are_named(two_mornings):
    near = lg.measure_week(two_mornings, threshold_s=120)  # 144 m on foot
    minutes = near.households["minutes_a_week"].to_numpy()
    assert minutes[0] == 180 and minutes[-1] == 60 and minutes[2] == 0
    assert near.households["longest_gap_min"][2] == 2 * 7 * 1440
    worst = near.worst(3)
    assert (worst["people"] == 0).all() and (worst["start"] >= "08:00").all() and (worst["end"] <= "18:00").all()
    table = near.table()
    assert (
        table.loc["10:00", 2] == near.share().loc[near.spans.eval("week == 0 & weekday == 2 & start == '09:00'")].item()
    )
    assert table.loc["08:00", 1] == 0


def test_a_session_may_start_in_the_second_week(two_mornings):
    sessions = two_mornings.sessions.assign(first_week=[0, 1])
    later = lg.measure_week(two_mornings.replace(sessions=sessions), threshold_s=10_000)
    assert later.spans.loc[later.spans["open_sites"] > 0, "week"].tolist() == [0, 1, 1]
    with pytest.raises(lg.InvalidInput, match="first_week"):
        lg.measure_week(two_mornings.replace(sessions=two_mornings.sessions.assign(first_week=[1, 0])))


def test_the_homebound_are_counted_apart(two_mornings):
    households = two_mornings.households
    households.loc[0, "n_homebound"] = 1
    week = lg.measure_week(two_mornings.replace(households=households))
    before = lg.measure_week(two_mornings)
    assert week.homebound == before.homebound + 1
    assert week.people["all"] == before.people["all"] - 1


def test_moment_of_the_week_is_the_coverage_at_that_moment(two_mornings):
    """The same share as measure_coverage at Tuesday ten o'clock, computed the other way round."""
    week = lg.measure_week(two_mornings, threshold_s=300)
    net = lg.RoadNetwork.from_frame(two_mornings.roads, mode="walk")
    times = lg.travel_times(net, two_mornings.points("households"), two_mornings.points("sites"))
    people = week.people
    open_sites = np.array([True, False])[: times.shape[1]]
    groups = two_mornings.households[["n_usual", "n_short", "n_homebound"]].astype(float)
    walkers = groups["n_usual"] + groups["n_short"] - groups["n_homebound"]
    coverage = lg.measure_coverage(times, walkers, threshold_s=300, open=open_sites)
    span = week.spans.eval("week == 0 & weekday == 2 & start == '09:00'")
    assert week.spans.loc[span, "all"].item() == pytest.approx(coverage.covered_share * people["all"])


def test_missing_layers_are_named(two_mornings):
    with pytest.raises(lg.InvalidInput, match="sessions"):
        lg.measure_week(two_mornings.replace(sessions=None))
    with pytest.raises(lg.InvalidInput, match="above 0"):
        lg.measure_week(two_mornings, threshold_s=0)
    with pytest.raises(lg.InvalidInput, match="HH:MM"):
        lg.measure_week(two_mornings).worst(hours=("8", "18:00"))


def test_opening_hours_cut_the_sessions(two_mornings):
    hours = two_mornings.sites.assign(opening_hours=["Mo-Fr 10:00-11:00,11:30-18:00", None])
    week = lg.measure_week(two_mornings.replace(sites=hours), threshold_s=10_000)
    assert week.households["minutes_a_week"].tolist() == [90 + 60] * 6
    closed = two_mornings.sites.assign(opening_hours=["Sa off", None])
    with pytest.raises(lg.InvalidInput, match=r"opening_hours: not understood for S1"):
        lg.measure_week(two_mornings.replace(sites=two_mornings.sites.assign(opening_hours=["mornings", None])))
    assert lg.measure_week(two_mornings.replace(sites=closed), threshold_s=10_000).households["minutes_a_week"][0] == 60


def test_the_coverage_of_a_moment_follows_sessions_and_hours(two_mornings):
    times, people = np.zeros((6, 2)), np.ones(6)
    options = {"moment": "2 09:30", "threshold_s": 60}
    assert lg.measure_coverage(times, people, area=two_mornings, **options).covered_share == 1
    hours = two_mornings.replace(sites=two_mornings.sites.assign(opening_hours=["Mo-Fr 10:00-18:00", None]))
    assert lg.measure_coverage(times, people, area=hours, **options).covered_share == 0
    with pytest.raises(lg.InvalidInput, match="area="):
        lg.measure_coverage(times, people, **options)
    with pytest.raises(lg.InvalidInput, match="access"):
        lg.measure_coverage(times, people, kind="response", plan=[0] * 6, area=hours, **options)
