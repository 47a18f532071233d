"""Bars and curves as inline SVG: pure functions from frames to text."""

from __future__ import annotations

import math

import numpy as np

from . import svg
from .map_svg import numbers
from .scales import BLACK, BLUE, GREEN, ORANGE, SKY, VERMILION
from .words import Words

WIDTH = 960.0


def _legend(x: float, y: float, entries) -> str:
    parts = []
    for colour, label in entries:
        parts.append(svg.rect(x, y - 10, 18, 12, colour, 'stroke="#999" stroke-width=".6"'))
        parts.append(svg.text(x + 24, y, label, 12))
        x += 44 + sum(12 if ord(ch) > 255 else 6.8 for ch in label)
    return "".join(parts)


def _short(name, longest: int = 15) -> str:
    """A name that fits beside a bar: a Chinese character counts for two Latin ones."""
    room, kept = longest * 2, ""
    for ch in str(name):
        room -= 2 if ord(ch) > 255 else 1
        if room < 0:
            return kept + "…"
        kept += ch
    return kept


def load_bars(teams, words: Words, *, prefix: str = "load") -> str:
    """Minutes asked of each team as a share of minutes offered, busiest first, with the line at 100 %."""
    frame = teams.assign(_load=numbers(teams, "load")).sort_values("_load", ascending=False, kind="stable")
    loads = frame["_load"].to_numpy()
    finite = loads[np.isfinite(loads)]
    top = max(1.2, math.ceil((float(finite.max()) if finite.size else 1.0) * 5 + 0.2) / 5)
    left, right, row, y0 = 210.0, 190.0, 24.0, 60.0
    inner = WIDTH - left - right
    height = y0 + row * len(frame) + 46
    bottom = y0 + row * len(frame)
    parts = [svg.rect(0, 0, WIDTH, height, "#fff")]
    keys = (("#2c6fae", "load.within"), (ORANGE, "load.over"), (SKY, "load.travel"))
    parts.append(_legend(left, 24, [(colour, words(key)) for colour, key in keys]))
    step = 0.2 if top <= 2 else 0.5 if top <= 5 else math.ceil(top / 10)
    for i in range(int(top / step + 1e-9) + 1):
        x = left + inner * i * step / top
        parts.append(svg.line(x, y0 - 6, x, bottom, "#ddd"))
        parts.append(svg.text(x, bottom + 15, f"{i * step:.0%}", 11, anchor="middle", fill="#555"))
    parts.append(svg.text(left + inner / 2, bottom + 34, words("load.axis"), 12, anchor="middle"))
    names = frame["name"] if "name" in frame else frame["team_id"]
    columns = zip(names, loads, *(numbers(frame, c) for c in ("asked_min", "travel_min", "offered_min")), strict=True)
    for i, (name, load, asked, travel, offered) in enumerate(columns):
        y = y0 + row * i
        parts.append(svg.text(left - 8, y + 14, _short(name), 12.5, anchor="end"))
        if math.isfinite(load):
            parts.append(svg.rect(left, y + 2, inner * load / top, 16, ORANGE if load > 1 else "#2c6fae"))
            if math.isfinite(travel) and asked > 0:
                parts.append(svg.rect(left, y + 2, inner * load / top * travel / asked, 16, SKY))
        hours = f"{words.number(asked / 60)} / {words.number(offered / 60)} {words('hours')}"
        figures = f"{words.percent(load, 0)}  {hours}"
        parts.append(svg.text(WIDTH - right + 8, y + 14, figures if math.isfinite(load) else words("withheld"), 12))
    x = left + inner / top
    parts.append(svg.line(x, y0 - 12, x, bottom, BLACK, 2))
    parts.append(svg.text(x, y0 - 15, "100%", 12, anchor="middle", weight="bold"))
    title, desc = words("chart.load"), words("chart.load.desc")
    return svg.document(WIDTH, height, title, desc, "".join(parts), words.lang, prefix)


def response_curves(curve, words: Words, *, threshold_min: float = 10.0, prefix: str = "curve") -> str:
    """Cumulative share of people by minutes, own and nearest team, with the lines of the thresholds."""
    minutes = curve["minutes"].to_numpy(dtype=float)
    top = max(float(minutes.max()), threshold_min * 1.2)
    left, right, y0, inner_h = 64.0, 30.0, 44.0, 280.0
    inner, bottom, height = WIDTH - left - right, y0 + inner_h, y0 + inner_h + 50
    parts = [svg.rect(0, 0, WIDTH, height, "#fff")]
    parts.append(_legend(left, 20, [(BLUE, words("curve.own")), (ORANGE, words("curve.nearest"))]))
    for i in range(6):
        y = bottom - inner_h * i / 5
        parts.append(svg.line(left, y, WIDTH - right, y, "#ddd"))
        parts.append(svg.text(left - 8, y + 4, f"{i * 20}%", 11.5, anchor="end", fill="#555"))
    step = next(s for s in (1, 2, 5, 10, 20, 60, 1e9) if top / s <= 16)
    for i in range(int(top / step) + 1):
        x = left + inner * i * step / top
        parts.append(svg.line(x, bottom, x, bottom + 5, "#777"))
        parts.append(svg.text(x, bottom + 18, f"{i * step:g}", 11.5, anchor="middle", fill="#555"))
    for mark in sorted({8.0, float(threshold_min), 15.0}):
        if mark < top:
            x, main = left + inner * mark / top, mark == threshold_min
            dash = "" if main else 'stroke-dasharray="4 4"'
            parts.append(svg.line(x, y0 - 4, x, bottom, VERMILION if main else "#888", 1.6 if main else 1, dash))
            label = f"{mark:g} {words('min')}"
            parts.append(svg.text(x, y0 - 8, label, 11.5, anchor="middle", fill="#a03f00" if main else "#555"))
    for column, colour, dash in (
        ("nearest_share", ORANGE, ' stroke-dasharray="9 4"'),
        ("own_share", BLUE, ""),
    ):
        share = curve[column].to_numpy(dtype=float)
        points = np.column_stack([left + inner * minutes / top, bottom - inner_h * share])
        parts.append(f'<path d="{svg.path([points])}" fill="none" stroke="{colour}" stroke-width="2.6"{dash}/>')
    parts.append(svg.line(left, bottom, WIDTH - right, bottom, "#777"))
    parts.append(svg.text(left + inner / 2, height - 10, words("curve.x"), 12.5, anchor="middle"))
    y_label = svg.text(0, 0, words("curve.y"), 12.5, anchor="middle")
    parts.append(f'<g transform="translate(16 {svg.px(y0 + inner_h / 2)}) rotate(-90)">{y_label}</g>')
    title, desc = words("chart.curve"), words("chart.curve.desc")
    return svg.document(WIDTH, height, title, desc, "".join(parts), words.lang, prefix)


def coverage_bars(access, response, words: Words, *, access_min: float, response_min: float, prefix="groups") -> str:
    """Share covered of each group of people: access and response side by side; either frame may be None."""
    series = [
        (frame, colour, words(key, minutes=f"{minutes:g}"))
        for frame, colour, key, minutes in (
            (access, BLUE, "groups.access", access_min),
            (response, GREEN, "groups.response", response_min),
        )
        if frame is not None
    ]
    groups = list(dict.fromkeys(group for frame, _, _ in series for group in frame["group"]))
    left, right, bar, y0 = 170.0, 90.0, 15.0, 46.0
    row = bar * len(series) + 12
    inner, bottom = WIDTH - left - right, y0 + row * len(groups)
    height = bottom + 26
    parts = [svg.rect(0, 0, WIDTH, height, "#fff")]
    parts.append(_legend(left, 22, [(colour, label) for _, colour, label in series]))
    for i in range(6):
        x = left + inner * i / 5
        parts.append(svg.line(x, y0 - 6, x, bottom, "#ddd"))
        parts.append(svg.text(x, bottom + 16, f"{i * 20}%", 11, anchor="middle", fill="#555"))
    for i, group in enumerate(groups):
        y = y0 + row * i
        parts.append(svg.text(left - 8, y + row / 2, words.term("group", group), 13, anchor="end"))
        for j, (frame, colour, _) in enumerate(series):
            share = dict(zip(frame["group"], frame.get("covered_share", np.full(len(frame), np.nan)), strict=True)).get(
                group
            )
            at = y + 2 + j * bar
            shown = words.percent(share)
            known = isinstance(share, int | float) and share == share
            width = inner * float(share) if known else 0.0
            parts.append(svg.rect(left, at, width, bar - 2, colour))
            parts.append(svg.text(left + width + 6, at + bar - 4, shown, 11.5))
    title, desc = words("chart.groups"), words("chart.groups.desc")
    return svg.document(WIDTH, height, title, desc, "".join(parts), words.lang, prefix)
