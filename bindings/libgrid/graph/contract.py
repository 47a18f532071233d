"""Groups of blocks as one: micro-grids between general grids, grids between teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from .._core import InvalidInput
from .edges import BORDER, Edges

if TYPE_CHECKING:
    from .block_graph import BlockGraph


def contract(graph: BlockGraph, groups: np.ndarray, ids: pd.Index) -> BlockGraph:
    """See `BlockGraph.contract`."""
    if groups.shape != (graph.block_count,) or groups.dtype.kind not in "iu":
        raise InvalidInput(f"groups: a whole number for each of the {graph.block_count} blocks is needed")
    if groups.size and not (groups.min() >= -1 and groups.max() < len(ids)):
        raise InvalidInput(f"groups must be -1 (left out) or 0 … {len(ids) - 1}")
    g = graph._graph
    one, two = groups[g.a], groups[g.b]
    use = (one >= 0) & (two >= 0) & (one != two)
    table = pd.DataFrame({
        "a": np.minimum(one, two)[use], "b": np.maximum(one, two)[use], "mm": g.border_mm[use], "tie": g.tie[use],
    }).groupby(["a", "b"], as_index=False).agg(mm=("mm", "sum"), tie=("tie", "min"))  # fmt: skip
    tie = np.where(table["mm"] > 0, BORDER, table["tie"]).astype(np.uint8)
    edges = Edges(table["a"].to_numpy(np.int32), table["b"].to_numpy(np.int32), table["mm"].to_numpy(np.int64), tie)
    held = groups >= 0
    columns = graph.columns[held].groupby(groups[held]).sum().reindex(range(len(ids)), fill_value=0).astype(np.int64)
    fields = {"_frame": graph._frame, "_crs": graph._crs, "_places": _middles(graph, groups, len(ids))}
    return type(graph)._of(edges, {}, ids=ids, columns=columns, **fields)


def _middles(graph, groups, n) -> np.ndarray | None:
    """The mean of the middles of a group's blocks; each counts the same, for open land is looked after too."""
    if graph._frame is None or graph._shapes is None:
        return None
    shapes = graph._shapes
    use = (groups >= 0) & ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    xy = shapely.get_coordinates(shapely.point_on_surface(shapes[use]))
    count = np.maximum(1, np.bincount(groups[use], minlength=n))
    mean = [np.bincount(groups[use], weights=xy[:, k], minlength=n) / count for k in (0, 1)]
    return graph._frame.to_points(np.ascontiguousarray(np.column_stack(mean)))
