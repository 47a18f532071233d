import doctest
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg

NOBODY = {f"n_{c}": [0] * 6 for c in lg.schema.CONDITIONS}


def make(teams=None, **households):
    frames = line_town()
    frames["households"] = frames["households"].assign(**NOBODY | households)
    if teams is not None:
        frames["teams"] = frames["teams"].assign(**teams)
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544")


def test_examples():
    assert doctest.testmod(sys.modules["libgrid.area_workload"]).failed == 0


def test_two_conditions_of_one_person_are_one_visit_when_merged():
    area = make(n_usual=[1] * 6, n_hypertension=[1, 0, 0, 0, 0, 0], n_diabetes=[1, 0, 0, 0, 0, 0])
    asked = {
        how: lg.measure_workload(area, merge=how).teams["asked_min"][0] for how in ("none", "independent", "nested")
    }
    assert asked == {"none": 120, "independent": 60, "nested": 60}
    team = lg.measure_workload(area).teams.iloc[0]
    assert (team["nested_min"], team["disjoint_min"]) == (60, 120)


def test_two_conditions_of_two_people_are_merged_by_chance():
    area = make(n_usual=[2] * 6, n_hypertension=[1, 0, 0, 0, 0, 0], n_diabetes=[1, 0, 0, 0, 0, 0])
    assert lg.measure_workload(area, merge="independent").teams["asked_min"][0] == 90  # half the ways share one person
    with pytest.raises(lg.InvalidInput, match="none, independent, nested"):
        lg.measure_workload(area, merge="somehow")


def test_an_interval_holds_the_point_and_is_the_same_again():
    area = make(n_hypertension=[2, 1, 0, 0, 0, 0], n_homebound=[1, 0, 0, 0, 1, 0])
    work = lg.measure_workload(area, interval=0.9)
    for table in (work.teams, work.grids[work.grids["households"] > 0]):
        assert (table["asked_low_min"] < table["asked_min"]).all() and (
            table["asked_min"] < table["asked_high_min"]
        ).all()
        assert table["load_high"].tolist() == (table["asked_high_min"] / table["offered_min"]).tolist()
    again = lg.measure_workload(area, interval=0.9)
    pd.testing.assert_frame_equal(work.teams, again.teams)
    assert (work.interval, work.draws, work.seed) == (0.9, 1000, 0)
    other = lg.measure_workload(area, interval=0.9, rng=np.random.default_rng(1))
    assert other.seed > 0 and (other.teams["asked_low_min"] != work.teams["asked_low_min"]).all()
    assert "asked_low_min" not in lg.measure_workload(area).teams


def test_a_wider_interval_is_wider_and_certain_rules_have_none():
    area = make(n_hypertension=[2, 1, 0, 0, 0, 0])
    narrow, wide = (lg.measure_workload(area, interval=i).teams.iloc[0] for i in (0.5, 0.95))
    assert wide["asked_low_min"] < narrow["asked_low_min"] < narrow["asked_high_min"] < wide["asked_high_min"]
    sure = lg.service_rules().drop(columns=[c for c in lg.service_rules() if c.endswith(("_low", "_high"))])
    team = lg.measure_workload(area, rules=sure, interval=0.9).teams.iloc[0]
    assert team["asked_low_min"] == pytest.approx(team["asked_min"]) == pytest.approx(team["asked_high_min"])
    for wrong in ({"interval": 1.0}, {"interval": 0.9, "draws": 1}, {"interval": 0.9, "rng": -1}):
        with pytest.raises(lg.InvalidInput):
            lg.measure_workload(area, **wrong)


def test_roles_share_out_the_asked_minutes():
    area = make(n_hypertension=[2, 1, 0, 0, 0, 0], n_homebound=[1, 0, 0, 0, 1, 0], n_key=[1, 0, 0, 0, 1, 0])
    rules = lg.service_rules()
    rules.loc[rules.group == "hypertension", "staff"] = "doctor 0.25 + nurse 0.75"
    work = lg.measure_workload(area, rules=rules, merge="independent")
    by_team = work.roles.groupby("team_id")["asked_min"].sum()
    assert by_team.to_numpy() == pytest.approx(work.teams.set_index("team_id")["asked_min"][by_team.index].to_numpy())
    alone = make(n_hypertension=[2, 0, 0, 0, 0, 0])
    roles = (
        lg.measure_workload(alone, rules=rules).roles.query("asked_min > 0").set_index(["team_id", "role"])["asked_min"]
    )
    assert roles.to_dict() == {("t1", "doctor"): 30, ("t1", "nurse"): 90}


def test_members_are_the_minutes_of_their_roles():
    members = pd.DataFrame({"team_id": ["t1", "t1", "t2"], "role": ["doctor", "nurse", "nurse"], "fte": [1, 0.5, 0]})
    work = lg.measure_workload(make(n_hypertension=[2, 0, 0, 0, 0, 0]), members=members)
    assert work.teams["offered_min"].tolist() == [66_240, 0]
    roles = work.roles.set_index(["team_id", "role"])
    assert roles.loc[("t1", "nurse"), ["asked_min", "offered_min"]].tolist() == [60, 22_080]
    assert roles.loc[("t1", "doctor"), "load"] == 60 / 44_160
    with pytest.raises(lg.InvalidInput, match="t2 have no member"):
        lg.measure_workload(make(), members=members.iloc[:2])
    with pytest.raises(lg.InvalidInput, match="t9 are no teams"):
        lg.measure_workload(make(), members=members.assign(team_id="t9"))


def test_journeys_may_be_one_a_household():
    area = make(n_homebound=[1, 0, 0, 0, 1, 0])
    one = lg.measure_workload(area, travel_min=10).teams["travel_min"]
    assert one.tolist() == [120, 120]
    ids = area.households["household_id"]
    each = pd.Series(np.arange(6.0), index=ids).sample(frac=1, random_state=1)
    assert lg.measure_workload(area, travel_min=each).teams["travel_min"].tolist() == [0, 48]
    assert lg.measure_workload(area, travel_min=np.arange(6)).teams["travel_min"].tolist() == [0, 48]
    with pytest.raises(lg.InvalidInput, match=f"no journey for households {ids[5]}"):
        lg.measure_workload(area, travel_min=each.drop(ids[5]))
    with pytest.raises(lg.InvalidInput, match="shape"):
        lg.measure_workload(area, travel_min=[1.0, 2.0])
    with pytest.raises(lg.InvalidInput, match="travel_min"):
        lg.measure_workload(area, travel_min=-1)


def test_people_who_are_counted_need_a_rule_unless_told():
    area = make(n_pregnant=[0, 0, 1, 0, 0, 0])
    rules = lg.service_rules().query("group != 'pregnant'")
    with pytest.raises(lg.InvalidInput, match=r"no rule for pregnant \(1 people\)"):
        lg.measure_workload(area, rules=rules)
    assert lg.measure_workload(area, rules=rules, leave_out=["pregnant"]).teams["asked_min"].sum() == 0
    assert lg.measure_workload(make(), rules=rules).teams["asked_min"].sum() == 0  # nobody is counted
    with pytest.raises(lg.InvalidInput, match="is no group"):
        lg.measure_workload(area, rules=rules, leave_out=["expectant"])


def test_an_unknown_group_is_refused():
    rules = lg.service_rules()
    rules.loc[3, "group"] = "astronauts"
    with pytest.raises(lg.InvalidInput, match=r"rows 3: nobody counts the group astronauts"):
        lg.measure_workload(make(), rules=rules.assign(prevalence=0.0))


def test_a_team_of_no_minutes_has_an_infinite_load_and_an_issue():
    area = make(teams={"offered_min": [0.0, 1000.0]}, n_age65=[1, 0, 0, 0, 1, 0])
    work = lg.measure_workload(area)
    assert work.teams["load"].tolist() == [np.inf, 0.03] and work.balance["left_out"] == 1
    assert "t1" in set(area.issues.frame.query("code == 'LG-D001'")["id"])


def test_prevalence_by_age_is_used_where_ages_are_known():
    unknown = [None] * 6
    young = make(n_usual=[10] * 6, n_hypertension=unknown, n_age65=[0] * 6, n_child0_6=[10] * 6)
    old = make(n_usual=[10] * 6, n_hypertension=unknown, n_age65=[10] * 6)
    nobody_asked = make(n_usual=[10] * 6, n_hypertension=unknown, n_age65=unknown)
    people = [lg.measure_workload(a).teams["n_hypertension"].sum() for a in (young, old, nobody_asked)]
    share = lg.service_rules().set_index("group")["prevalence_65"]["hypertension"]
    assert people == pytest.approx([0, 60 * share, 60 * 0.051])
    assert "hypertension" in lg.measure_workload(old).teams["estimated"][0]
