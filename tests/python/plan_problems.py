"""Small plan problems for tests: lattices, and random ones with every rule and kind of term."""

import numpy as np

from libgrid import _core


def lattice(rows, columns):
    """Square blocks of 100 m, row by row; neighbours share a side."""
    block = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    a = np.concatenate([block[:, :-1].ravel(), block[:-1].ravel()])
    b = np.concatenate([block[:, 1:].ravel(), block[1:].ravel()])
    return graph_of(rows * columns, a, b)


def graph_of(n, a, b, border_mm=100_000):
    return _core.BlockGraph(
        n,
        np.ascontiguousarray(a, np.int32),
        np.ascontiguousarray(b, np.int32),
        np.full(len(a), border_mm, np.int64),
        np.zeros(len(a), np.uint8),
    )


def limit(name, weight, lowest, highest, grids):
    return {
        "name": name,
        "weight": np.ascontiguousarray(weight, np.int64),
        "lowest": np.broadcast_to(np.asarray(lowest, np.int64), grids).copy(),
        "highest": np.broadcast_to(np.asarray(highest, np.int64), grids).copy(),
    }


def places(rows, columns):
    """The centres of the lattice's blocks, in millimetres."""
    r, c = np.divmod(np.arange(rows * columns), columns)
    return np.ascontiguousarray(np.stack([c, -r], axis=1) * 100_000, np.int32)


def problem_of_sizes(graph, grids, lowest, highest, **more):
    """So many blocks a grid, nothing else; `more` goes to PlanProblem."""
    size = limit("blocks", np.ones(graph.block_count), lowest, highest, grids)
    return _core.PlanProblem(graph, grids, limits=[size], **more)


def random_problem(rng, rows=3, columns=4, *, order=(0, 1, 2, 3), weighted=False, owners=2):
    """A lattice in which each rule turns up now and then, with a term of each kind, in the order given."""
    graph = lattice(rows, columns)
    n, k = rows * columns, int(rng.integers(2, 5))
    weight = rng.integers(0, 10, n)
    mean = weight.sum() / k
    limits = [limit("households", weight, rng.integers(0, max(1, int(mean)), k), mean * 1.5 + 5, k)]
    if rng.random() < 0.5:
        limits.append(limit("blocks", np.ones(n), 1, n // k + 2, k))
    more = {"columns": {}}
    if rng.random() < 0.5:
        cut = rng.integers(0, n)
        reference = np.minimum(np.arange(n) * k // n, k - 1).astype(np.int32)
        more["columns"] = {"reference": reference, "moved_weight": np.ascontiguousarray(weight, np.int64)}
        if rng.random() < 0.5:
            more["columns"]["locked"] = (np.arange(n) == cut).astype(np.uint8)
        else:
            more["max_moved"] = int(rng.integers(10, 40))
    if rng.random() < 0.3:
        more["keep_together"] = [(0, 1)]
    if rng.random() < 0.3:
        more["keep_apart"] = [(0, columns)]
    terms = [
        {
            "name": "response",
            "kind": "assignment",
            "owner_of_grid": rng.integers(0, owners, k).astype(np.int32),
            "owners": owners,
            "cost": rng.integers(0, 40, n * owners),
            "factor": 2.0,
        },
        {"name": "cut", "kind": "cut", "length": rng.integers(1, 6, graph.edge_count), "factor": 3.0},
        {
            "name": "inertia",
            "kind": "inertia",
            "weight": rng.integers(0, 5, n),
            "place": places(rows, columns) // 1000,
        },
        {
            "name": "balance",
            "kind": "balance",
            "weight": np.ascontiguousarray(weight, np.int64),
            "target": np.full(k, max(1, int(mean)), np.int64),
            "factor": 0.0 if weighted else 1.0,
        },
    ]
    return _core.PlanProblem(graph, k, limits=limits, terms=[terms[t] for t in order], weighted=weighted, **more)
