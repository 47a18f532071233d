"""Colours and classes of the maps: sequential ones that the colour-blind can order, dark meaning worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .words import Words

SEQUENCE = ("#ffffd0", "#c9e8b4", "#7fcdbb", "#3fa9c0", "#2c6fae", "#232f80")
STEPS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0)
NO_DATA = "#e4e4e4"
ORANGE, BLUE, GREEN, VERMILION, SKY, BLACK = "#E69F00", "#0072B2", "#009E73", "#D55E00", "#56B4E9", "#222222"


@dataclass(frozen=True)
class Scale:
    """Class borders, the colours between them, and what the legend says."""

    heading: str
    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    upper_inclusive: bool = True

    def colour(self, values) -> list[str]:
        """The colour of each value; a missing one is grey, an infinite one has the last colour."""
        values = np.asarray(values, dtype=float)
        index = np.searchsorted(self.breaks, values, side="left" if self.upper_inclusive else "right")
        return [NO_DATA if np.isnan(v) else self.colours[i] for v, i in zip(values, index, strict=True)]


def minutes_scale(values, words: Words, heading: str, threshold: float | None = None) -> Scale:
    """Round classes of minutes that tell the values apart; the threshold is always a border."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    low, high = (float(np.quantile(values, 0.05)), float(np.quantile(values, 0.97))) if values.size else (0.0, 5.0)
    if threshold is None:
        low = 0.0
    whole = bool(values.size) and bool((values == np.round(values)).all())
    steps = [step for step in STEPS if step * 5 >= high - low and (step == round(step) or not whole)]
    step = steps[0] if steps else 60.0
    first = 0 if whole and threshold is None else 1
    breaks = [round((np.floor(low / step) + i) * step, 1) for i in range(first, first + 5)]
    if threshold is not None and threshold not in breaks:
        breaks[int(np.argmin([abs(b - threshold) for b in breaks]))] = float(threshold)
    return Scale(heading, tuple(breaks), SEQUENCE, _labels(breaks, words, whole))


def share_scale(words: Words, heading: str) -> Scale:
    """Classes of a share covered; 80 % is the national target, so it is a border."""
    breaks = (0.5, 0.7, 0.8, 0.9, 0.99)
    shown = [f"{b:.0%}" for b in breaks]
    labels = [words("legend.below", x=shown[0])]
    labels += [words("legend.between", a=a, b=b) for a, b in pairwise(shown)]
    labels.append(words("legend.from", x=shown[-1]))
    return Scale(heading, breaks, tuple(reversed(SEQUENCE)), tuple(labels), upper_inclusive=False)


def _labels(breaks: Sequence[float], words: Words, whole: bool) -> tuple[str, ...]:
    """Half-open classes; where values are whole minutes a class of one minute is named by it."""
    shown = [f"{b:g}" for b in breaks]
    labels = [words("legend.up_to", x=shown[0])]
    for (low, high), a, b in zip(pairwise(breaks), shown, shown[1:], strict=False):
        labels.append(b if whole and high - low == 1 else words("legend.between", a=a, b=b))
    return (*labels, words("legend.over", x=shown[-1]))
