"""One picture of a comparison: how many people gain and lose how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._core import InvalidInput
from ..plot.base import axes, chinese
from .changes import change_names

if TYPE_CHECKING:
    from .comparison import Comparison

_ZH = {"access": "到最近站点", "response": "自己团队到达"}


@chinese
def plot_changes(table: Comparison, question: str, ax=None):
    """Bars of people by class of change; those who notice nothing are left out."""
    from matplotlib import colormaps

    rows = table.changes
    if not len(rows) or question not in set(rows["question"]):
        raise InvalidInput(f"there is no change of {question!r} to show: compare two scenarios that were asked for it")
    rows = rows[(rows["question"] == question) & (rows["group"] == "all")]
    people = rows.set_index(["scenario", "change"])["people"].unstack("change").reindex(index=table.names[1:])
    names = change_names(table.bands_s)
    middle = names.index("about the same")
    better, worse = names[:middle], names[middle + 1 : -1]
    ax = axes(ax, (7.5, 1.8 + 0.5 * len(people)))
    at = np.arange(len(people))
    for side, classes, colours in ((1, better[::-1], "Blues"), (-1, worse, "Oranges")):
        start = np.zeros(len(people))
        shades = colormaps[colours](np.linspace(0.4, 0.9, len(classes)))
        for name, shade in zip(classes, shades, strict=True):
            width = people[name].to_numpy(float)
            ax.barh(at, side * width, left=side * start, color=shade, edgecolor="white", label=name)
            start += width
    ax.axvline(0, color="0.3", lw=0.8)
    ax.set_yticks(at, list(people.index))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(lambda x, _: f"{abs(x):,.0f}")
    ax.set_xlabel(f"people who lose ← {question} {_ZH[question]} → people who gain 人数")
    ax.figure.legend(fontsize=7, ncols=3, loc="outside lower center", frameon=False)
    return ax
