"""The offset maps of China: GCJ-02 (Amap, Tencent) and BD-09 (Baidu), to WGS-84 and back."""

import geopandas as gpd
import numpy as np
import shapely

from . import _core
from ._core import InvalidInput
from .issues import name_some

__all__ = ["bd09_to_gcj02", "bd09_to_wgs84", "gcj02_to_bd09", "gcj02_to_wgs84", "wgs84_to_bd09", "wgs84_to_gcj02"]


def read_lonlat(values):
    """Degrees as a contiguous (n, 2) float64 array, from whatever two-column numbers come."""
    try:
        lonlat = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidInput("lonlat: expected an (n, 2) array of longitude, latitude in degrees") from None
    if lonlat.ndim != 2 or lonlat.shape[1] != 2:
        raise InvalidInput(
            f"lonlat: expected an (n, 2) array of longitude, latitude in degrees, not shape {lonlat.shape}"
        )
    return np.ascontiguousarray(lonlat)


def _convert(values, source, target, threads):
    if not isinstance(values, (gpd.GeoSeries, gpd.GeoDataFrame)):
        return _core.convert_datum(read_lonlat(values), source, target, threads=threads)
    if values.crs is not None and not values.crs.is_geographic:
        raise InvalidInput(
            f"the layer is in {values.crs.to_string()}, in metres: GCJ-02 and BD-09 are offsets of degrees; bring it "
            "back to degrees first with .to_crs(4326)"
        )
    geometries = values.geometry.to_numpy()
    lonlat, row = shapely.get_coordinates(geometries, return_index=True)
    bad = ~((np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90))
    if bad.any():
        raise InvalidInput(
            f"the layer has coordinates that are not degrees on earth in rows {name_some(np.unique(row[bad]))}: "
            "drop or fix them, longitude first"
        )
    moved = shapely.transform(
        geometries,
        lambda xy: _core.convert_datum(np.ascontiguousarray(xy), source, target, threads=threads),
    )
    if isinstance(values, gpd.GeoSeries):
        return gpd.GeoSeries(moved, index=values.index, crs=values.crs, name=values.name)
    return values.set_geometry(gpd.GeoSeries(moved, index=values.index, crs=values.crs))


def gcj02_to_wgs84(lonlat, *, threads=0):
    """Bring degrees of Amap or Tencent maps (GCJ-02) back to WGS-84.

    Parameters
    ----------
    lonlat : (n, 2) array of longitude, latitude in degrees; or a GeoSeries or GeoDataFrame in degrees
    threads : int
        0: one a core. Never changes the answer.

    Returns
    -------
    (n, 2) float64 array, or the layer with moved geometries
        The exact inverse of :func:`wgs84_to_gcj02`, to 1e-8 m.

    Raises
    ------
    InvalidInput
        Rows are not degrees on earth, or the layer is in metres.

    Notes
    -----
    The open formulas follow the official transform to a few metres (a published comparison finds 3.4 m on average):
    good for planning, not for surveying. Outside 72.004-137.8347 E, 0.8293-55.8271 N places stay as they are. Whether
    a layer *is* in GCJ-02 its file cannot tell: :func:`find_datum_shift` looks. Convert before measuring: 1 km
    east-west near Chengdu is 1.0016 km in GCJ-02.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.gcj02_to_wgs84([[104.06834756723984, 30.654998438168036]]).round(8)
    array([[104.06584,  30.65742]])
    """
    return _convert(lonlat, "gcj02", "wgs84", threads)


def wgs84_to_gcj02(lonlat, *, threads=0):
    """Offset WGS-84 degrees as Amap and Tencent maps do (GCJ-02); see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.wgs84_to_gcj02([[104.06584, 30.65742]]).round(8)
    array([[104.06834757,  30.65499844]])
    """
    return _convert(lonlat, "wgs84", "gcj02", threads)


def bd09_to_wgs84(lonlat, *, threads=0):
    """Bring degrees of Baidu maps (BD-09) back to WGS-84; see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.bd09_to_wgs84([[104.07484458719368, 30.661026879922375]]).round(8)
    array([[104.06584,  30.65742]])
    """
    return _convert(lonlat, "bd09", "wgs84", threads)


def wgs84_to_bd09(lonlat, *, threads=0):
    """Offset WGS-84 degrees as Baidu maps do (BD-09); see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.wgs84_to_bd09([[104.06584, 30.65742]]).round(8)
    array([[104.07484459,  30.66102688]])
    """
    return _convert(lonlat, "wgs84", "bd09", threads)


def gcj02_to_bd09(lonlat, *, threads=0):
    """From Amap's and Tencent's degrees to Baidu's; see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.gcj02_to_bd09([[116.404, 39.915]]).round(8)
    array([[116.41036949,  39.92133699]])
    """
    return _convert(lonlat, "gcj02", "bd09", threads)


def bd09_to_gcj02(lonlat, *, threads=0):
    """From Baidu's degrees to Amap's and Tencent's; see :func:`gcj02_to_wgs84`.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.bd09_to_gcj02([[116.41036949371029, 39.92133699351021]]).round(8)
    array([[116.404,  39.915]])
    """
    return _convert(lonlat, "bd09", "gcj02", threads)
