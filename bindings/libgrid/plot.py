"""Pictures for notebooks: plain frames in, matplotlib Axes out."""

from __future__ import annotations

import functools

import numpy as np

CHINESE_FONT = "WenQuanYi Micro Hei"


def _chinese(draw):
    """Draws with a font that has Chinese behind the reader's own; their settings stay as they are."""

    @functools.wraps(draw)
    def drawn(*args, **kwargs):
        import matplotlib as mpl
        from matplotlib import font_manager

        # This one setting alone is put back: rc_context would also take back the interactive mode that a notebook's
        # backend turns on with its first figure, and leave every later picture undrawn.
        family = list(mpl.rcParams["font.family"])
        if CHINESE_FONT not in family and CHINESE_FONT in font_manager.get_font_names():
            mpl.rcParams["font.family"] = [*family, CHINESE_FONT]
        try:
            return draw(*args, **kwargs)
        finally:
            mpl.rcParams["font.family"] = family

    return drawn


def _axes(ax, figsize):
    import matplotlib.pyplot as plt

    return ax if ax is not None else plt.subplots(figsize=figsize, layout="constrained")[1]


@_chinese
def plot_map(grids, column, *, roads=None, sites=None, gaps=None, label=None, cmap="cividis_r", ax=None):
    """A map of grids coloured by a column.

    Parameters
    ----------
    grids : GeoDataFrame
        In metres; missing values are grey.
    column : str
        A numeric column.
    roads, sites, gaps : GeoDataFrame, optional
        Drawn over the grids: thin lines, black dots, outlines.
    label : str, optional
        Of the colour bar, with its unit; default the column's name.
    cmap : str
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> grids = geopandas.GeoDataFrame({"own_team_min": [4.0, 9.0]},
    ...     geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    >>> plot_map(grids, "own_team_min").get_aspect()
    1.0
    """
    ax = _axes(ax, (8, 6))
    values = grids[column].astype(float).replace([np.inf, -np.inf], np.nan)
    grids.assign(**{column: values}).plot(
        column=column,
        ax=ax,
        cmap=cmap,
        legend=True,
        edgecolor="white",
        linewidth=0.5,
        legend_kwds={"label": label or column, "shrink": 0.7},
        missing_kwds={"color": "#e4e4e4"},
    )
    for frame, style in (
        (roads, {"color": "#666666", "linewidth": 0.4}),
        (gaps, {"color": "#D55E00", "linewidth": 1.6}),
    ):
        if frame is not None and len(frame):
            shape = frame if frame is roads else frame.boundary
            shape.plot(ax=ax, **style)
    if sites is not None and len(sites):
        sites.plot(ax=ax, color="black", edgecolor="white", markersize=40, zorder=5)
    # The grids fill the picture; roads that lead on are cut off a little way beyond.
    west, south, east, north = grids.total_bounds
    margin = 0.08 * max(east - west, north - south)
    ax.set(xlim=(west - margin, east + margin), ylim=(south - margin, north + margin))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


@_chinese
def plot_isochrones(shapes, *, roads=None, sources=None, path=None, ax=None):
    """What is reached within each threshold, the shortest on top, over the streets.

    Parameters
    ----------
    shapes : GeoDataFrame
        ``threshold_s`` and polygons, as from :func:`libgrid.build_isochrones`.
    roads, sources : GeoDataFrame, optional
        Drawn over the shapes: thin lines, black dots.
    path : Path, optional
        A way from :func:`libgrid.find_path`, drawn last.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> shapes = geopandas.GeoDataFrame({"threshold_s": [300, 600]},
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(-5, -5, 15, 15)])
    >>> [text.get_text() for text in plot_isochrones(shapes).get_legend().get_texts()]
    ['5 min', '10 min']
    """
    import matplotlib as mpl
    from matplotlib.patches import Patch

    ax = _axes(ax, (8, 8))
    limits = sorted(shapes["threshold_s"].unique())
    # The nearest is darkest, so that the order reads in print too.
    colours = mpl.colormaps["cividis"](np.linspace(0.25, 0.95, len(limits)))
    for limit, colour in reversed(list(zip(limits, colours, strict=True))):
        part = shapes[(shapes["threshold_s"] == limit) & ~shapes.geometry.is_empty]
        if len(part):
            part.plot(ax=ax, color=colour, edgecolor="white", linewidth=0.8)
    west, south, east, north = shapes.total_bounds
    margin = 0.05 * max(east - west, north - south)
    if roads is not None and len(roads):
        near = roads.cx[west - margin : east + margin, south - margin : north + margin]
        if len(near):
            near.plot(ax=ax, color="#222222", linewidth=0.4)
    if path is not None and path.found and path.geometry is not None:
        path.steps.plot(ax=ax, color="#D55E00", linewidth=2.5)
    if sources is not None and len(sources):
        sources.plot(ax=ax, color="black", edgecolor="white", markersize=60, zorder=5)
    ax.legend(
        handles=[Patch(color=c, label=f"{t / 60:g} min") for t, c in zip(limits, colours, strict=True)],
        frameon=True,
        loc="lower right",
    )
    ax.set(xlim=(west - margin, east + margin), ylim=(south - margin, north + margin))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


@_chinese
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
    ax = _axes(ax, (7, 0.9 + 0.3 * len(teams)))
    frame = teams.sort_values("load", kind="stable")
    loads = frame["load"].to_numpy(dtype=float)
    names = (frame["name"] if "name" in frame else frame["team_id"]).astype(str)
    ax.barh(np.arange(len(frame)), 100 * loads, color=np.where(loads > 1, "#E69F00", "#0072B2"))
    ax.set_yticks(np.arange(len(frame)), names)
    ax.axvline(100, color="black", linewidth=1.5)
    ax.set_xlabel("minutes asked ÷ minutes offered (%)")
    return ax


@_chinese
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
    ax = _axes(ax, (7, 4))
    series = times if hasattr(times, "items") else {"": times}
    for (name, values), colour in zip(series.items(), _colours(), strict=False):
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


@_chinese
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
    ax = _axes(ax, (6, 0.8 + 0.26 * len(table)))
    shown = ax.imshow(100 * table.to_numpy(dtype=float), aspect="auto", cmap="cividis", vmin=0, vmax=100)
    days = [
        f"{d} {z}" for d, z in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True)
    ]
    ax.set_xticks(np.arange(len(table.columns)), [days[int(c) - 1] for c in table.columns])
    ax.set_yticks(np.arange(len(table)), [str(i) for i in table.index])
    ax.figure.colorbar(shown, ax=ax, label=label)
    return ax


@_chinese
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
    ax = _axes(ax, (5, 5))
    named = curves if hasattr(curves, "items") else {"": curves}
    ax.plot([0, 100], [0, 100], color="#888888", linewidth=0.8, linestyle="--")
    for (name, curve), colour in zip(named.items(), _colours(), strict=False):
        text = f"{name} ({curve.index:.2f})".strip()
        ax.plot(100 * curve.people, 100 * curve.value, color=colour, linewidth=2, label=text)
    ax.set(xlabel="share of people (%)", ylabel="share of the whole (%)", xlim=(0, 100), ylim=(0, 100), aspect="equal")
    ax.legend(frameon=False, loc="upper left")
    return ax


def _colours():
    return ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
