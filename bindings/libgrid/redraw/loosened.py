"""A question without one of its rules, and what is to be asked instead of it when a plan turns up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .asked import Asked
from .problem import Stated
from .units import Units

OTHER_KIND = 10.0
"""How far a rule that is dropped counts at least: wider limits and budgets are nearer, up to ten times as wide."""


@dataclass(frozen=True)
class Change:
    """One keyword of `lg.redraw` that is asked differently."""

    code: str
    rule: str
    name: str  # of the limit or weight, else empty
    asked: object
    needed: object
    grids: tuple  # ids of the grids that need it
    facts: dict


@dataclass(frozen=True)
class Answer:
    """What to ask instead, in one or more keywords, and how far it is from what was asked."""

    changes: tuple[Change, ...]
    far: float


@dataclass(frozen=True)
class Found:
    """A plan under loosened rules."""

    stated: Stated
    labels: np.ndarray
    exact: bool  # no plan needs less
    raw: Asked  # what was asked instead

    @property
    def units(self) -> Units:
        return self.stated.units


@dataclass(frozen=True)
class Loosened:
    """The question without a rule.

    `raws` are tried in their order until one has a plan. `lead` makes the terms that count how far the rule gives way,
    `gives` says whether it does in some units, `answer` turns a plan into what to ask; None where the rule stood in
    nobody's way. `last`: only where nothing else helps.
    """

    raws: tuple[Asked, ...]
    answer: Callable[[Found, Callable], tuple[Answer, Found] | None]
    lead: Callable[[Units], list[dict]] | None = None  # None: any plan will do
    gives: Callable[[Found, np.ndarray], bool] = lambda found, rows: False
    worst_counts: bool = False  # what is needed is the largest of the parents', not their sum
    last: bool = False
