"""The area and plan that new labels make: blocks in grids, grids under parents, grids of teams."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..plan import Plan
from ..study_area import StudyArea
from .units import Units

NAME = "redrawn"


def changed_area(units: Units, labels: np.ndarray) -> tuple[StudyArea | None, Plan | np.ndarray]:
    """The area whose grids, parents and teams the plan speaks of, and the plan."""
    if units.area is None:
        return None, labels
    if units.level == "micro":
        return _with_blocks(units, labels)
    grids = units.area.layer("grids")
    row = pd.Index(grids["grid_id"]).get_indexer(units.graph.ids)
    column = "parent_id" if units.level == "general" else "team_id"
    values = grids[column].astype(object).to_numpy(copy=True)
    values[row] = units.grid_ids.to_numpy(object)[labels]
    area = units.area.replace(grids=grids.assign(**{column: values}))
    return area, Plan(area, units.plan.labels, NAME)


def _with_blocks(units: Units, labels) -> tuple[StudyArea, Plan]:
    area = units.area
    if units.new_grids is not None and len(units.new_grids):
        grids = area.layer("grids")
        added = pd.DataFrame(units.new_grids).reindex(columns=[c for c in grids.columns if c != "geometry"])
        area = area.replace(grids=pd.concat([grids, added], ignore_index=True))
    row = area.ids("grids").get_indexer(units.grid_ids)
    return area, Plan(area, row[labels].astype(np.int32), NAME)
