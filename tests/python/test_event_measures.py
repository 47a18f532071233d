import doctest
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from conftest import line_town
from libgrid.event_measures import find_hot_spots, poisson_interval, survival_quantiles

import libgrid as lg

mpl.use("Agg")


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def ledger(area, *rows):
    frame = pd.DataFrame(rows, columns=["grid_id", "category", "found", "answered"])
    return lg.read_events(frame, area, as_of="2026-04-01 00:00")


@pytest.mark.parametrize("module", ["event_answers", "event_edition", "event_measures", "hot_spots"])
def test_examples(module):
    assert doctest.testmod(sys.modules[f"libgrid.{module}"]).failed == 0


def kaplan_meier(hours, answered, share):
    """Step by step: at each moment of an answer, the share that is left falls by answers / at risk."""
    left = 1.0
    for moment in sorted({h for h, a in zip(hours, answered, strict=True) if a}):
        at_risk = sum(h >= moment for h in hours)
        answers = sum(h == moment and a for h, a in zip(hours, answered, strict=True))
        left *= 1 - answers / at_risk
        if left <= 1 - share + 1e-9:
            return moment
    return np.inf


def test_times_to_the_answer_are_kaplan_meiers_with_open_events_kept():
    rng = np.random.default_rng(4)
    for _ in range(60):
        n, count = int(rng.integers(1, 40)), 5
        label = rng.integers(0, count, n)
        hours = rng.integers(0, 8, n).astype(float)
        answered = rng.random(n) < 0.7
        median, p90 = survival_quantiles(label, hours, answered, count, (0.5, 0.9))
        for at in range(count):
            of = label == at
            if not of.any():
                assert np.isnan(median[at])
                continue
            assert median[at] == kaplan_meier(hours[of], answered[of], 0.5)
            assert p90[at] == kaplan_meier(hours[of], answered[of], 0.9)


def test_open_events_make_the_median_longer_and_are_never_dropped(area):
    rows = [("W", "safety", "2026-03-01 00:00", "2026-03-01 02:00"), ("W", "safety", "2026-03-01 00:00", None)]
    grids = lg.measure_events(area, ledger(area, *rows)).grids.set_index("grid_id")
    assert grids.loc["W", ["found", "open", "median_h", "p90_h", "n_safety"]].tolist() == [2, 1, 2, np.inf, 2]
    late = lg.measure_events(area, ledger(area, *rows, ("W", "safety", "2026-03-01 00:00", None)))
    assert late.grids.set_index("grid_id").loc["W", "median_h"] == np.inf


def test_events_per_patrol_hour_have_the_exact_interval(area):
    rows = [("W", "safety", "2026-03-01", None)] * 10
    grids = lg.measure_events(area, ledger(area, *rows), patrol_hours=pd.Series({"W": 50.0, "E": 20.0})).grids
    w, e = grids.set_index("grid_id").loc["W"], grids.set_index("grid_id").loc["E"]
    assert w["per_hour"] == 0.2
    assert [w["per_hour_low"], w["per_hour_high"]] == pytest.approx([4.7954 / 50, 18.3904 / 50], abs=1e-6)
    assert [e["per_hour"], e["per_hour_low"]] == [0, 0] and e["per_hour_high"] == pytest.approx(3.6889 / 20, abs=1e-5)
    with pytest.raises(lg.InvalidInput, match="none for grids E"):
        lg.measure_events(area, ledger(area, *rows), patrol_hours=pd.Series({"W": 50.0}))
    with pytest.raises(lg.InvalidInput, match="0 or more"):
        lg.measure_events(area, ledger(area, *rows), patrol_hours=-1)


def test_poisson_intervals_refuse_negative_counts():
    with pytest.raises(lg.InvalidInput, match="negative"):
        poisson_interval([-1])


def test_gi_star_is_its_formula_written_out():
    rng = np.random.default_rng(8)
    points = rng.uniform(0, 1000, (40, 2))
    x = rng.poisson(3, 40).astype(float)
    z, _ = find_hot_spots(x, points, 250)
    mean, s = x.mean(), np.sqrt((x**2).mean() - x.mean() ** 2)
    for i in range(40):
        w = (np.linalg.norm(points - points[i], axis=1) <= 250).astype(float)
        top = (w * x).sum() - mean * w.sum()
        assert z[i] == pytest.approx(top / (s * np.sqrt((40 * (w**2).sum() - w.sum() ** 2) / 39)))


def test_a_cluster_is_hot_and_scattered_events_are_not():
    side = np.arange(10.0) * 100
    points = np.array([(a, b) for a in side for b in side])
    rng = np.random.default_rng(5)
    x = rng.poisson(2, 100).astype(float)
    assert find_hot_spots(x, points, 150)[1].sum() <= 2
    x[(points[:, 0] < 300) & (points[:, 1] < 300)] += 12
    hot = find_hot_spots(x, points, 150)[1]
    assert hot[(points[:, 0] < 200) & (points[:, 1] < 200)].all() and not hot[(points > 500).all(axis=1)].any()
    assert not find_hot_spots(np.ones(100), points, 150)[1].any()


def test_hot_spots_refuse_what_cannot_be():
    for bad in ({"radius_m": 0}, {"radius_m": 10, "false_discoveries": 1.0}):
        with pytest.raises(lg.InvalidInput):
            find_hot_spots([1, 2], [[0, 0], [1, 1]], **bad)
    with pytest.raises(lg.InvalidInput, match="one each"):
        find_hot_spots([1, 2, 3], [[0, 0], [1, 1]], 10)


def test_a_table_by_leader_is_made_on_request_in_the_order_of_codes(area):
    rows = [("W", "safety", "2026-03-01", None), ("E", "dispute", "2026-03-01", "2026-03-02")]
    seen = lg.measure_events(area, ledger(area, *rows))
    table = seen.by_leader(pd.Series({"W": "L2", "E": "L1"}))
    assert table["leader"].tolist() == ["L1", "L2"] and table["found"].tolist() == [1, 1]
    with pytest.raises(lg.InvalidInput, match="grids E have none"):
        seen.by_leader(pd.Series({"W": "L2"}))
    assert "leader" not in seen.grids and seen.plot() is not None


def test_a_public_edition_shows_no_small_count_and_none_that_subtraction_gives_back(area):
    rows = [("W", "safety", "2026-03-01", "2026-03-02")] * 30 + [("E", "safety", "2026-03-01", "2026-03-02")] * 3
    rows += [("W", "dispute", "2026-03-01", None)] * 40
    seen = lg.measure_events(area, ledger(area, *rows), public=True, k=10)
    w, e = (seen.grids.set_index("grid_id").loc[g] for g in ("W", "E"))
    assert pd.isna(e["found"]) and pd.isna(e["n_safety"]) and np.isnan(e["per_hour"]) and np.isnan(e["median_h"])
    # 33 safety in all, less 30 in W, would be E's three: one of the two is gone as well.
    assert pd.isna(w["n_safety"]) or pd.isna(seen.categories.set_index("category").loc["safety", "found"])
    assert not len(seen.set_aside)
    with pytest.raises(lg.InvalidInput, match="office"):
        seen.by_leader(pd.Series({"W": "a", "E": "b"}))


def test_no_events_are_a_table_of_noughts(area):
    empty = lg.read_events(pd.DataFrame(columns=["grid_id", "category", "found"]), area, as_of="2026-04-01")
    seen = lg.measure_events(area, empty, patrol_hours=10)
    assert seen.grids["found"].sum() == 0 and seen.grids["median_h"].isna().all()
    assert not seen.grids["hot"].any()
