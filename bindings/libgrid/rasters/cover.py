"""Coverage as a raster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import _core
from .raster import MOST_CELLS, Raster

if TYPE_CHECKING:
    from ..coverage import Coverage
    from ..study_area import StudyArea


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
