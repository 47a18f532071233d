"""Is a plan an outlier? Tests that hold for a chain that never mixed, and pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .._core import InvalidInput

if TYPE_CHECKING:
    from .sampling import PlanSample

__all__ = ["Outlier", "measure_outlier"]

TESTS = {
    "sqrt_epsilon": "p ≤ √(2ε): Chikina, Frieze & Pegden 2017, PNAS 114",
    "parallel": "exact rank: Besag & Clifford 1989, Biometrika 76",
}


@dataclass(frozen=True, eq=False, repr=False)
class Outlier:
    """A plan against the law of a reversible chain that started from it; made by `measure_outlier`.

    Attributes
    ----------
    measure : str
    value : float
        Of the plan.
    side : {"low", "high"}
        Which extreme was asked about.
    epsilon : float
        Share of the plan and what came after it that is as extreme, ties included.
    p_value : float
        Bound on the chance of so extreme a plan, were it drawn from the law; at most 1.
    test, law : str
    steps : int
        Plans that it was compared with.
    values : (steps,) array
    """

    measure: str
    value: float
    side: str
    epsilon: float
    p_value: float
    test: str
    law: str
    steps: int
    values: np.ndarray = field(repr=False)

    @property
    def source(self) -> str:
        return TESTS[self.test]

    def describe(self, lang: str = "en") -> str:
        """The finding in a sentence, in "en" or "zh"."""
        share, p = f"{self.epsilon:.3g}", f"{self.p_value:.3g}"
        if lang == "zh":
            side = "低" if self.side == "low" else "高"
            return (
                f"{self.measure} 为 {self.value:,.4g}：链上 {self.steps:,} 个方案中，连同自身有 {share} 同样{side}"
                f"或更{side}；若该方案按规律随机抽出，如此极端的概率不超过 {p}（{self.source}）。"
            )
        return (
            f"{self.measure} is {self.value:,.4g}: of it and the {self.steps:,} plans that follow, a share of {share} "
            f"is as {self.side}. Were the plan drawn from the law ({self.law}), so extreme a place would have a chance "
            f"of at most {p} ({self.source})."
        )

    def plot(self, *, ax=None):
        """The values along the chain as a histogram, and the plan."""
        from ..plot import plot_sample

        note = f"ε = {self.epsilon:.3g}, p ≤ {self.p_value:.3g}"
        return plot_sample(self.values, {"plan 方案": self.value}, label=self.measure, note=note, ax=ax)

    def __repr__(self) -> str:
        return f"Outlier({self.measure} {self.value:.4g}, {self.side}, p ≤ {self.p_value:.3g}, {self.test})"


def measure_outlier(sample: PlanSample, measure: str, *, side: str, test: str = "sqrt_epsilon") -> Outlier:
    """Test whether the plan from which a reversible chain started is an outlier under the chain's law.

    Nothing need be known of how fast the chain mixes: if the start were drawn from the law, each plan of the
    trajectory would be as likely to be the most extreme.

    Parameters
    ----------
    sample : PlanSample
        Of "reversible_recom" or "flip", started from the plan (``start=``), without ``warm_up``.
    measure : str
        A column of ``sample.scores``: cut_edges, a score or a measure.
    side : {"low", "high"}
        The extreme in question, chosen before looking.
    test : {"sqrt_epsilon", "parallel"}
        "sqrt_epsilon" follows chain 0: p ≤ √(2ε). "parallel" needs two chains from the plan: it stands at a uniform
        place of one trajectory that runs both ways, so that its rank is uniform and p = ε.

    Returns
    -------
    Outlier

    Raises
    ------
    InvalidInput
        The chain is not reversible, started elsewhere, was warmed up, or has no such measure.

    Notes
    -----
    Chikina, Frieze & Pegden 2017, Assessing significance in a Markov chain without mixing; Besag & Clifford 1989,
    Generalized Monte Carlo significance tests. Thinning keeps a chain reversible. Ties count against an outlier.

    Examples
    --------
    >>> import libgrid as lg
    >>> import numpy as np
    >>> at = np.arange(36).reshape(6, 6)
    >>> tail, head = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    >>> graph = lg.BlockGraph.from_edges(36, tail, head)
    >>> stripes = np.repeat([0, 1, 2], 12)
    >>> sample = lg.sample_plans(graph, np.ones(36, int), 3, tolerance=0.2, n_plans=2000, thin=20, rng=1,
    ...                          method="flip", start=stripes)
    >>> lg.measure_outlier(sample, "cut_edges", side="low").p_value < 0.1
    True
    """
    if side not in ("low", "high"):
        raise InvalidInput(f'side must be "low" or "high", not {side!r}')
    if test not in TESTS:
        raise InvalidInput(f"test must be one of {', '.join(TESTS)}, not {test!r}")
    if sample.method == "recom":
        raise InvalidInput(
            "recom is not reversible and its law is not known, so it gives no p-value: sample with "
            'method="reversible_recom" or "flip"'
        )
    if not sample.start_given or sample.warm_up:
        raise InvalidInput("the chain must start at the plan in question: give it as start=, with warm_up=0")
    if measure not in sample.measures:
        raise InvalidInput(f"there is no measure {measure}: {', '.join(sample.measures)}")
    chain = sample.scores["chain"].to_numpy()
    values = sample.scores[measure].to_numpy(dtype=float)
    value = float(sample.measure(sample.start[0])[measure])
    kept = values[chain == 0]
    if test == "parallel":
        if len(sample.start) < 2 or not (sample.start[0] == sample.start[1]).all():
            raise InvalidInput("the parallel test needs two chains from the same plan: chains=2, one start")
        other = values[chain == 1]
        length = min(len(kept), len(other))
        back = int(np.random.default_rng([sample.seed, 1989]).integers(length + 1))
        kept = np.concatenate([kept[: length - back], other[:back]])
    extreme = np.count_nonzero(kept <= value if side == "low" else kept >= value) + 1
    epsilon = extreme / (len(kept) + 1)
    p = epsilon if test == "parallel" else min(1.0, float(np.sqrt(2 * epsilon)))
    return Outlier(measure, value, side, epsilon, p, test, sample.law, len(kept), kept)
