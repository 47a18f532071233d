"""What one change would do: staff, rules, fields and sessions, each beside today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import _core
from .area_workload import measure_workload
from .issues import name_some
from .team_members import HOURS_PER_WEEK, PUBLIC_HEALTH_SHARE, WORKING_WEEKS

if TYPE_CHECKING:
    from .study_area import StudyArea

__all__ = ["add_staff", "change_rule", "move_grid", "move_session", "what_if"]


def add_staff(area: StudyArea, team: str, staff: Mapping[str, float], *, share: float = PUBLIC_HEALTH_SHARE):
    """An area in which a team has more staff, or less.

    Parameters
    ----------
    area : StudyArea
    team : str
    staff : mapping of role to full-time equivalents
        Negative to take away. A doctor also raises the team's panel.
    share : float
        Of their hours that goes to the people of the field.

    Raises
    ------
    InvalidInput
        An unknown team; staff that is not a number; more taken away than there is.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> more = lg.add_staff(area, area.teams["team_id"][0], {"nurse": 1})
    >>> float(more.teams["offered_min"][0] - area.teams["offered_min"][0])
    44160.0
    """
    teams = area.teams
    row = _row(teams, "team_id", team, "team")
    if not isinstance(staff, Mapping) or not staff:
        raise _core.InvalidInput(f"staff of team {team}: give roles and full-time equivalents, such as {{'nurse': 1}}")
    for role, fte in staff.items():
        if isinstance(fte, bool) or not isinstance(fte, (int, float, np.number)) or not np.isfinite(fte):
            raise _core.InvalidInput(f"staff of team {team}: {role} must be a number of posts, not {fte!r}")
    minutes = sum(staff.values()) * share * HOURS_PER_WEEK * 60 * WORKING_WEEKS
    offered = float(teams.loc[row, "offered_min"]) + minutes
    doctors = float(teams.loc[row, "n_doctors"]) + float(staff.get("doctor", 0.0))
    if offered < 0 or doctors < 0:
        raise _core.InvalidInput(f"staff of team {team}: it would offer {offered:,.0f} min with {doctors:g} doctors")
    teams["offered_min"] = teams["offered_min"].astype(float)
    teams["n_doctors"] = teams["n_doctors"].astype(float)
    teams.loc[row, ["offered_min", "n_doctors"]] = [offered, doctors]
    return area.replace(teams=teams)


def change_rule(rules: pd.DataFrame, group: str, *, mode: str | None = None, **values: Any) -> pd.DataFrame:
    """Rules in which those of one group (and mode) have other values; a range that they leave is stretched to them.

    Raises
    ------
    InvalidInput
        No such rule, or no such column.

    Examples
    --------
    >>> import libgrid as lg
    >>> rules = lg.change_rule(lg.service_rules(), "hypertension", minutes=10)
    >>> float(rules.loc[rules.group == "hypertension", "minutes"].iloc[0])
    10.0
    """
    rules = rules.copy()
    unknown = [name for name in values if name not in rules.columns]
    if unknown or not values:
        raise _core.InvalidInput(f"rule of {group}: change one of {', '.join(rules.columns)}, not {unknown}")
    which = rules["group"].eq(group) & (rules["mode"].eq(mode) if mode is not None else True)
    if not which.any():
        where = f" and mode {mode}" if mode is not None else ""
        raise _core.InvalidInput(f"no rule has group {group}{where}; groups are {', '.join(rules['group'].unique())}")
    for name, value in values.items():
        rules.loc[which, name] = value
        for end, pick in (("low", np.fmin), ("high", np.fmax)):
            if f"{name}_{end}" in rules:
                told = rules.loc[which, f"{name}_{end}"]
                rules.loc[which, f"{name}_{end}"] = pick(told, float(value)).where(told.notna())
    return rules


def move_grid(area: StudyArea, grid: str, team: str) -> StudyArea:
    """An area in which another team looks after a grid.

    Raises
    ------
    InvalidInput
        An unknown grid or team.
    """
    grids = area.layer("grids")
    row = _row(grids, "grid_id", grid, "grid")
    _row(area.teams, "team_id", team, "team")
    grids.loc[row, "team_id"] = team
    return area.replace(grids=grids)


def move_session(area: StudyArea, session: str, **values: Any) -> StudyArea:
    """An area in which a session is held elsewhere, at another time or by another team.

    Parameters
    ----------
    session : str
    **values
        New values of the session's columns: site_id, team_id, weekday, start, end, every_n_weeks.

    Raises
    ------
    InvalidInput
        An unknown session or column, or a session that cannot be.
    """
    sessions = area.sessions
    row = _row(sessions, "session_id", session, "session")
    unknown = [name for name in values if name not in sessions.columns or name == "session_id"]
    if unknown or not values:
        raise _core.InvalidInput(f"session {session}: change one of {', '.join(sessions.columns[1:])}, not {unknown}")
    for name, value in values.items():
        sessions.loc[row, name] = value
    moved = area.replace(sessions=sessions)
    if session not in set(moved.ids("sessions")):
        told = moved.issues.frame.query("layer == 'sessions' and id == @session")["message"]
        raise _core.InvalidInput(f"session {session} cannot be so: {'; '.join(told) or 'it is set aside'}")
    return moved


def _row(table: pd.DataFrame, column: str, name: Any, what: str) -> Any:
    rows = table.index[table[column].astype(str) == str(name)]
    if len(rows) != 1:
        raise _core.InvalidInput(f"no {what} is {name!r}; there are {name_some(table[column]) or 'none'}")
    return rows[0]


_KINDS = {"team": "add", "rule": None, "grid": "to_team", "session": None}


def what_if(
    area: StudyArea,
    changes: Sequence[Mapping[str, Any]],
    *,
    rules: pd.DataFrame | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Put changes beside today, team by team.

    Parameters
    ----------
    area : StudyArea
    changes : sequence of mappings
        Each is one change, made to the baseline alone:

        ``{"team": "T07", "add": {"nurse": 1}}`` (`add_staff`),
        ``{"rule": {"group": "hypertension", "minutes": 10}}`` (`change_rule`),
        ``{"grid": "G12", "to_team": "T08"}`` (`move_grid`),
        ``{"session": "S3", "weekday": 4, "start": "14:00", "end": "16:00"}`` (`move_session`), or
        ``{"all": [change, …]}``: several at once. ``"name"`` names it.
    rules : DataFrame, optional
        The baseline's.
    **options
        Of :func:`libgrid.measure_workload`: merge, interval, travel_min … Intervals of all changes use the same draws.

    Returns
    -------
    DataFrame
        One row a change and team, the baseline ("today") first: change, team_id, asked_min, offered_min, load,
        session_min (a week, as sessions stand), the same with ``_change`` added for the difference from today, and with
        an interval load_low and load_high. A session asks and offers no minutes of the field: what moving one does to
        people's way there, `measure_coverage` and `measure_week` say.

    Raises
    ------
    InvalidInput
        A change that names none of team, rule, grid, session or all, or what the functions above refuse.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> team = area.teams["team_id"][0]
    >>> table = lg.what_if(area, [{"team": team, "add": {"nurse": 1}}])
    >>> table.query("change != 'today' and offered_min_change != 0")[["team_id", "offered_min_change"]].values.tolist()
    [['TWT01', 44160.0]]
    """
    from .service_rules import service_rules

    base_rules = service_rules() if rules is None else rules
    today = _measure(area, base_rules, options)
    parts = [today.assign(change="today")]
    names = {"today"}
    for number, change in enumerate(changes):
        name = str(change.get("name", _describe(change))) if isinstance(change, Mapping) else ""
        if name in names:
            name = f"{name} ({number + 1})"
        names.add(name)
        parts.append(_measure(*_apply(area, base_rules, change, number), options).assign(change=name))
    table = pd.concat(parts, ignore_index=True)
    for column in ("asked_min", "offered_min", "load", "session_min"):
        before = today.set_index("team_id")[column].reindex(table["team_id"]).to_numpy()
        with np.errstate(invalid="ignore"):
            table[f"{column}_change"] = table[column].to_numpy() - before
    return table[["change", *(c for c in table.columns if c != "change")]]


def _describe(change: Mapping[str, Any]) -> str:
    if "all" in change:
        return " and ".join(_describe(part) for part in change["all"])
    return ", ".join(f"{key} {value}" for key, value in change.items() if key != "name")


def _apply(area: StudyArea, rules: pd.DataFrame, change: Any, number: int) -> tuple[StudyArea, pd.DataFrame]:
    told = {k: v for k, v in change.items() if k != "name"} if isinstance(change, Mapping) else {}
    kind = next((k for k in ("all", "team", "rule", "grid", "session") if k in told), None)
    try:
        if kind == "all":
            for part in told["all"]:
                area, rules = _apply(area, rules, part, number)
        elif kind == "team":
            area = add_staff(area, told.pop("team"), told.pop("add"), **told)
        elif kind == "rule":
            rules = change_rule(rules, **told["rule"])
        elif kind == "grid":
            area = move_grid(area, told.pop("grid"), told.pop("to_team"), **told)
        elif kind == "session":
            area = move_session(area, told.pop("session"), **told)
        else:
            raise _core.InvalidInput("it names none of team, rule, grid, session and all")
    except (KeyError, TypeError) as error:
        raise _core.InvalidInput(
            f"change {number + 1} ({change!r}) is not complete or has more than it needs: {error}"
        ) from None
    except _core.InvalidInput as error:
        raise _core.InvalidInput(f"change {number + 1} ({change!r}): {error}") from None
    return area, rules


def _measure(area: StudyArea, rules: pd.DataFrame, options: Mapping[str, Any]) -> pd.DataFrame:
    teams = measure_workload(area, rules=rules, **options).teams
    columns = ["team_id", "asked_min", "offered_min", "load"]
    table = teams[[*columns, *(c for c in ("load_low", "load_high") if c in teams)]].copy()
    table["session_min"] = _session_minutes(area).reindex(table["team_id"]).fillna(0.0).to_numpy()
    return table


def _session_minutes(area: StudyArea) -> pd.Series:
    """Minutes a week that each team sits at its sites."""
    sessions = area.sessions
    if not len(sessions):
        return pd.Series(dtype=float)
    minute = {
        c: sessions[c].astype(str).str.split(":", expand=True).iloc[:, :2].astype(float) for c in ("start", "end")
    }
    length = (minute["end"] - minute["start"]) @ np.array([60.0, 1.0])
    return (length / sessions["every_n_weeks"].astype(float)).groupby(sessions["team_id"].to_numpy()).sum()
