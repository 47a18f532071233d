import doctest
import gzip
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
from libgrid.io import read_vector
from support.osm_file import OsmFile

import libgrid as lg
from libgrid import limits


@pytest.mark.parametrize("name, value", [("max_bytes", 1000), ("max_rows", 3), ("max_vertices", 3), ("max_seconds", 0)])
def test_a_file_over_a_limit_is_refused_by_name_and_can_be_read_with_a_higher_one(name, value):
    path = lg.datasets.path("town")
    with pytest.raises(lg.IoError, match=name):
        lg.open_study_area(path, limits=lg.ReadLimits(**{name: value}))
    assert len(lg.open_study_area(path, limits=lg.ReadLimits(**{name: 10**9})).households)
    with pytest.raises(lg.IoError, match=name):
        read_vector(path, "households", limits=lg.ReadLimits(**{name: value}))


def write_all(folder):
    """Fifty points in each format that read_layer knows, by format."""
    points = [(104.0 + k / 1000, 30.6) for k in range(50)]
    text = "household_id,lon,lat\n" + "".join(f"H{k},{x},{y}\n" for k, (x, y) in enumerate(points))
    frame = gpd.GeoDataFrame(
        {"household_id": [f"H{k}" for k in range(50)]}, geometry=gpd.points_from_xy(*zip(*points, strict=True)),
        crs="EPSG:4326",
    )  # fmt: skip
    paths = {name: folder / f"homes.{name}" for name in ("csv", "gz", "xlsx", "parquet", "kml", "geojson", "zip")}
    paths["csv"].write_text(text)
    paths["gz"].write_bytes(gzip.compress(text.encode()))
    pd.read_csv(paths["csv"]).to_excel(paths["xlsx"], index=False)
    frame.to_parquet(paths["parquet"])
    frame.to_file(paths["geojson"])
    with zipfile.ZipFile(paths["zip"], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("homes.csv", text)
    marks = "".join(
        f"<Placemark><name>H{k}</name><Point><coordinates>{x},{y}</coordinates></Point></Placemark>"
        for k, (x, y) in enumerate(points)
    )
    paths["kml"].write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{marks}</Document></kml>')
    return paths


@pytest.mark.parametrize("name", ["csv", "gz", "xlsx", "parquet", "kml", "geojson", "zip"])
def test_read_layer_holds_every_format_against_every_limit(name, tmp_path):
    path = write_all(tmp_path)[name]
    size = path.stat().st_size
    crs = None if name in ("parquet", "kml", "geojson") else "EPSG:4326"
    fits = lg.ReadLimits(max_bytes=10**6, max_rows=50, max_vertices=50, max_seconds=60)
    assert len(lg.read_layer(path, crs=crs, limits=fits)) == 50
    assert len(lg.read_layer(path, crs=crs)) == 50
    for limit, value in (("max_bytes", size - 1), ("max_rows", 49), ("max_seconds", 0)):
        with pytest.raises(lg.IoError, match=rf"homes\.{name}: .*the limit {limit}"):
            lg.read_layer(path, crs=crs, limits=lg.ReadLimits(**{limit: value}))
    if crs is None:  # points in columns are no shapes of the file
        with pytest.raises(lg.IoError, match="the limit max_vertices"):
            lg.read_layer(path, limits=lg.ReadLimits(max_vertices=49))
    with pytest.raises(lg.InvalidInput, match="at least 0"):
        lg.read_layer(path, crs=crs, limits=lg.ReadLimits(max_rows=-1))


@pytest.mark.parametrize("name", ["zip", "gz", "xlsx"])
def test_what_is_packed_counts_as_what_it_unpacks_to(name, tmp_path):
    path = write_all(tmp_path)[name]
    size = path.stat().st_size
    with pytest.raises(lg.IoError, match="the limit max_bytes"):
        lg.read_layer(path, crs="EPSG:4326", limits=lg.ReadLimits(max_bytes=size + 1))


def test_an_osm_file_is_held_against_them_too(tmp_path):
    file = OsmFile()
    for i in range(6):
        file.node(i + 1, 104 + i * 0.001, 30.5)
    for i in range(5):
        file.way(10 + i, [i + 1, i + 2], highway="residential")
    path = file.write(tmp_path / "village.osm.pbf")
    assert len(lg.read_layer(path, "roads", limits=lg.ReadLimits(max_rows=5, max_vertices=10))) == 5
    for limit, value in (("max_bytes", 10), ("max_rows", 4), ("max_vertices", 9), ("max_seconds", 0)):
        with pytest.raises(lg.IoError, match=f"the limit {limit}"):
            lg.read_layer(path, "roads", limits=lg.ReadLimits(**{limit: value}))


def test_docstrings():
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.testmod(limits, optionflags=options).failed == 0
