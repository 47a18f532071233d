"""One sub-district of a city, measured: what a worker does and gives back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..analysis import measure_coverage
from ..area_times import nearest_and_own_team, nearest_open_site
from ..assess import weighted_mean
from ..check import check
from ..measures import measure_workload
from ..questions import Settings, group_people, open_sites
from .city import City
from .edge import near_outer_edge
from .step_clock import StepClock


def measure_subdistrict(city: City, subdistrict: str, *, settings: Settings, halo_m: float) -> dict[str, Any]:
    """All figures of one sub-district, as small frames: what a worker gives back."""
    clock = StepClock()
    area = city.open(subdistrict)
    clock.done("open")
    issues = check(area, norm=settings.size_norm).counts
    clock.done("check")
    outside = _outside_blocks(area)
    clock.done("locate")
    wide = city.widen(area, subdistrict, halo_m) if halo_m > 0 else area
    clock.done("widen")
    people = group_people(area)
    cover, reason = (None, None), ""
    if not len(area.ids("roads")):
        reason = "it has no streets of its own: add them to its roads"
    elif not len(area.ids("households")) or not len(wide.ids("sites")) or not len(wide.ids("teams")):
        reason = "it lacks households, sites or teams"
    else:
        unsure = near_outer_edge(city, area, subdistrict, settings=settings, halo_m=halo_m)
        cover = _cover(wide, people, settings, unsure)
    clock.done("coverage")
    work = measure_workload(area) if len(area.ids("households")) and len(area.ids("grids")) else None
    clock.done("workload")
    grids, teams, figures = _tables(area, people, cover, work)
    figures |= {
        "outside_blocks": outside,
        "errors": int(issues.loc[issues["severity"] == "error", "count"].sum()),
        "warnings": int(issues.loc[issues["severity"] == "warning", "count"].sum()),
    }
    return {
        "figures": {"subdistrict_id": subdistrict, **figures},
        "grids": grids,
        "teams": teams,
        "issues": issues,
        "reason": reason,
        "cost": {
            "subdistrict_id": subdistrict,
            "households": len(people),
            **clock.total(),
        },
    }


def _outside_blocks(area) -> int:
    """Households whose place lies in no block, whatever their block_id says."""
    tables = area._tables
    if not area.has_blocks or not len(area.ids("households")):
        return 0
    at = _core.PointLocator(tables["blocks"].geometry).locate(tables["households"].geometry)
    return int((at < 0).sum())


def _cover(area, people: pd.DataFrame, settings: Settings, uncertain: np.ndarray):
    access = measure_coverage(
        nearest_open_site(area, settings),
        people,
        kind="access",
        threshold_s=settings.access_threshold_s,
        open=open_sites(area, settings.moment),
        uncertain=uncertain,
    )
    return access, cover_response(area, area.plan.household_team(), people, settings, uncertain)


def cover_response(area, own_team: np.ndarray, people: pd.DataFrame, settings: Settings, uncertain=None):
    """Response of the nearest team and of each household's own one, under any plan."""
    return measure_coverage(
        nearest_and_own_team(area, own_team, settings),
        people,
        kind="response",
        threshold_s=settings.response_threshold_s,
        plan=own_team,
        uncertain=uncertain,
    )


def _tables(area, people: pd.DataFrame, cover, work) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    access, response = cover
    weight = people["all"].to_numpy()
    n = len(area.ids("grids"))
    grid = area.plan.household_grid()
    placed = grid >= 0
    columns: dict[str, Any] = {"people": np.bincount(grid[placed], weight[placed], n)}
    figures: dict[str, Any] = {"households": len(people), "people": float(weight.sum())}
    for name, found in (("access", access), ("response", response)):
        beyond = np.full(len(weight), np.nan) if found is None else np.where(found.covered, 0.0, weight)
        columns[f"people_beyond_{name}"] = np.bincount(grid[placed], beyond[placed], n)
        figures[f"people_beyond_{name}"] = float(beyond.sum())
        unsure = np.full(len(weight), np.nan) if found is None else np.where(found.uncertain, weight, 0.0)
        columns[f"people_uncertain_{name}"] = np.bincount(grid[placed], unsure[placed], n)
        figures[f"people_uncertain_{name}"] = float(unsure.sum())
    one = np.zeros(len(weight), int)
    for name in ("own_team_time_s", "boundary_cost_s"):
        values = np.full(len(weight), np.nan) if response is None else getattr(response, name)
        columns[name] = weighted_mean(values, weight, grid, n)
        figures[name] = float(weighted_mean(values, weight, one, 1)[0])
    asked = None if work is None else work.grids.set_index("grid_id")["asked_min"].reindex(area.ids("grids"))
    columns["asked_min"] = np.full(n, np.nan) if asked is None else asked.to_numpy(float)
    grids = pd.DataFrame({"grid_id": area.ids("grids"), **columns})
    grids = grids[np.bincount(grid[placed], minlength=n) > 0].reset_index(drop=True)
    names = ["team_id", "asked_min", "offered_min", "load"]
    teams = pd.DataFrame({c: [] for c in names}) if work is None else work.teams[names].reset_index(drop=True)
    asked_min, offered_min = float(teams["asked_min"].sum()), float(teams["offered_min"].sum())
    figures |= {
        "asked_min": asked_min,
        "offered_min": offered_min,
        "load": asked_min / offered_min if offered_min > 0 else np.nan,
        "teams_over": int((teams["load"] > 1).sum()),
    }
    return grids, teams, figures
