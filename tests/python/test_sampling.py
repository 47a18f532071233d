"""Samples of plans: their law against every plan there is, the same bits, and what a bad question is told."""

import json
import os
import pathlib
import re

import numpy as np
import pandas as pd
import pytest
from libgrid.sampling.diagnostics import SampleDiagnostics, effective_size, split_r_hat

import libgrid as lg

SHARED = pathlib.Path(os.environ.get("LIBGRID_SHARED", pathlib.Path(__file__).parents[2] / "../shared")) / "data"
ORACLES = SHARED / "districting/grid_oracles.jsonl"


def lattice(rows, columns):
    at = np.arange(rows * columns).reshape(rows, columns)
    tail, head = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    return lg.BlockGraph.from_edges(rows * columns, tail, head, np.full(len(tail), 100.0))


def sample(graph=None, weight=None, grids=4, **options):
    graph = lattice(6, 6) if graph is None else graph
    weight = np.ones(graph.block_count, int) if weight is None else weight
    return lg.sample_plans(graph, weight, grids, **{"tolerance": 0.12, "n_plans": 60, "rng": 5} | options)


# ---- the law ------------------------------------------------------------------------------------


def oracles(flag):
    if not ORACLES.exists():
        return []
    cases = [json.loads(line) for line in ORACLES.read_text().splitlines()]
    good = [c for c in cases if c["result"].get(flag) == 1 and c["id"].endswith("rook")]
    return [c for c in good if len(c["result"]["cut_edges_uniform"]) > 1]


def hold(cut, histogram):
    """|z| of the mean by 50 batches, and chi-square as a z of its own."""
    values = np.array([int(k) for k in histogram])
    share = np.array(list(histogram.values()), float) / sum(histogram.values())
    means = cut[: len(cut) - len(cut) % 50].reshape(50, -1).mean(axis=1)
    z = (means.mean() - values @ share) / (means.std(ddof=1) / np.sqrt(50))
    assert set(np.unique(cut)) <= set(values)
    # Rare values together, so that every class expects five rows or more.
    order = np.argsort(-share)
    classes, expected = np.zeros(len(values), int), []
    for i in order:
        if expected and expected[-1] < 5:
            expected[-1] += share[i] * len(cut)
        else:
            expected.append(share[i] * len(cut))
        classes[i] = len(expected) - 1
    seen = np.zeros(len(expected))
    np.add.at(seen, classes, [np.count_nonzero(cut == v) for v in values])
    chi = (((seen - expected) ** 2) / expected).sum()
    free = max(len(expected) - 1, 1)
    # Chi-square is skew where classes are few; its cube root is nearly normal (Wilson & Hilferty 1931).
    part = 2 / (9 * free)
    return abs(z), ((chi / free) ** (1 / 3) - (1 - part)) / np.sqrt(part)


def run_case(case, method, **options):
    rows, columns = (int(v) for v in re.match(r"g(\d+)x(\d+)", case["id"]).groups())
    r = case["result"]
    n, k, low, high = r["n"], r["k"], r["lo"], r["hi"]
    ones = np.ones(n, int)
    found = lg.sample_plans(
        lattice(rows, columns), ones, k, tolerance=None, limits={"blocks": (ones, low, high)}, n_plans=5000,
        method=method, rng=20270101, warm_up=2000, keep_plans=False, **options,
    )  # fmt: skip
    return found.cut_edges


@pytest.mark.real
@pytest.mark.skipif(not ORACLES.exists(), reason=f"{ORACLES} is absent")
@pytest.mark.parametrize("case", oracles("recom_components"), ids=lambda c: c["id"])
@pytest.mark.parametrize("pair_by", ["pair", "cut_edge"])
def test_reversible_recom_has_the_law_of_tree_counts(case, pair_by):
    thin = 100 if pair_by == "cut_edge" or case["result"]["k"] == 2 else 250
    z, chi = hold(
        run_case(case, "reversible_recom", pair_by=pair_by, thin=thin), case["result"]["cut_edges_tree_weight"]
    )
    assert z < 4 and chi < 4


@pytest.mark.real
@pytest.mark.skipif(not ORACLES.exists(), reason=f"{ORACLES} is absent")
@pytest.mark.parametrize("case", oracles("flip_components"), ids=lambda c: c["id"])
def test_flips_make_every_plan_equally_likely(case):
    z, chi = hold(run_case(case, "flip", thin=400), case["result"]["cut_edges_uniform"])
    assert z < 4 and chi < 4


@pytest.mark.real
@pytest.mark.skipif(not ORACLES.exists(), reason=f"{ORACLES} is absent")
def test_the_oracles_tell_the_two_laws_apart():
    case = next(c for c in oracles("flip_components") if c["id"] == "g4x4_k4_3_5_rook")
    z, chi = hold(run_case(case, "flip", thin=300), case["result"]["cut_edges_tree_weight"])
    assert z > 4 and chi > 4


# ---- what a sample is ---------------------------------------------------------------------------


def connected(graph, plan):
    parts = lg._core.find_block_parts(graph._graph, np.ascontiguousarray(plan, np.int32))[1]
    return len(parts) == len(np.unique(plan))


@pytest.mark.parametrize("method", ["recom", "reversible_recom", "flip"])
def test_every_plan_is_connected_and_within_the_tolerance(method):
    graph = lattice(6, 6)
    weight = np.arange(36) % 3 + 1
    found = sample(graph, weight, 4, tolerance=0.12, method=method, thin=20, chains=2, n_plans=61)
    assert found.plans.shape == (61, 36) and found.plans.dtype == np.int32 and not found.plans.flags.writeable
    share = weight.sum() / 4
    for plan, cut in zip(found.plans, found.cut_edges, strict=True):
        sums = np.bincount(plan, weight, minlength=4)
        assert (np.abs(sums - share) <= 0.12 * share + 1e-9).all() and connected(graph, plan)
        assert cut == np.count_nonzero(plan[graph._graph.a] != plan[graph._graph.b])
    assert found.scores["chain"].value_counts().to_dict() == {0: 31, 1: 30}
    counts = found.diagnostics.counts
    assert counts["attempts"].tolist() == [31 * 20, 30 * 20]
    assert found.diagnostics.self_loops == counts["attempts"].sum() - counts["accepted"].sum()
    parts = counts.drop(columns=["attempts", "trees", "outside"]).sum(axis=1)
    assert (parts == counts["attempts"]).all()


def test_a_tolerance_is_inclusive_and_exact():
    # 20 blocks in 2 grids at 10 %: 9 to 11; 0.1 · 10 in floating point must not shut out 11.
    found = sample(lattice(4, 5), grids=2, tolerance=0.1, n_plans=300, thin=10)
    assert set(np.bincount(p, minlength=2).max() for p in found.plans) == {10, 11}
    assert set(np.bincount(p).max() for p in sample(lattice(4, 5), grids=2, tolerance=0.0999, thin=5).plans) == {10}


def test_the_same_seed_gives_the_same_bits_on_any_threads_and_batches():
    one = sample(chains=3, threads=1, thin=7)
    for again in (sample(chains=3, threads=2, thin=7), sample(chains=3, threads=8, thin=7, batch=4)):
        assert (one.plans == again.plans).all() and one.scores.equals(again.scores)
    assert not (one.plans == sample(chains=3, thin=7, rng=6).plans).all()
    generator = sample(rng=np.random.default_rng(1))
    assert (generator.plans == sample(rng=generator.seed).plans).all()
    assert (sample(rng=None, n_plans=3).seed >= 0) and sample(chains=3, thin=7, keep_plans=False).plans.shape == (0, 36)


def test_scores_and_measures_equal_plain_sums():
    graph, rng = lattice(5, 5), np.random.default_rng(3)
    weight = rng.integers(1, 4, 25)
    table, owner = rng.random((25, 2)).round(3), np.array([0, 1, 0, 1, 1])
    xy = np.stack(np.divmod(np.arange(25), 5), axis=1) * 100.0
    found = sample(
        graph, weight, 5, tolerance=0.5, thin=3, chains=2, batch=10,
        scores=[
            lg.PlanScore.linear("response", table, owner), lg.PlanScore.cut_border(), lg.PlanScore.balance(weight),
            lg.PlanScore.inertia(xy, weight),
        ],
        measures={"of_first": lambda plans: (plans == plans[:, :1]).sum(axis=1)},
    )  # fmt: skip
    for plan, (_, row) in zip(found.plans, found.scores.iterrows(), strict=True):
        assert row["response"] == pytest.approx(table[np.arange(25), owner[plan]].sum())
        assert row["cut_border"] == 100 * row["cut_edges"]
        sums = np.bincount(plan, weight, minlength=5)
        target = round(weight.sum() / 5)
        assert row["balance"] == pytest.approx(np.abs(sums - target).max() / target, abs=1e-6)
        inertia = sum(
            (weight[own] * ((xy[own] - np.average(xy[own], axis=0, weights=weight[own])) ** 2).sum(1)).sum()
            for own in (plan == g for g in range(5))
        )
        assert row["inertia"] == pytest.approx(inertia, abs=5.1)
        assert row["of_first"] == np.count_nonzero(plan == plan[0])
        assert found.measure(plan)[found.measures].tolist() == row[found.measures].tolist()


def test_grids_stay_under_their_parents():
    parent = np.repeat([7, 3], 18)
    found = sample(grids=[2, 3], parent=parent, tolerance=0.35, thin=10)
    assert (found.plans[:, parent == 3] <= 1).all() and (found.plans[:, parent == 7] >= 2).all()
    again = sample(grids=5, parent=parent, start=found.plans[-1], tolerance=0.35)
    assert (again.plans[:, parent == 3] <= 1).all()


def test_rules_hold_along_the_chain():
    start = np.repeat([0, 1, 2, 3], 9)
    found = sample(start=start, tolerance=0.4, locked=np.arange(36) == 0, keep_together=[(7, 8)], keep_apart=[(2, 33)],
                   thin=5, limits={"corner": (np.isin(np.arange(36), [0, 5, 30, 35]).astype(int), 0, 2)})  # fmt: skip
    p = found.plans
    assert (p[:, 0] == 0).all() and (p[:, 7] == p[:, 8]).all() and (p[:, 2] != p[:, 33]).all()
    assert len(np.unique(p, axis=0)) > 10


def test_the_weight_may_be_a_column_of_the_graph():
    graph = lattice(6, 6).with_columns(households=np.arange(36) % 4 + 1)
    assert sample(graph, "households").plans.shape == (60, 36)
    with pytest.raises(lg.InvalidInput, match="no column shops"):
        sample(graph, "shops")


# ---- bad questions ------------------------------------------------------------------------------

ONES = np.ones(36, int)
BAD = {
    "one grid": ({"grids": 1}, "one plan only"),
    "more grids than blocks": ({"grids": 37}, "ask for fewer grids"),
    "zero weights": ({"weight": 0 * ONES}, "0 everywhere"),
    "nan": ({"weight": np.where(np.arange(36) == 4, np.nan, 1.0)}, r"blocks 4 \(1 in all\) are NaN"),
    "negative": ({"weight": ONES - 2 * (np.arange(36) == 3)}, r"blocks 3 \(1 in all\) are below 0"),
    "fractions": ({"weight": ONES * 1.5}, "no whole numbers"),
    "text": ({"weight": ["a"] * 36}, "must be numbers"),
    "a heavy block": ({"weight": np.where(np.arange(36) == 9, 40, ONES)}, r"blocks 9 \(40\), 1 in all.*of 1\.134"),
    "no plans": ({"n_plans": 0}, "n_plans must be a whole number of 1"),
    "unknown method": ({"method": "gibbs"}, "recom, reversible_recom, flip"),
    "unknown pairs": ({"method": "reversible_recom", "pair_by": "x"}, "pair and cut_edge"),
    "thin 0": ({"thin": 0}, "thin must be"),
    "tolerance below 0": ({"tolerance": -0.1}, "share of 0 or more"),
    "tolerance nan": ({"tolerance": float("nan")}, "share of 0 or more"),
    "no whole weight fits": ({"grids": 5, "tolerance": 0.01}, "no whole weight"),
    "no rule at all": ({"tolerance": None}, "give a tolerance, or limits"),
    "start of another size": ({"start": [0, 1]}, "start has shape"),
    "start out of tolerance": ({"start": np.r_[np.repeat([0, 1, 2], 9), [2] * 3, [3] * 6]}, "allowed 8 to 10"),
    "start in parts": ({"start": np.r_[[0, 1] * 9, [2, 3] * 9]}, "fall into parts"),
    "start label outside": ({"start": np.repeat([0, 1, 2, 4], 9)}, "without a grid"),
    "chains 0": ({"chains": 0}, "chains must be"),
    "two scores of one name": ({"scores": [lg.PlanScore.cut_border()] * 2}, "names of their own"),
    "locked without a start": ({"locked": ONES == 1}, "give one"),
    "rng below 0": ({"rng": -1}, "rng must be"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_question_is_told_why(name):
    options, message = BAD[name]
    with pytest.raises(lg.InvalidInput, match=message):
        sample(**options)


def test_a_graph_in_pieces_is_refused_with_a_cure():
    graph = lg.BlockGraph.from_edges(4, [0, 2], [1, 3])
    for start in (None, [0, 0, 1, 1]):
        with pytest.raises(lg.InvalidInput, match=r"2 pieces.*parent"):
            sample(graph, grids=2, start=start)


def test_an_impossible_start_ends_with_an_explanation_and_not_in_a_hang():
    graph = lg.BlockGraph.from_edges(7, np.zeros(6, int), np.arange(1, 7))  # a star: one side is always a single block
    with pytest.raises(lg.Infeasible, match=r"after \d+ spanning trees.*71.4 % off the middle"):
        sample(graph, grids=2, tolerance=0.2)


def test_what_a_measure_raises_surfaces_and_ends_the_run():
    calls = []

    def spoilt(plans):
        calls.append(len(plans))
        if len(calls) == 3:
            raise RuntimeError("no more")
        return np.zeros(len(plans))

    with pytest.raises(RuntimeError, match="no more"):
        sample(measures={"spoilt": spoilt}, batch=10)
    assert calls == [10, 10, 10]
    with pytest.raises(lg.InvalidInput, match="measure wrong gave shape"):
        sample(measures={"wrong": lambda plans: np.zeros(3)})


def test_progress_counts_plans():
    seen = []
    sample(progress=lambda done, total: seen.append((done, total)), batch=20)
    assert seen[-1] == (60, 60) and seen == sorted(seen)


# ---- diagnostics --------------------------------------------------------------------------------


def test_r_hat_and_effective_size_know_good_chains_from_bad_ones():
    rng = np.random.default_rng(4)
    good = [rng.normal(size=2000) for _ in range(4)]
    assert split_r_hat(good) < 1.01 and effective_size(good) == pytest.approx(8000, rel=0.15)
    assert split_r_hat([*good[:3], good[3] + 1]) > 1.05
    assert split_r_hat([good[0], 4 * good[1]]) > 1.05  # the same middle, another spread
    assert split_r_hat([np.sort(good[0])]) > 1.5  # a trend within one chain
    slow = np.zeros((2, 20_000))
    for t in range(1, slow.shape[1]):  # autoregression of 0.9: (1 - 0.9) ÷ (1 + 0.9) of the rows count
        slow[:, t] = 0.9 * slow[:, t - 1] + rng.normal(size=2)
    assert effective_size(list(slow)) == pytest.approx(40_000 / 19, rel=0.2)
    assert np.isnan(split_r_hat([np.ones(100)])) and np.isnan(effective_size([np.ones(100)]))
    assert np.isnan(split_r_hat([np.arange(5.0)]))


def test_advice_names_the_trouble_and_the_cure_in_two_languages():
    stuck = sample(lattice(3, 3), grids=3, tolerance=0.0, method="flip", n_plans=20).diagnostics
    assert "never moved" in stuck.advice()[0] and "没有移动" in stuck.advice("zh")[0] and not stuck.ok
    short = sample(chains=2, n_plans=40, method="flip").diagnostics
    assert any("effective size" in text for text in short.advice()) and any("thin" in t for t in short.advice("zh"))
    assert any("several" in text for text in sample().diagnostics.advice())
    counts = pd.DataFrame([{"attempts": 10**6, "accepted": 3}] * 2)
    rare = SampleDiagnostics(counts, 4, 0, pd.Series({"a": 1.0}), pd.Series({"a": 900.0}), "reversible_recom")
    assert len(rare.advice()) == 1 and "cut_edge" in rare.advice()[0]
    assert sample(chains=4, n_plans=4000, thin=30).diagnostics.ok


def test_a_ladder_connects_plans_that_flips_alone_do_not():
    options = {"grids": 3, "tolerance": 0.0, "method": "flip", "n_plans": 3000, "thin": 3, "cooling": 0.5}
    found = sample(lattice(3, 3), ladder=(0.4, 0.8), chains=2, **options)
    assert found.diagnostics.distinct == 10 and (np.sort(found.plans, axis=1) == np.repeat([0, 1, 2], 3)).all()
    assert (found.diagnostics.counts["outside"] > 0).all()
    with pytest.raises(lg.InvalidInput, match="must ascend"):
        sample(lattice(3, 3), ladder=(0.4, 0.2), **options)
    with pytest.raises(lg.InvalidInput, match="needs a tolerance"):
        sample(ladder=(0.4,), tolerance=None, limits={"blocks": (ONES, 8, 10)})
    with pytest.raises(lg.Infeasible, match="in 2 attempts"):
        sample(lattice(3, 3), ladder=(0.4, 0.8), **(options | {"most_attempts": 2}))


def test_repeated_plans_are_counted_whatever_their_numbers():
    found = sample(lattice(2, 2), grids=2, tolerance=0.0, n_plans=200)  # two plans: rows and columns
    assert found.diagnostics.distinct == 2 and found.diagnostics.repeated == 198


def test_a_plan_is_placed_among_the_sample():
    found = sample(thin=30, n_plans=400)
    stripes = np.repeat(np.arange(4), 9)
    table = found.compare(stripes=stripes).set_index("measure").loc["cut_edges"]
    cut = np.count_nonzero(stripes[lattice(6, 6)._graph.a] != stripes[lattice(6, 6)._graph.b])
    assert table["value"] == cut and table["share_below"] == (found.cut_edges < cut).mean()
    assert table["share_above"] == (found.cut_edges > cut).mean()
    axes = found.plot("cut_edges", stripes=stripes)
    assert axes.get_xlabel() == "cut_edges" and len(axes.lines) == 1
    assert len(sample(chains=2).plot_chains(cut_edges="cut 边")[0].lines) == 2


# ---- outliers -----------------------------------------------------------------------------------


def test_a_sharp_plan_is_an_outlier_and_a_drawn_one_is_not():
    stripes = np.repeat([0, 1, 2], 12)
    options = {"grids": 3, "tolerance": 0.2, "n_plans": 4000, "thin": 20, "chains": 2}
    for method in ("flip", "reversible_recom"):
        sharp = sample(start=stripes, method=method, **options)
        found = lg.measure_outlier(sharp, "cut_edges", side="low")
        kept = sharp.cut_edges[sharp.scores["chain"] == 0]
        assert found.epsilon == (np.count_nonzero(kept <= 12) + 1) / 2001 and found.steps == 2000
        assert found.p_value == pytest.approx(min(1, np.sqrt(2 * found.epsilon))) and found.value == 12
        exact = lg.measure_outlier(sharp, "cut_edges", side="low", test="parallel")
        assert exact.p_value == exact.epsilon < found.p_value
        assert "2017" in found.describe() and "概率" in exact.describe("zh") and found.plot().get_title()
    assert lg.measure_outlier(sample(start=stripes, method="flip", **options), "cut_edges", side="low").p_value < 0.1
    drawn = sample(start=sharp.plans[-1], method="reversible_recom", **options)
    assert lg.measure_outlier(drawn, "cut_edges", side="low").p_value > 0.1


@pytest.mark.slow
def test_the_tests_are_valid_for_plans_drawn_from_the_law():
    # Plans of the uniform law of flips, one long chain; then how often p is at most 5 %.
    graph = lattice(4, 4)
    options = {"grids": 2, "tolerance": 0.25, "method": "flip", "keep_plans": True}
    law = sample(graph, n_plans=400, thin=3000, **options)
    score = [lg.PlanScore.linear("corner", np.stack([np.arange(16.0), np.zeros(16)], axis=1))]
    p = {"sqrt_epsilon": [], "parallel": []}
    for i, plan in enumerate(law.plans):
        walk = sample(graph, start=plan, n_plans=200, thin=5, chains=2, scores=score, **(options | {"rng": i}))
        for test, values in p.items():
            values.append(lg.measure_outlier(walk, "corner", side="low", test=test).p_value)
    for values in p.values():
        assert np.mean(np.array(values) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert 0.4 < np.mean(np.array(p["parallel"]) <= 0.5) < 0.6 + 0.05  # its rank is uniform, ties aside


def test_an_outlier_needs_a_reversible_chain_that_started_at_the_plan():
    stripes = np.repeat([0, 1, 2, 3], 9)
    for options, message in (
        ({"start": stripes}, "recom is not reversible"),
        ({"method": "flip"}, "must start at the plan"),
        ({"method": "flip", "start": stripes, "warm_up": 10}, "warm_up=0"),
    ):
        with pytest.raises(lg.InvalidInput, match=message):
            lg.measure_outlier(sample(**options), "cut_edges", side="low")
    good = sample(method="flip", start=stripes)
    for options, message in (
        ({"side": "both"}, "side must be"),
        ({"side": "low", "test": "t"}, "test must be"),
        ({"side": "low", "test": "parallel"}, "two chains"),
    ):
        with pytest.raises(lg.InvalidInput, match=message):
            lg.measure_outlier(good, "cut_edges", **options)
    with pytest.raises(lg.InvalidInput, match="no measure load"):
        lg.measure_outlier(good, "load", side="low")


# ---- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".arrow", ".parquet", ".gpkg"])
def test_streamed_plans_are_the_sampled_plans(tmp_path, suffix):
    graph, ones = lattice(6, 6), np.ones(36, int)
    options = {"tolerance": 0.12, "n_plans": 101, "rng": 5, "chains": 3, "thin": 4}
    options["scores"] = [lg.PlanScore.balance(ones)]
    options["measures"] = {"size_of_0": lambda plans: (plans == 0).sum(axis=1)}
    path = tmp_path / f"plans{suffix}"
    diagnostics = lg.stream_plans(path, graph, ones, 4, batch=10, **options)
    found = lg.sample_plans(graph, ones, 4, **options)
    plans, table = lg.read_sampled_plans(path)
    assert plans.dtype == np.int32 and (plans == found.plans).all()
    pd.testing.assert_frame_equal(table, found.scores, check_dtype=False)
    pd.testing.assert_series_equal(diagnostics.ess, found.diagnostics.ess)
    pd.testing.assert_frame_equal(diagnostics.counts, found.diagnostics.counts)


def test_a_streamed_geopackage_is_one_that_others_open(tmp_path):
    import pyogrio

    path = tmp_path / "plans.gpkg"
    lg.stream_plans(path, lattice(6, 6), ONES, 4, tolerance=0.12, n_plans=7, rng=1)
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["sampled_plans"]
    assert len(pyogrio.read_dataframe(path)) == 7


def test_a_stream_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "plans.parquet"
    path.write_text("old")

    def spoilt(plans):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        lg.stream_plans(path, lattice(6, 6), ONES, 4, tolerance=0.12, n_plans=50, measures={"a": spoilt})
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(lg.InvalidInput, match=r"\.arrow, \.parquet, \.gpkg"):
        lg.stream_plans(tmp_path / "plans.csv", lattice(6, 6), ONES, 4, tolerance=0.12, n_plans=50)


def test_the_code_of_the_how_to_page_runs():
    page = pathlib.Path(__file__).parents[2] / "docs/how-to/sampling-plans.md"
    for code in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL):
        exec(compile(code, str(page), "exec"), {})
