"""The order in which a block's neighbours lie around it: the rotation of each block of a planar map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from .. import _core

TOUCH_M = 0.002  # stretches that end this near to each other meet: places are whole millimetres
COLUMNS = ["block", "ring", "turn", "neighbour", "length_m"]


def stretches_around(polygons: _core.PolygonSet, frame, shapes: np.ndarray) -> pd.DataFrame:
    """Stretches of border of each footprint in the order of its rings.

    `shapes` are the blocks' polygons in metres. Rows: block (the first of its footprint), ring (0: the outer one, then
    its holes), turn (0 … along the ring, counter-clockwise), neighbour (the first block of the footprint there, or -1)
    and length_m.
    """
    pair, ends = _core.find_border_pieces(polygons)
    a = frame.to_positions(np.ascontiguousarray(ends[:, :2]))
    b = frame.to_positions(np.ascontiguousarray(ends[:, 2:]))
    length = np.hypot(*(b - a).T)
    sides = pd.DataFrame({
        "block": np.concatenate([pair[:, 0], pair[:, 1]]), "neighbour": np.concatenate([pair[:, 1], pair[:, 0]]),
        "length_m": np.tile(length, 2),
    })  # fmt: skip
    middle = shapely.points(np.tile((a + b) / 2, (2, 1)))
    first = np.unique(_core.find_footprints(polygons))
    rings = _rings(first, shapes[first])
    sides, middle = _on_rings(sides, middle, rings)
    sides["at_m"] = shapely.line_locate_point(rings["line"].to_numpy()[sides["row"]], middle)
    sides = sides.sort_values(["row", "at_m"], kind="stable")
    return _turns(sides, rings)


def _rings(block: np.ndarray, shapes: np.ndarray) -> pd.DataFrame:
    """The outer ring counter-clockwise, holes clockwise, so that the block is always on the left."""
    parts, of = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    lines, part = shapely.get_rings(parts, return_index=True)
    owner = of[part]
    table = pd.DataFrame({"block": block[owner], "line": lines})
    table["ring"] = table.groupby("block", sort=False).cumcount()
    return table


def _on_rings(sides: pd.DataFrame, middle: np.ndarray, rings: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Each side with the ring of its block that it lies on: of several the nearest."""
    many = pd.DataFrame({"block": rings["block"], "row": np.arange(len(rings))})
    found = sides.assign(side=np.arange(len(sides))).merge(many, on="block", how="left")
    off = shapely.distance(middle[found["side"]], rings["line"].to_numpy()[found["row"]])
    found = found.assign(off=off).sort_values(["side", "off", "row"], kind="stable").drop_duplicates("side")
    return found.drop(columns=["side", "off"]).reset_index(drop=True), middle


def _turns(sides: pd.DataFrame, rings: pd.DataFrame) -> pd.DataFrame:
    """Pieces that follow each other made one stretch, with what lies open between stretches; all rings at once."""
    sides = sides.reset_index(drop=True)
    whole = shapely.length(rings["line"].to_numpy())
    row, neighbour, length = (sides[c].to_numpy() for c in ("row", "neighbour", "length_m"))
    begin = sides["at_m"].to_numpy() - length / 2
    # The piece before each; before a ring's first comes its last, one time around earlier.
    first = np.r_[True, row[1:] != row[:-1]] if len(row) else np.zeros(0, bool)
    last = np.flatnonzero(np.r_[first[1:], True]) if len(row) else np.zeros(0, int)
    before = np.arange(len(row)) - 1
    before[first] = last
    gap = begin - (begin + length)[before] + np.where(first, whole[row], 0.0)
    new = (neighbour != neighbour[before]) | (gap > TOUCH_M)
    new[first] |= ~pd.Series(new).groupby(row).transform("any").to_numpy()[first]
    # What comes before a ring's first new stretch goes on from its last one.
    number = pd.Series(new).groupby(row).cumsum().to_numpy()
    most = pd.Series(number).groupby(row).transform("max").to_numpy()
    number = np.where(number == 0, most, number)
    at = np.arange(len(row), dtype=float)
    held = pd.DataFrame({"row": row, "number": number, "neighbour": neighbour, "length_m": length})
    held = held.groupby(["row", "number"], as_index=False).agg({"neighbour": "first", "length_m": "sum"})
    held["key"] = at[new]
    bare = np.setdiff1d(np.arange(len(rings)), row)
    opened = np.flatnonzero(gap > TOUCH_M)
    free = pd.DataFrame({
        "row": np.r_[row[opened], bare], "neighbour": -1, "length_m": np.r_[gap[opened], whole[bare]],
        "key": np.r_[at[opened] - 0.5, np.zeros(len(bare))],
    })  # fmt: skip
    table = pd.concat([held.drop(columns="number"), free]).sort_values(["row", "key"], kind="stable")
    table["turn"] = table.groupby("row").cumcount()
    table = table.assign(block=rings["block"].to_numpy()[table["row"]], ring=rings["ring"].to_numpy()[table["row"]])
    return table[COLUMNS].sort_values(["block", "ring", "turn"], kind="stable").reset_index(drop=True)
