"""One file with a whole city cut into sub-districts: the same answers, every row told, memory of one piece."""

import doctest
import importlib
import json
import sqlite3
import subprocess
import sys
import textwrap

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.cli import app
from libgrid.generator.city import CitySpec, make_city
from libgrid.io import TableFrame, write_tables
from pandas.testing import assert_frame_equal
from typer.testing import CliRunner

import libgrid as lg

SPEC = CitySpec(households=1200, subdistricts=3, communities=5, seed=5)
LAYERS = ("sites", "teams", "grids", "blocks", "households", "sessions", "roads")
KINDS = {"sites": "point", "households": "point", "blocks": "polygon", "roads": "line"}


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return make_city(tmp_path_factory.mktemp("city"), SPEC)


@pytest.fixture(scope="module")
def measured(city):
    return lg.measure_city(city)


@pytest.fixture(scope="module")
def frames(city):
    """All sub-districts' rows under each other, each with the sub-district that it came from."""
    areas = {name: city.open(name) for name in city.subdistricts}
    out = {}
    for layer in LAYERS:
        parts = [area.layer(layer).assign(subdistrict_id=name) for name, area in areas.items()]
        out[layer] = pd.concat(parts, ignore_index=True)
        if layer in KINDS:
            out[layer] = gpd.GeoDataFrame(out[layer], geometry="geometry", crs=city.index.crs)
        elif "geometry" in out[layer]:
            out[layer] = pd.DataFrame(out[layer].drop(columns="geometry"))
    return out


def write_whole(path, frames, origin=None, **more):
    """One GeoPackage with all layers; those without a column of sub-districts must be told in another way."""
    tables = {}
    for layer, frame in {**frames, **more}.items():
        kind = KINDS.get(layer, "polygon" if layer in more else "none")
        shapes = frame.geometry.to_numpy() if kind != "none" else None
        tables[layer] = TableFrame(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")), kind, shapes)
    write_tables(path, tables, crs="EPSG:4544", origin=origin)
    return path


def without_column(frames):
    return {layer: frame.drop(columns="subdistrict_id") for layer, frame in frames.items()}


def assert_balanced(cut):
    table = cut.ledger.set_index("layer")
    assert (table["read"] == table[["written", "set_aside", "set_aside_in_parts"]].sum(axis=1)).all()
    assert (table >= 0).all(axis=None)
    return table


def found(cut, code):
    frame = cut.issues.frame
    return frame.loc[frame["code"] == code]


def test_a_city_written_whole_and_cut_by_a_column_measures_as_the_folder_it_came_from(city, measured, frames, tmp_path):
    whole = write_whole(tmp_path / "whole.gpkg", frames, origin=city.origin)
    cut = lg.cut_city(whole, tmp_path / "folder", by="subdistrict")
    assert cut.by.startswith("the column subdistrict_id of blocks")
    assert cut.city.subdistricts == city.subdistricts and cut.city.origin == city.origin
    table = assert_balanced(cut)
    assert (table["read"] == table["written"]).all() and (table["copies"] == 0).all() and len(cut.issues) == 0
    assert not (tmp_path / "folder/set_aside.gpkg").exists()
    assert [p.name for p in (tmp_path / "folder").iterdir() if p.name.startswith(".cut")] == []
    one, other = lg.measure_city(cut.city), measured
    for name in ("subdistricts", "grids", "teams", "issues", "missing"):
        assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)
    again, was = cut.city.open("D003"), city.open("D003")
    for layer in LAYERS:
        assert_frame_equal(again.layer(layer).drop(columns="subdistrict_id"), was.layer(layer), check_like=True)


@pytest.mark.slow
def test_outlines_give_the_same_people_reached_and_streets_to_all_that_they_touch(city, measured, frames, tmp_path):
    outlines = city.index[["subdistrict_id", "geometry"]]
    whole = write_whole(tmp_path / "whole.gpkg", without_column(frames), city.origin, subdistricts=outlines)
    cut = lg.cut_city(whole, tmp_path / "folder")
    assert cut.by == "the outlines of the layer subdistricts" and cut.city.subdistricts == city.subdistricts
    table = assert_balanced(cut)
    assert (table["read"] == table["written"]).all()
    assert table.loc["roads", "copies"] > 0 and (table.drop("roads")["copies"] == 0).all()
    roads, seen = frames["roads"], set()
    for name, outline in zip(outlines["subdistrict_id"], outlines.geometry, strict=True):
        part, own = cut.city.open(name), city.open(name)
        near = set(roads["road_id"][roads.distance(outline) <= 30.0])
        far = set(part.ids("roads")) - near
        assert near <= set(part.ids("roads")) and not far & seen  # one far from all is in one of them only
        seen |= set(part.ids("roads"))
        wide = cut.city.open(name, halo_m=1e6)
        assert wide.ids("roads").is_unique and set(wide.ids("roads")) == set(roads["road_id"])
        assert not wide.issues.frame["code"].isin(["LG-F103", "LG-F107"]).any()
        assert (part.ids("households") == own.ids("households")).all()
        assert part.roads.set_index("road_id").geometry.equals(roads.set_index("road_id").geometry[part.ids("roads")])
    one, other = lg.measure_city(cut.city), measured
    about_streets = ["errors", "warnings"]
    shown = [c for c in other.subdistricts.columns if c not in (*about_streets, "geometry")]
    assert_frame_equal(one.subdistricts[shown], other.subdistricts[shown], check_exact=True)
    assert_frame_equal(one.grids, other.grids, check_exact=True)
    assert_frame_equal(one.teams, other.teams, check_exact=True)


def test_parents_of_grids_tell_sub_districts_and_nothing_is_in_two(city, frames, tmp_path):
    given = without_column(frames)
    cut = lg.cut_city(given, tmp_path / "folder", by="community", crs="EPSG:4544", origin=city.origin)
    communities = frames["grids"].query("level == 'community'")["grid_id"].tolist()
    assert sorted(cut.city.subdistricts) == sorted(communities)
    table = assert_balanced(cut)
    assert table.loc["blocks", "written"] + table.loc["blocks", "set_aside"] == len(frames["blocks"])
    seen = [set(cut.city.open(name).ids("households")) for name in communities]
    assert sum(map(len, seen)) == len(set().union(*seen)) == table.loc["households", "written"]
    # a team looks after grids of its community; the centre's site is the base of teams of several
    assert table.loc["sites", "copies"] > 0
    copied = [site for name in communities for site in cut.city.open(name).sites.query("~inside")["site_id"]]
    assert len(copied) == table.loc["sites", "copies"]


def broken(frames):
    """A household in no sub-district, one whose id is another's, one that repeats itself; a grid and a team in two."""
    out = {layer: frame.copy() for layer, frame in without_column(frames).items()}
    homes, grids, blocks = out["households"], out["grids"], out["blocks"]
    far = homes.index[homes["household_id"] == homes["household_id"][3]]
    homes.loc[far, ["block_id", "grid_id"]] = None
    homes.loc[far, "geometry"] = shapely.Point(380_000.0, 3_390_000.0)
    twin = homes.iloc[[5]].assign(n_usual=homes["n_usual"][5] + 1, geometry=homes.geometry.iloc[[-1]].to_numpy())
    twin["block_id"] = homes["block_id"].iloc[-1]
    out["households"] = pd.concat([homes, twin, homes.iloc[[7]]], ignore_index=True)
    lost = blocks.index[blocks["block_id"].str.startswith("D002")][0]
    gained = blocks["grid_id"][blocks["block_id"].str.startswith("D001")].iloc[0]
    blocks.loc[lost, "grid_id"] = gained
    served = grids.index[grids["team_id"].str.startswith("D003", na=False)][0]
    team = out["teams"]["team_id"][out["teams"]["team_id"].str.startswith("D002")].iloc[0]
    grids.loc[served, "team_id"] = team
    return out, {"far": homes["household_id"][3], "twice": homes["household_id"][5], "again": homes["household_id"][7],
                 "grid": gained, "block": blocks.loc[lost, "block_id"], "team": team}  # fmt: skip


@pytest.mark.parametrize("streamed", [True, False])
def test_what_fits_nowhere_or_stands_twice_is_named_and_in_is_written_plus_set_aside(city, frames, tmp_path, streamed):
    given, name = broken(frames)
    outlines = city.index[["subdistrict_id", "geometry"]]
    source = write_whole(tmp_path / "whole.gpkg", given, city.origin, subdistricts=outlines) if streamed else given
    cut = lg.cut_city(source, tmp_path / "folder", by="subdistricts" if streamed else outlines, crs="EPSG:4544")
    table = assert_balanced(cut)
    assert found(cut, "LG-H034")["id"].tolist() == [name["far"]]
    assert found(cut, "LG-F103")["id"].tolist() == [name["twice"]] * 2
    assert found(cut, "LG-F107")["id"].tolist() == [name["again"]]
    assert table.loc["households"].tolist() == [1202, 1198, 0, 4, 0]
    aside = cut.set_aside["households"]
    assert aside["code"].value_counts().to_dict() == {"LG-F103": 2, "LG-H034": 1, "LG-F107": 1}
    assert set(aside["household_id"]) == {name["far"], name["twice"], name["again"]}
    (spread,) = found(cut, "LG-G111").itertuples()
    assert spread.id == name["grid"] and "D001" in spread.message and "D002 1" in spread.message and spread.fix
    assert name["block"] in cut.city.open("D001").ids("blocks")
    (team,) = found(cut, "LG-D014").itertuples()
    assert team.id == name["team"] and "(D002, D003)" in team.message
    for part in ("D003", "D002"):
        area = cut.city.open(part)
        assert name["team"] in area.ids("teams")
        base = area.teams.set_index("team_id")["base_site_id"][name["team"]]
        assert area.sites.set_index("site_id")["inside"][base] == (part == "D002")
        wide = cut.city.open(part, halo_m=1e6)
        assert wide.ids("teams").tolist().count(name["team"]) == wide.ids("sites").tolist().count(base) == 1
        assert wide.sites.set_index("site_id")["inside"][base] == (part == "D002")
    kept = lg.io.read_tables(tmp_path / "folder/set_aside.gpkg")[0]["set_aside"].frame
    assert sorted(kept["code"]) == sorted(aside["code"])
    if streamed:
        assert len(lg.measure_city(cut.city).missing) == 0  # teams and streets in two are no obstacle


def test_a_sub_district_without_rows_has_no_file_and_one_without_streets_is_named(frames, city, tmp_path):
    given = {layer: frame.copy() for layer, frame in frames.items()}
    given["roads"] = given["roads"][given["roads"]["subdistrict_id"] != "D002"]
    cut = lg.cut_city(given, tmp_path / "folder", crs="EPSG:4544")
    assert found(cut, "LG-N127")["id"].tolist() == ["D002"]
    assert lg.measure_city(cut.city, halo_m=0).missing["subdistrict_id"].tolist() == ["D002"]
    empty = gpd.GeoDataFrame({"subdistrict_id": ["X"]}, geometry=[shapely.box(0, 0, 9, 9)], crs="EPSG:4544")
    outlines = pd.concat([city.index[["subdistrict_id", "geometry"]], empty], ignore_index=True)
    cut = lg.cut_city(without_column(frames), tmp_path / "other", by=outlines, crs="EPSG:4544")
    assert found(cut, "LG-F117")["id"].tolist() == ["X"] and cut.city.subdistricts == city.subdistricts


def test_what_cannot_be_cut_is_refused_with_a_cure(frames, city, tmp_path):
    given = without_column(frames)
    with pytest.raises(lg.InvalidInput, match="by='quarter' is neither a layer of outlines"):
        lg.cut_city(given, tmp_path / "a", by="quarter", crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="a word or a GeoDataFrame"):
        lg.cut_city(given, tmp_path / "a", by=3, crs="EPSG:4544")
    twice = gpd.GeoDataFrame({"subdistrict_id": ["A", "A"]}, geometry=[shapely.box(0, 0, 1, 1)] * 2, crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="A stands twice in subdistrict_id"):
        lg.cut_city(given, tmp_path / "a", by=twice, crs="EPSG:4544")
    slashed = twice.iloc[:1].assign(subdistrict_id="../x")
    with pytest.raises(lg.InvalidInput, match="cannot name a file"):
        lg.cut_city(given, tmp_path / "a", by=slashed, crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="no row is in any sub-district"):
        lg.cut_city({"households": frames["households"]}, tmp_path / "a", by=twice.iloc[:1], crs="EPSG:4544")
    with pytest.raises(lg.IoError, match=r"nowhere\.gpkg: "):
        lg.cut_city(tmp_path / "nowhere.gpkg", tmp_path / "a")
    write_tables(tmp_path / "odd.gpkg", {"户": TableFrame(pd.DataFrame({"a": ["1"]}))})
    with pytest.raises(lg.InvalidInput, match=r"none of the layers .* the file holds 户"):
        lg.cut_city(tmp_path / "odd.gpkg", tmp_path / "a")
    assert not (tmp_path / "a/city.gpkg").exists()


def test_a_city_is_not_overwritten_unless_it_is_asked_and_a_stopped_cut_leaves_none(frames, tmp_path):
    small = {layer: frame[frame["subdistrict_id"].isin(["D001", "D002"])] for layer, frame in frames.items()}
    lg.cut_city(small, tmp_path, crs="EPSG:4544")
    with pytest.raises(lg.IoError, match="a city stands there already"):
        lg.cut_city(small, tmp_path, crs="EPSG:4544")
    counts = []

    def stop(done, total):
        counts.append((done, total))
        if done > total / 2:
            raise KeyboardInterrupt

    one = {layer: frame[frame["subdistrict_id"] == "D001"] for layer, frame in frames.items()}
    with pytest.raises(KeyboardInterrupt):
        lg.cut_city(one, tmp_path, crs="EPSG:4544", overwrite=True, progress=stop)
    assert [p.name for p in tmp_path.iterdir() if p.name in ("city.gpkg", "D002.gpkg") or p.is_dir()] == []
    seen = []
    cut = lg.cut_city(one, tmp_path, crs="EPSG:4544", overwrite=True, progress=lambda *c: seen.append(c))
    assert cut.city.subdistricts == ["D001"] and sorted(p.name for p in tmp_path.iterdir()) == [
        "D001.gpkg",
        "city.gpkg",
    ]
    assert seen == sorted(seen) and seen[-1][0] == seen[-1][1]


def test_named_plans_go_with_their_blocks(city, frames, tmp_path):
    area = lg.StudyArea.from_frames(**without_column(frames), crs="EPSG:4544", origin=city.origin)
    area = area.with_plan(area.plan, name="as it was")
    area.save(tmp_path / "whole.gpkg")
    cut = lg.cut_city(tmp_path / "whole.gpkg", tmp_path / "folder", by=city.index[["subdistrict_id", "geometry"]])
    for name in cut.city.subdistricts:
        part = cut.city.open(name)
        assert (part.plans["as it was"].labels == part.plan.labels).all() and len(part.plans["as it was"].issues) == 0


MEMORY = """
import resource, sys
import libgrid as lg
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
lg.cut_city(sys.argv[1], sys.argv[2] + "/small", by="community_id")
before = peak()
cut = lg.cut_city(sys.argv[3], sys.argv[2] + "/large", by="community_id")
print(peak() - before, int(cut.ledger.set_index("layer").loc["households", "written"]))
"""


def households_of(n):
    """So many households on a lattice, in parts of 10,000, not in the order of the parts; columns as the model has."""
    number = np.arange(n) * 7919 % n
    part = number // 10_000
    counts = {c: (number % 3).astype(np.int64) for c in ("n_usual", "n_migrant", "n_short", "n_hypertension")}
    counts["n_usual"] = counts["n_usual"] + counts["n_migrant"] + counts["n_hypertension"] + 1
    frame = pd.DataFrame({"household_id": [f"H{k:012d}" for k in number], **counts})
    frame["community_id"] = [f"C{p:03d}" for p in part]
    xy = np.column_stack([400_000.0 + part * 700 + number % 100 * 5, 3_400_000.0 + number // 100 % 100 * 5])
    return TableFrame(frame, "point", shapely.points(xy))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_city(tmp_path):
    for name, n in (("small", 70_000), ("large", 200_000)):
        write_tables(tmp_path / f"{name}.gpkg", {"households": households_of(n)}, crs="EPSG:4544")
    words = [tmp_path / "small.gpkg", tmp_path, tmp_path / "large.gpkg"]
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY), *words],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    grown, written = map(int, run.stdout.split())
    assert written == 200_000
    # 130,000 households more: as shapes and frames they would take 100 MB and more
    assert grown < 16e6, f"{grown / 1e6:.0f} MB more"


def test_the_command_tells_what_was_written_and_what_was_found(city, frames, tmp_path):
    given, name = broken(frames)
    outlines = city.index[["subdistrict_id", "geometry"]]
    source = write_whole(tmp_path / "whole.gpkg", given, city.origin, subdistricts=outlines)
    run = CliRunner().invoke(app, ["city", "cut", str(source), str(tmp_path / "folder"), "--json"])
    assert run.exit_code == 0, run.output
    said = json.loads(run.stdout)
    assert said["subdistricts"] == city.subdistricts
    (row,) = [row for row in said["ledger"] if row["layer"] == "households"]
    assert row["read"] == 1202 and row["written"] == 1198 and row["set_aside"] == 4
    assert {i["id"] for i in said["issues"] if i["code"] == "LG-H034"} == {name["far"]}
    words = ["city", "cut", str(source), str(tmp_path / "folder"), "--overwrite", "--quiet", "--lang", "zh"]
    run = CliRunner().invoke(app, words)
    assert run.exit_code == 0 and f"error LG-H034 households {name['far']}: 不属于任何街道" in run.output


def test_layers_that_cannot_be_shared_out_are_refused_by_name(frames, tmp_path):
    given = without_column(frames)
    nameless = {**given, "households": given["households"].rename(columns={"household_id": "huhao"})}
    drawn = {**given, "households": given["households"].set_geometry(given["households"].buffer(3.0))}
    for source in (nameless, write_whole(tmp_path / "nameless.gpkg", nameless)):
        with pytest.raises(lg.InvalidInput, match=r"households has no column household_id; the columns are huhao"):
            lg.cut_city(source, tmp_path / "a", by="community", crs="EPSG:4544")
    tables = {"households": TableFrame(drawn["households"][["household_id"]], "polygon", drawn["households"].geometry)}
    write_tables(tmp_path / "drawn.gpkg", tables, crs="EPSG:4544")
    outline = gpd.GeoDataFrame({"subdistrict_id": ["A"]}, geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="households is a layer of polygons where points are needed"):
        lg.cut_city(tmp_path / "drawn.gpkg", tmp_path / "a", by=outline)


def test_households_without_a_geometry_stand_where_x_and_y_say(city, frames, tmp_path):
    homes = without_column(frames)["households"]
    xy = shapely.get_coordinates(homes.geometry.to_numpy())
    plain = homes.drop(columns=["geometry", "block_id", "grid_id"]).assign(x=xy[:, 0], y=xy[:, 1], __wkb="mine")
    write_tables(tmp_path / "homes.gpkg", {"households": TableFrame(plain)}, crs="EPSG:4544")
    outlines = city.index[["subdistrict_id", "geometry"]]
    cut = lg.cut_city(tmp_path / "homes.gpkg", tmp_path / "folder", by=outlines, crs="EPSG:4544")
    assert assert_balanced(cut).loc["households", "written"] == 1200
    at = lg.cut_city({"households": plain}, tmp_path / "again", by=outlines, crs="EPSG:4544")
    for name in city.subdistricts:
        part = cut.city.open(name).households
        inside = part.distance(outlines.set_index("subdistrict_id").geometry[name])
        assert (inside == 0).all() and len(part)
        assert_frame_equal(part, at.city.open(name).households)


def test_nobody_can_write_the_file_while_it_is_cut(city, frames, tmp_path):
    whole = write_whole(tmp_path / "whole.gpkg", frames, origin=city.origin)
    tried = []

    def write(done, total):
        other = sqlite3.connect(whole, timeout=0)
        other.execute("DELETE FROM households")
        try:
            other.commit()
        except sqlite3.OperationalError as error:
            tried.append(str(error))
        other.close()

    cut = lg.cut_city(whole, tmp_path / "folder", progress=write)
    assert len(tried) > 5 and set(tried) == {"database is locked"}
    assert assert_balanced(cut).loc["households", "written"] == 1200
    with sqlite3.connect(whole, timeout=0) as other:  # and afterwards anybody can
        other.execute("DELETE FROM households")


def test_what_the_file_had_set_aside_stays_counted_and_kept(city, frames, tmp_path):
    given = without_column(frames)
    given["households"].loc[3, "n_usual"] = -1
    area = lg.StudyArea.from_frames(**given, crs="EPSG:4544", origin=city.origin)
    area.save(tmp_path / "whole.gpkg")
    cut = lg.cut_city(tmp_path / "whole.gpkg", tmp_path / "folder", by=city.index[["subdistrict_id", "geometry"]])
    assert assert_balanced(cut).loc["households"].tolist() == [1200, 1199, 0, 1, 0]
    assert cut.set_aside["households"]["code"].tolist() == ["LG-H014"] == found(cut, "LG-H014")["code"].tolist()
    kept = lg.io.read_tables(tmp_path / "folder/set_aside.gpkg")[0]["set_aside"].frame
    assert kept["code"].tolist() == ["LG-H014"]


@pytest.mark.parametrize("module", ["cut", "fit"])
def test_docstrings_of(module):
    assert doctest.testmod(importlib.import_module(f"libgrid.city.{module}")).failed == 0
