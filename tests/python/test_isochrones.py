"""Streets in reach and isochrones from Python: what is promised about them, the door's checks, Ctrl-C."""

import signal
import subprocess
import sys
import textwrap
import time
import warnings

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import libgrid as lg

CRS = "EPSG:4544"


def grid_town(side=7, step_m=120.0, drop=(), mode="walk"):
    """Streets on a square lattice, each its own road; `drop` names roads that are not there."""
    lines, ids = [], []
    for k in range(side):
        for i in range(side - 1):
            for name, line in (
                (f"h{k}-{i}", [(i * step_m, k * step_m), ((i + 1) * step_m, k * step_m)]),
                (f"v{k}-{i}", [(k * step_m, i * step_m), (k * step_m, (i + 1) * step_m)]),
            ):
                if name not in drop:
                    lines.append(shapely.LineString(line))
                    ids.append(name)
    return lg.RoadNetwork.from_frame(gpd.GeoDataFrame({"road_id": ids}, geometry=lines, crs=CRS), mode=mode)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-50, 800), st.floats(-50, 800)), min_size=1, max_size=4),
    st.lists(st.integers(1, 900), min_size=1, max_size=3, unique=True),
    st.sets(st.sampled_from([f"{d}{k}-{i}" for d in "hv" for k in range(7) for i in range(6)]), max_size=30),
    st.sampled_from(["from_source", "to_source"]),
)
def test_what_is_promised_holds_on_towns_with_gaps(points, thresholds, drop, direction):
    net = grid_town(drop=drop)
    sources = np.array(points)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        shapes = lg.build_isochrones(net, sources, thresholds, direction=direction, cell_m=8, cap_m=40)
    assert shapes.geometry.is_valid.all() and shapes.crs == net.crs
    for (source, threshold), row in shapes.groupby(["source", "threshold_s"]):
        polygon = row.geometry.iloc[0]
        pieces = lg.find_reached_edges(net, sources[[source]], threshold, direction=direction)
        if not len(pieces):
            continue
        streets = shapely.union_all(pieces.geometry.to_numpy())
        assert shapely.buffer(polygon, 0.01).covers(streets)
        far = shapely.distance(shapely.points(shapely.get_coordinates(polygon)), streets)
        assert far.max() <= 40
        smaller = shapes[(shapes.source == source) & (shapes.threshold_s < threshold)].geometry
        assert all(polygon.covers(other) for other in smaller if not other.is_empty)


def test_reached_pieces_end_where_travel_times_say():
    net = grid_town()
    origin = np.array([[130.0, 10.0]])
    pieces = lg.find_reached_edges(net, origin, 300)
    cut = pieces[(pieces.to_fraction < 1) & (pieces.from_fraction == 0)]
    assert len(cut) == 7 and (cut.to_time_s == 300).all()
    ends = shapely.get_point(cut.geometry.to_numpy(), -1)
    times = lg.travel_times(net, origin, shapely.get_coordinates(ends))
    # Another way may be shorter; the piece's own is 300 s, less at most a millisecond of rounding and 1 mm of drawing.
    assert (times <= 300.001).all() and np.isclose(times, 300, atol=0.01).sum() == 4
    assert set(pieces.columns) == {
        "source", "edge", "road_id", "from_fraction", "to_fraction", "from_time_s", "to_time_s", "geometry",
    }  # fmt: skip


def test_a_street_length_in_reach_is_time_by_speed():
    net = grid_town(side=2, step_m=600)  # a square of four streets, 2,400 m
    pieces = lg.find_reached_edges(net, np.array([0]), 200)
    assert pieces.geometry.length.sum() == pytest.approx(2 * 200 * 1.2, abs=0.01)


def test_direction_matters_on_one_way_streets():
    line = shapely.LineString([(0, 0), (1000, 0)])
    roads = gpd.GeoDataFrame({"road_id": ["a"], "oneway": ["yes"]}, geometry=[line], crs=CRS)
    net = lg.RoadNetwork.from_frame(roads, mode="car")
    out = lg.build_isochrones(net, [0], 60, cell_m=5).geometry[0]
    into = lg.build_isochrones(net, [1], 60, direction="to_source", cell_m=5).geometry[0]
    assert out.contains(shapely.Point(400, 0)) and not out.contains(shapely.Point(500, 0))
    assert into.contains(shapely.Point(600, 0)) and not into.contains(shapely.Point(500, 0))
    assert lg.build_isochrones(net, [1], 60, cell_m=5).geometry[0].area < 10_000


def test_shares_and_bands():
    net = grid_town()
    sources = np.array([[0.0, 0.0], [720.0, 720.0], [720.0, 0.0]])
    each = lg.build_isochrones(net, sources, [900, 300])
    assert each[["source", "threshold_s"]].values.tolist() == [[i, t] for i in range(3) for t in (300, 900)]
    together = lg.build_isochrones(net, sources, [300, 900], share="together", min_hole_m2=0)
    assert together.source.tolist() == [-1, -1]
    union = shapely.union_all(lg.build_isochrones(net, sources, 300, min_hole_m2=0).geometry.to_numpy())
    assert together.geometry[0].symmetric_difference(union).area < 0.01 * union.area
    nearest = lg.build_isochrones(net, sources, 900, share="nearest", min_hole_m2=0)
    shapes = nearest.geometry.to_numpy()
    assert shapely.intersection(shapes[0], shapes[1]).area == 0
    assert nearest.area.sum() == pytest.approx(together.area[1], rel=0.01)
    bands = lg.build_isochrones(net, sources, [300, 900], bands=True)
    assert bands.area[1] == pytest.approx(each.area[1] - each.area[0], abs=1e-6)
    assert (shapely.relate_pattern(bands.geometry[0], bands.geometry[1], "F********")).all()


def test_start_times_and_off_network_time_count():
    net = grid_town()
    plain, late = (lg.build_isochrones(net, [24], 300, start_s=s).geometry[0] for s in (None, 120))
    assert late.equals(lg.build_isochrones(net, [24], 180).geometry[0]) and plain.contains(late)
    off = lg.build_isochrones(net, np.array([[180.0, 60.0]]), 60).geometry[0]  # 60 m off: 50 s
    assert 0 < off.area < lg.build_isochrones(net, np.array([[180.0, 0.0]]), 60).geometry[0].area


def test_a_river_holds_and_so_does_its_crs():
    net = grid_town(side=2, step_m=600)
    river = gpd.GeoSeries([shapely.LineString([(-200, 20), (900, 20)])], crs=CRS)
    shape = lg.build_isochrones(net, [0], 400, cell_m=4, barriers=river).geometry[0]
    assert not shape.contains(shapely.Point(200, 30)) and shape.contains(shapely.Point(200, -30))
    assert shape.contains(shapely.Point(0, 200))  # the street itself goes on across
    area = gpd.GeoDataFrame(geometry=[shapely.box(100, 15, 500, 60)], crs=CRS)
    assert not lg.build_isochrones(net, [0], 400, cell_m=4, barriers=area).geometry[0].contains(shapely.Point(200, 30))
    with pytest.raises(lg.InvalidInput, match="to_crs"):
        lg.build_isochrones(net, [0], 400, barriers=river.to_crs("EPSG:4326"))
    with pytest.raises(lg.InvalidInput, match="neither lines nor polygons"):
        lg.build_isochrones(net, [0], 400, barriers=gpd.GeoSeries([shapely.Point(0, 0)], crs=CRS))


def test_nothing_in_reach_is_an_empty_polygon_and_a_warning():
    net = grid_town()
    far = np.array([[360.0, 360.0], [99_000.0, 0.0]])
    with pytest.warns(UserWarning, match=r"1 sources reach \(1\)"):
        shapes = lg.build_isochrones(net, far, 300)
    assert shapes.geometry.is_empty.tolist() == [False, True]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(lg.build_isochrones(net, far[:0], [300, 600])) == 0
        assert lg.build_isochrones(net, far[:1], 300).area[0] > 0


def test_threads_change_nothing():
    net = grid_town()
    one, two = (lg.build_isochrones(net, np.arange(20), [200, 400], threads=n) for n in (1, 2))
    assert (shapely.to_wkb(one.geometry.to_numpy()) == shapely.to_wkb(two.geometry.to_numpy())).all()
    a, b = (lg.find_reached_edges(net, np.arange(20), 200, threads=n) for n in (1, 2))
    assert a.equals(b)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"thresholds_s": 0}, "above 0"),
        ({"thresholds_s": [60, np.inf]}, "finite"),
        ({"thresholds_s": np.nan}, "above 0"),
        ({"thresholds_s": []}, "at least one"),
        ({"direction": "out"}, "direction"),
        ({"share": "all"}, "share"),
        ({"cap_m": 20.0}, "2.2 cells"),
        ({"cell_m": 0.0}, "cell_m"),
        ({"min_hole_m2": -1.0}, "min_hole_m2"),
        ({"bands": True, "share": "nearest"}, "bands"),
        ({"start_s": [1, 2]}, "start_s"),
        ({"sources": [99]}, "sources"),
    ],
)
def test_bad_questions_are_refused_with_words(change, words):
    given = {"sources": [0], "thresholds_s": 300} | change
    with pytest.raises(lg.InvalidInput, match=words):
        lg.build_isochrones(grid_town(), **given)


def test_a_network_without_places_has_reach_but_no_polygons():
    net = lg.RoadNetwork.from_arrays(tail=[0], head=[1], seconds=[100])
    assert lg.find_reached_edges(net, [0], 50)["to_fraction"].tolist() == [0.5]
    with pytest.raises(lg.InvalidInput, match="coordinates"):
        lg.build_isochrones(net, [0], 50)


def test_ctrl_c_stops_long_work_soon():
    code = """
        import numpy as np, libgrid as lg
        side = 300
        v = np.arange(side * side).reshape(side, side)
        y, x = np.divmod(np.arange(side * side), side)
        tail = np.r_[v[:, :-1].ravel(), v[:-1].ravel()]
        head = np.r_[v[:, 1:].ravel(), v[1:].ravel()]
        net = lg.RoadNetwork.from_arrays(x=x * 80, y=y * 80, tail=tail, head=head,
                                         seconds=np.full(len(tail), 9.0), undirected=True)
        print("ready", flush=True)
        try:
            lg.build_isochrones(net, np.arange(3000), 3000)
        except KeyboardInterrupt:
            print("stopped", flush=True)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.5)
        child.send_signal(signal.SIGINT)
        sent = time.monotonic()
        assert child.stdout.readline() == "stopped\n"
        assert time.monotonic() - sent < 2
        assert child.wait(timeout=10) == 0
    finally:
        child.kill()
