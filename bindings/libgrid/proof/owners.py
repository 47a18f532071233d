"""Which owner each block should have, whatever its grid: a tight bound for costs of owners, and a plan to begin with.

Teams of one base are one owner, so the program is small; contiguity comes in as rows that a share of the blocks breaks,
found between solutions: first of linear relaxations, then of whole ones. Every program is a relaxation, so its bound
holds. Budgets are nodes and rounds, never seconds: the same problem has the same bound.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np

from .. import _core
from .assignment import solve_assignment
from .set_partition import add_rows, new_solver

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


MOST_EXACT = 1_500
"""Blocks × grids that are solved grid by grid as well."""
MOST_PARENTS = 16
"""Problems with more parents are left to searches and bounds of each."""


@dataclass(frozen=True)
class OwnerPlan:
    """What no plan can cost less than, and plans to begin with whose owners cost little more.

    Attributes
    ----------
    bound : int
        In the term's own unit.
    method : str
        "owners in shares" (linear relaxations), "owners" (whole programs) or "assignment" (grid by grid, connected).
    exact : bool
        Whether the first start reaches the bound and keeps every rule.
    starts : tuple of (blocks,) ndarray of int32
        Owners' blocks divided among their grids. Limits may be missed, and blocks be without a grid (-1).
    """

    bound: int
    method: str
    exact: bool
    starts: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Lead:
    """The first assignment term that counts, bounded parent by parent, and starts for the whole."""

    term: int
    parts: dict[int, OwnerPlan]
    starts: tuple[np.ndarray, ...]


def find_lead(problem: _core.PlanProblem, *, whole: bool, end: float = math.inf) -> Lead | None:
    """Bound the first assignment term where it leads, and find plans to begin with.

    None where another kind of term leads, or where there are more than 16 parents. ``whole`` and ``end`` as in
    `solve_owners`. Raises Infeasible as it does.
    """
    kinds, factors = problem.term_kinds, problem.term_factors
    counts = [t for t, kind in enumerate(kinds) if kind == "assignment" and (not problem.weighted or factors[t] > 0)]
    if not counts or (not problem.weighted and counts[0] != 0):
        return None
    split = _core.split_by_parent(problem)["parts"]
    if len(split) > MOST_PARENTS:
        return None
    parts, starts = {}, [np.full(problem.block_count, -1, np.int32)]
    for part in split:
        if len(part["grids"]) < 2:
            continue
        found = solve_owners(part["problem"], counts[0], whole=whole, end=end)
        if found is None:
            continue
        parts[part["parent"]] = found
        while len(starts) < len(found.starts):
            starts.append(starts[0].copy())
        for i, start in enumerate(starts):
            if found.starts:
                own = found.starts[min(i, len(found.starts) - 1)]
                start[part["blocks"]] = np.append(part["grids"], -1)[own]
    return Lead(counts[0], parts, tuple(starts) if any(p.starts for p in parts.values()) else ())


def solve_owners(
    problem: _core.PlanProblem, term: int, *, whole: bool = True, end: float = math.inf
) -> OwnerPlan | None:
    """Bound one assignment term over all plans.

    Parameters
    ----------
    problem : PlanProblem
        With parents or without.
    term : int
        Position of a term of kind "assignment".
    whole : bool
        False: linear relaxations only: a tenth of a second for 250 blocks and 20 teams. True: whole programs too, up
        to some minutes, each with a start of its own.
    end : float
        A safety stop on `time.monotonic`, asked between programs; where it strikes, results may differ between runs.

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
    >>> best.bound, best.starts[0].tolist()
    (6, [0, 1, 1])
    """
    model = _core.build_owner_model(problem, term)
    if model.owners < 2 or len(model.block) > MOST_COLUMNS:
        return None
    program = _Program(problem, model)
    bound, share = program.relax()
    if share is None:
        return OwnerPlan(bound, "owners in shares", False, ())
    owners = [program.most_held(share)]
    better = -1
    if whole:
        better, found = program.search(end)
        owners += found
    starts, seen = [], set()
    for owner_of in owners:
        if owner_of.tobytes() not in seen:
            starts.append(_core.divide_among_grids(problem, model, owner_of))
        seen.add(owner_of.tobytes())
    method = "owners" if better > bound else "owners in shares"
    bound = max(bound, better)
    if whole and problem.block_count * len(model.owner_of_grid) <= MOST_EXACT:
        left = max(0.0, end - time.monotonic())
        best = solve_assignment(problem, order=[term], nodes=NODES, time_limit_s=left)
        if best.status == "infeasible":
            raise _core.Infeasible("no connected plan keeps the limits: all were ruled out")
        if best.grid_of is not None:
            starts.insert(0, best.grid_of)
        if best.status == "optimal":
            return OwnerPlan(int(best.bounds[0]), "assignment", True, tuple(starts))
        if best.bounds[0] > bound:
            bound, method = int(best.bounds[0]), "assignment"
    return OwnerPlan(bound, method, False, tuple(starts))


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
        add_rows(self.solver, model.rows)

    def _bound(self, value: float) -> int:
        """In the term's unit: costs are whole numbers, so what is above one is at least the next."""
        spare = 1e-6 * max(1.0, abs(value))
        return self.model.cheapest + max(0, math.ceil((value - spare) / self.scale - 1e-6))

    def _new_rows(self, share: np.ndarray) -> int:
        rows = _core.find_reach_rows(self.problem, self.model, np.ascontiguousarray(share))
        if len(rows["lowest"]):
            add_rows(self.solver, rows)
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

    def most_held(self, share: np.ndarray) -> np.ndarray:
        """Each block's owner with the largest share, of equals the last."""
        order = np.lexsort((share, self.model.block))
        owner_of = np.full(self.problem.block_count, -1, np.int32)
        owner_of[self.model.block[order]] = self.model.owner[order]
        return owner_of

    def search(self, end: float) -> tuple[int, list[np.ndarray]]:
        """The bound of whole programs, and the owners of each."""
        import highspy

        for option, value in (("mip_rel_gap", TOLERANCE), ("mip_max_nodes", NODES)):
            self.solver.setOptionValue(option, value)
        columns = np.arange(self.count, dtype=np.int32)
        kind = np.full(self.count, int(highspy.HighsVarType.kInteger), np.uint8)
        self.solver.changeColsIntegrality(self.count, columns, kind)
        bound, owners = self.model.cheapest, []
        for _ in range(WHOLE_ROUNDS):
            if time.monotonic() > end:
                break
            self.solver.run()
            if self.solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                raise _core.Infeasible("no division of the blocks among owners keeps the limits, connected")
            info = self.solver.getInfo()
            if math.isfinite(info.mip_dual_bound):
                bound = max(bound, self._bound(info.mip_dual_bound))
            if info.primal_solution_status != 2:
                break
            share = np.rint(np.asarray(self.solver.getSolution().col_value))
            owners.append(self.most_held(share))
            if not self._new_rows(share):
                break
        return bound, owners
