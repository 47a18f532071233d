"""The real street graphs that several benchmarks read, and how their time is taken."""

import importlib.util
import lzma
import os
import resource
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
CITIES = {"amsterdam": 1, "delhi": 60, "moscow": 1, "rome": 1, "seattle": 44}  # units a metre
SPACING_M = 200_000  # the cities lie side by side
SPEED_M_S = 17.1 / 3.6


def shared():
    return Path(os.environ.get("LIBGRID_SHARED") or ROOT.parent / "shared") / "data"


def load_cities(cities=tuple(CITIES)):
    """Edges of cities side by side, open both ways; whole milliseconds, 1 or more: pandana counts an edge of
    no length as one unit, and equal questions need equal edges."""
    xs, tails, heads, offset = [], [], [], 0
    for i, city in enumerate(cities):
        xy, edges = (
            np.frombuffer(
                lzma.decompress((shared() / "city_graphs" / f"{city}-roads.{kind}.bin.xz").read_bytes()), "<i4"
            )
            for kind in ("co", "gr")
        )
        xy, edges = xy.reshape(-1, 2) / CITIES[city] + [i * SPACING_M, 0], edges.reshape(-1, 2) - 1 + offset
        xs.append(xy)
        tails.append(edges[:, 0])
        heads.append(edges[:, 1])
        offset += len(xy)
    xy, tail, head = np.concatenate(xs), np.concatenate(tails), np.concatenate(heads)
    ms = np.maximum(np.rint(np.hypot(*(xy[tail] - xy[head]).T) / SPEED_M_S * 1000), 1)
    return {"x": xy[:, 0], "y": xy[:, 1], "tail": tail.astype(np.int32), "head": head.astype(np.int32), "ms": ms}


def load_new_york():
    """The DIMACS graph with the made-up lengths of the published sums, a second a unit."""
    text = lzma.decompress((shared() / "access" / "graphs" / "NY.gr.xz").read_bytes()).decode().splitlines()
    n = int(text[0].split()[2])
    ends = np.array([line.split() for line in text[1:]], np.int64)
    a, b = ends.min(axis=1), ends.max(axis=1)
    ms = (100 + ((a * 2654435761 + b * 40503) % 2**32 >> 8) % 900) * 1000.0
    where = np.arange(n, dtype=float)  # no coordinates: pandana wants some
    return {"x": where, "y": where, "tail": (a - 1).astype(np.int32), "head": (b - 1).astype(np.int32), "ms": ms}


def spread(n, count, seed):
    return np.sort(np.random.default_rng(seed).choice(n, count, replace=False)).astype(np.int32)


def build(graph, coordinates=False):
    import libgrid as lg

    where = {"x": graph["x"], "y": graph["y"]} if coordinates else {"node_count": len(graph["x"])}
    return lg.RoadNetwork.from_arrays(
        tail=graph["tail"], head=graph["head"], seconds=graph["ms"] / 1000, undirected=True, **where
    )


def one_way_each(graph):
    """Columns of arcs, both ways, the shortest of parallel ones: what SciPy and igraph take."""
    low, high = np.minimum(graph["tail"], graph["head"]), np.maximum(graph["tail"], graph["head"])
    order = np.lexsort((graph["ms"], high, low))
    order = order[np.r_[True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)]]
    order = order[low[order] != high[order]]
    return low[order], high[order], graph["ms"][order]


def scipy_graph(graph):
    from scipy.sparse import csr_array

    t, h, w = one_way_each(graph)
    n = len(graph["x"])
    return csr_array((np.r_[w, w], (np.r_[t, h], np.r_[h, t])), shape=(n, n))


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Stopwatch:
    """Seconds by the clock and of this process's threads: the second do not count waiting for a busy machine."""

    def __enter__(self):
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_):
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu


def best(rounds, ask):
    """The answer, and the round that took the least of the processor."""
    taken = []
    for _ in range(rounds):
        with Stopwatch() as watch:
            answer = ask()
        taken.append((watch.cpu, watch.wall))
    return answer, *min(taken)


def has(module):
    return importlib.util.find_spec(module) is not None


def verdict(name, value, target, least=True):
    """One line a target; `least`: the value must reach it, else it must not pass it."""
    met = value >= target if least else value <= target
    print(f"RESULT {name} {value:.3g} {target} {'met' if met else 'missed'}")
