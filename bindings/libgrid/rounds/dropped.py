"""Why a stop is not on the round, and a change that would take it in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .timetable import FOREVER, Shift, build_timetable

__all__ = ["explain_dropped", "visits_alone"]

NO_WAY = 10**10


def visits_alone(place: np.ndarray, bases: np.ndarray, day: tuple, shifts: list[Shift], may: np.ndarray) -> np.ndarray:
    """Which stops could be the only one of a carer's day."""
    fits = np.zeros(len(place), bool)
    for i, row in enumerate(place):
        fits[i] = any(
            may[c, i] and build_timetable([int(row)], int(bases[c]), *day, shift) is not None
            for c, shift in enumerate(shifts)
        )
    return fits


def explain_dropped(
    table: pd.DataFrame, crew: pd.DataFrame, visited: np.ndarray, orders: list[list[int]], day: tuple,
    shifts: list[Shift], may: np.ndarray, fits: np.ndarray,
) -> pd.DataFrame:  # fmt: skip
    """One row a stop that is left out: reason, a change that suffices with the rounds as they are, and its minutes.

    Of two changes, a later end of a shift or a wider window of the stop, the one of fewer minutes is told.
    """
    rows = []
    for i, stop in enumerate(table.itertuples()):
        if stop.place in visited:
            continue
        if not may[:, i].any():
            rows.append((stop.stop_id, "skill", f"a carer with the skill {stop.skill}", np.nan))
            continue
        carers = np.flatnonzero(may[:, i])
        late, carer = min(
            ((_overtime(stop.place, orders[c], crew, c, day, shifts[c]), c) for c in carers), default=(FOREVER, 0)
        )
        shut, when, by = min((*_window(stop.place, orders[c], crew, c, day, shifts[c]), c) for c in carers)
        if min(late, shut) >= NO_WAY:
            rows.append((stop.stop_id, *_nothing_helps(fits[i]), np.nan))
        elif late <= shut:
            minutes = -(-late // 60_000)
            change = f"{crew['carer_id'].iloc[carer]} back {minutes} min later"
            rows.append((stop.stop_id, "too long a day", change, float(minutes)))
        else:
            minutes, at = -(-shut // 60_000), int(when) // 60_000
            name = crew["carer_id"].iloc[by]
            change = f"a visit at {at // 60:02d}:{at % 60:02d}, {minutes} min outside its window, by {name}"
            rows.append((stop.stop_id, "window", change, float(minutes)))
    return pd.DataFrame(rows, columns=["stop_id", "reason", "change", "minutes"])


def _nothing_helps(alone: bool) -> tuple[str, str]:
    if alone:
        return "too long a day", "another carer or another day"
    return "no way", "a base from which it can be reached, or a road"


def _overtime(row: int, order: list[int], crew: pd.DataFrame, carer: int, day: tuple, shift: Shift) -> int:
    """How much longer the shift must be to take the stop in, at the best place of the order."""
    base = int(crew["place"].iloc[carer])
    best = FOREVER
    for at in range(len(order) + 1):
        made = build_timetable([*order[:at], int(row), *order[at:]], base, *day, shift, end_ms=FOREVER)
        if made is not None and made.travel < NO_WAY:
            best = min(best, max(1, made.back - shift.end_ms))
    return best


def _window(row: int, order: list[int], crew: pd.DataFrame, carer: int, day: tuple, shift: Shift) -> tuple[int, int]:
    """How far outside its window the visit would have to begin, and when."""
    times, service, opens, closes = day
    base, free_opens, free_closes = int(crew["place"].iloc[carer]), opens.copy(), closes.copy()
    free_opens[row], free_closes[row] = 0, FOREVER
    best = (FOREVER, 0)
    for at in range(len(order) + 1):
        made = build_timetable(
            [*order[:at], int(row), *order[at:]], base, times, service, free_opens, free_closes, shift
        )
        if made is not None:
            begin = made.begin[at]
            best = min(best, (max(opens[row] - begin, begin - closes[row], 1), begin))
    return best
