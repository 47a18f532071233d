"""Where an issue is: the middle of its block, grid, road or site. Never a household's place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from ..issues import Found
from ..ragged import from_polygons
from ..study_area import StudyArea


def with_places(area: StudyArea, found: list[Found]) -> list[Found]:
    """The same issues; those without a place get the place of their row."""
    known: dict[str, np.ndarray] = {}

    def place(f: Found) -> Found:
        if f.geometry or f.layer not in _PLACES or not len(area.ids(f.layer)):
            return f
        if f.layer not in known:
            known[f.layer] = _PLACES[f.layer](area)
        at = area.ids(f.layer).get_indexer(pd.Index(f.ids, dtype=object))
        return replace(f, geometry=[known[f.layer][k] if k >= 0 else None for k in at])

    return [place(f) for f in found]


def _blocks(area):
    return shapely.point_on_surface(from_polygons(area._tables["blocks"].geometry, area._frame))


def _grids(area):
    own = from_polygons(area._tables["grids"].geometry, area._frame)
    shapes = area.plan.outlines() if area.has_blocks else own
    shapes = np.where(shapely.is_empty(shapes), own, shapes)
    middle = shapely.point_on_surface(shapes)
    return np.where(shapely.is_empty(middle), None, middle)


def _roads(area):
    return shapely.point_on_surface(area._tables["roads"].geometry)


def _sites(area):
    return shapely.points(area.points("sites"))


def _of_site(layer, column):
    def places(area):
        at = area.ids("sites").get_indexer(area.column(layer, column))
        sites = np.append(_sites(area), None) if len(area.ids("sites")) else np.array([None], dtype=object)
        return sites[at]

    return places


_PLACES = {
    "blocks": _blocks,
    "grids": _grids,
    "roads": _roads,
    "sites": _sites,
    "teams": _of_site("teams", "base_site_id"),
    "sessions": _of_site("sessions", "site_id"),
}
