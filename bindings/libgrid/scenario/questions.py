"""The questions of a scenario, and what each stands on: the table that says what an edit makes us ask again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import measure_coverage
from ..area_times import first_team_times, join_first_and_own, nearest_open_site, own_team_times
from ..gaps import find_gaps
from ..measures import measure_workload
from ..plan import measure_plan
from ..questions import group_people, near_the_edge, open_sites
from .edit import EDITS
from .parts import World, digest


@dataclass(frozen=True)
class Question:
    """One thing that is computed: ``needs`` are parts of the inputs, ``after`` the questions whose answers it takes."""

    name: str
    needs: tuple[str, ...]
    after: tuple[str, ...]
    layers: tuple[str, ...]
    measure: Callable[[World, Mapping[str, Any]], Any]


def _site_times(world: World, _) -> Any:
    return nearest_open_site(world.area, world.settings)


def _access(world: World, known) -> Any:
    return measure_coverage(
        known["site_times"],
        known["people"],
        kind="access",
        threshold_s=world.settings.access_threshold_s,
        open=open_sites(world.area, world.settings.moment),
        uncertain=known["uncertain"],
    )


def _own_times(world: World, _) -> np.ndarray:
    return own_team_times(world.area, world.plan.household_team(), world.settings)


def _response(world: World, known) -> Any:
    own_team = world.plan.household_team()
    first, first_s = known["first_times"]
    return measure_coverage(
        join_first_and_own(first, first_s, own_team, known["own_times"]),
        known["people"],
        kind="response",
        threshold_s=world.settings.response_threshold_s,
        plan=own_team,
        uncertain=known["uncertain"],
    )


def _gaps(of: str) -> Callable:
    def measure(world: World, known) -> Any:
        if known[of] is None:
            return None
        ask = world.settings
        how = {"join_m": ask.gap_join_m, "mode": ask.access_mode, "moment": ask.moment}
        return find_gaps(world.area, known[of], **how, max_off_network_m=ask.max_off_network_m)

    return measure


def _settings(*fields: str) -> tuple[str, ...]:
    return tuple(f"settings.{field}" for field in fields)


_EDGE = ("access_threshold_s", "access_mode")
_WAYS = ("households.places", "roads", "settings.max_off_network_m")
_RIDES = (*_WAYS, "households.doors", "teams.ids", "teams.bases", "settings.door_s")
_REACHED = ("households", "teams", "roads", "grids")

QUESTIONS: dict[str, Question] = {
    question.name: question
    for question in (
        Question("people", ("households.residents",), (), ("households",), lambda w, _: group_people(w.area)),
        Question(
            "uncertain",
            ("households.places", "sites.inside", "blocks", "grids", *_settings(*_EDGE)),
            (),
            ("households",),
            lambda w, _: near_the_edge(w.area, w.settings),
        ),
        Question(
            "site_times",
            (*_WAYS, "sites.places", "sites.open", *_settings("access_mode")),
            (),
            ("households", "sites", "roads", "sessions"),
            _site_times,
        ),
        Question(
            "access",
            ("sites.open", *_settings("access_threshold_s")),
            ("site_times", "people", "uncertain"),
            ("households", "sites", "roads", "sessions"),
            _access,
        ),
        Question("first_times", _RIDES, (), _REACHED, lambda w, _: first_team_times(w.area, w.settings)),
        Question("own_times", (*_RIDES, "plan.household_team"), (), _REACHED, _own_times),
        Question(
            "response",
            ("plan.household_team", *_settings("response_threshold_s")),
            ("first_times", "own_times", "people", "uncertain"),
            _REACHED,
            _response,
        ),
        Question(
            "workload",
            (
                "households.residents",
                "households.conditions",
                "grids",
                "teams.ids",
                "teams.offered",
                "plan.household_grid",
                "plan.household_team",
                "rules",
            ),
            (),
            ("households", "teams", "grids"),
            lambda w, _: measure_workload(w.area, w.plan, rules=w.rules),
        ),
        Question(
            "grids",
            (
                "households.residents",
                "households.conditions",
                "blocks",
                "grids",
                "teams.ids",
                "plan.labels",
                "plan.household_grid",
                *_settings("size_norm"),
            ),
            (),
            ("blocks", "grids"),
            lambda w, _: measure_plan(w.area, w.plan, size_norm=w.settings.size_norm),
        ),
        Question(
            "access_gaps",
            (*_WAYS, "sites.places", "sites.open", "households.residents", *_settings("gap_join_m", "access_mode")),
            ("access",),
            ("households", "sites", "roads", "sessions"),
            _gaps("access"),
        ),
        Question(
            "response_gaps",
            (*_WAYS, "households.residents", *_settings("gap_join_m")),
            ("response",),
            _REACHED,
            _gaps("response"),
        ),
    )
}


def wanted(world: World) -> list[str]:
    """The questions that can be asked of this world and that its settings ask for, in their order."""
    asked = [q for q in ("access", "response", "workload", "grids") if q in world.settings.questions]
    asked += [f"{q}_gaps" for q in asked if q in ("access", "response")]
    needed: set[str] = set()
    for question in reversed(QUESTIONS.values()):
        if world.has(*question.layers) and (question.name in asked or question.name in needed):
            needed.update((question.name, *question.after))
    return [name for name in QUESTIONS if name in needed]


def key_of(question: Question, parts: Mapping[str, str], answers: Mapping[str, str]) -> str:
    """One hash of everything that an answer stands on: parts of the inputs, and the answers it is made of.

    Where an edit changes an input but not the answer, what stands on that answer is not asked again.
    """
    return digest([question.name, *(parts[p] for p in question.needs), *(answers[q] for q in question.after)])


def dependencies() -> pd.DataFrame:
    """Which edit may make us ask which question again: one row an edit, one column a question.

    The table follows from what each edit touches and what each question stands on. An edit that touches a part without
    changing it, such as a plan that moves nobody, leads to no new computing: what is reused is decided by content.

    Examples
    --------
    >>> import libgrid as lg
    >>> table = lg.scenario.dependencies()
    >>> table.columns[table.loc["set_rules"]].tolist()
    ['workload']
    """
    reach: dict[str, set[str]] = {}
    for name, question in QUESTIONS.items():
        reach[name] = set(question.needs).union(*(reach[q] for q in question.after))
    rows = {edit: [_meets(cls.touches, reach[q]) for q in QUESTIONS] for edit, cls in EDITS.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(QUESTIONS)).rename_axis("edit")


def _meets(touches: tuple[str, ...], parts: set[str]) -> bool:
    return any(part in parts or (part == "settings" and any(p.startswith("settings.") for p in parts)) or
               (part == "settings" and "sites.open" in parts) for part in touches)  # fmt: skip
