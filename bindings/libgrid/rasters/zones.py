"""Statistics of a raster by polygon, cells counted by the share that lies inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .. import _core
from ..issues import name_some
from .raster import Raster

if TYPE_CHECKING:
    pass


def zonal_statistics(raster: Raster, polygons: Any, *, threads: int = 0) -> pd.DataFrame:
    """Statistics of a raster by polygon, each cell counted by the share of it that lies inside, exactly.

    Parameters
    ----------
    raster : Raster
    polygons : GeoDataFrame or GeoSeries of polygons, with a CRS
        Transformed to the raster's CRS vertex by vertex.

    Returns
    -------
    DataFrame
        With the index of the polygons: sum (Σ value × share: of a count raster), mean (by area), min, max (over cells
        that are touched), cells (in cell units), nodata_share (of the polygon's cells), outside_share (of the polygon
        that lies beyond the raster).

    Examples
    --------
    >>> import geopandas as gpd, numpy as np, pyproj, shapely
    >>> raster = Raster(np.array([[1.0, 2.0], [3.0, np.nan]]), 0, 200, 100, 100, pyproj.CRS("EPSG:4544"))
    >>> zones = gpd.GeoSeries([shapely.box(0, 100, 150, 200)], crs="EPSG:4544")
    >>> zonal_statistics(raster, zones)[["sum", "mean"]].round(3).values.tolist()
    [[2.0, 1.333]]
    """
    series = series_of(polygons, raster.crs)
    ptr, cell, share = raster._cells_of(series, threads)
    row = np.repeat(np.arange(len(series)), np.diff(ptr))
    value = raster.values.ravel()[cell]
    known = np.isfinite(value)
    n = len(series)
    area = np.bincount(row, share, minlength=n)
    known_area = np.bincount(row[known], share[known], minlength=n)
    total = np.bincount(row[known], (value * share)[known], minlength=n)
    low, high = np.full(n, np.nan), np.full(n, np.nan)
    np.fmin.at(low, row[known], value[known])
    np.fmax.at(high, row[known], value[known])
    whole = shapely.area(series.to_numpy()) / (raster.cell_x * raster.cell_y)
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame(
            {
                "sum": total,
                "mean": total / known_area,
                "min": low,
                "max": high,
                "cells": area,
                "nodata_share": 1 - known_area / area,
                "outside_share": np.clip(1 - area / whole, 0, 1),
            },
            index=series.index,
        )


def series_of(polygons: Any, crs: pyproj.CRS) -> gpd.GeoSeries:
    series = polygons.geometry if hasattr(polygons, "geometry") else gpd.GeoSeries(polygons)
    if series.crs is None:
        raise _core.InvalidInput("polygons: the layer has no CRS; set it with set_crs(…)")
    kinds = shapely.get_type_id(series.to_numpy())
    bad = ~np.isin(kinds, (-1, 3, 6))
    if bad.any():
        raise _core.InvalidInput(f"polygons: not polygons, at {name_some(series.index[bad])}")
    return series if series.crs == crs else series.to_crs(crs)
