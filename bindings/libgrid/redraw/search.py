"""How the core is called: one seed, one safety stop and one bar for all searches of a redraw."""

from __future__ import annotations

import inspect
import math
import time
from contextlib import contextmanager

import numpy as np
import pandas as pd

from .. import _core
from .problem import Stated
from .terms import UNITS
from .units import Units


class Search:
    """The core's search with one seed, one safety stop for all its calls, and one bar."""

    def __init__(self, seed: int, threads: int, time_limit_s: float, progress) -> None:
        self.how = {"seed": seed, "threads": threads}
        self.time_limit_s, self.progress = time_limit_s, progress
        self.began = time.monotonic()
        self.stopped = False
        self.end = self.began + time_limit_s if time_limit_s > 0 else math.inf

    def run(
        self,
        stated: Stated,
        first: np.ndarray,
        effort: int,
        bounds: pd.DataFrame | None,
        others: tuple[np.ndarray, ...] = (),
    ) -> dict:
        """From `first`, or from the best of it and `others`: half the effort is shared out among them.

        What mending a start changed is told of `first` alone. `bounds` are shown beside the terms.
        """
        with _watching(self.progress, stated, bounds) as on_progress:
            if not others:
                return self._search(stated, first, effort, on_progress)
            effort = effort or usual_effort(stated.units)
            starts = (first, *others)
            trial, rest = max(1, effort // (2 * len(starts))), max(1, effort - effort // 2)
            tried = []
            for i, start in enumerate(starts):
                told = on_progress and _shifted(on_progress, i * trial, effort)
                tried.append(self._search(stated, start, trial, told))
                if tried[-1]["status"] == "stopped":
                    break
            best = tried[0]
            for found in tried[1:]:
                best = found if _is_better(stated.problem, found, best) else best
            spent = sum(int(found["effort_done"]) for found in tried)
            if best["status"] == "not_found" or tried[-1]["status"] == "stopped":
                last = best | {"status": "not_found" if best["status"] == "not_found" else "stopped"}
            else:
                told = on_progress and _shifted(on_progress, effort - rest, effort)
                last = self._search(stated, best["grid_of"], rest, told)
                spent += int(last["effort_done"])
                trace = [(e * len(starts), terms) for e, terms in best["trace"]]
                last["trace"] = trace + [(e + effort - rest, terms) for e, terms in last["trace"]]
            return last | {"changes": tried[0]["changes"], "effort_done": spent}

    def _search(self, stated: Stated, first: np.ndarray, effort: int, on_progress) -> dict:
        return _core.redraw(
            stated.problem, first, effort=effort, on_progress=on_progress, time_limit_s=self._left(1.0), **self.how
        )

    def try_numbers(self, stated: Stated, first: np.ndarray, effort: int, spent: int) -> dict | None:
        """None once half of the time is over: the rest belongs to the numbers that were chosen. Or once stopped."""
        late = self.time_limit_s > 0 and time.monotonic() - self.began > self.time_limit_s / 2
        if self.stopped or (spent and late):
            return None
        return self._noting(
            _core.redraw(stated.problem, first, effort=effort, time_limit_s=self._left(0.5), **self.how)
        )

    def _noting(self, found: dict) -> dict:
        """Whoever stops one of several searches means them all."""
        self.stopped = self.stopped or found["status"] == "stopped"
        return found

    def ask_less(self, problem: _core.PlanProblem, first: np.ndarray, effort: int) -> dict | None:
        """For what would do where nothing does. None once the time is up, or somebody stopped it."""
        if self.is_over():
            return None
        left = self._left(1.0)
        found = self._noting(_core.redraw(problem, first, effort=effort, time_limit_s=left, **self.how))
        if found["status"] == "not_found" and len(first) and not self.is_over():
            left = self._left(1.0)
            found = self._noting(_core.redraw(problem, first[:0], effort=effort, time_limit_s=left, **self.how))
        return None if self.stopped else found

    def is_over(self) -> bool:
        """No time is left, or somebody stopped it."""
        return self.stopped or (self.time_limit_s > 0 and time.monotonic() - self.began > self.time_limit_s)

    def _left(self, part: float) -> float:
        if self.time_limit_s <= 0:
            return 0.0
        return max(1e-3, part * self.time_limit_s - (time.monotonic() - self.began))


def usual_effort(units: Units) -> int:
    """What `_core.redraw` spends when nothing is said."""
    return _core.usual_redraw_effort(units.n, units.parent_of_grid is None)


def _is_better(problem, found: dict, best: dict) -> bool:
    if (found["status"] == "not_found") != (best["status"] == "not_found"):
        return best["status"] == "not_found"
    if found["status"] == "not_found":
        return len(found["faults"]) < len(best["faults"])
    values, others = ([int(v) for v in answer["terms"]] for answer in (found, best))
    if not problem.weighted:
        return values < others
    return sum(f * (a - b) for f, a, b in zip(problem.term_factors, values, others, strict=True)) < 0


def _shifted(on_progress, before: int, total: int):
    return lambda done, _, values: on_progress(before + done, total, values)


@contextmanager
def _watching(progress, stated: Stated, bounds: pd.DataFrame | None):
    """What the core calls with (done, total, terms)."""
    if progress is False or progress is None:
        yield None
        return

    def named(values) -> dict[str, float]:
        return {n: v / UNITS[n][1] for n, v in zip(stated.terms, values, strict=False) if n in UNITS}

    def gaps(terms: dict[str, float]) -> dict[str, float]:
        least = pd.Series(dtype=float) if bounds is None else bounds["value"]
        return {n: 1 - least[n] / v if v > 0 else 0.0 for n, v in terms.items() if n in least.index}

    if callable(progress):
        takes = len(inspect.signature(progress).parameters)
        if takes >= 4:
            yield lambda done, total, values: progress(done, total, named(values), gaps(named(values)))
        elif takes == 3:
            yield lambda done, total, values: progress(done, total, named(values))
        else:
            yield lambda done, total, values: progress(done, total)
        return
    from tqdm.auto import tqdm

    with tqdm(desc="redraw", leave=False, delay=0.5) as bar:

        def show(done, total, values):
            terms = named(values)
            gap = gaps(terms)
            bar.total = total
            told = {n: f"{v:.4g}" + (f" (gap {gap[n]:.1%})" if n in gap else "") for n, v in terms.items()}
            bar.set_postfix(told, refresh=False)
            bar.update(done - bar.n)

        yield show
