"""The workload of a study area: who counts, which rules hold, whose minutes; ids come back here."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core
from .issues import name_some
from .schema import CONDITIONS
from .team_members import offered_minutes
from .workload import TRAVEL_MIN, Workload, measure_workload_columns

if TYPE_CHECKING:
    from .plan import Plan
    from .study_area import StudyArea

GROUPS = (*CONDITIONS, "key", "next_key", "homebound")  # whom households count


def measure_workload(
    area: StudyArea,
    plan: Plan | None = None,
    *,
    rules: pd.DataFrame | None = None,
    travel_min: float | np.ndarray | pd.Series = TRAVEL_MIN,
    merge: str = "none",
    interval: float | None = None,
    draws: int = 1000,
    rng=None,
    members: pd.DataFrame | None = None,
    leave_out: Sequence[str] = (),
) -> Workload:
    """Annual minutes asked of each team and grid, and minutes offered.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
        Default: today's.
    rules : DataFrame, optional
        Service rules as from :func:`libgrid.service_rules` or :func:`libgrid.read_service_rules`, edited.
    travel_min : float, (n,) array or Series
        Minutes of the journey to a home visit: one for all, one a household in the order of ``area.households``, or a
        Series whose index are household ids.
    merge : {"none", "independent", "nested"}
        Whether contacts of one merge set of the rules are made in one visit to a person who has several of its
        conditions; how many have several is not known, so it is bounded ("none", "nested") or taken as independent.
        Default "none": the upper bound, which needs no assumption. Whatever is chosen, nested_min and disjoint_min
        say between what the minutes lie.
    interval : float, optional
        Such as 0.9: between what the minutes lie in that share of the draws from the rules' ranges.
    draws : int
    rng : int, Generator or None
        Seed of the draws; None is 0, so that two plans can be compared draw by draw.
    members : DataFrame, optional
        Who is in each team, as :func:`libgrid.offered_minutes` takes it: instead of ``teams.offered_min``.
    leave_out : sequence of str
        Groups that may be counted and have no rule.

    Returns
    -------
    Workload
        ``teams`` and ``grids`` with a team_id or grid_id column, asked_min, offered_min (both a year), load, …;
        ``balance`` of the loads; ``roles`` by team and role; ``unassigned`` for people without a team or grid.

    Raises
    ------
    InvalidInput
        A rule for a group that households do not count and that has no prevalence; people counted in a group without a
        rule; rules, journeys or members that cannot be.

    Notes
    -----
    Neighbours beyond the border are another office's work and are left out. Conditions that are unknown are estimated
    from prevalence; ``estimated_min`` says how much of the asked minutes rests on that. A team without minutes has an
    infinite load, and the issue LG-D001 of the area.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> work = lg.measure_workload(area)
    >>> bool((work.teams["asked_min"] >= work.teams["care_min"]).all())
    True
    """
    plan = plan or area.plan
    plan.require_area(area)
    inside = area.column("households", "inside").astype(bool)
    groups = [f"n_{group}" for group in GROUPS]
    attrs = (
        area._tables["households"].attrs if "households" in area._tables else pd.DataFrame(columns=[*groups, "n_usual"])
    )
    counts = attrs.loc[inside, groups].astype("Float64") if len(attrs) else attrs[groups]
    if rules is not None:
        _require_groups(rules, groups)
        _require_rules(rules, counts, leave_out)
    grid_ids, team_ids = area.ids("grids"), area.ids("teams")
    offered = area.column("teams", "offered_min").astype(float)
    by_role = None
    if members is not None:
        by_role = offered_minutes(members)
        offered = _offered_of(by_role, team_ids)
    work = measure_workload_columns(
        counts,
        attrs["n_usual"].to_numpy(float)[inside],
        plan.household_grid()[inside],
        plan.household_team()[inside],
        offered_min=offered,
        rules=rules,
        travel_min=_journeys(area, travel_min, inside),
        merge=merge,
        interval=interval,
        draws=draws,
        rng=rng,
        grid_ids=grid_ids,
        team_ids=team_ids,
    )
    roles = work.roles.rename(columns={"team": "team_id"})
    if by_role is not None:
        roles = roles.merge(by_role[["team_id", "role", "offered_min"]], how="outer", on=["team_id", "role"])
        roles[["asked_min", "offered_min"]] = roles[["asked_min", "offered_min"]].fillna(0.0)
        roles["load"] = roles["asked_min"] / roles["offered_min"]
    return dataclasses.replace(
        work,
        teams=work.teams.rename_axis("team_id").reset_index(),
        grids=work.grids.rename_axis("grid_id").reset_index(),
        roles=roles,
    )


def _journeys(area: StudyArea, travel_min, inside: np.ndarray) -> np.ndarray:
    """One journey for all, or those of the households inside."""
    if isinstance(travel_min, pd.Series):
        ids = area.ids("households")
        if travel_min.index.has_duplicates:
            twice = travel_min.index[travel_min.index.duplicated()].unique()
            raise _core.InvalidInput(f"travel_min: households {name_some(twice)} stand twice; give each one journey")
        travel_min = travel_min.reindex(ids)
        lost = travel_min.isna().to_numpy() & inside
        if lost.any():
            raise _core.InvalidInput(f"travel_min: no journey for households {name_some(ids[lost])}; give one each")
        return travel_min.to_numpy(float)[inside]
    column = np.atleast_1d(np.asarray(travel_min, dtype=float))
    if column.size == 1:
        return column
    if column.shape != (len(inside),):
        raise _core.InvalidInput(
            f"travel_min has shape {column.shape}; give one number, or one of each of the {len(inside)} households"
        )
    return column[inside]


def _offered_of(by_role: pd.DataFrame, team_ids: pd.Index) -> np.ndarray:
    strange = by_role["team_id"][~by_role["team_id"].isin(team_ids)].unique()
    if len(strange):
        raise _core.InvalidInput(f"members, column team_id: {name_some(strange)} are no teams of the area")
    offered = by_role.groupby("team_id")["offered_min"].sum().reindex(team_ids)
    if offered.isna().any():
        raise _core.InvalidInput(
            f"members: teams {name_some(team_ids[offered.isna().to_numpy()])} have no member; give them a "
            "row, with fte 0 where nobody works"
        )
    return offered.to_numpy(float)


def _require_groups(rules: pd.DataFrame, columns: list[str]) -> None:
    """A rule for people whom nobody counts and whose share nobody gives would silently ask for no minutes."""
    if "group" not in rules:
        return  # refused with the other columns that are missing
    share = rules["prevalence"] if "prevalence" in rules else pd.Series(0.0, index=rules.index)
    share = pd.to_numeric(share, errors="coerce")
    lost = ~("n_" + rules["group"].astype(str)).isin(columns) & ~(share > 0)
    if lost.any():
        names = name_some(rules["group"][lost].unique())
        raise _core.InvalidInput(
            f"service rules, rows {name_some(rules.index[lost])}: nobody counts the group {names}; give its "
            f"prevalence, or use one of {', '.join(c.removeprefix('n_') for c in columns)}"
        )


def _require_rules(rules: pd.DataFrame, counts: pd.DataFrame, leave_out: Sequence[str]) -> None:
    """People who are counted and have no rule would silently ask for nothing."""
    if "group" not in rules:
        return
    if isinstance(leave_out, str):
        raise _core.InvalidInput(f"leave_out is a list of groups, such as [{leave_out!r}]")
    unknown = [g for g in leave_out if f"n_{g}" not in counts.columns]
    if unknown:
        raise _core.InvalidInput(f"leave_out: {name_some(unknown)} is no group; they are {', '.join(GROUPS)}")
    people = counts.sum().astype(float)
    without = [g for g in GROUPS if g not in set(rules["group"]) | set(leave_out) and people[f"n_{g}"] > 0]
    if without:
        shown = ", ".join(f"{g} ({people[f'n_{g}']:,.0f} people)" for g in without)
        raise _core.InvalidInput(
            f"service rules: no rule for {shown}, who are counted; add a row each, with per_year 0 if nothing is due, "
            f"or pass leave_out={without!r}"
        )
