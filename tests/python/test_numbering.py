"""Numbers run west to east in rows from the north, whatever order the table has; codes have their digits."""

import doctest

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import libgrid as lg
from libgrid import numbering

CODE = "510117008001"


def checkerboard(rows, columns, parent=CODE, side=100.0, shake=0.0, seed=1):
    """Grids r0c0 … from the north-west, drawn in a random order."""
    rng = np.random.default_rng(seed)
    table = [
        (f"r{r}c{c}", parent, shapely.box(c * side, -r * side - dy, (c + 1) * side, (1 - r) * side - dy))
        for r in range(rows)
        for c in range(columns)
        for dy in [rng.uniform(-shake, shake)]
    ]
    frame = gpd.GeoDataFrame(table, columns=["grid_id", "parent_id", "geometry"], crs="EPSG:4544")
    return frame.iloc[rng.permutation(len(frame))]


@pytest.mark.parametrize("seed", range(5))
def test_rows_from_the_north_and_in_them_from_the_west(seed):
    grids = checkerboard(4, 5, shake=20, seed=seed)
    frame = lg.number_grids(grids).frame
    assert frame["grid_id"].tolist() == [f"r{r}c{c}" for r in range(4) for c in range(5)]
    assert frame["row"].tolist() == [r for r in range(1, 5) for _ in range(5)]
    assert frame["new_id"].tolist() == [f"{CODE}{n:03d}" for n in range(1, 21)]


def test_the_order_of_the_table_never_matters():
    grids = checkerboard(5, 6, shake=60, seed=9)
    first = lg.number_grids(grids).mapping
    for seed in range(5):
        shuffled = grids.sample(frac=1, random_state=seed)
        assert lg.number_grids(shuffled).mapping == first


def test_each_community_counts_for_itself():
    both = pd.concat([checkerboard(2, 2), checkerboard(2, 3, "510117008002").assign(grid_id=lambda f: f.grid_id + "b")])
    frame = lg.number_grids(both).frame
    assert frame.groupby("parent_id")["number"].agg(["min", "max"]).to_numpy().tolist() == [[1, 4], [1, 6]]


def test_ties_are_decided_by_the_north_then_the_code():
    shapes = [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10), shapely.box(0, 2, 10, 12)]
    grids = gpd.GeoDataFrame({"grid_id": ["b", "a", "z"], "parent_id": CODE}, geometry=shapes)
    assert lg.number_grids(grids).frame["grid_id"].tolist() == ["z", "a", "b"]


def test_row_height_can_be_said():
    grids = checkerboard(2, 2)
    assert lg.number_grids(grids, row_m=500).frame["grid_id"].tolist() == ["r0c0", "r1c0", "r0c1", "r1c1"]


def test_patterns(anjing):
    plain = lg.number_grids(anjing)
    assert plain.frame["new_id"].map(len).eq(15).all() and plain.frame["new_id"].is_unique
    leaves = anjing.grids[anjing.grids["level"].isin(["micro", "dedicated"])]
    assert set(plain.mapping) == set(leaves["grid_id"])
    assert (plain.frame["new_id"].str[:12] == plain.frame["community_id"]).all()
    long = lg.number_grids(anjing, pattern="cjt349", object_class="010100").frame
    assert long["new_id"].str.fullmatch(r"010100\d{14}").all() and long["new_id"].is_unique
    city = lg.number_grids(anjing, pattern="chengdu_like").frame
    assert city["new_id"].map(len).eq(18).all() and city["new_id"].is_unique
    dedicated = anjing.grids.set_index("grid_id")["level"].reindex(city["grid_id"]).eq("dedicated").to_numpy()
    assert dedicated.any() and (city["new_id"].str[12:15].eq("000").to_numpy() == dedicated).all()
    # Each general grid has one number, and its micro-grids count from 1.
    micro = city[~dedicated]
    general = micro["new_id"].str[:15]
    assert general.groupby(micro["parent_id"]).nunique().eq(1).all()
    assert micro.groupby("parent_id")["number"].apply(lambda n: sorted(n) == list(range(1, len(n) + 1))).all()


def test_nothing_is_renamed(anjing):
    before = anjing.grids["grid_id"].tolist()
    numbers = lg.number_grids(anjing)
    assert anjing.grids["grid_id"].tolist() == before and numbers.frame["changed"].any()


def test_the_only_grid_of_a_community_is_00_in_cjt349():
    frame = lg.number_grids(checkerboard(1, 1), pattern="cjt349", object_class="010100").frame
    assert frame["new_id"].tolist() == ["010100" + CODE + "00"]


def test_an_area_without_official_codes_gets_them_by_name(line):
    area = lg.StudyArea.from_frames(**line)
    with pytest.raises(lg.InvalidInput, match=r"communities C have no code of 12 digits.*community_codes"):
        lg.number_grids(area)
    frame = lg.number_grids(area, community_codes={"C": CODE}).frame
    assert dict(zip(frame["grid_id"], frame["new_id"], strict=True)) == {"W": CODE + "001", "E": CODE + "002"}


def test_refusals_name_the_grids_and_the_cure():
    grids = checkerboard(2, 2)
    with pytest.raises(lg.InvalidInput, match="not known"):
        lg.number_grids(grids, pattern="x")
    with pytest.raises(lg.InvalidInput, match="object_class"):
        lg.number_grids(grids, pattern="cjt349")
    with pytest.raises(lg.InvalidInput, match="row_m"):
        lg.number_grids(grids, row_m=0)
    with pytest.raises(lg.InvalidInput, match="in no community"):
        lg.number_grids(grids.assign(parent_id=None))
    with pytest.raises(lg.InvalidInput, match="several times"):
        lg.number_grids(grids.assign(grid_id="a"))
    with pytest.raises(lg.InvalidInput, match="no outline"):
        lg.number_grids(grids.assign(geometry=[None] * 4))
    with pytest.raises(lg.InvalidInput, match="spreadsheet"):
        lg.number_grids(grids.assign(parent_id="5.10117E+11"))
    with pytest.raises(lg.InvalidInput, match="stand for several"):
        two = pd.concat([grids, checkerboard(1, 1, "B").assign(grid_id="q")])
        lg.number_grids(two, community_codes={"B": CODE})
    with pytest.raises(lg.InvalidInput, match="in degrees"):
        lg.number_grids(grids.to_crs(4490))
    with pytest.raises(lg.InvalidInput, match="digits count"):
        lg.number_grids(checkerboard(10, 10), pattern="cjt349", object_class="010100")
    with pytest.raises(lg.InvalidInput, match="in no community"):  # a ring of parents ends nowhere
        ring = grids.assign(level="micro").set_index("grid_id", drop=False)
        general = gpd.GeoDataFrame(
            {"grid_id": ["g1", "g2"], "parent_id": ["g2", "g1"], "level": "general"}, geometry=[None, None], crs=4544
        )
        lg.number_grids(pd.concat([ring.assign(parent_id="g1"), general]))


def test_the_examples_run():
    assert doctest.testmod(numbering).failed == 0
