import doctest
import importlib

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import libgrid as lg

CRS = pyproj.CRS("EPSG:4544")


def raster(values, cell=100.0, crs=CRS):
    values = np.array(values, float)
    return lg.Raster(values, 400_000.0, 3_400_000.0 + cell * len(values), cell, cell, crs)


def boxes(*corners):
    return gpd.GeoDataFrame(
        {"floors": [1.0] * len(corners)},
        geometry=[shapely.box(400_000 + a, 3_400_000 + b, 400_000 + c, 3_400_000 + d) for a, b, c, d in corners],
        crs=CRS,
    )


def test_a_file_comes_back(tmp_path):
    made = raster([[1, 2], [3, np.nan]])
    made.write(tmp_path / "人口.tif")
    read = lg.read_raster(tmp_path / "人口.tif")
    np.testing.assert_array_equal(read.values, made.values)
    assert read.bounds == made.bounds and read.crs == CRS
    part = lg.read_raster(tmp_path / "人口.tif", bounds=(400_150, 3_400_150, 400_160, 3_400_160))
    assert part.values.tolist() == [[2]]


def test_a_raster_without_crs_is_refused(tmp_path):
    (tmp_path / "a.asc").write_text("ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n7\n")
    with pytest.raises(lg.InvalidInput, match="crs="):
        lg.read_raster(tmp_path / "a.asc")
    assert lg.read_raster(tmp_path / "a.asc", crs=CRS).total == 7


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-50, 350), st.floats(-50, 250)), min_size=3, max_size=7), st.integers(0, 99))
def test_zonal_sums_are_the_sums_of_the_overlaps(corners, seed):
    values = np.random.default_rng(seed).integers(0, 9, (2, 3)).astype(float)
    grid = raster(values)
    zone = shapely.convex_hull(shapely.MultiPoint([(400_000 + x, 3_400_000 + y) for x, y in corners]))
    if zone.geom_type != "Polygon":
        return
    found = lg.zonal_statistics(grid, gpd.GeoSeries([zone], crs=CRS)).iloc[0]
    cells = [
        shapely.box(400_000 + 100 * j, 3_400_100 - 100 * i, 400_100 + 100 * j, 3_400_200 - 100 * i)
        for i in range(2)
        for j in range(3)
    ]
    share = np.array([shapely.area(shapely.intersection(zone, c)) / 1e4 for c in cells])
    assert found["sum"] == pytest.approx((values.ravel() * share).sum(), abs=1e-5)
    assert found["cells"] == pytest.approx(share.sum(), abs=1e-6)


def test_nodata_and_outside_are_said():
    zone = boxes((0, 0, 200, 100), (150, 0, 350, 100), (900, 900, 901, 901))
    table = lg.zonal_statistics(raster([[1, np.nan]]), zone)
    assert table["nodata_share"][0] == 0.5 and table["mean"][0] == 1
    assert table["outside_share"][1] == 0.75
    assert table["outside_share"][2] == 1 and np.isnan(table["mean"][2])


def test_people_live_in_buildings_and_nobody_is_lost():
    buildings = boxes((10, 10, 20, 20), (60, 10, 70, 20), (90, 10, 110, 20))
    buildings["floors"] = [1, 3, 1]
    found = lg.households_from_raster(raster([[50, 30, 20]]), buildings, weight="floors")
    # cell 1: 100 and 3 × 100 and half of 200 m2 of floors share 50; cell 2: the other half takes all 30
    assert found.households.set_index("building")["n_usual"].to_dict() == {"0": 10, "1": 30, "2": 40}
    assert found.ledger == {"raster": 100, "placed": 80, "unplaced": 20, "rounded": 80}
    assert found.unplaced["people"].tolist() == [20]
    assert buildings.geometry.contains(found.households.geometry).all()


def test_people_of_an_empty_cell_may_go_to_the_nearest_building():
    buildings = boxes((10, 10, 20, 20))
    near = lg.households_from_raster(raster([[1, 2, 4]]), buildings, nearest_m=150)
    assert near.ledger["placed"] == 3 and near.unplaced["people"].tolist() == [4]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 9999))
def test_the_ledger_adds_up_and_a_study_area_takes_the_households(seed):
    rng = np.random.default_rng(seed)
    grid = raster(rng.random((3, 4)) * 9)
    corners = rng.integers(0, 350, (6, 2))
    buildings = boxes(*[(x, y, x + 30, y + 20) for x, y in corners])
    found = lg.households_from_raster(grid, buildings, people_per_household=2.49)
    assert found.ledger["raster"] == pytest.approx(found.ledger["placed"] + found.ledger["unplaced"])
    assert abs(found.ledger["rounded"] - found.ledger["placed"]) <= 0.5 + 1e-9
    assert found.households["household_id"].is_unique and (found.households["n_usual"] >= 1).all()
    if len(found.households):
        area = lg.StudyArea.from_frames(households=found.households, crs=CRS)
        assert area.households["n_usual"].sum() == found.ledger["rounded"]


def test_degrees_work_too():
    geographic = boxes((10, 10, 20, 20)).to_crs(4326)
    west, _south, _east, north = geographic.total_bounds
    grid = lg.Raster(np.array([[7.0]]), west - 1e-4, north + 1e-4, 1e-3, 1e-3, pyproj.CRS(4326))
    found = lg.households_from_raster(grid, boxes((10, 10, 20, 20)))
    assert found.households.crs == CRS and found.ledger["placed"] == 7


def test_coverage_as_a_raster_adds_up(anjing):
    result = lg.assess(anjing)
    people = lg.coverage_raster(anjing, result.response, value="people")
    left = lg.coverage_raster(anjing, result.response, value="uncovered")
    share = lg.coverage_raster(anjing, result.response)
    assert people.total == result.response.groups["people"][0]
    assert left.total == pytest.approx(result.response.groups["uncovered"][0])
    np.testing.assert_allclose(np.nansum(share.values * people.values), people.total - left.total)
    public = lg.coverage_raster(anjing, result.response, value="people", least_people=10)
    assert np.nanmin(public.values) >= 10 and public.total < people.total


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lg.zonal_statistics(raster([[1]]), gpd.GeoSeries([shapely.box(0, 0, 1, 1)])), "no CRS"),
        (lambda: lg.zonal_statistics(raster([[1]]), gpd.GeoSeries([shapely.Point(0, 0)], crs=CRS)), "not polygons"),
        (lambda: lg.households_from_raster(raster([[-1]]), boxes((0, 0, 1, 1))), "fewer than 0"),
        (lambda: lg.households_from_raster(raster([[1]]), boxes((0, 0, 1, 1)), weight="height"), "no column"),
        (lambda: lg.households_from_raster(raster([[1]]), boxes((0, 0, 1, 1)), weight=[-1]), "weight"),
        (lambda: lg.households_from_raster(raster([[1]]), boxes((900, 0, 901, 1))), "one place"),
        (lambda: lg.households_from_raster(raster([[1]]), boxes()), "none"),
        (lambda: lg.households_from_raster(raster([[1]]), boxes((0, 0, 1, 1)), people_per_household=0), "1 or more"),
    ],
)
def test_bad_input_is_said(call, message):
    with pytest.raises(lg.InvalidInput, match=message):
        call()


def test_files_that_are_no_rasters_are_refused(tmp_path):
    (tmp_path / "a.tif").write_text("<VRTDataset/>")
    for path in (tmp_path / "a.tif", "/vsicurl/http://127.0.0.1:9/a.tif", tmp_path / "missing.tif"):
        with pytest.raises(lg.IoError):
            lg.read_raster(path)


@pytest.mark.parametrize("module", ["cover", "people", "raster", "zones"])
def test_docstrings_of(module):
    assert doctest.testmod(importlib.import_module(f"libgrid.rasters.{module}")).failed == 0
