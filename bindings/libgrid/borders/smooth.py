"""Borders of grids along streets and around buildings, each moved once for both sides, with everyone left at home."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core
from .._core import InvalidInput
from ..geometry import locate
from ..graph.border_lines import as_lines
from ..plan import Plan
from ..ragged import as_geometries
from .arcs import Arcs, cut_into_arcs, join_arcs
from .choose import Choice, choose
from .streets import Streets

__all__ = ["SmoothBorders", "smooth_borders"]

WALL_M = 0.1  # a border may touch a wall, and a wall is drawn no better than this
HOW = ("streets", "simplified", "left", "around")


@dataclass(frozen=True, eq=False, repr=False)
class SmoothBorders:
    """Outlines of grids with smoothed borders; made by `smooth_borders`. Immutable.

    Attributes
    ----------
    shapes : (n_grids,) object array
        None where a grid has no block. Grids above the leaves have their exact outlines.
    borders : GeoDataFrame
        One row a border between two grids: grid_a, grid_b, how ("streets", "simplified", "left", or
        "around" buildings and else left), length_m,
        near_m (of the exact border within reach of a street that runs along it), streets_m (of the new one on
        centrelines), stopped_by (what kept it off a street that it runs along: "household",
        "building", "crossing" of another border, or nothing), geometry.
    junctions_moved : int
        Places where borders meet that were moved onto a street, with all borders that end there.
    """

    shapes: np.ndarray
    borders: gpd.GeoDataFrame
    junctions_moved: int

    @property
    def summary(self) -> pd.DataFrame:
        """By how: borders, length_m, near_m, streets_m."""
        grouped = self.borders.groupby("how")
        sums = {column: (column, "sum") for column in ("length_m", "near_m", "streets_m")}
        table = grouped.agg(borders=("how", "size"), **sums)
        return table.reindex(HOW, fill_value=0).rename_axis("how").reset_index()

    def plot(self, *, streets=None, buildings=None, ax=None):
        """The borders in the colour of what became of them, on streets and buildings where these are given."""
        from ..plot import plot_borders

        return plot_borders(self.borders, streets=streets, buildings=buildings, ax=ax)

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.summary.round(0).to_html(index=False, border=0)

    def __repr__(self) -> str:
        count = self.borders["how"].value_counts().reindex(HOW, fill_value=0)
        around = f", {count['around']} around buildings" if count["around"] else ""
        share = self.borders["streets_m"].sum() / max(self.borders["length_m"].sum(), 1e-9)
        return (
            f"SmoothBorders({len(self.borders)} borders: {count['streets']} along streets, {count['simplified']} "
            f"simplified, {count['left']} left{around}; {share:.0%} of their length on streets)"
        )


def smooth_borders(
    plan: Plan, tolerance_m: float = 3.0, *, streets=None, buildings=None, reach_m: float = 15.0
) -> SmoothBorders:
    """Outlines of the grids with borders along streets and around buildings, and every household in its own grid.

    Each border between two grids is moved once, so that no gap and no overlap arises; the outer border stays. Where a
    street runs along a border within ``reach_m``, the border is laid on its centreline; places where borders meet move
    to the crossing together. What runs along no street is simplified. A border that would part a household from its
    grid, go through a building or cross another border is tried again with less: only simplified, by half and by a
    quarter, and at last it is left as it was.

    Parameters
    ----------
    plan : Plan
        Of an area with blocks.
    tolerance_m : float
        The square root of the area of the bends that may be cut off, in metres; 0: nothing is simplified.
    streets : GeoDataFrame or GeoSeries of lines, optional
        Centrelines, such as the area's roads; rivers too. None: borders are only simplified.
    buildings : GeoDataFrame or GeoSeries of polygons, optional
        Footprints that no border may go through or put into another grid, such as those that the blocks were built
        from. A border that runs
        through a building today is led round it by the shorter way that parts nobody; where there is none it is no
        worse afterwards.
    reach_m : float
        How far a street may lie from a border that follows it. 15: half a street and its pavement. Stretches shorter
        than twice as much do not count.

    Returns
    -------
    SmoothBorders

    Raises
    ------
    InvalidInput
        A tolerance or reach below 0, layers in another CRS.

    Notes
    -----
    Bends are cut off by Visvalingam & Whyatt (1993), Line generalisation by repeated elimination of points (GEOS), and
    between two streets by Douglas & Peucker (1973). All vertices are on whole millimetres. Households that lie outside
    their own grid before, because their block was told and not their place, do not count. Outlines that do not share
    every vertex of their borders are left exact.

    Examples
    --------
    >>> import libgrid as lg
    >>> town = lg.datasets.load("town")
    >>> lg.smooth_borders(town.plan, streets=town.roads)
    SmoothBorders(9 borders: 9 along streets, 0 simplified, 0 left; 89% of their length on streets)
    """
    for name, value in (("tolerance_m", tolerance_m), ("reach_m", reach_m)):
        if not value >= 0 or not np.isfinite(value):
            raise InvalidInput(f"{name} must be 0 or more metres")
    area = plan.area
    exact = drawn_once(plan).outlines()
    leaf = area._core.grids.leaf.astype(bool)
    rows = np.flatnonzero(leaf & ~shapely.is_missing(exact) & ~shapely.is_empty(exact))
    polygons = exact[rows]
    arcs = cut_into_arcs(polygons)
    homes, at_home = _homes(plan, polygons, rows)
    lines = None
    if streets is not None and len(rows):
        lines = Streets(as_lines(streets, "streets", area.crs), _within(polygons, reach_m))
    walls, footprints = _walls(buildings, area.crs, polygons)
    houses, house_at = _inside(footprints, polygons)
    people = len(homes)
    homes, at_home = np.concatenate([homes, houses]), np.concatenate([at_home, house_at])
    whole = shapely.coverage_is_valid(polygons)
    choice = None
    if whole:
        choice = choose(
            arcs, lambda xy: area._frame.to_positions(area._frame.to_points(np.ascontiguousarray(xy))),
            streets=lines, walls=walls, buildings=footprints, homes=homes, people=people, reach_m=float(reach_m),
            tolerance_m=float(tolerance_m),
        )  # fmt: skip
        smooth = join_arcs(arcs, choice.xy)
        if not _fits(smooth, polygons, homes, at_home):
            choice = None
    if choice is None:
        choice = Choice.exact(arcs)
        smooth = polygons
    shapes = exact.copy()
    shapes[rows] = smooth
    return SmoothBorders(shapes, _table(area, arcs, choice, rows), choice.junctions_moved)


def drawn_once(plan: Plan) -> Plan:
    """The plan with every footprint in one grid: towers whose blocks are in several are drawn with their first."""
    return Plan(plan.area, plan.labels[_core.find_footprints(plan.area._core.footprints)], plan.name)


def _homes(plan: Plan, polygons: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the households that are in their own grid before, and which polygon that is."""
    area = plan.area
    points = area.points("households")
    if not len(points) or not len(rows):
        return np.empty((0, 2)), np.empty(0, np.int64)
    row_of = np.full(len(area.ids("grids")) + 1, -1)
    row_of[rows] = np.arange(len(rows))
    wanted = row_of[plan.household_grid()]
    use = (wanted >= 0) & (locate(points, polygons) == wanted)
    return points[use], wanted[use]


def _within(polygons: np.ndarray, reach_m: float) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = shapely.total_bounds(polygons)
    return x0 - reach_m, y0 - reach_m, x1 + reach_m, y1 + reach_m


def _walls(buildings, crs, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Footprints without a rim as wide as a wall is drawn well, and with it; none of those beyond the grids."""
    if buildings is None or not len(polygons):
        return np.empty(0, dtype=object), np.empty(0, dtype=object)
    if getattr(buildings, "crs", None) not in (None, crs):
        raise InvalidInput("buildings are in another CRS than the area: use buildings.to_crs(...)")
    shapes = as_geometries(buildings)
    if not np.isin(shapely.get_type_id(shapes), (-1, 3, 6)).all():
        raise InvalidInput("buildings: polygons are needed")
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    shapes = shapes[shapely.intersects(shapes, shapely.box(*shapely.total_bounds(polygons)))]
    shapes = shapely.get_parts(shapes)
    walls = shapely.buffer(shapes, -WALL_M)
    return walls[~shapely.is_empty(walls)], shapes[~shapely.is_empty(walls)]


def _inside(footprints: np.ndarray, polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A place in each building that lies in some polygon, and in which: whole buildings stay in their grid too."""
    if not len(footprints):
        return np.empty((0, 2)), np.empty(0, np.int64)
    points = shapely.get_coordinates(shapely.point_on_surface(footprints))
    at = locate(points, polygons)
    return points[at >= 0], at[at >= 0]


def _fits(smooth: np.ndarray, exact: np.ndarray, homes: np.ndarray, at_home: np.ndarray) -> bool:
    """Whether the outlines tile the same ground, and everyone is at home."""
    if not shapely.is_valid(smooth).all() or not shapely.coverage_is_valid(smooth):
        return False
    if abs(shapely.area(smooth).sum() - shapely.area(exact).sum()) > 1e-9 * shapely.area(exact).sum():
        return False
    try:
        return bool((locate(homes, smooth) == at_home).all()) if len(homes) else True
    except InvalidInput:  # they overlap
        return False


def _table(area, arcs: Arcs, choice: Choice, rows: np.ndarray) -> gpd.GeoDataFrame:
    inner = np.flatnonzero(arcs.faces[:, 0] >= 0)
    ids = area.ids("grids").to_numpy(object)[rows]
    lines = np.array([shapely.linestrings(choice.xy[i]) for i in inner], dtype=object)
    table = {
        "grid_a": ids[arcs.faces[inner, 0]], "grid_b": ids[arcs.faces[inner, 1]],
        "how": np.array(HOW, dtype=object)[choice.how[inner]], "length_m": shapely.length(lines),
        "near_m": choice.near_m[inner], "streets_m": choice.streets_m[inner], "stopped_by": choice.stopped_by[inner],
    }  # fmt: skip
    return gpd.GeoDataFrame(table, geometry=lines, crs=area.crs)
