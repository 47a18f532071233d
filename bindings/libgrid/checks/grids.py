"""Grids: who looks after them, what they hold, how large they are, whether they hang together."""

from __future__ import annotations

import numpy as np

from ..core_columns import row_index
from ..issues import Found
from ..plan import measure_plan
from ..schema import LEVELS
from ..study_area import StudyArea
from .norms import Norm
from .options import CheckOptions


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    ids = area.ids("grids")
    if not len(ids):
        return []
    found = []
    leaf = area._core.grids.leaf.astype(bool)
    teamless = leaf & (np.asarray(area._core.grids.team) < 0)
    if len(area.ids("teams")):
        found.append(Found("LG-G003", "grids", ids[teamless].tolist()))
    for name in ("blocks", "households"):
        if len(area.ids(name)):
            at = ids.get_indexer(area.column(name, "grid_id"))
            found.append(Found("LG-G007", name, area.ids(name)[(at >= 0) & ~leaf[at]].tolist(), "grid_id"))
    inside = area.column("households", "inside").astype(bool)
    grid_of = area.plan.household_grid() if len(inside) else np.empty(0, np.int32)
    holds = np.zeros(len(ids), bool)
    holds[grid_of[(grid_of >= 0) & inside]] = True
    if area.has_blocks:
        labels = area.plan.labels
        holds[labels[labels >= 0]] = True
        found.append(Found("LG-G006", "blocks", area.ids("blocks")[labels < 0].tolist()))
        quality = measure_plan(area).grids
        torn = quality[~quality["contiguous"]]
        found.append(Found("LG-G005", "grids", torn["grid_id"].tolist(), values=torn["n_parts"].tolist()))
    else:
        parts = np.diff(area._tables["grids"].geometry.part_begin)
        torn = np.flatnonzero((parts > 1) & leaf & (area.column("grids", "level") != "dedicated"))
        found.append(Found("LG-G005", "grids", ids[torn].tolist(), values=parts[torn].tolist()))
    found.append(_off_norm(area, options.norm))
    found.append(Found("LG-G002", "grids", ids[leaf & ~holds].tolist()))
    leader = area._tables["grids"].attrs.get("leader_id")
    if leader is not None:
        found.append(Found("LG-G108", "grids", ids[leaf & leader.isna().to_numpy(bool)].tolist(), "leader_id"))
    leads = area.column("households", "is_leader").astype(bool) & inside
    if leads.any():  # where none is marked nobody was asked
        led = np.isin(np.arange(len(ids)), grid_of[leads])
        alone = leaf & holds & ~led & (area.column("grids", "level") == "micro")
        found.append(Found("LG-G113", "grids", ids[alone].tolist(), "is_leader"))
    return found


def grid_sizes(area: StudyArea, counts: str) -> np.ndarray:
    """Households, with shops where the norm counts them, of each grid and all below it."""
    n = len(area.ids("grids"))
    size = np.zeros(n, np.int64)
    inside = area.column("households", "inside").astype(bool)
    if len(inside):
        grid = area.plan.household_grid()
        np.add.at(size, grid[(grid >= 0) & inside], 1)
    if counts == "households_and_shops" and area.has_blocks:
        labels = area.plan.labels
        np.add.at(size, labels[labels >= 0], area.column("blocks", "n_shops")[labels >= 0])
    parent = row_index(area._tables["grids"], "parent_id", area._tables["grids"])
    for level in reversed(LEVELS):  # from the leaves up: whatever stands in each level is handed on once
        for g in np.flatnonzero((area.column("grids", "level") == level) & (parent >= 0)):
            if _rank(area, g) > _rank(area, parent[g]):
                size[parent[g]] += size[g]
    return size


def _rank(area: StudyArea, grid: int) -> int:
    """0 for a community, 2 for micro and dedicated grids, which stand beside each other."""
    return min(LEVELS.index(area.column("grids", "level")[grid]), 2)


def _off_norm(area: StudyArea, norm: Norm) -> Found:
    ids = area.ids("grids")
    if not area.has_blocks and not len(area.ids("households")):
        return Found("LG-G004", "grids", [])
    size = grid_sizes(area, norm.counts)
    drawn = area.column("grids", "level") == norm.level
    if norm.level == "micro":  # a grid that nobody drew anything for is said to be empty, which is enough
        drawn &= (size > 0) | ~area._core.grids.leaf.astype(bool)
    off = np.flatnonzero(drawn & ((size < norm.low) | (size > norm.high)))
    return Found(
        "LG-G004", "grids", ids[off].tolist(), values=size[off].tolist(), others=[f"{norm.low}-{norm.high}"] * len(off)
    )
