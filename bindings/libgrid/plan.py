"""Plans: which grid each block belongs to. Read, written, measured, compared."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from . import _core, plot
from .analysis import PlanQuality
from .inline_map import GROUND, inline_map, small_map_of
from .issues import Found, Issues, name_some
from .plot._layers import outlines_of
from .ragged import from_polygons

if TYPE_CHECKING:
    from .study_area import StudyArea


@dataclass(frozen=True, eq=False)
class Plan:
    """One grid a block, as a row of the area's grids; -1 for none.

    Attributes
    ----------
    labels : (n_blocks,) int32 array, read-only
    name : str
    issues : Issues
        What was found while the plan was read.
    set_aside : DataFrame
        Rows of the file that name no block of the area.
    """

    area: StudyArea
    labels: np.ndarray
    name: str = "plan"
    issues: Issues = field(default_factory=Issues)
    set_aside: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self):
        given = np.asarray(self.labels)
        if given.size and given.dtype.kind not in "iu":
            raise _core.InvalidInput(
                f"plan: labels must be whole numbers (rows of grids, -1 for none), not {given.dtype}"
            )
        blocks, grids = len(self.area.ids("blocks")), len(self.area.ids("grids"))
        if given.shape != (blocks,):
            raise _core.InvalidInput(f"plan: labels have shape {given.shape}, the area has {blocks} blocks")
        bad = np.flatnonzero((given < -1) | (given >= grids))
        if len(bad):
            raise _core.InvalidInput(
                f"plan: labels must be -1 (none) or 0 … {grids - 1}; those in rows {name_some(bad)} are not"
            )
        labels = np.array(given, dtype=np.int32, order="C")
        labels.setflags(write=False)
        object.__setattr__(self, "labels", labels)

    @property
    def frame(self) -> pd.DataFrame:
        """Columns block_id, grid_id."""
        grids = self.area.ids("grids").to_numpy(dtype=object)
        ids = np.where(self.labels >= 0, grids[self.labels] if len(grids) else None, None)
        return pd.DataFrame({"block_id": self.area.ids("blocks"), "grid_id": pd.Series(ids, dtype="str")})

    def explore(self, **options):
        """The plan as a page to walk through, offline. Options and result as :func:`libgrid.explore`."""
        from .viewer import explore

        return explore(self, **options)

    def plot(self, *, column: str | None = "team_id", **options):
        """The plan's grids on a map, a tint for each team's field (`column` None: for each grid).

        Options as :func:`libgrid.plot.plot_area`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_area(self.area, grids=outlines_of(self), column=column, **options)

    def _repr_html_(self) -> str:
        none = int((self.labels < 0).sum())
        words = f"{self.name}: {len(self.labels):,} blocks in {len(np.unique(self.labels[self.labels >= 0])):,} grids"
        return f"<p>{html.escape(words)}{f', {none:,} in none' if none else ''}</p>{small_map_of(self.area, self)}"

    def require_area(self, area: StudyArea) -> None:
        """Raise InvalidInput unless this plan's rows are those of `area`: labels mean nothing elsewhere."""
        layers = ("blocks", "grids", "teams", "households")
        if self.area is not area and not all(self.area.ids(n).equals(area.ids(n)) for n in layers):
            raise _core.InvalidInput(
                "the plan belongs to an area with different blocks, grids, teams or households; read it with this area"
            )

    def household_grid(self) -> np.ndarray:
        """The grid of each household under this plan, -1 for none."""
        return self.area._core.household_grid(self.labels)

    def household_team(self) -> np.ndarray:
        """Each household's own team under this plan, -1 for none."""
        return self.area._core.household_team(self.labels)

    def outlines(self) -> np.ndarray:
        """One (multi)polygon a grid: the union of its blocks, or of the blocks of all grids below it."""
        core = self.area._core
        n = len(self.area.ids("grids"))
        shapes = np.full(n, None, dtype=object)
        parent = self.area.ids("grids").get_indexer(self.area.column("grids", "parent_id"))
        # The k-th ancestor of each block. A community stands twice above its blocks' grids: once over the dedicated
        # grids right below it, once over the general ones; its outline needs both, so it is drawn where it stands last.
        steps, last, labels = [], np.full(n, -1), self.labels
        while (labels >= 0).any():
            last[labels[labels >= 0]] = len(steps)
            steps.append(labels)
            labels = np.where(labels >= 0, parent[labels], -1).astype(np.int32)
        for k in range(len(steps)):
            drawn = np.full(len(self.labels), -1, np.int32)
            for ancestor in steps[: k + 1]:
                take = (ancestor >= 0) & (last[ancestor] == k)
                drawn[take] = ancestor[take]
            outlines = from_polygons(_core.build_outlines(core.footprints, drawn, n), self.area._frame)
            shapes[last == k] = outlines[last == k]
        return shapes

    def __reduce__(self):
        from .pickling import reduce_plan

        return reduce_plan(self)

    def __repr__(self) -> str:
        placed = int((self.labels >= 0).sum())
        grids = len(np.unique(self.labels[self.labels >= 0]))
        return f"Plan({self.name!r}: {placed} of {len(self.labels)} blocks in {grids} grids)"


def read_plan(path, area: StudyArea, *, strict: bool = False) -> Plan:
    """Read a plan drawn elsewhere: a table of blocks and grids from Excel, CSV or GeoPackage.

    Titles above the header and Chinese or English column names are understood. Blocks that the file does not name,
    names twice, or puts into a grid that cannot hold them keep today's grid; each is an issue.

    Parameters
    ----------
    path : path-like
        ``.xlsx``, ``.csv`` or ``.gpkg`` with a block column and a grid column.
    area : StudyArea
    strict : bool
        Raise InvalidInput when there are errors among the issues, which are then its ``.issues``.

    Returns
    -------
    Plan

    Raises
    ------
    IoError
        When the file cannot be read.
    InvalidInput
        When it has no block or no grid column, or there are errors and ``strict`` is set.
    """
    from .io import read_plan_table

    read = read_plan_table(path)
    labels, found, unknown = place_blocks(area, read.frame, told=read.issues)
    broken = [str(r) for r in read.issues["row"]]
    found.insert(0, Found("LG-L006", "plan", [f"(row {r})" for r in broken], values=broken))
    set_aside = pd.concat([unknown, read.issues], ignore_index=True)
    issues = Issues(found)
    if strict:
        issues.require_ok(str(path))
    return Plan(area, labels, str(path), issues, set_aside)


def place_blocks(area: StudyArea, table: pd.DataFrame, told: pd.DataFrame | None = None):
    """The label of each block from rows of block_id and grid_id; what was found; rows of unknown blocks.

    ``told`` are rows that could not be read and of which that has been said.
    """
    blocks, grids = area.ids("blocks"), area.ids("grids")
    row = blocks.get_indexer(table["block_id"])
    label = grids.get_indexer(table["grid_id"])
    table = table.assign(row=row, label=label)
    found = []
    unknown = table[row < 0]
    found.append(Found("LG-L001", "plan", unknown["block_id"].astype(str).tolist(), "block_id"))
    table = table[row >= 0].drop_duplicates(["row", "grid_id"])
    twice = table["row"].duplicated(keep=False)
    found.append(Found("LG-L003", "plan", table.loc[twice, "block_id"].unique().tolist()))
    table = table[~twice]
    blank = table["grid_id"].isna()
    found.append(Found("LG-L007", "plan", table.loc[blank, "block_id"].tolist(), "grid_id"))
    missing_grid = (table["label"] < 0) & ~blank
    leaf = area._core.grids.leaf
    parent_grid = table["label"] >= 0
    if len(leaf):
        parent_grid &= ~leaf[table["label"].clip(lower=0)].astype(bool)
    for code, rows in (("LG-L002", table[missing_grid]), ("LG-L005", table[parent_grid])):
        found.append(Found(code, "plan", rows["block_id"].tolist(), "grid_id", values=rows["grid_id"].tolist()))
    good = table[~missing_grid & ~parent_grid]
    labels = area.plan.labels.copy()
    labels[good["row"]] = good["label"]
    named = np.zeros(len(blocks), bool)
    named[row[row >= 0]] = True
    # A row whose cells could not be read still names its block: what is wrong with it has been said.
    if told is not None and "value" in told:
        at = blocks.get_indexer(told["value"].astype(str))
        named[at[at >= 0]] = True
    found.append(Found("LG-L004", "plan", blocks[~named].tolist()))
    return labels, found, unknown.drop(columns=["row", "label"])


def write_plan(plan: Plan, path) -> None:
    """Write a plan as ``.xlsx``, ``.csv`` or ``.gpkg`` with the columns block_id and grid_id, atomically."""
    from .io import write_plan_table

    write_plan_table(plan.frame, path)


def measure_plan(area: StudyArea, plan: Plan | None = None, *, size_norm=(30, 100)) -> PlanQuality:
    """Measure a plan's grids: size, load, shape and contiguity.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
        Default: today's.
    size_norm : (low, high), optional
        Households and shops of a micro-grid. Default 30-100, the figure published for Jinjiang district, Chengdu.

    Returns
    -------
    PlanQuality
        ``grids`` has one row a grid that holds blocks: grid_id, households, shops, size, within_norm, residents,
        load_min, area_m2, area_mu (亩, 10,000/15 m²), perimeter_m, polsby_popper, reock, convex_hull, n_parts,
        contiguous.

    Notes
    -----
    Polsby-Popper is 4 pi area / perimeter squared; Reock the share of the smallest enclosing circle; convex_hull the
    share of the convex hull. Stacked blocks count their footprint once. Two parts touch when they share a border of
    positive length.
    """
    from .measures import plan_quality

    plan = plan or area.plan
    plan.require_area(area)
    return plan_quality(area, plan, size_norm)


@dataclass(frozen=True, eq=False)
class PlanChange:
    """What changes from one plan to another.

    Attributes
    ----------
    blocks : GeoDataFrame
        The blocks that change grid: block_id, old_grid_id, new_grid_id, old_team_id, new_team_id, households.
    teams : DataFrame
        By team, residents, asked minutes and load before and after.
    grids : DataFrame
        By grid, the size before and after and the grid that its people mostly came from.
    moved_blocks, moved_households, moved_residents : int
    doctor_changed_households, doctor_changed_residents, doctor_changed_signed : int
        Those whose own team is another one than before; the signed people among them.
    plans : (Plan, Plan)
        The old and the new one.
    """

    blocks: gpd.GeoDataFrame
    teams: pd.DataFrame
    grids: pd.DataFrame
    moved_blocks: int
    moved_households: int
    moved_residents: int
    doctor_changed_households: int
    doctor_changed_residents: int
    doctor_changed_signed: int
    plans: tuple[Plan, Plan] = field(repr=False, default=())

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self.blocks

    def __repr__(self) -> str:
        return (
            f"PlanChange({self.moved_blocks} blocks and {self.moved_households} households move, "
            f"{self.doctor_changed_households} households change doctor)"
        )

    def plot(self, *, ax=None):
        """Both plans on one map: borders before dashed and after solid, moved blocks filled by what changes.

        Returns
        -------
        matplotlib.axes.Axes
        """
        before, after = (outlines_of(plan) for plan in self.plans)
        area = self.plans[0].area
        return plot.plot_change(before, after, self.blocks, roads=area.roads if len(area.ids("roads")) else None, ax=ax)

    def _repr_html_(self) -> str:
        ground = self.plans[0].area.layer("blocks").geometry.to_numpy() if self.plans else []
        moved = self.blocks.geometry.to_numpy()
        colours = [GROUND] * len(ground) + [plot.MARK] * len(moved)
        return inline_map(areas=[*ground, *moved], colours=colours, title="moved blocks") + (
            f"<p>{self.moved_blocks} blocks with {self.moved_households} households change grid; "
            f"{self.doctor_changed_households} households and {self.doctor_changed_signed} signed people "
            "change doctor</p>" + self.teams.to_html(index=False)
        )


def compare_plans(old: Plan, new: Plan, weight=None) -> PlanChange:
    """Set two plans of one area side by side.

    Parameters
    ----------
    old, new : Plan
        Plans of the same area.
    weight : (n_blocks,) array, optional
        What makes a grid the successor of another; by default its residents.

    Returns
    -------
    PlanChange

    Raises
    ------
    InvalidInput
        When the plans belong to different areas.
    """
    from .measures import plan_change

    new.require_area(old.area)
    return plan_change(old, new, weight)
