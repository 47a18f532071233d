"""Rows of a layer shared out to the sub-districts: on disk until each is written, or by their numbers in a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from .cut_layers import TableLayer

Fault = tuple[str, int, str]
Taken = tuple[pd.DataFrame, list[Fault], np.ndarray]
_ROW = "__row"  # the column of the rows' numbers


class Spool:
    """One Arrow file a sub-district, which grows piece by piece; only counts and faults stay in memory."""

    def __init__(self, folder: Path, layer: str):
        self.folder, self.layer = folder, layer
        self._counts: dict[int, int] = {}
        self._faults: dict[int, list[Fault]] = {}

    def add(
        self, given: pd.DataFrame, rows: np.ndarray, parts: np.ndarray, faults: list[Fault], begin: int | np.ndarray
    ) -> None:
        """Rows of a piece, each to its sub-district.

        `rows` are places in the piece, a place may come several times; `begin` is the number of the piece's first row
        in the layer, or the number of each row.
        """
        told = pd.DataFrame(faults, columns=["column", "row", "what"])
        for part, own in split(rows, parts):
            first = self._counts.get(part, 0)
            self._counts[part] = first + len(own)
            mine = told[told["row"].isin(own)]
            if len(mine):
                at = pd.Series(np.arange(first, first + len(own)), index=own).reindex(mine["row"]).tolist()
                its = zip(mine["column"].tolist(), at, mine["what"].tolist(), strict=True)
                self._faults.setdefault(part, []).extend(its)
            numbers = begin + own if isinstance(begin, int) else begin[own]
            table = pa.Table.from_pandas(given.iloc[own].assign(**{_ROW: numbers}), preserve_index=False)
            with self._path(part).open("ab") as file, pa.ipc.new_stream(file, table.schema) as stream:
                stream.write_table(table)

    def take(self, part: int) -> Taken:
        """All rows of one sub-district in their order, the faults of its cells, and the rows' numbers; once."""
        path = self._path(part)
        if not path.exists():
            return pd.DataFrame(), [], np.zeros(0, np.int64)
        frames = []
        with pa.OSFile(str(path)) as file:
            while file.tell() < file.size():
                with pa.ipc.open_stream(file) as stream:
                    frames.append(stream.read_pandas())
        path.unlink()
        frame = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
        numbers = frame.pop(_ROW).to_numpy(np.int64)
        return frame, self._faults.get(part, []), numbers

    def _path(self, part: int) -> Path:
        return self.folder / f"{self.layer}-{part}.arrows"


class TableShares:
    """The same of a table that is in memory: its rows' numbers suffice."""

    def __init__(self, layer: TableLayer):
        self.frame = layer.frame
        self._rows: dict[int, list[np.ndarray]] = {}

    def add(
        self, given: pd.DataFrame, rows: np.ndarray, parts: np.ndarray, faults: list[Fault], begin: int | np.ndarray
    ) -> None:
        for part, own in split(rows, parts):
            self._rows.setdefault(part, []).append(begin + own if isinstance(begin, int) else begin[own])

    def take(self, part: int) -> Taken:
        rows = np.concatenate(self._rows.pop(part, [np.zeros(0, np.int64)]))
        return self.frame.iloc[rows].reset_index(drop=True), [], rows


def split(rows: np.ndarray, parts: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The rows of each sub-district, in their order."""
    order = np.argsort(parts, kind="stable")
    rows, parts = rows[order], parts[order]
    ends = np.flatnonzero(np.diff(parts, append=-1))
    return [(int(parts[end]), own) for end, own in zip(ends, np.split(rows, ends + 1), strict=False)]
