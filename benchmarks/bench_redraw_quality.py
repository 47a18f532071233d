"""Cut edges: is a plan with the fewest known found, whatever the seed, within ten seconds?

Run: python benchmarks/bench_redraw_quality.py [--shared DIR] [--seeds N] [--only WORD] [--threads N]
Asked through `lg.redraw` with the default effort, as a user would. Lattices into squares are solved when the borders
are straight. Iowa's counties are a published instance (Validi & Buchanan 2022, "Political districting to minimize cut
edges", ±0.5 %: 33, proved). The others are made from Arkansas's block groups, contracted to tracts or counties, whole
or the first blocks that a walk from one of them meets; the fewest known come from the longest of our own runs, and are
not proved. A run that finds fewer says so: then the table below is out of date.
"""

import argparse
import gzip
import json
import sys
from math import ceil, floor
from pathlib import Path

import numpy as np
from graphs import Stopwatch, shared, verdict

import libgrid as lg

FEWEST = {
    "lattice 9 × 9 into 9": 36, "lattice 12 × 12 into 16": 72, "lattice 16 × 16 into 16": 96,
    "lattice 20 × 20 into 25": 160, "lattice 24 × 24 into 36": 240, "lattice 25 × 25 into 25": 200,
    "lattice 26 × 26 into 4": 52, "lattice 15 × 15 into 9": 60, "lattice 20 × 30 into 7": 83,
    "Iowa counties into 4, 0.5 %": 33, "Iowa counties into 4, 1 %": 32, "Iowa counties into 4, 5 %": 29,
    "Arkansas counties into 4, 0.5 %": 33, "Arkansas counties into 4, 1 %": 32, "Arkansas counties into 4, 5 %": 32,
    "Arkansas tracts into 4, 0.5 %": 76, "300 tracts into 2, 0.5 %": 22, "400 tracts into 3, 0.5 %": 40,
    "500 tracts into 4, 0.5 %": 56, "650 tracts into 4, 0.5 %": 61, "650 tracts into 8, 1 %": 117,
    "200 block groups into 5, 5 %": 47, "450 block groups into 10, 1 %": 136, "690 block groups into 5, 0.5 %": 84,
    "690 block groups into 10, 5 %": 132, "600 block groups into 12 of 50": 155,
}  # fmt: skip


def lattice(rows, columns):
    block = np.arange(rows * columns).reshape(rows, columns)
    a = np.concatenate([block[:, :-1].ravel(), block[:-1].ravel()])
    b = np.concatenate([block[:, 1:].ravel(), block[1:].ravel()])
    return np.stack([a, b], axis=1), np.ones(rows * columns, np.int64)


def read_graph(path):
    data = path.read_bytes()
    found = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    place = {node["id"]: i for i, node in enumerate(found["nodes"])}
    pairs = {tuple(sorted((i, place[o["id"]]))) for i, row in enumerate(found["adjacency"]) for o in row}
    return found["nodes"], np.array(sorted(p for p in pairs if p[0] != p[1]))


def contract(edges, people, label):
    _, label = np.unique(label, return_inverse=True)
    ends = np.sort(label[edges], axis=1)
    return np.unique(ends[ends[:, 0] < ends[:, 1]], axis=0), np.bincount(label, people).astype(np.int64)


def piece(edges, people, start, size):
    """The first `size` blocks that a breadth-first walk meets; neighbours ascending."""
    beside = [[] for _ in people]
    for a, b in edges.tolist():
        beside[a].append(b)
        beside[b].append(a)
    met = [start]
    known = {start}
    for block in met:
        fresh = [other for other in sorted(beside[block]) if other not in known]
        known.update(fresh)
        met += fresh
        if len(met) >= size:
            break
    keep = np.sort(met[:size])
    place = np.full(len(people), -1)
    place[keep] = np.arange(len(keep))
    inside = place[edges]
    return inside[(inside >= 0).all(axis=1)], people[keep]


def instances(folder):
    """(name, edges, weights, grids, share)"""
    for rows, columns, grids, share in [
        (9, 9, 9, 0), (12, 12, 16, 0), (16, 16, 16, 0), (20, 20, 25, 0), (24, 24, 36, 0), (25, 25, 25, 0),
        (26, 26, 4, 0), (15, 15, 9, 0), (20, 30, 7, 0.05),
    ]:  # fmt: skip
        yield f"lattice {rows} × {columns} into {grids}", *lattice(rows, columns), grids, share
    if not folder.exists():
        print(f"no graphs of counties and tracts at {folder}")
        return
    nodes, edges = read_graph(folder / "IA_counties.json")
    for share in (0.005, 0.01, 0.05):
        people = np.array([node["TOTPOP"] for node in nodes])
        yield f"Iowa counties into 4, {100 * share:g} %", edges, people, 4, share
    nodes, edges = read_graph(folder / "gerrychain/05_bg_census_consolidated.json.gz")
    people = np.array([node["tot_pop_20"] for node in nodes])
    county = contract(edges, people, [node["id"][:5] for node in nodes])
    for share in (0.005, 0.01, 0.05):
        yield f"Arkansas counties into 4, {100 * share:g} %", *county, 4, share
    tract = contract(edges, people, [node["id"][:11] for node in nodes])
    yield "Arkansas tracts into 4, 0.5 %", *tract, 4, 0.005
    for start, size, grids, share in [
        (0, 300, 2, 0.005), (200, 400, 3, 0.005), (500, 500, 4, 0.005), (700, 650, 4, 0.005), (100, 650, 8, 0.01),
    ]:  # fmt: skip
        yield f"{size} tracts into {grids}, {100 * share:g} %", *piece(*tract, start, size), grids, share
    for start, size, grids, share in [
        (0, 200, 5, 0.05), (1500, 450, 10, 0.01), (1000, 690, 5, 0.005), (2000, 690, 10, 0.05),
    ]:  # fmt: skip
        yield (
            f"{size} block groups into {grids}, {100 * share:g} %",
            *piece(edges, people, start, size),
            grids,
            share,
        )
    yield "600 block groups into 12 of 50", *piece(edges, np.ones_like(people), 800, 600), 12, 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=shared())
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    missed = runs = 0
    slowest = 0.0
    for name, edges, weight, grids, share in instances(options.shared / "districting"):
        if options.only not in name:
            continue
        graph = lg.BlockGraph.from_edges(len(weight), *edges.T, columns={"people": weight})
        mean = weight.sum() / grids
        limits = {"people": (ceil(mean * (1 - share) - 1e-9), floor(mean * (1 + share) + 1e-9))}
        found, wall, cpu = [], [], []
        for seed in range(options.seeds):
            with Stopwatch() as watch:
                plan = lg.redraw(
                    graph, grids=grids, limits=limits, order=["cut_edges"], rng=seed, threads=options.threads
                )
            found.append(int(plan.terms["cut_edges"]))
            wall.append(watch.wall)
            cpu.append(watch.cpu)
        runs += len(found)
        missed += sum(cut > FEWEST[name] for cut in found)
        slowest = max(slowest, *wall)
        fewer = "  FEWER THAN KNOWN" if min(found) < FEWEST[name] else ""
        print(
            f"{name:34s} fewest known {FEWEST[name]:3d}, found {' '.join(map(str, found))}; "
            f"at most {max(wall):.1f} s ({max(cpu):.1f} s of the processor){fewer}",
            flush=True,
        )
    print(f"missed {missed} of {runs}")
    verdict("cut_edges_missed", missed, 0, least=False)
    verdict("cut_edges_slowest_seconds", slowest, 10, least=False)


if __name__ == "__main__":
    sys.exit(main())
