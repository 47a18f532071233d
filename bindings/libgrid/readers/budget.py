"""A reading of any format held against its limits: the file's size at once, the rest as it goes."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from .._core import InvalidInput, IoError
from ..limits import ReadLimits

LOOK_EVERY = 4096  # rows between looks at the clock


class Budget:
    """What is left of the limits of one reading; each check raises IoError naming the limit."""

    def __init__(self, path: str, limits: ReadLimits | None):
        self.path, self.limits = path, limits or ReadLimits()
        figures = (self.limits.max_bytes, self.limits.max_rows, self.limits.max_vertices, self.limits.max_seconds)
        if not all(figure >= 0 for figure in figures):
            raise InvalidInput("limits of a reading are numbers of at least 0")
        self._end = time.monotonic() + self.limits.max_seconds

    def check_file(self, file: Path) -> None:
        """The size of a file, if it is there."""
        if file.is_file():
            self.check_bytes(file.stat().st_size)

    def check_bytes(self, size: int) -> None:
        if size > self.limits.max_bytes:
            self._refuse("max_bytes", f"has {size} bytes, more than {self.limits.max_bytes}")

    def check_rows(self, rows: int) -> None:
        """So many rows so far, and the time."""
        if rows > self.limits.max_rows:
            self._refuse("max_rows", f"the layer has more than {self.limits.max_rows} rows")
        self.check_time()

    def check_shapes(self, shapes: np.ndarray | None) -> None:
        if shapes is not None and shapely.get_num_coordinates(shapes).sum() > self.limits.max_vertices:
            self._refuse("max_vertices", f"the layer has more than {self.limits.max_vertices} vertices")

    def check_time(self) -> None:
        if time.monotonic() > self._end:
            self._refuse("max_seconds", f"reading took more than {self.limits.max_seconds:g} s")

    def left(self) -> ReadLimits:
        """The limits for a reader that holds them itself: with the seconds that are left."""
        return replace(self.limits, max_seconds=max(self._end - time.monotonic(), 0.0))

    def watched(self, report: Any) -> Any:
        """A progress callback that looks at the clock before it reports."""

        def look(done: int, total: int) -> None:
            self.check_time()
            if report is not None:
                report(done, total)

        return look

    def _refuse(self, limit: str, what: str) -> None:
        raise IoError(
            f"{self.path}: {what} (the limit {limit}); read it in parts, or raise the limit if you trust the file"
        )
