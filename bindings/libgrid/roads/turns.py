"""Turn rules of a network: restrictions, barriers that close or delay, and a charge for turning.

A rule is a pair of edges that meet, with milliseconds or `NEVER`. The core expands only the junctions that have rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

NEVER = 2**32 - 1
_SHARP_DEG = 45.0
# Barriers that stop a kind of traveller when no access tag speaks of it.
_NARROW = {"block", "chain", "log", "jersey_barrier", "debris", "planter", "rope", "fence", "wall", "ditch"}
_FOOT_ONLY = {"stile", "turnstile", "full-height_turnstile", "kissing_gate", "horse_stile", "step_over"}
_STOPS = {
    "foot": {"fence", "wall", "ditch"},
    "bicycle": _NARROW | _FOOT_ONLY,
    "motorcar": _NARROW | _FOOT_ONLY | {"bollard", "cycle_barrier", "motorcycle_barrier", "kerb", "bus_trap"},
}
GATES = {"gate", "lift_gate", "swing_gate", "sliding_gate", "kissing_gate", "hampshire_gate", "sally_port", "barrier"}


@dataclass(frozen=True, eq=False)
class TurnRules:
    """Rules one row each; a rule of a gate (``gate`` ≥ 0) holds only while that gate is shut."""

    from_edge: np.ndarray  # int32
    to_edge: np.ndarray  # int32
    ms: np.ndarray  # uint32
    gate: np.ndarray  # int32

    @classmethod
    def join(cls, *frames: pd.DataFrame) -> "TurnRules":
        rows = pd.concat([empty_rules(), *frames], ignore_index=True)
        kinds = {"from_edge": np.int32, "to_edge": np.int32, "ms": np.uint32, "gate": np.int32}
        return cls(**{name: np.ascontiguousarray(rows[name], dtype=kind) for name, kind in kinds.items()})

    def __len__(self) -> int:
        return len(self.ms)

    def without(self, renamed: np.ndarray) -> "TurnRules":
        """After edges were dropped: `renamed` gives each its new number, -1 if it is gone."""
        start, end = renamed[self.from_edge], renamed[self.to_edge]
        keep = (start >= 0) & (end >= 0)
        return TurnRules(start[keep].astype(np.int32), end[keep].astype(np.int32), self.ms[keep], self.gate[keep])

    def apply(self, core: Any, shut: np.ndarray) -> Any:
        """The core network with the rules that hold while the gates in `shut` (bool, one a gate) are shut."""
        holds = self.gate < 0
        holds |= np.append(shut, False)[self.gate]
        if not holds.any():
            return core
        columns = (np.ascontiguousarray(column[holds]) for column in (self.from_edge, self.to_edge, self.ms))
        return core.with_turns(*columns)


def empty_rules() -> pd.DataFrame:
    return pd.DataFrame({name: np.zeros(0, dtype=np.int64) for name in ("from_edge", "to_edge", "ms", "gate")})


def turns_at(columns: Mapping[str, np.ndarray], nodes: np.ndarray) -> pd.DataFrame:
    """Every way through these nodes but turning back: node, from_edge, to_edge."""
    edge = np.arange(len(columns["tail"]))
    comes = np.isin(columns["head"], nodes)
    leaves = np.isin(columns["tail"], nodes)
    into = pd.DataFrame({"node": columns["head"][comes], "from_edge": edge[comes]})
    out = pd.DataFrame({"node": columns["tail"][leaves], "to_edge": edge[leaves]})
    pairs = into.merge(out, on="node")
    return pairs[columns["opposite"][pairs["from_edge"]] != pairs["to_edge"]]


def node_rules(columns: Mapping[str, np.ndarray], node: np.ndarray, ms: np.ndarray, gate: np.ndarray) -> pd.DataFrame:
    """Rules for passing nodes: `ms` (NEVER: not at all) and `gate` stand beside each node."""
    charge = pd.DataFrame({"node": node, "ms": ms.astype(np.int64), "gate": gate})
    return turns_at(columns, node).merge(charge, on="node")[["from_edge", "to_edge", "ms", "gate"]]


def road_rules(columns: Mapping[str, np.ndarray], on_road: np.ndarray, gate: int) -> pd.DataFrame:
    """Rules that let nobody on to a road (bool by edge) from another one; who is on it may leave."""
    pairs = turns_at(columns, np.unique(columns["tail"][on_road]))
    enters = on_road[pairs["to_edge"]] & ~on_road[pairs["from_edge"]]
    return pairs.loc[enters, ["from_edge", "to_edge"]].assign(ms=NEVER, gate=gate)


def barrier_stops(kind: str, traveller: str) -> bool:
    """Whether a barrier without access tags stops this traveller (``foot``, ``bicycle``, ``motorcar``)."""
    return kind in _STOPS.get(traveller, _STOPS["motorcar"])


def restriction_rules(
    columns: Mapping[str, np.ndarray], way: np.ndarray, node_id: np.ndarray, table: pd.DataFrame, access: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rules from OpenStreetMap's turn restrictions.

    Parameters
    ----------
    columns : the core's edge columns
    way : (edges,) OSM way of each edge
    node_id : (nodes,) OSM node of each node
    table : relation_id, from_way, via, to_way, via_way, kind, scope, exempt
    access : the mode's access tags; a restriction with ``except`` for one of them, or for other vehicles, is none

    Returns
    -------
    rules : DataFrame
    status : DataFrame
        One row a restriction: relation_id, kind, status (``applied``, ``via a way``, ``exempt``, ``other vehicles``,
        ``not on the network``, ``unknown kind``).
    """
    status = np.full(len(table), "not on the network", dtype=object)
    kind = table["kind"].fillna("").astype(str)
    is_only, is_no = kind.str.startswith("only_").to_numpy(), kind.str.startswith("no_").to_numpy()
    status[~(is_only | is_no)] = "unknown kind"
    exempt = [
        not set(access).isdisjoint(part.strip() for part in text.split(";")) for text in table["exempt"].fillna("")
    ]
    other = [bool(scope) and scope not in access for scope in table["scope"].fillna("")]
    status[np.array(exempt, dtype=bool)] = "exempt"
    status[np.array(other, dtype=bool)] = "other vehicles"
    status[table["via_way"].to_numpy() == 1] = "via a way"
    asked = table[["from_way", "via", "to_way"]].assign(row=np.arange(len(table)), only=is_only, kind=kind)
    asked = asked[status == "not on the network"]
    edge = np.arange(len(way))
    into = pd.DataFrame({"from_way": way, "via": node_id[columns["head"]], "from_edge": edge})
    out = pd.DataFrame({"to_way": way, "via": node_id[columns["tail"]], "to_edge": edge})
    pairs = asked.merge(into, on=["from_way", "via"]).merge(out, on=["to_way", "via"])
    back = columns["opposite"][pairs["from_edge"]] == pairs["to_edge"]
    # A way that goes on beyond the junction meets itself: only a U-turn turns back into the same edge.
    pairs = pairs[back == (pairs["kind"].str.endswith("_u_turn") & (pairs["from_way"] == pairs["to_way"]))]
    status[pairs["row"].unique()] = "applied"
    only, no = pairs[pairs["only"]], pairs[~pairs["only"]]
    rules = [no[["from_edge", "to_edge"]]]
    if len(only):
        first = pd.DataFrame({"from_edge": only["from_edge"].unique()})
        first["node"] = columns["head"][first["from_edge"]]
        leaves = np.isin(columns["tail"], first["node"])
        every = first.merge(pd.DataFrame({"node": columns["tail"][leaves], "to_edge": edge[leaves]}), on="node")
        allowed = pd.MultiIndex.from_frame(only[["from_edge", "to_edge"]])
        asks = pd.MultiIndex.from_frame(every[["from_edge", "to_edge"]])
        rules.append(every.loc[~asks.isin(allowed), ["from_edge", "to_edge"]])
    rows = pd.concat(rules, ignore_index=True).assign(ms=NEVER, gate=-1)
    told = pd.DataFrame({"relation_id": table["relation_id"].to_numpy(), "kind": kind.to_numpy(), "status": status})
    return rows, told


def sharp_turns(columns: Mapping[str, np.ndarray], lines: tuple[np.ndarray, np.ndarray], turn_s: float) -> pd.DataFrame:
    """`turn_s` for each turn of over 45 degrees where three streets or more meet."""
    ends = np.concatenate([columns["tail"], columns["head"]])
    others = np.concatenate([columns["head"], columns["tail"]])
    street = np.tile(
        np.minimum(np.arange(len(columns["line"])), np.where(columns["opposite"] >= 0, columns["opposite"], 2**31)), 2
    )
    arms = pd.DataFrame({"node": ends, "other": others, "street": street}).drop_duplicates().groupby("node").size()
    pairs = turns_at(columns, arms.index[arms >= 3].to_numpy())
    xy, begin = lines[0].astype(np.float64), lines[1]
    first, last = begin[columns["line"]], begin[columns["line"] + 1] - 1
    against = columns["against"].astype(bool)
    leave = np.where(against[:, None], xy[last - 1] - xy[last], xy[first + 1] - xy[first])
    arrive = np.where(against[:, None], xy[first] - xy[first + 1], xy[last] - xy[last - 1])
    a, b = arrive[pairs["from_edge"]], leave[pairs["to_edge"]]
    turned = np.degrees(np.abs(np.arctan2(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], (a * b).sum(axis=1))))
    rows = pairs.loc[turned > _SHARP_DEG, ["from_edge", "to_edge"]]
    return rows.assign(ms=round(turn_s * 1000), gate=-1)
