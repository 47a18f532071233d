"""The weekly sessions as a mixed-integer model: what is chosen, what must hold, and what may give way.

Rules that a person set can be given up one by one (`relax=True`): each then has a slack column, and the least total
slack is the smallest change that would make a plan possible. Where a team cannot be, it cannot be: overlaps and
journeys are never relaxed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ..milp import LinearModel
from .candidates import DAY, Candidates
from .demand import Segments

__all__ = ["Limits", "SessionModel", "build_session_model"]


@dataclass(frozen=True, eq=False)
class Limits:
    """What the user asked for; arrays count all teams and all sites of the area, inf or 0 where nothing is asked."""

    max_team: np.ndarray
    min_team: np.ndarray
    min_site: np.ndarray
    rooms: np.ndarray
    max_total: float
    max_changed: float
    min_share: float
    locked: np.ndarray  # rows of the sessions layer


@dataclass(eq=False)
class SessionModel:
    """The model and where its parts stand."""

    model: LinearModel
    held: np.ndarray  # column of each candidate
    met: np.ndarray  # columns of contacts met, of (segment, site) pairs
    met_segment: np.ndarray
    met_site: np.ndarray
    covered: np.ndarray  # (segments, periods) columns
    slack: list = field(default_factory=list)  # (rule, subject, column, weight)


def periods_of(c: Candidates, by: str) -> tuple[np.ndarray, list]:
    """Which period of the week each candidate lies in: the weekday, or its half by the middle of the session.

    Periods are those of the hours that are offered; -1: one of today's that lies in none.
    """
    half = (c.start + c.end >= DAY).astype(int) if by == "half_day" else np.zeros(len(c), int)
    use = c.today < 0 if (c.today < 0).any() else ~c.outside
    keys = sorted(set(zip(c.weekday[use].tolist(), half[use].tolist(), strict=True)))
    number = {key: i for i, key in enumerate(keys)}
    at = [number.get(key, -1) for key in zip(c.weekday.tolist(), half.tolist(), strict=True)]
    return np.array(at, int), keys


def build_session_model(
    c: Candidates,
    segments: Segments,
    sites: np.ndarray,
    limits: Limits,
    capacity: np.ndarray,
    travel_min: Mapping[str, np.ndarray],
    modes: np.ndarray,
    *,
    spread_by: str,
    relax: bool = False,
) -> SessionModel:
    """Build the model.

    Parameters
    ----------
    capacity : (candidates,) array
        Contacts a week.
    modes : (teams,) array of str
        The mode of each team of the area.
    relax : bool
        With slack for each rule that a person set; contacts are then left out.
    """
    model = LinearModel()
    planned = ~c.outside
    low = np.where(c.outside, 1.0, 0.0)
    high = np.where(c.closed & (c.today < 0) & (not relax), 0.0, 1.0)
    made = SessionModel(model, model.add_columns(len(c), low=low, high=high, integer=True), *(np.zeros(0, int),) * 4)
    add_places(made, c, travel_min, modes)
    add_rules(made, c, limits, relax)
    period, keys = periods_of(c, spread_by)
    site_at = np.full(max(int(sites.max(initial=-1)), int(c.site.max(initial=-1))) + 1, -1)
    site_at[sites] = np.arange(len(sites))
    add_coverage(made, c, segments, site_at, period, len(keys), limits.min_share, relax)
    if not relax:
        add_contacts(made, segments, capacity * planned, site_at[c.site], c)
    return made


def add_places(made: SessionModel, c: Candidates, travel_min: Mapping[str, np.ndarray], modes: np.ndarray) -> None:
    """A team is at one place at a time, and on the way between two."""
    model = made.model
    for team in np.unique(c.team):
        mine = np.flatnonzero(c.team == team)
        for rows in _at_once(c.take(mine)):
            cols = mine[rows]
            model.add_row(made.held[cols], high=max(1.0, c.outside[cols].sum()))
        way = travel_min[modes[team]]
        for day in np.unique(c.weekday[mine]):
            here = mine[c.weekday[mine] == day]
            times = np.unique(np.column_stack([c.start[here], c.end[here]]), axis=0)
            for _, end in times:
                for start, until in times[times[:, 0] >= end]:
                    first = here[c.end[here] == end]
                    then = here[(c.start[here] == start) & (c.end[here] == until)]
                    late = way[np.ix_(c.site[first], c.site[then])] > start - end
                    late &= _share_a_week(c, first, then)
                    for a in np.flatnonzero(late.any(axis=1)):
                        fixed = c.outside[first[a]] + c.outside[then[late[a]]].sum()
                        model.add_row(made.held[np.r_[first[a], then[late[a]]]], high=max(1.0, fixed))


def _share_a_week(c: Candidates, first: np.ndarray, then: np.ndarray) -> np.ndarray:
    common = np.gcd(c.every[first][:, None], c.every[then][None, :])
    return (c.first_week[first][:, None] - c.first_week[then][None, :]) % common == 0


def _at_once(c: Candidates) -> list[np.ndarray]:
    """Sets of candidates that hold at one moment: at each beginning, in each week of the cycle, each set once."""
    found: dict[bytes, np.ndarray] = {}
    for week in range(c.weeks):
        active = c.in_week(week)
        for begin in np.unique(c.begin[active]):
            rows = np.flatnonzero(active & (c.begin <= begin) & (begin < c.finish))
            if len(rows) > 1:
                found.setdefault(rows.tobytes(), rows)
    return list(found.values())


def add_rules(made: SessionModel, c: Candidates, limits: Limits, relax: bool) -> None:
    """What a person asked for: rows that may be given up."""
    model, held, a_week = made.model, made.held, c.a_week
    planned = ~c.outside

    def slack(rule: str, subject: int, rows: list[int], sign: float, weight: float = 1.0) -> None:
        if relax:
            column = model.add_columns(1, high=np.inf, integer=rule == "rooms")
            model.add_entries(rows, np.repeat(column, len(rows)), sign)
            made.slack.append((rule, subject, int(column[0]), weight))

    for team in np.unique(c.team[planned]):
        mine = np.flatnonzero(planned & (c.team == team))
        if np.isfinite(limits.max_team[team]):
            row = model.add_row(held[mine], a_week[mine], high=limits.max_team[team])
            slack("max_sessions_per_team", team, [row], -1.0)
    for team in np.flatnonzero(limits.min_team > 0):
        mine = np.flatnonzero(planned & (c.team == team))
        row = model.add_row(held[mine], a_week[mine], low=limits.min_team[team])
        slack("min_sessions_per_team", team, [row], 1.0)
    for site in np.flatnonzero(limits.min_site > 0):
        here = np.flatnonzero(planned & (c.site == site))
        row = model.add_row(held[here], a_week[here], low=limits.min_site[site])
        slack("min_sessions_per_site", site, [row], 1.0)
    for site in np.unique(c.site[planned]):
        here = np.flatnonzero(planned & (c.site == site))
        sets = [here[rows] for rows in _at_once(c.take(here))] + [
            here[[i]] for i in range(len(here)) if not limits.rooms[site]
        ]
        rows = [model.add_row(held[s], high=limits.rooms[site]) for s in sets if len(s) > limits.rooms[site]]
        if rows:
            slack("rooms", site, rows, -1.0)
    if np.isfinite(limits.max_total):
        row = model.add_row(held[planned], a_week[planned], high=limits.max_total)
        slack("max_sessions", -1, [row], -1.0)
    today = np.flatnonzero(planned & (c.today >= 0))
    if np.isfinite(limits.max_changed) and len(today):
        row = model.add_row(held[today], low=len(today) - limits.max_changed)
        slack("max_changed", -1, [row], 1.0)
    for i in today[np.isin(c.today[today], limits.locked)]:
        row = model.add_row(held[[i]], low=1.0)
        slack("locked", int(c.today[i]), [row], 1.0)
    closed = np.flatnonzero(c.closed & planned)
    if relax:  # one slack for each candidate outside the hours
        made.slack += [("opening_hours", int(i), int(held[i]), 1.0) for i in closed]
    else:
        for i in closed[c.today[closed] >= 0]:
            model.add_row(held[[i]], high=0.0)


def add_coverage(made, c, segments, site_at, period, n_periods, min_share, relax) -> None:
    """Who has an open session in reach in each period of the week: at most all, and only where one is held."""
    model = made.model
    n_sites = segments.sites.shape[1]
    if relax and not min_share > 0:
        return
    opened = model.add_columns(n_sites * n_periods).reshape(n_sites, n_periods)
    use = np.flatnonzero(~c.outside & (period >= 0))
    row = site_at[c.site[use]] * n_periods + period[use]
    every = np.arange(n_sites * n_periods)
    model.add_rows(
        np.r_[every, row], np.r_[opened.reshape(-1), made.held[use]], np.r_[np.ones(len(every)), -c.a_week[use]],
        high=0.0, count=len(every),
    )  # fmt: skip
    made.covered = model.add_columns(len(segments.people) * n_periods).reshape(len(segments.people), n_periods)
    segment, site = np.nonzero(segments.sites)
    for p in range(n_periods):
        model.add_rows(
            np.r_[np.arange(len(segments.people)), segment], np.r_[made.covered[:, p], opened[site, p]],
            np.r_[np.ones(len(segments.people)), -np.ones(len(segment))], high=0.0, count=len(segments.people),
        )  # fmt: skip
    if min_share > 0:
        asked = min_share * segments.people[segments.reached].sum()
        for p in range(n_periods):
            row = model.add_row(made.covered[:, p], segments.people, low=asked * (1 - 1e-9))
            if relax:
                column = model.add_columns(1, high=np.inf)
                model.add_entries([row], column, 1.0)
                weight = 10.0 / max(segments.people[segments.reached].sum(), 1e-9)  # a tenth of the people: a session
                made.slack.append(("min_share", p, int(column[0]), weight))


def add_contacts(made: SessionModel, segments: Segments, capacity: np.ndarray, site: np.ndarray, c: Candidates) -> None:
    """Contacts go to sites in reach, no more than are wanted and no more than the sessions hold."""
    model = made.model
    made.met_segment, made.met_site = np.nonzero(segments.sites & (segments.contacts[:, None] > 0))
    made.met = model.add_columns(len(made.met_segment), high=segments.contacts[made.met_segment])
    n = len(segments.contacts)
    model.add_rows(made.met_segment, made.met, 1.0, high=segments.contacts, count=n)
    n_sites = segments.sites.shape[1]
    use = np.flatnonzero(~c.outside)
    # the number of sessions at a site is a whole number by itself: the solver can branch on it before the teams
    model.add_rows(
        np.r_[made.met_site, site[use]], np.r_[made.met, made.held[use]], np.r_[np.ones(len(made.met)), -capacity[use]],
        high=0.0, count=n_sites,
    )  # fmt: skip
    weekly = use[c.every[use] == 1]
    counts = model.add_columns(n_sites, high=np.inf, integer=True)
    model.add_rows(
        np.r_[np.arange(n_sites), site[weekly]], np.r_[counts, made.held[weekly]],
        np.r_[np.ones(n_sites), -np.ones(len(weekly))], low=0.0, high=0.0, count=n_sites,
    )  # fmt: skip
