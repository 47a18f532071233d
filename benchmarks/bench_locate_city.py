"""Which of 120,000 grids holds each of ten million people? libgrid.locate beside geopandas and DuckDB.

The peers are geopandas.sjoin and the spatial join of DuckDB's extension. As many grids as a city of twenty million has.
All run in turns in one process; answers must be equal on all interior points. DuckDB comes from .peers (see README);
without it that part is skipped.
Usage: python benchmarks/bench_locate_city.py [points] [polygons] [rounds] [--peers DIR]
"""

import argparse
import pathlib
import resource
import sys
import time

import geopandas as gpd
import numpy as np
import shapely
from bench_locate import irregular_tessellation

import libgrid as lg

TARGETS = {"geopandas": 10, "duckdb": 3}
MOST_MEMORY_GB = 6
ROOT = pathlib.Path(__file__).resolve().parents[1]


def duckdb_with_spatial(peers):
    """A connection with the extension loaded, or the reason why there is none."""
    site = next(iter(sorted(peers.glob("lib/python3*/site-packages"))), None)
    if site is None:
        return None, f"no environment at {peers.name}"
    sys.path.append(str(site))  # last: numpy and its kin stay ours
    try:
        import duckdb
    except ImportError:
        return None, f"no duckdb in {peers.name}"
    extension = next(iter(site.glob("duckdb_extension_spatial/extensions/*/spatial.duckdb_extension")), None)
    if extension is None:
        return None, f"no spatial extension in {peers.name}"
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    return connection, f"DuckDB {duckdb.__version__}"


def load(connection, xy, cells):
    """Tables of geometries in DuckDB's memory, so that its time is the join alone."""
    import pyarrow as pa

    connection.register("points", pa.table({"p": np.arange(len(xy), dtype=np.int32), "x": xy[:, 0], "y": xy[:, 1]}))
    connection.register("cells", pa.table({"g": np.arange(len(cells), dtype=np.int32), "wkb": shapely.to_wkb(cells)}))
    connection.execute("CREATE TABLE point AS SELECT p, ST_Point(x, y) AS geom FROM points")
    connection.execute("CREATE TABLE cell AS SELECT g, ST_GeomFromWKB(wkb) AS geom FROM cells")
    connection.unregister("points")
    connection.unregister("cells")


def join_in_duckdb(connection):
    query = "SELECT p, g FROM point JOIN cell ON ST_Within(point.geom, cell.geom)"
    found = connection.execute(query).fetchnumpy()
    return np.asarray(found["p"]), np.asarray(found["g"])


def join_in_geopandas(points, cells):
    fresh = gpd.GeoDataFrame(geometry=cells.copy(), crs=points.crs)  # no index kept from the last round
    joined = gpd.sjoin(points, fresh, predicate="within", how="inner")
    return joined.index.to_numpy(), joined["index_right"].to_numpy()


def require_equal(ours, row, cell, peer):
    hits = np.bincount(row, minlength=len(ours))
    alone = hits[row] == 1
    same = ours[row[alone]] == cell[alone]
    print(f"equal to {peer} on {same.mean():.6%} of {alone.sum():,} interior points; located {np.mean(ours >= 0):.4%}")
    if not same.all():
        raise SystemExit(f"the answers of {peer} differ")


def main(n_points, n_polygons, rounds, peers):
    rng = np.random.default_rng(2024)
    cells = irregular_tessellation(n_polygons, rng)
    grids = gpd.GeoDataFrame(geometry=cells, crs="EPSG:4544")
    box = shapely.total_bounds(cells)
    xy = rng.uniform(box[:2], box[2:], (n_points, 2)).round(3)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy.T), crs="EPSG:4544")
    print(
        f"{n_points:,} points, {len(cells):,} polygons of {shapely.get_num_coordinates(cells).mean() - 1:.1f} corners"
    )

    start = time.perf_counter()
    lg.locate(points, grids)
    first_s = time.perf_counter() - start
    memory_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"libgrid alone, first call: {first_s:.2f} s, process at most {memory_gb:.2f} GB, the points among it")

    connection, version = duckdb_with_spatial(peers)
    joins = {"geopandas": lambda: join_in_geopandas(points, cells)}
    if connection is None:
        print(f"SKIPPED duckdb: {version}")
    else:
        load(connection, xy, cells)
        joins["duckdb"] = lambda: join_in_duckdb(connection)
        print(version)
    times = {name: [] for name in ("libgrid", *joins)}
    cpu = {name: [] for name in times}  # of all threads: says the same on a busy machine
    for k in range(rounds):
        start, start_cpu = time.perf_counter(), time.process_time()
        ours = lg.locate(points, grids)
        times["libgrid"].append(time.perf_counter() - start)
        cpu["libgrid"].append(time.process_time() - start_cpu)
        for name, join in joins.items():
            start, start_cpu = time.perf_counter(), time.process_time()
            row, cell = join()
            times[name].append(time.perf_counter() - start)
            cpu[name].append(time.process_time() - start_cpu)
            if k == 0:
                require_equal(ours, row, cell, name)
            del row, cell
        print(f"round {k + 1}: " + ", ".join(f"{name} {t[-1]:.2f} s" for name, t in times.items()), flush=True)

    middle = {name: float(np.median(t)) for name, t in times.items()}
    print("medians: " + ", ".join(f"{name} {t:.2f} s" for name, t in middle.items()))
    print("processor time: " + ", ".join(f"{name} {np.median(t):.2f} s" for name, t in cpu.items()))
    for name in joins:
        ratio = middle[name] / middle["libgrid"]
        print(
            f"RESULT locate_city_vs_{name} {ratio:.1f} {TARGETS[name]} {'met' if ratio >= TARGETS[name] else 'missed'}"
        )
    met = memory_gb < MOST_MEMORY_GB
    print(f"RESULT locate_city_memory_gb {memory_gb:.2f} {MOST_MEMORY_GB} {'met' if met else 'missed'}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("points", type=int, nargs="?", default=10_000_000)
    parser.add_argument("polygons", type=int, nargs="?", default=120_000)
    parser.add_argument("rounds", type=int, nargs="?", default=2)
    parser.add_argument("--peers", type=pathlib.Path, default=ROOT / ".peers")
    given = parser.parse_args()
    main(given.points, given.polygons, given.rounds, given.peers)
