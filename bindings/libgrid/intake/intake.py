"""The door: tables as users have them become accepted rows, issues, and rows set aside. Nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from .. import _core
from ..catalogue import CATALOGUE
from ..columns import READERS, absent, as_text, minutes_of_day
from ..issues import Found, name_some
from ..ledger import Ledger, Table
from ..people import fill_usual, household_columns
from ..rules import ReadingRules
from ..schema import LAYERS, Column, Layer, fault_code
from .file import FileFault, group_faults
from .places import PlaceFault, Places, read_places
from .polygons import take_polygons
from .roads import take_lines
from .text import (
    bad_text,
    damaged_ids,
    garbled_text,
    look_alikes,
    nearest_ids,
    repeated_ids,
    text_columns,
)

_CONTRADICTION = 2  # household faults from here on contradict each other; 1 is a negative count, said of its column


class Door:
    """Takes the layers of one study area in the order in which they point at each other."""

    def __init__(self, crs, frame: _core.Frame, max_people: int = 1000, rules: ReadingRules | None = None):
        self.crs = crs
        self.max_people = max_people
        self.frame = frame
        self.rules = rules or ReadingRules()
        self.ledger = Ledger()
        self.tables: dict[str, Table] = {}
        # Of the layer being taken, a row each: its first fault and why, and whether anything in it was changed.
        self._out = self._reason = np.empty(0, dtype=object)
        self._mended = np.empty(0, bool)
        self._unreadable = self._mended  # rows with a cell that its file or its text did not let be read
        self._blank: dict[str, np.ndarray] = {}  # by column of numbers, the rows that said nothing

    def take(
        self, name: str, given, places: Places | None = None, repaired=None, file_faults: list[FileFault] | None = None
    ) -> Table:
        """Take one layer. ``repaired`` marks rows that a reader mended before they came here; ``file_faults`` are
        cells that the file's reader could not take."""
        layer = LAYERS[name]
        given = given.reset_index(drop=True)
        n = len(given)
        self._out = np.full(n, "", dtype=object)
        self._reason = np.full(n, "", dtype=object)
        self._mended = np.zeros(n, bool) if repaired is None else np.array(repaired, dtype=bool)
        attrs = pd.DataFrame(index=given.index)
        self._require_columns(layer, given)
        safe = self._read_text(layer, given)
        for code, column, rows, value in group_faults(layer, file_faults or [], n):
            self._refuse(code, layer, as_text(safe[layer.id]), rows, column, value)
        self._unreadable = self._out != ""
        for column in layer.columns:
            self._read_column(layer, column, safe, attrs)
        ids = attrs[layer.id]
        self._check_ids(layer, given, safe, ids)
        for column in layer.columns:
            if column.kind in ("text", "id") and column.name in given:
                self._remark("LG-H022", layer, ids, garbled_text(attrs[column.name].astype("str")), column.name)
        if name == "sessions":
            self._check_times(layer, attrs, ids)
        if name == "teams":
            self._remark("LG-D001", layer, ids, attrs["offered_min"].to_numpy(float) == 0, "offered_min")
        if places is None:
            places = read_places(layer, given, self.crs, self.rules)
        geometry = self._take_geometry(layer, places, ids, attrs)
        if name == "households":
            fill_usual(self._blank["n_usual"], attrs)
            faults = _core.find_household_faults(geometry, household_columns(attrs))
            wrong = (np.asarray(faults) >= _CONTRADICTION) & (self._out == "")
            self._refuse("LG-H028", layer, ids, wrong, "n_usual")
        self._resolve_references(layer, attrs, ids)
        keep = self._out == ""
        extra = [c for c in given.columns if c not in attrs.columns and c not in ("geometry", "x", "y")]
        accepted = pd.concat([attrs, given[extra]], axis=1)[keep].reset_index(drop=True)
        self._set_aside(layer, given)
        self.ledger.counts[name] = {
            "read": n,
            "accepted": int((keep & ~self._mended).sum()),
            "repaired": int((keep & self._mended).sum()),
            "set_aside": int((~keep).sum()),
        }
        table = Table(layer, accepted, self._keep_geometry(layer, geometry, keep))
        self.tables[name] = table
        return table

    # -- columns ---------------------------------------------------------------------------------------------

    def _require_columns(self, layer: Layer, given) -> None:
        twice = [c for c in given.columns[given.columns.duplicated()]]
        if twice:
            raise _core.InvalidInput(f"{layer.name}: the column {name_some(twice)} stands twice; rename or drop one")
        for column in layer.columns:
            if column.required and column.name not in given:
                raise _core.InvalidInput(
                    f"{layer.name}: the column {column.name} is missing; the columns are {name_some(given.columns, 20)}"
                )

    def _read_text(self, layer: Layer, given):
        """The frame with cells emptied that can be no text; their rows are set aside."""
        safe = given
        for column in text_columns(layer, given):
            for code, rows in bad_text(given[column]).items():
                if safe is given:
                    safe = given.copy()
                    plain_ids = given[layer.id].where(given[layer.id].map(_is_plain), None)  # else the row's number
                safe[column] = safe[column].where(~rows, None)
                self._refuse(code, layer, plain_ids, rows, str(column))
        return safe

    def _read_column(self, layer: Layer, column: Column, given, attrs) -> None:
        if column.name in given:
            if layer.name == "households" and column.kind in ("int", "count"):
                column = replace(column, high=self.max_people)
            read = READERS[column.kind](given[column.name], column, self.rules)
            ids = attrs.get(layer.id, read.values)
            allowed = ", ".join(column.words) if column.words else "true, false"
            for fault, rows in read.faults.items():
                code = fault_code(layer.name, fault)
                rows = rows & ~self._unreadable  # what was emptied above is not missing
                self._refuse(code, layer, ids, rows, column.name, allowed if fault == "word" else None)
            for code, rows in read.eased.items():
                self._remark(code, layer, ids, rows, column.name, mends=True)
            values, blank = read.values, read.blank
        else:
            values, blank = absent(column, given.index), np.ones(len(given), bool)
        if column.kind == "text" and column.default is not None:
            default = attrs.get(column.default, column.default)
            values = values.fillna(default)
        attrs[column.name] = values
        self._blank[column.name] = blank

    def _check_ids(self, layer: Layer, given, safe, ids: pd.Series) -> None:
        self._refuse("LG-F102", layer, ids, ids.isna().to_numpy(bool) & (self._out == ""), layer.id)
        damage = damaged_ids(safe[layer.id], ids, layer, self.rules)
        for code, rows in damage.items():
            self._refuse(code, layer, ids, rows, layer.id)
        clashing, repeated, times = repeated_ids(layer, given, ids)
        clashing &= ~damage["LG-H031"]  # two ids that were rounded to one are not the same id
        self._refuse("LG-F103", layer, ids, clashing, layer.id, times.tolist())
        if self.rules.repeated_rows == "set_aside" and repeated.any():
            repeated = ids.isin(set(ids[repeated])).to_numpy(bool) & ~clashing
            self._refuse("LG-H001", layer, ids, repeated, layer.id, times.tolist())
        else:
            self._refuse("LG-F107", layer, ids, repeated & ~damage["LG-H031"], layer.id)
        alike, other = look_alikes(ids)
        self._remark("LG-F108", layer, ids, alike, layer.id, others=other)

    def _check_times(self, layer: Layer, attrs, ids) -> None:
        start, end = minutes_of_day(attrs["start"]), minutes_of_day(attrs["end"])
        known = (start >= 0) & (end >= 0)
        self._refuse("LG-D009", layer, ids, known & (start == end) & (start == 0), "end")
        self._refuse("LG-D010", layer, ids, known & (start == end) & (start > 0), "end")
        self._refuse("LG-D008", layer, ids, known & (end < start), "end")

    def _resolve_references(self, layer: Layer, attrs, ids) -> None:
        keep = self._out == ""
        for column in layer.columns:
            if column.kind != "ref":
                continue
            text = attrs[column.name]
            if column.target == layer.name:
                known = pd.Index(ids[keep])
            else:
                known = self.tables[column.target].ids if column.target in self.tables else pd.Index([])
            unknown = (text.notna() & ~text.isin(known)).to_numpy(bool) & keep
            hints = nearest_ids(text[unknown], known).reindex(text.index).fillna("").tolist() if unknown.any() else None
            if column.required:
                missing = text.isna().to_numpy(bool) & keep
                self._refuse("LG-F104", layer, ids, unknown, column.name, hints)
                self._refuse("LG-F115", layer, ids, missing, column.name)
            elif unknown.any():
                self._remark("LG-F104", layer, ids, unknown, column.name, hints, mends=True)
                named = dict(zip(ids[unknown].astype(str), text[unknown].astype(str), strict=True))
                self.ledger.emptied.setdefault(layer.name, {})[column.name] = named
                attrs[column.name] = text.mask(unknown)
        if layer.name == "grids":
            at = np.flatnonzero(keep)
            if len(at):
                parent = pd.Index(ids.iloc[at]).get_indexer(attrs["parent_id"].iloc[at]).astype(np.int32)
                rings = at[_core.find_parent_rings(np.ascontiguousarray(parent))]
                ring = np.zeros(len(ids), bool)
                ring[rings] = True
                self._remark("LG-G001", layer, ids, ring, "parent_id", mends=True)
                attrs.loc[attrs.index[rings], "parent_id"] = None

    # -- geometry --------------------------------------------------------------------------------------------

    def _take_geometry(self, layer: Layer, places: Places, ids, attrs):
        if layer.geometry is None:
            return None
        for fault in places.faults:
            self._refuse_places(layer, ids, fault)
        if layer.geometry == "point":
            return self._take_points(layer, places, ids)
        for remark in places.remarks:
            self._remark_places(layer, ids, remark)
        shapes = places.shapes
        here = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        bounds = np.where(here[:, None], shapely.bounds(shapes).reshape(len(shapes), 4), 0.0)
        bounds[~here] = np.tile(self.frame.origin, 2)
        fits = self.frame.fits(np.ascontiguousarray(bounds[:, :2])) & self.frame.fits(
            np.ascontiguousarray(bounds[:, 2:])
        )
        far = here & ~fits.astype(bool)
        self._refuse("LG-P016", layer, ids, far, "geometry")
        shapes = np.where(far, None, shapes)
        if layer.geometry == "line":
            taken, faults, remarks = take_lines(shapes, self.frame, ids, attrs)
            where = {}
        else:
            taken, faults, remarks, where = take_polygons(shapes, self.frame)
        for fault in faults:
            self._refuse_places(layer, ids, fault, where)
        for remark in remarks:
            self._remark_places(layer, ids, remark)
        return taken

    def _take_points(self, layer: Layer, places: Places, ids):
        for remark in places.remarks:
            self._remark_places(layer, ids, remark)
        known = np.isfinite(places.xy).all(axis=1)
        xy = np.ascontiguousarray(np.where(known[:, None], places.xy, self.frame.origin))
        fits = self.frame.fits(xy).astype(bool)
        self._refuse("LG-H010", layer, ids, ~fits, "geometry")
        return self.frame.to_points(np.where(fits[:, None], xy, self.frame.origin))

    def _keep_geometry(self, layer: Layer, geometry, keep):
        if geometry is None:
            return None
        if layer.geometry in ("point", "line"):
            return np.ascontiguousarray(geometry[keep])
        return geometry.take(np.flatnonzero(keep).astype(np.int32))

    # -- the ledger ------------------------------------------------------------------------------------------

    def _refuse_places(self, layer: Layer, ids, fault: PlaceFault, where: dict | None = None) -> None:
        values = fault.values
        if isinstance(values, str) or (values is not None and np.ndim(values) == 0):
            values = [values] * len(ids)
        self._refuse(fault.code, layer, ids, fault.rows, fault.column, values, where)

    def _remark_places(self, layer: Layer, ids, remark: PlaceFault) -> None:
        if remark.column == "(layer)":  # one word for all rows, not one a row
            if remark.rows.any():
                found = Found(remark.code, layer.name, ["(layer)"], "geometry", values=[remark.values])
                self.ledger.found.append(found)
            return
        changed = remark.code not in ("LG-P024", "LG-P048", "LG-N009")
        twin = remark.code == "LG-N009"
        self._remark(
            remark.code,
            layer,
            ids,
            remark.rows & (self._out == ""),
            remark.column,
            None if twin else remark.values,
            mends=changed,
            others=remark.values if twin else None,
        )

    def _refuse(self, code, layer, ids, rows, column="", values=None, places=None) -> None:
        """Set rows aside; the first fault of a row is why."""
        rows = np.asarray(rows, dtype=bool)
        if not rows.any():
            return
        found = self._found(code, layer, ids, rows, column, values)
        if places:
            found = replace(found, geometry=[places.get(i) for i in np.flatnonzero(rows)])
        self.ledger.found.append(found)
        text = CATALOGUE[code].en
        for k, i in enumerate(np.flatnonzero(rows)):
            if self._out[i] == "":
                value = found.values[k] if found.values else ""
                self._reason[i] = text.format(column=column, value=value, other="")
        self._out[rows & (self._out == "")] = code

    def _remark(self, code, layer, ids, rows, column="", values=None, mends=False, others=None) -> None:
        """Say something of rows that are taken; `mends`: a value of theirs was changed."""
        rows = np.asarray(rows, dtype=bool)
        if rows.any():
            self.ledger.found.append(self._found(code, layer, ids, rows, column, values, others))
            if mends:
                self._mended |= rows

    def _found(self, code, layer, ids, rows, column, values=None, others=None) -> Found:
        at = np.flatnonzero(rows)
        id_column = np.asarray(ids, dtype=object)
        named = [f"(row {i})" if pd.isna(id_column[i]) else str(id_column[i]) for i in at]
        if isinstance(values, str):
            values = [values] * len(rows)
        pick = lambda of: [] if of is None else [of[i] for i in at]  # noqa: E731
        return Found(code, layer.name, named, column, pick(values), pick(others))

    def _set_aside(self, layer: Layer, given) -> None:
        rows = np.flatnonzero(self._out != "")
        frame = given.iloc[rows].copy()
        frame = frame.rename(columns={c: f"{c}_given" for c in ("row", "code", "reason") if c in frame})
        frame.insert(0, "row", rows)
        frame.insert(1, "code", self._out[rows])
        frame.insert(2, "reason", self._reason[rows])
        self.ledger.set_aside[layer.name] = frame.reset_index(drop=True)


def _is_plain(value) -> bool:
    """True for what can stand in a message as an id."""
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in str(value)
