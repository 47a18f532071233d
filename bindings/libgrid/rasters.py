"""Rasters in and out: population to households by buildings, zonal statistics, coverage as a raster."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from . import _core, plot
from .issues import name_some
from .progress import Progress, progress_callback

if TYPE_CHECKING:
    from .coverage import Coverage
    from .study_area import StudyArea

__all__ = ["Raster", "RasterHouseholds", "coverage_raster", "households_from_raster", "read_raster", "zonal_statistics"]

MOST_CELLS = 128_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Raster:
    """One band on the ground: rows from north to south, NaN where there is no value.

    Attributes
    ----------
    values : (rows, columns) float64
    x0, y0 : float
        The north-west corner, in the CRS.
    cell_x, cell_y : float
        Width and height of a cell.
    crs : pyproj.CRS
    """

    values: np.ndarray
    x0: float
    y0: float
    cell_x: float
    cell_y: float
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        self.values.flags.writeable = False

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        rows, columns = self.values.shape
        return (self.x0, self.y0 - rows * self.cell_y, self.x0 + columns * self.cell_x, self.y0)

    @property
    def total(self) -> float:
        """Sum of all values."""
        return float(np.nansum(self.values))

    def write(self, path: str | os.PathLike) -> None:
        """Write a float32 GeoTIFF: the whole new file, or the old one untouched."""
        from . import _gdalio

        values = np.ascontiguousarray(self.values, dtype=np.float64)
        _gdalio.write_raster(os.fspath(path), values, self.x0, self.y0, self.cell_x, self.cell_y, self.crs.to_wkt())

    def _cells_of(self, shapes: Any, threads: int = 0, on_progress: Any = None) -> tuple[np.ndarray, ...]:
        """Each polygon's cells and shares of them (ptr, cell, share); shapes are in this raster's CRS."""
        multi = np.array([_as_multi(s) for s in np.asarray(shapes, dtype=object)], dtype=object)
        _kind, xy, (points, rings, parts) = shapely.to_ragged_array(multi, include_z=False)
        found = _core.measure_cell_shares(
            np.ascontiguousarray((xy[:, 0] - self.x0) / self.cell_x),
            np.ascontiguousarray((self.y0 - xy[:, 1]) / self.cell_y),
            *(np.ascontiguousarray(o, dtype=np.int64) for o in (points, rings, parts)),
            *self.values.shape,
            threads,
            on_progress,
        )
        return found["ptr"], found["cell"], found["share"]

    def plot(self, *, label: str = "", ax=None):
        """The raster as a picture with its colour bar; cells without a value stay white.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_raster(self.values, self.bounds, label=label, ax=ax)

    def __repr__(self) -> str:
        rows, columns = self.values.shape
        return f"Raster({rows} × {columns} cells of {self.cell_x:g} × {self.cell_y:g}; {self.crs.to_string()})"


def read_raster(
    path: str | os.PathLike,
    *,
    band: int = 1,
    bounds: tuple[float, float, float, float] | None = None,
    crs: Any = None,
    most_cells: int = MOST_CELLS,
    progress: Progress = False,
) -> Raster:
    """Read one band of a GeoTIFF or an ASCII grid. Nothing is ever fetched from a network.

    Parameters
    ----------
    path : path
    band : int
        From 1.
    bounds : (west, south, east, north), optional
        In the raster's CRS: only the cells that meet it are read.
    crs : str or pyproj.CRS, optional
        Needed where the file does not say; never guessed.
    most_cells : int
        More are refused before memory is taken.

    Raises
    ------
    IoError
        Not such a file, rotated, damaged, too large.
    InvalidInput
        No such band, bounds beside the raster, no CRS.
    """
    from . import _gdalio

    with progress_callback(progress, "raster") as on_progress:
        read = _gdalio.read_raster(os.fspath(path), int(band), bounds, int(most_cells), on_progress)
    wkt = read.pop("crs_wkt")
    if crs is None and not wkt:
        raise _core.InvalidInput(f"{path}: the raster has no CRS; give crs=, e.g. 'EPSG:4326'")
    return Raster(**read, crs=pyproj.CRS.from_user_input(crs if crs is not None else wkt))


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
    series = _series(polygons, raster.crs)
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


@dataclass(frozen=True, eq=False, repr=False)
class RasterHouseholds:
    """People of a raster on the buildings where they can live; made by `households_from_raster`.

    Attributes
    ----------
    households : GeoDataFrame
        household_id, n_usual, building (label of its row), geometry: a point inside the building. A study area takes it
        as it is (raise ``max_people`` when a row is a whole building).
    ledger : dict
        raster = placed + unplaced, in people: what the raster holds, what buildings took, and what lies in cells
        without a building; ``rounded`` is placed after people became whole.
    unplaced : GeoDataFrame
        The cells whose people found no building: people, geometry.
    """

    households: gpd.GeoDataFrame
    ledger: dict[str, float]
    unplaced: gpd.GeoDataFrame

    def __repr__(self) -> str:
        return f"RasterHouseholds({len(self.households)} households, {self.ledger['rounded']:,.0f} people)"


def households_from_raster(
    raster: Raster,
    buildings: gpd.GeoDataFrame,
    *,
    weight: Any = None,
    people_per_household: float | None = None,
    nearest_m: float = 0.0,
    threads: int = 0,
    progress: Progress = False,
) -> RasterHouseholds:
    """Put a population raster's people onto buildings (dasymetric mapping): nobody lives on a road or a river.

    Parameters
    ----------
    raster : Raster
        People by cell.
    buildings : GeoDataFrame of polygons, with a CRS
    weight : column name or (n,) array, optional
        Floors or dwellings a square metre: a cell's people are shared by footprint × weight. 1 for all by default.
    people_per_household : float, optional
        Split a building's people into households of about this size (2.49 in Chengdu); by default one row a building.
    nearest_m : float
        People of a cell without a building go to the nearest building this close to the cell's middle; 0: to nobody.

    Returns
    -------
    RasterHouseholds

    Raises
    ------
    InvalidInput
        No CRS, negative people, weights that are negative or not finite, no building that meets the raster.

    Notes
    -----
    Source: Wright 1936, Geographical Review 26 (dasymetric mapping); Mennis 2003, The Professional Geographer 55.
    Whole people by largest remainders: the total stays, to the person.
    """
    series = _series(buildings, raster.crs)
    if len(series) == 0:
        raise _core.InvalidInput("buildings: there are none")
    population = np.nan_to_num(raster.values, nan=0.0)
    if (population < 0).any():
        raise _core.InvalidInput(f"raster: {int((population < 0).sum())} cells have fewer than 0 people")
    factor = _weights(buildings, weight)
    with progress_callback(progress, "households from raster") as on_progress:
        ptr, cell, share = raster._cells_of(series, threads, on_progress)
    row = np.repeat(np.arange(len(series)), np.diff(ptr))
    claim = share * factor[row]
    asked = np.bincount(cell, claim, minlength=population.size)
    people = population.ravel()
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(asked[cell] > 0, people[cell] * claim / asked[cell], 0.0)
    taken = np.bincount(row, part, minlength=len(series))
    empty = np.flatnonzero((people > 0) & (asked == 0))
    if nearest_m > 0 and len(empty):
        empty = _to_nearest(raster, series, buildings, empty, people, taken, float(nearest_m))
    left = gpd.GeoDataFrame({"people": people[empty]}, geometry=_cell_boxes(raster, empty), crs=raster.crs)
    whole = _largest_remainder(taken)
    ledger = {
        "raster": float(people.sum()),
        "placed": float(taken.sum()),
        "unplaced": float(people[empty].sum()),
        "rounded": float(whole.sum()),
    }
    if not taken.any() and people.any():
        raise _core.InvalidInput("no building meets a cell with people: are raster and buildings of one place?")
    return RasterHouseholds(_households(buildings, whole, people_per_household), ledger, left)


def coverage_raster(
    area: StudyArea, coverage: Coverage, *, cell_m: float = 100.0, value: str = "covered_share", least_people: int = 0
) -> Raster:
    """Coverage as a raster: what share of the people of each cell is covered.

    Parameters
    ----------
    area : StudyArea
    coverage : Coverage
        Of the same area.
    cell_m : float
    value : {"covered_share", "people", "uncovered", "time_s"}
        time_s: mean over those who are reached.
    least_people : int
        Cells with fewer people (but more than none) are left empty: 10 for what leaves the office.

    Returns
    -------
    Raster
        NaN where nobody lives.
    """
    if value not in ("covered_share", "people", "uncovered", "time_s"):
        raise _core.InvalidInput(f"value: '{value}' is none of covered_share, people, uncovered, time_s")
    if not (cell_m > 0 and np.isfinite(cell_m)):
        raise _core.InvalidInput(f"cell_m must be above 0 metres, not {cell_m}")
    xy = area.points("households")
    if len(xy) == 0 or len(xy) != len(coverage.covered):
        raise _core.InvalidInput("coverage and households are not of the same area")
    x0 = np.floor(xy[:, 0].min() / cell_m) * cell_m
    y0 = np.floor(xy[:, 1].max() / cell_m + 1) * cell_m
    column = ((xy[:, 0] - x0) // cell_m).astype(int)
    row = ((y0 - xy[:, 1]) // cell_m).astype(int)
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    if shape[0] * shape[1] > MOST_CELLS:
        raise _core.InvalidInput(f"cell_m: {shape[0]:,} × {shape[1]:,} cells are too many; take larger cells")
    cell = row * shape[1] + column
    people = coverage.residents.iloc[:, 0].to_numpy(float)

    def total(amount: np.ndarray) -> np.ndarray:
        return np.bincount(cell, amount, minlength=shape[0] * shape[1])

    everybody = total(people)
    with np.errstate(invalid="ignore", divide="ignore"):
        if value == "people":
            cells = everybody.copy()
        elif value == "uncovered":
            cells = total(people * ~coverage.covered)
        elif value == "covered_share":
            cells = total(people * coverage.covered) / everybody
        else:
            reached = np.isfinite(coverage.time_s)
            seconds = np.where(reached, coverage.time_s, 0)
            cells = total(people * seconds) / total(people * reached)
    cells[(everybody == 0) | (everybody < least_people)] = np.nan
    return Raster(cells.reshape(shape), float(x0), float(y0), float(cell_m), float(cell_m), area.crs)


def _series(polygons: Any, crs: pyproj.CRS) -> gpd.GeoSeries:
    series = polygons.geometry if hasattr(polygons, "geometry") else gpd.GeoSeries(polygons)
    if series.crs is None:
        raise _core.InvalidInput("polygons: the layer has no CRS; set it with set_crs(…)")
    kinds = shapely.get_type_id(series.to_numpy())
    bad = ~np.isin(kinds, (-1, 3, 6))
    if bad.any():
        raise _core.InvalidInput(f"polygons: not polygons, at {name_some(series.index[bad])}")
    return series if series.crs == crs else series.to_crs(crs)


def _as_multi(shape: Any) -> shapely.MultiPolygon:
    if shape is None or shape.is_empty:
        return shapely.MultiPolygon()
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _weights(buildings: gpd.GeoDataFrame, weight: Any) -> np.ndarray:
    if weight is None:
        return np.ones(len(buildings))
    if isinstance(weight, str):
        if weight not in buildings:
            raise _core.InvalidInput(f"buildings: there is no column {weight!r}")
        weight = buildings[weight]
    values = pd.to_numeric(pd.Series(np.asarray(weight)), errors="coerce").to_numpy(float)
    bad = ~(np.isfinite(values) & (values >= 0))
    if len(values) != len(buildings) or bad.any():
        where = name_some(np.flatnonzero(bad)) if len(values) == len(buildings) else "another length"
        raise _core.InvalidInput(f"weight: needs a finite number, 0 or more, for each building; see {where}")
    return values


def _to_nearest(raster, series, buildings, empty, people, taken, nearest_m) -> np.ndarray:
    """Adds the people of empty cells to the nearest buildings; returns the cells that are still left."""
    metric = series.estimate_utm_crs() if raster.crs.is_geographic else raster.crs
    middles = gpd.GeoSeries(shapely.centroid(_cell_boxes(raster, empty)), crs=raster.crs).to_crs(metric)
    tree = shapely.STRtree(series.to_crs(metric).to_numpy())
    which, building = tree.query_nearest(middles.to_numpy(), max_distance=nearest_m, all_matches=False)
    np.add.at(taken, building, people[empty[which]])
    return np.delete(empty, which)


def _cell_boxes(raster: Raster, cells: np.ndarray) -> np.ndarray:
    row, column = np.divmod(cells, raster.values.shape[1])
    west, north = raster.x0 + column * raster.cell_x, raster.y0 - row * raster.cell_y
    return shapely.box(west, north - raster.cell_y, west + raster.cell_x, north)


def _largest_remainder(amounts: np.ndarray) -> np.ndarray:
    """Whole numbers that add up to the rounded total; the largest fractions are rounded up, ties to the lower row."""
    whole = np.floor(amounts).astype(np.int64)
    more = round(float(amounts.sum())) - int(whole.sum())
    order = np.argsort(-(amounts - whole), kind="stable")
    whole[order[:more]] += 1
    return whole


def _households(buildings: gpd.GeoDataFrame, people: np.ndarray, size: float | None) -> gpd.GeoDataFrame:
    if size is not None and not size >= 1:
        raise _core.InvalidInput(f"people_per_household must be 1 or more, not {size}")
    lived = np.flatnonzero(people > 0)
    count = np.ones(len(lived), np.int64)
    if size is not None:
        count = np.clip(np.round(people[lived] / size).astype(np.int64), 1, people[lived])
    row = np.repeat(lived, count)
    first = np.repeat(np.cumsum(count) - count, count)
    number = np.arange(len(row)) - first
    homes = np.repeat(count, count)
    share = people[row] // homes + (number < people[row] % homes)
    label = buildings.index[row].astype(str)
    names = label if size is None else label + "-" + pd.Index(number + 1).astype(str)
    inside = shapely.point_on_surface(buildings.geometry.to_numpy()[lived])
    return gpd.GeoDataFrame(
        {
            "household_id": np.asarray(names, dtype=object),
            "n_usual": share,
            "building": np.asarray(label, dtype=object),
        },
        geometry=np.repeat(inside, count),
        crs=buildings.crs,
    )
