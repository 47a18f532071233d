"""From what a user gives to chains that walk: every check of a sample, and the batches that come from it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from ..progress import Progress, progress_callback
from .rules import PlanScore, graph_of, labels_of, limits_within, nest, read_weight, term_of, totals, whole

METHODS = ("recom", "reversible_recom", "flip")


@dataclass(frozen=True, eq=False)
class Setup:
    """A problem that was checked, and how to walk over it."""

    core: _core.BlockGraph
    problem: _core.PlanProblem
    scores: tuple[PlanScore, ...]
    measures: dict[str, Callable[[np.ndarray], Any]]

    def sampler(self, starts: np.ndarray, **options) -> _core.PlanSampler:
        return _core.PlanSampler(self.problem, np.ascontiguousarray(starts), chains=len(starts), **options)

    def call(self, name: str, plans: np.ndarray) -> np.ndarray:
        plans.setflags(write=False)
        values = np.asarray(self.measures[name](plans), float)
        if values.shape != (len(plans),):
            raise InvalidInput(f"measure {name} gave shape {values.shape} for {len(plans)} plans")
        return values

    def columns(self, cut: np.ndarray, scores: np.ndarray, plans: np.ndarray) -> dict[str, np.ndarray]:
        table: dict[str, np.ndarray] = {"cut_edges": cut}
        for i, score in enumerate(self.scores):
            table[score.name] = scores[:, i] / score.per_unit
        return table | {name: self.call(name, plans) for name in self.measures}

    def measure(self, plan: np.ndarray) -> pd.Series:
        if len(plan) and (plan.min() < 0 or plan.max() >= self.problem.grid_count):
            raise InvalidInput(f"plan: labels must be 0 … {self.problem.grid_count - 1}")
        cut = np.array([np.count_nonzero(plan[self.core.a] != plan[self.core.b])])
        scores = _core.measure_terms(self.problem, plan)[None, :]
        return pd.Series({k: v[0] for k, v in self.columns(cut, scores, plan[None, :].copy()).items()})


def share_rows(n_plans: int, chains: int) -> np.ndarray:
    """How many plans each chain gives."""
    return np.array([n_plans // chains + (c < n_plans % chains) for c in range(chains)], np.int64)


def walk(setup: Setup, sampler, rows: np.ndarray, keep_plans: bool, batch: int, threads: int,
         progress: Progress) -> Iterator[dict[str, np.ndarray]]:  # fmt: skip
    """Batches of plans with their columns; never more than ``batch`` plans at a time when plans are needed."""
    whole(threads, "threads", 0)
    wanted = keep_plans or bool(setup.measures)
    step = max(1, whole(batch, "batch", 1) // len(rows))
    left = rows.copy()
    total, before = int(rows.sum()), 0
    with progress_callback(progress, "sampling plans") as on_progress:
        while left.any():
            now = np.minimum(left, step)
            part_of = int(now.sum())

            def show(done: int, all_: int, before: int = before, part_of: int = part_of) -> None:
                if on_progress is not None:
                    on_progress(before + (part_of * done // all_ if all_ else 0), total)

            found = sampler.run(now, wanted, threads, None if on_progress is None else show)
            left -= now
            before += part_of
            columns = setup.columns(found["cut_edges"], found["scores"], found["plans"])
            yield {"chain": found["chain"], "plans": found["plans"], "keys": found["keys"], **columns}


def seed_of(rng: Any) -> int:
    """A seed from what a user gives: a whole number, a numpy Generator, or None."""
    if rng is None:
        return secrets.randbits(63)
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(2**63))
    return whole(rng, "rng", 0) % 2**64


def prepare(graph: Any, weight: Any, grids: Any, *, tolerance, method="recom", start=None, thin=1, warm_up=0, rng=None,
            chains=1, parent=None, limits=None, locked=None, keep_together=(), keep_apart=(), scores=(), measures=None,
            pair_by="pair", three_grid_share=0.0, ladder=(), cooling=0.3, most_attempts=100_000_000,
            most_balanced_edges=None, start_trees=100_000):  # fmt: skip
    """Check everything and find starts: (setup, starts, whether they were given, options of the core)."""
    if method not in METHODS:
        raise InvalidInput(f"method must be one of {', '.join(METHODS)}, not {method!r}")
    if pair_by != "pair" and method != "reversible_recom":
        raise InvalidInput('pair_by is for method="reversible_recom" only')
    core = graph_of(graph)
    n = core.block_count
    chains = whole(chains, "chains", 1)
    starts = None
    if start is not None:
        starts = np.asarray(start)
        starts = starts[None, :] if starts.ndim == 1 else starts
        if starts.ndim != 2 or starts.shape not in ((1, n), (chains, n)):
            raise InvalidInput(f"start has shape {np.shape(start)}, not ({n},) or ({chains}, {n})")
        starts = np.array([labels_of(s, "start", n) for s in starts])
    values = read_weight(weight, graph, n)
    if n and not values.any():
        raise InvalidInput("weight is 0 everywhere, so no grid has a share: give np.ones(n) to count blocks")
    k, nested = nest(parent, grids, None if starts is None else starts[0], n)
    if k == 1:
        raise InvalidInput("grids is 1: there is one plan only, and nothing to sample")
    bounds, rungs = [], []
    if tolerance is not None:
        rungs = _rungs(values, tolerance, ladder, k, nested)
        lowest, highest = rungs.pop() if rungs else limits_within(values, tolerance, k, nested)
        _check_room(values, lowest, highest, max([tolerance, *ladder]), k, nested)
        bounds.append({"name": "weight", "weight": values, "lowest": lowest, "highest": highest})
    elif not limits or len(ladder):
        raise InvalidInput("give a tolerance, or limits (a ladder needs a tolerance)")
    for name, (column, low, high) in (limits or {}).items():
        each = [np.ascontiguousarray(np.broadcast_to(np.asarray(v, np.int64), (k,))) for v in (low, high)]
        bounds.append({"name": name, "weight": read_weight(column, graph, n, name), "lowest": each[0],
                       "highest": each[1]})  # fmt: skip
    columns = dict(nested)
    if locked is not None and np.any(locked):
        if starts is None:
            raise InvalidInput("locked blocks keep the grid of the start: give one")
        columns |= {"reference": starts[0], "locked": np.ascontiguousarray(np.asarray(locked, bool), np.uint8)}
    names = [s.name for s in scores] + list(measures or {})
    taken = {"cut_edges", "chain", "draw", "plans", "keys"}
    if len(set(names)) < len(names) or taken & set(names):
        raise InvalidInput(f"scores and measures need names of their own: {', '.join(names)}")
    problem = _core.PlanProblem(
        core, k, limits=bounds, terms=[term_of(s, core, k, nested) for s in scores], columns=columns,
        keep_together=[(int(a), int(b)) for a, b in keep_together],
        keep_apart=[(int(a), int(b)) for a, b in keep_apart],
    )  # fmt: skip
    seed = seed_of(rng)
    given = starts is not None
    if starts is None:
        trees = whole(start_trees, "start_trees", 1)
        drawn = [int(np.random.SeedSequence([seed, c]).generate_state(1, np.uint64)[0]) for c in range(chains)]
        starts = np.array([_core.draw_start(problem, trees, s, None) for s in drawn])
    elif nested == {} and len(parts := np.unique(_core.find_block_parts(core, np.empty(0, np.int32))[0])) > 1:
        raise InvalidInput(
            f"the graph falls into {len(parts)} pieces, and no chain carries a grid from one to another: "
            "link them (links=), or give each piece its own parent="
        )
    options = {
        "method": method, "pair_by": pair_by, "thin": whole(thin, "thin", 1), "seed": seed,
        "warm_up": whole(warm_up, "warm_up", 0), "three_grid_share": float(three_grid_share),
        # A rung narrows the weight alone: the other limits hold throughout.
        "rungs": [[rung, *((b["lowest"], b["highest"]) for b in bounds[1:])] for rung in rungs],
        "cooling": float(cooling), "most_attempts": whole(most_attempts, "most_attempts", 1),
        "most_balanced_edges": whole(most_balanced_edges or 0, "most_balanced_edges", 0),
    }  # fmt: skip
    setup = Setup(core, problem, tuple(scores), dict(measures or {}))
    return setup, np.ascontiguousarray(np.broadcast_to(starts, (chains, n))), given, options


def _rungs(weight, tolerance, ladder, k: int, nested) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ranges of the tolerance and of each rung of a ladder, the widest last; none without a ladder."""
    steps = [float(t) for t in ladder]
    if not steps:
        return []
    if any(b <= a for a, b in pairwise([float(tolerance), *steps])):
        raise InvalidInput(f"ladder must ascend from above the tolerance {tolerance}: {steps}")
    return [limits_within(weight, t, k, nested) for t in [tolerance, *steps]]


def _check_room(weight, lowest, highest, tolerance, k: int, nested) -> None:
    """Refuse a tolerance that no whole weight, or some block, cannot keep."""
    share = np.divide(*totals(weight, k, nested))  # by grid: total/k
    if nested:
        of_block, of_grid = nested["parent_of_block"], nested["parent_of_grid"]
        most, mean = np.full((2, of_block.max() + 1), -1.0)
        known = of_grid >= 0
        most[of_grid[known]], mean[of_grid[known]] = highest[known], share[known]
        room, mean = most[of_block], mean[of_block]
    else:
        room, mean = np.full(len(weight), highest[0]), np.full(len(weight), share[0])
    heavy = np.flatnonzero(weight > room)
    if len(heavy):
        first = ", ".join(f"{b} ({weight[b]})" for b in heavy[:5])
        worst = heavy[np.argmax(weight[heavy] / np.maximum(mean[heavy], 1e-9))]
        enough = np.ceil(1000 * (weight[worst] / max(mean[worst], 1e-9) - 1)) / 1000
        raise InvalidInput(
            f"weight: blocks {first}, {len(heavy)} in all, are heavier than a grid may be ({room[worst]:.0f} for block "
            f"{worst}): split them, ask for fewer grids, or allow a tolerance of {enough:g}"
        )
    if (lowest > highest).any():
        empty = share[lowest > highest][0]
        raise InvalidInput(f"tolerance {tolerance}: no whole weight lies within it of total/k = {empty:g}; allow more")
