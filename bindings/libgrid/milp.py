"""Mixed-integer linear models, built as columns of numbers and solved by HiGHS with a proven bound.

A model is data: blocks of columns and blocks of rows. The solver runs on one thread with a fixed seed; its budget is
counted in nodes, so that the same model gives the same answer; seconds are a safety stop.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _core

__all__ = ["LinearModel", "Solution"]

INF = float("inf")
_LISTEN_S = 0.1  # how long Ctrl-C may wait


@dataclass(frozen=True, eq=False)
class Solution:
    """What the solver found. `values` is None when nothing was found; `bound` is what no solution can beat."""

    status: str  # "optimal" within the gap asked; "effort" or "time" stopped it before; "infeasible"
    values: np.ndarray | None
    objective: float
    bound: float
    nodes: int

    @property
    def gap(self) -> float:
        """Between objective and bound, relative to the objective; 0 when both are 0."""
        if self.values is None:
            return INF
        distance = abs(self.bound - self.objective)
        return distance / max(abs(self.objective), 1e-9) if distance > 1e-9 else 0.0


@dataclass(eq=False)
class LinearModel:
    """Columns and rows, added in blocks; nothing is solved until `solve`."""

    _low: list = field(default_factory=list)
    _high: list = field(default_factory=list)
    _integer: list = field(default_factory=list)
    _entries: list = field(default_factory=list)  # (row, column, value) of each block
    _row_low: list = field(default_factory=list)
    _row_high: list = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(self, count: int, *, low: Any = 0.0, high: Any = 1.0, integer: bool = False) -> np.ndarray:
        """Add `count` columns and return their numbers."""
        self._low.append(np.broadcast_to(np.asarray(low, float), count))
        self._high.append(np.broadcast_to(np.asarray(high, float), count))
        self._integer.append(np.full(count, integer))
        self.columns += count
        return np.arange(self.columns - count, self.columns)

    def add_rows(
        self, row: Any, column: Any, value: Any, *, low: Any = -INF, high: Any = INF, count: int
    ) -> np.ndarray:
        """Add `count` rows of which the entries are (row within the block, column, value); return their numbers."""
        row, column = np.asarray(row, np.int64), np.asarray(column, np.int64)
        self._entries.append((row + self.rows, column, np.broadcast_to(np.asarray(value, float), len(row))))
        self._row_low.append(np.broadcast_to(np.asarray(low, float), count))
        self._row_high.append(np.broadcast_to(np.asarray(high, float), count))
        self.rows += count
        return np.arange(self.rows - count, self.rows)

    def add_row(self, column: Any, value: Any = 1.0, *, low: float = -INF, high: float = INF) -> int:
        """Add one row; return its number."""
        column = np.asarray(column, np.int64)
        return int(self.add_rows(np.zeros(len(column)), column, value, low=low, high=high, count=1)[0])

    def add_entries(self, row: Any, column: Any, value: Any) -> None:
        """Put columns into rows that are there already, e.g. slack into a row that may be given up."""
        row, column = np.asarray(row, np.int64), np.asarray(column, np.int64)
        self._entries.append((row, column, np.broadcast_to(np.asarray(value, float), len(row))))

    def solve(
        self,
        cost: np.ndarray,
        *,
        maximise: bool = False,
        gap: float = 1e-6,
        nodes: int = 100_000,
        time_limit_s: float = 60.0,
        seed: int = 0,
        start: np.ndarray | None = None,
        on_nodes: Callable[[int], object] | None = None,
    ) -> Solution:
        """Solve for a cost a column.

        Parameters
        ----------
        gap : float
            Relative; the solver stops when it has proved so much.
        nodes : int
            Budget of branch and bound.
        start : (columns,) array, optional
            A solution to begin with.
        on_nodes : callable, optional
            Called on this thread some ten times a second with the nodes so far. What it raises, or Ctrl-C, ends the
            search and is raised once the solver has stopped.
        """
        import highspy

        class Quiet(highspy.Highs):  # the first thing that it does is to print its name
            def enableCallbacks(self) -> None:
                self.setOptionValue("output_flag", False)
                super().enableCallbacks()

        solver = Quiet()
        for name, value in {
            "threads": 1,
            "random_seed": int(seed) % 2**31,
            "mip_rel_gap": float(gap),
            "mip_max_nodes": int(nodes),
            "time_limit": float(time_limit_s),
        }.items():
            solver.setOptionValue(name, value)
        solver.HandleUserInterrupt = True  # so that cancelSolve ends a search
        solver.passModel(self._as_highs(highspy, cost, maximise))
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = list(np.asarray(start, float))
            solver.setSolution(given)
        _run(solver, on_nodes)
        return _answer(highspy, solver, np.asarray(cost, float), bool(np.concatenate(self._integer).any()))

    def _as_highs(self, highspy: Any, cost: np.ndarray, maximise: bool) -> Any:
        row, column, value = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        order = np.lexsort((row, column))
        row, column, value = row[order], column[order], value[order]
        # an entry given twice is the sum of both
        first = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(column) != 0)])
        row, column, value = row[first], column[first], np.add.reduceat(value, first)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.col_cost_ = np.ascontiguousarray(cost, dtype=float)
        lp.col_lower_, lp.col_upper_ = np.concatenate(self._low), np.concatenate(self._high)
        lp.row_lower_, lp.row_upper_ = np.concatenate(self._row_low), np.concatenate(self._row_high)
        lp.sense_ = highspy.ObjSense.kMaximize if maximise else highspy.ObjSense.kMinimize
        kinds = np.array([highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger], dtype=object)
        lp.integrality_ = list(kinds[np.concatenate(self._integer).astype(int)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.searchsorted(column, np.arange(self.columns + 1)).astype(np.int32)
        lp.a_matrix_.index_, lp.a_matrix_.value_ = row.astype(np.int32), value
        return lp


def _run(solver: Any, on_nodes: Callable[[int], object] | None) -> None:
    """Solve on another thread while this one listens: HiGHS's own way to do so prints, and may end the process."""
    nodes = [0]
    if on_nodes is not None:
        solver.cbMipInterrupt += lambda event: nodes.__setitem__(0, int(event.data_out.mip_node_count))
    thread = solver.startSolve()
    try:
        while not solver.wait(_LISTEN_S)[0]:
            if on_nodes is not None:
                on_nodes(nodes[0])
    except BaseException:
        solver.cancelSolve()
        raise
    finally:
        thread.join()


def _answer(highspy: Any, solver: Any, cost: np.ndarray, integer: bool) -> Solution:
    status, info = solver.getModelStatus(), solver.getInfo()
    state = highspy.HighsModelStatus
    if status == state.kInterrupt:
        raise _core.Cancelled("stopped")
    if status in (state.kInfeasible, state.kUnboundedOrInfeasible):
        return Solution("infeasible", None, float("nan"), float("nan"), int(info.mip_node_count))
    if status == state.kModelEmpty:
        return Solution("optimal", np.zeros(len(cost)), 0.0, 0.0, 0)
    done = status == state.kOptimal
    if not done and status not in (state.kTimeLimit, state.kSolutionLimit, state.kIterationLimit):
        raise _core.Error(f"the solver stopped with {status.name}")
    found = info.primal_solution_status == 2
    values = np.array(solver.getSolution().col_value) if found else None
    objective = float(cost @ values) if found else float("nan")
    bound = float(info.mip_dual_bound) if integer else objective
    word = "optimal" if done else "time" if status == state.kTimeLimit else "effort"
    return Solution(word, values, objective, bound, int(info.mip_node_count))
