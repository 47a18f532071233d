"""Reading one column of a table as it was handed over: values, and which rows cannot be taken and why."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .rules import NOTHING_WORDS, ReadingRules
from .schema import UNKNOWN, Column

_TRUE = {"true", "1", "1.0", "yes", "y", "是", "t"}
_FALSE = {"false", "0", "0.0", "no", "n", "否", "f"}
_MAX_EXACT = 2**53
# 1,234 or 12,345.6: commas that group thousands, all of them.
_GROUPED = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
_PLAIN = r"^[+-]?\d+(?:\.\d+)?$"


@dataclass
class Reading:
    """The values of a column; rows that cannot be taken, by fault; rows read by leave of the rules, by code."""

    values: pd.Series
    faults: dict[str, np.ndarray] = field(default_factory=dict)
    eased: dict[str, np.ndarray] = field(default_factory=dict)
    blank: np.ndarray | None = None  # of numbers: where nothing was said


def broken_text(series: pd.Series) -> np.ndarray:
    """Rows whose text is not Unicode: half characters, as bytes of another encoding leave them."""
    if series.dtype != object:
        return np.zeros(len(series), bool)  # pandas' own text cannot hold any
    try:
        series.astype("str")
    except (UnicodeEncodeError, ValueError):
        return np.array([isinstance(v, str) and not _encodes(v) for v in series], dtype=bool)
    return np.zeros(len(series), bool)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def as_text(series: pd.Series) -> pd.Series:
    """Codes as text: whole numbers lose their ``.0``, blanks become missing, spaces around are dropped."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    if isinstance(series.dtype, pd.StringDtype):
        text = series.astype("str").str.strip()
        blank = (text == "").to_numpy(dtype=bool, na_value=False)
        return text.mask(blank) if blank.any() else text
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


def inexact_ids(series: pd.Series) -> np.ndarray:
    """Rows whose id is a float of 2**53 or more: its last digits were lost before it came here."""
    if pd.api.types.is_float_dtype(series):
        values = series.to_numpy(dtype=float, na_value=np.nan)
        return np.isfinite(values) & (np.abs(values) >= _MAX_EXACT)
    if series.dtype == object:
        return np.array([isinstance(v, float) and abs(v) >= _MAX_EXACT and np.isfinite(v) for v in series], dtype=bool)
    return np.zeros(len(series), bool)


def read_text(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    return Reading(as_text(series))


def read_code(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    text = as_text(series).str.lower()
    bad = (text.notna() & ~text.isin(column.words)).to_numpy(bool)
    return Reading(text.mask(bad).fillna(column.default).astype("str"), {"word": bad})


def read_flag(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    text = as_text(series).str.lower()
    true, false = text.isin(_TRUE), text.isin(_FALSE)
    bad = (text.notna() & ~true & ~false).to_numpy(bool)
    value = np.where(text.isna() | bad, bool(column.default), true)
    return Reading(pd.Series(value.astype(bool), index=series.index), {"word": bad})


def _numbers(series: pd.Series, rules: ReadingRules) -> tuple[np.ndarray, np.ndarray, Reading]:
    """The numbers, which entries are blank, and what is wrong with text that is no number."""
    blank = series.isna().to_numpy(bool)
    values = pd.to_numeric(series, errors="coerce").to_numpy(dtype=float, na_value=np.nan).copy()
    read = Reading(series)
    if pd.api.types.is_numeric_dtype(series):
        return values, blank, read
    text = series.astype(str).str.strip()
    blank = blank | (text == "").to_numpy(bool)
    odd = ~blank & np.isnan(values)
    if not odd.any():
        return values, blank, read
    word = text[odd]
    nothing, marked, plain = odd.copy(), odd.copy(), word.str.normalize("NFKC")
    nothing[odd] = plain.str.lower().isin(NOTHING_WORDS) | word.str.lower().isin(NOTHING_WORDS)
    grouped = plain.str.match(_GROUPED)
    plain = plain.where(~grouped, plain.str.replace(",", "", regex=False))
    marked[odd] = plain.str.match(_PLAIN).fillna(False).astype(bool)
    if rules.missing is not None:
        blank = blank | nothing
        if rules.missing == "zero":
            values[nothing], blank = 0.0, blank & ~nothing
        read.eased["LG-F112"] = nothing
    else:
        read.faults["nothing"] = nothing
    if rules.loose_numbers:
        values[marked] = plain[marked[odd]].astype(float)
        read.eased["LG-F111"] = marked
    else:
        read.faults["marked"] = marked
    read.faults["text"] = odd & ~nothing & ~marked
    return values, blank, read


def _in_range(values: np.ndarray, good: np.ndarray, column: Column, high: float, read: Reading) -> None:
    """Rows of numbers outside the column's range, each under one fault."""
    with np.errstate(invalid="ignore"):
        read.faults["infinite"] = good & ~np.isfinite(values)
        read.faults["below"] = good & np.isfinite(values) & ((values < column.low) | (column.positive & (values <= 0)))
        read.faults["above"] = good & np.isfinite(values) & (values > high)


def _bad(read: Reading, n: int) -> np.ndarray:
    return np.logical_or.reduce([*read.faults.values(), np.zeros(n, bool)])


def read_float(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    values, blank, read = _numbers(series, rules)
    _in_range(values, ~blank & ~_bad(read, len(values)), column, column.high, read)
    default = np.nan if column.default is None else column.default
    read.values = pd.Series(np.where(blank | _bad(read, len(values)), default, values), index=series.index)
    return read


def read_int(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    values, blank, read = _numbers(series, rules)
    good = ~blank & ~_bad(read, len(values))
    _in_range(values, good, column, min(column.high, 2**31 - 1), read)
    with np.errstate(invalid="ignore"):
        read.faults["fraction"] = good & ~_bad(read, len(values)) & (values != np.floor(values))
    if column.required:
        read.faults["blank"] = blank
    read.blank = blank
    default = int(column.default) if column.default is not None else 0
    taken = np.where(blank | _bad(read, len(values)), default, np.nan_to_num(values, posinf=0, neginf=0))
    read.values = pd.Series(taken.astype(np.int32), index=series.index)
    return read


def read_count(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    """A count that may be unknown: blank is missing, which is not nought."""
    read = read_int(series, column, rules)
    read.values = read.values.astype("Int32").mask(read.blank)
    return read


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


def read_time(series: pd.Series, column: Column, rules: ReadingRules) -> Reading:
    text = as_text(series)
    minutes = minutes_of_day(text)
    clock = pd.Series([f"{m // 60:02d}:{m % 60:02d}" if m >= 0 else None for m in minutes], index=series.index)
    return Reading(clock.astype("str"), {"time": minutes < 0})


def absent(column: Column, index: pd.Index) -> pd.Series:
    """What a column holds that the table does not have: its default on every row."""
    n = len(index)
    if column.kind == "int":
        values = np.full(n, 0 if column.default is None else int(column.default), np.int32)
    elif column.kind == "count":
        return pd.Series(pd.array([None] * n, dtype="Int32"), index=index)
    elif column.kind == "float":
        values = np.full(n, np.nan if column.default is None else column.default)
    elif column.kind == "flag":
        values = np.full(n, bool(column.default))
    else:
        word = column.default if column.kind == "code" else np.nan
        return pd.Series(np.full(n, word, dtype=object), index=index).astype("str")
    return pd.Series(values, index=index)


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

__all__ = ["READERS", "UNKNOWN", "Reading", "absent", "as_text", "broken_text", "inexact_ids", "minutes_of_day"]
