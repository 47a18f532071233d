"""Ways around a building that a border runs through today."""

from __future__ import annotations

import numpy as np
import shapely

from .streets import measures, substring

GAP_M = 0.2  # beside the wall: above what rounding and drawing do to it


def ways_around(xy: np.ndarray, footprint) -> list[np.ndarray]:
    """The border led round a building on either side, the shorter way first; none where it begins or ends in it."""
    hull = shapely.Polygon(shapely.buffer(footprint, GAP_M, join_style="mitre").exterior)
    line, rim = shapely.linestrings(xy), shapely.LineString(hull.exterior.coords)
    if shapely.intersects_xy(hull, *xy[[0, -1]].T).any():
        return []
    hits = shapely.points(shapely.get_coordinates(shapely.intersection(line, rim)))
    if len(hits) < 2:
        return []
    along = shapely.line_locate_point(line, hits)
    first, last = hits[np.argmin(along)], hits[np.argmax(along)]
    measure = measures(xy)
    before, after = xy[measure < along.min()], xy[measure > along.max()]
    a, b = shapely.line_locate_point(rim, np.array([first, last]))
    straight = substring(rim, a, b)
    over = np.concatenate(
        [substring(rim, a, 0.0 if a < b else rim.length), substring(rim, rim.length if a < b else 0.0, b)]
    )
    ways = sorted((straight, over), key=lambda way: measures(way)[-1])
    return [np.concatenate([before, way, after]) for way in ways]
