"""The outer edge of a city's folder: who lives near it is told, and inside the city nobody is."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.city.edge import near_outer_edge
from libgrid.questions import DEFAULTS

import libgrid as lg

SIDE, WALK = 4000.0, 1250.0  # a quarter of an hour at 5 km/h
ORIGIN = (390_000.0, 3_400_000.0)


def square(k, outside_at=None):
    """A sub-district of one block and a hundred households, in row-major order of a city of three by three."""
    west, south = ORIGIN[0] + SIDE * (k % 3), ORIGIN[1] + SIDE * (k // 3)
    x, y = np.meshgrid(west + 200 + 400.0 * np.arange(10), south + 200 + 400.0 * np.arange(10))
    homes = pd.DataFrame({"household_id": [f"{k}-H{n}" for n in range(100)], "block_id": f"{k}-B", "n_usual": 2})
    sites = [(f"{k}-S", "station", True, shapely.Point(west + 2000, south + 2000))]
    if outside_at is not None:
        sites.append((f"{k}-O", "station", False, shapely.Point(west + outside_at[0], south + outside_at[1])))
    return lg.StudyArea.from_frames(
        blocks=gpd.GeoDataFrame(
            {"block_id": [f"{k}-B"], "grid_id": [f"{k}-G"]},
            geometry=[shapely.box(west, south, west + SIDE, south + SIDE)], crs="EPSG:4544",
        ),
        households=gpd.GeoDataFrame(homes, geometry=shapely.points(x.ravel(), y.ravel()), crs="EPSG:4544"),
        grids=pd.DataFrame({"grid_id": [f"{k}-G"], "level": "micro"}),
        sites=gpd.GeoDataFrame(
            pd.DataFrame(sites, columns=["site_id", "kind", "inside", "geometry"]), geometry="geometry", crs="EPSG:4544"
        ),
        crs="EPSG:4544", origin=ORIGIN,
    )  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    return lg.write_city(tmp_path_factory.mktemp("edge"), ((f"K{k}", square(k)) for k in range(9)))


def near(city, name, halo_m=3000.0):
    area = city.open(name)
    return area, near_outer_edge(city, area, name, settings=DEFAULTS, halo_m=halo_m)


def distance_to(area, box):
    return shapely.distance(shapely.points(area.points("households")), shapely.boundary(box))


@pytest.mark.parametrize("name", ["K0", "K1", "K4", "K5", "K8"])
def test_who_lives_within_a_walk_of_the_outer_edge_is_told(city, name):
    area, told = near(city, name)
    whole = shapely.box(*ORIGIN, ORIGIN[0] + 3 * SIDE, ORIGIN[1] + 3 * SIDE)
    assert (told == (distance_to(area, whole) <= WALK)).all()
    assert told.any() == (name != "K4")


def test_a_folder_of_a_part_of_the_city_ends_where_its_subdistricts_end(city, tmp_path):
    part = lg.write_city(tmp_path, ((f"K{k}", square(k)) for k in (0, 1, 3, 4)))
    area, told = near(part, "K4")
    whole = shapely.box(*ORIGIN, ORIGIN[0] + 2 * SIDE, ORIGIN[1] + 2 * SIDE)
    assert (told == (distance_to(area, whole) <= WALK)).all() and told.any() and not told.all()


def test_a_subdistrict_that_is_missing_in_the_middle_is_an_edge(tmp_path):
    ring = lg.write_city(tmp_path, ((f"K{k}", square(k)) for k in range(9) if k != 4))
    area, told = near(ring, "K1")
    hole = shapely.box(ORIGIN[0] + SIDE, ORIGIN[1] + SIDE, ORIGIN[0] + 2 * SIDE, ORIGIN[1] + 2 * SIDE)
    beside = shapely.distance(shapely.points(area.points("households")), hole) <= WALK - 20  # corners are rounded
    assert told[beside].all() and beside.sum() >= 20


def test_without_a_halo_every_edge_is_an_outer_one(city):
    area, told = near(city, "K4", halo_m=0.0)
    assert (told == (distance_to(area, shapely.union_all(area.blocks.geometry.to_numpy())) <= WALK)).all()


def test_who_knows_sites_outside_has_no_edge(tmp_path):
    one = lg.write_city(tmp_path, [("K0", square(0, outside_at=(-300, -300)))])
    assert not near(one, "K0")[1].any()


def test_a_site_of_a_neighbour_in_the_city_is_nothing_beyond_it(tmp_path):
    two = lg.write_city(tmp_path, [("K0", square(0, outside_at=(SIDE + 300, 2000))), ("K1", square(1))])
    assert near(two, "K0")[1].any()


def test_measures_count_people_near_the_edge_who_are_not_covered(tmp_path):
    from libgrid.generator.city import CitySpec, make_city

    city = make_city(tmp_path, CitySpec(households=1200, subdistricts=2, communities=4, seed=5))
    found = lg.measure_city(city)
    table = found.subdistricts
    for kind in ("access", "response"):
        unsure, beyond = table[f"people_uncertain_{kind}"], table[f"people_beyond_{kind}"]
        assert (unsure <= beyond).all() and unsure.sum() == found.headline[f"people_uncertain_{kind}"]
        assert found.grids[f"people_uncertain_{kind}"].sum() == unsure.sum()
    # So small a city is near its edge everywhere.
    assert found.headline["people_uncertain_response"] == found.headline["people_beyond_response"] > 0
