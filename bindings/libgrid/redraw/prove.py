"""How good a redrawn plan can be: a lower bound for each term, named."""

from __future__ import annotations

import pandas as pd

from .. import _core
from .._core import Infeasible
from ..proof.bounds import lower_bounds
from ..proof.owners import Lead
from .problem import Stated
from .terms import UNITS

COLUMNS = ["value", "name", "exact"]
MOST_UNITS = 40  # of which all plans are gone through, if the effort allows
EFFORT = 10_000_000  # steps of enumeration
SMALL_EFFORT = 1_000_000
MOST_SHARPENED = 120  # units of which bounds are sharpened by enumeration without being asked


def prove(stated: Stated, sharpen: bool | None, lead: Lead | None = None) -> pd.DataFrame:
    """Bounds by term in the terms' units: value, name, exact; `lead` as `find_lead` has found it.

    `sharpen`: None looks for no more than relaxations, False for more where the problem is small.
    """
    small = stated.problem.block_count <= MOST_SHARPENED
    effort = EFFORT if sharpen else SMALL_EFFORT if small and sharpen is not None else 0
    found = [b for b in lower_bounds(stated.problem, effort=effort, lead=lead) if b.term in UNITS]
    rows = {b.term: (b.value / UNITS[b.term][1], b.method, b.exact) for b in found}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("term")


def best_of_all(stated: Stated, seed: int) -> dict | None:
    """The best plan by going through all of them, as `_core.redraw` tells one; None where they are too many."""
    if stated.problem.block_count > MOST_UNITS:
        return None
    best = _core.find_best_plan(stated.problem, order=[], at_most=[], effort=EFFORT)
    if not best["complete"]:
        return None
    if not len(best["grid_of"]):
        raise Infeasible(
            "no plan keeps the rules, for all were gone through: widen a limit, unlock something, or ask for another "
            "number of grids"
        )
    told = {"effort_done": best["effort_done"], "seed": seed, "trace": [], "changes": [], "faults": []}
    return {"grid_of": best["grid_of"], "status": "optimal", **told}
