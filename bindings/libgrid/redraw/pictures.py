"""The picture of a redrawn plan."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from .._core import InvalidInput
from ..plot import plot_change


def plot_redraw(redrawn, *, roads=None, ax=None):
    """See `Redraw.plot`."""
    units = redrawn._stated.units
    if units.area is None:
        raise InvalidInput("a bare graph has no map: colour its blocks by .plan")
    moved = np.flatnonzero(units.today != redrawn._labels)
    if redrawn.level == "micro":
        before, after = (_outlines(plan.area, plan.outlines(), "leaf") for plan in (units.plan, redrawn.plan))
        blocks = redrawn.change().blocks
    else:
        # Above the blocks nothing moves but whole grids: draw the groups of grids.
        before, after = (_groups(redrawn, labels) for labels in (units.today, redrawn._labels))
        grids = _outlines(redrawn.area, redrawn.plan.outlines(), None)
        blocks = grids[grids["grid_id"].isin(units.graph.ids[moved])]
    return plot_change(before, after, blocks, roads=roads, ax=ax)


def _outlines(area, shapes, which):
    frame = area.layer("grids")[["grid_id"]]
    frame = gpd.GeoDataFrame(frame, geometry=shapes, crs=area.crs)
    if which == "leaf":
        frame = frame[area._core.grids.leaf.astype(bool)]
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)]


def _groups(redrawn, labels):
    """One outline a general grid or team."""
    from .. import _core
    from ..ragged import from_polygons

    units = redrawn._stated.units
    label = np.where(units.block_unit >= 0, np.append(labels, -1)[units.block_unit], -1).astype(np.int32)
    shapes = from_polygons(
        _core.build_outlines(units.area._core.footprints, label, len(units.grid_ids)), units.area._frame
    )
    frame = gpd.GeoDataFrame({"grid_id": units.grid_ids}, geometry=shapes, crs=units.area.crs)
    return frame[~frame.geometry.is_empty]
