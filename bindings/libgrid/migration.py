"""From one plan to another month by month: an order of moves in which every plan on the way keeps the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core
from ._core import Infeasible, InvalidInput
from .graph.block_graph import BlockGraph
from .issues import name_some
from .plan import Plan
from .redraw.asked import Asked
from .redraw.faults import tell_fault
from .redraw.problem import Stated, state_problem
from .redraw.units import micro_units

if TYPE_CHECKING:
    from .redraw.result import Redraw

__all__ = ["Migration", "plan_migration"]

EFFORT = 2_000_000  # plans in between that a group of grids may look at: seconds at most


@dataclass(frozen=True, eq=False, repr=False)
class Migration:
    """The moves in their order; made by `plan_migration`. Immutable.

    Attributes
    ----------
    moves : DataFrame
        One row a block (or unit), in order: step (from 1), batch, unit, old, new, and what it weighs. The moves of one
        batch have to be made together: a rule would be broken between them.
    steps : DataFrame
        By step: blocks, batches, and the sums of what moves.
    labels : (n_steps + 1, n_units) int32 array
        The plan before, and after each step: rows of `grids`.
    grids : Index
    plans : tuple of Plan
        The same as plans of the area, where it is blocks that move.
    tolerated : list of str
        Rules that the plan before breaks already; no step makes them worse.
    """

    moves: pd.DataFrame
    steps: pd.DataFrame
    labels: np.ndarray
    grids: pd.Index
    plans: tuple[Plan, ...]
    tolerated: list[str]

    def __repr__(self) -> str:
        together = int((self.moves.groupby("batch").size() > 1).sum()) if len(self.moves) else 0
        told = f", {together} groups that must move together" if together else ""
        return f"Migration({len(self.moves)} moves in {len(self.steps)} steps{told})"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.steps.to_html(index=False, border=0)


def plan_migration(
    old: Plan,
    new: Plan,
    *,
    moves_per_step: int = 20,
    limits: dict | None = None,
    keep_apart=(),
    keep_together=(),
    graph: BlockGraph | None = None,
    effort: int = EFFORT,
) -> Migration:
    """Order the moves from one plan to another so that after every step each grid is connected and within its limits.

    Parameters
    ----------
    old, new : Plan
        Plans of one area in which every block has a grid. The new one must keep the rules.
    moves_per_step : int
        Blocks that can be moved in one step, such as a month. Default 20: what one office can explain at the doors.
    limits, keep_apart, keep_together, graph
        The rules on the way, as in :func:`libgrid.redraw`; limits are not asked of dedicated grids.
    effort : int
        How long to look for small groups where single moves do not do.

    Returns
    -------
    Migration

    Raises
    ------
    InvalidInput
        A block has no grid, or the new plan breaks a rule.
    Infeasible
        Some moves must be made together and are more than a step holds; the message names them.

    Notes
    -----
    Where the old plan breaks a limit, or a grid of it does not hang together, no step makes that worse. Groups of
    grids that exchange up to 14 blocks get the smallest possible batches; larger ones single moves first, then pairs,
    triples, and all moves between two grids. Every step is checked rule by rule.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> lg.plan_migration(area.plan, area.plan)
    Migration(0 moves in 0 steps)
    """
    new.require_area(old.area)
    area = old.area
    for plan in (old, new):
        lost = area.ids("blocks")[plan.labels < 0]
        if len(lost):
            raise InvalidInput(f"plan {plan.name!r}: blocks {name_some(lost)} are in no grid: give them one")
    graph = BlockGraph.from_blocks(area) if graph is None else graph
    units = micro_units(area, old, graph, None, set())
    used = np.unique(np.concatenate([old.labels, new.labels]))
    row = np.full(len(area.ids("grids")), -1, np.int32)
    row[used] = np.arange(len(used))
    level = area.column("grids", "level")
    units = replace(
        units, grid_ids=area.ids("grids")[used], today=row[old.labels], fixed=level[used] == "dedicated",
        parent_of_unit=None, parent_of_grid=None,
    )  # fmt: skip
    asked = Asked(limits=limits, order=("cut_edges",), keep_apart=tuple(keep_apart), keep_together=tuple(keep_together))
    stated = state_problem(units, asked)
    return order_moves(stated, row[new.labels], moves_per_step, effort)


def migration_of(redrawn: Redraw, *, moves_per_step: int = 20, effort: int = EFFORT) -> Migration:
    """See `Redraw.migration`."""
    stated = redrawn._stated
    gone = stated.units.dissolved
    if gone is not None and gone.any():
        raise InvalidInput(
            f"{name_some(pd.unique(stated.units.before_ids[gone]))} do not go on in this redraw: order the moves with "
            "lg.plan_migration(redrawn.today_plan(), redrawn.plan), which lets grids run empty"
        )
    lost = stated.units.graph.ids[stated.units.today < 0]
    if len(lost):
        raise InvalidInput(f"today {name_some(lost)} are in none of the grids: there is no plan to begin with")
    return order_moves(stated, redrawn._labels, moves_per_step, effort)


def order_moves(stated: Stated, new: np.ndarray, moves_per_step: int, effort: int) -> Migration:
    """The migration from today's labels to `new` under the problem's rules."""
    for name, value in (("moves_per_step", moves_per_step), ("effort", effort)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise InvalidInput(f"{name} must be a whole number of at least 1, not {value!r}")
    old = np.ascontiguousarray(stated.units.today, dtype=np.int32)
    new = np.ascontiguousarray(new, dtype=np.int32)
    tolerated = _tolerated(stated, old, new)
    found = _core.plan_migration(stated.problem, old, new, moves_per_step=int(moves_per_step), effort=int(effort))
    _require_small(stated, found, moves_per_step)
    labels = _labels_by_step(old, new, found)
    for step, plan in enumerate(labels[1:], 1):
        for fault in _core.verify_plan(stated.problem, plan):
            if (fault["rule"], fault["grid"]) not in tolerated:
                raise RuntimeError(f"step {step} of the migration breaks a rule: {tell_fault(stated, fault)}")
    return _migration(stated, found, labels, old, new)


def _tolerated(stated: Stated, old, new) -> set:
    """What the old plan breaks by rule and grid; grids without blocks before or after may be empty on the way."""
    grids = np.arange(len(stated.units.grid_ids))
    empty = {("empty", int(g)) for g in grids if not (np.isin(g, old) and np.isin(g, new))}
    broken = [f for f in _core.verify_plan(stated.problem, new) if (f["rule"], f["grid"]) not in empty]
    if broken:
        raise InvalidInput(f"the new plan breaks a rule itself: {tell_fault(stated, broken[0])}")
    return empty | {(f["rule"], f["grid"]) for f in _core.verify_plan(stated.problem, old)}


def _require_small(stated: Stated, found, moves_per_step) -> None:
    sizes = np.bincount(found["batch"]) if len(found["batch"]) else np.zeros(0, int)
    large = np.flatnonzero(sizes > moves_per_step)
    if len(large):
        worst = int(large[np.argmax(sizes[large])])
        ids = stated.units.graph.ids[found["block"][found["batch"] == worst]]
        raise Infeasible(
            f"{len(large)} groups of moves cannot be split without breaking a rule in between: {name_some(ids)} "
            f"({sizes[worst]} blocks) must move together; allow moves_per_step={sizes[worst]}, or widen the limits"
        )


def _labels_by_step(old, new, found) -> np.ndarray:
    steps = int(found["step"].max()) + 1 if len(found["step"]) else 0
    labels = np.repeat(old[None, :], steps + 1, axis=0)
    for step in range(steps):
        rows = found["block"][found["step"] <= step]
        labels[step + 1, rows] = new[rows]
    labels.setflags(write=False)
    return labels


def _migration(stated: Stated, found, labels, old, new) -> Migration:
    units = stated.units
    rows = found["block"]
    ids = units.grid_ids.to_numpy(object)
    weights = units.graph.columns.iloc[rows].reset_index(drop=True)
    moves = pd.DataFrame({
        "step": found["step"] + 1, "batch": found["batch"] + 1, "unit": units.graph.ids[rows], "old": ids[old[rows]],
        "new": ids[new[rows]],
    })  # fmt: skip
    moves = pd.concat([moves, weights], axis=1)
    steps = moves.groupby("step").agg(moves=("unit", "size"), batches=("batch", "nunique"))
    steps = steps.join(moves.groupby("step")[list(weights.columns)].sum()).reset_index()
    plans = ()
    if units.level == "micro":
        area = units.area if units.new_grids is None else None
        row = None if area is None else area.ids("grids").get_indexer(units.grid_ids)
        if row is not None:
            plans = tuple(
                Plan(area, row[plan].astype(np.int32), f"step {k}" if k else "before") for k, plan in enumerate(labels)
            )
    told = [tell_fault(stated, f) for f in _core.verify_plan(stated.problem, labels[0])]
    return Migration(moves, steps, labels, units.grid_ids, plans, told)
