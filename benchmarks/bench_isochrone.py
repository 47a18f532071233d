"""A 15-minute walk from each of 100 places of a real city as a polygon: libgrid beside SciPy and shapely.

Run: python benchmarks/bench_isochrone.py [--rounds 3] [--city amsterdam]
Needs the city graphs (LIBGRID_SHARED or ../shared). The peer does what tutorials do: a search with a limit (SciPy's
Dijkstra), the pieces of streets in reach, a buffer of 50 m around them, their union (shapely). It knows nothing of the
time left at a street's end, so its shape is a little larger there. Checked in the run: both reach the same nodes, and
the shapes share at least 70 % of their union. Both on one thread, in turns; network and matrix are built before.
Times are of the processor, so that other work on the machine does not count.
"""

import argparse
import sys
import time

import graphs
import numpy as np
import shapely

import libgrid as lg

WALK_M_S, LIMIT_S, SOURCES, CAP_M = 1.2, 900.0, 100, 50.0


def peer(graph, matrix, xy, source):
    """The shape, and the nodes within reach."""
    from scipy.sparse.csgraph import dijkstra

    ms = dijkstra(matrix, indices=source, limit=LIMIT_S * 1000)
    pieces = []
    for tail, head in (("tail", "head"), ("head", "tail")):
        a, b = graph[tail], graph[head]
        at = np.flatnonzero(np.isfinite(ms[a]))
        share = np.minimum(1.0, (LIMIT_S * 1000 - ms[a[at]]) / graph["ms"][at])
        start = xy[a[at]]
        end = start + (xy[b[at]] - start) * share[:, None]
        pieces.append(np.stack([start, end], axis=1))
    lines = shapely.linestrings(np.concatenate(pieces))
    return shapely.union_all(shapely.buffer(lines, CAP_M, quad_segs=4)), np.isfinite(ms)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--city", default="amsterdam", choices=graphs.CITIES)
    args = parser.parse_args()
    if not (graphs.shared() / "city_graphs").exists():
        print(f"skipped: {graphs.shared()} is absent, set LIBGRID_SHARED")
        return
    graph = graphs.load_cities([args.city])
    xy = np.column_stack([graph["x"], graph["y"]])
    length = np.hypot(*(xy[graph["tail"]] - xy[graph["head"]]).T)
    graph["ms"] = np.maximum(np.rint(length / WALK_M_S * 1000), 1)
    net = graphs.build(graph, coordinates=True)
    matrix = graphs.scipy_graph(graph)
    sources = np.sort(np.random.default_rng(15).choice(len(xy), SOURCES, replace=False)).astype(np.int32)
    cell_m = 10.0  # walks end 0.71 cells short of the cap: both go 50 m
    ask = {"thresholds_s": LIMIT_S, "cell_m": cell_m, "cap_m": CAP_M + 0.7072 * cell_m, "threads": 1}
    lg.build_isochrones(net, sources[:2], **ask)
    ours, theirs = [], []
    for _ in range(args.rounds):
        start = time.process_time()
        for source in sources:
            lg.build_isochrones(net, [source], **ask)
        middle = time.process_time()
        shapes = [peer(graph, matrix, xy, source) for source in sources]
        theirs.append((time.process_time() - middle) / SOURCES)
        ours.append((middle - start) / SOURCES)
    start = time.process_time()
    together = lg.build_isochrones(net, sources, **ask)
    batch = (time.process_time() - start) / SOURCES

    own = lg.build_isochrones(net, sources, min_hole_m2=0, **ask).geometry.to_numpy()
    times = lg.travel_times(net, sources, np.arange(len(xy)), cutoff_s=LIMIT_S)
    shared = []
    for row, (shape, reached) in enumerate(shapes):
        if not np.array_equal(np.isfinite(times[row]), reached):
            sys.exit("libgrid and SciPy disagree on what is reached")
        shared.append(shapely.intersection(shape, own[row]).area / shapely.union(shape, own[row]).area)
    if min(shared) < 0.7:
        sys.exit(f"the shapes share only {min(shared):.0%} of their union")
    if not shapely.is_valid(together.geometry.to_numpy()).all():
        sys.exit("an isochrone is not valid")
    mine, other = np.median(ours), np.median(theirs)
    points, nodes = shapely.get_num_coordinates(own).mean(), np.isfinite(times).sum(axis=1).mean()
    print(f"{args.city}: {len(xy):,} nodes; isochrones of {nodes:,.0f} nodes, {points:,.0f} points")
    print(
        f"  libgrid {mine * 1e3:.2f} ms each, {batch * 1e3:.2f} ms in one call; SciPy and shapely {other * 1e3:.1f} ms"
    )
    print(f"  same nodes reached; shapes share {np.median(shared):.0%} of their union (least {min(shared):.0%})")
    for name, ms, target in (("isochrone_good_ms", 20, 20), ("isochrone_excellent_ms", 3, 3)):
        print(f"RESULT {name} {mine * 1e3:.2f} {target} {'met' if mine * 1e3 <= ms else 'missed'}")
    print(f"RESULT isochrone_vs_scipy_shapely {other / mine:.1f} 3 {'met' if other / mine >= 3 else 'missed'}")


if __name__ == "__main__":
    main()
