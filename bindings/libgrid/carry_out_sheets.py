"""The workbooks of a plan that is carried out: full counts for the office, suppressed ones for the public."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font

from ._atomic import replace_file
from ._core import InvalidInput
from .report.suppress import FEW, Cells
from .report.workbook import fit, head, safe

if TYPE_CHECKING:
    from .carry_out import CarryOut

LEAST_K = 5  # as for public reports
_WORDS = {
    "zh": {
        "summary": "概要", "moves": "调整清单", "grids": "网格", "office": "内部资料", "public": "公示",
        "block_id": "基本单元", "old_grid_id": "原网格", "new_grid_id": "新网格", "old_team_id": "原团队",
        "new_team_id": "新团队", "doctor_changes": "更换家医团队", "households": "户数", "residents": "人数",
        "signed": "签约人数", "cause": "原因", "grid_id": "网格编号", "new_id": "新编号", "name": "名称",
        "households_before": "原户数", "households_after": "现户数", "households_in": "划入户数",
        "households_out": "划出户数", "blocks_in": "划入单元", "blocks_out": "划出单元", "bounds": "四至",
        "arrives": "划入", "leaves": "划出", "few": "少于{k}", "withheld": "不公布", "yes": "是", "no": "否",
        "note": "人数少于 {k} 的数字不公布，由其可推算的数字同样不公布。", "flows": "调整流向", "blocks": "单元数",
    },
    "en": {
        "summary": "summary", "moves": "moves", "grids": "grids", "office": "internal", "public": "public notice",
        "block_id": "block", "old_grid_id": "old grid", "new_grid_id": "new grid", "old_team_id": "old team",
        "new_team_id": "new team", "doctor_changes": "doctor changes", "households": "households",
        "residents": "residents", "signed": "signed people", "cause": "cause", "grid_id": "grid", "new_id": "new code",
        "name": "name", "households_before": "households before", "households_after": "households after",
        "households_in": "households in", "households_out": "households out", "blocks_in": "blocks in",
        "blocks_out": "blocks out", "bounds": "bounds", "arrives": "arrives", "leaves": "leaves", "few": "under {k}",
        "withheld": "withheld", "yes": "yes", "no": "no",
        "note": "Counts under {k} are not shown, nor those from which they could be worked out.", "flows": "flows",
        "blocks": "blocks",
    },
}  # fmt: skip
_MOVES = (
    "block_id", "old_grid_id", "new_grid_id", "old_team_id", "new_team_id", "doctor_changes", "households", "residents",
    "signed", "cause",
)  # fmt: skip
_COUNTS = ("households_before", "households_out", "households_in", "households_after")


def _words(lang: str) -> dict[str, str]:
    if lang not in _WORDS:
        raise InvalidInput(f'lang must be "zh" or "en", not {lang!r}')
    return _WORDS[lang]


def write_office(done: CarryOut, path: Path, lang: str) -> None:
    """See `CarryOut.write_office`."""
    words = _words(lang)
    book = Workbook()
    moves = _told(done, words, lang)
    grids = done.grids[["grid_id", "new_id", "name", *_COUNTS, "blocks_in", "blocks_out", f"bounds_{lang}"]]
    grids = grids.rename(columns={f"bounds_{lang}": "bounds"})
    causes = done.causes.assign(cause=[_cause(c, lang) for c in done.causes["cause"]])
    _sheet(book, words["summary"], words["office"], causes, words, first=True)
    _sheet(book, words["grids"], words["office"], grids, words)
    _sheet(book, words["moves"], words["office"], moves, words)
    changed = done.grids[(done.grids["blocks_in"] > 0) | (done.grids["blocks_out"] > 0)]
    for row in changed.itertuples():
        _grid_sheet(book, row, done, moves, words, lang)
    _save(book, path)


def _told(done: CarryOut, words, lang) -> pd.DataFrame:
    moves = pd.DataFrame(done.moves.drop(columns="geometry"))[list(_MOVES)]
    return moves.assign(
        doctor_changes=[words["yes"] if d else words["no"] for d in moves["doctor_changes"]],
        cause=[_cause(c, lang) for c in moves["cause"]],
    )


def _cause(cause, lang) -> str:
    from .carry_out import CAUSES

    return CAUSES[cause][lang == "zh"] if cause in CAUSES else ""


def _grid_sheet(book, row, done, moves, words, lang) -> None:
    """What one grid gives and gets, with its size and bounds."""
    sheet = book.create_sheet(_title(book, str(row.grid_id)))
    names = [("grid_id", row.grid_id), ("new_id", row.new_id), ("name", row.name)]
    counts = [(column, getattr(row, column)) for column in _COUNTS]
    told = [("office", ""), *names, *counts, ("bounds", getattr(row, f"bounds_{lang}"))]
    for label, value in told:
        sheet.append([safe(words[label]), safe(value)])
    for text, column in (("arrives", "new_grid_id"), ("leaves", "old_grid_id")):
        part = moves[moves[column] == row.grid_id]
        if len(part):
            sheet.append([])
            sheet.append([safe(words[text])])
            sheet[sheet.max_row][0].font = Font(bold=True)
            _rows(sheet, part, words)
    fit(sheet)


def write_public(done: CarryOut, path: Path, lang: str, k: int) -> None:
    """See `CarryOut.write_public`."""
    words = _words(lang)
    grids, flows = public_tables(done, k)
    shown = {c: [_mark(v, words, k) for v in grids[c]] for c in _COUNTS}
    table = grids.assign(**shown, bounds=done.grids[f"bounds_{lang}"])
    table = table[["grid_id", "new_id", "name", *_COUNTS, "bounds"]]
    book = Workbook()
    note = words["note"].format(k=k)
    _sheet(book, words["grids"], note, table, words, first=True)
    flows = flows.assign(households=[_mark(v, words, k) for v in flows["households"]])
    _sheet(book, words["flows"], note, flows, words)
    moves = pd.DataFrame(done.moves)[["block_id", "old_grid_id", "new_grid_id", "doctor_changes"]]
    moves = moves.assign(doctor_changes=[words["yes"] if d else words["no"] for d in moves["doctor_changes"]])
    _sheet(book, words["moves"], words["public"], moves, words)
    _save(book, path)


def public_tables(done: CarryOut, k: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Grids and flows between grids whose small counts, and what gives them away, are `Hidden`."""
    if isinstance(k, bool) or not k >= LEAST_K:
        raise InvalidInput(f"k must be at least {LEAST_K}: smaller groups could be recognised")
    grids = pd.DataFrame(done.grids.drop(columns="geometry"))
    flows = done.moves.groupby(["old_grid_id", "new_grid_id"], dropna=False)
    flows = flows.agg(blocks=("block_id", "size"), households=("households", "sum")).reset_index()
    cells = Cells(k)
    for row in grids.itertuples():
        for column in _COUNTS:
            cells.add((column, row.grid_id), getattr(row, column))
    for row in flows.itertuples():
        cells.add(("flow", row.old_grid_id, row.new_grid_id), row.households)
    for grid in grids["grid_id"]:
        # What stays is before − out and after − in: a reader can take the one from the other.
        stays = ("stays", grid)
        cells.add(stays, cells.values["households_before", grid] - cells.values["households_out", grid])
        cells.virtual.add(stays)
        cells.tie(("households_before", grid), [stays, ("households_out", grid)])
        cells.tie(("households_after", grid), [stays, ("households_in", grid)])
        out = [key for key in cells.values if key[0] == "flow" and key[1] == grid]
        into = [key for key in cells.values if key[0] == "flow" and key[2] == grid]
        cells.tie(("households_out", grid), out)
        cells.tie(("households_in", grid), into)
    hidden = cells.hide()
    for column in _COUNTS:
        grids[column] = [hidden.get((column, g), v) for g, v in zip(grids["grid_id"], grids[column], strict=True)]
    keys = zip(flows["old_grid_id"], flows["new_grid_id"], flows["households"], strict=True)
    flows["households"] = [hidden.get(("flow", a, b), v) for a, b, v in keys]
    return grids, flows


def _mark(value, words, k):
    if isinstance(value, type(FEW)):
        return words["few"].format(k=k) if value is FEW else words["withheld"]
    return int(value)


def _sheet(book, title, above, table, words, *, first=False) -> None:
    sheet = book.active if first else book.create_sheet()
    sheet.title = title
    sheet.append([safe(above)])
    _rows(sheet, table, words)
    sheet.freeze_panes = "A3"
    fit(sheet)


def _rows(sheet, table, words) -> None:
    head(sheet, [words.get(c, c) for c in table.columns])
    for row in table.itertuples(index=False):
        sheet.append([safe(_plain(value)) for value in row])


def _plain(value):
    if value is None or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value


def _title(book, text) -> str:
    """At most 31 letters, none of those that Excel refuses, and not there already."""
    stem = "".join("-" if ch in r"[]:*?/\ ".strip() else ch for ch in text)[-31:] or "grid"
    title, n = stem, 2
    while title in book.sheetnames:
        title, n = f"{stem[:28]}~{n}", n + 1
    return title


def _save(book, path: Path) -> None:
    book.properties.creator = "libgrid"
    replace_file(path, book.save)
