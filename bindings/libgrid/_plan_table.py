"""Plan tables, the round trip with the office: which grid each block belongs to (CSV, Excel, GeoPackage)."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ._atomic import replace_file
from ._core import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SYNONYMS = {
    "block_id": ("block_id", "块编号", "基本单元", "基本单元编号", "基本单元编码", "单元编号", "block"),
    "grid_id": ("grid_id", "网格", "微网格", "网格编号", "微网格编号", "网格编码", "微网格编码", "grid"),
}
_HEADER_ROWS = 30  # title rows above the header; more would be a table of something else
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class PlanTable:
    """A plan as it stands in a file.

    Attributes
    ----------
    frame : pandas.DataFrame
        ``block_id`` and ``grid_id``, both text; ``grid_id`` is missing where the cell is empty. The index is
        the row number in the file (1-based, as Excel shows it; feature number in a GeoPackage).
    issues : pandas.DataFrame
        ``row, column, value, message`` of rows that were set aside.
    notes : list of str
        What was decided while reading (encoding, header row, which columns).
    """

    frame: pd.DataFrame
    issues: pd.DataFrame
    notes: list[str] = field(default_factory=list)


def read_plan_table(path: str | os.PathLike) -> PlanTable:
    """Read ``block_id, grid_id`` from a .csv, .xlsx or .gpkg file.

    The header is the first row that names both columns, in English or Chinese (块编号, 基本单元, 单元编号;
    网格, 微网格, 网格编号, 微网格编号), so title rows above it do no harm. Codes come back as text: a numeric
    cell 5101170080010 is ``"5101170080010"``; a number that is not whole is an issue. CSV is UTF-8 with or
    without BOM, else GB18030.

    Raises
    ------
    libgrid.InvalidInput
        No row names both columns: the message lists what was seen and which names are understood.
    libgrid.IoError
        The file cannot be read.

    Examples
    --------
    >>> import tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "plan.csv")
    >>> write_plan_table(pd.DataFrame({"block_id": ["001"], "grid_id": ["G1"]}), path)
    >>> read_plan_table(path).frame.iloc[0].tolist()
    ['001', 'G1']
    """
    from .io import sniff_format

    path = Path(path)
    suffix = path.suffix.lower()
    notes: list[str] = []
    if suffix in (".csv", ".xlsx"):
        sniff_format(path)  # refuses what is no file of this computer
    if suffix == ".gpkg":
        return _read_gpkg(path)
    if suffix == ".csv":
        rows, numbers = _csv_rows(path, notes)
    elif suffix == ".xlsx":
        rows, numbers = _xlsx_rows(path)
    else:
        raise InvalidInput(f'{path}: a plan is a .csv, .xlsx or .gpkg file, not "{suffix}"')
    return _from_rows(path, rows, numbers, notes)


def write_plan_table(frame: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write ``block_id, grid_id`` as .csv, .xlsx (text cells) or .gpkg.

    CSV is UTF-8 with BOM, so that Excel shows Chinese; text that a spreadsheet would take for a formula gets
    an apostrophe in front, which `read_plan_table` takes off again. The file is replaced whole or not at all.

    Raises
    ------
    libgrid.InvalidInput
        A column is missing.
    libgrid.IoError
        The file cannot be written.
    """
    path = Path(path)
    missing = [name for name in SYNONYMS if name not in frame.columns]
    if missing:
        raise InvalidInput(f"a plan table needs the columns block_id and grid_id; missing: {', '.join(missing)}")
    plan = pd.DataFrame({name: frame[name].astype("str") for name in SYNONYMS})
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        from .io import TableFrame, write_tables

        write_tables(path, {"plan": TableFrame(plan.reset_index(drop=True))})
    elif suffix == ".csv":
        replace_file(path, lambda temp: _write_csv(plan, temp))
    elif suffix == ".xlsx":
        replace_file(path, lambda temp: _write_xlsx(plan, temp))
    else:
        raise InvalidInput(f'{path}: a plan is a .csv, .xlsx or .gpkg file, not "{suffix}"')


def _csv_rows(path: Path, notes: list[str]) -> tuple[list[list[str]], list[int]]:
    from .readers.delimited import read_rows

    rows, lines, found = read_rows(path)
    for note in found:
        said = "warning: not UTF-8; check the names; read as" if note.code == "LG-F017" else "read as"
        notes.append(f"{said} {note.value}")
    return [[_without_guard(cell) for cell in row] for row in rows], lines


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in _FORMULA_STARTS else cell


def _xlsx_rows(path: Path) -> tuple[list[tuple[Any, ...]], list[int]]:
    from .readers.excel import open_workbook, sheet_rows

    book, _ = open_workbook(path)
    with contextlib.closing(book):
        sheets = [sheet_rows(sheet) for sheet in book.worksheets]
    rows = next((rows for rows in sheets if _find_header(rows) is not None), sheets[0] if sheets else [])
    return rows, list(range(1, len(rows) + 1))


def _find_header(rows: Iterable[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(rows):
        if number >= _HEADER_ROWS:
            return None
        names = [str(cell).strip().lower() if cell is not None else "" for cell in row]
        found = {}
        for column, words in SYNONYMS.items():
            found[column] = next((names.index(word) for word in words if word in names), -1)
        if min(found.values()) >= 0:
            return number, found
    return None


def _no_columns(path: Path, seen: Iterable[Any]) -> InvalidInput:
    columns = ", ".join(str(cell) for cell in seen if cell not in (None, "")) or "none"
    known = "; ".join(f"{name}: {', '.join(words)}" for name, words in SYNONYMS.items())
    return InvalidInput(
        f"{path}: no columns for blocks and grids. Seen: {columns}. Understood: {known}. Rename the columns"
    )


def _from_rows(path: Path, rows: list[Sequence[Any]], numbers: list[int], notes: list[str]) -> PlanTable:
    header = _find_header(rows)
    if header is None:
        raise _no_columns(path, next((row for row in rows if sum(cell not in (None, "") for cell in row) > 1), ()))
    number, columns = header
    notes.append(
        f"header in row {numbers[number]}: " + ", ".join(f"{k} = {rows[number][v]}" for k, v in columns.items())
    )
    kept, index, issues = [], [], []
    for row_number, row in zip(numbers[number + 1 :], rows[number + 1 :], strict=True):
        cells = {name: row[at] if at < len(row) else None for name, at in columns.items()}
        if all(cell is None or str(cell).strip() == "" for cell in cells.values()):
            continue
        codes = {}
        for name, cell in cells.items():
            code, fault = _code(cell)
            if fault is None and code is None and name == "block_id":
                fault = "a row without a block"
            if fault is not None:
                issues.append((row_number, name, cell, fault))
                break
            codes[name] = code
        else:
            kept.append(codes)
            index.append(row_number)
    frame = pd.DataFrame(kept, columns=list(SYNONYMS), index=pd.Index(index, dtype="int64", name="row")).astype("str")
    return PlanTable(frame, pd.DataFrame(issues, columns=["row", "column", "value", "message"]), notes)


def _code(cell: Any) -> tuple[str | None, str | None]:
    """(code, None), (None, None) for an empty cell, or (None, what is wrong)."""
    if cell is None:
        return None, None
    if isinstance(cell, bool):
        return None, "true or false is no code"
    if isinstance(cell, int):
        return str(cell), None
    if isinstance(cell, float):
        if cell != cell:
            return None, None
        if not cell.is_integer():
            return None, "a number that is not whole is no code; format the column as text"
        if abs(cell) > 2**53:
            return (
                None,
                "a number of over 15 digits has lost its last ones in Excel; format the column as text",
            )
        return str(int(cell)), None
    if not isinstance(cell, str):
        return None, f"a {type(cell).__name__} is no code; format the column as text"
    text = cell.strip()
    if text in ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"):
        return None, "a formula that failed"
    return (text or None), None


def _read_gpkg(path: Path) -> PlanTable:
    from .io import read_tables

    tables, meta = read_tables(path)
    for name, table in tables.items():
        header = _find_header([list(table.frame.columns)])
        if header is None:
            continue
        columns = [list(table.frame.columns)[at] for at in header[1].values()]
        values = table.frame[columns].astype(object).where(table.frame[columns].notna(), None)
        rows = [list(SYNONYMS), *values.itertuples(index=False, name=None)]
        plan = _from_rows(path, rows, list(range(len(rows))), [*meta.notes])
        return PlanTable(plan.frame, plan.issues, [*meta.notes, f"layer {name}: " + ", ".join(columns)])
    raise _no_columns(path, [f"{name}.{column}" for name, table in tables.items() for column in table.frame.columns])


def _write_csv(plan: pd.DataFrame, path: Path) -> None:
    guarded = plan.apply(lambda column: column.where(~column.str.startswith(_FORMULA_STARTS, na=False), "'" + column))
    guarded.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _write_xlsx(plan: pd.DataFrame, path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("plan")
    sheet.append(list(plan.columns))
    for row in plan.astype(object).where(plan.notna(), None).itertuples(index=False, name=None):
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
            if value is not None:
                cell.data_type = "s"  # never a formula, whatever the text begins with
                cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    book.save(path)
