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
    from matplotlib import colormaps, rcParams

    rows = table.changes
    if not len(rows) or question not in set(rows["question"]):
        raise InvalidInput(f"there is no change of {question!r} to show: compare two scenarios that were asked for it")
    rows = rows[(rows["question"] == question) & (rows["group"] == "all")]
    people = rows.pivot_table(index="scenario", columns="change", values="people", aggfunc="first")
    people = people.reindex(index=table.names[1:])
    names = change_names(table.bands_s)
    middle = names.index("about the same")
    better, worse = names[:middle], names[middle + 1 : -1]
    ax = axes(ax, (7.5, 1.8 + 0.5 * len(people)))
    font = {"fontfamily": rcParams["font.family"]}  # labels of axes that were given have the font of their making
    at = np.arange(len(people))
    for side, classes, colours in ((1, better[::-1], "Blues"), (-1, worse, "Oranges")):
        start = np.zeros(len(people))
        shades = colormaps[colours](np.linspace(0.4, 0.9, len(classes)))
        for name, shade in zip(classes, shades, strict=True):
            width = people[name].to_numpy(float)
            if width.any():
                ax.barh(at, side * width, left=side * start, color=shade, edgecolor="white", label=name)
                start += width
    ax.axvline(0, color="0.3", lw=0.8)
    ax.set_yticks(at, list(people.index), **font)
    ax.set_ylim(len(people) - 0.5, -0.5)
    ax.xaxis.set_major_formatter(lambda x, _: f"{abs(x):,.0f}")
    ax.set_xlabel(f"people who lose ← {question} {_ZH[question]} → people who gain 人数", **font)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=8, loc="best", frameon=False)
    return ax
