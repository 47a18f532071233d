"""Which row of a sheet names the columns: below titles, above the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core import InvalidInput
from ..issues import name_some
from .synonyms import is_known

HEADER_ROWS = 30  # titles above the header; more would be a sheet of something else
_TOTALS = ("合计", "总计", "小计", "total", "sum", "subtotal", "grand total")


def cell_text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def is_number(cell: Any) -> bool:
    if isinstance(cell, (int, float)):
        return True
    try:
        float(cell_text(cell).rstrip("%"))
    except ValueError:
        return False
    return True


def find_header(rows: Sequence[Sequence[Any]]) -> int | None:
    """The row that names the columns, or None.

    A row of names has more than one text (a merged title has one, however wide), and mostly texts. Among the first
    rows the one with the most words that are understood wins; where none is, the first that is nearly as full as the
    fullest. Ties go to the upper row.

    >>> find_header([["安靖街道住户台账", None], ["户号", "人口"], ["0012", 3]])
    1
    """
    known, filled = [], []
    for row in rows[:HEADER_ROWS]:
        texts = [cell_text(cell) for cell in row]
        given = [t for t in texts if t]
        numbers = sum(is_number(t) for t in given)
        names = len(given) > 0 and numbers * 2 < len(given) and (len(set(given)) > 1 or len(row) == 1)
        known.append(sum(is_known(t) for t in set(given)) if names else 0)
        filled.append(len(set(given)) if names else 0)
    if not filled or max(filled) == 0:
        return None
    if max(known) > 0:
        best = max(range(len(known)), key=lambda i: (known[i], filled[i], -i))
        return best
    return next(i for i, n in enumerate(filled) if n >= 0.8 * max(filled))


def column_names(cells: Sequence[Any], above: Sequence[Any] | None, path) -> list[str]:
    """The names, each once. ``above`` is a row of groups (人口 over 常住 and 流动) that belongs to the header.

    Raises
    ------
    InvalidInput
        A name stands twice: which of the two columns is meant cannot be told.
    """
    names = []
    for i, cell in enumerate(cells):
        name = " ".join(cell_text(cell).split())
        group = cell_text(above[i]) if above is not None and i < len(above) else ""
        if group and group != name and not is_known(name):
            name = f"{group}{name}"
        names.append(name or f"column {i + 1}")
    twice = sorted({n for n in names if names.count(n) > 1}, key=names.index)
    if twice:
        raise InvalidInput(f"{path}: the column {name_some(twice)} stands twice in the header; rename or remove one")
    return names


def is_total(row: Sequence[Any]) -> bool:
    """A row of sums below the data: its first text says so."""
    first = next((cell_text(cell) for cell in row if cell_text(cell)), "")
    return first.replace(" ", "").rstrip(":：").lower() in _TOTALS
