"""What a map draws when the caller names an area only; tints that tell neighbours apart."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .base import TINTS


def outlines_of(plan) -> gpd.GeoDataFrame:
    """The grids of a plan that hold blocks (without blocks: that no grid lies in), with id and team."""
    area = plan.area
    shapes = plan.outlines() if area.has_blocks else area.layer("grids").geometry.to_numpy()
    frame = gpd.GeoDataFrame(
        {"grid_id": area.ids("grids"), "team_id": area.column("grids", "team_id")},
        geometry=gpd.GeoSeries(shapes, crs=area.crs).to_numpy(),
        crs=area.crs,
    )
    lowest = np.isin(np.arange(len(frame)), plan.labels) if area.has_blocks else area._core.grids.leaf.astype(bool)
    return frame[lowest & ~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)


def layers_of(area, grids, roads, sites, teams):
    """The layers that were given, else those of the area; None where it has none."""
    if area is None:
        return grids, roads, sites, teams

    def layer(name: str, given):
        return given if given is not None or not len(area.ids(name)) else getattr(area, name)

    if grids is None and len(area.ids("grids")):
        grids = outlines_of(area.plan)
    teams = layer("teams", teams)
    if teams is not None and not isinstance(teams, gpd.GeoDataFrame):
        teams = None
    return grids, layer("roads", roads), layer("sites", sites), teams


def tint_of(shapes: gpd.GeoSeries, label) -> np.ndarray:
    """A tint for each shape: shapes of one label alike, labels that touch apart where the tints suffice.

    Greedy by the number of neighbours; where a label touches all tints it takes the one that is rarest around it.
    """
    code, _ = pd.factorize(pd.Series(np.asarray(label)).astype(object), use_na_sentinel=False)
    geometry = shapely.make_valid(np.asarray(shapes.array, dtype=object))
    a, b = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    pairs = np.unique(np.column_stack([code[a], code[b]])[code[a] != code[b]], axis=0)
    count = int(code.max(initial=-1)) + 1
    begin = np.searchsorted(pairs[:, 0], np.arange(count + 1))
    tint = np.full(count, -1)
    for name in np.argsort(-(begin[1:] - begin[:-1]), kind="stable"):
        around = tint[pairs[begin[name] : begin[name + 1], 1]]
        used = np.bincount(around[around >= 0], minlength=len(TINTS))
        tint[name] = int(np.argmin(used))
    return tint[code]
