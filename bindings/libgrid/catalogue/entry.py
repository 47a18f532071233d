"""One kind of issue: how serious it is, and its text and cure in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    severity: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str
