import doctest
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg

measures = sys.modules["libgrid.measures"]


def make(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs="EPSG:4544")


def test_plan_quality_of_two_rectangles():
    grids = lg.measure_plan(make()).grids.set_index("grid_id")
    assert grids.loc["W", ["households", "shops", "size"]].tolist() == [3, 1, 4]
    assert grids.loc["W", "area_m2"] == 30_000 and grids.loc["W", "perimeter_m"] == 800
    assert grids.loc["W", "polsby_popper"] == pytest.approx(4 * np.pi * 30_000 / 800**2)
    assert grids.loc["W", "convex_hull"] == pytest.approx(1) and grids["contiguous"].all()
    assert lg.measure_plan(make()).cut_edges == 1 and lg.measure_plan(make()).cut_border_m == 100


def test_stacked_blocks_count_their_footprint_once():
    blocks = line_town()["blocks"]
    stacked = pd.concat([blocks, blocks.iloc[[0]].assign(block_id="b0-U2")], ignore_index=True)
    grids = lg.measure_plan(make(blocks=stacked)).grids.set_index("grid_id")
    assert grids.loc["W", "area_m2"] == 30_000 and grids.loc["W", "blocks"] == 4


def test_workload_adds_up_and_leaves_neighbours_out():
    households = line_town()["households"].assign(inside=[True] * 5 + [False])
    work = lg.measure_workload(make(households=households))
    assert work.teams["residents"].sum() == 12
    assert work.teams["asked_min"].sum() == pytest.approx(work.grids["asked_min"].sum())
    assert (work.teams["estimated_min"] > 0).all()  # no condition is known here
    assert set(work.teams["team_id"]) == {"t1", "t2"}


def test_known_counts_are_not_estimated():
    known = {f"n_{c}": [0] * 6 for c in lg.schema.CONDITIONS}
    known["n_hypertension"] = [1, 0, 0, 0, 0, 0]
    work = lg.measure_workload(make(households=line_town()["households"].assign(**known)))
    assert work.teams["estimated_min"].tolist() == [0, 0]
    assert work.teams["care_min"].tolist() == [4 * 15, 0]


def test_edited_rules_change_the_work():
    rules = lg.service_rules()
    rules["minutes"] *= 2
    area = make()
    once, twice = lg.measure_workload(area), lg.measure_workload(area, rules=rules)
    assert twice.teams["care_min"].tolist() == pytest.approx((2 * once.teams["care_min"]).tolist())


def test_gaps_are_connected_groups_worst_first():
    area = make()
    cover = lg.assess(area, settings=lg.Settings(access_threshold_s=250)).access
    gaps = lg.find_gaps(area, cover, join_m=100)
    assert gaps["people"].tolist() == [8] and gaps["households"].tolist() == [3]
    alone = lg.find_gaps(area, cover, join_m=99)
    assert alone["people"].tolist() == [4, 2, 2]


def test_a_gap_made_by_a_border_says_so():
    area = make()
    plan = lg.Plan(area, np.ones(6, np.int32))
    slow = lg.Settings(response_threshold_s=300)
    result = lg.assess(area, plan, settings=slow)
    assert set(result.response_gaps["cause"]) == {"boundary"}


def test_a_gap_without_a_way_says_so():
    roads = line_town()["roads"]
    cut = roads.set_geometry(roads.geometry.affine_transform([0.5, 0, 0, 1, 200_000, 0]))  # the street ends half way
    area = make(roads=cut)
    gaps = lg.assess(area, settings=lg.Settings(max_off_network_m=120)).gaps
    assert gaps["cause"].tolist() == ["unreachable"] and np.isinf(gaps["worst_s"][0])


def test_catchments_partition_the_reached():
    area = make(
        sessions=pd.concat(
            [line_town()["sessions"], line_town()["sessions"].assign(session_id="s2", site_id="S2", team_id="t2")]
        )
    )
    catchments = lg.build_catchments(area)
    assert catchments.households["origin"].tolist() == ["S1"] * 3 + ["S2"] * 3
    assert catchments.households["second"].tolist() == ["S2"] * 3 + ["S1"] * 3
    assert catchments.summary["people"].tolist() == [7, 8]
    assert catchments.polygons.geometry.area.tolist() == [30_000, 30_000]
    teams = lg.build_catchments(area, origin="teams")
    assert teams.summary["households"].sum() == 6
    with pytest.raises(lg.InvalidInput, match='origin is "sites" or "teams"'):
        lg.build_catchments(area, origin="stations")


def test_docstrings(town):
    assert doctest.testmod(measures).failed == 0
    assert doctest.testmod(sys.modules["libgrid.catchments"]).failed == 0
