"""Codes that a spreadsheet has taken for numbers: digits lost, zeros dropped, dates made of them."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ..columns import as_text
from .raw import Fault, Note

_SCIENTIFIC = r"^\s*\d(?:[.,]\d+)?[eE]\+?\d{2,3}\s*$"
_EXACT_DIGITS = 15  # a spreadsheet's number holds no more
_EXACT_FLOAT = 2**53


def damaged_codes(column: pd.Series) -> np.ndarray:
    """Rows whose code cannot be told any more: shown as 5.1E+14, over 15 digits as a number, or a date."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return np.flatnonzero(column.notna().to_numpy(bool))
    if pd.api.types.is_bool_dtype(column):
        return np.zeros(0, np.int64)
    if pd.api.types.is_integer_dtype(column):
        # Exact in files that know integers; a worksheet's reach it as int only up to 15 digits, or as damaged ones.
        return np.zeros(0, np.int64)
    if pd.api.types.is_float_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        whole = values == np.floor(values)
        return np.flatnonzero(np.isfinite(values) & ((np.abs(values) >= _EXACT_FLOAT) | ~whole))
    if column.dtype == object:
        return np.array([i for i, cell in enumerate(column) if _is_damaged(cell)], dtype=np.int64)
    # Arrow's own matching: pandas would call Python for each row.
    hits = pc.match_substring_regex(pa.array(column, type=pa.large_string(), from_pandas=True), _SCIENTIFIC)
    return np.flatnonzero(pc.fill_null(hits, False).to_numpy(zero_copy_only=False))


def _is_damaged(cell) -> bool:
    if isinstance(cell, str):
        return re.match(_SCIENTIFIC, cell) is not None
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, int):
        return abs(cell) >= 10**_EXACT_DIGITS
    if isinstance(cell, float):
        return cell == cell and (abs(cell) >= 10**_EXACT_DIGITS or cell != int(cell))
    return not pd.isna(cell)  # a date, a time


def check_codes(column: pd.Series, name: str, worksheet: bool) -> tuple[pd.Series, list[Fault], list[Note]]:
    """A code column as text, the rows whose code is lost, and whether leading zeros seem to be.

    A number of a worksheet holds 15 digits: what stands there with more has lost the others.
    """
    if worksheet and pd.api.types.is_integer_dtype(column):
        big = (column.abs() >= 10**_EXACT_DIGITS).to_numpy(dtype=bool, na_value=False)
        bad = np.flatnonzero(big)
    else:
        bad = damaged_codes(column)
    code = "LG-H020" if worksheet or not pd.api.types.is_float_dtype(column) else "LG-H031"
    text = as_text(column)
    text.iloc[bad] = np.nan
    notes = []
    if worksheet and _lost_zeros(column, text):
        notes.append(Note("LG-H120", "", name))
    return text, [Fault(code, int(i), name) for i in bad], notes


def _lost_zeros(column: pd.Series, text: pd.Series) -> bool:
    """Numbers that are shorter than the codes kept as text beside them, or one digit short of most."""
    if pd.api.types.is_integer_dtype(column) or pd.api.types.is_float_dtype(column):
        return False
    written = [isinstance(cell, str) for cell in column]
    if column.dtype != object or all(written) or not any(written):
        return False
    common = Counter(len(t) for t, w in zip(text, written, strict=True) if w and isinstance(t, str) and t.isdigit())
    if not common:
        return False
    length = common.most_common(1)[0][0]
    return any(isinstance(t, str) and len(t) < length for t, w in zip(text, written, strict=True) if not w)
