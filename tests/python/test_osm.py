"""OpenStreetMap files: what is read, what the tags mean, what damage is told."""

import subprocess
import sys

import numpy as np
import pytest
import shapely
from libgrid.roads import osm_tags
from support.osm_file import OsmFile

import libgrid as lg


@pytest.fixture
def village(tmp_path):
    file = OsmFile()
    for i in range(6):
        file.node(i + 1, 104 + i * 0.001, 30.5)
    file.way(10, [1, 2, 3], highway="residential", name="文德路", maxspeed="30 mph", oneway="-1")
    file.way(11, [3, 4], highway="motorway")
    file.way(12, [4, 5], route="ferry", oneway="yes")
    file.way(13, [1, 2, 4, 1], {"building": "yes", "building:levels": "6", "addr:street": "文德路"})
    file.way(14, [5, 6], waterway="river")
    return file.write(tmp_path / "村.osm.pbf")


def test_roads_come_in_the_columns_of_the_layer_roads(village):
    roads = lg.read_osm(village)
    assert roads.crs == "EPSG:4326"
    assert roads["road_id"].tolist() == ["10", "11", "12"]
    assert roads["class"].tolist() == ["residential", "motorway", "ferry"]
    assert roads["oneway"].tolist() == ["reverse", "yes", "yes"]
    assert roads["maxspeed_kmh"][0] == pytest.approx(48.28032)
    assert roads["name"].tolist() == ["文德路", "", ""]
    assert roads["length_m"][1] == pytest.approx(96.0, abs=0.1)  # 0.001 degrees at 30.5 north
    network = lg.RoadNetwork.from_frame(roads.to_crs("EPSG:4544"), mode="walk")
    assert network.edge_count == 4  # nobody walks on a motorway


def test_buildings_come_as_polygons(village):
    buildings = lg.read_osm(village, "buildings")
    assert buildings["building_id"].tolist() == ["w13"]
    assert buildings["levels"].tolist() == [6.0]
    assert buildings["street"].tolist() == ["文德路"]
    assert buildings.geometry.geom_type.tolist() == ["Polygon"]


def test_a_box_takes_ways_whole(village):
    assert lg.read_osm(village, bbox=(103.9, 30, 104.0005, 31))["osm_id"].tolist() == [10]
    assert len(lg.read_osm(village, bbox=(10, 10, 11, 11))) == 0
    assert len(lg.read_osm(village, "buildings", bbox=(10, 10, 11, 11))) == 0


@pytest.mark.parametrize("box", [(1, 2, 3), (5, 0, 1, 1), (0, 0, float("nan"), 1), "abcd", (0, -91, 1, 1)])
def test_a_bad_box_is_refused(village, box):
    with pytest.raises(lg.InvalidInput, match="bbox"):
        lg.read_osm(village, bbox=box)


def test_bad_files_and_layers_are_told(village, tmp_path):
    with pytest.raises(lg.InvalidInput, match="'rivers'"):
        lg.read_osm(village, "rivers")
    with pytest.raises(lg.IoError, match="cannot be opened"):
        lg.read_osm(tmp_path / "absent.osm.pbf")
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(village.read_bytes()[:-5])
    with pytest.raises(lg.IoError, match=r"truncated.*byte \d+ of \d+"):
        lg.read_osm(cut)
    cut.write_bytes(b"")
    with pytest.raises(lg.IoError, match="empty"):
        lg.read_osm(cut)
    cut.write_bytes(b"PK\x03\x04 not a map")
    with pytest.raises(lg.IoError, match="not an OSM PBF"):
        lg.read_osm(cut)


def test_one_way_of_every_kind():
    cases = {
        ("primary", "", ""): "no",
        ("primary", "", "yes"): "yes",
        ("primary", "", "-1"): "reverse",
        ("primary", "roundabout", ""): "yes",
        ("primary", "roundabout", "no"): "no",
        ("motorway", "", ""): "yes",
        ("motorway_link", "", "no"): "no",
        ("primary", "", "yes", "no"): "no",
        ("primary", "", "", "yes"): "yes",
        ("primary", "", "yes", "", "opposite_lane"): "no",
        ("primary", "", "reversible"): "no",
    }
    assert {case: osm_tags.oneway(*case) for case in cases} == cases


def test_speed_limits_of_every_kind():
    texts = ["50", "50 km/h", "60;40", "30 mph", "RU:urban", "FR:zone30", "none", "signals", "", "0", "10 knots"]
    limits = [50, 50, 40, 48.28032, 50, 30, np.nan, np.nan, np.nan, np.nan, 18.52]
    np.testing.assert_allclose([osm_tags.maxspeed_kmh(t) for t in texts], limits)


def test_reading_osm_loads_no_gdal(village):
    code = (
        f"import libgrid as lg; lg.read_osm({str(village)!r});"
        "import sys; assert 'libgrid._gdalio' not in sys.modules;"
        "assert 'libgdal.so' not in open('/proc/self/maps').read()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.real
def test_a_real_country(shared):
    path = next((shared / "liechtenstein").glob("*.osm.pbf"))
    one, two = (lg.read_osm(path, threads=threads) for threads in (1, 2))
    assert one.equals(two)
    assert len(one) == 8271
    assert not one.geometry.isna().any()
    buildings = lg.read_osm(path, "buildings")
    assert len(buildings) > 17_600
    assert buildings.is_valid.mean() > 0.999
    assert shapely.area(buildings.to_crs(32632).geometry).sum() > 2e6
