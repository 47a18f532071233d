"""Scenarios side by side: differences, who gains and who loses, rankings, and draws."""

import concurrent.futures
import doctest
import multiprocessing
import pickle
import sys

import numpy as np
import openpyxl
import pandas as pd
import pytest
from conftest import CRS, line_town
from libgrid.scenario import METRICS, draw_figures
from libgrid.scenario.changes import change_classes, change_names, public_changes
from libgrid.scenario.draws import triangular
from libgrid.scenario.load_model import load_figures, load_model

import libgrid as lg

X0, Y0 = 400_000.0, 3_400_000.0


def make(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs=CRS)


@pytest.fixture(scope="module")
def line():
    """The line town, and the same with team 1 moved to the other end: its people W wait longer."""
    today = lg.Scenario(make(), settings=lg.Settings(response_threshold_s=300))
    return today, today.move_team("t1", "S2").named("moved")


@pytest.fixture(scope="module")
def table(line):
    return lg.compare(line, progress=False)


@pytest.fixture(scope="module")
def three(town):
    today = lg.Scenario(town)
    older = today.age_population(10).named("older")
    closed = today.close_site(town.ids("sites")[0], teams_to=town.ids("sites")[1]).named("closed")
    return [today, older, closed]


def late(seconds):
    return 240 + np.asarray(seconds) / (17.1 / 3.6)


# -- differences ---------------------------------------------------------------------------------------------


def test_figures_stand_side_by_side_with_their_differences(table):
    frame = table.frame.set_index("metric")
    assert frame.columns.tolist() == ["unit", "today", "moved", "Δ moved"]
    # from the east end, 550 and 450 m are beyond 300 s (285 m), 350 m too: 2 + 4 + 1 people
    assert frame.loc["people_beyond_response", "moved"] == frame.loc["people_beyond_response", "Δ moved"] == 7
    assert frame.loc["people_beyond_access", "Δ moved"] == 0
    assert list(table.figures.index) == list(METRICS)


def test_teams_and_grids_and_groups_say_what_changes_for_them(table):
    teams = table.teams.set_index(["scenario", "team_id"])
    people = np.array([2, 4, 1])
    before, after = (np.average(late(way), weights=people) for way in ([50, 150, 250], [550, 450, 350]))
    assert teams.loc[("moved", "t1"), "d_own_mean_s"] == pytest.approx(after - before, abs=0.002)
    assert teams.loc[("moved", "t2"), "d_own_mean_s"] == teams.loc[("today", "t1"), "d_load"] == 0
    grids = table.grids.set_index(["scenario", "grid_id"])
    assert grids.loc[("moved", "W"), "d_response_covered_share"] == -1 and grids.loc[("moved", "E"), "people"] == 8
    groups = table.groups.set_index(["scenario", "question", "group"])
    assert groups.loc[("moved", "response", "migrant"), "d_covered"] == -1  # h0 has one of the three migrants


def test_a_new_team_has_no_difference_to_nothing(line):
    more = line[0].add_team("t3", "S1", grids=["E"]).named("more")
    teams = lg.compare([line[0], more], progress=False).teams.set_index(["scenario", "team_id"])
    assert np.isnan(teams.loc[("more", "t3"), "d_load"]) and teams.loc[("more", "t2"), "d_residents"] == -8


# -- who gains, who loses ------------------------------------------------------------------------------------


def test_changes_of_time_fall_into_bands_with_their_ends_inside():
    inf = np.inf
    before = np.array([inf, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0, inf])
    after = np.array([9.0, 100.0, 340.0, 340.001, 459.999, 460.0, 700.0, inf, inf])
    classes = change_classes(before, after, (60, 300))
    assert [change_names((60, 300))[c] for c in classes] == [
        "way gained",
        "faster by 5 min",
        "faster by 1 min",
        "about the same",
        "about the same",
        "slower by 1 min",
        "slower by 5 min",
        "way lost",
        "no way",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_change_classes_are_those_of_a_plain_loop(seed):
    rng = np.random.default_rng(seed)
    before, after = (np.where(rng.random(60) < 0.2, np.inf, rng.integers(0, 900_000, 60) / 1000) for _ in "ab")
    bands = (30, 60, 240)
    for old, new, found in zip(before, after, change_classes(before, after, bands), strict=True):
        if np.isinf(old) or np.isinf(new):
            name = {(1, 0): "way gained", (0, 1): "way lost", (1, 1): "no way"}[int(np.isinf(old)), int(np.isinf(new))]
        else:
            passed = [b for b in bands if abs(round(1000 * new) - round(1000 * old)) >= 1000 * b]
            word = "slower" if new > old else "faster"
            name = f"{word} by {passed[-1] / 60:g} min" if passed else "about the same"
        assert change_names(bands)[found] == name


def test_who_gains_and_who_loses_is_counted_in_people_and_households(table):
    response = table.changes.query("question == 'response' and group == 'all'").set_index("change")
    # W waits 500, 300 and 100 m longer: 105, 63 and 21 s
    assert response.loc["slower by 1 min", ["households", "people"]].tolist() == [2, 2 + 4]
    assert response["people"].sum() == 15 and response.loc["about the same", "households"] == 4
    winners = table.winners.set_index(["question", "group"]).loc[("response", "all")]
    assert winners[["gain", "lose", "newly_covered", "no_longer_covered"]].tolist() == [0, 6, 0, 7]
    grids = table.winners_by_grid.set_index(["question", "grid_id"])
    assert grids.loc[("response", "W"), "lose"] == 6 and grids.loc[("response", "E"), "lose"] == 0


def test_every_person_is_in_one_class_of_change(three):
    table = lg.compare(three, progress=False)
    sums = table.changes.groupby(["scenario", "question", "group"])["people"].sum()
    people = table.outcomes[0].people.sum()
    for (_, _, group), total in sums.items():
        assert total == people[group]
    assert not [c for c in (*table.changes, *table.winners, *table.winners_by_grid) if "household_id" in c]


def test_in_public_small_counts_and_what_gives_them_away_are_hidden():
    names = change_names()
    rows = [("b", "access", g, n, 1, float(p)) for g, counts in (("all", (3, 20)), ("usual", (2, 18))) for n, p in
            zip(names[:2], counts, strict=True)]  # fmt: skip
    shown = public_changes(
        pd.DataFrame(rows, columns=["scenario", "question", "group", "change", "households", "people"])
    )
    assert shown["people"].tolist()[0] == "<10" and shown["people"].tolist()[2] == "<10"
    assert shown["people"].tolist()[1] == "–"  # all but 20 of 23 would be 3
    assert "households" not in shown


# -- rankings ------------------------------------------------------------------------------------------------


def test_less_is_better_and_equal_figures_keep_their_order(table):
    assert table.rank("people_beyond_response").index.tolist() == ["today", "moved"]
    assert table.rank("load_max").index.tolist() == ["today", "moved"]
    with pytest.raises(lg.InvalidInput, match="no figure 'cost'"):
        table.rank("cost")


def test_metrics_may_be_names_or_functions(line):
    def worst_s(outcome):
        return outcome.response.time_s.max()

    table = lg.compare(line, ["load_max", worst_s], progress=False)
    assert table.figures.index.tolist() == ["load_max", "worst_s"]
    assert table.figures.loc["worst_s", "moved"] == pytest.approx(late(550), abs=0.002)
    with pytest.raises(lg.InvalidInput, match="there is no figure 'cost'"):
        lg.compare(line, ["cost"], progress=False)
    with pytest.raises(lg.InvalidInput, match="each once"):
        lg.compare(line, ["load_max", "load_max"], progress=False)


def test_sensitivity_counts_what_measuring_again_would_count(three):
    table = lg.compare(three, progress=False)
    rules = lg.service_rules()
    found = table.sensitivity(access_threshold_s=[400, 900], response_threshold_s=[420], minutes=[1, 2]).frame
    figure = found.set_index(["input", "value", "metric", "scenario"])["figure"]
    for scenario in three:
        again = scenario.set_thresholds(access_threshold_s=400, response_threshold_s=420).measure().metrics
        for kind, value in (("access", 400), ("response", 420)):
            key = (f"{kind}_threshold_s", value, f"people_beyond_{kind}", scenario.name)
            assert figure[key] == again[f"people_beyond_{kind}"]
        own = rules if scenario.rules is None else scenario.rules
        twice = own["minutes"] * np.where(own["group"] == "age65", 2, 1)
        again = scenario.set_rules(own.assign(minutes=twice)).measure().metrics
        for metric in ("teams_over", "load_max", "load_gini"):
            assert figure["minutes of age65", 2, metric, scenario.name] == pytest.approx(again[metric], rel=1e-12)


def test_a_ranking_that_turns_is_told_with_the_value_at_which_it_turns(line):
    # S2 gets a session and S1 loses it: who lives in the middle reaches both in 417 s at most
    today = line[0]
    east = today.remove_session("s1").add_session("e", site_id="S2", team_id="t2", weekday=2, start="9:00", end="12:00")
    found = lg.compare([today, east.named("east")], progress=False).sensitivity(access_threshold_s=[50, 130, 300])
    order = found.order.set_index("input").loc["access_threshold_s"]
    # 50 s: h0 (2) or h5 (2); 130 s: h0, h1 (6) or h4, h5 (4); 300 s: 4 households each, 6+1+4 or 1+4+2+2
    assert not order["stable"] and order["changes_at"] == 130 and not found.stable
    ranks = found.frame.query("input == 'access_threshold_s'").set_index(["value", "scenario"])["rank"]
    assert ranks[50, "today"] == ranks[50, "east"] == 1 and ranks[130, "east"] == 2
    with pytest.raises(lg.InvalidInput, match="minutes must be numbers above 0"):
        lg.compare(line, progress=False).sensitivity(minutes=[0])


# -- draws ---------------------------------------------------------------------------------------------------

SURE = dict.fromkeys(("minutes", "journey", "demand", "walk_speed", "ride_speed"), (1, 1, 1))


def test_without_uncertainty_each_draw_is_the_figure_itself(three):
    table = lg.compare(three, progress=False, draws=3, rng=1, uncertain=lg.Uncertainty(**SURE))
    for i, outcome in enumerate(table.outcomes):
        for metric, values in table.draws.values.items():
            assert values[i] == pytest.approx(outcome.metrics[metric], rel=1e-12), metric


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25])
def test_slower_speeds_are_what_slower_times_would_be(line, speed):
    sure = lg.Uncertainty(**{**SURE, "ride_speed": (speed,) * 3, "walk_speed": (speed,) * 3})
    outcome = line[0].measure()
    values = draw_figures([outcome], 2, rng=0, uncertain=sure).values
    ride_s, walk_s = late([50, 150, 250, 250, 150, 50]) - 240, np.array([50, 150, 250, 350, 450, 550]) / 1.2
    people = np.array([2, 4, 1, 4, 2, 2])
    assert values["people_beyond_response"][0, 0] == people[240 + ride_s / speed > 300].sum()
    assert values["response_mean_s"][0, 0] == pytest.approx(240 + np.average(ride_s, weights=people) / speed, abs=0.002)
    assert values["people_beyond_access"][0, 0] == people[walk_s / speed > 900].sum()
    assert values["access_mean_s"][0, 0] == pytest.approx(np.average(walk_s, weights=people) / speed, abs=0.002)


def test_the_same_seed_gives_the_same_bits_and_the_seed_is_told(three):
    outcomes = [s.measure() for s in three]
    a, b = (draw_figures(outcomes, 50, rng=12) for _ in "ab")
    assert a.seed == 12 and all((a.values[m] == b.values[m]).all() for m in a.values)
    free = draw_figures(outcomes, 50)
    again = draw_figures(outcomes, 50, rng=free.seed)
    assert all((free.values[m] == again.values[m]).all() for m in free.values)
    told = draw_figures(outcomes, 5, rng=np.random.default_rng(3))
    assert told.seed == draw_figures(outcomes, 5, rng=np.random.default_rng(3)).seed


def test_a_scenario_does_not_change_the_draws_of_another(three):
    outcomes = [s.measure() for s in three]
    pair, all_three = draw_figures(outcomes[::2], 40, rng=5), draw_figures(outcomes, 40, rng=5)
    assert (pair.values["load_max"][1] == all_three.values["load_max"][2]).all()


def test_common_random_numbers_narrow_the_interval_of_the_difference(three):
    outcomes = [s.measure() for s in three]
    width = {}
    for common in (True, False):
        found = draw_figures(outcomes, 400, rng=9, common=common).differences.set_index(["scenario", "metric"])
        width[common] = (found["high"] - found["low"])[[("older", "load_max"), ("closed", "access_mean_s")]]
    assert (width[True] < 0.5 * width[False]).all(), width
    # and what two scenarios share entirely differs by nothing
    same = draw_figures(outcomes, 100, rng=9).differences.set_index(["scenario", "metric"])
    assert same.loc[("older", "people_beyond_access"), ["low", "high", "better", "worse"]].tolist() == [0, 0, 0, 0]


def test_triangular_numbers_have_the_mean_and_ends_of_their_distribution():
    u = (np.arange(100_000) + 0.5) / 100_000
    values = triangular(u, 0.7, 1.0, 1.5)
    assert values.min() >= 0.7 and values.max() <= 1.5
    assert values.mean() == pytest.approx((0.7 + 1.0 + 1.5) / 3, abs=1e-4)
    assert values.var() == pytest.approx((0.7**2 + 1 + 1.5**2 - 0.7 - 1.05 - 1.5) / 18, rel=1e-3)


def test_the_load_model_is_the_workload(three):
    for scenario in three:
        outcome = scenario.measure()
        loads = load_model(outcome).loads(np.ones(len(load_model(outcome).groups)))
        assert loads == pytest.approx(outcome.workload.teams["load"].to_numpy(float), rel=1e-12)
        assert load_figures(loads)["load_gini"] == pytest.approx(outcome.workload.balance["gini"], rel=1e-9)


# -- executors, files, bad input -----------------------------------------------------------------------------


def test_threads_give_the_same_bits(three):
    alone = lg.compare(three, progress=False)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        together = lg.compare(three, executor=pool, progress=False)
    assert [o.hash for o in together.outcomes] == [o.hash for o in alone.outcomes]
    assert together.figures.equals(alone.figures)
    assert [o.computed for o in together.outcomes][1] == ("workload", "grids")


def test_processes_give_the_same_bits(three):
    alone = lg.compare(three, progress=False)
    spawn = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawn) as pool:
        together = lg.compare(three, executor=pool, progress=False)
    assert [o.hash for o in together.outcomes] == [o.hash for o in alone.outcomes]
    pd.testing.assert_frame_equal(together.teams, alone.teams)


def test_a_scenario_pickles_only_when_it_was_asked_to(three):
    with pytest.raises(TypeError, match="holds personal data"):
        pickle.dumps(three[1])
    again = pickle.loads(pickle.dumps(three[1].portable()))
    assert again.edits == three[1].edits and again.measure().hash == three[1].measure().hash


def test_what_a_worker_raises_is_raised_here(three):
    class Broken(lg.Scenario):
        def measure(self, **_):
            raise lg.InvalidInput("no such thing")

    with concurrent.futures.ThreadPoolExecutor(1) as pool, pytest.raises(lg.InvalidInput, match="no such thing"):
        lg.compare([three[0], Broken(three[0].baseline, name="broken")], executor=pool, progress=False)


def test_progress_counts_scenarios(line):
    seen = []
    lg.compare(line, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_a_workbook_has_every_table_and_the_public_one_no_small_counts(three, tmp_path):
    table = lg.compare(three, progress=False, draws=10, rng=0)
    table.to_excel(tmp_path / "office.xlsx")
    book = openpyxl.load_workbook(tmp_path / "office.xlsx")
    assert book.sheetnames == [
        "figures", "changes", "winners", "groups", "teams", "grids", "grids gain", "sources", "intervals", "meaning",
    ]  # fmt: skip
    assert book["figures"]["A3"].value == "people_beyond_access"
    assert book["figures"]["C3"].value == table.figures.iloc[0, 0]
    table.to_excel(tmp_path / "public.xlsx", audience="public")
    public = openpyxl.load_workbook(tmp_path / "public.xlsx")
    assert public.sheetnames == ["figures", "changes", "meaning"]  # ends of intervals could be subtracted
    counts = [row[4] for row in public["changes"].iter_rows(min_row=3, values_only=True)]
    assert counts and not [c for c in counts if isinstance(c, (int, float)) and 0 < c < 10]
    with pytest.raises(lg.InvalidInput, match="'office' or 'public'"):
        table.to_excel(tmp_path / "a.xlsx", audience="press")
    with pytest.raises(lg.InvalidInput, match=r"ends in \.xlsx"):
        table.to_excel(tmp_path / "a.csv")


def test_a_comparison_shows_itself(three):
    table = lg.compare(three, progress=False, draws=10, rng=0)
    page = table._repr_html_()
    assert "Δ older" in page and "受益与受损" in page and "Draws(10 draws, seed 0" in page
    assert table.sensitivity()._repr_html_().count("<table") == 1
    ax = table.plot("access")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["older", "closed"]
    widths = sum(abs(patch.get_width()) for patch in ax.patches)
    rows = table.changes.query("question == 'access' and group == 'all'")
    assert widths == rows[~rows["change"].isin(["about the same", "no way"])]["people"].sum()
    with pytest.raises(lg.InvalidInput, match="no change of 'workload' to show"):
        table.plot("workload")


BAD = {
    "takes a list of scenarios": lambda s: lg.compare([]),
    "takes a list of scenarios; make": lambda s: lg.compare(["today"]),
    "two scenarios are called today": lambda s: lg.compare([s, s]),
    "'other' has another baseline than 'today'": lambda s: lg.compare(
        [s, lg.Scenario(lg.datasets.load("town"), name="other")]
    ),
    "bands_s must be rising seconds": lambda s: lg.compare([s], bands_s=(300, 60)),
    "bands_s must be rising": lambda s: lg.compare([s], bands_s=()),
    "draws is a whole number": lambda s: lg.compare([s], draws=-1),
    "draws must be a whole number from 2": lambda s: lg.compare([s], draws=1, progress=False),
    "level must lie between 0 and 1": lambda s: lg.compare([s], draws=2, level=1, progress=False),
    "rng is a whole number from 0": lambda s: lg.compare([s], draws=2, rng="x", progress=False),
    r"demand: give rising factors \(lowest, likely, highest\)": lambda s: lg.Uncertainty(demand=(1, 0.9, 1.1)),
}


@pytest.mark.parametrize("message", BAD)
def test_what_cannot_be_compared_is_refused(line, message):
    with pytest.raises(lg.InvalidInput, match=message):
        BAD[message](line[0])


def test_one_scenario_alone_is_a_table_of_figures(line):
    alone = lg.compare(line[0], progress=False)
    assert alone.frame.columns.tolist() == ["metric", "unit", "today"] and alone.changes.empty
    assert "<table" in alone._repr_html_()


@pytest.mark.parametrize("module", ["changes", "comparing", "comparison", "draws"])
def test_docstrings(module):
    assert doctest.testmod(sys.modules[f"libgrid.scenario.{module}"]).failed == 0
