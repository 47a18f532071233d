"""Offset maps: published vectors, exact returns, layers, and the refusals."""

import doctest

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import libgrid as lg
from libgrid import gcj02

CHENGDU = [104.06584, 30.65742]


def metres(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return 111_320 * np.hypot((a - b)[:, 0] * np.cos(np.radians(a[:, 1])), (a - b)[:, 1])


def test_published_vectors():
    np.testing.assert_allclose(
        lg.wgs84_to_gcj02([CHENGDU]), [[104.06834756723984, 30.654998438168036]], rtol=0, atol=3e-14
    )
    np.testing.assert_allclose(
        lg.wgs84_to_bd09([CHENGDU]), [[104.07484458719368, 30.661026879922375]], rtol=0, atol=3e-14
    )
    np.testing.assert_allclose(
        lg.gcj02_to_bd09([[116.404, 39.915]]), [[116.41036949371029, 39.92133699351021]], rtol=0, atol=3e-14
    )


@given(st.lists(st.tuples(st.floats(72.2, 137.6), st.floats(1.0, 55.6)), min_size=1, max_size=50))
def test_every_inverse_returns_within_ten_nanometres(places):
    places = np.array(places)
    for there, back in (
        (lg.wgs84_to_gcj02, lg.gcj02_to_wgs84),
        (lg.wgs84_to_bd09, lg.bd09_to_wgs84),
        (lg.gcj02_to_bd09, lg.bd09_to_gcj02),
    ):
        assert metres(back(there(places)), places).max() < 1e-8


def test_places_abroad_stay():
    abroad = np.array([[9.52, 47.14], [-0.1, 51.5]])
    np.testing.assert_array_equal(lg.gcj02_to_wgs84(abroad), abroad)
    np.testing.assert_array_equal(lg.wgs84_to_bd09(abroad), abroad)


def test_a_layer_moves_with_all_it_carries():
    frame = gpd.GeoDataFrame(
        {"name": ["a", "b", "c"], "geometry": [shapely.Point(CHENGDU), shapely.box(104, 30, 104.01, 30.01), None]},
        index=[7, 8, 9],
        crs="EPSG:4326",
    )
    moved = lg.gcj02_to_wgs84(frame)
    assert list(moved["name"]) == ["a", "b", "c"] and list(moved.index) == [7, 8, 9] and moved.crs == frame.crs
    assert moved.geometry[9] is None and moved.geometry[8].geom_type == "Polygon"
    assert frame.geometry[7].equals(shapely.Point(CHENGDU))  # the given layer is untouched
    back = shapely.get_coordinates(lg.wgs84_to_gcj02(moved.geometry)[8])
    assert metres(back, shapely.get_coordinates(frame.geometry[8])).max() < 1e-8


def test_refusals_name_rows_and_cure():
    with pytest.raises(lg.InvalidInput, match=r"lonlat: 2 rows \(0, 1\).*longitude first"):
        lg.gcj02_to_wgs84([[30.6, 104.0], [30.7, 104.1]])
    with pytest.raises(lg.InvalidInput, match=r"1 rows \(1\)"):
        lg.gcj02_to_wgs84([CHENGDU, [np.nan, 30]])
    with pytest.raises(lg.InvalidInput, match="shape"):
        lg.gcj02_to_wgs84([1.0, 2.0, 3.0])
    with pytest.raises(lg.InvalidInput, match="expected an"):
        lg.gcj02_to_wgs84([["a", "b"]])
    with pytest.raises(lg.InvalidInput, match="in metres"):
        lg.gcj02_to_wgs84(gpd.GeoSeries([shapely.Point(4e5, 3e6)], crs="EPSG:4544"))
    with pytest.raises(lg.InvalidInput, match=r"in rows 1: drop"):
        lg.gcj02_to_wgs84(gpd.GeoSeries([shapely.Point(104, 30), shapely.Point(30, 104)]))
    assert lg.gcj02_to_wgs84(np.empty((0, 2))).shape == (0, 2)


def test_the_examples_run():
    assert doctest.testmod(gcj02).failed == 0
