"""Coverage: who is reached in time. Access (a site, 15 minutes) and response (the own team, 10 minutes)
are two questions and never mixed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from . import _core, plot

_DEFAULT_THRESHOLD_S = {"access": 900.0, "response": 600.0}
_GROUP_COLUMNS = [
    "people", "covered", "covered_share", "uncovered", "unreachable", "uncertain",
    "mean_s", "median_s", "p90_s", "share_8min", "share_10min", "share_15min",
]  # fmt: skip
_RESPONSE_COLUMNS = ["no_team", "covered_by_nearest", "mean_boundary_cost_s"]


def _read_only(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array


def _flags(values: Any) -> np.ndarray | None:
    """True/false per row as uint8; refuses anything else, so that no number passes for a flag."""
    if values is None:
        return None
    array = np.asarray(values)
    if array.dtype != bool:
        raise _core.InvalidInput("open and uncertain are true/false per column and household: give booleans")
    return np.ascontiguousarray(array).view(np.uint8)


def _labels(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise _core.InvalidInput(f"{name}: must be whole numbers, -1 for none, not {array.dtype}")
    if array.size and (array.min() < -1 or array.max() > np.iinfo(np.int32).max):
        raise _core.InvalidInput(f"{name}: must be -1 (none) or a row number")
    return np.ascontiguousarray(array, dtype=np.int32)


def _times(times_s: Any, open_columns: np.ndarray | None) -> _core.Times:
    """The core's view of a matrix, of TravelPairs (ptr, index, ms) or of Nearest (index, time_s)."""
    if isinstance(times_s, pd.DataFrame):
        times_s = times_s.to_numpy(dtype=float)
    if hasattr(times_s, "ptr"):
        shape = getattr(times_s, "shape", None)
        columns = shape[1] if shape else -1
        return _core.Times.pairs(
            np.ascontiguousarray(times_s.ptr, np.int64),
            np.ascontiguousarray(times_s.index, np.int32),
            np.ascontiguousarray(times_s.ms, np.uint32),
            columns,
        )
    if hasattr(times_s, "index") and hasattr(times_s, "time_s"):
        index = np.asarray(times_s.index)
        shape = (len(index), 1) if index.ndim == 1 else index.shape
        return _core.Times.nearest(
            np.ascontiguousarray(index, np.int32).reshape(shape),
            np.ascontiguousarray(times_s.time_s, np.float64).reshape(shape),
            -1 if open_columns is None else len(open_columns),
        )
    given = np.asarray(times_s)
    if given.dtype.kind in "bSUM" or (given.dtype == object and any(isinstance(v, (str, bool)) for v in given.flat)):
        raise _core.InvalidInput("times_s must be numbers of seconds, not text or true/false")
    matrix = np.ascontiguousarray(given, dtype=np.float64)
    if matrix.ndim != 2:
        raise _core.InvalidInput("times_s must be a matrix of households by sites or teams, pairs or nearest")
    return _core.Times.matrix(matrix)


def _residents(residents: Any) -> tuple[pd.DataFrame, np.ndarray]:
    if isinstance(residents, pd.DataFrame):
        frame = residents
    elif isinstance(residents, pd.Series):
        frame = residents.to_frame("residents" if residents.name is None else residents.name)
    else:
        values = np.asarray(residents)
        names = ["residents"] if values.ndim == 1 else [f"group_{i}" for i in range(values.shape[1])]
        frame = pd.DataFrame(values, columns=names)
    return frame, np.ascontiguousarray(frame.to_numpy(dtype=float, na_value=np.nan))


@dataclass(frozen=True, eq=False, repr=False)
class Coverage:
    """Who is reached in time; made by `measure_coverage`. All arrays are read-only, one entry a household.

    Attributes
    ----------
    kind : {"access", "response"}
    threshold_s : float
        Inclusive.
    time_s : (n,) float64
        To the nearest open site (access) or from the own team (response); inf where there is no way.
    nearest : (n,) int32
        Nearest open site or team, -1 for none.
    covered, uncertain : (n,) bool
        Uncertain: not covered by what is known, and flagged.
    groups : DataFrame
        One row a group of residents: people, covered, covered_share, uncovered, unreachable, uncertain,
        mean_s, median_s, p90_s (of those who are reached), share_8min, share_10min, share_15min; response
        adds no_team, covered_by_nearest, mean_boundary_cost_s. people = covered + uncovered; the uncertain
        are among the uncovered.
    residents : DataFrame
        As given; its index holds the households' ids.
    own_team_time_s, nearest_time_s, boundary_cost_s : (n,) float64 or None
        Response only. Boundary cost: own - nearest; inf when the own team cannot come, NaN
        without an own team.
    """

    kind: Literal["access", "response"]
    threshold_s: float
    time_s: np.ndarray
    nearest: np.ndarray
    covered: np.ndarray
    uncertain: np.ndarray
    groups: pd.DataFrame
    residents: pd.DataFrame = field(repr=False)
    own_team_time_s: np.ndarray | None = None
    nearest_time_s: np.ndarray | None = None
    boundary_cost_s: np.ndarray | None = None

    @property
    def covered_share(self) -> float:
        """Share of people of the first group who are covered."""
        return float(self.groups["covered_share"].iloc[0])

    def share(self, group: str) -> float:
        """Share of people of one group who are covered."""
        return float(self.groups.set_index("group").loc[group, "covered_share"])

    @property
    def frame(self) -> pd.DataFrame:
        """One row a household, with the index of the residents that were given."""
        columns = {"time_s": self.time_s, "nearest": self.nearest, "covered": self.covered}
        columns["uncertain"] = self.uncertain
        if self.kind == "response":
            columns |= {"nearest_time_s": self.nearest_time_s, "boundary_cost_s": self.boundary_cost_s}
        return pd.DataFrame(columns, index=self.residents.index)

    def by(self, labels: Any, ids: Any = None, *, group: str | None = None) -> pd.DataFrame:
        """The same numbers for each grid, team or site.

        Parameters
        ----------
        labels : (n,) integers or texts
            One a household: row numbers of `ids` with -1 for none, or the ids themselves.
        ids : sequence, optional
            Names of the labels 0 … k-1.
        group : str, optional
            Group of residents; the first if not given.

        Returns
        -------
        DataFrame
            Rows by id: households, people, unreachable, covered, covered_share, mean_s, median_s, p90_s,
            max_s. Households without a label are in a last row named None, so that people add up.
        """
        values = labels if isinstance(labels, pd.Series) else pd.Series(np.asarray(labels))
        if not pd.api.types.is_integer_dtype(values.dtype) and ids is None:
            codes, ids = pd.factorize(values, sort=True)
        else:
            codes = _labels(values, "labels")
        codes = _labels(codes, "labels")
        count = len(ids) if ids is not None else int(codes.max(initial=-1)) + 1
        people = self.residents[group] if group is not None else self.residents.iloc[:, 0]
        rows = _core.summarise(self.time_s, np.ascontiguousarray(people, dtype=float), codes, count, self.threshold_s)
        table = pd.DataFrame(rows, index=pd.Index([*(range(count) if ids is None else ids), None], dtype=object))
        return table if rows[-1]["households"] else table.iloc[:-1]

    def __repr__(self) -> str:
        share = f"{self.covered_share:.1%}"
        return f"Coverage({self.kind}, {len(self.time_s)} households, {share} within {self.threshold_s:g} s)"

    def plot(self, *, group: str | None = None, ax=None):
        """Which share of the people is reached within how many minutes; response: by the own and by the nearest team.

        Parameters
        ----------
        group : str, optional
            Of residents; the first if not given.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        people = self.residents[group] if group is not None else self.residents.iloc[:, 0]
        times = {"nearest open site 最近站点": self.time_s / 60}
        if self.kind == "response":
            own, nearest = self.own_team_time_s, self.nearest_time_s
            times = {"own team 本网格团队": own / 60, "nearest team 最近团队": nearest / 60}
        return plot.plot_curve(times, people, thresholds_min=(self.threshold_s / 60,), ax=ax)

    def _repr_html_(self) -> str:
        columns = ["group", "people", "covered_share", "uncovered", "uncertain", "mean_s", "p90_s"]
        table = self.groups[columns].to_html(
            index=False,
            border=0,
            na_rep="–",
            formatters={"covered_share": "{:.1%}".format},
            float_format="{:,.0f}".format,
        )
        head = f"<b>{self.kind}</b> within {self.threshold_s / 60:g} min, {len(self.time_s)} households"
        return f"<p>{head}</p>{table}"


def _open_at(moment: str, area: Any, given: Any, kind: str) -> np.ndarray:
    """Which columns have a session at a moment of the week."""
    from .questions import open_sites

    if area is None:
        raise _core.InvalidInput(
            "moment needs the sessions of a study area: give area=, or open=, true for each column with a session then"
        )
    if kind != "access" or given is not None:
        raise _core.InvalidInput(
            "moment belongs to kind='access', whose columns are the area's sites; it replaces open="
        )
    return open_sites(area, moment)


def measure_coverage(
    times_s: Any,
    residents: Any,
    *,
    kind: Literal["access", "response"] = "access",
    threshold_s: float | None = None,
    plan: Any = None,
    moment: str | None = None,
    area: Any = None,
    open: Any = None,
    uncertain: Any = None,
    threads: int = 0,
) -> Coverage:
    """Measure who is reached within a threshold.

    Parameters
    ----------
    times_s : (n, m) array, TravelPairs or Nearest
        Seconds, one row a household, one column a site (access: household → site) or team (response: team →
        household, turnout included); inf where there is no way.
    residents : (n,) vector or DataFrame of groups
        People by household: usual, migrant, all, key, signed …
    kind : {"access", "response"}
        Access asks for the nearest open site; response asks for the household's own team.
    threshold_s : float, optional
        Inclusive, and a time of zero counts. 900 for access (the 15-minute circle), 600 for response.
    plan : Plan or (n,) integers
        Response only: column of each household's own team, -1 for none.
    moment : str, optional
        ``"2 10:00"``, Tuesday ten o'clock: only sites with a session then count. Needs `area`.
    area : StudyArea, optional
        Whose sites the columns are, for `moment`.
    open : (m,) booleans, optional
        Columns that have a session or are on duty; all if not given.
    uncertain : (n,) booleans, optional
        Households near the edge, whose neighbours beyond it are not known. If such a household is not
        covered by what is known, it is marked uncertain.
    threads : int
        0: one a core; never changes a result.

    Returns
    -------
    Coverage

    Raises
    ------
    InvalidInput
        Lengths that differ, NaN or negative times, negative people, teams out of range, a threshold that is
        not above 0, a Nearest that holds too few columns to know the answer.

    Examples
    --------
    >>> import libgrid as lg
    >>> times_s = [[300.0, 800.0], [1000.0, 900.0], [float("inf"), 1200.0]]
    >>> c = lg.measure_coverage(times_s, [2, 3, 5])
    >>> c.covered.tolist(), c.nearest.tolist(), c.covered_share
    ([True, True, False], [0, 1, 1], 0.5)
    >>> r = lg.measure_coverage(times_s, [2, 3, 5], kind="response", plan=[1, 0, 1])
    >>> r.boundary_cost_s.tolist()
    [500.0, 100.0, 0.0]
    """
    if kind not in _DEFAULT_THRESHOLD_S:
        raise _core.InvalidInput(f"kind: '{kind}' is neither 'access' nor 'response'")
    if moment is not None:
        open = _open_at(moment, area, open, kind)
    if hasattr(plan, "household_team"):
        plan = plan.household_team()
    if (plan is None) == (kind == "response"):
        raise _core.InvalidInput(
            "kind='response' needs plan=, the column of each household's own team (-1 for none)"
            if kind == "response"
            else "plan= belongs to kind='response': access asks for the nearest open site, whoever's it is"
        )
    threshold = _DEFAULT_THRESHOLD_S[kind] if threshold_s is None else float(threshold_s)
    frame, people = _residents(residents)
    open_columns = _flags(open)
    arguments = (threshold, open_columns, _flags(uncertain), threads)
    times = _times(times_s, open_columns)
    if kind == "access":
        found = _core.measure_access(times, people, *arguments)
    else:
        found = _core.measure_response(times, people, _labels(plan, "plan"), *arguments)
    columns = _GROUP_COLUMNS + (_RESPONSE_COLUMNS if kind == "response" else [])
    groups = pd.DataFrame(found["groups"], columns=columns)
    groups.insert(0, "group", [str(c) for c in frame.columns])
    time_s = _read_only(found["time_s"])
    extra = {}
    if kind == "response":
        extra = {
            "own_team_time_s": time_s,
            "nearest_time_s": _read_only(found["nearest_time_s"]),
            "boundary_cost_s": _read_only(found["boundary_cost_s"]),
        }
    return Coverage(
        kind=kind,
        threshold_s=threshold,
        time_s=time_s,
        nearest=_read_only(found["nearest"]),
        covered=_read_only(found["covered"].view(bool)),
        uncertain=_read_only(found["uncertain"].view(bool)),
        groups=groups,
        residents=frame.copy(),
        **extra,
    )
