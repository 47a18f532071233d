"""OpenStreetMap PBF files as frames: streets and buildings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import _columns
from .._core import InvalidInput
from ..progress import Progress, progress_callback
from . import osm_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

OSM_CRS = "EPSG:4326"


def read_osm(
    path: str | os.PathLike,
    layer: str = "roads",
    bbox: Sequence[float] | None = None,
    *,
    threads: int = 0,
    progress: Progress = False,
) -> gpd.GeoDataFrame:
    """Read streets or buildings from an OpenStreetMap file (``.osm.pbf``).

    Parameters
    ----------
    path : path
    layer : {"roads", "buildings"}
        Roads: every way with ``highway`` or ``route=ferry``, in the columns of the layer ``roads`` (``road_id``,
        ``class``, ``oneway``, ``maxspeed_kmh``, ``name``, ``length_m``, geodesic) and ``osm_id``, ``bridge``,
        ``tunnel``, ``layer``. A network of them is better built by `RoadNetwork.from_osm`, which knows which streets
        share a node and which turns are forbidden. Buildings: polygons with ``building_id``, ``osm_id``, ``osm_type``,
        ``building``, ``levels``, ``name``, ``street``, ``housenumber``.
    bbox : (west, south, east, north) in degrees, optional
        What has a node in it is taken, whole.
    threads : int
        0: one a core. Never changes the result.
    progress : bool or callable

    Returns
    -------
    GeoDataFrame in EPSG:4326
        ``frame.attrs`` stays empty; what the file lacks shows as cut lines, see `read_osm_roads`.

    Raises
    ------
    IoError
        Damaged or truncated (the byte is named), no OSM PBF file, or one that keeps old versions of its objects.
    InvalidInput
        An unknown layer or a bad box.

    Examples
    --------
    >>> read_osm("town.osm.pbf", "buildings")  # doctest: +SKIP
    """
    if layer == "roads":
        return to_road_frame(read_osm_roads(path, bbox, threads=threads, progress=progress)["ways"])
    if layer == "buildings":
        return read_osm_buildings(path, bbox, threads=threads, progress=progress)[0]
    raise InvalidInput(f"an OSM file has the layers 'roads' and 'buildings', not {layer!r}")


def read_osm_roads(
    path: str | os.PathLike,
    bbox: Sequence[float] | None = None,
    *,
    threads: int = 0,
    progress: Progress = False,
) -> dict[str, Any]:
    """All that a network is built from, as it stands in the file.

    Returns
    -------
    dict
        ``ways`` and ``barriers`` (GeoDataFrames, one text column a tag), ``node_id`` (int64, one a vertex of
        ``ways``), ``restrictions`` (DataFrame: relation_id, from_way, via, to_way, via_way, kind, scope, exempt) and
        the counts ``absent_nodes``, ``cut_ways`` and ``other_restrictions``.
    """
    from .. import _osmio

    with progress_callback(progress, "read OSM") as on_progress:
        read = _osmio.read_roads(os.fsencode(path), _box(bbox), threads, on_progress)
    table = read["restrictions"]
    for name in ("kind", "scope", "exempt"):
        table[name] = _columns.to_series("text", table[name], np.ones(len(table["via"]), dtype=np.uint8))
    ways = read["ways"]
    return {
        **read,
        "ways": _to_frame(ways),
        "begin": np.array(ways["point_begin"]),
        "xy": ways["xy"],
        "part_begin": ways["part_begin"],
        "barriers": _to_frame(read["barriers"]),
        "restrictions": pd.DataFrame(table),
    }


def read_osm_buildings(
    path: str | os.PathLike,
    bbox: Sequence[float] | None = None,
    *,
    threads: int = 0,
    progress: Progress = False,
) -> tuple[gpd.GeoDataFrame, dict[str, np.ndarray]]:
    """The buildings, and the ids of what could not be taken: ``open_ways`` and ``broken_relations``."""
    from .. import _osmio

    with progress_callback(progress, "read OSM") as on_progress:
        read = _osmio.read_buildings(os.fsencode(path), _box(bbox), threads, on_progress)
    frame = _to_frame(read["table"])
    names = {
        "building_id": frame["osm_type"].astype(str).str[0] + frame["osm_id"].astype(str),
        "osm_id": frame["osm_id"],
        "osm_type": frame["osm_type"],
        "building": frame["building"],
        "levels": pd.to_numeric(frame["building:levels"], errors="coerce").astype(np.float64),
        "name": frame["name"],
        "street": frame["addr:street"],
        "housenumber": frame["addr:housenumber"],
    }
    left = {name: read[name] for name in ("open_ways", "broken_relations")}
    return _geo(pd.DataFrame(names), frame.geometry), left


def to_road_frame(ways: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The columns of the layer ``roads`` from ways and their tags."""
    import pyproj

    is_ferry = ways["highway"].isna()
    length = pyproj.Geod(ellps="WGS84")
    names = {
        "road_id": ways["osm_id"].astype(str),
        "class": ways["highway"].fillna("ferry"),
        "oneway": osm_tags.for_each_combination(ways, ["highway", "junction", "oneway"], osm_tags.oneway),
        "maxspeed_kmh": osm_tags.for_each_combination(ways, ["maxspeed"], osm_tags.maxspeed_kmh).astype(np.float64),
        "name": ways["name"].fillna(""),
        "length_m": np.array([length.geometry_length(line) for line in ways.geometry], dtype=np.float64),
        "osm_id": ways["osm_id"],
        **{name: ways[name] for name in ("bridge", "tunnel", "layer")},
    }
    frame = pd.DataFrame(names)
    frame.loc[is_ferry, "oneway"] = ways.loc[is_ferry, "oneway"].map({"yes": "yes", "-1": "reverse"}).fillna("no")
    return _geo(frame, ways.geometry)


def _box(bbox: Sequence[float] | None) -> tuple[float, float, float, float] | None:
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(value) for value in bbox)
    except (TypeError, ValueError):
        raise InvalidInput("bbox must be four numbers: (west, south, east, north) in degrees") from None
    return west, south, east, north


def _to_frame(table: dict[str, Any]) -> gpd.GeoDataFrame:
    data = {name: _columns.to_series(kind, values, valid) for name, kind, values, valid in table["columns"]}
    return _geo(pd.DataFrame(data, index=pd.RangeIndex(table["row_count"])), _columns.to_shapely(table))


def _geo(frame: pd.DataFrame, geometry: Any) -> gpd.GeoDataFrame:
    import geopandas as gpd

    return gpd.GeoDataFrame(frame, geometry=np.asarray(geometry), crs=OSM_CRS)
