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
