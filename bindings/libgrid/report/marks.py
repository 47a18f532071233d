"""Signs that both a map and its legend draw."""

from __future__ import annotations

from . import svg
from .scales import BLACK

SITE_SHAPES = {"studio": "circle", "station": "square", "centre": "diamond", "hospital": "cross"}


def site_mark(kind: str, x: float, y: float, r: float = 6.0) -> str:
    """The sign of a kind of site: shapes differ, so that colour is not needed to tell them apart."""
    style = f'fill="{BLACK}" stroke="#fff" stroke-width="1.5"'
    shape = SITE_SHAPES.get(kind, "circle")
    if shape == "circle":
        return f'<circle cx="{svg.px(x)}" cy="{svg.px(y)}" r="{svg.px(r)}" {style}/>'
    if shape == "square":
        return svg.rect(x - r + 0.5, y - r + 0.5, 2 * r - 1, 2 * r - 1, BLACK, 'stroke="#fff" stroke-width="1.5"')
    if shape == "diamond":
        d = svg.px(r * 1.35)
        return f'<path d="M{svg.px(x)} {svg.px(y - r * 1.35)}l{d} {d}l-{d} {d}l-{d} -{d}z" {style}/>'
    a = r * 0.45
    steps = [
        (-a, -r),
        (a, -r),
        (a, -a),
        (r, -a),
        (r, a),
        (a, a),
        (a, r),
        (-a, r),
        (-a, a),
        (-r, a),
        (-r, -a),
        (-a, -a),
    ]
    return f'<path d="M{"L".join(f"{svg.px(x + dx)} {svg.px(y + dy)}" for dx, dy in steps)}z" {style}/>'


def hatch_pattern(name: str, colour: str, step: float, width: float) -> str:
    """Slanted lines: a second channel beside colour."""
    return (
        f'<pattern id="{name}" width="{step}" height="{step}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)">{svg.line(0, 0, 0, step, colour, width)}</pattern>'
    )
