"""Where the rows of a layer are: coordinates as they came, judged in their own CRS, then brought into the area's."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .._core import InvalidInput
from ..issues import name_some
from ..rules import ReadingRules
from ..schema import Layer

_KINDS = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
_FARTHEST_M = 1e8  # beyond it no planar CRS has a place on Earth
_WIDEST_ZONE = 60.0  # degrees: in a CRS of half the world, small numbers prove nothing
_LON_LAT = {"lon", "lat", "lng", "longitude", "latitude", "经度", "纬度"}


@dataclass
class PlaceFault:
    """One kind of fault or remark: rows, what was measured on each, the column; no rows, one value: of the layer."""

    code: str
    rows: np.ndarray
    values: object = None  # a sequence of one value a row of the layer, or one value for all
    column: str = "geometry"


@dataclass
class Places:
    """The geometry of a layer in the area's CRS; rows with a fault have none (points: NaN)."""

    shapes: np.ndarray | None = None  # lines and polygons
    xy: np.ndarray | None = None  # points
    faults: list[PlaceFault] = field(default_factory=list)  # rows that cannot be taken
    remarks: list[PlaceFault] = field(default_factory=list)  # rows that were taken, with a word
    source_crs: pyproj.CRS | None = None

    def median(self) -> np.ndarray | None:
        """The middle of the coordinates, so that one wild row moves nothing."""
        xy = self.xy if self.xy is not None else shapely.get_coordinates(self.shapes)
        xy = xy[np.isfinite(xy).all(axis=1)]
        return np.median(xy, axis=0) if len(xy) else None


def read_places(
    layer: Layer, given: pd.DataFrame, target: pyproj.CRS, rules: ReadingRules, unreadable: np.ndarray | None = None
) -> Places:
    """Take the coordinates of a layer out of its frame; rows whose file could not be read have none and no fault.

    Raises InvalidInput where the frame has no coordinates at all.
    """
    if layer.geometry is None:
        return Places()
    places = Places(source_crs=target)
    taken = np.ones(len(given), bool) if unreadable is None else ~unreadable  # rows without a fault so far

    def refuse(code, rows, values=None, column="geometry"):
        rows = rows & taken
        if rows.any():
            places.faults.append(PlaceFault(code, rows, values, column))
            taken[rows] = False

    point = layer.geometry == "point"
    if isinstance(given, gpd.GeoDataFrame):
        shapes = given.geometry.to_numpy().copy()
        places.source_crs = given.crs or target
        shapes = _of_kind(layer, shapes, rules, refuse, places)
    elif point:
        xy = _from_columns(layer, given, refuse)
        if layer.name in rules.swapped:
            xy = xy[:, ::-1]
        _judge(layer, np.column_stack([xy, xy]), target, target, refuse)
        places.xy = np.where(taken[:, None], xy, np.nan)
        return places
    elif layer.geometry_required and len(given):
        raise InvalidInput(f"{layer.name}: a GeoDataFrame with geometry is needed")
    else:
        shapes = np.full(len(given), None, dtype=object)
    if layer.name in rules.swapped:
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    _judge(layer, shapely.bounds(shapes).reshape(len(shapes), 4), places.source_crs, target, refuse)
    shapes = np.where(taken, shapes, None)
    if places.source_crs != target and (~shapely.is_missing(shapes)).any():
        shapes = _transform(layer, shapes, target, rules, places)
    if point:
        places.xy = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    else:
        places.shapes = shapes
    return places


def _from_columns(layer: Layer, given: pd.DataFrame, refuse) -> np.ndarray:
    """The columns x and y, which are in the area's CRS; shape (n, 2)."""
    if not {"x", "y"} <= set(given.columns):
        degrees = [str(c) for c in given.columns if str(c).strip().lower() in _LON_LAT]
        hint = (
            f"; {name_some(degrees)} look like degrees: make points with geopandas.points_from_xy(lon, lat, crs=…), "
            "and say which CRS they are in (LG-H032)"
            if degrees
            else ""
        )
        raise InvalidInput(f"{layer.name}: neither a geometry nor the columns x and y are there{hint}")
    xy = np.empty((len(given), 2))
    for k, column in enumerate(("x", "y")):
        blank = given[column].isna().to_numpy(bool)
        values = pd.to_numeric(given[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if not pd.api.types.is_numeric_dtype(given[column]):
            blank = blank | (given[column].astype(str).str.strip() == "").to_numpy(bool)
            refuse("LG-H012", ~blank & np.isnan(values), None, column)
        xy[:, k] = values
    refuse("LG-H010", ~np.isfinite(xy).all(axis=1))
    return xy


def _of_kind(layer: Layer, shapes: np.ndarray, rules: ReadingRules, refuse, places: Places) -> np.ndarray:
    """Geometries of the layer's kind in two dimensions; others are refused."""
    point, kinds = layer.geometry == "point", _KINDS[layer.geometry]
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if point:
        refuse("LG-H010", empty)
    elif layer.geometry_required:
        refuse("LG-P017", empty)
    type_id = shapely.get_type_id(shapes)
    if layer.geometry == "polygon":
        boxed = np.flatnonzero((type_id == 7) & ~empty)
        held = np.zeros(len(shapes), bool)
        for row in boxed:
            parts = [g for g in shapes[row].geoms if g.geom_type in ("Polygon", "MultiPolygon") and not g.is_empty]
            if len(parts) == 1:
                shapes[row], held[row] = parts[0], True
        if held.any():
            places.remarks.append(PlaceFault("LG-P020", held))
            type_id = shapely.get_type_id(shapes)
    wrong = ~empty & ~np.isin(type_id, kinds)
    if point:
        several = type_id == 4
        wrong |= several & (shapely.get_num_geometries(shapes) != 1)
        shapes = np.where(several & ~wrong, shapely.get_geometry(shapes, 0), shapes)
    refuse("LG-P019", wrong, layer.geometry)
    vertices = shapely.get_num_coordinates(shapes)
    refuse("LG-P045", vertices > rules.max_vertices, vertices)
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    if high.any():
        places.remarks.append(PlaceFault("LG-P021", high, int(high.sum()), "(layer)"))
        shapes = shapely.force_2d(shapes)
    coords, index = shapely.get_coordinates(shapes, return_index=True)
    for code, bad in (
        ("LG-P014", np.isnan(coords).any(axis=1)),
        ("LG-P015", np.isinf(coords).any(axis=1)),
    ):
        at = np.zeros(len(shapes), np.int64)
        first = np.concatenate([[0], np.cumsum(vertices)])[:-1]
        hit = np.flatnonzero(bad)[::-1]  # so that the first vertex of a row is written last
        at[index[hit]] = hit - first[index[hit]]
        rows = np.zeros(len(shapes), bool)
        rows[index[hit]] = True
        refuse("LG-H010" if point else code, rows, None if point else at)
    return shapes


def _judge(layer: Layer, bounds: np.ndarray, crs: pyproj.CRS, target: pyproj.CRS, refuse) -> None:
    """Refuse rows whose bounds, of shape (n, 4), cannot be coordinates of the layer's CRS."""
    point = layer.geometry == "point"
    west, south, east, north = bounds.T
    here = np.isfinite(west)  # rows that are empty or already refused have no bounds

    def within(x0, y0, x1, y1, area):
        return here & (x0 >= area[0]) & (y0 >= area[1]) & (x1 <= area[2]) & (y1 <= area[3])

    with np.errstate(invalid="ignore"):
        if point:
            refuse("LG-H011", here & (west == 0) & (south == 0))
        use = crs.area_of_use.bounds if crs.area_of_use is not None else (-180.0, -90.0, 180.0, 90.0)
        if crs.is_geographic:
            # Swapped: out of the CRS's area, or of the study area's, but inside when turned round.
            for area in (use, target.area_of_use.bounds if target.area_of_use is not None else use):
                turned = within(south, west, north, east, area) & ~within(west, south, east, north, area)
                refuse("LG-H013" if point else "LG-P036", turned)
            lat_fits = here & (south >= -90) & (north <= 90)
            refuse("LG-P035", lat_fits & (east > 180) & (east <= 360) & (west >= -180))
            refuse("LG-P039", here & ~within(west, south, east, north, (-180, -90, 180, 90)))
            refuse("LG-P034", here & (east - west > 180))
            return
        far = here & (np.maximum.reduce([-west, -south, east, north]) > _FARTHEST_M)
        refuse("LG-H010" if point else "LG-P016", far)
        if crs.area_of_use is not None and use[2] - use[0] < _WIDEST_ZONE:
            refuse("LG-P040", within(west, south, east, north, use))


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> tuple[pyproj.Transformer, bool]:
    """The way from one CRS to another, and whether its change of datum is known."""
    try:
        pyproj.Transformer.from_crs(source, target, always_xy=True, allow_ballpark=False)
        known = True
    except pyproj.exceptions.ProjError:
        known = False
    return pyproj.Transformer.from_crs(source, target, always_xy=True), known


def _transform(layer: Layer, shapes, target: pyproj.CRS, rules: ReadingRules, places: Places) -> np.ndarray:
    way = f"{short_name(places.source_crs)} → {short_name(target)}"
    try:
        transformer, known = _transformer(places.source_crs.to_wkt(), target.to_wkt())
    except pyproj.exceptions.ProjError as error:
        raise InvalidInput(f"{layer.name}: there is no way from {way} (LG-P043): {error}") from None
    if not known and not rules.allow_ballpark:
        raise InvalidInput(
            f"{layer.name}: the shift between the datums of {way} is not known (LG-P143); transform the layer with a "
            "known accuracy first, or allow_ballpark=True"
        )
    everywhere = np.ones(len(shapes), bool)
    places.remarks.append(PlaceFault("LG-P043" if known else "LG-P143", everywhere, way, "(layer)"))
    return shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


def short_name(crs: pyproj.CRS) -> str:
    """ "EPSG:4544", or the CRS's name where it has no code."""
    code = crs.to_authority()
    return ":".join(code) if code else crs.name
