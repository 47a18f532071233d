"""Road networks and travel times from Python: scipy as the oracle, the door's checks, Ctrl-C."""

import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import libgrid as lg

CRS = "EPSG:4544"


def shared_file(*parts):
    root = os.environ.get("LIBGRID_SHARED") or Path(__file__).parents[2].parent / "shared"
    path = Path(root).joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"{path} is absent: set LIBGRID_SHARED")
    return path


def random_network(seed, n=300, m=1200):
    rng = np.random.default_rng(seed)
    tail, head = rng.integers(0, n, (2, m))
    ms = rng.integers(1, 100_000, m)
    net = lg.RoadNetwork.from_arrays(x=rng.random(n), y=rng.random(n), tail=tail, head=head, seconds=ms / 1000)
    frame = pd.DataFrame({"t": tail, "h": head, "ms": ms}).groupby(["t", "h"])["ms"].min().reset_index()
    return net, csr_array((frame["ms"].astype(float), (frame["t"], frame["h"])), shape=(n, n))


def roads(**columns):
    lines = [shapely.LineString([(0, 0), (360, 0)]), shapely.LineString([(360, 0), (360, 360)])]
    return gpd.GeoDataFrame({"road_id": ["a", "b"], **columns}, geometry=lines, crs=CRS)


def test_matrix_equals_scipy_for_any_threads():
    net, graph = random_network(1)
    expected = dijkstra(graph) / 1000
    nodes = np.arange(net.node_count)
    for threads in (1, 2, 8):
        assert np.array_equal(lg.travel_times(net, nodes, nodes, threads=threads), expected)
    assert np.array_equal(lg.travel_times(net, nodes, nodes[:20]), expected[:, :20])
    cut = lg.travel_times(net, nodes[:9], nodes, cutoff_s=60)
    assert np.array_equal(cut, np.where(expected[:9] <= 60, expected[:9], np.inf))


def test_pairs_are_the_entries_within_the_cutoff():
    net, graph = random_network(2)
    expected = dijkstra(graph) / 1000
    pairs = lg.find_pairs(net, np.arange(300), np.arange(250), cutoff_s=50)
    assert (pairs.ptr.dtype, pairs.index.dtype, pairs.ms.dtype) == (np.int64, np.int32, np.uint32)
    within = expected[:, :250] <= 50
    assert np.array_equal(np.diff(pairs.ptr), within.sum(axis=1))
    assert np.array_equal(pairs.index, np.nonzero(within)[1])
    assert np.array_equal(pairs.times_s, expected[:, :250][within])
    copy = pickle.loads(pickle.dumps(pairs))
    assert np.array_equal(copy.ms, pairs.ms) and copy.shape == (300, 250)
    assert repr(pairs) == f"TravelPairs({within.sum()} pairs of 300 origins × 250 destinations)"
    assert not pairs.ms.flags.writeable and not copy.ms.flags.writeable


@pytest.mark.parametrize("direction", ["from_source", "to_source"])
def test_nearest_equals_scipy_with_starts_and_ties(direction):
    net, graph = random_network(3)
    sources = np.array([5, 80, 81, 200])
    start_s = np.array([3.0, 0.0, 7.5, 1.0])
    rows = dijkstra(graph if direction == "from_source" else graph.T, indices=sources) / 1000
    total = rows + start_s[:, None]
    result = lg.find_nearest(net, sources, k=4, start_s=start_s, direction=direction)
    order = np.argsort(total, axis=0, kind="stable").T
    expected = np.take_along_axis(total.T, order, axis=1)
    assert np.allclose(result.time_s, expected, rtol=0, atol=1e-9)
    assert np.array_equal(result.index, np.where(np.isinf(expected), -1, order))
    assert not result.index.flags.writeable and not result.time_s.flags.writeable
    targets = np.array([7, 7, 250])
    some = lg.find_nearest(net, sources, targets, direction=direction, start_s=start_s)
    assert np.array_equal(some.time_s[:, 0], result.time_s[targets, 0])


def test_frame_becomes_a_network_with_ids():
    net = lg.RoadNetwork.from_frame(roads(), mode="walk")
    assert (net.node_count, net.edge_count, net.mode) == (3, 4, "walk")
    assert net.edges["road_id"].tolist() == ["a", "a", "b", "b"]
    assert net.edges["time_s"].tolist() == [300.0] * 4
    assert net.edges.crs == CRS and net.edges.geometry.iloc[1].coords[0] == (360.0, 0.0)
    assert net.components.loc["strong", "count"] == 1


def test_one_ways_bind_riders_and_not_walkers():
    frame = roads(oneway=["yes", "reverse"])
    riding = lg.RoadNetwork.from_frame(frame, mode="ebike")
    assert riding.edge_count == 2
    assert lg.RoadNetwork.from_frame(frame, mode="walk").edge_count == 4
    ends = np.array([[0.0, 0.0], [360.0, 0.0], [360.0, 360.0]])
    times = lg.travel_times(riding, ends, ends)
    seconds = np.rint(360 / (17.1 / 3.6) * 1000) / 1000
    assert times.tolist() == [[0, seconds, np.inf], [np.inf, 0, np.inf], [np.inf, seconds, 0]]


def test_length_class_and_limit_set_the_time():
    frame = roads(**{"length_m": [720.0, np.nan], "class": ["residential", "footway"], "maxspeed_kmh": [10, None]})
    net = lg.RoadNetwork.from_frame(frame, mode="car")
    assert net.skipped == {"class not usable": 1}
    assert net.edges["time_s"].tolist() == [259.2, 259.2]
    assert net.edges["length_m"].tolist() == [720.0, 720.0]


def test_multilines_come_apart_and_missing_geometry_is_skipped():
    parts = shapely.MultiLineString([[(0, 0), (100, 0)], [(100, 0), (100, 300)]])
    frame = gpd.GeoDataFrame(
        {"road_id": ["m", "n", "o"], "length_m": [800.0, 1, 1]},
        geometry=[parts, None, shapely.LineString()],
        crs=CRS,
    )
    net = lg.RoadNetwork.from_frame(frame, mode={"mode": "walk", "speed_kmh": 3.6})
    assert net.skipped == {"no geometry": 2}
    assert net.edges["time_s"].tolist() == [200.0, 200.0, 600.0, 600.0]


def test_snapped_points_travel_off_the_network_at_both_ends():
    net = lg.RoadNetwork.from_frame(roads(), mode={"mode": "walk", "speed_kmh": 3.6, "off_network_kmh": 1.8})
    points = gpd.GeoSeries.from_xy([90.0, 270.0], [10.0, -20.0], crs=CRS)
    snapped = net.snap(points)
    assert snapped["edge"].tolist() == [0, 0] and snapped["fraction"].tolist() == [0.25, 0.75]
    assert snapped["distance_m"].tolist() == [10.0, 20.0] and snapped["reason"].tolist() == ["", ""]
    assert lg.travel_times(net, points, points)[0, 1] == 180.0 + 20.0 + 40.0
    far = net.snap(np.array([[-501.0, 0.0], [-400.0, 0.0]]))
    assert far["reason"].tolist() == ["too far", ""] and far["edge"].tolist() == [-1, 0]
    assert far["node"].tolist() == [-1, 0]
    assert np.isinf(lg.travel_times(net, np.array([[-501.0, 0.0]]), points)).all()


def test_changed_networks_leave_the_old_one_alone():
    net = lg.RoadNetwork.from_frame(roads(), mode="walk")
    closed = net.with_edges(closed=["a"])
    assert closed.edge_count == 2 and closed.edges["road_id"].tolist() == ["b", "b"]
    assert closed.node_count == 3
    slow = net.with_edges(seconds={"b": 999})
    assert slow.edges["time_s"].tolist() == [300.0, 300.0, 999.0, 999.0]
    assert net.edges["time_s"].tolist() == [300.0] * 4
    with pytest.raises(lg.InvalidInput, match="zz"):
        net.with_edges(closed=["zz"])
    with pytest.raises(lg.InvalidInput):
        net.with_edges(seconds={"a": -1})


def test_bad_edges_are_named():
    good = {"x": [0, 1], "y": [0, 0], "tail": [0, 1], "head": [1, 0]}
    for bad in (-1.0, np.nan, np.inf, 1e6 + 1):
        with pytest.raises(lg.InvalidInput, match=r"1 times.*rows 1\)"):
            lg.RoadNetwork.from_arrays(**good, seconds=[1.0, bad])
    with pytest.raises(lg.InvalidInput, match="empty"):
        lg.RoadNetwork.from_arrays(x=[], y=[], tail=np.zeros(0, int), head=np.zeros(0, int), seconds=[])
    with pytest.raises(lg.InvalidInput, match="does not exist"):
        lg.RoadNetwork.from_arrays(x=[0], y=[0], tail=[0], head=[1], seconds=[1])
    with pytest.raises(lg.InvalidInput, match="1 rows: 1"):
        lg.RoadNetwork.from_arrays(x=[0, np.nan], y=[0, 0], tail=[0], head=[1], seconds=[1])


def test_bad_frames_are_refused_with_a_hint():
    with pytest.raises(lg.InvalidInput, match="to_crs"):
        lg.RoadNetwork.from_frame(roads().to_crs(4326))
    with pytest.raises(lg.InvalidInput, match="set_crs"):
        lg.RoadNetwork.from_frame(roads().set_crs(None, allow_override=True))
    with pytest.raises(lg.InvalidInput, match=r"oneway.*b"):
        lg.RoadNetwork.from_frame(roads(oneway=["no", "sideways"]))
    with pytest.raises(lg.InvalidInput, match=r"maxspeed_kmh.*b"):
        lg.RoadNetwork.from_frame(roads(maxspeed_kmh=[1, 0]))
    with pytest.raises(lg.InvalidInput, match="empty"):
        lg.RoadNetwork.from_frame(roads(**{"class": ["motorway", "motorway"]}), mode="walk")
    with pytest.raises(lg.InvalidInput, match="walk, walk_elderly, ebike, car"):
        lg.RoadNetwork.from_frame(roads(), mode="rocket")


def test_bad_queries_are_refused():
    net = lg.RoadNetwork.from_frame(roads())
    for cutoff in (0, -1, np.nan):
        with pytest.raises(lg.InvalidInput, match="cutoff_s"):
            lg.travel_times(net, [0], [0], cutoff_s=cutoff)
    with pytest.raises(lg.InvalidInput, match="2 rows: 1, 2"):
        lg.travel_times(net, [0, 3, -1], [0])
    with pytest.raises(lg.InvalidInput, match=r"not finite.*1 rows: 0"):
        lg.travel_times(net, np.array([[np.nan, 0]]), [0])
    with pytest.raises(lg.InvalidInput, match="to_crs"):
        lg.travel_times(net, gpd.GeoSeries.from_xy([0], [0], crs="EPSG:3857"), [0])
    with pytest.raises(lg.InvalidInput):
        lg.find_nearest(net, [0], k=0)
    with pytest.raises(lg.InvalidInput, match="direction"):
        lg.find_nearest(net, [0], direction="sideways")
    for start in ([-1.0], [np.nan], [np.inf], [1.0, 2.0]):
        with pytest.raises(lg.InvalidInput, match="start_s"):
            lg.find_nearest(net, [0], start_s=start)


def test_empty_lists_have_empty_answers():
    net = lg.RoadNetwork.from_frame(roads())
    none = np.zeros((0, 2))
    assert lg.travel_times(net, none, [0, 1]).shape == (0, 2)
    assert lg.travel_times(net, [0, 1], none).shape == (2, 0)
    assert lg.find_nearest(net, none).index.tolist() == [[-1]] * 3
    assert lg.find_pairs(net, [0], none, cutoff_s=5).ptr.tolist() == [0, 0]


def test_modes_are_a_table_whose_rows_come_back():
    modes = lg.travel_modes()
    assert modes["mode"].tolist() == ["walk", "walk_elderly", "ebike", "car"]
    assert modes.set_index("mode").loc["ebike", "speed_kmh"] == 17.1
    row = modes.iloc[2].to_dict() | {"speed_kmh": 36.0}
    net = lg.RoadNetwork.from_frame(roads(), mode=row)
    assert net.edges["time_s"].tolist() == [36.0] * 4 and net.mode == "ebike"


def test_progress_reaches_a_callable_and_its_error_comes_out():
    net, _ = random_network(4)
    seen = []
    lg.travel_times(net, np.arange(50), np.arange(50), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (50, 50)

    def fail(done, total):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        lg.travel_times(net, np.arange(50), np.arange(50), progress=fail)
    lg.travel_times(net, np.arange(5), np.arange(5), progress=True)


def test_ctrl_c_stops_a_long_matrix_soon():
    code = """
        import numpy as np, libgrid as lg
        side = 400
        v = np.arange(side * side).reshape(side, side)
        tail = np.r_[v[:, :-1].ravel(), v[:-1].ravel()]
        head = np.r_[v[:, 1:].ravel(), v[1:].ravel()]
        seconds = np.full(len(tail), 9.0)
        net = lg.RoadNetwork.from_arrays(tail=tail, head=head, seconds=seconds, undirected=True)
        print("ready", flush=True)
        try:
            lg.travel_times(net, np.arange(3000), np.arange(3000), engine="buckets")
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


@pytest.mark.real
def test_rome99_gives_the_published_figures():
    expected = json.loads(shared_file("access", "graphs", "expected.json").read_text())["rome99"]
    path = shared_file("access", "graphs", "rome99.gr")
    arcs = np.array([line.split()[1:] for line in path.read_text().splitlines() if line.startswith("a")], int)
    assert len(arcs) == expected["arcs"]
    net = lg.RoadNetwork.from_arrays(
        tail=arcs[:, 0] - 1, head=arcs[:, 1] - 1, seconds=arcs[:, 2].astype(float), node_count=expected["n"]
    )
    assert net.components.loc["strong", "count"] == expected["scc"]
    every = np.arange(net.node_count)
    for source, figures in expected["sssp"].items():
        times = lg.travel_times(net, [int(source) - 1], every)[0]
        assert (np.isfinite(times).sum(), times.sum(), times.max()) == tuple(figures.values())
    assert lg.travel_times(net, [0, 999], [3352, 1999]).diagonal().tolist() == [
        expected["d(1,3353)"],
        expected["d(1000,2000)"],
    ]
    figures = expected["to_nearest_of_every_100th"]
    sites = every[::100] if len(every[::100]) == figures["facilities"] else every[99::100]
    nearest = lg.find_nearest(net, sites, direction="to_source")
    assert nearest.time_s.sum() == figures["sum"] and nearest.time_s.max() == figures["max"]
    assert np.bincount(nearest.index[:, 0]).tolist() == figures["catchment_sizes_lowest_id_tie"]
    whole = lg.travel_times(net, every, every)
    assert whole.sum() == expected["apsp"]["sum"] and whole.max() == expected["apsp"]["diameter"]
