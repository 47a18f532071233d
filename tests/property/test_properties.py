"""Invariants that hold whatever the input: hypothesis looks for the input that breaks them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import libgrid as lg

PLACE = st.one_of(
    st.floats(399_000, 401_000), st.just(float("nan")), st.just(float("inf")), st.just(1e12), st.just(400_000.0)
)
COUNT = st.one_of(st.integers(-2, 6), st.just(None), st.just("two"), st.just(2.5), st.just(10**12))
IDS = st.sampled_from(["a", "b", "c", "d", "", None])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(IDS, PLACE, PLACE, COUNT, IDS), max_size=12))
def test_nothing_is_ever_lost_at_the_door(rows):
    frame = pd.DataFrame(
        [(i, x, y + 3_000_000, n, team) for i, x, y, n, team in rows],
        columns=["household_id", "x", "y", "n_usual", "signed_team_id"],
    )
    teams = pd.DataFrame({"team_id": ["a"]})
    area = lg.StudyArea.from_frames(households=frame, teams=teams, crs="EPSG:4544")
    ledger = area.ledger.set_index("layer").loc["households"]
    assert ledger["read"] == len(rows) == ledger["accepted"] + ledger["repaired"] + ledger["set_aside"]
    assert len(area.set_aside["households"]) == ledger["set_aside"]
    assert len(area.households) == ledger["accepted"] + ledger["repaired"]
    kept = set(area.set_aside["households"]["row"])
    assert len(kept) == ledger["set_aside"] and kept <= set(range(len(rows)))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.randoms(use_true_random=False))
def test_every_point_of_a_tessellation_is_in_exactly_one_polygon(columns, rows, random):
    # A lattice whose inner vertices are shaken: borders slant, neighbours share them exactly.
    def vertex(i, j):
        inner = 0 < i < columns and 0 < j < rows
        shake = (random.randint(-300, 300) / 1000, random.randint(-300, 300) / 1000) if inner else (0, 0)
        return (400_000 + i + shake[0], 3_400_000 + j + shake[1])

    v = {(i, j): vertex(i, j) for i in range(columns + 1) for j in range(rows + 1)}
    cells = [
        shapely.Polygon([v[i, j], v[i + 1, j], v[i + 1, j + 1], v[i, j + 1]])
        for i in range(columns)
        for j in range(rows)
    ]
    places = np.array(list(v.values()))
    one = lg.locate(places, cells)
    assert (one >= 0).all()  # every vertex has one polygon, the outer ones too
    order = list(range(len(cells)))
    random.shuffle(order)
    other = lg.locate(places, [cells[k] for k in order])
    inner = [k for k, (i, j) in enumerate(v) if 0 < i < columns and 0 < j < rows]
    assert all(one[k] == order[other[k]] for k in inner)  # and it does not depend on the polygons' order


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(st.one_of(st.floats(0, 4000), st.just(float("inf"))), min_size=3, max_size=3),
                     min_size=n, max_size=n),
            st.lists(st.integers(0, 9), min_size=n, max_size=n),
            st.lists(st.integers(-1, 2), min_size=n, max_size=n),
        )
    )
)  # fmt: skip
def test_coverage_splits_the_people_and_the_border_never_wins_time(given_rows):
    times, people, own = given_rows
    cover = lg.measure_coverage(np.array(times), people, kind="response", plan=np.array(own, dtype=np.int32))
    row = cover.groups.iloc[0]
    assert row["people"] == row["covered"] + row["uncovered"] == sum(people)
    assert row["unreachable"] <= row["uncovered"] and row["covered"] <= row["covered_by_nearest"]
    cost = cover.boundary_cost_s
    assert (cost[~np.isnan(cost)] >= 0).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=30), st.floats(0.1, 10))
def test_balance_knows_no_unit_and_no_order(loads, scale):
    a, b = lg.balance(loads), lg.balance([x * scale for x in reversed(loads)])
    for key in ("gini", "cv", "theil", "max_over_mean", "range_over_mean", "jain"):
        assert np.isclose(a[key], b[key], rtol=1e-7, atol=1e-9)
    assert 0 <= a["gini"] <= 1 - 1 / len(loads) + 1e-12 and a["jain"] <= 1 + 1e-12


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)))
def test_row_order_changes_no_answer(order):
    import conftest

    frames = conftest.line_town()
    households = gpd.GeoDataFrame(frames["households"].iloc[list(order)])
    a = lg.assess(lg.StudyArea.from_frames(**frames, crs="EPSG:4544"))
    b = lg.assess(lg.StudyArea.from_frames(**{**frames, "households": households}, crs="EPSG:4544"))
    assert a.headline == b.headline
    assert (a.access.time_s[list(order)] == b.access.time_s).all()
    pd.testing.assert_frame_equal(a.workload.teams, b.workload.teams)
