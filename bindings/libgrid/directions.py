"""Turns in words: which way a way bends, in Chinese and English."""

from __future__ import annotations

import numpy as np

# By the change of heading in degrees, right positive: up to here, the turn's name.
_TURNS = ((20, "straight"), (60, "slight"), (135, "turn"), (165, "sharp"), (181, "u_turn"))

WORDS = {
    "depart": ("出发", "set out"),
    "straight": ("直行", "go on"),
    "slight_left": ("向左前方", "keep left"),
    "slight_right": ("向右前方", "keep right"),
    "left": ("左转", "turn left"),
    "right": ("右转", "turn right"),
    "sharp_left": ("向左后方转", "turn sharp left"),
    "sharp_right": ("向右后方转", "turn sharp right"),
    "u_turn": ("掉头", "turn round"),
}
_UNNAMED = ("无名路", "an unnamed street")
_TO_NETWORK = ("走到路边", "walk to the street")
_FROM_NETWORK = ("离开道路走到终点", "walk from the street to the end")


def turn_of(degrees: float) -> str:
    """The turn's name for a change of heading in degrees, right positive.

    >>> turn_of(-90), turn_of(10), turn_of(190)
    ('left', 'straight', 'sharp_left')
    """
    degrees = (degrees + 180) % 360 - 180
    kind = next(name for limit, name in _TURNS if abs(degrees) <= limit)
    if kind in ("straight", "u_turn"):
        return kind
    side = "right" if degrees > 0 else "left"
    return side if kind == "turn" else f"{kind}_{side}"


def heading(xy: np.ndarray, at_end: bool, within_m: float = 15.0) -> float | None:
    """Degrees from north, clockwise, in which a line leaves its start or arrives at its end.

    Seen over the nearest 15 m: the first metres at a crossing are often drawn askew. None without length.
    """
    line = xy[::-1] if at_end else xy
    gap = np.hypot(*(line - line[0]).T)
    if not gap.any():
        return None
    far = np.argmax(gap >= within_m) if (gap >= within_m).any() else int(np.argmax(gap))
    dx, dy = line[far] - line[0]
    if at_end:
        dx, dy = -dx, -dy
    return float(np.degrees(np.arctan2(dx, dy)))


def sentence(turn: str, name: str | None, metres: float) -> tuple[str, str]:
    """One step in Chinese and in English.

    >>> sentence("left", "福田路", 120.4)
    ('左转，沿福田路走 120 米', 'turn left along 福田路 for 120 m')
    """
    m = f"{metres:.0f}" if np.isfinite(metres) else "?"
    if turn in ("to_network", "from_network"):
        zh, en = _TO_NETWORK if turn == "to_network" else _FROM_NETWORK
        return f"{zh}，{m} 米", f"{en}, {m} m"
    zh, en = WORDS[turn]
    return f"{zh}，沿{name or _UNNAMED[0]}走 {m} 米", f"{en} along {name or _UNNAMED[1]} for {m} m"
