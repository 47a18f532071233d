"""GeoParquet, and plain Parquet tables with coordinates in columns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely

from .._core import IoError
from .budget import Budget
from .raw import Fault, RawLayer


def read_parquet(path: Path, budget: Budget | None = None) -> RawLayer:
    """One file as a layer. Without a geometry in it, x and y columns may still make points.

    Raises
    ------
    IoError
        The file is damaged, or its geometry is not well-known binary.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open(path, "rb") as file:  # an open file: pyarrow never looks at the name
            opened = pq.ParquetFile(file)
            if budget is not None:
                budget.check_rows(opened.metadata.num_rows)  # before any of them is unpacked
            table = opened.read()
        meta = table.schema.metadata or {}
        geo = json.loads(meta[b"geo"]) if b"geo" in meta else None
        primary = geo.get("primary_column") if geo else None
        facts = geo["columns"][primary] if geo else {}
        if geo and (facts.get("encoding") != "WKB" or primary not in table.column_names):
            raise IoError(f"{path}: its geometry is not well-known binary; write it as GeoParquet 1.0")
        others = [n for n in (geo["columns"] if geo else {}) if n != primary]
        wkb = table[primary].to_pylist() if primary else None
        table = table.drop_columns([n for n in (primary, *others) if n in table.column_names])
        frame = table.replace_schema_metadata(None).to_pandas(ignore_metadata=True)
    except IoError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IoError(f"{path}: cannot be read as Parquet ({str(error)[:200]})") from None
    frame.columns = [str(c) for c in frame.columns]
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(_plain, na_action="ignore")
    if wkb is None:
        return RawLayer(frame, path.stem)
    shapes = np.empty(len(wkb), dtype=object)
    shapes[:] = shapely.from_wkb(wkb, on_invalid="ignore") if len(wkb) else []
    broken = shapely.is_missing(shapes) & np.array([w is not None for w in wkb], dtype=bool)
    faults = [Fault("LG-F008", int(i), "", "no well-known binary") for i in np.flatnonzero(broken)]
    # The standard: no crs member is longitude and latitude; null is "not known".
    crs = facts.get("crs", "OGC:CRS84")
    return RawLayer(frame, path.stem, shapes, json.dumps(crs) if isinstance(crs, dict) else crs or "", faults=faults)


def _plain(cell):
    return cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell


__all__ = ["read_parquet"]
