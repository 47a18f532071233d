"""A day's home visits as rounds on the network: which carer, in which order, when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..progress import Progress, progress_callback
from ..study_area import StudyArea
from .bound import way_bound
from .dropped import explain_dropped, visits_alone
from .inputs import read_carers, read_stops
from .plan import RoundPlan
from .search import search_rounds
from .timetable import Shift, Timetable, build_timetable

__all__ = ["plan_round"]

MOST_STOPS = 200


def plan_round(
    where: StudyArea | np.ndarray,
    stops: Any,
    *,
    base: Any = None,
    mode: str = "ebike",
    carers: int | pd.DataFrame = 1,
    shift: tuple[str, str] = ("08:30", "17:30"),
    lunch: tuple[str, str, float] | None = ("11:30", "13:30", 60),
    service_min: float = 24.0,
    effort: int = 500,
    time_limit_s: float = 120.0,
    max_off_network_m: float = 500.0,
    progress: Progress = False,
) -> RoundPlan:
    """Plan the rounds of one day: as many visits as fit, then the least time on the way.

    Parameters
    ----------
    where : StudyArea or (n + 1, n + 1) array
        An area with roads; or travel times in seconds, row 0 the base, row i + 1 the i-th stop, inf where there is no
        way.
    stops : DataFrame, or ids of households
        At most 200. Of an area: household_id, or x and y, or a geometry; any further columns: stop_id (default the
        household's), service_min, earliest and latest (HH:MM: a visit begins then), skill (that its carer needs),
        priority (default 1: one of 2 is left out only rather than two of 1).
    base : site or team id
        Where the rounds begin and end (a team: its base site). Not with an array.
    mode : str
        How the carers travel. Not with an array.
    carers : int or DataFrame
        How many; or carer_id and, where they differ, start, end (HH:MM), skills ("doctor; nurse"), base.
    shift : (start, end)
        Leaving the base and being back, ``HH:MM``.
    lunch : (from, until, minutes) or None
        A stay of so many minutes inside these hours, anywhere on the round, or before or after it.
    service_min : float
        Minutes of a visit where the stops do not say. Default: the home visit of the service rules.
    effort : int
        Solutions that the search looks at: the same on every computer. Default: a second for 40 stops, a quarter of a
        minute for 200; ten times as many gained less than one percent up to 80 stops.
    time_limit_s : float
        A safety stop; when it comes first, the status says "time".
    max_off_network_m : float
    progress : bool or callable

    Returns
    -------
    RoundPlan
        Stops that do not fit are among the ``dropped``, each with its reason and a change that would take it in.

    Raises
    ------
    InvalidInput
        Stops, carers or times that cannot be; too many stops.
    Error
        OR-Tools is not installed (the extra ``libgrid[rounds]``).

    Notes
    -----
    The order is searched by OR-Tools' guided local search from a cheapest insertion; the timetable is then computed
    from the order (the base is left as late as that allows), and `RoundPlan.check` looks at it independently. The bound
    is the better one of the assignment bound and Held and Karp's tree bound.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> day = lg.plan_round(area, area.ids("households")[:11], base=area.ids("teams")[0], effort=200)
    >>> len(day.stops), day.check()
    (11, [])
    """
    if not (isinstance(effort, int | np.integer) and effort >= 1):
        raise _core.InvalidInput(f"effort: {effort!r} is no whole number of 1 or more")
    if not (np.isfinite(time_limit_s) and time_limit_s > 0):
        raise _core.InvalidInput(f"time_limit_s: {time_limit_s} cannot be; give seconds above 0")
    table, points = read_stops(where, stops, service_min, MOST_STOPS)
    crew, times_s = read_carers(
        where,
        table,
        points,
        carers,
        base=base,
        mode=mode,
        shift=shift,
        lunch=lunch,
        max_off_network_m=max_off_network_m,
    )
    shifts = [_shift(row) for row in crew.itertuples()]
    times = np.where(np.isfinite(times_s), np.round(np.where(np.isfinite(times_s), times_s, 0) * 1000), 10**11)
    times = times.astype(np.int64)
    rows = len(times)
    service, opens, closes = np.zeros(rows, np.int64), np.zeros(rows, np.int64), np.full(rows, 10**12)
    place = table["place"].to_numpy(int)
    for column, name in ((service, "service_min"), (opens, "opens_min"), (closes, "closes_min")):
        column[place] = np.round(table[name].to_numpy(float) * 60_000)
    skills = table["skill"].to_numpy(object)
    may = np.array([[not s or s in has for s in skills] for has in crew["skills"]], bool).reshape(len(crew), len(table))
    bases = crew["place"].to_numpy(int)
    day = (times, service, opens, closes)
    fits = visits_alone(place, bases, day, shifts, may)
    possible = np.flatnonzero(fits)
    orders, timetables, solutions, status = [[] for _ in shifts], [None] * len(shifts), 0, "effort"
    if len(possible):
        search = {"effort": effort, "time_limit_s": time_limit_s}
        asked = (place[possible], service, opens, closes, table["priority"].to_numpy(float)[possible], may[:, possible])
        with progress_callback(progress, "rounds") as on_progress:
            for plain in _ways_to_eat(shifts, opens[place], closes[place]):
                found = search_rounds(times, bases, *asked, plain, **search, on_progress=on_progress)
                timetables = [
                    build_timetable(order, b, *day, s) if order else None
                    for order, b, s in zip(found.orders, bases, shifts, strict=True)
                ]
                if all(made is not None or not order for order, made in zip(found.orders, timetables, strict=True)):
                    break
        orders, solutions, status = found.orders, found.solutions, found.status
    for i, order in enumerate(orders):  # lunch on the road, between two far places: stops are given up until it fits
        while order and timetables[i] is None:
            orders[i] = order = order[:-1]
            timetables[i] = build_timetable(order, bases[i], *day, shifts[i]) if order else None
    visited = np.array([row for order in orders for row in order], int)
    dropped = explain_dropped(table, crew, visited, orders, day, shifts, may, fits)
    bound_ms, bound = way_bound(
        times, bases, visited, int(service[visited].sum()), max(s.end_ms - s.start_ms for s in shifts)
    )
    stops_frame, carers_frame = _tables(table, crew, times, orders, timetables)
    total = carers_frame[["travel_min", "waiting_min"]].sum().to_dict()
    return RoundPlan(
        stops_frame, carers_frame, dropped, **total, bound_min=bound_ms / 60_000, bound=bound, status=status,
        effort_done=solutions, time_limit_s=float(time_limit_s), _stops=table, _carers=crew, _times_s=times_s,
    )  # fmt: skip


def _ways_to_eat(shifts: list[Shift], opens: np.ndarray, closes: np.ndarray) -> list[list[Shift]]:
    """The shifts that are searched: first, where no window minds it, without lunch and shorter by it (much faster)."""
    free = opens.max() <= min(s.start_ms for s in shifts) and closes.min() >= max(s.end_ms for s in shifts)
    around = all(
        s.start_ms <= s.lunch_from_ms and s.lunch_latest_ms + s.lunch_ms <= s.end_ms for s in shifts if s.lunch_ms
    )
    if not (free and around):
        return [shifts]
    return [[Shift(s.start_ms, s.end_ms - s.lunch_ms) for s in shifts], shifts]


def _shift(row: Any) -> Shift:
    ms = 60_000
    latest = row.lunch_until_min - row.lunch_len_min
    whole = (row.start_min, row.end_min, row.lunch_from_min, latest, row.lunch_len_min)
    return Shift(*(round(v * ms) for v in whole))


STOP_COLUMNS = ("arrival_min", "begin_min", "leave_min", "travel_min", "waiting_min", "service_min")
CARER_COLUMNS = ("leave_base_min", "back_min", "lunch_min", "travel_min", "waiting_min", "service_min", "work_min")


def _tables(table, crew, times, orders, timetables: list[Timetable | None]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The stops and the carers of the plan, in minutes."""
    name = dict(zip(table["place"], table["stop_id"], strict=True))
    rows, by_carer = [], []
    for carer, order, made in zip(crew.itertuples(), orders, timetables, strict=True):
        if made is None:
            by_carer.append((carer.carer_id, 0, np.nan, np.nan, np.nan, 0.0, 0.0, 0.0, 0.0))
            continue
        here, service = carer.place, 0
        for i, row in enumerate(order):
            a, b, c = made.arrive[i], made.begin[i], made.leave[i]
            stay = (a, b, c, times[here, row], made.wait[i], c - b)
            rows.append((carer.carer_id, i + 1, name[row], *(v / 60_000 for v in stay)))
            here, service = row, service + c - b
        lunch = made.lunch if made.lunch >= 0 else np.nan
        day = (made.leave_base, made.back, lunch, made.travel, sum(made.wait), service, made.back - made.leave_base)
        by_carer.append((carer.carer_id, len(order), *(v / 60_000 for v in day)))
    stops = pd.DataFrame(rows, columns=["carer_id", "order", "stop_id", *STOP_COLUMNS])
    return stops, pd.DataFrame(by_carer, columns=["carer_id", "stops", *CARER_COLUMNS])
