"""The map of two plans: borders before and after, and the blocks that move."""

from __future__ import annotations

from . import svg
from .facts import ReportFacts
from .map_svg import LEGEND, WIDTH, fit, line_paths
from .scales import BLACK, ORANGE, SKY
from .words import Words


def draw_change(facts: ReportFacts, words: Words, *, title: str) -> str | None:
    """One SVG, or None where no second plan was given.

    ``facts.change_map`` has a row for each outline: kind ("before", "after", "moved") and, of moved blocks, whether the
    doctor changes.
    """
    places = facts.change_map
    if places is None or not len(places):
        return None
    view = fit(places.total_bounds)
    kind = places["kind"].to_numpy()
    doctor = places["doctor"].to_numpy(dtype=bool)
    shapes = places.geometry.to_numpy()

    def rings(chosen, tolerance_px: float = 0.3) -> str:
        found = shapes[chosen]
        return svg.path(svg.rings(found, view, tolerance_px * view.metres_per_px), closed=True) if len(found) else ""

    roads = "" if facts.roads is None else line_paths(facts.roads.geometry.to_numpy(), view, 2.0)
    moved = kind == "moved"
    before, after = (rings(kind == name) for name in ("before", "after"))
    parts = [
        f'<defs><clipPath id="m-change-c">{svg.rect(0, 0, WIDTH - LEGEND, view.height, "#fff")}</clipPath></defs>',
        svg.rect(0, 0, WIDTH, view.height, "#fff"),
        '<g clip-path="url(#m-change-c)">',
        svg.rect(0, 0, WIDTH - LEGEND, view.height, "#f4f4f0"),
        f'<path d="{rings(moved & ~doctor)}" fill="{SKY}" fill-rule="evenodd"/>',
        f'<path d="{rings(moved & doctor)}" fill="{ORANGE}" fill-rule="evenodd"/>',
        f'<path d="{roads}" fill="none" stroke="#999" stroke-opacity=".5" stroke-width=".6"/>',
        f'<path d="{after}" fill="none" stroke="{BLACK}" stroke-width="1.5" stroke-linejoin="round"/>',
        f'<path d="{before}" fill="none" stroke="#b3261e" stroke-width="1.1" stroke-dasharray="4 3"/>',
        "</g>",
        svg.rect(0.5, 0.5, WIDTH - LEGEND - 1, view.height - 1, "none", 'stroke="#999"'),
    ]
    x, y = WIDTH - LEGEND + 14, 24.0
    rows = [
        (svg.rect(x, y - 10, 26, 15, SKY), "legend.moves"),
        (svg.rect(x, y + 12, 26, 15, ORANGE), "legend.moves_doctor"),
        (svg.line(x, y + 42, x + 26, y + 42, "#b3261e", 1.4, 'stroke-dasharray="4 3"'), "legend.before"),
        (svg.line(x, y + 64, x + 26, y + 64, BLACK, 1.6), "legend.after"),
    ]
    for i, (sign, label) in enumerate(rows):
        parts += [sign, svg.text(x + 34, y + 2 + 22 * i, words(label), 12)]
    desc = words("map.change.desc", n=int(moved.sum()))
    return svg.document(WIDTH, view.height, title, desc, "".join(parts), words.lang, "m-change")
