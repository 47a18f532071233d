"""The edits of a scenario as methods, each with its defaults and units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from .._core import InvalidInput
from ..plan import Plan
from ..schema import OFFERED_MIN
from . import edits_people, edits_places, edits_plan, edits_roads
from .edit import frozen


def _many(ids: Any, what: str) -> tuple:
    """One id or several."""
    return (ids,) if isinstance(ids, str) else frozen(list(ids), what)


class Editing:
    """What `Scenario` can be asked to change. Every method returns a new scenario; all raise InvalidInput."""

    # -- sites, teams, sessions ------------------------------------------------------------------------------

    def add_site(self, site_id: str, at, *, name: str | None = None, kind: str = "station", designated: bool = False):
        """A new site at ``(x, y)`` in metres. It is open once a session is held there (`add_session`)."""
        return self.with_edit(edits_places.AddSite(site_id, frozen(tuple(at), "at"), name, kind, designated))

    def move_site(self, site_id: str, at):
        """A site, with its sessions and the teams that start there, at another place."""
        return self.with_edit(edits_places.MoveSite(site_id, frozen(tuple(at), "at")))

    def close_site(self, site_id: str, *, teams_to: str | None = None):
        """A site and its sessions end; teams that start there start from ``teams_to``."""
        return self.with_edit(edits_places.CloseSite(site_id, teams_to))

    def add_team(
        self,
        team_id: str,
        base_site_id: str,
        *,
        grids: Iterable[str] = (),
        name: str | None = None,
        mode: str = "ebike",
        offered_min: float = OFFERED_MIN,
        turnout_s: float = 180.0,
        n_doctors: float = 1.0,
    ):
        """A new team at a site, which takes over ``grids``. Defaults are those of the data model."""
        numbers = (frozen(v, "add_team") for v in (offered_min, turnout_s, n_doctors))
        return self.with_edit(edits_places.AddTeam(team_id, base_site_id, _many(grids, "grids"), name, mode, *numbers))

    def move_team(self, team_id: str, base_site_id: str):
        """A team starts from another site."""
        return self.with_edit(edits_places.MoveTeam(team_id, base_site_id))

    def assign_team(self, team_id: str, grids: Iterable[str]):
        """A team looks after these grids, and all that lie below them."""
        return self.with_edit(edits_places.AssignTeam(team_id, _many(grids, "grids")))

    def add_session(
        self, session_id: str, *, site_id: str, team_id: str, weekday: int, start: str, end: str, every_n_weeks: int = 1
    ):
        """A team at a site once a week (1 Monday … 7 Sunday), from ``"08:30"`` to ``"12:00"``."""
        return self.with_edit(
            edits_places.AddSession(
                session_id, site_id, team_id, frozen(weekday, "weekday"), start, end, frozen(every_n_weeks, "weeks")
            )
        )

    def remove_session(self, session_id: str):
        return self.with_edit(edits_places.RemoveSession(session_id))

    # -- roads -----------------------------------------------------------------------------------------------

    def close_roads(self, road_ids: Iterable[str]):
        """Nobody travels on these roads, in any mode."""
        return self.with_edit(edits_roads.CloseRoads(_many(road_ids, "road_ids")))

    def open_roads(self, road_ids: Iterable[str]):
        """Roads that this scenario closed are open again."""
        return self.with_edit(edits_roads.OpenRoads(_many(road_ids, "road_ids")))

    def add_crossing(
        self,
        road_id: str,
        from_road: str,
        to_road: str,
        *,
        near=None,
        road_class: str = "residential",
        oneway: str = "no",
        name: str = "",
    ):
        """A new street or bridge between two streets: the shortest, or the one that is nearest to ``near`` (x, y)."""
        place = None if near is None else frozen(tuple(near), "near")
        return self.with_edit(edits_roads.AddCrossing(road_id, from_road, to_road, place, road_class, oneway, name))

    # -- people ----------------------------------------------------------------------------------------------

    def scale_demand(self, factor: float, *, group: str | None = None, grids: Iterable[str] | None = None):
        """Counts of people times a factor: of everybody, or of one group ("usual", "age65", …); everywhere or in grids.

        Totals are exact; whole people are shared out along the rows of the households.
        """
        chosen = None if grids is None else _many(grids, "grids")
        return self.with_edit(edits_people.ScaleDemand(frozen(factor, "factor"), group, chosen))

    def age_population(self, years: float, *, points_per_year: float = edits_people.AGEING_POINTS_PER_YEAR):
        """So many years later: the share of people of 65 and more has risen by ``points_per_year`` percentage points a
        year (default: China between the censuses of 2010 and 2020, 0.463)."""
        return self.with_edit(
            edits_people.AgePopulation(frozen(years, "years"), frozen(points_per_year, "points_per_year"))
        )

    # -- the plan, the rules, what is asked ------------------------------------------------------------------

    def set_plan(self, plan: Plan | str):
        """Another plan: one of this baseline, or the name of one that lives with it."""
        if isinstance(plan, str):
            if plan not in self.baseline.plans:
                raise InvalidInput(
                    f"there is no plan {plan!r}; the area has {', '.join(self.baseline.plans) or 'none'}"
                )
            plan = self.baseline.plans[plan]
        return self.with_edit(edits_plan.SetPlan.of(plan, self.baseline))

    def redraw(self, **options):
        """The plan that :func:`libgrid.redraw` finds for the scenario so far; ``rng`` is the scenario's seed.

        What was asked is kept, and the hash of what came of it: a replay must find the same plan. Options are texts,
        numbers, lists and dicts; ``time_limit_s`` would make the plan depend on the machine and is refused.
        """
        options.setdefault("rng", self.seed)
        for name in ("threads", "progress", "start", "time_limit_s"):
            if name in options:
                raise InvalidInput(
                    f"redraw: {name} is no part of a scenario: it starts from the plan so far, effort= says how long"
                )
        edit = edits_plan.Redraw(tuple((name, edits_plan.pack(value, name)) for name, value in options.items()))
        step = len(self.edits) + 1
        drawn, found = edit.draw(replace(self._draft, step=step))
        return self._with(replace(drawn, step=step), (*self.edits, replace(edit, plan_hash=found)))

    def set_rules(self, rules: pd.DataFrame):
        """Other service rules: :func:`libgrid.service_rules`, edited."""
        return self.with_edit(edits_plan.SetRules.of(rules))

    def set_settings(self, **changes):
        """Other fields of `Settings`: ``access_mode="walk_elderly"``, ``moment="2 10:00"`` …"""
        return self.with_edit(edits_plan.SetSettings.of(changes))

    def set_thresholds(self, *, access_threshold_s: float | None = None, response_threshold_s: float | None = None):
        """Other thresholds, in seconds."""
        given = {"access_threshold_s": access_threshold_s, "response_threshold_s": response_threshold_s}
        return self.set_settings(**{k: v for k, v in given.items() if v is not None})
