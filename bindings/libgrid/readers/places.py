"""Where things are: points from columns, the CRS that the numbers have, and the order of their axes."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from pyproj.enums import TransformDirection

from .._core import InvalidInput
from ..crs_hint import crs_hint
from ..gcj02 import bd09_to_wgs84, gcj02_to_wgs84
from .raw import Fault, Note, RawLayer
from .synonyms import GEOMETRY, X, Y

SHIFTED = {"gcj02": gcj02_to_wgs84, "gcj-02": gcj02_to_wgs84, "bd09": bd09_to_wgs84, "bd-09": bd09_to_wgs84}
_CHINA = (72.0, 0.8, 137.9, 55.9)
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_MARGIN_DEG = 4.0  # zones and areas of use are narrower than the places that are mapped in them
_MOST = 0.5


class Places(NamedTuple):
    geometry: np.ndarray | None
    crs: pyproj.CRS | None
    notes: list[Note]
    faults: list[Fault]


def find_places(raw: RawLayer, sources: dict[str, str], crs, file: str) -> Places:
    """The layer's geometry in a CRS that is known, x east and y north.

    Parameters
    ----------
    sources : dict of target to source column
    crs : what the user says: a CRS, "gcj02", "bd09", or None

    Raises
    ------
    InvalidInput
        No CRS, or numbers that cannot be of it: the message says what they look like.
    """
    notes: list[Note] = []
    shapes, faults = _shapes(raw, sources)
    if shapes is None:
        return Places(None, None, notes, faults)
    shift = SHIFTED.get(str(crs).lower()) if crs is not None else None
    stated = _parse(raw.crs, file) if raw.crs else None
    if crs is None and stated is None:
        if not (~shapely.is_missing(shapes)).any():
            return Places(shapes, None, notes, faults)
        raise InvalidInput(
            f'{file}: the CRS is not known; say it: crs="EPSG:…" ({crs_hint(_robust_bounds(shapes))})'
            f"{_ask_datum(shapes)}"
        )
    known = pyproj.CRS("EPSG:4326") if shift else _parse(crs, file) if crs is not None else stated
    if crs is not None and stated is not None and shift is None and not _same(stated, known):
        notes.append(Note("LG-F210", f"{_name(stated)} → {_name(known)}"))
    box = _CHINA if shift else _box_of(known)
    shapes, swapped, wrong = _turn_axes(shapes, box, known, file)
    if swapped:
        notes.append(Note("LG-P136", swapped))
    faults += wrong
    if shift is not None:
        shapes = shapely.transform(shapes, lambda xy: _unshift(shift, xy))
        notes.append(Note("LG-F142", "GCJ-02" if shift is gcj02_to_wgs84 else "BD-09"))
    return Places(shapes, known, notes, faults)


def _shapes(raw: RawLayer, sources: dict[str, str]) -> tuple[np.ndarray | None, list[Fault]]:
    if raw.geometry is not None:
        return raw.geometry, []
    if GEOMETRY in sources:
        text = raw.frame[sources[GEOMETRY]]
        blank = (text.isna() | (text.astype(str).str.strip() == "")).to_numpy(bool)
        shapes = np.full(len(text), None, dtype=object)
        if (~blank).any():
            shapes[~blank] = shapely.from_wkt(text[~blank].astype(str).to_numpy(dtype=object), on_invalid="ignore")
        bad = np.flatnonzero(shapely.is_missing(shapes) & ~blank)
        return shapes, [Fault("LG-F008", int(i), sources[GEOMETRY], "no well-known text") for i in bad]
    if not {X, Y} <= set(sources):
        return None, []
    faults, xy = [], []
    for axis in (X, Y):
        column = raw.frame[sources[axis]]
        text = column if pd.api.types.is_numeric_dtype(column) else column.astype("str").str.strip()
        numbers = pd.to_numeric(text, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        blank = column.isna().to_numpy(bool)
        if not pd.api.types.is_numeric_dtype(column):
            blank = blank | (text == "").to_numpy(dtype=bool, na_value=False)
        bad = np.flatnonzero(~np.isfinite(numbers) & ~blank)
        faults += [Fault("LG-H012", int(i), sources[axis]) for i in bad]
        xy.append(numbers)
    x, y = xy
    placed = np.isfinite(x) & np.isfinite(y)
    shapes = np.full(len(x), None, dtype=object)
    shapes[placed] = shapely.points(x[placed], y[placed])
    return shapes, faults


def _turn_axes(shapes: np.ndarray, box, crs: pyproj.CRS, file: str) -> tuple[np.ndarray, int, list[Fault]]:
    """Shapes with x east; how many rows were turned when all had to be; faults of the rows that alone are swapped."""
    x, y = _middles(shapes)
    given = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    if box is None or not given.any():
        return shapes, 0, []
    west, south, east, north = box
    fits = given & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    turned = given & ~fits & (y >= west) & (y <= east) & (x >= south) & (x <= north)
    if fits.sum() + turned.sum() < _MOST * given.sum():
        bounds = np.array([np.median(x[given]), np.median(y[given])] * 2)
        raise InvalidInput(
            f"{file}: the coordinates cannot be {_name(crs)}: x is about {bounds[0]:,.6g}, y about {bounds[1]:,.6g} "
            f"({crs_hint(bounds)}); say the right crs="
        )
    if turned.any() and not fits.any():
        return shapely.transform(shapes, lambda xy: xy[:, ::-1]), int(turned.sum()), []
    return shapes, 0, [Fault("LG-H013", int(i)) for i in np.flatnonzero(turned)]


def _middles(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(shapes) and (shapely.get_type_id(shapes) <= 0).all():
        return shapely.get_x(shapes), shapely.get_y(shapes)
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2


def _robust_bounds(shapes: np.ndarray) -> np.ndarray:
    x, y = _middles(shapes)
    good = np.isfinite(x) & np.isfinite(y)
    if not good.any():
        return np.full(4, np.nan)
    return np.array([*np.percentile(np.c_[x, y][good], 5, axis=0), *np.percentile(np.c_[x, y][good], 95, axis=0)])


def _ask_datum(shapes: np.ndarray) -> str:
    west, south, east, north = _robust_bounds(shapes)
    if not (-180 <= west <= east <= 180 and -180 <= south <= north <= 180):
        return ""
    return (
        '; degrees alone do not tell WGS 84 or CGCS2000 ("EPSG:4490") from GCJ-02 ("gcj02": Amap, Tencent) or BD-09 '
        '("bd09": Baidu): ask who delivered the file'
    )


def _box_of(crs: pyproj.CRS) -> tuple[float, float, float, float] | None:
    """Where coordinates of a CRS can lie: its area of use and some degrees around."""
    area = crs.area_of_use
    if area is None:
        return _WORLD if crs.is_geographic else None
    m = _MARGIN_DEG
    degrees = (
        max(area.west - m, -180.0) if area.west <= area.east else -180.0,
        max(area.south - m, -90.0),
        min(area.east + m, 180.0) if area.west <= area.east else 180.0,
        min(area.north + m, 90.0),
    )
    if crs.is_geographic:
        return degrees
    to = pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)
    try:
        box = to.transform_bounds(*degrees, densify_pts=21, direction=TransformDirection.FORWARD)
    except pyproj.exceptions.ProjError:
        return None
    return box if np.isfinite(box).all() else None


def _unshift(shift, xy: np.ndarray) -> np.ndarray:
    out = np.array(xy, dtype=float, copy=True)
    good = np.isfinite(out).all(axis=1)
    out[good] = shift(np.ascontiguousarray(out[good]))
    return out


def _parse(crs, file: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        text = str(crs)[:60]
        raise InvalidInput(f'{file}: "{text}" names no CRS; write it like "EPSG:4544", "gcj02" or "bd09"') from None


def _same(a: pyproj.CRS, b: pyproj.CRS) -> bool:
    return a.equals(b, ignore_axis_order=True) or (a.to_epsg() is not None and a.to_epsg() == b.to_epsg())


def _name(crs: pyproj.CRS) -> str:
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else crs.name


def placed(frame: pd.DataFrame, places: Places) -> pd.DataFrame:
    """The frame with its geometry; a plain frame where there is none."""
    if places.geometry is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(places.geometry, index=frame.index, crs=places.crs))
