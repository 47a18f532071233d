"""To which sub-district a row goes: blocks with their grid, households with their block, else where they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely

from ..columns import as_text
from ..issues import Found
from .cut_ground import Ground, points_of
from .cut_layers import CitySource
from .cut_parts import Parts, level_of_grids
from .cut_twice import hashes_of, repeated

NOWHERE = -1


@dataclass
class Owners:
    """Whose the rows are. Arrays are by row of the layer; -1 is nobody's.

    Attributes
    ----------
    ground : Ground
    grids : Pairs of row and sub-district; a grid above others is in each that has a grid below it.
    block, household : numpy.ndarray of int32
    twice : dict of numpy.ndarray
        By layer, the numbers of the ids that may stand twice.
    found : list of Found
    """

    ground: Ground
    grids: np.ndarray
    block_ids: pd.Index
    block: np.ndarray
    household: np.ndarray
    twice: dict[str, np.ndarray]
    found: list[Found] = field(default_factory=list)


class OwnerSearch:
    """Finds the owners of blocks, grids and households: one pass over each layer, columns only."""

    def __init__(self, source: CitySource, parts: Parts, grids: pd.DataFrame, tick):
        self.source, self.parts, self.tick = source, parts, tick
        self.grids = grids  # without those whose id stands twice
        self.grid_ids = pd.Index(as_text(grids["grid_id"])) if len(grids) else pd.Index([], dtype="str")
        self.outlines = None
        if parts.outlines is not None:
            self.outlines = Ground(parts.outlines, np.arange(len(parts.names), dtype=np.int32))
        self.box = (np.inf, np.inf, -np.inf, -np.inf)  # of the households' places
        self.found: list[Found] = []
        self.twice: dict[str, np.ndarray] = {}

    def run(self) -> Owners:
        block_ids, block_grid, block_place, shapes = self._blocks()
        leaf, pairs = self._grids(block_grid, block_place)
        own = np.full(len(self.grid_ids) + 1, NOWHERE, np.int32)
        own[:-1] = leaf
        of_grid = own[block_grid]
        block = np.where(of_grid >= 0, of_grid, block_place).astype(np.int32)
        ground = self.outlines
        if ground is None:
            ground = Ground(shapes, block) if len(shapes) else self._ground_of_grids(leaf)
        household = self._households(block_ids, block, own, ground)
        return Owners(ground, pairs, block_ids, block, household, self.twice, self.found)

    def named(self, frame: pd.DataFrame) -> np.ndarray:
        """What the rows' own column says, -1 where it says nothing."""
        column = self.parts.column
        return self.parts.index_of(frame[column]) if column in frame else np.full(len(frame), NOWHERE, np.int32)

    # -- blocks ----------------------------------------------------------------------------------------------

    def _blocks(self):
        """Ids, row of the grid (-1: none), own place, and shapes where these are the only ground there is."""
        ids, grid, place, shapes, numbers = [], [], [], [], []
        for piece in self._pieces("blocks", ("block_id", "grid_id", self.parts.column)):
            ids.append(as_text(piece.frame["block_id"]))
            numbers.append(hashes_of(piece.frame["block_id"]))
            grid.append(self._grid_rows(piece.frame))
            here = self.named(piece.frame)
            if piece.geometry is not None and self.outlines is not None:
                lacking = np.flatnonzero(here < 0)
                here[lacking] = self.outlines.holding(shapely.point_on_surface(piece.geometry[lacking]))
            elif piece.geometry is not None:
                shapes.append(piece.geometry)
            place.append(here)
            self.tick(len(piece))
        self.twice["blocks"] = repeated(numbers)
        join = lambda parts, dtype: np.concatenate(parts) if parts else np.zeros(0, dtype)  # noqa: E731
        index = pd.Index(pd.concat(ids, ignore_index=True) if ids else [], dtype="str")
        return index, join(grid, np.int64), join(place, np.int32), join(shapes, object)

    def _grid_rows(self, frame: pd.DataFrame) -> np.ndarray:
        if "grid_id" not in frame or not len(self.grid_ids):
            return np.full(len(frame), NOWHERE, np.int64)
        return self.grid_ids.get_indexer(as_text(frame["grid_id"]))

    def _pieces(self, layer: str, columns):
        if layer in self.source.layers:
            yield from self.source.layers[layer].pieces([c for c in columns if c])

    # -- grids -----------------------------------------------------------------------------------------------

    def _grids(self, block_grid: np.ndarray, block_place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The sub-district of each grid, and pairs (grid, sub-district) with copies of the grids above."""
        n = len(self.grid_ids)
        if not n:
            return np.zeros(0, np.int32), np.zeros((0, 2), np.int64)
        parent = self._parents()
        own = self._named_grids(parent)
        votes = _votes(block_grid, block_place)
        self._remark_spread(votes, own)
        own = np.where(own >= 0, own, _winners(votes, n))
        lacking = own < 0
        if lacking.any() and self.outlines is not None:
            own = np.where(lacking, self._place_of_grids(), own)
        children = np.unique(parent[parent >= 0])
        for _ in range(len(pd.unique(self.grids.get("level", pd.Series(dtype="str")))) + 1):
            up = _votes(np.where(parent >= 0, parent, NOWHERE), own)
            own = np.where(own >= 0, own, _winners(up, n))
        down = (own < 0) & (parent >= 0)
        own[down] = own[parent[down]]
        pairs = [np.column_stack([np.arange(n), own])]
        low = pairs[0]
        for _ in range(n):  # each round goes one level up; a ring ends, since its pairs repeat
            above = np.column_stack([parent[low[:, 0]], low[:, 1]])
            low = np.unique(above[above[:, 0] >= 0], axis=0)
            known = np.unique(np.concatenate(pairs), axis=0)
            joined = np.unique(np.concatenate([known, low]), axis=0)
            if len(joined) == len(known):
                break
            pairs.append(low)
        joined = np.unique(np.concatenate(pairs), axis=0)
        joined = joined[joined[:, 1] >= 0]
        self._remark_copies(joined, children)
        return own.astype(np.int32), joined

    def _parents(self) -> np.ndarray:
        if "parent_id" not in self.grids:
            return np.full(len(self.grids), NOWHERE, np.int64)
        return self.grid_ids.get_indexer(as_text(self.grids["parent_id"]))

    def _named_grids(self, parent: np.ndarray) -> np.ndarray:
        """What the grids' column, or the grid above them that is a sub-district, says."""
        if self.parts.level is None:
            return self.named(self.grids)
        own = np.full(len(parent), NOWHERE, np.int32)
        top = level_of_grids(self.grids, self.parts.level)
        own[top] = self.parts.index_of(self.grids["grid_id"][top])
        for _ in range(len(parent)):
            open_ = (own < 0) & (parent >= 0)
            own[open_] = own[parent[open_]]
            if (open_ & (own >= 0)).sum() == 0:
                break
        return own

    def _place_of_grids(self) -> np.ndarray:
        layer = self.source.layers["grids"]
        out = []
        for piece in layer.pieces(("grid_id",)):
            shapes = piece.geometry if piece.geometry is not None else np.full(len(piece), None, dtype=object)
            out.append(self.outlines.holding(shapely.point_on_surface(shapes)))
        return np.concatenate(out)[self.grids.index.to_numpy()]

    def _ground_of_grids(self, own: np.ndarray) -> Ground:
        """The ground where there are neither outlines nor blocks: the polygons of the grids."""
        if "grids" not in self.source.layers:
            return Ground(np.zeros(0, object), np.zeros(0, np.int32))
        pieces = list(self.source.layers["grids"].pieces(("grid_id",)))
        shapes = [p.geometry if p.geometry is not None else np.full(len(p), None, dtype=object) for p in pieces]
        return Ground(np.concatenate(shapes)[self.grids.index.to_numpy()], own)

    def _remark_spread(self, votes: pd.DataFrame, own: np.ndarray) -> None:
        """Grids whose blocks lie in several sub-districts."""
        spread = votes[votes.groupby("at")["part"].transform("size") > 1]
        if not len(spread):
            return
        ids, values, others = [], [], []
        for at, rows in spread.groupby("at", sort=True):
            best = own[at] if own[at] >= 0 else rows["part"].iloc[0]
            ids.append(str(self.grid_ids[at]))
            values.append(self._shares(rows))
            others.append(self.parts.names[best])
        self.found.append(Found("LG-G111", "grids", ids, "", values, others))

    def _remark_copies(self, pairs: np.ndarray, above: np.ndarray) -> None:
        """Grids above others that are written more than once."""
        at, times = np.unique(pairs[:, 0], return_counts=True)
        several = np.intersect1d(at[times > 1], above)
        if len(several):
            where = [", ".join(self.parts.names[p] for p in pairs[pairs[:, 0] == g, 1]) for g in several]
            self.found.append(Found("LG-G112", "grids", self.grid_ids[several].astype(str).tolist(), "", where))

    def _shares(self, rows: pd.DataFrame) -> str:
        return ", ".join(f"{self.parts.names[p]} {n}" for p, n in zip(rows["part"], rows["n"], strict=True))

    # -- households ------------------------------------------------------------------------------------------

    def _households(self, block_ids: pd.Index, block: np.ndarray, own: np.ndarray, ground: Ground) -> np.ndarray:
        out, numbers = [], []
        first = ~block_ids.duplicated()
        known, its = block_ids[first & block_ids.notna()], block[first & block_ids.notna()]
        for piece in self._pieces("households", ("household_id", "block_id", "grid_id", self.parts.column)):
            numbers.append(hashes_of(piece.frame["household_id"]))
            part = np.full(len(piece), NOWHERE, np.int32)
            if "block_id" in piece.frame and len(known):
                at = known.get_indexer(as_text(piece.frame["block_id"]))
                part = np.where(at >= 0, its[at], part)
            for say in (lambda p: own[self._grid_rows(p.frame)], lambda p: self.named(p.frame)):
                if (part < 0).any():
                    part = np.where(part >= 0, part, say(piece))
            lacking = np.flatnonzero(part < 0)
            if len(lacking) and len(ground):
                part[lacking] = ground.holding(points_of(piece.xy[lacking]))
            out.append(part.astype(np.int32))
            if np.isfinite(piece.xy).all(axis=1).any():
                low, high = np.nanmin(piece.xy, axis=0), np.nanmax(piece.xy, axis=0)
                self.box = (*np.minimum(self.box[:2], low), *np.maximum(self.box[2:], high))
            self.tick(len(piece))
        self.twice["households"] = repeated(numbers)
        return np.concatenate(out) if out else np.zeros(0, np.int32)


def _votes(at: np.ndarray, part: np.ndarray) -> pd.DataFrame:
    """How many of each sub-district stand at each place; the most first, ties to the first sub-district."""
    here = (at >= 0) & (part >= 0)
    pairs, n = np.unique(np.column_stack([at[here], part[here]]).reshape(-1, 2), axis=0, return_counts=True)
    table = pd.DataFrame({"at": pairs[:, 0], "part": pairs[:, 1], "n": n})
    return table.sort_values(["at", "n", "part"], ascending=[True, False, True], ignore_index=True)


def _winners(votes: pd.DataFrame, n: int) -> np.ndarray:
    out = np.full(n, NOWHERE, np.int32)
    best = votes.drop_duplicates("at")
    out[best["at"].to_numpy()] = best["part"].to_numpy()
    return out
