"""Each rule of a check on the smallest place that breaks it, and on one that does not."""

import doctest
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.checks import NORMS
from shapely.geometry import LineString, Point, box

import libgrid as lg

CRS = "EPSG:4544"
X, Y = 400_000.0, 3_400_000.0


def at(shape):
    return shapely.affinity.translate(shape, X, Y)


def layer(key, shapes, **columns):
    ids = columns.pop("ids", [f"{key[0]}{k}" for k in range(len(shapes))])
    return gpd.GeoDataFrame({key: ids, **columns}, geometry=[s and at(s) for s in shapes], crs=CRS)


def found(code, *, options=None, **layers):
    area = lg.StudyArea.from_frames(**layers, crs=CRS, origin=(X, Y))
    frame = lg.check(area, **(options or {})).frame
    return frame[frame.code == code].reset_index(drop=True)


def grids(*shapes, **columns):
    return layer("grid_id", shapes, **columns)


def households(*xy):
    return layer("household_id", [Point(p) for p in xy])


def roads(*lines, **columns):
    return layer("road_id", [LineString(line) for line in lines], **columns)


# -- polygons ------------------------------------------------------------------------------------------------


def ring_of_boxes(gap):
    """Four boxes round an opening of `gap` by 10 m."""
    return grids(box(0, 0, 10, 10), box(10 + gap, 0, 20, 10), box(0, 10, 20, 20), box(0, -9, 20, 0))


@pytest.mark.parametrize(("gap", "code"), [(0.02, "LG-P127"), (0.4, "LG-P026"), (6.0, "LG-P126")])
def test_a_gap_is_named_by_its_width_with_its_shape(gap, code):
    row = found(code, grids=ring_of_boxes(gap)).iloc[0]
    assert row["id"] == "g0" and "g1, g2, g3" in row.message
    assert row.geometry.area == pytest.approx(10 * gap)
    for other in {"LG-P127", "LG-P026", "LG-P126"} - {code}:
        assert not len(found(other, grids=ring_of_boxes(gap)))


def test_an_overlap_is_an_error_and_a_sliver_a_warning():
    row = found("LG-P025", grids=grids(box(0, 0, 10, 10), box(9, 0, 20, 10))).iloc[0]
    assert row.severity == "error" and row.geometry.area == pytest.approx(10)
    thin = grids(box(0, 0, 10, 200), box(9.99, 0, 20, 200))  # 2 m2, but 10 mm wide
    assert not len(found("LG-P025", grids=thin))
    assert found("LG-P027", grids=thin).message[0] == "overlaps g1 by a sliver (2.000 m2, 10 mm)"


def test_borders_that_nearly_meet_and_vertices_on_a_neighbours_border():
    row = found("LG-P110", grids=grids(box(0, 0, 10, 10), box(10.03, 0, 20, 10))).iloc[0]
    assert "30.0 mm" in row.message and row.geometry.geom_type == "Point"
    joint = grids(box(0, 0, 10, 10), box(10, 0, 20, 4), box(10, 4, 20, 10))
    row = found("LG-P028", grids=joint).iloc[0]
    assert (row["id"], row.severity, row.geometry) == ("g0", "info", Point(X + 10, Y + 4))


def test_households_in_a_gap_and_in_two_grids_are_named_without_their_place():
    row = found("LG-H009", grids=ring_of_boxes(0.4), households=households((10.2, 5), (3, 3), (90, 90)))
    assert row["id"].tolist() == ["h0"] and row.geometry.isna().all()
    row = found(
        "LG-H109", grids=grids(box(0, 0, 10, 10), box(8, 0, 20, 10)), households=households((9, 5), (3, 3), (15, 3))
    )
    assert row["id"].tolist() == ["h0"] and row.geometry.isna().all()


def test_parts_that_do_not_touch_unless_the_grid_is_dedicated():
    two = shapely.MultiPolygon([box(0, 0, 5, 5), box(20, 0, 25, 5)])
    frame = grids(two, box(40, 0, 50, 5))
    assert found("LG-G005", grids=frame)["id"].tolist() == ["g0"]
    assert not len(found("LG-G005", grids=frame.assign(level=["dedicated", "micro"])))


# -- grids in grids ------------------------------------------------------------------------------------------


def test_a_child_outside_its_parent_and_ground_that_no_child_has():
    frame = grids(
        box(0, 0, 12, 10), box(0, 0, 10, 20), level=["micro", "community"], parent_id=["g1", None]
    )  # fmt: skip
    out = found("LG-G102", grids=frame)
    assert out["id"].tolist() == ["g0"] and "20.0 m2" in out.message[0] and out.geometry[0].area == pytest.approx(20)
    rest = found("LG-G103", grids=frame)
    assert rest["id"].tolist() == ["g1"] and rest.geometry[0].area == pytest.approx(100)


def test_blocks_outside_the_drawn_outline_of_their_grid():
    blocks = layer("block_id", [box(0, 0, 10, 10), box(10, 0, 20, 10)], grid_id=["g0", "g0"])
    frame = grids(box(0, 0, 15, 10), None, level=["micro", "community"], parent_id=["g1", None])
    row = found("LG-G104", grids=frame, blocks=blocks)
    assert row["id"].tolist() == ["b1"] and "50.0 m2" in row.message[0]


def test_a_parent_must_be_of_a_higher_level_and_end_in_a_community():
    frame = pd.DataFrame(
        {"grid_id": ["m", "d", "g", "c"], "level": ["micro", "dedicated", "general", "community"],
         "parent_id": ["d", "g", "c", None]}
    )  # fmt: skip
    assert found("LG-G105", grids=frame)["id"].tolist() == ["m"]
    assert not len(found("LG-G107", grids=frame))
    assert found("LG-G107", grids=frame.assign(parent_id=["g", None, "c", None]))["id"].tolist() == ["d"]


def test_codes_begin_with_the_community_they_stand_in():
    frame = pd.DataFrame(
        {
            "grid_id": ["510117008001", "510117008001001001", "510117008002001002", "old-7", "x"],
            "level": ["community", "micro", "micro", "micro", "micro"],
            "parent_id": [None, *["510117008001"] * 4],
            "community_code": [None, None, None, "51011700800", "510117008002"],
        }
    )
    wrong = found("LG-G106", grids=frame)
    assert wrong["id"].tolist() == ["510117008002001002"] and "510117008001" in wrong.message[0]
    assert found("LG-G109", grids=frame)["id"].tolist() == ["old-7"]
    assert found("LG-G110", grids=frame)["id"].tolist() == ["x"]


@pytest.mark.parametrize(("count", "off"), [(29, True), (30, False), (85, False), (100, False), (101, True)])
def test_the_size_norm_of_chengdu(count, off):
    people = households(*np.random.default_rng(1).uniform(1, 9, (count, 2)))
    row = found("LG-G004", grids=grids(box(0, 0, 10, 10), box(10, 0, 20, 10)), households=people)
    assert row["id"].tolist() == (["g0"] if off else [])


def test_other_norms_speak_of_other_levels():
    frame = grids(
        box(0, 0, 10, 10), box(10, 0, 20, 10), None,
        level=["micro", "micro", "general"], parent_id=["g2", "g2", None],
    )  # fmt: skip
    people = households(*np.random.default_rng(1).uniform((1, 1), (19, 9), (120, 2)))
    layers = {"grids": frame, "households": people}
    assert found("LG-G004", options={"norm": "generic_cn_unverified"}, **layers)["id"].tolist() == ["g2"]
    assert not len(found("LG-G004", options={"norm": "tongxiang_2012"}, **layers))
    for norm in ("GB", (5,), (9, 3), (-1, 3), 7):
        with pytest.raises(lg.InvalidInput, match="norm"):
            found("LG-G004", options={"norm": norm}, **layers)
    assert NORMS["chengdu_micro"].low == 30


def test_a_grid_without_a_leader_is_named_where_leaders_are_kept():
    frame = grids(box(0, 0, 10, 10), box(10, 0, 20, 10), leader_id=["w1", " "])
    assert found("LG-G108", grids=frame.assign(leader_id=["w1", None]))["id"].tolist() == ["g1"]
    assert not len(found("LG-G108", grids=frame.drop(columns="leader_id")))


def test_a_micro_grid_where_no_leader_lives_is_named_where_any_is_marked():
    frame = grids(box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10), level=["micro", "micro", "dedicated"])
    people = households((5, 5), (15, 5), (16, 5), (25, 5))
    row = found("LG-G113", grids=frame, households=people.assign(is_leader=["是", "否", None, False]))
    assert row["id"].tolist() == ["g1"] and row["severity"].tolist() == ["warning"]
    assert not len(found("LG-G113", grids=frame, households=people.assign(is_leader=[True, False, True, False])))
    assert not len(found("LG-G113", grids=frame, households=people))  # nobody was asked
    beyond = people.assign(is_leader=[True, True, False, False], inside=[True, False, True, True])
    assert found("LG-G113", grids=frame, households=beyond)["id"].tolist() == ["g1"]


# -- teams and sessions --------------------------------------------------------------------------------------


def week(line, *rows, **more):
    columns = ["session_id", "site_id", "team_id", "weekday", "start", "end"]
    return line | {"sessions": pd.DataFrame(rows, columns=columns), **more}


def test_sessions_at_two_sites_need_the_way_between(line):
    # 600 m of road by e-bike: 126 s, so that 2 minutes are too few and 3 are enough.
    for start, short in (("12:02", True), ("12:03", False)):
        frames = week(line, ("a", "S1", "t1", 2, "09:00", "12:00"), ("b", "S2", "t1", 2, start, "15:00"))
        row = found("LG-D012", **frames)
        assert row["id"].tolist() == (["b"] if short else []), start
    frames = week(line, ("a", "S1", "t1", 2, "09:00", "12:00"), ("b", "S2", "t1", 2, "12:02", "15:00"), roads=None)
    row = found("LG-D012", **frames)  # 600 m x 1.2 at 17.1 km/h: 152 s
    assert row.message[0].endswith("(minutes: 3 > 2)") and row.geometry[0] is not None
    frames = week(line, ("a", "S1", "t1", 2, "09:00", "12:00"), ("b", "S1", "t1", 2, "12:00", "15:00"))
    assert not len(found("LG-D012", **frames))


def test_every_team_is_looked_at_and_a_shared_site_is_only_said(line):
    rows = [
        ("a", "S1", "t1", 2, "09:00", "12:00"),
        ("b", "S1", "t1", 2, "11:00", "13:00"),
        ("c", "S2", "t2", 3, "09:00", "12:00"),
        ("d", "S1", "t2", 3, "10:00", "10:30"),
        ("e", "S1", "t2", 2, "11:30", "12:00"),
    ]
    assert sorted(found("LG-D007", **week(line, *rows))["id"]) == ["a", "c"]
    shared = found("LG-D112", **week(line, *rows))
    assert sorted(shared["id"]) == ["a", "b"] and set(shared.severity) == {"info"}


def test_twenty_teams_of_one_and_one_and_n(line):
    teams = pd.DataFrame({"team_id": [f"t{k}" for k in range(1, 21)], "n_grid_workers": [1] * 20})
    frames = line | {"teams": teams, "sessions": None}
    assert not len(found("LG-D101", **frames))
    row = found("LG-D101", **(frames | {"teams": teams.assign(n_grid_workers=[1] * 19 + [0])}))
    assert row["id"].tolist() == ["t20"] and set(row.severity) == {"error"}


# -- roads and extents ---------------------------------------------------------------------------------------


def test_lines_that_cross_without_a_junction():
    cross = [[(0, 0), (100, 0)], [(50, -50), (50, 50)]]
    row = found("LG-N016", roads=roads(*cross)).iloc[0]
    assert (row["id"], row.geometry) == ("r0", Point(X + 50, Y))
    assert not len(found("LG-N016", roads=roads(*cross, bridge=["no", "yes"])))
    noded = [[(0, 0), (50, 0)], [(50, 0), (100, 0)], [(50, -50), (50, 0)], [(50, 0), (50, 50)]]
    assert not len(found("LG-N016", roads=roads(*noded)))


def test_ends_that_nearly_meet():
    short = roads([(0, 0), (100, 0)], [(50, 0.3), (50, 50)])
    row = found("LG-N017", roads=short)
    assert row["id"].tolist() == ["r1"] and "0.300 m" in row.message[0]
    assert not len(found("LG-N017", roads=short, options={"undershoot_m": 0.2}))
    on_the_middle = roads([(0, 0), (100, 0)], [(50, 0), (50, 50)])
    assert "0.000 m" in found("LG-N017", roads=on_the_middle).message[0]
    joined = roads([(0, 0), (50, 0)], [(50, 0), (100, 0)], [(50, 0), (50, 50)])
    assert not len(found("LG-N017", roads=joined))


def test_one_way_traps():
    # A ring that works, a one-way spur into a dead end, and one out of a dead end.
    lines = [
        [(0, 0), (100, 0), (100, 100)],
        [(100, 100), (0, 100), (0, 0)],
        [(100, 0), (200, 0)],
        [(100, 200), (100, 100)],
    ]
    frame = roads(*lines, oneway=["yes", "yes", "yes", "yes"])
    frame = frame.assign(geometry=frame.geometry)
    split = roads(
        [(0, 0), (100, 0)], [(100, 0), (100, 100)], [(100, 100), (0, 100)], [(0, 100), (0, 0)],
        [(100, 0), (200, 0)], [(100, 200), (100, 100)], oneway=["yes"] * 6,
    )  # fmt: skip
    assert found("LG-N010", roads=split)["id"].tolist() == ["r4"]
    assert found("LG-N110", roads=split)["id"].tolist() == ["r5"]
    assert not len(found("LG-N010", roads=split.assign(oneway="no")))


def test_layers_that_lie_elsewhere():
    people = households((1, 1), (9, 9))
    away = grids(box(500_000, 0, 500_010, 10), box(500_010, 0, 500_020, 10))
    area = {"households": people, "grids": away}
    row = lg.check(lg.StudyArea.from_frames(**area, crs=CRS)).frame
    assert row[row.code == "LG-P049"]["layer"].tolist() == ["grids"]
    assert not len(found("LG-P049", households=people, grids=grids(box(0, 0, 10, 10))))
    assert found("LG-N026", households=people, roads=roads([(5000, 0), (6000, 0)]))["layer"].tolist() == ["roads"]
    spread = households(*[(100 * k, 0) for k in range(30)])
    assert "80%" in found("LG-N126", households=spread, roads=roads([(0, 0), (50, 0)])).message[0]


# -- the whole -----------------------------------------------------------------------------------------------


def test_the_samples_break_nothing_but_the_size_norm(town, anjing):
    for area, allowed in ((town, set()), (anjing, {"LG-G004"})):
        said_by_the_door = set(area.issues.frame.code)
        assert set(lg.check(area).frame.code) - said_by_the_door == allowed


def test_every_issue_has_a_place_but_those_of_households(line):
    frames = week(line, ("a", "S1", "t1", 2, "09:00", "12:00"), ("b", "S2", "t1", 2, "11:00", "15:00"))
    frames |= {"teams": line["teams"].assign(n_grid_workers=[0, 3])}
    frame = lg.check(lg.StudyArea.from_frames(**frames, crs=CRS)).frame
    frame = frame[~frame["id"].str.startswith("(")]
    assert {"LG-D007", "LG-D101", "LG-G004"} <= set(frame.code)
    for name, rows in frame.groupby("layer"):
        assert rows.geometry.notna().all() == (name != "households")


def test_limits_are_checked(town):
    with pytest.raises(lg.InvalidInput, match="near_m"):
        lg.check(town, near_m=-1)


def test_docstrings():
    for name in ("libgrid.checks.norms", "libgrid.checks.options"):
        assert doctest.testmod(sys.modules[name]).failed == 0
