"""Builds a network's columns from the ways, barriers and turn restrictions of an OpenStreetMap file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from ..moments import week_intervals
from . import osm_tags
from .lines import lengths_m
from .osm import OSM_CRS, read_osm_roads
from .turns import GATES, NEVER, TurnRules, barrier_stops, node_rules, restriction_rules, sharp_turns

_NOT_YET = ("construction", "proposed", "abandoned", "razed", "raceway", "platform", "steps")


def build_osm_network(path: Any, mode: Any, bbox: Any, crs: Any, threads: int, progress: Any) -> dict[str, Any]:
    """Arguments of `RoadNetwork`. Raises InvalidInput when no way of the file can be used."""
    read = read_osm_roads(path, bbox, threads=threads, progress=progress)
    ways = read["ways"]
    use = _usage(ways, mode)
    skipped = {
        "nodes that the file lacks": read["absent_nodes"],
        "class or access closed": int((use["kmh"] == 0).sum()),
    }
    if not (use["kmh"] > 0).any():
        raise InvalidInput(f"roads: the network is empty, {mode.name!r} can use no way of the file ({len(ways)} read)")
    # Parts of the ways that may be used.
    row = np.repeat(np.arange(len(ways)), np.diff(read["part_begin"]))
    open_parts = np.flatnonzero(use["kmh"].to_numpy()[row] > 0)
    size = np.diff(read["begin"])[open_parts]
    begin = np.concatenate([[0], np.cumsum(size)])
    point = np.repeat(read["begin"][open_parts] - begin[:-1], size) + np.arange(begin[-1])
    way = row[open_parts]

    crs = local_crs(read["xy"][point], crs)
    xy = project(read["xy"][point], crs)
    frame = _core.Frame.around(xy)
    if not frame.fits(xy).all():
        raise InvalidInput("the streets are over 1,000 km apart: give bbox= for one place")
    restrictions = read["restrictions"] if mode.is_vehicle else read["restrictions"].iloc[:0]
    barriers = _barriers(read["barriers"], mode)
    also = np.concatenate([restrictions["via"][restrictions["via_way"] == 0], barriers["osm_id"]]).astype(np.int64)
    cut = _core.cut_streets(
        frame.to_points(xy), begin, np.ascontiguousarray(read["node_id"][point]), np.ascontiguousarray(also)
    )
    piece_way = way[cut["row"]]
    length_m = lengths_m(cut["points"], cut["begin"])
    seconds = length_m / (use["kmh"].to_numpy()[piece_way] / 3.6)
    given = use["duration_s"].to_numpy()[piece_way]
    whole_m = np.bincount(piece_way, weights=length_m, minlength=len(ways))[piece_way]
    share = np.divide(length_m, whole_m, out=np.ones_like(length_m), where=whole_m > 0)
    seconds = np.where(np.isnan(given), seconds, given * share)
    passage = use["passage"].to_numpy(dtype=np.int8)[piece_way]
    core = _core.RoadNetwork.from_joined_lines(
        cut["nodes"], cut["points"], cut["begin"], cut["start"], cut["end"], seconds, np.ascontiguousarray(passage)
    )
    edge_piece = np.repeat(np.arange(len(piece_way)), np.where(passage == 0, 2, 1))
    edge_way = piece_way[edge_piece]
    table = {
        "road_id": ways["osm_id"].to_numpy()[edge_way],
        "class": use["class"].to_numpy()[edge_way],
        "length_m": length_m[edge_piece],
        "name": ways["name"].fillna("").astype(object).to_numpy()[edge_way],
    }
    columns = core.edge_columns()
    node_id = cut["node_id"]
    rules, told = restriction_rules(columns, table["road_id"], node_id, restrictions, list(mode.access))
    at_node, gates = _barrier_rules(columns, node_id, barriers, mode)
    more = [sharp_turns(columns, core.line_columns(), mode.turn_s)] if mode.turn_s > 0 else []
    return {
        "core": core,
        "frame": frame,
        "mode": mode,
        "crs": crs,
        "table": table,
        "skipped": {reason: count for reason, count in skipped.items() if count},
        "rules": TurnRules.join(rules, at_node, *more),
        "gates": gates,
        "restrictions": told,
        "node_id": node_id,
    }


def _usage(ways: pd.DataFrame, mode: Any) -> pd.DataFrame:
    """Each way's class, speed (0: closed), passage and given duration for a mode."""
    access = [tag for tag in mode.access if tag in ways.columns]
    own = access[1:]
    is_ferry = ways["highway"].isna()
    word = ways["highway"].fillna("ferry")

    def speed(highway: str, limit: str, *tags: str) -> float:
        may = osm_tags.access(_opened(tags, mode.opens))
        if may is False or (highway == "ferry" and mode.access[-1] == "motorcar" and may is None):
            return 0.0
        limit_kmh = osm_tags.maxspeed_kmh(limit)
        kmh = mode.speed_on(highway, None if np.isnan(limit_kmh) or not mode.is_vehicle else limit_kmh)
        if kmh is None and highway not in _NOT_YET and osm_tags.access(_opened(tags[1:], mode.opens)):
            kmh = mode.speed_kmh  # closed by its class, opened by a tag of the mode's own
        if kmh is not None and tags and tags[-1] == "dismount":
            kmh = min(kmh, mode.off_network_kmh)
        return kmh or 0.0

    def passage(highway: str, junction: str, tag: str, contraflow: str, cycleway: str) -> int:
        bicycle = mode.access[-1] == "bicycle"
        word = osm_tags.oneway(highway, junction, tag, contraflow if bicycle else "", cycleway if bicycle else "")
        return {"yes": 1, "reverse": -1, "no": 0}[word] if mode.obeys_oneway else 0

    tags = ways.assign(highway=word)
    oneway = ["highway", "junction", "oneway", "oneway:bicycle", "cycleway"]
    return pd.DataFrame(
        {
            "class": word,
            "kmh": osm_tags.for_each_combination(tags, ["highway", "maxspeed", access[0], *own], speed).astype(float),
            "passage": osm_tags.for_each_combination(tags, oneway, passage).astype(np.int8),
            "duration_s": osm_tags.for_each_combination(tags, ["duration"], osm_tags.duration_s)
            .astype(float)
            .where(is_ferry),
        }
    )


def _opened(tags: Any, opens: list[str]) -> list[str]:
    return ["yes" if tag in opens else tag for tag in tags]


def _barriers(barriers: pd.DataFrame, mode: Any) -> pd.DataFrame:
    """Barrier nodes that stop or delay the mode: osm_id, kind, stops, hours."""
    access = [tag for tag in mode.access if tag in barriers.columns]

    def stops(kind: str, *tags: str) -> bool:
        may = osm_tags.access(_opened(tags, mode.opens))
        return barrier_stops(kind, mode.access[-1]) if may is None else not may

    frame = pd.DataFrame(
        {
            "osm_id": barriers["osm_id"].to_numpy(dtype=np.int64),
            "kind": barriers["barrier"].astype(object),
            "stops": osm_tags.for_each_combination(barriers, ["barrier", *access], stops).astype(bool),
            "hours": barriers["opening_hours"].fillna("").astype(object),
        }
    )
    return frame[frame["stops"] | frame["kind"].isin(GATES) | (frame["hours"] != "")]


def _barrier_rules(columns: Any, node_id: np.ndarray, barriers: pd.DataFrame, mode: Any) -> tuple[pd.DataFrame, Any]:
    """Turn rules of barriers, and the gates with hours (gate_id, node, kind, hours)."""
    order = np.argsort(node_id, kind="stable")
    at = np.searchsorted(node_id[order], barriers["osm_id"])
    found = at < len(node_id)
    found[found] = node_id[order][at[found]] == barriers["osm_id"].to_numpy()[found]
    barriers = barriers[found].assign(node=order[at[found]])
    timed = ~barriers["stops"] & np.array([week_intervals(h) is not None for h in barriers["hours"]], dtype=bool)
    gates = barriers.loc[timed, ["osm_id", "node", "kind", "hours"]].rename(columns={"osm_id": "gate_id"})
    gates = gates.reset_index(drop=True)
    charge = np.where(barriers["stops"], NEVER, np.where(barriers["kind"].isin(GATES), round(mode.gate_s * 1000), 0))
    costs = charge > 0
    nodes = barriers["node"].to_numpy()
    always = node_rules(columns, nodes[costs], charge[costs], np.full(int(costs.sum()), -1))
    shut = node_rules(columns, gates["node"].to_numpy(), np.full(len(gates), NEVER), np.arange(len(gates)))
    return pd.concat([always, shut], ignore_index=True), gates


def local_crs(lonlat: np.ndarray, crs: Any) -> Any:
    """The CRS asked for, else a CGCS2000 three-degree zone in China and a UTM zone elsewhere; in metres."""
    import pyproj

    if crs is None:
        lon, lat = np.median(lonlat, axis=0)
        meridian = int(np.floor(lon / 3 + 0.5)) * 3
        if 75 <= meridian <= 135 and 3 < lat < 54:
            return pyproj.CRS.from_epsg(4534 + (meridian - 75) // 3)
        zone = min(60, int((lon + 180) // 6) + 1)
        return pyproj.CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)
    crs = pyproj.CRS.from_user_input(crs)
    if not crs.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in crs.axis_info[:2]):
        raise InvalidInput(f"crs must be projected and in metres, such as 'EPSG:4544', not {crs.name}")
    return crs


def project(lonlat: np.ndarray, crs: Any) -> np.ndarray:
    import pyproj

    to_metres = pyproj.Transformer.from_crs(OSM_CRS, crs, always_xy=True)
    xy = np.column_stack(to_metres.transform(lonlat[:, 0], lonlat[:, 1]))
    if not np.isfinite(xy).all():
        raise InvalidInput(f"the streets lie outside the area of {crs.name}: give another crs= or a bbox=")
    return np.ascontiguousarray(xy)
