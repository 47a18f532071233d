"""How evenly something is shared among people: curves, indices, and what lies within and between groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import _read_only

__all__ = ["Equity", "ShareCurve", "concentration_curve", "lorenz_curve", "measure_equity"]


@dataclass(frozen=True, eq=False, repr=False)
class ShareCurve:
    """The first ``people[i]`` of all people have the first ``value[i]`` of the whole; from (0, 0) to (1, 1).

    Attributes
    ----------
    people, value : (k,) float64
        Shares, ascending; empty without people.
    ranked_by : {"value", "rank"}
        A Lorenz curve ranks people by the value itself, a concentration curve by something else.
    """

    people: np.ndarray
    value: np.ndarray
    ranked_by: str

    @property
    def index(self) -> float:
        """1 - 2 × the area below: the Gini coefficient, or the concentration index (negative: those ranked low have
        more)."""
        return _core.index_of(self.people, self.value)

    @property
    def palma(self) -> float:
        """What the top tenth have ÷ what the bottom four tenths have; of a Lorenz curve only."""
        if self.ranked_by != "value":
            raise _core.InvalidInput("the Palma ratio belongs to a Lorenz curve: use lorenz_curve")
        return _core.palma_ratio(self.people, self.value)

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame({"people": self.people, "value": self.value})

    def plot(self, *, ax=None):
        """The curve beside the line of equal shares.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_shares(self, ax=ax)

    def __repr__(self) -> str:
        return f"ShareCurve({len(self.people)} points, index {self.index:.4f})"


def lorenz_curve(values: Any, weights: Any = None) -> ShareCurve:
    """The Lorenz curve, with the origin; equal values are one step.

    Parameters
    ----------
    values : (n,) array
        Loads, scores, minutes: 0 or more.
    weights : (n,) array, optional
        People of each entry.

    Examples
    --------
    >>> curve = lorenz_curve([1, 2, 3, 4])
    >>> round(curve.index, 10)
    0.25
    """
    found = _core.lorenz_curve(_column(values), _column(weights))
    return ShareCurve(_read_only(found["people"]), _read_only(found["value"]), "value")


def concentration_curve(values: Any, rank_by: Any, weights: Any = None) -> ShareCurve:
    """The concentration curve: people ranked by something else than the value, such as income or distance.

    Parameters
    ----------
    values, weights : as in `lorenz_curve`
    rank_by : (n,) array
        Ascending: the poorest, the nearest first. People of equal rank share alike.

    Examples
    --------
    >>> round(concentration_curve([4, 3, 2, 1], rank_by=[1, 2, 3, 4]).index, 10)
    -0.25
    """
    found = _core.concentration_curve(_column(values), _column(rank_by), _column(weights))
    return ShareCurve(_read_only(found["people"]), _read_only(found["value"]), "rank")


@dataclass(frozen=True, eq=False, repr=False)
class Equity:
    """How evenly one thing is shared; made by `measure_equity`.

    Attributes
    ----------
    gini, theil, palma, cv : float
    within, between : float
        Theil's T within and between the groups; they add up to theil. NaN without groups.
    groups : DataFrame
        By group: people, mean, gini, theil, within_part (these add up to `within`); empty without groups.
    concentration_index, erreygers_index : float
        NaN without a rank (and, the latter, without bounds).
    curve : ShareCurve
        The Lorenz curve.
    """

    gini: float
    theil: float
    palma: float
    cv: float
    within: float
    between: float
    groups: pd.DataFrame
    concentration_index: float
    erreygers_index: float
    curve: ShareCurve

    def plot(self, *, ax=None):
        """The Lorenz or concentration curve behind the figures.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return self.curve.plot(ax=ax)

    def to_frame(self) -> pd.DataFrame:
        """One row a measure."""
        names = ["gini", "theil", "within", "between", "palma", "cv", "concentration_index", "erreygers_index"]
        return pd.DataFrame({"measure": names, "value": [getattr(self, n) for n in names]})

    def __repr__(self) -> str:
        parts = "" if np.isnan(self.within) else f" = {self.within:.4f} within + {self.between:.4f} between"
        return f"Equity(gini {self.gini:.4f}, theil {self.theil:.4f}{parts}, palma {self.palma:.3g})"

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0, na_rep="–", float_format="{:.4f}".format)


def measure_equity(
    values: Any,
    weights: Any = None,
    *,
    groups: Any = None,
    rank_by: Any = None,
    bounds: tuple[float, float] | None = None,
) -> Equity:
    """Measure how evenly a value is shared among people.

    Parameters
    ----------
    values : (n,) array
        Accessibility scores, minutes, loads: 0 or more, one an entry (household, grid, team).
    weights : (n,) array, optional
        People of each entry: usual, migrant, key … An entry of weight 0 does not count.
    groups : (n,) array, optional
        Labels (grid, team, level, usual and migrant): Theil's T is split into what lies within and between them.
        An entry without a label (None or NaN) is in a group of its own, named None, so that nobody is lost.
    rank_by : (n,) array, optional
        For the concentration index: income, deprivation, distance; ascending.
    bounds : (low, high), optional
        Of the value, for Erreygers' index (0 and 1 for a share).

    Returns
    -------
    Equity
        NaN where there are no people; 0 inequality when all values are 0.

    Raises
    ------
    InvalidInput
        Lengths that differ, values or weights that are negative or not finite.

    Notes
    -----
    Gini with the Lorenz curve from the origin; Theil 1967; Palma 2011; concentration index: Kakwani, Wagstaff & van
    Doorslaer 1997; Erreygers 2009.

    Examples
    --------
    >>> e = measure_equity([1, 1, 3, 3], groups=["a", "a", "b", "b"])
    >>> e.gini, e.within, round(e.between, 4)
    (0.25, 0.0, 0.1308)
    """
    column, people = _column(values), _column(weights)
    balance = _core.measure_balance(column, people)
    curve = lorenz_curve(column, people)
    within = between = concentration = erreygers = float("nan")
    table = pd.DataFrame(columns=["people", "mean", "gini", "theil", "within_part"], dtype=float)
    if groups is not None:
        codes, names = pd.factorize(np.asarray(groups, dtype=object), sort=False)
        if len(codes) != len(column):
            raise _core.InvalidInput(f"groups has {len(codes)} entries, values has {len(column)}: give one each")
        names = [*names, None] if (codes < 0).any() else list(names)
        codes = np.where(codes < 0, len(names) - 1, codes).astype(np.int32)
        parts = _core.decompose_theil(column, people, codes, len(names))
        within, between = parts["within"], parts["between"]
        table = pd.DataFrame(parts["groups"], index=pd.Index(names, dtype=object, name="group"))
        share = np.ones(len(column)) if weights is None else people
        table["gini"] = [
            _core.measure_balance(column[codes == g], share[codes == g])["gini"] for g in range(len(names))
        ]
        table = table.rename(columns={"weight": "people"})[["people", "mean", "gini", "theil", "within_part"]]
    if rank_by is not None:
        concentration = concentration_curve(column, rank_by, people).index
        if bounds is not None:
            erreygers = _core.erreygers_index(concentration, balance["mean"], *map(float, bounds))
    return Equity(
        gini=balance["gini"],
        theil=balance["theil"],
        palma=curve.palma,
        cv=balance["cv"],
        within=within,
        between=between,
        groups=table,
        concentration_index=concentration,
        erreygers_index=erreygers,
        curve=curve,
    )


def _column(values: Any) -> np.ndarray:
    return np.ascontiguousarray([] if values is None else values, dtype=np.float64)
