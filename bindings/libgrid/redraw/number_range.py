"""Which numbers of grids a parent could have by its blocks, pieces, locks and the totals of its limits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .rules import absolute_bounds
from .units import share_of


@dataclass
class Trial:
    """One parent with one number of grids: the best plan that the round found, and what it is worth."""

    number: int
    kept: bool  # every rule
    terms: tuple[float, ...] = ()  # in their own units
    plan: np.ndarray | None = None  # ids of grids by the parent's units


@dataclass
class Parent:
    """What has been tried for one parent."""

    name: str
    code: int
    lowest: int
    highest: int
    now: int
    waiting: list[int] = field(default_factory=list)
    tried: dict[int, Trial] = field(default_factory=dict)
    best: int = 0


class Rule:
    """One limit: which numbers of grids the totals of a parent allow."""

    def __init__(self, name: str, wanted, weight: np.ndarray) -> None:
        self.name, self.wanted, self.weight = name, wanted, weight
        self.bounds = absolute_bounds(name, wanted, int(weight.sum()))
        self.total: dict[int, int] = {}
        self.heaviest: dict[int, int] = {}

    def narrow(self, parent: Parent, mine: np.ndarray) -> None:
        total = self.total[parent.code] = int(self.weight[mine].sum())
        self.heaviest[parent.code] = int(self.weight[mine].max(initial=0))
        if self.bounds is None:
            return
        low, high = self.bounds
        if (high == 0 and total) or high < self.heaviest[parent.code]:
            parent.highest = 0
        if high:
            parent.lowest = max(parent.lowest, -(-total // high))
        if low:
            parent.highest = min(parent.highest, total // low)

    def takes(self, parent: Parent, number: int) -> bool:
        if self.bounds is not None:
            return True  # the parent's range says so
        low, high = share_of(self.total[parent.code], number, float(self.wanted))
        total = self.total[parent.code]
        return number * low <= total <= number * high and self.heaviest[parent.code] <= high

    def told(self, parent: Parent) -> str:
        allowed = f"±{float(self.wanted):.0%}" if self.bounds is None else f"{self.bounds[0]:,} … {self.bounds[1]:,}"
        total, most = self.total.get(parent.code, 0), self.heaviest.get(parent.code, 0)
        return f"{total:,} {self.name} in all, {most:,} in the heaviest block, {allowed} a grid"
