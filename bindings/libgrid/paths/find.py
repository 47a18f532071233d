"""The shortest way between two places, and of many pairs."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from .. import _core
from .._core import InvalidInput
from ..progress import Progress, progress_callback
from ..roads.network import RoadNetwork
from ..roads.points import read_points
from ..travel import _cutoff_ms, _threads
from .path import Path
from .paths import Ends, Paths


def find_path(net: RoadNetwork, origin: Any, destination: Any, **options: Any) -> Path:
    """The shortest way between two places, with its streets and turns.

    Parameters
    ----------
    origin, destination : shapely Point, (x, y) in the network's CRS, or a node number
    **options
        As of `find_paths`.

    Returns
    -------
    Path
        ``.found``, ``.time_s``, ``.length_m``, ``.nodes``, ``.edges``, ``.geometry``, ``.names``, ``.steps``.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(x=[0, 0, 90], y=[0, 120, 120], tail=[0, 1], head=[1, 2], seconds=[100, 75])
    >>> path = find_path(net, 0, 2)
    >>> path.time_s, path.length_m, path.nodes.tolist()
    (175.0, 210.0, [0, 1, 2])
    """
    return find_paths(net, _one(origin, "origin"), _one(destination, "destination"), **options)[0]


def find_paths(
    net: RoadNetwork,
    origins: Any,
    destinations: Any,
    *,
    cutoff_s: float = math.inf,
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> Paths:
    """The shortest way of each pair: row i of the origins to row i of the destinations.

    Of several shortest ways the one with the fewest edges is taken, of these the one whose edges, compared from the
    origin on, are lowest: the answer depends on the pair alone.

    Parameters
    ----------
    origins, destinations : points or nodes as in `travel_times`, equally many
    cutoff_s : float
        Longer ways count as none; inclusive.
    max_off_network_m : float
        Points farther than this from every usable edge have no way.
    threads : int
        0: one a core. Never changes a result.

    Returns
    -------
    Paths
        A sequence of `Path`; ``.time_s`` equals `travel_times` to the bit; ``.frame`` has one row a pair.

    Raises
    ------
    InvalidInput
        Lists of different length; otherwise as `travel_times`.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> paths = find_paths(net, [0, 2], [2, 0])
    >>> paths.time_s.tolist(), paths[0].edges.tolist(), bool(paths[1])
    ([150.0, inf], [0, 1], False)
    """
    cutoff_ms = _cutoff_ms(cutoff_s)
    start = net._places(origins, "origins", max_off_network_m, "from")
    end = net._places(destinations, "destinations", max_off_network_m, "to")
    with progress_callback(progress, "paths") as on_progress:
        found = _core.find_paths(net._core, start, end, cutoff_ms, _threads(threads), on_progress)
    ptr = found.pop("ptr")
    time_s = found.pop("time_s")
    time_s.flags.writeable = False
    sides = (_ends(net, origins, start, "origins"), _ends(net, destinations, end, "destinations"))
    return Paths(time_s, ptr, found, sides, net)


def _ends(net: RoadNetwork, points: Any, places: _core.Places, name: str) -> Ends:
    columns = places.columns()
    _, xy = read_points(points, name, net.node_count, net.crs)
    if net._frame is None or xy is None:
        return Ends(None, columns["node"], None, columns["off_ms"])
    inside = columns["edge"] >= 0
    meets = np.full(xy.shape, np.nan)
    at = columns["fraction"][inside]
    points_mm, begin = _core.draw_pieces(net._core, np.ascontiguousarray(columns["edge"][inside]), at, at)
    meets[inside] = net._frame.to_positions(np.ascontiguousarray(points_mm[begin[:-1]]))
    return Ends(xy, columns["node"], meets, columns["off_ms"])


def _one(place: Any, name: str) -> Any:
    if isinstance(place, (int, np.integer)) and not isinstance(place, bool):
        return np.array([place])
    if isinstance(place, shapely.Point):
        return shapely.get_coordinates(place)
    if isinstance(place, (gpd.GeoSeries, gpd.GeoDataFrame)):
        if len(place) == 1:
            return place
    else:
        xy = np.asarray(place)
        if xy.shape == (2,) and xy.dtype.kind in "iuf":
            return xy.astype(np.float64).reshape(1, 2)
    raise InvalidInput(f"{name} must be one place: a shapely Point, (x, y) or a node number; see find_paths for many")
