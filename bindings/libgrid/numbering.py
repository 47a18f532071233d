"""Numbers for grids: west to east in rows from north to south, in the codes that Chinese cities use."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ._core import InvalidInput
from .issues import name_some
from .ragged import as_geometries
from .study_area import StudyArea

__all__ = ["PATTERNS", "GridNumbers", "number_grids"]

PATTERNS = {
    "cn12+3": "community 12 digits, grid 3 (as in Beijing's DB11/T 2157: 15 digits)",
    "cjt349": "object class 6 digits, community 12, grid 2, 00 for the only one (CJ/T 349: 20 digits)",
    "chengdu_like": "community 12 digits, general grid 3 (000 for none), grid 3 (18 digits)",
}


@dataclass(frozen=True, eq=False)
class GridNumbers:
    """Old and new codes of grids; nothing has been renamed.

    Attributes
    ----------
    frame : DataFrame
        grid_id (old), new_id, community_id, parent_id, row (from the north) and number (within the parent, from 1),
        x_m, y_m (the place that was sorted), changed; in the order of the new codes.
    pattern : str
    """

    frame: pd.DataFrame
    pattern: str

    @property
    def mapping(self) -> dict[str, str]:
        """Old code to new code."""
        return dict(zip(self.frame["grid_id"], self.frame["new_id"], strict=True))

    def __repr__(self) -> str:
        changed = int(self.frame["changed"].sum())
        return f"GridNumbers({self.pattern!r}: {len(self.frame)} grids, {changed} codes change)"


def number_grids(grids, *, pattern="cn12+3", plan=None, community_codes=None, object_class=None, row_m=None):
    """Number grids west to east, north to south within their community, and write the codes.

    Parameters
    ----------
    grids : StudyArea, or GeoDataFrame with grid_id, parent_id, level and geometry
        The leaves (micro and dedicated grids) get codes. In a frame without ``level``, ``parent_id`` is the community.
    pattern : {"cn12+3", "cjt349", "chengdu_like"}
        See ``libgrid.numbering.PATTERNS``. "chengdu_like" numbers general grids within the community first.
    plan : Plan, optional
        Outlines of another plan than today's.
    community_codes : dict, optional
        By community id, its official code of 12 digits. Default: the id itself.
    object_class : str, optional
        The six digits before the community's code that "cjt349" asks for.
    row_m : float, optional
        How far south of a row's first centre another may lie, in metres. Default: half the middle height of the grids
        that are numbered together, so that side by side is a row and one above the other is two.

    Returns
    -------
    GridNumbers
        The mapping from old to new; apply it where it is wanted.

    Raises
    ------
    InvalidInput
        A grid has no outline or no community, a community's code is not 12 digits, or there are more grids than the
        digits allow.

    Notes
    -----
    The rule, exactly: a grid stands where the centre of its area lies, rounded to the millimetre. Among the grids of a
    parent the northernmost opens a row, which takes all whose centre lies at most ``row_m`` south of it; they are
    numbered from the west. The northernmost of the rest opens the next row, and so on. On one x the northern one comes
    first, on one place the old code decides. The order of the table's rows never matters.

    Examples
    --------
    >>> import libgrid as lg
    >>> numbers = lg.number_grids(lg.datasets.load("anjing"))
    >>> numbers.frame["new_id"].str.len().unique().tolist(), numbers.frame["new_id"].is_unique
    ([15], True)
    """
    if pattern not in PATTERNS:
        raise InvalidInput(f"pattern {pattern!r} is not known: use {', '.join(PATTERNS)}")
    if pattern == "cjt349" and not _digits(object_class, 6):
        raise InvalidInput('pattern "cjt349" needs object_class="…", six digits, the last two 00 for a major class')
    if row_m is not None and not row_m > 0:
        raise InvalidInput("row_m must be a positive number of metres")
    table = _leaves(grids, plan)
    codes = {str(k): str(v) for k, v in (community_codes or {}).items()}
    table["code"] = [codes.get(c, c) for c in table["community_id"]]
    bad = table.loc[~table["code"].map(lambda c: _digits(c, 12)), "community_id"].unique()
    if len(bad):
        raise InvalidInput(
            f"communities {name_some(bad)} have no code of 12 digits: give community_codes={{id: code}}; codes are "
            "text, a spreadsheet may have made 5.1E+11 of them"
        )
    repeated = table.groupby("code")["community_id"].nunique()
    if (repeated > 1).any():
        raise InvalidInput(f"community_codes: {name_some(repeated.index[repeated > 1])} stand for several communities")
    if pattern == "chengdu_like":
        general = _number(_centres(_joined(table), "general_id"), "community_id", row_m)
        number = dict(zip(general["general_id"], general["number"], strict=True))
        table["general"] = [number.get(g, 0) for g in table["general_id"]]
        table["parent_id"] = table["general_id"].where(table["general_id"] != "", table["community_id"])
    else:
        table["parent_id"] = table["community_id"]
    table = _number(_centres(table, "grid_id"), "parent_id", row_m)
    digits = 2 if pattern == "cjt349" else 3
    full = table.loc[table["number"] >= 10**digits, "parent_id"].unique()
    if len(full):
        raise InvalidInput(f"{name_some(full)} hold more grids than {digits} digits count: split them")
    if pattern == "cjt349":
        alone = table.groupby("parent_id")["grid_id"].transform("size") == 1
        tail = np.where(alone, "00", table["number"].map("{:02d}".format))
        table["new_id"] = object_class + table["code"] + tail
    else:
        middle = table["general"].map("{:03d}".format) if pattern == "chengdu_like" else ""
        table["new_id"] = table["code"] + middle + table["number"].map("{:03d}".format)
    table["changed"] = table["grid_id"] != table["new_id"]
    columns = ["grid_id", "new_id", "community_id", "parent_id", "row", "number", "x_m", "y_m", "changed"]
    return GridNumbers(table.sort_values("new_id")[columns].reset_index(drop=True), pattern)


def _digits(text, count):
    return isinstance(text, str) and len(text) == count and text.isascii() and text.isdigit()


def _leaves(grids, plan):
    """grid_id, community_id, general_id ("" for none) and geometry of every leaf."""
    if isinstance(grids, StudyArea):
        area = grids
        if plan is not None:
            plan.require_area(area)
        frame = area.layer("grids")[["grid_id", "level", "parent_id"]].copy()
        outlines = (plan or area.plan).outlines() if area.has_blocks else as_geometries(area.grids)
        frame = gpd.GeoDataFrame(frame, geometry=list(outlines), crs=area.crs)
    else:
        frame = grids
        missing = [c for c in ("grid_id", "parent_id") if c not in getattr(frame, "columns", ())]
        if missing or not isinstance(frame, gpd.GeoDataFrame):
            raise InvalidInput(f"grids: a GeoDataFrame with grid_id, parent_id and geometry is needed, not {missing}")
        if frame.crs is not None and frame.crs.is_geographic:
            raise InvalidInput("grids are in degrees: bring them to metres with .to_crs(...)")
    ids = frame["grid_id"].astype(str)
    if ids.duplicated().any():
        raise InvalidInput(f"grids.grid_id: {name_some(ids[ids.duplicated()].unique())} stand several times")
    parent = frame["parent_id"].where(frame["parent_id"].notna(), "").astype(str)
    level = frame["level"].astype(str) if "level" in frame else pd.Series("micro", index=frame.index)
    up_of = dict(zip(ids, parent, strict=True))
    level_of = dict(zip(ids, level, strict=True))
    leaf = ~ids.isin(parent).to_numpy() & level.isin(["micro", "dedicated"]).to_numpy()
    table = pd.DataFrame({"grid_id": ids.to_numpy(), "geometry": as_geometries(frame)})[leaf].reset_index(drop=True)
    if "level" in frame:
        above = [_above(grid, up_of, level_of) for grid in table["grid_id"]]
    else:
        above = [("", up_of[grid]) for grid in table["grid_id"]]
    table["general_id"], table["community_id"] = zip(*above, strict=True) if above else ("", "")
    lost = table.loc[table["community_id"] == "", "grid_id"]
    if len(lost):
        raise InvalidInput(f"grids {name_some(lost)} lie in no community: give their parent_id")
    shapes = table["geometry"].to_numpy(dtype=object)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.any():
        raise InvalidInput(
            f"grids {name_some(table['grid_id'][empty])} have no outline: draw them, or give them blocks"
        )
    return table


def _above(grid, up_of, level_of):
    """The general grid and the community over a grid, "" for none."""
    general, up = "", up_of[grid]
    for _ in up_of:  # no chain is longer, unless it goes round
        if up not in up_of or level_of[up] == "community":
            return general, up
        if level_of[up] == "general" and not general:
            general = up
        up = up_of[up]
    return general, ""


def _joined(table):
    """The general grids: the union of their leaves."""
    inside = table[table["general_id"] != ""]
    rows = [
        (general, part["community_id"].iloc[0], shapely.union_all(part["geometry"].to_numpy(dtype=object)))
        for general, part in inside.groupby("general_id", sort=True)
    ]
    return pd.DataFrame(rows, columns=["general_id", "community_id", "geometry"])


def _centres(table, ids):
    """Adds the centre of each area and the height of each outline, in whole millimetres."""
    shapes = table["geometry"].to_numpy(dtype=object)
    centre = shapely.centroid(shapes)
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return table.assign(
        x_m=np.round(shapely.get_x(centre), 3),
        y_m=np.round(shapely.get_y(centre), 3),
        height_m=np.round(bounds[:, 3] - bounds[:, 1], 3),
        tie=table[ids],
    )


def _number(table, parent, row_m):
    """Adds row and number, both from 1, within each parent."""
    row, number = np.zeros(len(table), dtype=int), np.zeros(len(table), dtype=int)
    for at in table.groupby(parent, sort=True).indices.values():
        x, y = table["x_m"].to_numpy()[at], table["y_m"].to_numpy()[at]
        tie = table["tie"].to_numpy()[at]
        height = row_m if row_m is not None else np.sort(table["height_m"].to_numpy()[at])[(len(at) - 1) // 2] / 2
        left = sorted(range(len(at)), key=lambda k: (-y[k], x[k], tie[k]))
        n = r = 0
        while left:
            r += 1
            top = y[left[0]]
            in_row = [k for k in left if top - y[k] <= height]
            left = left[len(in_row) :]  # sorted from the north: a row is what comes first
            for k in sorted(in_row, key=lambda k: (x[k], -y[k], tie[k])):
                n += 1
                row[at[k]], number[at[k]] = r, n
    return table.assign(row=row, number=number)
