"""Streets as a directed graph: built from columns, from centre lines or from an OpenStreetMap file."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import _core, hierarchy
from .._core import InvalidInput
from ..hierarchy import Hierarchy
from ..progress import Progress
from ..travel_mode import mode_row, resolve_mode
from .arrays import build_from_arrays
from .from_osm import build_osm_network
from .hours import HourTimes
from .lines import read_road_lines
from .network_changes import NetworkChanges
from .network_places import NetworkPlaces
from .network_tables import NetworkTables
from .noding import build_noded_network
from .turns import TurnRules

_FORMAT = 1  # of pickled networks


class RoadNetwork(NetworkTables, NetworkPlaces, NetworkChanges):
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
        >>> import shapely
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
