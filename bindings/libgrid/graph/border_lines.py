"""Streets, rivers and railways beside borders: which pieces of border run along them, and what they keep apart."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core
from .._core import InvalidInput
from ..issues import name_some
from ..ragged import as_geometries, to_lines

PIECE_M = 5.0  # borders are judged in pieces of at most this length
SECTORS = 8  # directions without sense, 22.5° each; a line may differ from the border by one of them
REACH_M = 15.0  # half a street and its pavement, since blocks meet in its middle or at its edge
PASSAGE_M = 5.0  # a barrier that leaves less of a border free leaves no way through: the width of a gate


def nearest_along(lines, frame, middle, outward, reach_m):
    """For each place the nearest line that runs along the border there, -1 for none."""
    found = np.full(len(middle), -1)
    if not len(lines):
        return found
    points, begin, row = to_lines(lines, frame)
    first = np.ones(len(points), dtype=bool)
    first[begin[1:] - 1] = False
    first = np.flatnonzero(first)
    a, b = points[first], points[first + 1]
    of = np.repeat(row, np.diff(begin))[first].astype(np.int32)
    d = (b - a).astype(float)
    runs = _sector(d[:, 0], d[:, 1])
    wanted = _sector(-outward[:, 1], outward[:, 0])
    places = frame.to_points(np.ascontiguousarray(middle))
    for sector in range(SECTORS):
        at = np.flatnonzero(wanted == sector)
        use = np.isin(runs, [(sector + k) % SECTORS for k in (-1, 0, 1)])
        if len(at) and use.any():
            index = _core.SegmentIndex(*(np.ascontiguousarray(v[use]) for v in (a, b, of)))
            found[at] = index.nearest(np.ascontiguousarray(places[at]), float(reach_m))[0]
    return found


def _sector(dx, dy):
    return np.floor(np.arctan2(dy, dx) % np.pi / (np.pi / SECTORS)).astype(int) % SECTORS


def border_pieces(polygons: _core.PolygonSet, frame) -> pd.DataFrame:
    """Straight pieces of the borders between footprints: a, b (first blocks), x, y (middle), nx, ny, length_m."""
    pair, ends = _core.find_border_pieces(polygons)
    a = frame.to_positions(np.ascontiguousarray(ends[:, :2]))
    d = frame.to_positions(np.ascontiguousarray(ends[:, 2:])) - a
    length = np.hypot(*d.T)
    count = np.maximum(1, np.ceil(length / PIECE_M)).astype(np.int64)
    row = np.repeat(np.arange(len(pair)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    middle = a[row] + d[row] * ((step + 0.5) / count[row])[:, None]
    normal = np.column_stack([d[:, 1], -d[:, 0]]) / length[:, None]
    return pd.DataFrame({
        "a": pair[row, 0], "b": pair[row, 1], "x": middle[:, 0], "y": middle[:, 1],
        "nx": normal[row, 0], "ny": normal[row, 1], "length_m": (length / count)[row],
    })  # fmt: skip


def metres_along(pieces: pd.DataFrame, frame, lines, reach_m: float) -> np.ndarray:
    """The line that each piece of border runs along, -1 for none."""
    xy, normal = pieces[["x", "y"]].to_numpy(), pieces[["nx", "ny"]].to_numpy()
    return nearest_along(lines, frame, xy, normal, reach_m)


def as_lines(layer, name: str, crs=None) -> np.ndarray:
    """LineStrings of a layer; polygons, such as a river's banks, by their outlines."""
    if crs is not None and getattr(layer, "crs", None) not in (None, crs):
        raise InvalidInput(f"{name} are in another CRS than the blocks: use {name}.to_crs(...)")
    shapes = as_geometries(layer).copy()
    kind = shapely.get_type_id(shapes)
    wrong = np.flatnonzero(~np.isin(kind, (-1, 1, 2, 3, 5, 6)))
    if len(wrong):
        raise InvalidInput(f"{name}: rows {name_some(wrong)} are neither lines nor polygons")
    areal = np.isin(kind, (3, 6))
    shapes[areal] = shapely.boundary(shapes[areal])
    return shapes


def barrier_factors(barriers, factor) -> np.ndarray:
    """How much a metre of border along each barrier counts, 0 for a cut; one number, or by the column ``class``."""
    n = len(barriers)
    if not isinstance(factor, dict):
        factors = np.full(n, factor, dtype=float)
    else:
        if not isinstance(barriers, gpd.GeoDataFrame) or "class" not in barriers:
            raise InvalidInput("barriers: barrier_factor by class needs a column class")
        kinds = barriers["class"].astype(str)
        unknown = kinds[~kinds.isin(factor)].unique()
        if len(unknown):
            raise InvalidInput(f"barrier_factor: the class {name_some(unknown)} of barriers is missing")
        factors = kinds.map(factor).to_numpy(float)
    if not (np.isfinite(factors) & (factors >= 0)).all():
        raise InvalidInput("barrier_factor must be 0 (cuts) or a positive number of times that a metre counts")
    return factors


def behind_barriers(polygons, frame, shapes, first, corners, barriers, factor, *, reach_m, crs) -> pd.DataFrame:
    """What barriers leave of the borders that they touch: a, b, border_mm (weighed), free (False: cut).

    `corners` are the pairs that touch in points only; they are cut where the way between the two crosses a barrier.

    A piece of border is behind a barrier where it runs along it, lies in a barrier that is a polygon, or where the way
    from one block through the piece into the other crosses barriers an odd number of times.
    """
    factors = barrier_factors(barriers, factor)
    given = as_geometries(barriers)
    lines = as_lines(barriers, "barriers", crs)
    pieces = border_pieces(polygons, frame)
    # Only pieces of blocks that a barrier comes near can be behind one.
    tree = shapely.STRtree(shapes)
    near = np.unique(tree.query(lines[~shapely.is_missing(lines)], predicate="dwithin", distance=reach_m)[1])
    touched = np.zeros(len(shapes), bool)
    touched[first[near]] = True
    pieces = pieces[touched[pieces["a"]] | touched[pieces["b"]]].reset_index(drop=True)
    found = metres_along(pieces, frame, lines, reach_m)
    rest = np.flatnonzero(found < 0)
    found[rest] = _between(pieces.iloc[rest], shapes, given)
    counted = np.where(found >= 0, factors[found], 1.0)
    table = pieces.assign(counted_m=pieces["length_m"] * counted, free_m=pieces["length_m"] * (counted > 0))
    table = table.groupby(["a", "b"], as_index=False)[["length_m", "counted_m", "free_m"]].sum()
    hit = table[table["counted_m"] != table["length_m"]]
    free = (hit["free_m"] >= PASSAGE_M) | (hit["free_m"] >= hit["length_m"] - 1e-6)
    border_mm = np.rint(hit["counted_m"] * 1000).astype(np.int64)
    hit = hit[["a", "b"]].assign(border_mm=border_mm, free=free)
    corners = corners[touched[corners["a"]] | touched[corners["b"]]].reset_index(drop=True)
    if len(corners):
        inner = shapely.get_coordinates(shapely.point_on_surface(shapes))
        corners[["x", "y"]] = (inner[corners["a"]] + inner[corners["b"]]) / 2
        cut = corners[_between(corners, shapes, given) >= 0]
        hit = pd.concat([hit, cut[["a", "b"]].assign(border_mm=0, free=False)])
    return hit.reset_index(drop=True)


def _between(pieces, shapes, given) -> np.ndarray:
    """A barrier that lies over each piece or keeps its two blocks apart there, -1 for none."""
    found = np.full(len(pieces), -1)
    if not len(pieces):
        return found
    middle = shapely.points(pieces[["x", "y"]].to_numpy())
    tree = shapely.STRtree(given)
    at, barrier = tree.query(middle, predicate="intersects")
    areal = np.isin(shapely.get_type_id(given[barrier]), (3, 6))
    found[at[areal]] = barrier[areal]
    inner = shapely.get_coordinates(shapely.point_on_surface(shapes))
    ways = np.stack([inner[pieces["a"]], pieces[["x", "y"]].to_numpy(), inner[pieces["b"]]], axis=1)
    ways = shapely.linestrings(ways)
    at, barrier = tree.query(ways, predicate="intersects")
    # A river with two banks is crossed once, so a polygon counts by what of the way lies in it.
    crossings = shapely.get_num_geometries(shapely.intersection(ways[at], given[barrier]))
    odd = np.zeros(len(pieces), np.int64)
    np.add.at(odd, at, crossings)
    apart = (odd[at] % 2 == 1) & (found[at] < 0)
    found[at[apart]] = barrier[apart]
    return found
