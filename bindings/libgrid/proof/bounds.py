"""Lower bounds for the terms of a plan problem: part by part, each with the method that it rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .. import _core
from ..progress import Progress, progress_callback
from .exact import MOST_ENUMERATED, Exact, choose_in_order, of_enumeration
from .owners import Lead

MOST_GRIDS = 600_000
"""Possible grids of one parent that are chosen from, about 100 bytes each."""
POOL_STEPS = 10
"""Steps that look for possible grids, to one of enumeration: they are so much cheaper than what follows."""
NODES = 2_000
"""Nodes of each integer search of one parent."""


@dataclass(frozen=True)
class PartBound:
    """The bound of one parent, in the term's own unit."""

    parent: int
    value: int
    method: str
    exact: bool


@dataclass(frozen=True)
class TermBound:
    """No plan that keeps the hard rules has less of this term.

    Attributes
    ----------
    term : str
        The term's name.
    value : int
        In the term's own unit, as ``measure_terms`` counts it.
    method : str
        What it rests on; several, where parents differ, are joined by ``+``.
    exact : bool
        Whether some plan reaches it: the least value there is of this term by itself.
    parts : tuple of PartBound
        By parent, lowest first.
    """

    term: str
    value: int
    method: str
    exact: bool
    parts: tuple[PartBound, ...]

    def gap(self, value: int) -> float:
        """How far a plan with ``value`` is from the bound, relative to its value; 0 where both are 0."""
        return 0.0 if value == 0 else (value - self.value) / value


def lower_bounds(
    problem: _core.PlanProblem,
    *,
    upper: np.ndarray | None = None,
    effort: int = 40_000_000,
    lead: Lead | None = None,
    progress: Progress = False,
) -> tuple[TermBound, ...]:
    """Bound each term by itself: by enumeration or a choice among all possible grids, else by relaxation.

    Parameters
    ----------
    problem : PlanProblem
        Hard rules and terms. Terms are bounded one by one, not under those before them.
    upper : (blocks,) ndarray of int32, optional
        A plan that keeps the rules: grids whose inertia is above that of its whole parent are in no better plan, so
        that larger parents can be bounded. No bound is above its terms.
    effort : int
        Steps of enumeration for all parents and terms together, and ten times as many to find the
        possible grids; shared out evenly, so the same effort gives the same bounds. 0: relaxations only.
    lead : Lead, optional
        What `find_lead` found for this problem; its bounds count where they are higher.
    progress : bool or callable
        As everywhere.

    Returns
    -------
    tuple of TermBound
        In the order of the terms.

    Raises
    ------
    Infeasible
        When it turns out that no plan keeps the hard rules.

    Notes
    -----
    Sums add up over the parents, a balance is the largest of its parts. Where a budget of moves is
    shared by several parents each is bounded with the whole of it, which is less than exact.

    Examples
    --------
    >>> import numpy as np
    >>> graph = _core.BlockGraph(3, *(np.array(c, np.int32) for c in ([0, 1], [1, 2])),
    ...     np.array([100, 40], np.int64), np.zeros(2, np.uint8))
    >>> problem = _core.PlanProblem(graph, 2, terms=[{"name": "cut", "kind": "cut", "length": graph.border_mm}])
    >>> bound, = lower_bounds(problem)
    >>> bound.value, bound.method, bound.exact
    (40, 'enumeration', True)
    """
    # Of the whole only a budget that all parents share can tell more than its parents by themselves.
    whole = _core.bound_terms(problem) if problem.max_moved >= 0 else None
    names, kinds = problem.term_names, problem.term_kinds
    if not names:
        return ()
    split = _core.split_by_parent(problem)
    parts = split["parts"]
    share = effort // (len(parts) * len(names))
    by_part: list[list[PartBound]] = [[] for _ in names]
    with progress_callback(progress, "bounds") as on_progress:
        for done, part in enumerate(parts):
            if on_progress is not None:
                on_progress(done, len(parts))
            for term, bound in enumerate(_bound_part(part, share, _measure_part(part, upper))):
                by_part[term].append(_with_lead(bound, term, lead))
        if on_progress is not None:
            on_progress(len(parts), len(parts))
    shared = problem.max_moved >= 0 and len(parts) > 1
    return tuple(
        _gather(name, kind, whole[t] if whole else None, int(split["always"][t]), by_part[t], shared)
        for t, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )


def _with_lead(bound: PartBound, term: int, lead: Lead | None) -> PartBound:
    found = lead.parts.get(bound.parent) if lead is not None and lead.term == term else None
    if found is None or bound.exact or not (found.exact or found.bound > bound.value):
        return bound
    return PartBound(bound.parent, found.bound, found.method, found.exact)


def _measure_part(part: dict, upper: np.ndarray | None) -> list[int] | None:
    """The terms of one parent's part of a plan; None where it does not keep the part's rules."""
    if upper is None:
        return None
    own = np.asarray(upper)[part["blocks"]]
    place = np.searchsorted(part["grids"], own)
    known = np.append(part["grids"], -1)[place] == own
    grid_of = np.where(known, place, -1).astype(np.int32)
    if _core.verify_plan(part["problem"], grid_of):
        return None
    return _core.measure_terms(part["problem"], grid_of).tolist()


def _bound_part(part: dict, effort: int, upper: list[int] | None) -> list[PartBound]:
    problem, parent = part["problem"], part["parent"]
    bounds = []
    for term, (value, method) in enumerate(_core.bound_terms(problem)):
        bound = PartBound(parent, value, method, upper is not None and value == upper[term])
        found = None if effort == 0 or bound.exact else _enumerate(problem, term, effort)
        exact = found is not None
        if found is None and effort > 0 and not bound.exact:
            cap = -1 if upper is None or problem.term_kinds[term] != "inertia" else upper[term]
            found = _choose(problem, term, effort, cap)
            exact = found is not None and found.status == "optimal"
            found = found or _without_weightless(problem, term, effort, cap)
        if found is not None:
            if found.status == "infeasible":
                raise _core.Infeasible(f"parent {parent}: no plan keeps all hard rules")
            if exact or found.bounds[0] > bound.value:
                exact = exact or (upper is not None and found.bounds[0] >= upper[term])
                bound = PartBound(parent, int(found.bounds[0]), found.method, exact)
        bounds.append(bound)
    return bounds


def _choose(problem: _core.PlanProblem, term: int, effort: int, cap: int) -> Exact | None:
    at_most = [cap if t == term else -1 for t in range(len(problem.term_names))]
    pool = _core.build_grid_pool(problem, effort=POOL_STEPS * effort, most_grids=MOST_GRIDS, at_most=at_most)
    return choose_in_order(problem, pool, [term], nodes=NODES) if pool.complete else None


def _without_weightless(problem: _core.PlanProblem, term: int, effort: int, cap: int) -> Exact | None:
    """A bound, never more: blocks without weight are left out, as if several grids could pass them."""
    small = _core.leave_out_weightless(problem, term)
    if small is None:
        return None
    pool = _core.build_grid_pool(small, effort=POOL_STEPS * effort, most_grids=MOST_GRIDS, at_most=[cap])
    if not pool.complete:
        return None
    found = choose_in_order(small, pool, nodes=NODES)
    return replace(found, method="set partitioning without weightless blocks")


def _enumerate(problem: _core.PlanProblem, term: int, effort: int) -> Exact | None:
    if problem.block_count > MOST_ENUMERATED:
        return None
    best = _core.find_best_plan(problem, order=[term], at_most=[], effort=effort)
    return of_enumeration(problem, [term], best) if best["complete"] else None


def _gather(
    name: str, kind: str, whole: tuple[int, str] | None, always: int, parts: list[PartBound], shared: bool
) -> TermBound:
    value = max(p.value for p in parts) if kind == "balance" else sum(p.value for p in parts) + always
    method = "+".join(sorted({p.method for p in parts}))
    exact = all(p.exact for p in parts) and not shared
    if whole is not None and whole[0] > value:
        value, method, exact = whole[0], whole[1], False
    return TermBound(name, value, method, exact, tuple(parts))
