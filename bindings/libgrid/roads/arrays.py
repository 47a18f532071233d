"""Builds a network's columns from arrays of directed edges."""

from typing import Any

import numpy as np

from .. import _core
from .._core import InvalidInput
from .points import nodes_column, refuse


def build_from_arrays(
    x: Any, y: Any, tail: Any, head: Any, seconds: Any, undirected: bool, node_count: int | None
) -> tuple["_core.RoadNetwork", Any, dict[str, np.ndarray]]:
    """The core network, its frame (None without coordinates) and the table of its edges. Raises InvalidInput."""
    tail, head = nodes_column(tail, "tail"), nodes_column(head, "head")
    seconds = np.ascontiguousarray(seconds, dtype=np.float64)
    if tail.ndim != 1 or tail.shape != head.shape or seconds.shape != tail.shape:
        raise InvalidInput("tail, head and seconds must be columns of one length")
    points, frame = np.zeros((0, 2), dtype=np.int32), None
    if (x is None) != (y is None):
        raise InvalidInput("give both x and y, or neither")
    if x is not None:
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if x.ndim != 1 or x.shape != y.shape:
            raise InvalidInput("x and y must be columns of one length")
        if node_count is not None and node_count != len(x):
            raise InvalidInput("node_count differs from the number of coordinates")
        node_count = len(x)
        xy = np.column_stack([x, y])
        refuse(~np.isfinite(xy).all(axis=1), "x, y: coordinates are not finite")
        frame = _core.Frame.around(xy)
        if bool(frame.fits(xy).all()):
            points = frame.to_points(xy)
        else:  # times are still good; only snapping needs metres
            frame = None
    if node_count is None:
        node_count = int(max(tail.max(initial=-1), head.max(initial=-1))) + 1
    if node_count < 1:
        raise InvalidInput("the network is empty: it has no nodes")
    core = _core.RoadNetwork.from_edges(node_count, points, tail, head, seconds, bool(undirected))
    road_id = np.arange(len(tail))
    length_m = np.full(len(tail), np.nan)
    if x is not None:
        length_m = np.hypot(x[tail] - x[head], y[tail] - y[head])
    repeat = 2 if undirected else 1
    table = {"road_id": np.tile(road_id, repeat), "length_m": np.tile(length_m, repeat)}
    return core, frame, table
