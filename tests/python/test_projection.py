"""Projections: equal to PROJ everywhere in reach, the choice of a zone, municipal grids, refusals."""

import doctest

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

import libgrid as lg
from libgrid import projection


def by_proj(projection, lonlat):
    to = pyproj.Transformer.from_crs(projection.crs.geodetic_crs, projection.crs, always_xy=True)
    return np.column_stack(to.transform(*np.asarray(lonlat).T))


@given(
    st.lists(st.tuples(st.floats(-20, 20), st.floats(-80, 80)), min_size=1, max_size=30),
    st.floats(73, 135),
    st.floats(0.999, 1.001),
    st.floats(0, 1e6),
    st.floats(-4e6, 4e6),
    st.floats(0, 45),
)
def test_every_municipal_grid_equals_proj(places, lon_0, k, x_0, y_0, lat_0):
    lonlat = np.array(places) + np.array([lon_0, 0])
    grid = lg.Projection.tmerc(lon_0_deg=lon_0, k=k, x_0_m=x_0, y_0_m=y_0, lat_0_deg=lat_0)
    xy = grid.project(lonlat)
    np.testing.assert_allclose(xy, by_proj(grid, lonlat), rtol=0, atol=1e-6)
    np.testing.assert_allclose(grid.unproject(xy), lonlat, rtol=0, atol=1e-11)


@pytest.mark.parametrize("zone", [25, 34, 35, 45])
@pytest.mark.parametrize("prefix", [False, True])
def test_every_zone_equals_its_code(zone, prefix):
    own = lg.Projection.cgcs2000(zone, zone_prefix=prefix)
    lonlat = np.random.default_rng(zone).uniform([3 * zone - 2, 18], [3 * zone + 2, 53], (200, 2))
    np.testing.assert_allclose(own.project(lonlat), by_proj(own, lonlat), rtol=0, atol=1e-6)
    assert lg.Projection.from_crs(own.crs) == own
    assert own.crs.to_epsg() == {True: 4513, False: 4534}[prefix] + zone - 25


@pytest.mark.parametrize("code", [4544, 4507, 32648, 2383])
def test_any_transverse_mercator_code_is_taken(code):
    own = lg.Projection.from_crs(code)
    lonlat = np.array([[104.06584, 30.65742], [105.5, 29.0]])
    to = pyproj.Transformer.from_crs(own.crs.geodetic_crs, own.crs, always_xy=True)
    np.testing.assert_allclose(own.project(lonlat), np.column_stack(to.transform(*lonlat.T)), rtol=0, atol=1e-6)


def test_published_numbers():
    placed = lg.project([[104.06584, 30.65742]])
    np.testing.assert_allclose(placed.xy, [[410464.4747, 3393365.8687]], rtol=0, atol=1e-4)
    assert placed.crs.to_epsg() == 4544 and len(placed.issues) == 0
    with_zone = lg.project([[104.06584, 30.65742]], zone_prefix=True)
    np.testing.assert_allclose(with_zone.xy - placed.xy, [[35e6, 0]], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        lg.unproject([[410000, 3396000]], "EPSG:4544"), [[104.0607646994, 30.6811419448]], rtol=0, atol=1e-10
    )


def test_the_zone_of_most_places_is_taken_and_the_others_are_said():
    places = np.array([[103.2, 30.5], [103.4, 30.6], [103.6, 30.6], [104.0, 30.7], [104.1, 30.7]])
    placed = lg.project(places)
    assert placed.projection.epsg == 4544
    row = placed.issues.frame.iloc[0]
    assert (row["code"], row["severity"], row["id"]) == ("LG-P101", "warning", "34") and "40.0 %" in row["message"]
    assert "40.0 %" in placed.issues.to_frame("zh")["message"][0]
    assert lg.project(places[:2]).projection.epsg == 4543
    assert len(lg.project([[103.5, 30.7]]).issues) == 0  # the edge belongs to the zone east of it
    assert len(lg.project(places, to="EPSG:4544").issues) == 0  # who names a zone has decided


def test_refusals_say_the_cure():
    with pytest.raises(lg.InvalidInput, match="longitude first"):
        lg.project([[30.6, 104.0]])
    with pytest.raises(lg.InvalidInput, match="not degrees on earth"):
        lg.project([[410000.0, 3396000.0]])
    with pytest.raises(lg.InvalidInput, match="tmerc"):
        lg.project([[9.5, 47.1]])
    with pytest.raises(lg.InvalidInput, match="no places"):
        lg.project(np.empty((0, 2)))
    with pytest.raises(lg.InvalidInput, match="zone 18"):
        lg.Projection.cgcs2000(18)
    with pytest.raises(lg.InvalidInput, match="no transverse Mercator"):
        lg.project([[104, 30]], to="EPSG:3857")
    with pytest.raises(lg.InvalidInput, match="cannot be read"):
        lg.project([[104, 30]], to="EPSG:999999")
    with pytest.raises(lg.InvalidInput, match="zone number"):
        lg.unproject([[35_410_000.0, 3_396_000.0]], "EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="over 40°"):
        lg.project([[104, 30], [9.5, 47.1]], to="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match="scale k"):
        lg.Projection.tmerc(lon_0_deg=104, k=0)
    with pytest.raises(lg.InvalidInput, match="shape"):
        lg.unproject([1, 2, 3], "EPSG:4544")


def test_the_examples_run():
    assert doctest.testmod(projection).failed == 0
