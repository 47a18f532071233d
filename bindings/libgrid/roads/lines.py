"""Reads a table of centre lines into the columns that a road network is built from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .._core import InvalidInput

# Values as maps have them: OpenStreetMap, its Shapefile extracts (B, F, T), Chinese survey offices.
_PASSAGE = {
    **dict.fromkeys(["no", "false", "0", "", "nan", "none", "<na>", "b", "both", "双向", "双向通行", "否"], 0),
    **dict.fromkeys(["yes", "true", "1", "1.0", "f", "along", "单向", "单行", "单行线", "正向", "顺向", "是"], 1),
    **dict.fromkeys(["reverse", "-1", "-1.0", "t", "against", "反向", "逆向"], -1),
}
_CLASSES = {
    "高速公路": "motorway", "高速": "motorway", "高速匝道": "motorway_link", "匝道": "trunk_link", "快速路": "trunk",
    "城市快速路": "trunk", "国道": "trunk", "主干路": "primary", "主干道": "primary", "省道": "primary",
    "次干路": "secondary", "次干道": "secondary", "县道": "secondary", "支路": "tertiary", "乡道": "tertiary",
    "村道": "unclassified", "街坊路": "residential", "居住区道路": "residential", "小区路": "living_street",
    "小区道路": "living_street", "内部道路": "service", "步行街": "pedestrian", "人行道": "footway", "步道": "footway",
    "非机动车道": "cycleway", "自行车道": "cycleway", "台阶": "steps", "梯道": "steps", "楼梯": "steps", "小路": "path",
    "机耕路": "track", "在建": "construction", "规划": "proposed", "渡口": "ferry", "轮渡": "ferry",
}  # fmt: skip
_FALSE = ("", "no", "0", "false", "nan", "none", "<na>", "否", "f")


@dataclass(frozen=True)
class RoadLines:
    """Lines that the mode may use, one row each; MultiLineStrings come apart."""

    xy: np.ndarray  # (points, 2) float64
    begin: np.ndarray  # (lines + 1,) int64
    seconds: np.ndarray
    passage: np.ndarray  # int8: 1 along, 0 both ways, -1 against
    level: np.ndarray  # int32: 0 on the ground, above it more, below it less
    columns: dict[str, np.ndarray]  # road_id, class, name, length_m
    skipped: dict[str, int]


def read_road_lines(roads: gpd.GeoDataFrame, mode: Any, columns: Mapping[str, str] | None = None) -> RoadLines:
    """Checks the columns, drops what the mode cannot use, and computes times. Raises InvalidInput."""
    if not isinstance(roads, gpd.GeoDataFrame):
        raise InvalidInput("roads must be a GeoDataFrame of LineStrings")
    roads = _renamed(roads, columns)
    if roads.crs is None or not roads.crs.is_projected:
        have = "no CRS" if roads.crs is None else f"degrees ({roads.crs.name})"
        raise InvalidInput(
            f"roads have {have}; metres are needed: set_crs or to_crs to a projected CRS, such as "
            "roads.to_crs(roads.estimate_utm_crs())"
        )
    geometry = np.asarray(roads.geometry.array)
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    _refuse(
        ~missing & ~np.isin(shapely.get_type_id(geometry), (1, 5)),
        "geometry: rows are not LineStrings",
        roads,
    )
    words = _column(roads, "class", "unclassified").fillna("unclassified").astype(str).to_numpy()
    words = np.array([_CLASSES.get(word.strip(), word) for word in words], dtype=object)
    speed_of = {word: mode.speed_on(word) for word in pd.unique(words)}
    speed_kmh = np.array([speed_of[word] or 0.0 for word in words], dtype=np.float64)
    closed = ~missing & (speed_kmh == 0)
    keep = np.flatnonzero(~missing & ~closed)
    counts = {"no geometry": int(missing.sum()), "class not usable": int(closed.sum())}
    if not len(keep):
        raise InvalidInput(f"roads: the network is empty, {mode.name!r} can use no road (skipped: {counts})")

    limit = _numbers(roads, "maxspeed_kmh", lambda v: v > 0)
    length_m = _numbers(roads, "length_m", lambda v: v >= 0)
    oneway = _column(roads, "oneway", "no").astype(str).str.strip().str.lower().map(_PASSAGE)
    _refuse(
        oneway.isna().to_numpy(), "oneway: values are not no, yes or reverse (nor 双向, 单向, 反向; B, F, T)", roads
    )
    passage = oneway.to_numpy().astype(np.int8) if mode.obeys_oneway else np.zeros(len(roads), dtype=np.int8)

    parts, row = shapely.get_parts(geometry[keep], return_index=True)
    row = keep[row]
    parts = shapely.force_2d(parts)
    full = ~shapely.is_empty(parts)
    parts, row = parts[full], row[full]
    _, xy, (begin,) = shapely.to_ragged_array(parts)
    _refuse_rows(row[np.repeat(np.arange(len(parts)), np.diff(begin))[~np.isfinite(xy).all(axis=1)]], roads)
    drawn_m = shapely.length(parts)
    whole_m = np.bincount(row, weights=drawn_m, minlength=len(roads))[row]
    # A given length belongs to the whole road; its parts share it as they share the drawing.
    share = np.divide(drawn_m, whole_m, out=np.ones_like(drawn_m), where=whole_m > 0)
    own_m = np.where(np.isnan(length_m[row]), drawn_m, length_m[row] * share)
    kmh = np.fmin(speed_kmh, limit)[row]
    columns = {
        "road_id": _column(roads, "road_id", None, positions=True).to_numpy()[row],
        "class": words[row],
        "name": _column(roads, "name", None).to_numpy(dtype=object)[row],
        "length_m": own_m,
    }
    return RoadLines(
        xy=np.ascontiguousarray(xy, dtype=np.float64),
        begin=np.ascontiguousarray(begin, dtype=np.int64),
        seconds=np.ascontiguousarray(own_m / (kmh / 3.6)),
        passage=np.ascontiguousarray(passage[row]),
        level=np.ascontiguousarray(_levels(roads)[row]),
        columns=columns,
        skipped={reason: count for reason, count in counts.items() if count},
    )


def lengths_m(points: np.ndarray, begin: np.ndarray) -> np.ndarray:
    """Lengths of lines of whole millimetres."""
    step = np.hypot(*np.diff(points.astype(np.float64), axis=0).T) / 1000.0
    run = np.concatenate([[0.0], np.cumsum(step)])
    # Steps between lines lie between the end of one and the start of the next, and are left out.
    return run[begin[1:] - 1] - run[begin[:-1]]


def _renamed(roads: gpd.GeoDataFrame, columns: Mapping[str, str] | None) -> gpd.GeoDataFrame:
    """The frame under our names; what stood under such a name before steps aside."""
    if not columns:
        return roads
    known = ("road_id", "class", "oneway", "maxspeed_kmh", "length_m", "layer", "bridge", "tunnel")
    wrong = [name for name in columns if name not in known]
    absent = [theirs for theirs in columns.values() if theirs not in roads.columns]
    if wrong or absent:
        raise InvalidInput(
            f"columns maps {', '.join(known)} to columns of the roads; unknown names {wrong}, absent columns {absent}"
        )
    rest = roads.drop(columns=[name for name in columns if name in roads.columns and name not in columns.values()])
    return rest.assign(**{ours: roads[theirs] for ours, theirs in columns.items()})


def _levels(roads: gpd.GeoDataFrame) -> np.ndarray:
    """Which lines may meet: ``layer`` where it is a number, else 1 for bridges and -1 for tunnels."""

    def flag(name: str) -> np.ndarray:
        return ~_column(roads, name, "no").astype(str).str.strip().str.lower().isin(_FALSE).to_numpy()

    layer = pd.to_numeric(_column(roads, "layer", np.nan), errors="coerce").to_numpy(dtype=np.float64)
    level = np.where(np.isfinite(layer), layer, flag("bridge").astype(float) - flag("tunnel").astype(float))
    return np.clip(np.rint(level), -99, 99).astype(np.int32)


def _column(roads: gpd.GeoDataFrame, name: str, default: Any, positions: bool = False) -> pd.Series:
    if name in roads.columns:
        return roads[name].reset_index(drop=True)
    return pd.Series(np.arange(len(roads)) if positions else default, index=range(len(roads)))


def _numbers(roads: gpd.GeoDataFrame, name: str, good: Any) -> np.ndarray:
    """A column of finite numbers, NaN where there is none."""
    given = _column(roads, name, np.nan)
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    bad = np.where(np.isnan(values), given.notna(), ~(np.isfinite(values) & good(values)))
    _refuse(bad.astype(bool), f"{name}: values are not usable numbers", roads)
    return values


def _refuse(bad: np.ndarray, what: str, roads: gpd.GeoDataFrame) -> None:
    rows = np.flatnonzero(bad)
    if len(rows):
        ids = _column(roads, "road_id", None, positions=True).iloc[rows[:5]]
        shown = ", ".join(map(str, ids)) + (", …" if len(rows) > 5 else "")
        raise InvalidInput(f"roads.{what} ({len(rows)} rows; road_id {shown})")


def _refuse_rows(rows: np.ndarray, roads: gpd.GeoDataFrame) -> None:
    bad = np.zeros(len(roads), dtype=bool)
    bad[rows] = True
    _refuse(bad, "geometry: coordinates are not finite", roads)
