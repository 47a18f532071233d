"""Reading one column of a table as it was handed over: values, and which rows cannot be taken."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .schema import UNKNOWN, Column

_TRUE = {"true", "1", "1.0", "yes", "y", "是", "t"}
_FALSE = {"false", "0", "0.0", "no", "n", "否", "f"}
_MAX_EXACT = 2**53


def as_text(series: pd.Series) -> pd.Series:
    """Codes as text: whole numbers lose their ``.0``, blanks become missing, spaces around are dropped."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if pd.api.types.is_bool_dtype(series):
        text = series.astype(str)
    elif pd.api.types.is_integer_dtype(series):
        text = series.astype("string")
    elif pd.api.types.is_float_dtype(series):
        values = series.to_numpy(dtype=float, na_value=np.nan)
        whole = np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < _MAX_EXACT)
        text = series.astype("string")
        text = text.mask(
            whole, pd.Series(np.where(whole, values, 0).astype(np.int64), index=series.index).astype("string")
        )
    else:
        missing = series.isna()
        # A column of mixed cells, as Excel gives it: whole floats among text are codes too.
        if series.dtype == object:
            cells = [int(v) if isinstance(v, float) and v.is_integer() else v for v in series]
            series = pd.Series(cells, index=series.index, dtype=object)
        text = series.astype(str).str.strip().mask(missing)
    text = text.astype("str")
    return text.mask(text.isna() | (text == ""))


def read_text(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    text = as_text(series)
    return text, np.zeros(len(text), bool)


def read_code(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    text = as_text(series).str.lower()
    bad = (text.notna() & ~text.isin(column.words)).to_numpy(bool)
    return text.mask(bad).fillna(column.default).astype("str"), bad


def read_flag(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    text = as_text(series).str.lower()
    true, false = text.isin(_TRUE), text.isin(_FALSE)
    bad = (text.notna() & ~true & ~false).to_numpy(bool)
    value = np.where(text.isna() | bad, bool(column.default), true)
    return pd.Series(value.astype(bool), index=series.index), bad


def _numbers(series: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The numbers, and which entries are blank. Text that is no number is neither blank nor finite."""
    blank = series.isna().to_numpy(bool)
    if not pd.api.types.is_numeric_dtype(series):
        blank = blank | (series.astype(str).str.strip() == "").to_numpy(bool)
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return values, blank


def read_float(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    values, blank = _numbers(series)
    bad = ~blank & ~(np.isfinite(values) & (values >= column.low) & (values <= column.high))
    out = np.where(blank | bad, np.nan if column.default is None else column.default, values)
    return pd.Series(out, index=series.index), bad


def read_int(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    values, blank = _numbers(series)
    bad = ~blank & ~((values >= column.low) & (values <= min(column.high, 2**31 - 1)) & (values == np.floor(values)))
    if column.required:
        bad |= blank
    default = int(column.default) if column.default is not None else 0
    out = np.where(blank | bad, default, np.nan_to_num(values, posinf=0, neginf=0)).astype(np.int32)
    return pd.Series(out, index=series.index), bad


def read_count(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    """A count that may be unknown: blank is missing, which is not nought."""
    _, blank = _numbers(series)
    values, bad = read_int(series, column)
    return values.astype("Int32").mask(blank), bad


def minutes_of_day(text: pd.Series) -> np.ndarray:
    """``HH:MM`` as minutes from midnight, 24:00 as 1440; -1 where the text is no time.

    >>> minutes_of_day(pd.Series(["09:30", "24:00", "24:01", "noon"])).tolist()
    [570, 1440, -1, -1]
    """
    part = text.astype("str").str.extract(r"^\s*(\d{1,2})[:：](\d{2})(?::00)?\s*$")
    hours = pd.to_numeric(part[0], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    minutes = pd.to_numeric(part[1], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    total = hours * 60 + minutes
    good = (minutes < 60) & (total <= 24 * 60)
    return np.where(good, np.nan_to_num(total), -1).astype(np.int32)


def read_time(series: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    text = as_text(series)
    minutes = minutes_of_day(text)
    bad = minutes < 0
    clock = pd.Series([f"{m // 60:02d}:{m % 60:02d}" if m >= 0 else None for m in minutes], index=series.index)
    return clock.astype("str"), bad


READERS = {
    "id": read_text,
    "ref": read_text,
    "text": read_text,
    "code": read_code,
    "flag": read_flag,
    "float": read_float,
    "int": read_int,
    "count": read_count,
    "time": read_time,
}

__all__ = ["READERS", "UNKNOWN", "as_text", "minutes_of_day"]
