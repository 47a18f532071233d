"""Archives, KML and damaged files: limits hold, nothing is fetched or unpacked outside, nothing crashes."""

import os
import random
import stat
import tempfile
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from libgrid.readers import zipped
from test_readers import KINDS, households, write_any

import libgrid as lg


def zipped_file(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return path


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x.csv", "a\\x.csv"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    info = zipfile.ZipInfo("x")
    info.filename = name
    path = zipped_file(tmp_path / "a.zip", {info: "户号,人口\n1,2\n"})
    with pytest.raises(lg.IoError, match="leads out"):
        lg.read_layer(path)
    assert os.listdir(tmp_path) == ["a.zip"]


def test_links_passwords_and_archives_in_archives_are_refused(tmp_path):
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(lg.IoError, match="link"):
        lg.read_layer(zipped_file(tmp_path / "a.zip", {link: "/etc/passwd"}))
    with pytest.raises(lg.IoError, match="another archive"):
        lg.read_layer(zipped_file(tmp_path / "b.zip", {"x.csv": "户号,人口\n1,2\n", "y.zip": b"PK"}))
    path = zipped_file(tmp_path / "c.zip", {"x.csv": "户号,人口\n1,2\n"})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    with pytest.raises(lg.IoError, match="password"):
        lg.read_layer(path)


def test_limits_hold_for_what_is_declared_and_for_what_comes(tmp_path, monkeypatch):
    bomb = zipped_file(tmp_path / "a.zip", {"x.csv": "户号,人口\n" + "1,2\n" * 5_000_000})
    with pytest.raises(lg.IoError, match="packed more than 200 to 1"):
        lg.read_layer(bomb)
    with pytest.raises(lg.IoError, match=r"1,001 entries"):
        lg.read_layer(zipped_file(tmp_path / "b.zip", {f"{i}.csv": "" for i in range(1001)}))
    # An archive whose directory lies about the size.
    path = zipped_file(tmp_path / "c.zip", {"x.csv": "户号,人口\n" + "12345,2\n" * 500})
    raw = path.read_bytes()
    real = len("户号,人口\n".encode()) + 8 * 500
    path.write_bytes(raw.replace(real.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    with pytest.raises(lg.IoError, match=r"longer than the archive says|cannot be unpacked"):
        lg.read_layer(path)
    import gzip

    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(("户号,人口\n" + "1,2\n" * 5_000_000).encode()))
    with pytest.raises(lg.IoError, match="unpack it yourself"):
        lg.read_layer(tmp_path / "d.csv.gz")
    monkeypatch.setattr(zipped, "MAX_BYTES", 1000)
    with pytest.raises(lg.IoError, match="unpacked"):
        lg.read_layer(zipped_file(tmp_path / "e.zip", {"x.csv": os.urandom(2000)}))


def test_chinese_names_in_archives_and_several_layers(tmp_path):
    path = zipped_file(tmp_path / "a.zip", {"ABCD.csv": "网格编码,级别\nG1,微网格\n", "住户.csv": "户号,人口\n1,2\n"})
    path.write_bytes(path.read_bytes().replace(b"ABCD.csv", "网格.csv".encode("gb18030")))  # as Chinese Windows does
    with pytest.raises(lg.IoError, match="网格"):
        lg.read_layer(path)
    layer = lg.read_layer(path, "网格")
    assert (layer.name, layer.table, layer.frame.grid_id.tolist()) == ("网格", "grids", ["G1"])
    assert lg.read_layer(path, "住户").frame.household_id.tolist() == ["1"]


def test_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    write_any(tmp_path, "shp.zip")
    before = sorted(p.name for p in tmp_path.iterdir())
    lg.read_layer(tmp_path / "住户.shp.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == before and not os.listdir(tmp_path / "t")


@pytest.mark.parametrize(
    "head", ['<!DOCTYPE lolz [<!ENTITY a "b">]>', '<!DOCTYPE kml SYSTEM "file:///etc/passwd">', "<!doctype x>"]
)
def test_kml_that_declares_entities_is_refused(tmp_path, head):
    path = tmp_path / "a.kml"
    path.write_text(f'<?xml version="1.0"?>{head}<kml><Placemark><name>&a;</name></Placemark></kml>')
    with pytest.raises(lg.IoError, match="entities"):
        lg.read_layer(path)


def test_kml_links_are_counted_and_faults_named(tmp_path):
    path = tmp_path / "住户.kml"
    good = "<Placemark><name>{}</name><Point><coordinates>{}</coordinates></Point></Placemark>"
    marks = good.format("a", "104,30") + good.format("b", "104;30") + good.format("c", "105,31,0")
    marks += "<NetworkLink/><NetworkLink/>"
    path.write_text(f"<kml><Document><name>x</name>{marks}</Document></kml>")
    layer = lg.read_layer(path, columns={"household_id": "name"})
    assert layer.frame.household_id.tolist() == ["a", "c"]
    assert layer.set_aside[["row", "code"]].to_numpy().tolist() == [[2, "LG-F008"]]
    assert layer.issues.frame.set_index("code").message["LG-F039"].startswith("2 network links")
    path.write_text("<kml>" + "<Folder>" * 5000 + "</Folder>" * 5000 + "</kml>")
    with pytest.raises(lg.IoError, match="deep"):
        lg.read_layer(path)
    path.write_text("<kml><Placemark>")
    with pytest.raises(lg.IoError, match="well formed"):
        lg.read_layer(path)


def test_kml_shapes(tmp_path):
    ring = "104,30 105,30 105,31 104,30"
    outer = f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
    polygon = f"<Polygon>{outer}</Polygon>"
    path = tmp_path / "网格.kml"
    path.write_text(
        f"<kml><Placemark><name>a</name>{polygon}</Placemark>"
        f"<Placemark><name>b</name><MultiGeometry>{polygon}{polygon}</MultiGeometry></Placemark>"
        f"<Placemark><name>c</name><MultiGeometry>{polygon}<Point><coordinates>1,2</coordinates></Point></MultiGeometry></Placemark>"
        "<Placemark><name>d</name></Placemark></kml>"
    )
    layer = lg.read_layer(path, table="grids", columns={"grid_id": "name"})
    assert [g.geom_type if g else None for g in layer.frame.geometry] == ["Polygon", "MultiPolygon", None]
    assert layer.set_aside.row.tolist() == [3]


@pytest.mark.parametrize("kind", [k for k in KINDS if "." not in k])
def test_damaged_files_are_errors_or_read_and_never_crash(tmp_path, kind):
    """Flips and cuts at random places: one of our errors, or a layer; nothing else, and no crash."""
    path = write_any(tmp_path, kind)
    whole = path.read_bytes()
    rng = random.Random(7)
    outcomes = {"read": 0, "refused": 0}
    for k in range(60):
        raw = bytearray(whole)
        if k % 3 == 0:
            raw = raw[: rng.randrange(len(raw))]
        else:
            for _ in range(rng.randrange(1, 6)):
                raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(raw)
        try:
            layer = lg.read_layer(path, crs=4544 if kind in ("csv", "xlsx") else None, table="households")
            assert layer.ledger["read"] == len(layer.frame) + len(layer.set_aside)
            outcomes["read"] += 1
        except (lg.IoError, lg.InvalidInput, lg.GeometryError):
            outcomes["refused"] += 1
    assert outcomes["refused"] > 0


@pytest.mark.parametrize(
    "suffix", ["csv", "xlsx", "kml", "geojson", "parquet", "gpkg", "fgb", "zip", "csv.gz", "shp", "osm.pbf"]
)
def test_random_bytes_never_crash(tmp_path, suffix):
    heads = {
        "xlsx": b"PK\x03\x04",
        "zip": b"PK\x03\x04",
        "parquet": b"PAR1",
        "gpkg": b"SQLite format 3\0",
        "fgb": b"fgb\x03",
    }
    heads |= {
        "kml": b"<kml>",
        "geojson": b"{",
        "csv.gz": b"\x1f\x8b",
        "shp": b"\0\0\x27\x0a",
        "osm.pbf": b"\0\0\0\x0d\x0a\x09OSMHeader",
    }
    rng = random.Random(11)
    path = tmp_path / f"a.{suffix}"
    for _ in range(40):
        path.write_bytes(heads.get(suffix, b"") + rng.randbytes(rng.randrange(0, 600)))
        for layer in (None, "roads"):
            try:
                lg.read_layer(path, layer, crs=4490)
            except (lg.IoError, lg.InvalidInput):
                continue


def test_geoparquet_without_well_known_binary(tmp_path):
    frame = households()
    frame.to_parquet(tmp_path / "a.parquet", geometry_encoding="geoarrow")
    with pytest.raises(lg.IoError, match="well-known binary"):
        lg.read_layer(tmp_path / "a.parquet")
    plain = frame.drop(columns="geometry").assign(lon=[104.0, 104.1, 104.2], lat=[30.0, 30.1, 30.2])
    plain.to_parquet(tmp_path / "b.parquet")
    layer = lg.read_layer(tmp_path / "b.parquet", crs=4490, table="households")
    assert np.allclose(shapely.get_x(layer.frame.geometry), [104.0, 104.1, 104.2])
    assert isinstance(layer.frame, gpd.GeoDataFrame)
