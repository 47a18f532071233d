"""Where high values lie together: Gi* of Ord & Getis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from . import _core

if TYPE_CHECKING:
    pass


def find_hot_spots(
    values: Any, points: Any, radius_m: float, *, false_discoveries: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Where high values lie together: Gi* of Ord & Getis (1995), hot by Benjamini & Hochberg (1995).

    Parameters
    ----------
    values : (n,) array
        Events, or events per hour.
    points : (n, 2) array
        Where they are, in metres.
    radius_m : float
        What lies this close counts as one neighbourhood, the place itself included.
    false_discoveries : float
        The share of hot places that may be so by chance.

    Returns
    -------
    z : (n,) float64
        Standard normal where values are scattered at random; NaN where all are equal, or everything is neighbour.
    hot : (n,) bool

    Raises
    ------
    InvalidInput
        Lengths that differ, values or places that are not finite, a radius that is not above 0.

    Examples
    --------
    >>> points = [[100.0 * i, 0.0] for i in range(10)]
    >>> z, hot = find_hot_spots([0, 0, 0, 0, 9, 9, 0, 0, 0, 0], points, 150)
    >>> z.round(2).tolist()[3:7]
    [0.65, 2.29, 2.29, 0.65]
    """
    x = np.asarray(values, dtype=float)
    xy = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(x) != len(xy):
        raise _core.InvalidInput(f"values has {len(x)} entries, points has {len(xy)}: give one each")
    if not (np.isfinite(x).all() and np.isfinite(xy).all()):
        raise _core.InvalidInput("values and points must be finite")
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise _core.InvalidInput(f"radius_m must be above 0, not {radius_m!r}")
    if not 0 < false_discoveries < 1:
        raise _core.InvalidInput(f"false_discoveries must be a share between 0 and 1, not {false_discoveries!r}")
    n = len(x)
    if n < 2:
        return np.full(n, np.nan), np.zeros(n, bool)
    shapes = shapely.points(xy)
    here, there = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=radius_m)
    near = np.bincount(here, minlength=n).astype(float)
    together = np.bincount(here, x[there], minlength=n)
    mean, spread = x.mean(), x.std()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (together - mean * near) / (spread * np.sqrt((n * near - near**2) / (n - 1)))
    z[~np.isfinite(z)] = np.nan
    p = np.array([_upper_tail(v) for v in z])
    ranked = np.sort(p[~np.isnan(p)])
    within = np.flatnonzero(ranked <= false_discoveries * np.arange(1, len(ranked) + 1) / max(n, 1))
    limit = ranked[within[-1]] if len(within) else -1.0
    return z, np.nan_to_num(p, nan=2.0) <= limit


def _upper_tail(z: float) -> float:
    from math import erfc, sqrt

    return float("nan") if np.isnan(z) else erfc(z / sqrt(2)) / 2
