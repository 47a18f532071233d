"""Our own file: a GeoPackage of tables, read with every layer held against its hash, written whole or not at all."""

from __future__ import annotations

import os
import warnings
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import _columns
from .limits import ReadLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class TableFrame:
    """One layer of a file.

    Attributes
    ----------
    frame : pandas.DataFrame
        The attributes, one row a feature. Text is pandas' ``str``; an integer column with missing values is
        ``Int64`` (exact, beyond 2**53 too), a true/false column with missing values is ``boolean``.
    kind : {"none", "point", "line", "polygon"}
        What the geometry is; a layer keeps its kind when it has no rows.
    geometry : numpy.ndarray of shapely geometries, shape (n,), or None
        ``None`` entries have no place (an empty geometry counts as missing). ``None`` altogether for
        ``kind="none"``.
    faults : list of (str, int, str)
        Column (empty: the geometry), row and what is wrong there, of cells that could not be taken.
    """

    frame: pd.DataFrame
    kind: str = "none"
    geometry: np.ndarray | None = None
    faults: list[tuple[str, int, str]] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True)
class FileMeta:
    """What a GeoPackage says about itself.

    Attributes
    ----------
    crs : str
        ``"EPSG:4544"``, or WKT where no code fits, or empty where the file does not say.
    crs_wkt : str
    origin : tuple of float or None
        Frame origin x, y in metres; None in files of other programs.
    format, min_reader : str
        Version of the file format and the oldest libgrid that may read it; empty in files of other programs.
    extra : dict of str to str
        Further keys of the table ``libgrid_meta``.
    notes : list of str
        What the reader left aside.
    generation : int
        How often the content was saved with a change.
    saved_at, note : str
        When and why, as the one who saved said.
    fingerprint : str
        Changes with any change of content; what a later save is held against.
    """

    crs: str = ""
    crs_wkt: str = ""
    origin: tuple[float, float] | None = None
    format: str = ""
    min_reader: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    generation: int = 1
    saved_at: str = ""
    note: str = ""
    fingerprint: str = ""


@dataclass(frozen=True)
class Receipt:
    """What came of a save: the generation and the fingerprint of the file's content."""

    generation: int
    fingerprint: str


def read_tables(
    path: str | os.PathLike,
    *,
    check_hashes: bool = True,
    generation: int | None = None,
    limits: ReadLimits | None = None,
    keep_faulty_rows: bool = False,
    only: Sequence[str] = (),
    progress: Any = None,
) -> tuple[dict[str, TableFrame], FileMeta]:
    """Read every feature and attribute table of a GeoPackage.

    Parameters
    ----------
    path : path
        A GeoPackage of ours or of another program (QGIS, GDAL).
    check_hashes : bool
        Hold each layer of our own files against the hash that was saved with it. Turn off only to read a file
        that was edited elsewhere on purpose.
    generation : int, optional
        A former generation of one of our own files; by default the present one.
    limits : ReadLimits, optional
        What the file may ask of this computer.
    keep_faulty_rows : bool
        In a file of another program, cells that do not have their column's type and geometries that cannot be read
        come back as missing and are told in ``faults``, where otherwise they end the reading.
    only : sequence of str
        The layers wanted; by default all.
    progress : callable, optional
        Called with ``(rows_done, 0)``.

    Returns
    -------
    tables : dict of str to TableFrame
        In the order in which they were written.
    meta : FileMeta

    Raises
    ------
    libgrid.IoError
        The file is damaged, in a newer format, or holds values that do not have their column's type (the
        message names layer, column and rows).

    Examples
    --------
    >>> import pandas as pd, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "town.gpkg")
    >>> teams = TableFrame(pd.DataFrame({"team_id": ["甲"]}))
    >>> _ = write_tables(path, {"teams": teams}, crs="EPSG:4544", origin=(0, 0))
    >>> tables, meta = read_tables(path)
    >>> tables["teams"].frame["team_id"].tolist(), meta.crs
    (['甲'], 'EPSG:4544')
    """
    read = gdalio().read_geopackage(
        os.fsencode(path), check_hashes, generation or 0, limits_of(limits), progress, keep_faulty_rows, list(only)
    )
    tables = {
        table["name"]: replace(to_table_frame(table), faults=faults)
        for table, faults in zip(read["tables"], read["faults"], strict=True)
    }
    meta = dict(read["meta"])
    meta["crs"] = meta["crs"] or meta["crs_wkt"]
    meta.pop("crs_name")
    return tables, FileMeta(**meta)


def write_tables(
    path: str | os.PathLike,
    tables: Mapping[str, TableFrame],
    *,
    crs: str = "",
    origin: tuple[float, float] | None = None,
    extra: Mapping[str, str] | None = None,
    note: str = "",
    saved_at: str = "",
    keep_generations: int | None = None,
    begun_from: str = "",
    accept_edited: bool = False,
    overwrite: bool = False,
    progress: Any = None,
) -> Receipt:
    """Write tables as one GeoPackage 1.3 file: afterwards it is the whole new file, or the old one untouched.

    Parameters
    ----------
    path : path
    tables : mapping of layer name to TableFrame
    crs : str
        ``"EPSG:4544"`` or WKT; empty for an unknown planar CRS.
    origin : (float, float), optional
        Frame origin in metres.
    extra : mapping of str to str, optional
        Kept in the table ``libgrid_meta``. ``last_change`` sets the file's date; without it a constant is
        written, so that the same content gives the same bytes.
    note, saved_at : str
        Why and when, for the history; empty ones are not written.
    keep_generations : int, optional
        How many former generations stay in the file, compressed. None replaces the target, whatever it is.
    begun_from : str
        The fingerprint of the file that the content began from: when the target has another one by now,
        someone else has saved and nothing is written. Empty: not asked.
    accept_edited : bool
        The target's present content becomes a former generation although another program changed it.
    overwrite : bool
        Replaces what would be refused: see the errors.

    Returns
    -------
    Receipt

    Raises
    ------
    libgrid.InvalidInput
        Names, types or coordinates that a GeoPackage cannot hold.
    libgrid.IoError
        The file could not be written; the message says why and what to do. With ``keep_generations`` also when
        the target is not a file of ours, holds layers of another program, is damaged or was changed meanwhile.

    Warns
    -----
    UserWarning
        About the place: hard links, a network file system, a folder that could not be synced.
    """
    columns = [from_table_frame(name, table) for name, table in tables.items()]
    receipt = gdalio().write_geopackage(
        os.fsencode(path),
        columns,
        crs=crs,
        origin=origin,
        extra=dict(extra or {}),
        note=note,
        saved_at=saved_at,
        keep_generations=keep_generations,
        begun_from=begun_from,
        accept_edited=accept_edited,
        overwrite=overwrite,
        on_progress=progress,
    )
    for text in receipt["warnings"]:
        warnings.warn(text, stacklevel=2)
    return Receipt(receipt["generation"], receipt["fingerprint"])


def read_history(path: str | os.PathLike) -> list[dict[str, Any]]:
    """The generations in a file of ours, oldest first: generation, saved_at, note, changed (layers), present."""
    return gdalio().read_history(os.fsencode(path))


def content_hash(name: str, table: TableFrame) -> str:
    """The hash of one layer's content: what a study area's file keeps beside the layer, and the same before and after.

    Parameters
    ----------
    name : str
        The layer's name; it is part of the content.
    table : TableFrame

    Returns
    -------
    str
        XXH3-128 as 32 hexadecimal digits.

    Raises
    ------
    InvalidInput
        A table that no file of ours could hold.

    Examples
    --------
    >>> import pandas as pd
    >>> from libgrid.io import TableFrame, content_hash
    >>> table = TableFrame(pd.DataFrame({"team_id": ["T1"]}))
    >>> len(content_hash("teams", table)), content_hash("teams", table) == content_hash("sites", table)
    (32, False)
    """
    return gdalio().content_hash(from_table_frame(name, table))


def limits_of(limits: ReadLimits | None) -> tuple[int, int, int, float] | None:
    return None if limits is None else astuple(limits)


def gdalio() -> Any:
    from . import _gdalio as extension

    return extension


def to_table_frame(table: dict[str, Any]) -> TableFrame:
    data = {name: _columns.to_series(kind, values, valid) for name, kind, values, valid in table["columns"]}
    frame = pd.DataFrame(data, index=pd.RangeIndex(table["row_count"]))
    return TableFrame(frame, table["kind"], _columns.to_shapely(table))


def from_table_frame(name: str, table: TableFrame) -> dict[str, Any]:
    columns = [_columns.from_series(name, str(label), column) for label, column in table.frame.items()]
    geometry = _columns.from_shapely(name, table.kind, table.geometry, len(table.frame))
    return {"name": name, "row_count": len(table.frame), "columns": columns, **geometry}
