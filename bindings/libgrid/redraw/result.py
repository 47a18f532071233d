"""A redrawn plan: its terms beside today's and their bounds, what if, why not, and the area that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from ..issues import Issues
from ..plan import Plan, PlanChange, compare_plans
from ..study_area import StudyArea
from .faults import tell_fault
from .problem import Stated
from .terms import UNITS
from .units import OWNERS


@dataclass(frozen=True, eq=False, repr=False)
class Redraw:
    """What `lg.redraw` found. Immutable.

    Attributes
    ----------
    plan : Plan or (n_blocks,) int32 array
        The plan, of `area`; for a bare graph the label of each block.
    area : StudyArea or None
        The area with the grids, parents or teams that the plan speaks of; its blocks still have today's grids until
        `apply`.
    terms, before : Series by term
        Values of the plan and of today's, each in its own unit (`units`); before is NaN where today has no grid for
        some block.
    bounds : DataFrame by term
        value (in the term's unit), name (what kind of bound), exact (the bound is reached by some plan).
    gap : Series by term
        (value - bound) / value; NaN without a bound, 0 where both are 0.
    objective : float or tuple
        The weighted sum, or the terms' values in their order.
    trace : DataFrame
        effort and the best terms at that point.
    refused : dict
        Terms that the level cannot change, and why.
    status : str
        "done", "optimal", "time_limit" or "stopped".
    issues : Issues
        What had to be changed in the start so that it keeps the rules.
    effort_done, seed : int
    numbers : DataFrame or None
        With grids="free", one row a parent and number of grids that was tried: parent, grids, today (how many it has
        today), kept (a plan that keeps the rules was found), its terms, judged (the first term or the weighted sum,
        times (grids ÷ today) to the power of the price), chosen. The terms are of the trial, before the last search.
    moves : DataFrame or None
        With max_moved and several parents, one row a parent: parent, least (the fewest moves found that keep its
        rules), allowed (its part of the budget), moved.
    """

    plan: Plan | np.ndarray
    area: StudyArea | None
    terms: pd.Series
    before: pd.Series
    bounds: pd.DataFrame
    objective: float | tuple
    trace: pd.DataFrame
    refused: dict[str, str]
    status: str
    issues: Issues
    effort_done: int
    seed: int
    numbers: pd.DataFrame | None
    moves: pd.DataFrame | None
    _labels: np.ndarray
    _stated: Stated
    _kept: dict = field(default_factory=dict)

    @property
    def level(self) -> str | None:
        return self._stated.units.level

    @property
    def units(self) -> pd.Series:
        """The unit of each term."""
        return pd.Series({name: UNITS[name][0] for name in self.terms.index}, dtype="str")

    @cached_property
    def gap(self) -> pd.Series:
        value, bound = self.terms, self.bounds["value"].reindex(self.terms.index)
        gap = (value - bound) / value.where(value != 0)
        return gap.where(value != 0, np.where(bound == 0, 0.0, np.nan)).rename("gap")

    @property
    def frame(self) -> pd.DataFrame:
        """One row a term: unit, before, value, bound, gap, bound_name."""
        bounds = self.bounds.reindex(self.terms.index)
        return pd.DataFrame({
            "unit": self.units, "before": self.before, "value": self.terms, "bound": bounds["value"], "gap": self.gap,
            "bound_name": bounds["name"],
        }).rename_axis("term").reset_index()  # fmt: skip

    @property
    def assignment(self) -> pd.DataFrame:
        """What each unit (block, micro-grid or grid) was in and is in now: unit, before, after, changed."""
        units = self._stated.units
        ids = np.append(units.grid_ids.to_numpy(object), None)
        table = pd.DataFrame({"unit": units.graph.ids, "before": units.before_ids, "after": ids[self._labels]})
        return table.assign(changed=units.today != self._labels)

    def change(self) -> PlanChange:
        """The plan beside today's, see :func:`libgrid.compare_plans`."""
        if not isinstance(self.plan, Plan):
            raise InvalidInput("a bare graph has no plan of today: see .assignment")
        return compare_plans(self.today_plan(), self.plan)

    def today_plan(self) -> Plan:
        """The plan that "change" counts from, with the rows of `area`."""
        today = self._stated.units.plan
        if today is None:
            raise InvalidInput("a bare graph has no plan of today: see .assignment")
        if today.area.ids("grids").equals(self.area.ids("grids")):
            return today
        row = self.area.ids("grids").get_indexer(today.area.ids("grids"))
        return Plan(self.area, np.append(row, -1)[today.labels].astype(np.int32), today.name)

    def apply(self) -> StudyArea:
        """The area after the change: its blocks in the new grids, its grids under the new parents or teams."""
        if self.area is None:
            raise InvalidInput("a bare graph has no area to change")
        if self.level != "micro":
            return self.area
        blocks = self.area.layer("blocks")
        blocks["grid_id"] = self.plan.frame["grid_id"].to_numpy()
        return self.area.replace(blocks=blocks)

    def migration(self, *, moves_per_step: int = 20):
        """The order in which to carry out the changes from today's plan, see :func:`libgrid.plan_migration`."""
        from ..migration import migration_of

        return migration_of(self, moves_per_step=moves_per_step)

    # -- asking back ---------------------------------------------------------------------------------------

    def what_if(self, block: Any, grid: Any) -> pd.DataFrame:
        """What the terms would be with one block (or micro-grid, or grid) in another grid (or team).

        Returns
        -------
        DataFrame
            One row a term: unit, value, after, difference. Rules are not asked: see `why_not`.

        Raises
        ------
        InvalidInput
            There is no such block or grid.
        """
        unit, to = self._pair(block, grid)
        names = self._stated.terms
        delta = np.asarray(self._state.delta(unit, to)["terms"], dtype=float)
        scale = np.array([UNITS[n][1] if n in UNITS else 1.0 for n in names])
        found = pd.Series(delta / scale, index=names)[self.terms.index]
        return pd.DataFrame({
            "unit": self.units, "value": self.terms, "after": self.terms + found, "difference": found,
        }).rename_axis("term").reset_index()  # fmt: skip

    def why_not(self, block: Any, grid: Any, *, lang: str = "en") -> list[str]:
        """The rules that stand against moving a block (or micro-grid, or grid) there, in words; empty: none does."""
        unit, to = self._pair(block, grid)
        faults = self._state.why_not(unit, to)
        cut_off = np.asarray(self._state.cut_off(unit))
        return [tell_fault(self._stated, fault, lang, cut_off=cut_off, unit=unit, to=to) for fault in faults]

    @property
    def _state(self):
        if "state" not in self._kept:
            self._kept["state"] = _core.PlanState(self._stated.problem, self._labels)
        return self._kept["state"]

    def _pair(self, block, grid) -> tuple[int, int]:
        units = self._stated.units
        unit = int(units.unit_rows([block], "block")[0])
        to = units.grid_ids.get_indexer(pd.Index([grid]))[0]
        if to < 0:
            raise InvalidInput(f"no {OWNERS[units.level]} of this redraw is called {grid!r}")
        return unit, int(to)

    # -- showing -------------------------------------------------------------------------------------------

    def plot(self, *, roads=None, ax=None):
        """Before and after on one map: old borders dashed, new ones solid, moved blocks filled."""
        from .pictures import plot_redraw

        return plot_redraw(self, roads=roads, ax=ax)

    def __repr__(self) -> str:
        changed = int(self.assignment["changed"].sum()) if (self._stated.units.today >= 0).any() else None
        units = self._stated.units
        what = {"general": "micro-grids", "field": "grids"}.get(units.level, "blocks")
        told = "" if changed is None else f", {changed} of {units.n} {what} change"
        lead = self.terms.index[0]
        gap = self.gap.iloc[0]
        proof = "no bound" if not np.isfinite(gap) else f"at most {gap:.1%} from the best"
        return f"Redraw({units.level or 'graph'}: {len(units.grid_ids)} {OWNERS[units.level]}s{told}; {lead} {proof})"

    def _repr_html_(self) -> str:
        table = self.frame.to_html(index=False, na_rep="–", float_format="{:,.4g}".format, border=0)
        refused = "".join(f"<li>{name}: {why}</li>" for name, why in self.refused.items())
        return f"<p>{self!r}; {self.status}, seed {self.seed}</p>{table}" + (f"<ul>{refused}</ul>" if refused else "")
