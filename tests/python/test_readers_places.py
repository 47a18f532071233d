"""Where things are: the CRS is asked for, axes are turned, GCJ-02 is brought home; each fact with its rows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import libgrid as lg

LONLAT = np.array([[104.06584, 30.65742], [103.92, 30.80], [104.07, 30.66], [104.05, 30.65]])


def csv(path, xy, head=("经度", "纬度")):
    frame = pd.DataFrame(
        {"户号": [f"h{i}" for i in range(len(xy))], head[0]: [p[0] for p in xy], head[1]: [p[1] for p in xy]}
    )
    frame.to_csv(path, index=False)
    return path


def aside(layer):
    return layer.set_aside[["row", "code"]].to_numpy().tolist()


@pytest.mark.parametrize(
    "xy, hint",
    [
        (LONLAT, r"EPSG:4490.*gcj02.*Amap.*bd09.*Baidu.*ask who delivered"),
        ([[35410464.47, 3393365.87], [35394734.5, 3410427.0]], r"EPSG:4523"),
        ([[34698019.06, 3394814.45], [34690000.0, 3390000.0]], r"EPSG:4522|EPSG:4523"),
        ([[410464.47, 3393365.87], [394734.5, 3410427.0]], r"EPSG:4544.*EPSG:4543"),
    ],
)
def test_a_missing_crs_is_asked_for_with_a_hint(tmp_path, xy, hint):
    with pytest.raises(lg.InvalidInput, match=hint):
        lg.read_layer(csv(tmp_path / "台账.csv", xy))


def test_wholly_swapped_axes_are_turned_and_said(tmp_path):
    for head, xy, crs in (
        (("经度", "纬度"), LONLAT[:, ::-1], "EPSG:4490"),
        (("X", "Y"), [[3393365.8687, 410464.4747], [3410427.0335, 394734.4993]], "EPSG:4544"),  # X is north in a survey
    ):
        layer = lg.read_layer(csv(tmp_path / "台账.csv", xy, head), crs=crs)
        assert np.allclose(shapely.get_coordinates(layer.frame.geometry), np.array(xy)[:, ::-1])
        assert layer.issues.frame.set_index("code").severity["LG-P136"] == "warning"
        assert layer.ledger["repaired"] == len(xy) and layer.ledger["accepted"] == 0


def test_single_swapped_rows_are_set_aside(tmp_path):
    xy = LONLAT.copy()
    xy[2] = xy[2, ::-1]
    layer = lg.read_layer(csv(tmp_path / "台账.csv", xy), crs="EPSG:4490")
    assert aside(layer) == [[4, "LG-H013"]]
    assert layer.frame.household_id.tolist() == ["h0", "h1", "h3"]
    assert layer.issues.errors.id.tolist() == ["h2"]


def test_coordinates_that_are_none(tmp_path):
    rows = ["a,104.06,30.66", "b,0,0", 'c,"104°03\'12""",30.66', "d,,", 'e,"104,06",30.66', "f,inf,30.6", "g,一零四,30"]
    (tmp_path / "台账.csv").write_text("户号,经度,纬度\n" + "\n".join(rows) + "\n")
    layer = lg.read_layer(tmp_path / "台账.csv", crs=4490)
    assert aside(layer) == [[row, "LG-H012"] for row in (4, 6, 7, 8)]
    assert layer.frame.household_id.tolist() == ["a", "b", "d"]
    area = lg.StudyArea.from_frames(households=layer, crs="EPSG:4544")
    # What is no place at all is told at the door, under its line of the file.
    codes = area.set_aside["households"].set_index("row").code
    assert codes[[3, 5]].tolist() == ["LG-H011", "LG-H010"] and len(codes) == 6
    assert area.ledger.iloc[0].tolist() == ["households", 7, 1, 0, 6]


def test_numbers_that_cannot_be_of_the_crs(tmp_path):
    with pytest.raises(lg.InvalidInput, match=r"cannot be EPSG:4490.*EPSG:4544"):
        lg.read_layer(csv(tmp_path / "a.csv", [[410464.47, 3393365.87]]), crs="EPSG:4490", table="households")
    with pytest.raises(lg.InvalidInput, match=r"cannot be EPSG:4544.*degrees"):
        lg.read_layer(csv(tmp_path / "a.csv", LONLAT), crs="EPSG:4544", table="households")
    with pytest.raises(lg.InvalidInput, match=r"cannot be EPSG:4523.*EPSG:4544"):
        lg.read_layer(csv(tmp_path / "a.csv", [[410464.47, 3393365.87]]), crs="EPSG:4523", table="households")


@pytest.mark.parametrize(
    "datum, there, name", [("gcj02", "wgs84_to_gcj02", "GCJ-02"), ("BD09", "wgs84_to_bd09", "BD-09")]
)
def test_shifted_points_come_back_to_wgs84(tmp_path, datum, there, name):
    shifted = getattr(lg, there)(LONLAT)
    layer = lg.read_layer(csv(tmp_path / "台账.csv", shifted), crs=datum)
    assert np.abs(shapely.get_coordinates(layer.frame.geometry) - LONLAT).max() < 1e-12 * 1e3
    assert layer.crs.to_epsg() == 4326
    assert name in layer.issues.frame.set_index("code").message["LG-F142"]
    # Lines and polygons too, vertex by vertex.
    frame = gpd.GeoDataFrame({"网格编码": ["a"]}, geometry=[shapely.Polygon(shifted[:3])], crs=4326)
    frame.to_file(tmp_path / "网格.geojson")
    grids = lg.read_layer(tmp_path / "网格.geojson", crs=datum)
    assert np.abs(shapely.get_coordinates(grids.frame.geometry)[:3] - LONLAT[:3]).max() < 1e-9
    assert "LG-F210" not in set(grids.issues.frame.code)


def test_what_is_said_wins_over_the_file_and_is_told(tmp_path):
    frame = gpd.GeoDataFrame(
        {"网格编码": ["a"]}, geometry=[shapely.box(410000, 3390000, 411000, 3391000)], crs="EPSG:4544"
    )
    frame.to_file(tmp_path / "网格.gpkg", layer="网格")
    layer = lg.read_layer(tmp_path / "网格.gpkg", crs="EPSG:4543")
    assert layer.crs.to_epsg() == 4543
    assert "EPSG:4544 → EPSG:4543" in layer.issues.frame.set_index("code").message["LG-F210"]
    same = lg.read_layer(tmp_path / "网格.gpkg", crs="EPSG:4544")
    assert "LG-F210" not in set(same.issues.frame.code)


def test_well_known_text_in_a_column(tmp_path):
    frame = pd.DataFrame(
        {
            "block_id": ["a", "b", "c"],
            "geometry_wkt": ["POLYGON ((104 30, 104.1 30, 104.1 30.1, 104 30))", "POLYGON ((x", ""],
        }
    )
    frame.to_csv(tmp_path / "buildings.csv", index=False)
    layer = lg.read_layer(tmp_path / "buildings.csv", crs=4490)
    assert layer.table == "blocks" and layer.frame.block_id.tolist() == ["a", "c"]
    assert aside(layer) == [[3, "LG-F008"]]
    assert layer.frame.geometry.isna().tolist() == [False, True]


def test_a_custom_crs_and_a_place_outside_china(tmp_path):
    tm = "+proj=tmerc +lat_0=0 +lon_0=104 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m"
    layer = lg.read_layer(csv(tmp_path / "a.csv", [[506306.0, 3392967.0]]), crs=tm, table="households")
    assert len(layer) == 1 and layer.crs.is_projected
    layer = lg.read_layer(csv(tmp_path / "b.csv", [[9.52, 47.1]]), crs=4326, table="households")
    assert layer.frame.geometry[0].x == 9.52
