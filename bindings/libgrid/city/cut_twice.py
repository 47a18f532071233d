"""Ids that stand twice in a layer, found without keeping the ids: eight bytes a row, and the few rows that matter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..columns import as_text


def hashes_of(ids: pd.Series) -> np.ndarray:
    """A number for each id; equal ids have equal numbers, blank ones 0."""
    text = as_text(ids)
    numbers = pd.util.hash_array(text.fillna("").to_numpy(object), categorize=False)
    return np.where(text.isna().to_numpy(bool), np.uint64(0), numbers)


def repeated(numbers: list[np.ndarray]) -> np.ndarray:
    """The numbers, in order, that stand more than once: ids that may stand twice."""
    if not numbers:
        return np.zeros(0, np.uint64)
    ordered = np.concatenate(numbers)
    ordered.sort()
    twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return twice[twice != 0]


def among(numbers: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Which of the numbers are among the known ones, which are in order."""
    if not len(known):
        return np.zeros(len(numbers), bool)
    at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return known[at] == numbers
