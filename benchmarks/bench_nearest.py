"""Nearest of 200 sources for every node of real street graphs: libgrid beside SciPy and pandana.

Run: python benchmarks/bench_nearest.py [--rounds 5] [--peers PYTHON_WITH_PANDANA] [--peer-limit-s 60]
Needs the city graphs (LIBGRID_SHARED or ../shared). Lengths are Euclid's, travelled at 17.1 km/h and rounded
to milliseconds before anyone sees them; streets are open both ways. libgrid and SciPy run in turns in one
session, each on one thread, on five cities joined. pandana runs in its own process: on one city to its end,
and on the five under a time limit. All answers are checked to be equal; ratios are of medians.
"""

import argparse
import lzma
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

CITIES = {"amsterdam": 1, "delhi": 60, "moscow": 1, "rome": 1, "seattle": 44}  # units a metre
SPACING_M = 200_000  # the cities lie side by side
SPEED_M_S = 17.1 / 3.6
SOURCES = 200

PANDANA = """
import sys, time
import numpy as np, pandas as pd, pandana
data = np.load(sys.argv[1])
edges = pd.DataFrame({"t": data["tail"], "h": data["head"], "s": (data["ms"] + 0.25) / 1000})
nodes = pd.Index(np.arange(len(data["x"])))
start = time.perf_counter()
net = pandana.Network(pd.Series(data["x"], nodes), pd.Series(data["y"], nodes), edges["t"], edges["h"],
                      edges[["s"]], twoway=True)
built = time.perf_counter()
print(f"preprocessing {built - start:.1f} s", flush=True)
# Coordinates of distinct nodes may coincide, so sources are given by node, not by position.
net.poi_category_names.append("sources")
net.poi_category_indexes["sources"] = pd.Series(data["source"])
far = 4e6  # it counts thousandths in 32 bits
net.max_items, net.max_dist = 1, far
net.net.initialize_category(far, 1, b"sources", data["source"].astype(np.int64))
times = np.asarray(net.net.find_all_nearest_pois(far, 1, b"sources", 0)[0]).ravel()
done = time.perf_counter()
ms = np.where(times < far, np.rint(times * 1000), -1)
np.savez(sys.argv[2], ms=ms, built=built - start, asked=done - built)
"""


def load_graph(folder, cities):
    xs, tails, heads, offset = [], [], [], 0
    for i, city in enumerate(cities):
        xy, edges = (
            np.frombuffer(lzma.decompress((folder / f"{city}-roads.{kind}.bin.xz").read_bytes()), "<i4")
            for kind in ("co", "gr")
        )
        xy, edges = xy.reshape(-1, 2) / CITIES[city] + [i * SPACING_M, 0], edges.reshape(-1, 2) - 1 + offset
        xs.append(xy)
        tails.append(edges[:, 0])
        heads.append(edges[:, 1])
        offset += len(xy)
    xy, tail, head = np.concatenate(xs), np.concatenate(tails), np.concatenate(heads)
    # At least 1 ms: pandana counts an edge of no length as one unit, and equal questions need equal edges.
    ms = np.maximum(np.rint(np.hypot(*(xy[tail] - xy[head]).T) / SPEED_M_S * 1000), 1)
    return {
        "x": xy[:, 0],
        "y": xy[:, 1],
        "tail": tail.astype(np.int32),
        "head": head.astype(np.int32),
        "ms": ms,
        "source": np.sort(np.random.default_rng(20).choice(len(xy), SOURCES, replace=False)).astype(np.int32),
    }


def build(graph):
    import libgrid as lg

    start = time.perf_counter()
    net = lg.RoadNetwork.from_arrays(
        x=graph["x"],
        y=graph["y"],
        tail=graph["tail"],
        head=graph["head"],
        seconds=graph["ms"] / 1000,
        undirected=True,
    )
    return net, time.perf_counter() - start


def scipy_graph(graph):
    from scipy.sparse import csr_array

    # SciPy keeps one arc a pair and takes a stored zero as an arc: the smallest of parallel ones.
    low, high = np.minimum(graph["tail"], graph["head"]), np.maximum(graph["tail"], graph["head"])
    order = np.lexsort((graph["ms"], high, low))
    order = order[np.r_[True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)]]
    t, h, w = low[order], high[order], graph["ms"][order]
    n = len(graph["x"])
    return csr_array((np.r_[w, w], (np.r_[t, h], np.r_[h, t])), shape=(n, n))


def beside_scipy(graph, rounds):
    """Medians of both, the answer in ms, and what our preprocessing took."""
    from scipy.sparse.csgraph import dijkstra

    import libgrid as lg

    net, built = build(graph)
    matrix = scipy_graph(graph)
    ours, theirs = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        answer = lg.find_nearest(net, graph["source"], threads=1)
        middle = time.perf_counter()
        expected = dijkstra(matrix, indices=graph["source"], min_only=True)
        theirs.append(time.perf_counter() - middle)
        ours.append(middle - start)
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


def verdict(name, ratio, target):
    print(f"RESULT {name} {ratio:.1f} {target} {'met' if ratio >= target else 'missed'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    root = Path(__file__).resolve().parents[1]
    parser.add_argument("--peers", default=str(root / ".peers/bin/python"), help="a Python that has pandana")
    parser.add_argument("--peer-limit-s", type=float, default=60.0)
    parser.add_argument("--peer-city", default="amsterdam", choices=CITIES)
    args = parser.parse_args()
    folder = Path(os.environ.get("LIBGRID_SHARED") or root.parent / "shared") / "data" / "city_graphs"
    if not folder.exists():
        print(f"skipped: {folder} is absent, set LIBGRID_SHARED")
        return

    print("five cities joined")
    joined = load_graph(folder, CITIES)
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
        print(f"{args.peer_city} alone")
        city = load_graph(folder, [args.peer_city])
        own, _, expected, built = beside_scipy(city, args.rounds)
        took = ask_pandana(args.peers, city, expected, 2 * args.peer_limit_s)
        if isinstance(took, float):
            print(f"  pandana stopped unfinished after {took:.0f} s")
        elif took:
            print(
                f"  pandana preprocessing {took[0]:.1f} s, query {took[1]:.2f} s; libgrid preprocessing "
                f"{built:.3f} s, query {own:.3f} s: queries alone {took[1] / own:.1f} times"
            )
            results.append((f"nearest_vs_pandana_{args.peer_city}", sum(took) / (built + own), 10))
    for result in results:
        verdict(*result)


if __name__ == "__main__":
    main()
