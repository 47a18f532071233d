"""From frames to the viewer's layers: whole decimetres, one list of values a column."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..plot.base import nice_length
from ..report.scales import SEQUENCE

SIMPLIFY_M = 0.1


def shapes_of(geometry: Any, origin: tuple[float, float]) -> list[list[list[int]]]:
    """Each geometry as its parts, each part as differences (dx, dy, dx, dy …) in decimetres from the origin."""
    simple = shapely.simplify(np.asarray(geometry, dtype=object), SIMPLIFY_M, preserve_topology=True)
    rows = []
    for shape in simple:
        polygonal = shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
        parts = shapely.get_rings(shapely.get_parts(shape)) if polygonal else shapely.get_parts(shape)
        drawn = []
        for part in parts:
            place = np.rint((shapely.get_coordinates(part) - origin) * 10).astype(np.int64)
            if polygonal:
                place = place[:-1]
            if len(place):
                drawn.append(np.diff(place, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist())
        rows.append(drawn)
    return rows


def values_of(column: Any) -> list[Any]:
    """A column as JSON has it: missing and infinite numbers are null, the rest numbers or texts."""
    if pd.api.types.is_numeric_dtype(column):
        numbers = pd.to_numeric(pd.Series(column)).astype(float)
        return [float(f"{v:.6g}") if math.isfinite(v) else None for v in numbers]
    return [None if pd.isna(v) else str(v) for v in column]


def scale_of(values: list[Any]) -> dict[str, Any]:
    """Round classes from light to dark over the middle 94 % of the values, and their palette."""
    known = np.array([v for v in values if isinstance(v, float)])
    low, high = np.quantile(known, [0.03, 0.97]) if len(known) else (0.0, 1.0)
    spread = max(high - low, 1e-9)
    power = 10.0 ** math.floor(math.log10(spread))
    step = nice_length(spread / power * 1000 / 4) * power / 1000
    first = math.floor(low / step) + 1
    breaks = [float(f"{(first + i) * step:.6g}") for i in range(5)]
    return {"breaks": breaks, "palette": list(SEQUENCE)}


def layer(
    name: str,
    title: str,
    frame: gpd.GeoDataFrame,
    kind: str,
    origin: tuple[float, float],
    *,
    fields: dict[str, str],
    columns: dict[str, str] | None = None,
    tints: Any = None,
    tint_title: str = "",
    colour: str = "#dfe6ec",
    stroke: str = "#ffffff",
    width: float = 0.6,
    size: float = 4.0,
    hollow: bool = False,
    visible: bool = True,
) -> dict[str, Any]:
    """One layer of the page. `fields` are told, `columns` can also colour; both map a column to its title."""
    paint: list[dict[str, Any]] = []
    if tints is not None:
        paint.append({"name": "tint", "title": tint_title, "values": [""] * len(frame), "colours": list(tints)})
    for column, heading in (columns or {}).items():
        if column in frame and pd.api.types.is_numeric_dtype(frame[column]) and frame[column].notna().any():
            values = values_of(frame[column])
            paint.append({"name": column, "title": heading, "values": values, **scale_of(values)})
    told = [{"title": heading, "values": values_of(frame[c])} for c, heading in fields.items() if c in frame]
    return {
        "name": name,
        "title": title,
        "kind": kind,
        "shapes": shapes_of(frame.geometry, origin),
        "fields": told,
        "columns": paint,
        "colour": colour,
        "stroke": stroke,
        "width": width,
        "size": size,
        "hollow": hollow,
        "visible": visible,
    }
