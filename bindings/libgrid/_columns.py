"""Columns between pandas/shapely and the core's arrays, without a loop over rows."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from ._core import InvalidInput

_SIMPLE = {"point": shapely.GeometryType.POINT, "line": shapely.GeometryType.LINESTRING}
_SIMPLE["polygon"] = shapely.GeometryType.POLYGON
_MULTI = {"point": shapely.GeometryType.MULTIPOINT, "line": shapely.GeometryType.MULTILINESTRING}
_MULTI["polygon"] = shapely.GeometryType.MULTIPOLYGON
_EMPTY_OFFSETS = np.zeros(1, dtype=np.int64)
_POINTS_A_RUN = 65_536


def to_series(kind: str, values: Any, valid: np.ndarray) -> pd.Series | pd.api.extensions.ExtensionArray:
    """A column of the core as a pandas array: str, int64/Int64, float64, bool/boolean."""
    missing = valid == 0
    if kind == "text":
        return _to_text(*values, missing)
    if kind == "float64":
        values[missing] = np.nan
        return values
    if kind == "bool":
        values = values.view(np.bool_)
        return pd.arrays.BooleanArray(values, missing) if missing.any() else values
    return pd.arrays.IntegerArray(values, missing) if missing.any() else values


def _to_text(begin: np.ndarray, utf8: np.ndarray, missing: np.ndarray) -> pd.api.extensions.ExtensionArray:
    bitmap = None
    if missing.any():
        bitmap = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    text = pa.LargeStringArray.from_buffers(len(missing), pa.py_buffer(begin), pa.py_buffer(utf8), bitmap)
    return pd.array(text, dtype=pd.StringDtype("pyarrow", na_value=np.nan))


def from_series(layer: str, name: str, column: pd.Series) -> tuple[str, str, Any, np.ndarray]:
    """A pandas column as (name, type, values, valid). Raises InvalidInput for what a file cannot keep."""
    where = f'layer "{layer}", column "{name}"'
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return from_series(layer, name, column.astype(dtype.categories.dtype))
    if pd.api.types.is_object_dtype(dtype):
        inferred = pd.api.types.infer_dtype(column, skipna=True)
        wanted = {
            "string": "str",
            "empty": "str",
            "boolean": "boolean",
            "integer": "Int64",
            "floating": "float64",
        }
        if inferred not in wanted:
            raise InvalidInput(f"{where}: holds {inferred} objects; make it text, numbers or true/false")
        try:
            column = column.astype(wanted[inferred])
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidInput(f"{where}: cannot be stored ({error})") from None
        dtype = column.dtype
    valid = np.ascontiguousarray(column.notna().to_numpy(), dtype=np.uint8)
    if pd.api.types.is_bool_dtype(dtype):
        return name, "bool", _plain(column, np.bool_, False).view(np.uint8), valid
    if pd.api.types.is_integer_dtype(dtype):
        if pd.api.types.is_unsigned_integer_dtype(dtype) and (column > np.iinfo(np.int64).max).any():
            raise InvalidInput(f"{where}: integers above 2**63 - 1 do not fit; make it text")
        return name, "int64", _plain(column, np.int64, 0), valid
    if pd.api.types.is_float_dtype(dtype):
        return name, "float64", _plain(column, np.float64, np.nan), valid
    if isinstance(dtype, pd.ArrowDtype) and str(dtype).startswith(("string", "large_string")):
        column, dtype = column.astype("str"), pd.StringDtype()
    if isinstance(dtype, pd.StringDtype):
        return name, "text", _from_text(column), valid
    if pd.api.types.is_datetime64_any_dtype(dtype):
        iso = column.map(lambda t: t.isoformat(), na_action="ignore").astype("str")
        return name, "text", _from_text(iso), valid
    raise InvalidInput(f"{where}: the type {dtype} cannot be stored; make it text, numbers or true/false")


def _plain(column: pd.Series, dtype: type, filler: Any) -> np.ndarray:
    if isinstance(column.dtype, np.dtype):
        return np.ascontiguousarray(column.to_numpy(), dtype=dtype)
    return np.ascontiguousarray(column.to_numpy(dtype=dtype, na_value=filler))


def _from_text(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    text = pa.array(column, type=pa.large_string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    if text.null_count:
        text = text.fill_null("")
    _, offsets, utf8 = text.buffers()
    begin = np.frombuffer(offsets, dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    if len(begin) == 0:
        return _EMPTY_OFFSETS, np.zeros(0, dtype=np.uint8)
    first, last = int(begin[0]), int(begin[-1])
    raw = np.frombuffer(utf8, dtype=np.uint8)[first:last] if utf8 is not None else np.zeros(0, np.uint8)
    return np.ascontiguousarray(begin - first), np.ascontiguousarray(raw)


def to_shapely(table: dict[str, Any]) -> np.ndarray | None:
    """The geometry of a table of the core; None where it has none."""
    kind, xy, n = table["kind"], table["xy"], table["row_count"]
    if kind == "none":
        return None
    out = np.full(n, None, dtype=object)
    if kind == "point":
        placed = ~np.isnan(xy).any(axis=1)
        if not placed.all():
            out[placed] = shapely.points(xy[placed])
        elif n < 2 * _POINTS_A_RUN:
            out = shapely.points(xy)
        else:
            _make_points(xy, out)
        return out
    begin = table["part_begin"]
    offsets = (table["point_begin"],) if kind == "line" else (table["point_begin"], table["ring_begin"])
    n_parts = np.diff(begin)
    parts = shapely.from_ragged_array(_SIMPLE[kind], xy, offsets) if begin[-1] else np.zeros(0, object)
    single = n_parts == 1
    out[single] = parts[begin[:-1][single]]
    several = n_parts > 1
    if several.any():
        rows = np.repeat(np.arange(n), n_parts)
        kept = several[rows]
        build = shapely.multilinestrings if kind == "line" else shapely.multipolygons
        number = np.cumsum(several) - 1
        out[several] = build(parts[kept], indices=number[rows[kept]])
    return out


def _make_points(xy: np.ndarray, out: np.ndarray) -> None:
    """Points in runs on several threads: shapely gives the interpreter's lock away while it makes them."""

    def make(begin: int) -> None:
        rows = slice(begin, begin + _POINTS_A_RUN)
        out[rows] = shapely.points(xy[rows])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(make, range(0, len(out), _POINTS_A_RUN)))


def from_shapely(layer: str, kind: str, geometry: Any, n: int) -> dict[str, Any]:
    """Ragged columns of a geometry array. Raises InvalidInput naming rows of another kind."""
    out = dict.fromkeys(("point_begin", "ring_begin", "part_begin"), _EMPTY_OFFSETS)
    out |= {"kind": kind, "xy": np.zeros((0, 2))}
    if kind == "none":
        return out
    if geometry is None:
        geometry = np.full(n, None, dtype=object)
    geometry = np.asarray(geometry, dtype=object)
    if geometry.shape != (n,):
        raise InvalidInput(f'layer "{layer}": {geometry.shape} geometries for {n} rows')
    types = shapely.get_type_id(geometry)
    wrong = np.flatnonzero(~np.isin(types, (-1, _SIMPLE[kind], _MULTI[kind])))
    if len(wrong):
        shown = ", ".join(map(str, wrong[:5])) + (f", … ({len(wrong)} in all)" if len(wrong) > 5 else "")
        raise InvalidInput(f'layer "{layer}", geometry, rows {shown}: not a {kind}')
    parts, row = shapely.get_parts(geometry, return_index=True)
    kept = ~shapely.is_empty(parts)
    parts, row = parts[kept], row[kept]
    n_parts = np.bincount(row, minlength=n).astype(np.int64)
    if kind == "point":
        if (n_parts > 1).any():
            rows = np.flatnonzero(n_parts > 1)
            raise InvalidInput(f'layer "{layer}", geometry, rows {rows[:5].tolist()}: several points in one row')
        xy = np.full((n, 2), np.nan)
        xy[row] = shapely.get_coordinates(parts)
        return out | {"xy": xy}
    out["part_begin"] = np.concatenate([_EMPTY_OFFSETS, np.cumsum(n_parts)])
    if len(parts):
        _, xy, offsets = shapely.to_ragged_array(parts, include_z=False)
        offsets = [np.ascontiguousarray(o, dtype=np.int64) for o in offsets]
        out["xy"] = np.ascontiguousarray(xy, dtype=np.float64)
        out["point_begin"] = offsets[0]
        if kind == "polygon":
            out["ring_begin"] = offsets[1]
    return out
