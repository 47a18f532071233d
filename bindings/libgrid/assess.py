"""The main job: whom does each team reach, how fast, who is left out, and is the work fairly shared?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from . import _core, plot
from .analysis import Coverage, PlanQuality, Workload, measure_coverage
from .area_times import nearest_and_own_team, nearest_open_site
from .area_workload import measure_workload
from .gaps import find_gaps
from .inline_map import small_map_of
from .issues import Issues
from .plan import Plan, PlanChange, compare_plans, measure_plan
from .plot._layers import outlines_of
from .questions import (
    GROUPS,
    QUESTIONS,
    Settings,
    group_people,
    near_the_edge,
    open_sites,
)
from .study_area import StudyArea

# By question: the column of by_grid, its factor, the label, colours (dark is worse), the gaps drawn over it.
_MAPS = {
    "response": ("response_mean_s", 1 / 60, "minutes from the own team 本团队到达分钟", "cividis_r", "response_gaps"),
    "access": ("access_covered_share", 100, "share in reach of an open site 覆盖率 (%)", "cividis", "gaps"),
    "boundary": ("boundary_cost_s", 1 / 60, "minutes lost to the boundary 边界代价分钟", "cividis_r", None),
    "load": ("load", 100, "minutes asked ÷ offered 负荷 (%)", "cividis_r", None),
}


@dataclass(frozen=True, eq=False)
class Assessment:
    """The answers to the four questions for one plan, and what they stand on.

    A part that could not be asked (no sites, no teams, …) is None.
    """

    area: StudyArea
    plan: Plan
    settings: Settings
    issues: Issues
    access: Coverage | None
    response: Coverage | None
    workload: Workload | None
    quality: PlanQuality | None
    gaps: gpd.GeoDataFrame | None
    response_gaps: gpd.GeoDataFrame | None
    people: pd.DataFrame
    uncertain: np.ndarray
    assumed: tuple = ()
    change: PlanChange | None = None
    rules: pd.DataFrame | None = field(default=None, repr=False)

    @cached_property
    def headline(self) -> dict[str, float | None]:
        """The five figures; None where the question could not be asked."""
        beyond = [None if c is None else float(c.groups.loc[0, "uncovered"]) for c in (self.response, self.access)]
        micro = None
        if self.quality is not None:
            micro = int((~micro_quality(self)["within_norm"]).sum())
        return {
            "people_beyond_response": beyond[0],
            "people_beyond_access": beyond[1],
            "teams_over": None if self.workload is None else int((self.workload.teams["load"] > 1).sum()),
            "grids_outside_norm": micro,
            "records_set_aside": int(self.area.ledger["set_aside"].sum()),
        }

    @property
    def parameters(self) -> dict[str, object]:
        return asdict(self.settings)

    def by_grid(self) -> pd.DataFrame:
        """Per grid that can hold blocks: people, share covered, own-team time, boundary cost, size, load minutes."""
        ids = self.area.ids("grids")
        grid = self.plan.household_grid()
        frame = pd.DataFrame({"grid_id": ids})
        for name, cover in (("access", self.access), ("response", self.response)):
            if cover is not None:
                table = table_by(cover, grid, ids, "grid_id").rename(
                    columns=lambda c, n=name: c if c == "grid_id" else f"{n}_{c}"
                )
                frame = frame.merge(table, on="grid_id", how="left")
        if self.response is not None:
            frame["boundary_cost_s"] = weighted_mean(self.response.boundary_cost_s, self.people["all"], grid, len(ids))
        if self.quality is not None:
            keep = [c for c in self.quality.grids.columns if c not in frame.columns or c == "grid_id"]
            frame = frame.merge(self.quality.grids[keep], on="grid_id", how="left")
        leaf = self.area._core.grids.leaf.astype(bool)
        used = np.isin(np.arange(len(ids)), grid[grid >= 0])
        return frame[leaf | used].reset_index(drop=True)

    def coverage_tables(self, by: str = "groups") -> dict[str, pd.DataFrame]:
        """The coverage tables by "groups", "grid", "team" or "site", for each question that could be asked."""
        tables = {}
        for name, cover in (("access", self.access), ("response", self.response)):
            if cover is None:
                continue
            if by == "groups":
                tables[name] = cover.groups
            elif by == "grid":
                tables[name] = table_by(cover, self.plan.household_grid(), self.area.ids("grids"), "grid_id")
            elif by == "team" and len(self.area.ids("teams")):
                tables[name] = table_by(cover, self.plan.household_team(), self.area.ids("teams"), "team_id")
            elif by == "site" and name == "access":
                tables[name] = table_by(cover, cover.nearest, self.area.ids("sites"), "site_id")
        return tables

    def explore(self, **options):
        """The answers as a page to walk through, offline. Options and result as :func:`libgrid.explore`."""
        from .viewer import explore

        return explore(self, **options)

    def plot(self, question: str = "response", *, ax=None):
        """A map of the grids that answers one question, worst dark, with the gaps' outlines.

        Parameters
        ----------
        question : {"response", "access", "boundary", "load"}
            Minutes from the own team, share of people in reach of an open site, minutes lost to the boundary, load.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        InvalidInput
            For another question, or one that this area could not answer.
        """
        column, factor, label, cmap, gaps = _MAPS.get(question, (None,) * 5)
        if column is None:
            raise _core.InvalidInput(f"question must be one of {', '.join(_MAPS)}, not {question!r}")
        table = self.by_grid()
        if question == "load" and self.workload is not None:
            table = table.merge(self.workload.grids[["grid_id", "load"]], on="grid_id", how="left")
        if column not in table:
            raise _core.InvalidInput(f"this assessment has no answer to {question!r}: the area lacks a layer for it")
        grids = outlines_of(self.plan).merge(table[["grid_id", column]], on="grid_id", how="left")
        grids[column] = grids[column] * factor
        layer = lambda name: getattr(self.area, name) if len(self.area.ids(name)) else None  # noqa: E731
        found = getattr(self, gaps) if gaps else None
        return plot.plot_map(
            grids, column, roads=layer("roads"), sites=layer("sites"), gaps=found, label=label, cmap=cmap, ax=ax
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{k}</td><td>{'—' if v is None else f'{v:,.0f}'}</td></tr>" for k, v in self.headline.items()
        )
        return f"{small_map_of(self.area, self.plan)}<table>{rows}</table>"


def table_by(cover: Coverage, labels: np.ndarray, ids: pd.Index, name: str) -> pd.DataFrame:
    """The coverage table by grid, team or site with its ids as a column; people in none stand in the last row."""
    table = cover.by(labels, ids).rename_axis(name).reset_index()
    table = table[table[name].notna() | (table["people"] > 0)]
    return table.assign(uncovered=table["people"] - table["covered"])


def micro_quality(assessment: Assessment) -> pd.DataFrame:
    """The rows of the plan's quality that are micro-grids: the size norm is theirs."""
    area, grids = assessment.area, assessment.quality.grids
    level = area.column("grids", "level")[area.ids("grids").get_indexer(grids["grid_id"])]
    return grids[level == "micro"]


def weighted_mean(values: np.ndarray, weights, labels: np.ndarray, count: int) -> np.ndarray:
    """Mean of the finite values by label; NaN where a label has none."""
    w = np.asarray(weights, float)
    use = (labels >= 0) & np.isfinite(values) & (w > 0)
    total = np.bincount(labels[use], weights=w[use], minlength=count)
    summed = np.bincount(labels[use], weights=w[use] * values[use], minlength=count)
    return np.divide(summed, total, out=np.full(count, np.nan), where=total > 0)


def assess(
    area: StudyArea,
    plan: Plan | None = None,
    *,
    settings: Settings | None = None,
    rules: pd.DataFrame | None = None,
    compare_with: Plan | None = None,
    assumed: tuple = (),
    progress: bool | Callable = False,
) -> Assessment:
    """Ask all questions of one plan: access, response, boundary cost, gaps, workload, the grids themselves.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
        Default: today's.
    settings : Settings, optional
    rules : DataFrame, optional
        Service rules as from :func:`libgrid.service_rules`, edited.
    compare_with : Plan, optional
        A second plan: what would change from ``plan`` to it.
    assumed : tuple of str or {"zh": …, "en": …}
        What about this place was made up by rule; stamped on the report.
    progress : bool or callable
        Show progress of the long parts, or call ``progress(done, total)``. Ctrl-C stops.

    Returns
    -------
    Assessment

    Examples
    --------
    >>> import libgrid as lg
    >>> result = lg.assess(lg.datasets.load("town"))
    >>> sorted(result.headline)[:2]
    ['grids_outside_norm', 'people_beyond_access']
    """
    from .check import check

    settings = settings or Settings()
    plan = plan or area.plan
    plan.require_area(area)
    has = {name: len(area.ids(name)) > 0 for name in ("households", "sites", "teams", "roads", "grids", "sessions")}
    people = group_people(area) if has["households"] else pd.DataFrame(columns=list(GROUPS), dtype=float)
    uncertain = near_the_edge(area, settings)
    access = response = workload = None
    asked = {name: name in settings.questions for name in QUESTIONS}
    if asked["access"] and has["households"] and has["sites"] and has["roads"] and has["sessions"]:
        access = measure_coverage(
            nearest_open_site(area, settings, progress=progress),
            people,
            kind="access",
            threshold_s=settings.access_threshold_s,
            open=open_sites(area, settings.moment),
            uncertain=uncertain,
        )
    if asked["response"] and has["households"] and has["teams"] and has["roads"] and has["grids"]:
        own_team = plan.household_team()
        response = measure_coverage(
            nearest_and_own_team(area, own_team, settings, progress=progress),
            people,
            kind="response",
            threshold_s=settings.response_threshold_s,
            plan=own_team,
            uncertain=uncertain,
        )
    if asked["workload"] and has["households"] and has["teams"] and has["grids"]:
        workload = measure_workload(area, plan, rules=rules)
    quality = (
        measure_plan(area, plan, size_norm=settings.size_norm)
        if asked["grids"] and area.has_blocks and has["grids"]
        else None
    )
    how = {"join_m": settings.gap_join_m, "mode": settings.access_mode, "moment": settings.moment}
    gaps, response_gaps = (
        None if cover is None else find_gaps(area, cover, **how, max_off_network_m=settings.max_off_network_m)
        for cover in (access, response)
    )
    change = compare_plans(plan, compare_with) if compare_with is not None else None
    return Assessment(
        area=area,
        plan=plan,
        settings=settings,
        issues=check(area, norm=settings.size_norm),
        access=access,
        response=response,
        workload=workload,
        quality=quality,
        gaps=gaps,
        response_gaps=response_gaps,
        people=people,
        uncertain=uncertain,
        assumed=tuple(assumed),
        change=change,
        rules=rules,
    )
