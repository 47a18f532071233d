"""Every issue that can be found, in Chinese and English: code -> severity, text and cure. One file a letter.

Codes are never reused for another meaning. Texts speak of ids and columns, never of a household's values.
"""

from __future__ import annotations

from . import files, grids, households, networks, plans, polygons, reading, teams
from .entry import Entry

CATALOGUE: dict[str, Entry] = {
    code: entry
    for part in (files, reading, polygons, households, grids, teams, networks, plans)
    for code, entry in part.ENTRIES.items()
}
