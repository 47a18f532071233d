"""Pictures of sampled plans: where a plan lies among them."""

from __future__ import annotations

import numpy as np

from .base import COLOURS, axes, chinese


@chinese
def plot_sample(values, marks, *, label="", note="", ax=None):
    """How often a sample has which value, and where plans of interest lie.

    Parameters
    ----------
    values : (n,) array
        The measure of each sampled plan.
    marks : dict of str to float
        Plans of interest by name.
    label, note : str
        Of the axis, and above the picture.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> len(plot_sample([1, 2, 2, 3], {"today": 4.0}).lines)
    1
    """
    ax = axes(ax, (7, 3.2))
    values = np.asarray(values, dtype=float)
    levels = np.unique(values)
    whole = len(levels) <= 60 and len(levels) > 1
    bins = np.append(levels, 2 * levels[-1] - levels[-2]) - np.diff(levels).min() / 2 if whole else 40
    ax.hist(
        values, bins=bins, weights=np.full(len(values), 100 / max(len(values), 1)), color="#B8C7D1", edgecolor="white"
    )
    ax.margins(x=0.06)
    top = ax.get_ylim()[1]
    for i, (name, value) in enumerate(marks.items()):
        colour = COLOURS[(3, 0, 2, 4)[i % 4]]
        ax.axvline(value, color=colour, linewidth=2)
        ax.text(value, top * (0.98 - 0.1 * i), f" {name} {value:,.4g}", va="top", color=colour, fontsize=9)
    ax.set(xlabel=label, ylabel="sampled plans 抽样方案 (%)", title=note)
    return ax


@chinese
def plot_chains(chain, columns, *, axes=None, points=120):
    """Measures along chains, one below another: chains that have mixed look alike and have no trend.

    Parameters
    ----------
    chain : (n,) integers
        The chain of each row; rows of a chain in their order.
    columns : dict of str to (n,) array
        Measures by label.
    axes : sequence of matplotlib.axes.Axes, optional
        One for each measure.
    points : int
        At most so many points of a chain are drawn, evenly spaced.

    Returns
    -------
    array of matplotlib.axes.Axes

    Examples
    --------
    >>> len(plot_chains([0, 0, 1, 1], {"cut": [3, 4, 4, 3]})[0].lines)
    2
    """
    import matplotlib.pyplot as plt

    chain = np.asarray(chain)
    if axes is None:
        size = (7.5, 0.6 + 1.5 * len(columns))
        axes = plt.subplots(len(columns), 1, figsize=size, sharex=True, layout="constrained", squeeze=False)[1][:, 0]
    for ax, (label, values) in zip(axes, columns.items(), strict=True):
        for i, c in enumerate(np.unique(chain)):
            row = np.asarray(values, dtype=float)[chain == c]
            at = np.arange(0, len(row), max(1, len(row) // points))
            ax.plot(at, row[at], linewidth=0.6, color=COLOURS[i % len(COLOURS)], label=f"{c}")
        ax.set_ylabel(label, fontsize=8)
    axes[0].legend(title="chain 链", fontsize=7, title_fontsize=7, ncols=4, loc="lower right")
    axes[-1].set_xlabel("plan along the chain 链上方案序号")
    return axes
