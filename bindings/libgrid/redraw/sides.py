"""Limits and the budget of moves as rules that may give way: what counts how far they do, and what would be needed."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np

from .asked import Asked
from .loosened import Change, Found
from .problem import SCALE, settle_fixed
from .rules import absolute_bounds, targets, unit_weight
from .terms import UNITS, TermInputs, build_term
from .units import Units, share_of


class Side:
    """One side of a limit, or the share of one: how far it would have to go."""

    def __init__(self, name: str, wanted, rules) -> None:
        self.name, self.wanted, self.rules = name, wanted, rules

    def weight(self, units: Units) -> np.ndarray:
        return unit_weight(units, self.name, self.rules)

    def loads(self, found: Found) -> np.ndarray:
        units = found.units
        return np.bincount(found.labels, weights=self.weight(units), minlength=len(units.grid_ids)).astype(np.int64)

    def lead(self, units: Units) -> dict:
        weight, target = self.weight(units), self.aim(units)
        weight, target = weight * self.scale, target.astype(np.int64)
        settle_fixed(units, weight, target)
        return {"name": "relaxed", "kind": "balance", "factor": 1.0, "weight": weight, "target": target}

    def beyond(self, found: Found) -> np.ndarray:
        """By grid whether it is beyond the side."""
        return self.off(found) & ~found.units.fixed

    def gives(self, found: Found, rows: np.ndarray) -> bool:
        return bool(self.beyond(found)[np.unique(found.labels[rows])].any())

    scale = 1


class Highest(Side):
    """The largest weight that a grid may have: the heaviest grid is made as light as can be."""

    def aim(self, units: Units) -> np.ndarray:
        return np.ones(len(units.grid_ids), np.int64)

    def off(self, found: Found) -> np.ndarray:
        return self.loads(found) > np.floor(self.wanted[1])

    def without(self, raw: Asked) -> Asked:
        return with_limit(raw, self.name, (raw.limits[self.name][0], None))

    def change(self, found: Found) -> tuple[Change, float] | None:
        beyond = self.beyond(found)
        if not beyond.any():
            return None
        high, needed = self.wanted[1], int(self.loads(found)[beyond].max())
        facts = {"limit": self.name, "asked": f"{high:,}", "needed": f"{needed:,}"}
        change = Change("LG-L040", "limits", self.name, high, needed, ids_of(found, beyond), facts)
        return change, (needed - high) / max(high, 1)

    def ask(self, raw: Asked, needed) -> Asked:
        return with_limit(raw, self.name, (raw.limits[self.name][0], needed))


class Lowest(Side):
    """The smallest weight that a grid may have: the lightest grid is made as heavy as can be."""

    def aim(self, units: Units) -> np.ndarray:
        return np.maximum(1, _parent_totals(units, self.weight(units)))

    def off(self, found: Found) -> np.ndarray:
        return self.loads(found) < np.ceil(self.wanted[0])

    def without(self, raw: Asked) -> Asked:
        return with_limit(raw, self.name, (None, raw.limits[self.name][1]))

    def change(self, found: Found) -> tuple[Change, float] | None:
        beyond = self.beyond(found)
        if not beyond.any():
            return None
        low, needed = self.wanted[0], int(self.loads(found)[beyond].min())
        facts = {"limit": self.name, "asked": f"{low:,}", "needed": f"{needed:,}"}
        change = Change("LG-L041", "limits", self.name, low, needed, ids_of(found, beyond), facts)
        return change, (low - needed) / max(low, 1)

    def ask(self, raw: Asked, needed) -> Asked:
        return with_limit(raw, self.name, (needed, raw.limits[self.name][1]))


class Share(Side):
    """A share around the target: the grid that is farthest off is brought as near as can be."""

    scale = SCALE

    def aim(self, units: Units) -> np.ndarray:
        top, bottom = targets(units, self.name, self.weight(units))
        return np.maximum(1, top.astype(object) * SCALE // bottom).astype(np.int64)

    def _bounds(self, found: Found, share: float) -> tuple[np.ndarray, np.ndarray]:
        top, bottom = targets(found.units, self.name, self.weight(found.units))
        pairs = [share_of(int(t), int(b), share) for t, b in zip(top, bottom, strict=True)]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    def off(self, found: Found) -> np.ndarray:
        low, high = self._bounds(found, float(self.wanted))
        loads = self.loads(found)
        return (loads < low) | (loads > high)

    def without(self, raw: Asked) -> Asked:
        return dataclasses.replace(raw, limits={k: v for k, v in raw.limits.items() if k != self.name})

    def change(self, found: Found) -> tuple[Change, float] | None:
        beyond = self.beyond(found)
        if not beyond.any():
            return None
        top, bottom = targets(found.units, self.name, self.weight(found.units))
        off = [
            abs(Fraction(int(w) * int(b), int(t)) - 1) if t else Fraction(0)
            for w, t, b, on in zip(self.loads(found), top, bottom, beyond, strict=True)
            if on
        ]
        needed = -((-max(off) * 10_000) // 1) / 10_000  # rounded up: the share is inclusive
        if needed > 1:
            return None
        share = float(self.wanted)
        facts = {"limit": self.name, "asked": f"{share:.2%}", "needed": f"{float(needed):.2%}"}
        change = Change("LG-L042", "limits", self.name, share, float(needed), ids_of(found, beyond), facts)
        return change, float(needed) / max(share, 0.01) - 1

    def ask(self, raw: Asked, needed) -> Asked:
        return with_limit(raw, self.name, needed)


class Moved:
    """The budget of moves: as few as can be."""

    name = "max_moved"

    def __init__(self, asked) -> None:
        self.asked = asked

    def _weight(self, units: Units) -> tuple[np.ndarray, int, str]:
        asked = self.asked
        if not isinstance(asked, dict):
            asked = {"households" if "households" in units.graph.columns else "blocks": asked}
        ((name, most),) = asked.items()
        return unit_weight(units, name), int(most), name

    def lead(self, units: Units) -> dict:
        return changes_of(units, self._weight(units)[0])

    def gives(self, found: Found, rows: np.ndarray) -> bool:
        changed = (found.units.today != found.labels) & (found.units.today >= 0)
        return bool((changed & (self._weight(found.units)[0] > 0))[rows].any())

    def without(self, raw: Asked) -> Asked:
        return dataclasses.replace(raw, max_moved=None)

    def change(self, found: Found) -> tuple[Change, float] | None:
        units = found.units
        weight, most, name = self._weight(units)
        changed = (units.today != found.labels) & (units.today >= 0)
        if units.dissolved is not None:
            changed |= units.dissolved
        needed = int(weight[changed].sum())
        if needed <= most:
            return None
        facts = {"limit": name, "asked": f"{most:,}", "needed": f"{needed:,}"}
        to = tuple(units.grid_ids[np.unique(found.labels[changed])])
        return Change("LG-L043", "max_moved", name, most, needed, to, facts), (needed - most) / max(most, 1)

    def ask(self, raw: Asked, needed) -> Asked:
        wanted = {next(iter(raw.max_moved)): needed} if isinstance(raw.max_moved, dict) else needed
        return dataclasses.replace(raw, max_moved=wanted)


def sides_of(name: str, wanted, rules) -> list[Side]:
    """What of a limit may give way."""
    if absolute_bounds(name, wanted, 0 if not isinstance(wanted, (tuple, list)) else 2**53) is None:
        return [Share(name, wanted, rules)]
    sides: list[Side] = [Highest(name, wanted, rules)] if wanted[1] is not None else []
    return [*sides, Lowest(name, wanted, rules)] if wanted[0] else sides


def changes_of(units: Units, weight: np.ndarray) -> dict:
    """What leaves today's grid, by weight, as a term."""
    given = TermInputs(None, None, "", None, np.ascontiguousarray(weight, np.int64), np.ones(units.n), None)
    return {**build_term("change", units, given), "name": "relaxed", "factor": 1.0 / UNITS["change"][1]}


def with_limit(raw: Asked, name: str, wanted) -> Asked:
    return dataclasses.replace(raw, limits={**raw.limits, name: wanted})


def ids_of(found: Found, grids: np.ndarray) -> tuple:
    return tuple(found.units.grid_ids[grids])


def _parent_totals(units: Units, weight: np.ndarray) -> np.ndarray:
    """By grid the weight of its parent."""
    if units.parent_of_grid is None:
        return np.full(len(units.grid_ids), int(weight.sum()), np.int64)
    total = np.zeros(int(max(units.parent_of_grid.max(), units.parent_of_unit.max())) + 1, np.int64)
    np.add.at(total, units.parent_of_unit, weight)
    return total[units.parent_of_grid]
