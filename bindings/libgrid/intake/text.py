"""Text and ids of a layer: what cannot be text, what a spreadsheet has done to codes, ids that only look different."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import shapely

from ..columns import broken_text, inexact_ids
from ..rules import ReadingRules
from ..schema import Layer

# 1.10101E+17, and a date where a code was: what a spreadsheet makes of "110101…" and of "3-2".
_DAMAGED = r"^[+-]?\d(?:\.\d+)?[eE]\+?\d{2,3}$|^\d{4}-\d{2}-\d{2}(?:[ T]00:00:00)?$"
_UTF8_AS_LATIN = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_TEXT_KINDS = ("id", "ref", "text", "code")
_CANDIDATES, _HINTS = 5000, 20


def bad_text(series: pd.Series) -> dict[str, np.ndarray]:
    """Rows whose text cannot be kept, by code: half characters (LG-H021), NUL (LG-H023)."""
    found = {"LG-H021": broken_text(series)}
    if series.dtype == object:
        cells = series.where(~found["LG-H021"], "")
        found["LG-H023"] = np.array([isinstance(v, str) and "\0" in v for v in cells], dtype=bool)
    elif isinstance(series.dtype, pd.StringDtype):
        found["LG-H023"] = series.str.contains("\0", regex=False, na=False).to_numpy(bool)
    return {code: rows for code, rows in found.items() if rows.any()}


# Ideographs, and the punctuation and full-width forms that stand between them.
_CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def garbled_text(text: pd.Series) -> np.ndarray:
    """Rows whose text looks as if it had been decoded twice: UTF-8 read as Latin-1 or as GBK, or lost characters."""
    odd = text.str.contains("[^\x00-\x7f]", regex=True, na=False).to_numpy(bool)
    if not odd.any():
        return odd
    garbled = [word for word in pd.unique(text[odd]) if _is_garbled(word)]
    return text.isin(garbled).to_numpy(bool)


def _is_garbled(text: str) -> bool:
    if "\ufffd" in text or "锟斤拷" in text or _UTF8_AS_LATIN.search(text):
        return True
    try:
        back = text.encode("gbk").decode("utf-8")
    except UnicodeError:
        return False
    # Honest Chinese may happen to be UTF-8 when written as GBK (双溪路 is), but then what it says is not Chinese.
    return len(text) >= 3 and not back.isascii() and all(c.isascii() or _CHINESE.match(c) for c in back)


def damaged_ids(series: pd.Series, ids: pd.Series, layer: Layer, rules: ReadingRules) -> dict[str, np.ndarray]:
    """Ids that are not what was written: rounded floats (LG-H031), spreadsheet damage or a broken pattern (LG-H020)."""
    inexact = inexact_ids(series)
    text = ids.fillna("")
    damaged = text.str.match(_DAMAGED).to_numpy(bool) & ~inexact
    if layer.name in rules.id_patterns:
        matches = text.str.fullmatch(rules.id_patterns[layer.name]).to_numpy(bool)
        damaged |= ~matches & ids.notna().to_numpy(bool) & ~inexact
    return {"LG-H031": inexact, "LG-H020": damaged}


def repeated_ids(layer: Layer, given: pd.DataFrame, ids: pd.Series) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Rows whose id stands on different rows, rows that repeat an earlier row exactly, and how often each id stands."""
    n = len(ids)
    twice = ids.duplicated(keep=False).to_numpy(bool) & ids.notna().to_numpy(bool)
    clashing, repeated = np.zeros(n, bool), np.zeros(n, bool)
    if not twice.any():
        return clashing, repeated, pd.Series(1, index=ids.index)
    rows = np.flatnonzero(twice)
    text = given.drop(columns="geometry", errors="ignore").iloc[rows].astype(str)
    text[layer.id] = ids.iloc[rows].astype(str)  # as they are compared: without spaces around
    if "geometry" in given:
        text["geometry"] = shapely.to_wkb(given.geometry.iloc[rows].to_numpy(), hex=True)
    repeated[rows[text.duplicated(keep="first").to_numpy(bool)]] = True
    differs = text.drop_duplicates()[layer.id].duplicated(keep=False)
    clashing = twice & ids.isin(set(ids.loc[differs.index[differs]])).to_numpy(bool)
    return clashing, repeated & ~clashing, ids.map(ids.value_counts())


def look_alikes(ids: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Rows whose id is another row's but for case, width or spaces inside, and that other id."""
    plain = ids.fillna("")
    if plain.str.contains("[^\x00-\x7f]", regex=True).any():
        plain = plain.str.normalize("NFKC").str.casefold()
    else:
        plain = plain.str.lower()
    if plain.str.contains(r"\s", regex=True).any():
        plain = plain.str.replace(r"\s+", "", regex=True)
    alike = plain.duplicated(keep=False) & (plain != "") & ~ids.duplicated(keep=False)
    other = pd.Series("", index=ids.index, dtype=object)
    for group in ids[alike].groupby(plain[alike]).groups.values():
        for row in group:
            other[row] = next(ids[k] for k in group if k != row)
    return alike.to_numpy(bool), other


def nearest_ids(unknown: pd.Series, known: pd.Index) -> pd.Series:
    """For each unknown id a hint such as `` (≈ T1, T2)``, the known ids fewest letters away; empty where none is."""
    words = pd.unique(unknown.dropna())[:_HINTS]
    candidates = known.astype(str)[:_CANDIDATES].tolist()
    hints = {}
    for word in words:
        close = sorted((d, c) for d, c in zip(_distances(str(word), candidates), candidates, strict=True))
        near = [c for d, c in close[:3] if d <= max(1, len(str(word)) // 2)]
        hints[word] = f" (≈ {', '.join(near)})" if near else ""
    return unknown.map(hints).fillna("")


def _distances(word: str, candidates: list[str]) -> np.ndarray:
    """Edit distances from one word to many, a column of the table at a time for all of them together."""
    if not candidates:
        return np.zeros(0, np.int64)
    length = np.array([len(c) for c in candidates])
    letters = np.array([list(c.ljust(length.max(), "\0")) for c in candidates]).reshape(len(candidates), -1)
    row = np.tile(np.arange(letters.shape[1] + 1), (len(candidates), 1))
    for i, letter in enumerate(word, 1):
        new = np.empty_like(row)
        new[:, 0] = i
        for j in range(1, row.shape[1]):
            swap = row[:, j - 1] + (letters[:, j - 1] != letter)
            new[:, j] = np.minimum(np.minimum(row[:, j], new[:, j - 1]) + 1, swap)
        row = new
    return row[np.arange(len(candidates)), length]


def text_columns(layer: Layer, given: pd.DataFrame) -> list[str]:
    """The columns of a frame that hold text: the layer's own, and any other that is text."""
    own = [c.name for c in layer.columns if c.kind in _TEXT_KINDS and c.name in given]
    rest = [
        c
        for c in given.columns
        if c not in own and c != "geometry" and (given[c].dtype == object or isinstance(given[c].dtype, pd.StringDtype))
    ]
    return own + rest
