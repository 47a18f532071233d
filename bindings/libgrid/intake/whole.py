"""What holds for all layers of an area: its CRS, and a frame about the middle of the data."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .. import _core
from ..crs_hint import crs_hint
from .places import Places


def common_crs(given: dict, crs) -> pyproj.CRS:
    """The planar CRS of all layers: the one that is said, else the only projected one among them."""
    shown = {}
    for name, frame in given.items():
        if isinstance(frame, gpd.GeoDataFrame) and (~shapely.is_missing(frame.geometry.to_numpy())).any():
            if frame.crs is None:
                hint = crs_hint(frame.total_bounds)
                raise _core.InvalidInput(f"{name}: the layer has no CRS ({hint}); set it with frame.set_crs(…)")
            shown[name] = frame.crs
    if crs is None:
        projected = {c.to_wkt(): c for c in shown.values() if c.is_projected}
        if len(projected) != 1:
            raise _core.InvalidInput(
                "crs is needed, e.g. crs='EPSG:4544': the layers have "
                + ("no projected CRS" if not projected else "different projected CRS")
            )
        target = next(iter(projected.values()))
    else:
        try:
            target = pyproj.CRS.from_user_input(crs)
        except pyproj.exceptions.CRSError as error:
            raise _core.InvalidInput(f"crs: {str(crs)[:60]!r} names no coordinate reference system ({error})") from None
    planar = target.is_projected or target.is_engineering
    if not planar or any(a.unit_conversion_factor != 1 for a in target.axis_info[:2]):
        raise _core.InvalidInput(f"the study area's CRS must be planar in metres, {target.to_string()} is not")
    return target


def one_geometry(frame):
    """The active geometry under the name "geometry"; a plain frame where there is none."""
    if isinstance(frame, gpd.GeoDataFrame):
        if frame.active_geometry_name is None:
            return pd.DataFrame(frame)
        if frame.active_geometry_name != "geometry":
            return frame.rename_geometry("geometry")
    return frame


def frame_of(places: dict[str, Places]) -> _core.Frame:
    """A frame about the middle of the data: the median, so that one wild coordinate moves nothing."""
    names = ("households", "blocks", "grids", "sites", "roads")
    middles = [places[name].median() for name in names if name in places]
    middles = [m for m in middles if m is not None]
    return _core.Frame(*np.median(middles, axis=0)) if middles else _core.Frame()
