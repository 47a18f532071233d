"""Degrees to metres and back: CGCS2000's Gauss-Krüger zones and municipal grids."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyproj

from . import _core
from ._core import InvalidInput
from .gcj02 import read_lonlat
from .issues import Found, Issues

__all__ = ["Projected", "Projection", "project", "unproject"]

FIRST_ZONE, LAST_ZONE = 25, 45  # the 3° zones that CGCS2000 has codes for: meridians 75° to 135° E
_PREFIXED, _PLAIN = 4513 - FIRST_ZONE, 4534 - FIRST_ZONE  # EPSG code minus zone number
_TMERC = {
    "Latitude of natural origin": "lat_0_deg",
    "Longitude of natural origin": "lon_0_deg",
    "Scale factor at natural origin": "k",
    "False easting": "x_0_m",
    "False northing": "y_0_m",
}


@dataclass(frozen=True)
class Projection:
    """A transverse Mercator projection; x is east, y is north, whatever its CRS calls its axes.

    Make one with :meth:`cgcs2000`, :meth:`choose`, :meth:`tmerc` or :meth:`from_crs`.

    Attributes
    ----------
    lon_0_deg, lat_0_deg, k, x_0_m, y_0_m : float
        Central meridian, latitude of the origin, scale on the meridian, false easting and northing.
    semi_major_m, inverse_flattening : float
        The ellipsoid; the default is CGCS2000's.
    epsg : int or None
    """

    lon_0_deg: float
    lat_0_deg: float = 0.0
    k: float = 1.0
    x_0_m: float = 500_000.0
    y_0_m: float = 0.0
    semi_major_m: float = 6_378_137.0
    inverse_flattening: float = 298.257222101
    epsg: int | None = None

    def __post_init__(self):
        self._core  # noqa: B018 (refuses parameters that are none)

    @cached_property
    def _core(self):
        values = {name: float(getattr(self, name)) for name in [*_TMERC.values(), "semi_major_m", "inverse_flattening"]}
        return _core.TransverseMercator(**values)

    @classmethod
    def cgcs2000(cls, zone: int, *, zone_prefix: bool = False) -> Projection:
        """A 3° zone of CGCS2000: 35 has the meridian 105° E (EPSG 4544, with the zone before the easting 4523).

        Examples
        --------
        >>> import libgrid as lg
        >>> lg.Projection.cgcs2000(35).epsg, lg.Projection.cgcs2000(35, zone_prefix=True).x_0_m
        (4544, 35500000.0)
        """
        if zone not in range(FIRST_ZONE, LAST_ZONE + 1):
            raise InvalidInput(
                f"zone {zone!r}: CGCS2000 has the 3° zones {FIRST_ZONE} to {LAST_ZONE}; "
                "elsewhere use Projection.tmerc(lon_0_deg=...)"
            )
        zone = int(zone)
        x_0_m = 500_000.0 + (zone * 1e6 if zone_prefix else 0.0)
        return cls(3.0 * zone, x_0_m=x_0_m, epsg=(_PREFIXED if zone_prefix else _PLAIN) + zone)

    @classmethod
    def choose(cls, lonlat, *, zone_prefix: bool = False) -> Projection:
        """The 3° zone that holds the median longitude: most of the data, whatever its outliers.

        Examples
        --------
        >>> import libgrid as lg
        >>> lg.Projection.choose([[103.2, 30.5], [104.1, 30.7], [104.0, 30.6]]).epsg
        4544
        """
        lonlat = read_lonlat(lonlat)
        if not len(lonlat) or not np.isfinite(lonlat).all():
            raise InvalidInput("lonlat: a zone can only be chosen from at least one place, all of them finite")
        zone = _core.zone_3_degree(float(np.sort(lonlat[:, 0])[len(lonlat) // 2]))
        return cls.cgcs2000(zone, zone_prefix=zone_prefix)

    @classmethod
    def tmerc(cls, *, lon_0_deg, k=1.0, x_0_m=500_000.0, y_0_m=0.0, lat_0_deg=0.0) -> Projection:
        """A municipal grid on CGCS2000's ellipsoid with its own meridian, scale and false origin.

        Examples
        --------
        >>> import libgrid as lg
        >>> lg.Projection.tmerc(lon_0_deg=104.0).project([[104.0, 0.0]])
        array([[500000.,      0.]])
        """
        return cls(lon_0_deg, lat_0_deg, k, x_0_m, y_0_m)

    @classmethod
    def from_crs(cls, crs) -> Projection:
        """From anything that pyproj reads, if it is a transverse Mercator in metres.

        Examples
        --------
        >>> import libgrid as lg
        >>> lg.Projection.from_crs("EPSG:4523") == lg.Projection.cgcs2000(35, zone_prefix=True)
        True
        """
        try:
            crs = pyproj.CRS.from_user_input(crs)
        except pyproj.exceptions.CRSError as error:
            raise InvalidInput(f"the CRS {crs!r} cannot be read: {error}") from None
        operation = crs.coordinate_operation if crs.is_projected else None
        if operation is None or operation.method_name != "Transverse Mercator":
            raise InvalidInput(
                f"{crs.name} is no transverse Mercator: use pyproj or .to_crs(...) for it, or choose a CGCS2000 zone"
            )
        if any(abs(axis.unit_conversion_factor - 1) > 0 for axis in crs.axis_info):
            raise InvalidInput(f"{crs.name} is not in metres")
        values = {_TMERC[p.name]: p.value for p in operation.params if p.name in _TMERC}
        ellipsoid = crs.ellipsoid
        epsg = crs.to_epsg()
        return cls(
            **values,
            semi_major_m=ellipsoid.semi_major_metre,
            inverse_flattening=ellipsoid.inverse_flattening,
            epsg=epsg,
        )

    @property
    def crs(self) -> pyproj.CRS:
        """The same projection for GeoPandas and for files."""
        if self.epsg is not None:
            return pyproj.CRS.from_epsg(self.epsg)
        return pyproj.CRS.from_dict(
            {
                "proj": "tmerc",
                "lon_0": self.lon_0_deg,
                "lat_0": self.lat_0_deg,
                "k": self.k,
                "x_0": self.x_0_m,
                "y_0": self.y_0_m,
                "a": self.semi_major_m,
                "rf": self.inverse_flattening,
                "units": "m",
            }
        )

    def project(self, lonlat, *, threads=0) -> np.ndarray:
        """x (east) and y (north) in metres of degrees: (n, 2) to (n, 2).

        Raises
        ------
        InvalidInput
            Rows are not degrees on earth, or lie over 40° from the central meridian.
        """
        return self._core.project(read_lonlat(lonlat), threads=threads)

    def unproject(self, xy, *, threads=0) -> np.ndarray:
        """Longitude and latitude in degrees of x (east) and y (north) in metres: (n, 2) to (n, 2).

        Raises
        ------
        InvalidInput
            Rows are not finite or beyond the projection's reach, as when an easting carries a zone number.
        """
        xy = np.ascontiguousarray(xy, dtype=np.float64)
        if xy.ndim != 2 or xy.shape[1] != 2:
            raise InvalidInput(f"xy: expected an (n, 2) array of metres east, north, not shape {xy.shape}")
        return self._core.unproject(xy, threads=threads)


@dataclass(frozen=True, eq=False)
class Projected:
    """Metres, and what they are metres of.

    Attributes
    ----------
    xy : (n, 2) float64 array
        Metres east and north.
    projection : Projection
    issues : Issues
        LG-P101 when the data lie in several 3° zones; the ids are the zones beside the chosen one.
    """

    xy: np.ndarray
    projection: Projection
    issues: Issues = field(default_factory=Issues)

    @property
    def crs(self) -> pyproj.CRS:
        """The projection's CRS."""
        return self.projection.crs


def project(lonlat, to=None, *, zone_prefix=False, threads=0) -> Projected:
    """Project degrees to metres; by default into the 3° CGCS2000 zone that holds most of the data.

    Parameters
    ----------
    lonlat : (n, 2) array of longitude, latitude in degrees (CGCS2000 or WGS-84)
    to : Projection, CRS or text, optional
        Default: :meth:`Projection.choose`.
    zone_prefix : bool
        With the automatic choice: the zone's number before the easting (EPSG 4523 instead of 4544). False, so that
        numbers stay short.
    threads : int
        0: one a core. Never changes the answer.

    Returns
    -------
    Projected

    Raises
    ------
    InvalidInput
        Rows are not degrees on earth; the data lie outside CGCS2000's zones and no ``to`` is given.

    Notes
    -----
    An own Krüger series of the sixth order, equal to PROJ's within a micrometre. Data across a zone's edge (103.5° E
    in Chengdu) are kept in one zone and reported: the scale at 102.9° E is 1.0005 there, an area 0.1 % too large.

    Examples
    --------
    >>> import libgrid as lg
    >>> placed = lg.project([[104.06584, 30.65742]])
    >>> placed.xy.round(3), placed.projection.epsg
    (array([[ 410464.475, 3393365.869]]), 4544)
    """
    lonlat = read_lonlat(lonlat)
    found = []
    if to is None:
        if not len(lonlat):
            raise InvalidInput("lonlat: no places to choose a zone from; say to=Projection.cgcs2000(zone)")
        # Degrees are judged before the choice: metres taken for degrees have a median too.
        _core.convert_datum(lonlat, "wgs84", "wgs84")
        projection = Projection.choose(lonlat, zone_prefix=zone_prefix)
        zones, counts = np.unique(np.floor((lonlat[:, 0] + 1.5) / 3.0).astype(int), return_counts=True)
        others = zones != round(projection.lon_0_deg / 3)
        shares = [f"{100 * c / len(lonlat):.1f} %" for c in counts[others]]
        found.append(Found("LG-P101", "lonlat", [str(z) for z in zones[others]], values=shares))
    else:
        projection = to if isinstance(to, Projection) else Projection.from_crs(to)
    return Projected(projection.project(lonlat, threads=threads), projection, Issues(found))


def unproject(xy, projection, *, threads=0) -> np.ndarray:
    """Bring metres back to degrees: the inverse of :func:`project`.

    Parameters
    ----------
    xy : (n, 2) array of metres, x east, y north
    projection : Projection, CRS or text

    Returns
    -------
    (n, 2) float64 array of longitude, latitude in degrees

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.unproject([[410000.0, 3396000.0]], "EPSG:4544").round(8)
    array([[104.0607647 ,  30.68114194]])
    """
    projection = projection if isinstance(projection, Projection) else Projection.from_crs(projection)
    return projection.unproject(xy, threads=threads)
