"""From raw files to a clean, saved study area by the command line alone."""

import json
import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from deliveries import make
from libgrid.io import write_layer
from typer.testing import CliRunner

import libgrid as lg
from libgrid import cli

runner = CliRunner()


def convert(*words, code=0, says=None):
    result = runner.invoke(cli.app, ["convert", *map(str, words)], input=says)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def plain(column):
    return column.astype(object).where(column.notna(), None).tolist()


def of_office(folder):
    return [
        *("--households", folder / "台账.xlsx", "--source-crs", "households=EPSG:4490"),
        *("--blocks", folder / "基本单元.zip"),
        *("--grids", folder / "机构.xlsx", "--layer", "grids=网格"),
        *("--teams", folder / "机构.xlsx", "--layer", "teams=团队", "--map", "teams:n_doctors=家庭医生数"),
        *("--map", "teams:offered_min=可用分钟"),
        *("--sessions", folder / "机构.xlsx", "--layer", "sessions=坐诊"),
        *("--sites", folder / "站点.csv", "--source-crs", "sites=gcj02"),
        *("--roads", folder / "道路.kml", "--crs", "EPSG:4544"),
    ]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    return folder, make.write_street_office(folder)


def test_a_street_offices_files_become_the_town_again(office, town, tmp_path):
    folder, planted = office
    out = tmp_path / "area.gpkg"
    said = json.loads(convert(*of_office(folder), "--out", out, "--yes", "--json"))
    area = lg.open_study_area(out)
    # Every planted fault under its code and the row that Excel shows, and nothing else.
    aside = area.set_aside["households"]
    assert dict(zip(aside.row, aside.code, strict=True)) == planted
    ledger = {row["layer"]: row for row in said["ledger"]}
    assert ledger["households"] == {"layer": "households", "read": 313, "accepted": 308, "repaired": 0, "set_aside": 5}
    for row in ledger.values():
        assert row["read"] == row["accepted"] + row["repaired"] + row["set_aside"]
    lost = [town.households.household_id[row - 4] for row in planted if row - 4 < len(town.households)]
    wanted = town.households[~town.households.household_id.isin(lost)].reset_index(drop=True)
    got = area.households
    columns = ["household_id", "block_id", "n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound"]
    columns += ["n_signed", "signed_team_id", "n_hypertension", "n_age65", "inside"]
    for column in columns:
        assert plain(got[column]) == plain(wanted[column]), column
    assert shapely.distance(got.geometry, wanted.geometry).max() < 0.003
    assert shapely.distance(area.sites.geometry, town.sites.geometry).max() < 0.003
    assert area.plan.labels.tolist() == town.plan.labels.tolist()
    for layer, columns in {
        "grids": ["grid_id", "name", "level", "parent_id", "team_id"],
        "blocks": ["block_id", "grid_id", "n_shops", "kind"],
        "sites": ["site_id", "name", "kind", "designated", "inside"],
        "teams": ["team_id", "name", "base_site_id", "n_party_members", "n_grid_workers", "n_doctors", "offered_min"],
        "sessions": ["session_id", "site_id", "team_id", "weekday", "start", "end", "every_n_weeks"],
        "roads": ["road_id", "class", "oneway", "name"],
    }.items():
        for column in columns:
            assert plain(area.layer(layer)[column]) == plain(town.layer(layer)[column]), (layer, column)
    assert {"LG-F017", "LG-F142", "LG-F208", "LG-F211"} <= {i["code"] for i in said["issues"]}
    # What was set aside travels along in the file; nothing else is wrong.
    town.save(tmp_path / "town.gpkg")
    same = set(lg.check(lg.open_study_area(tmp_path / "town.gpkg")).errors.code)
    assert set(lg.check(area).errors.code) == set(planted.values()) - {"LG-F213"} | same


def test_everything_is_shown_before_it_asks_and_no_leaves_nothing(office, tmp_path):
    folder, _ = office
    out = tmp_path / "area.gpkg"
    said = convert(*of_office(folder), "--out", out, "--quiet", says="n\n", code=1)
    assert not out.exists() and "nothing was written" in said
    assert re.search(r"户号 +→ household_id +synonym 90%", said)
    assert re.search(r"户主姓名 +left out: personal", said)
    assert re.search(r"households +313 +308 +0 +5", said)
    assert "LG-H020" in said and "(row 14)" in said
    assert said.index("household_id") < said.index("Write") < said.index("nothing was written")
    assert make.SECRET not in said and "13800000000" not in said
    assert "wrote" in convert(*of_office(folder), "--out", out, "--quiet", says="y\n") and out.exists()
    assert make.SECRET.encode() not in out.read_bytes()


def test_overlapping_nets_are_told_with_the_way_to_mend_them(tmp_path):
    pairs = make.write_overlapping_nets(tmp_path / "网格.gpkg")
    said = convert("--grids", tmp_path / "网格.gpkg", "--out", tmp_path / "a.gpkg", "--yes", "--quiet")
    assert "LG-P025" in said and all(a in said and b in said for a, b in pairs)
    assert "libgrid repair" in said
    assert (tmp_path / "a.gpkg").exists()
    words = ["--grids", tmp_path / "网格.gpkg", "--out", tmp_path / "b.gpkg", "--repair", "--yes"]
    facts = json.loads(convert(*words, "--json"))
    assert {change["id"] for change in facts["changes"]} == {"G2"} and facts["changes"][0]["area_m2"] == -2000
    assert not {"LG-P025"} & {issue["code"] for issue in facts["issues"]}
    mended = lg.open_study_area(tmp_path / "b.gpkg").grids.geometry
    assert mended[0].intersection(mended[1]).area == 0
    assert "repaired: grids G2" in convert(*words, "--quiet")


def test_the_crs_is_proposed(tmp_path):
    make.write_ledger(tmp_path / "台账.xlsx", lg.datasets.load("town"))
    ledger = ["--households", tmp_path / "台账.xlsx", "--out", tmp_path / "a.gpkg", "--yes"]
    with pytest.raises(lg.InvalidInput, match=r"EPSG:4490.*gcj02"):
        runner.invoke(cli.app, ["convert", *map(str, ledger)], catch_exceptions=False)
    with pytest.raises(lg.InvalidInput, match=r"about 103\.9\d, 30\.\d\d; EPSG:4544 fits there"):
        words = ["convert", *map(str, ledger), "--source-crs", "households=EPSG:4490"]
        runner.invoke(cli.app, words, catch_exceptions=False)


def test_words_that_cannot_be_meant(tmp_path):
    path = tmp_path / "住户.csv"
    path.write_text("户号,人口,经度,纬度\n1,2,104,30\n")
    base = ["--households", path, "--crs", "EPSG:4544", "--yes"]
    for words in (
        ["--households", path],
        [path],
        [],
        [path, tmp_path / "b.csv", "--households", path],
        [*base, "--out", tmp_path / "a.csv"],
        [*base, "--out", tmp_path / "a.gpkg", "--map", "household_id=户号"],
        [*base, "--out", tmp_path / "a.gpkg", "--map", "grids:grid_id=户号"],
        [*base, "--out", tmp_path / "a.gpkg", "--layer", "grids=x"],
        [*base, "--out", tmp_path / "a.gpkg", "--source-crs", "EPSG:4490"],
    ):
        assert convert(*words, code=2)
    assert not (tmp_path / "a.gpkg").exists()


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "fgb", "csv", "xlsx", "parquet"])
def test_one_layer_into_another_format_and_back(tmp_path, suffix):
    path = tmp_path / "住户.csv"
    path.write_text(
        "户号,常住人口,姓名,备忘,经度,纬度\n0012,3,某,=1+1,104.06,30.66\n510117008001001,2,某,-x,104.07,30.67\n"
    )
    out = tmp_path / f"住户2.{suffix}"
    convert(path, out, "--source-crs", "EPSG:4326", "--yes", "--quiet")
    back = lg.read_layer(out, crs="EPSG:4326" if suffix in ("csv", "xlsx") else None, table="households")
    assert back.frame.household_id.tolist() == ["0012", "510117008001001"]
    assert back.frame.n_usual.tolist() == [3, 2]
    memo = ["'=1+1", "'-x"] if suffix == "csv" else ["=1+1", "-x"]
    assert back.frame["备忘"].tolist() == memo
    assert np.abs(shapely.get_coordinates(back.frame.geometry) - [[104.06, 30.66], [104.07, 30.67]]).max() < 1e-6
    assert "姓名" not in back.frame


def test_one_layer_is_projected_and_what_cannot_be_written_is_told(tmp_path):
    path = tmp_path / "住户.csv"
    path.write_text("户号,经度,纬度\n1,104.06584,30.657420\n")
    convert(path, tmp_path / "a.gpkg", "--source-crs", "EPSG:4490", "--crs", "EPSG:4544", "--yes", "--quiet")
    place = lg.read_layer(tmp_path / "a.gpkg", table="households").frame.geometry[0]
    assert abs(place.x - 410464.4747) < 0.001 and abs(place.y - 3393365.8687) < 0.001
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[shapely.Point(0, 0), shapely.box(0, 0, 1, 1)], crs=4544)
    with pytest.raises(lg.InvalidInput, match="not several"):
        write_layer(frame, tmp_path / "b.gpkg")
    with pytest.raises(lg.InvalidInput, match=r"\.gpkg"):
        write_layer(frame, tmp_path / "b.shp")
    with pytest.raises(lg.InvalidInput, match="no geometry"):
        write_layer(pd.DataFrame({"a": [1]}), tmp_path / "b.geojson")
    with pytest.raises(lg.IoError):
        write_layer(frame, tmp_path / "absent" / "b.csv")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.gpkg", "住户.csv"]


# -- real places ---------------------------------------------------------------------------------------------------


@pytest.mark.real
def test_liechtenstein_from_its_raw_files(shared, tmp_path):
    folder, out = shared / "liechtenstein", tmp_path / "li.gpkg"
    said = json.loads(
        convert(
            *("--households", folder / "addresses.csv.gz", "--source-crs", "households=EPSG:4326"),
            *("--sites", folder / "health_poi.csv.gz", "--source-crs", "sites=EPSG:4326", "--map", "sites:kind="),
            *("--roads", folder / "liechtenstein-2024-03-03.osm.pbf", "--crs", "EPSG:2056"),
            *("--out", out, "--yes", "--json"),
        )
    )
    area = lg.open_study_area(out)
    ledger = {row["layer"]: row for row in said["ledger"]}
    assert ledger["households"]["read"] == 12_497 and len(area.households) == 12_497
    assert ledger["sites"]["read"] == 27 and len(area.sites) == 27
    streets = lg.read_osm(folder / "liechtenstein-2024-03-03.osm.pbf", "roads")
    assert len(area.roads) == len(streets) > 8_000 and ledger["roads"]["set_aside"] == 0
    assert area.roads["class"].tolist() == streets["class"].tolist()


@pytest.mark.real
def test_chengdu_from_its_raw_files(shared, tmp_path):
    folder, out = shared / "chengdu", tmp_path / "cd.gpkg"
    said = json.loads(
        convert(
            *("--households", folder / "hex200_population.csv.gz", "--source-crs", "households=EPSG:4326"),
            *("--map", "households:household_id=grid_id", "--map", "households:n_usual=pop_day"),
            *("--map", "households:grid_id=", "--blocks", folder / "hex200_population.gpkg"),
            *("--map", "blocks:block_id=grid_id", "--map", "blocks:grid_id="),
            *("--roads", folder / "streets_core_2021_edges.csv.gz", "--source-crs", "roads=EPSG:4326"),
            *("--map", "roads:road_id=#", "--crs", "EPSG:32648", "--max-people", "100000"),
            *("--out", out, "--yes", "--json"),
        )
    )
    area = lg.open_study_area(out)
    ledger = {row["layer"]: row for row in said["ledger"]}
    assert (
        ledger["households"]["read"] == 4_857 and ledger["blocks"]["read"] == 4_857 and ledger["roads"]["read"] == 9_255
    )
    assert int(area.households.n_usual.sum()) == int(pd.read_csv(folder / "hex200_population.csv.gz").pop_day.sum())
    assert (area.household_block() >= 0).mean() > 0.99
    assert area.roads.oneway.isin(["yes", "no"]).all()
