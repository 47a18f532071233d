"""Lines made to meet as the caller asks: at crossings, across small gaps, at gates and barriers."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core
from .._core import InvalidInput
from ..moments import week_intervals
from .lines import RoadLines, lengths_m
from .turns import NEVER, TurnRules, node_rules, road_rules


def build_noded_network(
    lines: RoadLines, frame: Any, mode: Any, crs: Any, *, at_crossings: bool, join_m: float, gates: Any, barriers: Any
) -> dict[str, Any]:
    """Arguments of `RoadNetwork` from lines, gates and barriers. Raises InvalidInput."""
    gates = _read_gates(gates, mode, crs)
    stops = _barrier_places(barriers, lines, mode, crs)
    placed = gates[gates["at_place"]]
    places = np.concatenate([np.column_stack([placed["x"], placed["y"]]), stops]).astype(np.float64)
    inside = frame.fits(places).astype(bool)
    if not inside.all():
        raise InvalidInput("gates, barriers: places lie over 500 km from the roads: check the CRS")
    points = frame.to_points(np.ascontiguousarray(lines.xy))
    noded = _core.node_lines(
        points, lines.begin, lines.level, frame.to_points(np.ascontiguousarray(places)), at_crossings, join_m
    )
    far = np.flatnonzero(noded["cut_line"][: len(placed)] < 0)
    if len(far):
        raise InvalidInput(
            f"gates: {len(far)} lie over 10 m from every road (gate_id {_shown(placed['gate_id'].iloc[far])})"
        )
    row = noded["row"]
    length_m = lengths_m(noded["points"], noded["begin"])
    whole_m = np.bincount(row, weights=length_m, minlength=len(lines.seconds))[row]
    pieces = np.bincount(row, minlength=len(lines.seconds))[row]
    share = np.where(whole_m > 0, length_m / np.where(whole_m > 0, whole_m, 1.0), 1.0 / pieces)
    passage = lines.passage[row]
    core = _core.RoadNetwork.from_lines(noded["points"], noded["begin"], lines.seconds[row] * share, passage)
    edge_piece = np.repeat(np.arange(len(row)), np.where(passage == 0, 2, 1))
    edge_row = row[edge_piece]
    table = {name: column[edge_row] for name, column in lines.columns.items()}
    table["length_m"] = table["length_m"] * share[edge_piece]

    columns = core.edge_columns()
    node = _nodes_at(core.points, noded["cut"])
    gates.loc[gates["at_place"], "node"] = node[: len(placed)]
    at_node = node[len(placed) :][noded["cut_line"][len(placed) :] >= 0]
    number = np.flatnonzero(gates["at_place"])
    rules = [
        node_rules(
            columns, np.unique(at_node), np.full(len(np.unique(at_node)), NEVER), np.full(len(np.unique(at_node)), -1)
        ),
        node_rules(columns, gates["node"].to_numpy()[number], np.full(len(number), NEVER), number),
    ]
    if mode.gate_s > 0:
        charge = np.full(len(number), round(mode.gate_s * 1000))
        rules.append(node_rules(columns, gates["node"].to_numpy()[number], charge, np.full(len(number), -1)))
    known = pd.Index(pd.unique(lines.columns["road_id"]))
    for index in np.flatnonzero(~gates["at_place"]):
        road = gates["road_id"].iloc[index]
        if road not in known:
            raise InvalidInput(f"gates: road_id {road!r} is not among the roads that {mode.name!r} may use")
        rules.append(road_rules(columns, table["road_id"] == road, index))
    joined = pd.DataFrame(
        {
            "road_id": lines.columns["road_id"][noded["joined_line"]],
            "other_road_id": lines.columns["road_id"][noded["joined_other"]],
            "distance_m": noded["joined_m"],
        }
    )
    ends = shapely.points(frame.to_positions(noded["joined_end"]))
    return {
        "core": core,
        "frame": frame,
        "mode": mode,
        "crs": crs,
        "table": table,
        "skipped": lines.skipped,
        "rules": TurnRules.join(*rules),
        "gates": gates[["gate_id", "node", "road_id", "kind", "hours"]],
        "joined": gpd.GeoDataFrame(joined, geometry=ends, crs=crs),
    }


def _read_gates(gates: Any, mode: Any, crs: Any) -> pd.DataFrame:
    """gate_id, hours, kind, and either a place (x, y) or a road_id; those of other modes are left out."""
    empty = pd.DataFrame({name: [] for name in ("gate_id", "road_id", "hours", "kind", "x", "y", "node")})
    if gates is None or not len(gates):
        return empty.assign(at_place=np.zeros(0, dtype=bool))
    frame = gates.reset_index(drop=True)
    if "hours" not in frame and not {"open", "close"} <= set(frame.columns):
        raise InvalidInput(f"gates need the columns open and close, or hours; they have {list(gates.columns)}")
    count = len(frame)
    ids = frame["gate_id"] if "gate_id" in frame else pd.Series(range(count))
    hours = frame["hours"] if "hours" in frame else frame["open"].astype(str) + "-" + frame["close"].astype(str)
    bad = [i for i, text in enumerate(hours) if not isinstance(text, str) or week_intervals(text) is None]
    if bad:
        raise InvalidInput(
            f"gates: {len(bad)} have hours that do not read like '06:00-22:00' (gate_id {_shown(ids.iloc[bad])})"
        )
    place = np.full((count, 2), np.nan)
    if isinstance(frame, gpd.GeoDataFrame):
        if frame.crs is not None and crs is not None and frame.crs != crs:
            raise InvalidInput(f"gates are in {frame.crs.name}, the roads in {crs.name}: gates.to_crs(roads.crs)")
        geometry = frame.geometry.to_numpy()
        has = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
        if (shapely.get_type_id(geometry[has]) != 0).any():
            raise InvalidInput("gates must be points, or name a road_id")
        place[has] = shapely.get_coordinates(geometry[has])
    at_place = np.isfinite(place).all(axis=1)
    road = frame["road_id"] if "road_id" in frame else pd.Series([None] * count, dtype=object)
    lost = ~at_place & road.isna().to_numpy()
    if lost.any():
        raise InvalidInput(f"gates: {lost.sum()} have neither a place nor a road_id (gate_id {_shown(ids[lost])})")
    kinds = frame["kind"] if "kind" in frame else pd.Series(["gate"] * count, dtype=object)
    read = pd.DataFrame(
        {"gate_id": ids, "road_id": road, "hours": hours, "kind": kinds, "x": place[:, 0], "y": place[:, 1], "node": -1}
    )
    read["at_place"] = at_place
    return read[_for_mode(frame, mode)].reset_index(drop=True)


def _for_mode(frame: pd.DataFrame, mode: Any) -> np.ndarray:
    """Rows whose ``modes`` (a list in text, all where there is none) name the mode."""
    if "modes" not in frame:
        return np.ones(len(frame), dtype=bool)
    texts = frame["modes"].fillna("").astype(str)
    return np.array([not text.strip() or mode.name in text.replace(" ", "").split(",") for text in texts], dtype=bool)


def _barrier_places(barriers: Any, lines: RoadLines, mode: Any, crs: Any) -> np.ndarray:
    """Where barriers stop the roads: points as they are, lines where roads on the ground cross them."""
    if barriers is None or not len(barriers):
        return np.zeros((0, 2))
    if not isinstance(barriers, gpd.GeoDataFrame):
        raise InvalidInput("barriers must be a GeoDataFrame of points or lines")
    if barriers.crs is not None and crs is not None and barriers.crs != crs:
        raise InvalidInput(f"barriers are in {barriers.crs.name}, the roads in {crs.name}: barriers.to_crs(roads.crs)")
    closed = _for_mode(barriers, mode)
    if "crossable" in barriers:
        closed &= (
            ~barriers["crossable"].fillna("no").astype(str).str.lower().isin(["yes", "true", "1", "是"]).to_numpy()
        )
    geometry = barriers.geometry.to_numpy()[closed]
    geometry = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    kind = shapely.get_type_id(geometry)
    if not np.isin(kind, (0, 1, 4, 5)).all():
        raise InvalidInput("barriers must be points or lines")
    points = shapely.get_coordinates(geometry[np.isin(kind, (0, 4))])
    walls = geometry[np.isin(kind, (1, 5))]
    ground = np.flatnonzero(lines.level == 0)
    drawn = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, lines.xy, (lines.begin,))[ground]
    road, wall = shapely.STRtree(walls).query(drawn, predicate="intersects") if len(walls) else ([], [])
    crossings = shapely.intersection(drawn[road], walls[wall]) if len(road) else np.zeros(0, dtype=object)
    return np.concatenate([points, shapely.get_coordinates(crossings)])


def _nodes_at(nodes: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The node at each place, -1 where there is none."""
    table = pd.Series(np.arange(len(nodes)), index=pd.MultiIndex.from_arrays(nodes.T))
    return table.reindex(pd.MultiIndex.from_arrays(places.T)).fillna(-1).to_numpy(dtype=np.int64)


def _shown(ids: Any) -> str:
    first = ", ".join(map(str, list(ids)[:5]))
    return first + (", …" if len(ids) > 5 else "")
