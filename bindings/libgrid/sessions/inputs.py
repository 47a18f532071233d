"""What the user of `plan_sessions` says, checked and turned into rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..columns import minutes_of_day
from ..issues import name_some
from ..study_area import StudyArea
from .candidates import rows_of

KINDS = ("studio", "station", "centre")


def planned_rows(area: StudyArea, sites: Any, teams: Any) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the sites and teams that are planned."""
    missing = [name for name in ("households", "sites", "teams", "roads") if not len(area.ids(name))]
    if missing:
        raise _core.InvalidInput(f"a plan of sessions needs {', '.join(missing)}: the area has none")
    if sites is None:
        use = np.isin(area.column("sites", "kind").astype(str), KINDS) & area.column("sites", "inside").astype(bool)
        site_rows = np.flatnonzero(use)
    else:
        site_rows = rows_of(area.ids("sites"), sites, "sites")
    if not len(site_rows):
        raise _core.InvalidInput("sites: none is planned; name some, or give the area studios, stations or a centre")
    n = len(area.ids("teams"))
    team_rows = np.arange(n) if teams is None else rows_of(area.ids("teams"), teams, "teams")
    if not len(team_rows):
        raise _core.InvalidInput("teams: none is planned; name at least one")
    return site_rows, team_rows


def number(value: Any, name: str) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = np.nan
    if not found >= 0:
        raise _core.InvalidInput(f"{name}: {value!r} is no number of 0 or more")
    return found


def per_row(area: StudyArea, layer: str, given: Any, name: str, default: float) -> np.ndarray:
    """One number for all, or one by id; ids that are not named have the default."""
    ids = area.ids(layer)
    if isinstance(given, pd.Series):
        given = given.to_dict()
    if not isinstance(given, Mapping):
        return np.full(len(ids), number(given, name))
    rows_of(ids, given, name)
    column = np.full(len(ids), default)
    for key, value in given.items():
        column[ids.get_loc(key)] = number(value, f"{name}[{key}]")
    return column


def rooms_of(area: StudyArea, rooms: Any) -> np.ndarray:
    """How many sessions each site has room for at once: as said, else as many as today's need and at least one."""
    today = np.ones(len(area.ids("sites")))
    layer = area.sessions
    if len(layer):
        site = area.ids("sites").get_indexer(layer["site_id"])
        day, start, end = layer["weekday"].to_numpy(int), minutes_of_day(layer["start"]), minutes_of_day(layer["end"])
        for i in np.unique(site):
            here = np.flatnonzero(site == i)
            inside = (start[here] <= start[here][:, None]) & (start[here][:, None] < end[here])
            today[i] = max(1, (inside & (day[here] == day[here][:, None])).sum(axis=1).max())
    if rooms is None:
        return today
    said = per_row(area, "sites", rooms, "rooms", np.nan)
    whole = np.where(np.isnan(said), today, said)
    if (whole != whole.round()).any():
        raise _core.InvalidInput(f"rooms: whole numbers are needed, not {whole[whole != whole.round()][0]}")
    return whole


def kept_rows(area: StudyArea, keep: Any) -> np.ndarray:
    """Rows of today's sessions that must stay."""
    ids = area.ids("sessions")
    if isinstance(keep, str):
        if keep not in ("none", "all"):
            raise _core.InvalidInput(f"keep must be 'none', 'all' or a list of session ids, not {keep!r}")
        return np.arange(len(ids)) if keep == "all" else np.zeros(0, int)
    return rows_of(ids, keep, "keep")


def household_column(area: StudyArea, given: Any, name: str, default: Callable[[], np.ndarray]) -> np.ndarray:
    if given is None:
        return default()
    column = np.asarray(given, dtype=float)
    n = len(area.ids("households"))
    if column.shape != (n,):
        raise _core.InvalidInput(f"{name}: one number a household is needed: {n}, not {column.shape}")
    bad = np.flatnonzero(~(np.isfinite(column) & (column >= 0)))
    if len(bad):
        raise _core.InvalidInput(f"{name}: numbers of 0 or more are needed; rows {name_some(bad)} are not")
    return column


def walkers(area: StudyArea) -> np.ndarray:
    """People a household who could walk in."""
    from ..week import walk_in_people

    return walk_in_people(area)["all"].to_numpy(float)


def allowed_pairs(area: StudyArea, may_serve: pd.DataFrame | None) -> np.ndarray:
    """(teams, sites) bool: which team may sit where."""
    teams, sites = area.ids("teams"), area.ids("sites")
    if may_serve is None:
        return np.ones((len(teams), len(sites)), bool)
    lost = {"team_id", "site_id"} - set(may_serve.columns)
    if lost:
        raise _core.InvalidInput(f"may_serve: column {', '.join(sorted(lost))} is missing")
    rows_of(teams, may_serve["team_id"], "may_serve.team_id")
    rows_of(sites, may_serve["site_id"], "may_serve.site_id")
    allowed = np.zeros((len(teams), len(sites)), bool)
    allowed[teams.get_indexer(may_serve["team_id"]), sites.get_indexer(may_serve["site_id"])] = True
    return allowed
