"""Excel sheets as offices keep them: titles, merged cells, hidden rows, formulas that failed, codes made numbers."""

from __future__ import annotations

import contextlib
import datetime
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .._core import InvalidInput, IoError
from ..issues import name_some
from .budget import Budget
from .header import HEADER_ROWS, cell_text, column_names, find_header, is_total
from .raw import Fault, Note, RawLayer
from .synonyms import is_known
from .zipped import check_zip, read_member

FORMULA_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
MAX_CELLS = 50_000_000
_FORMULA = re.compile(rb"<f[ >/]")


def open_workbook(path: Path) -> tuple[Any, bool]:
    """The workbook with the values that were last computed, and whether it has formulas. The caller closes it.

    Raises
    ------
    IoError
        Not an Excel file, or one that unpacks to more than the limits allow.
    """
    import openpyxl

    with contextlib.closing(check_zip(path)) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
        formulas = False
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                data = read_member(archive, name, path)
                if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
                    raise IoError(f"{path}: declares entities of its own, which no Excel file does; it is not read")
                formulas = formulas or (name in sheets and _FORMULA.search(data) is not None)
    try:
        return openpyxl.load_workbook(path, data_only=True, keep_links=False), formulas
    except Exception as error:  # openpyxl raises whatever its zip and XML readers raise
        raise IoError(f"{path}: cannot be read as an Excel file ({type(error).__name__}: {error})") from None


def sheet_rows(sheet: Any) -> list[tuple[Any, ...]]:
    """Rows of values; a merged area has its value in every cell, as the eye reads it."""
    if (sheet.max_row or 0) * (sheet.max_column or 0) > MAX_CELLS:
        raise IoError(f"sheet {sheet.title}: more than {MAX_CELLS:,} cells; delete the empty rows and columns")
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    for area in sheet.merged_cells.ranges:
        value = rows[area.min_row - 1][area.min_col - 1] if area.min_row <= len(rows) else None
        for r in range(area.min_row, min(area.max_row, len(rows)) + 1):
            for c in range(area.min_col, min(area.max_col, len(rows[r - 1])) + 1):
                rows[r - 1][c - 1] = value
    return [tuple(row) for row in rows]


def read_excel(path: Path, layer: str | None = None, budget: Budget | None = None) -> RawLayer:
    """One sheet as a layer; sheets are layers, and hidden ones are only read by name."""
    book, has_formulas = open_workbook(path)
    with contextlib.closing(book):
        sheet, rows, at = _pick_sheet(book, layer, path, budget)
        hidden = {r for r, d in sheet.row_dimensions.items() if d.hidden}
        merged = [a for a in sheet.merged_cells.ranges if a.max_row > at + 1]
        name = sheet.title
        never = _never_computed(path, sheet.title, rows) if has_formulas else set()
    above = _group_row(rows, at)
    header = list(rows[at])
    while header and not cell_text(header[-1]) and not any(cell_text(r[len(header) - 1]) for r in rows[at + 1 :]):
        header.pop()
    names = column_names(header, above, path)
    kept, numbers, faults, hidden_count = [], [], [], 0
    for number, row in enumerate(rows[at + 1 :], start=at + 2):
        row = row[: len(names)]
        if not any(cell_text(c) for c in row) and not any((number, c) in never for c in range(len(names))):
            continue
        position = len(kept)
        hidden_count += number in hidden
        if is_total(row):
            faults.append(Fault("LG-F213", position))
        clean = list(row)
        for c, cell in enumerate(row):
            if (isinstance(cell, str) and cell.strip() in FORMULA_ERRORS) or (number, c) in never:
                faults.append(Fault("LG-F033", position, names[c]))
                clean[c] = None
        kept.append(clean)
        numbers.append(number)
    notes = [Note("LG-F124", at + 1)] if at > 0 else []
    if hidden_count:
        notes.append(Note("LG-F208", hidden_count))
    if merged:
        notes.append(Note("LG-F209", len(merged)))
    columns = zip(*kept, strict=True) if kept else [()] * len(names)
    frame = pd.DataFrame({n: column_of(cells) for n, cells in zip(names, columns, strict=True)})
    return RawLayer(frame, name, rows=np.array(numbers, dtype=np.int64), notes=notes, faults=faults)


def _pick_sheet(book: Any, layer: str | None, path: Path, budget: Budget | None) -> tuple[Any, list, int]:
    if layer is not None and layer not in [s.title for s in book.worksheets]:
        raise IoError(f'{path}: no sheet "{layer}"; there are {name_some([s.title for s in book.worksheets], 20)}')
    found = []
    for sheet in book.worksheets:
        if (layer is None and sheet.sheet_state != "visible") or (layer is not None and sheet.title != layer):
            continue
        if budget is not None:
            budget.check_rows((sheet.max_row or 0) - HEADER_ROWS)  # of which some stand above the data
        rows = sheet_rows(sheet)
        at = find_header(rows)
        if at is not None:
            known = sum(is_known(cell_text(c)) for c in rows[at])
            found.append((sheet, rows, at, known))
    if not found:
        raise InvalidInput(
            f"{path}: no sheet has a row that names its columns in its first {HEADER_ROWS} rows; add a header row"
        )
    speaking = [f for f in found if f[3] > 0] or found
    if len(speaking) > 1:
        raise IoError(f"{path}: has {len(speaking)} sheets, name one: {name_some([f[0].title for f in speaking], 20)}")
    return speaking[0][:3]


def _group_row(rows: list, at: int) -> tuple | None:
    """The row above the header, where it groups columns: it has several different texts, and repeats some."""
    if at == 0:
        return None
    texts = [cell_text(c) for c in rows[at - 1]]
    given = [t for t in texts if t]
    return rows[at - 1] if len(set(given)) > 1 and len(given) > len(set(given)) else None


def _never_computed(path: Path, title: str, rows: list) -> set[tuple[int, int]]:
    """Cells (row from 1, column from 0) whose formula has no value: the program that wrote them never worked it out."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=False, keep_links=False)
    with contextlib.closing(book):
        cells = {
            (cell.row, cell.column - 1) for row in book[title].iter_rows() for cell in row if cell.data_type == "f"
        }
    return {(r, c) for r, c in cells if r <= len(rows) and c < len(rows[r - 1]) and rows[r - 1][c] is None}


def column_of(cells: tuple) -> pd.Series:
    """Cells as one column: numbers, dates or text where all are, else as they stand."""
    given = [c for c in cells if c is not None]
    if all(isinstance(c, str) for c in given):
        return pd.Series(cells, dtype="str")
    if all(isinstance(c, int) and not isinstance(c, bool) for c in given):
        inside = all(-(2**63) <= c < 2**63 for c in given)
        return pd.Series(cells, dtype="Int64" if len(given) < len(cells) else "int64") if inside else _as_is(cells)
    if all(isinstance(c, (int, float)) and not isinstance(c, bool) for c in given):
        return pd.Series(cells, dtype="float64")
    if all(isinstance(c, datetime.datetime) for c in given):
        return pd.Series(cells, dtype="datetime64[ns]")
    return _as_is(cells)


def _as_is(cells: tuple) -> pd.Series:
    return pd.Series(list(cells), dtype=object)
