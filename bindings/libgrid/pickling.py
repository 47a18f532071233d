"""Study areas and plans between one's own processes: as columns, of which the large ones travel out of band.

A household with its conditions is sensitive personal data (PIPL, Art. 28), and a pickle is easily written where nobody
looks after it. So an area pickles only after :meth:`libgrid.StudyArea.portable` was asked for; functions with
``executor=`` do so themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from . import _core
from .ledger import Table
from .schema import LAYERS

if TYPE_CHECKING:
    from .plan import Plan
    from .study_area import StudyArea

FORMAT = 1


def reduce_area(area: StudyArea) -> tuple[Any, ...]:
    """What `pickle` keeps of an area: its tables as columns, and what is not derived from them."""
    if not area._portable:
        raise TypeError(
            "a study area holds personal data and is not pickled: save it with area.save(path) and open it where it is "
            "needed, or pickle area.portable() between your own processes"
        )
    state = {
        "format": FORMAT,
        "tables": {name: (table.attrs, _columns(table.geometry)) for name, table in area._tables.items()},
        "origin": tuple(area._frame.origin),
        "crs": area.crs.to_wkt(),
        "ledger": area._ledger,
        "max_people": area.max_people,
        "plans": {name: (p.labels, p.issues, p.set_aside) for name, p in area._plans.items()},
        "begun_from": area._begun_from,
    }
    return restore_area, (state,)


def restore_area(state: dict[str, Any]) -> StudyArea:
    """The area again. Raises InvalidInput for a format that this version does not know."""
    from .plan import Plan
    from .study_area import StudyArea

    _require_format(state, "study area", "save it as a file and open that")
    tables = {n: Table(LAYERS[n], attrs, _geometry(columns)) for n, (attrs, columns) in state["tables"].items()}
    area = StudyArea(
        tables,
        _core.Frame(*state["origin"]),
        pyproj.CRS.from_wkt(state["crs"]),
        state["ledger"],
        state["max_people"],
    )
    area._portable = True
    plans = {name: Plan(area, labels, name, *told) for name, (labels, *told) in state["plans"].items()}
    return area._with(plans=plans, begun_from=state["begun_from"])


def reduce_plan(plan: Plan) -> tuple[Any, ...]:
    state = {
        "format": FORMAT,
        "area": plan.area,
        "labels": plan.labels,
        "name": plan.name,
        "told": (plan.issues, plan.set_aside),
    }
    return restore_plan, (state,)


def restore_plan(state: dict[str, Any]) -> Plan:
    from .plan import Plan

    _require_format(state, "plan", "write it with write_plan and read that")
    return Plan(state["area"], state["labels"], state["name"], *state["told"])


def _require_format(state: dict[str, Any], what: str, cure: str) -> None:
    if state.get("format") != FORMAT:
        raise _core.InvalidInput(
            f"this {what} was pickled in format {state.get('format')}, which this version does not read; {cure}"
        )


def _columns(geometry: Any) -> tuple[Any, ...] | None:
    """Points as they are, polygons and lines as ragged columns: nothing that is an object for each row."""
    if geometry is None:
        return None
    if isinstance(geometry, _core.PolygonSet):
        parts = (geometry.points, geometry.point_begin, geometry.ring_begin, geometry.part_begin)
        return ("polygons", *(np.ascontiguousarray(part) for part in parts))
    if geometry.dtype != object:
        return ("points", np.ascontiguousarray(geometry))
    lines, row = shapely.get_parts(geometry, return_index=True)
    if len(lines) != len(geometry) or (row != np.arange(len(row))).any() or shapely.has_z(lines).any():
        return ("shapes", np.asarray(shapely.to_wkb(geometry), dtype=object))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return ("lines", xy, line)


def _geometry(columns: tuple[Any, ...] | None) -> Any:
    if columns is None:
        return None
    kind, *parts = columns
    if kind == "polygons":
        return _core.PolygonSet(*parts)
    if kind == "points":
        return parts[0]
    if kind == "shapes":
        return shapely.from_wkb(parts[0])
    return shapely.linestrings(parts[0], indices=parts[1]) if len(parts[0]) else np.empty(0, dtype=object)
