"""Delimited text as people have it: BOM, UTF-16, GBK, semicolons, tabs, a ``sep=`` line, titles above the header."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from .._core import InvalidInput, IoError
from .budget import LOOK_EVERY, Budget
from .header import HEADER_ROWS, column_names, find_header, is_total
from .raw import Fault, Note, RawLayer
from .text_encoding import decode

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SEP_LINE = re.compile(r"\A\ufeff?sep=(.)\r?\n?", re.IGNORECASE)


def read_rows(
    path: Path, encoding: str | None = None, budget: Budget | None = None
) -> tuple[list[list[str]], list[int], list[Note]]:
    """Every record as texts, the line on which each begins, and how the file was read. Blank lines are left out.

    Raises
    ------
    IoError
        The bytes are of no known encoding, or a quote is not closed (the message names its line).
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise IoError(f"{path}: cannot be read ({error.strerror})") from None
    text, name, guessed = decode(raw, encoding, path)
    del raw
    said = _SEP_LINE.match(text)
    first_line = 1
    if said is not None:
        delimiter, text, first_line = said[1], text[said.end() :], 2
    else:
        delimiter = _delimiter_of(text)
    notes = [Note("LG-F024", f"{name}, {DELIMITERS.get(delimiter, repr(delimiter))}")]
    if guessed:
        notes.append(Note("LG-F017", "GB18030"))
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 0
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(begin + first_line)
                if budget is not None and len(rows) % LOOK_EVERY == 0:
                    budget.check_rows(len(rows) - HEADER_ROWS)  # of which some stand above the data
            begin = reader.line_num
    except csv.Error as error:
        what = "a quote is not closed" if "end of data" in str(error) or "limit" in str(error) else str(error)
        raise IoError(f"{path}: line {begin + first_line}: {what}; correct the quotes and save again") from None
    return rows, lines, notes


def _delimiter_of(text: str) -> str:
    """The one that cuts the first records into the most even rows of more than one cell."""
    best = (0.0, 0, ",")
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:65536], newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in itertools.islice(reader, HEADER_ROWS) if row)
        except csv.Error:
            continue
        # Titles above the header are narrow: they must not speak for the file.
        wide = {w: n for w, n in widths.items() if w > 1}
        if wide:
            width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
            best = max(best, (count / sum(widths.values()), width, delimiter), key=lambda b: b[:2])
    return best[2]


def read_delimited(path: Path, encoding: str | None = None, budget: Budget | None = None) -> RawLayer:
    """One text file as a layer of texts."""
    rows, lines, notes = read_rows(path, encoding, budget)
    if not rows:
        raise IoError(f"{path}: the file is empty")
    at = find_header(rows)
    if at is None:
        raise InvalidInput(f"{path}: no header: the first rows hold numbers, not the names of columns; add a header")
    names = column_names(_trimmed(rows[at]), None, path)
    width = len(names)
    faults, kept, numbers = [], [], []
    for row, line in zip(rows[at + 1 :], lines[at + 1 :], strict=True):
        if not any(map(str.strip, row)):
            continue
        position = len(kept)
        if len(row) != width:
            if len(row) < width or any(map(str.strip, row[width:])):
                faults.append(Fault("LG-H033", position, value=f"{len(row)} / {width}"))
            row = (row + [""] * width)[:width]
        if is_total(row):
            faults.append(Fault("LG-F213", position))
        kept.append(row)
        numbers.append(line)
    if at > 0:
        notes.append(Note("LG-F124", lines[at]))
    columns = list(zip(*kept, strict=True)) if kept else [()] * width
    frame = pd.DataFrame(
        {n: pd.array(np.array(c, dtype=object), dtype="str") for n, c in zip(names, columns, strict=True)}
    )
    return RawLayer(frame, path.stem, rows=np.array(numbers, dtype=np.int64), notes=notes, faults=faults)


def _trimmed(header: list[str]) -> list[str]:
    """Without the empty cells that trailing delimiters make."""
    end = len(header)
    while end > 1 and not header[end - 1].strip():
        end -= 1
    return header[:end]


__all__ = ["read_delimited", "read_rows"]
