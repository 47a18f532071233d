"""A weekly plan of sessions: what was chosen, how much of the demand it meets, and how near the best it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..study_area import StudyArea
from ..week import WEEKDAYS, _clock
from .candidates import Candidates
from .check import find_session_faults
from .demand import Segments
from .model import SessionModel, periods_of

__all__ = ["SessionPlan"]


@dataclass(frozen=True, eq=False, repr=False)
class SessionPlan:
    """Weekly sessions chosen for an area; made by `plan_sessions`.

    Attributes
    ----------
    frame : DataFrame
        One row a session at a planned site: session_id, site_id, team_id, weekday (1 Monday … 7), start, end (HH:MM),
        every_n_weeks, first_week, capacity (contacts a week), met (of them, shared over a site's sessions by
        capacity), kept (it is one of today's).
    terms : DataFrame
        By term, in the order in which they were settled: value, bound (what no plan can beat, all earlier terms held),
        gap, status ("optimal": within the gap asked; "effort", "time": what stopped it before), unit, nodes.
    sites : DataFrame
        site_id, sessions (a week), capacity, met.
    spread : DataFrame
        weekday, half ("" or "am", "pm"), people (with an open session in reach), share (of those who reach any planned
        site at all).
    unmet : DataFrame
        sites (ids in reach), contacts (a week, not met), people, reason ("no site in reach" or "sessions are full").
    demand : float
        Walk-in contacts a week.
    way_min : float
        Mean minutes from home to the site, of the contacts that are met; NaN when none is.
    seed : int
    time_limit_s : float
    """

    frame: pd.DataFrame
    terms: pd.DataFrame
    sites: pd.DataFrame
    spread: pd.DataFrame
    unmet: pd.DataFrame
    demand: float
    way_min: float
    seed: int
    time_limit_s: float
    area: StudyArea = field(repr=False)
    _elsewhere: pd.DataFrame = field(repr=False)

    @property
    def met(self) -> float:
        """Walk-in contacts met a week."""
        return float(self.sites["met"].sum())

    @property
    def bound(self) -> float:
        """Of the first term: what no plan under these rules can beat."""
        return float(self.terms["bound"].iloc[0])

    @property
    def gap(self) -> float:
        """Of the first term: between the plan and the bound, relative."""
        return float(self.terms["gap"].iloc[0])

    @property
    def status(self) -> str:
        return str(self.terms["status"].iloc[0])

    @property
    def sessions(self) -> pd.DataFrame:
        """The whole sessions layer under this plan, those at sites that were not planned included."""
        columns = ["session_id", "site_id", "team_id", "weekday", "start", "end", "every_n_weeks", "first_week"]
        return pd.concat([self.frame[columns], self._elsewhere[columns]], ignore_index=True)

    def apply(self) -> StudyArea:
        """The area with these sessions in place of today's."""
        return self.area.replace(sessions=self.sessions)

    def check(self, **rules) -> list[str]:
        """Faults that an independent look finds; see `libgrid.sessions.check.find_session_faults`."""
        away = set(self._elsewhere["site_id"]) - set(self.sites["site_id"])
        return find_session_faults(self.area, self.sessions, ignore_sites=away, **rules)

    def compare(self, other: SessionPlan, names: tuple[str, str] = ("this", "other")) -> pd.DataFrame:
        """Two plans side by side: sessions, contacts met, the way, and who has one in reach from Monday to Friday."""
        columns = {}
        for name, plan in zip(names, (self, other), strict=True):
            by_day = plan.spread.groupby("weekday")["share"].mean().reindex(range(1, 6), fill_value=0.0)
            columns[name] = {
                "sessions a week": plan.sites["sessions"].sum(),
                "contacts met a week": plan.met,
                "share of the contacts met": plan.met / plan.demand if plan.demand else float("nan"),
                "mean way of a contact (min)": plan.way_min,
                "people with a session in reach, mean weekday": by_day.mean(),
                "people with a session in reach, worst weekday": by_day.min(),
                "sites with a session": float((plan.sites["sessions"] > 0).sum()),
            }
        return pd.DataFrame(columns).rename_axis("measure")

    def changes(self) -> pd.DataFrame:
        """Today's sessions that are given up and new ones, paired within a team: what is moved, from where to where.

        Columns team_id, change ("moved", "new", "given up"), session_id (today's), from_site_id, from_time,
        to_site_id, to_time.
        """
        today = self.area.sessions.set_index("session_id", drop=False)
        today = today[today["site_id"].isin(self.sites["site_id"])]
        gone = today[~today["session_id"].isin(self.frame["session_id"][self.frame["kept"]])]
        gone = gone[gone["team_id"].isin(set(self.frame["team_id"]) | set(self._planned_teams))]
        new = self.frame[~self.frame["kept"]]
        rows = []
        for team in sorted(set(gone["team_id"]) | set(new["team_id"])):
            old, come = (list(f[f["team_id"] == team].itertuples()) for f in (gone, new))
            for i in range(max(len(old), len(come))):
                a, b = (side[i] if i < len(side) else None for side in (old, come))
                word = "moved" if a and b else "new" if b else "given up"
                rows.append((team, word, a.session_id if a else "", *_place(a), *_place(b)))
        columns = ["team_id", "change", "session_id", "from_site_id", "from_time", "to_site_id", "to_time"]
        return pd.DataFrame(rows, columns=columns)

    @property
    def _planned_teams(self) -> list:
        return list(self.area.ids("teams"))

    def plot(self, group: str = "all", *, ax=None):
        """A heat map of the week under this plan: which share of a group has someone in reach at which hour.

        Returns
        -------
        matplotlib.axes.Axes
        """
        from ..week import measure_week

        return measure_week(self.apply()).plot(group, ax=ax)

    def timetable(self, lang: str = "zh") -> pd.DataFrame:
        """The week as the office prints it: one row a site, one column a weekday; ids and times only."""
        days = WEEKDAYS[lang]
        held = self.frame.assign(
            text=self.frame["start"] + "–" + self.frame["end"] + " " + self.frame["team_id"].astype(str)
        )
        cells = (
            held.sort_values(["start", "team_id"])
            .groupby(["site_id", "weekday"], as_index=False)["text"]
            .agg("; ".join)
        )
        grid = cells.pivot_table(index="site_id", columns="weekday", values="text", aggfunc="first")
        grid = grid.reindex(index=self.sites["site_id"], columns=range(1, 8)).astype(object)
        grid = grid.where(grid.notna(), "")
        grid.columns = list(days)
        return grid.loc[:, (grid != "").any() | (np.arange(7) < 5)]

    def __repr__(self) -> str:
        return (
            f"SessionPlan({len(self.frame)} sessions, {self.met:,.0f} of {self.demand:,.0f} walk-in contacts a week "
            f"met, gap {self.gap:.2%})"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.timetable().to_html(border=0) + self.terms.to_html(index=False, border=0)


def _place(session) -> tuple[str, str]:
    if session is None:
        return "", ""
    return session.site_id, f"{session.weekday} {session.start}–{session.end}"


def read_plan_of(
    area: StudyArea,
    made: SessionModel,
    values: np.ndarray,
    c: Candidates,
    segments: Segments,
    sites: np.ndarray,
    capacity: np.ndarray,
    terms: list[dict],
    *,
    spread_by: str,
    seed: int,
    time_limit_s: float,
) -> SessionPlan:
    """From the solver's numbers back to ids and hours."""
    chosen = np.flatnonzero(values[made.held] > 0.5)
    planned = chosen[~c.outside[chosen]]
    site_ids, team_ids = area.ids("sites"), area.ids("teams")
    met_site = np.bincount(made.met_site, weights=values[made.met], minlength=len(sites))
    met_segment = np.bincount(made.met_segment, weights=values[made.met], minlength=len(segments.contacts))
    position = np.full(len(site_ids), -1)
    position[sites] = np.arange(len(sites))
    at = position[c.site[planned]]
    room = np.bincount(at, weights=capacity[planned], minlength=len(sites))
    frame = pd.DataFrame(
        {
            "session_id": _ids(area, c.today[planned]),
            "site_id": site_ids[c.site[planned]],
            "team_id": team_ids[c.team[planned]],
            "weekday": c.weekday[planned],
            "start": [_clock(m) for m in c.start[planned]],
            "end": [_clock(m) for m in c.end[planned]],
            "every_n_weeks": c.every[planned],
            "first_week": c.first_week[planned],
            "capacity": capacity[planned],
            "met": capacity[planned] * np.divide(met_site, room, out=np.zeros(len(sites)), where=room > 0)[at],
            "kept": c.today[planned] >= 0,
        }
    )
    frame = frame.sort_values(["weekday", "start", "site_id", "team_id"], kind="stable", ignore_index=True)
    layer = area.sessions
    mine = c.today[~c.outside & (c.today >= 0)]
    elsewhere = layer.drop(index=layer.index[mine])
    elsewhere = elsewhere.assign(first_week=elsewhere["first_week"].fillna(0) if "first_week" in elsewhere else 0)
    share = segments.people[segments.reached].sum()
    period, keys = periods_of(c, spread_by)
    people = _covered(segments, at, period[planned], c.a_week[planned], len(keys))
    half = ["" if spread_by == "weekday" else ("am", "pm")[h] for _, h in keys]
    spread = pd.DataFrame({"weekday": [d for d, _ in keys], "half": half, "people": people})
    spread["share"] = spread["people"] / share if share else np.nan
    by_site = pd.DataFrame(
        {
            "site_id": site_ids[sites],
            "sessions": np.bincount(at, weights=c.a_week[planned], minlength=len(sites)),
            "capacity": room,
            "met": met_site,
        }
    )
    return SessionPlan(
        frame, pd.DataFrame(terms), by_site, spread, _unmet(segments, met_segment, site_ids[sites]),
        float(segments.contacts.sum()), _mean_way(made, segments, values), seed, float(time_limit_s), area, elsewhere,
    )  # fmt: skip


def _covered(segments: Segments, site: np.ndarray, period: np.ndarray, a_week: np.ndarray, periods: int) -> np.ndarray:
    """People with a session in reach in each period; one held every two weeks counts half."""
    use = period >= 0
    opened = np.zeros((segments.sites.shape[1], periods))
    np.add.at(opened, (site[use], period[use]), a_week[use])
    return segments.people @ np.minimum(segments.sites @ np.minimum(opened, 1.0), 1.0)


def _ids(area: StudyArea, today: np.ndarray) -> list[str]:
    """Today's ids where a session is kept; for new ones the first free of new1, new2, …"""
    old = area.ids("sessions")
    taken, number, found = set(old), 0, []
    for row in today:
        if row >= 0:
            found.append(old[row])
            continue
        number += 1
        while f"new{number}" in taken:
            number += 1
        found.append(f"new{number}")
    return found


def _mean_way(made: SessionModel, segments: Segments, values: np.ndarray) -> float:
    met = values[made.met]
    way = segments.way_s[made.met_segment, made.met_site] / 60
    return float((met * way).sum() / met.sum()) if met.sum() > 0 else float("nan")


def _unmet(segments: Segments, met: np.ndarray, ids) -> pd.DataFrame:
    left = segments.contacts - met
    rows = [
        (", ".join(ids[s]), left[i], segments.people[i], "sessions are full" if s.any() else "no site in reach")
        for i, s in enumerate(segments.sites)
        if left[i] > 1e-4
    ]
    frame = pd.DataFrame(rows, columns=["sites", "contacts", "people", "reason"])
    return frame.sort_values("contacts", ascending=False, ignore_index=True)
