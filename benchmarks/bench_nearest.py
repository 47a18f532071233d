"""Nearest of 200 sources for every node of real street graphs: libgrid beside SciPy and pandana.

Run: python benchmarks/bench_nearest.py [--rounds 5] [--peers PYTHON_WITH_PANDANA] [--peer-limit-s 60]
Needs the city graphs (LIBGRID_SHARED or ../shared). Lengths are Euclid's, travelled at 17.1 km/h and rounded
to milliseconds before anyone sees them; streets are open both ways. libgrid and SciPy run in turns in one
session, each on one thread, on five cities joined. pandana runs in its own process: on one city and on New York
to its end, and on the five under a time limit. All answers are checked to be equal; ratios are of medians of
the processor's seconds.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import graphs
import numpy as np

SOURCES = 200

PANDANA = """
import sys, time
import numpy as np, pandas as pd, pandana
data = np.load(sys.argv[1])
edges = pd.DataFrame({"t": data["tail"], "h": data["head"], "s": (data["ms"] + 0.25) / 1000})
nodes = pd.Index(np.arange(len(data["x"])))
start = time.process_time()
net = pandana.Network(pd.Series(data["x"], nodes), pd.Series(data["y"], nodes), edges["t"], edges["h"],
                      edges[["s"]], twoway=True)
built = time.process_time()
print(f"preprocessing {built - start:.1f} s", flush=True)
# Coordinates of distinct nodes may coincide, so sources are given by node, not by position.
net.poi_category_names.append("sources")
net.poi_category_indexes["sources"] = pd.Series(data["source"])
far = 4e6  # it counts thousandths in 32 bits
net.max_items, net.max_dist = 1, far
net.net.initialize_category(far, 1, b"sources", data["source"].astype(np.int64))
times = np.asarray(net.net.find_all_nearest_pois(far, 1, b"sources", 0)[0]).ravel()
done = time.process_time()
ms = np.where(times < far, np.rint(times * 1000), -1)
np.savez(sys.argv[2], ms=ms, built=built - start, asked=done - built)
"""


def with_sources(graph):
    return {**graph, "source": graphs.spread(len(graph["x"]), SOURCES, 20)}


def beside_scipy(graph, rounds):
    """Medians of both, the answer in ms, and what our preprocessing took."""
    from scipy.sparse.csgraph import dijkstra

    import libgrid as lg

    net, built, _ = graphs.best(rounds, lambda: graphs.build(graph))
    matrix = graphs.scipy_graph(graph)
    ours, theirs = [], []
    for _ in range(rounds):
        with graphs.Stopwatch() as watch:
            answer = lg.find_nearest(net, graph["source"], threads=1)
        ours.append(watch.cpu)
        with graphs.Stopwatch() as watch:
            expected = dijkstra(matrix, indices=graph["source"], min_only=True)
        theirs.append(watch.cpu)
    if not np.array_equal(answer.time_s[:, 0], expected / 1000):
        sys.exit("libgrid and SciPy disagree")
    own, other = np.median(ours), np.median(theirs)
    print(f"{net.node_count:,} nodes, {net.edge_count:,} arcs; libgrid builds its network in {built:.2f} s")
    print(f"  libgrid {own:.3f} s, SciPy min_only {other:.3f} s: {other / own:.1f} times; equal on every node")
    return own, other, expected, built


def ask_pandana(peers, graph, expected, limit_s):
    """Seconds (preprocessing, query), the seconds after which it was stopped, or None when it cannot run."""
    with tempfile.TemporaryDirectory() as scratch:
        given, got = Path(scratch, "in.npz"), Path(scratch, "out.npz")
        np.savez(given, **graph)
        begun = time.perf_counter()
        try:
            run = subprocess.run(
                [peers, "-c", PANDANA, str(given), str(got)],
                capture_output=True,
                text=True,
                timeout=limit_s,
                check=False,
            )
        except subprocess.TimeoutExpired as stopped:
            said = (stopped.stdout or b"").decode(errors="replace")
            print(f"  pandana was {'asking' if 'preprocessing' in said else 'preprocessing'} when stopped")
            return time.perf_counter() - begun
        if run.returncode:
            print(f"  pandana failed: {(run.stderr.strip() or '?').splitlines()[-1]}")
            return None
        result = dict(np.load(got))
    reached = np.isfinite(expected)
    if not np.array_equal(reached, result["ms"] >= 0):
        sys.exit("libgrid and pandana disagree on what is reached")
    worst = np.abs(result["ms"] - expected)[reached].max()
    if worst > 0:
        sys.exit(f"libgrid and pandana disagree by {worst:.0f} ms")
    print("  pandana: equal on every node")
    return float(result["built"]), float(result["asked"])


def beside_pandana_alone(args, name, graph):
    own, _, expected, built = beside_scipy(graph, args.rounds)
    took = ask_pandana(args.peers, graph, expected, 2 * args.peer_limit_s)
    if isinstance(took, float):
        print(f"  pandana stopped unfinished after {took:.0f} s")
    elif took:
        print(
            f"  pandana preprocessing {took[0]:.1f} s, query {took[1]:.2f} s; libgrid preprocessing {built:.3f} s, "
            f"query {own:.3f} s: {sum(took) / (built + own):.0f} times in all, {sum(took) / own:.0f} times on a "
            f"network that is there, queries alone {took[1] / own:.1f} times"
        )
        yield f"nearest_vs_pandana_{name}", sum(took) / (built + own), 75 if name == "new_york" else 10


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default=str(graphs.ROOT / ".peers/bin/python"), help="a Python that has pandana")
    parser.add_argument("--peer-limit-s", type=float, default=60.0)
    parser.add_argument("--peer-city", default="amsterdam", choices=graphs.CITIES)
    args = parser.parse_args()
    if not (graphs.shared() / "city_graphs").exists():
        print(f"skipped: {graphs.shared()} is absent, set LIBGRID_SHARED")
        return

    print("five cities joined")
    joined = with_sources(graphs.load_cities())
    own, other, expected, built = beside_scipy(joined, args.rounds)
    results = [("nearest_vs_scipy", other / own, 3)]
    if not Path(args.peers).exists():
        print(f"  pandana skipped: no {args.peers}, see benchmarks/README.md")
    else:
        took = ask_pandana(args.peers, joined, expected, args.peer_limit_s)
        if isinstance(took, float):
            print(
                f"  pandana stopped unfinished after {took:.0f} s; libgrid needs {built + own:.2f} s in all, "
                f"so it is over {took / (built + own):.0f} times"
            )
        elif took:
            print(f"  pandana preprocessing {took[0]:.1f} s, query {took[1]:.2f} s")
            results.append(("nearest_vs_pandana_joined", sum(took) / (built + own), 10))
        alone = {args.peer_city: graphs.load_cities([args.peer_city]), "new_york": graphs.load_new_york()}
        for name, graph in alone.items():
            print(f"{name} alone")
            results += beside_pandana_alone(args, name, with_sources(graph))
    for result in results:
        graphs.verdict(*result)


if __name__ == "__main__":
    main()
