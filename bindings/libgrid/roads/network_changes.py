"""Other networks of the same streets: roads closed, other times, hours of the week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .. import _core
from ..moments import is_open, minute_of_week, week_intervals
from .changes import read_changes, shared_out
from .hours import hour_times

if TYPE_CHECKING:
    from .network import RoadNetwork


class NetworkChanges:
    """The changes of a `RoadNetwork`; each gives a new one."""

    def with_edges(
        self,
        closed: Iterable[Any] = (),
        seconds: Mapping[Any, float] | None = None,
        *,
        by: str = "road_id",
    ) -> RoadNetwork:
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
        >>> import libgrid as lg
        >>> net = lg.RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
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

    def with_hours(self, table: pd.DataFrame) -> RoadNetwork:
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
        >>> import libgrid as lg
        >>> net = lg.RoadNetwork.from_arrays(x=[0, 100], y=[0, 0], tail=[0], head=[1], seconds=[60])
        >>> rush = net.with_hours(pd.DataFrame({"start": ["07:00"], "end": ["09:00"], "speed_factor": [0.5]}))
        >>> rush.at("2 08:30").edges["time_s"].tolist(), rush.at("2 10:00").edges["time_s"].tolist()
        ([120.0], [60.0])
        """
        words = self._table.get("class", np.full(self.edge_count, "unclassified", dtype=object))
        return self._changed(self._plain, hours=hour_times(table, words, self._plain.edge_columns()["ms"]))

    def at(self, moment: str) -> RoadNetwork:
        """The network at a moment of the week (``"2 08:30"``): that hour's speeds, gates shut by the clock."""
        minute = minute_of_week(moment)
        if self._hours is None:
            return self._changed(self._plain, minute=minute)
        return self._changed(self._plain.with_times(self._hours.at(minute // 60)), minute=minute)

    def _changed(self, core: _core.RoadNetwork, **changes: Any) -> RoadNetwork:
        kept = {name: getattr(self, name) for name in ("crs", "skipped", "gates", "restrictions", "joined")}
        own = ("frame", "mode", "table", "rules", "node_id", "hours", "minute", "snap_index")
        kept |= {name: getattr(self, f"_{name}") for name in own}
        return type(self)(core, **(kept | changes))

    def _shut_gates(self) -> np.ndarray:
        if self._minute is None:
            return np.zeros(len(self.gates), dtype=bool)
        return np.array([not is_open(week_intervals(hours), self._minute) for hours in self.gates["hours"]], dtype=bool)
