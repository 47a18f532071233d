"""Charts: plain tables and arrays in, matplotlib Axes out."""

from __future__ import annotations

import numpy as np

from .base import COLOURS, axes, chinese, nice_length


@chinese
def plot_load(teams, *, ax=None):
    """Load of each team, busiest on top, with the line where minutes asked equal minutes offered.

    Parameters
    ----------
    teams : DataFrame
        ``load`` and ``name`` or ``team_id``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas
    >>> len(plot_load(pandas.DataFrame({"team_id": ["a", "b"], "load": [0.8, 1.2]})).patches)
    2
    """
    ax = axes(ax, (7, 0.9 + 0.3 * len(teams)))
    frame = teams.sort_values("load", kind="stable")
    loads = frame["load"].to_numpy(dtype=float)
    names = (frame["name"] if "name" in frame else frame["team_id"]).astype(str)
    ax.barh(np.arange(len(frame)), 100 * loads, color=np.where(loads > 1, "#E69F00", "#0072B2"))
    ax.set_yticks(np.arange(len(frame)), names)
    ax.axvline(100, color="black", linewidth=1.5)
    ax.set_xlabel("minutes asked ÷ minutes offered (%)")
    return ax


@chinese
def plot_curve(times, weights=None, *, thresholds_min=(8, 10, 15), ax=None):
    """Cumulative share of people by minutes.

    Parameters
    ----------
    times : array_like or mapping of str to array_like
        Minutes; a mapping draws one line a name. ``inf`` is never reached and stays in the total.
    weights : array_like, optional
        People of each time; default 1.
    thresholds_min : sequence of float
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> ax = plot_curve({"own team": [4, 9, 12], "nearest team": [4, 6, 7]}, [1, 2, 1])
    >>> len(ax.get_legend().get_texts())
    2
    """
    ax = axes(ax, (7, 4))
    series = times if hasattr(times, "items") else {"": times}
    for (name, values), colour in zip(series.items(), COLOURS, strict=False):
        values = np.asarray(values, dtype=float)
        people = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
        order = np.argsort(values, kind="stable")
        share = 100 * np.cumsum(people[order]) / people.sum()
        seen = np.isfinite(values[order])
        ax.step(values[order][seen], share[seen], where="post", label=name or None, color=colour, linewidth=2)
    for threshold in thresholds_min:
        ax.axvline(threshold, color="#888888", linewidth=0.8, linestyle="--")
    ax.set(xlabel="minutes", ylabel="share of people reached (%)", ylim=(0, 101))
    ax.set_xlim(left=0)
    if any(series):
        ax.legend(frameon=False, loc="lower right")
    return ax


@chinese
def plot_week(table, *, label="share of people with someone in reach (%)", ax=None):
    """A heat map of the week: hours down, Monday to Sunday across.

    Parameters
    ----------
    table : DataFrame
        Shares, 0 … 1, as from ``WeekCoverage.table()``.
    label : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas
    >>> ax = plot_week(pandas.DataFrame(0.5, index=["08:00", "09:00"], columns=range(1, 8)))
    >>> [t.get_text() for t in ax.get_xticklabels()][:2]
    ['Mon 一', 'Tue 二']
    """
    ax = axes(ax, (6, 0.8 + 0.26 * len(table)))
    shown = ax.imshow(100 * table.to_numpy(dtype=float), aspect="auto", cmap="cividis", vmin=0, vmax=100)
    days = [
        f"{d} {z}" for d, z in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True)
    ]
    ax.set_xticks(np.arange(len(table.columns)), [days[int(c) - 1] for c in table.columns])
    ax.set_yticks(np.arange(len(table)), [str(i) for i in table.index])
    ax.figure.colorbar(shown, ax=ax, label=label)
    return ax


@chinese
def plot_shares(curves, *, ax=None):
    """Lorenz or concentration curves beside the line of equal shares.

    Parameters
    ----------
    curves : ShareCurve or mapping of str to ShareCurve
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> from libgrid import lorenz_curve
    >>> len(plot_shares({"loads": lorenz_curve([1, 2, 3])}).lines)
    2
    """
    ax = axes(ax, (5, 5))
    named = curves if hasattr(curves, "items") else {"": curves}
    ax.plot([0, 100], [0, 100], color="#888888", linewidth=0.8, linestyle="--")
    for (name, curve), colour in zip(named.items(), COLOURS, strict=False):
        text = f"{name} ({curve.index:.2f})".strip()
        ax.plot(100 * curve.people, 100 * curve.value, color=colour, linewidth=2, label=text)
    ax.set(xlabel="share of people (%)", ylabel="share of the whole (%)", xlim=(0, 100), ylim=(0, 100), aspect="equal")
    ax.legend(frameon=False, loc="upper left")
    return ax


@chinese
def plot_bars(values, *, limits=None, label="", limit_label="", ax=None):
    """Horizontal bars, in the order given, with an optional mark of what each may be at most.

    Parameters
    ----------
    values : Series
        Bars by name.
    limits : Series, optional
        Of the same index; a bar above its limit is orange.
    label, limit_label : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas
    >>> bars = pandas.Series({"station 1": 120, "station 2": 80})
    >>> len(plot_bars(bars, limits=pandas.Series({"station 1": 100, "station 2": 100})).patches)
    2
    """
    ax = axes(ax, (7, 0.9 + 0.3 * len(values)))
    length = values.to_numpy(dtype=float)
    at = np.arange(len(values))[::-1]
    most = np.full(len(values), np.inf) if limits is None else limits.reindex(values.index).to_numpy(dtype=float)
    ax.barh(at, length, color=np.where(length > most, "#E69F00", "#0072B2"))
    seen = np.isfinite(most)
    if seen.any():
        ax.vlines(most[seen], at[seen] - 0.42, at[seen] + 0.42, color="black", linewidth=1.6, label=limit_label or None)
        if limit_label:
            ax.legend(frameon=False, loc="lower right")
    ax.set_yticks(at, [str(name) for name in values.index])
    ax.set_xlabel(label)
    return ax


@chinese
def plot_sizes(sizes, *, lowest=None, highest=None, label="households and shops a grid 每格户数与商铺", ax=None):
    """How many grids have which size, with the norm.

    Parameters
    ----------
    sizes : (n,) array
        Missing ones are left out.
    lowest, highest : float, optional
        The norm; grids outside it are orange.
    label : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> plot_sizes([20, 45, 60, 130], lowest=30, highest=100).get_title()
    '2 of 4 grids outside 30–100'
    """
    ax = axes(ax, (7, 3.5))
    sizes = np.asarray(sizes, dtype=float)
    sizes = sizes[np.isfinite(sizes)]
    step = max(nice_length(max(float(np.ptp(sizes)) if sizes.size else 0.0, 1.0) / 12), 1.0)
    first = step * np.floor((sizes.min() if sizes.size else 0.0) / step)
    edges = np.arange(first, (sizes.max() if sizes.size else step) + 2 * step, step)
    low, high = -np.inf if lowest is None else lowest, np.inf if highest is None else highest
    inside = (sizes >= low) & (sizes <= high)
    ax.hist([sizes[inside], sizes[~inside]], bins=edges, stacked=True, color=["#0072B2", "#E69F00"], edgecolor="white")
    for limit in (lowest, highest):
        if limit is not None:
            ax.axvline(limit, color="black", linewidth=1.2, linestyle="--")
    if lowest is not None and highest is not None:
        ax.set_title(f"{int((~inside).sum())} of {len(sizes)} grids outside {lowest:g}–{highest:g}", fontsize=10)
    ax.set(xlabel=label, ylabel="grids 网格数")
    return ax


@chinese
def plot_chain(phases, *, ax=None):
    """A rescue as a bar chart in time: one bar a phase, what runs side by side stands on rows of its own.

    Parameters
    ----------
    phases : DataFrame
        ``phase`` (name), ``start_min``, ``end_min``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas
    >>> phases = pandas.DataFrame({"phase": ["travel", "preparation"], "start_min": [1, 1], "end_min": [10, 21]})
    >>> len(plot_chain(phases).patches)
    2
    """
    ax = axes(ax, (7, 0.9 + 0.36 * len(phases)))
    start = phases["start_min"].to_numpy(dtype=float)
    end = phases["end_min"].to_numpy(dtype=float)
    at = np.arange(len(phases))[::-1]
    ax.barh(at, end - start, left=start, color=[COLOURS[i % len(COLOURS)] for i in range(len(phases))])
    for y, b in zip(at, end, strict=True):
        if np.isfinite(b):
            ax.text(b, y, f" {b:.1f}", va="center", fontsize=8)
    ax.set_yticks(at, phases["phase"].astype(str))
    ax.set_xlim(0, max(float(np.nanmax(end[np.isfinite(end)], initial=1.0)) * 1.1, 1.0))
    ax.set_xlabel("minutes after the call 呼叫后分钟")
    return ax


@chinese
def plot_scores(scores, weights=None, *, label="score", ax=None):
    """How many people have which score, with the mean of all of them.

    Parameters
    ----------
    scores : (n,) array
    weights : (n,) array, optional
        People of each score.
    label : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> len(plot_scores([0.1, 0.2, 0.2, 0.4], [1, 1, 2, 1]).lines)
    1
    """
    ax = axes(ax, (7, 3.5))
    scores = np.asarray(scores, dtype=float)
    people = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=float)
    use = np.isfinite(scores) & (people > 0)
    ax.hist(scores[use], bins=30, weights=people[use], color="#0072B2", edgecolor="white")
    if use.any():
        mean = float(np.average(scores[use], weights=people[use]))
        ax.axvline(mean, color="black", linewidth=1.4)
        ax.text(mean, ax.get_ylim()[1] * 0.97, f" mean 均值 {mean:.3g}", va="top", fontsize=9)
    ax.set(xlabel=label, ylabel="people 人")
    return ax


@chinese
def plot_day(stops, *, ax=None):
    """A day's rounds as strips: a row a carer, a bar a visit with the stop's id.

    Parameters
    ----------
    stops : DataFrame
        ``carer_id``, ``stop_id``, ``begin_min``, ``leave_min`` (minutes of the day).
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas
    >>> stops = pandas.DataFrame({"carer_id": ["A", "A"], "stop_id": ["1", "2"], "begin_min": [540, 580],
    ...     "leave_min": [570, 600]})
    >>> [t.get_text() for t in plot_day(stops).texts]
    ['1', '2']
    """
    carers = list(dict.fromkeys(stops["carer_id"]))
    ax = axes(ax, (8, 0.9 + 0.5 * max(len(carers), 1)))
    row = stops["carer_id"].map({carer: len(carers) - 1 - i for i, carer in enumerate(carers)}).to_numpy()
    begin, end = (stops[column].to_numpy(dtype=float) / 60 for column in ("begin_min", "leave_min"))
    ax.barh(row, end - begin, left=begin, height=0.6, color="#56B4E9", edgecolor="white")
    for y, a, b, stop in zip(row, begin, end, stops["stop_id"], strict=True):
        ax.text((a + b) / 2, y, str(stop), ha="center", va="center", fontsize=7, rotation=90, clip_on=True)
    ax.set_yticks(np.arange(len(carers))[::-1], [str(carer) for carer in carers])
    ax.xaxis.set_major_formatter(lambda hour, _: f"{int(hour):02d}:{round(hour % 1 * 60):02d}")
    ax.set_xlabel("time of day 时刻")
    return ax
