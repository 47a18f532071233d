"""Who is in a team: minutes offered by role and part-time share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ._core import InvalidInput
from .issues import name_some

__all__ = ["HOURS_PER_WEEK", "PUBLIC_HEALTH_SHARE", "WORKING_WEEKS", "offered_minutes"]

HOURS_PER_WEEK = 40.0
WORKING_WEEKS = 46.0  # the same on both sides of a load
PUBLIC_HEALTH_SHARE = 0.4  # of the hours; the rest is the surgery. An assumption


def offered_minutes(
    members: pd.DataFrame,
    *,
    hours_per_week: float = HOURS_PER_WEEK,
    weeks: float = WORKING_WEEKS,
    share: float = PUBLIC_HEALTH_SHARE,
) -> pd.DataFrame:
    """Minutes a year that each team offers to the people of its field, by role.

    Parameters
    ----------
    members : DataFrame
        One row a member, or several alike: team_id; role (doctor, nurse, public health physician, … as the service
        rules' staff names them); fte, full-time equivalents (0.5: half a post), default 1; share, of the hours for
        public health, default `share`. Further columns are not looked at: no name is needed.
    hours_per_week, weeks : float
        Of a full-time post.
    share : float
        Of the hours that go to the people of the field; the rest is the surgery.

    Returns
    -------
    DataFrame
        team_id, role, fte, offered_min; teams and roles in the order in which they come.

    Raises
    ------
    InvalidInput
        A missing column, team or role; an fte that is negative or not a number; a share outside 0 … 1.

    Examples
    --------
    >>> import pandas as pd
    >>> team = pd.DataFrame({"team_id": ["T1"] * 3, "role": ["doctor", "nurse", "nurse"], "fte": [1, 1, 0.5]})
    >>> offered_minutes(team)["offered_min"].tolist()
    [44160.0, 66240.0]
    """
    for name, value, high in (("hours_per_week", hours_per_week, 168), ("weeks", weeks, 53), ("share", share, 1)):
        if not 0 <= value <= high:
            raise InvalidInput(f"{name} must lie between 0 and {high}, not {value!r}")
    missing = {"team_id", "role"} - set(members.columns)
    if missing:
        raise InvalidInput(f"members: columns {sorted(missing)} are missing; give team_id, role and fte")
    table = pd.DataFrame({name: members[name] for name in ("team_id", "role")})
    _refuse(members.index, table["team_id"].isna(), "team_id", "is empty")
    _refuse(members.index, table["role"].isna() | (table["role"].astype(str).str.strip() == ""), "role", "is empty")
    table["role"] = table["role"].astype(str).str.strip()
    for name, default, high in (("fte", 1.0, np.inf), ("share", share, 1.0)):
        given = members[name] if name in members else pd.Series(default, index=members.index)
        column = pd.to_numeric(given.fillna(default), errors="coerce").astype(float)
        wanted = "must be a number of at least 0" if name == "fte" else "must be a share between 0 and 1"
        _refuse(members.index, ~((column >= 0) & (column <= high) & np.isfinite(column)), name, wanted)
        table[name] = column
    table["offered_min"] = table["fte"] * table["share"] * (hours_per_week * 60.0 * weeks)
    return table.groupby(["team_id", "role"], sort=False, as_index=False)[["fte", "offered_min"]].sum()


def _refuse(index: pd.Index, wrong: pd.Series, column: str, why: str) -> None:
    if wrong.any():
        raise InvalidInput(f"members, rows {name_some(index[wrong.to_numpy()])}, column {column}: {why}")
