"""Redraw a plan: balanced, connected, near, and little changed, with a proof of how good it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._core import Infeasible, InvalidInput
from .._seed import seed_of
from ..graph.block_graph import BlockGraph
from ..issues import Found, Issues
from ..proof.obstacles import refuse_if_impossible
from ..proof.owners import find_lead
from ..study_area import StudyArea
from .apply import changed_area
from .asked import Asked
from .begin import first_labels, nearest_starts, read_units
from .faults import names_of, parent_of, tell_budget, tell_fault
from .labels import keep_names, take_back
from .numbers import find_numbers, ids_of_labels, labels_of_ids
from .problem import Stated, state_problem
from .prove import best_of_all, prove
from .relax import tell_relaxation
from .result import Redraw
from .rules import unit_weight
from .search import Search, usual_effort
from .terms import UNITS
from .units import Units

__all__ = ["Redraw", "redraw"]

_CODE = {
    "placed": "LG-L020", "misplaced": "LG-L021", "reattached": "LG-L022", "split_off": "LG-L023",
    "rebalanced": "LG-L024",
}  # fmt: skip


def redraw(
    area_or_graph: StudyArea | BlockGraph,
    *,
    level: str | None = None,
    grids: Any = None,
    grid_price: float = 1.0,
    limits: dict | None = None,
    order: list[str] | None = None,
    weights: dict[str, float] | None = None,
    start: Any = "today",
    within: str | None = "default",
    locked=(),
    keep_together=(),
    keep_apart=(),
    forbidden=(),
    max_moved: Any = None,
    leader: Any = None,
    balance: str | None = None,
    natural_lines=None,
    graph: BlockGraph | None = None,
    rules: pd.DataFrame | None = None,
    effort: int | None = None,
    sharpen: bool = False,
    time_limit_s: float | None = None,
    rng: Any = None,
    threads: int = 0,
    progress: bool | Callable = False,
) -> Redraw:
    """Find a plan that keeps every rule and has as little as can be found of the terms that are asked for.

    Every grid is connected and holds at least one block, always.

    Parameters
    ----------
    area_or_graph : StudyArea or BlockGraph
        On a graph the blocks are its rows, ``grids`` is a number, and weights are its columns.
    level : {"micro", "general", "field"}
        What moves: blocks between micro-grids (the default), micro-grids between general grids, or grids between teams
        (责任田). Above the blocks nothing moves but whole grids.
    grids : int, dict, "free" or None
        How many grids. None: as many as today. A number is shared out among parents by weight; a dict gives it by
        parent id; "free" chooses it for each parent by trying (see Notes). New grids get the next free code and the
        team that is most frequent under their parent; of grids that are too many the lightest go.
    grid_price : float
        With grids="free": by how many per cent one per cent more grids must lower the first term. A grid more is a
        grid worker more: at 1 it has to take off as large a part of the term as it adds to the staff. 0: for nothing.
    limits : dict
        By weight, what a grid may have: (lowest, highest), inclusive, or a share such as 0.10 for within ±10 % of the
        parent's total ÷ its grids (at level field with "minutes_asked": of the team's part by minutes offered).
        Weights: "households", "shops", "households_and_shops", "residents", "signed", "minutes_asked" (a year),
        "blocks", and the graph's columns.
    order, weights : list of terms, or dict of term to weight
        What to have little of: an earlier term outweighs all later ones, or a weighted sum in the terms' own units.
        "response" (Σ residents × seconds from the call until the grid's own team is at the door), "inertia" (Σ
        residents × squared distance from the grid's centre), "balance" (the largest share by which a grid is off its
        target), "polsby_popper" (Σ over grids of 1 − 4π·area ÷ perimeter²: how far from round), "cut_border" (metres
        between grids), "cut_edges", "natural_lines" (metres between grids that follow no street or river), "change"
        (people whose grid or team is another one). Default: response, balance, change.
        A term that the level cannot change is refused by name (see ``.refused``); where that is the response,
        inertia stands in its place.
    start : "today", Plan, labels or None
        Where the search begins. A start that breaks rules is mended first; ``.issues`` says how. None: from nothing.
        At level field the search also begins with each grid at the nearest team that has room for it.
        Above the blocks a Plan says which micro-grids there are. "change" counts from today, on a graph from the start.
    within : {"general", "community", None}
        A block keeps its general grid or community. Default: general for micro, community for general, none for field.
    locked : sequence
        Ids of blocks (or units of the level) that keep their grid, of grids that keep exactly their blocks, and pairs
        of grids whose common border stays. Dedicated grids always keep their blocks.
    keep_together, keep_apart : sequences of groups of ids
        Found in one grid; found in different ones.
    forbidden : sequence of pairs
        (block, grid), or (grid, team) where a team lacks a role: never together.
    max_moved : int or dict
        The most that may change against today: a number of households, or of another weight, {"signed": 200}. Several
        parents share it: each gets what its rules need, the rest goes where a household moved buys most
        (``.moves`` tells).
    leader : True or sequence of blocks
        Every grid keeps a resident leader (微网格长): True for the households marked ``is_leader``, or the blocks where
        leaders live.
    balance : str, optional
        What "balance" weighs. Default: the first limit, else "minutes_asked" at level field, "households_and_shops".
    natural_lines : GeoDataFrame of lines, optional
        Default: the area's roads but for footways, tracks and service ways.
    graph : BlockGraph, optional
        Of the area's blocks, with barriers and links as they were given. Default: `BlockGraph.from_blocks(area)`.
    rules : DataFrame, optional
        Service rules behind "minutes_asked".
    effort : int, optional
        How long to search, in proposed moves. Default: 100,000 a unit, from 16 to 64 million, and at least 2,000 a
        unit; without parents 200,000 a unit, to 96 million. The same effort and seed give the same plan on any number
        of threads.
    sharpen : bool
        Look longer for the proof: bounds by enumeration and by a choice among all possible grids. Half a minute to some
        minutes for a sub-district; parents of up to some dozen blocks become exact.
    time_limit_s : float, optional
        A safety stop: then ``status`` says "time_limit" and the plan depends on the machine.
    rng : int, numpy Generator or None
        The seed; None takes a fresh one. The result says which.
    threads : int
        0: one a core. Never changes the answer.
    progress : bool or callable
        True: a bar with the terms so far and their gaps. A callable gets (done, total), the terms by
        name if it takes a third, and their gaps if it takes a fourth.

    Returns
    -------
    Redraw

    Raises
    ------
    InvalidInput
        Ids, numbers or terms that cannot be meant, locks that contradict each other, more grids than blocks.
    Infeasible
        No plan can keep the rules, or none was found; the message says which rule stands against it, and what would do.
        Its attribute ``relaxation`` is a DataFrame of that, nearest first: option (rows of one belong together), rule
        (the keyword), name (of the limit or weight), asked, needed (what to ask instead), grids (that need it), exact
        (no less would do), text, text_zh, plan (one that keeps all the rest).

    Notes
    -----
    Up to 40 units all plans are gone through where the time allows (status "optimal"). Else simulated annealing over
    moves, swaps and recombinations of neighbouring grids; every answer is checked rule by rule
    and counted anew by code that shares nothing with the search. Bounds are named in ``.bounds``.

    Where the response (or the change) leads under up to 16 parents, an assignment program first says which owner each
    unit should have whatever its grid; half of the effort is shared out among the given start and the starts that come
    of it, the rest goes on from the best. ``sharpen`` solves it for whole units, round after round.

    With grids="free" every parent begins with two numbers: the one that brings its grids nearest to the middle of the
    first limit, and today's. From the better one a grid more and a grid less are tried, until neither is better. A
    number that keeps all rules beats one that does not; then each term, in its order, counts times (number of grids) to
    the power of ``grid_price``; of equals the smaller number is taken. Up to eight numbers are tried, with half the
    effort; ``.numbers`` tells them all. Locks and pairs in ``forbidden`` keep their grids.

    Examples
    --------
    >>> import libgrid as lg
    >>> chain = lg.BlockGraph.from_edges(6, range(5), range(1, 6), columns={"people": [1, 2, 3, 3, 2, 1]})
    >>> found = lg.redraw(chain, grids=2, limits={"people": 0.0}, order=["cut_edges"], effort=10_000, rng=1)
    >>> found.plan.tolist() in ([0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0]), float(found.terms["cut_edges"])
    (True, 1.0)
    """
    raw = Asked(
        grids=grids, grid_price=_price(grid_price), limits=limits, order=order, weights=weights, locked=tuple(locked),
        keep_together=tuple(keep_together), keep_apart=tuple(keep_apart), forbidden=tuple(forbidden),
        max_moved=max_moved, leader=leader, balance=balance, natural_lines=natural_lines, rules=rules,
    )  # fmt: skip
    effort, time_limit_s = _budget(effort, time_limit_s)
    seed, threads = seed_of(rng), _threads(threads)

    def read(asked: Asked) -> tuple[Units, Asked]:
        return read_units(area_or_graph, level, within, start, graph, asked)

    given, asked = read(raw)
    search = Search(seed, threads, time_limit_s, progress)
    tried = stated = found = lead = bounds = None
    try:
        if isinstance(asked.grids, str) and asked.grids == "free" and given.level is not None:
            first = ids_of_labels(given, first_labels(given, start))
            chosen = find_numbers(given, asked, first, effort or usual_effort(given), search.try_numbers)
            asked, tried = chosen.asked, chosen.tried
            effort = max(1, effort - chosen.effort_done) if effort else 0
            effort = 1 if search.stopped else effort
        stated = state_problem(given, asked)
        refuse_if_impossible(stated.problem, **names_of(stated))
        found = best_of_all(stated, seed)
        if found is None:
            first = first_labels(stated.units, start) if tried is None else labels_of_ids(stated.units, chosen.first)
            lead = find_lead(stated.problem, whole=sharpen, end=search.end)
            bounds = prove(stated, False, lead)
            others = (*(lead.starts if lead else ()), *nearest_starts(stated.units, stated.problem))
            found = search.run(stated, first, effort, bounds, others)
            if found["status"] == "not_found" and len(first) and not tell_budget(stated, found):
                # A start may be beyond mending where a plan from nothing is not.
                found = search.run(stated, first[:0], effort, bounds)
                found["from_nothing"] = True
        if found["status"] == "not_found":
            raise Infeasible(_tell_broken(stated, found))
    except Infeasible as refused:
        if search.is_over():
            raise
        less = _less_effort(effort or usual_effort(given), given.n)
        failed = None if stated is None else (stated, None if found is None else np.asarray(found["grid_of"]))

        def ask(problem, units, labels):
            return search.ask_less(problem, first_labels(units, start) if labels is None else labels, less)

        rescue = tell_relaxation(refused, raw, read, ask, failed)
        if rescue is None:
            raise
        found = search.run(stated, rescue, effort, bounds)
    if bounds is None or sharpen:
        bounds = prove(stated, sharpen, lead)
    if tried is not None:
        found["effort_done"] = int(found["effort_done"]) + chosen.effort_done
        found["status"] = "stopped" if search.stopped else found["status"]
    return result_of(stated, found, _today(stated, given, asked), bounds, tried=tried)


def _less_effort(effort: int, blocks: int) -> int:
    """For each question of what would do: a quarter, from 100,000 to 200 a block or a million."""
    return min(max(effort // 4, 100_000), max(1_000_000, 200 * blocks))


def _tell_broken(stated: Stated, found: dict) -> str:
    if budget := tell_budget(stated, found):
        return budget
    told = [tell_fault(stated, fault) for fault in found["faults"][:5]]
    more = len(found["faults"]) - len(told)
    return (
        "no plan that keeps the rules was found; the best that was breaks these: "
        + "; ".join(told) + (f"; and {more} more" if more else "")
    )  # fmt: skip


def _price(price) -> float:
    if isinstance(price, bool) or not isinstance(price, (int, float, np.number)) or not 0 <= price < np.inf:
        raise InvalidInput(f"grid_price must be a number of 0 or more, not {price!r}")
    return float(price)


def _budget(effort, time_limit_s) -> tuple[int, float]:
    if effort is not None and (isinstance(effort, bool) or not isinstance(effort, (int, np.integer)) or effort < 1):
        raise InvalidInput(f"effort must be a whole number of at least 1, not {effort!r}")
    if time_limit_s is not None and not (isinstance(time_limit_s, (int, float)) and time_limit_s > 0):
        raise InvalidInput(f"time_limit_s must be seconds above 0, not {time_limit_s!r}")
    return int(effort or 0), float(time_limit_s or 0.0)


def _threads(threads) -> int:
    if isinstance(threads, bool) or not isinstance(threads, (int, np.integer)) or threads < 0:
        raise InvalidInput(f"threads must be 0 (one a core) or more, not {threads!r}")
    return int(threads)


def result_of(
    stated: Stated,
    found: dict,
    before: pd.Series,
    bounds: pd.DataFrame | None = None,
    *,
    tried: pd.DataFrame | None = None,
) -> Redraw:
    """What the core found of a problem, checked rule by rule, with its bounds (None: the quick ones).

    Raises Infeasible when it is no plan.
    """
    labels = np.asarray(found["grid_of"])
    if found["status"] == "not_found":
        raise Infeasible(_tell_broken(stated, found))
    broken = _core.verify_plan(stated.problem, labels)
    if broken:
        raise RuntimeError(f"redraw returned a plan that breaks a rule: {tell_fault(stated, broken[0])}")
    labels = take_back(stated, keep_names(stated, labels))
    names = [n for n in stated.terms if n in UNITS]
    values = _in_units(stated, _core.measure_terms(stated.problem, labels))
    area, plan = changed_area(stated.units, labels)
    bounds = prove(stated, sharpen=False) if bounds is None else bounds
    rows = [(effort, *_in_units(stated, terms)) for effort, terms in found["trace"] if len(terms)]
    if stated.weighted:
        objective = float(sum(stated.factors[name] * value for name, value in values.items()))
    else:
        objective = tuple(values)
    return Redraw(
        plan=plan, area=area, terms=values, before=before, bounds=bounds, objective=objective,
        trace=pd.DataFrame(rows, columns=["effort", *names]), refused=stated.refused, status=found["status"],
        issues=_issues(stated, found), effort_done=int(found["effort_done"]), seed=int(found["seed"]),
        numbers=tried, moves=_moves(stated, found, labels), _labels=labels, _stated=stated,
    )  # fmt: skip


def _moves(stated: Stated, found: dict, labels: np.ndarray) -> pd.DataFrame | None:
    """By parent the shares of the budget, and what it moves in the end: needless moves are taken back."""
    if not found.get("moves"):
        return None
    units = stated.units
    weight = unit_weight(units, stated.moved_name)
    changed = (units.today != labels) & (units.today >= 0)
    moved = np.bincount(units.parent_of_unit, weights=weight * changed)
    rows = [
        (parent_of(stated, grid), least, allowed, int(moved[units.parent_of_grid[grid]]))
        for grid, least, allowed, _ in found["moves"]
    ]
    return pd.DataFrame(rows, columns=["parent", "least", "allowed", "moved"])


def _in_units(stated: Stated, values) -> pd.Series:
    pairs = zip(stated.terms, np.asarray(values).tolist(), strict=True)
    return pd.Series({n: v / UNITS[n][1] for n, v in pairs if n in UNITS}, dtype=float)


def _today(stated: Stated, given: Units, asked: Asked) -> pd.Series:
    """The terms of today's plan, NaN where some unit has no grid among those that are asked for."""
    if stated.units.dissolved is not None:
        # Grids fall away: today's plan is told with the grids that it has.
        free = Asked(
            order=asked.order, weights=asked.weights, natural_lines=asked.natural_lines, rules=asked.rules,
            balance=asked.balance or next(iter(asked.limits or {}), None),
        )  # fmt: skip
        here = state_problem(given, free)
        return _terms_of_today(here).reindex([n for n in stated.terms if n in UNITS])
    return _terms_of_today(stated)


def _terms_of_today(stated: Stated) -> pd.Series:
    today = np.ascontiguousarray(stated.units.today, dtype=np.int32)
    if (today < 0).any():
        return pd.Series(np.nan, index=[n for n in stated.terms if n in UNITS])
    return _in_units(stated, _core.measure_terms(stated.problem, today))


def _issues(stated: Stated, told: dict) -> Issues:
    """What mending the start changed, by reason."""
    units = stated.units
    ids = np.append(units.grid_ids.to_numpy(object), None)
    layer = "plan"
    found = []
    if units.placed:
        found.append(Found("LG-L025", layer, units.graph.ids[units.placed].astype(str).tolist()))
    if told.get("from_nothing"):
        found.append(Found("LG-L026", layer, ["(plan)"]))
    table = pd.DataFrame(told["changes"], columns=["block", "from", "to", "reason"])
    for reason, rows in table.groupby("reason"):
        found.append(
            Found(
                _CODE[reason],
                layer,
                units.graph.ids[rows["block"]].astype(str).tolist(),
                values=[str(ids[g]) for g in rows["to"]],
                others=[str(ids[g]) for g in rows["from"]],
            )
        )
    return Issues(found)
