"""The report's tables as an Excel workbook: the same figures, the same suppression, numbers as numbers."""

from __future__ import annotations

import pathlib

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from .facts import ReportFacts
from .page import named_tables
from .tables import COUNT, DECIMAL, MINUTES, SECONDS, SHARE, Table
from .terms import DEFINITIONS
from .words import Words

_FORMATS = {COUNT: "#,##0", DECIMAL: "0.000", SHARE: "0.0%", MINUTES: "0.0", SECONDS: "0.0"}
_PUBLIC_FORMATS = {**_FORMATS, SHARE: "0%", MINUTES: "0", SECONDS: "0"}
_HEAD = PatternFill("solid", fgColor="EAF0F6")
# A cell that begins like this would be run as a formula by whoever opens the workbook.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_workbook(facts: ReportFacts, path: pathlib.Path, *, lang: str, audience: str) -> None:
    """Write the tables of a report; the facts of a public edition are suppressed already.

    Sheets stand in the order of the page; the last one has the definitions with their sources.
    """
    words, public = Words(lang), audience == "public"
    book = Workbook()
    cover = book.active
    cover.title = words("sheet.cover")
    rows = [
        (words.text(facts.title), words("stamp.public" if public else "stamp.office")),
        (words("place"), words.text(facts.place)),
        (words("made_on"), facts.made_on),
        (words("crs"), facts.crs),
        (words("note.suppressed" if public else "note.office"), ""),
        *((words("stamp.assumed"), words.text(item)) for item in facts.assumed),
    ]
    for row in rows:
        cover.append([safe(value) for value in row])
    cover["A1"].font = Font(bold=True, size=14)
    fit(cover)
    for name, (title, table) in named_tables(facts, words, public=public).items():
        if table is not None:
            _sheet(book, words(f"sheet.{name}"), title, table, _PUBLIC_FORMATS if public else _FORMATS)
    sheet = book.create_sheet(words("sheet.definitions"))
    head(sheet, [words("col.name"), words("col.definition"), words("col.source")])
    for name in DEFINITIONS:
        sheet.append([safe(words(key)) for key in (f"def.{name}", f"def.{name}.text", f"def.{name}.source")])
    fit(sheet)
    book.properties.creator = "libgrid"
    book.save(path)


def write_frames(path: pathlib.Path, sheets: dict[str, tuple[str, pd.DataFrame]]) -> None:
    """Write plain tables as a workbook: by name of the sheet, its title and its frame; numbers as numbers."""
    book = Workbook()
    book.remove(book.active)
    for name, (title, frame) in sheets.items():
        sheet = book.create_sheet(name[:31])
        sheet.append([safe(title)])
        sheet["A1"].font = Font(bold=True, size=12)
        head(sheet, [safe(str(column)) for column in frame.columns])
        for row in frame.itertuples(index=False, name=None):
            sheet.append([_cell(value) for value in row])
        sheet.freeze_panes = "A3"
        fit(sheet)
    book.properties.creator = "libgrid"
    book.save(path)


def _cell(value: object) -> object:
    """What Excel can hold: no missing or infinite numbers, no text that would be run."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, float, np.number)):
        return value.item() if np.isfinite(value) and hasattr(value, "item") else value if np.isfinite(value) else None
    return None if value is None or value is pd.NA else safe(str(value))


def _sheet(book: Workbook, name: str, title: str, table: Table, formats: dict[str, str]) -> None:
    sheet = book.create_sheet(name[:31])
    sheet.append([safe(title)])
    sheet["A1"].font = Font(bold=True, size=12)
    head(sheet, [label for label, _ in table.heads])
    for row in table.values:
        sheet.append([safe(value) for value in row])
        for cell, form in zip(sheet[sheet.max_row], table.forms, strict=True):
            if form in formats and not isinstance(cell.value, str):
                cell.number_format = formats[form]
    sheet.freeze_panes = "A3"
    fit(sheet)


def head(sheet, labels: list[str]) -> None:
    """One row of labels that look like labels."""
    sheet.append(labels)
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="top")


def safe(value: object) -> object:
    """The value, with an apostrophe before text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) and len(value) > 1 else value


def fit(sheet) -> None:
    """Columns as wide as their texts, Chinese counted double, within reason; A4 across."""
    for i, column in enumerate(sheet.iter_cols(values_only=True), 1):
        texts = ["" if value is None else str(value) for value in column[1:] or column]
        width = max((sum(2 if ord(ch) > 255 else 1 for ch in text) for text in texts), default=8)
        sheet.column_dimensions[get_column_letter(i)].width = min(max(width + 2, 8), 60)
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
