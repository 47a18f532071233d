"""Shapely geometries in and out of the core's ragged integer columns."""

import numpy as np
import shapely

from ._core import Frame, InvalidInput, PolygonSet

__all__ = ["as_geometries", "frame_around", "from_lines", "from_polygons", "to_lines", "to_polygons"]


def as_geometries(values):
    """Shapely geometries as an object array, whatever holds them (GeoSeries, GeoDataFrame, list, array)."""
    if hasattr(values, "geometry") and not isinstance(values, np.ndarray):
        return np.asarray(values.geometry, dtype=object)
    out = np.asarray(values, dtype=object)
    if out.ndim != 1 or not np.all(shapely.is_geometry(out) | np.equal(out, None)):
        raise InvalidInput("expected a one-dimensional array of geometries")
    return out


def frame_around(*groups):
    """The frame around all coordinates of some geometry arrays."""
    boxes = [shapely.total_bounds(g) for g in groups if len(g)]
    corners = [corner for box in boxes for corner in (box[:2], box[2:])]
    return Frame.around(np.array(corners, dtype=np.float64).reshape(-1, 2))


def _rows(rows):
    rows = np.asarray(rows)
    shown = ", ".join(str(r) for r in rows[:5])
    return f"{len(rows)} rows ({shown}{', …' if len(rows) > 5 else ''})"


def _drop_repeats(points, begin):
    """Remove points equal to the one before them in the same run."""
    if not len(points):
        return points, begin
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (points[1:] != points[:-1]).any(axis=1)
    starts = begin[:-1][begin[:-1] < begin[1:]]
    keep[starts] = True
    kept_before = np.concatenate([[0], np.cumsum(keep)])
    return points[keep], kept_before[begin]


def _segment_any(begin, flags):
    """For each run: is any flag set?"""
    total = np.concatenate([[0], np.cumsum(flags)])
    return total[begin[1:]] > total[begin[:-1]]


def to_polygons(geometries, frame=None):
    """Snap polygons to whole millimetres.

    Parameters
    ----------
    geometries : GeoSeries, GeoDataFrame or array of n Polygon or MultiPolygon; None and empty stay as rows
    frame : Frame, optional
        Default: around the geometries.

    Returns
    -------
    polygons : _core.PolygonSet
        n rows.
    collapsed : (m,) int64 array
        Rows that have no place left on whole millimetres though they were not empty.

    Raises
    ------
    InvalidInput
        A row is neither a Polygon nor a MultiPolygon, or a coordinate does not fit the frame.

    Examples
    --------
    >>> import shapely
    >>> polygons, collapsed = to_polygons([shapely.box(0, 0, 1, 1), None])
    >>> len(polygons), collapsed
    (2, array([], dtype=int64))
    """
    geometries = as_geometries(geometries)
    kind = shapely.get_type_id(geometries)
    wrong = np.flatnonzero(~np.isin(kind, [-1, 3, 6]))
    if len(wrong):
        raise InvalidInput(f"{_rows(wrong)} are not polygons: keep Polygon and MultiPolygon only")
    frame = frame or frame_around(geometries)
    missing = (kind == -1) | shapely.is_empty(geometries)
    xy, (ring_points, part_rings, row_parts) = _ragged(geometries[~missing])
    points, point_begin = _drop_repeats(frame.to_points(np.ascontiguousarray(xy)), ring_points)

    ring_ok = np.diff(point_begin) >= 4
    shells = part_rings[:-1]
    part_ok = ring_ok[shells] if len(shells) else np.zeros(0, dtype=bool)
    ring_ok &= np.repeat(part_ok, np.diff(part_rings))
    if not ring_ok.all():
        points = points[np.repeat(ring_ok, np.diff(point_begin))]
        point_begin = np.concatenate([[0], np.cumsum(np.diff(point_begin)[ring_ok])])
        rings_before = np.concatenate([[0], np.cumsum(ring_ok)])
        rings_of_part = np.diff(rings_before[part_rings])
        parts_before = np.concatenate([[0], np.cumsum(part_ok)])
        part_rings = np.concatenate([[0], np.cumsum(rings_of_part[part_ok])])
        row_parts = parts_before[row_parts]
    parts = np.zeros(len(geometries), dtype=np.int64)
    parts[~missing] = np.diff(row_parts)
    part_begin = np.concatenate([[0], np.cumsum(parts)])
    as_int64 = [np.ascontiguousarray(a, dtype=np.int64) for a in (point_begin, part_rings, part_begin)]
    collapsed = np.flatnonzero(~missing & (parts == 0))
    return PolygonSet(np.ascontiguousarray(points, dtype=np.int32), *as_int64), collapsed


def _ragged(geometries):
    if not len(geometries):
        zero = np.zeros(1, dtype=np.int64)
        return np.zeros((0, 2)), (zero, zero, zero)
    # Polygons have two offsets; those of the parts are ours. Making MultiPolygons of all, for one layout, took twice
    # as long.
    parts, row = geometries, None
    if (shapely.get_type_id(geometries) == 6).any():
        parts, row = shapely.get_parts(geometries, return_index=True)
        keep = ~shapely.is_empty(parts)
        parts, row = parts[keep], row[keep]
    _, xy, (ring_points, part_rings) = shapely.to_ragged_array(parts, include_z=False)
    count = np.ones(len(parts), dtype=np.int64) if row is None else np.bincount(row, minlength=len(geometries))
    return xy, (ring_points, part_rings, np.concatenate([[0], np.cumsum(count)]))


def from_polygons(polygons, frame):
    """Shapely geometries of a PolygonSet in the frame's CRS: Polygon for one part, else MultiPolygon.

    Parameters
    ----------
    polygons : _core.PolygonSet, n rows
    frame : Frame

    Returns
    -------
    (n,) object array; an empty row is ``POLYGON EMPTY``
    """
    xy = frame.to_positions(polygons.points)
    offsets = (polygons.point_begin, polygons.ring_begin, polygons.part_begin)
    out = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, offsets)
    out = np.asarray(out, dtype=object)
    parts = np.diff(polygons.part_begin)
    out[parts == 1] = shapely.get_geometry(out[parts == 1], 0)
    out[parts == 0] = shapely.Polygon()
    return out


def to_lines(geometries, frame):
    """Snap LineStrings to whole millimetres; of a MultiLineString each part is a line.

    Returns
    -------
    points : (p, 2) int32 array
    begin : (m + 1,) int64 array
        Line k has points ``begin[k]`` … ``begin[k+1] - 1``; repeated points are gone.
    row : (m,) int64 array
        The geometry that each line comes from.
    """
    geometries = as_geometries(geometries)
    kind = shapely.get_type_id(geometries)
    wrong = np.flatnonzero(~np.isin(kind, [-1, 1, 2, 5]))
    if len(wrong):
        raise InvalidInput(f"{_rows(wrong)} are not lines: keep LineString and MultiLineString only")
    parts, row = shapely.get_parts(geometries, return_index=True)
    keep = ~shapely.is_empty(parts)
    parts, row = parts[keep], row[keep]
    xy = np.ascontiguousarray(shapely.get_coordinates(parts))
    begin = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(parts))]).astype(np.int64)
    points, begin = _drop_repeats(frame.to_points(xy), begin)
    return np.ascontiguousarray(points), np.ascontiguousarray(begin, dtype=np.int64), row


def from_lines(points, begin, frame):
    """LineStrings from the columns that `to_lines` makes; each needs at least two points."""
    xy = frame.to_positions(np.ascontiguousarray(points, dtype=np.int32))
    return np.asarray(shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (begin,)), dtype=object)
