"""Layers that do not lie where the others lie: a lost false easting, another zone, another datum."""

from __future__ import annotations

import numpy as np
import shapely

from ..issues import Found
from ..study_area import StudyArea
from .options import CheckOptions

NEAR_ROADS_M = 500.0  # beyond this a household cannot be reached by default (Settings.max_off_network_m)


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    boxes = {name: box for name in ("households", "blocks", "grids", "sites", "roads") if (box := _box(area, name))}
    reference = next((name for name in ("households", "blocks", "grids") if name in boxes), None)
    if reference is None:
        return []
    found = []
    for name, box in boxes.items():
        if name != reference and not shapely.intersects(box, boxes[reference]):
            code = "LG-N026" if name == "roads" else "LG-P049"
            metres = shapely.distance(box, boxes[reference])
            found.append(
                Found(code, name, ["(layer)"], values=[f"{metres:,.0f} m"], others=[reference], geometry=[box])
            )
    found += _beyond_roads(area, boxes)
    return found


def _box(area: StudyArea, name: str):
    """The layer's box; None where nothing of it is drawn."""
    table = area._tables.get(name)
    if table is None or not len(table) or table.geometry is None:
        return None
    if name in ("households", "sites"):
        xy = area.points(name)
    elif name == "roads":
        xy = shapely.get_coordinates(table.geometry)
    else:
        xy = area._frame.to_positions(table.geometry.points)
    return shapely.box(*xy.min(axis=0), *xy.max(axis=0)) if len(xy) else None


def _beyond_roads(area: StudyArea, boxes) -> list[Found]:
    """The share of the people's places that lie beyond the roads' extent, when it is more than one in twenty."""
    if not {"roads", "households"} <= set(boxes) or not shapely.intersects(boxes["roads"], boxes["households"]):
        return []
    west, south, east, north = shapely.bounds(boxes["roads"])
    xy = area.points("households")[area.column("households", "inside").astype(bool)]
    reach = NEAR_ROADS_M
    out = (
        (xy[:, 0] < west - reach) | (xy[:, 0] > east + reach) | (xy[:, 1] < south - reach) | (xy[:, 1] > north + reach)
    )
    share = float(np.mean(out)) if len(xy) else 0.0
    if share <= 0.05:
        return []
    return [Found("LG-N126", "roads", ["(layer)"], values=[f"{share:.0%}"], geometry=[boxes["roads"]])]
