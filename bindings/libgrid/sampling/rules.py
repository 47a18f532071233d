"""What a sample keeps and measures, as the core wants it: whole weights, limits by grid, scores as terms."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from .. import _core
from .._core import InvalidInput
from ..graph.block_graph import BlockGraph
from ..graph.ground import ground_columns

__all__ = ["PlanScore"]

_LIMIT = 2**62


@dataclass(frozen=True, eq=False)
class PlanScore:
    """One number of a plan, measured in the core at every kept plan; made by its class methods.

    Attributes
    ----------
    name : str
    unit : str
    """

    name: str
    unit: str
    kind: str = field(repr=False)
    columns: dict[str, Any] = field(repr=False)
    per_unit: float = field(default=1.0, repr=False)  # whole numbers of the core to one unit

    @classmethod
    def cut_border(cls, name: str = "cut_border") -> PlanScore:
        """Metres of border between different grids: the graph's ``border_m`` over cut edges."""
        return cls(name, "m", "cut", {}, 1000.0)

    @classmethod
    def balance(cls, weight, *, name: str = "balance", target=None) -> PlanScore:
        """The largest deviation of a grid from its target, as a share of the target (load balance).

        Parameters
        ----------
        weight : (n_blocks,) whole numbers
        target : (grids,) array, optional
            Default: an equal share of the weight in each grid's parent.
        """
        return cls(name, "share", "balance", {"weight": weight, "target": target}, 1e6)

    @classmethod
    def inertia(cls, xy_m, weight, *, name: str = "inertia") -> PlanScore:
        """Weight × squared metres from the grid's centre of gravity: how scattered the grids are.

        Parameters
        ----------
        xy_m : (n_blocks, 2) array
            A point of each block, in metres.
        weight : (n_blocks,) whole numbers
        """
        return cls(name, "m²", "inertia", {"xy_m": xy_m, "weight": weight})

    @classmethod
    def polsby_popper(cls, graph: BlockGraph, *, name: str = "polsby_popper") -> PlanScore:
        """Σ over grids of 1 − 4π·area ÷ perimeter²: how far from round the grids are.

        Parameters
        ----------
        graph : BlockGraph
            The graph that is sampled, made from blocks; stacked blocks count their footprint once.
        """
        if graph._polygons is None:
            raise InvalidInput(f"score {name}: the graph was made from edges: its blocks have no shape")
        ground = ground_columns(graph._polygons, np.ones(graph.block_count, bool), graph.ids)
        return cls(name, "", "polsby_popper", ground, 1e6)

    @classmethod
    def linear(cls, name: str, table, owner_of_grid=None, *, unit: str = "", decimals: int = 3) -> PlanScore:
        """Any sum over blocks that depends on who owns the block's grid: response, people not covered, …

        Parameters
        ----------
        table : (n_blocks, owners) array
            What a block adds when its grid has that owner, rounded to ``decimals``.
        owner_of_grid : (grids,) integer array, optional
            Default: grid g is owner g.
        """
        return cls(name, unit, "assignment", {"table": table, "owner_of_grid": owner_of_grid}, 10.0**decimals)


def graph_of(graph: Any) -> _core.BlockGraph:
    core = getattr(graph, "_graph", graph)
    if not isinstance(core, _core.BlockGraph):
        raise InvalidInput(f"graph must be a BlockGraph, not {type(graph).__name__}")
    return core


def read_weight(weight: Any, graph: Any, n: int, name: str = "weight") -> np.ndarray:
    """Whole numbers of 0 or more, one a block; a name is a column of the graph."""
    if isinstance(weight, str):
        columns = getattr(graph, "columns", None)
        if columns is None or weight not in columns:
            raise InvalidInput(f"the graph has no column {weight}")
        weight = columns[weight]
    values = np.asarray(weight)
    if values.shape != (n,):
        raise InvalidInput(f"{name} has shape {values.shape}, there are {n} blocks")
    if values.dtype.kind not in "buif":
        raise InvalidInput(f"{name} must be numbers, not {values.dtype}")
    _refuse(~np.isfinite(values.astype(float)), name, "are NaN or infinite: give every block a number")
    _refuse(values < 0, name, "are below 0")
    _refuse(values != np.floor(values), name, "are no whole numbers: give a finer unit, e.g. np.rint(60 * minutes)")
    if float(values.astype(float).sum()) >= _LIMIT:
        raise InvalidInput(f"{name} adds up to more than 2^62")
    return np.ascontiguousarray(values, np.int64)


def _refuse(bad: np.ndarray, name: str, why: str) -> None:
    if bad.any():
        first = ", ".join(str(b) for b in np.flatnonzero(bad)[:5])
        raise InvalidInput(f"{name}: blocks {first} ({int(bad.sum())} in all) {why}")


def whole(value: Any, name: str, least: int) -> int:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise InvalidInput(f"{name} must be a whole number of {least} or more, not {value!r}")
    return int(value)


def labels_of(values: Any, name: str, n: int) -> np.ndarray:
    """Integer labels, one a block, as int32."""
    array = np.asarray(values)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise InvalidInput(f"{name} must be {n} whole numbers, one a block")
    if len(array) and (array.min() < -(2**31) or array.max() >= 2**31):
        raise InvalidInput(f"{name}: labels must fit 32 bits")
    return np.ascontiguousarray(array, np.int32)


def nest(parent: Any, grids: Any, start: np.ndarray | None, n: int) -> tuple[int, dict[str, np.ndarray]]:
    """How many grids there are, and the columns parent_of_block and parent_of_grid (none without parents)."""
    if parent is None:
        return whole(grids, "grids", 1), {}
    of_block = labels_of(parent, "parent", n)
    names, of_block = np.unique(of_block, return_inverse=True)
    if np.ndim(grids) == 1:
        each = np.array([whole(g, "grids of each parent", 1) for g in grids])
        if len(each) != len(names):
            raise InvalidInput(f"grids: {len(each)} numbers for {len(names)} parents")
        of_grid = np.repeat(np.arange(len(names)), each)
    else:
        if start is None:
            raise InvalidInput("with parent= give a start, or grids as one number for each parent, ascending")
        of_grid = np.full(whole(grids, "grids", 1), -1)
        inside = (start >= 0) & (start < len(of_grid))
        of_grid[start[inside]] = of_block[inside]
    columns = {"parent_of_block": of_block, "parent_of_grid": of_grid}
    return len(of_grid), {k: np.ascontiguousarray(v, np.int32) for k, v in columns.items()}


def totals(weight: np.ndarray, grids: int, nested: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """By grid: the weight of its parent, and among how many grids it is shared."""
    if not nested:
        return np.full(grids, weight.sum(), np.int64), np.full(grids, grids, np.int64)
    of_block, of_grid = nested["parent_of_block"], nested["parent_of_grid"]
    total = np.zeros(max(of_block.max(), of_grid.max()) + 1, np.int64)
    np.add.at(total, of_block, weight)
    return total[of_grid], np.bincount(of_grid[of_grid >= 0], minlength=len(total))[of_grid].astype(np.int64)


def limits_within(weight: np.ndarray, tolerance: Any, grids: int, nested: dict[str, np.ndarray]):
    """Lowest and highest whole weight by grid: within tolerance · total/k of total/k, both ends inclusive, exactly."""
    value = float(tolerance)
    if not math.isfinite(value) or value < 0:
        raise InvalidInput(f"tolerance must be a share of 0 or more, not {tolerance!r}")
    share = Fraction(repr(value))  # the decimals that were written, so that 0.1 is a tenth
    total, count = totals(weight, grids, nested)
    lowest, highest = np.empty(grids, np.int64), np.empty(grids, np.int64)
    for t, k in set(zip(total.tolist(), count.tolist(), strict=True)):
        mine = (total == t) & (count == k)
        lowest[mine] = max(0, math.ceil((1 - share) * t / k))
        highest[mine] = min(_LIMIT, math.floor((1 + share) * t / k))
    return lowest, highest


def term_of(score: PlanScore, core: _core.BlockGraph, grids: int, nested: dict[str, np.ndarray]) -> dict[str, Any]:
    """A score as a term of the core."""
    n, given = core.block_count, score.columns
    term: dict[str, Any] = {"name": score.name, "kind": score.kind}
    if score.kind == "cut":
        return term | {"length": np.ascontiguousarray(core.border_mm)}
    if score.kind == "polsby_popper":
        if len(given["stand_block"]) != n:
            raise InvalidInput(f"score {score.name}: its graph has {len(given['stand_block'])} blocks, not {n}")
        return term | given
    if score.kind == "assignment":
        table = np.asarray(given["table"], float)
        if table.ndim != 2 or len(table) != n:
            raise InvalidInput(f"score {score.name}: the table has shape {table.shape}, rows must be {n} blocks")
        _refuse(~np.isfinite(table).all(axis=1) | (table < 0).any(axis=1), f"score {score.name}", "have NaN or below 0")
        owner = np.arange(grids) if given["owner_of_grid"] is None else np.asarray(given["owner_of_grid"])
        if owner.shape != (grids,):
            raise InvalidInput(f"score {score.name}: owner_of_grid has shape {owner.shape}, there are {grids} grids")
        cost = np.rint(table * score.per_unit).astype(np.int64)
        return term | {"cost": cost.ravel(), "owners": table.shape[1], "owner_of_grid": owner.astype(np.int32)}
    weight = read_weight(given["weight"], None, n, f"score {score.name}")
    if score.kind == "inertia":
        xy = np.asarray(given["xy_m"], float)
        if xy.shape != (n, 2) or not np.isfinite(xy).all():
            raise InvalidInput(f"score {score.name}: xy_m must be {n} points in metres")
        place = np.rint((xy - xy.mean(axis=0)) * 1000)
        if np.abs(place).max(initial=0) >= 2**30:
            raise InvalidInput(f"score {score.name}: the blocks lie more than 1,000 km apart")
        return term | {"weight": weight, "place": np.ascontiguousarray(place, np.int32)}
    if given["target"] is None:
        total, count = totals(weight, grids, nested)
        target = np.maximum(np.rint(total / np.maximum(count, 1)), 1).astype(np.int64)
    else:
        target = np.ascontiguousarray(np.broadcast_to(np.asarray(given["target"]), (grids,)), np.int64)
    return term | {"weight": weight, "target": target}
