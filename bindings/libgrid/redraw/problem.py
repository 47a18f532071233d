"""From an area and what is wanted to the core's problem: units, rules, terms, and what was refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from ..issues import name_some
from .asked import Asked
from .grids import choose_grids
from .rules import (
    build_limits,
    build_locks,
    build_pairs,
    leader_limit,
    moved_budget,
    targets,
    unit_weight,
)
from .terms import UNITS, Refused, TermInputs, build_term
from .units import Units

SCALE = 1000  # targets of balance are thousandths, so that a share of 65.2 households is not 65


@dataclass(eq=False)
class Stated:
    """The problem as the core takes it, the units that it speaks of, and the terms that were refused with why."""

    problem: _core.PlanProblem
    units: Units
    terms: list[str]
    refused: dict[str, str] = field(default_factory=dict)
    limits: list[tuple] = field(default_factory=list)  # name, lowest, highest by grid
    factors: dict[str, float] = field(default_factory=dict)  # of the terms' own units
    moved_name: str = ""
    weighted: bool = False
    core_factors: list[float] = field(default_factory=list)
    dissolved_moved: int = 0  # of the budget, what is in grids that do not go on
    owner_of_grid: np.ndarray | None = None  # the team of each grid, where the response asks for it


def state_problem(units: Units, asked: Asked, instead: Callable[[Units], list[dict]] | None = None) -> Stated:
    """Build the problem, with the terms that are asked for or, in their order, those that `instead` makes.

    Raises InvalidInput for what cannot be meant, Infeasible for what cannot be had.
    """
    units = choose_grids(units, asked)
    _require_sizes(units)
    limits = build_limits(units, asked.limits, asked.rules) + leader_limit(units, asked.leader)
    mask = build_locks(units, asked.locked, units.today)
    together, apart = build_pairs(units, asked.keep_together, asked.keep_apart, mask, units.today)
    moved_weight, most, moved_name = moved_budget(units, asked.max_moved)
    weighted = asked.weights is not None and instead is None
    if instead is None:
        names, factors = _wanted(units, asked)
        terms, refused = _terms(units, asked, names, factors)
    else:
        terms, refused, factors = instead(units), {}, {}
    if asked.forbidden:
        terms.append(_forbidden(units, asked.forbidden))
    columns = {}
    if units.parent_of_grid is not None:
        columns |= {"parent_of_block": units.parent_of_unit, "parent_of_grid": units.parent_of_grid}
    if (units.today >= 0).any():
        columns["reference"] = np.ascontiguousarray(units.today, dtype=np.int32)
        if mask.any():
            columns["locked"] = mask
        if moved_weight is not None:
            columns["moved_weight"] = moved_weight
    elif most >= 0:
        raise InvalidInput("max_moved needs a plan of today to count from")
    problem = _core.PlanProblem(
        units.graph._graph, len(units.grid_ids), limits=limits, terms=terms, columns=columns, max_moved=most,
        keep_together=together, keep_apart=apart, weighted=weighted,
    )  # fmt: skip
    told = [(one["name"], one["lowest"], one["highest"]) for one in limits]
    own = {n: float(factors.get("response" if n == "inertia" and "response" in refused else n, 1.0)) for n in UNITS}
    owner = next((t["owner_of_grid"] for t in terms if t["name"] == "response"), None)
    return Stated(
        problem, units, [t["name"] for t in terms], refused, told, own, moved_name, weighted,
        [t["factor"] for t in terms], _dissolved(units, moved_weight), owner,
    )  # fmt: skip


def _dissolved(units: Units, moved_weight: np.ndarray | None) -> int:
    return 0 if moved_weight is None or units.dissolved is None else int(moved_weight[units.dissolved].sum())


def _require_sizes(units: Units) -> None:
    if not units.n:
        raise InvalidInput("there are no blocks to redraw")
    if len(units.grid_ids) > units.n:
        raise InvalidInput(f"{len(units.grid_ids)} grids are asked for, but there are {units.n} blocks: each needs one")
    if units.parent_of_grid is None:
        return
    have = np.bincount(units.parent_of_unit, minlength=int(units.parent_of_grid.max()) + 1)
    need = np.bincount(units.parent_of_grid, minlength=len(have))
    poor = np.flatnonzero(have < need)
    if len(poor):
        ids = units.grid_ids[units.parent_of_grid == poor[0]]
        raise InvalidInput(
            f"{len(poor)} parents have fewer blocks than grids: {name_some(ids)} share {have[poor[0]]} blocks; give "
            "fewer grids there (grids={parent: number})"
        )


def _wanted(units: Units, asked: Asked) -> tuple[list[str], dict]:
    if asked.order is not None and asked.weights is not None:
        raise InvalidInput("order and weights are two ways to rank terms: give one of them")
    if asked.weights is not None:
        bad = {k: v for k, v in asked.weights.items() if isinstance(v, bool) or not np.isfinite(v) or v < 0}
        if bad or not asked.weights:
            raise InvalidInput(f"weights: numbers of 0 or more by term are needed, not {bad or 'none'}")
        return list(asked.weights), dict(asked.weights)
    order = asked.order
    if order is None and units.area is None:
        order = ("cut_border",) if units.graph._graph.border_mm.any() else ("cut_edges",)
    elif order is None:
        order = ("inertia" if units.level == "general" else "response", "balance", "change")
    order = [order] if isinstance(order, str) else list(order)
    twice = [name for k, name in enumerate(order) if name in order[:k]]
    if twice or not order:
        raise InvalidInput(f"order: each term once, and at least one; {name_some(twice) or 'none'} is not")
    return order, {}


def _terms(units: Units, asked: Asked, names: list[str], factors: dict) -> tuple[list[dict], dict]:
    given = _inputs(units, asked, names)
    terms, refused = [], {}
    for name in names:
        try:
            term = build_term(name, units, given)
        except Refused as reason:
            if units.area is None:
                raise InvalidInput(f'the term "{name}" cannot be asked of this graph: {reason}') from None
            refused[name] = str(reason)
            continue
        term["factor"] = float(factors.get(name, 1.0)) / UNITS[name][1]
        terms.append(term)
    if "response" in refused and "inertia" not in names:
        # What the response was to say, nearness, the grid's own centre says.
        term = build_term("inertia", units, given)
        term["factor"] = float(factors.get("response", 1.0)) / UNITS["inertia"][1]
        terms.insert(names.index("response"), term)
    if not terms:
        why = "; ".join(f"{name}: {text}" for name, text in refused.items())
        raise InvalidInput(f"no term is left that could be bettered ({why})")
    return terms, refused


def _inputs(units: Units, asked: Asked, names) -> TermInputs:
    weight = target = None
    name = asked.balance or next(iter(asked.limits or {}), None)
    if name is None and units.area is not None:
        name = "minutes_asked" if units.level == "field" else "households_and_shops"
    elif name is None and len(units.graph.columns.columns):
        name = str(units.graph.columns.columns[0])
    if "balance" in names and name is not None:
        own = unit_weight(units, name, asked.rules)
        top, bottom = targets(units, name, own)
        share = top.astype(object) * SCALE // bottom  # Python's own integers: the product outgrows int64
        target, weight = share.astype(np.int64), own * SCALE
        settle_fixed(units, weight, target)
    columns = units.graph.columns
    people = "residents" if "residents" in columns else (columns.columns[0] if len(columns.columns) else None)
    count = np.ones(units.n, np.int64) if people is None else columns[people].to_numpy(np.int64)
    return TermInputs(
        balance_weight=weight, balance_target=target, balance_name=name or "", lines=_lines(units, asked),
        change_weight=count, inertia_weight=np.maximum(count, 1), team_of_grid=_teams(units),
    )  # fmt: skip


def settle_fixed(units: Units, weight: np.ndarray, target: np.ndarray) -> None:
    """A grid that keeps its blocks is always on target; one without any weight is given a thousandth of one."""
    for grid in np.flatnonzero(units.fixed):
        rows = np.flatnonzero(units.today == grid)
        if len(rows) and not weight[rows].any():
            weight[rows[0]] = 1
        target[grid] = max(1, int(weight[rows].sum()))


def _lines(units: Units, asked: Asked):
    if asked.natural_lines is not None or units.area is None or not len(units.area.ids("roads")):
        return asked.natural_lines
    roads = units.area.roads
    return roads[~roads["class"].isin(["footway", "path", "steps", "track", "service"])]


def _teams(units: Units) -> np.ndarray | None:
    """The team of each micro-grid, -1 for none."""
    if units.level != "micro":
        return None
    team = pd.Series(units.area.column("grids", "team_id"), index=units.area.ids("grids"))
    if units.new_grids is not None:
        team = pd.concat([team, units.new_grids.set_index("grid_id")["team_id"]])
    return units.area.ids("teams").get_indexer(team.reindex(units.grid_ids))


def _forbidden(units: Units, pairs) -> dict:
    """An assignment without a cost that no plan may take: (block or grid, grid or team) that must not be."""
    owners = len(units.grid_ids)
    if units.n * owners > 50_000_000:
        raise InvalidInput("forbidden: the area is too large for it; redraw its parts")
    cost = np.zeros((units.n, owners), np.int64)
    rows = units.unit_rows([a for a, _ in pairs], "forbidden")
    grids = units.grid_ids.get_indexer(pd.Index([b for _, b in pairs]))
    if (grids < 0).any():
        raise InvalidInput(f"forbidden: {name_some(np.array([b for _, b in pairs])[grids < 0])} is none of the grids")
    cost[rows, grids] = -1
    return {
        "name": "forbidden", "kind": "assignment", "factor": 0.0, "owners": owners,
        "owner_of_grid": np.arange(owners, dtype=np.int32), "cost": cost.ravel(),
    }  # fmt: skip
