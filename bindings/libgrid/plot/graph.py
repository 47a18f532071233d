"""Pictures of which blocks are neighbours."""

from __future__ import annotations

import numpy as np

from .base import COLOURS, MARK, axes, chinese, frame_map

_STYLES = {
    "border": ("#4d4d4d", "-", 0.8, "border 共边"),
    "corner": ("#4d4d4d", ":", 0.8, "corner 角点"),
    "stacked": (COLOURS[0], "-", 0.8, "stacked 同址"),
    "link": (MARK, "-", 2.0, "link 连接"),
}


@chinese
def plot_block_graph(graph, *, ax=None):
    """Blocks and which of them are neighbours, as lines between their middles.

    Parameters
    ----------
    graph : BlockGraph
        With places, as from :meth:`libgrid.BlockGraph.from_blocks`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import geopandas, shapely
    >>> import libgrid as lg
    >>> blocks = geopandas.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)])
    >>> ax = plot_block_graph(lg.BlockGraph.from_blocks(blocks))
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['border 共边']
    """
    import geopandas as gpd
    import shapely
    from matplotlib.collections import LineCollection

    shapes = graph.places()
    ax = axes(ax, (8, 8))
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    gpd.GeoSeries(shapes[drawn]).plot(ax=ax, color="#f2f2f2", edgecolor="#c8c8c8", linewidth=0.4)
    middle = np.full((len(shapes), 2), np.nan)
    middle[drawn] = shapely.get_coordinates(shapely.point_on_surface(shapes[drawn]))
    edges = graph.frame
    ends = np.stack([middle[graph.ids.get_indexer(edges[c])] for c in ("block_a", "block_b")], axis=1)
    for tie, (color, line, width, label) in _STYLES.items():
        use = (edges["tie"] == tie).to_numpy()
        if use.any():
            ax.add_collection(LineCollection(ends[use], colors=color, linestyles=line, linewidths=width, label=label))
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper right", frameon=False, fontsize=8)
    return frame_map(ax, shapely.total_bounds(shapes))


_HOW = {
    "streets": ("#1d4ed8", "along streets 沿街道"),
    "simplified": ("#059669", "simplified 已简化"),
    "left": ("#333333", "left as they were 未变"),
    "around": ("#7c3aed", "around buildings 绕开建筑"),
}


@chinese
def plot_borders(borders, *, streets=None, buildings=None, ax=None):
    """Borders between grids in the colour of what smoothing did with them.

    Parameters
    ----------
    borders : GeoDataFrame
        Lines with a column ``how``, as in `SmoothBorders.borders`.
    streets, buildings : GeoDataFrame or GeoSeries, optional
        Drawn below.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import libgrid as lg
    >>> town = lg.datasets.load("town")
    >>> ax = plot_borders(lg.smooth_borders(town.plan, streets=town.roads).borders)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['along streets 沿街道']
    """
    ax = axes(ax, (8, 8))
    if buildings is not None:
        buildings.plot(ax=ax, color="#dddddd")
    if streets is not None:
        streets.plot(ax=ax, color="#fbbf24", linewidth=3, alpha=0.6)
    for how, (color, label) in _HOW.items():
        use = (borders["how"] == how).to_numpy()
        if use.any():
            borders[use].plot(ax=ax, color=color, linewidth=1.8, label=label)
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper right", frameon=False, fontsize=8)
    return frame_map(ax, borders.total_bounds)
