"""Which polygons of a layer should tessellate with each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import _core


class Sheet(NamedTuple):
    rows: np.ndarray  # int32, ascending
    holds_people: bool  # these decide where households belong: the lowest level


def tessellation_sheets(area, name: str) -> list[Sheet]:
    """Rows of "blocks" or "grids" that should tessellate: one of each footprint; leaf grids, each upper level apart.

    Sheets of one polygon are left out: there is nothing beside it.
    """
    table = area._tables[name]
    rows = np.arange(len(table), dtype=np.int32)
    if name == "blocks":
        sheets = [Sheet(rows[_core.find_footprints(table.geometry) == rows], True)]
    else:
        leaf = area._core.grids.leaf.astype(bool)
        drawn = np.diff(table.geometry.part_begin) > 0
        levels = table.attrs["level"].to_numpy()
        sheets = [Sheet(rows[leaf & drawn], True)]
        sheets += [Sheet(rows[~leaf & drawn & (levels == level)], False) for level in pd.unique(levels)]
    return [Sheet(np.ascontiguousarray(s.rows), s.holds_people) for s in sheets if len(s.rows) > 1]
