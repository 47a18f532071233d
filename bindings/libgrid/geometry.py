"""Points in polygons, and blocks out of buildings."""

import math
import os
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .progress import progress_callback
from .ragged import as_geometries, frame_around, from_polygons, to_lines, to_polygons

__all__ = ["build_blocks", "locate"]


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
    near = frame.fits(xy).view(bool)
    if near.all():
        return locator.locate(frame.to_points(xy), threads=threads)
    found = np.full(len(xy), -1, dtype=np.int32)
    found[near] = locator.locate(frame.to_points(np.ascontiguousarray(xy[near])), threads=threads)
    return found


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


def build_blocks(buildings, lines=None, *, max_households=None, reach_m=60.0, threads=0, progress=False):
    """Build blocks from buildings: each building's footprint and the land nearest to it.

    Blocks share borders exactly, leave no gap where they touch, and do not overlap. Lines (streets, rivers)
    cut: land that a line cuts off from its building goes to the neighbour on that side, where there is
    one. Where
    footprints overlap, the smaller building has the place; buildings on one footprint get stacked blocks.

    Parameters
    ----------
    buildings : GeoDataFrame of n Polygons in a projected CRS; its columns are kept
    lines : GeoDataFrame or GeoSeries of LineStrings, optional
    max_households : int, optional
        With a column ``n_households``: a building with more is split into ``ceil(n / max_households)``
        stacked blocks "…/1", "…/2" (stairwells), which share its households evenly.
    reach_m : float
        No block reaches further from its building, in metres. 60: over half of the widest city street, so
        that blocks meet in the middle of streets while open land stays nobody's.
    threads : int
        0: one a core. Never changes the answer.
    progress : bool or callable
        Called with (done, total) steps; True shows a bar.

    Returns
    -------
    GeoDataFrame
        ``block_id`` (from ``block_id`` or ``building_id``, else "b000001" …), the buildings' columns and the
        block's geometry; one row a building, in their order, or one a stacked block.

    Raises
    ------
    InvalidInput
        The CRS is geographic or missing, ids repeat, or lines have another CRS.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> import libgrid as lg
    >>> houses = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(30, 0, 40, 10)], crs="EPSG:4544"
    ... )
    >>> blocks = lg.build_blocks(houses)
    >>> list(blocks.block_id), bool(blocks.geometry[0].touches(blocks.geometry[1]))
    (['b000001', 'b000002'], True)
    """
    crs = _crs(buildings)
    if crs is None or crs.is_geographic:
        raise InvalidInput(
            "buildings: a projected CRS in metres is needed; use buildings.to_crs(buildings.estimate_utm_crs())"
        )
    if lines is not None and _crs(lines) is not None and _crs(lines) != crs:
        raise InvalidInput("lines are in another CRS than buildings: use lines.to_crs(buildings.crs)")
    geometries = as_geometries(buildings)
    frame = frame_around(geometries)
    polygons, _ = to_polygons(geometries, frame)
    cuts = np.array([], dtype=object) if lines is None else as_geometries(lines)
    line_points, line_begin, _ = to_lines(cuts, frame)
    with progress_callback(progress, "blocks") as report:
        built = _core.build_blocks(
            polygons,
            line_points,
            line_begin,
            reach_m=float(reach_m),
            threads=threads,
            on_progress=report,
        )
    columns = buildings.drop(columns=buildings.geometry.name).reset_index(drop=True)
    columns = columns.drop(columns="block_id", errors="ignore")
    columns.insert(0, "block_id", _block_ids(buildings))
    blocks = gpd.GeoDataFrame(columns, geometry=from_polygons(built, frame), crs=crs)
    if max_households is not None:
        blocks = _split_stacked(blocks, max_households)
    return blocks


def _block_ids(buildings):
    for column in ("block_id", "building_id"):
        if column in buildings:
            ids = buildings[column].astype(str).to_numpy()
            repeated = pd.unique(ids[pd.Series(ids).duplicated().to_numpy()])
            if len(repeated):
                raise InvalidInput(
                    f"buildings.{column}: {len(repeated)} ids repeat ({_listed(repeated)}): make them unique"
                )
            return ids
    return np.array([f"b{k:06d}" for k in range(1, len(buildings) + 1)], dtype=object)


def _split_stacked(blocks, max_households):
    if max_households < 1:
        raise InvalidInput("max_households must be at least 1")
    if "n_households" not in blocks:
        raise InvalidInput("max_households needs a column n_households in buildings")
    n = blocks["n_households"].fillna(0).to_numpy(dtype=np.int64)
    floors = np.maximum(1, -(-n // math.floor(max_households)))
    row = np.repeat(np.arange(len(blocks)), floors)
    step = np.arange(len(row)) - np.repeat(np.cumsum(floors) - floors, floors)
    out = blocks.iloc[row].reset_index(drop=True)
    many = floors[row] > 1
    ids = out["block_id"].to_numpy(dtype=object, copy=True)
    ids[many] = [f"{i}/{s + 1}" for i, s in zip(ids[many], step[many], strict=True)]
    out["block_id"] = ids
    # Even shares whose sum is n: the first n mod k blocks have one more.
    out["n_households"] = n[row] // floors[row] + (step < n[row] % floors[row])
    return out
