"""The counts of people in a household: what is assumed where nobody said, and the columns that the core takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .schema import CONDITIONS, UNKNOWN

_PART_OF_RESIDENTS = ("n_key", "n_next_key", "n_homebound", "n_signed")


def fill_usual(unknown: np.ndarray, attrs: pd.DataFrame) -> None:
    """Where nobody said how many live there, one person is assumed, or as many as the other counts need."""
    if unknown.any():
        needed = [attrs[c].to_numpy(float) - attrs["n_short"].to_numpy(float) for c in _PART_OF_RESIDENTS]
        needed += [attrs[f"n_{c}"].to_numpy(float, na_value=0) - attrs["n_short"].to_numpy(float) for c in CONDITIONS]
        least = np.maximum.reduce([*needed, attrs["n_migrant"].to_numpy(float), np.ones(len(attrs))])
        attrs.loc[unknown, "n_usual"] = least[unknown].astype(np.int32)


def household_columns(attrs: pd.DataFrame, **references) -> dict:
    """The columns that the core's Households take; references are -1 unless given."""
    n = len(attrs)
    none = np.full(n, -1, np.int32)
    columns = {name: references.get(name, none) for name in ("block", "grid", "signed_team")}
    for name in ("n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed"):
        columns[name] = np.ascontiguousarray(attrs[name].to_numpy(np.int32))
    columns["conditions"] = [
        np.ascontiguousarray(attrs[f"n_{c}"].to_numpy(dtype=np.int32, na_value=UNKNOWN)) for c in CONDITIONS
    ]
    columns["inside"] = np.ascontiguousarray(attrs["inside"].to_numpy(np.uint8))
    return columns
