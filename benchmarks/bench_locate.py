"""Which grid holds each of a million points? libgrid.locate beside geopandas.sjoin, index building included.

The two run in turns in one process; the answers must be equal on all interior points.
Usage: python benchmarks/bench_locate.py [points] [polygons] [rounds]
"""

import sys
import time

import geopandas as gpd
import numpy as np
import shapely

import libgrid as lg

TARGET = 5


def irregular_tessellation(n, rng):
    """Voronoi cells of n random points with densified borders, on whole millimetres."""
    side = 20_000.0
    seeds = shapely.MultiPoint(rng.uniform(0, side, (n, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    cells = shapely.intersection(cells, shapely.box(0, 0, side, side))
    dense = shapely.segmentize(cells, side / np.sqrt(n) / 4)
    return shapely.transform(dense, lambda xy: xy.round(3))


def main(n_points=1_000_000, n_polygons=5_000, rounds=5):
    rng = np.random.default_rng(2024)
    cells = irregular_tessellation(n_polygons, rng)
    grids = gpd.GeoDataFrame(geometry=cells, crs="EPSG:4544")
    box = shapely.total_bounds(cells)
    xy = rng.uniform(box[:2], box[2:], (n_points, 2)).round(3)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs="EPSG:4544")
    corners = shapely.get_num_coordinates(cells) - 1
    print(f"{n_points:,} points, {n_polygons:,} polygons of {corners.min()}-{corners.max()} corners")

    ours_s, theirs_s = [], []
    for k in range(rounds):
        start = time.perf_counter()
        ours = lg.locate(points.geometry, grids)
        ours_s.append(time.perf_counter() - start)

        fresh = gpd.GeoDataFrame(geometry=cells.copy(), crs="EPSG:4544")  # no index kept from the last round
        start = time.perf_counter()
        joined = gpd.sjoin(points, fresh, predicate="within", how="inner")
        theirs_s.append(time.perf_counter() - start)
        print(f"round {k + 1}: libgrid {ours_s[-1]:.3f} s, geopandas.sjoin {theirs_s[-1]:.3f} s")

    hits = joined["index_right"].groupby(level=0).agg(["count", "first"])
    alone = hits[hits["count"] == 1]
    same = ours[alone.index.to_numpy()] == alone["first"].to_numpy()
    print(f"equal on {same.mean():.6%} of {len(alone):,} interior points; located {np.mean(ours >= 0):.4%}")
    if not same.all():
        raise SystemExit("the answers differ")
    ratio = np.median(theirs_s) / np.median(ours_s)
    print(f"medians: libgrid {np.median(ours_s):.3f} s, geopandas.sjoin {np.median(theirs_s):.3f} s")
    print(f"RESULT locate_vs_sjoin {ratio:.1f} {TARGET} {'met' if ratio >= TARGET else 'missed'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
