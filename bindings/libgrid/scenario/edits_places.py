"""Edits of sites, teams and sessions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import shapely

from .._core import InvalidInput
from ..columns import minutes_of_day
from ..issues import name_some
from ..schema import MODES, OFFERED_MIN, SITE_KINDS
from .draft import Draft
from .edit import Edit, positive, register

SITES = ("sites.places", "sites.inside", "sites.open")


def _word(value: str, words: tuple[str, ...], what: str) -> None:
    if value not in words:
        raise InvalidInput(f"{what} must be one of {', '.join(words)}, not {value!r}")


@register("add_site", *SITES)
@dataclass(frozen=True)
class AddSite(Edit):
    site_id: str
    at: tuple[float, float]
    site_name: str | None = None
    kind: str = "station"
    designated: bool = False

    def apply(self, draft: Draft) -> Draft:
        draft.require_new("sites", self.site_id)
        _word(self.kind, SITE_KINDS, "kind")
        return draft.with_row(
            "sites",
            site_id=self.site_id,
            name=self.site_name or self.site_id,
            kind=self.kind,
            designated=bool(self.designated),
            inside=True,
            geometry=shapely.Point(draft.place(self.at)),
        )


@register("move_site", "sites.places", "teams.bases")
@dataclass(frozen=True)
class MoveSite(Edit):
    """Moved twice, the last place counts: the edits are a sequence."""

    site_id: str
    at: tuple[float, float]

    def apply(self, draft: Draft) -> Draft:
        draft.require("sites", self.site_id)
        frame = draft.layer("sites").copy()
        shapes = frame.geometry.to_numpy().copy()
        shapes[(frame["site_id"] == self.site_id).to_numpy(bool)] = shapely.Point(draft.place(self.at))
        return draft.with_layer("sites", frame.set_geometry(shapes, crs=frame.crs))


@register("close_site", *SITES, "teams.bases")
@dataclass(frozen=True)
class CloseSite(Edit):
    """The site and its sessions go; teams that start there move to ``teams_to``."""

    site_id: str
    teams_to: str | None = None

    def apply(self, draft: Draft) -> Draft:
        draft.require("sites", self.site_id)
        teams = draft.layer("teams")
        based = teams.loc[teams["base_site_id"] == self.site_id, "team_id"]
        if len(based) and self.teams_to is None:
            raise InvalidInput(
                f"site {self.site_id!r} is the base of {name_some(based)}: say where they start from then, "
                "close_site(…, teams_to=…), or move them first"
            )
        if self.teams_to == self.site_id:
            raise InvalidInput(f"teams_to is the site {self.site_id!r} that is closed")
        if self.teams_to is not None:
            draft.require("sites", self.teams_to)
            for team in based:
                draft = _based_at(draft, team, self.teams_to)
        sessions = draft.layer("sessions")
        held = sessions.loc[sessions["site_id"] == self.site_id, "session_id"] if len(sessions) else []
        if len(held):
            draft = draft.without("sessions", held, "closed with its site")
        return draft.without("sites", [self.site_id], "closed")


def _based_at(draft: Draft, team_id: str, site_id: str) -> Draft:
    frame = draft.layer("teams").copy()
    frame.loc[frame["team_id"] == team_id, "base_site_id"] = site_id
    return draft.with_layer("teams", frame)


FIELD = ("plan.household_team",)


@register("add_team", "teams.ids", "teams.bases", "teams.offered", *FIELD)
@dataclass(frozen=True)
class AddTeam(Edit):
    """A team at a site, and the grids that it takes over; without any it has no field, but may be the nearest."""

    team_id: str
    base_site_id: str
    grids: tuple[str, ...] = ()
    team_name: str | None = None
    mode: str = "ebike"
    offered_min: float = OFFERED_MIN
    turnout_s: float = 180.0
    n_doctors: float = 1.0

    def apply(self, draft: Draft) -> Draft:
        draft.require_new("teams", self.team_id)
        draft.require("sites", self.base_site_id)
        _word(self.mode, MODES, "mode")
        draft = draft.with_row(
            "teams",
            team_id=self.team_id,
            base_site_id=self.base_site_id,
            name=self.team_name or self.team_id,
            n_doctor_teams=1,
            n_party_members=1,
            n_grid_workers=1,
            n_doctors=float(positive(self.n_doctors, "n_doctors")),
            offered_min=float(positive(self.offered_min, "offered_min")),
            mode=self.mode,
            turnout_s=float(positive(self.turnout_s, "turnout_s", low=-1e-9)),
        )
        return AssignTeam(self.team_id, self.grids).apply(draft) if self.grids else draft


@register("move_team", "teams.bases")
@dataclass(frozen=True)
class MoveTeam(Edit):
    """A team starts from another site. Moved twice, the last place counts."""

    team_id: str
    base_site_id: str

    def apply(self, draft: Draft) -> Draft:
        draft.require("teams", self.team_id)
        draft.require("sites", self.base_site_id)
        return _based_at(draft, self.team_id, self.base_site_id)


@register("assign_team", *FIELD)
@dataclass(frozen=True)
class AssignTeam(Edit):
    """A team looks after these grids, and all grids below them."""

    team_id: str
    grids: tuple[str, ...]

    def apply(self, draft: Draft) -> Draft:
        if isinstance(self.grids, str) or not self.grids:
            raise InvalidInput("grids is a list of grid ids, at least one")
        draft.require("teams", self.team_id)
        draft.require("grids", *self.grids)
        frame = draft.layer("grids").copy()
        frame.loc[draft.grids_below(self.grids), "team_id"] = self.team_id
        return draft.with_layer("grids", frame)


@register("add_session", "sites.open")
@dataclass(frozen=True)
class AddSession(Edit):
    session_id: str
    site_id: str
    team_id: str
    weekday: int
    start: str
    end: str
    every_n_weeks: int = 1

    def apply(self, draft: Draft) -> Draft:
        draft.require_new("sessions", self.session_id)
        draft.require("sites", self.site_id)
        draft.require("teams", self.team_id)
        for value, high, what in ((self.weekday, 7, "weekday"), (self.every_n_weeks, 52, "every_n_weeks")):
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= high:
                raise InvalidInput(f"{what} must be a whole number from 1 to {high}, not {value!r}")
        start, end = _clock(self.start, "start"), _clock(self.end, "end")
        if not start < end:
            raise InvalidInput(f"a session ends after it starts, not from {self.start} to {self.end}")
        sessions = draft.layer("sessions")
        if len(sessions):
            same = sessions[(sessions["team_id"] == self.team_id) & (sessions["weekday"] == self.weekday)]
            meets = (minutes_of_day(same["start"]) < end) & (start < minutes_of_day(same["end"]))
            if meets.any():
                raise InvalidInput(
                    f"team {self.team_id!r} already holds {name_some(same['session_id'][meets])} at that time: "
                    "take another hour or team, or remove that session first"
                )
        return draft.with_row(
            "sessions",
            session_id=self.session_id,
            site_id=self.site_id,
            team_id=self.team_id,
            weekday=self.weekday,
            start=self.start,
            end=self.end,
            every_n_weeks=self.every_n_weeks,
        )


def _clock(text, what: str) -> int:
    minute = int(minutes_of_day(pd.Series([text], dtype=object))[0]) if isinstance(text, str) else -1
    if minute < 0:
        raise InvalidInput(f'{what} is a time like "08:30", not {text!r}')
    return minute


@register("remove_session", "sites.open")
@dataclass(frozen=True)
class RemoveSession(Edit):
    session_id: str

    def apply(self, draft: Draft) -> Draft:
        draft.require("sessions", self.session_id)
        return draft.without("sessions", [self.session_id], "removed")


__all__ = [
    "AddSession",
    "AddSite",
    "AddTeam",
    "AssignTeam",
    "CloseSite",
    "MoveSite",
    "MoveTeam",
    "RemoveSession",
]
