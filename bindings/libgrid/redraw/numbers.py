"""How many grids when that is free: numbers are tried parent by parent, and one more grid has its price."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import _core
from .._core import Infeasible, InvalidInput
from ..issues import name_some
from .asked import Asked
from .grids import PerParent, choose_grids, grids_now, held_grids, leading_weight, open_parents
from .number_range import Parent, Rule, Trial
from .problem import Stated, state_problem
from .rules import leader_weight, moved_budget, unit_weight
from .terms import UNITS
from .units import Units

ROUNDS = 8
"""Of trials at most; in each every parent that is not settled tries one number."""
PART_OF_EFFORT = 16
"""What one round takes of the whole effort: all rounds together take half at most."""
FARTHEST = 50  # numbers that are passed over because no share fits them, before a direction is given up


@dataclass(frozen=True)
class Numbers:
    """The numbers that were chosen, where the last search begins, and everything that was tried."""

    asked: Asked
    first: np.ndarray  # ids of grids by unit, None for none
    tried: pd.DataFrame
    effort_done: int


def find_numbers(units: Units, asked: Asked, first: np.ndarray, effort: int, search: Callable) -> Numbers:
    """Choose the number of grids of every parent that may change.

    Parameters
    ----------
    units, asked : Units, Asked
        With ``asked.grids`` "free".
    first : ndarray of object
        The grid that each unit begins in, None for none.
    effort : int
        Of the whole redraw, in proposed moves.
    search : callable
        (stated, labels, effort, effort spent so far) → what ``_core.redraw`` tells, or None when the time is up.

    Raises
    ------
    InvalidInput
        Level field, no limits, or a price below 0.
    Infeasible
        The limits allow no number of grids, or no number that was tried had a plan that keeps the rules.
    """
    return _Search(units, asked, first, effort, search).run()


class _Search:
    def __init__(self, units, asked, first, effort, search) -> None:
        if units.level == "field":
            raise InvalidInput("grids: at level field every team keeps one field; teams are added to the area")
        if not asked.limits:
            raise InvalidInput(
                'grids="free" needs limits that say how large a grid may be, such as '
                'limits={"households_and_shops": (30, 100)}'
            )
        self.units, self.asked, self.first, self.search = units, asked, first, search
        self.effort = max(1, effort // PART_OF_EFFORT)
        self.spent = 0
        self.rules = [
            Rule(name, wanted, unit_weight(units, name, asked.rules)) for name, wanted in asked.limits.items()
        ]
        if asked.leader is not None and asked.leader is not False:
            self.rules.append(Rule("leaders", (1, None), leader_weight(units, asked.leader)))
        self.parents = self._parents()
        self.terms: list[str] | None = None

    def run(self) -> Numbers:
        for _ in range(ROUNDS):
            numbers = {p.code: p.waiting.pop(0) if p.waiting else p.best for p in self.parents}
            if not self._round(numbers):
                break
            for parent in self.parents:
                self._look_further(parent)
            if not any(p.waiting for p in self.parents):
                break
        self._require_plans()
        asked = dataclasses.replace(self.asked, grids=self._per_parent({p.code: p.best for p in self.parents}))
        return Numbers(asked, self._begin({p.code: p.best for p in self.parents}), self._table(), self.spent)

    # -- which numbers there are ------------------------------------------------------------------------------

    def _parents(self) -> list[Parent]:
        units = self.units
        codes, names = open_parents(units)
        held = held_grids(units, self.asked)
        part, _ = _core.find_block_parts(units.graph._graph, np.ascontiguousarray(units.parent_of_unit, np.int32))
        parents = []
        for code, name, now in zip(codes.tolist(), names, grids_now(units, codes).tolist(), strict=True):
            mine = units.parent_of_unit == code
            pieces = len(np.unique(np.asarray(part)[mine]))
            own = held[(units.parent_of_grid == code) & ~units.fixed].sum()
            parent = Parent(name, code, max(1, pieces, int(own)), int(mine.sum()), now)
            for rule in self.rules:
                rule.narrow(parent, mine)
            if parent.lowest > parent.highest or not self._fits(parent, parent.lowest, 1):
                self._refuse(parent)
            wanted = [self._suggested(parent, mine), min(max(now, parent.lowest), parent.highest)]
            parent.waiting = list(dict.fromkeys(k for k in wanted if k and self._fits(parent, k)))
            parent.waiting = parent.waiting or [self._fits(parent, parent.lowest, 1)]
            parent.best = parent.waiting[0]
            parents.append(parent)
        return parents

    def _fits(self, parent: Parent, number: int, step: int = 0) -> int:
        """The number, or the next in that direction that the limits of shares can take; 0: none."""
        for _ in range(FARTHEST if step else 1):
            if not parent.lowest <= number <= parent.highest:
                return 0
            if all(rule.takes(parent, number) for rule in self.rules):
                return number
            number += step
        return 0

    def _suggested(self, parent: Parent, mine: np.ndarray) -> int:
        """What brings grids nearest to the middle of the first limit; 0 where it has no middle."""
        wanted = next(iter(self.asked.limits.values()))
        if not isinstance(wanted, (tuple, list)) or None in wanted or not sum(wanted):
            return 0
        middle = sum(wanted) / 2
        total = int(leading_weight(self.units, self.asked)[mine].sum())
        around = {min(max(int(total / middle) + i, parent.lowest), parent.highest) for i in (0, 1)}
        return min(around, key=lambda k: (abs(total / k - middle), k))

    def _refuse(self, parent: Parent):
        ids = self.units.grid_ids[(self.units.parent_of_grid == parent.code) & ~self.units.fixed]
        told = "; ".join(rule.told(parent) for rule in self.rules)
        raise Infeasible(
            f"{name_some(ids)}: no number of grids fits the blocks, locks and limits of their parent ({told}): widen a "
            "limit, or let blocks join another parent (within=)"
        )

    # -- trying them ------------------------------------------------------------------------------------------

    def _per_parent(self, numbers: dict[int, int]) -> PerParent:
        return PerParent(tuple(numbers[p.code] for p in self.parents))

    def _begin(self, numbers: dict[int, int]) -> np.ndarray:
        """Ids of grids by unit: the plan tried with that number or with the nearest one; of two as near the start."""
        ids = self.first.copy()
        for parent in self.parents:
            wanted = numbers[parent.code]
            plans = {t.number: t.plan for t in parent.tried.values() if t.kept}
            near = min([*plans, parent.now], key=lambda k: (abs(k - wanted), k != parent.now))
            if near in plans:
                ids[self.units.parent_of_unit == parent.code] = plans[near]
        return ids

    def _round(self, numbers: dict[int, int]) -> bool:
        """Try these numbers together. False: the time is up."""
        numbers = self._within_budget(numbers)
        stated = state_problem(self.units, dataclasses.replace(self.asked, grids=self._per_parent(numbers)))
        labels = labels_of_ids(stated.units, self._begin(numbers))
        found = self.search(stated, labels, self.effort, self.spent)
        if found is None:
            return False
        self.spent += int(found["effort_done"])
        names = [n for n in stated.terms if n in UNITS]
        self.terms = self.terms or names
        grid_of = np.asarray(found["grid_of"])
        parts = {}
        for part in _core.split_by_parent(stated.problem)["parts"]:
            parts[int(part["parent"])] = part
        for parent in self.parents:
            trial = self._judge(stated, parts[parent.code], grid_of, numbers[parent.code], names)
            former = parent.tried.get(trial.number)
            if former is None or self._key(trial) < self._key(former):
                parent.tried[trial.number] = trial
        return True

    def _judge(self, stated: Stated, part: dict, grid_of: np.ndarray, number: int, names: list[str]) -> Trial:
        rows, grids = part["blocks"], part["grids"]
        own = grid_of[rows]
        local = np.ascontiguousarray(np.searchsorted(grids, own), dtype=np.int32)
        # Where other terms can be asked (a team fell away), values do not compare: such numbers are left.
        if (own < 0).any() or names != self.terms or _core.verify_plan(part["problem"], local):
            return Trial(number, False)
        values = _core.measure_terms(part["problem"], local).tolist()
        terms = tuple(v / UNITS[n][1] for n, v in zip(stated.terms, values, strict=True) if n in UNITS)
        return Trial(number, True, terms, stated.units.grid_ids.to_numpy(object)[own])

    def _within_budget(self, numbers: dict[int, int]) -> dict[int, int]:
        """Parents wait with a number that dissolves grids until the budget of moves can pay for it."""
        if self.asked.max_moved is None:
            return numbers
        allowed = {p.code: max(p.now, numbers[p.code]) for p in self.parents}
        for parent in self.parents:
            tried = allowed | {parent.code: numbers[parent.code]}
            try:
                chosen = choose_grids(self.units, dataclasses.replace(self.asked, grids=self._per_parent(tried)))
                moved_budget(chosen, self.asked.max_moved)
                allowed = tried
            except Infeasible:
                parent.tried.setdefault(numbers[parent.code], Trial(numbers[parent.code], False))
        return {p.code: min(allowed[p.code], max(p.highest, numbers[p.code])) for p in self.parents}

    def _look_further(self, parent: Parent) -> None:
        if parent.waiting:
            return
        parent.best = min(parent.tried.values(), key=self._key).number
        up, down = (self._fits(parent, parent.best + i, i) for i in (1, -1))
        parent.waiting = [k for k in (up, down) if k and k not in parent.tried][:1]
        if not parent.waiting and not parent.tried[parent.best].kept:
            above, below = max(parent.tried) + 1, min(parent.tried) - 1
            ways = (self._fits(parent, above, 1), self._fits(parent, below, -1))
            parent.waiting = [k for k in ways if k and k not in parent.tried][:1]

    def _key(self, trial: Trial) -> tuple:
        """Smaller is better: rules kept, then each term times its price, then the number."""
        if not trial.kept:
            return (1, 0.0, trial.number)
        price = float(trial.number) ** self.asked.grid_price
        if self.asked.weights is not None:
            return (0, self._weighted(trial) * price, trial.number)
        return (0, *(value * price for value in trial.terms), trial.number)

    def _weighted(self, trial: Trial) -> float:
        factors = self.asked.weights
        pairs = zip(self.terms, trial.terms, strict=True)
        return sum(float(factors.get(_asked_name(n, factors), 1.0)) * v for n, v in pairs)

    def _require_plans(self) -> None:
        none = [p for p in self.parents if not any(t.kept for t in p.tried.values())]
        if none:
            p = none[0]
            numbers = ", ".join(map(str, sorted(p.tried))) or "none"
            raise Infeasible(
                f"{len(none)} parents have no plan that keeps the rules with any number of grids that was tried: "
                f"{p.name or 'the parent'} (tried {numbers}; the totals allow {p.lowest} … {p.highest}): widen a limit"
            )
        for p in self.parents:
            p.best = min(p.tried.values(), key=self._key).number

    def _table(self) -> pd.DataFrame:
        rows = []
        for p in self.parents:
            for number in sorted(p.tried):
                trial = p.tried[number]
                values = trial.terms or (np.nan,) * len(self.terms)
                key = self._key(trial)[1] if trial.kept else np.nan
                judged = key / float(p.now or 1) ** self.asked.grid_price
                rows.append((p.name, number, p.now, trial.kept, *values, judged, number == p.best))
        return pd.DataFrame(rows, columns=["parent", "grids", "today", "kept", *self.terms, "judged", "chosen"])


def _asked_name(term: str, factors: dict) -> str:
    """Inertia stands in for a response that was refused, with its factor."""
    return "response" if term == "inertia" and term not in factors else term


def labels_of_ids(units: Units, ids: np.ndarray) -> np.ndarray:
    """Labels of `units.grid_ids`, -1 for none and for grids that do not go on."""
    labels = units.grid_ids.get_indexer(pd.Index(ids, dtype=object))
    return np.ascontiguousarray(labels, dtype=np.int32)


def ids_of_labels(units: Units, labels: np.ndarray) -> np.ndarray:
    """Ids of grids by unit, None for none; no labels: none anywhere."""
    if not len(labels):
        return np.full(units.n, None)
    return np.append(units.grid_ids.to_numpy(object), None)[labels]
