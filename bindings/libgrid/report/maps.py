"""The three maps of the report: which column, which classes, which layers over it."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from .facts import ReportFacts
from .map_svg import Layers, draw_map, numbers
from .scales import minutes_scale, share_scale
from .suppress import Hidden
from .words import Words


def _points(households, column: str, threshold: float, far: bool) -> np.ndarray:
    if households is None or column not in households:
        return np.empty((0, 2))
    beyond = ~(households[column].to_numpy(dtype=float) <= threshold)
    chosen = households.geometry[beyond if far else ~beyond]
    return np.column_stack([chosen.x, chosen.y])


def _gaps_of(facts: ReportFacts, kind: str):
    gaps = facts.gaps
    return gaps if gaps is None or "kind" not in gaps else gaps[gaps["kind"] == kind]


def draw_maps(facts: ReportFacts, words: Words, minutes) -> list[dict]:
    """Title, note and picture of each map; the picture is None where its column has no value."""
    base = {"roads": facts.roads, "water": facts.water, "sites": facts.sites}
    households, grids = facts.households, facts.grids
    response, access = facts.response_threshold_min, facts.access_threshold_min
    own, lost = numbers(grids, "own_team_min"), numbers(grids, "boundary_cost_min")
    plans = [
        (
            "response",
            "own_team_min",
            minutes_scale(own, words, words("legend.response"), response),
            Layers(
                **base,
                gaps=_gaps_of(facts, "response"),
                far_dots=_points(households, "response_min", response, True),
            ),
        ),
        (
            "access",
            "covered_share",
            share_scale(words, words("legend.access")),
            Layers(
                **base,
                gaps=_gaps_of(facts, "access"),
                far_dots=_points(households, "access_min", access, True),
                near_dots=_points(households, "access_min", access, False),
            ),
        ),
        (
            "boundary",
            "boundary_cost_min",
            minutes_scale(lost, words, words("legend.boundary")),
            Layers(**base),
        ),
    ]
    names = None
    if facts.teams is not None and "name" in facts.teams and len(facts.teams) <= 40:
        names = dict(zip(facts.teams["team_id"], facts.teams["name"], strict=True))
    maps = []
    for kind, column, scale, layers in plans:
        threshold = minutes["access" if kind == "access" else "response"]
        entry = {
            "title": words(f"map.{kind}", minutes=threshold),
            "note": words(f"map.{kind}.note", minutes=threshold),
        }
        drawable = len(grids) > 0 and bool(np.isfinite(grids.total_bounds).all())
        if (
            drawable
            and column in grids
            and not (np.isnan(numbers(grids, column)).all() and not _any_hidden(grids[column]))
        ):
            drawn = draw_map(
                grids,
                column,
                scale,
                layers,
                words,
                title=entry["title"],
                prefix=f"m-{kind}",
                crs=facts.crs,
                label_teams=names if kind == "boundary" else None,
            )
            entry["svg"] = Markup(drawn)
        else:
            entry["svg"] = None
        maps.append(entry)
    return maps


def _any_hidden(column) -> bool:
    return any(isinstance(value, Hidden) for value in column)
