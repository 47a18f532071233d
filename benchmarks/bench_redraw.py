"""Start plans, edits and redrawn plans: libgrid beside METIS, known optima and its own targets.

Run: python benchmarks/bench_redraw.py [--peers PYTHON_WITH_PYMETIS] [--shared DIR] [--city] [--effort N]
Start plans: a million blocks of a lattice into 5,000 connected grids within 5 %; METIS (pymetis, contiguous) from its
own process on the same graph. Edits: one question with every metric and every rule, and the move. Quality: cut edges
against the smallest of all enumerated plans, and lattices into squares whose optimum is known. --city: a million blocks
into 120,000 grids nested in 2,500 parents. The searches use two threads, METIS has one. Wall and
CPU seconds are both shown: on a busy machine the second is the fairer.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from libgrid import _core

ROOT = Path(__file__).resolve().parent.parent
NOTHING = np.zeros(0, np.int32)

METIS = """
import sys, time
import numpy as np, pymetis
d = np.load(sys.argv[1])
start = time.process_time()
options = pymetis.Options(contig=1, ufactor=50)
cut, part = pymetis.part_graph(int(d["k"]), xadj=d["ptr"], adjncy=d["head"], options=options, recursive=False)
seconds = time.process_time() - start
part = np.asarray(part)
size = np.bincount(part, minlength=int(d["k"]))
print(f"{seconds:.2f} {cut} {size.min()} {size.max()}")
"""


def lattice(rows, columns):
    block = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a = np.concatenate([block[:, :-1].ravel(), block[:-1].ravel()])
    b = np.concatenate([block[:, 1:].ravel(), block[1:].ravel()])
    none = np.zeros(0, np.uint8)
    return _core.BlockGraph(rows * columns, a, b, np.full(len(a), 100_000, np.int64), none)


def sizes(n, grids, lowest, highest):
    return {
        "name": "blocks",
        "weight": np.ones(n, np.int64),
        "lowest": np.full(grids, lowest, np.int64),
        "highest": np.full(grids, highest, np.int64),
    }


def cut_problem(graph, grids, lowest, highest):
    cut = {"name": "cut_edges", "kind": "cut", "length": np.ones(graph.edge_count, np.int64)}
    limits = [sizes(graph.block_count, grids, lowest, highest)]
    return _core.PlanProblem(graph, grids, limits=limits, terms=[cut])


def result(name, value, target, better_is_less=True):
    met = value <= target if better_is_less else value >= target
    print(f"RESULT {name} {value:.3g} {target:.3g} {'met' if met else 'missed'}", flush=True)


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    return answer, time.perf_counter() - wall, time.process_time() - cpu


def bench_start(peers):
    side, grids = 1000, 5000
    graph = lattice(side, side)
    problem = cut_problem(graph, grids, 190, 210)
    seed, wall, cpu = timed(lambda: _core.seed_plan(problem, NOTHING, threads=2))
    assert seed["faults"] == []
    cut = _core.measure_terms(problem, seed["grid_of"])[0]
    print(f"start plan, 10⁶ blocks, 5,000 grids, 5 %: {wall:.2f} s ({cpu:.2f} CPU s), cut {cut:,}")
    result("start_seconds", wall, 5)
    bench_edits(problem, seed["grid_of"])
    if peers is None:
        return
    both = np.concatenate([graph.a, graph.b]), np.concatenate([graph.b, graph.a])
    order = np.argsort(both[0], kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(both[0], minlength=side * side))])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "graph.npz")
        np.savez(path, ptr=ptr, head=both[1][order], k=grids)
        ran = subprocess.run([peers, "-c", METIS, path], capture_output=True, text=True)
    if ran.returncode != 0:
        print("METIS did not run:", ran.stderr.strip().splitlines()[-1:])
        return
    seconds, metis_cut, least, most = ran.stdout.split()
    print(f"METIS: {seconds} CPU s, cut {int(metis_cut):,}, sizes {least} … {most}")
    result("start_cpu_beside_metis", float(seconds) / cpu, 1, better_is_less=False)


def bench_edits(problem, plan):
    state = _core.PlanState(problem, plan)
    graph = problem.graph
    cut = np.flatnonzero(plan[graph.a] != plan[graph.b])
    chosen = np.random.default_rng(1).choice(cut, 20_000)
    pairs = list(zip(graph.a[chosen].tolist(), graph.b[chosen].tolist(), strict=True))
    labels = plan.tolist()
    start = time.perf_counter()
    for block, other in pairs:
        grid = labels[other]
        state.delta(block, grid)
        if not state.why_not(block, grid):
            state.move(block, grid)
            labels[block] = grid
    each = (time.perf_counter() - start) / len(pairs) * 1e6
    print(f"an edit with all metrics and rules at 10⁶ blocks, from Python: {each:.1f} µs")
    result("edit_us", each, 50)


def bench_quality(shared, effort):
    oracles = shared / "data/districting/grid_oracles.jsonl"
    if oracles.exists():
        met = total = 0
        for line in oracles.read_text().splitlines():
            case = json.loads(line)
            found = case["result"]
            if "cut_edges_uniform" not in found:
                continue
            rows, columns = map(int, case["id"].split("_")[0][1:].split("x"))
            problem = cut_problem(lattice(rows, columns), found["k"], found["lo"], found["hi"])
            answer = _core.redraw(problem, NOTHING, effort=400_000, threads=2)
            best = min(map(int, found["cut_edges_uniform"]))
            total += 1
            met += answer["status"] == "done" and answer["terms"][0] == best
        print(f"enumerated lattices at their smallest cut: {met} of {total}")
        result("oracles_missed", total - met, 0)
    else:
        print(f"no enumerated lattices at {oracles}")
    for side, per_side in [(9, 3), (12, 4), (16, 4), (20, 5), (24, 6), (25, 5), (26, 2)]:
        grids = per_side**2
        size = side * side // grids
        problem = cut_problem(lattice(side, side), grids, size, size)
        best = 2 * (per_side - 1) * side
        answer, wall, cpu = timed(lambda p=problem: _core.redraw(p, NOTHING, effort=effort, threads=2))
        cut = answer["terms"][0]
        print(f"{side} × {side} into {grids} of {size}: {cut}, squares {best}; {wall:.1f} s ({cpu:.1f} CPU s)")
        result(f"squares_{side}_{grids}", cut / best, 1)


def bench_city(effort):
    side, parent_side, per_parent = 1000, 20, 48
    row, column = np.divmod(np.arange(side * side, dtype=np.int32), side)
    parent = (row // parent_side) * (side // parent_side) + column // parent_side
    parents = (side // parent_side) ** 2
    grids = parents * per_parent
    weight = np.ones(side * side, np.int64)
    inertia = {
        "name": "inertia",
        "kind": "inertia",
        "weight": weight,
        "place": np.ascontiguousarray(np.stack([column, -row], axis=1) * 100_000, np.int32),
    }
    problem = _core.PlanProblem(
        lattice(side, side),
        grids,
        limits=[sizes(side * side, grids, 7, 10)],
        terms=[inertia],
        columns={
            "parent_of_block": np.ascontiguousarray(parent, np.int32),
            "parent_of_grid": np.repeat(np.arange(parents, dtype=np.int32), per_parent),
        },
    )
    answer, wall, cpu = timed(lambda: _core.redraw(problem, NOTHING, effort=effort, threads=2))
    first, last = answer["trace"][0][1][0], answer["terms"][0]
    print(
        f"city of 10⁶ blocks, {grids:,} grids in {parents:,} parents: {answer['status']}, "
        f"inertia {first:,} → {last:,} m², effort {answer['effort_done']:,}, "
        f"{wall / 60:.1f} min ({cpu / 60:.1f} CPU min)"
    )
    result("city_minutes", wall / 60, 30)


def main():
    parser = argparse.ArgumentParser()
    peers = ROOT / ".peers/bin/python"
    parser.add_argument("--peers", default=str(peers) if peers.exists() else None)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("LIBGRID_SHARED", ROOT / "../shared")))
    parser.add_argument("--city", action="store_true")
    parser.add_argument("--effort", type=int, default=48_000_000)
    options = parser.parse_args()
    bench_start(options.peers)
    bench_quality(options.shared, options.effort)
    if options.city:
        bench_city(2_000 * 10**6)


if __name__ == "__main__":
    sys.exit(main())
