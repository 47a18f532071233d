"""Plans proved best where owners are given: an assignment program with separator cuts, for some hundred blocks.

HiGHS takes no cuts while it searches, so programs are solved in rounds: first linear relaxations, then whole ones, each
with the separators that the last answer broke. Every round is a relaxation, so its bound holds.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .. import _core
from .exact import Exact
from .set_partition import add_rows, new_solver

ROUNDS = 60
"""Of cuts, for each term: relaxed and whole together."""
RELAXED_ROUNDS = 20
"""Of them relaxed at most: later ones raise the bound by little."""


def solve_assignment(
    problem: _core.PlanProblem,
    *,
    order: list[int] | None = None,
    start: np.ndarray | None = None,
    gap: float = 0.0,
    nodes: int = 20_000,
    time_limit_s: float = math.inf,
    on_bound: Callable[[int, float, float], object] | None = None,
) -> Exact:
    """Solve for assignment and balance terms, in order, one after the other.

    Parameters
    ----------
    problem : PlanProblem
        With parents or without. Other kinds of terms may be there but not in ``order``.
    order : list of int, optional
        Terms that count, most important first; by default all.
    start : ndarray of int32, optional
        A plan that keeps the rules, to fall back on.
    gap : float
        Relative: a plan that is proved to be so near the best is enough; its status is then "stopped".
    nodes : int
        Nodes of each search of the integer solver.
    time_limit_s : float
        A safety stop for the whole; where it strikes, results may differ between runs.
    on_bound : callable, optional
        Gets (term, value or inf, bound) after every round; what it raises stops the work.

    Returns
    -------
    Exact
        ``method`` is "assignment"; see ``_exact``.

    Raises
    ------
    InvalidInput
        When a term of the order is a cut, an inertia or of Polsby–Popper.

    Examples
    --------
    >>> graph = _core.BlockGraph(3, *(np.array(c, np.int32) for c in ([0, 1], [1, 2])),
    ...     np.array([100, 40], np.int64), np.zeros(2, np.uint8))
    >>> response = {"name": "response", "kind": "assignment", "owner_of_grid": np.arange(2, dtype=np.int32),
    ...     "owners": 2, "cost": np.array([1, 5, 4, 3, 2, 2])}
    >>> best = solve_assignment(_core.PlanProblem(graph, 2, terms=[response]))
    >>> best.grid_of.tolist(), best.terms.tolist(), best.status
    ([0, 1, 1], [6], 'optimal')
    """
    order = list(range(len(problem.term_names))) if order is None else order
    for t in order:
        if problem.term_kinds[t] in ("cut", "inertia", "polsby_popper"):
            raise _core.InvalidInput(
                f"term {problem.term_names[t]}: an assignment program knows no {problem.term_kinds[t]}"
            )
    rounds = _Rounds(problem, start, gap, nodes, time_limit_s, on_bound)
    bounds: list[float] = []
    status = "optimal"
    for t in order or [-1]:
        bound, status = rounds.minimise(t)
        bounds.append(bound)
        if status != "optimal":
            break
    bounds += [math.inf if status == "infeasible" else -math.inf] * (len(order) - len(bounds))
    if rounds.best is None:
        return Exact(None, None, tuple(bounds), "assignment", status)
    return Exact(rounds.best, _core.measure_terms(problem, rounds.best), tuple(bounds), "assignment", status)


class _Rounds:
    """The program with the cuts found so far, and the best connected plan."""

    def __init__(self, problem, start, gap, nodes, time_limit_s, on_bound) -> None:
        import time

        self.problem, self.on_bound = problem, on_bound
        self.model = _core.build_assignment_model(problem)
        self.clock = time.monotonic
        self.end = self.clock() + time_limit_s
        self.gap = gap
        self.best = None
        if start is not None and not _core.verify_plan(problem, np.ascontiguousarray(start, np.int32)):
            self.best = np.ascontiguousarray(start, np.int32)
        self.solver = new_solver()
        self.solver.setOptionValue("mip_rel_gap", gap)
        self.solver.setOptionValue("mip_abs_gap", 0.5)
        self.solver.setOptionValue("mip_max_nodes", nodes)
        model = self.model
        columns = model.cost.shape[1]
        self.whole = len(model.block)
        upper = np.concatenate([np.ones(self.whole), np.full(columns - self.whole, math.inf)])
        none = np.zeros(0, np.int32)
        self.solver.addCols(
            columns, np.zeros(columns), np.zeros(columns), upper, 0, np.zeros(columns, np.int32), none, np.zeros(0)
        )
        add_rows(self.solver, model.rows)

    def _set_kind(self, whole: bool) -> None:
        import highspy

        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        columns = np.arange(self.whole, dtype=np.int32)
        self.solver.changeColsIntegrality(self.whole, columns, np.full(self.whole, int(kind), np.uint8))

    def minimise(self, term: int) -> tuple[float, str]:
        """The bound of one term under the rows so far, which then include that it gets no worse."""
        cost = self.model.cost[term] if term >= 0 else np.zeros(self.model.cost.shape[1])
        self.solver.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        value = math.inf if self.best is None else self._value(term, self.best)
        bound, whole = -math.inf, False
        balance = term >= 0 and self.problem.term_kinds[term] == "balance"
        self._set_kind(False)
        for relaxed in range(1, ROUNDS + 1):
            if self.clock() > self.end:
                return bound, "stopped"
            self.solver.setOptionValue("time_limit", max(0.1, self.end - self.clock()))
            state, found, share = self._run(whole)
            if state == "infeasible":
                return math.inf, "infeasible"
            spare = 1e-6 * max(1.0, abs(found))
            # A balance is rounded down when it is measured, sums are whole.
            if math.isfinite(found):
                bound = max(bound, math.floor(found - spare) if balance else math.ceil(found - spare))
            rows = None if share is None else _core.find_separators(self.problem, self.model, share)
            if rows is not None and whole and not len(rows["lowest"]):
                value = self._keep(term, share, value)
            if self.on_bound is not None:
                self.on_bound(term, value, bound)
            if value <= bound:
                break
            if state == "stopped" and (rows is None or not len(rows["lowest"])):
                return bound, "stopped"
            if len(rows["lowest"]):
                add_rows(self.solver, rows)
            if not whole and (not len(rows["lowest"]) or relaxed == RELAXED_ROUNDS):
                whole = True
                self._set_kind(True)
            elif len(rows["lowest"]):
                continue
            elif whole:
                bound = bound if self.gap > 0 else value  # the solver's optimum, within its tolerance, is connected
                break
        else:
            return bound, "stopped"
        if value > bound:
            return bound, "stopped"
        if term >= 0:
            columns = np.arange(len(cost), dtype=np.int32)
            room = 1 - 1e-6 if balance else 0.5
            self.solver.addRow(-math.inf, value + room, len(cost), columns, np.ascontiguousarray(cost))
        return bound, "optimal"

    def _run(self, whole: bool):
        import highspy

        self.solver.run()
        status, info = self.solver.getModelStatus(), self.solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            return "infeasible", math.inf, None
        state = "optimal" if status == highspy.HighsModelStatus.kOptimal else "stopped"
        has_plan = info.primal_solution_status == 2
        share = np.asarray(self.solver.getSolution().col_value) if has_plan else None
        if whole:
            return state, info.mip_dual_bound, share
        return state, self.solver.getObjectiveValue() if state == "optimal" else -math.inf, share

    def _value(self, term: int, plan: np.ndarray) -> float:
        return 0.0 if term < 0 else float(_core.measure_terms(self.problem, plan)[term])

    def _keep(self, term: int, share: np.ndarray, value: float) -> float:
        """Takes the plan over if it keeps all rules and is better."""
        plan = np.full(self.problem.block_count, -1, np.int32)
        chosen = share[: self.whole] > 0.5
        plan[self.model.block[chosen]] = self.model.grid[chosen]
        if _core.verify_plan(self.problem, plan):
            return value
        own = self._value(term, plan)
        if own < value or self.best is None:
            self.best = plan
        return min(own, value)
