"""Plans that are proved best: enumeration, or a choice among all possible grids, parent by parent."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .. import _core
from .set_partition import Choice, Rules, choose_grids

MOST_ENUMERATED = 64
"""Blocks that one enumeration can hold."""


@dataclass(frozen=True)
class Exact:
    """The best plan found, and what no plan can be better than.

    Attributes
    ----------
    grid_of : ndarray of int32 or None
        Grid of each block; None when no plan was found.
    terms : ndarray of int64 or None
        Its terms, as ``measure_terms`` counts them.
    bounds : tuple of float
        For each term: no plan whose earlier terms are as good as this one's has less. ``-inf`` where
        nothing is known. Where the problem is weighted, one bound for the weighted sum.
    method : str
        ``enumeration`` or ``set partitioning``; joined by ``+`` where parents differ.
    status : str
        ``optimal``, ``stopped`` (a budget ran out: the bounds hold, the plan may not be best) or
        ``infeasible`` (no plan keeps the hard rules).
    """

    grid_of: np.ndarray | None
    terms: np.ndarray | None
    bounds: tuple[float, ...]
    method: str
    status: str


def solve(
    problem: _core.PlanProblem,
    *,
    order: list[int] | None = None,
    effort: int = 20_000_000,
    nodes: int = 20_000,
    time_limit_s: float = math.inf,
) -> Exact:
    """Solve a problem without parents exactly, as far as the budgets go.

    Parameters
    ----------
    problem : PlanProblem
        One parent: see ``split_by_parent``.
    order : list of int, optional
        Terms that count, most important first; by default all in their order, or weighted where the
        problem says so.
    effort : int
        Steps of enumeration, and as many again to find all possible grids.
    nodes : int
        Nodes of each search of the integer solver.
    time_limit_s : float
        A safety stop for each of these searches. Where it strikes, results may differ between runs.

    Raises
    ------
    InvalidInput
        When the problem has parents.

    Examples
    --------
    >>> graph = _core.BlockGraph(3, *(np.array(c, np.int32) for c in ([0, 1], [1, 2])),
    ...     np.array([100, 40], np.int64), np.zeros(2, np.uint8))
    >>> problem = _core.PlanProblem(graph, 2, terms=[{"name": "cut", "kind": "cut", "length": graph.border_mm}])
    >>> best = solve(problem)
    >>> best.grid_of.tolist(), best.terms.tolist(), best.status
    ([0, 0, 1], [40], 'optimal')
    """
    if problem.block_count <= MOST_ENUMERATED:
        best = _core.find_best_plan(problem, order=order or [], at_most=[], effort=effort)
        if best["complete"]:
            return of_enumeration(problem, order, best)
    pool = _core.build_grid_pool(problem, effort=effort, most_grids=1_000_000)
    if not pool.complete:
        return Exact(None, None, (-math.inf,) * _bound_count(problem, order), "none", "stopped")
    return choose_in_order(problem, pool, order, nodes=nodes, time_limit_s=time_limit_s)


def _bound_count(problem: _core.PlanProblem, order: list[int] | None) -> int:
    if order is None and problem.weighted:
        return 1
    return max(1, len(order or problem.term_names))


def of_enumeration(problem: _core.PlanProblem, order: list[int] | None, best: dict) -> Exact:
    """What a complete ``find_best_plan`` has shown."""
    if not len(best["grid_of"]):
        return Exact(None, None, (math.inf,) * _bound_count(problem, order), "enumeration", "infeasible")
    terms = best["terms"]
    if order is None and problem.weighted:
        bounds = (float(sum(f * int(v) for f, v in zip(problem.term_factors, terms, strict=True))),)
    else:
        bounds = tuple(float(terms[t]) for t in (order or range(len(terms))))
    return Exact(best["grid_of"], terms, bounds, "enumeration", "optimal")


def choose_in_order(
    problem: _core.PlanProblem,
    pool: _core.GridPool,
    order: list[int] | None = None,
    *,
    nodes: int,
    time_limit_s: float = math.inf,
) -> Exact:
    """The best choice among the grids of a complete pool, term after term; arguments as ``solve``."""
    kinds = problem.term_kinds
    rules = Rules(np.ones(len(pool.kind), bool))
    if problem.max_moved >= 0:
        rules.caps.append((pool.moved.astype(float), float(problem.max_moved)))
    bounds: list[float] = []
    chosen, proved = None, True
    for goal in _goals(problem, pool, order):
        if isinstance(goal, np.ndarray):
            whole = bool(np.all(goal == np.rint(goal)))
            found = choose_grids(pool, goal, rules, nodes=nodes, time_limit_s=time_limit_s, whole=whole)
            bounds.append(found.bound)
            rules.caps.append((goal, found.value + (0.5 if whole else 1e-9 * abs(found.value))))
        elif kinds[goal] == "balance":
            found, bound = _least_worst(pool, pool.value[:, goal], rules, nodes, time_limit_s)
            bounds.append(bound)
            rules.usable = rules.usable & (pool.value[:, goal] <= found.value)
        else:
            halves = 2 if kinds[goal] == "cut" else 1
            cost = pool.value[:, goal].astype(float)
            found = choose_grids(pool, cost, rules, nodes=nodes, time_limit_s=time_limit_s)
            bounds.append(found.bound if math.isinf(found.bound) else math.ceil(found.bound / halves - 1e-9))
            rules.caps.append((cost, found.value + 0.5))
        if found.columns is None:
            status = "infeasible" if found.proved and chosen is None else "stopped"
            if chosen is None:
                rest = math.inf if status == "infeasible" else -math.inf
                bounds += [rest] * (_bound_count(problem, order) - len(bounds))
                return Exact(None, None, tuple(bounds), "set partitioning", status)
            proved = False
            break
        chosen = found.columns
        proved = proved and found.proved
        if not proved:
            break
    bounds += [-math.inf] * (_bound_count(problem, order) - len(bounds))
    grid_of = _labels(problem, pool, chosen)
    faults = _core.verify_plan(problem, grid_of)
    if faults:
        raise _core.Error(f"internal error, please report: a chosen plan breaks {faults[0]['rule']}")
    return Exact(
        grid_of,
        _core.measure_terms(problem, grid_of),
        tuple(bounds),
        "set partitioning",
        "optimal" if proved else "stopped",
    )


def _goals(problem: _core.PlanProblem, pool: _core.GridPool, order: list[int] | None) -> list:
    """Positions of terms, or the one weighted cost of each grid; a balance cannot be added to sums here."""
    if order is not None or not problem.weighted:
        goals: list = list(order if order is not None else range(len(problem.term_names)))
        return goals or [np.zeros(len(pool.kind))]
    kinds, factors = problem.term_kinds, problem.term_factors
    if any(k == "balance" and f > 0 for k, f in zip(kinds, factors, strict=True)):
        raise _core.InvalidInput("a balance among weighted terms: enumerate, or put the terms in order")
    # A border is counted in both its grids.
    shares = np.array([f / 2 if k == "cut" else f for k, f in zip(kinds, factors, strict=True)])
    return [pool.value @ shares]


def _labels(problem: _core.PlanProblem, pool: _core.GridPool, chosen: np.ndarray) -> np.ndarray:
    """Grids of one kind are given out in the order of their lowest block."""
    grid_of = np.full(problem.block_count, -1, np.int32)
    free = [list(kind) for kind in pool.kinds]
    lowest = [pool.block[pool.ptr[c] : pool.ptr[c + 1]].min() for c in chosen]
    for c in chosen[np.argsort(lowest)]:
        grid_of[pool.block[pool.ptr[c] : pool.ptr[c + 1]]] = free[pool.kind[c]].pop(0)
    return grid_of


def _least_worst(pool: _core.GridPool, value: np.ndarray, rules: Rules, nodes: int, time_limit_s: float):
    """The smallest worst grid: bisection over the values that occur, a choice of grids at each."""
    steps = np.unique(value[rules.usable])
    nothing = np.zeros(len(value))
    low, high, best = 0, len(steps), None
    proved = True
    while low < high:
        middle = (low + high) // 2
        tried = Rules(rules.usable & (value <= steps[middle]), rules.caps)
        found = choose_grids(pool, nothing, tried, nodes=nodes, time_limit_s=time_limit_s)
        if found.columns is not None:
            worst = value[found.columns].max()
            best, high = found, int(np.searchsorted(steps, worst))
        elif found.proved:
            low = middle + 1
        else:
            proved = False
            break
    bound = float(steps[low]) if low < len(steps) else math.inf
    if best is None:
        return Choice(None, math.inf, bound, proved), bound
    return Choice(best.columns, float(value[best.columns].max()), bound, proved), bound
