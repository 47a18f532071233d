"""Is a layer of 100,000 polygons a tessellation, and where not? check_coverage beside shapely.coverage_invalid_edges.

Both get the same layer, clean and with one corner moved by 1 mm, in turns in one process; both must accept the first
and find the second. Then the repair of a layer in which every hundredth polygon was drawn by itself.
Usage: python benchmarks/bench_coverage.py [polygons] [rounds]
"""

import sys
import time

import numpy as np
import shapely
from libgrid.ragged import frame_around, to_polygons

from libgrid import _core

TARGET_S = 10.0


def town(n):
    """An n x n lattice whose corners are shaken, each border with two more vertices, on whole millimetres."""
    rng = np.random.default_rng(7)
    steps = 3 * n + 1
    at = np.stack(np.meshgrid(np.arange(steps), np.arange(steps)), -1) * 20.0
    at = (at + rng.uniform(-6, 6, at.shape)).round(3)
    k = 3 * np.arange(n)
    row, column = (a.ravel() for a in np.meshgrid(k, k, indexing="ij"))
    walk = [(0, 0), (0, 1), (0, 2), (0, 3), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1), (3, 0), (2, 0), (1, 0), (0, 0)]
    rings = np.stack([at[row + r, column + c] for r, c in walk], axis=1)
    return rings


def timed(call):
    """CPU seconds of all threads: what else the machine does hardly counts."""
    start = time.process_time()
    answer = call()
    return time.process_time() - start, answer


def is_clean(faults):
    return not (len(faults["gap_area_m2"]) or len(faults["overlap_a"]) or len(faults["near_a"]))


def main(count=100_000, rounds=3):
    n = round(np.sqrt(count))
    rings = town(n)
    moved = rings.copy()
    moved[n * (n // 2) + n // 2, 3] += 0.001
    ours, theirs = [], []
    for name, drawn in (("clean", rings), ("one corner off by 1 mm", moved)):
        shapes = shapely.polygons(drawn)
        polygons, _ = to_polygons(shapes, frame_around(shapes))
        for _ in range(rounds):
            seconds, faults = timed(lambda p=polygons: _core.check_coverage(p))
            ours.append(seconds)
            seconds, edges = timed(lambda s=shapes: shapely.coverage_invalid_edges(s, gap_width=0.05))
            theirs.append(seconds)
            peer_clean = bool(shapely.is_empty(edges).all())
            if is_clean(faults) != (name == "clean") or peer_clean != (name == "clean"):
                raise SystemExit(f"{name}: libgrid says clean={is_clean(faults)}, shapely says clean={peer_clean}")
        print(f"{name}: libgrid {ours[-1]:.2f} CPU s, shapely {theirs[-1]:.2f} CPU s")
    rng = np.random.default_rng(8)
    apart = rings.copy()
    loose = np.arange(0, len(apart), 100)
    apart[loose, :12] += rng.uniform(-0.3, 0.3, (len(loose), 12, 2)).round(3)
    apart[loose, 12] = apart[loose, 0]
    shapes = shapely.polygons(apart)
    polygons, _ = to_polygons(shapes, frame_around(shapes))
    seconds, done = timed(lambda: _core.repair_coverage(polygons))
    left = _core.check_coverage(done["polygons"])
    print(
        f"repair of {len(loose):,} loose among {len(apart):,}: {seconds:.2f} CPU s, {len(done['kind']):,} changes; "
        f"left: {len(left['overlap_a'])} overlaps, {len(left['gap_area_m2'])} gaps"
    )
    ours_s, theirs_s = np.median(ours), np.median(theirs)
    print(f"medians over {len(rings):,} polygons: libgrid {ours_s:.2f} CPU s, shapely {theirs_s:.2f} CPU s")
    met = "met" if ours_s <= TARGET_S else "missed"
    print(f"RESULT check_coverage_cpu_s {ours_s:.2f} {TARGET_S:.0f} {met}")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
