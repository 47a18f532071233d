"""Streets as a directed graph: built from columns or from centre lines."""

from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .road_lines import read_road_lines
from .travel_mode import resolve_mode

_REASONS = np.array(["", "nearest road is an island", "too far", "no edges"], dtype=object)


class RoadNetwork:
    """A street network for one travel mode. Immutable; make one with `from_arrays` or `from_frame`.

    Attributes
    ----------
    mode : str
        The travel mode's name.
    crs : pyproj.CRS or None
    skipped : dict
        How many rows were not taken, by reason.
    """

    def __init__(self, core: "_core.RoadNetwork", frame: Any, mode: Any, crs: Any, table: dict, skipped: dict):
        self._core = core
        self._frame = frame
        self._mode = mode
        self._table = table  # columns by edge: road_id, length_m, class
        self._snap_index = None
        self.crs = crs
        self.skipped = skipped

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
        tail, head = _nodes_column(tail, "tail"), _nodes_column(head, "head")
        seconds = np.ascontiguousarray(seconds, dtype=np.float64)
        if tail.ndim != 1 or tail.shape != head.shape or seconds.shape != tail.shape:
            raise InvalidInput("tail, head and seconds must be columns of one length")
        points, frame = np.zeros((0, 2), dtype=np.int32), None
        if (x is None) != (y is None):
            raise InvalidInput("give both x and y, or neither")
        if x is not None:
            x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
            if x.ndim != 1 or x.shape != y.shape:
                raise InvalidInput("x and y must be columns of one length")
            if node_count is not None and node_count != len(x):
                raise InvalidInput("node_count differs from the number of coordinates")
            node_count = len(x)
            xy = np.column_stack([x, y])
            _refuse(~np.isfinite(xy).all(axis=1), "x, y: coordinates are not finite")
            frame = _core.Frame.around(xy)
            if bool(frame.fits(xy).all()):
                points = frame.to_points(xy)
            else:  # times are still good; only snapping needs metres
                frame = None
        if node_count is None:
            node_count = int(max(tail.max(initial=-1), head.max(initial=-1))) + 1
        if node_count < 1:
            raise InvalidInput("the network is empty: it has no nodes")
        core = _core.RoadNetwork.from_edges(node_count, points, tail, head, seconds, bool(undirected))
        road_id = np.arange(len(tail))
        length_m = np.full(len(tail), np.nan)
        if x is not None:
            length_m = np.hypot(x[tail] - x[head], y[tail] - y[head])
        repeat = 2 if undirected else 1
        table = {"road_id": np.tile(road_id, repeat), "length_m": np.tile(length_m, repeat)}
        return cls(core, frame, resolve_mode(mode), _crs(crs), table, {})

    @classmethod
    def from_frame(cls, roads: gpd.GeoDataFrame, *, mode: Any = "walk") -> "RoadNetwork":
        """A network from centre lines, joined where their end points coincide to the millimetre.

        Parameters
        ----------
        roads : GeoDataFrame of LineStrings or MultiLineStrings in a projected CRS (metres)
            Columns, all optional: ``road_id``, ``class`` (OpenStreetMap's highway words), ``oneway`` (``no``,
            ``yes``, ``reverse``), ``maxspeed_kmh``, ``length_m`` (instead of the drawn length).
        mode : str or dict
            A name of `travel_modes` or a dict of changes.

        Raises
        ------
        InvalidInput
            No CRS or one in degrees, unreadable columns (rows are named), or nothing left to travel on.
            Rows without geometry and classes closed to the mode are skipped and counted in ``skipped``.

        Examples
        --------
        >>> line = shapely.LineString([(0, 0), (120, 0)])
        >>> roads = gpd.GeoDataFrame({"road_id": ["a"]}, geometry=[line], crs="EPSG:4544")
        >>> RoadNetwork.from_frame(roads, mode="walk").edges["time_s"].tolist()
        [100.0, 100.0]
        """
        mode = resolve_mode(mode)
        lines = read_road_lines(roads, mode)
        frame = _core.Frame.around(lines.xy)
        points = frame.to_points(lines.xy)
        core = _core.RoadNetwork.from_lines(points, lines.begin, lines.seconds, lines.passage)
        # One row a line becomes one or two edges: along, then against.
        row = np.repeat(np.arange(len(lines.seconds)), np.where(lines.passage == 0, 2, 1))
        table = {name: column[row] for name, column in lines.columns.items()}
        return cls(core, frame, mode, roads.crs, table, lines.skipped)

    def __repr__(self) -> str:
        return f"RoadNetwork({self.node_count} nodes, {self.edge_count} edges, mode {self.mode!r})"

    @property
    def mode(self) -> str:
        return self._mode.name

    @property
    def node_count(self) -> int:
        return self._core.node_count

    @property
    def edge_count(self) -> int:
        """Directed edges: a street open both ways counts twice."""
        return self._core.edge_count

    @property
    def nodes(self) -> pd.DataFrame:
        """One row a node: weak and strong component, and the geometry where there is one. Made on demand."""
        parts = self._core.component_columns()
        frame = pd.DataFrame({"weak_component": parts["weak"], "strong_component": parts["strong"]})
        if not self._core.has_geometry:
            return frame
        xy = self._frame.to_positions(self._core.points)
        return gpd.GeoDataFrame(frame, geometry=shapely.points(xy), crs=self.crs)

    @property
    def edges(self) -> pd.DataFrame:
        """One row a directed edge: road_id, tail, head, time_s, length_m, opposite (-1: none), geometry."""
        columns = self._core.edge_columns()
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
        if not self._core.has_geometry:
            return frame
        points, begin = self._core.line_columns()
        xy = self._frame.to_positions(points)
        lines = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, xy, (begin,))[columns["line"]]
        against = columns["against"].astype(bool)
        lines[against] = shapely.reverse(lines[against])
        return gpd.GeoDataFrame(frame, geometry=lines, crs=self.crs)

    @property
    def components(self) -> pd.DataFrame:
        """Weak and strong components: their count, and the largest one's nodes and share."""
        parts = self._core.component_columns()
        sizes = {"weak": parts["weak_size"], "strong": parts["strong_size"]}
        return pd.DataFrame(
            {
                "count": {kind: len(size) for kind, size in sizes.items()},
                "largest_nodes": {kind: int(size.max()) for kind, size in sizes.items()},
                "largest_share": {kind: float(size.max() / size.sum()) for kind, size in sizes.items()},
            }
        )

    def snap(self, points: Any, *, max_off_network_m: float = 500.0, threads: int = 0) -> pd.DataFrame:
        """Where points meet the network: the nearest place inside an edge, the lower edge on a tie.

        If the nearest edge lies on an island (outside the largest weak component) and that component has an
        edge within max(2 × the distance, the distance + 50 m), that edge is taken.

        Returns
        -------
        DataFrame
            ``edge`` (-1: not snapped), ``fraction`` along it from its tail, ``distance_m`` off the network,
            ``node`` when the place is an end of the edge, else -1; ``reason``: empty, ``nearest road is an
            island`` (moved off it), ``too far`` or ``no edges``.
        """
        nodes, points = self._read_points(points, "points")
        if nodes is not None:
            zero = np.zeros(len(nodes))
            none = np.full(len(nodes), -1, dtype=np.int32)
            columns = {"edge": none, "fraction": zero, "distance_m": zero, "node": nodes, "reason": ""}
            return pd.DataFrame(columns)
        columns = self._snap(points, max_off_network_m, threads)
        columns["reason"] = _REASONS[columns["reason"]]
        frame = pd.DataFrame(columns)
        frame.loc[frame["reason"] == "no edges", "distance_m"] = np.inf
        return frame

    def with_edges(self, closed: Iterable[Any] = (), seconds: Mapping[Any, float] | None = None) -> "RoadNetwork":
        """A new network with roads closed or with other times; this one stays as it is.

        Parameters
        ----------
        closed : road ids
        seconds : dict of road id to seconds
            For the whole road, each way; a road in several parts shares it out by their present times.

        Raises
        ------
        InvalidInput
            Unknown road ids; times that are negative, not finite or over 10⁶ s.

        Examples
        --------
        >>> net = RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
        >>> net.with_edges(seconds={0: 30}).edges["time_s"].tolist()
        [30.0]
        """
        columns = self._core.edge_columns()
        road_id = pd.Series(self._table["road_id"])
        closed, seconds = list(closed), dict(seconds or {})
        known = pd.Index(road_id.unique())
        unknown = [road for road in [*closed, *seconds] if road not in known]
        if unknown:
            shown = ", ".join(map(str, unknown[:5])) + (", …" if len(unknown) > 5 else "")
            raise InvalidInput(f"{len(unknown)} road ids are not in the network: {shown}")
        is_closed = np.ascontiguousarray(road_id.isin(closed).to_numpy())
        times = columns["ms"] / 1000.0
        new = road_id.map(seconds).to_numpy(dtype=np.float64, na_value=np.nan) if seconds else None
        if new is not None:
            bad = [road for road, value in seconds.items() if not 0 <= float(value) <= 1e6]
            if bad:
                raise InvalidInput(f"seconds: {len(bad)} times are not within 0 … 10⁶ s: {bad[:5]}")
            is_back = (columns["opposite"] >= 0) & (columns["opposite"] < np.arange(len(times)))
            groups = pd.Series(times).groupby([road_id, is_back])
            total, parts = groups.transform("sum").to_numpy(), groups.transform("size").to_numpy()
            share = np.where(total > 0, times / np.where(total > 0, total, 1), 1 / parts)
            times = np.where(np.isnan(new), times, new * share)
        core = self._core.with_edges(is_closed.view(np.uint8), np.ascontiguousarray(times))
        table = {name: column[~is_closed] for name, column in self._table.items()}
        return RoadNetwork(core, self._frame, self._mode, self.crs, table, self.skipped)

    def _snap(self, xy: np.ndarray, max_off_network_m: float, threads: int) -> dict[str, np.ndarray]:
        if not self._core.has_geometry:
            raise InvalidInput(
                "the network has no coordinates in metres, so points cannot be snapped: give node indices"
            )
        fits = self._frame.fits(xy).astype(bool)
        _refuse(~fits, "points: coordinates lie over 500 km from the network: check the CRS")
        if self._snap_index is None:
            self._snap_index = _core.SnapIndex(self._core)
        return self._snap_index.snap(self._frame.to_points(xy), float(max_off_network_m), threads)

    def _places(self, points: Any, name: str, max_off_network_m: float) -> "_core.Places":
        nodes, xy = self._read_points(points, name)
        if nodes is not None:
            return _core.Places.at_nodes(nodes)
        columns = self._snap(xy, max_off_network_m, 0)
        return _core.Places.at_edges(
            columns["edge"],
            columns["node"],
            columns["fraction"],
            columns["distance_m"],
            self._mode.off_network_kmh / 3.6,
        )

    def _read_points(self, points: Any, name: str) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Nodes or coordinates, checked: exactly one of the two."""
        if isinstance(points, (gpd.GeoSeries, gpd.GeoDataFrame)):
            geometry = points.geometry
            if geometry.crs is not None and self.crs is not None and geometry.crs != self.crs:
                hint = f"{name}.to_crs(network.crs)"
                raise InvalidInput(f"{name} are in {geometry.crs.name}, the network in {self.crs.name}: {hint}")
            values = np.asarray(geometry.array)
            _refuse(shapely.is_missing(values) | shapely.is_empty(values), f"{name}: points are missing")
            _refuse(shapely.get_type_id(values) != 0, f"{name}: geometries are not points")
            return None, np.ascontiguousarray(shapely.get_coordinates(values))
        array = np.asarray(points)
        if array.ndim == 1 and (array.dtype.kind in "iu" or array.size == 0):
            _refuse(
                (array < 0) | (array >= self.node_count),
                f"{name}: nodes are not in 0 … {self.node_count - 1}",
            )
            return np.ascontiguousarray(array, dtype=np.int32), None
        if array.ndim == 2 and array.shape[1] == 2 and array.dtype.kind in "iuf":
            xy = np.ascontiguousarray(array, dtype=np.float64)
            _refuse(~np.isfinite(xy).all(axis=1), f"{name}: coordinates are not finite")
            return None, xy
        raise InvalidInput(f"{name} must be a GeoSeries of points, an (n, 2) float array or a 1-D array of nodes")


def _refuse(bad: np.ndarray, what: str) -> None:
    """Raises InvalidInput with the count and the first five rows when any row is bad."""
    rows = np.flatnonzero(bad)
    if len(rows):
        shown = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
        raise InvalidInput(f"{what} ({len(rows)} rows: {shown})")


def _nodes_column(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidInput(f"{name} must be whole numbers")
    _refuse((array < 0) | (array > 2**31 - 2), f"{name}: nodes are out of range")
    return np.ascontiguousarray(array, dtype=np.int32)


def _crs(crs: Any) -> Any:
    if crs is None:
        return None
    import pyproj

    return pyproj.CRS.from_user_input(crs)
