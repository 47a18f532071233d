import doctest
import itertools
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

import libgrid as lg

CRS = "EPSG:4544"


def net(shapes, ids=None):
    ids = ids or [str(k) for k in range(len(shapes))]
    return gpd.GeoDataFrame({"grid_id": ids}, geometry=list(shapes), crs=CRS)


def stripes(cuts, vertical=True, side=60.0):
    edges = [0.0, *cuts, side]
    pairs = itertools.pairwise(edges)
    return net([box(a, 0, b, side) if vertical else box(0, a, side, b) for a, b in pairs])


def test_shares_equal_intersections_computed_pair_by_pair():
    rng = np.random.default_rng(4)
    civil, police = stripes([13, 31.5]), stripes([7, 22, 40.25], vertical=False)
    points = rng.uniform(0, 60, (500, 2)).round(3)
    one = lg.reconcile({"civil": civil, "police": police}, households=points)
    assert one.grids["grid_id"].tolist() == ["0", "1", "2"]
    assert shapely.equals(one.grids.geometry.to_numpy(), civil.geometry.to_numpy()).all()
    table = one.crosswalk.query("net == 'police'").set_index(["id", "grid_id"])
    home = lg.locate(points, civil), lg.locate(points, police)
    for i, a in enumerate(police.geometry):
        for j, b in enumerate(civil.geometry):
            row = table.loc[(str(i), str(j))]
            assert row.area_m2 == pytest.approx(a.intersection(b).area)
            assert row.share_area == pytest.approx(a.intersection(b).area / a.area)
            assert row.households == ((home[1] == i) & (home[0] == j)).sum()
    shares = one.crosswalk.groupby(["net", "id"])[["share_area", "share_households"]].sum()
    np.testing.assert_allclose(shares, 1.0)
    assert len(one.pieces) == 12 and one.pieces.area_m2.sum() == pytest.approx(3600)


def test_fifteen_nets_lose_no_ground_and_count_none_twice():
    rng = np.random.default_rng(15)
    nets = {
        f"n{k:02d}": stripes(sorted(rng.uniform(1, 59, 5).round(2)), vertical=bool(k % 2)) for k in range(15)
    }  # fmt: skip
    nets["n07"] = net([shapely.affinity.translate(g, 20, 0) for g in nets["n07"].geometry])
    one = lg.reconcile(nets)
    total = shapely.union_all([g for frame in nets.values() for g in frame.geometry]).area
    assert one.grids.geometry.area.sum() == pytest.approx(total, abs=0.1)
    assert one.grids.geometry.is_valid.all()
    assert one.crosswalk.groupby(["net", "id"]).ngroups == sum(map(len, nets.values()))
    assert (one.crosswalk.groupby(["net", "id"])["largest"].sum() == 1).all()


def test_ground_that_only_a_later_net_has_joins_its_largest_share_or_stays_a_grid_of_its_own():
    civil = net([box(0, 0, 10, 10)], ["A"])
    police = net([box(5, 0, 14, 10), box(14, 0, 30, 10)], ["p", "q"])
    one = lg.reconcile({"civil": civil, "police": police})
    area = one.grids.set_index("grid_id").geometry.area
    assert area.to_dict() == {"A": 140.0, "police:q": 160.0}
    apart = lg.reconcile({"civil": civil, "police": police}, join_share=0.6)
    assert apart.grids["grid_id"].tolist() == ["A", "police:p", "police:q"]
    onto = lg.reconcile({"civil": civil, "police": police}, onto="police")
    assert onto.grids.set_index("grid_id").geometry.area.to_dict() == {"p": 140.0, "q": 160.0}


def test_what_is_unclear_is_listed_with_the_reason():
    civil = net([box(0, 0, 10, 10), box(10, 0, 20, 10)], ["A", "B"])
    police = net([box(0, 0, 14, 10), box(0, 20, 10, 30), box(0, 0, 0.5, 0.5)], ["p", "far", "in"])
    one = lg.reconcile({"civil": civil, "police": police})
    assert one.ambiguous.values.tolist() == [["police", "p", "A", 10 / 14, "B", 4 / 14, "share"]]
    assert one.overlaps.values.tolist() == [["police", "p", "in", 0.25]]
    crowd = np.array([[11.0, 5.0], [12.0, 5.0], [1.0, 5.0]])
    one = lg.reconcile({"civil": civil, "police": police}, households=crowd, clear_share=0.5)
    row = one.ambiguous.iloc[0]
    assert (row["id"], row.second, row.reason) == ("p", "B", "households")


def test_bad_nets_are_refused_by_name():
    good = net([box(0, 0, 1, 1)])
    for nets, match in (
        ({}, "at least one"),
        ({"a": good.drop(columns="grid_id")}, "grid_id"),
        ({"a": good, "b": good.to_crs("EPSG:4490")}, "projected"),
        ({"a": good, "b": good.to_crs("EPSG:4543")}, "another CRS"),
        ({"a": net([box(0, 0, 1, 1)] * 2, ["x", "x"])}, "not unique"),
        ({"a": net([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])], ["bow"])}, "a bow .Self-intersection"),
    ):
        with pytest.raises(lg.InvalidInput, match=match):
            lg.reconcile(nets)
    with pytest.raises(lg.InvalidInput, match="onto"):
        lg.reconcile({"a": good}, onto="b")
    with pytest.raises(lg.InvalidInput, match="clear_share"):
        lg.reconcile({"a": good}, clear_share=2)
    with pytest.raises(lg.InvalidInput, match="households"):
        lg.reconcile({"a": good}, households=np.array([[np.nan, 1.0]]))


def test_docstrings():
    assert doctest.testmod(sys.modules["libgrid.reconcile"]).failed == 0
