"""The way itself: nodes, edges, geometry, street names and turns."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core, plot
from ._core import InvalidInput
from .directions import heading, sentence, turn_of
from .inline_map import inline_map
from .progress import Progress, progress_callback
from .ragged import from_lines
from .roads.network import RoadNetwork
from .roads.points import read_points
from .travel import _cutoff_ms, _threads

__all__ = ["Path", "Paths", "find_path", "find_paths"]


@dataclass(frozen=True, eq=False, repr=False)
class Path:
    """One way, off-network legs included. Without a way: no edges, and time and length are infinite.

    Attributes
    ----------
    found : bool
    time_s, length_m : float
        Of the whole way; its `steps` add up to them. Length is NaN on a network without lengths.
    edges, nodes : int32 arrays
        Directed edges in order, the first and last perhaps in part; the nodes between and at their ends that the
        way passes.
    from_fraction, to_fraction : float64 arrays
        By edge: the part that is travelled.
    edge_time_s : float64 array
    geometry : LineString or None
        On the network; None without coordinates.
    off_network_s : (float, float)
        Before the network and after it.
    """

    found: bool
    time_s: float
    edges: np.ndarray
    nodes: np.ndarray
    from_fraction: np.ndarray
    to_fraction: np.ndarray
    edge_time_s: np.ndarray
    geometry: Any
    off_network_s: tuple[float, float]
    _pieces: np.ndarray  # lines by edge
    _legs: tuple[Any, Any]  # LineStrings off the network, or None
    _table: pd.DataFrame  # by edge: name, class, length_m
    _crs: Any

    def __bool__(self) -> bool:
        return self.found

    def __repr__(self) -> str:
        if not self.found:
            return "Path(no way)"
        length = "" if math.isnan(self.length_m) else f", {self.length_m:,.0f} m"
        return f"Path({len(self.edges)} edges, {self.time_s:,.0f} s{length})"

    def plot(self, *, background=None, ax=None):
        """The way on a map, over other streets where they are given.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_places(self.steps, background=background, ax=ax)

    def _repr_html_(self) -> str:
        way = inline_map(lines=self.steps.geometry) if isinstance(self.steps, gpd.GeoDataFrame) else ""
        return f"{way}<p>{self!r}</p>" + pd.DataFrame(self.steps.drop(columns="geometry", errors="ignore")).to_html(
            index=False
        )

    @cached_property
    def length_m(self) -> float:
        if not self.found:
            return math.inf
        return float(self.steps["metres"].sum(skipna=False))

    @cached_property
    def names(self) -> list[str]:
        """Street names in order, each run once; unnamed streets are left out."""
        named = self.steps["name"].dropna().tolist()
        return [name for i, name in enumerate(named) if i == 0 or name != named[i - 1]]

    @cached_property
    def steps(self) -> pd.DataFrame:
        """What to do in order: one row for each run of edges of one street, and for each leg off the network.

        kind ("street" or "off network"), name, turn (depart, straight, slight_left, left, sharp_left, …, u_turn),
        metres, seconds, text_zh, text_en, geometry.
        """
        rows = []
        before, after = self._legs
        if self.found and (before is not None or self.off_network_s[0] > 0):
            rows.append(self._off_row("to_network", before, self.off_network_s[0]))
        arrival = None
        for first, end in self._runs():
            part = self._table.iloc[first:end]
            line, turn = None, "depart" if first == 0 else "straight"
            if self._pieces is not None:
                xy = _joined(self._pieces[first:end])
                line = shapely.LineString(xy)
                leaves = heading(xy, at_end=False)
                if first > 0 and arrival is not None and leaves is not None:
                    turn = turn_of(leaves - arrival)
                ends = heading(xy, at_end=True)
                arrival = arrival if ends is None else ends
            name, metres = part["name"].iloc[0], float(part["metres"].sum(skipna=False))
            zh, en = sentence(turn, name, metres)
            seconds = float(self.edge_time_s[first:end].sum())
            rows.append(("street", name, turn, metres, seconds, zh, en, line))
        if self.found and (after is not None or self.off_network_s[1] > 0):
            rows.append(self._off_row("from_network", after, self.off_network_s[1]))
        columns = ["kind", "name", "turn", "metres", "seconds", "text_zh", "text_en", "geometry"]
        frame = pd.DataFrame(rows, columns=columns)
        if self._pieces is None:
            return frame.drop(columns="geometry")
        return gpd.GeoDataFrame(frame, geometry="geometry", crs=self._crs)

    def _off_row(self, turn: str, leg: Any, seconds: float) -> tuple:
        metres = float(shapely.length(leg)) if leg is not None else math.nan
        return ("off network", None, turn, metres, seconds, *sentence(turn, None, metres), leg)

    def _runs(self) -> list[tuple[int, int]]:
        """Edges of one name in a row; unnamed ones go by their class."""
        if not len(self.edges):
            return []
        key = [name or f"\0{word}" for name, word in zip(self._table["name"], self._table["class"], strict=True)]
        cuts = [0, *(i for i in range(1, len(key)) if key[i] != key[i - 1]), len(key)]
        return list(itertools.pairwise(cuts))


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """The ways of many pairs: a sequence of `Path`, and their columns.

    Attributes
    ----------
    time_s : (n,) float64
        As `travel_times` would say; inf where there is no way.
    """

    time_s: np.ndarray
    _ptr: np.ndarray
    _columns: dict[str, np.ndarray]
    _off: tuple[_Ends, _Ends]
    _net: RoadNetwork

    def __len__(self) -> int:
        return len(self.time_s)

    def __repr__(self) -> str:
        return f"Paths({len(self)} pairs, {int(np.isfinite(self.time_s).sum())} with a way)"

    def __iter__(self) -> Iterator[Path]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, i: int) -> Path:
        i = range(len(self))[i]
        part = slice(int(self._ptr[i]), int(self._ptr[i + 1]))
        c, net = self._columns, self._net
        edge = c["edge"][part]
        found = bool(np.isfinite(self.time_s[i]))
        share = c["to"][part] - c["from"][part]
        table = pd.DataFrame(
            {
                "name": pd.Series([_text(v) for v in _of(net._table, "name", edge)], dtype=object),
                "class": _of(net._table, "class", edge),
                "metres": net._table["length_m"][edge] * share,
            }
        )
        lines, whole, legs = None, None, (None, None)
        if net._frame is not None:
            lines = self._lines[part]
            whole = shapely.LineString(_joined(lines)) if len(lines) else shapely.LineString()
            if found:
                legs = tuple(end.leg(i, out) for end, out in zip(self._off, (True, False), strict=True))
        ends = net._plain.edge_columns()
        nodes = np.concatenate([ends["tail"][edge[:1]], ends["head"][edge]]).astype(np.int32)
        if len(edge):  # the ends of the way count when it really begins or ends there
            nodes = nodes[int(c["from"][part][0] > 0) : len(nodes) - int(c["to"][part][-1] < 1)]
        elif found:
            nodes = self._off[0].node[i : i + 1]
        return Path(
            found=found,
            time_s=float(self.time_s[i]),
            edges=edge,
            nodes=nodes,
            from_fraction=c["from"][part],
            to_fraction=c["to"][part],
            edge_time_s=c["ms"][part] / 1000.0,
            geometry=whole,
            off_network_s=tuple(end.off_ms[i] / 1000.0 if found else 0.0 for end in self._off),
            _pieces=lines,
            _legs=legs,
            _table=table,
            _crs=net.crs,
        )

    def plot(self, *, background=None, ax=None):
        """All ways on one map.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_places(self.frame, background=background, ax=ax)

    @cached_property
    def _lines(self) -> np.ndarray:
        c = self._columns
        return from_lines(*_core.draw_pieces(self._net._core, c["edge"], c["from"], c["to"]), self._net._frame)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a pair: found, time_s, edges (their number), network_m, geometry on the network."""
        count = np.diff(self._ptr)
        row = np.repeat(np.arange(len(self)), count)
        c = self._columns
        metres = self._net._table["length_m"][c["edge"]] * (c["to"] - c["from"])
        found = np.isfinite(self.time_s)
        frame = pd.DataFrame(
            {
                "found": found,
                "time_s": self.time_s,
                "edges": count,
                "network_m": np.where(found, np.bincount(row, weights=metres, minlength=len(self)), np.inf),
            }
        )
        if self._net._frame is None:
            return frame
        shapes = np.full(len(self), shapely.LineString(), dtype=object)
        for i in np.flatnonzero(count):
            shapes[i] = shapely.LineString(_joined(self._lines[self._ptr[i] : self._ptr[i + 1]]))
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=self._net.crs)


@dataclass(frozen=True, eq=False)
class _Ends:
    """One side of the pairs: where it is, where it meets the network, and the time between."""

    xy: np.ndarray | None
    node: np.ndarray
    meets: np.ndarray | None  # (n, 2)
    off_ms: np.ndarray

    def leg(self, i: int, out: bool) -> Any:
        if self.xy is None or self.meets is None:
            return None
        ends = np.array([self.xy[i], self.meets[i]])
        if np.hypot(*(ends[0] - ends[1])) < 0.001:  # a millimetre is rounding
            return None
        return shapely.LineString(ends if out else ends[::-1])


def find_path(net: RoadNetwork, origin: Any, destination: Any, **options: Any) -> Path:
    """The shortest way between two places, with its streets and turns.

    Parameters
    ----------
    origin, destination : shapely Point, (x, y) in the network's CRS, or a node number
    **options
        As of `find_paths`.

    Returns
    -------
    Path
        ``.found``, ``.time_s``, ``.length_m``, ``.nodes``, ``.edges``, ``.geometry``, ``.names``, ``.steps``.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(x=[0, 0, 90], y=[0, 120, 120], tail=[0, 1], head=[1, 2], seconds=[100, 75])
    >>> path = find_path(net, 0, 2)
    >>> path.time_s, path.length_m, path.nodes.tolist()
    (175.0, 210.0, [0, 1, 2])
    """
    return find_paths(net, _one(origin, "origin"), _one(destination, "destination"), **options)[0]


def find_paths(
    net: RoadNetwork,
    origins: Any,
    destinations: Any,
    *,
    cutoff_s: float = math.inf,
    max_off_network_m: float = 500.0,
    threads: int = 0,
    progress: Progress = False,
) -> Paths:
    """The shortest way of each pair: row i of the origins to row i of the destinations.

    Of several shortest ways the one with the fewest edges is taken, of these the one whose edges, compared from the
    origin on, are lowest: the answer depends on the pair alone.

    Parameters
    ----------
    origins, destinations : points or nodes as in `travel_times`, equally many
    cutoff_s : float
        Longer ways count as none; inclusive.
    max_off_network_m : float
        Points farther than this from every usable edge have no way.
    threads : int
        0: one a core. Never changes a result.

    Returns
    -------
    Paths
        A sequence of `Path`; ``.time_s`` equals `travel_times` to the bit; ``.frame`` has one row a pair.

    Raises
    ------
    InvalidInput
        Lists of different length; otherwise as `travel_times`.

    Examples
    --------
    >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
    >>> paths = find_paths(net, [0, 2], [2, 0])
    >>> paths.time_s.tolist(), paths[0].edges.tolist(), bool(paths[1])
    ([150.0, inf], [0, 1], False)
    """
    cutoff_ms = _cutoff_ms(cutoff_s)
    start = net._places(origins, "origins", max_off_network_m, "from")
    end = net._places(destinations, "destinations", max_off_network_m, "to")
    with progress_callback(progress, "paths") as on_progress:
        found = _core.find_paths(net._core, start, end, cutoff_ms, _threads(threads), on_progress)
    ptr = found.pop("ptr")
    time_s = found.pop("time_s")
    time_s.flags.writeable = False
    sides = (_ends(net, origins, start, "origins"), _ends(net, destinations, end, "destinations"))
    return Paths(time_s, ptr, found, sides, net)


def _ends(net: RoadNetwork, points: Any, places: _core.Places, name: str) -> _Ends:
    columns = places.columns()
    _, xy = read_points(points, name, net.node_count, net.crs)
    if net._frame is None or xy is None:
        return _Ends(None, columns["node"], None, columns["off_ms"])
    inside = columns["edge"] >= 0
    meets = np.full(xy.shape, np.nan)
    at = columns["fraction"][inside]
    points_mm, begin = _core.draw_pieces(net._core, np.ascontiguousarray(columns["edge"][inside]), at, at)
    meets[inside] = net._frame.to_positions(np.ascontiguousarray(points_mm[begin[:-1]]))
    return _Ends(xy, columns["node"], meets, columns["off_ms"])


def _one(place: Any, name: str) -> Any:
    if isinstance(place, (int, np.integer)) and not isinstance(place, bool):
        return np.array([place])
    if isinstance(place, shapely.Point):
        return shapely.get_coordinates(place)
    if isinstance(place, (gpd.GeoSeries, gpd.GeoDataFrame)):
        if len(place) == 1:
            return place
    else:
        xy = np.asarray(place)
        if xy.shape == (2,) and xy.dtype.kind in "iuf":
            return xy.astype(np.float64).reshape(1, 2)
    raise InvalidInput(f"{name} must be one place: a shapely Point, (x, y) or a node number; see find_paths for many")


def _joined(lines: np.ndarray) -> np.ndarray:
    """The coordinates of consecutive lines without the points that they share."""
    xy = shapely.get_coordinates(lines)
    keep = np.r_[True, (xy[1:] != xy[:-1]).any(axis=1)]
    return xy[keep] if keep.sum() > 1 else xy[:2]


def _of(table: dict[str, np.ndarray], name: str, edge: np.ndarray) -> Any:
    return table[name][edge] if name in table else [None] * len(edge)


def _text(value: Any) -> str | None:
    return None if value is None or value != value or value == "" else str(value)
