"""The ways of many pairs, as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core, plot
from ..ragged import from_lines
from ..roads.network import RoadNetwork
from .path import Path, joined


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
    _off: tuple[Ends, Ends]
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
            whole = shapely.LineString(joined(lines)) if len(lines) else shapely.LineString()
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
            shapes[i] = shapely.LineString(joined(self._lines[self._ptr[i] : self._ptr[i + 1]]))
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=self._net.crs)


@dataclass(frozen=True, eq=False)
class Ends:
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


def _of(table: dict[str, np.ndarray], name: str, edge: np.ndarray) -> Any:
    return table[name][edge] if name in table else [None] * len(edge)


def _text(value: Any) -> str | None:
    return None if value is None or value != value or value == "" else str(value)
