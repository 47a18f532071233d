"""What was asked of a redraw: the keywords that shape its problem."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Asked:
    """The keywords of `lg.redraw` that shape the problem."""

    grids: object = None
    grid_price: float = 1.0
    limits: dict | None = None
    order: tuple | None = None
    weights: dict | None = None
    locked: tuple = ()
    keep_together: tuple = ()
    keep_apart: tuple = ()
    forbidden: tuple = ()
    max_moved: object = None
    leader: object = None
    balance: str | None = None
    natural_lines: object = None
    rules: pd.DataFrame | None = None
