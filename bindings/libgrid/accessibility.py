"""Accessibility: how much care is within reach of each place, and how many people share it.

Every measure here assumes that people choose a site freely, so it speaks of walk-in demand; who can only be
visited belongs to coverage by response. A score is named by its method, its decay and its threshold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import _read_only, _times
from .progress import Progress, progress_callback

__all__ = ["METHODS", "Accessibility", "floating_catchment", "gravity", "opportunities", "sweep_thresholds"]

METHODS = {
    "2sfca": ("R = S / Σ P, A = Σ R", "Luo & Wang 2003, Environment and Planning B 30"),
    "e2sfca": ("R = S / Σ w P, A = Σ w R", "Luo & Qi 2009, Health & Place 15"),
    "m2sfca": ("R = S / Σ w P, A = Σ w² R", "Delamater 2013, Spatial and Spatio-temporal Epidemiology"),
    "3sfca": ("G = w / Σ w, R = S / Σ G w P, A = Σ G w R", "Wan, Zou & Sternberg 2012, IJGIS 26"),
    "bfca": ("R = S / Σ (w / Σ w by place) P, A = Σ (w / Σ w by site) R", "Páez, Higgins & Vivona 2019, PLOS ONE 14"),
}


@dataclass(frozen=True, eq=False, repr=False)
class Accessibility:
    """Scores of a floating catchment; made by `floating_catchment`. Arrays are read-only.

    Attributes
    ----------
    score : (n,) float64
        By demand point: supply for each unit of demand; 0 where no site is within reach.
    ratio : (m,) float64
        By site: its supply ÷ the demand in its catchment; 0 where there is no demand (0/0 too).
    site_demand : (m,) float64
        By site: the (weighted) demand of the first step.
    no_demand : (m,) bool
        Sites with nobody in their catchment: their supply reaches no one.
    demand : (n,) float64
    method, formula, source : str
    """

    score: np.ndarray
    ratio: np.ndarray
    site_demand: np.ndarray
    no_demand: np.ndarray
    demand: np.ndarray
    method: str
    threshold_s: Any = field(repr=False)

    @property
    def formula(self) -> str:
        return METHODS[self.method][0]

    @property
    def source(self) -> str:
        return METHODS[self.method][1]

    @property
    def mean(self) -> float:
        """Mean score over people; NaN when there are none."""
        people = self.demand.sum()
        return float((self.score * self.demand).sum() / people) if people > 0 else float("nan")

    @property
    def without(self) -> float:
        """People with nothing within reach."""
        return float(self.demand[self.score == 0].sum())

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({"score": self.score, "demand": self.demand})

    def by(self, labels: Any) -> pd.DataFrame:
        """Mean score over people, and people with nothing in reach, for each label (grid, team …)."""
        frame = pd.DataFrame({"label": np.asarray(labels), "people": self.demand, "sum": self.demand * self.score})
        frame["without"] = np.where(self.score == 0, frame["people"], 0.0)
        table = frame.groupby("label", dropna=False)[["people", "sum", "without"]].sum()
        table.insert(1, "score", (table.pop("sum") / table["people"]).where(table["people"] > 0))
        return table

    def plot(self, *, ax=None):
        """How many people have which score.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_scores(self.score, self.demand, label=f"supply a person, {self.method}", ax=ax)

    def __repr__(self) -> str:
        return f"Accessibility({self.method}, {len(self.score)} places, {len(self.ratio)} sites, mean {self.mean:.4g})"

    def _repr_html_(self) -> str:
        alone = f"; {self.without:,.0f} people have nothing within reach" if self.without else ""
        return (
            f"<p><b>{self.method}</b>: {self.formula} ({self.source}). {len(self.score):,} places, "
            f"{len(self.ratio):,} sites, mean score {self.mean:.4g}{alone}. Free choice of site is assumed.</p>"
        )


def floating_catchment(
    times_s: Any,
    demand: Any,
    supply: Any,
    *,
    threshold_s: Any,
    method: str,
    decay: Any = None,
    site_threshold_s: Any = None,
    select_among: str = "reach",
    threads: int = 0,
    progress: Progress = False,
) -> Accessibility:
    """Floating catchment accessibility (2SFCA and its kin), from a matrix or from sparse pairs.

    Parameters
    ----------
    times_s : (n, m) array, TravelPairs or Nearest
        Seconds, rows demand, columns supply; inf where there is no way. `Nearest` only if its k-th site lies
        beyond the threshold everywhere.
    demand : (n,) array
        People. Those whom only a visit can reach do not belong here.
    supply : (m,) array
        Doctors, minutes, beds: what is shared.
    threshold_s : float or (n,) array
        Size of the catchment; inclusive, and a time of zero counts. One for each demand point makes the
        catchment variable (town and country). It matters more than the decay: see `sweep_thresholds`.
    method : {"2sfca", "e2sfca", "m2sfca", "3sfca", "bfca"}
        Always named, since the variants rank places differently; formulas and sources in `METHODS`.
    decay : None, steps, "gaussian" or callable
        Steps: ``[(300, 1), (600, 0.68), (900, 0.22)]``, each inclusive. Gaussian: Dai's, 1 at once and 0 at the
        threshold. A callable gets the seconds as an array and returns weights in 0 … 1. "2sfca" has none; the
        others need one.
    site_threshold_s : (m,) array, optional
        A pair counts when it is within this too: a hospital reaches farther than a studio.
    select_among : {"reach", "all"}
        3SFCA only: Σ w over the sites within the threshold, or over all sites that there are times to.
    threads : int
        0: one a core; never changes a result.

    Returns
    -------
    Accessibility

    Raises
    ------
    InvalidInput
        Lengths that differ, no sites, NaN or negative times, demand, supply or weights that are negative or not
        finite, thresholds that are not above 0.

    Notes
    -----
    2SFCA, E2SFCA and 3SFCA give out exactly the supply that somebody reaches: Σ score × demand = Σ supply.
    Memory grows with the pairs, never with n × m.

    Examples
    --------
    >>> times_s = [[300, 3300], [2100, 900], [2400, 1500]]
    >>> a = floating_catchment(times_s, [5, 10, 50], [5, 10], threshold_s=1799, method="2sfca")
    >>> a.ratio.round(4).tolist(), a.score.round(4).tolist()
    ([1.0, 0.1667], [1.0, 0.1667, 0.1667])
    """
    if select_among not in ("reach", "all"):
        raise _core.InvalidInput(f"select_among: '{select_among}' is neither 'reach' nor 'all'")
    times = _times(times_s, None)
    people = np.ascontiguousarray(demand, dtype=np.float64)
    places = np.ascontiguousarray(supply, dtype=np.float64)
    limit = np.atleast_1d(np.ascontiguousarray(threshold_s, dtype=np.float64))
    site_limit = np.ascontiguousarray([] if site_threshold_s is None else site_threshold_s, dtype=np.float64)
    with progress_callback(progress, "floating catchment") as on_progress:
        found = _core.measure_floating_catchment(
            times,
            people,
            places,
            method,
            limit,
            site_limit,
            **_decay(decay, times_s),
            select_among_all=select_among == "all",
            threads=threads,
            on_progress=on_progress,
        )
    return Accessibility(
        score=_read_only(found["score"]),
        ratio=_read_only(found["ratio"]),
        site_demand=_read_only(found["demand"]),
        no_demand=_read_only(found["no_demand"].view(bool)),
        demand=_read_only(people.copy()),
        method=method,
        threshold_s=threshold_s,
    )


def opportunities(times_s: Any, supply: Any, *, threshold_s: Any, threads: int = 0) -> np.ndarray:
    """Cumulative opportunities: the supply within the threshold of each place, nobody competing.

    Parameters
    ----------
    times_s : (n, m) array, TravelPairs or Nearest
    supply : (m,) array
    threshold_s : float or (n,) array
        Inclusive.

    Returns
    -------
    (n,) float64 array

    Examples
    --------
    >>> opportunities([[300, 3300], [900, 800]], [5, 10], threshold_s=900).tolist()
    [5.0, 15.0]
    """
    return _sum_of_supply(times_s, supply, threshold_s, None, threads)


def gravity(
    times_s: Any, supply: Any, *, decay: Any, threshold_s: Any = np.inf, demand: Any = None, threads: int = 0
) -> np.ndarray:
    """Gravity accessibility: Σ S f(t), with competing demand Σ S f(t) / Σ P f(t) when `demand` is given.

    Parameters
    ----------
    times_s : (n, m) array, TravelPairs or Nearest
    supply : (m,) array
    decay : steps, "gaussian" or callable
        As in `floating_catchment`. A gaussian needs a finite threshold.
    threshold_s : float or (n,) array
        Beyond it the weight is 0; without it everybody reaches everything.
    demand : (n,) array, optional

    Returns
    -------
    (n,) float64 array

    Notes
    -----
    Source: Hansen 1959, J. American Institute of Planners 25; with competition Joseph & Bantock 1982, Social
    Science & Medicine 16, which is E2SFCA by another name.

    Examples
    --------
    >>> gravity([[300, 600]], [5, 10], decay=lambda t: 300 / np.maximum(t, 300)).tolist()
    [10.0]
    """
    if decay is None:
        raise _core.InvalidInput("gravity weighs by time: give a decay, or use opportunities")
    if demand is not None:
        return floating_catchment(
            times_s, demand, supply, threshold_s=threshold_s, method="e2sfca", decay=decay, threads=threads
        ).score
    return _sum_of_supply(times_s, supply, threshold_s, decay, threads)


def sweep_thresholds(
    times_s: Any, demand: Any, supply: Any, *, thresholds_s: Any, method: str, decay: Any = None, threads: int = 0
) -> pd.DataFrame:
    """How much the answer depends on the threshold, which matters more than the decay function.

    Parameters
    ----------
    times_s, demand, supply, method, decay : as in `floating_catchment`
        Pairs must reach as far as the largest threshold.
    thresholds_s : sequence of float

    Returns
    -------
    DataFrame
        By threshold_s: mean score over people, p10 and median over people, gini, people without, share_without, and
        rank_correlation (Spearman's, by places with demand) with the threshold before it.

    Examples
    --------
    >>> table = sweep_thresholds([[300, 3300], [2100, 900]], [5, 10], [5, 10], thresholds_s=[900, 3600], method="2sfca")
    >>> table["mean"].round(2).tolist()
    [1.0, 1.0]
    """
    rows, before = [], None
    limits = [float(t) for t in thresholds_s]
    for limit in limits:
        a = floating_catchment(times_s, demand, supply, threshold_s=limit, method=method, decay=decay, threads=threads)
        use = a.demand > 0
        score, people = a.score[use], a.demand[use]
        rank = pd.Series(score).rank().to_numpy()
        steady = before is not None and len(rank) > 1 and rank.std() > 0 and before.std() > 0
        rows.append(
            {
                "mean": a.mean,
                "p10": _quantile(score, people, 0.1),
                "median": _quantile(score, people, 0.5),
                "gini": _core.measure_balance(a.score, a.demand)["gini"],
                "people_without": a.without,
                "share_without": a.without / people.sum() if people.sum() > 0 else np.nan,
                "rank_correlation": float(np.corrcoef(rank, before)[0, 1]) if steady else np.nan,
            }
        )
        before = rank
    return pd.DataFrame(rows, index=pd.Index(limits, name="threshold_s"))


def _quantile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """The smallest value that `share` of the people are at or below."""
    if not weights.sum() > 0:
        return float("nan")
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, share * below[-1])])


def _sum_of_supply(times_s: Any, supply: Any, threshold_s: Any, decay: Any, threads: int) -> np.ndarray:
    places = np.ascontiguousarray(supply, dtype=np.float64)
    limit = np.atleast_1d(np.ascontiguousarray(threshold_s, dtype=np.float64))
    return _read_only(_core.sum_supply(_times(times_s, None), places, limit, **_decay(decay, times_s), threads=threads))


def _decay(decay: Any, times_s: Any) -> dict[str, Any]:
    """The decay as the core takes it: steps, the gaussian, or one weight an entry."""
    if decay is None:
        return {}
    if isinstance(decay, str):
        if decay != "gaussian":
            raise _core.InvalidInput(f"decay: '{decay}' is not 'gaussian'; give steps or a function of seconds")
        return {"gaussian": True}
    if callable(decay):
        return {"weights": _weights(decay, _entries(times_s))}
    steps = np.ascontiguousarray(decay, dtype=np.float64)
    if steps.ndim != 2 or steps.shape[1] != 2:
        raise _core.InvalidInput("decay: steps are pairs of (seconds, weight), e.g. [(300, 1), (600, 0.68)]")
    return {"steps": steps}


def _entries(times_s: Any) -> np.ndarray:
    if hasattr(times_s, "ptr"):
        return np.asarray(times_s.ms) / 1000.0
    if hasattr(times_s, "index") and hasattr(times_s, "time_s"):
        return np.asarray(times_s.time_s, dtype=np.float64).ravel()
    return np.asarray(times_s, dtype=np.float64).ravel()


def _weights(decay: Callable[[np.ndarray], Any], seconds: np.ndarray) -> np.ndarray:
    finite = np.isfinite(seconds)
    try:
        given = np.asarray(decay(seconds[finite]), dtype=np.float64)
    except Exception as error:
        raise _core.InvalidInput(f"decay: the function failed on the times: {error}") from error
    if given.shape != (int(finite.sum()),):
        raise _core.InvalidInput("decay: the function must return one weight for each of its seconds")
    bad = ~((given >= 0) & (given <= 1))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise _core.InvalidInput(
            f"decay: the weight of {seconds[finite][at]:g} s is {given[at]:g}; weights must be in 0 … 1"
        )
    weights = np.zeros(len(seconds))
    weights[finite] = given
    return weights
