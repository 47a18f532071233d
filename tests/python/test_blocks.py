import doctest
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from libgrid.ragged import to_polygons
from shapely.geometry import LineString, Polygon, box

import libgrid as lg
from libgrid import _core

CRS = "EPSG:4544"


def houses(*shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def lines(*xy):
    return gpd.GeoSeries([LineString(p) for p in xy], crs=CRS)


def row_of_houses(n=4, **columns):
    return houses(*[box(30 * k, 0, 30 * k + 10, 10) for k in range(n)], **columns)


def test_a_river_is_never_crossed_but_a_street_may_be():
    one = houses(box(0, 0, 10, 10))
    line = lines([(15, -200), (15, 200)])
    assert lg.build_blocks(one, line).geometry[0].bounds[2] > 60  # nobody else wants the far side
    assert lg.build_blocks(one, barriers=line).geometry[0].bounds[2] == 15
    banks = gpd.GeoDataFrame(geometry=[box(15, -200, 25, 200)], crs=CRS)
    assert lg.build_blocks(one, barriers=banks).geometry[0].bounds[2] == 15
    two = row_of_houses(2)
    blocks = lg.build_blocks(two, barriers=lines([(12, -200), (12, 200)]))
    assert lg.locate([[11, 5], [13, 5]], blocks).tolist() == [0, 1]  # nearer to the first, but across


def test_compounds_are_limits_and_can_be_one_block():
    wall = gpd.GeoDataFrame({"compound_id": ["K"]}, geometry=[box(-5, -5, 55, 15)], crs=CRS)
    town = row_of_houses(4, building_id=list("abcd"), n_households=[3, 4, 5, 6], kind=["flat", "flat", "x", "y"])
    blocks = lg.build_blocks(town, compounds=wall)
    assert blocks.compound_id.tolist()[:2] == ["K", "K"] and blocks.compound_id[2:].isna().all()
    inside = shapely.union_all(blocks.geometry[:2])
    assert inside.symmetric_difference(wall.geometry[0]).area < 0.01
    one = lg.build_blocks(town, compounds=wall, merge_compounds=True)
    assert one.block_id.tolist() == ["K", "c", "d"]
    assert one.n_households.tolist() == [7, 5, 6] and one.n_buildings.tolist() == [2, 1, 1]
    assert one.kind[0] == "flat" and one.geometry[0].geom_type == "Polygon"
    stacked = lg.build_blocks(town, compounds=wall, merge_compounds=True, max_households=4)
    assert stacked.block_id.tolist() == ["K/1", "K/2", "c/1", "c/2", "d/1", "d/2"]
    assert stacked.n_households.sum() == 18


def test_a_house_on_the_wall_of_a_compound_has_no_land_on_the_other_side():
    wall = gpd.GeoDataFrame({"compound_id": ["K"]}, geometry=[box(-5, -20, 38, 20)], crs=CRS)
    town = row_of_houses(3)  # the second house, from x=30 to 40, stands on the wall, its middle inside
    blocks = lg.build_blocks(town, compounds=wall)
    assert blocks.compound_id.tolist()[:2] == ["K", "K"]
    outside = blocks.geometry[1].difference(wall.geometry[0])
    assert outside.symmetric_difference(box(38, 0, 40, 10)).area < 0.1
    assert lg.locate([[41, 5], [37, 15]], blocks).tolist() == [2, 1]


def test_towers_are_split_by_stairwell_and_floor_and_lose_nobody():
    tower = houses(box(0, 0, 30, 10), building_id=["T"], n_households=[50], n_units=[3], n_floors=[10])
    blocks = lg.build_blocks(tower, max_households=10)
    assert blocks.block_id.tolist() == ["T/1.1", "T/1.2", "T/2.1", "T/2.2", "T/3.1", "T/3.2"]
    assert blocks.n_households.sum() == 50 and blocks.n_households.max() <= 10
    assert (blocks.geometry == blocks.geometry[0]).all()
    assert lg.build_blocks(tower, max_households=17).block_id.tolist() == ["T/1", "T/2", "T/3"]
    assert lg.build_blocks(tower, max_households=60).block_id.tolist() == ["T"]
    low = tower.assign(n_floors=1)
    assert len(lg.build_blocks(low, max_households=10)) == 3
    assert len(lg.build_blocks(tower.drop(columns="n_units"), max_households=10)) == 5


def random_town(seed, n=60):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 300, (n, 2)).round(2)
    size = rng.uniform(4, 25, (n, 2)).round(2)
    turn = rng.uniform(0, 90, n)
    return houses(*[shapely.affinity.rotate(box(*c, *(c + s)), t) for c, s, t in zip(corner, size, turn, strict=True)])


@pytest.mark.parametrize("seed", range(6))
def test_blocks_of_a_random_town_tessellate_and_hang_together(seed):
    town = random_town(seed)
    streets = lines([(-50, 100), (350, 130)], [(90, -50), (120, 350)])
    river = lines([(-60, 210), (150, 190), (380, 230)])
    blocks = lg.build_blocks(town, streets, barriers=river)
    assert blocks.geometry.is_valid.all()
    polygons, _ = to_polygons(blocks)
    first = _core.find_footprints(polygons)
    rows = np.flatnonzero(first == np.arange(len(first))).astype(np.int32)
    faults = _core.check_coverage(polygons.take(rows), 0.0)
    assert not len(faults["overlap_a"])
    # One face each, unless a smaller building or the river itself cuts the footprint.
    shapes = town.geometry.to_numpy()
    whole = np.array(
        [
            not any(shapes[j].intersects(shapes[i]) for j in range(len(town)) if j != i)
            and not river[0].intersects(shapes[i])
            for i in range(len(town))
        ]
    )
    assert whole.sum() > 10
    assert (blocks.geometry[whole].geom_type == "Polygon").all()
    # A little inside its border no block meets the river, unless its building stands on it.
    dry = ~shapely.intersects(shapes, river[0])
    inner = shapely.buffer(blocks.geometry.to_numpy()[dry], -0.01)
    assert float(shapely.length(shapely.intersection(inner, river[0])).max()) < 0.05


def test_blocks_are_the_same_bits_on_any_number_of_threads():
    town = random_town(9, 30)
    one, four = (lg.build_blocks(town, threads=k).geometry.to_numpy() for k in (1, 4))
    assert shapely.equals_identical(one, four).all()


def test_bad_input_is_refused_by_name():
    two = row_of_houses(2, building_id=["a", "b"], n_households=[1, 2])
    overlapping = gpd.GeoDataFrame({"compound_id": ["K", "L"]}, geometry=[box(0, 0, 9, 9), box(5, 0, 20, 9)], crs=CRS)
    for options, match in (
        ({"compounds": overlapping}, "K and L"),
        ({"merge_compounds": True}, "needs compounds"),
        ({"barriers": lines([(0, 0), (1, 1)]).to_crs("EPSG:4543")}, "barriers are in another CRS"),
        ({"max_households": 0}, "at least 1"),
        ({"max_households": True}, "at least 1"),
    ):
        with pytest.raises(lg.InvalidInput, match=match):
            lg.build_blocks(two, **options)
    for frame, match in (
        (two.assign(building_id=["a", None]), "no id"),
        (two.assign(building_id=["a", "a"]), "repeat"),
        (two.set_geometry(gpd.GeoSeries([box(0, 0, 1, 1), Polygon()], crs=CRS)), r"no footprint \(b\)"),
        (two.assign(n_units=1.5), "n_units"),
    ):
        with pytest.raises(lg.InvalidInput, match=match):
            lg.build_blocks(frame, max_households=1)


def test_docstrings():
    assert doctest.testmod(sys.modules["libgrid.blocks"]).failed == 0
