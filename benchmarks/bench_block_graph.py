"""Which of a million polygons are neighbours, and how long are their borders? libpysal's Rook beside ours.

The polygons are a shaken lattice, so that no border is straight along an axis. libpysal runs in an environment of
its own (`.peers`, see README.md) on fewer polygons, for it takes long; its neighbours must be ours.
Usage: python benchmarks/bench_block_graph.py [side] [side for the peer] [--peers PYTHON]
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time

import geopandas as gpd
import numpy as np
import shapely
from libgrid.ragged import frame_around, to_polygons

import libgrid as lg
from libgrid import _core

TARGET_S = 10
PEER = """
import json, sys, time
import geopandas as gpd
from libpysal.weights import Rook
frame = gpd.read_file(sys.argv[1])
start = time.perf_counter()
found = Rook.from_dataframe(frame, use_index=False, silence_warnings=True)
seconds = time.perf_counter() - start
pairs = sorted({(min(i, j), max(i, j)) for i, row in found.neighbors.items() for j in row})
print(json.dumps({"s": seconds, "pairs": pairs}))
"""


def shaken_lattice(side, rng):
    """Quadrangles of about 50 m that share their corners, on whole millimetres."""
    x, y = np.meshgrid(np.arange(side + 1) * 50.0, np.arange(side + 1) * 50.0, indexing="ij")
    corner = np.stack([x, y], axis=-1) + rng.uniform(-15, 15, (side + 1, side + 1, 2)).round(3)
    ring = [corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:], corner[:-1, :-1]]
    return shapely.polygons(np.stack(ring, axis=2).reshape(side * side, 5, 2))


def main(side=1000, peer_side=150, peers=".peers/bin/python"):
    rng = np.random.default_rng(7)
    shapes = shaken_lattice(side, rng)
    polygons, _ = to_polygons(shapes, frame_around(shapes))
    start = time.perf_counter()
    a, _, _, _ = _core.find_borders(polygons)
    borders_s = time.perf_counter() - start
    assert len(a) == 2 * side * (side - 1)
    layer = gpd.GeoSeries(shapes, crs="EPSG:4544")
    start = time.perf_counter()
    graph = lg.BlockGraph.from_blocks(layer)
    whole_s = time.perf_counter() - start
    print(f"{side * side:,} polygons: borders {borders_s:.2f} s; with reading and graph {whole_s:.2f} s; {graph}")
    met = "met" if whole_s <= TARGET_S else "missed"
    print(f"RESULT block_graph_borders {whole_s:.2f} {TARGET_S} {met}")
    if not pathlib.Path(peers).exists():
        print("no .peers environment: libpysal is skipped")
        return
    small = gpd.GeoDataFrame(geometry=shaken_lattice(peer_side, rng), crs="EPSG:4544")
    start = time.perf_counter()
    ours = lg.BlockGraph.from_blocks(small.geometry)
    ours_s = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/cells.gpkg"
        small.to_file(path)
        told = subprocess.run([peers, "-c", PEER, path], capture_output=True, text=True, check=True)
    theirs = json.loads(told.stdout.strip().splitlines()[-1])
    pairs = ours.frame[["block_a", "block_b"]].to_numpy().tolist()
    if pairs != [list(p) for p in theirs["pairs"]]:
        raise SystemExit("the neighbours differ")
    ratio = theirs["s"] / ours_s
    print(f"{len(small):,} polygons: ours {ours_s:.2f} s, libpysal {theirs['s']:.2f} s, ratio {ratio:.1f}")


if __name__ == "__main__":
    numbers = [int(v) for v in sys.argv[1:3] if v.isdigit()]
    main(*numbers, **({"peers": sys.argv[-1]} if "--peers" in sys.argv else {}))
