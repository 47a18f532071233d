"""Points and nodes as callers hand them over, checked once."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from .._core import InvalidInput


def read_points(points: Any, name: str, node_count: int, crs: Any) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Nodes or coordinates: exactly one of the two. Raises InvalidInput naming rows."""
    if isinstance(points, (gpd.GeoSeries, gpd.GeoDataFrame)):
        geometry = points.geometry
        if geometry.crs is not None and crs is not None and geometry.crs != crs:
            hint = f"{name}.to_crs(network.crs)"
            raise InvalidInput(f"{name} are in {geometry.crs.name}, the network in {crs.name}: {hint}")
        values = np.asarray(geometry.array)
        refuse(shapely.is_missing(values) | shapely.is_empty(values), f"{name}: points are missing")
        refuse(shapely.get_type_id(values) != 0, f"{name}: geometries are not points")
        return None, np.ascontiguousarray(shapely.get_coordinates(values))
    array = np.asarray(points)
    if array.ndim == 1 and (array.dtype.kind in "iu" or array.size == 0):
        refuse((array < 0) | (array >= node_count), f"{name}: nodes are not in 0 … {node_count - 1}")
        return np.ascontiguousarray(array, dtype=np.int32), None
    if array.ndim == 2 and array.shape[1] == 2 and array.dtype.kind in "iuf":
        xy = np.ascontiguousarray(array, dtype=np.float64)
        refuse(~np.isfinite(xy).all(axis=1), f"{name}: coordinates are not finite")
        return None, xy
    raise InvalidInput(f"{name} must be a GeoSeries of points, an (n, 2) float array or a 1-D array of nodes")


def refuse(bad: np.ndarray, what: str) -> None:
    """Raises InvalidInput with the count and the first five rows when any row is bad."""
    rows = np.flatnonzero(bad)
    if len(rows):
        shown = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
        raise InvalidInput(f"{what} ({len(rows)} rows: {shown})")


def nodes_column(values: Any, name: str) -> np.ndarray:
    """Node numbers as the core takes them. Raises InvalidInput for what is not whole or does not fit 32 bits."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidInput(f"{name} must be whole numbers")
    refuse((array < 0) | (array > 2**31 - 2), f"{name}: nodes are out of range")
    return np.ascontiguousarray(array, dtype=np.int32)
