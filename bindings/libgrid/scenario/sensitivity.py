"""Whether scenarios keep their order when thresholds and rule minutes are others than was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._core import InvalidInput
from .load_model import load_figures, load_model
from .outcome import Outcome


@dataclass(frozen=True, eq=False, repr=False)
class Sensitivity:
    """The figures of each scenario, input by input; made by `Comparison.sensitivity`.

    Attributes
    ----------
    frame : DataFrame
        input, value (seconds, or times the minutes), metric, scenario, figure, rank (1 is best; equal figures share
        the better rank).
    order : DataFrame
        input, metric, best (the scenarios that are first at some value), stable (the ranking is the same at all values)
        and, where it is not, changes_at (the first value at which it is another than at the value before).
    """

    frame: pd.DataFrame
    order: pd.DataFrame

    @property
    def stable(self) -> bool:
        """Whether no ranking changes over all values."""
        return bool(self.order["stable"].all())

    def __repr__(self) -> str:
        kept = int(self.order["stable"].sum())
        return f"Sensitivity({kept} of {len(self.order)} rankings hold over all values)"

    def _repr_html_(self) -> str:
        import html

        return f"<p>{html.escape(repr(self))}</p>" + self.order.to_html(index=False, border=0, na_rep="–")


def measure_sensitivity(
    outcomes: Sequence[Outcome],
    access_threshold_s: Sequence[float],
    response_threshold_s: Sequence[float],
    minutes: Sequence[float],
) -> Sensitivity:
    """See `Comparison.sensitivity`."""
    rows = []
    for kind, values in (("access", access_threshold_s), ("response", response_threshold_s)):
        values = _checked(values, f"{kind}_threshold_s")
        for outcome in outcomes:
            cover = outcome.answers.get(kind)
            if cover is None:
                continue
            people = cover.residents.iloc[:, 0].to_numpy(float)
            late = [float(people[cover.time_s > value].sum()) for value in values]
            name = f"people_beyond_{kind}"
            rows += [(f"{kind}_threshold_s", v, name, outcome.name, x) for v, x in zip(values, late, strict=True)]
    factors = _checked(minutes, "minutes")
    for outcome in outcomes:
        model = load_model(outcome)
        if model is None:
            continue
        for group in ("all", *dict.fromkeys(model.groups)):
            hit = np.array([group in ("all", g) for g in model.groups])
            found = load_figures(
                model.loads(np.where(hit, np.array(factors)[:, None], 1.0), journey=np.ones(len(factors)))
            )
            for metric, figures in found.items():
                pairs = zip(factors, figures, strict=True)
                rows += [(f"minutes of {group}", v, metric, outcome.name, float(x)) for v, x in pairs]
    frame = pd.DataFrame(rows, columns=["input", "value", "metric", "scenario", "figure"])
    # What rounding leaves of a figure decides no rank.
    exact = frame["figure"].map(lambda x: float(f"{x:.12g}"))
    frame["rank"] = exact.groupby([frame["input"], frame["value"], frame["metric"]]).rank(method="min").astype(int)
    return Sensitivity(frame, _order(frame))


def _order(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (name, metric), part in frame.groupby(["input", "metric"], sort=False):
        ranks = part.pivot_table(index="value", columns="scenario", values="rank", aggfunc="first")
        differs = (ranks.diff().iloc[1:] != 0).any(axis=1)
        best = [s for s in dict.fromkeys(part["scenario"]) if (ranks[s] == 1).any()]
        first = float(differs.index[differs][0]) if differs.any() else np.nan
        rows.append((name, metric, ", ".join(best), not differs.any(), first))
    return pd.DataFrame(rows, columns=["input", "metric", "best", "stable", "changes_at"])


def _checked(values: Sequence[float], name: str) -> list[float]:
    try:
        found = sorted({float(v) for v in values})
    except (TypeError, ValueError):
        found = []
    if not found or not all(0 < v < float("inf") for v in found):
        raise InvalidInput(f"{name} must be numbers above 0, not {values!r}")
    return found
