"""One band on the ground: read, written, and which share of each cell lies in a polygon."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from .. import _core, plot
from ..progress import Progress, progress_callback

if TYPE_CHECKING:
    pass


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
        from .. import _gdalio

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
    from .. import _gdalio

    with progress_callback(progress, "raster") as on_progress:
        read = _gdalio.read_raster(os.fspath(path), int(band), bounds, int(most_cells), on_progress)
    wkt = read.pop("crs_wkt")
    if crs is None and not wkt:
        raise _core.InvalidInput(f"{path}: the raster has no CRS; give crs=, e.g. 'EPSG:4326'")
    return Raster(**read, crs=pyproj.CRS.from_user_input(crs if crs is not None else wkt))


def _as_multi(shape: Any) -> shapely.MultiPolygon:
    if shape is None or shape.is_empty:
        return shapely.MultiPolygon()
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
