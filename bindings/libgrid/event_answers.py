"""How many events each label has, and how long the answer took, open ones included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .events import EventLedger

if TYPE_CHECKING:
    pass


def count_answers(frame, labels: pd.Series, names: list, events: EventLedger, what: str) -> pd.DataFrame:
    """By label: events by category, open ones, and how long the answer took."""
    at = pd.Index(names).get_indexer(labels)
    n = len(names)
    table = pd.DataFrame({what: names, "found": np.bincount(at, minlength=n)})
    if what != "category":
        for category in events.categories:
            table[f"n_{category}"] = np.bincount(at[frame["category"] == category], minlength=n)
    answered = frame["answered"].notna().to_numpy()
    table["open"] = np.bincount(at[~answered], minlength=n)
    until = frame["answered"].fillna(events.as_of)
    hours = ((until - frame["found"]) / pd.Timedelta(hours=1)).to_numpy(float)
    table["median_h"], table["p90_h"] = survival_quantiles(at, hours, answered, n, (0.5, 0.9))
    return table


def survival_quantiles(label, hours, answered, count: int, shares: tuple[float, ...]) -> list[np.ndarray]:
    """By label, the time by which each share is answered (Kaplan & Meier 1958); inf: not known, NaN: no event."""
    order = np.lexsort((~answered, hours, label))  # at one moment answers come before those that are still open
    label, hours, answered = label[order], hours[order], answered[order]
    size = np.bincount(label, minlength=count)
    first = np.repeat(np.cumsum(size) - size, size)
    rank = np.arange(len(label)) - first
    at_risk = size[label] - rank
    with np.errstate(divide="ignore"):
        step = np.where(answered, np.log1p(-1.0 / at_risk), 0.0)
    # A label's sum starts anew: everything before its first row is taken off. The last of a label may fall to nothing.
    finite = np.where(np.isinf(step), -1e6, step)
    total = np.cumsum(finite)
    before = np.concatenate([[0.0], total])[first]
    left = total - before  # log of the share not yet answered
    quantiles = []
    for share in shares:
        out = np.where(size > 0, np.inf, np.nan)
        reached = np.flatnonzero(left <= np.log1p(-share) + 1e-9)
        labels, where = np.unique(label[reached], return_index=True)
        out[labels] = hours[reached[where]]
        quantiles.append(out)
    return quantiles
