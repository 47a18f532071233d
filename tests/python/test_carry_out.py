"""Carrying a plan out: moves with their causes, borders smoothed with everyone inside, sheets that hide few."""

import doctest
import sys

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from libgrid.carry_out_sheets import public_tables
from libgrid.report.suppress import Hidden

import libgrid as lg

carry_out_module = sys.modules["libgrid.carry_out"]


@pytest.fixture(scope="module")
def redrawn():
    town = lg.datasets.load("town")
    return lg.redraw(town, limits={"households_and_shops": (10, 150)}, effort=60_000, rng=1)


@pytest.fixture(scope="module")
def ready(redrawn):
    return lg.carry_out(redrawn)


def test_docstring_examples():
    failed, tried = doctest.testmod(carry_out_module)
    assert tried and not failed


def test_every_move_has_its_grids_teams_people_and_cause(ready, redrawn):
    changed = redrawn.assignment.query("changed").set_index("unit")
    moves = ready.moves.set_index("block_id")
    assert (moves["old_grid_id"] == changed["before"]).all() and (moves["new_grid_id"] == changed["after"]).all()
    team = redrawn.area.grids.set_index("grid_id")["team_id"]
    assert (moves["doctor_changes"] == (changed["before"].map(team) != changed["after"].map(team))).all()
    assert set(moves["cause"]) <= set(carry_out_module.CAUSES)
    assert ready.causes["blocks"].sum() == len(moves)
    back = moves.query("cause == 'response'").index
    for block in back[:5]:
        told = redrawn.what_if(block, moves.loc[block, "old_grid_id"]).set_index("term")
        assert told.loc["response", "difference"] > 0


def test_households_before_and_after_are_those_of_the_plans(ready, redrawn):
    grids = ready.grids.set_index("grid_id")
    kept = grids["households_before"] - grids["households_out"]
    assert (kept + grids["households_in"] == grids["households_after"]).all()
    quality = lg.measure_plan(redrawn.area, redrawn.plan).grids.set_index("grid_id")
    assert (quality["households"] == grids["households_after"][quality.index]).all()
    assert grids["bounds_zh"].str.startswith("东至").all()
    assert (grids["new_id"] == grids.index).all()  # nothing is renumbered unless it is asked for


def test_grids_are_renumbered_only_when_asked(redrawn):
    renumbered = lg.carry_out(redrawn, renumber="cn12+3").grids
    assert renumbered["new_id"].is_unique
    leaves = renumbered["new_id"].str.len() == 15
    assert leaves.all()


def test_smoothed_borders_fit_each_other_and_keep_every_household(anjing):
    exact = anjing.plan.outlines()
    found = lg.smooth_borders(anjing.plan, 4.0)
    shapes = found.shapes
    assert set(found.borders["how"]) == {"simplified", "left"}  # most are straight as they are
    leaf = anjing._core.grids.leaf.astype(bool) & ~shapely.is_empty(exact)
    assert shapely.coverage_is_valid(shapes[leaf])
    assert shapely.get_num_coordinates(shapes[leaf]).sum() < shapely.get_num_coordinates(exact[leaf]).sum()
    assert shapely.area(shapes[leaf]).sum() == pytest.approx(shapely.area(exact[leaf]).sum(), rel=1e-9)
    points = anjing.points("households")
    before, after = lg.locate(points, exact[leaf]), lg.locate(points, shapes[leaf])
    own = np.cumsum(leaf) - 1
    wanted = np.where(anjing.plan.household_grid() >= 0, own[anjing.plan.household_grid()], -1)
    at_home = before == wanted
    assert at_home.mean() > 0.9 and (after[at_home] == before[at_home]).all()


def test_a_household_at_the_tip_of_a_bend_keeps_the_bend(line):
    # The border of two blocks has a spike of 3 m with a household in it.
    x0, y0 = 400_000.0, 3_400_000.0
    spike = [(300, -50), (300, -2), (303, 0), (300, 2), (300, 50)]
    left = shapely.Polygon([(0, -50), *spike, (0, 50)])
    right = shapely.Polygon([(600, -50), *spike, (600, 50)])
    move = lambda shape: shapely.transform(shape, lambda xy: xy + np.array([x0, y0]))  # noqa: E731
    blocks = gpd.GeoDataFrame(
        {"block_id": ["l", "r"], "grid_id": ["W", "E"]}, geometry=[move(left), move(right)], crs="EPSG:4544"
    )
    people = gpd.GeoDataFrame(
        {"household_id": ["tip"], "n_usual": [2]}, geometry=[shapely.Point(x0 + 302.5, y0)], crs="EPSG:4544"
    )
    area = lg.StudyArea.from_frames(**{**line, "blocks": blocks, "households": people}, crs="EPSG:4544")
    shapes = lg.smooth_borders(area.plan, 20.0).shapes
    assert shapes[0].contains(people.geometry[0])
    empty = lg.StudyArea.from_frames(**{**line, "blocks": blocks, "households": people.iloc[:0]}, crs="EPSG:4544")
    shapes = lg.smooth_borders(empty.plan, 20.0).shapes
    assert len(shapes[0].exterior.coords) == 5
    with pytest.raises(lg.InvalidInput, match="tolerance_m"):
        lg.smooth_borders(area.plan, -1.0)


def test_the_office_gets_a_sheet_for_each_grid_that_changes(ready, tmp_path):
    path = tmp_path / "office.xlsx"
    ready.write_office(path)
    book = openpyxl.load_workbook(path)
    changed = ready.grids[(ready.grids["blocks_in"] > 0) | (ready.grids["blocks_out"] > 0)]
    assert book.sheetnames[:3] == ["概要", "网格", "调整清单"]
    assert book.sheetnames[3:] == changed["grid_id"].tolist()
    rows = list(book["调整清单"].values)
    assert len(rows) == len(ready.moves) + 2 and rows[0][0] == "内部资料"
    assert sum(row[6] for row in rows[2:]) == ready.moves["households"].sum()
    ready.write_office(path, lang="en")
    assert openpyxl.load_workbook(path).sheetnames[0] == "summary"
    with pytest.raises(lg.InvalidInput, match="zh"):
        ready.write_office(path, lang="fr")


def test_no_small_count_is_posted_or_can_be_worked_out(ready, tmp_path):
    path = tmp_path / "public.xlsx"
    ready.write_public(path, lang="en")
    book = openpyxl.load_workbook(path)
    for sheet in ("grids", "flows"):
        for row in list(book[sheet].values)[2:]:
            assert all(value == 0 or value >= 10 for value in row[2:] if isinstance(value, int) and sheet == "grids")
            assert sheet == "grids" or not isinstance(row[3], int) or row[3] == 0 or row[3] >= 10
    text = " ".join(str(v) for s in book for row in s.values for v in row)
    assert "signed" not in text and "residents" not in text
    with pytest.raises(lg.InvalidInput, match="at least 5"):
        ready.write_public(path, k=3)


def test_subtraction_brings_no_small_count_back(ready):
    grids, flows = public_tables(ready, 10)
    true = ready.grids.set_index("grid_id")
    shown = grids.set_index("grid_id")
    for grid in true.index:
        row = shown.loc[grid]
        for total, part in (("households_before", "households_out"), ("households_after", "households_in")):
            stays = true.loc[grid, total] - true.loc[grid, part]
            if 0 < stays < 10:  # what stays must not be the difference of two shown cells
                assert isinstance(row[total], Hidden) or isinstance(row[part], Hidden)
            hidden = flows[(flows["old_grid_id" if "out" in part else "new_grid_id"] == grid)]["households"]
            lone = [v for v in hidden if isinstance(v, Hidden)]
            assert len(lone) != 1 or isinstance(row[part], Hidden)


def test_the_outlines_are_a_file_of_their_own(ready, tmp_path):
    path = tmp_path / "grids.gpkg"
    ready.write_polygons(path)
    read = gpd.read_file(path, layer="grids")
    assert read["grid_id"].tolist() == ready.grids["grid_id"].tolist()
    assert read.crs == ready.grids.crs and read.geometry.area.sum() == pytest.approx(ready.grids.geometry.area.sum())


def test_two_plans_are_enough_and_one_is_not(redrawn):
    ready = lg.carry_out(redrawn.area.plan, redrawn.plan)
    assert ready.moves["cause"].isna().all()
    with pytest.raises(lg.InvalidInput, match="two plans"):
        lg.carry_out(redrawn.area.plan)
