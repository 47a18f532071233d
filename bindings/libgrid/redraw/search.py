"""How the core is called: one seed, one safety stop and one bar for all searches of a redraw."""

from __future__ import annotations

import inspect
import time
from contextlib import contextmanager

import numpy as np

from .. import _core
from .problem import Stated
from .terms import UNITS


class Search:
    """The core's search with one seed, one safety stop for all its calls, and one bar."""

    def __init__(self, seed: int, threads: int, time_limit_s: float, progress) -> None:
        self.how = {"seed": seed, "threads": threads}
        self.time_limit_s, self.progress = time_limit_s, progress
        self.began = time.monotonic()

    def run(self, stated: Stated, first: np.ndarray, effort: int) -> dict:
        with _watching(self.progress, stated) as on_progress:
            return _core.redraw(
                stated.problem, first, effort=effort, on_progress=on_progress, time_limit_s=self._left(1.0), **self.how
            )

    def try_numbers(self, stated: Stated, first: np.ndarray, effort: int, spent: int) -> dict | None:
        """None once half of the time is over: the rest belongs to the numbers that were chosen."""
        if self.time_limit_s > 0 and spent and time.monotonic() - self.began > self.time_limit_s / 2:
            return None
        return _core.redraw(stated.problem, first, effort=effort, time_limit_s=self._left(0.5), **self.how)

    def _left(self, part: float) -> float:
        if self.time_limit_s <= 0:
            return 0.0
        return max(1e-3, part * self.time_limit_s - (time.monotonic() - self.began))


@contextmanager
def _watching(progress, stated: Stated):
    """What the core calls with (done, total, terms)."""
    if progress is False or progress is None:
        yield None
        return

    def named(values) -> dict[str, float]:
        return {n: v / UNITS[n][1] for n, v in zip(stated.terms, values, strict=False) if n in UNITS}

    if callable(progress):
        takes_terms = len(inspect.signature(progress).parameters) >= 3
        yield (lambda d, t, v: progress(d, t, named(v))) if takes_terms else (lambda d, t, v: progress(d, t))
        return
    from tqdm.auto import tqdm

    with tqdm(desc="redraw", leave=False, delay=0.5) as bar:

        def show(done, total, values):
            bar.total = total
            bar.set_postfix({n: f"{v:.4g}" for n, v in named(values).items()}, refresh=False)
            bar.update(done - bar.n)

        yield show
