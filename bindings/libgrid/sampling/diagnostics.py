"""Whether a sample can be trusted: convergence of chains, effective size, what became of attempts."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import pandas as pd

__all__ = ["SampleDiagnostics", "effective_size", "split_r_hat"]

_GOOD_R_HAT, _ENOUGH = 1.01, 400  # Vehtari et al. 2021: 1.01, and 400 for stable estimates of both


def _halves(chains: list[np.ndarray]) -> np.ndarray | None:
    """Each chain in two halves of one length, as rows; None when they are too short."""
    length = min(len(c) for c in chains) // 2
    if length < 4:
        return None
    return np.array([part for c in chains for part in (c[:length], c[-length:])], float)


def _normal_scores(values: np.ndarray) -> np.ndarray:
    """Ranks of all values together, ties shared, as quantiles of a normal law (Blom's fractions)."""
    flat = values.ravel()
    _, inverse, count = np.unique(flat, return_inverse=True, return_counts=True)
    rank = np.cumsum(count) - (count - 1) / 2
    inv = NormalDist().inv_cdf
    score = np.array([inv((r - 0.375) / (len(flat) + 0.25)) for r in rank.tolist()])
    return score[inverse].reshape(values.shape)


def _r_hat(rows: np.ndarray) -> float:
    within = rows.var(axis=1, ddof=1).mean()
    if within == 0:
        return float("nan") if np.ptp(rows) == 0 else float("inf")
    n = rows.shape[1]
    return float(np.sqrt((n - 1) / n + rows.mean(axis=1).var(ddof=1) / within))


def split_r_hat(chains: list[np.ndarray]) -> float:
    """Rank-normalised split R-hat, the larger of bulk and folded: near 1 when chains agree.

    Parameters
    ----------
    chains : list of arrays
        One measure along each chain, 8 values or more.

    Returns
    -------
    float
        NaN for a measure that never changes; inf when each half stays at a value of its own.

    Notes
    -----
    Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> split_r_hat([rng.normal(size=1000), rng.normal(size=1000)]) < 1.01
    True
    >>> split_r_hat([rng.normal(size=1000), rng.normal(1.0, size=1000)]) > 1.1
    True
    """
    rows = _halves(chains)
    if rows is None:
        return float("nan")
    folded = np.abs(rows - np.median(rows))
    found = [_r_hat(_normal_scores(rows)), _r_hat(_normal_scores(folded))]
    return float("nan") if np.isnan(found[0]) else float(np.nanmax(found))


def _autocovariance(row: np.ndarray) -> np.ndarray:
    n = len(row)
    size = 1 << (2 * n - 1).bit_length()
    spectrum = np.fft.rfft(row - row.mean(), size)
    return np.fft.irfft(spectrum * spectrum.conj(), size)[:n] / n


def effective_size(chains: list[np.ndarray]) -> float:
    """As how many independent plans the sample counts for the mean of a measure.

    Geyer's initial monotone sequence over the split chains together; NaN for a measure that never changes.

    Parameters
    ----------
    chains : list of arrays
        One measure along each chain, 8 values or more.

    Notes
    -----
    Geyer 1992, Statistical Science 7; for several chains as in Vehtari et al. 2021.

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(1).normal(size=4000)
    >>> 3000 < effective_size([noise]) < 5000
    True
    """
    rows = _halves(chains)
    if rows is None:
        return float("nan")
    m, n = rows.shape
    within = rows.var(axis=1, ddof=1).mean()
    if within == 0:
        return float("nan") if np.ptp(rows) == 0 else float(m)
    total = within * (n - 1) / n + rows.mean(axis=1).var(ddof=1)
    covariance = np.mean([_autocovariance(row) for row in rows], axis=0) * n / (n - 1)
    rho = 1 - (within - covariance) / total
    pairs = rho[: n - n % 2].reshape(-1, 2).sum(axis=1)
    stop = np.flatnonzero(pairs <= 0)
    pairs = np.minimum.accumulate(pairs[: stop[0] if len(stop) else None])
    tau = max(-1 + 2 * pairs.sum(), 1 / np.log10(m * n))
    return float(m * n / tau)


@dataclass(frozen=True, eq=False, repr=False)
class SampleDiagnostics:
    """What the chains did; made by `sample_plans`.

    Attributes
    ----------
    counts : DataFrame
        A row a chain: attempts, accepted (the plan changed), and why it stayed otherwise: unchanged (the split gave
        the same two grids), not_neighbours, no_cut (no balanced cut; flip: a limit or rule), few_cuts (reversible:
        cuts against their bound), refused (by the law's acceptance), broke_rules, cut_apart; trees drawn; and with a
        ladder outside: attempts that ended beyond the tolerance.
    acceptance : float
        Accepted ÷ attempts.
    self_loops : int
        Attempts that left the plan as it was.
    distinct, repeated : int
        Plans of the sample that differ by more than the numbers of their grids, and the rest.
    r_hat, ess : Series
        By measure (cut_edges and the scores): rank-normalised split R-hat, effective sample size.
    """

    counts: pd.DataFrame
    distinct: int
    repeated: int
    r_hat: pd.Series
    ess: pd.Series
    method: str = field(default="")

    @property
    def acceptance(self) -> float:
        return float(self.counts["accepted"].sum() / max(self.counts["attempts"].sum(), 1))

    @property
    def self_loops(self) -> int:
        return int(self.counts["attempts"].sum() - self.counts["accepted"].sum())

    @property
    def ok(self) -> bool:
        """Whether there is nothing to advise."""
        return not self.advice()

    def advice(self, lang: str = "en") -> list[str]:
        """What is wrong with the chain and what to do about it, in "en" or "zh"; empty: nothing."""
        zh = lang == "zh"
        found = []
        if not self.counts["accepted"].all():
            found.append(
                "有的链一次也没有移动：方案之间不连通；请放宽允差、使用 ladder=，或设 three_grid_share=0.2。"
                if zh else
                "A chain never moved: its moves do not connect the plans. Widen the tolerance, give a ladder=, or set "
                "three_grid_share=0.2."
            )  # fmt: skip
            return found
        bad = self.r_hat[self.r_hat > _GOOD_R_HAT]
        if len(bad):
            worst = f"{bad.idxmax()} {bad.max():.3f}"
            found.append(
                f"各链（或前后两半）尚未一致，R-hat 最大为 {worst}（应 ≤ {_GOOD_R_HAT}）：请加大 thin 或 n_plans，"
                "加 warm_up，并核对方案是否连通（ladder=、three_grid_share=）。"
                if zh else
                f"The chains, or their halves, do not agree yet: R-hat of {worst} (good: up to {_GOOD_R_HAT}). Raise "
                "thin or n_plans, add warm_up; do the moves connect the plans? (ladder=, three_grid_share=)"
            )  # fmt: skip
        few = self.ess[self.ess < _ENOUGH]
        if len(few):
            least = f"{few.idxmin()} {few.min():.0f}"
            found.append(
                f"有效样本太少：{least}（应 ≥ {_ENOUGH}）：请加大 thin 或 n_plans。"
                if zh else
                f"Few independent plans: effective size of {least} (good: {_ENOUGH} or more). Raise thin or n_plans."
            )  # fmt: skip
        if self.acceptance < 1e-4:
            found.append(
                f"接受率仅 {self.acceptance:.2e}：请放宽允差，或用 pair_by=\"cut_edge\"。"
                if zh else
                f'Few attempts move the chain ({self.acceptance:.2e}): widen the tolerance, or use pair_by="cut_edge".'
            )  # fmt: skip
        outside = self.counts["outside"].sum() if "outside" in self.counts else 0
        if outside > 0.99 * self.counts["attempts"].sum():
            found.append(
                "链极少回到允差以内（不足 1%）：请减小 cooling 或加密 ladder。"
                if zh else
                "The chain is within the tolerance in under 1 of 100 attempts: make cooling smaller, or rungs closer."
            )  # fmt: skip
        if len(self.counts) == 1:
            found.append(
                "只有一条链：多条链（chains=4）才能看出是否收敛。"
                if zh else
                "There is one chain: several (chains=4) are needed to see whether they agree."
            )  # fmt: skip
        return found

    def __repr__(self) -> str:
        worst, least = self.r_hat.max(), self.ess.min()
        return (
            f"SampleDiagnostics({self.method}, {len(self.counts)} chains, {self.acceptance:.2%} accepted, "
            f"{self.distinct} distinct plans, R-hat ≤ {worst:.3f}, effective size ≥ {least:.0f})"
        )


def diagnose(chain: np.ndarray, measures: dict[str, np.ndarray], keys: np.ndarray, counts: list[dict[str, int]],
             method: str) -> SampleDiagnostics:  # fmt: skip
    """Diagnostics of rows that belong to chains."""
    split = {name: [values[chain == c] for c in np.unique(chain)] for name, values in measures.items()}
    distinct = len(np.unique(keys))
    return SampleDiagnostics(
        counts=pd.DataFrame(counts).rename_axis("chain"),
        distinct=distinct,
        repeated=len(keys) - distinct,
        r_hat=pd.Series({name: split_r_hat(parts) for name, parts in split.items()}, dtype=float),
        ess=pd.Series({name: effective_size(parts) for name, parts in split.items()}, dtype=float),
        method=method,
    )
