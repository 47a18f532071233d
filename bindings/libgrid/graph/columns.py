"""Blocks as rows: their ids, places and what each weighs in whole numbers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..columns import as_text
from ..issues import name_some
from ..ragged import as_geometries, frame_around, to_polygons
from ..study_area import StudyArea


def whole_numbers(name: str, values, ids: pd.Index) -> np.ndarray:
    """A column of weights, one a block: 0 or more."""
    given = np.asarray(values)
    if given.shape != (len(ids),):
        raise InvalidInput(f"{name} has shape {given.shape}, the graph has {len(ids)} blocks")
    number = given.astype(float)
    bad = ~(np.isfinite(number) & (number >= 0) & (number == np.floor(number)) & (number < 2**53))
    if bad.any():
        raise InvalidInput(f"{name}: blocks {name_some(ids[bad])} ({int(bad.sum())}) have no whole number of 0 or more")
    return given.astype(np.int64)


def area_columns(area: StudyArea) -> pd.DataFrame:
    """By block of an area: households, shops, households_and_shops, residents, signed (people)."""
    n = len(area.ids("blocks"))
    block = area.household_block()
    use = (block >= 0) & area.column("households", "inside").astype(bool) if len(block) else np.zeros(0, bool)

    def total(*columns):
        weight = sum(area.column("households", c)[use].astype(float) for c in columns) if columns else None
        return np.bincount(block[use], weights=weight, minlength=n).astype(np.int64)

    shops = area.column("blocks", "n_shops").astype(np.int64)
    households = total()
    return pd.DataFrame({
        "households": households, "shops": shops, "households_and_shops": households + shops,
        "residents": total("n_usual", "n_short") if len(block) else households,
        "signed": total("n_signed") if len(block) else households,
    })  # fmt: skip


def read_blocks(blocks):
    """ids, columns, polygons, frame, shapes and CRS of a study area or a frame of blocks."""
    if isinstance(blocks, StudyArea):
        if not blocks.has_blocks:
            raise InvalidInput("the area has no blocks: build them with lg.build_blocks")
        shapes = blocks.layer("blocks").geometry.to_numpy()
        return blocks.ids("blocks"), area_columns(blocks), blocks._core.footprints, blocks._frame, shapes, blocks.crs
    if not isinstance(blocks, (gpd.GeoDataFrame, gpd.GeoSeries)):
        raise InvalidInput("blocks: a StudyArea or a GeoDataFrame of polygons is needed")
    if blocks.crs is not None and blocks.crs.is_geographic:
        raise InvalidInput("blocks are in degrees: bring them to metres with .to_crs(...)")
    named = isinstance(blocks, gpd.GeoDataFrame) and "block_id" in blocks
    ids = pd.Index(as_text(blocks["block_id"]) if named else blocks.index)
    if not ids.is_unique or ids.hasnans:
        raise InvalidInput(f"blocks: ids are missing or repeat: {name_some(ids[ids.duplicated()].unique())}")
    shapes = as_geometries(blocks)
    frame = frame_around(shapes)
    polygons, _ = to_polygons(shapes, frame)
    columns = pd.DataFrame(index=pd.RangeIndex(len(ids)))
    for name in [c for c in getattr(blocks, "columns", ()) if str(c).startswith("n_")]:
        if pd.api.types.is_numeric_dtype(blocks[name]):
            columns[str(name)[2:]] = whole_numbers(name, blocks[name].fillna(0).to_numpy(), ids)
    return ids, columns, polygons, frame, shapes, blocks.crs
