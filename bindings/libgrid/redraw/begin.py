"""What `lg.redraw` was given: an area or a graph, where it starts, and which locks mean whole grids."""

from __future__ import annotations

import dataclasses

import numpy as np

from .. import _core
from .._core import InvalidInput
from ..graph.block_graph import BlockGraph
from ..issues import name_some
from ..plan import Plan
from ..study_area import StudyArea
from .asked import Asked
from .units import LEVELS, Units, field_units, general_units, graph_units, micro_units

WITHIN = {"micro": "general", "general": "community", "field": None}


def read_units(given, level, within, start, graph, asked: Asked) -> tuple[Units, Asked]:
    """The units, and the keywords without the locks of whole grids."""
    if isinstance(given, BlockGraph):
        if level is not None or graph is not None:
            raise InvalidInput("level= and graph= belong to a study area, not to a bare graph")
        return graph_units(given, None if _is_today(start) else _labels(start, given, asked.grids), asked.grids), asked
    if not isinstance(given, StudyArea):
        raise InvalidInput("redraw needs a StudyArea or a BlockGraph")
    level = "micro" if level is None else level
    if level not in LEVELS:
        raise InvalidInput(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
    within = WITHIN[level] if within == "default" else within
    if within not in ("general", "community", None) or (level == "field" and within):
        raise InvalidInput(f'within must be "general", "community" or None (level field: None), not {within!r}')
    plan = _start_plan(given, start)
    graph = BlockGraph.from_blocks(given) if graph is None else graph
    if not graph.ids.equals(given.ids("blocks")):
        raise InvalidInput("graph: its blocks are not the area's; build it with BlockGraph.from_blocks(area, …)")
    whole, rest = _split_locks(given, level, asked.locked)
    asked = dataclasses.replace(asked, locked=tuple(rest))
    if level == "micro":
        return micro_units(given, given.plan, graph, within, whole), asked
    if level == "general":
        return general_units(given, plan, graph, within, whole), asked
    return field_units(given, plan, graph, whole), asked


def first_labels(units: Units, start) -> np.ndarray:
    """Where the search begins: a label of `units.grid_ids` for each unit, -1 for none; empty: from nothing."""
    if start is None:
        return np.empty(0, np.int32)
    labels = units.today
    if units.level == "micro" and not _is_today(start):
        plan = _start_plan(units.area, start)
        labels = np.append(units.grid_ids.get_indexer(units.area.ids("grids")), -1)[plan.labels]
    labels = np.ascontiguousarray(labels, dtype=np.int32)
    return labels if (labels >= 0).any() else np.empty(0, np.int32)


def nearest_starts(units: Units, problem: _core.PlanProblem) -> tuple[np.ndarray, ...]:
    """Another place to begin at level field: each grid at the nearest team with room, for today may be a dead end."""
    if units.level != "field":
        return ()
    labels = _core.assign_to_nearest(problem)
    return (labels,) if len(labels) else ()


def _is_today(start) -> bool:
    return start is None or (isinstance(start, str) and start == "today")


def _start_plan(area: StudyArea, start) -> Plan:
    if not area.has_blocks:
        raise InvalidInput("the area has no blocks: build them with lg.build_blocks")
    if not len(area.ids("grids")):
        raise InvalidInput("the area has no grids to redraw: give it a layer grids with the grids' ids")
    if _is_today(start):
        return area.plan
    if isinstance(start, str):
        if start not in area.plans:
            raise InvalidInput(
                f'start: no plan is named {start!r}; there are "today", {name_some(area.plans) or "no others"}'
            )
        return area.plans[start]
    plan = start if isinstance(start, Plan) else Plan(area, start, "start")
    plan.require_area(area)
    return plan


def _labels(start, graph: BlockGraph, grids) -> np.ndarray:
    labels = np.asarray(start)
    if labels.shape != (graph.block_count,) or labels.dtype.kind not in "iu":
        raise InvalidInput(f"start: a whole number for each of the {graph.block_count} blocks is needed (-1: none)")
    most = grids if isinstance(grids, (int, np.integer)) and not isinstance(grids, bool) else 0
    bad = np.flatnonzero((labels < -1) | (labels >= most))
    if len(bad) and most:
        raise InvalidInput(f"start: blocks {name_some(graph.ids[bad])} have no label of -1 … {most - 1}")
    return np.ascontiguousarray(labels, dtype=np.int32)


def _split_locks(area, level, locked) -> tuple[set, list]:
    """Ids of grids (or teams) that keep exactly what they have, and the rest of the locks."""
    owners = set(area.ids("teams" if level == "field" else "grids"))
    units = set(area.ids("blocks")) if level == "micro" else set(area.ids("grids"))
    whole = {
        i for i in locked if isinstance(i, str) and i in owners and (i not in units or _is_general(area, level, i))
    }
    return whole, [i for i in locked if not (isinstance(i, str) and i in whole)]


def _is_general(area, level, grid) -> bool:
    levels = dict(zip(area.ids("grids"), area.column("grids", "level"), strict=True))
    return level == "general" and levels.get(grid) == "general"
