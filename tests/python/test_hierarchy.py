"""Hierarchies: the same times as a search each, kept in files that belong to one network, stopped by Ctrl-C."""

import json
import lzma
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from test_travel import random_network, shared_file

import libgrid as lg

ENGINES = ("auto", "buckets", "hierarchy")


def lattice(side, seed=0, directed=False):
    """Streets of a square, coordinates a metre apart; one way here and there when directed."""
    rng = np.random.default_rng(seed)
    at = np.arange(side * side).reshape(side, side)
    tail = np.r_[at[:, :-1].ravel(), at[:-1].ravel()]
    head = np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    if directed:
        tail, head = np.r_[tail, head], np.r_[head, tail]
        kept = rng.random(len(tail)) > 0.1
        tail, head = tail[kept], head[kept]
    y, x = np.divmod(np.arange(side * side), side)
    seconds = rng.integers(0, 60_000, len(tail)) / 1000
    return lg.RoadNetwork.from_arrays(x=x, y=y, tail=tail, head=head, seconds=seconds, undirected=not directed)


@pytest.mark.parametrize("engine", ENGINES)
def test_matrix_equals_scipy_for_any_threads(engine):
    net, graph = random_network(11)
    expected = dijkstra(graph) / 1000
    nodes = np.arange(net.node_count)
    for threads in (1, 2, 8):
        assert np.array_equal(lg.travel_times(net, nodes, nodes, engine=engine, threads=threads), expected)
    assert np.array_equal(lg.travel_times(net, nodes, nodes[:20], engine=engine), expected[:, :20])


@pytest.mark.parametrize("directed", [False, True])
def test_places_inside_edges_have_the_same_times_on_every_engine(directed):
    net = lattice(12, 3, directed)
    rng = np.random.default_rng(4)
    origins, destinations = rng.uniform(0, 11, (70, 2)), rng.uniform(0, 11, (90, 2))
    destinations[:9] = origins[:9] + 1e-3  # neighbours on one street meet without leaving it
    for cutoff_s in (np.inf, 150.0):
        plain = lg.travel_times(net, origins, destinations, cutoff_s=cutoff_s, engine="buckets")
        swept = lg.travel_times(net, origins, destinations, cutoff_s=cutoff_s, engine="hierarchy")
        assert np.array_equal(plain, swept) and np.isfinite(plain).any()
        pairs = [lg.find_pairs(net, destinations, origins, cutoff_s=cutoff_s, engine=e) for e in ENGINES]
        for other in pairs[1:]:
            assert all(np.array_equal(getattr(other, c), getattr(pairs[0], c)) for c in ("ptr", "index", "ms"))


def test_turned_streets_give_the_transposed_matrix_and_doubled_times_double_it():
    net, _ = random_network(12)
    edges = net.edges
    nodes = np.arange(0, net.node_count, 3)
    times = lg.travel_times(net, nodes, nodes, engine="hierarchy")

    def changed(tail, head, seconds):
        other = lg.RoadNetwork.from_arrays(tail=tail, head=head, seconds=seconds, node_count=net.node_count)
        return lg.travel_times(other, nodes, nodes, engine="hierarchy")

    tail, head, seconds = (edges[c].to_numpy() for c in ("tail", "head", "time_s"))
    assert np.array_equal(changed(head, tail, seconds), times.T)
    assert np.array_equal(changed(tail, head, 2 * seconds), 2 * times)
    longer = changed(np.r_[tail, 0], np.r_[head, 150], np.r_[seconds, 1.0])
    assert (longer <= times).all() and (longer < times).any()
    names = np.random.default_rng(5).permutation(net.node_count)
    other = lg.RoadNetwork.from_arrays(tail=names[tail], head=names[head], seconds=seconds, node_count=net.node_count)
    assert np.array_equal(lg.travel_times(other, names[nodes], names[nodes], engine="hierarchy"), times)


def test_auto_keeps_what_it_builds_and_only_builds_where_it_pays():
    net = lattice(40)
    few, every = np.arange(5), np.arange(net.node_count)
    lg.travel_times(net, few, every)
    lg.find_pairs(net, every, every, cutoff_s=20)
    assert net.hierarchy is None
    plain = lg.travel_times(net, every, every[:700], engine="buckets")
    assert net.hierarchy is None
    assert np.array_equal(lg.travel_times(net, every, every[:700]), plain)
    kept = net.hierarchy
    assert isinstance(kept, lg.Hierarchy) and kept.node_count == net.node_count
    lg.reduce_times(net, every, every, cutoff_s=600)
    assert net.hierarchy is kept
    assert net.with_edges(seconds={0: 1.0}).hierarchy is None


def test_a_file_gives_the_hierarchy_back_to_its_network_only(tmp_path):
    net, _ = random_network(13)
    nodes = np.arange(net.node_count)
    expected = lg.travel_times(net, nodes, nodes, engine="buckets")
    path = net.build_hierarchy().save(tmp_path / "town.hierarchy")
    assert [p.name for p in tmp_path.iterdir()] == ["town.hierarchy"]
    again, _ = random_network(13)
    loaded = again.load_hierarchy(path)
    assert again.hierarchy is loaded and repr(loaded) == repr(net.hierarchy)
    assert np.array_equal(lg.travel_times(again, nodes, nodes, engine="hierarchy"), expected)
    assert loaded.save(tmp_path / "copy").read_bytes() == path.read_bytes()

    slower = again.with_edges(seconds={0: again.edges["time_s"][0] + 0.001})
    with pytest.raises(lg.InvalidInput, match=r"town\.hierarchy: the hierarchy belongs to another network"):
        slower.load_hierarchy(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(lg.InvalidInput, match="cut off or damaged"):
        net.load_hierarchy(tmp_path / "bad")
    (tmp_path / "text").write_text("node,position\n" * 9)
    with pytest.raises(lg.InvalidInput, match="not a hierarchy"):
        net.load_hierarchy(tmp_path / "text")
    with pytest.raises(lg.IoError, match="none"):
        net.load_hierarchy(tmp_path / "none")
    with pytest.raises(lg.IoError, match="nothing was changed"):
        loaded.save(tmp_path / "no folder" / "x")
    assert again.hierarchy is loaded


def test_bad_engines_are_refused():
    net = lattice(3)
    with pytest.raises(lg.InvalidInput, match="engine must be"):
        lg.travel_times(net, [0], [1], engine="phast")
    with pytest.raises(lg.InvalidInput, match="engine must be"):
        lg.find_pairs(net, [0], [1], cutoff_s=1, engine=None)
    long = lg.RoadNetwork.from_arrays(tail=np.arange(5), head=np.arange(1, 6), seconds=np.full(5, 1e6))
    with pytest.raises(lg.InvalidInput, match="engine 'buckets'"):
        lg.travel_times(long, [4], [5], engine="hierarchy")
    assert lg.travel_times(long, [4], [5], engine="hierarchy", cutoff_s=2e6).item() == 1e6
    assert lg.travel_times(long, [4], [5], engine="buckets").item() == 1e6


def test_progress_counts_nodes_then_trees():
    net = lattice(60)
    told = []
    nodes = np.arange(net.node_count)
    lg.reduce_times(
        net, nodes, nodes, cutoff_s=900, engine="hierarchy", progress=lambda done, total: told.append((done, total))
    )
    assert (net.node_count, net.node_count) in told
    assert told[-1] == (net.node_count, net.node_count)
    assert all(done <= total for done, total in told)

    def stop(done, total):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        net.build_hierarchy(progress=stop)
    assert net.hierarchy is not None


LONG_CALLS = {
    "buckets": "lg.reduce_times(net, every[::20], engine='buckets')",
    "sweeps": "lg.reduce_times(net, every, engine='hierarchy')",
    "pairs": "lg.find_pairs(net, every, every, cutoff_s=200, engine='buckets')",
    "build": "[net.build_hierarchy() for _ in range(100)]",
    "nearest": "[lg.find_nearest(net, every[::9], k=12) for _ in range(100)]",
}


@pytest.mark.parametrize("call", LONG_CALLS)
def test_ctrl_c_stops_every_long_call_soon(call):
    code = f"""
        import numpy as np
        import libgrid as lg
        from test_hierarchy import lattice
        net = lattice(350)
        every = np.arange(net.node_count)
        if {call!r} == "sweeps":
            net.build_hierarchy()
        print("ready", flush=True)
        try:
            {LONG_CALLS[call]}
            print("too short", flush=True)
        except KeyboardInterrupt:
            print("stopped", flush=True)
    """
    here = str(__import__("pathlib").Path(__file__).parent)
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True, cwd=here)
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.4)
        child.send_signal(signal.SIGINT)
        sent = time.monotonic()
        assert child.stdout.readline() == "stopped\n"
        assert time.monotonic() - sent < 2  # a busy machine included
        assert child.wait(timeout=10) == 0
    finally:
        child.kill()


@pytest.mark.real
@pytest.mark.parametrize("engine", ["buckets", "hierarchy"])
def test_rome99_and_new_york_give_the_published_figures(engine):
    expected = json.loads(shared_file("access", "graphs", "expected.json").read_text())
    arcs = np.array(
        [
            line.split()[1:]
            for line in shared_file("access", "graphs", "rome99.gr").read_text().splitlines()
            if line.startswith("a")
        ],
        int,
    )
    figures = expected["rome99"]
    net = lg.RoadNetwork.from_arrays(
        tail=arcs[:, 0] - 1, head=arcs[:, 1] - 1, seconds=arcs[:, 2].astype(float), node_count=figures["n"]
    )
    every = np.arange(net.node_count)
    for source, sssp in figures["sssp"].items():
        times = lg.travel_times(net, [int(source) - 1], every, engine=engine)
        assert (np.isfinite(times).sum(), times.sum(), times.max()) == tuple(sssp.values())
    whole = lg.travel_times(net, every, every, engine=engine)
    assert whole.sum() == figures["apsp"]["sum"] and whole.max() == figures["apsp"]["diameter"]
    assert lg.reduce_times(net, every, engine=engine).sum() == figures["apsp"]["finite_pairs"]
    sites = every[::100]
    nearest = whole[:, sites].min(axis=1)
    assert np.array_equal(nearest, lg.reduce_times(net, every, sites, reduce="min"))
    within = lg.reduce_times(net, sites, every, cutoff_s=1000, direction="to_origin", engine=engine)
    assert within.sum() == (whole[:, sites] <= 1000).sum()

    figures = expected["NY"]
    text = lzma.decompress(shared_file("access", "graphs", "NY.gr.xz").read_bytes()).decode()
    ends = np.array([line.split() for line in text.splitlines()[1:]], np.int64)
    a, b = ends.min(axis=1), ends.max(axis=1)
    length = 100 + ((a * 2654435761 + b * 40503) % 2**32 >> 8) % 900
    assert (len(ends), length.sum()) == (figures["edges"], figures["weight_sum"])
    net = lg.RoadNetwork.from_arrays(
        tail=a - 1, head=b - 1, seconds=length.astype(float), node_count=figures["n"], undirected=True
    )
    every = np.arange(net.node_count)
    sources = [int(source) - 1 for source in figures["sssp"]]
    times = lg.travel_times(net, sources, every, engine=engine)
    for row, sssp in zip(times, figures["sssp"].values(), strict=True):
        assert (np.isfinite(row).sum(), row.sum(), row.max()) == tuple(sssp.values())
    many = figures["multi_source_every_997th"]
    sites = every[::997] if len(every[::997]) == many["facilities"] else every[996::997]
    nearest = lg.find_nearest(net, sites).time_s[:, 0]
    assert (nearest.sum(), nearest.max()) == (many["sum"], many["max"])
    assert (nearest <= 5000).sum() == many["n_within_5000"]


def test_matrix_of_rounded_weights_equals_scipy_where_ties_abound():
    rng = np.random.default_rng(21)
    n, m = 200, 900
    tail, head = rng.integers(0, n, (2, m))
    ms = rng.integers(1, 4, m)
    net = lg.RoadNetwork.from_arrays(tail=tail, head=head, seconds=ms / 1000, node_count=n)
    graph = np.full((n, n), np.inf)
    np.minimum.at(graph, (tail, head), ms)
    expected = dijkstra(csr_array(np.where(np.isfinite(graph), graph, 0))) / 1000
    nodes = np.arange(n)
    assert np.array_equal(lg.travel_times(net, nodes, nodes, engine="hierarchy"), expected)
