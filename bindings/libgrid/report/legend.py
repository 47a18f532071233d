"""The column beside a map: classes, signs, scale bar and north arrow."""

from __future__ import annotations

from ..plot.base import nice_length
from . import svg
from .marks import site_mark
from .scales import BLACK, NO_DATA, VERMILION, Scale
from .words import Words

BAR_PX = 130.0


def draw_legend(
    scale: Scale,
    layers,
    words: Words,
    *,
    x: float,
    height: float,
    metres_per_px: float,
    prefix: str,
    crs: str,
    any_withheld: bool,
    any_missing: bool,
    any_fields: bool,
) -> str:
    """Everything that a reader needs to read the map, top to bottom."""
    y = 24.0
    parts = [svg.text(x, y, scale.heading, 13, weight="bold")]
    y += 12

    def row(sign: str, label: str) -> None:
        nonlocal y
        parts.append(sign.replace("%Y", svg.px(y)))
        parts.append(svg.text(x + 34, y + 12, label, 12))
        y += 20

    def box(fill: str, stroke: str = "#999") -> str:
        style = f'fill="{fill}" stroke="{stroke}" stroke-width=".8"'
        return f'<rect x="{svg.px(x)}" y="%Y" width="26" height="15" {style}/>'

    for colour, label in zip(scale.colours, scale.labels, strict=True):
        row(box(colour), label)
    if any_missing:
        row(box(NO_DATA), words("legend.nodata"))
    if any_withheld:
        row(box(NO_DATA) + box(f"url(#{prefix}-w)"), words("legend.withheld"))
    y += 8
    if layers.gaps is not None and len(layers.gaps):
        row(box(f"url(#{prefix}-g)", VERMILION), words("legend.gap"))
    for points, colour, size, label in (
        (layers.far_dots, VERMILION, 4, "legend.dot_far"),
        (layers.near_dots, "#555", 3, "legend.dot_near"),
    ):
        if len(points):
            row(
                f'<circle cx="{svg.px(x + 13)}" cy="{svg.px(y + 8)}" r="{size}" fill="{colour}"/>',
                words(label),
            )
    if any_fields:
        row(svg.line(x, y + 8, x + 26, y + 8, BLACK, 2), words("legend.field"))
    if layers.roads is not None and len(layers.roads):
        row(svg.line(x, y + 8, x + 26, y + 8, "#777", 1.5), words("legend.road"))
    if layers.water is not None and len(layers.water):
        row(box("#9ecae1", "#6baed6"), words("legend.water"))
    if layers.sites is not None and len(layers.sites):
        kinds = list(dict.fromkeys(layers.sites["kind"])) if "kind" in layers.sites else ["station"]
        for kind in kinds[:6]:
            row(site_mark(kind, x + 13, y + 8, 5.5), words.term("site", kind))
    parts.append(_north(x + 140, height - 66, words))
    parts.append(_bar(x, height - 50, metres_per_px, words))
    for i, line in enumerate(_wrap(crs, 26)[:2]):
        parts.append(svg.text(x, height - 17 + 11 * i, line, 9, fill="#666"))
    return "".join(parts)


def _wrap(content: str, longest: int) -> list[str]:
    lines = [""]
    for word in content.split():
        if lines[-1] and len(lines[-1]) + len(word) >= longest:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _north(x: float, y: float, words: Words) -> str:
    arrow = f'<path d="M{svg.px(x)} {svg.px(y - 30)}l8 28l-8 -7l-8 7z" fill="{BLACK}"/>'
    return arrow + svg.text(x, y + 14, words("north"), 13, anchor="middle", weight="bold")


def _bar(x: float, y: float, metres_per_px: float, words: Words) -> str:
    length = nice_length(BAR_PX * 0.85 * metres_per_px)
    width = length / metres_per_px
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    half = svg.rect(x, y, width / 2, 5, BLACK) + svg.rect(x + width / 2, y, width / 2, 5, "#fff")
    return (
        half
        + svg.rect(x, y, width, 5, "none", f'stroke="{BLACK}" stroke-width=".8"')
        + svg.text(x, y + 18, "0", 11)
        + svg.text(x + width, y + 18, label, 11, anchor="middle" if width < 110 else "end")
    )
