"""Cells and geometries that a file's reader could not take: which issue each is."""

from __future__ import annotations

import numpy as np

from ..schema import Layer, fault_code

FileFault = tuple[str, int, str]  # column (empty: the geometry), row, what is wrong in the reader's words


def group_faults(layer: Layer, faults: list[FileFault], n: int) -> list[tuple[str, str, np.ndarray, str]]:
    """By issue and column: code, column, rows as a mask, and what to say of them.

    Examples
    --------
    >>> from libgrid.schema import LAYERS
    >>> group_faults(LAYERS["grids"], [("", 1, "a ring that is not closed or has fewer than four points")], 2)
    [('LG-P011', 'geometry', array([False,  True]), '')]
    """
    groups: dict[tuple[str, str, str], np.ndarray] = {}
    for column, row, what in faults:
        code, value = _code_of(layer, column, what)
        rows = groups.setdefault((code, column or "geometry", value), np.zeros(n, bool))
        rows[row] = True
    return [(code, column, rows, value) for (code, column, value), rows in groups.items()]


def _code_of(layer: Layer, column: str, what: str) -> tuple[str, str]:
    if column:
        return ("LG-H021" if "UTF-8" in what else fault_code(layer.name, "text")), ""
    if "a ring that is not closed" in what:
        return "LG-P011", ""
    if "in a layer of" in what or "geometry collection" in what:
        return "LG-P019", layer.geometry or ""
    if "curve" in what:
        return "LG-P022", ""
    return "LG-F008", what
