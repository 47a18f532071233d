"""Files: what is written comes back bit for bit, and a file is whole or refused."""

import doctest
import importlib
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow
import pytest
import shapely

import libgrid
from libgrid import io

TableFrame = io.TableFrame
CRS = "EPSG:4544"
ORIGIN = (300000.0, 3400000.0)


def attributes():
    return pd.DataFrame(
        {
            "household_id": ["甲", "乙", None, "", "é😀"],
            "n_usual": pd.array([2**60 + 1, None, 3, -(2**63), 0], dtype="Int64"),
            "人口": np.array([1, 2, 3, 4, 2**62 + 1]),
            "share": [1.5, np.nan, 1 / 3, 1e300, -np.inf],
            "inside": pd.array([True, None, False, True, True], dtype="boolean"),
            "shown": [True, False, True, False, True],
        }
    )


def town():
    frame = attributes()
    box = shapely.box
    hole = shapely.Polygon(box(0, 0, 9, 9).exterior.coords, [box(1, 1, 2, 2).exterior.coords])
    two = shapely.MultiPolygon([box(2, 2, 3, 3), box(4, 4, 5, 5.1)])
    line = shapely.LineString([(0, 0), (1 / 3, 1), (2, 0)])
    points = shapely.points(np.array([[0.1, 0.2], [3e5, 3.4e6], [1 / 3, 2], [5, 6], [7, 8]]))
    points[1] = None
    return {
        "households": TableFrame(frame, "point", points),
        "网格": TableFrame(frame[["household_id"]], "polygon", np.array([box(0, 0, 1, 1), None, two, hole, two])),
        "roads": TableFrame(
            frame[["share"]],
            "line",
            np.array([line, None, shapely.MultiLineString([line, line]), None, line], dtype=object),
        ),
        "teams": TableFrame(frame),
        "blocks": TableFrame(frame.iloc[:0], "polygon", np.zeros(0, object)),
    }


def write(path, tables=None):
    io.write_tables(path, town() if tables is None else tables, crs=CRS, origin=ORIGIN, extra={"名": "值"})


def run_python(code, **environment):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), **environment}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_package_is_the_built_one():
    assert libgrid.__file__


def test_round_trip_is_bit_exact(tmp_path):
    write(tmp_path / "a.gpkg")
    tables, meta = io.read_tables(tmp_path / "a.gpkg")
    wanted = town()
    assert list(tables) == list(wanted)
    for name, table in wanted.items():
        read = tables[name]
        assert read.kind == table.kind
        assert list(read.frame.columns) == list(table.frame.columns)
        for column in table.frame.columns:
            old, new = table.frame[column], read.frame[column]
            assert (old.isna().to_numpy() == new.isna().to_numpy()).all(), column
            if len(old):
                assert new.dtype == old.dtype, column
            assert old.dropna().tolist() == new.dropna().tolist(), column
        if table.geometry is None:
            assert read.geometry is None
        else:
            assert [None if g is None else g.wkb for g in read.geometry] == [
                None if g is None else g.wkb for g in table.geometry
            ]
    assert (meta.crs, meta.origin, meta.extra, meta.notes) == (CRS, ORIGIN, {"名": "值"}, [])
    assert os.listdir(tmp_path) == ["a.gpkg"]


def test_the_same_content_gives_the_same_bytes(tmp_path):
    write(tmp_path / "a.gpkg")
    time.sleep(0.01)
    write(tmp_path / "b.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == (tmp_path / "b.gpkg").read_bytes()


def test_other_programs_read_the_same(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path)
    for name, table in town().items():
        other = gpd.read_file(path, layer=name, use_arrow=False)
        assert len(other) == len(table)
        assert [c for c in other.columns if c != "geometry"] == list(table.frame.columns)
        for column in table.frame.columns:
            assert (other[column].isna().to_numpy() == table.frame[column].isna().to_numpy()).all(), column
        if len(table):
            key = table.frame.columns[0]
            assert other[key].dropna().tolist() == table.frame[key].dropna().tolist()
        if table.kind != "none":
            assert other.crs.to_epsg() == 4544
            # One type a layer: a polygon among multipolygons is a multipolygon of one part.
            pairs = zip(other.geometry, table.geometry, strict=True)
            assert all((a is None and b is None) or a.normalize().equals(b.normalize()) for a, b in pairs)


def test_a_file_of_another_program_is_read(tmp_path):
    path = tmp_path / "qgis.gpkg"
    frame = gpd.GeoDataFrame(
        {"编号": ["1", None], "n": [2**60 + 1, 5], "x": [0.5, np.nan]},
        geometry=[shapely.Point(1, 2, 3), None],
        crs="EPSG:4490",
    )
    frame.to_file(path, layer="点", engine="pyogrio")
    tables, meta = io.read_tables(path)
    assert tables["点"].frame["n"].tolist() == [2**60 + 1, 5]
    assert tables["点"].frame["编号"].isna().tolist() == [False, True]
    assert tables["点"].geometry[0].wkt == "POINT (1 2)"
    assert (meta.crs, meta.origin, meta.format) == ("EPSG:4490", None, "")


def test_a_changed_byte_is_found_or_changes_nothing(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path)
    whole = path.read_bytes()
    wanted = content(path)
    rng = np.random.default_rng(5)
    found = 0
    for position in rng.integers(0, len(whole), 150):
        path.write_bytes(
            whole[:position] + bytes([whole[position] ^ int(rng.integers(1, 256))]) + whole[position + 1 :]
        )
        try:
            assert content(path) == wanted
        except libgrid.IoError:
            found += 1
    assert found > 10


def content(path):
    tables, meta = io.read_tables(path)
    return [
        (
            name,
            t.kind,
            t.frame.to_json(),
            None if t.geometry is None else shapely.to_wkt(t.geometry, -1).tolist(),
        )
        for name, t in tables.items()
    ] + [meta.crs, meta.origin, meta.extra]


def test_kill_during_save_leaves_the_old_file_or_the_new(tmp_path):
    path = tmp_path / "a.gpkg"
    # One process loads everything once and forks the twenty that are killed.
    said = run_python(
        f"""
        import os, signal, time, numpy as np, pandas as pd, shapely
        from libgrid import io
        path, n = {str(path)!r}, 4000
        rng = np.random.default_rng(3)
        def table(k):
            xy = rng.random((n, 2))
            frame = pd.DataFrame({{"k": np.full(n, k)}})
            return {{"households": io.TableFrame(frame, "point", shapely.points(xy))}}
        both = [table(0), table(1)]
        io.write_tables(path, both[0], crs="EPSG:4544", origin=(0, 0))
        leftovers = 0
        for kill in range(20):
            child = os.fork()
            if child == 0:
                for k in range(10**9):
                    io.write_tables(path, both[k % 2], crs="EPSG:4544", origin=(0, 0))
            time.sleep(rng.uniform(0.01, 0.12))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            generation = io.read_tables(path)[0]["households"].frame["k"]
            assert len(generation) == n and generation.nunique() == 1
            leftovers += sum(name.endswith(".tmp") for name in os.listdir(os.path.dirname(path)))
        print(leftovers)
        """
    )
    assert int(said) > 0, "no kill came in the middle of a save: the test proves nothing"
    write(path)
    assert os.listdir(tmp_path) == ["a.gpkg"], "the next save removes what a killed one left"


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(libgrid.IoError, match="folder"):
        write(tmp_path / "file" / "a.gpkg")
    with pytest.raises(libgrid.IoError, match="folder"):
        write("/proc/a.gpkg")
    with pytest.raises(OSError, match="folder"):
        write(tmp_path / "absent" / "a.gpkg")


def test_a_full_disk_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path)
    before = path.read_bytes()
    said = run_python(
        f"""
        import resource, numpy as np, pandas as pd, libgrid
        from libgrid import io
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        big = {{"teams": io.TableFrame(pd.DataFrame({{"x": np.random.default_rng(0).random(100_000)}}))}}
        try:
            io.write_tables({str(path)!r}, big, crs="EPSG:4544")
        except libgrid.IoError as error:
            print(error)
        """
    )
    assert "MB are needed" in said
    assert "MB are free" in said
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["a.gpkg"]


def test_a_live_journal_stops_the_save(tmp_path):
    path = tmp_path / "a.gpkg"
    write(path)
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("CREATE TABLE t (x)")
    other.commit()
    with pytest.raises(libgrid.IoError, match="QGIS"):
        write(path)
    other.close()


def test_a_link_is_followed_and_permissions_stay(tmp_path):
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.gpkg"
    write(target)
    target.chmod(0o640)
    (tmp_path / "link.gpkg").symlink_to(target)
    write(tmp_path / "link.gpkg", {"teams": TableFrame(attributes())})
    assert (tmp_path / "link.gpkg").is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(io.read_tables(target)[0]) == ["teams"]


@pytest.mark.parametrize(
    "order, proj_data",
    [
        ("libgrid pyogrio pyproj shapely", None),
        ("libgrid pyogrio pyproj shapely", "/nowhere"),
        ("shapely pyproj pyogrio libgrid", "/nowhere"),
        ("pyproj libgrid shapely pyogrio", "/nowhere"),
    ],
)
def test_two_gdals_live_together(tmp_path, order, proj_data):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "Point", "coordinates": [104, 30]}))
    environment = {} if proj_data is None else {"PROJ_DATA": proj_data, "PROJ_LIB": proj_data}
    said = run_python(
        f"""
        import importlib
        for name in {order.split()!r}:
            importlib.import_module(name)
            if name == "libgrid":
                from libgrid import io
                place = io.read_vector({str(path)!r}).table.geometry[0]
                print(io.describe_crs("EPSG:4544")["code"], place.wkt)
        import libgrid
        try:
            io.read_tables("/absent")
        except libgrid.IoError:
            print("IoError")
        """,
        **environment,
    )
    assert said.splitlines() == ["EPSG:4544 POINT (104 30)", "IoError"]


def test_the_core_alone_does_not_load_gdal():
    said = run_python(
        """
        import libgrid, libgrid.io
        maps = open("/proc/self/maps").read()
        print("libgdal" in maps, "_core" in maps)
        """
    )
    assert said == "False True"


def test_values_that_no_file_keeps_are_named(tmp_path):
    def save(**columns):
        write(tmp_path / "a.gpkg", {"teams": TableFrame(pd.DataFrame(columns))})

    with pytest.raises(libgrid.InvalidInput, match='layer "teams", column "x"'):
        save(x=[{"a": 1}])
    with pytest.raises(libgrid.InvalidInput, match="2\\*\\*63"):
        save(x=np.array([2**64 - 1], dtype=np.uint64))
    with pytest.raises(libgrid.InvalidInput, match="rows 1: not a point"):
        geometry = np.array([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
        write(tmp_path / "a.gpkg", {"t": TableFrame(pd.DataFrame(index=range(2)), "point", geometry)})
    with pytest.raises(libgrid.InvalidInput, match="not finite in rows 0"):
        geometry = np.array([shapely.LineString([(0, 0), (np.inf, 1)])])
        write(tmp_path / "a.gpkg", {"t": TableFrame(pd.DataFrame(index=range(1)), "line", geometry)})
    assert not os.listdir(tmp_path)


def test_sliced_and_categorical_columns_are_written_as_they_look(tmp_path):
    frame = pd.DataFrame({"a": pd.array(["x", "yy", None, "zzz"], dtype="str"), "b": pd.Categorical(list("pqpq"))})
    write(tmp_path / "a.gpkg", {"t": TableFrame(frame.iloc[1:])})
    read = io.read_tables(tmp_path / "a.gpkg")[0]["t"].frame
    assert read["a"].fillna("-").tolist() == ["yy", "-", "zzz"]
    assert read["b"].tolist() == ["q", "p", "q"]


@pytest.mark.parametrize(
    "driver, name", [("GeoJSON", "a.geojson"), ("FlatGeobuf", "a.fgb"), ("ESRI Shapefile", "a.shp")]
)
def test_foreign_files_come_back_as_geopandas_wrote_them(tmp_path, driver, name):
    frame = gpd.GeoDataFrame(
        {"id": ["甲", "乙"], "n": [1, 2], "x": [0.25, 1.5]},
        geometry=[
            shapely.box(0, 0, 1, 1),
            shapely.MultiPolygon([shapely.box(2, 2, 3, 3), shapely.box(5, 5, 6, 6)]),
        ],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / name, driver=driver, **({"SPATIAL_INDEX": "NO"} if driver == "FlatGeobuf" else {}))
    read = io.read_vector(tmp_path / name)
    assert read.crs == "EPSG:4326"
    assert read.table.frame["id"].tolist() == ["甲", "乙"]
    assert read.table.frame["n"].tolist() == [1, 2]
    assert all(a.normalize().equals(b.normalize()) for a, b in zip(read.table.geometry, frame.geometry, strict=True))


def test_shapefile_in_gbk_without_cpg_and_with_missing_parts(tmp_path):
    frame = gpd.GeoDataFrame({"名称": ["锦江"]}, geometry=[shapely.Point(104, 30)], crs="EPSG:4326")
    frame.to_file(tmp_path / "a.shp", driver="ESRI Shapefile", encoding="GBK")
    (tmp_path / "a.cpg").unlink()
    raw = bytearray((tmp_path / "a.dbf").read_bytes())
    raw[29] = 0
    (tmp_path / "a.dbf").write_bytes(raw)
    assert io.read_vector(tmp_path / "a.shp").table.frame["名称"].tolist() == ["锦江"]
    (tmp_path / "a.dbf").unlink()
    with pytest.raises(libgrid.IoError, match="dbf"):
        io.read_vector(tmp_path / "a.shp")


def test_text_of_any_kind_is_text(tmp_path):
    arrow = pd.Series(["甲", None, "b"]).astype(pd.ArrowDtype(pyarrow.large_string()))
    frame = pd.DataFrame({"arrow": arrow, "category": pd.Categorical(["x", "y", None])})
    io.write_tables(tmp_path / "t.gpkg", {"teams": TableFrame(frame)}, crs=CRS)
    back = io.read_tables(tmp_path / "t.gpkg")[0]["teams"].frame
    assert back["arrow"].fillna("-").tolist() == ["甲", "-", "b"]
    assert back["category"].fillna("-").tolist() == ["x", "y", "-"]


def test_the_hash_of_a_table_is_that_of_its_content():
    table = io.TableFrame(pd.DataFrame({"team_id": ["T1", "T2"], "minutes": [1.0, -0.0]}))
    same = io.TableFrame(pd.DataFrame({"team_id": ["T1", "T2"], "minutes": [1.0, 0.0]}))
    other = io.TableFrame(pd.DataFrame({"team_id": ["T1", "T2"], "minutes": [1.0, 1e-300]}))
    assert io.content_hash("teams", table) == io.content_hash("teams", same) != io.content_hash("teams", other)
    with pytest.raises(libgrid.InvalidInput):
        io.content_hash("teams", io.TableFrame(pd.DataFrame({"a": [1], "A": [2]})))


def test_only_the_layers_that_are_wanted_are_read():
    path = libgrid.datasets.path("town")
    whole, _ = io.read_tables(path)
    some, meta = io.read_tables(path, only=["teams", "roads"])
    assert sorted(some) == ["roads", "teams"] and meta.crs == "EPSG:4544"
    pd.testing.assert_frame_equal(some["roads"].frame, whole["roads"].frame)


@pytest.mark.parametrize("module", ["_geopackage", "_vector", "_layer_stream"])
def test_docstrings_of(module):
    assert doctest.testmod(importlib.import_module(f"libgrid.{module}")).failed == 0
