"""Text ids made for whole columns at once."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def numbered(prefix: str, numbers, width: int) -> pa.Array:
    """`prefix` and zero-padded numbers, as one Arrow text column."""
    text = pc.utf8_lpad(pa.array(np.asarray(numbers)).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def joined(*parts) -> np.ndarray:
    """Text columns and scalars joined row by row, as an object array."""
    parts = [p if isinstance(p, str) else pa.array(p, pa.string()) for p in parts]
    return pc.binary_join_element_wise(*parts, "").to_numpy(zero_copy_only=False)


def lookup(codes, categories, compact: bool):
    """A text column of `categories[codes]`, empty where a code is −1; a categorical one for large places."""
    codes = np.asarray(codes)
    if compact:
        return pd.Categorical.from_codes(codes, categories=pd.Index(categories))
    out = np.asarray(categories, dtype=object)[codes] if len(categories) else np.full(len(codes), None, object)
    return np.where(codes >= 0, out, None)


def whole_column(parts, compact: bool):
    """Arrow text parts as one column; Arrow memory for large places (a tenth of Python strings)."""
    if compact:
        text = pa.large_string()
        return pd.array(pa.chunked_array(parts).cast(text), dtype=pd.ArrowDtype(text))
    return np.concatenate([part.to_numpy(zero_copy_only=False) for part in parts])
