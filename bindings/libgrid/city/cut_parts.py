"""Which sub-districts there are, and how one is told: by outlines, by a column, or by the parents of grids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .._core import InvalidInput
from ..columns import as_text
from ..issues import name_some
from ..schema import LAYERS, LEVELS
from .cut_layers import CitySource
from .writing import check_file_name

USUAL = "subdistrict"
_LAYERS = ("subdistricts", "subdistrict")
_COLUMN = "subdistrict_id"
_TOLD_BY_COLUMN = ("blocks", "grids", "households", "sites", "teams", "sessions", "roads")


@dataclass(frozen=True)
class Parts:
    """The sub-districts in their order, and what tells them.

    Attributes
    ----------
    names : list of str
    how : str
        In words, for the one who cut.
    outlines : numpy.ndarray of shapely polygons, or None
    column : str or None
    level : str or None
        The level of the grids that are the sub-districts; "" for the topmost.
    """

    names: list[str]
    how: str
    outlines: np.ndarray | None = None
    column: str | None = None
    level: str | None = None

    def index_of(self, ids: pd.Series) -> np.ndarray:
        """The number of the sub-district that each cell names, -1 for none of them."""
        return pd.Index(self.names, dtype="str").get_indexer(as_text(ids).astype("str")).astype(np.int32)


def find_parts(source: CitySource, by: Any) -> Parts:
    """The sub-districts that `by` means: see `cut_city`."""
    parts = _find(source, by)
    for name in parts.names:
        check_file_name(name)
    return parts


def _find(source: CitySource, by: Any) -> Parts:
    if isinstance(by, gpd.GeoDataFrame):
        return _by_outlines(by.to_crs(source.crs) if by.crs else by, "the outlines given")
    if not isinstance(by, str):
        raise InvalidInput(f"by: a word or a GeoDataFrame of outlines is needed, not a {type(by).__name__}")
    for layer in _LAYERS if by == USUAL else (by,):
        outlines = source.outlines(layer)
        if outlines is not None:
            return _by_outlines(outlines, f"the outlines of the layer {layer}")
    column = _COLUMN if by == USUAL else by
    having = [n for n in _TOLD_BY_COLUMN if n in source.layers and column in source.layers[n].columns]
    if having:
        return Parts(_values(source, having, column), f"the column {column} of {', '.join(having)}", column=column)
    if (by in (USUAL, "parents") or by in LEVELS) and "grids" in source.layers:
        return _by_parents(source, by if by in LEVELS else "")
    raise InvalidInput(
        f"by={by!r} is neither a layer of outlines ({name_some(source.others) or 'there is none'}), nor a column of "
        f"{', '.join(source.layers)}, nor a level of grids ({', '.join(LEVELS)}, or 'parents' for the topmost); give a "
        "GeoDataFrame with subdistrict_id and outlines, or name what tells the sub-districts"
    )


def _by_outlines(frame: gpd.GeoDataFrame, how: str) -> Parts:
    wanted = [_COLUMN, "community_id", "code", "id", "name"]
    column = next((c for c in wanted if c in frame.columns), None)
    if column is None:
        raise InvalidInput(
            f"by: {how} have no column {' or '.join(wanted)}, so no sub-district has an id; the columns are "
            f"{name_some(frame.columns, 20)}"
        )
    ids = as_text(frame[column])
    shapes = frame.geometry.to_numpy()
    wrong = shapely.is_missing(shapes) | shapely.is_empty(shapes) | ids.isna().to_numpy(bool)
    wrong |= ~np.isin(shapely.get_type_id(shapes), (3, 6))
    if wrong.any():
        raise InvalidInput(
            f"by: {how}: rows {name_some(np.flatnonzero(wrong))} have no id or no polygon; draw or delete them"
        )
    twice = ids[ids.duplicated()]
    if len(twice):
        raise InvalidInput(
            f"by: {how}: {name_some(twice.tolist())} stands twice in {column}; join its outlines into one"
        )
    crossed = ids[~shapely.is_valid(shapes)]
    if len(crossed):
        raise InvalidInput(
            f"by: {how}: the outlines of {name_some(crossed.tolist())} cross themselves; mend them in a GIS"
        )
    return Parts(ids.astype(str).tolist(), how, outlines=shapes)


def _values(source: CitySource, layers: list[str], column: str) -> list[str]:
    """What stands in the column, in the order in which it first comes."""
    seen: dict[str, None] = {}
    for name in layers:
        for piece in source.layers[name].pieces((column,), geometry=False):
            seen.update(dict.fromkeys(as_text(piece.frame[column]).dropna().unique()))
    if not seen:
        raise InvalidInput(f"by: the column {column} of {', '.join(layers)} is blank everywhere; fill it in")
    return [str(value) for value in seen]


def _by_parents(source: CitySource, level: str) -> Parts:
    grids = source.whole("grids")
    top = level_of_grids(grids, level)
    names = as_text(grids[LAYERS["grids"].id])[top & as_text(grids["grid_id"]).notna().to_numpy(bool)]
    if not len(names):
        raise InvalidInput(f"by: no grid is of the level {level}; the levels are {name_some(grids['level'].unique())}")
    how = f"the grids of level {level}" if level else "the topmost grids"
    return Parts([str(n) for n in dict.fromkeys(names)], how, level=level)


def level_of_grids(grids: pd.DataFrame, level: str) -> np.ndarray:
    """Which grids are sub-districts: those of the level, or those that have no parent but have children."""
    if level:
        return (grids["level"].astype(str) == level).to_numpy(bool) if "level" in grids else np.zeros(len(grids), bool)
    if "parent_id" not in grids:
        raise InvalidInput("by: the grids have no parent_id, so none of them is above others")
    parent = as_text(grids["parent_id"])
    return (parent.isna() & as_text(grids["grid_id"]).isin(parent.dropna())).to_numpy(bool)
