"""Isochrones of a study area's sites and teams, with their ids."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from . import _core
from .area_times import teams_by_mode
from .isochrones import build_isochrones
from .questions import Settings, open_sites
from .study_area import StudyArea
from .travel import RoadNetwork


def area_isochrones(
    area: StudyArea,
    *,
    origin: str = "sites",
    minutes: Sequence[float] = (5, 10, 15),
    mode: str | None = None,
    share: str = "each",
    bands: bool = False,
) -> gpd.GeoDataFrame:
    """What the sites with a session, or the teams, reach: site_id or team_id, minutes, geometry.

    Sites: patients come to them, in ``mode`` (default walk). Teams: they drive out in their own mode (or in ``mode``),
    turnout counts; teams without a base site are left out. With ``share="nearest"`` different modes may overlap.

    Examples
    --------
    >>> import libgrid as lg
    >>> area_isochrones(lg.datasets.load("town"), minutes=[15])["minutes"].unique().tolist()
    [15.0]
    """
    if origin not in ("sites", "teams"):
        raise _core.InvalidInput(f'isochrones: origin is "sites" or "teams", not {origin!r}')
    options = {"share": share, "bands": bands}
    thresholds_s = [60.0 * float(m) for m in minutes]
    if origin == "sites":
        rows = np.flatnonzero(open_sites(area))
        network = RoadNetwork.from_frame(area.roads, mode=mode or Settings().access_mode)
        points = area.points("sites")[rows]
        parts = [(rows, build_isochrones(network, points, thresholds_s, direction="to_source", **options))]
    else:
        parts = [
            (g.teams, build_isochrones(g.network, g.bases, thresholds_s, start_s=g.turnout_s, **options))
            for g in teams_by_mode(area, mode)
        ]
    ids = area.ids(origin).to_numpy(dtype=object)
    frames = []
    for rows, shapes in parts:
        source = shapes.pop("source").to_numpy()
        names = np.full(len(source), None, dtype=object) if share == "together" else ids[rows[source]]
        shapes.insert(0, f"{origin[:-1]}_id", names)
        shapes.insert(1, "minutes", shapes.pop("threshold_s") / 60)
        frames.append(shapes)
    if not frames:
        columns = {f"{origin[:-1]}_id": [], "minutes": []}
        return gpd.GeoDataFrame(columns, geometry=[], crs=area.crs)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=area.crs)
