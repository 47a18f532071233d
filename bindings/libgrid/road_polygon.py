"""Land described by its roads: "east of A, west of B, north of C" as a polygon."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.polygon import orient
from shapely.ops import linemerge

from . import plot
from ._core import InvalidInput
from .inline_map import inline_map
from .issues import name_some
from .measures import M2_PER_MU
from .ragged import as_geometries

__all__ = ["RoadPolygon", "build_polygon_from_roads"]

_TOWARDS = {"east": (1.0, 0.0), "west": (-1.0, 0.0), "north": (0.0, 1.0), "south": (0.0, -1.0)}
_WORDS = {"东": "east", "西": "west", "北": "north", "南": "south"}
_OPPOSITE = {"east": "west", "west": "east", "north": "south", "south": "north"}
LEAST_TURN = np.sin(np.radians(20))  # a road closer to east-west than this has no east side
BEYOND_M = 20_000.0  # how far the world of this question reaches around the roads
FAR_M = 200_000.0
ON_BORDER_M = 0.01
LEAST_BORDER_M = 0.1
BISECTIONS = 80


@dataclass(frozen=True, eq=False)
class RoadPolygon:
    """A polygon and what its borders rest on.

    Attributes
    ----------
    polygon : Polygon
    area_m2, area_mu : float
        In the plane of the roads' CRS.
    assumed : str
        The side that was closed by the stated area: "north" …; "" when roads bound every side.
    sides : DataFrame
        bounded_by (road, or "assumed"), side (of the polygon), length_m, beyond_m (of it where the road is not drawn
        and was prolonged straight).
    stated_m2 : float or None
        The area that was given; where roads bound every side it changes nothing, see ``stated_share``.
    """

    polygon: shapely.Polygon
    area_m2: float
    assumed: str
    sides: pd.DataFrame
    stated_m2: float | None
    crs: object

    def plot(self, *, roads=None, ax=None):
        """The polygon on a map, with the roads where they are given.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_area(grids=gpd.GeoDataFrame(geometry=[self.polygon], crs=self.crs), roads=roads, ax=ax)

    def _repr_html_(self) -> str:
        words = f"{self.area_m2:,.0f} m² = {self.area_mu:,.1f} 亩"
        return f"{inline_map(areas=[self.polygon])}<p>{words}</p>{self.sides.to_html(index=False, border=0)}"

    @property
    def area_mu(self) -> float:
        return self.area_m2 / M2_PER_MU

    @property
    def stated_share(self) -> float:
        """The stated area as a share of the polygon's: 1 when they agree, NaN when none was given."""
        return float("nan") if self.stated_m2 is None else self.stated_m2 / self.area_m2

    def to_frame(self) -> gpd.GeoDataFrame:
        """One row: area_m2, area_mu, assumed, geometry."""
        row = {"area_m2": [self.area_m2], "area_mu": [self.area_mu], "assumed": [self.assumed]}
        return gpd.GeoDataFrame(row, geometry=[self.polygon], crs=self.crs)

    def __repr__(self) -> str:
        closed = f", {self.assumed} side assumed" if self.assumed else ""
        return f"RoadPolygon({self.area_m2:,.1f} m², {self.area_mu:,.2f} mu{closed})"


def build_polygon_from_roads(sides, roads, *, area_m2=None, area_mu=None) -> RoadPolygon:
    """Build the polygon that lies on the given side of each road.

    Parameters
    ----------
    sides : dict
        By road (its ``name``, else its ``road_id``), on which side of it the land lies: "east", "west", "north",
        "south" or 东, 西, 北, 南.
    roads : GeoDataFrame of centre lines in a projected CRS, with ``name`` or ``road_id``
    area_m2, area_mu : float, optional
        The area as stated, in m² or mu (亩, 10,000/15 m²). Closes one open side; not needed when roads close all.

    Returns
    -------
    RoadPolygon
        ``assumed`` and the row "assumed" of ``sides`` say what no road bounds.

    Raises
    ------
    InvalidInput
        A road is unknown or has no such side, a side is open and no area given, several sides are open, roads leave
        nothing between them, or the stated area does not fit between them.

    Notes
    -----
    Lines of one name are joined, and prolonged straight at both ends where they stop short of the next road; ``sides``
    says for how many metres. An open side is closed by a straight line across it, due east-west or north-south, just so
    far out that the area is the stated one.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> import libgrid as lg
    >>> lines = [[(0, -50), (0, 500)], [(400, -50), (400, 500)], [(-50, 0), (450, 0)]]
    >>> roads = gpd.GeoDataFrame(
    ...     {"name": ["福田路", "滨河路", "横二路"]}, geometry=[shapely.LineString(l) for l in lines], crs="EPSG:4544"
    ... )
    >>> field = lg.build_polygon_from_roads({"福田路": "东", "滨河路": "西", "横二路": "北"}, roads, area_mu=100)
    >>> field, [round(float(v), 4) for v in field.polygon.bounds]
    (RoadPolygon(66,666.7 m², 100.00 mu, north side assumed), [0.0, 0.0, 400.0, 166.6667])
    """
    stated = _stated(area_m2, area_mu)
    lines, wanted = _lines_of(sides, roads)
    drawn = [shapely.LineString(line.coords[1:-1]) for line in lines.values()]
    world = shapely.box(*shapely.total_bounds(drawn)).buffer(BEYOND_M, join_style="mitre")
    land = world
    for road, line in lines.items():
        land = land.intersection(_half(road, line, wanted[road], world))
    parts = [p for p in shapely.get_parts(land) if p.geom_type == "Polygon" and p.area > 0]
    if not parts:
        raise InvalidInput(f"the sides of {name_some(list(lines))} leave no land between them: check the sides")
    land = _the_one(parts, lines, world)
    edge = world.exterior
    # What reaches the edge of this question's world is open, however narrow the band that leads there.
    open_sides = [side for side in _TOWARDS if _along(land.exterior, _edge_of(edge, side)).length > LEAST_BORDER_M]
    assumed = ""
    if open_sides:
        given = {_OPPOSITE[w] for w in wanted.values()}
        open_sides = [s for s in open_sides if s not in given] or open_sides
        if stated is None or len(open_sides) > 1:
            raise InvalidInput(
                f"no road bounds the land to the {' and '.join(open_sides)}: name one"
                + ("" if len(open_sides) > 1 else ", or state the area with area_m2= or area_mu=")
            )
        assumed = open_sides[0]
        land = _closed_by_area(land, assumed, stated)
    land = orient(land)
    bounded = _what_bounds(land, lines, wanted, assumed, _drawn(lines, roads))
    return RoadPolygon(land, float(land.area), assumed, bounded, stated, roads.crs)


def _stated(area_m2, area_mu):
    if area_m2 is not None and area_mu is not None:
        raise InvalidInput("give the area in m² or in mu, not both")
    stated = area_m2 if area_mu is None else area_mu * M2_PER_MU
    if stated is not None and not (stated > 0 and np.isfinite(stated)):
        raise InvalidInput("the area must be a positive number")
    return None if stated is None else float(stated)


def _lines_of(sides, roads):
    """One straight-prolonged line a road, and its side in English."""
    if not isinstance(roads, gpd.GeoDataFrame) or not ({"name", "road_id"} & set(roads.columns)):
        raise InvalidInput("roads: a GeoDataFrame of lines with name or road_id is needed")
    if roads.crs is not None and roads.crs.is_geographic:
        raise InvalidInput("roads are in degrees: bring them to metres with .to_crs(...)")
    if not sides:
        raise InvalidInput("sides: name at least one road and the side of it on which the land lies")
    lines, wanted = {}, {}
    for road, side in sides.items():
        side = _WORDS.get(str(side).strip()[:1], str(side).strip().lower())
        if side not in _TOWARDS:
            raise InvalidInput(f"side {sides[road]!r} of {road}: use east, west, north, south or 东, 西, 北, 南")
        lines[road], wanted[road] = _prolonged(_joined(_rows(roads, road))), side
    return lines, wanted


def _rows(roads, road):
    for column in ("name", "road_id"):
        if column in roads:
            shapes = as_geometries(roads)[(roads[column].astype(str) == str(road)).to_numpy()]
            shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
            if len(shapes):
                return shapes
    names = [str(n) for c in ("name", "road_id") if c in roads for n in roads[c].dropna().unique()]
    near = difflib.get_close_matches(str(road), names, n=3, cutoff=0.5)
    raise InvalidInput(f"roads: none is called {road!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))


def _joined(shapes):
    """One line out of a road's pieces, gaps bridged straight; of two carriageways the longer one."""
    merged = linemerge(list(shapely.get_parts(shapes)))
    pieces = sorted(shapely.get_parts(merged), key=lambda line: -line.length)
    xy = np.concatenate([shapely.get_coordinates(p) for p in pieces])
    axis = np.linalg.svd(xy - xy.mean(axis=0), full_matrices=False)[2][0]
    kept = []
    for piece in pieces:
        along = shapely.get_coordinates(piece) @ axis
        low, high = along.min(), along.max()
        shared = sum(max(0.0, min(high, end) - max(low, start)) for start, end, _ in kept)
        if shared <= 0.1 * (high - low):
            line = shapely.get_coordinates(piece)
            kept.append((low, high, line if along[0] <= along[-1] else line[::-1]))
    return np.concatenate([line for _, _, line in sorted(kept, key=lambda k: k[0])])


def _prolonged(xy):
    """The line, straight on at both ends to beyond everything."""
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    xy = xy[keep]
    if len(xy) < 2:
        raise InvalidInput("roads: a road has no length")

    def on(a, b):
        return b + (b - a) / np.hypot(*(b - a)) * FAR_M

    return shapely.LineString(np.concatenate([[on(xy[1], xy[0])], xy, [on(xy[-2], xy[-1])]]))


def _half(road, line, side, world):
    """The part of the world on that side of the road."""
    towards = np.array(_TOWARDS[side])
    chord = np.subtract(line.coords[-2], line.coords[1])
    normal = np.array([-chord[1], chord[0]]) / max(np.hypot(*chord), 1e-9)  # left of the line
    turn = float(normal @ towards)
    if abs(turn) < LEAST_TURN:
        raise InvalidInput(f"{road} runs towards its {side}: nothing lies clearly {side} of it")
    if not line.is_simple:
        raise InvalidInput(f"{road} crosses itself where it is prolonged: draw it further")
    # Along the line and back around, on its left or on its right.
    xy = np.array(line.coords) if turn > 0 else np.array(line.coords)[::-1]
    centre = np.array(world.centroid.coords[0])
    start, end = (np.arctan2(*(p - centre)[::-1]) for p in (xy[-1], xy[0]))
    around = start + np.linspace(0, (end - start) % (2 * np.pi), 34)[1:-1]
    arc = centre + 2 * FAR_M * np.column_stack([np.cos(around), np.sin(around)])
    return world.intersection(shapely.Polygon(np.concatenate([xy, arc])))


def _along(ring, line):
    """The part of a ring that runs on a line: within a centimetre, since crossings are rounded."""
    return ring.intersection(line.buffer(ON_BORDER_M, cap_style="flat"))


def _the_one(parts, lines, world):
    """Of several pieces the one that touches every road; the largest of those."""
    touching = [p for p in parts if all(_along(p.exterior, line).length > LEAST_BORDER_M for line in lines.values())]
    if not touching:
        return max(parts, key=lambda p: p.area)
    closed = [p for p in touching if _along(p.exterior, world.exterior).length <= LEAST_BORDER_M]
    return max(closed or touching, key=lambda p: p.area)


def _edge_of(edge, side):
    x0, y0, x1, y1 = edge.bounds
    ends = {
        "east": ((x1, y0), (x1, y1)),
        "west": ((x0, y0), (x0, y1)),
        "north": ((x0, y1), (x1, y1)),
        "south": ((x0, y0), (x1, y0)),
    }
    return shapely.LineString(ends[side])


def _closed_by_area(land, side, area):
    """The land cut off on that side so that the area remains: the area grows with the distance, so it is halved in."""
    x0, y0, x1, y1 = land.bounds
    axis, sign = (0 if side in ("east", "west") else 1), (1 if side in ("east", "north") else -1)
    low, high = ((x0, x1), (y0, y1))[axis]

    def cut(depth):
        box = [x0, y0, x1, y1]
        box[axis + (2 if sign > 0 else 0)] = low + depth if sign > 0 else high - depth
        return land.intersection(shapely.box(*box))

    if land.area < area:
        raise InvalidInput(
            f"between these roads there is no room for {area:,.1f} m² to the {side}: check area and roads"
        )
    near, far = 0.0, high - low
    for _ in range(BISECTIONS):
        middle = (near + far) / 2
        near, far = (middle, far) if cut(middle).area < area else (near, middle)
    closed = cut(far)
    if closed.geom_type != "Polygon":
        raise InvalidInput(
            f"closed to the {side} the land falls into {len(shapely.get_parts(closed))} parts: name a road"
        )
    return closed


def _drawn(lines, roads):
    return {road: shapely.union_all(_rows(roads, road)) for road in lines}


def _what_bounds(land, lines, wanted, assumed, drawn):
    rows, rest = [], land.exterior
    for road, line in lines.items():
        along = _along(land.exterior, line)
        rest = rest.difference(line.buffer(ON_BORDER_M, cap_style="flat"))
        beyond = along.difference(drawn[road].buffer(2 * ON_BORDER_M, cap_style="flat")).length
        rows.append((road, _OPPOSITE[wanted[road]], along.length, beyond))
    if assumed:
        rows.append(("assumed", assumed, rest.length, rest.length))
    return pd.DataFrame(rows, columns=["bounded_by", "side", "length_m", "beyond_m"])
