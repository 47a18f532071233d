"""What every picture shares: a font with Chinese, colours that the colour-blind can tell apart, a scale bar."""

from __future__ import annotations

import functools

CHINESE_FONT = "WenQuanYi Micro Hei"
# Okabe & Ito (2008): told apart by all common kinds of colour vision.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9")
# The same hues as tints, for areas on which lines and names must stay readable.
TINTS = ("#a6cee3", "#fdd9a0", "#b2dfcf", "#f3c2a4", "#e6c9dc", "#d9d9d9", "#f4efb3", "#c7c3e0")
NO_DATA, MARK = "#e4e4e4", "#D55E00"


def chinese(draw):
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


def axes(ax, figsize):
    """The axes that were given, or new ones."""
    import matplotlib.pyplot as plt

    return ax if ax is not None else plt.subplots(figsize=figsize, layout="constrained")[1]


def frame_map(ax, bounds, margin: float = 0.08):
    """Show these bounds in metres with a scale bar, north up, without ticks."""
    west, south, east, north = (float(v) for v in bounds)
    edge = margin * max(east - west, north - south, 1.0)
    ax.set(xlim=(west - edge, east + edge), ylim=(south - edge, north + edge))
    ax.set_aspect("equal")
    ax.set_axis_off()
    _scale_bar(ax)
    return ax


def nice_length(longest_m: float) -> float:
    """The longest of 1, 2, 5 × 10ⁿ metres that is not longer than this.

    >>> nice_length(734.0)
    500.0
    """
    power = 1.0
    while power * 10 <= longest_m:
        power *= 10
    return max(power * step for step in (1, 2, 5) if power * step <= max(longest_m, power))


def _scale_bar(ax):
    from matplotlib.lines import Line2D

    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    length = nice_length((east - west) / 4)
    x, y = west + 0.03 * (east - west), south + 0.035 * (north - south)
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    style = {"color": "#222222", "solid_capstyle": "butt", "zorder": 20, "clip_on": False}
    bar = Line2D([x, x + length], [y, y], linewidth=3, gid="scale bar", **style)
    ax.add_artist(bar)  # an artist, not a line of the data: neither legends nor limits see it
    ax.text(x + length / 2, y + 0.012 * (north - south), label, ha="center", va="bottom", fontsize=8, zorder=20)
