"""Which team sits where at which hours of the week, so that those who walk in are met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..issues import name_some
from ..progress import Progress, progress_callback
from ..study_area import StudyArea
from .candidates import build_candidates, team_travel_min, week_slots
from .check import find_session_faults
from .demand import build_segments, walk_in_contacts
from .inputs import allowed_pairs, household_column, kept_rows, number, per_row, planned_rows, rooms_of, walkers
from .model import Limits, build_session_model, periods_of
from .plan import SessionPlan, read_plan_of
from .relax import explain
from .search import TERMS, settle

__all__ = ["measure_sessions", "plan_sessions"]

HOURS = (("08:30", "12:00"), ("14:00", "17:30"))


def plan_sessions(
    area: StudyArea,
    *,
    sites: Iterable[Any] | None = None,
    teams: Iterable[Any] | None = None,
    may_serve: pd.DataFrame | None = None,
    hours: Sequence[tuple[str, str]] | pd.DataFrame = HOURS,
    weekdays: Iterable[int] = range(1, 6),
    max_sessions_per_team: float | Mapping[Any, float] = 2,
    min_sessions_per_team: float | Mapping[Any, float] = 0,
    min_sessions_per_site: float | Mapping[Any, float] = 0,
    rooms: int | Mapping[Any, int] | None = None,
    max_sessions: float | None = None,
    keep: str | Iterable[Any] = "none",
    max_changed: int | None = None,
    min_share: float = 0.0,
    spread_by: str = "weekday",
    order: Sequence[str] = ("demand", "spread", "change", "sessions"),
    minutes_per_contact: float = 10.0,
    contacts: Any = None,
    people: Any = None,
    rules: pd.DataFrame | None = None,
    mode: Any = "walk",
    threshold_s: float = 900.0,
    max_off_network_m: float = 500.0,
    gap: float = 0.005,
    effort: int = 1_000,
    time_limit_s: float = 60.0,
    rng: int = 0,
    progress: Progress = False,
) -> SessionPlan:
    """Choose weekly sessions (site, weekday, hours, team) so that walk-in demand is met, with a proven bound.

    Parameters
    ----------
    area : StudyArea
        With households, sites, teams and roads; its sessions are today's. A column ``opening_hours`` of the sites says
        when a session may be held there.
    sites, teams : ids, optional
        What is planned. Default: studios, stations and centres inside the area; all teams. Sessions of the teams at
        other sites stay as they are: they take the team's time and count nowhere else.
    may_serve : DataFrame, optional
        Columns team_id, site_id: which team may sit where. Default: everywhere.
    hours : sequence of (start, end), or DataFrame with weekday, start, end
        When new sessions may be held. Default: 210 minutes in the morning and in the afternoon.
    weekdays : iterable of int
        1 Monday … 7; not used with a frame of hours.
    max_sessions_per_team, min_sessions_per_team, min_sessions_per_site : number or mapping of id to number
        A week; one every two weeks is half of one. Default 2 a team: the fixed session of its week and one more.
    rooms : int or mapping of site id to int, optional
        How many teams may sit at a site at once. Default: as many as today's sessions need, at least 1.
    max_sessions : number, optional
        A week, of all teams.
    keep : "none", "all" or session ids
        Today's sessions that must stay.
    max_changed : int, optional
        How many of today's sessions may be given up or moved.
    min_share : float
        In every period of the week at least this share of the people who reach any planned site must have an open
        session in reach.
    spread_by : {"weekday", "half_day"}
        The periods of `min_share` and of the term "spread".
    order : sequence of {"demand", "spread", "change", "sessions"}
        The terms, each settled before the next and then held: contacts met; people with an open session in reach,
        summed over the periods; today's sessions given up; sessions held.
    minutes_per_contact : float
        A session of 210 minutes has room for 21 contacts of 10 minutes (a consultation takes about 9.2).
    contacts, people : (households,) arrays, optional
        Contacts a week and people who could walk in. Default: those of the service rules at a station
        (`libgrid.sessions.demand.walk_in_contacts`), and all but the homebound.
    rules : DataFrame, optional
        As `service_rules`, edited.
    mode, threshold_s, max_off_network_m
        How patients come, and within what time (inclusive).
    gap : float
        What counts as proved: relative to its bound, of each term. What is within it is left to the later terms.
    effort : int
        Nodes of branch and bound for each term: the same on every computer. Default: some ten seconds a term for 20
        teams and 9 sites.
    time_limit_s : float
        A safety stop for all terms together; what it cut off says status "time".
    rng : int
        The solver's seed.
    progress : bool or callable
        Counts nodes of branch and bound: `effort` a term, those that a term does not need with it. Ctrl-C stops the
        search.

    Returns
    -------
    SessionPlan

    Raises
    ------
    InvalidInput
        Layers that are missing, ids that the area does not have, numbers that cannot be.
    Infeasible
        When no plan can hold all that is asked. It names the rule that cannot hold and the smallest change that would
        make it hold (``.issues``, in English and Chinese), and the change of any other single rule that would do as
        well (``.alternatives``).

    Notes
    -----
    A contact can wait for a day of the week and goes to any site in reach: demand is matched a week, not an hour. Which
    contact goes where is settled last, with the sessions as they are: as many met, at the least total way.
    Households that reach the same sites are one in the model (`libgrid.sessions.demand.Segments`), so its size does not
    grow with the households. The model is solved by HiGHS; the team-and-time part is a timetabling model with
    the cliques of each moment, the demand part a transport problem.

    Examples
    --------
    >>> import libgrid as lg
    >>> plan = lg.plan_sessions(lg.datasets.load("town"))
    >>> plan.status, plan.check(), bool(plan.met <= plan.demand)
    ('optimal', [], True)
    """
    order = list(order)
    _check_options(order, spread_by, minutes_per_contact, min_share, threshold_s, gap, effort, time_limit_s)
    site_rows, team_rows = planned_rows(area, sites, teams)
    slots = week_slots(hours, weekdays)
    limits = Limits(
        per_row(area, "teams", max_sessions_per_team, "max_sessions_per_team", np.inf),
        per_row(area, "teams", min_sessions_per_team, "min_sessions_per_team", 0.0),
        per_row(area, "sites", min_sessions_per_site, "min_sessions_per_site", 0.0),
        rooms_of(area, rooms),
        np.inf if max_sessions is None else number(max_sessions, "max_sessions"),
        np.inf if max_changed is None else number(max_changed, "max_changed"),
        float(min_share),
        kept_rows(area, keep),
    )
    limits.min_team[np.setdiff1d(np.arange(len(limits.min_team)), team_rows)] = 0
    limits.min_site[np.setdiff1d(np.arange(len(limits.min_site)), site_rows)] = 0
    segments = build_segments(
        area, site_rows, household_column(area, contacts, "contacts", lambda: walk_in_contacts(area, rules=rules)),
        household_column(area, people, "people", lambda: walkers(area)), mode=mode, threshold_s=threshold_s,
        max_off_network_m=max_off_network_m,
    )  # fmt: skip
    allowed = allowed_pairs(area, may_serve)
    c = build_candidates(area, site_rows, team_rows, slots, allowed=allowed)
    travel = team_travel_min(area, team_rows)
    modes = area.column("teams", "mode")
    capacity = (c.end - c.start) / minutes_per_contact / c.every
    made = build_session_model(c, segments, site_rows, limits, capacity, travel, modes, spread_by=spread_by)
    search = {"nodes": effort, "time_limit_s": time_limit_s, "seed": rng}
    with progress_callback(progress, "sessions") as on_progress:
        values, terms = settle(made, c, segments, order, gap, search, on_progress)
    if values is None:
        wide = build_candidates(area, site_rows, team_rows, slots, allowed=allowed, with_closed=True)
        relaxed = build_session_model(
            wide, segments, site_rows, limits, np.zeros(len(wide)), travel, modes, spread_by=spread_by, relax=True
        )
        reached = float(segments.people[segments.reached].sum())
        raise explain(area, relaxed, wide, limits, periods_of(wide, spread_by)[1], reached, **search)
    return read_plan_of(
        area,
        made,
        values,
        c,
        segments,
        site_rows,
        capacity,
        terms,
        spread_by=spread_by,
        seed=rng,
        time_limit_s=time_limit_s,
    )


def measure_sessions(area: StudyArea, *, sites: Iterable[Any] | None = None, **asked: Any) -> SessionPlan:
    """What today's sessions meet: a `SessionPlan` in which nothing is chosen.

    Parameters
    ----------
    area : StudyArea
    sites : ids, optional
        As in `plan_sessions`.
    **asked : keywords
        minutes_per_contact, contacts, people, rules, mode, threshold_s, max_off_network_m, spread_by: see
        `plan_sessions`.

    Raises
    ------
    Infeasible
        When today's sessions cannot all be held: a team at two places at once, without the time between them, or at a
        site that is closed. Each collision is said with both sessions; ``.issues`` is the smallest cure.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> today, plan = lg.measure_sessions(area), lg.plan_sessions(area)
    >>> bool(today.met <= plan.met)
    True
    """
    lost = set(asked) - {"minutes_per_contact", "contacts", "people", "rules", "mode", "threshold_s"}
    lost -= {"max_off_network_m", "spread_by"}
    if lost:
        raise _core.InvalidInput(f"today's sessions are as they are: {name_some(sorted(lost))} says nothing about them")
    as_today = {"hours": (), "keep": "all", "max_sessions_per_team": np.inf, "rooms": 10**6}
    try:
        return plan_sessions(area, sites=sites, **as_today, order=["demand"], gap=0.0, **asked)
    except _core.Infeasible as refused:
        site_rows, _ = planned_rows(area, sites, None)
        away = set(area.ids("sites")) - set(area.ids("sites")[site_rows])
        faults = find_session_faults(area, area.sessions, ignore_sites=away)
        if not faults:
            raise
        more = f"; … ({len(faults)} in all)" if len(faults) > 5 else ""
        error = _core.Infeasible(f"today's sessions cannot all be held: {'; '.join(faults[:5])}{more}. {refused}")
        error.issues, error.alternatives = refused.issues, refused.alternatives
        raise error from None


def _check_options(order, spread_by, minutes_per_contact, min_share, threshold_s, gap, effort, time_limit_s) -> None:
    if not order or set(order) - set(TERMS) or len(set(order)) < len(order):
        raise _core.InvalidInput(f"order: name each of {', '.join(TERMS)} at most once, at least one; not {order}")
    if spread_by not in ("weekday", "half_day"):
        raise _core.InvalidInput(f"spread_by must be 'weekday' or 'half_day', not {spread_by!r}")
    for name, value, good, cure in (
        ("minutes_per_contact", minutes_per_contact, lambda v: v > 0, "give minutes above 0"),
        ("min_share", min_share, lambda v: v <= 1, "give a share from 0 to 1"),
        ("threshold_s", threshold_s, lambda v: v > 0, "give seconds above 0"),
        ("gap", gap, lambda v: v < 1, "give a share from 0 to 1, such as 0.01"),
        ("effort", effort, lambda v: v >= 1, "give at least one node"),
        ("time_limit_s", time_limit_s, lambda v: v > 0, "give seconds above 0"),
    ):
        if not (np.isfinite(number(value, name)) and good(value)):
            raise _core.InvalidInput(f"{name}: {value} cannot be; {cure}")
