"""Repair on request: polygons become a tessellation again, and every change is a row of a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .progress import Progress, progress_callback
from .ragged import as_geometries, from_polygons, to_polygons
from .sheets import tessellation_sheets
from .study_area import StudyArea

__all__ = ["describe_changes", "repair"]

# Rows that the door set aside for one of these come back mended.
MENDABLE = ("LG-P001", "LG-P003", "LG-P005", "LG-P006", "LG-P008", "LG-P103", "LG-P104")
HOLE_IS_SHELL = "LG-P004"
_KINDS = ("gap_closed", "overlap_resolved", "snapped")
COLUMNS = ["layer", "id", "what", "other", "area_m2", "area_before_m2", "area_after_m2", "max_move_m"]

WORDS = {
    "gap_closed": ("得到一处空隙", "got a gap"),
    "overlap_resolved": ("把重叠部分让给 {other}", "left an overlap to {other}"),
    "snapped": ("边界与邻居对齐，或补上了邻居的顶点", "its border was drawn together with its neighbours'"),
    "mended": ("无效的边界已修正（{other}）", "its invalid outline was mended ({other})"),
    "not_mended": ("未修正：{other}", "was not mended: {other}"),
    "not_settled": ("完全被其他图形盖住，未改动", "lies wholly under others; left as it was"),
    "reference_restored": ("恢复了 {other}", "got back its {other}"),
    "grid_changed": ("所在网格改变：{other}", "changed its grid: {other}"),
}


@dataclass
class _Book:
    """The changes, a row each."""

    rows: list[tuple] = field(default_factory=list)
    shapes: list[object] = field(default_factory=list)

    def add(self, layer, ids, what, other="", area=np.nan, before=np.nan, after=np.nan, move=np.nan, shapes=None):
        columns = np.broadcast_arrays(np.asarray(ids, object), other, area, before, after, move)
        for k, (row_id, o, *numbers) in enumerate(zip(*columns, strict=True)):
            self.rows.append((layer, row_id, what, str(o), *map(float, numbers)))
            self.shapes.append(None if shapes is None else shapes[k])

    def frame(self, crs) -> gpd.GeoDataFrame:
        frame = pd.DataFrame(self.rows, columns=COLUMNS)
        frame = frame.astype({c: "str" for c in COLUMNS[:4]} | {c: float for c in COLUMNS[4:]})
        return gpd.GeoDataFrame(frame, geometry=np.array(self.shapes, dtype=object), crs=crs)


def repair(
    area: StudyArea,
    *,
    give_to: str = "longest_border",
    near_m: float = 0.05,
    max_gap_width_m: float = 1.0,
    method: str | None = None,
    hole_is_shell: str | None = None,
    threads: int = 0,
    progress: Progress = False,
) -> tuple[StudyArea, gpd.GeoDataFrame]:
    """Repair blocks and grids so that neighbours share identical borders; list every change.

    Borders that nearly meet are drawn together, everything is noded on whole millimetres, and each gap and
    each overlap goes whole to one neighbour. Where nothing is wrong no coordinate changes, and a second repair
    changes nothing. Blocks that stand on one footprint stay stacked. No row and no household is lost; a
    household whose grid changes is listed. Grids are repaired level by level, and only where there are no
    blocks: with blocks their outlines follow from the blocks.

    Parameters
    ----------
    area : StudyArea
    give_to : "longest_border", "smallest" or "first"
        Who gets a gap or an overlap: the neighbour (of an overlap: the claimant) with the longest common
        border, with the smallest area, or the first row. Ties go to the first row. A polygon that lies wholly
        under others keeps its place whatever the rule. A gap between three or more is cut into strips first.
    near_m : float
        Open borders closer than this become one. 0.05: the survey's noise.
    max_gap_width_m : float
        Gaps of a greater mean width stay: lanes, lakes and courtyards. `check` reports them.
    method : None, "linework" or "structure"
        How rows that were set aside for an invalid outline are mended and brought back. None: they stay set aside.
        "linework": whoever crosses a line goes from inside to outside or back, so both halves of a bow-tie stay and
        a hole outside its outline becomes a part. "structure": whatever outlines go round, less whatever holes go
        round.
    hole_is_shell : None, "full" or "drop"
        A hole that repeats its outline may mean a full polygon or none: None leaves it set aside; "full" deletes the
        hole; "drop" accepts that the row stays set aside without listing it.
    threads : int
        0: one a core. Never changes the answer.
    progress : bool or callable

    Returns
    -------
    fixed : StudyArea
    changes : GeoDataFrame
        layer, id, what (``describe_changes`` says it in words), other (the other id, or a detail), area_m2 (by how
        much the row grew), area_before_m2, area_after_m2 and max_move_m of the row, and the place. For every polygon
        area before + its area_m2 = area after. Rows of households have no place.

    Raises
    ------
    InvalidInput
        An option is unknown or negative.

    Examples
    --------
    >>> import libgrid as lg
    >>> fixed, changes = lg.repair(lg.datasets.load("town"))
    >>> len(changes)
    0
    """
    if method not in (None, "linework", "structure"):
        raise _core.InvalidInput(f"method must be None, 'linework' or 'structure', not {method!r}")
    if hole_is_shell not in (None, "full", "drop"):
        raise _core.InvalidInput(f"hole_is_shell must be None, 'full' or 'drop', not {hole_is_shell!r}")
    book = _Book()
    fixed = area
    for name in ("grids", "blocks"):
        fixed = _bring_back(fixed, name, method, hole_is_shell, book)
    fixed = _restore_references(fixed, book)
    grids_before = _household_grids(fixed)
    options = {"near_m": float(near_m), "give_to": give_to, "max_gap_width_m": float(max_gap_width_m)}
    with progress_callback(progress, "repair") as report:
        name = "blocks" if fixed.has_blocks else "grids"
        if name in fixed._tables and len(fixed._tables[name]):
            fixed = _tessellate(fixed, name, options, book, threads, report)
    _list_households(grids_before, _household_grids(fixed), fixed, book)
    return fixed, book.frame(area.crs)


def describe_changes(changes: pd.DataFrame, lang: str = "en") -> pd.Series:
    """What happened to each row, in words, in ``lang`` "en" or "zh".

    Examples
    --------
    >>> import pandas as pd
    >>> describe_changes(pd.DataFrame({"what": ["overlap_resolved"], "other": ["B2"]})).tolist()
    ['left an overlap to B2']
    """
    column = 0 if lang == "zh" else 1
    words = [
        WORDS[what][column].format(other=other) for what, other in zip(changes["what"], changes["other"], strict=True)
    ]
    return pd.Series(words, index=changes.index, dtype="str")


# -- borders ---------------------------------------------------------------------------------------------------


def _tessellate(area: StudyArea, name: str, options: dict, book: _Book, threads: int, report) -> StudyArea:
    table = area._tables[name]
    shapes = from_polygons(table.geometry, area._frame)
    changed = np.zeros(len(table), bool)
    first = _core.find_footprints(table.geometry) if name == "blocks" else np.arange(len(table), dtype=np.int32)
    stacks = pd.Series(np.arange(len(table))).groupby(first).apply(np.array)
    for rows, _ in tessellation_sheets(area, name):
        done = _core.repair_coverage(table.geometry.take(rows), threads=threads, on_progress=report, **options)
        ids = table.ids.to_numpy()[rows]
        moved = np.unique(done["polygon"])
        changed[rows[moved]] = True
        shapes[rows] = from_polygons(done["polygons"], area._frame)
        where = from_polygons(done["shapes"], area._frame)
        own = from_polygons(done["polygons"].take(np.ascontiguousarray(done["polygon"])), area._frame)
        for kind, what in enumerate(_KINDS):
            # A change of a footprint is one of all blocks that stand on it.
            at, member = _spread(np.flatnonzero(done["kind"] == kind), done["polygon"], stacks, rows)
            polygon, other = done["polygon"][at], done["other"][at]
            book.add(
                name,
                table.ids.to_numpy()[member],
                what,
                [ids[o] if o >= 0 else "" for o in other],
                done["area_m2"][at],
                done["area_before_m2"][polygon],
                done["area_after_m2"][polygon],
                done["max_move_m"][polygon],
                (own if what == "snapped" else where)[at],
            )
        left = done["unsettled"]
        area_m2 = done["area_before_m2"][left]
        book.add(name, ids[left], "not_settled", "", 0.0, area_m2, area_m2, 0.0, shapes[rows[left]])
    changed, shapes = changed[first], shapes[first]  # the floors of a tower follow the one that stands for them
    if not changed.any():
        return area
    frame = area.layer(name)
    return _replace_layer(area, name, frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=area.crs)))


def _spread(changes: np.ndarray, polygon: np.ndarray, stacks: pd.Series, rows: np.ndarray):
    """Each change once for every row that stands on its polygon: the changes, and those rows."""
    members = [stacks[rows[polygon[k]]] for k in changes]
    at = np.repeat(changes, [len(m) for m in members])
    return at, np.concatenate(members) if members else np.empty(0, int)


def _replace_layer(area: StudyArea, name: str, frame, returned: np.ndarray | None = None) -> StudyArea:
    """The area with one layer redrawn; its books go on: what was set aside stays so, but for the rows returned."""
    old = area._ledger
    new = area.replace(**{name: frame})
    ledger = replace(new._ledger, found=list(new._ledger.found), counts=dict(new._ledger.counts))
    aside = old.set_aside[name]
    back = np.zeros(len(aside), bool) if returned is None else returned
    again = new._ledger.set_aside[name]
    parts = [part for part in (aside[~back], again) if len(part)]
    ledger.set_aside = dict(ledger.set_aside) | {name: pd.concat(parts, ignore_index=True) if parts else aside[~back]}
    counts = old.counts[name]
    ledger.counts[name] = {
        "read": counts["read"],
        "accepted": counts["accepted"],
        "repaired": counts["repaired"] + int(back.sum()) - len(again),
        "set_aside": counts["set_aside"] - int(back.sum()) + len(again),
    }
    gone = set(aside.loc[back].get(frame.columns[0], pd.Series(dtype=object)).astype(str))
    still = [f.only([i not in gone for i in f.ids]) for f in old.found if f.layer == name]
    said = {(f.code, f.layer, f.column, i) for f in still for i in f.ids}
    fresh = [f.only([(f.code, f.layer, f.column, i) not in said for i in f.ids]) for f in ledger.found]
    ledger.found = [f for f in (*still, *fresh) if f.ids]
    return new._with(ledger=ledger)


# -- rows that were set aside ----------------------------------------------------------------------------------


def _bring_back(area: StudyArea, name: str, method, hole_is_shell, book: _Book) -> StudyArea:
    aside = area._ledger.set_aside.get(name)
    if aside is None or not len(aside) or "geometry" not in aside:
        return area
    codes = aside["code"].to_numpy()
    mendable = np.isin(codes, MENDABLE) if method else np.zeros(len(aside), bool)
    twin = codes == HOLE_IS_SHELL
    if hole_is_shell is None and method and twin.any():
        ids = aside.loc[twin, area._tables[name].layer.id].astype(str)
        ask = 'a hole repeats the outline; say hole_is_shell="full" or "drop"'
        book.add(name, ids.to_numpy(), "not_mended", ask)
    if hole_is_shell == "full":
        mendable |= twin
    if not mendable.any():
        return area
    rows = aside[mendable]
    shapes = as_geometries(
        gpd.GeoSeries(rows["geometry"], crs=getattr(aside, "crs", None) or area.crs).to_crs(area.crs)
    ).copy()
    full = codes[mendable] == HOLE_IS_SHELL
    shapes[full] = [_without_shell_holes(shape) for shape in shapes[full]]
    drawn, _ = to_polygons(shapes, area._frame)
    mended, told = _core.mend_polygons(drawn, method or "linework")
    after = from_polygons(mended, area._frame)
    ids = rows[area._tables[name].layer.id].astype(str).to_numpy()
    good = np.ones(len(rows), bool)
    detail = np.full(len(rows), method or 'hole_is_shell="full"', dtype=object)
    before = _core.area_m2(drawn)
    for row, was_mended, is_shell, *_, spikes_m in told:
        good[row] = was_mended
        if spikes_m:
            detail[row] += f", {spikes_m:.3f} m of spikes"
        if not was_mended:
            detail[row] = "a hole repeats the outline" if is_shell else "nothing would be left of it"
    area_after = np.where(good, _core.area_m2(mended), before)
    for what, mask in (("mended", good), ("not_mended", ~good)):
        book.add(
            name, ids[mask], what, detail[mask], (area_after - before)[mask], before[mask], area_after[mask],
            shapes=after[mask],
        )  # fmt: skip
    if not good.any():
        return area
    back = mendable.copy()
    back[np.flatnonzero(mendable)[~good]] = False
    plain = pd.DataFrame(rows[good].drop(columns=["row", "code", "reason", "geometry"]))
    returned = gpd.GeoDataFrame(plain, geometry=after[good], crs=area.crs)
    layer = area.layer(name)
    joined = pd.concat([layer, returned], ignore_index=True)
    return _replace_layer(area, name, gpd.GeoDataFrame(joined, geometry="geometry", crs=area.crs), back)


def _without_shell_holes(shape):
    """The shape without holes that repeat their outline."""
    parts = []
    for part in shapely.get_parts(shape):
        shell = shapely.Polygon(part.exterior)
        holes = [h for h in part.interiors if not shapely.Polygon(h).equals(shell)]
        parts.append(shapely.Polygon(part.exterior, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _restore_references(area: StudyArea, book: _Book) -> StudyArea:
    """References that were emptied because what they named was set aside, and that now is back."""
    for name, columns in area._ledger.emptied.items():
        if name not in area._tables:
            continue
        table = area._tables[name]
        frame = area.layer(name)
        restored = False
        for column, named in columns.items():
            target = area._tables.get(table.layer[column].target)
            at = table.ids.get_indexer(list(named))
            values = pd.Series(list(named.values()), dtype=object)
            use = (at >= 0) & values.isin(target.ids if target is not None else []).to_numpy(bool)
            use &= frame[column].isna().to_numpy(bool)[at]
            if not use.any():
                continue
            frame.loc[frame.index[at[use]], column] = values[use].to_numpy()
            book.add(name, table.ids[at[use]].to_numpy(), "reference_restored", [f"{column} {v}" for v in values[use]])
            restored = True
        if restored:
            area = _replace_layer(area, name, frame)
    return area


# -- households ------------------------------------------------------------------------------------------------


def _household_grids(area: StudyArea) -> pd.Series:
    ids = area.ids("households")
    if not len(ids):
        return pd.Series(dtype=object)
    grids = area.ids("grids").to_numpy()
    at = area.plan.household_grid()
    named = np.array([grids[g] if g >= 0 else "" for g in at], dtype=object)
    return pd.Series(named, index=ids)


def _list_households(before: pd.Series, after: pd.Series, area: StudyArea, book: _Book) -> None:
    if len(before) != len(after):  # a household was lost: our mistake, never the data's
        raise _core.Error(f"internal error, please report: {len(before)} households became {len(after)}")
    after = after.reindex(before.index)
    moved = (before != after).to_numpy(bool)
    what = [f"{old or '-'} → {new or '-'}" for old, new in zip(before[moved], after[moved], strict=True)]
    if moved.any():
        book.add("households", before.index[moved].to_numpy(), "grid_changed", what)
