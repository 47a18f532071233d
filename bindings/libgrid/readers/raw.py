"""What a format's reader hands on: columns as they stand in the file, and what was noticed on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd


class Note(NamedTuple):
    """Something about the whole file."""

    code: str
    value: object = ""
    column: str = ""


class Fault(NamedTuple):
    """Something about one row, by its position in the frame; ``column`` is empty when it is the row itself."""

    code: str
    row: int
    column: str = ""
    value: object = ""


@dataclass
class RawLayer:
    """One layer before its columns are understood.

    ``rows`` are the numbers that people see beside the rows: the line of a text file, the row of a worksheet, the
    feature counted from 1.
    """

    frame: pd.DataFrame
    name: str = ""
    geometry: np.ndarray | None = None
    crs: str = ""
    rows: np.ndarray | None = None
    notes: list[Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.frame = self.frame.reset_index(drop=True)
        if self.rows is None:
            self.rows = np.arange(1, len(self.frame) + 1)
