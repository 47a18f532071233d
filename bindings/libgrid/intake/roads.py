"""Lines of the roads layer: on whole millimetres, with a length, and judged against what their columns say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from .. import _core
from .places import PlaceFault

_LENGTH_RATIO = (0.5, 3.0)  # a given length outside these times the drawn one is in another unit


def snap_lines(shapes: np.ndarray, frame: _core.Frame) -> np.ndarray:
    """Lines with every vertex on the frame's millimetres, so that ends that meet are equal."""
    coords = np.ascontiguousarray(shapely.get_coordinates(shapes))
    return shapely.set_coordinates(shapes.copy(), frame.to_positions(frame.to_points(coords)))


def take_lines(shapes: np.ndarray, frame: _core.Frame, ids: pd.Series, attrs: pd.DataFrame):
    """Snapped lines, rows that cannot be taken, and rows that repeat the line of another."""
    lines = snap_lines(shapes, frame)
    present = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    drawn_m = shapely.length(lines)
    flat = present & (drawn_m == 0)
    faults = [PlaceFault("LG-N003", flat)]
    if "length_m" in attrs:
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = attrs["length_m"].to_numpy(float) / drawn_m
            off = present & ~flat & ((ratio < _LENGTH_RATIO[0]) | (ratio > _LENGTH_RATIO[1]))
        faults.append(PlaceFault("LG-N022", off, [f"{r:.3g}" for r in ratio], "length_m"))
    same, other = _repeated_lines(lines, present & ~flat, ids)
    return lines, faults, [PlaceFault("LG-N009", same, other)]


def _repeated_lines(lines: np.ndarray, present: np.ndarray, ids: pd.Series):
    """Rows whose line, in either direction, is that of an earlier row, and the id of that row."""
    n = len(lines)
    same, other = np.zeros(n, bool), np.full(n, "", dtype=object)
    at = np.flatnonzero(present)
    if not len(at):
        return same, other
    bounds = pd.DataFrame(shapely.bounds(lines[at]))
    twins = np.flatnonzero(bounds.duplicated(keep=False).to_numpy(bool))
    if not len(twins):
        return same, other
    at = at[twins]
    there, back = shapely.to_wkb(lines[at]), shapely.to_wkb(shapely.reverse(lines[at]))
    key = pd.Series(np.minimum(there, back))
    first = key.groupby(key).transform(lambda g: g.index[0]).to_numpy()
    later = first != np.arange(len(at))
    same[at[later]] = True
    other[at[later]] = ids.astype(str).iloc[at[first[later]]].to_numpy(dtype=object)
    return same, other
