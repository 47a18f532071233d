"""Which owner each block should have, whatever its grid: a tight bound for costs of owners, and a plan to begin with.

Teams of one base are one owner, so the program is small; contiguity comes in as rows that a share of the blocks breaks,
found between solutions: first of linear relaxations, then of whole ones. Every program is a relaxation, so its bound
holds. Budgets are nodes and rounds, never seconds: the same problem has the same bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .. import _core
from .set_partition import new_solver

MOST_COLUMNS = 20_000
"""Blocks × owners that are tried."""
RELAXED_ROUNDS = 40
WHOLE_ROUNDS = 12
NODES = 2_000
"""Of each whole program."""
TOLERANCE = 1e-4
"""Of each whole program, relative."""
DEAREST = 1e4
"""Costs are scaled so that the dearest is this, for the solver's sake."""


@dataclass(frozen=True)
class OwnerPlan:
    """What no plan can cost less than, and who would own each block for little more.

    Attributes
    ----------
    bound : int
        In the term's own unit.
    owner_of : (blocks,) ndarray of int32, or None
        None where the whole program had no answer within its budget.
    grid_of : (blocks,) ndarray of int32, or None
        Those blocks divided among the owners' grids. A start: it may break limits.
    """

    bound: int
    owner_of: np.ndarray | None
    grid_of: np.ndarray | None


def solve_owners(problem: _core.PlanProblem, term: int, *, whole: bool = True) -> OwnerPlan | None:
    """Bound one assignment term over all plans.

    Parameters
    ----------
    problem : PlanProblem
        With parents or without.
    term : int
        Position of a term of kind "assignment".
    whole : bool
        False: linear relaxations only, and no plan.

    Returns
    -------
    OwnerPlan or None
        None where one owner has everything or the program would have more than 20,000 columns.

    Raises
    ------
    Infeasible
        No division of the blocks among owners keeps the rules.
    InvalidInput
        The term is no assignment.

    Examples
    --------
    >>> graph = _core.BlockGraph(3, *(np.array(c, np.int32) for c in ([0, 1], [1, 2])),
    ...     np.array([100, 40], np.int64), np.zeros(2, np.uint8))
    >>> response = {"name": "response", "kind": "assignment", "owner_of_grid": np.arange(2, dtype=np.int32),
    ...     "owners": 2, "cost": np.array([1, 5, 4, 3, 2, 2])}
    >>> best = solve_owners(_core.PlanProblem(graph, 2, terms=[response]), 0)
    >>> best.bound, best.grid_of.tolist()
    (6, [0, 1, 1])
    """
    model = _core.build_owner_model(problem, term)
    if model.owners < 2 or len(model.block) > MOST_COLUMNS:
        return None
    program = _Program(problem, model)
    bound, share = program.relax()
    if share is None:
        return OwnerPlan(bound, None, None)
    owner_of = None
    if whole:
        better, owner_of = program.search()
        bound = max(bound, better)
    if owner_of is None:
        return OwnerPlan(bound, None, None)
    return OwnerPlan(bound, owner_of, _core.divide_among_grids(problem, model, owner_of))


class _Program:
    """The model in the solver, with the rows found so far."""

    def __init__(self, problem, model) -> None:
        self.problem, self.model = problem, model
        self.count = len(model.block)
        self.scale = DEAREST / max(1.0, float(model.cost.max(initial=0.0)))
        self.solver = new_solver()
        none = np.zeros(0, np.int32)
        self.solver.addCols(
            self.count, model.cost * self.scale, np.zeros(self.count), np.ones(self.count), 0,
            np.zeros(self.count, np.int32), none, np.zeros(0),
        )  # fmt: skip
        self._add(model.rows)

    def _add(self, rows: dict) -> None:
        self.solver.addRows(
            len(rows["lowest"]), rows["lowest"], rows["highest"], len(rows["column"]),
            rows["ptr"][:-1].astype(np.int32), rows["column"], rows["value"],
        )  # fmt: skip

    def _bound(self, value: float) -> int:
        """In the term's unit: costs are whole numbers, so what is above one is at least the next."""
        spare = 1e-6 * max(1.0, abs(value))
        return self.model.cheapest + max(0, math.ceil((value - spare) / self.scale - 1e-6))

    def _new_rows(self, share: np.ndarray) -> int:
        rows = _core.find_reach_rows(self.problem, self.model, np.ascontiguousarray(share))
        if len(rows["lowest"]):
            self._add(rows)
        return len(rows["lowest"])

    def relax(self) -> tuple[int, np.ndarray | None]:
        """The bound of linear relaxations; no shares where the solver gave up."""
        import highspy

        bound, share = self.model.cheapest, None
        for _ in range(RELAXED_ROUNDS):
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                raise _core.Infeasible("no division of the blocks among owners keeps the limits, connected")
            if status != highspy.HighsModelStatus.kOptimal:
                return bound, None
            bound = max(bound, self._bound(self.solver.getObjectiveValue()))
            share = np.asarray(self.solver.getSolution().col_value)
            if not self._new_rows(share):
                break
        return bound, share

    def search(self) -> tuple[int, np.ndarray | None]:
        """The bound of whole programs, and the owners of the last one."""
        import highspy

        for option, value in (("mip_rel_gap", TOLERANCE), ("mip_max_nodes", NODES)):
            self.solver.setOptionValue(option, value)
        columns = np.arange(self.count, dtype=np.int32)
        kind = np.full(self.count, int(highspy.HighsVarType.kInteger), np.uint8)
        self.solver.changeColsIntegrality(self.count, columns, kind)
        bound, owner_of = self.model.cheapest, None
        for _ in range(WHOLE_ROUNDS):
            self.solver.run()
            if self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                raise _core.Infeasible("no division of the blocks among owners keeps the limits, connected")
            info = self.solver.getInfo()
            if math.isfinite(info.mip_dual_bound):
                bound = max(bound, self._bound(info.mip_dual_bound))
            if info.primal_solution_status != 2:
                break
            share = np.rint(np.asarray(self.solver.getSolution().col_value))
            owner_of = np.full(self.problem.block_count, -1, np.int32)
            owner_of[self.model.block[share > 0.5]] = self.model.owner[share > 0.5]
            if not self._new_rows(share):
                break
        return bound, owner_of
