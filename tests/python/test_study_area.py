import doctest

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.intake import file, intake, polygons, text

import libgrid as lg
from libgrid import (
    columns,
    issues,
    memory_limit,
    rules,
    schema,
    study_area,
    unreached,
)


def make(frames, **options):
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544", **options)


def adds_up(area):
    ledger = area.ledger
    return (ledger["read"] == ledger[["accepted", "repaired", "set_aside"]].sum(axis=1)).all()


def test_frames_come_back_with_the_users_ids(line):
    area = make(line)
    assert area.households["household_id"].tolist() == [f"h{i}" for i in range(6)]
    assert area.blocks.crs == "EPSG:4544"
    assert area.issues.ok and adds_up(area)


def test_editing_a_frame_changes_nothing(line):
    area = make(line)
    frame = area.households
    frame["n_usual"] = 99
    frame.loc[0, "household_id"] = "other"
    assert area.households["n_usual"].tolist() == [2, 3, 1, 4, 2, 2]
    assert area.households["household_id"][0] == "h0"


def test_replace_gives_a_new_area_in_the_same_frame(line):
    area = make(line)
    more = area.households.assign(n_usual=5)
    changed = area.replace(households=more)
    assert changed.households["n_usual"].eq(5).all() and area.households["n_usual"][0] == 2
    assert changed.frame_origin == area.frame_origin
    with pytest.raises(lg.InvalidInput, match="unknown layer houses"):
        area.replace(houses=more)


def test_grid_outlines_follow_the_blocks(line):
    grids = make(line).grids.set_index("grid_id")
    assert grids.geometry["W"].area == pytest.approx(30_000)
    assert grids.geometry["C"].area == pytest.approx(60_000)


def test_a_layer_in_degrees_is_transformed(line):
    there = make(line | {"households": line["households"].to_crs("EPSG:4490")})
    here = make(line)
    assert np.abs(there.points("households") - here.points("households")).max() <= 0.002


def test_a_missing_crs_is_refused_with_a_hint(line):
    naked = gpd.GeoDataFrame(
        line["households"].drop(columns="geometry"), geometry=line["households"].geometry.to_numpy()
    )
    with pytest.raises(lg.InvalidInput, match=r"households: the layer has no CRS \(.*EPSG:4544"):
        make(line | {"households": naked})


def test_degrees_are_no_study_area_crs(line):
    with pytest.raises(lg.InvalidInput, match="planar in metres"):
        lg.StudyArea.from_frames(**line, crs="EPSG:4490")


def test_duplicate_ids_that_differ_are_both_set_aside(line):
    households = line["households"].copy()
    households.loc[1, "household_id"] = "h0"
    area = make(line | {"households": households})
    assert area.set_aside["households"]["household_id"].tolist() == ["h0", "h0"]
    assert set(area.issues.errors["id"]) == {"h0"} and set(area.issues.errors["code"]) == {"LG-F103"}
    assert len(area.households) == 4 and adds_up(area)


def test_an_exact_repetition_is_kept_once(line):
    households = pd.concat([line["households"], line["households"].iloc[[2]]], ignore_index=True)
    area = make(line | {"households": households})
    assert len(area.households) == 6
    assert area.set_aside["households"]["row"].tolist() == [6]
    assert area.issues.ok and adds_up(area)


@pytest.mark.parametrize(
    "place",
    [shapely.Point(np.nan, np.nan), shapely.Point(), None, shapely.Point(1e9, 1e9), shapely.Point(np.inf, 3_400_000)],
)
def test_a_place_that_is_none_is_set_aside_with_its_row(line, place):
    households = line["households"].copy()
    shapes = households.geometry.to_numpy().copy()
    shapes[3] = place
    area = make(line | {"households": households.set_geometry(gpd.GeoSeries(shapes, crs=households.crs))})
    assert area.set_aside["households"]["row"].tolist() == [3]
    assert area.issues.errors[["code", "id"]].to_numpy().tolist() == [["LG-H010", "h3"]]
    assert adds_up(area)


def test_an_unknown_team_id_is_emptied_and_named(line):
    households = line["households"].assign(signed_team_id=["t9", None, "t1", "t2", None, "t2"])
    area = make(line | {"households": households})
    assert area.issues.errors[["code", "layer", "id"]].to_numpy().tolist() == [["LG-F104", "households", "h0"]]
    ledger = area.ledger.set_index("layer").loc["households"]
    assert (ledger["accepted"], ledger["repaired"], ledger["set_aside"]) == (5, 1, 0)


def test_a_session_of_an_unknown_team_is_set_aside(line):
    area = make(line | {"sessions": line["sessions"].assign(team_id="t9")})
    assert len(area.sessions) == 0 and len(area.set_aside["sessions"]) == 1


def test_a_household_outside_every_block_is_kept_and_named(line):
    households = line["households"].copy()
    households["block_id"] = None
    shapes = households.geometry.to_numpy().copy()
    shapes[5] = shapely.Point(400_700, 3_400_000)
    area = make(line | {"households": households.set_geometry(gpd.GeoSeries(shapes, crs=households.crs))})
    frame = area.issues.frame
    assert frame[frame.code == "LG-H004"]["id"].tolist() == ["h5"]
    assert len(frame[frame.code == "LG-H105"]) == 5
    assert area.plan.household_grid().tolist() == [0, 0, 0, 1, 1, -1]
    assert len(area.households) == 6


def test_an_empty_layer_is_said(line):
    area = make(line | {"households": line["households"].iloc[:0]})
    assert "LG-F101" in set(area.issues.frame["code"]) and len(area.households) == 0


def test_contradicting_counts_are_set_aside(line):
    households = line["households"].assign(n_migrant=[3, 0, 0, 0, 0, 0], n_key=[0, -1, 0, 0, 0, 0])
    area = make(line | {"households": households})
    assert area.set_aside["households"]["code"].tolist() == ["LG-H028", "LG-H014"]
    assert area.set_aside["households"]["reason"][1] == "n_key is negative"


def test_a_bow_tie_is_set_aside_with_its_place(line):
    blocks = line["blocks"].copy()
    shapes = blocks.geometry.to_numpy().copy()
    shapes[0] = shapely.Polygon(
        [(400_000, 3_400_000), (400_100, 3_400_100), (400_100, 3_400_000), (400_000, 3_400_100)]
    )
    area = make(line | {"blocks": blocks.set_geometry(gpd.GeoSeries(shapes, crs=blocks.crs))})
    error = area.issues.errors[area.issues.errors.code == "LG-P001"].iloc[0]
    assert (
        error["id"] == "b0"
        and error["message"] == "the outline crosses itself at (400050.00, 3400050.00)"
        and error["geometry"].x == pytest.approx(400_050)
    )


def test_a_missing_required_column_names_what_is_there(line):
    with pytest.raises(
        lg.InvalidInput, match="sites: the column site_id is missing; the columns are id, kind, geometry"
    ):
        make(line | {"sites": line["sites"].rename(columns={"site_id": "id"})})


def test_parents_in_a_ring_are_opened_and_named(line):
    grids = line["grids"].assign(parent_id=["C", "C", "W"])
    area = make(line | {"grids": grids})
    assert "LG-G001" in set(area.issues.errors["code"]) and adds_up(area)


def test_codes_stay_text(line):
    teams = line["teams"].assign(team_id=[510117008001, 510117008002])
    grids = line["grids"].assign(team_id=[510117008001.0, 510117008002.0, np.nan])
    sessions = line["sessions"].assign(team_id="510117008001")
    households = line["households"].drop(columns="signed_team_id")
    area = make(line | {"teams": teams, "grids": grids, "sessions": sessions, "households": households})
    assert area.issues.ok and area.teams["team_id"].tolist() == ["510117008001", "510117008002"]


def test_households_as_plain_columns(line):
    frame = pd.DataFrame(line["households"].drop(columns="geometry"))
    frame["x"], frame["y"] = line["households"].geometry.x, line["households"].geometry.y
    assert (make(line | {"households": frame}).points("households") == make(line).points("households")).all()


def test_nothing_personal_in_a_repr(line):
    households = line["households"].assign(phone="13800000000")
    area = make(line | {"households": households})
    assert "138" not in repr(area) + area._repr_html_() + repr(area.issues)


def test_a_thousand_and_one_people_need_to_be_meant(line):
    households = line["households"].assign(n_usual=1001)
    assert len(make(line | {"households": households}).households) == 0
    assert len(make(line | {"households": households}, max_people=5000).households) == 6


def test_docstrings(town):
    modules = (
        columns,
        intake,
        file,
        polygons,
        text,
        issues,
        memory_limit,
        rules,
        schema,
        study_area,
        unreached,
    )
    for module in modules:
        assert doctest.testmod(module, extraglobs={"pd": pd}).failed == 0


def test_ids_that_differ_only_in_spaces_are_one_id(line):
    households = line["households"].copy()
    households.loc[1, "household_id"] = "h0 "
    area = make(line | {"households": households})
    assert area.set_aside["households"]["row"].tolist() == [0, 1] and adds_up(area)


def test_faulty_grids_take_no_good_parent_with_them(line):
    blank = pd.DataFrame({"grid_id": [None], "level": ["micro"]})
    area = make(line | {"grids": pd.concat([line["grids"], blank, line["grids"].iloc[[0]].assign(team_id="t2")])})
    found = set(area.issues.frame["code"])
    assert "LG-F103" in found and "LG-F102" in found and "LG-G001" not in found
    assert area.layer("grids").set_index("grid_id")["parent_id"]["E"] == "C"


def test_columns_named_as_ours_do_no_harm(line):
    area = make(line | {"blocks": line["blocks"].assign(code="x", row=1)})
    assert area.blocks["code"].tolist() == ["x"] * 6


def test_replacing_one_layer_hides_no_losses_of_another(line):
    households = line["households"].assign(
        n_usual=["x", 3, 1, 4, 2, 2], signed_team_id=[None, "t9", "t1", "t2", None, "t2"]
    )
    before = make(line | {"households": households})
    after = before.replace(teams=line["teams"])
    for area in (before, after):
        row = area.ledger.set_index("layer").loc["households"]
        assert (row["read"], row["accepted"], row["repaired"], row["set_aside"]) == (6, 4, 1, 1)
    assert after.set_aside["households"]["household_id"].tolist() == ["h0"] and len(after.issues) == len(before.issues)


def test_whole_floats_among_text_are_codes_too(line):
    teams = line["teams"].assign(team_id=[1, 2])
    grids = line["grids"].assign(team_id=pd.Series([1.0, 2.0, None], dtype=object))
    households = line["households"].drop(columns="signed_team_id")
    frames = {k: v for k, v in line.items() if k != "sessions"}
    area = make(frames | {"teams": teams, "grids": grids, "households": households})
    assert area.issues.ok and area.grids["team_id"].tolist()[:2] == ["1", "2"]


def test_odd_frames_are_refused_or_taken_but_never_crash(line):
    twice = pd.concat([line["households"], line["households"][["n_usual"]]], axis=1)
    with pytest.raises(lg.InvalidInput, match="the column n_usual stands twice"):
        make(line | {"households": gpd.GeoDataFrame(twice)})
    renamed = line["households"].rename_geometry("geom")
    assert len(make(line | {"households": renamed}).households) == 6
    assert len(make(line | {"grids": gpd.GeoDataFrame(line["grids"])}).grids) == 3


def test_people_who_are_counted_elsewhere_live_there(line):
    households = line["households"].drop(columns=["n_usual", "n_migrant"]).assign(n_signed=[2, 0, 1, 0, 0, 0])
    area = make(line | {"households": households})
    assert area.households["n_usual"].tolist() == [2, 1, 1, 1, 1, 1] and area.issues.ok


def test_an_unknown_mode_of_a_team_is_named(line):
    area = make(line | {"teams": line["teams"].assign(mode=["scooter", "ebike"])})
    assert ("LG-F106", "t1") in set(map(tuple, area.issues.errors[["code", "id"]].to_numpy()))


def test_an_honest_name_is_not_called_garbled():
    """双溪路, Two Brooks Road, written as GBK happens to be UTF-8 as well, but of no Chinese word."""
    from libgrid.intake.text import garbled_text

    twice = "人民南路".encode().decode("gbk", errors="replace")
    names = pd.Series(["双溪路", "人民南路", "", "ä¸œè·¯", "浣犲ソ鍚�", twice])
    assert garbled_text(names).tolist() == [False, False, False, True, True, True]


def test_rows_set_aside_in_another_crs_survive_a_replaced_layer():
    from conftest import line_town

    frames = line_town()
    homes = frames["households"].to_crs("EPSG:4326")
    homes.loc[0, "household_id"] = "h1"  # two rows of one id, and other people in them
    area = lg.StudyArea.from_frames(**{**frames, "households": homes}, crs="EPSG:4544")
    assert len(area.set_aside["households"]) == 2 and area.set_aside["households"].crs == "EPSG:4326"
    moved = area.replace(sites=area.sites.assign(kind=["centre", "centre"]))
    assert moved.set_aside["households"].equals(area.set_aside["households"])
    fewer = moved.replace(households=moved.households, teams=None)
    assert len(fewer.households) == 4
