"""Several overlapping nets of grids become one: who covers what, whose is the largest share, what is unclear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core, plot
from .columns import as_text
from .issues import name_some
from .progress import Progress, progress_callback
from .ragged import as_geometries, frame_around, from_polygons, to_polygons

__all__ = ["Reconciliation", "reconcile"]


@dataclass(frozen=True)
class Reconciliation:
    """One net out of several, and how each old grid fits into it.

    Attributes
    ----------
    grids : GeoDataFrame
        ``grid_id``, ``net`` (whose grid it was), geometry: no ground twice, no ground lost.
    crosswalk : DataFrame
        For each grid of each net the new grids that it lies in: ``net``, ``id``, ``grid_id``, ``area_m2``,
        ``share_area`` (of the old grid), ``households``, ``share_households`` (NaN without any), ``largest``: the one
        with the largest share of the area. Shares of one old grid sum to one.
    ambiguous : DataFrame
        Old grids without a clear new one: ``net``, ``id``, ``grid_id`` and ``share_area`` of the largest, ``second``
        and ``share_second``, ``reason``: "share", or "households" when most households live elsewhere.
    pieces : GeoDataFrame
        The common refinement: ``grid_id``, a column a net with the old id, ``area_m2``, ``households``, geometry.
    overlaps : DataFrame
        Grids of one net that overlap each other: ``net``, ``a``, ``b``, ``area_m2``; the first row has the ground.
    """

    grids: gpd.GeoDataFrame
    crosswalk: pd.DataFrame
    ambiguous: pd.DataFrame
    pieces: gpd.GeoDataFrame
    overlaps: pd.DataFrame

    def plot(self, *, ax=None):
        """The one net, a tint for each net that a grid comes from.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_area(grids=self.grids, column="net", ax=ax)

    def __repr__(self) -> str:
        nets = self.crosswalk["net"].nunique()
        return f"Reconciliation({nets} nets, {len(self.grids)} grids, {len(self.ambiguous)} ambiguous)"


def reconcile(
    nets: Mapping[str, gpd.GeoDataFrame],
    *,
    households=None,
    onto: str | None = None,
    id_column: str = "grid_id",
    clear_share: float = 0.8,
    join_share: float = 0.5,
    threads: int = 0,
    progress: Progress = False,
) -> Reconciliation:
    """Reconcile overlapping nets of grids, drawn by several departments, into one.

    The nets are cut into their common refinement on whole millimetres. Where the leading net covers the ground, its
    grids stay as they are. Ground that only other nets cover goes with the old grid that has it (of the first net that
    has it): to the leading grid that holds the largest part of that old grid, when that is at least ``join_share``;
    otherwise the old grid's rest stays a grid of its own, named "net:id".

    Parameters
    ----------
    nets : mapping of name to GeoDataFrame of Polygons
        In order of precedence, in one projected CRS.
    households : GeoDataFrame, GeoSeries or (n, 2) array, optional
        Points, for shares by households.
    onto : str, optional
        The leading net; the first by default.
    id_column : str
        With the old ids, unique within a net.
    clear_share : float
        An old grid is ambiguous when its largest share is smaller.
    join_share : float
    threads : int
        0: one a core. Never changes the answer.
    progress : bool or callable

    Returns
    -------
    Reconciliation

    Raises
    ------
    InvalidInput
        No net is given, CRS differ or are in degrees, ids are missing or repeat, a grid is not a valid polygon (the
        message names them), or a share lies outside 0 to 1.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> import libgrid as lg
    >>> civil = gpd.GeoDataFrame({"grid_id": ["A", "B"]}, crs="EPSG:4544",
    ...     geometry=[shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)])
    >>> police = gpd.GeoDataFrame({"grid_id": ["1"]}, geometry=[shapely.box(0, 0, 12, 10)], crs="EPSG:4544")
    >>> one = lg.reconcile({"civil": civil, "police": police})
    >>> one.crosswalk.query("net == 'police'")[["grid_id", "share_area"]].round(3).values.tolist()
    [['A', 0.833], ['B', 0.167]]
    """
    names, frames, lead = _read_nets(nets, onto, id_column)
    for name, share in (("clear_share", clear_share), ("join_share", join_share)):
        if not 0 <= share <= 1:
            raise _core.InvalidInput(f"{name} must lie between 0 and 1, not {share}")
    shapes = [as_geometries(f) for f in frames]
    ids = np.concatenate([as_text(f[id_column]).to_numpy(object) for f in frames])
    net = np.repeat(np.arange(len(names)), [len(f) for f in frames])
    frame = frame_around(*shapes)
    polygons, _ = to_polygons(np.concatenate(shapes), frame)
    _require_valid(polygons, names, net, ids)
    with progress_callback(progress, "reconcile") as report:
        pieces, area_m2, begin, cover = _core.build_refinement(polygons, threads=threads, on_progress=report)
    row_of, overlaps = _rows_by_net(begin, cover, net, len(names), area_m2)
    people = _count_households(households, frames[0].crs, pieces, frame)

    label, label_ids, label_net = _label(row_of, area_m2, net, ids, names, lead, join_share)
    crosswalk = _crosswalk(row_of, label, area_m2, people, net, ids, names, label_ids)
    outlines = _core.build_outlines(pieces, label, len(label_ids), threads=threads)
    crs = frames[0].crs
    grids = gpd.GeoDataFrame(
        {"grid_id": label_ids, "net": label_net}, geometry=from_polygons(outlines, frame), crs=crs
    )  # fmt: skip
    columns = {n: np.where(row_of[k] >= 0, ids[row_of[k]], None) for k, n in enumerate(names)}
    table = gpd.GeoDataFrame(
        {"grid_id": label_ids[label], **columns, "area_m2": area_m2, "households": people},
        geometry=from_polygons(pieces, frame),
        crs=crs,
    )
    named = pd.DataFrame(
        [(names[net[a]], ids[a], ids[b], m2) for (a, b), m2 in sorted(overlaps.items())],
        columns=["net", "a", "b", "area_m2"],
    )
    return Reconciliation(grids, crosswalk, _ambiguous(crosswalk, clear_share), table, named)


def _read_nets(nets, onto, id_column):
    if not isinstance(nets, Mapping) or not nets:
        raise _core.InvalidInput("nets: give a mapping of at least one name to a GeoDataFrame")
    names, frames = list(nets), list(nets.values())
    if onto is not None and onto not in nets:
        raise _core.InvalidInput(f"onto: {onto!r} is no net; there are {name_some(names)}")
    crs = getattr(frames[0], "crs", None)
    for name, frame in nets.items():
        if not isinstance(frame, gpd.GeoDataFrame) or id_column not in frame:
            raise _core.InvalidInput(f"nets[{name!r}]: a GeoDataFrame with the column {id_column} is needed")
        if frame.crs is None or not frame.crs.is_projected:
            raise _core.InvalidInput(f"nets[{name!r}]: a projected CRS in metres is needed; use to_crs")
        if frame.crs != crs:
            raise _core.InvalidInput(f"nets[{name!r}] has another CRS than {names[0]!r}: bring all to one with to_crs")
        text = as_text(frame[id_column])
        bad = text[text.isna() | text.duplicated(keep=False)]
        if len(bad):
            raise _core.InvalidInput(f"nets[{name!r}].{id_column}: {name_some(bad)} is missing or not unique")
    return names, frames, names.index(onto) if onto is not None else 0


def _require_valid(polygons, names, net, ids) -> None:
    faults = _core.find_polygon_faults(polygons)
    if faults:
        named = [f"{names[net[row]]} {ids[row]} ({reason})" for row, reason, _ in faults]
        raise _core.InvalidInput(f"nets: {name_some(named)} cannot be used; mend them first, e.g. with lg.repair")


def _rows_by_net(begin, cover, net, count, area_m2):
    """By net and piece, the first row that covers it (-1: none); and the overlaps inside a net, with their area."""
    n = len(begin) - 1
    row_of = np.full((count, n), -1, np.int64)
    overlaps: dict[tuple[int, int], float] = {}
    piece = np.repeat(np.arange(n), np.diff(begin))
    for p, row in zip(piece[::-1].tolist(), cover[::-1].tolist(), strict=True):
        later = row_of[net[row], p]
        if later >= 0:
            overlaps[(row, int(later))] = overlaps.get((row, int(later)), 0.0) + float(area_m2[p])
        row_of[net[row], p] = row
    return row_of, overlaps


def _count_households(households, crs, pieces, frame) -> np.ndarray:
    if households is None:
        return np.zeros(len(pieces), np.int64)
    if isinstance(households, (gpd.GeoDataFrame, gpd.GeoSeries)):
        if households.crs is not None and households.crs != crs:
            raise _core.InvalidInput("households have another CRS than the nets: use households.to_crs")
        xy = shapely.get_coordinates(shapely.centroid(as_geometries(households)))
    else:
        xy = np.asarray(households, dtype=np.float64)
    if xy.ndim != 2 or xy.shape[1] != 2 or not np.isfinite(xy).all():
        raise _core.InvalidInput("households: Points, or an (n, 2) array of finite x, y, are needed")
    near = frame.fits(np.ascontiguousarray(xy)).astype(bool)
    at = _core.PointLocator(pieces).locate(frame.to_points(np.ascontiguousarray(xy[near])))
    return np.bincount(at[at >= 0], minlength=len(pieces)).astype(np.int64)


def _label(row_of, area_m2, net, ids, names, lead, join_share):
    """The new grid of each piece, and the new grids' ids and nets."""
    leading = row_of[lead]
    order = [lead, *(k for k in range(len(names)) if k != lead)]
    owner = leading.copy()  # the old row that has a piece
    for k in order[1:]:
        owner = np.where(owner < 0, row_of[k], owner)
    target = np.arange(len(ids))
    whole = np.zeros(len(ids))
    for k in order[1:]:
        has = row_of[k] >= 0
        np.add.at(whole, row_of[k][has], area_m2[has])
        both = has & (leading >= 0)
        shared = pd.Series(area_m2[both]).groupby([row_of[k][both], leading[both]]).sum()
        if not len(shared):
            continue
        largest = shared.groupby(level=0).idxmax()
        for row, (_, grid) in largest.items():
            if shared[(row, grid)] >= join_share * whole[row]:
                target[row] = grid
    rows, label = np.unique(target[owner], return_inverse=True)
    own = net[rows] == lead
    label_ids = np.array([ids[r] if o else f"{names[net[r]]}:{ids[r]}" for r, o in zip(rows, own, strict=True)], object)
    return label.astype(np.int32).ravel(), label_ids, np.array([names[net[r]] for r in rows], dtype=object)


def _crosswalk(row_of, label, area_m2, people, net, ids, names, label_ids) -> pd.DataFrame:
    parts = []
    for k in range(len(names)):
        has = row_of[k] >= 0
        parts.append(
            pd.DataFrame(
                {"row": row_of[k][has], "label": label[has], "area_m2": area_m2[has], "households": people[has]}
            )
        )
    table = pd.concat(parts).groupby(["row", "label"], as_index=False)[["area_m2", "households"]].sum()
    whole = table.groupby("row")[["area_m2", "households"]].transform("sum")
    table["share_area"] = table["area_m2"] / whole["area_m2"]
    with np.errstate(invalid="ignore", divide="ignore"):
        table["share_households"] = table["households"].to_numpy(float) / whole["households"].to_numpy(float)
    table = table.sort_values(["row", "area_m2", "label"], ascending=[True, False, True], kind="stable")
    table["largest"] = ~table["row"].duplicated()
    out = pd.DataFrame(
        {"net": [names[net[r]] for r in table["row"]], "id": ids[table["row"]], "grid_id": label_ids[table["label"]]}
    )
    rest = ["area_m2", "share_area", "households", "share_households", "largest"]
    return pd.concat([out, table[rest].reset_index(drop=True)], axis=1)


def _ambiguous(crosswalk: pd.DataFrame, clear_share: float) -> pd.DataFrame:
    rows = []
    for (net, row_id), part in crosswalk.groupby(["net", "id"], sort=False):
        first = part.iloc[0]
        second = part.iloc[1] if len(part) > 1 else None
        crowded = part["households"].idxmax()
        elsewhere = part["households"].max() > first["households"]
        if first["share_area"] >= clear_share and not elsewhere:
            continue
        if elsewhere:
            second = part.loc[crowded]
        reason = "share" if first["share_area"] < clear_share else "households"
        other, share = (second["grid_id"], second["share_area"]) if second is not None else ("", 0.0)
        rows.append((net, row_id, first["grid_id"], first["share_area"], other, share, reason))
    return pd.DataFrame(rows, columns=["net", "id", "grid_id", "share_area", "second", "share_second", "reason"])
