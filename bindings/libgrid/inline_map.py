"""The small map of an object's HTML, as one inline SVG: it tells where the object is and what it looks like."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import shapely

from .plot._layers import outlines_of, tint_of
from .plot.base import TINTS

WIDTH, MOST_HEIGHT, MOST_SHAPES, MOST_LINES = 260.0, 220.0, 2_500, 12_000
GROUND = "#dfe6ec"


def inline_map(
    *, areas: Any = None, colours: Any = None, lines: Any = None, points: Any = None, title: str = "map"
) -> str:
    """A map of at most some tens of kilobytes; "" where nothing has a place.

    Parameters
    ----------
    areas, lines, points : array of geometries, optional
        In metres. Of more than 2,500 areas or 12,000 lines only dots are drawn, one a pixel.
    colours : sequence of str, optional
        Of the areas.
    title : str
        Read out to who cannot see it.

    Examples
    --------
    >>> inline_map(areas=[shapely.box(0, 0, 100, 50)], title="one block").count("<path")
    1
    """
    from .report import svg

    layers = [_with_place(g) for g in (areas, lines, points)]
    drawn = [g for g in layers if len(g)]
    if not drawn:
        return ""
    bounds = np.array([shapely.total_bounds(g) for g in drawn])
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    size = max((east - west) / (WIDTH - 8), (north - south) / (MOST_HEIGHT - 8), 1e-3)  # metres a pixel
    height = (north - south) / size + 8

    def pixels(xy):
        return np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) / size + 4

    def dots(shapes, colour: str, width: float) -> str:
        at = np.unique(np.rint(pixels(shapely.get_coordinates(shapely.centroid(shapes)))), axis=0)
        style = f'stroke="{colour}" stroke-width="{width}" stroke-linecap="round"'
        return f'<path d="{svg.dots(at)}" fill="none" {style}/>'

    body = []
    if len(layers[0]) > MOST_SHAPES:
        body.append(dots(layers[0], "#9fb2c2", 1.6))
    elif len(layers[0]):
        for colour, shapes in _by_colour(areas, colours):
            data = svg.path(svg.rings(shapes, pixels, 0.7 * size), closed=True)
            style = 'stroke="#fff" stroke-width=".6" fill-rule="evenodd"'
            body.append(f'<path d="{data}" fill="{escape(colour)}" {style}/>' if data else dots(shapes, colour, 2))
    if len(layers[1]) > MOST_LINES:
        body.append(dots(layers[1], "#777", 1.0))
    elif len(layers[1]):
        simple = shapely.get_parts(shapely.simplify(layers[1], 0.7 * size))
        data = svg.path([pixels(shapely.get_coordinates(line)) for line in simple])
        body.append(f'<path d="{data}" fill="none" stroke="#777" stroke-width=".7"/>')
    if len(layers[2]):
        body.append(dots(layers[2], "#222", 4))
    box = f'viewBox="0 0 {WIDTH:.0f} {height:.0f}" width="{WIDTH:.0f}" height="{height:.0f}"'
    label = escape(title, quote=True)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{label}">{"".join(body)}</svg>'


def _with_place(geometries: Any) -> np.ndarray:
    if geometries is None:
        return np.empty(0, dtype=object)
    shapes = np.asarray(geometries, dtype=object)
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _by_colour(areas: Any, colours: Any):
    """The areas by colour: one path a colour instead of one an area."""
    shapes = np.asarray(areas, dtype=object)
    colour = np.full(len(shapes), GROUND, dtype=object) if colours is None else np.asarray(colours, dtype=object)
    seen = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    for name in dict.fromkeys(colour[seen]):
        yield name, shapes[seen & (colour == name)]


def small_map_of(area: Any, plan: Any = None) -> str:
    """An area's inline map: the grids of a plan, today's by default, its streets and sites."""
    grids = None
    if len(area.ids("grids")) and (area.has_blocks or len(area.layer("grids"))):
        grids = outlines_of(area.plan if plan is None else plan)
    tint = None
    if grids is not None and 0 < len(grids) <= MOST_SHAPES:
        tint = np.array(TINTS)[tint_of(grids.geometry, grids["team_id"])]
    layer = lambda name: area.layer(name).geometry.to_numpy() if len(area.ids(name)) else None  # noqa: E731
    return inline_map(
        areas=None if grids is None else grids.geometry.to_numpy(),
        colours=tint,
        lines=layer("roads"),
        points=layer("sites"),
        title="map of the study area",
    )
