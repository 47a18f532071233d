"""Small counts are hidden, and enough other cells that no subtraction brings them back.

The rule is that of health departments: counts 1…k−1 and the rates made of them are not shown, and of every
sum that is shown at least one more cell is hidden.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Mapping, Sequence

import numpy as np


class Hidden(enum.Enum):
    """A cell that is not shown: ``FEW`` says 1…k−1, ``WITHHELD`` nothing. Not a text: pandas would eat it."""

    FEW = "few"
    WITHHELD = "withheld"


FEW, WITHHELD = Hidden.FEW, Hidden.WITHHELD

ROUNDS = 60  # each round only narrows: stopping early misses no more than a slow squeeze

PRIME = 2_147_483_647  # products of two residues fit int64

Equation = tuple[Hashable, Sequence[Hashable]]


class Cells:
    """Counts that will be shown or can be computed from what is shown, and the sums that tie them.

    A *virtual* cell is not shown itself, but is the difference of shown ones ("all but the migrants"). Hiding
    it costs the reader nothing, so it is chosen first.
    """

    def __init__(self, k: int = 10):
        self.k = k
        self.values: dict[Hashable, int] = {}
        self.virtual: set[Hashable] = set()
        self.equations: list[Equation] = []
        self.withheld: set[Hashable] = set()  # not shown for another reason, whatever they hold

    def add(self, key: Hashable, value) -> bool:
        """Take a count; a missing one (None, NaN) is no cell."""
        if value is None or not np.isfinite(value):
            return False
        self.values[key] = round(float(value))
        return True

    def tie(self, total: Hashable, parts: Sequence[Hashable], rest: Hashable | None = None) -> None:
        """Say that the parts add up to the total; what is missing from it becomes the virtual cell ``rest``.

        Nothing is tied where a cell is missing or the parts exceed the total: then they are not parts of it.
        """
        parts = [part for part in parts if part in self.values]
        if total not in self.values or not parts:
            return
        difference = self.values[total] - sum(self.values[part] for part in parts)
        if difference < 0:
            return
        if difference or rest is not None:
            rest = rest if rest is not None else ("rest", total, len(self.equations))
            self.values[rest] = difference
            self.virtual.add(rest)
            parts = [*parts, rest]
        self.equations.append((total, tuple(parts)))

    def hide(self) -> Mapping[Hashable, Hidden]:
        """The cells to hide and why; deterministic, ties go to the cell that was added first."""
        hidden = {key: FEW for key, value in self.values.items() if 0 < value < self.k}
        for key in self.values:
            if key in self.withheld:
                hidden.setdefault(key, WITHHELD)
        while True:
            before = dict(hidden)
            for total, parts in self.equations:
                self._protect(total, parts, hidden)
            if hidden != before:
                continue
            exposed = self._determined(hidden) | self._squeezed(hidden)
            if not exposed:
                return hidden
            # Hide what stands in a sum with them; where that is hidden, what stands in a sum with that.
            reach = set(exposed)
            while hidden == before:
                ring = [(total, *parts) for total, parts in self.equations if reach & {total, *parts}]
                for members in ring:
                    self._hide_all(members, hidden)
                wider = reach.union(*ring)
                if wider == reach:
                    break
                reach = wider
            if hidden == before:
                # Nothing is left to hide: take back even the word that they are few.
                hidden |= dict.fromkeys(exposed, WITHHELD)
                if hidden == before:
                    return hidden

    def _hide_all(self, members, hidden) -> None:
        for member in members:
            hidden.setdefault(member, WITHHELD)

    def _protect(self, total, parts, hidden) -> None:
        members = (total, *parts)
        while True:
            unknown = [member for member in members if member in hidden]
            if not unknown:
                return
            # A reader may guess that a withheld cell is ≥ k: only 2k−2 leaves a "few" cell its whole range.
            slack = any(hidden[m] is WITHHELD and self.values[m] >= 2 * self.k - 2 for m in unknown)
            safe = slack or hidden.get(total) is FEW or all(hidden[m] is WITHHELD for m in unknown)
            if len(unknown) > 1 and safe:
                return
            shown = [member for member in members if member not in hidden]
            if not shown:
                return
            large = [m for m in shown if self.values[m] >= 2 * self.k - 2]
            if not large and len(unknown) > 1:
                self._hide_all(shown, hidden)
                return
            pick = min(large or shown, key=lambda m: (m not in self.virtual, self.values[m] == 0, self.values[m]))
            hidden[pick] = WITHHELD

    def _determined(self, hidden) -> set[Hashable]:
        """Small cells that the equations together still determine: alone in a row of the reduced system."""
        unknown = {key: column for column, key in enumerate(hidden)}
        rows = []
        for total, parts in self.equations:
            row = np.zeros(len(unknown), dtype=np.int64)
            for key, sign in [(total, 1), *((part, -1) for part in parts)]:
                if key in unknown:
                    row[unknown[key]] += sign
            if row.any():
                rows.append(row % PRIME)
        keys = list(unknown)
        alone = [keys[column] for column in _lone_columns(np.array(rows))] if rows else []
        return {key for key in alone if 0 < self.values[key] < self.k}

    def _squeezed(self, hidden) -> set[Hashable]:
        """Small cells that a reader pins down with bounds: "few" is 1…k−1, no count is negative."""
        known = {key: (value, value) for key, value in self.values.items() if key not in hidden}
        few = {key for key, mark in hidden.items() if mark is FEW and key not in self.virtual}
        bounds = known | {key: (1, self.k - 1) if key in few else (0, np.inf) for key in hidden}
        for _ in range(ROUNDS):
            before = dict(bounds)
            for total, parts in self.equations:
                low, high = (sum(bounds[part][side] for part in parts) for side in (0, 1))
                endless = sum(bounds[part][1] == np.inf for part in parts)
                finite = high if not endless else sum(h for _, h in (bounds[part] for part in parts) if h < np.inf)
                at_least, at_most = _tighten(bounds, total, low, high)
                for part in parts:
                    part_low, part_high = bounds[part]
                    alone = endless == (part_high == np.inf)
                    others_high = finite - (0 if part_high == np.inf else part_high) if alone else np.inf
                    _tighten(bounds, part, at_least - others_high, at_most - (low - part_low))
            if bounds == before:
                break
        return {key for key in hidden if 0 < self.values[key] < self.k and bounds[key][0] == bounds[key][1]}


def _tighten(bounds, key, low, high) -> tuple[float, float]:
    bounds[key] = (max(bounds[key][0], low), min(bounds[key][1], high))
    return bounds[key]


def _lone_columns(matrix: np.ndarray) -> list[int]:
    """Columns that are the only one of a row once the matrix is reduced (exact, modulo a prime)."""
    top = 0
    for column in range(matrix.shape[1]):
        below = np.flatnonzero(matrix[top:, column])
        if not below.size:
            continue
        matrix[[top, top + below[0]]] = matrix[[top + below[0], top]]
        matrix[top] = matrix[top] * pow(int(matrix[top, column]), -1, PRIME) % PRIME
        others = np.flatnonzero(matrix[:, column])
        others = others[others != top]
        used = np.flatnonzero(matrix[top])
        block = np.ix_(others, used)
        matrix[block] = (matrix[block] - np.outer(matrix[others, column], matrix[top, used])) % PRIME
        top += 1
        if top == len(matrix):
            break
    return [int(np.flatnonzero(row)[0]) for row in matrix if np.count_nonzero(row) == 1]
