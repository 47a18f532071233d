"""The public edition of the facts: everything that is drawn or written afterwards comes from these frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from .facts import ReportFacts
from .public_cells import COUNTS, LEDGER, collect
from .suppress import FEW, WITHHELD, Hidden

BANDS = {"share_8min": 8.0, "share_10min": 10.0, "share_15min": 15.0}
TIMES = {"mean_s": 60, "median_s": 60, "p90_s": 60, "own_team_min": 1, "boundary_cost_min": 1, "worst_min": 1}


def public_edition(facts: ReportFacts, k: int = 10) -> ReportFacts:
    """Facts without household points, small counts, or anything that a subtraction could bring back.

    Counts 1…k−1 become ``FEW``, the cells that protect them ``WITHHELD``; rates of them go too, times are
    whole minutes, gaps of fewer than k people and the comparison of two plans are left out.
    """
    tables = {
        "access": facts.access_groups,
        "response": facts.response_groups,
        "team": facts.response_by_team,
        "site": facts.access_by_site,
    }
    hidden = collect(facts, tables, k).hide()
    return replace(
        facts,
        households=None,
        plan_change=(facts.plan_change or {}).get("public"),
        change_map=facts.change_map if (facts.plan_change or {}).get("public") else None,
        headline=_hide_headline(facts, hidden),
        access_groups=_hide_coverage("access", tables["access"], "group", hidden, k),
        response_groups=_hide_coverage("response", tables["response"], "group", hidden, k),
        response_by_team=_hide_coverage("team", tables["team"], "team_id", hidden, k),
        access_by_site=_hide_coverage("site", tables["site"], "site_id", hidden, k),
        grids=_hide_grids(facts.grids, hidden, k),
        teams=_hide_teams(facts.teams, hidden, k),
        gaps=_hide_gaps(facts.gaps, hidden, k),
        curve=_coarsen_curve(facts, k),
        ledger=_hide_frame(facts.ledger, "layer", "ledger", LEDGER, hidden),
    )


def _hide_headline(facts: ReportFacts, hidden) -> Mapping[str, Mapping | None]:
    def cover(name, figure):
        value = hidden.get(("headline", name), figure["value"])
        return {
            **figure,
            "value": value,
            "total": hidden.get(("headline", name, "total"), figure.get("total")),
        }

    return {name: figure and cover(name, figure) for name, figure in facts.headline.items()}


def _hide_frame(frame, id_column: str, name: str, columns, hidden):
    if frame is None:
        return None
    frame = frame.copy()
    for column in (c for c in columns if c in frame):
        keys = [(name, row, column) for row in frame[id_column]]
        shown = [hidden.get(key, value) for key, value in zip(keys, frame[column], strict=True)]
        frame[column] = pd.Series(shown, index=frame.index, dtype=object)
    return frame


def _cover(frame, columns, rows) -> None:
    """Withhold these columns in these rows (a boolean array)."""
    for column in (c for c in columns if c in frame and np.any(rows)):
        frame[column] = frame[column].astype(object).where(~np.asarray(rows), WITHHELD)


def _whole_minutes(frame) -> None:
    for column in (c for c in TIMES if c in frame):
        frame[column] = (pd.to_numeric(frame[column]) / TIMES[column]).round() * TIMES[column]


def _few(counts, k: int) -> np.ndarray:
    counts = pd.to_numeric(counts).to_numpy(dtype=float)
    return (counts > 0) & (counts < k)


def _is_hidden(column) -> np.ndarray:
    return np.array([isinstance(value, Hidden) for value in column], dtype=bool)


def _small(share, people, k: int) -> np.ndarray:
    """Where a share, multiplied out, is fewer than k people or all but fewer than k of them."""
    people = pd.to_numeric(people).to_numpy(dtype=float)
    reached = np.round(pd.to_numeric(share).to_numpy(dtype=float) * people)
    return ((reached > 0) & (reached < k)) | ((people - reached > 0) & (people - reached < k))


def _hide_coverage(name: str, frame, id_column: str, hidden, k: int):
    shown = _hide_frame(frame, id_column, name, COUNTS, hidden)
    if shown is None:
        return None
    _whole_minutes(shown)
    # Without the number of people nothing can be said to be safe.
    few = _is_hidden(shown["people"]) if "people" in shown else np.ones(len(shown), dtype=bool)
    rate = few.copy()
    for column in (c for c in ("covered", "uncovered") if c in shown):
        rate |= _is_hidden(shown[column])
    _cover(shown, ["covered_share", *BANDS], rate)
    _cover(shown, ["mean_s", "median_s", "p90_s"], few)
    for column in (c for c in ("covered_share", *BANDS) if c in shown and "people" in shown):
        _cover(shown, [column], _small(frame[column], frame["people"], k))
        rounded = [v if isinstance(v, Hidden) else round(float(v), 2) for v in shown[column]]
        shown[column] = pd.Series(rounded, index=shown.index, dtype=object)
    return shown


def _hide_grids(grids, hidden, k: int):
    columns = ("people", "size", "uncovered", "response_uncovered")
    shown = _hide_frame(grids, "grid_id", "grid", columns, hidden)
    _whole_minutes(shown)
    known = [c for c in ("people", "size") if c in shown]
    few = np.zeros(len(shown), dtype=bool) if known else np.ones(len(shown), dtype=bool)
    for column in known:
        few |= _few(grids[column], k)
    rate = few.copy()
    for column in (c for c in ("people", "uncovered") if c in shown):
        rate |= _is_hidden(shown[column])
    if "people" in shown and "covered_share" in shown:
        rate |= _small(grids["covered_share"], grids["people"], k)
    _cover(shown, ["covered_share"], rate)
    _cover(shown, ["own_team_min", "boundary_cost_min", "load"], few)
    return shown


def _hide_teams(teams, hidden, k: int):
    shown = _hide_frame(teams, "team_id", "work", ("residents", "panel_signed"), hidden)
    if shown is not None and "residents" in shown:
        _cover(shown, ["asked_min", "travel_min", "estimated_min", "load"], _few(teams["residents"], k))
    return shown


def _hide_gaps(gaps, hidden, k: int):
    if gaps is None:
        return None
    shown = gaps.reset_index(drop=True)
    _whole_minutes(shown)
    people = [hidden.get(("gap", i), value) for i, value in enumerate(gaps["people"])]
    shown["people"] = pd.Series(people, index=shown.index, dtype=object)
    if "households" in shown:
        counts = [
            n if not isinstance(p, Hidden) else p for n, p in zip(gaps["households"], shown["people"], strict=True)
        ]
        counts = [FEW if not isinstance(n, Hidden) and 0 < n < k else n for n in counts]
        shown["households"] = pd.Series(counts, index=shown.index, dtype=object)
    return shown[~_few(gaps["people"], k)]


def _coarsen_curve(facts: ReportFacts, k: int):
    """Whole minutes and steps of one per cent or k people, whichever is more; the ends hide fewer than k."""
    if facts.curve is None:
        return None
    figure = facts.headline.get("people_beyond_response") or {}
    total = float(figure.get("total") or 0)
    if total < 2 * k:
        return None
    step = max(0.01, k / total)
    curve = facts.curve[np.isclose(facts.curve["minutes"] % 1, 0)].copy()
    for column in ("own_share", "nearest_share"):
        share = (curve[column] / step).round() * step
        share = share.where(curve[column] * total >= k, 0.0)
        curve[column] = share.where((1 - curve[column]) * total >= k, 1.0).clip(0, 1)
    return curve
