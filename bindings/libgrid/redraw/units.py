"""What is redrawn at each level: the units that move, the grids that they move between, and who stands above."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
import shapely

from .._core import InvalidInput
from ..graph.block_graph import BlockGraph
from ..issues import name_some
from ..plan import Plan
from ..study_area import StudyArea

LEVELS = ("micro", "general", "field")
OWNERS = {"micro": "micro-grid", "general": "general grid", "field": "team", None: "grid"}


@dataclass(eq=False)
class Units:
    """The units (blocks, micro-grids or leaf grids), today's grid of each, and the parents that keep them.

    `grid_ids` are what units are put into: grids, or teams at level field. `fixed` grids keep exactly their units.
    """

    level: str | None
    graph: BlockGraph
    grid_ids: pd.Index
    today: np.ndarray  # -1: none
    parent_of_unit: np.ndarray | None = None
    parent_of_grid: np.ndarray | None = None
    fixed: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    area: StudyArea | None = None
    plan: Plan | None = None
    block_unit: np.ndarray | None = None  # by block, -1: none
    placed: list = field(default_factory=list)  # units that had no parent and were given one
    new_grids: pd.DataFrame | None = None  # grid_id, parent_id, team_id of grids that do not exist yet
    before: np.ndarray | None = None  # ids of today's grids by unit, where some of these grids do not go on
    dissolved: np.ndarray | None = None  # by unit: today's grid does not go on

    @property
    def n(self) -> int:
        return self.graph.block_count

    @property
    def before_ids(self) -> np.ndarray:
        """The id of today's grid of each unit, None for none; also of a grid that does not go on."""
        if self.before is not None:
            return self.before
        return np.append(self.grid_ids.to_numpy(object), None)[self.today]

    def unit_rows(self, ids, what: str) -> np.ndarray:
        rows = self.graph.ids.get_indexer(pd.Index(list(ids)))
        if (rows < 0).any():
            raise InvalidInput(f"{what}: no unit of this level is called {name_some(np.asarray(list(ids))[rows < 0])}")
        return rows


def graph_units(graph: BlockGraph, start: np.ndarray | None, grids: int) -> Units:
    """The blocks of a bare graph; `start` are labels 0 … grids-1."""
    if isinstance(grids, bool) or not isinstance(grids, (int, np.integer)) or grids < 1:
        raise InvalidInput(f"grids must be a whole number of at least 1 for a graph, not {grids!r}")
    if graph.block_count == 0:
        raise InvalidInput("the graph has no blocks")
    if grids > graph.block_count:
        raise InvalidInput(
            f"{grids} grids are asked for, but there are {graph.block_count} blocks: give grids at most that"
        )
    today = np.full(graph.block_count, -1, np.int32) if start is None else start
    return Units(None, graph, pd.RangeIndex(grids), today, fixed=np.zeros(grids, bool))


def micro_units(area: StudyArea, plan: Plan, graph: BlockGraph, within: str | None, fixed_ids: set) -> Units:
    """Blocks between micro-grids, inside their general grid or community; dedicated grids keep their blocks."""
    grids = area.layer("grids")
    leaf = np.flatnonzero(area._core.grids.leaf.astype(bool))
    row = np.full(len(grids) + 1, -1, np.int32)
    row[leaf] = np.arange(len(leaf))
    today = row[plan.labels]
    parents = _parents(grids, within)[leaf] if within else np.zeros(len(leaf), np.int32)
    ids = grids["grid_id"].to_numpy(object)[leaf]
    fixed = (grids["level"].to_numpy()[leaf] == "dedicated") | np.isin(ids, list(fixed_ids))
    units = Units("micro", graph, pd.Index(ids), today, area=area, plan=plan, block_unit=np.arange(graph.block_count))
    return _under(units, parents, fixed)


def general_units(area: StudyArea, plan: Plan, graph: BlockGraph, within: str | None, fixed_ids: set) -> Units:
    """Micro-grids between general grids, inside their community."""
    grids = area.layer("grids")
    level = grids["level"].to_numpy()
    general = np.flatnonzero(level == "general")
    held = np.isin(np.arange(len(grids)), plan.labels)
    up = area.ids("grids").get_indexer(grids["parent_id"])
    micro = np.flatnonzero((level == "micro") & held & np.isin(up, general))
    if not len(general) or not len(micro):
        raise InvalidInput("level general needs micro-grids with blocks under general grids: the area has none")
    units = _contracted("general", area, plan, graph, micro)
    row = np.full(len(grids), -1, np.int32)
    row[general] = np.arange(len(general))
    units.grid_ids, units.today = pd.Index(grids["grid_id"].to_numpy(object)[general]), row[up[micro]]
    parents = _parents(grids, within)[general] if within else np.zeros(len(general), np.int32)
    return _under(units, parents, np.isin(units.grid_ids, list(fixed_ids)))


def field_units(area: StudyArea, plan: Plan, graph: BlockGraph, fixed_ids: set) -> Units:
    """Leaf grids between teams (责任田)."""
    teams = area.ids("teams")
    base = area.column("teams", "base_site_id")
    based = ~pd.isna(base) if len(base) else np.zeros(0, bool)
    if not len(teams) or not based.any():
        raise InvalidInput("level field needs teams with a base site: the area has none")
    leaf = np.flatnonzero(area._core.grids.leaf.astype(bool) & np.isin(np.arange(len(area.ids("grids"))), plan.labels))
    units = _contracted("field", area, plan, graph, leaf)
    team = teams.get_indexer(pd.Index(area.column("grids", "team_id"))[leaf])
    takes_part = based | np.isin(np.arange(len(teams)), team)
    row = np.full(len(teams) + 1, -1, np.int32)
    row[np.flatnonzero(takes_part)] = np.arange(int(takes_part.sum()))
    units.grid_ids, units.today = pd.Index(teams.to_numpy(object)[takes_part]), row[team]
    return _under(
        units, np.zeros(len(units.grid_ids), np.int32), np.isin(units.grid_ids, list(fixed_ids)), nested=False
    )


def _contracted(level, area, plan, graph, rows) -> Units:
    label = np.full(len(area.ids("grids")) + 1, -1, np.int32)
    label[rows] = np.arange(len(rows))
    block_unit = label[plan.labels]
    contracted = graph.contract(block_unit, area.ids("grids")[rows])
    return Units(level, contracted, pd.Index([]), np.zeros(0), area=area, plan=plan, block_unit=block_unit)


def _parents(grids: pd.DataFrame, within: str) -> np.ndarray:
    """By grid the number of its general grid or community: itself or the first of that level above it; else the top."""
    up = pd.Index(grids["grid_id"]).get_indexer(grids["parent_id"])
    level = grids["level"].to_numpy()
    wanted = {"general": ("general", "community"), "community": ("community",)}[within]
    at = up.copy()
    for _ in range(len(grids)):
        on = (at >= 0) & ~np.isin(level[at], wanted)
        if not on.any():
            break
        at[on] = up[at[on]]
    return at.astype(np.int32)


def _under(units: Units, parents: np.ndarray, fixed: np.ndarray, nested: bool = True) -> Units:
    """Parents of grids and units; a fixed grid has a parent of its own, so that nothing joins or leaves it."""
    units.fixed = fixed
    _, parent = np.unique(parents, return_inverse=True)
    parent = parent.astype(np.int32)
    parent[fixed] = parent.max(initial=-1) + 1 + np.arange(int(fixed.sum()))
    if not nested and not fixed.any():
        return units
    of_unit = np.where(units.today >= 0, parent[units.today], -1).astype(np.int32)
    open_parents = np.unique(parent[~fixed])
    units.parent_of_unit, units.placed = _spread(units.graph, of_unit, open_parents)
    _, codes = np.unique(np.concatenate([parent, units.parent_of_unit]), return_inverse=True)
    units.parent_of_grid = codes[: len(parent)].astype(np.int32)
    units.parent_of_unit = codes[len(parent) :].astype(np.int32)
    return units


def _spread(graph: BlockGraph, parent: np.ndarray, open_parents: np.ndarray) -> tuple[np.ndarray, list]:
    """Units without a parent get that of the neighbour with the longest common border, round after round."""
    g = graph._graph
    a, b = np.concatenate([g.a, g.b]), np.concatenate([g.b, g.a])
    length = np.concatenate([g.border_mm, g.border_mm])
    parent, placed = parent.copy(), []
    while (parent < 0).any():
        use = (parent[a] < 0) & np.isin(parent[b], open_parents)
        if not use.any():
            lost = graph.ids[parent < 0]
            raise InvalidInput(
                f"{len(lost)} blocks ({name_some(lost)}) have no grid and touch none: give them a grid, or link them"
            )
        near = pd.DataFrame({"unit": a[use], "parent": parent[b[use]], "mm": length[use]})
        near = near.groupby(["unit", "parent"], as_index=False)["mm"].sum()
        near = near.sort_values(["unit", "mm", "parent"], ascending=[True, False, True]).drop_duplicates("unit")
        parent[near["unit"]] = near["parent"]
        placed += near["unit"].tolist()
    return parent, sorted(placed)


def places(units: Units) -> np.ndarray:
    """Where each unit lies, in whole millimetres of its frame: (n, 2) int32."""
    graph = units.graph
    if graph._frame is None:
        raise InvalidInput('the term "inertia" needs places: the graph was made from edges')
    if graph._places is not None:
        return graph._places
    shapes = graph.places()
    here = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if not here.all():
        raise InvalidInput(f'the term "inertia" needs places: blocks {name_some(graph.ids[~here])} have none')
    return graph._frame.to_points(np.ascontiguousarray(shapely.get_coordinates(shapely.point_on_surface(shapes))))


def share_of(total: int, count: int, share: float) -> tuple[int, int]:
    """The lowest and highest whole weight within ±share of total ÷ count, inclusive, in exact arithmetic."""
    middle, tolerance = Fraction(total, count), Fraction(str(share))
    low, high = middle * (1 - tolerance), middle * (1 + tolerance)
    return max(0, -((-low.numerator) // low.denominator)), high.numerator // high.denominator
