"""Analysis of coverage, workload and plans. Functions here take plain columns; the study area's own functions
(`find_gaps`, `measure_workload`, `measure_plan`, `compare_plans`) call them and bring the ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import Coverage, _labels, _read_only, measure_coverage
from .service_rules import service_rules
from .workload import Workload, balance, measure_workload_columns

__all__ = [
    "Coverage", "GapLabels", "LabelChange", "PlanQuality", "Workload", "balance",
    "compare_plan_labels", "find_gap_labels", "measure_coverage", "measure_plan_columns",
    "measure_workload_columns", "service_rules",
]  # fmt: skip


class GapLabels(NamedTuple):
    """Connected gaps, worst first: gap of each household (-1: covered), people and households of each gap."""

    gap_of: np.ndarray
    people: np.ndarray
    households: np.ndarray


def find_gap_labels(
    points_mm: Any, covered: Any, people: Any, *, join_m: float = 100.0, pairs: Any = None
) -> GapLabels:
    """Group the households that are not covered.

    Parameters
    ----------
    points_mm : (n, 2) int32 or None
        Places in whole millimetres of the area's frame; None with `pairs`.
    covered : (n,) bool
    people : (n,) array
    join_m : float
        Uncovered households at most this far apart as the crow flies are one gap, directly or through others.
        100 m: a courtyard's neighbour, not the next street's.
    pairs : (p, 2) integers, optional
        Neighbours to join instead, e.g. along the street.

    Returns
    -------
    GapLabels
        Ordered by people, ties by the lowest row.

    Examples
    --------
    >>> import numpy as np
    >>> from libgrid.analysis import find_gap_labels
    >>> points = np.array([[0, 0], [60_000, 80_000], [900_000, 0], [5_000, 0]], dtype=np.int32)
    >>> find_gap_labels(points, [False, False, False, True], [2, 3, 9, 1]).gap_of.tolist()
    [1, 1, 0, -1]
    """
    flags = np.ascontiguousarray(np.asarray(covered, dtype=bool)).view(np.uint8)
    weight = np.ascontiguousarray(people, dtype=float)
    if pairs is None:
        found = _core.find_gaps(np.ascontiguousarray(points_mm, dtype=np.int32), flags, weight, float(join_m))
    else:
        neighbours = _labels(np.asarray(pairs).reshape(-1, 2), "pairs")
        found = _core.find_gaps_along(flags, weight, neighbours)
    return GapLabels(*(_read_only(found[name]) for name in ("gap_of", "people", "households")))


@dataclass(frozen=True, eq=False)
class PlanQuality:
    """Size and shape of a plan's grids.

    Attributes
    ----------
    grids : DataFrame
        Rows by id: blocks, households, shops, size (households + shops), residents, area_m2 (each footprint
        once), perimeter_m, polsby_popper, reock, convex_hull, n_parts, contiguous, within_norm.
    cut_edges : int
        Pairs of neighbours in different grids; blocks of one footprint are neighbours.
    cut_border_m : float
        Length of the borders between grids.
    blocks_without_grid : int
    """

    grids: pd.DataFrame
    cut_edges: int
    cut_border_m: float
    blocks_without_grid: int

    def plot(self, *, lowest: float = 30, highest: float = 100, ax=None):
        """How many grids have which size, with the norm of micro-grids: households and shops.

        Returns
        -------
        matplotlib.axes.Axes
        """
        used = self.grids[self.grids["blocks"] > 0]
        return plot.plot_sizes(used["size"], lowest=lowest, highest=highest, ax=ax)

    def _repr_html_(self) -> str:
        off, split = (~self.grids["within_norm"]).sum(), (self.grids["n_parts"] > 1).sum()
        head = f"{len(self.grids)} grids: {off} off the size norm, {split} in several parts"
        return f"<p>{head}; {self.cut_edges} cut edges, {self.cut_border_m:,.0f} m of borders</p>"


def measure_plan_columns(
    plan: Any,
    n_grids: int,
    *,
    area_m2: Any,
    perimeter_m: Any,
    households: Any,
    borders: tuple[Any, Any, Any],
    footprint_of: Any = None,
    shops: Any = None,
    residents: Any = None,
    hull_area_m2: Any = None,
    circle_radius_m: Any = None,
    min_border_m: float = 0.0,
    size_norm: tuple[float, float] = (30, 100),
    grid_ids: Any = None,
) -> PlanQuality:
    """Measure size, shape and connection of every grid of a plan.

    Parameters
    ----------
    plan : (blocks,) integers
        Grid of each block, -1 for none.
    area_m2, perimeter_m : (footprints,) arrays
    households, shops, residents : (blocks,) arrays
    borders : (a, b, length_m)
        Neighbouring footprints, each pair once.
    footprint_of : (blocks,) integers, optional
        Stacked blocks share one; without it every block has its own.
    hull_area_m2, circle_radius_m : (grids,) arrays, optional
        Of each grid's hull and smallest enclosing circle; without them convex_hull and reock are NaN.
    min_border_m : float
        Borders connect when they are longer than 0 and at least this long.
    size_norm : (float, float)
        Households and shops of a micro-grid; Chengdu's 30 to 100.

    Examples
    --------
    >>> from libgrid.analysis import measure_plan_columns
    >>> quality = measure_plan_columns([0, 0, 1], 2, area_m2=[100] * 3, perimeter_m=[40] * 3,
    ...                                households=[20, 30, 10], borders=([0, 1], [1, 2], [10, 10]))
    >>> quality.grids["perimeter_m"].tolist(), quality.grids["within_norm"].tolist(), quality.cut_edges
    ([60.0, 40.0], [True, False], 1)
    """

    def column(values: Any) -> np.ndarray:
        return np.ascontiguousarray([] if values is None else values, dtype=float)

    found = _core.measure_plan(
        plan=_labels(plan, "plan"),
        grid_count=n_grids,
        footprint_of=_labels([] if footprint_of is None else footprint_of, "footprint_of"),
        area_m2=column(area_m2),
        perimeter_m=column(perimeter_m),
        households=column(households),
        shops=column(shops),
        residents=column(residents),
        border_a=_labels(borders[0], "borders a"),
        border_b=_labels(borders[1], "borders b"),
        border_m=column(borders[2]),
        hull_area_m2=column(hull_area_m2),
        circle_radius_m=column(circle_radius_m),
        min_border_m=float(min_border_m),
        min_size=float(size_norm[0]),
        max_size=float(size_norm[1]),
    )
    grids = pd.DataFrame(found.pop("grids"), index=None if grid_ids is None else list(grid_ids))
    flags = ["contiguous", "within_norm"]
    grids[flags] = grids[flags].astype(bool)
    return PlanQuality(grids=grids, **found)


@dataclass(frozen=True, eq=False)
class LabelChange:
    """Two plans compared by labels.

    Attributes
    ----------
    old_of_new, new_of_old : int32 arrays
        Which old grid a new one continues, and the other way round; -1 for none.
    moved : (blocks,) bool
        The block's new grid does not continue its old one.
    moved_blocks : int
    moved_weight : Series
        What moved, by column of the weights.
    overlap : DataFrame
        Only pairs that share blocks: old_grid, new_grid, blocks and the weights.
    grids : DataFrame
        Per matched pair, new grid and dissolved grid: old_grid, new_grid (-1 for none), and kept_, came_,
        left_ of blocks and of every weight.
    optimal : bool
        False when a group of entangled grids was too big for optimal assignment and was matched greedily.
    """

    old_of_new: np.ndarray
    new_of_old: np.ndarray
    moved: np.ndarray
    moved_blocks: int
    moved_weight: pd.Series
    overlap: pd.DataFrame
    grids: pd.DataFrame
    optimal: bool


def _grid_changes(overlap: pd.DataFrame, old_of_new: np.ndarray, new_of_old: np.ndarray) -> pd.DataFrame:
    values = [c for c in overlap.columns if c not in ("old_grid", "new_grid")]
    dissolved = np.flatnonzero(new_of_old < 0)
    pairs = pd.DataFrame(
        {
            "old_grid": np.concatenate([old_of_new, dissolved]).astype(np.int32),
            "new_grid": np.concatenate([np.arange(len(old_of_new)), np.full(len(dissolved), -1)]).astype(np.int32),
        }
    )

    def total(key: str) -> np.ndarray:
        known = overlap[overlap[key] >= 0].groupby(key)[values].sum()
        return known.reindex(pairs[key], fill_value=0).to_numpy()

    kept = overlap.set_index(["old_grid", "new_grid"])[values]
    kept = kept.reindex(pd.MultiIndex.from_frame(pairs), fill_value=0).to_numpy(copy=True)
    kept[(pairs["old_grid"] < 0) | (pairs["new_grid"] < 0)] = 0
    for name, table in (
        ("kept", kept),
        ("came", total("new_grid") - kept),
        ("left", total("old_grid") - kept),
    ):
        pairs[[f"{name}_{value}" for value in values]] = table
    return pairs


def compare_plan_labels(old: Any, new: Any, n_old: int, n_new: int, weights: Any = None) -> LabelChange:
    """Compare two plans of the same blocks, whatever their labels.

    New grids are matched to old ones so that the matched pairs keep the largest weight; ties keep more
    blocks, then more equal labels. Grids that share nothing are never matched.

    Parameters
    ----------
    old, new : (blocks,) integers
        -1 for none. A block that gets a grid for the first time, or loses its grid, has moved.
    n_old, n_new : int
        How many grids each plan has.
    weights : DataFrame of whole numbers or (blocks,) vector, optional
        households, residents, signed …; the first column decides the matching. Without
        it every block counts 1.

    Examples
    --------
    >>> from libgrid.analysis import compare_plan_labels
    >>> change = compare_plan_labels([0, 0, 0, 1, 1], [1, 1, 0, 0, 0], 2, 2)
    >>> change.old_of_new.tolist(), change.moved.tolist()
    ([1, 0], [False, False, True, False, False])
    """
    if weights is None:
        frame = pd.DataFrame(index=range(len(old)))
    else:
        frame = weights if isinstance(weights, pd.DataFrame) else pd.DataFrame({"weight": np.asarray(weights)})
    table = frame.to_numpy()
    if table.size and not np.array_equal(table, np.floor(table.astype(float))):
        raise _core.InvalidInput("weights: must be whole numbers (people, households), without missing ones")
    if table.size and len(frame) != len(old):
        raise _core.InvalidInput(f"weights has {len(frame)} rows, the old plan has {len(old)} blocks")
    found = _core.compare_plans(
        _labels(old, "old plan"),
        _labels(new, "new plan"),
        n_old,
        n_new,
        np.ascontiguousarray(table.ravel(), dtype=np.int64),
        max(frame.shape[1], 1),
    )
    weight = found["overlap"].pop("weight")
    overlap = pd.DataFrame(found["overlap"])
    overlap[list(frame.columns)] = weight[:, : frame.shape[1]]
    moved_weight = pd.Series(found["moved_weight"][: frame.shape[1]], index=frame.columns, dtype=np.int64)
    return LabelChange(
        old_of_new=_read_only(found["old_of_new"]),
        new_of_old=_read_only(found["new_of_old"]),
        moved=_read_only(found["moved"].view(bool)),
        moved_blocks=found["moved_blocks"],
        moved_weight=moved_weight,
        overlap=overlap,
        grids=_grid_changes(overlap, found["old_of_new"], found["new_of_old"]),
        optimal=found["optimal"],
    )
