"""The search for weekly sessions: one term after the other, each held while the next is sought."""

from __future__ import annotations

import time

import numpy as np

from .. import _core
from .candidates import Candidates
from .demand import Segments
from .model import SessionModel

__all__ = ["TERMS", "settle"]

TERMS = {  # unit, and whether more is better
    "demand": ("contacts a week", True),
    "spread": ("people a period", True),
    "change": ("sessions changed", False),
    "sessions": ("sessions a week", False),
}


def settle(
    made: SessionModel, c: Candidates, segments: Segments, order: list[str], gap: float, search: dict, on_progress=None
) -> tuple[np.ndarray | None, list[dict]]:
    """Settle one term after the other; each is held within the gap of its bound while the next is sought.

    Half of the gap is proved first, so that the other half is left to the terms that follow. ``on_progress(done,
    total)`` counts nodes: a term that is settled counts as its whole budget.
    """
    nodes = search["nodes"]
    total = len(order) * nodes
    settled, values = [], None
    begun = time.monotonic()
    for at, term in enumerate(order):
        cost, more = _cost(made, c, segments, term), TERMS[term][1]
        left = max(search["time_limit_s"] - (time.monotonic() - begun), 1.0)
        watch = None if on_progress is None else lambda n, at=at: on_progress(at * nodes + min(n, nodes), total)
        found = made.model.solve(
            cost, maximise=more, gap=gap / 2, start=values, on_nodes=watch, **{**search, "time_limit_s": left}
        )
        if on_progress is not None:
            on_progress((at + 1) * nodes, total)
        if values is None and found.status == "infeasible":
            return None, []
        if values is None and found.values is None:
            raise _core.Infeasible(
                f"no plan was found within effort={search['nodes']} nodes and time_limit_s={search['time_limit_s']}, "
                "and none was proved impossible: raise one of them"
            )
        values = values if found.values is None else found.values
        value = float(cost @ values)
        bound = found.bound if np.isfinite(found.bound) else (np.inf if more else -np.inf)
        settled.append((term, cost, bound, found))
        rows, rounding = np.flatnonzero(cost), 1e-7 * max(1.0, abs(value))
        if len(rows) and more:
            made.model.add_row(rows, cost[rows], low=min(value, bound - gap * abs(bound)) - rounding)
        elif len(rows):
            made.model.add_row(rows, cost[rows], high=max(value, bound + gap * abs(bound)) + rounding)
    values = _to_the_nearest(made, segments, values, search)
    away = float(((~c.outside) & (c.today >= 0)).sum())
    return values, [
        _term(t, float(cost @ values), bound, away * (t == "change"), found) for t, cost, bound, found in settled
    ]


def _term(term: str, value: float, bound: float, plus: float, found) -> dict:
    value, bound = value + plus, bound + plus
    distance = abs(value - bound)
    relative = distance / max(abs(value), abs(bound)) if distance > 1e-6 else 0.0
    return {
        "term": term, "value": value, "bound": bound, "gap": relative,
        "status": found.status, "unit": TERMS[term][0], "nodes": found.nodes,
    }  # fmt: skip


def _to_the_nearest(made, segments, values, search) -> np.ndarray:
    """The sessions as they are, and each contact at the nearest site that has room: as many met, least total way."""
    model, held = made.model, np.round(values[made.held])
    model.add_rows(np.arange(len(held)), made.held, 1.0, low=held, high=held, count=len(held))
    most = np.zeros(model.columns)
    most[made.met] = 1.0
    most[made.covered] = segments.people[:, None]
    best = model.solve(most, maximise=True, gap=0.0, start=values, **search)
    if best.values is None:
        return values
    rows = np.flatnonzero(most)
    if len(rows):
        model.add_row(rows, most[rows], low=best.objective - 1e-9 * max(1.0, best.objective))
    way = np.zeros(model.columns)
    way[made.met] = segments.way_s[made.met_segment, made.met_site] / 60
    found = model.solve(way, gap=0.0, start=best.values, **search)
    return best.values if found.values is None else found.values


def _cost(made, c, segments, term: str) -> np.ndarray:
    cost = np.zeros(made.model.columns)
    if term == "demand":
        cost[made.met] = 1.0
    elif term == "spread":
        cost[made.covered] = segments.people[:, None]
    elif term == "change":
        cost[made.held[~c.outside & (c.today >= 0)]] = -1.0
    else:
        cost[made.held] = np.where(c.outside, 0.0, c.a_week)
    return cost
