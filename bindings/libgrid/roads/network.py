"""Streets as a directed graph: built from columns, from centre lines or from an OpenStreetMap file."""

import html
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core, hierarchy, plot
from .._core import InvalidInput
from ..hierarchy import Hierarchy
from ..inline_map import inline_map
from ..moments import is_open, minute_of_week, week_intervals
from ..progress import Progress
from ..travel_mode import mode_row, resolve_mode
from .arrays import build_from_arrays
from .changes import read_changes, shared_out
from .from_osm import build_osm_network
from .hours import HourTimes, hour_times
from .lines import read_road_lines
from .noding import build_noded_network
from .parts import component_sizes, island_rows, oddity_rows
from .points import read_points, refuse
from .turns import TurnRules

_REASONS = np.array(
    [
        "",
        "nearest road is an island",
        "too far",
        "no edges",
        "nearest road cannot be left",
        "nearest road cannot be reached",
    ],
    dtype=object,
)
_DIRECTIONS = ("any", "from", "to", "both")
_FORMAT = 1  # of pickled networks


class RoadNetwork:
    """A street network for one travel mode. Immutable; make one with `from_osm`, `from_frame` or `from_arrays`.

    Attributes
    ----------
    mode : str
        The travel mode's name.
    crs : pyproj.CRS or None
    skipped : dict
        How many rows were not taken, by reason.
    gates : DataFrame
        Gates with hours: gate_id, node, kind, hours. `at` shuts them by the clock; without it they stand open.
    restrictions : DataFrame
        Turn restrictions of the file and what became of each: relation_id, kind, status.
    joined : GeoDataFrame
        Loose ends that `from_frame` led to another road: road_id, other_road_id, distance_m, the end.
    """

    def __init__(
        self,
        core: "_core.RoadNetwork",
        frame: Any,
        mode: Any,
        crs: Any,
        table: dict,
        skipped: dict,
        *,
        rules: TurnRules | None = None,
        gates: pd.DataFrame | None = None,
        restrictions: pd.DataFrame | None = None,
        joined: pd.DataFrame | None = None,
        node_id: np.ndarray | None = None,
        hours: HourTimes | None = None,
        minute: int | None = None,
        snap_index: Any = None,
    ):
        self._plain = core  # streets and junctions alone
        self._rules = TurnRules.join() if rules is None else rules
        self._frame = frame
        self._mode = mode
        self._table = table  # columns by edge: road_id, length_m, class
        self._node_id = node_id
        self._hours = hours
        self._minute = minute
        self._snap_index = snap_index
        self._hierarchy: Hierarchy | None = None  # of this network's times and rules alone
        self.crs = crs
        self.skipped = skipped
        none = pd.DataFrame({"gate_id": [], "node": [], "kind": [], "hours": []})
        self.gates = none if gates is None else gates
        none = pd.DataFrame({"relation_id": [], "kind": [], "status": []})
        self.restrictions = none if restrictions is None else restrictions
        none = pd.DataFrame({"road_id": [], "other_road_id": [], "distance_m": []})
        self.joined = none if joined is None else joined
        # What searches run on: junctions with rules that hold are expanded.
        self._core = self._rules.apply(core, self._shut_gates())

    @classmethod
    def from_arrays(
        cls,
        *,
        x: Any = None,
        y: Any = None,
        tail: Any,
        head: Any,
        seconds: Any,
        undirected: bool = False,
        mode: Any = "walk",
        crs: Any = None,
        node_count: int | None = None,
    ) -> "RoadNetwork":
        """A network from columns of directed edges; edge ``i`` is row ``i``.

        Parameters
        ----------
        x, y : (n,) arrays of metres, optional
            Nodes. Without them points cannot be snapped.
        tail, head : (m,) integer arrays
        seconds : (m,) float array
            0 … 10⁶, rounded once to milliseconds. Parallel edges, self-loops and zeros are allowed.
        undirected : bool
            Adds edge ``m + i``, the reverse of row ``i``.
        mode : str or dict
            Only its off-network speed matters here.

        Raises
        ------
        InvalidInput
            No nodes, bad ends or times (rows are named), coordinates that are not finite.

        Examples
        --------
        >>> RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
        RoadNetwork(2 nodes, 1 edges, mode 'walk')
        """
        core, frame, table = build_from_arrays(x, y, tail, head, seconds, undirected, node_count)
        return cls(core, frame, resolve_mode(mode), _crs(crs), table, {})

    @classmethod
    def from_frame(
        cls,
        roads: gpd.GeoDataFrame,
        *,
        mode: Any = "walk",
        columns: Mapping[str, str] | None = None,
        node_at_crossings: bool = False,
        snap_tolerance_m: float = 0.0,
        gates: pd.DataFrame | None = None,
        barriers: gpd.GeoDataFrame | None = None,
    ) -> "RoadNetwork":
        """A network from centre lines, joined where their end points coincide to the millimetre.

        Parameters
        ----------
        roads : GeoDataFrame of LineStrings or MultiLineStrings in a projected CRS (metres)
            Columns, all optional: ``road_id``, ``class`` (OpenStreetMap's highway words, or 主干路, 支路, 台阶 …),
            ``oneway`` (``no``, ``yes``, ``reverse``; B, F, T; 双向, 单向, 反向), ``maxspeed_kmh``, ``length_m``
            (instead of the drawn length), ``layer``, ``bridge``, ``tunnel``.
        mode : str or dict
            A name of `travel_modes` or a dict of changes.
        columns : dict of our name to the frame's, optional
            ``{"class": "道路等级", "oneway": "DIRECTION"}``.
        node_at_crossings : bool
            Join roads also where they cross or touch on one level. Never done unasked: a crossing without a node is
            as likely a bridge as a missing node. Roads of another ``layer``, ``bridge`` or ``tunnel`` stay apart.
        snap_tolerance_m : float
            Lead loose ends to the nearest road no farther than this; the pairs stand in ``joined``.
        gates : GeoDataFrame of points, or DataFrame with ``road_id``, optional
            ``open`` and ``close`` (``"06:00"``) or ``hours`` (``"Mo-Fr 06:00-22:00"``); optionally ``gate_id``,
            ``modes`` (``"car,ebike"``, all without it), ``kind``. A point shuts its road there, a ``road_id`` shuts the
            whole road to those who are not on it, both outside the hours and only in `at`.
        barriers : GeoDataFrame of points or lines, optional
            Points stop the road under them, lines (rivers, walls, railways) the roads on the ground that cross them,
            unless ``crossable`` is ``yes``; ``modes`` as for gates.

        Raises
        ------
        InvalidInput
            No CRS or one in degrees, unreadable columns (rows are named), nothing left to travel on, gates farther
            than 10 m from every road or with unreadable hours.
            Rows without geometry and classes closed to the mode are skipped and counted in ``skipped``.

        Examples
        --------
        >>> line = shapely.LineString([(0, 0), (120, 0)])
        >>> roads = gpd.GeoDataFrame({"road_id": ["a"]}, geometry=[line], crs="EPSG:4544")
        >>> RoadNetwork.from_frame(roads, mode="walk").edges["time_s"].tolist()
        [100.0, 100.0]
        """
        mode = resolve_mode(mode)
        if not 0 <= float(snap_tolerance_m) <= 100:
            raise InvalidInput(f"snap_tolerance_m must be within 0 … 100 m, not {snap_tolerance_m}")
        lines = read_road_lines(roads, mode, columns)
        frame = _core.Frame.around(lines.xy)
        if node_at_crossings or snap_tolerance_m > 0 or gates is not None or barriers is not None:
            parts = build_noded_network(
                lines,
                frame,
                mode,
                roads.crs,
                at_crossings=bool(node_at_crossings),
                join_m=float(snap_tolerance_m),
                gates=gates,
                barriers=barriers,
            )
            return cls(**parts)
        points = frame.to_points(lines.xy)
        core = _core.RoadNetwork.from_lines(points, lines.begin, lines.seconds, lines.passage)
        # One row a line becomes one or two edges: along, then against.
        row = np.repeat(np.arange(len(lines.seconds)), np.where(lines.passage == 0, 2, 1))
        table = {name: column[row] for name, column in lines.columns.items()}
        return cls(core, frame, mode, roads.crs, table, lines.skipped)

    @classmethod
    def from_osm(
        cls,
        path: str | os.PathLike,
        mode: Any = "walk",
        bbox: Sequence[float] | None = None,
        *,
        crs: Any = None,
        threads: int = 0,
        progress: Progress = False,
    ) -> "RoadNetwork":
        """A network from an OpenStreetMap file (``.osm.pbf``).

        Streets meet where they share a node of the file, never because they cross. Access tags, one-way streets
        (roundabouts, motorways, contraflow for bicycles), speed limits, stairs, ferries with their duration, barriers
        and turn restrictions at nodes are honoured as the mode asks; see ``restrictions`` for what became of each.

        Parameters
        ----------
        path : path
        mode : str or dict
            A name of `travel_modes` or a dict of changes. ``{"mode": "ebike", "opens": ["private"]}`` rides into
            compounds that are closed to strangers.
        bbox : (west, south, east, north) in degrees, optional
            Ways with a node in it are taken, whole.
        crs : CRS in metres, optional
            Without it a CGCS2000 three-degree zone in China, a UTM zone elsewhere, by the middle of the data.
        threads : int
        progress : bool or callable

        Raises
        ------
        IoError
            Damaged or truncated file: the byte is named.
        InvalidInput
            No way that the mode can use, a bad box or CRS.

        Examples
        --------
        >>> RoadNetwork.from_osm("town.osm.pbf", mode="ebike")  # doctest: +SKIP
        """
        return cls(**build_osm_network(path, resolve_mode(mode), bbox, crs, threads, progress))

    def __repr__(self) -> str:
        return f"RoadNetwork({self.node_count} nodes, {self.edge_count} edges, mode {self.mode!r})"

    def plot(self, *, ax=None):
        """The streets on a map; without coordinates there is none.

        Returns
        -------
        matplotlib.axes.Axes
        """
        if not isinstance(self.edges, gpd.GeoDataFrame):
            raise InvalidInput("the network has no coordinates to draw; build it with x= and y=")
        return plot.plot_area(roads=self.edges, ax=ax)

    def _repr_html_(self) -> str:
        streets = inline_map(lines=self.edges.geometry) if isinstance(self.edges, gpd.GeoDataFrame) else ""
        islands, largest = len(self.islands), self.components.loc["weak", "largest_share"]
        rows = {
            "mode": self.mode,
            "nodes": f"{self.node_count:,}",
            "edges": f"{self.edge_count:,}",
            "turn rules": f"{len(self._rules):,}",
            "gates with hours": f"{len(self.gates):,}",
            "islands": f"{islands:,} ({1 - largest:.2%} of the nodes)",
            "CRS": self.crs.name if self.crs is not None else "none",
        }
        cells = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(str(v))}</td></tr>" for k, v in rows.items())
        return f"{streets}<table><caption>RoadNetwork</caption>{cells}</table>"

    def __reduce__(self) -> tuple[Any, ...]:
        columns = {name: np.array(column) for name, column in self._plain.edge_columns().items()}
        state = {
            "format": _FORMAT,
            "node_count": self._plain.node_count,
            "points": self._plain.points,
            "edges": columns,
            "lines": tuple(np.array(part) for part in self._plain.line_columns()),
            "origin": None if self._frame is None else tuple(self._frame.origin),
            "mode": mode_row(self._mode),
            "crs": None if self.crs is None else self.crs.to_wkt(),
            "hierarchy": self._hierarchy,
            **{name: getattr(self, name) for name in ("skipped", "gates", "restrictions", "joined")},
            **{name: getattr(self, f"_{name}") for name in ("table", "rules", "node_id", "hours", "minute")},
        }
        return _unpickle, (state,)

    @property
    def mode(self) -> str:
        return self._mode.name

    @property
    def node_count(self) -> int:
        return self._plain.node_count

    @property
    def edge_count(self) -> int:
        """Directed edges: a street open both ways counts twice."""
        return self._plain.edge_count

    @property
    def nodes(self) -> pd.DataFrame:
        """One row a node: weak and strong component, and the geometry where there is one. Made on demand."""
        parts = self._plain.component_columns()
        frame = pd.DataFrame({"weak_component": parts["weak"], "strong_component": parts["strong"]})
        if self._node_id is not None:
            frame.insert(0, "osm_id", self._node_id)
        if not self._plain.has_geometry:
            return frame
        xy = self._frame.to_positions(self._plain.points)
        return gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=self.crs)

    @property
    def edges(self) -> pd.DataFrame:
        """One row a directed edge: road_id, tail, head, time_s, length_m, opposite (-1: none), geometry."""
        columns = self._plain.edge_columns()
        frame = pd.DataFrame(
            {
                **{name: column for name, column in self._table.items() if name != "length_m"},
                "tail": columns["tail"],
                "head": columns["head"],
                "time_s": columns["ms"] / 1000.0,
                "length_m": self._table["length_m"],
                "opposite": columns["opposite"],
            }
        )
        if not self._plain.has_geometry:
            return frame
        points, begin = self._plain.line_columns()
        xy = self._frame.to_positions(points)
        lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (begin,))[columns["line"]]
        against = columns["against"].astype(bool)
        lines[against] = shapely.reverse(lines[against])
        return gpd.GeoDataFrame(frame, geometry=lines, crs=self.crs)

    @property
    def components(self) -> pd.DataFrame:
        """Weak and strong components: their count, and the largest one's nodes and share."""
        return component_sizes(self._plain.component_columns())

    @property
    def islands(self) -> pd.DataFrame:
        """Parts that hang together with nothing else, but the largest; biggest first.

        Returns
        -------
        DataFrame
            ``weak_component``, ``nodes``, ``edges``, ``length_m`` (each street once) and, with geometry, a point of
            it in ``geometry``. A place on an island reaches nothing beyond: mostly the data lack a street.
        """
        parts, columns = self._plain.component_columns(), self._plain.edge_columns()
        rows = island_rows(parts, columns, self._table["length_m"])
        node = rows.pop("node").to_numpy()
        if not self._plain.has_geometry:
            return rows
        xy = self._frame.to_positions(self._plain.points[node])
        return gpd.GeoDataFrame(rows, geometry=shapely.points(xy), crs=self.crs)

    @property
    def oddities(self) -> pd.DataFrame:
        """What is allowed and yet worth a look: what, count, first (five edges or nodes).

        Edges of no time, self-loops, parallel and equal edges; nodes without a street, and such as can be entered and
        not left, or left and not entered.
        """
        return oddity_rows(self.node_count, self._plain.edge_columns())

    def snap(
        self, points: Any, *, direction: str = "any", max_off_network_m: float = 500.0, threads: int = 0
    ) -> pd.DataFrame:
        """Where points meet the network: the nearest place inside an edge, the lower edge on a tie.

        If the nearest edge lies on an island (outside the largest weak component) or, with a `direction`, leads
        nowhere in it, and a better edge lies within max(2 × the distance, the distance + 50 m), that edge is taken.

        Parameters
        ----------
        points : GeoSeries, (n, 2) float array, or 1-D integer array of nodes
        direction : {"any", "from", "to", "both"}
            What the place is for. ``from``: ways start there, so the main part of the network (the largest strong
            component) must be reached from it. ``to``: ways end there. A one-way stub is left out where it must be.
            Searches use ``from`` for origins and ``to`` for destinations.
        max_off_network_m : float
        threads : int

        Returns
        -------
        DataFrame
            ``edge`` (-1: not snapped), ``fraction`` along it from its tail, ``distance_m`` off the network,
            ``node`` when the place is an end of the edge, else -1; ``reason``: empty, ``nearest road is an
            island``, ``nearest road cannot be left``, ``nearest road cannot be reached`` (moved off it), ``too far``
            or ``no edges``.
        """
        nodes, points = read_points(points, "points", self.node_count, self.crs)
        if nodes is not None:
            zero = np.zeros(len(nodes))
            none = np.full(len(nodes), -1, dtype=np.int32)
            columns = {"edge": none, "fraction": zero, "distance_m": zero, "node": nodes, "reason": ""}
            return pd.DataFrame(columns)
        columns = self._snap(points, max_off_network_m, threads, direction)
        columns["reason"] = _REASONS[columns["reason"]]
        frame = pd.DataFrame(columns)
        frame.loc[frame["reason"] == "no edges", "distance_m"] = np.inf
        return frame

    def with_edges(
        self,
        closed: Iterable[Any] = (),
        seconds: Mapping[Any, float] | None = None,
        *,
        by: str = "road_id",
    ) -> "RoadNetwork":
        """A new network with roads closed or with other times; this one stays as it is.

        With `seconds` alone only the times are made anew, about a second for a million edges. Closing renumbers edges,
        since a closed edge is gone; nodes stay.

        Parameters
        ----------
        closed : ids
        seconds : dict of id to seconds
            By road: for the whole road, each way; a road in several parts shares it out by their present times.
        by : {"road_id", "edge"}
            What the ids name: roads, or directed edges, which are rows of `edges`.

        Raises
        ------
        InvalidInput
            Unknown ids; times that are negative, not finite or over 10⁶ s.

        Examples
        --------
        >>> net = RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
        >>> net.with_edges(seconds={0: 30}).edges["time_s"].tolist()
        [30.0]
        """
        ids, closed, seconds = read_changes(self._table["road_id"], closed, seconds, by)
        columns = self._plain.edge_columns()
        times = shared_out(ids, columns, seconds, whole=by == "road_id")
        is_closed = ids.isin(closed).to_numpy()
        if not is_closed.any():
            ms = np.rint(times * 1000.0).astype(np.uint32)  # as the core rounds
            return self._changed(self._plain.with_times(ms), hours=None)
        core = self._plain.with_edges(is_closed.view(np.uint8), np.ascontiguousarray(times))
        renamed = np.where(is_closed, -1, np.cumsum(~is_closed) - 1).astype(np.int32)
        table = {name: column[~is_closed] for name, column in self._table.items()}
        return self._changed(core, table=table, rules=self._rules.without(renamed), hours=None, snap_index=None)

    def with_hours(self, table: pd.DataFrame) -> "RoadNetwork":
        """The same streets with speeds by hour of the week; `at` picks the hour.

        Parameters
        ----------
        table : DataFrame
            Columns ``start``, ``end`` (full hours, ``"07:00"``) and ``speed_factor`` (1 is the ordinary speed);
            optionally ``weekdays`` (``"1-5"``, ``"6,7"``; every day without it) and ``class`` (all classes without it).
            Hours that no row names keep their ordinary speed; a row with a class wins over one without.

        Raises
        ------
        InvalidInput
            Two rows for one hour and class, hours that are not full, factors that are not within 0.01 … 100 (rows are
            named), classes that the network lacks.

        Notes
        -----
        Each hour is a network of its own, and a journey keeps the speeds of the hour in which it starts: there is no
        search over time, so nobody can arrive earlier by leaving later in a way that such a search would have to fear.

        Examples
        --------
        >>> net = RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
        >>> rush = net.with_hours(pd.DataFrame({"start": ["07:00"], "end": ["09:00"], "speed_factor": [0.5]}))
        >>> rush.at("2 08:30").edges["time_s"].tolist(), rush.at("2 10:00").edges["time_s"].tolist()
        ([120.0], [60.0])
        """
        words = self._table.get("class", np.full(self.edge_count, "unclassified", dtype=object))
        return self._changed(self._plain, hours=hour_times(table, words, self._plain.edge_columns()["ms"]))

    def at(self, moment: str) -> "RoadNetwork":
        """The network at a moment of the week (``"2 08:30"``): that hour's speeds, gates shut by the clock."""
        minute = minute_of_week(moment)
        if self._hours is None:
            return self._changed(self._plain, minute=minute)
        return self._changed(self._plain.with_times(self._hours.at(minute // 60)), minute=minute)

    @property
    def hierarchy(self) -> Hierarchy | None:
        """The hierarchy that the network keeps, None before one was built or loaded."""
        return self._hierarchy

    def build_hierarchy(self, *, threads: int = 0, progress: Progress = False) -> Hierarchy:
        """Build a hierarchy and keep it: from then on many full trees cost a fraction.

        `travel_times`, `find_pairs` and `reduce_times` do so by themselves where it pays. About 10 µs a node;
        the same on any number of threads.

        Examples
        --------
        >>> net = RoadNetwork.from_arrays(tail=[0, 1], head=[1, 2], seconds=[60, 90])
        >>> net.build_hierarchy().node_count
        3
        """
        self._hierarchy = hierarchy.build(self, threads, progress)
        return self._hierarchy

    def load_hierarchy(self, path: Any) -> Hierarchy:
        """Read what `Hierarchy.save` wrote and keep it.

        Raises
        ------
        InvalidInput
            The file is no hierarchy, is damaged, or belongs to a network with other nodes, edges or times.
        IoError
            The file cannot be read.
        """
        self._hierarchy = hierarchy.load(self, path)
        return self._hierarchy

    def _changed(self, core: "_core.RoadNetwork", **changes: Any) -> "RoadNetwork":
        kept = {name: getattr(self, name) for name in ("crs", "skipped", "gates", "restrictions", "joined")}
        own = ("frame", "mode", "table", "rules", "node_id", "hours", "minute", "snap_index")
        kept |= {name: getattr(self, f"_{name}") for name in own}
        return RoadNetwork(core, **(kept | changes))

    def _shut_gates(self) -> np.ndarray:
        if self._minute is None:
            return np.zeros(len(self.gates), dtype=bool)
        return np.array([not is_open(week_intervals(hours), self._minute) for hours in self.gates["hours"]], dtype=bool)

    def _snap(self, xy: np.ndarray, max_off_network_m: float, threads: int, direction: str) -> dict[str, np.ndarray]:
        if direction not in _DIRECTIONS:
            raise InvalidInput(f"direction must be one of {', '.join(_DIRECTIONS)}, not {direction!r}")
        if not self._plain.has_geometry:
            raise InvalidInput(
                "the network has no coordinates in metres, so points cannot be snapped: give node indices"
            )
        fits = self._frame.fits(xy).astype(bool)
        refuse(~fits, "points: coordinates lie over 500 km from the network: check the CRS")
        if self._snap_index is None:
            self._snap_index = _core.SnapIndex(self._plain)
        return self._snap_index.snap(
            self._frame.to_points(xy), float(max_off_network_m), threads, _DIRECTIONS.index(direction)
        )

    def _places(self, points: Any, name: str, max_off_network_m: float, direction: str = "any") -> "_core.Places":
        nodes, xy = read_points(points, name, self.node_count, self.crs)
        if nodes is not None:
            return _core.Places.at_nodes(nodes)
        columns = self._snap(xy, max_off_network_m, 0, direction)
        return _core.Places.at_edges(
            columns["edge"],
            columns["node"],
            columns["fraction"],
            columns["distance_m"],
            self._mode.off_network_kmh / 3.6,
        )


def _unpickle(state: dict[str, Any]) -> RoadNetwork:
    if state["format"] != _FORMAT:
        raise InvalidInput(
            f"this network was pickled in format {state['format']}, which this version does not read; build it again"
        )
    core = _core.RoadNetwork.from_columns(state["node_count"], state["points"], state["edges"], *state["lines"])
    frame = None if state["origin"] is None else _core.Frame(*state["origin"])
    names = ("table", "skipped", "rules", "gates", "restrictions", "joined", "node_id", "hours", "minute")
    kept = {name: state[name] for name in names}
    network = RoadNetwork(core, frame, resolve_mode(state["mode"]), _crs(state["crs"]), **kept)
    network._hierarchy = state.get("hierarchy")
    return network


def _crs(crs: Any) -> Any:
    if crs is None:
        return None
    import pyproj

    return pyproj.CRS.from_user_input(crs)
