"""Named plans that live with a study area: in memory by name, in its file as one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from . import _core
from .issues import Issues, name_some
from .plan import Plan, place_blocks

if TYPE_CHECKING:
    from .study_area import StudyArea

TABLE = "plans"  # its name in the file: plan, block_id, grid_id
TODAY = "today"
_MAX_LETTERS = 63


def check_name(name: str) -> str:
    """The name without spaces around. Raises InvalidInput for one that a file or a person could not keep apart."""
    text = str(name).strip()
    if not text or len(text) > _MAX_LETTERS or not text.isprintable() or text.casefold() == TODAY:
        raise _core.InvalidInput(
            f'a plan\'s name has 1 to {_MAX_LETTERS} printable letters and is not "{TODAY}", which is what '
            "area.plan is called; give another with name=…"
        )
    return text


def rebase(plans: Mapping[str, Plan], area: StudyArea) -> dict[str, Plan]:
    """The same plans for an area whose rows are others: blocks and grids are found by id, losses are issues."""
    return {name: from_rows(area, name, plan.frame, plan.issues) for name, plan in plans.items()}


def from_rows(area: StudyArea, name: str, rows: pd.DataFrame, earlier: Issues | None = None) -> Plan:
    """A plan from its block_id and grid_id. A blank grid was meant: the block is in none."""
    labels, found, unknown = place_blocks(area, rows)
    found = [f for f in found if f.code != "LG-L007"]
    blank = area.ids("blocks").get_indexer(rows.loc[rows["grid_id"].isna(), "block_id"])
    labels[blank[blank >= 0]] = -1
    issues = Issues(found) if earlier is None else earlier + Issues(found)
    return Plan(area, labels, name, issues, unknown)


def to_table(plans: Mapping[str, Plan]) -> pd.DataFrame:
    """All plans under each other: plan, block_id, grid_id."""
    frames = [plan.frame.assign(plan=name)[["plan", "block_id", "grid_id"]] for name, plan in plans.items()]
    return pd.concat(frames, ignore_index=True).astype("str")


def from_table(area: StudyArea, table: pd.DataFrame) -> dict[str, Plan]:
    """The plans of a file, in their order."""
    missing = [c for c in ("plan", "block_id", "grid_id") if c not in table]
    if missing:
        raise _core.InvalidInput(f"the layer {TABLE} lacks the column {name_some(missing)}")
    return {
        str(name): from_rows(area, str(name), rows[["block_id", "grid_id"]])
        for name, rows in table.groupby("plan", sort=False)
    }
