"""Small helpers that write SVG as text."""

from __future__ import annotations

from html import escape

import numpy as np
import shapely

FONT = '"WenQuanYi Micro Hei","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",Helvetica,Arial,sans-serif'


def px(value: float) -> str:
    """A coordinate rounded to a tenth of a pixel, as short as it can be written."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def text(x: float, y: float, content: str, size: float = 12, **attributes) -> str:
    """A text element; ``anchor``, ``fill``, ``weight`` and ``halo`` are short for the usual attributes."""
    extra = ""
    if attributes.get("anchor"):
        extra += f' text-anchor="{attributes["anchor"]}"'
    if attributes.get("weight"):
        extra += f' font-weight="{attributes["weight"]}"'
    if attributes.get("halo"):
        extra += ' stroke="#fff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    fill = attributes.get("fill", "#222")
    place = f'x="{px(x)}" y="{px(y)}" font-size="{px(size)}"'
    return f'<text {place} fill="{fill}"{extra}>{escape(str(content))}</text>'


def rect(x, y, width, height, fill, extra: str = "") -> str:
    """A rectangle."""
    box = f'x="{px(x)}" y="{px(y)}" width="{px(max(width, 0))}" height="{px(max(height, 0))}"'
    return f'<rect {box} fill="{fill}"{" " + extra if extra else ""}/>'


def line(x1, y1, x2, y2, stroke="#999", width=1.0, extra: str = "") -> str:
    """A straight line."""
    ends = f'x1="{px(x1)}" y1="{px(y1)}" x2="{px(x2)}" y2="{px(y2)}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{px(width)}"{" " + extra if extra else ""}/>'


def document(width, height, title: str, desc: str, body: str, lang: str, prefix: str) -> str:
    """A complete svg element with its title and description."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {px(width)} {px(height)}" width="{px(width)}" '
        f'height="{px(height)}" role="img" aria-labelledby="{prefix}-t {prefix}-d" xml:lang="{lang}" '
        f"font-family='{FONT}'>"
        f'<title id="{prefix}-t">{escape(title)}</title>'
        f'<desc id="{prefix}-d">{escape(desc)}</desc>{body}</svg>'
    )


def _tenths(value: int) -> str:
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, tenth = divmod(value, 10)
    if not tenth:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{tenth}"


def _pair(dx: int, dy: int) -> str:
    second = _tenths(dy)
    return _tenths(dx) + (second if second.startswith("-") else " " + second)


def path(lines: list[np.ndarray], *, closed: bool = False) -> str:
    """Path data of many lines in relative tenths of a pixel: a third of the bytes of absolute coordinates.

    Differences are taken between rounded positions, so rounding does not add up along the path.
    """
    parts, at_x, at_y = [], 0, 0
    for points in lines:
        cells = np.rint(np.asarray(points) * 10).astype(int)
        keep = np.ones(len(cells), dtype=bool)
        keep[1:] = np.any(cells[1:] != cells[:-1], axis=1)
        cells = cells[keep].tolist()
        if closed and len(cells) > 1 and cells[0] == cells[-1]:
            cells.pop()
        if len(cells) < (3 if closed else 2):
            continue
        start_x, start_y = cells[0]
        parts.append("m" + _pair(start_x - at_x, start_y - at_y))
        at_x, at_y = start_x, start_y
        for i, (x, y) in enumerate(cells[1:]):
            step = _pair(x - at_x, y - at_y)
            parts.append("l" + step if i == 0 else step if step.startswith("-") else " " + step)
            at_x, at_y = x, y
        if closed:
            parts.append("z")
            at_x, at_y = start_x, start_y
    # A path must begin with an absolute position.
    return "M" + "".join(parts)[1:] if parts else ""


def dots(points: np.ndarray) -> str:
    """Path data of zero-length lines: with round caps each is a dot, one element for thousands of them."""
    cells = np.unique(np.rint(np.asarray(points) * 10).astype(int), axis=0)
    if not len(cells):
        return ""
    steps = np.diff(cells, axis=0, prepend=np.zeros((1, 2), dtype=int)).tolist()
    return "M" + "".join(f"m{_pair(dx, dy)}h0" for dx, dy in steps)[1:]


def rings(geometries, project, tolerance_m: float) -> list[np.ndarray]:
    """All rings of polygons in pixels, simplified."""
    simple = shapely.simplify(np.asarray(geometries, dtype=object), tolerance_m, preserve_topology=True)
    parts = shapely.get_rings(shapely.get_parts(simple[~shapely.is_missing(simple)]))
    return [project(shapely.get_coordinates(part)) for part in parts]
