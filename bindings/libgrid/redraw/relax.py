"""The nearest relaxation: by how little one rule would have to give way, all others held, so that there is a plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd

from .. import _core
from .._core import Infeasible, InvalidInput
from ..catalogue import CATALOGUE
from ..proof.exact import MOST_ENUMERATED, Exact, choose_in_order, of_enumeration
from .apply import changed_area
from .asked import Asked
from .loosened import Found, Loosened
from .other_numbers import number_ways
from .problem import Stated, state_problem
from .prove import EFFORT, MOST_UNITS
from .ways import ways_to_give

COLUMNS = ["option", "rule", "name", "asked", "needed", "grids", "exact", "text", "text_zh", "plan"]
MOST_BLOCKS = 50_000
"""Beyond so many units nothing is looked for: each answer is a search of its own."""
PART_EFFORT = 500_000  # steps of enumeration, or of listing possible grids, for one parent
MOST_GRIDS = 5_000  # of one parent, to choose among
NODES = 500  # of a search of the integer solver
MOST_PARTS = 6  # parents that are solved exactly for one question

Infeasible.relaxation = None  # errors of other origin carry none


def tell_relaxation(
    refused: Infeasible, raw: Asked, read: Callable, search: Callable, failed: tuple | None
) -> np.ndarray | None:
    """Add to an error what would do: words to its message, and the frame ``relaxation``.

    Looking for what would do may turn up a plan that keeps every rule after all: then its labels are returned. So what
    is told here is always found again when it is asked for, with the same start, effort and seed.

    Parameters
    ----------
    refused : Infeasible
        What is about to be raised.
    raw : Asked
        As it was asked, locks of whole grids among the locks.
    read : callable
        Asked → (Units, Asked without the locks of whole grids).
    search : callable
        (problem, units or None, labels or None) → what ``_core.redraw`` tells, with a part of the effort, from labels
        or from where units begin; None when the time is up.
    failed : (Stated, labels or None) or None
        The problem that had no plan and the best that was, where it came so far.
    """
    if isinstance(raw.grids, str):
        raw = dataclasses.replace(raw, grids=None)  # what does with today's numbers does where they are free
    frame, rescue = find_relaxations(raw, read, search, failed)
    if rescue is not None:
        return rescue
    refused.relaxation = frame
    if len(frame):
        told = frame.drop_duplicates("option")["text"]
        lines = "; or ".join(f"({i}) {text}" for i, text in enumerate(told, 1))
        refused.args = (f"{refused}\nWhat would do, all else as it was asked: {lines}",)
    return None


def find_relaxations(raw: Asked, read: Callable, search: Callable, failed: tuple | None) -> tuple:
    """By option what to ask instead, nearest first, rows of one option belong together; or labels that keep all rules.

    Each option was found as a plan that keeps all other rules, and needs as little as was found of the one: for parents
    of up to 64 blocks by enumeration or a choice among all possible grids (``exact``), for larger ones by the search
    with the excess as its only term.
    """
    units, asked = read(raw)
    if units.n > MOST_BLOCKS:
        return pd.DataFrame([], columns=COLUMNS), None
    options: list[tuple] = []
    solver = _Solver(read, search)
    as_asked = [] if failed is None or failed[1] is None else [Loosened((raw,), lambda found, solve: None)]
    for way in (*as_asked, *ways_to_give(asked, raw), *number_ways(units, asked, raw, _broken(failed))):
        found = solver(way)
        if found is None:
            continue
        if failed is not None and _keeps_all(failed[0], found):
            return None, found.labels
        told = way.answer(found, solver)
        if told is not None and not (way.last and options) and told[0].changes not in [a.changes for a, _ in options]:
            options.append(told)
    options.sort(key=lambda option: option[0].far)
    rows = []
    for number, (answer, found) in enumerate(options, 1):
        entries = [CATALOGUE[change.code] for change in answer.changes]
        text = " and ".join(e.fix_en.format(**c.facts) for e, c in zip(entries, answer.changes, strict=True))
        zh = "，并".join(e.fix_zh.format(**c.facts) for e, c in zip(entries, answer.changes, strict=True))
        _, plan = changed_area(found.units, found.labels)
        rows += [
            (number, c.rule, c.name, c.asked, c.needed, c.grids, found.exact, text, zh, plan) for c in answer.changes
        ]
    return pd.DataFrame(rows, columns=COLUMNS), None


def _keeps_all(stated: Stated, found: Found) -> bool:
    same = stated.units.grid_ids.equals(found.units.grid_ids)
    return same and not _core.verify_plan(stated.problem, np.ascontiguousarray(found.labels, np.int32))


def _broken(failed: tuple | None) -> set[int]:
    """The parents that stand in the way, as far as can be told."""
    if failed is None:
        return set()
    stated, labels = failed
    broken = {int(row["parent"]) for row in _core.find_obstacles(stated.problem)}
    try:
        parts = _core.split_by_parent(stated.problem)["parts"]
    except Infeasible:
        return broken  # a rule reaches across parents
    for part in parts:
        problem = part["problem"]
        if labels is not None:
            local = np.searchsorted(part["grids"], labels[part["blocks"]]).astype(np.int32)
            if (labels[part["blocks"]] < 0).any() or _core.verify_plan(problem, local):
                broken.add(int(part["parent"]))
        elif (best := _solve_part(problem)) is not None and best.status == "infeasible":
            broken.add(int(part["parent"]))
    return broken


class _Solver:
    """Plans under loosened rules, with as little as can be of what the loosened rule counts."""

    def __init__(self, read: Callable, search: Callable) -> None:
        self.read, self.search = read, search

    def __call__(self, way: Loosened) -> Found | None:
        for raw in way.raws:
            try:
                units, asked = self.read(raw)
                stated = state_problem(units, asked, way.lead or (lambda units: []))
                found = None if _core.find_obstacles(stated.problem) else self._solve(stated, way, raw)
            except (Infeasible, InvalidInput):
                continue  # another rule stands in the way of this one, or the number cannot be meant
            if found is not None:
                return found
        return None

    def _solve(self, stated: Stated, way: Loosened, raw: Asked) -> Found | None:
        if stated.problem.block_count <= MOST_UNITS:
            best = _core.find_best_plan(stated.problem, order=[], at_most=[], effort=EFFORT)
            if best["complete"]:
                labels = np.asarray(best["grid_of"])
                return Found(stated, labels, True, raw) if len(labels) else None
        told = self.search(stated.problem, stated.units, None)
        return None if told is None else self._sharpen(stated, np.array(told["grid_of"], np.int32), way, raw)

    def _sharpen(self, stated: Stated, labels: np.ndarray, way: Loosened, raw: Asked) -> Found | None:
        """The parents that the search had no plan for, and those that need the rule most, are solved exactly."""
        parts = _core.split_by_parent(stated.problem)["parts"]
        waiting, exact = [], way.lead is not None
        for part in parts:
            rows = part["blocks"]
            local = np.searchsorted(part["grids"], labels[rows]).astype(np.int32)
            kept = not (labels[rows] < 0).any() and not _core.verify_plan(part["problem"], local)
            if not kept:
                waiting.append((0, 0, part, None))
            elif way.gives(Found(stated, labels, False, raw), rows):
                terms = tuple(_core.measure_terms(part["problem"], local).tolist())
                waiting.append((1, -terms[0], part, terms))
        waiting.sort(key=lambda one: one[:2])
        worst = -1  # of the parents that are settled
        for done, (kept, value, part, terms) in enumerate(waiting):
            if kept and way.worst_counts and -value <= worst:
                break  # the rest needs no more than what is settled
            if done < MOST_PARTS:
                terms = self._search_part(part, labels, terms)
            best = _solve_part(part["problem"]) if done < MOST_PARTS else None
            if best is not None and best.status == "infeasible":
                return None
            exact = exact and best is not None and best.status == "optimal"
            if best is not None and best.grid_of is not None and (terms is None or tuple(best.terms.tolist()) < terms):
                terms = tuple(best.terms.tolist())
                labels[part["blocks"]] = np.asarray(part["grids"])[best.grid_of]
            worst = max(worst, terms[0] if terms else -1)
        return None if _core.verify_plan(stated.problem, labels) else Found(stated, labels, exact, raw)

    def _search_part(self, part: dict, labels: np.ndarray, terms: tuple | None) -> tuple | None:
        """Once more with all the effort on one parent; the terms of its plan, None where it has none."""
        rows, grids = part["blocks"], part["grids"]
        known = np.where(labels[rows] >= 0, np.searchsorted(grids, labels[rows]), -1).astype(np.int32)
        told = self.search(part["problem"], None, known)
        if told is None or told["status"] == "not_found":
            return terms
        found = tuple(np.asarray(told["terms"]).tolist())
        if terms is None or found < terms:
            labels[rows] = np.asarray(grids)[told["grid_of"]]
            return found
        return terms


def _solve_part(problem: _core.PlanProblem) -> Exact | None:
    """One parent exactly, by enumeration or a choice among few possible grids; None where that would take long."""
    if problem.block_count > MOST_ENUMERATED:
        return None
    best = _core.find_best_plan(problem, order=[], at_most=[], effort=PART_EFFORT)
    if best["complete"]:
        return of_enumeration(problem, None, best)
    pool = _core.build_grid_pool(problem, effort=PART_EFFORT, most_grids=MOST_GRIDS)
    return choose_in_order(problem, pool, nodes=NODES) if pool.complete else None
