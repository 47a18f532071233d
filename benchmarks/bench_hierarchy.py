"""Building a hierarchy and growing whole trees on it, beside pandana's contraction of the same graph.

Run: python benchmarks/bench_hierarchy.py [--peers PYTHON_WITH_PANDANA] [--peer-limit-s 300] [--graph NAME]
Five cities joined (LIBGRID_SHARED or ../shared). Seconds are the processor's, on one thread; the clock's stand
beside them. Every count is checked against a search for each of some trees.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import graphs
import numpy as np

PANDANA = """
import sys, time
import numpy as np, pandas as pd, pandana
data = np.load(sys.argv[1])
edges = pd.DataFrame({"t": data["tail"], "h": data["head"], "s": (data["ms"] + 0.25) / 1000})
nodes = pd.Index(np.arange(len(data["x"])))
start, wall = time.process_time(), time.perf_counter()
x, y = pd.Series(data["x"], nodes), pd.Series(data["y"], nodes)
pandana.Network(x, y, edges["t"], edges["h"], edges[["s"]], twoway=True)
print("took", time.process_time() - start, time.perf_counter() - wall)
"""


def contract_with_pandana(peers, graph, limit_s):
    """Seconds of processor and clock; None when it cannot run; the limit when it was stopped."""
    with tempfile.TemporaryDirectory() as scratch:
        given = Path(scratch, "in.npz")
        np.savez(given, **graph)
        command = [peers, "-c", PANDANA, str(given)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=False)
        except subprocess.TimeoutExpired:
            return limit_s
        took = [line.split()[1:] for line in run.stdout.splitlines() if line.startswith("took")]
        if not took:
            print(f"  pandana failed: {(run.stderr.strip() or '?').splitlines()[-1]}")
            return None
        return tuple(map(float, took[0]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--peers", default=str(graphs.ROOT / ".peers/bin/python"), help="a Python that has pandana")
    parser.add_argument("--peer-limit-s", type=float, default=300.0)
    parser.add_argument("--graph", default="cities", choices=["cities", "amsterdam", "ny"])
    args = parser.parse_args()
    if not (graphs.shared() / "city_graphs").exists():
        print(f"skipped: {graphs.shared()} is absent, set LIBGRID_SHARED")
        return
    graph = (
        graphs.load_new_york()
        if args.graph == "ny"
        else graphs.load_cities(graphs.CITIES if args.graph == "cities" else [args.graph])
    )
    whole = args.graph == "cities"
    n = len(graph["x"])
    net, cpu, wall = graphs.best(args.rounds, lambda: graphs.build(graph))
    print(f"{n:,} nodes, {net.edge_count:,} arcs: network {cpu:.2f} s ({wall:.2f} s by the clock)")
    results = [("network_build_s", cpu, 2, False)] if whole else []

    before = graphs.peak_mb()
    hierarchy, cpu, wall = graphs.best(args.rounds, lambda: net.build_hierarchy(threads=1))
    print(
        f"  hierarchy {cpu:.2f} s ({wall:.2f} s by the clock), {hierarchy.arc_count:,} arcs, "
        f"{hierarchy.byte_count / n:.0f} bytes a node kept, {(graphs.peak_mb() - before) * 2**20 / n:.0f} at the peak"
    )
    if whole:
        results.append(("hierarchy_build_s", cpu, 22, False))
    built = cpu

    trees = 320
    sources = graphs.spread(n, trees, 1)
    import libgrid as lg

    ask = {"cutoff_s": 900, "threads": 1}
    before = graphs.peak_mb()
    counts, cpu, wall = graphs.best(args.rounds, lambda: lg.reduce_times(net, sources, engine="hierarchy", **ask))
    print(
        f"  counts of all nodes within 15 minutes: {cpu / trees * 1000:.2f} ms a tree "
        f"({wall / trees * 1000:.2f} by the clock), "
        f"{(graphs.peak_mb() - before) * 2**20 / n:.0f} bytes a node more at the peak"
    )
    if not np.array_equal(counts[::20], lg.reduce_times(net, sources[::20], engine="buckets", **ask)):
        sys.exit("sweeps and searches disagree")
    if whole:
        results.append(("tree_with_count_ms", cpu / trees * 1000, 2.4, False))
    few = sources[:24]
    far = {"cutoff_s": 1e6, "threads": 1}
    _, cpu_buckets, _ = graphs.best(args.rounds, lambda: lg.reduce_times(net, few, engine="buckets", **far))
    pays = built / (cpu_buckets / len(few) - cpu / trees)
    print(f"  a search each takes {cpu_buckets / len(few) * 1000:.1f} ms a tree: building pays from {pays:.0f} trees")

    if not Path(args.peers).exists():
        print(f"  pandana skipped: no {args.peers}, see benchmarks/README.md")
    else:
        took = contract_with_pandana(args.peers, graph, args.peer_limit_s)
        if isinstance(took, float):
            print(f"  pandana stopped unfinished after {took:.0f} s by the clock")
        elif took:
            print(f"  pandana {took[0]:.1f} s ({took[1]:.1f} s by the clock)")
            results.append((f"hierarchy_build_vs_pandana_{args.graph}", took[0] / built, 1, True))
    for result in results:
        graphs.verdict(*result)


if __name__ == "__main__":
    main()
