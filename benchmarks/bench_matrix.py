"""Matrices of travel times: libgrid beside SciPy and igraph, and what only libgrid asks of a million nodes.

Run: python benchmarks/bench_matrix.py [--peers PYTHON_WITH_IGRAPH] [--big]
New York (264,346 nodes): 200 origins to 2,000 destinations. libgrid takes part with its hierarchy built in the
question and with one that was kept. --big adds five cities: 1,000 × 10,000, and 10⁶ households × 2,000 sites.
Seconds are the processor's on one thread; answers are checked to be equal.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import graphs
import numpy as np

IGRAPH = """
import sys, time
import igraph, numpy as np
data = np.load(sys.argv[1])
graph = igraph.Graph(n=int(data["n"]), edges=np.column_stack([data["t"], data["h"]]).tolist())
weights = data["w"].tolist()
start = time.process_time()
rows = graph.distances(data["origins"].tolist(), data["destinations"].tolist(), weights=weights)
print("took", time.process_time() - start)
np.save(sys.argv[2], np.array(rows))
"""


def ask_igraph(peers, graph, origins, destinations):
    with tempfile.TemporaryDirectory() as scratch:
        given, got = Path(scratch, "in.npz"), Path(scratch, "out.npy")
        t, h, w = graphs.one_way_each(graph)
        np.savez(given, n=len(graph["x"]), t=t, h=h, w=w, origins=origins, destinations=destinations)
        run = subprocess.run([peers, "-c", IGRAPH, str(given), str(got)], capture_output=True, text=True, check=False)
        if run.returncode:
            print(f"  igraph failed: {(run.stderr.strip() or '?').splitlines()[-1]}")
            return None
        return float(run.stdout.split()[1]), np.load(got)


def beside_peers(peers, rounds):
    from scipy.sparse.csgraph import dijkstra

    import libgrid as lg

    graph = graphs.load_new_york()
    n = len(graph["x"])
    origins, destinations = graphs.spread(n, 200, 2), graphs.spread(n, 2000, 3)
    net, network_s, _ = graphs.best(rounds, lambda: graphs.build(graph))
    _, hierarchy_s, _ = graphs.best(rounds, lambda: net.build_hierarchy(threads=1))
    ask = {"engine": "hierarchy", "threads": 1}
    times, kept_s, wall = graphs.best(rounds, lambda: lg.travel_times(net, origins, destinations, **ask))
    _, search_s, _ = graphs.best(1, lambda: lg.travel_times(net, origins, destinations, engine="buckets", threads=1))
    print(
        f"New York, 200 × 2,000: libgrid {kept_s:.3f} s ({wall:.3f} s by the clock) on a hierarchy built in "
        f"{hierarchy_s:.2f} s; {search_s:.2f} s with a search each; network {network_s:.2f} s"
    )
    matrix = graphs.scipy_graph(graph)
    rows, scipy_s, _ = graphs.best(1, lambda: dijkstra(matrix, indices=origins)[:, destinations] / 1000)
    if not np.array_equal(times, rows):
        sys.exit("libgrid and SciPy disagree")
    print(
        f"  SciPy {scipy_s:.1f} s: {scipy_s / kept_s:.0f} times, {scipy_s / (kept_s + hierarchy_s):.1f} with the "
        f"building, {scipy_s / search_s:.1f} with a search each; equal"
    )
    yield "matrix_vs_scipy", scipy_s / kept_s, 20
    if not Path(peers).exists():
        print(f"  igraph skipped: no {peers}, see benchmarks/README.md")
        return
    answer = ask_igraph(peers, graph, origins, destinations)
    if answer:
        if not np.array_equal(times, answer[1] / 1000):
            sys.exit("libgrid and igraph disagree")
        print(f"  igraph {answer[0]:.1f} s: {answer[0] / kept_s:.0f} times; equal")
        yield "matrix_vs_igraph", answer[0] / kept_s, 20


def on_five_cities(rounds):
    import libgrid as lg

    graph = graphs.load_cities()
    n = len(graph["x"])
    net = graphs.build(graph, coordinates=True)
    net.build_hierarchy(threads=1)
    origins, destinations = graphs.spread(n, 1000, 4), graphs.spread(n, 10_000, 5)
    ask = {"engine": "hierarchy", "threads": 1}
    times, cpu, wall = graphs.best(rounds, lambda: lg.travel_times(net, origins, destinations, **ask))
    print(f"five cities, 1,000 × 10,000: {cpu:.2f} s ({wall:.2f} s by the clock)")
    if not np.array_equal(times[::100], lg.travel_times(net, origins[::100], destinations, engine="buckets")):
        sys.exit("sweeps and searches disagree")
    yield "matrix_1000_x_10000_s", cpu, 4, False

    counts, cpu, wall = graphs.best(rounds, lambda: lg.reduce_times(net, origins, cutoff_s=900, **ask))
    print(f"  1,000 × {n:,} counted: {cpu:.2f} s ({wall:.2f} s by the clock)")
    if not np.array_equal(counts[::50], lg.reduce_times(net, origins[::50], cutoff_s=900, engine="buckets")):
        sys.exit("sweeps and searches disagree")
    yield "count_1000_x_1000000_s", cpu, 5, False

    for k, target in ((1, 0.5), (3, 1.5)):
        _, cpu, wall = graphs.best(max(rounds, 3), lambda k=k: lg.find_nearest(net, origins, k=k, threads=1))
        print(f"  {k} nearest of 1,000 sites, every node: {cpu:.3f} s ({wall:.3f} s by the clock)")
        yield f"nearest_k{k}_s", cpu, target, False

    rng = np.random.default_rng(6)
    homes = np.column_stack([graph["x"], graph["y"]])[rng.integers(0, n, 1_000_000)] + rng.uniform(
        -30, 30, (1_000_000, 2)
    )
    sites = homes[rng.choice(len(homes), 2000, replace=False)]
    before = graphs.peak_mb()
    pairs, cpu, wall = graphs.best(1, lambda: lg.find_pairs(net, homes, sites, cutoff_s=900, threads=1))
    print(
        f"  10⁶ households × 2,000 sites within 15 minutes: {len(pairs):,} pairs in {cpu:.1f} s ({wall:.1f} s by the "
        f"clock), snapping included; {graphs.peak_mb() - before:.0f} MB more at the peak"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=str(graphs.ROOT / ".peers/bin/python"), help="a Python that has igraph")
    parser.add_argument("--big", action="store_true", help="five cities too")
    args = parser.parse_args()
    if not (graphs.shared() / "access").exists():
        print(f"skipped: {graphs.shared()} is absent, set LIBGRID_SHARED")
        return
    results = list(beside_peers(args.peers, args.rounds))
    if args.big:
        results += on_five_cities(args.rounds)
    for result in results:
        graphs.verdict(*result)


if __name__ == "__main__":
    main()
