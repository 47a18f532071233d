"""Measures of a whole study area: plan quality and plan change. Ids come back here."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core
from .analysis import PlanQuality, compare_plan_labels, measure_plan_columns
from .area_workload import measure_workload

M2_PER_MU = 10_000 / 15  # 亩: fifteen to a hectare

if TYPE_CHECKING:
    from .plan import Plan, PlanChange
    from .study_area import StudyArea


def _block_sums(area: StudyArea, *columns: str) -> list[np.ndarray]:
    """Sums over the households inside, by block."""
    n = len(area.ids("blocks"))
    block = area.household_block()
    use = (block >= 0) & area.column("households", "inside").astype(bool)
    sums = []
    for name in columns:
        weight = None if name == "households" else area.column("households", name).astype(float)[use]
        sums.append(np.bincount(block[use], weights=weight, minlength=n).astype(float))
    return sums


def plan_quality(area: StudyArea, plan: Plan, size_norm) -> PlanQuality:
    """See :func:`libgrid.measure_plan`."""
    polygons = area._core.footprints
    n_grids = len(area.ids("grids"))
    a, b, length_m, first = _core.find_borders(polygons)
    distinct, footprint_of = np.unique(first, return_inverse=True)
    shapes = polygons.take(distinct.astype(np.int32))
    households, usual, short = _block_sums(area, "households", "n_usual", "n_short")
    outlines = _core.build_outlines(polygons, plan.labels, n_grids)
    quality = measure_plan_columns(
        plan.labels,
        n_grids,
        area_m2=_core.area_m2(shapes),
        perimeter_m=_core.perimeter_m(shapes),
        households=households,
        shops=area.column("blocks", "n_shops"),
        residents=usual + short,
        footprint_of=footprint_of,
        borders=(np.searchsorted(distinct, a), np.searchsorted(distinct, b), length_m),
        hull_area_m2=_core.hull_area_m2(outlines),
        circle_radius_m=_core.bounding_circle_radius_m(outlines),
        size_norm=size_norm,
        grid_ids=area.ids("grids"),
    )
    grids = quality.grids.rename_axis("grid_id").reset_index()
    grids.insert(grids.columns.get_loc("area_m2") + 1, "area_mu", grids["area_m2"] / M2_PER_MU)
    if len(area.ids("teams")):
        asked = measure_workload(area, plan).grids.set_index("grid_id")["asked_min"]
        grids["load_min"] = asked.reindex(grids["grid_id"]).to_numpy()
    return dataclasses.replace(quality, grids=grids[grids["blocks"] > 0].reset_index(drop=True))


def plan_change(old: Plan, new: Plan, weight=None) -> PlanChange:
    """See :func:`libgrid.compare_plans`."""
    from .plan import PlanChange

    area = old.area
    n = len(area.ids("grids"))
    households, usual, short, signed = _block_sums(area, "households", "n_usual", "n_short", "n_signed")
    weights = pd.DataFrame({"residents": usual + short, "households": households, "signed": signed}).astype(np.int64)
    if weight is not None:
        given = np.asarray(weight)
        if given.shape != (len(weights),):
            raise _core.InvalidInput(f"weight has shape {given.shape}, the plans have {len(weights)} blocks")
        weights.insert(0, "weight", given)
    change = compare_plan_labels(old.labels, new.labels, n, n, weights)
    moved = np.asarray(change.moved)
    inside = area.column("households", "inside").astype(bool)
    before, after = old.household_team(), new.household_team()
    changed = (before != after) & inside
    residents = area.column("households", "n_usual").astype(int) + area.column("households", "n_short").astype(int)
    # Signed people change doctor when the field of the team they signed with loses them.
    signed_team = area.ids("teams").get_indexer(area.column("households", "signed_team_id"))
    leaves = changed & (signed_team >= 0) & (before == signed_team)
    blocks = (
        area.layer("blocks")[["block_id", "geometry"]]
        .assign(old_grid_id=old.frame["grid_id"], new_grid_id=new.frame["grid_id"], households=households.astype(int))[
            moved
        ]
        .reset_index(drop=True)
    )
    grids = change.grids.copy()
    ids = area.ids("grids").to_numpy(dtype=object)
    team_of = dict(zip(ids, area.column("grids", "team_id"), strict=True))
    for side in ("old", "new"):
        blocks[f"{side}_team_id"] = blocks[f"{side}_grid_id"].map(team_of)
    for side in ("old", "new"):
        at = grids.pop(f"{side}_grid").to_numpy()
        grids.insert(0, f"{side}_grid_id", np.where(at >= 0, ids[at], None))
    kept = [c for c in grids.columns if c.startswith(("kept_", "came_", "left_"))]
    return PlanChange(
        blocks=blocks,
        teams=_teams_before_after(old, new),
        grids=grids[grids[kept].any(axis=1)].reset_index(drop=True),
        moved_blocks=int(moved.sum()),
        moved_households=int(households[moved].sum()),
        moved_residents=int((usual + short)[moved].sum()),
        doctor_changed_households=int(changed.sum()),
        doctor_changed_residents=int(residents[changed].sum()),
        doctor_changed_signed=int(area.column("households", "n_signed").astype(int)[leaves].sum()),
        plans=(old, new),
    )


def _teams_before_after(old: Plan, new: Plan) -> pd.DataFrame:
    """By team: residents, load and own-team minutes under each plan."""
    from .area_times import own_team_times, teams_by_mode
    from .assess import weighted_mean
    from .questions import group_people

    area = old.area
    teams = (
        area.teams[["team_id", "name"]].copy() if len(area.ids("teams")) else pd.DataFrame({"team_id": [], "name": []})
    )
    if not len(teams):
        return teams
    people = group_people(area)["all"]
    groups = list(teams_by_mode(area)) if len(area.ids("roads")) else None
    for name, plan in (("before", old), ("after", new)):
        work = measure_workload(area, plan).teams
        teams[f"residents_{name}"] = work["residents"].to_numpy()
        teams[f"asked_min_{name}"] = work["asked_min"].to_numpy()
        teams[f"load_{name}"] = work["load"].to_numpy()
        if groups is not None:
            own = plan.household_team()
            seconds = own_team_times(area, own, groups=groups)
            teams[f"own_min_{name}"] = weighted_mean(seconds, people, own, len(teams)) / 60
    return teams
