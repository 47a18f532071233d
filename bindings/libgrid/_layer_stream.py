"""A layer of a GeoPackage in pieces: columns, never a frame of all its shapes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import _columns
from .limits import ReadLimits

ROWS = 65_536  # of a piece: some 20 MB of households


@dataclass(frozen=True)
class LayerPiece:
    """Rows of a layer that follow one another.

    Attributes
    ----------
    frame : pandas.DataFrame
        The attributes, one row a feature.
    kind : {"none", "point", "line", "polygon"}
    xy : numpy.ndarray of float64, shape (n, 2)
        Places of points, NaN where there is none; of shape (0, 2) for other kinds.
    geometry : numpy.ndarray of shapely geometries, shape (n,), or None
        Lines and polygons.
    faults : list of (str, int, str)
        Column (empty: the geometry), row of the piece and what is wrong there.
    begin : int
        The number of its first row in the layer.
    """

    frame: pd.DataFrame
    kind: str
    xy: np.ndarray
    geometry: np.ndarray | None = None
    faults: list[tuple[str, int, str]] = field(default_factory=list)
    begin: int = 0

    def __len__(self) -> int:
        return len(self.frame)


class LayerStream:
    """One layer of a GeoPackage, read in pieces in the order of its rows; an iterator of `LayerPiece`.

    All pieces are of one state of the file: it cannot be written until the stream ends or is closed. Content hashes
    are not asked, since they are of a whole layer.

    Parameters
    ----------
    path : path
    layer : str
    columns : sequence of str
        The columns wanted; by default all.
    with_geometry : bool
    rows : int
        Of a piece.
    keep_faulty_rows : bool
        Cells that do not have their column's type come back as missing and are told in ``faults``, where otherwise
        they end the reading.
    check_pages : bool
        Finds every page of the file whole first; off for a further stream over the same file.
    limits : ReadLimits, optional
        Rows of the layer; vertices and seconds of each piece.

    Raises
    ------
    libgrid.IoError
        No such layer, a damaged file, or a value that does not have its column's type.
    libgrid.InvalidInput
        No such column.

    Examples
    --------
    >>> import libgrid as lg
    >>> from libgrid.io import LayerStream
    >>> with LayerStream(lg.datasets.path("town"), "households", columns=["household_id"], rows=1000) as stream:
    ...     sum(len(piece) for piece in stream) == stream.row_count
    True
    """

    def __init__(
        self,
        path: str | os.PathLike,
        layer: str,
        *,
        columns: Sequence[str] = (),
        with_geometry: bool = True,
        rows: int = ROWS,
        keep_faulty_rows: bool = False,
        check_pages: bool = True,
        limits: ReadLimits | None = None,
    ) -> None:
        from ._gdalio import LayerStream as Stream

        self._rows, self._given = rows, 0
        self._stream: Any = Stream(
            os.fsencode(path),
            layer,
            list(columns),
            with_geometry,
            keep_faulty_rows,
            check_pages,
            None if limits is None else astuple(limits),
        )
        self.row_count: int = self._stream.row_count
        self.crs: str = self._stream.crs  # a code or WKT; empty where the file does not say
        self.kind: str = self._stream.empty["kind"]
        self.columns: list[str] = [name for name, *_ in self._stream.empty["columns"]]

    def __iter__(self) -> Iterator[LayerPiece]:
        while self._stream is not None:
            table, faults = self._stream.next(self._rows)
            if not table["row_count"]:
                return
            yield _piece(table, faults, self._given)
            self._given += table["row_count"]

    def close(self) -> None:
        """Let the file go."""
        self._stream = None

    def __enter__(self) -> LayerStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _piece(table: dict[str, Any], faults: list[tuple[str, int, str]], begin: int) -> LayerPiece:
    data = {name: _columns.to_series(kind, values, valid) for name, kind, values, valid in table["columns"]}
    frame = pd.DataFrame(data, index=pd.RangeIndex(table["row_count"]))
    kind = table["kind"]
    xy = table["xy"] if kind == "point" else np.zeros((0, 2))
    shapes = _columns.to_shapely(table) if kind in ("line", "polygon") else None
    return LayerPiece(frame, kind, xy, shapes, faults, begin)
