"""Where points meet a network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from .points import read_points, refuse

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


class NetworkPlaces:
    """How a `RoadNetwork` takes points and nodes."""

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

    def _places(self, points: Any, name: str, max_off_network_m: float, direction: str = "any") -> _core.Places:
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
