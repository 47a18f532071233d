"""A run on paper: unit costs from measured runs, hours by the longest first, and what does not fit."""

import numpy as np
import pandas as pd
import pytest

import libgrid as lg

COSTS = pd.DataFrame(
    [("check", 1e-3, 1.0, "s"), ("coverage", 2e-3, 0.5, "s"), ("memory", 1000.0, 1e6, "bytes")],
    columns=["step", "per_household", "per_subdistrict", "unit"],
)


def test_seconds_and_bytes_follow_from_the_unit_costs():
    plan = lg.plan_run([1000, 2000], costs=COSTS, workers=1)
    assert plan.parts["seconds"].tolist() == pytest.approx([4.5, 7.5])
    assert plan.parts["bytes"].tolist() == [2_000_000, 3_000_000]
    assert plan.hours == pytest.approx(12 / 3600) and plan.core_hours == plan.hours
    assert plan.worker_bytes == 3_000_000


@pytest.mark.parametrize("workers", [1, 2, 3, 50])
def test_the_longest_parts_are_begun_first(workers):
    rng = np.random.default_rng(workers)
    households = rng.integers(0, 5000, 30)
    free = [0.0] * workers  # the slow, obvious way
    for seconds in sorted(households * 3e-3 + 1.5)[::-1]:
        free[free.index(min(free))] += seconds
    assert lg.plan_run(households, costs=COSTS, workers=workers).hours == pytest.approx(max(free) / 3600)


def test_costs_are_found_again_in_runs_that_have_them():
    n = np.array([500, 1000, 4000, 9000])
    runs = pd.DataFrame(
        {"households": n, "check_s": 1 + n * 1e-3, "coverage_s": 0.5 + n * 2e-3, "peak_bytes": 1e6 + n * 1e3}
    )
    fitted = lg.fit_costs(runs)
    pd.testing.assert_frame_equal(fitted, COSTS, rtol=1e-9)
    with pytest.raises(lg.InvalidInput, match="all of one size"):
        lg.fit_costs(runs.iloc[[1, 1]])


def test_what_does_not_fit_is_named_with_the_size_that_would():
    table = pd.DataFrame({"subdistrict_id": ["A", "B", "C"], "households": [1000, 9000, 7000]})
    with pytest.raises(
        lg.InvalidInput, match=r"2 of 3 .* B, C; the largest needs 10,000,000\..* at most 4,000 households"
    ):
        lg.plan_run(table, costs=COSTS, memory_bytes=5_000_000)
    fits = lg.plan_run(table, costs=COSTS, memory_bytes=10_000_000)
    assert fits.most_households == 9000


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"workers": 0}, "workers must be"),
        ({"workers": True}, "workers must be"),
        ({"subdistricts": []}, "whole number of households"),
        ({"subdistricts": [-1]}, "whole number of households"),
        ({"subdistricts": [1.5]}, "whole number of households"),
        ({"subdistricts": pd.DataFrame({"households": [1]})}, "lacks the column subdistrict_id"),
        ({"costs": COSTS.drop(columns="unit")}, "lacks the column unit"),
        ({"costs": COSTS[:2]}, "no row 'memory'"),
        ({"costs": COSTS.assign(per_household=np.nan)}, "finite numbers"),
    ],
)
def test_bad_input_is_said(change, says):
    given = {"subdistricts": [100], "costs": COSTS, "workers": 2} | change
    with pytest.raises(lg.InvalidInput, match=says):
        lg.plan_run(given.pop("subdistricts"), **given)
