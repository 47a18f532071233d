"""The rules between rows and layers, one file a concern; each finds its issues in a study area."""

from __future__ import annotations

from . import datums, extents, grids, hierarchy, roads, sessions, teams, tessellation
from .norms import NORMS, Norm

__all__ = ["CONCERNS", "NORMS", "Norm"]

CONCERNS = (tessellation, hierarchy, grids, teams, sessions, roads, extents, datums)
