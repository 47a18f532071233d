import doctest

import geopandas as gpd
import libgrid.geometry
import libgrid.ragged
import numpy as np
import pytest
import shapely
from libgrid.ragged import from_lines, from_polygons, to_lines, to_polygons
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

import libgrid as lg
from libgrid import _core


def lattice(n, side=10.0, shift=(0.0, 0.0)):
    return [
        box(x * side + shift[0], y * side + shift[1], (x + 1) * side + shift[0], (y + 1) * side + shift[1])
        for y in range(n)
        for x in range(n)
    ]


def test_the_built_package_is_the_one_under_test():
    assert lg.__file__


@pytest.mark.parametrize("module", [libgrid.geometry, libgrid.ragged])
def test_docstring_examples(module):
    failed, tried = doctest.testmod(module)
    assert tried > 0
    assert failed == 0


def test_to_polygons_round_trip_with_holes_parts_and_missing_rows():
    with_hole = Polygon(box(0, 0, 9, 9).exterior.coords, [box(3, 3, 6, 6).exterior.coords])
    several = MultiPolygon([box(20, 0, 21, 1), box(30, 0, 31, 1)])
    rows = [with_hole, None, several, Polygon()]
    frame = _core.Frame(0.0, 0.0)
    polygons, collapsed = to_polygons(rows, frame)
    back = from_polygons(polygons, frame)
    assert len(collapsed) == 0
    assert back[0].equals(with_hole) and back[0].geom_type == "Polygon"
    assert back[2].equals(several) and back[2].geom_type == "MultiPolygon"
    assert back[1].is_empty and back[3].is_empty


def test_to_polygons_drops_what_collapses_and_keeps_the_row():
    speck = box(5, 5, 5.0002, 5.0002)
    spiked_hole = Polygon(box(0, 0, 9, 9).exterior.coords, [box(3, 3, 3.0001, 3.0001).exterior.coords])
    pair = MultiPolygon([speck, box(20, 0, 21, 1)])
    polygons, collapsed = to_polygons([speck, spiked_hole, pair], _core.Frame(0.0, 0.0))
    assert collapsed.tolist() == [0]
    assert np.diff(polygons.part_begin).tolist() == [0, 1, 1]
    assert np.diff(polygons.ring_begin).tolist() == [1, 1]
    np.testing.assert_array_equal(_core.area_m2(polygons), [0, 81, 1])


def test_to_polygons_drops_repeated_points_without_opening_rings():
    ring = [(0, 0), (0.0001, 0), (1, 0), (1, 1), (0, 1), (0.0, 0.0002), (0, 0)]
    polygons, _ = to_polygons([Polygon(ring)], _core.Frame(0.0, 0.0))
    assert polygons.points.tolist() == [[0, 0], [1000, 0], [1000, 1000], [0, 1000], [0, 0]]


def test_to_polygons_refuses_other_kinds():
    with pytest.raises(lg.InvalidInput, match=r"1 rows \(1\) are not polygons"):
        to_polygons([box(0, 0, 1, 1), Point(0, 0)])


def test_polygon_set_views_share_memory_and_are_read_only():
    polygons, _ = to_polygons(lattice(3))
    assert np.shares_memory(polygons.points, polygons.points)
    for column in (polygons.points, polygons.point_begin, polygons.ring_begin, polygons.part_begin):
        assert not column.flags.writeable


def test_lines_round_trip():
    frame = _core.Frame(0.0, 0.0)
    lines = [
        LineString([(0, 0), (1, 1), (2, 0)]),
        shapely.MultiLineString([[(5, 5), (6, 6)], [(7, 7), (8, 8)]]),
    ]
    points, begin, row = to_lines(lines, frame)
    assert row.tolist() == [0, 1, 1]
    assert begin.tolist() == [0, 3, 5, 7]
    assert from_lines(points, begin, frame)[0].equals(lines[0])


def test_locate_equals_shapely_on_interior_points_and_tiles_the_borders():
    rng = np.random.default_rng(1)
    grids = gpd.GeoSeries(lattice(10), crs="EPSG:4544")
    points = rng.uniform(-5, 105, (2000, 2)).round(3)
    found = lg.locate(gpd.GeoSeries(gpd.points_from_xy(*points.T), crs="EPSG:4544"), grids)
    tree = shapely.STRtree(grids.to_numpy())
    point, grid = tree.query(shapely.points(points), predicate="within")
    expected = np.full(len(points), -1)
    expected[point] = grid
    inside = expected >= 0
    np.testing.assert_array_equal(found[inside], expected[inside])
    corners = np.stack(np.meshgrid(np.arange(0, 101, 5.0), np.arange(0, 101, 5.0)), -1).reshape(-1, 2)
    assert (lg.locate(corners, grids) >= 0).all()
    assert found.dtype == np.int32


def test_locate_calls_far_away_points_outside():
    assert lg.locate(np.array([[1e8, 0.0], [5.0, 5.0]]), lattice(1)).tolist() == [-1, 0]


def test_locate_names_overlapping_grids():
    grids = gpd.GeoDataFrame(
        {"grid_id": ["east", "west"]}, geometry=[box(0, 0, 10, 10), box(8, 0, 20, 10)], crs="EPSG:4544"
    )
    with pytest.raises(lg.InvalidInput, match=r"1 pairs overlap.*east and west \(20\.0 m²\)"):
        lg.locate([[1.0, 1.0]], grids)


def test_locate_lets_slivers_pass():
    assert lg.locate([[9.995, 5.0]], [box(0, 0, 10, 10), box(9.99, 0, 20, 10)]).tolist() == [0]


def test_locate_refuses_missing_points_and_mixed_crs():
    with pytest.raises(lg.InvalidInput, match=r"1 rows \(1\)"):
        lg.locate(np.array([[0.0, 0.0], [np.nan, 0.0]]), lattice(1))
    with pytest.raises(lg.InvalidInput, match="missing, empty"):
        lg.locate(gpd.GeoSeries([Point(), None]), lattice(1))
    points = gpd.GeoSeries([Point(104, 30)], crs="EPSG:4490")
    with pytest.raises(lg.InvalidInput, match="to_crs"):
        lg.locate(points, gpd.GeoSeries(lattice(1), crs="EPSG:4544"))


def test_borders_overlaps_and_faults_come_as_columns():
    polygons, _ = to_polygons([box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 0, 1, 1)])
    a, b, length_m, footprint = _core.find_borders(polygons)
    assert (a.tolist(), b.tolist(), length_m.tolist()) == ([0], [1], [1.0])
    assert footprint.tolist() == [0, 1, 0]
    a, b, area_m2 = _core.find_overlaps(polygons)
    assert (a.tolist(), b.tolist(), area_m2.tolist()) == ([0], [2], [1.0])
    bow_tie, _ = to_polygons([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])], _core.Frame(0.0, 0.0))
    assert _core.find_polygon_faults(bow_tie) == [(0, "Self-intersection", (1000, 1000))]


def test_outlines_keep_the_area():
    polygons, _ = to_polygons(lattice(4))
    label = np.array([0, 0, 1, 1] * 4, dtype=np.int32)
    outlines = _core.build_outlines(polygons, label, 2)
    assert _core.area_m2(outlines).tolist() == [800.0, 800.0]


def test_measures():
    polygons, _ = to_polygons([box(0, 0, 1, 1), box(0, 0, 2, 1)], _core.Frame(0.0, 0.0))
    pp = _core.polsby_popper(_core.area_m2(polygons), _core.perimeter_m(polygons))
    np.testing.assert_allclose(pp, [0.78539816, 0.69813170], atol=5e-9)
    reock = _core.reock(_core.area_m2(polygons), _core.bounding_circle_radius_m(polygons))
    np.testing.assert_allclose(reock, [0.63661977, 0.50929582], atol=5e-9)
    assert _core.hull_area_m2(polygons.points) == 2.0
    np.testing.assert_array_equal(_core.centroid(polygons), [[0.5, 0.5], [1.0, 0.5]])


def test_segment_index_and_pairs():
    a = np.array([[0, 0], [0, 2000]], dtype=np.int32)
    b = np.array([[4000, 0], [4000, 2000]], dtype=np.int32)
    index = _core.SegmentIndex(a, b, np.array([4, 7], dtype=np.int32))
    number, distance_m, fraction = index.nearest(np.array([[1000, 500], [0, 90_000]], dtype=np.int32), 10.0)
    assert number.tolist() == [4, -1]
    assert distance_m.tolist() == [0.5, np.inf]
    assert fraction[0] == 0.25
    assert _core.pairs_within(a, 2.0).tolist() == [[0, 1]]


def houses():
    return gpd.GeoDataFrame({"n_households": [7, 2]}, geometry=[box(0, 0, 10, 10), box(30, 0, 40, 10)], crs="EPSG:4544")


def test_build_blocks_keeps_columns_and_covers_the_houses():
    seen = []
    blocks = lg.build_blocks(houses(), progress=lambda done, total: seen.append((done, total)))
    assert blocks.crs == "EPSG:4544"
    assert blocks.columns.tolist() == ["block_id", "n_households", "geometry"]
    assert blocks.geometry.is_valid.all()
    assert blocks.geometry.covers(houses().geometry).all()
    assert blocks.geometry[0].intersection(blocks.geometry[1]).area == 0
    assert seen


def test_build_blocks_stacks_large_buildings_and_loses_no_household():
    blocks = lg.build_blocks(houses().assign(building_id=["A", "B"]), max_households=3)
    assert blocks.block_id.tolist() == ["A/1", "A/2", "A/3", "B"]
    assert blocks.n_households.tolist() == [3, 2, 2, 2]
    assert blocks.geometry[0].equals(blocks.geometry[2])


def test_build_blocks_lets_lines_cut():
    street = gpd.GeoSeries([LineString([(15, -200), (15, 200)])], crs="EPSG:4544")
    blocks = lg.build_blocks(houses(), street)
    assert lg.locate([[14, 5], [16, 5]], blocks).tolist() == [0, 1]


def test_build_blocks_refuses_degrees_and_repeated_ids():
    with pytest.raises(lg.InvalidInput, match="estimate_utm_crs"):
        lg.build_blocks(houses().to_crs("EPSG:4490"))
    with pytest.raises(lg.InvalidInput, match=r"1 ids repeat \(A\)"):
        lg.build_blocks(houses().assign(block_id=["A", "A"]))
