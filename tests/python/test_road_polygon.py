"""Land between roads: the published field of 100 mu, closed blocks, bends and gaps, and what is refused."""

import doctest

import geopandas as gpd
import numpy as np
import pytest
import shapely

import libgrid as lg
from libgrid import road_polygon


def roads(**named):
    shapes = [shapely.MultiLineString(xy) if np.ndim(xy) == 3 else shapely.LineString(xy) for xy in named.values()]
    return gpd.GeoDataFrame({"name": list(named)}, geometry=shapes, crs="EPSG:4544")


FIELD = roads(福田路=[(0, -50), (0, 500)], 滨河路=[(400, -50), (400, 500)], 横二路=[(-50, 0), (450, 0)])
SIDES = {"福田路": "east", "滨河路": "west", "横二路": "north"}


def test_a_hundred_mu_reach_166_6667_metres_north():
    field = lg.build_polygon_from_roads(SIDES, FIELD, area_mu=100)
    assert field.area_m2 == pytest.approx(66_666.6667, abs=1e-4) and field.area_mu == pytest.approx(100, abs=1e-6)
    np.testing.assert_allclose(field.polygon.bounds, [0, 0, 400, 166.6667], atol=1e-4)
    assert field.assumed == "north" and field.stated_m2 == pytest.approx(66_666.6667, abs=1e-4)
    sides = field.sides.set_index("bounded_by")
    assert sides.loc["assumed", "side"] == "north" and sides.loc["assumed", "length_m"] == pytest.approx(400, abs=0.1)
    assert sides.loc["横二路", "side"] == "south" and sides["beyond_m"].drop("assumed").max() < 0.1
    frame = field.to_frame()
    assert frame.crs == FIELD.crs and frame["area_mu"][0] == pytest.approx(100)


@pytest.mark.parametrize("turn", [0, 12, -15])
@pytest.mark.parametrize("side", ["east", "west", "north", "south"])
def test_any_open_side_is_closed_by_the_area(side, turn):
    """Three of four roads about a turned square; the fourth side is left to the area."""
    corner = np.array([(0, 0), (400, 0), (400, 400), (0, 400), (0, 0)], dtype=float)
    angle = np.radians(turn)
    corner = corner @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    ring = {"south": corner[[0, 1]], "east": corner[[1, 2]], "north": corner[[2, 3]], "west": corner[[3, 4]]}
    away = {"south": "north", "north": "south", "east": "west", "west": "east"}
    named = {f"{s}路": xy for s, xy in ring.items() if s != side}
    sides = {f"{s}路": away[s] for s in ring if s != side}
    field = lg.build_polygon_from_roads(sides, roads(**named), area_m2=70_000)
    assert field.assumed == side and field.area_m2 == pytest.approx(70_000, abs=1e-3)
    assert field.polygon.is_valid and field.polygon.geom_type == "Polygon"


def test_roads_on_all_sides_need_no_area():
    four = roads(西=[(0, 10), (0, 90)], 东=[(100, 10), (100, 90)], 南=[(10, 0), (90, 0)], 北=[(10, 100), (90, 100)])
    block = lg.build_polygon_from_roads({"西": "东", "东": "西", "南": "北", "北": "南"}, four)
    assert block.polygon.equals(shapely.box(0, 0, 100, 100)) or block.area_m2 == pytest.approx(10_000)
    assert block.assumed == "" and block.stated_m2 is None
    np.testing.assert_allclose(block.sides["length_m"], 100, atol=0.1)
    np.testing.assert_allclose(block.sides["beyond_m"], 20, atol=0.2)  # ten metres at each end are not drawn


def test_bends_pieces_and_second_carriageways():
    bent = roads(
        弯路=[[(0, 0), (20, 50)], [(0, 100), (20, 50)]],
        双路=[[(100, -10), (100, 110)], [(110, -5), (110, 105)]],
        下=[[(-10, 0), (30, 0)], [(70, 0), (120, 0)]],
        上=[(-10, 100), (120, 100)],
    )
    block = lg.build_polygon_from_roads({"弯路": "east", "双路": "west", "下": "north", "上": "south"}, bent)
    assert block.area_m2 == pytest.approx(100 * 100 - 0.5 * 100 * 20)
    assert block.sides.set_index("bounded_by").loc["下", "beyond_m"] == pytest.approx(40, abs=0.2)


def test_random_quadrilaterals_come_back():
    rng = np.random.default_rng(6)
    for _ in range(40):
        corner = np.array([(0, 0), (300, 0), (300, 300), (0, 300)]) + rng.uniform(-60, 60, (4, 2))
        pairs = [(0, 1, "南路", "north"), (1, 2, "东路", "west"), (2, 3, "北路", "south"), (3, 0, "西路", "east")]
        cut = {n: [corner[i] + 0.1 * (corner[j] - corner[i]), corner[j]] for i, j, n, _ in pairs}
        block = lg.build_polygon_from_roads({n: s for *_, n, s in pairs}, roads(**cut))
        assert block.area_m2 == pytest.approx(shapely.Polygon(corner).area, rel=1e-9)
        assert block.polygon.symmetric_difference(shapely.Polygon(corner)).area < 1e-3


def test_an_open_side_is_refused_by_name():
    with pytest.raises(lg.InvalidInput, match=r"no road bounds the land to the north: name one, or state the area"):
        lg.build_polygon_from_roads(SIDES, FIELD)
    with pytest.raises(lg.InvalidInput, match=r"to the (west and north|north and west): name one$"):
        lg.build_polygon_from_roads({"滨河路": "west", "横二路": "north"}, FIELD, area_mu=100)


def test_refusals_say_the_cure():
    with pytest.raises(lg.InvalidInput, match="did you mean 福田路"):
        lg.build_polygon_from_roads({"福田": "east"}, FIELD)
    with pytest.raises(lg.InvalidInput, match="nothing lies clearly east"):
        lg.build_polygon_from_roads({**SIDES, "横二路": "east"}, FIELD)
    with pytest.raises(lg.InvalidInput, match="leave no land"):
        lg.build_polygon_from_roads({"福田路": "west", "滨河路": "east", "横二路": "north"}, FIELD)
    with pytest.raises(lg.InvalidInput, match="use east"):
        lg.build_polygon_from_roads({"福田路": "left"}, FIELD)
    with pytest.raises(lg.InvalidInput, match="not both"):
        lg.build_polygon_from_roads(SIDES, FIELD, area_m2=1, area_mu=1)
    with pytest.raises(lg.InvalidInput, match="positive"):
        lg.build_polygon_from_roads(SIDES, FIELD, area_mu=-1)
    with pytest.raises(lg.InvalidInput, match="at least one road"):
        lg.build_polygon_from_roads({}, FIELD)
    with pytest.raises(lg.InvalidInput, match="in degrees"):
        lg.build_polygon_from_roads(SIDES, FIELD.to_crs(4490))
    with pytest.raises(lg.InvalidInput, match="name or road_id"):
        lg.build_polygon_from_roads(SIDES, FIELD[["geometry"]])
    with pytest.raises(lg.InvalidInput, match="no room"):
        lg.build_polygon_from_roads(SIDES, FIELD, area_m2=1e9)


def test_roads_that_close_the_land_overrule_the_stated_area():
    narrow = roads(左=[(0, 0), (50, 100)], 右=[(100, 0), (50.5, 100)], 底=[(-10, 0), (110, 0)])
    field = lg.build_polygon_from_roads({"左": "east", "右": "west", "底": "north"}, narrow, area_m2=50_000)
    assert field.assumed == "" and field.area_m2 == pytest.approx(100 * 100 / 0.995 / 2)
    assert field.stated_m2 == 50_000 and field.stated_share == pytest.approx(50_000 / field.area_m2)


def test_grids_are_measured_in_mu_too(town):
    grids = lg.measure_plan(town).grids
    np.testing.assert_allclose(grids["area_mu"] * 10_000 / 15, grids["area_m2"])


def test_the_examples_run():
    assert doctest.testmod(road_polygon).failed == 0
