"""A map of grids as one inline SVG: pure functions from frames to text."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import svg
from .legend import draw_legend
from .marks import hatch_pattern, site_mark
from .scales import BLACK, NO_DATA, VERMILION, Scale
from .suppress import Hidden
from .words import Words

WIDTH, LEGEND, HEIGHT_MAX, HEIGHT_MIN, MARGIN = 960.0, 190.0, 660.0, 500.0, 10.0
MAJOR = ("motorway", "trunk", "primary", "secondary", "tertiary")


@dataclass(frozen=True)
class Layers:
    """What lies under and over the coloured grids; any may be missing."""

    roads: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    sites: gpd.GeoDataFrame | None = None
    gaps: gpd.GeoDataFrame | None = None
    near_dots: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))
    far_dots: np.ndarray = field(default_factory=lambda: np.empty((0, 2)))


@dataclass(frozen=True)
class View:
    """Metres to pixels, north up."""

    left_m: float
    top_m: float
    metres_per_px: float
    height: float

    def __call__(self, points: np.ndarray) -> np.ndarray:
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.column_stack([points[:, 0] - self.left_m, self.top_m - points[:, 1]]) / self.metres_per_px


def fit(bounds) -> View:
    """The view that shows these bounds as large as the page allows."""
    x0, y0, x1, y1 = (float(v) for v in bounds)
    width_m, height_m = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    inner = WIDTH - LEGEND - 2 * MARGIN
    scale = max(width_m / inner, height_m / (HEIGHT_MAX - 2 * MARGIN))
    height = max(height_m / scale + 2 * MARGIN, HEIGHT_MIN)
    left = (x0 + x1) / 2 - (inner / 2 + MARGIN) * scale
    return View(left, (y0 + y1) / 2 + height / 2 * scale, scale, height)


def draw_map(
    grids: gpd.GeoDataFrame,
    column: str,
    scale: Scale,
    layers: Layers,
    words: Words,
    *,
    title: str,
    prefix: str,
    crs: str = "",
    label_teams: dict | None = None,
) -> str:
    """The map of one column; ``prefix`` makes its element ids unique on the page."""
    view = fit(grids.total_bounds)
    clip = f'<clipPath id="{prefix}-c">{svg.rect(0, 0, WIDTH - LEGEND, view.height, "#fff")}</clipPath>'
    hatch = hatch_pattern(f"{prefix}-g", VERMILION, 7, 1.6) + hatch_pattern(f"{prefix}-w", "#777", 6, 1.1)
    parts = [f"<defs>{clip}{hatch}</defs>", svg.rect(0, 0, WIDTH, view.height, "#fff")]
    withheld = _withheld(grids, column)
    inside = [
        svg.rect(0, 0, WIDTH - LEGEND, view.height, "#f4f4f0"),
        _grids(grids, column, scale, withheld, view, prefix),
        _water(layers.water, view),
        _roads(layers.roads, view),
        _fields(grids, view),
        _dots(layers.near_dots, view, "#555", 1.5, 0.55),
        _dots(layers.far_dots, view, VERMILION, 2.6, 0.9),
        _gaps(layers.gaps, view, prefix),
        _sites(layers.sites, view, label_teams, grids),
    ]
    parts.append(f'<g clip-path="url(#{prefix}-c)">{"".join(inside)}</g>')
    parts.append(svg.rect(0.5, 0.5, WIDTH - LEGEND - 1, view.height - 1, "none", 'stroke="#999"'))
    parts.append(_legend(grids, column, scale, layers, withheld, view, words, prefix, crs))
    desc = words("map.desc", n=len(grids), column=scale.heading)
    return svg.document(WIDTH, view.height, title, desc, "".join(parts), words.lang, prefix)


def _withheld(grids, column: str) -> np.ndarray:
    if column not in grids:
        return np.zeros(len(grids), dtype=bool)
    return np.array([isinstance(value, Hidden) for value in grids[column]], dtype=bool)


def numbers(frame, column: str) -> np.ndarray:
    """The column as floats; hidden and missing values are NaN."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    shown = [np.nan if isinstance(value, Hidden) else value for value in frame[column]]
    return pd.to_numeric(pd.Series(shown, dtype=object), errors="coerce").to_numpy(dtype=float)


def _grids(grids, column, scale, withheld, view, prefix) -> str:
    colours = scale.colour(numbers(grids, column))
    shapes = grids.geometry.to_numpy()
    parts = []
    for geometry, colour, few in zip(shapes, colours, withheld, strict=True):
        data = svg.path(svg.rings([geometry], view, 0.3 * view.metres_per_px), closed=True)
        if data:
            parts.append(f'<path d="{data}" fill="{NO_DATA if few else colour}"/>')
            if few:
                parts.append(f'<path d="{data}" fill="url(#{prefix}-w)"/>')
    return f'<g stroke="#fff" stroke-width=".8" fill-rule="evenodd">{"".join(parts)}</g>'


def _water(water, view) -> str:
    if water is None or not len(water):
        return ""
    areas = water[water.geom_type.isin(["Polygon", "MultiPolygon"])].geometry.to_numpy()
    lines = line_paths(water[water.geom_type.isin(["LineString", "MultiLineString"])].geometry.to_numpy(), view, 0)
    data = svg.path(svg.rings(areas, view, 0.6 * view.metres_per_px), closed=True) if len(areas) else ""
    return (
        f'<path d="{data}" fill="#9ecae1" stroke="#6baed6" stroke-width=".6" fill-rule="evenodd"/>'
        f'<path d="{lines}" fill="none" stroke="#6baed6" stroke-width="1.6"/>'
    )


def line_paths(geometries, view, shortest_px: float) -> str:
    simple = shapely.get_parts(shapely.simplify(np.asarray(geometries, dtype=object), 0.7 * view.metres_per_px))
    long = shapely.length(simple) >= shortest_px * view.metres_per_px
    return svg.path([view(shapely.get_coordinates(part)) for part in simple[long]])


def _roads(roads, view) -> str:
    if roads is None or not len(roads):
        return ""
    kind = roads["class"].astype(str).str.removesuffix("_link") if "class" in roads else pd.Series("", roads.index)
    major = kind.isin(MAJOR).to_numpy()
    shapes = roads.geometry.to_numpy()
    minor, main = line_paths(shapes[~major], view, 2.0), line_paths(shapes[major], view, 0.5)
    paths = [
        f'<path d="{minor}" stroke="#666" stroke-opacity=".45" stroke-width=".6"/>',
        f'<path d="{main}" stroke="#fff" stroke-width="3.4"/>',
        f'<path d="{main}" stroke="#777" stroke-width="1.5"/>',
    ]
    return f'<g fill="none" stroke-linejoin="round">{"".join(paths)}</g>'


def _fields(grids, view) -> str:
    """The borders between the teams' fields."""
    if "team_id" not in grids or len(grids["team_id"].dropna().unique()) < 2:
        return ""
    fields = [shapely.union_all(shapely.make_valid(group.geometry.to_numpy())) for _, group in grids.groupby("team_id")]
    data = svg.path(svg.rings(fields, view, 0.6 * view.metres_per_px), closed=True)
    return f'<path d="{data}" fill="none" stroke="{BLACK}" stroke-width="2" stroke-linejoin="round"/>'


def _dots(points, view, colour: str, size: float, opacity: float) -> str:
    data = svg.dots(view(points)) if len(points) else ""
    style = f'stroke="{colour}" stroke-width="{size}" stroke-linecap="round" stroke-opacity="{opacity}"'
    return f'<path d="{data}" fill="none" {style}/>' if data else ""


def _gaps(gaps, view, prefix) -> str:
    if gaps is None or not len(gaps):
        return ""
    data = svg.path(svg.rings(gaps.geometry.to_numpy(), view, 0.5 * view.metres_per_px), closed=True)
    return (
        f'<path d="{data}" fill="none" stroke="#fff" stroke-width="4" stroke-linejoin="round"/>'
        f'<path d="{data}" fill="url(#{prefix}-g)" stroke="{VERMILION}" stroke-width="2" '
        'stroke-linejoin="round" fill-rule="evenodd"/>'
    )


def _sites(sites, view, label_teams, grids) -> str:
    """Signs first, then names where they find room: a name that would cover another one is left out."""
    signs, labels, taken = [], [], []

    def place(x, y, name, size, weight=None, anchor="middle"):
        width = sum(size if ord(ch) > 255 else size * 0.56 for ch in name)
        left = {"middle": x - width / 2, "start": x, "end": x - width}[anchor]
        box = (left, y - size, left + width, y + 2)
        if box[0] < 2 or box[2] > WIDTH - LEGEND - 2 or box[1] < 2 or box[3] > view.height - 2:
            return False
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            return False
        taken.append(box)
        labels.append(svg.text(x, y, name, size, anchor=anchor, weight=weight, halo=True))
        return True

    if sites is not None and len(sites):
        at = view(shapely.get_coordinates(shapely.centroid(sites.geometry.to_numpy())))
        kinds = list(sites["kind"]) if "kind" in sites else ["station"] * len(sites)
        names = [str(n) for n in sites["name"]] if "name" in sites else [""] * len(sites)
        taken += [(x - 7, y - 7, x + 7, y + 7) for x, y in at]
        signs = [site_mark(kind, x, y) for kind, (x, y) in zip(kinds, at, strict=True)]
        for name, (x, y) in zip(names, at, strict=True):
            if name and len(sites) <= 40:
                spots = (
                    (x, y - 10, "middle"),
                    (x, y + 20, "middle"),
                    (x + 10, y + 4, "start"),
                    (x - 10, y + 4, "end"),
                )
                any(place(px_, py_, name, 12, anchor=anchor) for px_, py_, anchor in spots)
    if label_teams and "team_id" in grids:
        for team, group in grids.groupby("team_id"):
            if team in label_teams:
                middle = shapely.point_on_surface(shapely.union_all(shapely.make_valid(group.geometry.to_numpy())))
                x, y = view(shapely.get_coordinates(middle))[0]
                place(x, y, str(label_teams[team]), 13, "bold")
    return "".join(signs) + "".join(labels)


def _legend(grids, column, scale, layers, withheld, view, words, prefix, crs) -> str:
    values = numbers(grids, column)
    return draw_legend(
        scale,
        layers,
        words,
        x=WIDTH - LEGEND + 14,
        height=view.height,
        metres_per_px=view.metres_per_px,
        prefix=prefix,
        crs=crs,
        any_withheld=bool(withheld.any()),
        any_missing=bool(np.isnan(values[~withheld]).any()),
        any_fields="team_id" in grids and len(grids["team_id"].dropna().unique()) > 1,
    )
