import doctest
import sys

import geopandas as gpd
import pandas as pd
import shapely
from libgrid.catalogue import CATALOGUE

import libgrid as lg


def codes(frames, **options):
    issues = lg.check(lg.StudyArea.from_frames(**frames, crs="EPSG:4544"), **options)
    frame = issues.frame
    return {code: group["id"].tolist() for code, group in frame.groupby("code")}


def test_a_small_town_that_breaks_only_the_size_norm(line):
    assert codes(line) == {"LG-G004": ["E", "W"]} or codes(line) == {"LG-G004": ["W", "E"]}
    assert codes(line, norm=(3, 4)) == {}


def test_overlapping_blocks_are_named_with_their_area(line):
    blocks = line["blocks"].copy()
    shapes = blocks.geometry.to_numpy().copy()
    shapes[1] = shapely.box(400_090, 3_399_950, 400_200, 3_400_050)
    frames = line | {"blocks": blocks.set_geometry(gpd.GeoSeries(shapes, crs=blocks.crs))}
    frame = lg.check(lg.StudyArea.from_frames(**frames, crs="EPSG:4544")).errors
    assert frame["id"].tolist() == ["b0"] and frame["message"].iloc[0] == "overlaps b1 by 1000.0 m2"


def test_stacked_blocks_are_no_overlap(line):
    stacked = pd.concat([line["blocks"], line["blocks"].iloc[[0]].assign(block_id="b0-U2")], ignore_index=True)
    assert "LG-P025" not in codes(line | {"blocks": stacked})


def test_a_grid_in_two_pieces(line):
    blocks = line["blocks"].assign(grid_id=["W", "E", "W", "E", "E", "E"])
    assert sorted(codes(line | {"blocks": blocks})["LG-G005"]) == ["E", "W"]


def test_one_plus_one_plus_n(line):
    teams = line["teams"].assign(n_grid_workers=[0, 3])
    assert codes(line | {"teams": teams})["LG-D101"] == ["t1"]


def test_sessions_that_collide(line):
    twice = pd.concat(
        [line["sessions"], line["sessions"].assign(session_id="s2", site_id="S2", start="12:00", end="13:00")]
    )
    assert codes(line | {"sessions": twice})["LG-D007"] == ["s1"]


def test_a_team_without_grids_and_a_grid_without_a_team(line):
    found = codes(line | {"grids": line["grids"].assign(team_id=["t1", None, None])})
    assert found["LG-D003"] == ["t2"] and found["LG-G003"] == ["E"]


def test_a_panel_over_its_limit(line):
    teams = line["teams"].assign(n_doctors=[0.0005, 1.0])
    assert codes(line | {"teams": teams})["LG-D103"] == ["t1"]


def test_roads_in_pieces(line):
    far = gpd.GeoDataFrame(
        {"road_id": ["r2"]},
        geometry=[shapely.LineString([(401_000, 3_401_000), (401_010, 3_401_000)])],
        crs="EPSG:4544",
    )
    assert codes(line | {"roads": pd.concat([line["roads"], far])})["LG-N001"] == ["r2"]


def test_a_block_in_a_grid_that_is_a_parent_is_named_and_stays_in_the_figures(line):
    blocks = line["blocks"].assign(grid_id=["C", "W", "W", "E", "E", "E"])
    frames = line | {"blocks": blocks}
    assert codes(frames)["LG-G007"] == ["b0"]
    result = lg.assess(lg.StudyArea.from_frames(**frames, crs="EPSG:4544"))
    assert result.by_grid()["response_people"].sum() == 15


def test_neighbours_sign_with_nobody_here(line):
    households = line["households"].assign(
        n_usual=[1000, 3, 1, 4, 2, 2], n_signed=[999, 0, 1, 2, 0, 1], inside=[False] + [True] * 5
    )
    teams = line["teams"].assign(n_doctors=[0.01, 1.0])
    assert "LG-D103" not in codes(line | {"households": households, "teams": teams})


def test_every_code_speaks_both_languages():
    for code, entry in CATALOGUE.items():
        assert entry.severity in ("error", "warning", "info"), code
        for text in (entry.zh, entry.fix_zh):
            assert any("一" <= c <= "鿿" for c in text), code
        assert entry.en.isascii() and entry.fix_en.isascii(), code


def test_html_is_escaped():
    issues = lg.Issues([lg.issues.Found("LG-F103", "sites", ["<script>alert(1)</script>"], "site_id", values=[2])])
    assert "<script>" not in issues.to_html()


def test_docstrings():
    assert doctest.testmod(sys.modules["libgrid.check"]).failed == 0
