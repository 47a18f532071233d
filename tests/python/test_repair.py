import doctest
import json
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from libgrid.cli import app
from libgrid.ragged import to_polygons
from libgrid.repair import WORDS
from shapely.geometry import Point, Polygon, box
from typer.testing import CliRunner

import libgrid as lg
from libgrid import _core

CRS = "EPSG:4544"
X, Y = 400_000.0, 3_400_000.0


def at(shape):
    return shapely.affinity.translate(shape, X, Y)


def grids(*shapes, **columns):
    ids = [f"g{k}" for k in range(len(shapes))]
    return gpd.GeoDataFrame({"grid_id": ids, **columns}, geometry=[at(s) for s in shapes], crs=CRS)


def households(*xy):
    ids = [f"h{k}" for k in range(len(xy))]
    return gpd.GeoDataFrame({"household_id": ids}, geometry=[at(Point(p)) for p in xy], crs=CRS)


def area_of(**layers):
    return lg.StudyArea.from_frames(**layers, crs=CRS, origin=(X, Y))


def balanced(area, fixed, changes):
    """Area before + what is listed = area after, for every polygon of every layer."""
    for name in ("grids", "blocks"):
        before, after = area.layer(name), fixed.layer(name)
        if not len(after):
            continue
        key = after.columns[0]
        grown = changes[(changes.layer == name) & ~changes.what.isin(["mended", "not_mended"])]
        grown = grown.groupby("id").area_m2.sum()
        start = pd.Series(before.geometry.area.to_numpy(), index=before[key])
        back = changes[(changes.layer == name) & (changes.what == "mended")]
        if len(back):
            start = pd.concat([start, pd.Series(back.area_after_m2.to_numpy(), index=back["id"])])
        end = pd.Series(after.geometry.area.to_numpy(), index=after[key])
        assert set(start.index) == set(end.index)
        np.testing.assert_allclose(start.add(grown, fill_value=0)[end.index], end, atol=1e-6)


def test_neighbours_share_one_border_afterwards_and_each_change_is_listed():
    area = area_of(grids=grids(box(0, 0, 10, 10), box(10.02, 0, 20, 10), box(9.5, 10, 20, 20), box(0, 9, 10, 20)))
    fixed, changes = lg.repair(area)
    balanced(area, fixed, changes)
    polygons, _ = to_polygons(fixed.layer("grids"))
    found = _core.check_coverage(polygons)
    assert not len(found["gap_area_m2"]) and not len(found["overlap_a"]) and not len(found["near_a"])
    lost = changes[changes.what == "overlap_resolved"]
    assert set(lost.other) <= {"g0", "g2", "g3"} and (lost.area_m2 < 0).all()
    assert (changes.geometry.notna()).all()
    assert (changes.max_move_m <= 1.12).all()  # the corner that overlaps


def test_a_second_repair_changes_nothing():
    area = area_of(grids=grids(box(0, 0, 10, 10), box(9.9, 0, 20, 10), box(0, 10.01, 20, 20)))
    fixed, changes = lg.repair(area)
    assert len(changes)
    again, none = lg.repair(fixed)
    assert len(none) == 0
    assert shapely.equals_identical(
        again.layer("grids").geometry.to_numpy(), fixed.layer("grids").geometry.to_numpy()
    ).all()


def test_the_study_area_itself_is_not_touched():
    area = area_of(grids=grids(box(0, 0, 10, 10), box(9.9, 0, 20, 10)))
    before = area.layer("grids").geometry.to_wkb().tolist()
    lg.repair(area)
    assert area.layer("grids").geometry.to_wkb().tolist() == before


def test_a_household_that_changes_grid_is_listed_and_none_is_lost():
    area = area_of(
        grids=grids(box(0, 0, 10, 10), box(9, 0, 40, 10)), households=households((9.5, 5), (2, 2), (30, 3), (50, 50))
    )
    fixed, changes = lg.repair(area, give_to="smallest")
    assert len(changes[changes.layer == "households"]) == 0  # 0 had it, being first
    fixed, changes = lg.repair(area, give_to="first")
    assert len(fixed.households) == 4
    # A gap that is closed brings a household that lived in it a grid.
    area = area_of(
        grids=grids(box(0, 0, 10, 10), box(10.5, 0, 20, 10), box(0, 10, 20, 20), box(0, -9, 20, 0)),
        households=households((10.2, 5), (2, 2)),
    )
    fixed, changes = lg.repair(area)
    row = changes[changes.layer == "households"]
    assert row["id"].tolist() == ["h0"] and row.other.tolist() == ["- → g0"]
    assert row.geometry.isna().all()


def test_stacked_blocks_stay_stacked():
    blocks = gpd.GeoDataFrame(
        {"block_id": ["a/1", "a/2", "b"]},
        geometry=[at(box(0, 0, 10, 10)), at(box(0, 0, 10, 10)), at(box(9.5, 0, 20, 10))],
        crs=CRS,
    )
    area = area_of(blocks=blocks)
    fixed, changes = lg.repair(area, give_to="smallest")
    shapes = fixed.blocks.geometry.to_numpy()
    assert shapes[0].equals(shapes[1]) and not shapes[0].intersects(shapes[2].buffer(-0.01))
    assert changes["id"].tolist() == ["b"]  # of two equals the first row has it
    fixed, changes = lg.repair(area_of(blocks=blocks.iloc[[2, 0, 1]]))
    assert changes["id"].tolist() == ["a/1", "a/2"] and set(changes.other) == {"b"}


def test_two_with_one_footprint_are_left_and_said():
    area = area_of(grids=grids(box(0, 0, 10, 10), box(0, 0, 10, 10)))
    fixed, changes = lg.repair(area)
    assert changes[["id", "what"]].values.tolist() == [["g1", "not_settled"]]
    assert "LG-P025" in set(lg.check(fixed).errors.code)


def test_levels_are_repaired_each_by_itself():
    frame = grids(
        box(0, 0, 10, 10), box(9.9, 0, 20, 10), box(0, 0, 20, 10),
        level=["micro", "micro", "community"], parent_id=["g2", "g2", None],
    )  # fmt: skip
    _, changes = lg.repair(area_of(grids=frame))
    assert "g2" not in set(changes["id"])


BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def test_an_invalid_outline_comes_back_only_when_it_is_asked_for():
    area = area_of(grids=grids(BOW_TIE, box(5, 5, 9, 9)))
    assert area.set_aside["grids"].grid_id.tolist() == ["g0"]
    fixed, changes = lg.repair(area)
    assert len(changes) == 0 and len(fixed.layer("grids")) == 1
    fixed, changes = lg.repair(area, method="linework")
    assert sorted(fixed.ids("grids")) == ["g0", "g1"]
    row = changes[changes.what == "mended"].iloc[0]
    assert (row["id"], row.area_before_m2, row.area_after_m2) == ("g0", 0.0, 2.0)
    assert len(fixed.set_aside["grids"]) == 0
    ledger = fixed.ledger.set_index("layer").loc["grids"]
    assert ledger.tolist() == [2, 1, 1, 0]
    assert "LG-P001" not in set(lg.check(fixed).frame.code)


def test_other_rows_stay_set_aside_when_one_comes_back():
    frame = pd.concat([grids(BOW_TIE, box(5, 5, 9, 9)), grids(box(5, 5, 9, 9)).assign(grid_id=None)])
    fixed, _ = lg.repair(area_of(grids=frame), method="structure")
    assert fixed.set_aside["grids"].code.tolist() == ["LG-F102"]
    assert (fixed.ledger["read"] == fixed.ledger[["accepted", "repaired", "set_aside"]].sum(axis=1)).all()


def test_a_hole_that_is_its_outline_must_be_asked_about():
    square = box(0, 0, 10, 10)
    area = area_of(grids=grids(Polygon(square.exterior, [square.exterior]), box(20, 0, 30, 10)))
    fixed, changes = lg.repair(area, method="structure")
    assert changes.what.tolist() == ["not_mended"] and "full" in changes.other[0]
    fixed, changes = lg.repair(area, method="structure", hole_is_shell="full")
    assert fixed.layer("grids").geometry.area.sum() == 200
    fixed, changes = lg.repair(area, method="linework", hole_is_shell="drop")
    assert len(changes) == 0 and len(fixed.layer("grids")) == 1


def test_who_named_a_grid_that_comes_back_has_it_again(line):
    blocks = line["blocks"]
    frame = gpd.GeoDataFrame(
        line["grids"].assign(level=["micro", "micro", "community"]),
        geometry=[at(BOW_TIE), None, None],
        crs=CRS,
    )
    area = lg.StudyArea.from_frames(**(line | {"grids": frame}), crs=CRS)
    assert area.blocks.grid_id.isna().sum() == 3
    fixed, changes = lg.repair(area, method="linework")
    assert fixed.blocks.grid_id.tolist() == blocks.grid_id.tolist()
    assert (changes.what == "reference_restored").sum() == 3


def test_unknown_options_are_refused(line):
    area = lg.StudyArea.from_frames(**line, crs=CRS)
    for options in (
        {"give_to": "largest"}, {"method": "buffer"}, {"hole_is_shell": "yes"}, {"near_m": -1.0},
        {"max_gap_width_m": -1.0},
    ):  # fmt: skip
        with pytest.raises(lg.InvalidInput):
            lg.repair(area, **options)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["longest_border", "smallest", "first"]))
def test_any_layer_of_boxes_keeps_its_books(seed, rule):
    rng = np.random.default_rng(seed)
    corner = rng.integers(0, 30, (6, 2))
    size = rng.integers(1, 9, (6, 2))
    frame = grids(*[box(*c, *(c + s)) for c, s in zip(corner.astype(float), size, strict=True)])
    people = households(*(rng.integers(0, 400, (40, 2)) / 10))
    area = area_of(grids=frame, households=people)
    fixed, changes = lg.repair(area, give_to=rule, max_gap_width_m=50.0)
    balanced(area, fixed, changes)
    before, after = area.plan.household_grid(), fixed.plan.household_grid()
    listed = set(changes[changes.layer == "households"]["id"])
    assert listed == set(area.ids("households")[before != after])
    _, again = lg.repair(fixed, give_to=rule, max_gap_width_m=50.0)
    assert set(again.what) <= {"not_settled"}


def test_the_command_line_lists_writes_and_can_only_look(tmp_path):
    source, out = tmp_path / "a.gpkg", tmp_path / "b.gpkg"
    area_of(grids=grids(box(0, 0, 10, 10), box(9.5, 0, 20, 10))).save(source)
    runner = CliRunner()
    looked = runner.invoke(app, ["repair", str(source), "--dry-run", "-q"])
    assert looked.exit_code == 0 and "left an overlap to" in looked.output and not out.exists()
    assert runner.invoke(app, ["repair", str(source)]).exit_code == 2
    done = runner.invoke(app, ["repair", str(source), "--out", str(out), "--json"])
    assert done.exit_code == 0
    rows = json.loads(done.stdout.splitlines()[0])["changes"]
    assert rows and rows[0]["layer"] == "grids"
    assert "LG-P025" not in set(lg.check(lg.open_study_area(out)).frame.code)
    zh = runner.invoke(app, ["repair", str(source), "--dry-run", "-q", "--lang", "zh"])
    assert "重叠" in zh.output


def test_every_word_is_there_in_both_languages():
    for zh, en in WORDS.values():
        assert en.isascii() and any("一" <= c <= "鿿" for c in zh)


def test_docstrings():
    assert doctest.testmod(sys.modules["libgrid.repair"]).failed == 0
