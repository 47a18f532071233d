"""Why no weekly plan can hold all that is asked, and the smallest change that would make it hold."""

from __future__ import annotations

import numpy as np

from .. import _core
from ..issues import Found, Issues
from ..study_area import StudyArea
from ..week import WEEKDAYS, _clock
from .candidates import Candidates
from .model import Limits, SessionModel

__all__ = ["explain"]

CODES = {
    "min_sessions_per_team": "LG-D201",
    "max_sessions_per_team": "LG-D202",
    "min_sessions_per_site": "LG-D203",
    "rooms": "LG-D204",
    "max_sessions": "LG-D205",
    "max_changed": "LG-D206",
    "locked": "LG-D207",
    "opening_hours": "LG-D208",
    "min_share": "LG-D209",
}


def explain(
    area: StudyArea, relaxed: SessionModel, c: Candidates, limits: Limits, keys: list, people: float, **search
) -> _core.Infeasible:
    """The refusal, to be raised: its text, the change as ``.issues``, and others by rule as ``.alternatives``.

    The rules give way in the elastic model at one unit a session (for the rooms: a room; for the share of people
    reached: a tenth of them), and the least sum is taken. An alternative is the least change of one rule alone.
    """
    whole = _least(relaxed, None, search)
    if whole is None:
        return _core.Infeasible(
            "no weekly plan can hold what is asked, and no change of the rules would help: today's sessions elsewhere "
            "leave the teams no time"
        )
    changes = _found(area, relaxed, whole, c, limits, keys, people)
    rules = {rule for rule, *_ in relaxed.slack}
    ways = {rule: _least(relaxed, rule, search) for rule in sorted(rules)}
    others = {
        rule: Issues(_found(area, relaxed, way, c, limits, keys, people))
        for rule, way in ways.items()
        if way is not None
    }
    issues = Issues(changes)
    said = "; ".join(
        f"{row.code} {row.layer} {row.id}: {row.message}. Cure: {row.fix}" for row in issues.frame.head(5).itertuples()
    )
    more = f"; … ({len(issues)} in all)" if len(issues) > 5 else ""
    also = [rule for rule in others if {CODES[rule]} != {f.code for f in changes}]
    or_else = f". Changing only {' or only '.join(also)} would do too: see .alternatives" if also else ""
    error = _core.Infeasible(f"no weekly plan can hold all that is asked. Smallest change: {said}{more}{or_else}")
    error.issues = issues
    error.alternatives = others
    return error


def _least(relaxed: SessionModel, rule: str | None, search: dict) -> np.ndarray | None:
    """The cheapest amounts by which the rules (or one rule) give way; None where that is not enough."""
    cost = np.zeros(relaxed.model.columns)
    column = np.array([s[2] for s in relaxed.slack], int)
    weight = np.array([s[3] for s in relaxed.slack])
    dear = np.array([rule is not None and s[0] != rule for s in relaxed.slack], bool)
    np.add.at(cost, column, np.where(dear, 1000.0 * weight, weight))
    found = relaxed.model.solve(cost, **{**search, "gap": 0.0})
    if found.values is None:
        return None
    amount = np.where(found.values[column] > 1e-6, found.values[column], 0.0)
    return None if (amount[dear] > 0).any() else amount


def _found(area, relaxed: SessionModel, amount: np.ndarray, c: Candidates, limits: Limits, keys, people) -> list[Found]:
    found = []
    teams, sites, sessions = (area.ids(name) for name in ("teams", "sites", "sessions"))
    for (rule, subject, _, _), by in zip(relaxed.slack, amount, strict=True):
        if not by > 0:
            continue
        layer, row_id, asked, holds = "sessions", "*", "", ""
        if rule in ("min_sessions_per_team", "max_sessions_per_team"):
            asked_of = limits.min_team if rule.startswith("min") else limits.max_team
            layer, row_id, asked = "teams", teams[subject], asked_of[subject]
            holds = asked - by if rule.startswith("min") else asked + by
        elif rule in ("min_sessions_per_site", "rooms"):
            layer, row_id = "sites", sites[subject]
            asked = limits.rooms[subject] if rule == "rooms" else limits.min_site[subject]
            holds = asked + by if rule == "rooms" else asked - by
        elif rule in ("max_sessions", "max_changed"):
            asked = limits.max_total if rule == "max_sessions" else limits.max_changed
            holds = asked + by
        elif rule == "locked":
            row_id = sessions[subject]
        elif rule == "opening_hours":
            layer, row_id = "sites", sites[c.site[subject]]
            day = WEEKDAYS["en"][c.weekday[subject] - 1]
            asked = f"{day} {_clock(c.start[subject])}–{_clock(c.end[subject])}"
        else:
            row_id = WEEKDAYS["en"][keys[subject][0] - 1]
            asked, holds = f"{limits.min_share:.1%}", f"{limits.min_share - by / people:.1%}"
        asked, holds = (f"{x:g}" if isinstance(x, float | np.floating) else str(x) for x in (asked, holds))
        found.append(Found(CODES[rule], layer, [str(row_id)], rule, values=[asked], others=[holds]))
    return found
