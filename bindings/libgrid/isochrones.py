"""What is within reach: streets to the exact fraction, and polygons around them."""

import math
import warnings
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .progress import Progress, progress_callback
from .ragged import from_lines, from_polygons, to_lines, to_polygons
from .roads.network import RoadNetwork
from .travel import _cutoff_ms, _threads

__all__ = ["build_isochrones", "find_reached_edges"]

_SHARES = ("each", "together", "nearest")


def find_reached_edges(
    net: RoadNetwork,
    sources: Any,
    threshold_s: float,
    *,
    direction: str = "from_source",
    together: bool = False,
    start_s: Any = None,
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> pd.DataFrame:
    """The pieces of directed edges within reach, to the exact fraction: what isochrones are made of.

    Parameters
    ----------
    sources : points or nodes as in `travel_times`
    threshold_s : float
        Inclusive.
    direction : {"from_source", "to_source"}
        Who travels: a team from the source, or patients to it.
    together : bool
        One answer for all sources: each piece from the one that is there first, ties to the lower.
    start_s : (n,) array or number, optional
        Added to each source's times: its turnout.

    Returns
    -------
    DataFrame, a GeoDataFrame where the network has geometry
        source, edge, road_id, from_fraction and to_fraction of the edge from its tail, from_time_s and
        to_time_s there (times run evenly between), geometry. Both directions of a street are edges of their own; an
        edge that is entered at its end and at the source has two rows, and a place on both the lower time.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(x=[0, 120], y=[0, 0], tail=[0], head=[1], seconds=[100])
    >>> find_reached_edges(net, [0], 25)[["edge", "to_fraction", "to_time_s"]].values.tolist()
    [[0.0, 0.25, 25.0]]
    """
    limit_ms = _limit_ms(threshold_s, "threshold_s")
    places = net._places(sources, "sources", max_off_network_m, "to" if _to_source(direction) else "from")
    with progress_callback(progress, "streets in reach") as on_progress:
        columns = _core.find_reached_edges(
            net._core,
            places,
            limit_ms,
            _starts(start_s, len(places)),
            _to_source(direction),
            bool(together),
            _threads(threads),
            on_progress,
        )
    points, begin = columns.pop("points"), columns.pop("begin")
    frame = pd.DataFrame(columns)
    frame.insert(2, "road_id", net._table["road_id"][frame["edge"]])
    if net._frame is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=from_lines(points, begin, net._frame), crs=net.crs)


def build_isochrones(
    net: RoadNetwork,
    sources: Any,
    thresholds_s: float | Sequence[float],
    *,
    direction: str = "from_source",
    share: str = "each",
    bands: bool = False,
    cell_m: float = 10.0,
    cap_m: float = 50.0,
    min_hole_m2: float = 10_000.0,
    barriers: Any = None,
    start_s: Any = None,
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> gpd.GeoDataFrame:
    """Polygons of what is reached within each threshold.

    From every point of the reached streets people walk on as far as the time left allows, at the mode's off-network
    speed, straight, at most ``cap_m`` and not across a barrier; a lattice of ``cell_m`` takes the best of these walks
    and its contour is drawn. Every reached street lies inside; nothing is farther from one than ``cap_m``; a longer
    threshold's polygon holds the shorter's; the polygons are valid.

    Parameters
    ----------
    sources : points or nodes as in `travel_times`
    thresholds_s : float or sequence
        Inclusive; told in ascending order.
    direction : {"from_source", "to_source"}
        Who travels: a team from the source, or patients to it.
    share : {"each", "together", "nearest"}
        One polygon a source; one for all of them (``source`` is -1); or for each source what it reaches first: these
        do not overlap.
    bands : bool
        Each threshold's polygon without the one before it.
    cell_m : float
        Of the lattice; 10 m is a house. A street's own strip is at least √2 cells to each side.
    cap_m : float
        Farther from their street nobody lives: 50 m, half a city block. At least 2.2 cells.
    min_hole_m2 : float
        Smaller holes count as reached; 10,000 m² is one nominal unit grid.
    barriers : GeoSeries or GeoDataFrame of lines and polygons, optional
        Rivers, railways, walls: off the streets nobody crosses them, to within two cells.
    start_s : (n,) array or number, optional
        Added to each source's times: its turnout.
    max_off_network_m : float
        Sources farther than this from every usable edge reach nothing.
    threads : int
        0: one a core. Never changes a result.

    Returns
    -------
    GeoDataFrame
        source, threshold_s, geometry. A source that reaches nothing has empty polygons, and a UserWarning names it.

    Raises
    ------
    InvalidInput
        A network without coordinates, bad sources or thresholds, a cap under 2.2 cells, a lattice over 2·10⁸ cells.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(x=[0, 600], y=[0, 0], tail=[0], head=[1], seconds=[500], undirected=True)
    >>> shapes = build_isochrones(net, [0], [100, 200])
    >>> shapes["threshold_s"].tolist(), shapes.geometry[1].contains(shapes.geometry[0])
    ([100.0, 200.0], True)
    """
    if share not in _SHARES:
        raise InvalidInput(f"share must be 'each', 'together' or 'nearest', not {share!r}")
    limits_s = np.unique(np.atleast_1d(np.asarray(thresholds_s, dtype=np.float64)))
    limits_ms = [_limit_ms(limit, "thresholds_s") for limit in limits_s]
    if not limits_ms or len(set(limits_ms)) < len(limits_ms):
        raise InvalidInput("thresholds_s: give at least one, and each at least a millisecond from the next")
    places = net._places(sources, "sources", max_off_network_m, "to" if _to_source(direction) else "from")
    if net._frame is None:
        raise InvalidInput("the network has no coordinates in metres, so no polygon can be drawn")
    points, begin, polygons = _barriers(barriers, net)
    with progress_callback(progress, "isochrones") as on_progress:
        found = _core.build_isochrones(
            net._core,
            places,
            limits_ms,
            _starts(start_s, len(places)),
            _to_source(direction),
            share,
            bool(bands),
            float(cell_m),
            float(cap_m),
            float(min_hole_m2),
            net._mode.off_network_kmh / 3.6,
            points,
            begin,
            polygons,
            _threads(threads),
            on_progress,
        )
    shapes = from_polygons(found, net._frame)
    rows = np.array([-1]) if share == "together" else np.arange(len(places))
    frame = gpd.GeoDataFrame(
        {"source": np.repeat(rows, len(limits_s)), "threshold_s": np.tile(limits_s, len(rows))},
        geometry=shapes,
        crs=net.crs,
    )
    _warn_of_nothing(frame, share)
    return frame


def _warn_of_nothing(frame: gpd.GeoDataFrame, share: str) -> None:
    """A source without any reach is a value, but mostly a slip: a closed street, a site far from every road."""
    empty = frame.groupby("source", sort=True)["geometry"].agg(lambda g: bool(g.is_empty.all()))
    rows = [str(row) for row in empty.index[empty.to_numpy(bool)]]
    if not rows or (share == "nearest" and len(rows) < len(empty)):
        return
    shown = ", ".join(rows[:5]) + (", …" if len(rows) > 5 else "")
    who = "no source reaches" if share == "together" else f"{len(rows)} sources reach ({shown})"
    warnings.warn(f"isochrones: {who} anything: see RoadNetwork.snap for the reason", UserWarning, stacklevel=3)


def _limit_ms(threshold_s: float, name: str) -> int:
    if not math.isfinite(threshold_s) or not threshold_s > 0:
        raise InvalidInput(f"{name} must be above 0 and finite, not {threshold_s}")
    return _cutoff_ms(threshold_s)


def _to_source(direction: str) -> bool:
    if direction not in ("from_source", "to_source"):
        raise InvalidInput(f"direction must be 'from_source' or 'to_source', not {direction!r}")
    return direction == "to_source"


def _starts(start_s: Any, count: int) -> np.ndarray:
    if start_s is None:
        return np.zeros(0)
    delays = np.asarray(start_s, dtype=np.float64)
    if delays.ndim == 0:
        delays = np.full(count, delays)
    if delays.shape != (count,):
        raise InvalidInput("start_s needs one value for each source")
    return np.ascontiguousarray(delays)


def _barriers(barriers: Any, net: RoadNetwork) -> tuple[np.ndarray, np.ndarray, "_core.PolygonSet | None"]:
    nothing = np.zeros((0, 2), np.int32), np.zeros(1, np.int64), None
    if barriers is None:
        return nothing
    series = gpd.GeoSeries(getattr(barriers, "geometry", barriers))
    if series.crs is not None and net.crs is not None and series.crs != net.crs:
        raise InvalidInput(
            f"barriers are in {series.crs.name}, the network in {net.crs.name}: barriers.to_crs(network.crs)"
        )
    shapes = np.asarray(series.array, dtype=object)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    kind = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kind, [1, 2, 3, 5, 6]))
    if len(wrong):
        raise InvalidInput(f"barriers: {len(wrong)} rows are neither lines nor polygons: {wrong[:5].tolist()}")
    points, begin, _ = to_lines(shapes[np.isin(kind, [1, 2, 5])], net._frame)
    areas = shapes[np.isin(kind, [3, 6])]
    return points, begin, to_polygons(areas, net._frame)[0] if len(areas) else None
