"""read_layer: every format gives the same rows under the same names, and says what it left out."""

import gzip
import zipfile

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

import libgrid as lg

CRS = "EPSG:4544"
XY = np.array([[410464.4747, 3393365.8687], [394734.4993, 3410427.0335], [398674.8117, 3398674.8117]])


def households():
    return gpd.GeoDataFrame(
        {
            "户号": ["0012", "510117008001001", "乙3"],
            "常住人口": [3, 2, 5],
            "网格编码": ["G1", None, "G2"],
            "姓名": ["某甲", "某乙", "某丙"],
        },
        geometry=shapely.points(XY),
        crs=CRS,
    )


def table():
    frame = pd.DataFrame(households().drop(columns="geometry"))
    return frame.assign(x坐标=XY[:, 0], y坐标=XY[:, 1])


def write_kml(path):
    degrees = households().to_crs(4326)
    marks = "".join(
        f"<Placemark><name>{r.户号}</name><ExtendedData>"
        f'<Data name="户号"><value>{r.户号}</value></Data>'
        f'<Data name="常住人口"><value>{r.常住人口}</value></Data>'
        f'<Data name="网格编码"><value>{r.网格编码 if isinstance(r.网格编码, str) else ""}</value></Data>'
        f'<Data name="姓名"><value>{r.姓名}</value></Data></ExtendedData>'
        f"<Point><coordinates>{r.geometry.x!r},{r.geometry.y!r},0</coordinates></Point></Placemark>"
        for r in degrees.itertuples()
    )
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}'
        "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink></Document></kml>"
    )


def write_xlsx(path, frame=None, **save):
    book = openpyxl.Workbook()
    frame = table() if frame is None else frame
    book.active.append(list(frame.columns))
    for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
        book.active.append(row)
    book.save(path)


def write_any(folder, kind):
    path = folder / f"住户.{kind}"
    if kind in ("gpkg", "geojson", "fgb"):
        driver = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}[kind]
        extra = {"SPATIAL_INDEX": "NO"} if kind == "fgb" else {"layer": "住户"} if kind == "gpkg" else {}
        households().to_file(path, driver=driver, **extra)
    elif kind == "shp":
        households().to_file(path, driver="ESRI Shapefile", encoding="UTF-8")
    elif kind == "shp.zip":
        households().to_file(folder / "住户.shp", driver="ESRI Shapefile", encoding="GBK")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in folder.glob("住户.*"):
                if part != path:
                    archive.write(part, f"送审/{part.name}")
    elif kind == "csv":
        table().to_csv(path, index=False)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(table().to_csv(index=False).encode()))
    elif kind == "xlsx":
        write_xlsx(path)
    elif kind == "parquet":
        households().to_parquet(path)
    elif kind == "kml":
        write_kml(path)
    return path


KINDS = ["gpkg", "geojson", "fgb", "shp", "shp.zip", "csv", "csv.gz", "xlsx", "parquet", "kml"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_gives_the_same_rows(tmp_path, kind):
    path = write_any(tmp_path, kind)
    layer = lg.read_layer(path, crs=CRS if kind in ("csv", "csv.gz", "xlsx") else None, table="households")
    assert layer.frame["household_id"].tolist() == ["0012", "510117008001001", "乙3"]
    assert layer.frame["n_usual"].tolist() == [3, 2, 5]
    assert layer.frame["grid_id"].fillna("").tolist() == ["G1", "", "G2"]
    assert layer.crs is not None
    xy = shapely.get_coordinates(layer.frame.to_crs(CRS).geometry)
    assert np.abs(xy - XY).max() < 0.002
    # A .dbf cuts 姓名 nowhere, so that everywhere the name of a person is left out, and said.
    assert not any("姓名" in c for c in layer.frame.columns)
    personal = layer.issues.frame[layer.issues.frame.code == "LG-F211"]
    assert any("姓名" in message for message in personal.message)
    assert "某" not in layer.issues.frame.to_string() + layer.mapping.to_string() + repr(layer)
    assert layer.ledger == {"read": 3, "accepted": 3, "repaired": 0, "set_aside": 0}
    assert layer.frame["n_usual"].dtype.kind == "i"


@pytest.mark.parametrize("kind", ["gpkg", "shp.zip", "csv", "xlsx", "parquet"])
def test_the_table_is_told_from_names_and_columns(tmp_path, kind):
    layer = lg.read_layer(write_any(tmp_path, kind), crs=CRS)
    assert layer.table == "households"
    assert layer.mapping.set_index("source").loc["常住人口", ["target", "how"]].tolist() == ["n_usual", "synonym"]


def test_a_layer_goes_into_a_study_area_as_it_is(tmp_path):
    path = tmp_path / "h.csv"
    frame = table()
    frame.loc[1, "户号"] = "5.1E+14"
    frame.to_csv(path, index=False)
    grids = gpd.GeoDataFrame(
        {"网格编码": ["G1", "G2"], "上级": [None, None]},
        geometry=[shapely.box(390000, 3390000, 400000, 3420000), shapely.box(400000, 3390000, 420000, 3420000)],
        crs=CRS,
    )
    grids.to_file(tmp_path / "g.gpkg", layer="网格")
    layer = lg.read_layer(path, crs=CRS, table="households")
    area = lg.StudyArea.from_frames(households=layer, grids=lg.read_layer(tmp_path / "g.gpkg"))
    ledger = area.ledger.set_index("layer")
    assert ledger.loc["households"].tolist() == [3, 2, 0, 1]
    assert area.set_aside["households"][["row", "code"]].to_numpy().tolist() == [[3, "LG-H020"]]
    assert "LG-H020" in set(area.issues.frame.code)
    assert area.households.household_id.tolist() == ["0012", "乙3"]
    area.save(tmp_path / "area.gpkg")
    assert len(lg.open_study_area(tmp_path / "area.gpkg").households) == 2


def test_several_layers_are_named(tmp_path):
    path = tmp_path / "a.gpkg"
    households().to_file(path, layer="住户")
    households().to_file(path, layer="备份", mode="a")
    with pytest.raises(lg.IoError, match=r"住户.*备份"):
        lg.read_layer(path)
    assert len(lg.read_layer(path, "住户")) == 3
    with pytest.raises(lg.IoError, match='no layer "x"'):
        lg.read_layer(path, "x")
    book = openpyxl.Workbook()
    for name in ("一组", "二组"):
        sheet = book.create_sheet(name)
        sheet.append(["户号", "人口"])
        sheet.append(["1", 2])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(lg.IoError, match="一组, 二组"):
        lg.read_layer(tmp_path / "a.xlsx")
    assert lg.read_layer(tmp_path / "a.xlsx", "二组").frame.household_id.tolist() == ["1"]


def test_each_layer_of_a_geopackage_has_its_own_crs(tmp_path):
    path = tmp_path / "a.gpkg"
    households().to_file(path, layer="a")
    households().to_crs(4490).to_file(path, layer="b", mode="a")
    assert lg.read_layer(path, "a").crs.to_epsg() == 4544
    assert lg.read_layer(path, "b").crs.to_epsg() == 4490


def test_faulty_cells_of_a_foreign_geopackage_are_set_aside(tmp_path):
    import sqlite3

    path = tmp_path / "a.gpkg"
    households().to_file(path, layer="households")
    with sqlite3.connect(path) as db:
        for name in [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'")]:
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE households SET 常住人口='三' WHERE fid=2")
        db.execute("UPDATE households SET geom=x'00' WHERE fid=3")
    layer = lg.read_layer(path)
    assert layer.set_aside[["row", "code"]].to_numpy().tolist() == [[2, "LG-H018"], [3, "LG-F008"]]
    assert layer.frame.household_id.tolist() == ["0012"]
    found = layer.issues.errors.set_index("code")["id"].to_dict()
    assert found == {"LG-H018": "510117008001001", "LG-F008": "乙3"}


def test_a_large_layer_is_read_in_ranges_and_comes_back_whole(tmp_path):
    """Ranges of the key on several threads: gaps, faults and kinds of columns must not show where one ends."""
    import sqlite3

    n, rng = 150_000, np.random.default_rng(8)
    path = tmp_path / "a.gpkg"
    frame = gpd.GeoDataFrame(
        {
            "户号": [f"h{i}" for i in range(n)],
            "常住人口": rng.integers(0, 9, n),
            "分": rng.random(n),
            "字": rng.choice(["甲", "", "乙丙"], n),
        },
        geometry=shapely.points(rng.uniform([400_000, 3_400_000], [410_000, 3_410_000], (n, 2))),
        crs=CRS,
    )
    frame.to_file(path, layer="households")
    lost = np.unique(np.concatenate([np.arange(60_000, 100_000), rng.integers(0, n, 500)]))
    bad = [5, 65_535, 65_536, 131_072, n - 1]
    with sqlite3.connect(path) as db:
        for name in [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'")]:
            db.execute(f'DROP TRIGGER "{name}"')
        db.executemany("UPDATE households SET 常住人口='x' WHERE fid=?", [(i + 1,) for i in bad])
        db.executemany("DELETE FROM households WHERE fid=?", [(int(i) + 1,) for i in lost if i not in bad])
        db.execute("UPDATE households SET fid = fid * 1000 WHERE fid > 140000")
    kept = np.setdiff1d(np.arange(n), np.setdiff1d(lost, bad))
    wanted = frame.iloc[np.setdiff1d(kept, bad)].reset_index(drop=True)
    layer = lg.read_layer(path)
    assert layer.set_aside.row.tolist() == [int(np.searchsorted(kept, i)) + 1 for i in bad]
    assert set(layer.set_aside.code) == {"LG-H018"}
    assert layer.frame.household_id.tolist() == wanted["户号"].tolist()
    for ours, theirs in (("n_usual", "常住人口"), ("分", "分"), ("字", "字")):
        assert (layer.frame[ours].to_numpy() == wanted[theirs].to_numpy()).all(), ours
    assert (shapely.get_coordinates(layer.frame.geometry) == shapely.get_coordinates(wanted.geometry)).all()
    whole = path.read_bytes()
    for page in (50, len(whole) // 4096 - 20):
        path.write_bytes(whole[: page * 4096] + bytes(4096) + whole[(page + 1) * 4096 :])
        with pytest.raises(lg.IoError):
            lg.read_layer(path)


def test_empty_layers_are_warned_of(tmp_path):
    (tmp_path / "住户.csv").write_text("户号,人口\n")
    layer = lg.read_layer(tmp_path / "住户.csv")
    assert len(layer) == 0 and "LG-F101" in set(layer.issues.frame.code)


def test_osm_layers_are_named(shared):
    path = shared / "liechtenstein/liechtenstein-2024-03-03.osm.pbf"
    with pytest.raises(lg.IoError, match='"roads" and "buildings"'):
        lg.read_layer(path)


def test_wrong_words_are_told(tmp_path):
    path = write_any(tmp_path, "csv")
    with pytest.raises(lg.InvalidInput, match="households"):
        lg.read_layer(path, table="house")
    with pytest.raises(lg.InvalidInput, match="no CRS"):
        lg.read_layer(path, crs="EPSG:nonsense")
    with pytest.raises(lg.InvalidInput, match="names no encoding"):
        lg.read_layer(path, crs=CRS, encoding="klingon")
    with pytest.raises(lg.IoError):
        lg.read_layer(tmp_path / "absent.csv")
    with pytest.raises(lg.IoError, match="address or a driver"):
        lg.read_layer("http://127.0.0.1:9/a.csv")
    with pytest.raises(lg.IoError):
        lg.read_layer(tmp_path)
    (tmp_path / "a.doc").write_bytes(b"hello")
    with pytest.raises(lg.IoError, match="GeoParquet"):
        lg.read_layer(tmp_path / "a.doc")
