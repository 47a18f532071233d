"""Pictures: plain frames and arrays in, matplotlib Axes out. Every result's ``plot`` method draws with these."""

from .base import COLOURS, MARK, TINTS
from .charts import (
    plot_bars,
    plot_chain,
    plot_curve,
    plot_day,
    plot_load,
    plot_scores,
    plot_shares,
    plot_sizes,
    plot_week,
)
from .graph import plot_block_graph, plot_borders
from .maps import plot_area, plot_change, plot_isochrones, plot_map, plot_places, plot_raster
from .samples import plot_chains, plot_sample

__all__ = [
    "COLOURS",
    "MARK",
    "TINTS",
    "plot_area",
    "plot_bars",
    "plot_block_graph",
    "plot_borders",
    "plot_chain",
    "plot_chains",
    "plot_change",
    "plot_curve",
    "plot_day",
    "plot_isochrones",
    "plot_load",
    "plot_map",
    "plot_places",
    "plot_raster",
    "plot_sample",
    "plot_scores",
    "plot_shares",
    "plot_sizes",
    "plot_week",
]
