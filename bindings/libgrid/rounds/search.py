"""The order of a day's stops, searched with OR-Tools' routing library; its budget is solutions, not seconds."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .. import _core
from .timetable import Shift

__all__ = ["Found", "search_rounds"]

DAY_MS = 86_400_000


@dataclass(frozen=True, eq=False)
class Found:
    """By carer the stops in order (rows of the matrix); how far the search went."""

    orders: list[list[int]]
    solutions: int
    status: str  # "effort", "time" or "none"


def _library():
    try:
        from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    except ImportError:
        raise _core.Error(
            "exact rounds need OR-Tools, which is not installed: pip install 'libgrid[rounds]' (or pip install ortools)"
        ) from None
    return pywrapcp, routing_enums_pb2


def search_rounds(
    times_ms: np.ndarray,
    base: np.ndarray,
    stops: np.ndarray,
    service: np.ndarray,
    opens: np.ndarray,
    closes: np.ndarray,
    priority: np.ndarray,
    may: np.ndarray,
    shifts: list[Shift],
    *,
    effort: int,
    time_limit_s: float,
    on_progress: Callable[[int, int], object] | None = None,
) -> Found:
    """Search orders of least way and waiting in which as many stops as possible are visited.

    Parameters
    ----------
    times_ms : (n, n) int64
    base : (carers,) rows of the matrix
    stops : (stops,) rows of the matrix
    service, opens, closes : (n,) int64, by row
    priority : (stops,) array
        A stop of priority 2 is dropped only rather than two of priority 1.
    may : (carers, stops) bool
    shifts : one a carer
    """
    pywrapcp, enums = _library()
    n, m = len(stops), len(base)
    rows = np.r_[stops, base]  # node i < n is a stop, n + c the base of carer c
    starts = list(range(n, n + m))
    manager = pywrapcp.RoutingIndexManager(n + m, m, starts, starts)
    routing = pywrapcp.RoutingModel(manager)
    way = np.minimum(times_ms[np.ix_(rows, rows)], DAY_MS)
    stay = np.r_[service[stops], np.zeros(m, np.int64)]
    travel = routing.RegisterTransitMatrix(way.tolist())
    elapsed = routing.RegisterTransitMatrix((way + stay[:, None]).tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(travel)
    routing.AddDimension(elapsed, DAY_MS, DAY_MS, False, "time")
    clock = routing.GetDimensionOrDie("time")
    for i, row in enumerate(stops):
        index = manager.NodeToIndex(i)
        clock.CumulVar(index).SetRange(int(opens[row]), int(min(closes[row], DAY_MS)))
        routing.AddDisjunction([index], int(10 * DAY_MS * priority[i]))
        if not may[:, i].all():
            routing.VehicleVar(index).SetValues([-1, *np.flatnonzero(may[:, i]).tolist()])
    on_visit = [int(s) for s in stay]
    for c, shift in enumerate(shifts):
        clock.CumulVar(routing.Start(c)).SetRange(shift.start_ms, shift.end_ms)
        clock.CumulVar(routing.End(c)).SetRange(shift.start_ms, shift.end_ms)
        if shift.lunch_ms:
            low, high = shift.lunch_from_ms, shift.lunch_latest_ms
            lunch = routing.solver().FixedDurationIntervalVar(low, high, shift.lunch_ms, False, f"lunch {c}")
            clock.SetBreakIntervalsOfVehicle([lunch], c, on_visit)
        routing.AddVariableMinimizedByFinalizer(clock.CumulVar(routing.End(c)))
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.solution_limit = int(effort)
    parameters.time_limit.FromMilliseconds(max(1, int(time_limit_s * 1000)))
    if n * m == 1:  # nothing to search, which the metaheuristic would do until the safety stop
        parameters.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GREEDY_DESCENT
    # where every other order is impossible no solutions come; so many failures are as good as the effort
    solver = routing.solver()
    routing.AddSearchMonitor(solver.FailuresLimit(max(10_000, 1_000 * int(effort))))
    begun, count = time.monotonic(), 0
    with _stoppable() as stopped:

        def at_solution() -> None:
            nonlocal count
            count += 1
            if stopped():
                solver.FinishCurrentSearch()
            elif on_progress is not None:
                on_progress(min(count, effort), effort)

        routing.AddAtSolutionCallback(at_solution)
        found = routing.SolveWithParameters(parameters)
        if stopped():
            raise _core.Cancelled("stopped")
    if found is None:
        return Found([[] for _ in shifts], count, "none")
    orders = []
    for c in range(m):
        index, order = found.Value(routing.NextVar(routing.Start(c))), []
        while not routing.IsEnd(index):
            order.append(int(rows[manager.IndexToNode(index)]))
            index = found.Value(routing.NextVar(index))
        orders.append(order)
    late = count < effort and time.monotonic() - begun >= time_limit_s
    return Found(orders, count, "time" if late else "effort")


@contextlib.contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C ends the search at its next solution instead of breaking into the library."""
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return
    before = signal.signal(signal.SIGINT, lambda *_: pressed.set())
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
