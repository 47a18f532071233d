"""Room for a redraw: how many grids each parent needs within the limits, and which parents must stay as they are.

One parent that no number of grids fits would make a whole sub-district infeasible. It is left out by name instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import _core
from .._core import Infeasible
from ..graph.block_graph import BlockGraph
from ..redraw.asked import Asked
from ..redraw.begin import read_units
from ..redraw.problem import state_problem
from ..redraw.rules import unit_weight
from ..redraw.units import Units
from ..study_area import StudyArea

COLUMNS = ["parent_id", "what", "grids_before", "grids", "reason"]
COUNT, KEPT = "other number of grids", "kept as it is"
QUICK = 200  # proposed moves a block, which show for nearly all parents that the rules can be kept
LONG = 20_000  # and for those where they do not
ROUNDS = 6  # a parent gets another number, then is kept; a few come to light only after others are settled


@dataclass
class Room:
    """What `find_room` decided: numbers of grids by parent, micro-grids that keep their blocks, and why.

    `start` gives the blocks of parents where a plan is hard to find the grids of one that keeps the limits.
    """

    grids: dict[str, int] = field(default_factory=dict)
    locked: list[str] = field(default_factory=list)
    rows: list[tuple] = field(default_factory=list)
    start: dict[int, str] = field(default_factory=dict)

    def first_labels(self, units: Units) -> np.ndarray:
        """Where a search of these units begins: today's grids, but for `start`."""
        first = units.today.copy()
        if self.start:
            first[list(self.start)] = units.grid_ids.get_indexer(pd.Index(list(self.start.values())))
        return np.ascontiguousarray(first, dtype=np.int32)

    @property
    def told(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows, columns=COLUMNS)


def find_room(area: StudyArea, graph: BlockGraph, limits: dict, *, seed: int) -> Room:
    """Fit the number of micro-grids under each general grid to the limits, as near to today's as can be.

    Parameters
    ----------
    area : StudyArea
    graph : BlockGraph
        Of its blocks.
    limits : dict
        As in `libgrid.redraw`.
    seed : int
        Of the quick search.

    Returns
    -------
    Room
        A parent whose total no number of grids can hold, that has a block heavier than a grid may be, or for which no
        search finds a plan, is kept as it is.
    """
    room = Room()
    for turn in range(ROUNDS):
        asked = Asked(limits=limits, order=("cut_edges",), grids=dict(room.grids) or None, locked=tuple(room.locked))
        units, asked = read_units(area, "micro", "general", "today", graph, asked)
        if turn == 0 and _settle_totals(units, limits, room):
            continue
        faults = _faults(units, asked, seed, room)
        if not faults:
            break
        names = names_of_parents(units)
        for parent, (fewest, most, reason) in faults.items():
            if parent not in names:
                raise Infeasible(f"a grid that keeps its blocks stands against the limits: {reason}")
            own = int(((units.parent_of_grid == parent) & ~units.fixed).sum())
            if 0 < fewest <= most and names[parent] not in room.grids:
                _give(names[parent], own, int(np.clip(own, fewest, most)), reason, room)
            else:
                _keep(units, parent, names[parent], reason, room)
    return room


def names_of_parents(units: Units) -> dict[int, str]:
    """What each parent with grids that may change is called; "" where they have none above them."""
    up = pd.Series(units.area.column("grids", "parent_id"), index=units.area.ids("grids"))
    open_grids = np.flatnonzero(~units.fixed)
    held = up.reindex(units.grid_ids[open_grids]).fillna("").astype(str)
    named = pd.DataFrame({"parent": units.parent_of_grid[open_grids], "name": held.to_numpy()})
    named = named.sort_values(["parent", "name"], kind="stable")  # a name goes before none, see _open_parents
    return named.groupby("parent")["name"].last().to_dict()


def _settle_totals(units: Units, limits: dict, room: Room) -> bool:
    """Settle the parents whose totals today's number of grids cannot hold, or with a block heavier than a grid may be.

    True when there was anything to settle.
    """
    names = names_of_parents(units)
    n = int(max(units.parent_of_grid.max(initial=0), units.parent_of_unit.max(initial=0))) + 1
    blocks = np.bincount(units.parent_of_unit, minlength=n)
    count = np.bincount(units.parent_of_grid[~units.fixed], minlength=n)
    fits = {p: np.arange(int(blocks[p]) + 1) > 0 for p in names}  # by number of grids
    why = dict.fromkeys(names, "")
    for name, wanted in limits.items():
        if not (isinstance(wanted, (tuple, list)) and len(wanted) == 2):
            continue  # a share of the total is always near
        low = 0 if wanted[0] is None else wanted[0]
        high = np.inf if wanted[1] is None else wanted[1]
        weight = unit_weight(units, name)
        total = np.bincount(units.parent_of_unit, weight, n).astype(np.int64)
        heaviest = np.zeros(n, np.int64)
        np.maximum.at(heaviest, units.parent_of_unit, weight)
        for p in names:
            number = np.arange(1, len(fits[p]))
            own = (number * low <= total[p]) & (total[p] <= number * high)
            if heaviest[p] > high:
                own[:] = False
                why[p] = f"a block has {heaviest[p]} {name}, more than the {high:g} that a grid may have"
            elif not (own[count[p] - 1] if count[p] <= len(own) else False):
                k = count[p]
                why[p] = why[p] or f"{k} grids share {total[p]} {name}, but hold {k * low:g} … {k * high:g}"
            fits[p][1:] &= own
    settled = False
    for p, name in names.items():
        if count[p] < len(fits[p]) and fits[p][count[p]]:
            continue
        settled = True
        good = np.flatnonzero(fits[p])
        if len(good):
            _give(name, int(count[p]), int(good[np.argmin(np.abs(good - count[p]))]), why[p], room)
        else:
            _keep(units, p, name, why[p], room)
    return settled


def _faults(units: Units, asked: Asked, seed: int, room: Room) -> dict[int, tuple[int, int, str]]:
    """By parent: the fewest and most grids that would do (-1: no number is known to), and what stands in the way."""
    stated = state_problem(units, asked)
    names = stated.problem.limit_names
    found: dict[int, tuple[int, int, str]] = {}
    for row in _core.find_obstacles(stated.problem):
        limit = names[row["limit"]] if row["limit"] >= 0 else "weight"
        reason = {
            "grid_count": f"its pieces of the map need {row['fewest']} … {row['most']} grids",
            "piece_total": f"a piece of the map has {row['value']} {limit}, which no number of grids can hold",
        }.get(row["kind"], f"no plan keeps the rules there ({row['kind']})")
        number = (row["fewest"], row["most"]) if row["kind"] == "grid_count" else (-1, -1)
        found.setdefault(row["parent"], (*number, reason))
    if found:
        return found
    effort = QUICK * stated.units.n
    first = room.first_labels(stated.units)
    answer = _core.redraw(stated.problem, first, effort=effort, seed=seed, threads=1, time_limit_s=0.0)
    if answer["status"] != "not_found":
        return {}
    broken = set()
    for fault in answer["faults"]:
        at = stated.units.parent_of_grid, fault["grid"]
        if fault["grid"] < 0:
            at = stated.units.parent_of_unit, fault["block"]
        broken.add(int(at[0][at[1]]))
    for part in _core.split_by_parent(stated.problem)["parts"]:
        if part["parent"] in broken and not _search_long(stated.units, part, seed, room):
            found[part["parent"]] = (-1, -1, "a long search found no plan that keeps the limits there")
    return found


def _search_long(units: Units, part: dict, seed: int, room: Room) -> bool:
    """Look longer for a plan of one parent; True when there is one, which then stands in `room.start`."""
    blocks, grids = np.asarray(part["blocks"]), np.asarray(part["grids"])
    answer = _core.redraw(
        part["problem"], np.empty(0, np.int32), effort=LONG * len(blocks), seed=seed, threads=1, time_limit_s=0.0
    )
    if answer["status"] == "not_found":
        return False
    ids = units.grid_ids[grids[np.asarray(answer["grid_of"])]]
    room.start |= dict(zip(blocks.tolist(), map(str, ids), strict=True))
    return True


def _give(name: str, before: int, grids: int, reason: str, room: Room) -> None:
    room.grids[name] = grids
    room.rows.append((name, COUNT, before, grids, reason))


def _keep(units: Units, parent: int, name: str, reason: str, room: Room) -> None:
    """Lock all grids of a parent; a number that it was to get is taken back."""
    room.grids.pop(name, None)
    room.rows = [row for row in room.rows if row[0] != name]
    ids = [str(i) for i in units.grid_ids[~units.fixed & (units.parent_of_grid == parent)]]
    room.locked += ids
    room.rows.append((name, KEPT, len(ids), len(ids), reason))
