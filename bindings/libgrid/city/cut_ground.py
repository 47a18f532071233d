"""Whose ground a place is on: sub-districts as outlines, or as the blocks that are theirs."""

from __future__ import annotations

import numpy as np
import shapely

NEAR_M = 30.0  # a street's middle lies so near to the blocks beside it: half of the widest street


class Ground:
    """Polygons, each of one sub-district; those of none have -1."""

    def __init__(self, shapes: np.ndarray, part: np.ndarray):
        kept = (part >= 0) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        self.part = part[kept]
        self.tree = shapely.STRtree(shapes[kept])

    def __len__(self) -> int:
        return len(self.part)

    def holding(self, points: np.ndarray) -> np.ndarray:
        """The sub-district that holds each point, the first of several, -1 where none does."""
        out = np.full(len(points), np.iinfo(np.int32).max, np.int64)
        at, polygon = self.tree.query(points, predicate="intersects")
        np.minimum.at(out, at, self.part[polygon])
        return np.where(out == np.iinfo(np.int32).max, -1, out).astype(np.int32)

    def nearest(self, points: np.ndarray) -> np.ndarray:
        """The sub-district nearest to each point, the first of several; -1 for a point that has no place."""
        out = np.full(len(points), np.iinfo(np.int32).max, np.int64)
        at, polygon = self.tree.query_nearest(points)
        np.minimum.at(out, at, self.part[polygon])
        return np.where(out == np.iinfo(np.int32).max, -1, out).astype(np.int32)

    def touching(self, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of line and sub-district: every one that the line comes near to, else the nearest."""
        at, polygon = self.tree.query(lines, predicate="dwithin", distance=NEAR_M)
        lonely = np.ones(len(lines), bool)
        lonely[at] = False
        lonely &= ~(shapely.is_missing(lines) | shapely.is_empty(lines))
        alone = np.flatnonzero(lonely)
        if len(alone):
            more, its = self.tree.query_nearest(lines[alone], all_matches=False)
            at, polygon = np.concatenate([at, alone[more]]), np.concatenate([polygon, its])
        pairs = np.unique(np.column_stack([at, self.part[polygon]]), axis=0)
        return pairs[:, 0], pairs[:, 1].astype(np.int32)


def points_of(xy: np.ndarray) -> np.ndarray:
    """Points, None where a coordinate is missing."""
    out = np.full(len(xy), None, dtype=object)
    here = np.isfinite(xy).all(axis=1)
    out[here] = shapely.points(xy[here])
    return out
