"""Other programs' vector files through GDAL, and what a CRS is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

from ._geopackage import TableFrame, gdalio, limits_of, to_table_frame
from .limits import ReadLimits


@dataclass(frozen=True)
class VectorRead:
    """One layer of another program's file, as it stands there.

    Attributes
    ----------
    table : TableFrame
    name : str
        The layer's name.
    crs : str
        ``"EPSG:4544"`` or WKT; empty where the file does not say.
    driver, encoding : str
    encoding_guessed : bool
        The file does not say how its text is encoded, and it is not UTF-8.
    notes : list of str
    faults : list of (str, int, str)
        Column (empty for the geometry), row from 0 and what is wrong, of cells that could not be taken; they are
        missing in ``table``.
    """

    table: TableFrame
    name: str = ""
    crs: str = ""
    driver: str = ""
    encoding: str = "UTF-8"
    encoding_guessed: bool = False
    notes: list[str] = field(default_factory=list)
    faults: list[tuple[str, int, str]] = field(default_factory=list)


def read_vector(
    path: str | os.PathLike,
    layer: str | None = None,
    encoding: str | None = None,
    progress: Any = None,
    *,
    limits: ReadLimits | None = None,
) -> VectorRead:
    """Read one layer of a GeoJSON, Shapefile, FlatGeobuf or GeoPackage that another program made.

    What most people want is `libgrid.read_layer`, which stands on this and reads every format.

    Parameters
    ----------
    path : path
        Known by its content. Nothing is ever fetched from a network.
    layer : str, optional
        Needed only where there are several.
    encoding : str, optional
        Of the text. Without it, in a Shapefile: ``.cpg``, the ``.dbf``'s language byte, UTF-8, GB18030; elsewhere
        UTF-8.

    Raises
    ------
    libgrid.IoError
        The file could not be read whole.
    """
    read = gdalio().read_vector(os.fsencode(path), layer or "", encoding or "", limits_of(limits), progress)
    crs = ""
    if read["crs_wkt"]:
        facts = gdalio().describe_crs(read["crs_wkt"])
        crs = facts["code"] or facts["wkt"]
    return VectorRead(
        table=to_table_frame(read["table"]),
        name=read["table"]["name"],
        crs=crs,
        **{name: read[name] for name in ("driver", "encoding", "encoding_guessed", "notes", "faults")},
    )


def sniff_format(path: str | os.PathLike) -> str:
    """What a file is, from its first bytes: GPKG, GeoJSON, ESRI Shapefile, FlatGeobuf, CSV, KML, ZIP, GZIP, Parquet,
    OSM PBF. A path that names no regular file of this computer is refused.
    """
    return gdalio().sniff_format(os.fsencode(path))


def list_layers(path: str | os.PathLike) -> list[str]:
    """Names of the layers of a GeoJSON, Shapefile, FlatGeobuf or GeoPackage file."""
    return gdalio().list_layers(os.fsencode(path))


def describe_crs(text: str) -> dict[str, Any]:
    """What a CRS is: ``wkt, code, name, is_projected, is_geographic, metres_per_unit, axis_note``.

    Parameters
    ----------
    text : str
        ``"EPSG:4544"``, WKT, PROJJSON or an OGC URN; never a file name or an address.

    Raises
    ------
    libgrid.InvalidInput
        The text names no CRS.

    Examples
    --------
    >>> describe_crs("EPSG:4544")["metres_per_unit"]
    1.0
    """
    return gdalio().describe_crs(str(text))
