"""When a carer is where: the earliest timetable of a given order of stops, with windows and lunch."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

__all__ = ["Shift", "Timetable", "build_timetable"]

FOREVER = 10**12


@dataclass(frozen=True)
class Shift:
    """One carer's day; milliseconds from midnight. `lunch_ms` 0: none."""

    start_ms: int
    end_ms: int
    lunch_from_ms: int = 0
    lunch_latest_ms: int = 0  # when it must have begun
    lunch_ms: int = 0


@dataclass(frozen=True, eq=False)
class Timetable:
    """Milliseconds from midnight, one entry a stop in the order of the round."""

    leave_base: int
    arrive: list[int]
    begin: list[int]
    leave: list[int]
    wait: list[int]  # since the stop before, beside the way and lunch; the last is before the return
    back: int
    lunch: int  # its beginning; -1: none, or before or after the round
    travel: int


def build_timetable(
    order: list[int],
    base: int,
    times: np.ndarray,
    service: np.ndarray,
    opens: np.ndarray,
    closes: np.ndarray,
    shift: Shift,
    *,
    end_ms: int | None = None,
) -> Timetable | None:
    """The timetable that ends earliest, then waits least; None where a window or the shift cannot be kept.

    Lunch is a stay of its own: before the round, after it, or on one of its legs, at either end of the leg. Of equal
    ones the earlier place is taken. O(stops²).

    Parameters
    ----------
    order : list of int
        Stops, as rows of `times`.
    times, service, opens, closes : int64 arrays
        Milliseconds; a visit begins between opens and closes.
    end_ms : int, optional
        When the round must be back; default the shift's end.
    """
    limit = shift.end_ms if end_ms is None else end_ms
    places = [base, *order, base]
    legs = [int(times[a, b]) for a, b in itertools.pairwise(places)]
    chain = [(legs[i], int(opens[s]), int(closes[s]), int(service[s])) for i, s in enumerate(order)]
    best, best_key = None, None
    for lunch_at, there, start, events in _with_lunch([*chain, (legs[-1], 0, FOREVER, 0)], shift):
        found = _run(events, start, limit)
        if found is None:
            continue
        departure, stays = found
        back = stays[-1][0]
        key = (back, back - departure)
        if best_key is None or key < best_key:
            best, best_key = (departure, stays, lunch_at, there), key
    if best is None:
        return None
    departure, stays, lunch_at, there = best
    noon = stays.pop(lunch_at) if lunch_at >= 0 else None
    if noon is not None and there:  # the carer is at the next stop while eating
        stays[lunch_at] = (noon[0], *stays[lunch_at][1:])
    wait, now = [], departure
    for i, (_, begin, leave) in enumerate(stays):
        eaten = shift.lunch_ms if noon is not None and i == lunch_at else 0
        wait.append(begin - now - legs[i] - eaten)
        now = leave
    arrive, begin, leave = ([s[i] for s in stays[:-1]] for i in range(3))
    return Timetable(departure, arrive, begin, leave, wait, stays[-1][1], -1 if noon is None else noon[1], sum(legs))


def _with_lunch(events: list[tuple], shift: Shift):
    """The day with lunch at each place where it can be: (which event it is or -1, eaten there?, departure, events)."""
    if not shift.lunch_ms:
        yield -1, False, shift.start_ms, events
        return
    home = events[-1][0]
    yield -1, False, shift.start_ms, [*events[:-1], (home, 0, shift.lunch_latest_ms, 0)]  # back in time for it
    first = max(shift.start_ms, shift.lunch_from_ms)
    if first <= shift.lunch_latest_ms:
        yield -1, False, first + shift.lunch_ms, events  # before the round
    noon = (shift.lunch_from_ms, shift.lunch_latest_ms, shift.lunch_ms)
    for i, (leg, *rest) in enumerate(events):
        if i > 0:  # where the carer is, before the leg
            yield i, False, shift.start_ms, [*events[:i], (0, *noon), (leg, *rest), *events[i + 1 :]]
        if i < len(events) - 1:  # where the leg leads
            yield i, True, shift.start_ms, [*events[:i], (leg, *noon), (0, *rest), *events[i + 1 :]]


def _run(events: list[tuple], start: int, limit: int) -> tuple[int, list] | None:
    """(departure, (arrival, beginning, leaving) of each event): as early as can be, the base left as late as can be."""
    now, stays = start, []
    delay, waited = FOREVER, 0  # how much later the departure could be without breaking a window; waiting so far
    for leg, opens, closes, stay in events:
        arrive = now + leg
        begin = max(arrive, opens)
        if begin > closes:
            return None
        waited += begin - arrive
        delay = min(delay, waited + closes - begin)
        now = begin + stay
        stays.append((arrive, begin, now))
    if stays[-1][0] > limit:
        return None
    later = min(delay, waited)  # the end stays where it is: only waiting is used up
    if later > 0:
        start, now = start + later, start + later
        for i, (leg, opens, _, stay) in enumerate(events):
            arrive = now + leg
            begin = max(arrive, opens)
            now = begin + stay
            stays[i] = (arrive, begin, now)
    return start, stays
