"""A million households snapped to the inside of the streets of five cities: libgrid beside shapely's STRtree.

Run: python benchmarks/bench_snap.py [--households 1000000] [--peer-households 200000] [--rounds 3]
Needs the city graphs (LIBGRID_SHARED or ../shared). Households lie around random points of random streets, 30 m off
in the mean. Both run on one thread and are timed in processor seconds, index building apart. shapely answers the
nearest line alone; libgrid also where on the edge, how far, whether the street hangs together with the rest, and which
end a one-way street leads to. The distances of the same households are checked to be equal to the millimetre. shapely
answers a part of them: its time is taken in proportion.
"""

import argparse
import time

import graphs
import numpy as np
import shapely

TARGET = 3.0


def households(graph, count):
    rng = np.random.default_rng(8)
    row = rng.integers(0, len(graph["tail"]), count)
    a, b = (np.column_stack([graph["x"], graph["y"]])[graph[end][row]] for end in ("tail", "head"))
    return a + rng.random((count, 1)) * (b - a) + rng.normal(0, 30, (count, 2))


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--households", type=int, default=1_000_000)
    ask.add_argument("--peer-households", type=int, default=200_000)
    ask.add_argument("--rounds", type=int, default=3)
    given = ask.parse_args()
    if not (graphs.shared() / "city_graphs").exists():
        print(f"skipped: {graphs.shared()} is absent, set LIBGRID_SHARED")
        return
    graph = graphs.load_cities()
    points = households(graph, given.households)
    net = graphs.build(graph, coordinates=True)
    start = time.process_time()
    net.snap(points[:1])
    index_s = time.process_time() - start
    ends = np.column_stack([graph["x"], graph["y"]])
    lines = shapely.linestrings(np.stack([ends[graph["tail"]], ends[graph["head"]]], axis=1))
    start = time.process_time()
    tree = shapely.STRtree(lines)
    few = shapely.points(points[: given.peer_households])
    tree.nearest(few[:1])
    peer_index_s = time.process_time() - start
    ours, theirs = [], []
    for _ in range(given.rounds):
        start = time.process_time()
        snapped = net.snap(points, max_off_network_m=1e6, threads=1)
        ours.append(time.process_time() - start)
        start = time.process_time()
        nearest = tree.nearest(few)
        theirs.append((time.process_time() - start) * given.households / given.peer_households)
    distance = shapely.distance(few, lines[nearest])
    plain = snapped["reason"].to_numpy()[: len(few)] == ""  # the others were moved off islands on purpose
    error = np.abs(snapped["distance_m"].to_numpy()[: len(few)] - distance)[plain]
    assert plain.mean() > 0.9
    assert error.max() < 0.0015, error.max()  # both ends of a street and the household lie on millimetres
    mine, peer = np.median(ours), np.median(theirs)
    print(f"{len(lines):,} streets, {given.households:,} households, one thread")
    print(f"libgrid  index {index_s:.2f} s, snap {mine:.2f} s")
    print(f"shapely  index {peer_index_s:.2f} s, nearest {peer:.2f} s")
    graphs.verdict("snap_vs_shapely", peer / mine, TARGET)


if __name__ == "__main__":
    main()
