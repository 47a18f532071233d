"""How fast is a GeoPackage of a million households read? libgrid.read_layer beside pyogrio.read_dataframe.

The file is made by pyogrio: points and six columns, three of them text. They run in turns in one process, and every
value and coordinate must be equal. pyogrio runs in both of its ways, row by row (its default) and through Arrow.
Usage: python benchmarks/bench_read.py [rows] [rounds]
"""

import pathlib
import sys
import tempfile
import time

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

import libgrid as lg

TARGET = 1


def households(n, rng):
    xy = rng.uniform([390_000, 3_380_000], [420_000, 3_410_000], (n, 2)).round(3)
    return gpd.GeoDataFrame(
        {
            "household_id": [f"H{i:08d}" for i in range(n)],
            "block_id": [f"5101170080{b:05d}" for b in rng.integers(0, 99_999, n)],
            "street": rng.choice(["安靖街道沙湾路一段", "望江路", "红砂村"], n),
            "n_usual": rng.integers(1, 6, n),
            "n_migrant": rng.integers(0, 3, n),
            "score": rng.uniform(0, 1, n),
        },
        geometry=shapely.points(xy),
        crs="EPSG:4544",
    )


def same(ours, theirs):
    columns = [c for c in theirs.columns if c != "geometry"]
    return (
        list(ours.columns) == [*columns, "geometry"]
        and all((ours[c].to_numpy() == theirs[c].to_numpy()).all() for c in columns)
        and (shapely.get_coordinates(ours.geometry) == shapely.get_coordinates(theirs.geometry)).all()
        and ours.crs == theirs.crs
    )


def main(rows=1_000_000, rounds=5):
    readers = {
        "libgrid": lambda path: lg.read_layer(path, table="households").frame,
        "pyogrio": pyogrio.read_dataframe,
        "pyogrio_arrow": lambda path: pyogrio.read_dataframe(path, use_arrow=True),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "households.gpkg"
        pyogrio.write_dataframe(households(rows, np.random.default_rng(2024)), path, layer="households")
        size = path.stat().st_size / 1e6
        print(f"{rows:,} points, 6 columns, {size:.0f} MB; GDAL of pyogrio {pyogrio.__gdal_version__}")
        spent = {name: [] for name in readers}
        for k in range(rounds):
            frames = {}
            for name, read in readers.items():
                start = time.perf_counter()
                frames[name] = read(path)
                spent[name].append(time.perf_counter() - start)
            if k == 0 and not all(same(frames["libgrid"], frames[name]) for name in list(readers)[1:]):
                raise SystemExit("the answers differ")
            print(f"round {k + 1}: " + ", ".join(f"{name} {times[-1]:.2f} s" for name, times in spent.items()))
    ours = np.median(spent["libgrid"])
    for name in list(readers)[1:]:
        ratio = np.median(spent[name]) / ours
        print(f"medians: libgrid {ours:.2f} s, {name} {np.median(spent[name]):.2f} s")
        print(f"RESULT read_vs_{name} {ratio:.2f} {TARGET} {'met' if ratio >= TARGET else 'missed'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
