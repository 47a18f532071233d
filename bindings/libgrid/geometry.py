"""Points in polygons."""

import os
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .ragged import as_geometries, frame_around, to_polygons

__all__ = ["locate"]


def _ids(table, column, n):
    """What the user calls the rows: the id column, else the index, else the row numbers."""
    if isinstance(table, pd.DataFrame) and column in table:
        return table[column].astype(str).to_numpy()
    if isinstance(table, (pd.Series, pd.DataFrame)):
        return table.index.astype(str).to_numpy()
    return np.arange(n).astype(str)


def _crs(values):
    return getattr(values, "crs", None)


def _positions(points, threads=0):
    if isinstance(points, (gpd.GeoSeries, gpd.GeoDataFrame)) or np.asarray(points).dtype == object:
        geometries = as_geometries(points)
        xy = _coordinates(geometries, threads)
    else:
        geometries = None
        xy = np.asarray(points, dtype=np.float64)
        if xy.ndim != 2 or xy.shape[1] != 2:
            raise InvalidInput("points: expected a GeoSeries of Points or an (n, 2) array of x, y")
    if not np.isfinite(xy).all():
        if geometries is not None:
            bad = np.flatnonzero((shapely.get_type_id(geometries) != 0) | shapely.is_empty(geometries))
            if len(bad):
                raise InvalidInput(
                    f"points: {len(bad)} rows ({_listed(bad)}) are missing, empty or not Points: "
                    "drop them or give them a place"
                )
        bad = np.flatnonzero(~np.isfinite(xy).all(axis=1))
        raise InvalidInput(
            f"points: {len(bad)} rows ({_listed(bad)}) have a coordinate that is not finite: drop or fix them"
        )
    return np.ascontiguousarray(xy)


def _coordinates(points, threads):
    """x and y of Points, NaN for whatever else."""
    # A large `locate` spends most of its time walking these objects: runs short enough for the cache are
    # shared among threads, since shapely gives the interpreter's lock away meanwhile.
    xy = np.empty((len(points), 2))
    run = 4_096

    def fill(start):
        rows = slice(start, start + run)
        shapely.get_x(points[rows], out=xy[rows, 0])
        shapely.get_y(points[rows], out=xy[rows, 1])

    starts = range(0, len(points), run)
    try:
        if len(starts) < 8 or threads == 1:
            for start in starts:
                fill(start)
        else:
            with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
                list(pool.map(fill, starts))
    except shapely.errors.GEOSException:  # an empty Point; the caller says which
        xy[:] = np.nan
    return xy


def _listed(items):
    return ", ".join(str(i) for i in items[:5]) + (", …" if len(items) > 5 else "")


def locate(points, grids, *, threads=0):
    """Tell which grid holds each point, exactly.

    Places are rounded to whole millimetres. Borders are semi-open, so every point of a tessellation, on
    borders and corners too, is in exactly one grid. A point on the outer border goes to the lowest row that
    touches it.

    Parameters
    ----------
    points : GeoSeries of n Points, or (n, 2) array of x, y in metres
    grids : GeoSeries, GeoDataFrame or array of Polygons and MultiPolygons, in the CRS of the points
    threads : int
        0: one a core. Never changes the answer.

    Returns
    -------
    (n,) int32 array
        Row of the grid that holds the point; -1 outside all of them.

    Raises
    ------
    InvalidInput
        Grids overlap by more than 0.5 m² (the message names the pairs), the CRS differ, or points are missing
        or not finite.

    Examples
    --------
    >>> import shapely
    >>> import libgrid as lg
    >>> grids = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
    >>> lg.locate([[5, 5], [10, 5], [20, 10], [30, 5]], grids)
    array([ 0,  1,  1, -1], dtype=int32)
    """
    if _crs(points) is not None and _crs(grids) is not None and _crs(points) != _crs(grids):
        raise InvalidInput(
            f"points are in {_crs(points).to_string()} but grids in {_crs(grids).to_string()}: "
            "bring both to one CRS with .to_crs(...)"
        )
    xy = _positions(points, threads)
    geometries = as_geometries(grids)
    frame = frame_around(geometries)
    polygons, _ = to_polygons(geometries, frame)
    locator = _core.PointLocator(polygons, threads)
    _require_no_overlaps(polygons, locator, threads, lambda: _ids(grids, "grid_id", len(geometries)))
    return locator.locate_positions(frame, xy, threads=threads)


def _require_no_overlaps(polygons, locator, threads, ids):
    a, b, area_m2 = _core.find_overlaps(polygons, locator=locator, threads=threads)
    if not len(a):
        return
    ids = ids()
    worst = np.argsort(-area_m2, kind="stable")[:5]
    pairs = ", ".join(f"{ids[a[k]]} and {ids[b[k]]} ({area_m2[k]:.1f} m²)" for k in worst)
    raise InvalidInput(
        f"grids: {len(a)} pairs overlap, so a point could be in two: {pairs}{', …' if len(a) > 5 else ''}; "
        "repair their borders first"
    )
