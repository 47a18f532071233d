"""The door: tables as users have them become accepted rows, issues, and rows set aside. Nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .catalogue import CATALOGUE
from .columns import READERS, minutes_of_day
from .issues import Found, name_some
from .ragged import to_polygons
from .schema import CONDITIONS, LAYERS, UNKNOWN, Column, Layer

_PART_OF_RESIDENTS = ("n_key", "n_next_key", "n_homebound", "n_signed")


@dataclass
class Table:
    """The accepted rows of one layer: attributes as a frame, geometry in the core's own form."""

    layer: Layer
    attrs: pd.DataFrame
    geometry: object = None  # (n, 2) int32 points, a PolygonSet, an array of snapped lines, or None

    def __len__(self) -> int:
        return len(self.attrs)

    @property
    def ids(self) -> pd.Index:
        return pd.Index(self.attrs[self.layer.id])


@dataclass
class Ledger:
    """in = accepted + repaired + set aside, counted a layer at a time."""

    found: list[Found] = field(default_factory=list)
    set_aside: dict[str, pd.DataFrame] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def after(self, earlier: Ledger, kept: list[str]) -> Ledger:
        """This ledger with what was found earlier in the layers that were kept: a replaced layer hides no losses."""
        joined = Ledger(list(self.found), dict(self.set_aside), dict(self.counts))
        joined.found += [f for f in earlier.found if f.layer in kept]
        for name in kept:
            old, new = earlier.counts[name], self.counts[name]
            taken = new["accepted"] + new["repaired"]
            repaired = min(old["repaired"] + new["repaired"], taken)
            joined.counts[name] = {
                "read": old["read"],
                "accepted": taken - repaired,
                "repaired": repaired,
                "set_aside": old["set_aside"] + new["set_aside"],
            }
            joined.set_aside[name] = pd.concat([earlier.set_aside[name], self.set_aside[name]], ignore_index=True)
        return joined

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame.from_dict(
            self.counts, orient="index", columns=["read", "accepted", "repaired", "set_aside"]
        )
        return frame.rename_axis("layer").reset_index()


def crs_hint(bounds: np.ndarray) -> str:
    """What the numbers themselves suggest, for the message about a missing CRS."""
    west, south, east, north = bounds
    if not np.all(np.isfinite(bounds)):
        return "there are no coordinates to judge by"
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return (
            "the numbers look like degrees: EPSG:4490 (CGCS2000) or EPSG:4326, unless they are GCJ-02 or BD-09 shifted"
        )
    if 34e6 < west < 36e6:
        return "the numbers look like CGCS2000 with the zone in front: EPSG:4523 (zone 35) or EPSG:4522 (zone 34)"
    if 2e5 < west < 8e5 and 2e6 < south < 6e6:
        return "the numbers look like metres of a 3-degree zone: EPSG:4544 (east of 103.5 E) or EPSG:4543"
    return "the numbers do not look like degrees"


class Door:
    """Takes the layers of one study area in the order in which they point at each other."""

    def __init__(self, crs, frame: _core.Frame, max_people: int = 1000):
        self.crs = crs
        self.max_people = max_people
        self.frame = frame
        self.ledger = Ledger()
        self.tables: dict[str, Table] = {}
        self._reason = np.empty(0, dtype=object)  # of the layer being taken: why each row is set aside

    def take(self, name: str, given) -> Table:
        layer = LAYERS[name]
        given = given.reset_index(drop=True)
        n = len(given)
        # A code a row for those that cannot be taken, and a mark for those whose value was emptied.
        out = np.full(n, "", dtype=object)
        self._reason = np.full(n, "", dtype=object)
        mended = np.zeros(n, bool)
        attrs = pd.DataFrame(index=given.index)
        twice = [c for c in given.columns[given.columns.duplicated()]]
        if twice:
            raise _core.InvalidInput(f"{name}: the column {name_some(twice)} stands twice; rename or drop one")
        if layer.id not in given:
            raise _core.InvalidInput(
                f"{name}: the column {layer.id} is missing; the columns are {name_some(given.columns, 20)}"
            )
        for column in layer.columns:
            if column.required and column.name not in given:
                raise _core.InvalidInput(
                    f"{name}: the column {column.name} is missing; the columns are {name_some(given.columns, 20)}"
                )
            self._read_column(layer, column, given, attrs, out)
        ids = attrs[layer.id]
        self._check_ids(layer, given, ids, out)
        if name == "sessions":
            late = minutes_of_day(attrs["end"]) <= minutes_of_day(attrs["start"])
            self._refuse("LG-D009", layer, ids, late, out, "end")
        geometry = self._take_geometry(layer, given, ids, out)
        if name == "households":
            self._fill_usual(given, attrs)
            self._check_people(layer, attrs, geometry, out)
        keep = out == ""
        self._resolve_references(layer, attrs, ids, out, keep, mended)
        keep = out == ""
        extra = [c for c in given.columns if c not in attrs.columns and c not in ("geometry", "x", "y")]
        accepted = pd.concat([attrs, given[extra]], axis=1)[keep].reset_index(drop=True)
        self._set_aside(layer, given, out)
        self.ledger.counts[name] = {
            "read": n,
            "accepted": int((keep & ~mended).sum()),
            "repaired": int((keep & mended).sum()),
            "set_aside": int((~keep).sum()),
        }
        table = Table(layer, accepted, self._keep_geometry(layer, geometry, keep))
        self.tables[name] = table
        return table

    # -- columns ---------------------------------------------------------------------------------------------

    def _read_column(self, layer: Layer, column: Column, given, attrs, out) -> None:
        if column.name in given:
            if layer.name == "households" and column.kind in ("int", "count"):
                column = replace(column, high=self.max_people)
            values, bad = READERS[column.kind](given[column.name], column)
            code = {"code": "LG-F106", "flag": "LG-F106", "time": "LG-D009"}.get(column.kind, "LG-F105")
            ids = attrs.get(layer.id, values)
            self._refuse(code, layer, ids, bad, out, column.name)
        else:
            values, _ = READERS[column.kind](pd.Series(np.nan, index=given.index, dtype=object), column)
        if column.kind == "text" and column.default is not None:
            default = attrs.get(column.default, column.default)
            values = values.fillna(default)
        attrs[column.name] = values

    def _check_ids(self, layer: Layer, given, ids: pd.Series, out) -> None:
        blank = ids.isna().to_numpy(bool)
        self._refuse("LG-F102", layer, ids, blank, out, layer.id)
        twice = ids.duplicated(keep=False).to_numpy(bool) & ~blank
        if not twice.any():
            return
        rows = np.flatnonzero(twice)
        text = given.drop(columns="geometry", errors="ignore").iloc[rows].astype(str)
        text[layer.id] = ids.iloc[rows].astype(str)  # as they are compared: without spaces around
        if "geometry" in given:
            text["geometry"] = shapely.to_wkb(given.geometry.iloc[rows].to_numpy(), hex=True)
        same = text.duplicated(keep="first").to_numpy(bool)  # an exact repetition of an earlier row
        differs = text.drop_duplicates()[layer.id].duplicated(keep=False)
        clash = set(ids.iloc[differs.index[differs]])
        repeated = np.zeros(len(ids), bool)
        repeated[rows[same]] = True
        clashing = twice & ids.isin(clash).to_numpy(bool)
        times = ids.map(ids.value_counts())
        self._refuse("LG-F103", layer, ids, clashing, out, layer.id, values=times)
        self._refuse("LG-F107", layer, ids, repeated & ~clashing, out, layer.id)

    def _resolve_references(self, layer: Layer, attrs, ids, out, keep, mended) -> None:
        for column in layer.columns:
            if column.kind != "ref":
                continue
            text = attrs[column.name]
            if column.target == layer.name:
                known = pd.Index(ids[keep])
            else:
                known = self.tables[column.target].ids if column.target in self.tables else pd.Index([])
            unknown = (text.notna() & ~text.isin(known)).to_numpy(bool) & keep
            missing = text.isna().to_numpy(bool) & keep if column.required else np.zeros(len(text), bool)
            if column.required:
                self._refuse("LG-F104", layer, ids, unknown | missing, out, column.name)
            elif unknown.any():
                self.ledger.found.append(Found("LG-F104", layer.name, ids[unknown].tolist(), column.name))
                attrs[column.name] = text.mask(unknown)
                mended |= unknown
        if layer.name == "grids":
            at = np.flatnonzero(keep)
            if len(at):
                parent = pd.Index(ids.iloc[at]).get_indexer(attrs["parent_id"].iloc[at]).astype(np.int32)
                rings = at[_core.find_parent_rings(np.ascontiguousarray(parent))]
                if len(rings):
                    self.ledger.found.append(Found("LG-G001", "grids", ids.iloc[rings].tolist(), "parent_id"))
                    attrs.loc[attrs.index[rings], "parent_id"] = None
                    mended[rings] = True

    # -- geometry --------------------------------------------------------------------------------------------

    def _take_geometry(self, layer: Layer, given, ids, out):
        n = len(given)
        if layer.geometry is None:
            return None
        shapes = given.geometry.to_numpy() if isinstance(given, gpd.GeoDataFrame) else None
        if layer.geometry == "point":
            if shapes is not None:
                place = np.where((shapely.get_type_id(shapes) == 0) & ~shapely.is_empty(shapes), shapes, None)
                xy = np.column_stack([shapely.get_x(place), shapely.get_y(place)])
            elif {"x", "y"} <= set(given.columns):
                xy = given[["x", "y"]].apply(pd.to_numeric, errors="coerce").to_numpy(float)
            else:
                raise _core.InvalidInput(f"{layer.name}: neither a geometry nor the columns x and y are there")
            xy = np.ascontiguousarray(xy)
            fits = self.frame.fits(xy).astype(bool)
            self._refuse("LG-H010", layer, ids, ~fits, out, "geometry")
            return self.frame.to_points(np.where(fits[:, None], xy, self.frame.origin))
        if shapes is None:
            if layer.geometry_required and n:
                raise _core.InvalidInput(f"{layer.name}: a GeoDataFrame with geometry is needed")
            shapes = np.full(n, None, dtype=object)
        empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        if layer.geometry_required:
            self._refuse("LG-P017", layer, ids, empty, out, "geometry")
        bounds = shapely.bounds(shapes).reshape(n, 4)
        reach = self.frame.fits(np.ascontiguousarray(bounds[:, :2])) & self.frame.fits(
            np.ascontiguousarray(bounds[:, 2:])
        )
        finite = reach.astype(bool) & ~shapely_has_nan(shapes)
        self._refuse("LG-H010", layer, ids, ~finite & ~empty, out, "geometry")
        shapes = np.where(finite, shapes, None)
        if layer.geometry == "line":
            lines = snap_lines(shapes, self.frame)
            collapsed = shapely.length(lines) == 0
            self._refuse("LG-P013", layer, ids, collapsed & finite & ~empty, out, "geometry")
            return lines
        polygonal = np.isin(shapely.get_type_id(shapes), (3, 6))
        self._refuse(
            "LG-P001",
            layer,
            ids,
            finite & ~empty & ~polygonal,
            out,
            "geometry",
            values=pd.Series("not a polygon", index=ids.index),
        )
        polygons, lost = to_polygons(np.where(polygonal, shapes, None), self.frame)
        collapsed = np.zeros(n, bool)
        collapsed[lost] = True
        self._refuse("LG-P013", layer, ids, collapsed, out, "geometry")
        reason = pd.Series("", index=ids.index, dtype=object)
        where = {}
        for row, text, place in _core.find_polygon_faults(polygons):
            if text == "collapsed":
                self._refuse("LG-P013", layer, ids, np.arange(n) == row, out, "geometry")
            elif text != "empty":
                reason.iloc[row] = text
                where[row] = shapely.Point(self.frame.to_positions(np.array([place], np.int32))[0])
        broken = (reason != "").to_numpy(bool)
        self._refuse("LG-P001", layer, ids, broken, out, "geometry", values=reason, places=where)
        return polygons

    def _keep_geometry(self, layer: Layer, geometry, keep):
        if geometry is None:
            return None
        if layer.geometry in ("point", "line"):
            return np.ascontiguousarray(geometry[keep])
        return geometry.take(np.flatnonzero(keep).astype(np.int32))

    # -- people ----------------------------------------------------------------------------------------------

    def _fill_usual(self, given, attrs) -> None:
        """Where nobody said how many live there, one person is assumed, or as many as the other counts need."""
        unknown = given["n_usual"].isna().to_numpy(bool) if "n_usual" in given else np.ones(len(given), bool)
        if unknown.any():
            needed = [attrs[c].to_numpy(float) - attrs["n_short"].to_numpy(float) for c in _PART_OF_RESIDENTS]
            needed += [
                attrs[f"n_{c}"].to_numpy(float, na_value=0) - attrs["n_short"].to_numpy(float) for c in CONDITIONS
            ]
            least = np.maximum.reduce([*needed, attrs["n_migrant"].to_numpy(float), np.ones(len(attrs))])
            attrs.loc[unknown, "n_usual"] = least[unknown].astype(np.int32)

    def _check_people(self, layer: Layer, attrs, places, out) -> None:
        faults = _core.find_household_faults(places, household_columns(attrs))
        self._refuse("LG-H014", layer, attrs[layer.id], faults != 0, out, "n_usual")

    # -- the ledger ------------------------------------------------------------------------------------------

    def _refuse(self, code, layer, ids, rows, out, column="", values=None, places=None) -> None:
        rows = np.asarray(rows, dtype=bool)
        if not rows.any():
            return
        at = np.flatnonzero(rows)
        named = [f"(row {i})" if pd.isna(ids.iloc[i]) else str(ids.iloc[i]) for i in at]
        measured = [values.iloc[i] for i in at] if values is not None else []
        shown = [places.get(i) for i in at] if places else []
        self.ledger.found.append(Found(code, layer.name, named, column, measured, geometry=shown))
        text = CATALOGUE[code].en
        for k, i in enumerate(at):
            if out[i] == "":  # the first fault of a row is why it is set aside
                self._reason[i] = text.format(column=column, value=measured[k] if measured else "", other="")
        out[rows & (out == "")] = code

    def _set_aside(self, layer: Layer, given, out) -> None:
        rows = np.flatnonzero(out != "")
        frame = given.iloc[rows].copy()
        frame = frame.rename(columns={c: f"{c}_given" for c in ("row", "code", "reason") if c in frame})
        frame.insert(0, "row", rows)
        frame.insert(1, "code", out[rows])
        frame.insert(2, "reason", self._reason[rows])
        self.ledger.set_aside[layer.name] = frame.reset_index(drop=True)


def snap_lines(shapes: np.ndarray, frame: _core.Frame) -> np.ndarray:
    """Lines with every vertex on the frame's millimetres, so that ends that meet are equal."""
    coords = np.ascontiguousarray(shapely.get_coordinates(shapes))
    return shapely.set_coordinates(shapes.copy(), frame.to_positions(frame.to_points(coords)))


def shapely_has_nan(shapes: np.ndarray) -> np.ndarray:
    """Which geometries hold a coordinate that is not finite."""
    coords, index = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), bool)
    bad[index[~np.isfinite(coords).all(axis=1)]] = True
    return bad


def household_columns(attrs: pd.DataFrame, **references) -> dict:
    """The columns that the core's Households take; references are -1 unless given."""
    n = len(attrs)
    none = np.full(n, -1, np.int32)
    columns = {name: references.get(name, none) for name in ("block", "grid", "signed_team")}
    for name in ("n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed"):
        columns[name] = np.ascontiguousarray(attrs[name].to_numpy(np.int32))
    columns["conditions"] = [
        np.ascontiguousarray(attrs[f"n_{c}"].to_numpy(dtype=np.int32, na_value=UNKNOWN)) for c in CONDITIONS
    ]
    columns["inside"] = np.ascontiguousarray(attrs["inside"].to_numpy(np.uint8))
    return columns
