"""Ways from Python: totals, geometry, street names, turns, and what there is when there is no way."""

import doctest
import importlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.directions import WORDS, heading, sentence, turn_of

import libgrid as lg

CRS = "EPSG:4544"


def cross_town():
    """Main Street runs east, Mill Lane north from its middle; the last piece of Mill Lane has no name."""
    lines = {
        "m1": ("Main Street", [(0, 0), (300, 0)]),
        "m2": ("Main Street", [(300, 0), (600, 0)]),
        "l1": ("磨坊巷", [(300, 0), (300, 120)]),
        "l2": ("磨坊巷", [(300, 120), (300, 240)]),
        "x": (None, [(300, 240), (200, 340)]),
    }
    return lg.RoadNetwork.from_frame(
        gpd.GeoDataFrame(
            {"road_id": list(lines), "name": [name for name, _ in lines.values()]},
            geometry=[shapely.LineString(xy) for _, xy in lines.values()],
            crs=CRS,
        )
    )


def test_a_way_is_told_street_by_street():
    path = lg.find_path(cross_town(), (60, -12), shapely.Point(300, 180))
    assert path and path.names == ["Main Street", "磨坊巷"]
    steps = path.steps
    assert steps["kind"].tolist() == ["off network", "street", "street"]
    assert steps["turn"].tolist() == ["to_network", "depart", "left"]
    assert steps["metres"].tolist() == pytest.approx([12, 240, 180])
    assert steps["seconds"].sum() == pytest.approx(path.time_s, abs=1e-9) and path.time_s == pytest.approx(360)
    assert path.length_m == pytest.approx(432)
    assert path.geometry.equals_exact(shapely.LineString([(60, 0), (300, 0), (300, 120), (300, 180)]), 0.001)
    assert steps.geometry.iloc[0].equals_exact(shapely.LineString([(60, -12), (60, 0)]), 0.001)
    assert steps["text_en"].iloc[2] == "turn left along 磨坊巷 for 180 m"
    assert steps["text_zh"].iloc[2] == "左转，沿磨坊巷走 180 米"
    assert steps.crs == path.steps.crs == CRS


def test_nodes_are_those_that_the_way_passes():
    net = cross_town()
    path = lg.find_path(net, (60, 0), (300, 180))
    at = shapely.get_coordinates(net.nodes.geometry.to_numpy()[path.nodes])
    assert at.tolist() == pytest.approx(np.array([[300, 0], [300, 120]]))
    whole = lg.find_path(net, 0, 1)
    assert whole.nodes.tolist() == [0, 1] and whole.from_fraction.tolist() == [0] and whole.off_network_s == (0, 0)


def test_an_unnamed_street_is_a_step_of_its_own():
    path = lg.find_path(cross_town(), (300, 0), (200, 340))
    assert path.names == ["磨坊巷"] and path.steps["turn"].tolist() == ["depart", "slight_left"]
    assert "an unnamed street" in path.steps["text_en"].iloc[1] and "无名路" in path.steps["text_zh"].iloc[1]


def test_many_pairs_equal_travel_times_to_the_bit():
    rng = np.random.default_rng(5)
    n = 400
    tail, head = rng.integers(0, n, (2, 1500))
    xy = rng.random((n, 2)) * 2000
    net = lg.RoadNetwork.from_arrays(
        x=xy[:, 0], y=xy[:, 1], tail=tail, head=head, seconds=rng.random(1500) * 300, crs=CRS
    )
    a, b = rng.random((2, 120, 2)) * 2000
    for origins, destinations in ((a, b), (a, np.repeat(b[:1], 120, axis=0))):
        paths = lg.find_paths(net, origins, destinations)
        times = lg.travel_times(net, origins, destinations)
        assert np.array_equal(paths.time_s, np.diagonal(times)) and np.isfinite(paths.time_s).sum() > 60
        frame = paths.frame
        assert isinstance(frame, gpd.GeoDataFrame) and (frame["found"] == np.isfinite(paths.time_s)).all()
        for i, path in enumerate(paths):
            if not path:
                continue
            total = path.edge_time_s.sum() + sum(path.off_network_s)
            assert total == pytest.approx(path.time_s, abs=1e-6)
            assert path.geometry.length == pytest.approx(frame["network_m"][i], abs=0.02)
            start = shapely.get_coordinates(path.steps.geometry.iloc[0])[0]
            assert np.hypot(*(start - origins[i])) < 0.002
    one, two = (lg.find_paths(net, a, b, threads=t) for t in (1, 2))
    assert all(np.array_equal(p.edges, q.edges) for p, q in zip(one, two, strict=True))


def test_no_way_is_a_value():
    line = shapely.LineString([(0, 0), (100, 0)])
    net = lg.RoadNetwork.from_frame(
        gpd.GeoDataFrame({"road_id": ["a"], "oneway": ["yes"]}, geometry=[line], crs=CRS), mode="car"
    )
    for path in (lg.find_path(net, 1, 0), lg.find_path(net, (0, 9000), 1), lg.find_path(net, 0, 1, cutoff_s=1)):
        assert not path and path.time_s == path.length_m == np.inf
        assert len(path.edges) == len(path.nodes) == len(path.steps) == len(path.names) == 0
        assert path.geometry.is_empty and "no way" in repr(path)
    frame = lg.find_paths(net, [1], [0]).frame
    assert frame["network_m"].tolist() == [np.inf] and frame.geometry[0].is_empty


def test_the_same_place_is_a_way_of_no_length():
    net = cross_town()
    path = lg.find_path(net, 1, 1)
    assert path and path.time_s == path.length_m == 0 and path.nodes.tolist() == [1]
    off = lg.find_path(net, (60, 12), (60, 12))
    assert off.time_s == pytest.approx(20) and off.length_m == pytest.approx(24)


def test_a_network_without_places_or_names_has_ways_too():
    net = lg.RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    path = lg.find_path(net, 0, 2)
    assert path.time_s == 150 and path.geometry is None and np.isnan(path.length_m) and path.names == []
    assert path.steps["seconds"].tolist() == [150] and isinstance(path.steps, pd.DataFrame)
    assert "<table" in path._repr_html_()


@pytest.mark.parametrize(
    "given", [(True, 0), ("here", 0), ([1, 2, 3], 0), (gpd.GeoSeries([shapely.Point(0, 0)] * 2), 0)]
)
def test_one_place_is_asked_for(given):
    with pytest.raises(lg.InvalidInput, match="one place"):
        lg.find_path(cross_town(), *given)


def test_lists_must_be_pairs_and_places_must_be_good():
    net = cross_town()
    with pytest.raises(lg.InvalidInput, match="pairs"):
        lg.find_paths(net, [0, 1], [0])
    with pytest.raises(lg.InvalidInput, match="destinations"):
        lg.find_paths(net, [0], [99])
    with pytest.raises(IndexError):
        lg.find_paths(net, [0], [1])[1]


def test_turns_have_words_on_both_sides():
    kinds = {turn_of(d): d for d in (0, 40, -40, 90, -90, 150, -150, 180)}
    assert set(kinds) | {"depart"} == set(WORDS)
    assert turn_of(350) == "straight" and turn_of(-270) == "right"
    assert all(zh and en for zh, en in WORDS.values()) and "?" in sentence("left", "x", np.nan)[1]
    bend = np.array([[0, 0], [1, 0], [1, 30.0]])  # the first metre is drawn askew
    assert heading(bend, at_end=False) == pytest.approx(2, abs=2) and heading(bend[:1], at_end=True) is None


@pytest.mark.parametrize("module", ["find", "path", "paths"])
def test_docstrings_of(module):
    assert doctest.testmod(importlib.import_module(f"libgrid.paths.{module}")).failed == 0
