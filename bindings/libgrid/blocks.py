"""Blocks out of buildings, compounds, streets and rivers."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .columns import as_text
from .issues import name_some
from .progress import Progress, progress_callback
from .ragged import as_geometries, frame_around, from_polygons, to_lines, to_polygons

__all__ = ["build_blocks"]


def build_blocks(
    buildings: gpd.GeoDataFrame,
    lines=None,
    *,
    barriers=None,
    compounds: gpd.GeoDataFrame | None = None,
    merge_compounds: bool = False,
    max_households: int | None = None,
    reach_m: float = 60.0,
    threads: int = 0,
    progress: Progress = False,
) -> gpd.GeoDataFrame:
    """Build blocks from buildings: each building's footprint and the land nearest to it.

    Blocks share borders exactly, leave no gap where they touch, and do not overlap; each is one connected face, as far
    as its building is. Lines (streets) cut: land that a line cuts off from its building goes to the neighbour on that
    side, and stays only where there is none. Barriers (rivers, railways, walls) and the outlines of compounds are never
    crossed: land that one cuts off is nobody's where it has no neighbour on its side. A building's own footprint is its
    block's whatever crosses it. Where footprints overlap, the smaller building has the place; buildings on one
    footprint get stacked blocks.

    Parameters
    ----------
    buildings : GeoDataFrame of n Polygons in a projected CRS; its columns are kept
    lines, barriers : GeoDataFrame or GeoSeries of LineStrings, optional
        Polygons (a river's banks) count by their outlines.
    compounds : GeoDataFrame of Polygons, optional
        Walled estates (小区) that do not overlap; ``compound_id``, else their row names. A building belongs to the
        compound around its middle: the blocks' column ``compound_id``. Land inside a compound goes only to its own
        buildings, land outside only to those outside.
    merge_compounds : bool
        Make one block of all buildings of a compound. Columns that begin with ``n_`` are added up, others are kept
        where they all agree.
    max_households : int, optional
        With a column ``n_households``: a building with more is split into stacked blocks on the same footprint, which
        share its households evenly. By stairwells where a column ``n_units`` says how many there are ("A/1", "A/2"),
        and each of these into bands of floors where it is still too large ("A/1.1"; no more bands than ``n_floors``,
        where that is known); without ``n_units`` into ``ceil(n / max_households)`` parts.
    reach_m : float
        No block reaches further from its building, in metres. 60: over half of the widest city street, so
        that blocks meet in the middle of streets while open land stays nobody's.
    threads : int
        0: one a core. Never changes the answer.
    progress : bool or callable
        Called with (done, total) steps; True shows a bar.

    Returns
    -------
    GeoDataFrame
        ``block_id`` (from ``block_id`` or ``building_id``, else "b000001" …), the buildings' columns, ``compound_id``
        where compounds were given, and the block's geometry; one row a building, in their order, or one a stacked
        block or merged compound. The sum of ``n_households`` is that of the buildings.

    Raises
    ------
    InvalidInput
        The CRS is geographic or missing, ids repeat, lines have another CRS, compounds overlap, or a building with
        households has no footprint.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> import libgrid as lg
    >>> houses = gpd.GeoDataFrame(
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(30, 0, 40, 10)], crs="EPSG:4544"
    ... )
    >>> blocks = lg.build_blocks(houses)
    >>> list(blocks.block_id), bool(blocks.geometry[0].touches(blocks.geometry[1]))
    (['b000001', 'b000002'], True)
    """
    crs = getattr(buildings, "crs", None)
    if crs is None or crs.is_geographic:
        raise InvalidInput(
            "buildings: a projected CRS in metres is needed; use buildings.to_crs(buildings.estimate_utm_crs())"
        )
    if merge_compounds and compounds is None:
        raise InvalidInput("merge_compounds needs compounds")
    for name, layer in (("lines", lines), ("barriers", barriers), ("compounds", compounds)):
        if getattr(layer, "crs", None) not in (None, crs):
            raise InvalidInput(f"{name} are in another CRS than buildings: use {name}.to_crs(buildings.crs)")
    ids = _block_ids(buildings)
    geometries = as_geometries(buildings)
    frame = frame_around(geometries)
    polygons, _ = to_polygons(geometries, frame)
    _require_footprints(buildings, ids, polygons)
    cuts = to_lines(_as_lines(lines), frame)[:2]
    stops = to_lines(_as_lines(barriers), frame)[:2]
    estates = _estates(compounds, frame)
    with progress_callback(progress, "blocks") as report:
        built = _core.build_blocks(
            polygons, *cuts, *stops, estates, reach_m=float(reach_m), threads=threads, on_progress=report
        )  # fmt: skip
    columns = buildings.drop(columns=buildings.geometry.name).reset_index(drop=True)
    columns = columns.drop(columns="block_id", errors="ignore")
    columns.insert(0, "block_id", ids)
    if compounds is not None:
        columns["compound_id"] = _compound_of(geometries, compounds, estates, frame)
    blocks = gpd.GeoDataFrame(columns, geometry=from_polygons(built, frame), crs=crs)
    if merge_compounds:
        blocks = _merge_compounds(blocks, built, frame)
    if max_households is not None:
        blocks = _split_stacked(blocks, max_households)
    return blocks


def _as_lines(layer) -> np.ndarray:
    if layer is None:
        return np.array([], dtype=object)
    shapes = as_geometries(layer).copy()
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    shapes[areal] = shapely.boundary(shapes[areal])
    return shapes


def _block_ids(buildings) -> np.ndarray:
    for column in ("block_id", "building_id"):
        if column in buildings:
            text = as_text(buildings[column])
            if text.isna().any():
                raise InvalidInput(
                    f"buildings.{column}: {int(text.isna().sum())} rows have no id: fill it in or drop the column"
                )
            repeated = text[text.duplicated()].unique()
            if len(repeated):
                raise InvalidInput(
                    f"buildings.{column}: {len(repeated)} ids repeat ({name_some(repeated)}): make them unique"
                )
            return text.to_numpy(object)
    return np.array([f"b{k:06d}" for k in range(1, len(buildings) + 1)], dtype=object)


def _require_footprints(buildings, ids, polygons) -> None:
    """People must not end up in a block without a place."""
    if "n_households" not in buildings:
        return
    people = pd.to_numeric(buildings["n_households"], errors="coerce").fillna(0).to_numpy(float) > 0
    lost = people & (np.diff(polygons.part_begin) == 0)
    if lost.any():
        raise InvalidInput(
            f"buildings: {int(lost.sum())} with households have no footprint ({name_some(ids[lost])}): draw them, or "
            "take their households out"
        )


def _compound_names(compounds) -> np.ndarray:
    names = compounds["compound_id"] if "compound_id" in compounds else pd.Series(compounds.index)
    return as_text(names).to_numpy(object)


def _estates(compounds, frame) -> _core.PolygonSet:
    """The compounds on the buildings' millimetres; they must not overlap."""
    estates, _ = to_polygons(np.array([], dtype=object) if compounds is None else compounds, frame)
    a, b, area_m2 = _core.find_overlaps(estates)
    if len(a):
        names = _compound_names(compounds)
        pairs = [f"{names[i]} and {names[j]} ({m2:.1f} m²)" for i, j, m2 in zip(a, b, area_m2, strict=True)]
        raise InvalidInput(f"compounds overlap: {name_some(pairs)}; mend their borders first, e.g. with lg.repair")
    return estates


def _compound_of(geometries, compounds, estates, frame) -> np.ndarray:
    names = _compound_names(compounds)
    here = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    found = np.full(len(geometries), None, dtype=object)
    if not len(names) or not here.any():
        return found
    middles = np.ascontiguousarray(shapely.get_coordinates(shapely.point_on_surface(geometries[here])))
    at = _core.PointLocator(estates).locate(frame.to_points(middles))
    found[here] = np.append(names, None)[at]
    return found


def _merge_compounds(blocks, built, frame):
    own = pd.Series(blocks["compound_id"], dtype=object).where(blocks["compound_id"].notna(), blocks["block_id"])
    clash = set(blocks["compound_id"].dropna()) & set(blocks.loc[blocks["compound_id"].isna(), "block_id"])
    if clash:
        raise InvalidInput(f"compounds.compound_id: {name_some(sorted(clash))} is also the id of a building")
    label, names = pd.factorize(own)
    outlines = _core.build_outlines(built, label.astype(np.int32), len(names))
    columns = {}
    table = pd.DataFrame(blocks.drop(columns=["geometry", "block_id"]))
    for column in table:
        groups = table[column].groupby(label)
        if str(column).startswith("n_") and pd.api.types.is_numeric_dtype(table[column]):
            columns[column] = groups.sum().to_numpy()
        else:
            columns[column] = groups.agg(_if_all_agree).to_numpy()
    columns["n_buildings"] = np.bincount(label)
    return gpd.GeoDataFrame(
        {"block_id": names.to_numpy(object), **columns}, geometry=from_polygons(outlines, frame), crs=blocks.crs
    )  # fmt: skip


def _if_all_agree(values: pd.Series):
    first = values.iloc[0]
    return first if values.isna().all() or (values == first).all() else None


def _split_stacked(blocks, max_households):
    if isinstance(max_households, bool) or not max_households >= 1:
        raise InvalidInput("max_households must be at least 1")
    if "n_households" not in blocks:
        raise InvalidInput("max_households needs a column n_households in buildings")
    limit = math.floor(max_households)
    n = blocks["n_households"].fillna(0).to_numpy(dtype=np.int64)
    parts = np.maximum(1, -(-n // limit))
    units = _counts(blocks, "n_units")
    bands = np.ones(len(n), np.int64)
    by_unit = (parts > 1) & (units > 1)
    share = -(-n // np.maximum(units, 1))  # of the fullest stairwell
    bands[by_unit] = np.maximum(1, -(-share // limit))[by_unit]
    floors = _counts(blocks, "n_floors")
    known = by_unit & (floors > 0)
    bands[known] = np.minimum(bands, floors)[known]
    first = np.where(by_unit, units, parts)
    total = first * bands
    row = np.repeat(np.arange(len(blocks)), total)
    step = np.arange(len(row)) - np.repeat(np.cumsum(total) - total, total)
    out = blocks.iloc[row].reset_index(drop=True)
    ids = out["block_id"].to_numpy(dtype=object, copy=True)
    for k in np.flatnonzero(total[row] > 1):
        unit, band = divmod(int(step[k]), int(bands[row[k]]))
        ids[k] = f"{ids[k]}/{unit + 1}" + (f".{band + 1}" if bands[row[k]] > 1 else "")
    out["block_id"] = ids
    # Even shares whose sum is n: the first n mod k blocks have one more.
    out["n_households"] = n[row] // total[row] + (step < n[row] % total[row])
    return out


def _counts(blocks, column) -> np.ndarray:
    """Whole numbers of a column, 0 where it says nothing."""
    if column not in blocks:
        return np.zeros(len(blocks), np.int64)
    values = pd.to_numeric(blocks[column], errors="coerce").fillna(0).to_numpy(float)
    bad = ~((values >= 0) & (values == np.floor(values)) & (values < 1e4))
    if bad.any():
        raise InvalidInput(
            f"buildings.{column}: {int(bad.sum())} rows ({name_some(blocks['block_id'][bad])}) are no whole numbers"
        )
    return values.astype(np.int64)
