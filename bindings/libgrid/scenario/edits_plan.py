"""Edits of the plan, of the service rules and of what is asked."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..issues import name_some
from ..plan import Plan
from ..questions import Settings
from ..service_rules import COLUMNS as RULE_COLUMNS
from ..service_rules import core_rules
from .draft import Draft, build_area
from .edit import Edit, frozen, register

PLAN = ("plan.labels", "plan.household_grid", "plan.household_team")


@register("set_plan", *PLAN)
@dataclass(frozen=True)
class SetPlan(Edit):
    """Another plan: the blocks whose grid differs from today's, and their grid (None: in no grid)."""

    moves: tuple[tuple[str, str | None], ...]
    plan_name: str = "plan"

    @classmethod
    def of(cls, plan: Plan, baseline) -> SetPlan:
        plan.require_area(baseline)
        at = np.flatnonzero(plan.labels != baseline.plan.labels)
        frame = plan.frame.iloc[at]
        grids = [None if pd.isna(g) else str(g) for g in frame["grid_id"]]
        return cls(tuple(zip(frame["block_id"].astype(str), grids, strict=True)), str(plan.name))

    def apply(self, draft: Draft) -> Draft:
        area = draft.baseline
        if not area.has_blocks:
            raise InvalidInput("the area has no blocks: a plan has nothing to move")
        moved = [row[0] for row in self.moves if isinstance(row, tuple) and len(row) == 2]
        if len(moved) != len(self.moves):
            raise InvalidInput("set_plan: every move is a block and its grid")
        twice = pd.Index(moved)[pd.Index(moved).duplicated()]
        if len(twice):
            raise InvalidInput(f"set_plan names block {name_some(twice.unique())} twice")
        grids = [g for _, g in self.moves if g is not None]
        draft.require("blocks", *moved)
        draft.require("grids", *grids)
        labels = area.plan.labels.copy()
        to = np.array([-1 if g is None else area.ids("grids").get_loc(g) for _, g in self.moves], dtype=np.int32)
        leaf = area._core.grids.leaf.astype(bool)
        above = [g for g, k in zip((g for _, g in self.moves), to, strict=True) if k >= 0 and not leaf[k]]
        if above:
            raise InvalidInput(f"set_plan: grid {name_some(pd.unique(np.array(above)))} holds grids, not blocks")
        labels[area.ids("blocks").get_indexer(moved)] = to
        labels.setflags(write=False)
        return replace(draft, labels=labels)


def labels_hash(labels: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(labels, dtype="<i4").tobytes(), digest_size=16).hexdigest()


@register("redraw", *PLAN)
@dataclass(frozen=True)
class Redraw(Edit):
    """The plan that `libgrid.redraw` finds for the scenario so far.

    Only what was asked is kept, and the hash of the plan that came of it: a replay draws it again and must come to
    the same plan.
    """

    options: tuple = ()
    plan_hash: str = ""

    def apply(self, draft: Draft) -> Draft:
        labels = self.find(draft)
        if self.plan_hash and labels_hash(labels) != self.plan_hash:
            raise InvalidInput(
                f"edit {draft.step}: redraw gives another plan than when the scenario was made (hash "
                f"{labels_hash(labels)[:8]}, not {self.plan_hash[:8]}): another version of libgrid may have made it; "
                "redraw anew, or keep the plan itself with set_plan"
            )
        return replace(draft, labels=labels)

    def find(self, draft: Draft) -> np.ndarray:
        import libgrid

        redraw = getattr(libgrid, "redraw", None)
        if redraw is None:
            raise InvalidInput("this libgrid cannot redraw plans; set a plan that was drawn elsewhere with set_plan")
        area = build_area(draft)
        options = {name: _plain(value) for name, value in self.options}
        found = redraw(area, start=Plan(area, draft.labels, "scenario"), **options)
        labels = np.array(found.plan.labels, dtype=np.int32)
        labels.setflags(write=False)
        return labels


def _plain(value):
    """Options as they were given: pairs of a text and a value are a mapping, other tuples lists."""
    if isinstance(value, tuple):
        if value and all(isinstance(v, tuple) and len(v) == 2 and isinstance(v[0], str) for v in value):
            return {k: _plain(v) for k, v in value}
        return [_plain(v) for v in value]
    return value


@register("set_rules", "rules")
@dataclass(frozen=True)
class SetRules(Edit):
    """The service rules: a row each, the columns of `libgrid.service_rules`."""

    columns: tuple[str, ...]
    rows: tuple[tuple, ...]

    @classmethod
    def of(cls, rules: pd.DataFrame) -> SetRules:
        names = [c for c in RULE_COLUMNS if c in rules.columns]
        rows = [[None if pd.isna(v) else v for v in row] for row in rules[names].itertuples(index=False, name=None)]
        return cls(tuple(names), frozen(rows, "set_rules"))

    def apply(self, draft: Draft) -> Draft:
        unknown = [c for c in self.columns if c not in RULE_COLUMNS]
        if unknown:
            raise InvalidInput(f"set_rules: there is no column {name_some(unknown)}; there are {RULE_COLUMNS}")
        if any(not isinstance(row, tuple) or len(row) != len(self.columns) for row in self.rows):
            raise InvalidInput(f"set_rules: every row has {len(self.columns)} values")
        rules = pd.DataFrame(list(self.rows), columns=list(self.columns))
        try:
            core_rules(rules)
        except TypeError as error:
            raise InvalidInput(f"set_rules: a value is not of its kind ({str(error).splitlines()[0]})") from None
        return replace(draft, rules=rules)


@register("set_settings", "settings")
@dataclass(frozen=True)
class SetSettings(Edit):
    """What is asked: thresholds, modes, the moment and the other fields of `libgrid.Settings`."""

    changes: tuple[tuple[str, object], ...]

    @classmethod
    def of(cls, changes: dict) -> SetSettings:
        if not changes:
            raise InvalidInput("set_settings needs at least one change, such as access_threshold_s=600")
        return cls(frozen(changes, "set_settings"))

    def apply(self, draft: Draft) -> Draft:
        names = [part.name for part in dataclasses.fields(Settings)]
        if any(not isinstance(row, tuple) or len(row) != 2 for row in self.changes):
            raise InvalidInput("set_settings: every change is a name and a value")
        unknown = [k for k, _ in self.changes if k not in names]
        if unknown:
            raise InvalidInput(f"there is no setting {name_some(unknown)}; there are {', '.join(names)}")
        try:
            return replace(draft, settings=dataclasses.replace(draft.settings, **dict(self.changes)))
        except TypeError as error:
            raise InvalidInput(f"set_settings: a value is not of its kind ({error})") from None
