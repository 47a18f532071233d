"""The best choice among all grids that a plan could have: set partitioning by column generation, with safe bounds.

Bounds hold whatever the solver's tolerances: any prices of blocks bound every plan from below once each kind of grid is
priced over the whole pool (Lagrangian duality; Mehrotra, Johnson & Nemhauser 1998 used the model for districts).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .. import _core

MOST_COLUMNS = 250_000
"""Grids that one integer model may hold."""
ADDED_AT_ONCE = 150
"""Grids of each kind that a round of pricing brings in."""
MOST_ROUNDS = 400


def new_solver():
    """A silent HiGHS on one thread with a fixed seed, so that runs repeat."""
    import highspy

    class Quiet(highspy.Highs):  # the first thing that it does is to print its name
        def enableCallbacks(self) -> None:
            self.setOptionValue("output_flag", False)
            super().enableCallbacks()

    solver = Quiet()
    for option, value in (("threads", 1), ("random_seed", 0)):
        solver.setOptionValue(option, value)
    return solver


def add_rows(solver, rows: dict) -> None:
    """Rows as the core gives them (ptr, column, value, lowest, highest) into the solver."""
    solver.addRows(
        len(rows["lowest"]), rows["lowest"], rows["highest"], len(rows["column"]),
        rows["ptr"][:-1].astype(np.int32), rows["column"], rows["value"],
    )  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Grids of the pool that make a plan (None: none was found), what they cost, and what no choice costs less than."""

    columns: np.ndarray | None
    value: float
    bound: float
    proved: bool


@dataclass
class Rules:
    """What a choice must keep besides holding every block once: grids that may be used, and sums that are capped."""

    usable: np.ndarray
    caps: list[tuple[np.ndarray, float]] = field(default_factory=list)


def choose_grids(
    pool: _core.GridPool, cost: np.ndarray, rules: Rules, *, nodes: int, time_limit_s: float, whole: bool = True
) -> Choice:
    """Minimise the sum of ``cost`` over the chosen grids.

    ``whole``: costs are whole numbers, so a bound may be rounded up. ``nodes`` is the budget of each integer search.
    """
    master = _Master(pool, cost, rules)
    if not master.feasible():
        return Choice(None, math.inf, math.inf, True)
    bound, prices, least = master.price_out(cost)
    if whole:
        bound = math.ceil(bound - 1e-6)
    if math.isinf(bound):
        return Choice(None, math.inf, math.inf, True)
    first = master.whole_relaxation(cost) or master.search(master.columns, nodes, time_limit_s)
    room = (math.inf if first.columns is None else first.value) - bound
    if first.columns is not None and room < (1.0 if whole else 1e-9 * max(1.0, abs(first.value))):
        return Choice(first.columns, first.value, first.value if whole else bound, True)
    # A grid that is dearer than the room between plan and bound is in no better plan.
    spare = master.reduced(cost, prices) - least[pool.kind]
    kept = np.flatnonzero(rules.usable & (spare <= room + 1e-6 * max(1.0, abs(bound))))
    if len(kept) > MOST_COLUMNS:
        return Choice(first.columns, first.value, bound, False)
    last = master.search(kept, nodes, time_limit_s)
    best = last if last.columns is not None and not last.value > first.value else first
    if last.proved:
        return Choice(best.columns, best.value, best.value, True)
    return Choice(best.columns, best.value, max(bound, last.bound), False)


class _Master:
    """The linear relaxation over the grids brought in so far, with stand-ins that hold any block at a high price."""

    def __init__(self, pool: _core.GridPool, cost: np.ndarray, rules: Rules) -> None:
        self.pool, self.rules = pool, rules
        self.cost = np.asarray(cost, float)
        self.counts = np.array([len(k) for k in pool.kinds], float)
        self.blocks = pool.block_count
        self.columns = np.zeros(0, np.int64)
        self.share = np.zeros(0)
        usable = self.cost[rules.usable]
        self.high = 2.0 * float(np.abs(usable).max(initial=1.0)) + 1.0
        # Only usable grids are priced: the others cost too much to be chosen.
        self.never = np.where(rules.usable, 0.0, np.inf)

    def reduced(self, cost: np.ndarray, prices: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        """What each grid costs above the prices of its blocks and of the capped sums."""
        block, cap = prices
        value = self._effective(cost, cap)
        return value - np.add.reduceat(block[self.pool.block], self.pool.ptr[:-1])

    def _effective(self, cost: np.ndarray, cap: np.ndarray) -> np.ndarray:
        value = np.asarray(cost, float) + self.never
        for price, (amount, _) in zip(cap, self.rules.caps, strict=True):
            value = value - price * amount
        return value

    def _lagrangian(self, cost, block, cap) -> tuple[float, np.ndarray, np.ndarray]:
        """The safe bound at these prices, and the least reduced cost by kind."""
        least, _ = self.pool.price(self._effective(cost, cap), block, np.full(len(self.counts), -np.inf), 0)
        bound = block.sum() + sum(p * most for p, (_, most) in zip(cap, self.rules.caps, strict=True))
        total = float(bound + (self.counts * least).sum())
        scale = np.abs(block).sum() + np.abs(self.counts[np.isfinite(least)] * least[np.isfinite(least)]).sum()
        return total - 1e-11 * float(scale), least, block

    def feasible(self) -> bool:
        """Whether the relaxation holds at all; brings in the grids that show it."""
        bound, _, _ = self.price_out(np.zeros(len(self.cost)), stand_in=1.0)
        return bound <= 1e-7

    def price_out(self, cost: np.ndarray, stand_in: float | None = None):
        """Brings grids in until none pays any more: the best safe bound met, its prices and least reduced costs."""
        solver = self._solver(cost, self.high if stand_in is None else stand_in)
        best = (-math.inf, (np.zeros(self.blocks), np.zeros(len(self.rules.caps))), np.zeros(len(self.counts)))
        known = np.zeros(len(self.cost), bool)
        known[self.columns] = True
        for _ in range(MOST_ROUNDS):
            solver.run()
            solution = solver.getSolution()
            self.share = np.asarray(solution.col_value)[self.blocks + 2 * len(self.counts) :]
            dual = np.asarray(solution.row_dual)
            block = dual[: self.blocks]
            cap = np.minimum(dual[self.blocks + len(self.counts) :], 0.0)
            bound, least, _ = self._lagrangian(cost, block, cap)
            if bound > best[0]:
                best = (bound, (block, cap), least)
            kind = dual[self.blocks : self.blocks + len(self.counts)]
            objective = solver.getObjectiveValue()
            slack = 1e-9 * max(1.0, abs(objective))
            if objective - best[0] <= slack or (stand_in is not None and objective <= 1e-9):
                break
            _, grids = self.pool.price(self._effective(cost, cap), block, kind - slack, ADDED_AT_ONCE)
            grids = grids[~known[grids]]
            if not len(grids):
                break
            known[grids] = True
            self._add(solver, grids, cost)
            self.columns = np.concatenate([self.columns, grids])
        return best

    def whole_relaxation(self, cost: np.ndarray) -> Choice | None:
        """The relaxation's own answer where it happens to choose whole grids."""
        chosen = self.share > 0.5
        if np.abs(self.share - chosen).max(initial=0.0) > 1e-7 or chosen.sum() != self.counts.sum():
            return None
        columns = self.columns[chosen]
        held = np.concatenate([self.pool.block[self.pool.ptr[c] : self.pool.ptr[c + 1]] for c in columns])
        if len(held) != self.blocks or any(a[columns].sum() > most for a, most in self.rules.caps):
            return None
        return Choice(columns, float(np.asarray(cost, float)[columns].sum()), -math.inf, False)

    def _solver(self, cost: np.ndarray, stand_in: float):
        solver = new_solver()
        rows = np.concatenate([np.ones(self.blocks), self.counts])
        highest = np.concatenate([rows, [most for _, most in self.rules.caps]])
        lowest = np.concatenate([rows, np.full(len(self.rules.caps), -math.inf)])
        none = np.zeros(0, np.int32)
        solver.addRows(len(highest), lowest, highest, 0, np.zeros(len(highest), np.int32), none, np.zeros(0))
        # Stand-ins: a block held by nobody, a grid that is nothing. They leave when real grids do it cheaper.
        kinds = np.arange(len(self.counts)) + self.blocks
        row = np.concatenate([np.arange(self.blocks), kinds, kinds]).astype(np.int32)
        value = np.concatenate([np.ones(self.blocks + len(kinds)), -np.ones(len(kinds))])
        n = len(row)
        solver.addCols(
            n, np.full(n, stand_in), np.zeros(n), np.full(n, math.inf), n, np.arange(n, dtype=np.int32), row, value
        )
        self._add(solver, self.columns, cost)
        return solver

    def _entries(self, grids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The model's columns of these grids: starts, rows, values."""
        pool, caps = self.pool, self.rules.caps
        sizes = (pool.ptr[grids + 1] - pool.ptr[grids]).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes + 1 + len(caps))])
        index = np.empty(starts[-1], np.int32)
        value = np.ones(starts[-1])
        steps = np.arange(sizes.sum())
        first = np.cumsum(sizes) - sizes
        inside = np.repeat(pool.ptr[grids] - first, sizes) + steps
        place = np.repeat(starts[:-1] - first, sizes) + steps
        index[place] = pool.block[inside]
        after = starts[:-1] + sizes
        index[after] = self.blocks + pool.kind[grids]
        for c, (amount, _) in enumerate(caps):
            index[after + 1 + c] = self.blocks + len(self.counts) + c
            value[after + 1 + c] = amount[grids]
        return starts, index, value

    def _add(self, solver, grids: np.ndarray, cost: np.ndarray) -> None:
        if not len(grids):
            return
        starts, index, value = self._entries(grids)
        n = len(grids)
        solver.addCols(
            n, np.asarray(cost, float)[grids], np.zeros(n), np.full(n, np.inf), len(index),
            starts[:-1].astype(np.int32), index, value,
        )  # fmt: skip

    def search(self, grids: np.ndarray, nodes: int, time_limit_s: float) -> Choice:
        """The best plan made of these grids, by branch and bound."""
        import highspy

        if not len(grids):
            return Choice(None, math.inf, math.inf, True)
        starts, index, value = self._entries(grids)
        caps = self.rules.caps
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(grids), self.blocks + len(self.counts) + len(caps)
        lp.col_cost_ = self.cost[grids]
        lp.col_lower_, lp.col_upper_ = np.zeros(len(grids)), np.ones(len(grids))
        rows = np.concatenate([np.ones(self.blocks), self.counts])
        lp.row_lower_ = np.concatenate([rows, np.full(len(caps), -np.inf)])
        lp.row_upper_ = np.concatenate([rows, [most for _, most in caps]])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts.astype(np.int32), index, value
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(grids)
        solver = new_solver()
        for option, setting in (
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 1e-6),
            ("mip_max_nodes", nodes),
            ("mip_detect_symmetry", False),
            ("time_limit", time_limit_s),
        ):
            solver.setOptionValue(option, setting)
        solver.passModel(lp)
        solver.run()
        status, info = solver.getModelStatus(), solver.getInfo()
        proved = status in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInfeasible)
        if status == highspy.HighsModelStatus.kInfeasible or info.primal_solution_status != 2:
            return Choice(None, math.inf, math.inf if proved else info.mip_dual_bound, proved)
        chosen = grids[np.asarray(solver.getSolution().col_value) > 0.5]
        total = float(self.cost[chosen].sum())
        return Choice(chosen, total, total if proved else info.mip_dual_bound, proved)
