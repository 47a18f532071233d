"""Carrying out a plan: who moves and why, smoothed borders, bounds in words, sheets for the office and the public."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from ._core import InvalidInput
from .borders.smooth import SmoothBorders, smooth_borders
from .four_bounds import describe_bounds
from .graph.columns import area_columns
from .numbering import number_grids
from .plan import Plan
from .redraw.result import Redraw

__all__ = ["CarryOut", "carry_out"]

CAUSES = {  # the term, else the rule, that would be hurt if the block alone went back
    "connected": ("a grid would fall apart", "否则网格不连通"),
    "empty": ("a grid would be empty", "否则网格为空"),
    "limit": ("a limit would be broken", "否则超出规模限值"),
    "together": ("it belongs with others", "需与其他单元同组"),
    "apart": ("it must be apart from another", "需与其他单元分开"),
    "response": ("nearer to its team", "离服务团队更近"),
    "inertia": ("nearer to the grid's centre", "离网格中心更近"),
    "balance": ("fairer loads", "负荷更均衡"),
    "polsby_popper": ("rounder grids", "网格形状更紧凑"),
    "cut_border": ("shorter border", "边界更短"),
    "cut_edges": ("fewer borders between neighbours", "相邻单元被分开的更少"),
    "natural_lines": ("border along streets and rivers", "边界沿街道河流"),
    "other": ("together with other moves", "与其他调整配套"),
}


@dataclass(frozen=True, eq=False, repr=False)
class CarryOut:
    """What an office needs to carry out a plan; made by `carry_out`. Immutable.

    Attributes
    ----------
    moves : GeoDataFrame
        The blocks that change grid: block_id, old_grid_id, new_grid_id, old_team_id, new_team_id, doctor_changes,
        households, residents, signed, cause (None without a `Redraw`).
    causes : DataFrame
        By cause: blocks, households, residents.
    grids : GeoDataFrame
        Every grid that has blocks before or after: grid_id, new_id, name, households and residents before and after,
        blocks and households in and out, bounds_zh, bounds_en, and the (smoothed) outline.
    borders : SmoothBorders or None
        What became of each border; None: the outlines are exact.
    """

    old: Plan
    new: Plan
    moves: gpd.GeoDataFrame
    causes: pd.DataFrame
    grids: gpd.GeoDataFrame
    borders: SmoothBorders | None = None

    def write_office(self, path, *, lang: str = "zh") -> None:
        """An Excel workbook with full counts: a summary, all moves, and a sheet for each grid that changes."""
        from .carry_out_sheets import write_office

        write_office(self, Path(path), lang)

    def write_public(self, path, *, lang: str = "zh", k: int = 10) -> None:
        """An Excel workbook to be posted (公示): bounds and numbers by grid; counts below `k` cannot be found out."""
        from .carry_out_sheets import write_public

        write_public(self, Path(path), lang, k)

    def write_polygons(self, path) -> None:
        """The grids' outlines as a GeoPackage of one layer, ``grids``."""
        from .files import crs_text
        from .io import TableFrame, write_tables

        table = TableFrame(pd.DataFrame(self.grids.drop(columns="geometry")), "polygon", self.grids.geometry.to_numpy())
        write_tables(path, {"grids": table}, crs=crs_text(self.grids.crs), overwrite=True)

    def __repr__(self) -> str:
        doctors = int(self.moves["signed"][self.moves["doctor_changes"]].sum())
        return (
            f"CarryOut({len(self.moves)} blocks with {int(self.moves['households'].sum()):,} households change grid, "
            f"{doctors:,} signed people live where the doctor changes)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.causes.to_html(index=False, border=0)


def carry_out(
    old: Plan | Redraw,
    new: Plan | None = None,
    *,
    smooth_m: float = 0.0,
    streets=None,
    buildings=None,
    reach_m: float = 15.0,
    renumber: str | None = None,
    community_codes: dict | None = None,
    rivers=None,
) -> CarryOut:
    """Make what is needed to carry out a plan.

    Parameters
    ----------
    old : Plan or Redraw
        Today's plan, or a redraw, which also knows why each block moves.
    new : Plan, optional
        Of the same area; with a `Redraw` its plan.
    smooth_m : float
        Smooth the outlines by about this much, border by border: see `smooth_borders`. 0: exact.
    streets, buildings : GeoDataFrame, optional
        Lay borders on the centrelines of streets within ``reach_m``, and around buildings.
    reach_m : float
        For `streets`.
    renumber : str, optional
        A pattern of :func:`libgrid.number_grids`, such as "cn12+3": new codes west to east, north to south. Default:
        nothing is renumbered.
    community_codes : dict, optional
        For `renumber`.
    rivers : GeoDataFrame, optional
        For the bounds in words.

    Returns
    -------
    CarryOut

    Raises
    ------
    InvalidInput
        The plans are of different areas, or nothing can be compared.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("town")
    >>> lg.carry_out(area.plan, area.plan)
    CarryOut(0 blocks with 0 households change grid, 0 signed people live where the doctor changes)
    """
    redrawn = old if isinstance(old, Redraw) else None
    if redrawn is not None:
        old, new = redrawn.today_plan(), redrawn.plan
    if not isinstance(new, Plan) or not isinstance(old, Plan):
        raise InvalidInput("carry_out needs two plans of an area, or a Redraw of one")
    new.require_area(old.area)
    area = new.area
    moves = _moves(old, new, redrawn)
    borders = None
    if smooth_m or streets is not None or buildings is not None:
        borders = smooth_borders(new, smooth_m, streets=streets, buildings=buildings, reach_m=reach_m)
    grids = _grids(old, new, moves, new.outlines() if borders is None else borders.shapes)
    bounds = describe_bounds(area, plan=new, rivers=rivers).frame.set_index("grid_id")
    for lang in ("zh", "en"):
        grids[f"bounds_{lang}"] = grids["grid_id"].map(bounds[lang])
    numbers = {}
    if renumber is not None:
        numbers = number_grids(area, pattern=renumber, plan=new, community_codes=community_codes).mapping
    grids.insert(1, "new_id", [numbers.get(g, g) for g in grids["grid_id"]])
    counted = moves.groupby("cause", dropna=False)
    causes = counted.agg(blocks=("block_id", "size"), households=("households", "sum"), residents=("residents", "sum"))
    causes = causes.sort_values("blocks", ascending=False).reset_index()
    return CarryOut(old, new, moves, causes, grids, borders)


def _moves(old: Plan, new: Plan, redrawn: Redraw | None) -> gpd.GeoDataFrame:
    area = new.area
    moved = np.flatnonzero(old.labels != new.labels)
    ids = np.append(area.ids("grids").to_numpy(object), None)
    columns = area_columns(area).iloc[moved]
    teams = []
    for plan in (old, new):
        team = np.append(pd.Series(plan.area.column("grids", "team_id")).astype(object).to_numpy(), None)
        teams.append(team[plan.labels[moved]])
    blocks = area.layer("blocks")[["block_id", "geometry"]].iloc[moved].reset_index(drop=True)
    before, after = (_texts(t) for t in teams)
    differs = np.array([a != b for a, b in zip(before, after, strict=True)], dtype=bool)
    return blocks.assign(
        old_grid_id=ids[old.labels[moved]], new_grid_id=ids[new.labels[moved]], old_team_id=teams[0],
        new_team_id=teams[1], doctor_changes=differs, households=columns["households"].to_numpy(),
        residents=columns["residents"].to_numpy(), signed=columns["signed"].to_numpy(),
        cause=causes_of(redrawn, moved) if redrawn is not None else None,
    )  # fmt: skip


def _texts(values):
    return [None if pd.isna(v) else str(v) for v in values]


def causes_of(redrawn: Redraw, moved: np.ndarray) -> list[str]:
    """By moved block the first term, else the rule, that would be hurt if it alone went back to today's grid."""
    if redrawn.level != "micro":
        return ["other"] * len(moved)
    stated, state = redrawn._stated, redrawn._state
    today, names = stated.units.today, stated.terms
    found = []
    for block in moved.tolist():
        back = int(today[block])
        if back < 0:
            found.append("other")
            continue
        rules = [f["rule"] for f in state.why_not(block, back)]
        delta = np.asarray(state.delta(block, back)["terms"])
        hurt = [n for n, d in zip(names, delta, strict=True) if d > 0 and n in CAUSES]
        found.append(hurt[0] if hurt else next((r for r in rules if r in CAUSES), "other"))
    return found


def _grids(old: Plan, new: Plan, moves, shapes) -> gpd.GeoDataFrame:
    area = new.area
    n = len(area.ids("grids"))
    columns = area_columns(area)
    layer = area.layer("grids")
    name = layer["name"] if "name" in layer else layer["grid_id"]
    table = pd.DataFrame({"grid_id": layer["grid_id"], "name": name})
    for when, plan in (("before", old), ("after", new)):
        held = plan.labels >= 0
        for column in ("households", "residents"):
            sums = np.bincount(plan.labels[held], weights=columns[column][held], minlength=n)
            table[f"{column}_{when}"] = sums.astype(np.int64)
        table[f"blocks_{when}"] = np.bincount(plan.labels[held], minlength=n)
    for way, column in (("in", "new_grid_id"), ("out", "old_grid_id")):
        grouped = moves.groupby(column)
        table[f"blocks_{way}"] = table["grid_id"].map(grouped.size()).fillna(0).astype(np.int64)
        table[f"households_{way}"] = table["grid_id"].map(grouped["households"].sum()).fillna(0).astype(np.int64)
    used = (table["blocks_before"] > 0) | (table["blocks_after"] > 0)
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=area.crs))
    return frame[used].reset_index(drop=True)
