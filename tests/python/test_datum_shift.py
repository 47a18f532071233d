"""The detector of offset maps: silent on clean data, right on shifted data, of few points or many, with noise."""

import doctest

import geopandas as gpd
import numpy as np
import pytest
import shapely

import libgrid as lg
from libgrid import datum_shift

SHIFTS = {
    ("", "none"): None,
    ("points", "gcj02"): lg.wgs84_to_gcj02,
    ("points", "bd09"): lg.wgs84_to_bd09,
    ("reference", "gcj02"): lg.gcj02_to_wgs84,  # as if the roads alone had been offset
    ("reference", "bd09"): lg.bd09_to_wgs84,
}


def homes(area, n, noise_m, shift, seed):
    rng = np.random.default_rng(seed)
    xy = area.points("households")
    xy = xy[rng.choice(len(xy), n, replace=len(xy) < n)] + rng.normal(0, noise_m, (n, 2))
    projection = lg.Projection.from_crs(area.crs)
    return xy if shift is None else projection.project(shift(projection.unproject(xy)))


@pytest.mark.parametrize("truth", SHIFTS, ids="-".join)
@pytest.mark.parametrize(("n", "noise_m"), [(200, 0), (200, 8), (1_000, 10), (50_000, 10)])
@pytest.mark.parametrize("place", ["town", "anjing"])
def test_every_shift_is_found_and_none_is_invented(place, n, noise_m, truth, request):
    area = request.getfixturevalue(place)
    found = lg.find_datum_shift(homes(area, n, noise_m, SHIFTS[truth], n + noise_m), area.roads, crs=area.crs)
    assert (found.layer, found.datum) == truth, found.candidates
    assert found.sure or truth[0] == ""
    if truth[1] != "none":
        assert 300 < found.distance_m < 1_100 and found.cure == f"libgrid.{truth[1]}_to_wgs84"


def test_the_distance_and_bearing_are_those_of_the_offset(anjing):
    found = lg.find_datum_shift(homes(anjing, 2_000, 5, lg.wgs84_to_gcj02, 1), anjing.roads, crs=anjing.crs)
    projection = lg.Projection.from_crs(anjing.crs)
    xy = anjing.points("households")
    dx, dy = np.median(projection.project(lg.wgs84_to_gcj02(projection.unproject(xy))) - xy, axis=0)
    assert found.distance_m == pytest.approx(np.hypot(dx, dy), abs=1)
    assert found.bearing_deg == pytest.approx(np.degrees(np.arctan2(dx, dy)) % 360, abs=0.2)


def test_blocks_and_buildings_serve_as_a_reference(anjing):
    xy = homes(anjing, 1_000, 5, lg.wgs84_to_gcj02, 3)
    assert lg.find_datum_shift(xy, anjing.blocks).datum == "gcj02"
    assert lg.find_datum_shift(homes(anjing, 1_000, 5, None, 3), anjing.blocks).layer == ""


def test_layers_in_degrees_are_taken(town):
    degrees = town.households.to_crs(4490)
    assert lg.find_datum_shift(degrees, town.roads.to_crs(4490)).layer == ""
    assert lg.find_datum_shift(lg.wgs84_to_bd09(degrees), town.roads.to_crs(4490)).datum == "bd09"


def test_points_that_know_nothing_of_the_reference_are_undecided(anjing):
    rng = np.random.default_rng(4)
    box = anjing.roads.total_bounds
    found = lg.find_datum_shift(rng.uniform(box[:2], box[2:], (3_000, 2)), anjing.roads)
    assert found.layer == "" and not found.sure and "undecided" in repr(found)


def test_a_few_points_say_nothing(anjing):
    found = lg.find_datum_shift(homes(anjing, 50, 0, lg.wgs84_to_gcj02, 3), anjing.roads, crs=anjing.crs)
    assert found.layer == "" and not found.sure


def test_abroad_there_is_no_such_offset():
    roads = gpd.GeoSeries([shapely.LineString([(9.5, 47.1), (9.6, 47.2)])], crs=4326)
    projection = lg.Projection.tmerc(lon_0_deg=9.5)
    roads = gpd.GeoSeries(shapely.transform(roads.to_numpy(), projection.project), crs=projection.crs)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(roads[0], np.linspace(0, 9_000, 500)))
    assert lg.find_datum_shift(xy, roads).layer == ""


def test_check_names_the_layer_and_the_cure_but_no_household(town):
    assert "LG-P042" not in set(lg.check(town).frame["code"])
    shifted = {}
    for name in ("households", "blocks"):
        layer = getattr(town, name)
        shifted[name] = lg.wgs84_to_gcj02(layer.to_crs(4490)).to_crs(town.crs)
    issues = lg.check(town.replace(**shifted))
    row = issues.frame[issues.frame["code"] == "LG-P042"].iloc[0]
    assert (row["layer"], row["id"], row["severity"]) == ("households", "(layer)", "warning")
    assert "off roads" in row["message"] and "GCJ02? → libgrid.gcj02_to_wgs84" in row["message"]
    zh = issues.to_frame("zh")
    assert "系统性偏移" in zh[zh["code"] == "LG-P042"]["message"].iloc[0]


def test_a_tiny_place_is_not_judged(line):
    assert "LG-P042" not in set(lg.check(lg.StudyArea.from_frames(**line)).frame["code"])


def test_refusals_say_the_cure(town):
    xy = town.points("households")
    with pytest.raises(lg.InvalidInput, match="say crs="):
        lg.find_datum_shift(xy, town.roads.geometry.to_numpy())
    with pytest.raises(lg.InvalidInput, match="bring both to one CRS"):
        lg.find_datum_shift(town.households, town.roads.to_crs(4490))
    with pytest.raises(lg.InvalidInput, match="nothing in it"):
        lg.find_datum_shift(xy, town.roads.iloc[:0])
    with pytest.raises(lg.InvalidInput, match="there are none"):
        lg.find_datum_shift(xy[:0], town.roads)
    with pytest.raises(lg.InvalidInput, match="not finite"):
        lg.find_datum_shift(xy * np.nan, town.roads)


def test_the_examples_run():
    assert doctest.testmod(datum_shift).failed == 0
