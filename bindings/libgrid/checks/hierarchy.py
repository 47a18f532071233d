"""Grids in grids: levels, outlines inside their parent's, codes that begin with their community's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from ..columns import as_text
from ..core_columns import row_index
from ..issues import Found
from ..ragged import from_polygons
from ..schema import LEVELS
from ..study_area import StudyArea
from .options import CheckOptions

_COMMUNITY_DIGITS = 12  # the statistical division code: 6 county + 3 street + 3 community


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    table = area._tables.get("grids")
    if table is None or not len(table):
        return []
    parent = row_index(table, "parent_id", table)
    found = [*_levels(table, parent), *_codes(table, parent)]
    shapes = from_polygons(table.geometry, area._frame)
    found += _outlines(table, parent, shapes, options.overlap_tolerance_m2)
    if area.has_blocks:
        found += _blocks(area, table, parent, shapes, options.overlap_tolerance_m2)
    return found


def _levels(table, parent) -> list[Found]:
    rank = pd.Index(LEVELS).get_indexer(table.attrs["level"])
    rank = np.minimum(rank, LEVELS.index("micro"))  # dedicated grids stand beside micro-grids
    child = np.flatnonzero(parent >= 0)
    wrong = child[rank[child] <= rank[parent[child]]]
    ids = table.ids
    found = [Found("LG-G105", "grids", ids[wrong].tolist(), "parent_id", others=ids[parent[wrong]].tolist())]
    if (rank == 0).any():
        above = _community_of(table, parent)
        found.append(Found("LG-G107", "grids", ids[(above < 0) & (rank > 0)].tolist()))
    return found


def _community_of(table, parent) -> np.ndarray:
    """The row of each grid's community (its own for a community), -1 where it has none."""
    is_community = (table.attrs["level"] == "community").to_numpy(bool)
    at = np.arange(len(table))
    for _ in range(len(LEVELS)):
        up = (at >= 0) & ~is_community[at]
        at = np.where(up, parent[at], at)
    return np.where((at >= 0) & is_community[at], at, -1)


def _codes(table, parent) -> list[Found]:
    """Codes of twelve digits and more must begin with the community's; what is no such code is not judged."""
    attrs = table.attrs
    code = as_text(attrs["code"]) if "code" in attrs else attrs["grid_id"]
    code = code.fillna(attrs["grid_id"]).astype(str)
    found = []
    own = as_text(attrs["community_code"]) if "community_code" in attrs else pd.Series(None, attrs.index, dtype="str")
    stated = own.notna().to_numpy(bool)
    odd = stated & ~own.fillna("").str.fullmatch(rf"\d{{{_COMMUNITY_DIGITS}}}").to_numpy(bool)
    found.append(Found("LG-G109", "grids", table.ids[odd].tolist(), "community_code", own[odd].tolist()))
    at = _community_of(table, parent)
    above = pd.Series(np.where(at >= 0, own.fillna(code).to_numpy(object)[at], None), attrs.index, dtype=object)
    community = own.where(stated & ~odd, above)
    known = community.fillna("").astype(str).str.fullmatch(rf"\d{{{_COMMUNITY_DIGITS}}}").to_numpy(bool)
    long = code.str.fullmatch(rf"\d{{{_COMMUNITY_DIGITS},}}").to_numpy(bool)
    differs = np.array([not c.startswith(str(m)) for c, m in zip(code, community, strict=True)], bool)
    wrong = known & long & differs
    column = "code" if "code" in attrs else "grid_id"
    found.append(
        Found("LG-G106", "grids", table.ids[wrong].tolist(), column, code[wrong].tolist(), community[wrong].tolist())
    )
    # A community may be named twice: by the column and by the parents.
    both = stated & ~odd & above.notna().to_numpy(bool) & (at != np.arange(len(table)))
    clash = both & (own.fillna("").to_numpy(object) != above.to_numpy(object))
    clash &= above.fillna("").astype(str).str.fullmatch(rf"\d{{{_COMMUNITY_DIGITS}}}").to_numpy(bool)
    found.append(
        Found(
            "LG-G110", "grids", table.ids[clash].tolist(), "community_code", own[clash].tolist(), above[clash].tolist()
        )
    )
    return found


def _outlines(table, parent, shapes, tolerance_m2) -> list[Found]:
    """Children that reach out of their parent; ground of a parent that no child has."""
    drawn = ~shapely.is_empty(shapes)
    child = np.flatnonzero((parent >= 0) & drawn)
    child = child[drawn[parent[child]]]
    ids = table.ids
    out = child[~shapely.covers(shapes[parent[child]], shapes[child])]
    beyond = shapely.difference(shapes[out], shapes[parent[out]])
    area = shapely.area(beyond)
    keep = area > tolerance_m2
    found = [
        Found(
            "LG-G102",
            "grids",
            ids[out[keep]].tolist(),
            values=[f"{m2:.1f}" for m2 in area[keep]],
            others=ids[parent[out[keep]]].tolist(),
            geometry=list(beyond[keep]),
        )
    ]
    rows, values, places = [], [], []
    for p in np.unique(parent[child]):
        rest = shapely.difference(shapes[p], shapely.union_all(shapes[child[parent[child] == p]]))
        if shapely.area(rest) > tolerance_m2:
            rows.append(ids[p])
            values.append(f"{shapely.area(rest):.1f}")
            places.append(rest)
    found.append(Found("LG-G103", "grids", rows, values=values, geometry=places))
    return found


def _blocks(area: StudyArea, table, parent, shapes, tolerance_m2) -> list[Found]:
    """Blocks that reach out of the drawn outline of their grid, or of the next drawn one above it."""
    drawn = ~shapely.is_empty(shapes)
    at = np.asarray(area.plan.labels).copy()
    for _ in range(len(LEVELS)):
        up = (at >= 0) & ~drawn[at]
        at = np.where(up, parent[at], at)
    has = np.flatnonzero((at >= 0) & drawn[at])
    blocks = from_polygons(area._tables["blocks"].geometry, area._frame)
    shapely.prepare(shapes)
    out = has[~shapely.covers(shapes[at[has]], blocks[has])]
    beyond = shapely.difference(blocks[out], shapes[at[out]])
    size = shapely.area(beyond)
    keep = size > tolerance_m2
    return [
        Found(
            "LG-G104",
            "blocks",
            area.ids("blocks")[out[keep]].tolist(),
            values=[f"{m2:.1f}" for m2 in size[keep]],
            others=table.ids[at[out[keep]]].tolist(),
            geometry=list(beyond[keep]),
        )
    ]
