"""Service rules as files: the round trip with the office (CSV, Excel), headings in English and Chinese."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

import pandas as pd

from . import _core
from ._atomic import replace_file
from ._core import InvalidInput
from .issues import name_some
from .service_rules import COLUMNS, NUMBERS, REQUIRED, TEXT, at_label, core_rules, typed

_GUARDED = ("=", "+", "-", "@")  # a spreadsheet takes such a text for a formula


def write_service_rules(rules: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write rules as .csv (UTF-8 with BOM, as Excel reads it) or .xlsx, with Chinese headings under the English ones.

    The file is replaced whole or not at all. `read_service_rules` gives the same rules back: to the bit from csv,
    to sixteen digits from a workbook.

    Raises
    ------
    InvalidInput
        Rules that cannot be, or another kind of file.
    IoError
        The file cannot be written.
    """
    path = Path(path)
    core_rules(rules)
    table = typed(rules, "service rules")
    heads = [TEXT.get(name) or NUMBERS[name] for name in table.columns]
    rows = [heads, *table.astype(object).where(table.notna(), None).to_numpy().tolist()]
    if path.suffix.lower() == ".csv":
        text = pd.DataFrame(rows, columns=list(table.columns), dtype=object).map(_guard)
        replace_file(path, lambda temp: text.to_csv(temp, index=False, encoding="utf-8-sig", lineterminator="\r\n"))
    elif path.suffix.lower() == ".xlsx":
        replace_file(path, lambda temp: _write_xlsx(list(table.columns), rows, temp))
    else:
        raise InvalidInput(f'{path}: rules are a .csv or .xlsx file, not "{path.suffix}"')


def _guard(cell: Any) -> Any:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_GUARDED) else cell


def _unguard(cell: Any) -> Any:
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in _GUARDED else cell


def _write_xlsx(names: list[str], rows: list[list[Any]], path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("rules")
    sheet.freeze_panes = "C3"
    for row in ([*names], *rows):
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def read_service_rules(path: str | os.PathLike) -> pd.DataFrame:
    """Read rules that `write_service_rules` wrote and the office edited.

    Parameters
    ----------
    path : path-like
        .csv or .xlsx. The heading is the first row that has group, mode, per_year and minutes (or 人群, 方式, 每年次数,
        每次分钟). Further columns are left out.

    Returns
    -------
    DataFrame
        As `service_rules`; its index is the row of the file, as Excel counts.

    Raises
    ------
    InvalidInput
        No such heading, or a row that cannot be: the message names the file, the row and the column.
    IoError
        The file cannot be read.
    """
    path = Path(path)
    rows, numbers = rows_of(path)
    at, names = _heading(rows, path)
    kept, index = [], []
    for number, row in zip(numbers[at + 1 :], rows[at + 1 :], strict=True):
        cells = {name: _unguard(row[i]) if i < len(row) else None for name, i in names.items()}
        if all(v is None or str(v).strip() == "" for v in cells.values()):
            continue
        if all(cells[n] == (TEXT.get(n) or NUMBERS[n]) for n in REQUIRED):
            continue  # the headings in the other language
        kept.append(cells)
        index.append(number)
    frame = pd.DataFrame(kept, columns=list(names), index=pd.Index(index, dtype="int64", name="row"), dtype=object)
    if not len(frame):
        raise InvalidInput(f"{path}: there is no rule under the heading")
    core_rules(frame, str(path))
    made = typed(frame, str(path))
    try:
        _core.check_rule_ranges([_core.ServiceRule(**row) for row in made.to_dict("records")])
    except InvalidInput as error:
        raise InvalidInput(f"{path}, {at_label(str(error), made.index)}") from None
    return made.reindex(columns=[c for c in COLUMNS if c in made.columns])


def rows_of(path: str | os.PathLike, what: str = "rules are") -> tuple[list, list[int]]:
    """The rows of a csv file or of a workbook's longest sheet, and their numbers in the file."""
    from .io import sniff_format

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise InvalidInput(f'{path}: {what} a .csv or .xlsx file, not "{path.suffix}"')
    sniff_format(path)  # refuses what is no file of this computer
    if suffix == ".csv":
        from .readers.delimited import read_rows

        rows, numbers, _ = read_rows(path)
        return rows, list(numbers)
    from .readers.excel import open_workbook, sheet_rows

    book, _ = open_workbook(path)
    with contextlib.closing(book):
        sheets = [sheet_rows(sheet) for sheet in book.worksheets]
    rows = max(sheets, key=len, default=[])
    return rows, list(range(1, len(rows) + 1))


def _heading(rows: list, path: Path) -> tuple[int, dict[str, int]]:
    words = {**{n: n for n in COLUMNS}, **{zh: n for n, zh in {**TEXT, **NUMBERS}.items()}}
    for at, row in enumerate(rows[:30]):
        cells = ["" if cell is None else str(cell).strip() for cell in row]
        names = {words[cell]: i for i, cell in reversed(list(enumerate(cells))) if cell in words}
        if set(REQUIRED) <= set(names):
            return at, {n: names[n] for n in COLUMNS if n in names}
    seen = next((row for row in rows if any(cell not in (None, "") for cell in row)), ())
    raise InvalidInput(
        f"{path}: no heading with group, mode, per_year and minutes (人群, 方式, 每年次数, 每次分钟); seen: "
        f"{name_some([c for c in seen if c not in (None, '')]) or 'nothing'}"
    )
