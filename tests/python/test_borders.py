"""Borders along streets and around buildings: moved once for both sides, with everyone left at home."""

import doctest
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from libgrid.borders.arcs import cut_into_arcs, join_arcs
from libgrid.borders.streets import Streets, densify, lay_on_streets

import libgrid as lg

CRS = "EPSG:4544"
X, Y = 400_000.0, 3_400_000.0


def at(shape):
    return shapely.transform(shape, lambda xy: xy + np.array([X, Y]))


def layer(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=[at(s) for s in shapes], crs=CRS)


def area_of(shapes, homes):
    """A block a grid, and a household at each place."""
    ids = [f"g{k}" for k in range(len(shapes))]
    people = [f"h{k}" for k in range(len(homes))]
    return lg.StudyArea.from_frames(
        blocks=layer(shapes, block_id=[f"b{k}" for k in range(len(shapes))], grid_id=ids),
        grids=gpd.GeoDataFrame({"grid_id": ids}, geometry=[None] * len(ids), crs=CRS),
        households=layer([shapely.Point(p) for p in homes], household_id=people), crs=CRS, origin=(X, Y),
    )  # fmt: skip


def west_and_east(border, homes=((100, 150), (500, 150))):
    """Two blocks of 300 m with a border from south to north."""
    west = shapely.Polygon([(0, 0), *border, (0, 300)])
    east = shapely.Polygon([(600, 0), *border, (600, 300)])
    return area_of([west, east], homes)


ZIGZAG = [(300, 0), (306, 40), (295, 80), (307, 120), (294, 160), (306, 200), (296, 240), (300, 300)]
STREET = shapely.LineString([(303, -50), (303, 350)])


def everyone_is_at_home(area, found):
    leaf = area._core.grids.leaf.astype(bool) & ~shapely.is_missing(found.shapes)
    exact, own = area.plan.outlines()[leaf], np.cumsum(leaf) - 1
    points, grid = area.points("households"), area.plan.household_grid()
    wanted = np.where(grid >= 0, own[grid], -1)
    home = lg.locate(points, exact) == wanted
    assert home.any() and (lg.locate(points, found.shapes[leaf])[home] == wanted[home]).all()
    assert shapely.coverage_is_valid(found.shapes[leaf]) and shapely.is_valid(found.shapes[leaf]).all()
    # Not a square millimetre is won or lost, and the outer border is where it was.
    before, after = shapely.coverage_union_all(exact), shapely.coverage_union_all(found.shapes[leaf])
    assert shapely.equals(shapely.normalize(before), shapely.normalize(after))


def test_docstring_examples():
    tried = [doctest.testmod(sys.modules[f"libgrid.{name}"]) for name in ("borders.smooth", "plot.graph")]
    assert all(t.attempted and not t.failed for t in tried)


@pytest.mark.parametrize("name", ["town", "anjing"])
def test_outlines_are_made_of_arcs_and_back(name):
    area = lg.datasets.load(name)
    exact = area.plan.outlines()[area._core.grids.leaf.astype(bool)]
    arcs = cut_into_arcs(exact)
    assert shapely.equals(join_arcs(arcs, arcs.xy), exact).all()
    length = np.array([shapely.linestrings(xy).length for xy in arcs.xy])
    inner = arcs.faces[:, 0] >= 0
    # A border inside stands in two outlines, an outer one in one.
    assert 2 * length[inner].sum() + length[~inner].sum() == pytest.approx(shapely.length(exact).sum())
    union = shapely.coverage_union_all(exact)
    assert length[~inner].sum() == pytest.approx(union.length)


def test_a_grid_inside_another_and_one_in_two_parts_are_made_of_arcs_too():
    outer = shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60))
    inside = shapely.box(30, 30, 60, 60)
    parts = shapely.union_all([shapely.box(90, 0, 120, 30), shapely.box(90, 60, 120, 90)])
    shapes = np.array([outer, inside, parts], dtype=object)
    arcs = cut_into_arcs(shapes)
    assert shapely.equals(join_arcs(arcs, arcs.xy), shapes).all()
    closed = [k for k in range(len(arcs.xy)) if arcs.ends[k, 0] < 0]
    assert len(closed) == 1 and arcs.faces[closed[0]].tolist() == [0, 1]


def test_a_border_along_a_street_is_laid_on_its_centreline():
    area = west_and_east(ZIGZAG)
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]))
    row = found.borders.iloc[0]
    assert row["how"] == "streets" and row["streets_m"] > 250 and row["near_m"] > 250
    line = shapely.transform(row.geometry, lambda xy: xy - np.array([X, Y]))
    xs = shapely.get_coordinates(line)[1:-1, 0]
    assert (xs == 303).sum() >= 2 and len(xs) <= 6
    everyone_is_at_home(area, found)
    text = repr(found)
    assert "1 along streets" in text and found.summary["borders"].tolist() == [1, 0, 0, 0]


def test_a_bend_of_the_street_is_followed_vertex_by_vertex_and_round_corners():
    bent = shapely.LineString([(303, -50), (303, 100), (310, 130), (303, 160), (303, 350)])
    area = west_and_east(ZIGZAG)
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([bent]))
    xy = shapely.get_coordinates(found.borders.geometry.iloc[0]) - np.array([X, Y])
    for corner in [(303, 100), (310, 130), (303, 160)]:
        assert (np.abs(xy - corner).max(axis=1) < 0.002).any()
    # Two streets that meet: the border goes round their corner.
    corner = [shapely.LineString([(-10, 203), (303, 203)]), shapely.LineString([(303, 203), (303, -10)])]
    streets = Streets(np.array(corner, dtype=object), (-50, -50, 700, 700))
    border = np.array([[0.0, 200], [100, 206], [200, 198], [298, 199], [301, 150], [297, 80], [299, 0]])
    places, s, direction = densify(border)
    laid = lay_on_streets(border, s, streets.along(places, direction, 10), streets, shortest_m=20, tolerance_m=1)
    assert (np.abs(laid.xy - [303, 203]).max(axis=1) < 0.01).any()
    assert shapely.linestrings(laid.xy).is_simple and laid.streets_m > 450


def test_a_street_beyond_reach_or_across_is_no_reason_to_move():
    area = west_and_east([(300, 0), (300.5, 150), (300, 300)])
    far = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), reach_m=1.0)
    across = lg.smooth_borders(area.plan, 3.0, streets=layer([shapely.LineString([(0, 150), (600, 150)])]))
    none = lg.smooth_borders(area.plan, 3.0)
    for found in (far, across, none):
        assert found.borders["how"].tolist() == ["simplified"] or found.borders["how"].tolist() == ["left"]
        assert found.borders["streets_m"].sum() == 0
        everyone_is_at_home(area, found)
    assert lg.smooth_borders(area.plan, 0.0).borders["how"].tolist() == ["left"]


def test_a_household_between_border_and_street_keeps_the_border_there_only():
    # Its place is 2 m east of the border and west of the street.
    straight = [(300, 0), (300, 300)]
    area = west_and_east(straight, [(100, 150), (500, 150), (301.5, 150)])
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), reach_m=10.0)
    row = found.borders.iloc[0]
    assert row["how"] == "streets" and 180 < row["streets_m"] < 285
    everyone_is_at_home(area, found)
    # With one every 25 m no stretch is left that is long enough.
    crowd = [(301.5, y) for y in range(10, 300, 25)]
    area = west_and_east(straight, [(100, 150), *crowd])
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), reach_m=10.0)
    assert found.borders["how"].tolist() == ["left"] and found.borders["stopped_by"].tolist() == ["household"]
    everyone_is_at_home(area, found)


def test_no_border_goes_through_a_building():
    # The street runs under a building whose people belong to neither side of it by their place.
    area = west_and_east(ZIGZAG)
    house = layer([shapely.box(302, 140, 320, 158)])
    free = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]))
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), buildings=house)
    inside = shapely.buffer(house.geometry.to_numpy(), -0.1)
    assert free.borders.geometry.intersects(inside[0]).iloc[0]
    assert not found.borders.geometry.intersects(inside[0]).iloc[0]
    assert found.borders["how"].tolist() == ["streets"]
    everyone_is_at_home(area, found)
    # One that the simplified border would cut.
    bay = west_and_east([(300, 0), (300, 145), (290, 146), (290, 154), (300, 155), (300, 300)])
    hut = layer([shapely.box(292, 147, 299, 153)])
    assert lg.smooth_borders(bay.plan, 20.0).borders["how"].tolist() == ["simplified"]
    kept = lg.smooth_borders(bay.plan, 20.0, buildings=hut)
    assert not kept.borders.geometry.intersects(shapely.buffer(hut.geometry.to_numpy()[0], -0.1)).iloc[0]


def test_a_building_where_nobody_lives_stays_in_its_grid_too():
    area = west_and_east([(300, 0), (300, 300)])
    shed = layer([shapely.box(300.2, 149, 302.8, 151)])  # between the border and the street
    free = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), reach_m=10.0)
    kept = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]), buildings=shed, reach_m=10.0)
    middle = shed.geometry.to_numpy()[0].centroid
    assert free.shapes[0].contains(middle) and kept.shapes[1].contains(middle)
    assert kept.borders["how"].tolist() == ["streets"]
    everyone_is_at_home(area, kept)


def test_a_border_through_a_building_is_led_round_it_by_the_shorter_way_that_parts_nobody():
    straight = [(300, 0), (300, 300)]
    for east, homes, side in (
        (312, [(100, 150), (500, 150)], -1),  # more of it lies in the east, where it stays: the border goes west
        (306, [(100, 150), (500, 150), (295, 150)], 1),  # more of it lies in the west, and somebody lives there
    ):
        house = layer([shapely.box(292, 140, east, 160)])
        inside = shapely.buffer(house.geometry.to_numpy()[0], -0.1)
        area = west_and_east(straight, homes)
        found = lg.smooth_borders(area.plan, 0.0, buildings=house)
        row = found.borders.iloc[0]
        assert row["how"] == "around" and not row.geometry.intersects(inside)
        middle = shapely.get_coordinates(row.geometry)[:, 0] - X - 300
        assert (middle * side >= -1e-9).all() and np.abs(middle).max() > 5
        everyone_is_at_home(area, found)
        assert "1 around buildings" in repr(found) and found.summary["borders"].tolist() == [0, 0, 0, 1]
    # People on both sides of it: there is no way, and it stays.
    area = west_and_east(straight, [(100, 150), (295, 150), (304, 150)])
    assert lg.smooth_borders(area.plan, 0.0, buildings=house).borders["how"].tolist() == ["left"]
    # Two houses, and a street beyond them.
    area = west_and_east(straight)
    two = layer([shapely.box(292, 50, 312, 70), shapely.box(288, 200, 306, 220)])
    found = lg.smooth_borders(area.plan, 3.0, buildings=two, streets=layer([STREET]))
    assert not found.borders.geometry.intersects(shapely.union_all(shapely.buffer(two.geometry, -0.11))).any()
    assert found.borders["streets_m"].sum() > 100
    everyone_is_at_home(area, found)


def test_places_where_borders_meet_move_to_the_crossing_together():
    corners = [(0, 0), (300, 0), (0, 300), (300, 300)]
    boxes = [shapely.box(x, y, x + 300, y + 300) for x, y in corners]
    area = area_of(boxes, [(x + 150, y + 150) for x, y in corners])
    streets = [shapely.LineString([(305, -20), (305, 620)]), shapely.LineString([(-20, 304), (620, 304)])]
    found = lg.smooth_borders(area.plan, 3.0, streets=layer(streets))
    assert found.junctions_moved == 1 and found.borders["how"].tolist() == ["streets"] * 4
    ends = shapely.get_coordinates(shapely.boundary(found.borders.geometry.to_numpy())) - np.array([X, Y])
    assert (np.abs(ends - [305, 304]).max(axis=1) < 1e-6).sum() == 4
    everyone_is_at_home(area, found)
    # A household between the old place and the crossing, and it stays.
    area = area_of(boxes, [(150, 150), (450, 150), (150, 450), (302, 302)])
    found = lg.smooth_borders(area.plan, 3.0, streets=layer(streets))
    assert found.junctions_moved == 0
    everyone_is_at_home(area, found)


def test_two_borders_beside_one_street_do_not_run_into_each_other():
    strips = [shapely.box(0, 0, 300, 300), shapely.box(300, 0, 308, 300), shapely.box(308, 0, 600, 300)]
    area = area_of(strips, [(100, 150), (500, 150)])
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([shapely.LineString([(304, -50), (304, 350)])]))
    assert sorted(found.borders["how"]) == ["left", "streets"]
    assert found.borders.set_index("how").loc["left", "stopped_by"] == "crossing"
    everyone_is_at_home(area, found)


@pytest.mark.parametrize(("name", "metres", "degrees"), [("town", 6.0, 0.3), ("anjing", 3.0, 0.1)])
def test_a_town_beside_displaced_streets_follows_them_and_keeps_everyone(name, metres, degrees):
    area = lg.datasets.load(name)
    roads = area.roads
    middle = (roads.total_bounds[:2] + roads.total_bounds[2:]) / 2
    roads = roads.set_geometry(roads.rotate(degrees, origin=tuple(middle)).translate(metres, metres / 2))
    found = lg.smooth_borders(area.plan, 4.0, streets=roads)
    everyone_is_at_home(area, found)
    assert found.junctions_moved > 0.1 * len(found.borders)
    near, laid = found.borders["near_m"].sum(), found.borders["streets_m"].sum()
    assert near > 0.5 * found.borders["length_m"].sum() and laid > 0.6 * near
    on_street = found.borders.geometry.intersection(
        shapely.buffer(shapely.union_all(roads.geometry), 0.01)
    ).length.sum()
    assert on_street > 0.95 * laid
    xy = shapely.get_coordinates(found.borders.geometry.to_numpy()) - np.array(area.frame_origin)
    assert np.abs(xy * 1000 - np.rint(xy * 1000)).max() < 1e-3  # whole millimetres
    again = found if name == "anjing" else lg.smooth_borders(area.plan, 4.0, streets=roads)
    assert shapely.equals_exact(found.borders.geometry.to_numpy(), again.borders.geometry.to_numpy()).all()


def test_outlines_that_do_not_share_their_vertices_stay_exact():
    # The eastern blocks meet in the middle of the western one's side: no vertex there.
    area = area_of(
        [shapely.box(0, 0, 300, 300), shapely.box(300, 0, 600, 150), shapely.box(300, 150, 600, 300)], [(9, 9)]
    )
    found = lg.smooth_borders(area.plan, 3.0, streets=layer([STREET]))
    assert set(found.borders["how"]) == {"left"}
    assert shapely.equals(found.shapes, area.plan.outlines()).all()


def test_carrying_out_lays_borders_on_streets_where_these_are_given():
    town = lg.datasets.load("town")
    ready = lg.carry_out(town.plan, town.plan, smooth_m=3.0, streets=town.roads)
    assert ready.borders.summary.set_index("how").loc["streets", "borders"] > 0
    drawn = ready.grids.set_index("grid_id").geometry
    for grid, shape in zip(town.ids("grids"), ready.borders.shapes, strict=True):
        if grid in drawn.index and shape is not None:
            assert shapely.equals(drawn[grid], shape)
    assert lg.carry_out(town.plan, town.plan).borders is None
    axes = ready.borders.plot(streets=town.roads)
    assert "along streets" in axes.get_legend().get_texts()[0].get_text()


def test_bad_input_is_refused():
    area = west_and_east(ZIGZAG)
    for bad, match in (
        ({"tolerance_m": -1.0}, "tolerance_m"),
        ({"reach_m": float("nan")}, "reach_m"),
        ({"streets": layer([STREET]).to_crs("EPSG:4326")}, "streets are in another CRS"),
        ({"buildings": layer([shapely.box(0, 0, 1, 1)]).to_crs("EPSG:4326")}, "buildings are in another CRS"),
        ({"buildings": layer([STREET])}, "polygons"),
        ({"streets": layer([shapely.Point(0, 0)])}, "neither lines nor polygons"),
    ):
        with pytest.raises(lg.InvalidInput, match=match):
            lg.smooth_borders(area.plan, **bad)
