import doctest
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg

plan_module = sys.modules["libgrid.plan"]


@pytest.fixture
def area():
    return lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")


def test_todays_plan_is_the_blocks_column(area):
    assert area.plan.frame.to_dict("list") == {
        "block_id": [f"b{i}" for i in range(6)],
        "grid_id": ["W"] * 3 + ["E"] * 3,
    }
    with pytest.raises(ValueError, match="read-only"):
        area.plan.labels[0] = 1


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "gpkg"])
def test_the_round_trip_with_the_office(area, tmp_path, suffix):
    moved = lg.Plan(area, np.array([0, 0, 1, 1, 1, 1], np.int32))
    lg.write_plan(moved, tmp_path / f"plan.{suffix}")
    back = lg.read_plan(tmp_path / f"plan.{suffix}", area)
    assert back.labels.tolist() == moved.labels.tolist() and len(back.issues) == 0


def test_an_excel_with_a_title_and_chinese_headings(area, tmp_path):
    rows = [["安靖街道方案", None, None], ["备注", "基本单元编号", "微网格编号"]] + [
        [None, f"b{i}", "E"] for i in range(6)
    ]
    pd.DataFrame(rows).to_excel(tmp_path / "plan.xlsx", header=False, index=False)
    assert lg.read_plan(tmp_path / "plan.xlsx", area).labels.tolist() == [1] * 6


def test_every_bad_row_is_named_and_changes_nothing(area, tmp_path):
    rows = [("b0", "E"), ("b1", "nowhere"), ("b2", "C"), ("b3", "E"), ("b3", "W"), ("b99", "W")]
    pd.DataFrame(rows, columns=["block_id", "grid_id"]).to_csv(tmp_path / "plan.csv", index=False)
    plan = lg.read_plan(tmp_path / "plan.csv", area)
    found = {code: group["id"].tolist() for code, group in plan.issues.frame.groupby("code")}
    assert found == {
        "LG-L001": ["b99"],
        "LG-L002": ["b1"],
        "LG-L003": ["b3"],
        "LG-L004": ["b4", "b5"],
        "LG-L005": ["b2"],
    }
    assert plan.labels.tolist() == [1, 0, 0, 1, 1, 1]  # only b0 has moved
    assert plan.set_aside["block_id"].tolist() == ["b99"]


def test_a_table_that_is_no_plan(area, tmp_path):
    pd.DataFrame({"a": [1], "b": [2]}).to_csv(tmp_path / "x.csv", index=False)
    with pytest.raises(lg.InvalidInput, match="no columns for blocks and grids"):
        lg.read_plan(tmp_path / "x.csv", area)
    with pytest.raises(OSError):
        lg.read_plan(tmp_path / "absent.csv", area)


def test_what_a_changed_plan_means_for_people(area):
    change = lg.compare_plans(area.plan, lg.Plan(area, np.array([0, 0, 1, 1, 1, 1], np.int32)))
    assert change.blocks[["block_id", "old_grid_id", "new_grid_id"]].to_numpy().tolist() == [["b2", "W", "E"]]
    assert (change.moved_blocks, change.moved_households, change.moved_residents) == (1, 1, 1)
    assert (change.doctor_changed_households, change.doctor_changed_residents, change.doctor_changed_signed) == (
        1,
        1,
        1,
    )
    teams = change.teams.set_index("team_id")
    assert teams.loc["t1", "residents_before"] == 6 and teams.loc["t1", "residents_after"] == 5
    assert teams.loc["t2", "own_min_after"] > teams.loc["t2", "own_min_before"]
    assert teams["asked_min_before"].sum() == pytest.approx(teams["asked_min_after"].sum())


def test_swapped_labels_are_no_change_of_grids_but_of_doctors(area):
    change = lg.compare_plans(area.plan, lg.Plan(area, np.array([1, 1, 1, 0, 0, 0], np.int32)))
    assert change.moved_blocks == 0 and change.doctor_changed_households == 6


def test_the_same_plan_changes_nothing(area):
    change = lg.compare_plans(area.plan, area.plan)
    assert change.moved_blocks == change.doctor_changed_households == len(change.blocks) == 0
    assert change.teams["asked_min_before"].tolist() == change.teams["asked_min_after"].tolist()


def test_plans_of_different_areas_are_refused(area, town):
    with pytest.raises(lg.InvalidInput, match="different blocks"):
        lg.compare_plans(area.plan, town.plan)


def test_a_plan_of_another_area_is_refused_everywhere(area):
    grids = line_town()["grids"].iloc[[1, 0, 2]].reset_index(drop=True)
    other = lg.StudyArea.from_frames(**line_town(grids=grids), crs="EPSG:4544")
    for ask in (lg.assess, lg.measure_plan, lg.measure_workload):
        with pytest.raises(lg.InvalidInput, match="the plan belongs to an area with different"):
            ask(area, other.plan)


def test_a_block_without_a_grid_survives_the_round_trip(area, tmp_path):
    lg.write_plan(lg.Plan(area, np.array([-1, 0, 0, 1, 1, 1], np.int32)), tmp_path / "plan.xlsx")
    back = lg.read_plan(tmp_path / "plan.xlsx", area)
    assert back.labels.tolist() == [-1, 0, 0, 1, 1, 1]
    assert back.issues.frame[["code", "id"]].to_numpy().tolist() == [["LG-L007", "b0"]]


def test_rows_of_a_plan_that_cannot_be_read_are_kept_and_named(area, tmp_path):
    rows = [("b1", "E"), (None, "E"), ("b2", "E")]
    pd.DataFrame(rows, columns=["block_id", "grid_id"]).to_excel(tmp_path / "plan.xlsx", index=False)
    plan = lg.read_plan(tmp_path / "plan.xlsx", area)
    assert "LG-L006" in set(plan.issues.frame["code"]) and len(plan.set_aside) == 1
    assert plan.labels.tolist() == [0, 1, 1, 1, 1, 1]


def test_docstrings():
    assert doctest.testmod(plan_module).failed == 0


def test_a_community_holds_its_dedicated_grids_too(town, tmp_path):
    """Some of its blocks are two levels below it and some three: its outline is of them all."""
    shapes = town.grids.set_index("grid_id").geometry
    for child, parent in town.grids.set_index("grid_id")["parent_id"].dropna().items():
        assert shapes[parent].covers(shapes[child]), child
    area = sum(town.blocks.dissolve().geometry.area)
    assert shapes[town.grids.set_index("grid_id").query("level == 'community'").index].area.sum() == pytest.approx(area)
    town.save(tmp_path / "town.gpkg")
    assert lg.check(lg.open_study_area(tmp_path / "town.gpkg")).ok
