"""The four bounds of a grid (四至): what it reaches to the east, south, west and north, and for how many metres."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .graph.border_lines import PIECE_M, nearest_along
from .issues import name_some
from .ragged import as_geometries, frame_around, to_polygons
from .study_area import StudyArea

__all__ = ["FourBounds", "describe_bounds"]

SIDES = ("east", "south", "west", "north")
_ZH = dict(zip(SIDES, "东南西北", strict=True))
ASIDE_M = 0.1  # how far outside the border the neighbour is asked for
LEAST_SHARE = 0.15  # of a side, for a name to stand in the text: less is a corner cut


@dataclass(frozen=True, eq=False)
class FourBounds:
    """The bounds in words, and the metres behind them.

    Attributes
    ----------
    frame : DataFrame
        grid_id, name, zh ("东至…，南至…，西至…，北至…"), en.
    sides : DataFrame
        grid_id, side, kind (road, river, grid or edge), name, length_m, share (of the side), in_text; longest first.
    """

    frame: pd.DataFrame
    sides: pd.DataFrame

    def __repr__(self) -> str:
        return f"FourBounds({len(self.frame)} grids, {self.sides['length_m'].sum() / 1000:.1f} km of border)"


def describe_bounds(area, *, plan=None, roads=None, rivers=None, reach_m=30.0) -> FourBounds:
    """Say in words what bounds each grid: named roads and rivers, else the neighbouring grid.

    Parameters
    ----------
    area : StudyArea, or GeoDataFrame of grids with grid_id, optionally name, and geometry
    plan : Plan, optional
        Outlines of another plan than today's.
    roads, rivers : GeoDataFrame of lines with a ``name``, optional
        Roads without a name do not count. Default: the area's roads; no rivers.
    reach_m : float
        A road or river this near to the border, and running along it, bounds it. 30: half the width of a wide street,
        since borders may follow its edge.

    Returns
    -------
    FourBounds

    Raises
    ------
    InvalidInput
        There are no outlines, a layer is in degrees or another CRS, or ids repeat.

    Notes
    -----
    A piece of border faces east when its outward normal lies within 45° of east, and so on; on 45° east and west win.
    It belongs to the nearest named road or river whose direction differs by less than 22.5° to 45°, else to the grid
    just outside, else to the edge of the area. Inner borders, around an enclave, are not bounds. The text names what
    takes at least 15 % of a side, and at least the longest.

    Examples
    --------
    >>> import libgrid as lg
    >>> bounds = lg.describe_bounds(lg.datasets.load("town"))
    >>> bounds.frame["zh"][0].startswith("东至"), sorted(bounds.sides["kind"].unique())
    (True, ['edge', 'grid', 'road'])
    """
    if not reach_m > 0:
        raise InvalidInput("reach_m must be a positive number of metres")
    table, crs, default_roads = _grids(area, plan)
    lines, line_name, line_kind = _named_lines(
        {"road": default_roads if roads is None else roads, "river": rivers}, crs
    )
    shapes = table["geometry"].to_numpy(dtype=object)
    frame = frame_around(shapes, lines)
    pieces = _border_pieces(shapes)
    kind = np.full(len(pieces), "edge", dtype=object)
    name = np.full(len(pieces), "", dtype=object)
    middle = (pieces[["ax", "ay"]].to_numpy() + pieces[["bx", "by"]].to_numpy()) / 2
    outward = np.column_stack([pieces["by"] - pieces["ay"], pieces["ax"] - pieces["bx"]])
    outward /= np.hypot(*outward.T)[:, None]

    polygons, _ = to_polygons(shapes, frame)
    beyond = _core.PointLocator(polygons).locate_positions(frame, np.ascontiguousarray(middle + ASIDE_M * outward))
    other = (beyond >= 0) & (beyond != pieces["row"].to_numpy())
    kind[other], name[other] = "grid", table["name"].to_numpy()[beyond[other]]
    found = nearest_along(lines, frame, middle, outward, reach_m)
    kind[found >= 0], name[found >= 0] = line_kind[found[found >= 0]], line_name[found[found >= 0]]

    east_west = np.abs(outward[:, 0]) >= np.abs(outward[:, 1]) - 1e-12
    side = np.where(
        east_west, np.where(outward[:, 0] > 0, "east", "west"), np.where(outward[:, 1] > 0, "north", "south")
    )
    length = np.hypot(pieces["bx"] - pieces["ax"], pieces["by"] - pieces["ay"])
    sides = pd.DataFrame({"row": pieces["row"], "side": side, "kind": kind, "name": name, "length_m": length})
    sides = sides.groupby(["row", "side", "kind", "name"], as_index=False, sort=True)["length_m"].sum()
    whole = sides.groupby(["row", "side"])["length_m"]
    sides["share"] = sides["length_m"] / whole.transform("sum")
    sides["in_text"] = (sides["share"] >= LEAST_SHARE) | (sides["length_m"] == whole.transform("max"))
    sides["order"] = sides["side"].map(SIDES.index)
    sides = sides.sort_values(["row", "order", "length_m", "name"], ascending=[True, True, False, True])
    words = [_words(part) for _, part in sides.groupby("row", sort=True)]
    rows = np.sort(sides["row"].unique())
    text = table.iloc[rows][["grid_id", "name"]].reset_index(drop=True)
    text["zh"], text["en"] = [w[0] for w in words], [w[1] for w in words]
    sides.insert(0, "grid_id", table["grid_id"].to_numpy()[sides["row"].to_numpy()])
    return FourBounds(text, sides.drop(columns=["row", "order"]).reset_index(drop=True))


def _words(part):
    zh, en = [], []
    for side in SIDES:
        said = part[(part["side"] == side) & part["in_text"]]
        if not len(said):  # a triangle may face nothing
            continue
        zh.append(f"{_ZH[side]}至" + "、".join(n or "区域边界" for n in said["name"]))
        en.append(f"{side} to " + ", ".join(n or "the edge of the area" for n in said["name"]))
    return "，".join(zh), "; ".join(en)


def _grids(area, plan):
    """Leaves with an outline: grid_id, name, geometry; their CRS; the area's roads."""
    if isinstance(area, StudyArea):
        if plan is not None:
            plan.require_area(area)
        frame = area.layer("grids")[["grid_id", "name"]].copy()
        frame["geometry"] = list((plan or area.plan).outlines() if area.has_blocks else as_geometries(area.grids))
        frame = frame[area._core.grids.leaf.astype(bool)]
        crs, roads = area.crs, area.roads
    else:
        if not isinstance(area, gpd.GeoDataFrame) or "grid_id" not in area:
            raise InvalidInput("grids: a StudyArea, or a GeoDataFrame with grid_id and geometry is needed")
        if area.crs is not None and area.crs.is_geographic:
            raise InvalidInput("grids are in degrees: bring them to metres with .to_crs(...)")
        ids = area["grid_id"].astype(str)
        names = area["name"].where(area["name"].notna(), ids) if "name" in area else ids
        frame = pd.DataFrame({"grid_id": ids, "name": names, "geometry": as_geometries(area)})
        crs, roads = area.crs, None
    if frame["grid_id"].duplicated().any():
        raise InvalidInput(f"grids: {name_some(frame['grid_id'][frame['grid_id'].duplicated()])} stand several times")
    shapes = frame["geometry"].to_numpy(dtype=object)
    frame = frame[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))].reset_index(drop=True)
    if not len(frame):
        raise InvalidInput("grids: none has an outline; draw them, or give them blocks")
    return frame, crs, roads


def _named_lines(layers, crs):
    lines, names, kinds = [], [], []
    for kind, layer in layers.items():
        if layer is None or not len(layer):
            continue
        if not isinstance(layer, gpd.GeoDataFrame) or "name" not in layer:
            raise InvalidInput(f"{kind}s: a GeoDataFrame of lines with a column name is needed")
        if crs is not None and layer.crs is not None and layer.crs != crs:
            raise InvalidInput(f"{kind}s are in another CRS than the grids: use .to_crs(...)")
        shapes = as_geometries(layer)
        text = layer["name"].where(layer["name"].notna(), "").astype(str).str.strip().to_numpy()
        use = (text != "") & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        lines.append(shapes[use])
        names.append(text[use].astype(object))
        kinds.append(np.full(int(use.sum()), kind, dtype=object))
    empty = np.empty(0, dtype=object)
    return tuple(np.concatenate(group) if group else empty for group in (lines, names, kinds))


def _border_pieces(shapes):
    """Straight pieces of the outer rings, the grid on their left: row, ax, ay, bx, by."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_exterior_ring(parts)
    clockwise = ~shapely.is_ccw(rings)
    rings[clockwise] = shapely.reverse(rings[clockwise])
    xy, at = shapely.get_coordinates(shapely.segmentize(rings, PIECE_M), return_index=True)
    follows = at[1:] == at[:-1]
    a, b = xy[:-1][follows], xy[1:][follows]
    pieces = pd.DataFrame({"row": row[at[:-1][follows]], "ax": a[:, 0], "ay": a[:, 1], "bx": b[:, 0], "by": b[:, 1]})
    return pieces[(pieces["ax"] != pieces["bx"]) | (pieces["ay"] != pieces["by"])].reset_index(drop=True)
