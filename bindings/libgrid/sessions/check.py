"""An independent look at a weekly plan: session by session, without the model that made it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..study_area import StudyArea
from .candidates import is_open, site_hours, team_travel_min

__all__ = ["find_session_faults"]


def find_session_faults(
    area: StudyArea,
    sessions: pd.DataFrame,
    *,
    rooms: Mapping[Any, int] | None = None,
    max_sessions_per_team: Mapping[Any, float] | None = None,
    ignore_sites: Any = (),
) -> list[str]:
    """What is wrong with weekly sessions: one sentence a fault, none when all is well.

    Each pair of sessions is looked at: a team at two places at once, or without the time to travel between them; more
    sessions at a site than rooms; a session while its site is closed; a team with more sessions than it may hold.

    Parameters
    ----------
    area : StudyArea
    sessions : DataFrame
        As the sessions layer.
    rooms, max_sessions_per_team : mapping of id to number, optional
    ignore_sites : ids
        Sites that are not planned: their sessions are only looked at for the teams' time.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> find_session_faults(area, area.sessions)
    []
    """
    site_at = {s: i for i, s in enumerate(area.ids("sites"))}
    mode = dict(zip(area.ids("teams"), area.column("teams", "mode"), strict=True))
    rows = area.ids("teams").get_indexer(sessions["team_id"].unique())
    way = team_travel_min(area, rows) if len(rows) else {}
    hours = site_hours(area)
    held = [_Session(*row) for row in zip(*_columns(sessions), strict=True)]
    faults = []
    for i, a in enumerate(held):
        if a.site not in ignore_sites and not is_open(hours[site_at[a.site]], *a.span):
            faults.append(f"{a.id} is held while {a.site} is closed")
        for b in held[i + 1 :]:
            if a.team != b.team or a.day != b.day or not a.meets(b):
                continue
            first, then = sorted((a, b), key=lambda s: s.start)
            if then.start < first.end:
                faults.append(f"{first.id} and {then.id} are both {a.team}'s at one time")
            elif way[mode[a.team]][site_at[first.site], site_at[then.site]] > then.start - first.end:
                faults.append(f"{a.team} cannot get from {first.id} to {then.id} in time")
    for site, most in (rooms or {}).items():
        here = [s for s in held if s.site == site]
        for s in here:
            at_once = [o for o in here if o.day == s.day and o.start <= s.start < o.end]
            for week in range(int(np.lcm.reduce([o.every for o in at_once]))):
                if sum(week % o.every == o.first for o in at_once) > most:
                    faults.append(f"{site} has more than {most} sessions at once when {s.id} begins")
                    break
    for team, most in (max_sessions_per_team or {}).items():
        a_week = sum(1 / s.every for s in held if s.team == team and s.site not in ignore_sites)
        if a_week > most + 1e-9:
            faults.append(f"{team} holds {a_week:g} sessions a week, more than {most:g}")
    return faults


class _Session:
    def __init__(self, row_id, site, team, day, start, end, every, first):
        self.id, self.site, self.team = row_id, site, team
        self.day, self.every, self.first = int(day), int(every), int(first)
        self.start, self.end = (int(t[:2]) * 60 + int(t[3:]) for t in (start, end))
        self.span = ((self.day - 1) * 1440 + self.start, (self.day - 1) * 1440 + self.end)

    def meets(self, other: _Session) -> bool:
        """Whether both are ever held in one week."""
        return (self.first - other.first) % int(np.gcd(self.every, other.every)) == 0


def _columns(sessions: pd.DataFrame) -> list:
    first = sessions["first_week"].fillna(0) if "first_week" in sessions else np.zeros(len(sessions), int)
    names = ("session_id", "site_id", "team_id", "weekday", "start", "end", "every_n_weeks")
    return [*(sessions[n] for n in names), first]
