"""Sums over travel times that never make a matrix: how many, or how much, each origin has within reach."""

import math
from typing import Any, Literal

import numpy as np

from . import _core
from ._core import InvalidInput
from .hierarchy import Engine, ready_engine
from .progress import Progress, progress_callback
from .roads.network import RoadNetwork
from .travel import _cutoff_ms, _threads, find_nearest

__all__ = ["reduce_times"]


def reduce_times(
    net: RoadNetwork,
    origins: Any,
    destinations: Any = None,
    *,
    reduce: Literal["count", "sum", "histogram", "min", "nearest"] = "count",
    cutoff_s: float = math.inf,
    bins_s: Any = None,
    weights: Any = None,
    direction: Literal["from_origin", "to_origin"] = "from_origin",
    engine: Engine = "auto",
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> np.ndarray:
    """One figure for each origin over all destinations, added up while times are at hand.

    Memory grows with n + m, never with n × m: a thousand sites and a million households need no matrix.

    Parameters
    ----------
    origins, destinations : points or nodes as in `travel_times`
        ``destinations=None``: every node of the network.
    reduce : {"count", "sum", "histogram", "min", "nearest"}
        ``count``: destinations within the cutoff. ``sum``: their weights. ``histogram``: destinations, or
        their weights, by class of time. ``min``: seconds to the nearest destination. ``nearest``: which one
        it is, the lower on a tie, -1 for none.
    cutoff_s : float
        Inclusive. Not with a histogram, whose last class ends it.
    bins_s : (b,) array of seconds, for a histogram
        Ends of the classes, ascending and inclusive; the first begins at 0. The last may be ``inf``.
    weights : (m,) array, one for each destination
        What a destination offers: places, minutes, people. Kept to 2⁻⁶² of their sum, so that the order of
        adding plays no part; whole numbers are exact.
    direction : {"from_origin", "to_origin"}
        Who travels: from the origin to the destinations, or from them to the origin.
    engine : {"auto", "buckets", "hierarchy"}
        Never changes a result; see `travel_times`.

    Returns
    -------
    (n,) array, (n, b) for a histogram
        int64 for ``count``, ``nearest`` and a histogram without weights, else float64.

    Raises
    ------
    InvalidInput
        Arguments that do not go together, weights that are not finite or of another length, and what
        `travel_times` refuses.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> reduce_times(net, [0, 1], [0, 1, 2], reduce="count", cutoff_s=90).tolist()
    [2, 2]
    >>> reduce_times(net, [0], reduce="histogram", bins_s=[0.001, 60, 600]).tolist()
    [[1, 1, 1]]
    """
    _check(reduce, direction, bins_s, weights, cutoff_s)
    if reduce in ("min", "nearest"):
        if destinations is None:
            destinations = np.arange(net.node_count, dtype=np.int32)
        nearest = find_nearest(
            net,
            destinations,
            origins,
            cutoff_s=cutoff_s,
            direction="to_source" if direction == "from_origin" else "from_source",
            max_off_network_m=max_off_network_m,
            threads=threads,
            progress=progress,
        )
        return nearest.time_s[:, 0] if reduce == "min" else nearest.index[:, 0].astype(np.int64)
    until_ms = _ends_ms(bins_s) if reduce == "histogram" else np.array([_cutoff_ms(cutoff_s)], dtype=np.uint32)
    leaves, enters = ("from", "to") if direction == "from_origin" else ("to", "from")
    start = net._places(origins, "origins", max_off_network_m, leaves)
    end = None if destinations is None else net._places(destinations, "destinations", max_off_network_m, enters)
    whole, scale = _whole_weights(weights, net.node_count if end is None else len(end))
    name, kept = ready_engine(
        net,
        start,
        end,
        engine=engine,
        cutoff_ms=int(until_ms[-1]),
        to_origin=direction == "to_origin",
        threads=_threads(threads),
        progress=progress,
    )
    with progress_callback(progress, "reduce times") as on_progress:
        sums = _core.reduce_times(
            net._core,
            start,
            end,
            until_ms,
            whole,
            direction == "to_origin",
            name,
            kept,
            _threads(threads),
            on_progress,
        )
    answer = sums if weights is None else sums / scale
    return answer if reduce == "histogram" else answer[:, 0]


def _check(reduce: str, direction: str, bins_s: Any, weights: Any, cutoff_s: float) -> None:
    if reduce not in ("count", "sum", "histogram", "min", "nearest"):
        raise InvalidInput(f"reduce must be 'count', 'sum', 'histogram', 'min' or 'nearest', not {reduce!r}")
    if direction not in ("from_origin", "to_origin"):
        raise InvalidInput(f"direction must be 'from_origin' or 'to_origin', not {direction!r}")
    if (bins_s is not None) != (reduce == "histogram"):
        raise InvalidInput("bins_s belongs to a histogram, and a histogram needs bins_s")
    if reduce == "histogram" and cutoff_s != math.inf:
        raise InvalidInput("a histogram ends with its last class: leave cutoff_s out")
    if weights is None and reduce == "sum":
        raise InvalidInput("weights are what a sum adds up: give weights, or take 'count'")
    if weights is not None and reduce not in ("sum", "histogram"):
        raise InvalidInput(f"weights play no part in {reduce!r}: take 'sum' or 'histogram'")


def _numbers(values: Any, name: str) -> np.ndarray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput(f"{name} must be numbers") from None


def _ends_ms(bins_s: Any) -> np.ndarray:
    ends = _numbers(bins_s, "bins_s")
    if ends.ndim != 1 or not len(ends):
        raise InvalidInput("bins_s must be a column of one end or more")
    ms = np.array([_cutoff_ms(end) for end in ends], dtype=np.uint32)
    if not (np.diff(ends) > 0).all() or not (np.diff(ms.astype(np.int64)) > 0).all():
        raise InvalidInput("bins_s must ascend, by a millisecond or more")
    return ms


def _whole_weights(weights: Any, count: int) -> tuple[np.ndarray, float]:
    """Weights as whole numbers of 1 / scale, a power of two: sums of them fit 62 bits."""
    if weights is None:
        return np.zeros(0, dtype=np.int64), 1.0
    values = _numbers(weights, "weights")
    if values.shape != (count,):
        raise InvalidInput(f"weights: one is needed for each destination, {count} in all, not {values.shape}")
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        shown = ", ".join(map(str, bad[:5])) + (", …" if len(bad) > 5 else "")
        raise InvalidInput(f"weights: values are not finite ({len(bad)} rows: {shown})")
    with np.errstate(over="ignore"):
        total = float(np.abs(values).sum())
    if total >= 2.0**1000:
        raise InvalidInput("weights: their sum is too large")
    exponent = 61 - math.frexp(max(total, 2.0**-900))[1]
    scale = math.ldexp(1.0, min(exponent, 1000))
    return np.rint(values * scale).astype(np.int64), scale
