"""Bounds in words: the road along a side, else the neighbour, else the edge; metres add up to the border."""

import doctest

import geopandas as gpd
import numpy as np
import pytest
import shapely

import libgrid as lg
from libgrid import four_bounds


def lines(**named):
    return gpd.GeoDataFrame(
        {"name": list(named)}, geometry=[shapely.LineString(xy) for xy in named.values()], crs="EPSG:4544"
    )


def two_grids():
    return gpd.GeoDataFrame(
        {"grid_id": ["a", "b"], "name": ["甲", "乙"]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
        crs="EPSG:4544",
    )


def test_road_river_neighbour_and_edge():
    roads = lines(人民路=[(0, 110), (200, 110)], 小巷=[(50, 105), (50, 300)])
    rivers = lines(府河=[(-10, -50), (-10, 150)])
    found = lg.describe_bounds(two_grids(), roads=roads, rivers=rivers)
    assert found.frame["zh"].tolist() == [
        "东至乙，南至区域边界，西至府河，北至人民路",
        "东至区域边界，南至区域边界，西至甲，北至人民路",
    ]
    assert found.frame["en"][0] == "east to 乙; south to the edge of the area; west to 府河; north to 人民路"
    a = found.sides[found.sides["grid_id"] == "a"]
    assert dict(zip(a["side"], a["kind"], strict=True)) == {
        "east": "grid", "south": "edge", "west": "river", "north": "road",
    }  # fmt: skip
    np.testing.assert_allclose(a["length_m"], 100)


def test_a_crossing_road_bounds_nothing_however_near():
    across = lines(横路=[(95, 50), (150, 50)])
    assert "横路" not in "".join(lg.describe_bounds(two_grids(), roads=across).frame["zh"])


def test_the_nearer_of_two_roads_counts_and_the_reach_ends():
    roads = lines(近=[(0, 105), (200, 105)], 远=[(0, 120), (200, 120)])
    assert lg.describe_bounds(two_grids(), roads=roads).frame["zh"].str.endswith("北至近").all()
    assert not lg.describe_bounds(two_grids(), roads=roads, reach_m=4).frame["zh"].str.contains("近").any()


def test_a_side_of_two_roads_names_both_by_length_and_leaves_out_a_corner():
    roads = lines(西段=[(0, 105), (65, 105)], 东段=[(65, 105), (95, 105)], 角=[(95, 105), (100, 105)])
    found = lg.describe_bounds(two_grids(), roads=roads, reach_m=6)
    assert found.frame["zh"][0].endswith("北至西段、东段")
    north = found.sides[(found.sides["grid_id"] == "a") & (found.sides["side"] == "north")]
    assert north["length_m"].sum() == pytest.approx(100) and north["name"].tolist()[0] == "西段"
    assert not north["in_text"].iloc[-1]


def test_diagonal_borders_and_enclaves():
    diamond = shapely.Polygon([(0, 0), (100, -90), (200, 0), (100, 90)])
    ring = shapely.Polygon(shapely.box(-50, -150, 250, 150).exterior, [diamond.exterior])
    grids = gpd.GeoDataFrame({"grid_id": ["in", "out"]}, geometry=[diamond, ring], crs="EPSG:4544")
    found = lg.describe_bounds(grids)
    inner = found.frame.set_index("grid_id").loc["in", "zh"]
    assert inner == "南至out，北至out"  # its borders run more east-west than north-south
    outer = found.sides[found.sides["grid_id"] == "out"]
    assert outer["length_m"].sum() == pytest.approx(1_200)  # the border of the enclave is none of its bounds


@pytest.mark.parametrize("seed", range(3))
def test_metres_add_up_to_every_border_whatever_way_the_rings_run(anjing, seed):
    grids = anjing.grids[anjing.grids["level"] == "micro"].sample(25, random_state=seed)
    found = lg.describe_bounds(grids, roads=anjing.roads)
    metres = found.sides.groupby("grid_id")["length_m"].sum()
    for row in grids.itertuples():
        shells = shapely.get_exterior_ring(shapely.get_parts(row.geometry))
        assert metres[row.grid_id] == pytest.approx(shapely.length(shells).sum(), rel=1e-9)
    turned = grids.assign(geometry=shapely.reverse(grids.geometry.to_numpy()))
    again = lg.describe_bounds(turned, roads=anjing.roads)
    assert again.frame["zh"].tolist() == found.frame["zh"].tolist()


def test_an_area_is_described_with_its_own_roads(anjing):
    found = lg.describe_bounds(anjing)
    leaves = int(anjing.grids["level"].isin(["micro", "dedicated"]).sum())
    assert len(found.frame) == leaves and found.frame["zh"].str.startswith("东至").mean() > 0.95
    share = found.sides.groupby("kind")["length_m"].sum() / found.sides["length_m"].sum()
    assert share["road"] > 0.2 and share["grid"] > 0.1
    total = found.sides.groupby(["grid_id", "side"])["share"].sum()
    np.testing.assert_allclose(total, 1)
    assert "FourBounds(" in repr(found)


def test_refusals_say_the_cure():
    grids = two_grids()
    with pytest.raises(lg.InvalidInput, match="reach_m"):
        lg.describe_bounds(grids, reach_m=0)
    with pytest.raises(lg.InvalidInput, match="in degrees"):
        lg.describe_bounds(grids.to_crs(4490))
    with pytest.raises(lg.InvalidInput, match="several times"):
        lg.describe_bounds(grids.assign(grid_id="a"))
    with pytest.raises(lg.InvalidInput, match="none has an outline"):
        lg.describe_bounds(grids.iloc[:0])
    with pytest.raises(lg.InvalidInput, match="column name"):
        lg.describe_bounds(grids, roads=lines(路=[(0, 0), (1, 1)])[["geometry"]])
    with pytest.raises(lg.InvalidInput, match="another CRS"):
        lg.describe_bounds(grids, rivers=lines(河=[(0, 0), (1, 1)]).to_crs(4490))
    with pytest.raises(lg.InvalidInput, match="StudyArea"):
        lg.describe_bounds([1])


def test_the_examples_run():
    assert doctest.testmod(four_bounds).failed == 0
