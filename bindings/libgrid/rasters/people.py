"""A population raster's people on the buildings where they can live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core
from ..issues import name_some
from ..progress import Progress, progress_callback
from .raster import Raster
from .zones import series_of

if TYPE_CHECKING:
    pass


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
    series = series_of(buildings, raster.crs)
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
