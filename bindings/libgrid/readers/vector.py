"""Vector files of other programs, through the core: GeoPackage, Shapefile, GeoJSON, FlatGeobuf."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..io import read_vector, sniff_format
from .raw import Fault, Note, RawLayer


def read_vector_layer(path: Path, layer: str | None, encoding: str | None, progress=None, limits=None) -> RawLayer:
    """One layer, with what is wrong with its cells."""
    read = read_vector(path, layer, encoding, progress, limits=limits)
    notes = [Note("LG-F017", read.encoding)] if read.encoding_guessed else []
    faults = []
    for column, row, what in read.faults:
        code = "LG-F008" if column == "" else "LG-H021" if "UTF-8" in what else "LG-H018"
        faults.append(Fault(code, row, column, what))
    if read.driver == "ESRI Shapefile":
        faults += [Fault("LG-F020", row, column) for column, row in _overflowed(path, read.table.frame.columns)]
    name = path.stem if read.driver in ("ESRI Shapefile", "GeoJSON", "FlatGeobuf") else read.name
    return RawLayer(read.table.frame, name, read.table.geometry, read.crs, notes=notes, faults=faults)


def _overflowed(path: Path, columns) -> list[tuple[str, int]]:
    """Cells of the .dbf that are filled with asterisks: a number that did not fit, which readers take for none."""
    dbf = next(p for p in path.parent.iterdir() if p.stem == path.stem and p.suffix.lower() == ".dbf")
    data = np.memmap(dbf, dtype=np.uint8, mode="r")
    count, start, width = (int.from_bytes(bytes(data[a:b]), "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    body = data[start : start + count * width]
    if width == 0 or len(body) < count * width:
        return []
    table = body.reshape(count, width)
    out, at = [], 1
    for i, name in enumerate(columns):
        field = data[32 + 32 * i : 64 + 32 * i]
        if len(field) < 32:
            break
        size = int(field[16])
        if bytes(field[11:12]) in (b"N", b"F"):
            out += [(name, int(r)) for r in np.flatnonzero((table[:, at : at + size] == ord("*")).any(axis=1))]
        at += size
    return out


__all__ = ["read_vector_layer", "sniff_format"]
