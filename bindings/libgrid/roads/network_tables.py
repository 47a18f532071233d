"""What a network holds, as tables and on a map."""

from __future__ import annotations

import html

import geopandas as gpd
import pandas as pd
import shapely

from .. import plot
from .._core import InvalidInput
from ..inline_map import inline_map
from .parts import component_sizes, island_rows, oddity_rows


class NetworkTables:
    """The readings of a `RoadNetwork`."""

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

    def plot(self, *, ax=None):
        """The streets on a map; without coordinates there is none.

        Returns
        -------
        matplotlib.axes.Axes
        """
        if not isinstance(self.edges, gpd.GeoDataFrame):
            raise InvalidInput("the network has no coordinates to draw; build it with x= and y=")
        return plot.plot_area(roads=self.edges, ax=ax)

    def __repr__(self) -> str:
        return f"RoadNetwork({self.node_count} nodes, {self.edge_count} edges, mode {self.mode!r})"

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
