"""One way: its streets, turns and legs off the network."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import plot
from ..directions import heading, sentence, turn_of
from ..inline_map import inline_map


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
                xy = joined(self._pieces[first:end])
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


def joined(lines: np.ndarray) -> np.ndarray:
    """The coordinates of consecutive lines without the points that they share."""
    xy = shapely.get_coordinates(lines)
    keep = np.r_[True, (xy[1:] != xy[:-1]).any(axis=1)]
    return xy[keep] if keep.sum() > 1 else xy[:2]
