"""Samples of the plans that the rules allow: how does today's plan compare with all the others?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..memory_limit import require_memory
from ..progress import Progress
from .diagnostics import SampleDiagnostics, diagnose
from .rules import PlanScore, labels_of, whole
from .setup import Setup, prepare, share_rows, walk

__all__ = ["PlanSample", "sample_plans"]

LAWS = {
    "recom": "not known",
    "reversible_recom": "the product of the grids' numbers of spanning trees",
    "flip": "every plan the same",
}


@dataclass(frozen=True, eq=False, repr=False)
class PlanSample:
    """Plans along chains; made by `sample_plans`. Arrays are read-only; rows of chain 0 come first.

    Attributes
    ----------
    plans : (n_plans, n_blocks) int32
        The grid of each block. No rows with ``keep_plans=False``.
    cut_edges : (n_plans,) int64
        Edges between different grids.
    scores : DataFrame
        A row a plan: chain, draw (the plan's number in its chain), cut_edges, the scores and measures asked for.
    diagnostics : SampleDiagnostics
    start : (chains, n_blocks) int32
        Where the chains started.
    start_given : bool
        False when the starts were drawn.
    method, law : str
    seed : int
        The same seed gives the same plans.
    """

    plans: np.ndarray
    cut_edges: np.ndarray
    scores: pd.DataFrame
    diagnostics: SampleDiagnostics
    start: np.ndarray
    start_given: bool
    method: str
    seed: int
    thin: int
    warm_up: int
    _setup: Setup = field(repr=False)

    @property
    def law(self) -> str:
        """How likely each plan is in the long run."""
        return LAWS[self.method]

    @property
    def measures(self) -> list[str]:
        """What was measured along the chain."""
        return [c for c in self.scores if c not in ("chain", "draw")]

    def measure(self, plan) -> pd.Series:
        """The same numbers for any plan: cut_edges, the scores and measures."""
        return self._setup.measure(labels_of(plan, "plan", self._setup.core.block_count))

    def compare(self, **plans) -> pd.DataFrame:
        """Where plans lie among the sample.

        Parameters
        ----------
        **plans : (n_blocks,) integer arrays
            By name: ``today=…, redrawn=…``.

        Returns
        -------
        DataFrame
            A row a plan and measure: value, share_below and share_above of the sample (ties are in neither), its
            mean and 5th and 95th percentile. Shares describe; only `measure_outlier` tests.
        """
        rows = []
        for name, plan in plans.items():
            values = self.measure(plan)
            for measure in self.measures:
                sample, value = self.scores[measure].to_numpy(), values[measure]
                low, high = np.quantile(sample, [0.05, 0.95])
                rows.append((name, measure, value, (sample < value).mean(), (sample > value).mean(), sample.mean(),
                             low, high))  # fmt: skip
        columns = ["plan", "measure", "value", "share_below", "share_above", "sample_mean", "p05", "p95"]
        return pd.DataFrame(rows, columns=columns)

    def plot(self, measure: str = "cut_edges", *, label: str | None = None, ax=None, **plans):
        """A histogram of a measure, with plans of interest marked: ``plot("balance", today=…, redrawn=…)``."""
        from ..plot import plot_sample

        marks = {name: float(self.measure(plan)[measure]) for name, plan in plans.items()}
        return plot_sample(self.scores[measure], marks, label=label or measure, ax=ax)

    def plot_chains(self, *, axes=None, **labels):
        """Measures along the chains, by name with a label: ``plot_chains(cut_edges="cut edges")``; default: all."""
        from ..plot import plot_chains

        names = labels or {name: name for name in self.measures}
        return plot_chains(self.scores["chain"], {text: self.scores[name] for name, text in names.items()}, axes=axes)

    def __repr__(self) -> str:
        return (
            f"PlanSample({len(self.scores)} plans of {self._setup.core.block_count} blocks in "
            f"{self._setup.problem.grid_count} grids, {self.method}, {self.diagnostics!r})"
        )


def sample_plans(
    graph: Any,
    weight: Any,
    grids: Any,
    *,
    tolerance: float | None,
    n_plans: int,
    method: str = "recom",
    start: Any = None,
    thin: int = 1,
    warm_up: int = 0,
    rng: Any = None,
    chains: int = 1,
    parent: Any = None,
    limits: Mapping[str, tuple] | None = None,
    locked: Any = None,
    keep_together: Sequence[tuple[int, int]] = (),
    keep_apart: Sequence[tuple[int, int]] = (),
    scores: Sequence[PlanScore] = (),
    measures: Mapping[str, Callable[[np.ndarray], Any]] | None = None,
    pair_by: str = "pair",
    three_grid_share: float = 0.0,
    ladder: Sequence[float] = (),
    cooling: float = 0.3,
    most_attempts: int = 100_000_000,
    most_balanced_edges: int | None = None,
    keep_plans: bool = True,
    batch: int = 1000,
    start_trees: int = 100_000,
    threads: int = 0,
    progress: Progress = False,
) -> PlanSample:
    """Sample plans: connected grids within the tolerance, along Markov chains whose law is known and tested.

    Parameters
    ----------
    graph : BlockGraph
    weight : (n_blocks,) whole numbers, or the name of a column of the graph
        What every grid should hold its share of; must not be 0 everywhere.
    grids : int, or (parents,) whole numbers
        How many; with ``parent=`` and no start, how many in each parent, by ascending label.
    tolerance : float or None
        Each grid's weight is within ``tolerance · total/k`` of ``total/k``, both ends inclusive (under parents: of
        the parent's share). None: only ``limits``.
    n_plans : int
        In all, shared among the chains; the first chains get one more when it does not divide.
    method : {"recom", "reversible_recom", "flip"}
        "recom" mixes fast, but its law is not known: for looking around. "reversible_recom" has the law of the
        product of the grids' numbers of spanning trees, "flip" makes every plan equally likely: for tests.
    start : (n_blocks,) or (chains, n_blocks) integers 0 … k-1, optional
        Default: one drawn for each chain.
    thin : int
        Attempts from one kept plan to the next, those that leave the plan as it was included. Time never ends it.
    warm_up : int
        Attempts before the first kept plan.
    rng : int, Generator or None
        The seed; None draws one, which the result names.
    chains : int
        Chains side by side, each with a stream of its own: the same plans on any number of threads.
    parent : (n_blocks,) integers, optional
        A general grid or community of each block: grids stay within it.
    limits : dict, optional
        More weights: ``{"households": (weight, lowest, highest)}``, inclusive; numbers or one a grid.
    locked : (n_blocks,) bool, optional
        Blocks that keep the grid of the start.
    keep_together, keep_apart : pairs of block rows, optional
    scores : list of PlanScore, optional
        Measured in the core at each kept plan.
    measures : dict, optional
        Functions of your own by name: each gets (m, n_blocks) int32, returns m numbers. What they raise ends the run.
    pair_by : {"pair", "cut_edge"}
        "reversible_recom" only. "pair" is the chain as published. "cut_edge" merges the grids of a uniform cut edge
        and has the same law by the ratio of cut edges: it stays far less often.
    three_grid_share : float
        Share of attempts that merge three grids; for tiny grids, whose plans pairs do not connect.
    ladder : ascending tolerances, optional
        Wider tolerances through which the chain may walk where ``tolerance`` alone does not connect the plans
        (tempering): ``tolerance=0.05, ladder=(0.1, 0.2)``. Only plans within ``tolerance`` are kept and count for
        ``thin``; their law is the same.
    cooling : float
        With a ladder: what a plan weighs for each grid and rung that it does not hold. Smaller stays closer.
    most_attempts : int
        With a ladder: attempts for one kept plan before the search is given up.
    most_balanced_edges : int, optional
        "reversible_recom": the published bound M. Default: a proven bound for each merged pair.
    keep_plans : bool
        False keeps the scores alone.
    batch : int
        Plans between two calls of ``measures``.
    start_trees : int
        Spanning trees to try for a start.
    threads : int
        0: one a core; never changes a result.
    progress : bool or callable

    Returns
    -------
    PlanSample

    Raises
    ------
    InvalidInput
        A start that breaks a rule (grids and blocks are named), a graph in pieces, one grid only, more grids than
        blocks, weights that are NaN, negative or all 0, a block heavier than a grid may be, unknown methods.
    Infeasible
        No start was found within ``start_trees`` trees (says how near it came); or, with a ladder, no plan within
        ``tolerance`` in ``most_attempts``.

    Notes
    -----
    recom: DeFord, Duchin & Solomon 2021. reversible_recom: Cannon, Duchin, Randall & Rule 2022. Uniform spanning
    trees: Wilson 1996. flip: a uniform end of a uniform cut edge moves, with Metropolis' rule.

    Examples
    --------
    >>> import libgrid as lg
    >>> import numpy as np
    >>> at = np.arange(36).reshape(6, 6)
    >>> tail, head = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    >>> graph = lg.BlockGraph.from_edges(36, tail, head)
    >>> sample = lg.sample_plans(graph, np.ones(36, int), 4, tolerance=0.12, n_plans=500, thin=20, rng=7, chains=2)
    >>> sample.plans.shape, bool(np.bincount(sample.plans[0]).min() >= 8)
    ((500, 36), True)
    """
    setup, starts, given, options = prepare(
        graph, weight, grids, tolerance=tolerance, method=method, start=start, thin=thin, warm_up=warm_up, rng=rng,
        chains=chains, parent=parent, limits=limits, locked=locked, keep_together=keep_together,
        keep_apart=keep_apart, scores=scores, measures=measures, pair_by=pair_by, three_grid_share=three_grid_share,
        ladder=ladder, cooling=cooling, most_attempts=most_attempts,
        most_balanced_edges=most_balanced_edges, start_trees=start_trees,
    )  # fmt: skip
    n_plans = whole(n_plans, "n_plans", 1)
    if keep_plans:
        require_memory(
            4 * n_plans * setup.core.block_count,
            f"{n_plans:,} plans of {setup.core.block_count:,} blocks",
            "keep_plans=False, or stream_plans",
        )
    sampler = setup.sampler(starts, **options)
    rows = share_rows(n_plans, len(starts))
    first = np.concatenate([[0], np.cumsum(rows)])
    kept = np.empty((n_plans if keep_plans else 0, setup.core.block_count), np.int32)
    columns: dict[str, np.ndarray] = {}
    keys = np.empty(n_plans, np.uint64)
    done = np.zeros(len(rows), np.int64)
    for part in walk(setup, sampler, rows, keep_plans, batch, threads, progress):
        chain = part.pop("chain")
        counts = np.bincount(chain, minlength=len(rows))
        place = np.concatenate([first[c] + done[c] + np.arange(counts[c]) for c in range(len(rows))])
        done += counts
        plans = part.pop("plans")
        if keep_plans:
            kept[place] = plans
        keys[place] = part.pop("keys")
        for name, values in part.items():
            columns.setdefault(name, np.empty(n_plans, values.dtype))[place] = values
    chain = np.repeat(np.arange(len(rows), dtype=np.int32), rows)
    table = pd.DataFrame({"chain": chain, "draw": np.arange(n_plans) - first[chain], **columns})
    for array in (kept, columns["cut_edges"], starts):
        array.setflags(write=False)
    return PlanSample(
        plans=kept,
        cut_edges=columns["cut_edges"],
        scores=table,
        diagnostics=diagnose(chain, columns, keys, [sampler.counts(c) for c in range(len(rows))], method),
        start=starts,
        start_given=given,
        method=method,
        seed=options["seed"],
        thin=options["thin"],
        warm_up=options["warm_up"],
        _setup=setup,
    )
