import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import libgrid as lg

COST = np.array([[5.0, 55], [35, 15], [40, 25]]) * 60
DEMAND, SUPPLY = [5, 10, 50], [5, 10]
STEPS = [(1200, 1), (2400, 0.68), (3600, 0.22)]


def as_pairs(times_s, cutoff_s=np.inf):
    times_s = np.asarray(times_s, float)
    keep = np.isfinite(times_s) & (times_s <= cutoff_s)
    ptr = np.concatenate([[0], np.cumsum(keep.sum(axis=1))])
    index = np.nonzero(keep)[1].astype(np.int32)
    return lg.TravelPairs(ptr, index, np.round(times_s[keep] * 1000).astype(np.uint32), times_s.shape)


@pytest.mark.parametrize(
    ("method", "score"),
    [
        ("e2sfca", [0.15795079, 0.29596530, 0.22501186]),
        ("m2sfca", [0.11990201, 0.27220984, 0.15300807]),
        ("3sfca", [0.18897012, 0.31481416, 0.21814016]),
        ("bfca", [0.10026862, 0.20869207, 0.15581929]),
    ],
)
def test_published_tiny_case(method, score):
    for times in (COST, as_pairs(COST), pd.DataFrame(COST)):
        a = lg.floating_catchment(times, DEMAND, SUPPLY, threshold_s=3600, method=method, decay=STEPS)
        np.testing.assert_allclose(a.score, score, atol=1e-8)


def test_published_vignette_with_a_callable_decay():
    weights = np.array([[0.9, 0], [0.9, 0.2], [0, 0.9]])
    times = np.where(weights > 0, 1000 * weights, np.inf)
    a = lg.floating_catchment(times, [10, 10, 10], [5, 5], threshold_s=900, method="e2sfca", decay=lambda s: s / 1000)
    np.testing.assert_allclose(a.ratio, [0.27777778, 0.45454545], atol=1e-8)
    np.testing.assert_allclose(a.score, [0.25, 0.34090909, 0.40909091], atol=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_scores_are_sparse_matrix_products(rows, sites, seed):
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 1500, (rows, sites)).astype(float)
    times[rng.random((rows, sites)) < 0.3] = np.inf
    demand, supply = rng.integers(0, 5, rows).astype(float), rng.integers(0, 5, sites).astype(float)
    near = sparse.csr_matrix((times <= 900).astype(float))
    asked = near.T @ demand
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(asked > 0, supply / asked, 0)
    a = lg.floating_catchment(as_pairs(times, 900), demand, supply, threshold_s=900, method="2sfca")
    np.testing.assert_allclose(a.score, near @ ratio, atol=1e-12)
    assert (a.no_demand == (asked == 0)).all()
    given_out = (a.score * demand).sum()
    np.testing.assert_allclose(given_out, supply[asked > 0].sum(), atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_more_supply_never_hurts_and_doubling_all_people_halves_all_scores(seed):
    rng = np.random.default_rng(seed)
    times = rng.integers(0, 1200, (8, 4)).astype(float)
    demand, supply = rng.integers(1, 5, 8).astype(float), rng.integers(0, 5, 4).astype(float)

    def score(people, doctors):
        return lg.floating_catchment(times, people, doctors, threshold_s=900, method="e2sfca", decay="gaussian").score

    base = score(demand, supply)
    assert (score(demand, supply + np.eye(4)[0]) >= base - 1e-12).all()
    np.testing.assert_allclose(score(2 * demand, supply), base / 2, atol=1e-12)


def test_opportunities_and_gravity():
    assert lg.opportunities(COST, SUPPLY, threshold_s=2400).tolist() == [5, 15, 15]
    np.testing.assert_allclose(lg.gravity(COST, SUPPLY, decay=STEPS), [5 + 2.2, 3.4 + 10, 3.4 + 6.8], atol=1e-12)
    competing = lg.gravity(COST, SUPPLY, decay=STEPS, demand=DEMAND, threshold_s=3600)
    np.testing.assert_allclose(competing, [0.15795079, 0.29596530, 0.22501186], atol=1e-8)


def test_sweep_shows_that_the_threshold_matters():
    table = lg.sweep_thresholds(COST, DEMAND, SUPPLY, thresholds_s=[600, 1800, 3600], method="2sfca")
    assert table.index.tolist() == [600, 1800, 3600]
    assert table["people_without"].tolist() == [60, 0, 0]
    np.testing.assert_allclose(table["mean"] * 65, [5, 15, 15])


def test_results_name_their_method_and_keep_their_arrays():
    a = lg.floating_catchment(COST, DEMAND, SUPPLY, threshold_s=1800, method="2sfca")
    assert "Luo" in a.source and "2sfca" in repr(a) and "Free choice" in a._repr_html_()
    assert a.by(["x", "x", "y"]).loc["x", "people"] == 15
    with pytest.raises(ValueError):
        a.score[0] = 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"threshold_s": 0}, "above 0"),
        ({"threshold_s": float("nan")}, "above 0"),
        ({"method": "2SFCA"}, "none of"),
        ({"method": "e2sfca"}, "give a decay"),
        ({"decay": STEPS}, "2sfca has no decay"),
        ({"supply": []}, "no site"),
        ({"supply": [1, 2, 3]}, "one row each"),
        ({"demand": [1, -1, 2]}, "0 or more"),
        ({"demand": [1, np.nan, 2]}, "0 or more"),
        ({"times_s": np.where(COST == 900, np.nan, COST)}, "row 1"),
        ({"times_s": -COST}, "row 0"),
        ({"method": "e2sfca", "decay": "linear"}, "gaussian"),
        ({"method": "e2sfca", "decay": [(600, 1), (300, 0.5)]}, "ascending"),
        ({"method": "e2sfca", "decay": lambda s: s}, "weight of"),
        ({"method": "e2sfca", "decay": lambda s: s * np.nan}, "weight of"),
        ({"method": "e2sfca", "decay": lambda s: [1.0]}, "one weight"),
        ({"method": "e2sfca", "decay": lambda s: 1 / 0}, "failed"),
        ({"method": "e2sfca", "decay": "gaussian", "threshold_s": np.inf}, "finite"),
        ({"select_among": "all"}, "3sfca"),
        ({"site_threshold_s": [900]}, "one row each"),
    ],
)
def test_bad_input_is_said(change, message):
    arguments = {"times_s": COST, "demand": DEMAND, "supply": SUPPLY, "threshold_s": 1800, "method": "2sfca"} | change
    times, demand, supply = (arguments.pop(k) for k in ("times_s", "demand", "supply"))
    with pytest.raises(lg.InvalidInput, match=message):
        lg.floating_catchment(times, demand, supply, **arguments)
