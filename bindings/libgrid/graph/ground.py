"""The ground under blocks as columns of the core: area and borders of footprints, each once whoever stands there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from ..issues import name_some


def ground_columns(polygons: _core.PolygonSet, used: np.ndarray, ids: pd.Index) -> dict[str, np.ndarray]:
    """Twice the area in mm², perimeters and borders in µm, and which block stands on what.

    Lengths are finer than the millimetres of their ends, so that a grid of a hundred borders is right to a millionth.
    Raises InvalidInput for blocks that are used and have no area.
    """
    area2_mm2 = np.rint(_core.area_m2(polygons) * 2e6).astype(np.int64)
    flat = used & (area2_mm2 == 0)
    if flat.any():
        raise InvalidInput(f"Polsby–Popper needs shapes: blocks {name_some(ids[flat])} have none")
    a, b, length_m, first = _core.find_borders(polygons)
    border_um = np.rint(length_m * 1e6).astype(np.int64)
    shared_um = np.zeros(len(first), np.int64)
    np.add.at(shared_um, a, border_um)
    np.add.at(shared_um, b, border_um)
    # Rounding must not make the borders of a block longer than its perimeter.
    perimeter_um = np.maximum(np.rint(_core.perimeter_m(polygons) * 1e6).astype(np.int64), shared_um)
    return {
        "area2_mm2": area2_mm2, "perimeter_um": perimeter_um, "border_a": a, "border_b": b, "border_um": border_um,
        "stand_block": np.arange(len(first), dtype=np.int32), "stand_piece": np.ascontiguousarray(first),
    }  # fmt: skip
