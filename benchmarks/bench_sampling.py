"""How fast do chains over plans walk? Attempts and accepted steps a second, beside GerryChain on Arkansas.

An attempt is one spanning tree (or one flip proposed); accepted is one that changed the plan. GerryChain draws trees
until one can be cut, so each of its steps is held against an accepted one of ours. Seconds of one processor, so that
other work counts little; two cores by the clock, in turns with one.
Usage: python benchmarks/bench_sampling.py [--peers python] [--big]
"""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
from libgrid.sampling.setup import prepare

import libgrid as lg

SHARED = pathlib.Path(os.environ.get("LIBGRID_SHARED", pathlib.Path(__file__).parents[1] / "../shared")) / "data"
ARKANSAS = SHARED / "districting/gerrychain/05_bg_census_consolidated.json.gz"

GERRYCHAIN = """
import functools, sys, time, warnings
warnings.filterwarnings("ignore")
from gerrychain import Graph, MarkovChain, Partition, accept, constraints, updaters
from gerrychain.proposals import recom
path, k, tolerance, limit_s = sys.argv[1], int(sys.argv[2]), *map(float, sys.argv[3:5])
graph = Graph.from_json(path)
start = Partition(graph, "start", {"population": updaters.Tally("tot_pop_20", alias="population")})
ideal = sum(start["population"].values()) / k
step = functools.partial(recom, pop_col="tot_pop_20", pop_target=ideal, epsilon=tolerance, node_repeats=2)
balanced = constraints.within_percent_of_ideal_population(start, tolerance)
chain = MarkovChain(step, [balanced], accept.always_accept, start, 10**6)
done, begin = -1, time.process_time()
for _ in chain:
    done += 1
    if time.process_time() - begin > limit_s:
        break
print(done / (time.process_time() - begin))
"""


def lattice(rows, columns):
    at = np.arange(rows * columns).reshape(rows, columns)
    tail, head = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    return lg.BlockGraph.from_edges(rows * columns, tail, head)


def arkansas():
    data = json.loads(gzip.decompress(ARKANSAS.read_bytes()))
    row = {node["id"]: i for i, node in enumerate(data["nodes"])}
    pairs = [(i, row[to["id"]]) for i, near in enumerate(data["adjacency"]) for to in near if i != row[to["id"]]]
    tail, head = np.array(pairs).T
    weight = np.array([int(node["tot_pop_20"]) for node in data["nodes"]])
    return lg.BlockGraph.from_edges(len(row), tail, head), weight


def chain(graph, weight, k, method, **more):
    setup, starts, _, core = prepare(graph, weight, k, tolerance=0.05, method=method, rng=1, **more)
    return setup, starts, core


def speed(name, graph, weight, k, method, seconds=2.0, **more):
    """Attempts and accepted steps for each second of one processor."""
    setup, starts, core = chain(graph, weight, k, method, **more)
    core["thin"] = 20_000 if method == "flip" else 200
    sampler = setup.sampler(starts, **core)
    sampler.run(np.array([2]), False, 1, None)
    before, begin = sampler.counts(0), time.process_time()
    while time.process_time() - begin < seconds:
        sampler.run(np.array([5]), False, 1, None)
    used, now = time.process_time() - begin, sampler.counts(0)
    attempts, accepted = ((now[c] - before[c]) / used for c in ("attempts", "accepted"))
    print(f"{name}: {attempts:,.0f} attempts/s, {accepted:,.0f} accepted/s ({accepted / attempts:.1%})", flush=True)
    return attempts, accepted, starts[0]


def result(name, value, target):
    print(f"RESULT {name} {value:.4g} {target:g} {'met' if value >= target else 'missed'}", flush=True)


def gerrychain(python, labels, seconds):
    with tempfile.TemporaryDirectory() as folder:
        data = json.loads(gzip.decompress(ARKANSAS.read_bytes()))
        for node, label in zip(data["nodes"], labels.tolist(), strict=True):
            node["start"] = label
        graph = pathlib.Path(folder, "graph.json")
        graph.write_text(json.dumps(data))
        done = subprocess.run([python, "-c", GERRYCHAIN, graph, "100", "0.05", str(seconds)],
                              capture_output=True, text=True)  # fmt: skip
    if done.returncode:
        print("GerryChain: " + done.stderr.strip().splitlines()[-1])
        return None
    return float(done.stdout)


def two_cores(graph, weight):
    """How much more two chains do on two threads than one after the other, by the clock, the best of three turns."""
    setup, starts, core = chain(graph, weight, 100, "recom", chains=2)
    core["thin"] = 500
    best = {}
    for _ in range(3):
        for threads in (1, 2):
            sampler = setup.sampler(starts, **core)
            begin = time.perf_counter()
            sampler.run(np.array([200, 200]), False, threads, None)
            best[threads] = min(best.get(threads, np.inf), time.perf_counter() - begin)
    return best[1] / best[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default=".peers/bin/python")
    parser.add_argument("--big", action="store_true", help="a million blocks too: a minute and 1 GB")
    args = parser.parse_args()
    if ARKANSAS.exists():
        graph, weight = arkansas()
        attempts, accepted, labels = speed("Arkansas, 100 grids, recom", graph, weight, 100, "recom")
        result("sampling_arkansas_attempts_per_s", attempts, 60_000)
        speed("Arkansas, 100 grids, reversible as published", graph, weight, 100, "reversible_recom")
        name = "Arkansas, 100 grids, reversible by cut edges"
        speed(name, graph, weight, 100, "reversible_recom", pair_by="cut_edge")
        if pathlib.Path(args.peers).exists() and (peer := gerrychain(args.peers, labels, 30)):
            print(f"GerryChain: {peer:.1f} steps/s")
            result("sampling_accepted_over_gerrychain_steps", accepted / peer, 500)
        else:
            print("GerryChain is not there: --peers")
        result("sampling_two_cores_over_one", two_cores(graph, weight), 1.7)
    else:
        print(f"{ARKANSAS} is absent: Arkansas and its peers are skipped")
    cases = [
        ("merged_400", "72 × 126, 45 grids, 403 merged, recom", (72, 126), 45, "recom", 18_000),
        ("merged_1000", "72 × 126, 18 grids, 1,008 merged, recom", (72, 126), 18, "recom", 7_000),
        ("flips_in_cache", "32 × 32, 16 grids, flip", (32, 32), 16, "flip", 1e7),
    ]
    if args.big:
        cases += [
            ("million", "1000 × 1000, 5,000 grids, recom", (1000, 1000), 5000, "recom", 8_000),
            ("million_flips", "1000 × 1000, 5,000 grids, flip", (1000, 1000), 5000, "flip", 3e6),
        ]
    for name, title, shape, k, method, target in cases:
        graph = lattice(*shape)
        result(f"sampling_{name}_per_s", speed(title, graph, np.ones(graph.block_count, int), k, method)[0], target)


if __name__ == "__main__":
    sys.exit(main())
