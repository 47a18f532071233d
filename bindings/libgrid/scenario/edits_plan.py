"""Edits of the plan, of the service rules and of what is asked."""

from __future__ import annotations

import dataclasses
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
from .parts import digest

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


_MAPPING = "mapping"  # how a dict begins when it is kept as a tuple, so that no list of pairs is taken for one


def pack(value, what: str):
    """An option as a frozen value; dicts keep their order and are told from lists of pairs."""
    if isinstance(value, dict):
        return (_MAPPING, *((frozen(k, what), pack(v, what)) for k, v in value.items()))
    if isinstance(value, (list, tuple)):
        return tuple(pack(v, what) for v in value)
    return frozen(value, what)


def unpack(value):
    """The option again; every sequence is a list."""
    if not isinstance(value, tuple):
        return value
    if value[:1] == (_MAPPING,) and all(isinstance(v, tuple) and len(v) == 2 for v in value[1:]):
        return {k: unpack(v) for k, v in value[1:]}
    return [unpack(v) for v in value]


@register("redraw", *PLAN, "grids")
@dataclass(frozen=True)
class Redraw(Edit):
    """What `libgrid.redraw` finds for the scenario so far: grids of blocks, general grids, or fields of teams.

    Only what was asked is kept, and the hash of what came of it: a replay draws it again and must come to the same. A
    scenario keeps its grids, so a redraw that makes new ones or gives some up is refused.
    """

    options: tuple = ()
    plan_hash: str = ""

    def apply(self, draft: Draft) -> Draft:
        drawn, found = self.draw(draft)
        if self.plan_hash and found != self.plan_hash:
            raise InvalidInput(
                f"edit {draft.step}: redraw gives another plan than when the scenario was made (hash "
                f"{found[:8]}, not {self.plan_hash[:8]}): another version of libgrid may have made it; "
                "redraw anew, or keep the plan itself with set_plan"
            )
        return drawn

    def draw(self, draft: Draft) -> tuple[Draft, str]:
        """The next draft, and the hash of blocks, general grids and fields in it."""
        import libgrid

        redraw = getattr(libgrid, "redraw", None)
        if redraw is None:
            raise InvalidInput("this libgrid cannot redraw plans; set a plan that was drawn elsewhere with set_plan")
        area = build_area(draft)
        options = {name: unpack(value) for name, value in self.options}
        found = redraw(area, start=Plan(area, draft.labels, "scenario"), **options)
        if any(not found.area.ids(layer).equals(area.ids(layer)) for layer in ("grids", "teams", "blocks")):
            raise InvalidInput(
                "this redraw makes other grids or teams than there are, and a scenario keeps them: ask for as many as "
                "today, or apply the redraw and begin a scenario with that area"
            )
        labels = np.array(found.plan.labels, dtype=np.int32)
        labels.setflags(write=False)
        new = {name: found.area.column("grids", name) for name in ("parent_id", "team_id")}
        hashed = digest([labels, *(pd.Series(column, dtype=object) for column in new.values())])
        drawn = replace(draft, labels=labels)
        if any(digest([column]) != digest([area.column("grids", name)]) for name, column in new.items()):
            drawn = drawn.with_layer("grids", draft.layer("grids").assign(**new))
        return drawn, hashed


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
        return cls(tuple((name, frozen(value, name)) for name, value in changes.items()))

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
