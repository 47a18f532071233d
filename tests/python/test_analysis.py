import doctest
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import libgrid as lg
from libgrid import analysis, coverage, workload

INF = np.inf
TIMES = np.array([[300.0, 800.0], [1000.0, 900.0], [INF, 1200.0], [INF, INF]])
PEOPLE = pd.DataFrame({"usual": [2, 3, 5, 0], "key": [1, 0, 0, 1]}, index=["h1", "h2", "h3", "h4"])
PANEL = {
    "hypertension": 200, "diabetes": 70, "age65": 272, "mental": 10, "tuberculosis": 1, "newborn": 14,
    "homebound": 8, "child0_6": 0, "pregnant": 0, "key": 0, "next_key": 0,
}  # fmt: skip


def pairs_of(times_s):
    reached = np.isfinite(times_s)
    return SimpleNamespace(
        ptr=np.concatenate([[0], np.cumsum(reached.sum(axis=1))]),
        index=np.nonzero(reached)[1],
        ms=(times_s[reached] * 1000).astype(np.uint32),
        shape=times_s.shape,
    )


def nearest_of(times_s):
    index = np.argsort(times_s, axis=1, kind="stable")
    time_s = np.take_along_axis(times_s, index, axis=1)
    return SimpleNamespace(index=np.where(np.isfinite(time_s), index, -1), time_s=time_s)


@pytest.mark.parametrize("module", [analysis, coverage, workload])
def test_examples_in_docstrings_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


class TestCoverage:
    def test_every_shape_of_times_gives_the_same(self):
        shapes = [TIMES, pd.DataFrame(TIMES), pairs_of(TIMES), nearest_of(TIMES)]
        for kind, plan in (("access", None), ("response", [1, 0, 0, -1])):
            results = [lg.measure_coverage(t, PEOPLE, kind=kind, plan=plan) for t in shapes]
            for result in results[1:]:
                pd.testing.assert_frame_equal(result.frame, results[0].frame)
                pd.testing.assert_frame_equal(result.groups, results[0].groups)

    def test_access_counts_groups(self):
        c = lg.measure_coverage(TIMES, PEOPLE)
        assert (c.kind, c.threshold_s) == ("access", 900)
        assert c.time_s.tolist() == [300, 900, 1200, INF]
        assert c.nearest.tolist() == [0, 1, 1, -1]
        assert c.covered.tolist() == [True, True, False, False]
        assert c.covered_share == 0.5
        assert c.share("key") == 0.5
        usual = c.groups.iloc[0]
        assert usual["group"] == "usual"
        assert usual["covered"] + usual["uncovered"] == usual["people"] == 10
        assert (usual["median_s"], usual["p90_s"], usual["mean_s"]) == (900, 1200, 930)
        assert usual["share_8min"] == 0.2
        assert c.groups.iloc[1]["unreachable"] == 1
        assert c.frame.index.tolist() == ["h1", "h2", "h3", "h4"]

    def test_response_asks_the_own_team(self):
        r = lg.measure_coverage(TIMES, PEOPLE["usual"], kind="response", plan=[1, 0, 0, -1])
        assert r.threshold_s == 600
        assert r.own_team_time_s.tolist() == [800, 1000, INF, INF]
        assert r.time_s is r.own_team_time_s
        assert r.boundary_cost_s[:3].tolist() == [500, 100, INF]
        assert np.isnan(r.boundary_cost_s[3])
        group = r.groups.iloc[0]
        assert (group["covered"], group["covered_by_nearest"], group["no_team"]) == (0, 2, 0)
        assert group["mean_boundary_cost_s"] == (2 * 500 + 3 * 100) / 5

    def test_closed_sites_do_not_count(self):
        c = lg.measure_coverage(TIMES, PEOPLE, open=[True, False])
        assert c.nearest.tolist() == [0, 0, -1, -1]
        with pytest.raises(lg.InvalidInput, match="open"):
            lg.measure_coverage(TIMES, PEOPLE, open=[True])
        with pytest.raises(lg.InvalidInput, match="booleans"):
            lg.measure_coverage(TIMES, PEOPLE, open=[0, 1])

    def test_the_uncertain_are_among_the_uncovered(self):
        c = lg.measure_coverage(TIMES, PEOPLE, uncertain=[True, False, True, False])
        assert c.uncertain.tolist() == [False, False, True, False]
        assert c.groups.iloc[0]["uncertain"] == 5
        assert c.groups.iloc[0]["uncovered"] == 5

    def test_by_label_adds_up_and_loses_nobody(self):
        c = lg.measure_coverage(TIMES, PEOPLE)
        table = c.by([1, 1, -1, 0], ["g0", "g1"])
        assert table.index.tolist() == ["g0", "g1", None]
        assert table["people"].tolist() == [0, 5, 5]
        assert table.loc["g1", "covered_share"] == 1
        assert np.isnan(table.loc["g0", "covered_share"])
        named = c.by(pd.Series(["b", "b", None, "a"]), group="key")
        assert named.index.tolist() == ["a", "b", None]
        assert named["people"].tolist() == [1, 1, 0]
        assert c.by([0, 0, 0, 0]).index.tolist() == [0]

    def test_is_immutable_and_shows_itself(self):
        c = lg.measure_coverage(TIMES, PEOPLE.rename(columns={"usual": "<b>"}))
        for array in (c.time_s, c.nearest, c.covered, c.uncertain):
            with pytest.raises(ValueError):
                array[0] = 0
        with pytest.raises(FrozenInstanceError):
            c.kind = "response"
        assert "&lt;b&gt;" in c._repr_html_()
        assert repr(c) == "Coverage(access, 4 households, 50.0% within 900 s)"

    def test_same_bits_for_any_threads(self):
        rng = np.random.default_rng(1)
        times_s, people = rng.uniform(0, 2000, (20_000, 3)), rng.uniform(0, 3, 20_000)
        one, eight = (lg.measure_coverage(times_s, people, threads=t) for t in (1, 8))
        pd.testing.assert_frame_equal(one.groups, eight.groups, check_exact=True)
        assert np.array_equal(one.time_s, eight.time_s)

    def test_nobody_at_all(self):
        c = lg.measure_coverage(np.empty((0, 2)), [])
        assert np.isnan(c.covered_share)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"residents": [1, 2, 3]}, "residents has 3 rows, times_s has 4"),
            ({"residents": [1, -2, 3, 4]}, "residents.*rows 1"),
            ({"residents": [1, np.nan, 3, 4]}, "residents.*rows 1"),
            ({"times_s": np.where(np.isfinite(TIMES), TIMES, np.nan)}, "times_s, row 2: column 0"),
            ({"times_s": TIMES[0]}, "matrix"),
            ({"threshold_s": 0}, "threshold_s"),
            ({"threshold_s": np.nan}, "threshold_s"),
            ({"kind": "both"}, "kind"),
            ({"moment": "monday 9:00"}, "open="),
            ({"plan": [0, 0, 0, 0]}, "response"),
            ({"kind": "response"}, "plan="),
            ({"kind": "response", "plan": [0, 0, 0, 2]}, "plan.*rows 3"),
            ({"kind": "response", "plan": [0, 0, 0]}, "plan.*3 rows"),
            ({"kind": "response", "plan": [0.0, 0, 0, np.nan]}, "plan.*whole numbers"),
            ({"uncertain": [True]}, "uncertain has 1 rows"),
        ],
    )
    def test_wrong_input_is_named(self, change, message):
        arguments = {"times_s": TIMES, "residents": [1, 2, 3, 4]} | change
        with pytest.raises(lg.InvalidInput, match=message):
            lg.measure_coverage(**arguments)

    def test_too_few_nearest_are_refused(self):
        first = SimpleNamespace(index=np.array([[0], [1]]), time_s=np.array([[10.0], [20.0]]))
        with pytest.raises(lg.InvalidInput, match="larger k"):
            lg.measure_coverage(first, [1, 1], open=[True, False])
        with pytest.raises(lg.InvalidInput, match="own team"):
            lg.measure_coverage(first, [1, 1], kind="response", plan=[1, 1])


class TestWorkload:
    def measure(self, panel=PANEL, **options):
        counts = pd.DataFrame({f"n_{group}": [n] for group, n in panel.items()})
        options = {"offered_min": [176_640], "grid_ids": ["g"], "team_ids": ["t"]} | options
        return analysis.measure_workload_columns(counts, [2000], [0], [0], **options)

    def test_panel_of_2000(self):
        work = self.measure()
        team = work.teams.loc["t"]
        assert team["care_min"] == 28_664
        assert team["home_visits"] == 151
        assert team["travel_min"] == pytest.approx(1781.8, abs=1e-9)
        assert team["load"] == pytest.approx((28_664 + 1781.8) / 176_640)
        assert team["estimated"] == ""
        assert work.grids.loc["g", "n_age65"] == 272
        assert work.balance["n"] == 1
        assert work.unassigned["asked_min"].tolist() == [0, 0]
        assert "Gini" in work._repr_html_()

    def test_unknown_counts_are_estimated_and_marked(self):
        work = self.measure({"age65": np.nan})
        team = work.teams.loc["t"]
        assert team["n_age65"] == pytest.approx(272.4)
        assert "age65" in team["estimated"]
        assert "hypertension" in team["estimated"]
        assert team["estimated_min"] == pytest.approx(team["asked_min"])

    def test_rules_can_be_edited(self):
        rules = lg.service_rules()
        rules.loc[rules.group == "age65", "minutes"] = 60
        assert self.measure(rules=rules).teams["care_min"].item() == 28_664 + 272 * 30
        only = rules.loc[rules.group == "age65", ["group", "mode", "per_year", "minutes"]]
        assert self.measure(rules=only).teams["care_min"].item() == 272 * 60
        with pytest.raises(lg.InvalidInput, match="mode"):
            self.measure(rules=rules.assign(mode="drone"))
        with pytest.raises(lg.InvalidInput, match="minutes"):
            self.measure(rules=rules.drop(columns="minutes"))

    def test_households_without_a_team_stay_visible(self):
        counts = pd.DataFrame({"n_age65": [1.0, 2, 4], "ignored": "x"})
        only = lg.service_rules().query("group == 'age65'")
        work = analysis.measure_workload_columns(
            counts, [3, 3, 3], [0, 1, -1], [0, -1, -1], offered_min=[100, 0], n_grids=2, rules=only
        )
        assert work.teams["asked_min"].tolist() == [30, 0]
        assert work.grids["asked_min"].tolist() == [30, 60]
        assert work.grids["load"].tolist() == [0.3, INF]
        assert work.unassigned["asked_min"].tolist() == [180, 120]
        assert np.isnan(work.teams["load"][1])
        assert work.balance["left_out"] == 1

    def test_rules_say_where_they_come_from(self):
        rules = lg.service_rules()
        assert not rules["source"].str.contains(r"\[S\d").any()
        assert (rules["source"].str.len() > 10).all()
        assert set(rules["mode"]) <= {"home", "station", "phone", "centre"}

    def test_wrong_input_is_named(self):
        with pytest.raises(lg.InvalidInput, match="offered_min"):
            self.measure(offered_min=[-1])
        with pytest.raises(lg.InvalidInput, match="travel_min"):
            self.measure(travel_min=[1, 2])
        with pytest.raises(lg.InvalidInput, match="n_grids"):
            self.measure(grid_ids=None)


class TestBalance:
    def test_published_ginis(self):
        assert lg.balance([1, 2, 3, 4])["gini"] == 0.25
        assert lg.balance([2, 2])["gini"] == 0
        assert lg.balance([0, 0, 0, 1])["gini"] == 0.75

    def test_keys_and_edges(self):
        keys = {"gini", "cv", "theil", "max_over_mean", "range_over_mean", "jain", "mean", "n"}
        assert set(lg.balance([3])) == keys
        assert lg.balance([])["n"] == 0
        assert np.isnan(lg.balance([])["gini"])
        assert lg.balance([0, 0])["gini"] == 0
        assert lg.balance([1, 5], [3, 1]) | {"n": 0} == lg.balance([1, 1, 1, 5]) | {"n": 0}

    def test_wrong_input_is_named(self):
        with pytest.raises(lg.InvalidInput, match=r"loads\[1\]"):
            lg.balance([1, -1])
        with pytest.raises(lg.InvalidInput, match=r"loads\[0\]"):
            lg.balance([np.nan])
        with pytest.raises(lg.InvalidInput, match="length"):
            lg.balance([1, 2], [])


def test_gaps_along_pairs_ignore_distance():
    points = np.array([[0, 0], [10, 0], [999_999, 0]], dtype=np.int32)
    near = analysis.find_gap_labels(points, [False] * 3, [1, 1, 5])
    assert near.gap_of.tolist() == [1, 1, 0]
    along = analysis.find_gap_labels(None, [False] * 3, [1, 1, 5], pairs=[(0, 2)])
    assert along.gap_of.tolist() == [0, 1, 0]
    assert along.people.tolist() == [6, 1]
    assert along.households.tolist() == [2, 1]


def test_plan_quality_with_stacks_and_shapes():
    q = analysis.measure_plan_columns(
        [0, 1, 0, 1], 2, footprint_of=[0, 0, 0, 1], area_m2=[100, 100], perimeter_m=[40, 40],
        households=[1, 2, 3, 4], shops=[0, 1, 0, 0], borders=([0], [1], [10.0]), hull_area_m2=[100, 250],
        circle_radius_m=[10, 20], grid_ids=["a", "b"], size_norm=(5, 7),
    )  # fmt: skip
    assert q.grids.loc["b", ["area_m2", "perimeter_m", "size", "convex_hull"]].tolist() == [200, 60, 7, 0.8]
    assert q.grids["within_norm"].tolist() == [False, True]
    assert q.grids["contiguous"].all()
    assert q.grids.loc["a", "polsby_popper"] == pytest.approx(np.pi / 4)
    assert (q.cut_edges, q.cut_border_m, q.blocks_without_grid) == (2, 10, 0)
    assert "cut edges" in q._repr_html_()
    with pytest.raises(lg.InvalidInput, match="plan"):
        analysis.measure_plan_columns([2], 2, area_m2=[1], perimeter_m=[1], households=[1], borders=([], [], []))


class TestCompare:
    def test_tables_add_up(self):
        weights = pd.DataFrame({"households": [5, 5, 5, 2, 5, 7, 1], "signed": 1})
        change = analysis.compare_plan_labels([0, 0, 0, 1, 1, -1, 1], [0, 0, 1, 1, 1, 0, -1], 3, 2, weights)
        assert change.moved.tolist() == [False, False, True, False, False, True, True]
        assert change.moved_weight.to_dict() == {"households": 13, "signed": 3}
        assert change.grids["old_grid"].tolist() == [0, 1, 2]
        assert change.grids["new_grid"].tolist() == [0, 1, -1]
        assert change.grids["kept_households"].tolist() == [10, 7, 0]
        assert change.grids["came_households"].tolist() == [7, 5, 0]
        assert change.grids["left_households"].tolist() == [5, 1, 0]
        assert change.overlap["blocks"].sum() == 7
        assert change.optimal

    def test_without_weights_counts_blocks(self):
        change = analysis.compare_plan_labels([0, 1, 1], [1, 0, 0], 2, 2)
        assert change.moved_blocks == 0
        assert change.grids["kept_blocks"].tolist() == [2, 1]
        assert change.moved_weight.empty

    def test_wrong_input_is_named(self):
        with pytest.raises(lg.InvalidInput, match="new plan"):
            analysis.compare_plan_labels([0], [0, 0], 1, 1)
        with pytest.raises(lg.InvalidInput, match="whole"):
            analysis.compare_plan_labels([0], [0], 1, 1, [0.5])
        with pytest.raises(lg.InvalidInput, match="rows"):
            analysis.compare_plan_labels([0], [0], 1, 1, [1, 2])
