"""What was set aside, as tables of the study area's file: nothing is lost by saving."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .issues import Found
from .ledger import Ledger
from .schema import LAYERS

ROWS, ISSUES = "set_aside", "set_aside_issues"  # their names in the file
_OWN = ("row", "code", "reason")


def to_tables(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Two tables: the rows as they were handed over, and what was found in them. None where nothing was set aside."""
    rows, issues = [], []
    for layer, frame in ledger.set_aside.items():
        if not len(frame):
            continue
        given = [c for c in frame.columns if c not in (*_OWN, "geometry")]
        shapes = frame["geometry"] if "geometry" in frame else [None] * len(frame)
        cells = frame[given].astype(object).itertuples(index=False, name=None)
        for row, code, reason, values, shape in zip(*(frame[c] for c in _OWN), cells, shapes, strict=True):
            text = json.dumps(dict(zip(map(str, given), map(_plain, values), strict=True)), ensure_ascii=False)
            rows.append((layer, int(row), str(code), str(reason), text, _to_hex(shape)))
        codes = set(frame["code"])
        for found in (f for f in ledger.found if f.layer == layer and f.code in codes):
            for i, row_id in enumerate(found.ids):
                value = str(found.values[i]) if found.values else None
                other = str(found.others[i]) if found.others else None
                issues.append((layer, found.code, found.column, row_id, value, other))
    if not rows:
        return {}
    return {
        ROWS: _frame(rows, ["layer", "row", "code", "reason", "given", "geometry_wkb"]),
        ISSUES: _frame(issues, ["layer", "code", "column", "id", "value", "other"]),
    }


def add_to(ledger: Ledger, tables: dict[str, pd.DataFrame], crs=None) -> Ledger:
    """The ledger of an opened file together with what its makers had set aside: read counts both."""
    out = replace(ledger, found=list(ledger.found), set_aside=dict(ledger.set_aside), counts={**ledger.counts})
    rows = tables.get(ROWS)
    if rows is None:
        return out
    for layer, part in rows.groupby("layer", sort=False):
        if layer not in LAYERS:
            continue
        earlier = _given(str(layer), part, crs)
        now = out.set_aside.get(layer)
        out.set_aside[layer] = earlier if now is None or not len(now) else pd.concat([earlier, now], ignore_index=True)
        counts = dict(out.counts.get(layer, dict.fromkeys(("read", "accepted", "repaired", "set_aside"), 0)))
        counts["read"] += len(part)
        counts["set_aside"] += len(part)
        out.counts[layer] = counts
    issues = tables.get(ISSUES)
    if issues is not None:
        out.found[:0] = _found(issues)
    return out


def _frame(rows: list[tuple], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({c: "int64" if c == "row" else "str" for c in columns})


def _plain(value):
    """A value that JSON knows; everything else as its text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)


def _to_hex(shape) -> str | None:
    return None if shape is None or not isinstance(shape, shapely.Geometry) else shapely.to_wkb(shape, hex=True)


def _given(layer: str, part: pd.DataFrame, crs) -> pd.DataFrame:
    frame = pd.DataFrame([json.loads(text) for text in part["given"]], dtype=object)
    for at, name in enumerate(_OWN):
        frame.insert(at, name, part[name].to_numpy())
    if LAYERS[layer].geometry is None or part["geometry_wkb"].isna().all():
        return frame
    wkb = part["geometry_wkb"].astype(object).where(part["geometry_wkb"].notna(), None)
    return gpd.GeoDataFrame(frame, geometry=shapely.from_wkb(wkb.to_numpy(), on_invalid="ignore"), crs=crs)


def _found(issues: pd.DataFrame) -> list[Found]:
    """One Found a layer, code and column, as they were."""
    out = []
    for (layer, code, column), part in issues.fillna({"column": ""}).groupby(["layer", "code", "column"], sort=False):
        values = part["value"].tolist() if part["value"].notna().all() else []
        others = part["other"].tolist() if part["other"].notna().all() else []
        out.append(Found(code, layer, part["id"].tolist(), column, values=values, others=others))
    return out
