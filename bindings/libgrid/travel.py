"""Travel times: matrices, pairs in reach, nearest sources. Times are exact milliseconds, told in seconds."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from ._core import InvalidInput
from .hierarchy import Engine, ready_engine
from .memory_limit import require_memory
from .progress import Progress, progress_callback
from .roads.network import RoadNetwork
from .travel_mode import travel_modes

__all__ = [
    "Nearest",
    "RoadNetwork",
    "TravelPairs",
    "find_nearest",
    "find_pairs",
    "travel_modes",
    "travel_times",
]

_NEVER = 2**32 - 1
_BYTES_A_PAIR = 12  # float64 seconds, and the uint32 milliseconds that they are made from


@dataclass(frozen=True, eq=False, repr=False)
class TravelPairs:
    """Pairs in reach in compressed rows: origin ``i`` reaches ``index[ptr[i]:ptr[i + 1]]``, ascending.

    Attributes
    ----------
    ptr : (n + 1,) int64
    index : (pairs,) int32
        Destinations.
    ms : (pairs,) uint32
        Milliseconds.
    shape : (n, m)
        Origins and destinations.
    """

    ptr: np.ndarray
    index: np.ndarray
    ms: np.ndarray
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        for array in (self.ptr, self.index, self.ms):
            array.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        return TravelPairs, (self.ptr, self.index, self.ms, self.shape)

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        n, m = self.shape
        return f"TravelPairs({len(self)} pairs of {n} origins × {m} destinations)"

    @property
    def times_s(self) -> np.ndarray:
        """Seconds of each pair, (pairs,) float64."""
        return self.ms / 1000.0

    @property
    def origin(self) -> np.ndarray:
        """The origin of each pair, (pairs,) int32."""
        return np.repeat(np.arange(self.shape[0], dtype=np.int32), np.diff(self.ptr))

    def to_frame(self) -> pd.DataFrame:
        """One row a pair: origin, destination, time_s."""
        return pd.DataFrame({"origin": self.origin, "destination": self.index, "time_s": self.times_s})


@dataclass(frozen=True, eq=False, repr=False)
class Nearest:
    """The k nearest sources of each target, nearest first; -1 and inf where there are fewer.

    Attributes
    ----------
    index : (n, k) int32
        Sources; ties to the lower one.
    time_s : (n, k) float64
    """

    index: np.ndarray
    time_s: np.ndarray

    def __post_init__(self) -> None:
        for array in (self.index, self.time_s):
            array.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Nearest, (self.index, self.time_s)

    def __repr__(self) -> str:
        n, k = self.index.shape
        return f"Nearest({n} targets, k={k}, {int((self.index[:, 0] >= 0).sum())} reached)"

    def plot(self, weights: Any = None, *, thresholds_min: tuple[float, ...] = (8, 10, 15), ax: Any = None) -> Any:
        """Which share of the targets is reached within how many minutes, by rank of the source.

        Parameters
        ----------
        weights : (n,) array, optional
            People of each target.
        thresholds_min : sequence of float
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        times = {f"nearest {rank + 1}": self.time_s[:, rank] / 60 for rank in range(self.time_s.shape[1])}
        return plot.plot_curve(times, weights, thresholds_min=thresholds_min, ax=ax)

    def to_frame(self) -> pd.DataFrame:
        """One row for each target and rank: target, rank (from 1), source, time_s."""
        n, k = self.index.shape
        return pd.DataFrame(
            {
                "target": np.repeat(np.arange(n), k),
                "rank": np.tile(np.arange(1, k + 1), n),
                "source": self.index.ravel(),
                "time_s": self.time_s.ravel(),
            }
        )


def travel_times(
    net: RoadNetwork,
    origins: Any,
    destinations: Any,
    *,
    cutoff_s: float = math.inf,
    engine: Engine = "auto",
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> np.ndarray:
    """Travel times from every origin to every destination.

    Parameters
    ----------
    origins, destinations : GeoSeries, (n, 2) float array, or 1-D integer array of nodes
        Points are snapped to the inside of edges (`RoadNetwork.snap`); the way between a point and its edge
        is added at both ends, at the mode's off-network speed.
    cutoff_s : float
        Longer ways count as none; inclusive.
    engine : {"auto", "buckets", "hierarchy"}
        How trees are grown; never changes a result. ``buckets``: a search each. ``hierarchy``: sixteen at
        once on a hierarchy, which is built when the network keeps none, and kept. ``auto``: whichever is
        less work, building included; a hierarchy from about 150 trees over the whole network.
    max_off_network_m : float
        Points farther than this from every usable edge are reached by nothing.
    threads : int
        0: one a core. Never changes a result.
    progress : bool or callable

    Returns
    -------
    (n, m) float64 array
        Seconds, exact to the millisecond; ``inf`` where there is no way.

    Raises
    ------
    InvalidInput
        Bad points or nodes (rows are named), another CRS, a cutoff that is not positive, or a way of over
        2³² − 2 ms.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> travel_times(net, [0], [0, 1, 2]).tolist()
    [[0.0, 60.0, 150.0]]
    """
    cutoff_ms = _cutoff_ms(cutoff_s)
    start, end = (
        net._places(origins, "origins", max_off_network_m, "from"),
        net._places(destinations, "destinations", max_off_network_m, "to"),
    )
    require_memory(
        len(start) * len(end) * _BYTES_A_PAIR,
        f"the matrix of {len(start):,} × {len(end):,} travel times",
        "use find_pairs with a cutoff, or ask for some of the rows at a time",
    )
    name, kept = _engine(net, start, end, engine, cutoff_ms, threads, progress)
    with progress_callback(progress, "travel times") as on_progress:
        return _core.travel_times(net._core, start, end, cutoff_ms, name, kept, _threads(threads), on_progress)


def find_pairs(
    net: RoadNetwork,
    origins: Any,
    destinations: Any,
    *,
    cutoff_s: float,
    engine: Engine = "auto",
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> TravelPairs:
    """The pairs within the cutoff: memory grows with them, never with n × m. Arguments as in `travel_times`.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> find_pairs(net, [0, 1, 2], [0, 1, 2], cutoff_s=90).index.tolist()
    [0, 1, 1, 2, 2]
    """
    cutoff_ms = _cutoff_ms(cutoff_s)
    start, end = (
        net._places(origins, "origins", max_off_network_m, "from"),
        net._places(destinations, "destinations", max_off_network_m, "to"),
    )
    name, kept = _engine(net, start, end, engine, cutoff_ms, threads, progress)
    with progress_callback(progress, "pairs in reach") as on_progress:
        ptr, index, ms = _core.find_pairs(net._core, start, end, cutoff_ms, name, kept, _threads(threads), on_progress)
    return TravelPairs(ptr, index, ms, (len(start), len(end)))


def find_nearest(
    net: RoadNetwork,
    sources: Any,
    targets: Any = None,
    *,
    k: int = 1,
    cutoff_s: float = math.inf,
    start_s: Any = None,
    direction: str = "from_source",
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> Nearest:
    """The k nearest sources of each target, in one search of the network whatever their number.

    Parameters
    ----------
    sources, targets : points or nodes as in `travel_times`
        ``targets=None``: every node of the network.
    k : int
        How many distinct sources a target gets.
    cutoff_s : float
        On the whole time, start included; inclusive.
    start_s : (n,) array or number, optional
        Added to each source's times: its turnout.
    direction : {"from_source", "to_source"}
        Who travels: a team to the target, or a patient to the source.

    Returns
    -------
    Nearest
        Ties go to the lower source.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> find_nearest(net, [0, 1]).index[:, 0].tolist()
    [0, 1, 1]
    """
    if direction not in ("from_source", "to_source"):
        raise InvalidInput(f"direction must be 'from_source' or 'to_source', not {direction!r}")
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= 10_000:
        raise InvalidInput("k must be a whole number from 1 to 10,000")
    cutoff_ms = _cutoff_ms(cutoff_s)
    leaves, enters = ("from", "to") if direction == "from_source" else ("to", "from")
    start = net._places(sources, "sources", max_off_network_m, leaves)
    end = None if targets is None else net._places(targets, "targets", max_off_network_m, enters)
    delays = np.zeros(0) if start_s is None else np.asarray(start_s, dtype=np.float64)
    if start_s is not None and delays.ndim == 0:
        delays = np.full(len(start), delays)
    if start_s is not None and delays.shape != (len(start),):
        raise InvalidInput("start_s needs one value for each source")
    with progress_callback(progress, "nearest") as on_progress:
        index, time_s = _core.find_nearest(
            net._core,
            start,
            end,
            int(k),
            cutoff_ms,
            np.ascontiguousarray(delays),
            direction == "to_source",
            _threads(threads),
            on_progress,
        )
    return Nearest(index, time_s)


def _engine(
    net: RoadNetwork, start: Any, end: Any, engine: Engine, cutoff_ms: int, threads: int, progress: Progress
) -> tuple[str, Any]:
    return ready_engine(
        net,
        start,
        end,
        engine=engine,
        cutoff_ms=cutoff_ms,
        to_origin=False,
        threads=_threads(threads),
        progress=progress,
    )


def _cutoff_ms(cutoff_s: float) -> int:
    if isinstance(cutoff_s, (bool, np.bool_, str, bytes)) or not np.isscalar(cutoff_s):
        raise InvalidInput(f"cutoff_s must be a number of seconds, not {cutoff_s!r}")
    cutoff_s = float(cutoff_s)
    if not cutoff_s > 0:
        raise InvalidInput(f"cutoff_s must be above 0, not {cutoff_s}")
    if math.isinf(cutoff_s):
        return _NEVER
    # Rounded to the nanosecond first: 1.001 s is 1000.9999… ms in binary and must still be 1,001 ms.
    return max(1, min(math.floor(round(cutoff_s * 1000, 6)), _NEVER - 1))


def _threads(threads: int) -> int:
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or threads < 0:
        raise InvalidInput("threads must be 0 (one a core) or a positive whole number")
    return int(threads)
