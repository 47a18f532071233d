"""Workload: annual minutes asked by the people of each grid and team, against the minutes offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from .coverage import _labels

RULE_COLUMNS = [
    "group", "mode", "per_year", "minutes", "staff", "first_within_days", "min_interval_days",
    "prevalence", "source", "confidence",
]  # fmt: skip

TRAVEL_MIN = 11.8  # a journey to a home visit where none is known: Swiss Medical Weekly 2023, 3295


def service_rules() -> pd.DataFrame:
    """The contacts that each group of people gets every year: a table to edit for `measure_workload`.

    Columns: group (households' column ``n_<group>``), mode (home, station, phone, centre), per_year (a
    person or case), minutes (without travel), staff, first_within_days, min_interval_days, prevalence (share
    of usual residents, used where a count is unknown), source, confidence. Counts are people at hand, but
    for newborn, pregnant and tuberculosis cases a year. The home visit after birth is one visit to mother
    and child: it is in newborn, and the row in pregnant has ``per_year`` 0. Minutes are assumptions, for no
    official Chinese norm was found.

    Examples
    --------
    >>> import libgrid as lg
    >>> rules = lg.service_rules()
    >>> rules.loc[rules.group == "age65", ["mode", "per_year", "minutes"]].values.tolist()
    [['centre', 1.0, 30.0]]
    """
    rules = _core.default_service_rules()
    return pd.DataFrame({name: [getattr(rule, name) for rule in rules] for name in RULE_COLUMNS})


def _rules(rules: pd.DataFrame | None) -> list[_core.ServiceRule]:
    if rules is None:
        return _core.default_service_rules()
    missing = {"group", "mode", "per_year", "minutes"} - set(rules.columns)
    if missing:
        raise _core.InvalidInput(f"service rules: columns {sorted(missing)} are missing; see service_rules()")
    given = rules[[name for name in RULE_COLUMNS if name in rules.columns]]
    return [_core.ServiceRule(**row) for row in given.to_dict("records")]


def balance(loads: Any, weights: Any = None) -> dict[str, float]:
    """How evenly loads are shared.

    Parameters
    ----------
    loads : (n,) array
        0 or more.
    weights : (n,) array, optional
        How often each load counts.

    Returns
    -------
    dict
        gini (0 … 1 - 1/n), cv, theil, max_over_mean, range_over_mean, jain (1/n … 1), mean, n. Equal loads,
        and loads that are all zero: 0 but for max_over_mean and jain, which are 1. Without loads: NaN.

    Raises
    ------
    InvalidInput
        An entry that is negative, NaN or infinite, named by its index; weights that are all 0.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.balance([1, 2, 3, 4])["gini"]
    0.25
    """
    weight = [] if weights is None else weights
    column = np.ascontiguousarray(loads, dtype=float)
    if weights is not None and column.size != np.size(weights):
        raise _core.InvalidInput(f"loads and weights differ in length: {column.size} and {np.size(weights)}")
    if np.size(weights) and weights is not None and not np.any(weights):
        raise _core.InvalidInput("weights are all 0: no load would count")
    return _core.measure_balance(column, np.ascontiguousarray(weight, dtype=float))


@dataclass(frozen=True, eq=False, repr=False)
class Workload:
    """Annual minutes asked and offered; made by `measure_workload`.

    Attributes
    ----------
    teams, grids : DataFrame
        Rows by id: households, residents (usual), care_min, travel_min, asked_min (their sum), estimated_min
        (of the asked, from prevalence), home_visits, offered_min (a grid: its residents' share of its
        team's), load (asked ÷ offered; inf without minutes, NaN without either), one n_<group> a group
        (known and estimated people), estimated (the groups that are).
    unassigned : DataFrame
        The same columns for the households in no team's field and in no grid: with them everything adds up.
    balance : dict
        `balance` of the teams' finite loads; left_out counts the teams whose load is not finite.
    """

    teams: pd.DataFrame
    grids: pd.DataFrame
    unassigned: pd.DataFrame
    balance: dict[str, float]

    def __repr__(self) -> str:
        asked = self.teams["asked_min"].sum() + self.unassigned["asked_min"].iloc[0]
        return f"Workload({len(self.teams)} teams, {len(self.grids)} grids, {asked:,.0f} min a year asked)"

    def plot(self, *, ax=None):
        """Load of each team, busiest on top, with the line where minutes asked equal minutes offered.

        Returns
        -------
        matplotlib.axes.Axes
        """
        named = self.teams if "team_id" in self.teams else self.teams.rename_axis("team_id").reset_index()
        return plot.plot_load(named, ax=ax)

    def _repr_html_(self) -> str:
        columns = ["residents", "asked_min", "estimated_min", "offered_min", "load"]
        shown = self.teams[columns].sort_values("load", ascending=False, kind="stable").head(20)
        table = shown.to_html(border=0, na_rep="–", formatters={"load": "{:.2f}".format}, float_format="{:,.0f}".format)
        return f"<p>{self!r}, Gini of the loads {self.balance['gini']:.3f}</p>{table}"


def _table(found: dict[str, Any], groups: list[str], ids: Sequence[Any]) -> pd.DataFrame:
    people, estimated = found.pop("people"), found.pop("estimated").astype(bool)
    frame = pd.DataFrame(found, index=pd.Index([*ids, None], dtype=object))
    frame[[f"n_{group}" for group in groups]] = people
    names = np.array(groups, dtype=object)
    frame["estimated"] = [", ".join(names[row]) for row in estimated]
    return frame


def measure_workload_columns(
    counts: pd.DataFrame,
    usual: Any,
    grid_of: Any,
    team_of: Any,
    *,
    offered_min: Any,
    n_grids: int | None = None,
    rules: pd.DataFrame | None = None,
    travel_min: Any = TRAVEL_MIN,
    grid_ids: Sequence[Any] | None = None,
    team_ids: Sequence[Any] | None = None,
) -> Workload:
    """Measure the work that households ask of their grids' teams.

    asked = Σ people × contacts a year × minutes + home visits × journey. An unknown count (NaN, or no such
    column) is prevalence × usual residents, and is marked. Every condition counts by itself: that one visit
    may serve several conditions needs data on persons, so the minutes are an upper bound.

    Parameters
    ----------
    counts : DataFrame, n rows
        Columns n_<group>; others are ignored.
    usual : (n,) array
        Usual residents.
    grid_of, team_of : (n,) integers
        Grid of the household and team of that grid, -1 for none.
    offered_min : (teams,) array
        Annual minutes.
    n_grids : int, optional
        Needed where `grid_ids` is not given.
    rules : DataFrame, optional
        As `service_rules`, edited.
    travel_min : float or (n,) array
        Minutes of the journey to a home visit.

    Raises
    ------
    InvalidInput
        Lengths that differ, labels out of range, values that are negative or infinite, rules that cannot be.

    Examples
    --------
    >>> import pandas as pd
    >>> from libgrid.workload import measure_workload_columns
    >>> panel = {"hypertension": 200, "diabetes": 70, "age65": 272, "mental": 10, "tuberculosis": 1,
    ...          "newborn": 14, "homebound": 8, "child0_6": 0, "pregnant": 0, "key": 0, "next_key": 0}
    >>> counts = pd.DataFrame({f"n_{group}": [n] for group, n in panel.items()})
    >>> work = measure_workload_columns(counts, [2000], [0], [0], offered_min=[176640], n_grids=1)
    >>> work.teams[["care_min", "home_visits", "travel_min"]].round(1).values.tolist()
    [[28664.0, 151.0, 1781.8]]
    """
    checked = _rules(rules)
    groups = list(dict.fromkeys(rule.group for rule in checked if f"n_{rule.group}" in counts.columns))
    known = counts[[f"n_{group}" for group in groups]]
    offered = np.ascontiguousarray(offered_min, dtype=float)
    if grid_ids is None and n_grids is None:
        raise _core.InvalidInput("give grid_ids or n_grids: how many grids there are")
    grids = list(range(n_grids)) if grid_ids is None else list(grid_ids)
    teams = list(range(offered.size)) if team_ids is None else list(team_ids)
    found = _core.measure_workload(
        groups,
        np.ascontiguousarray(known.to_numpy(dtype=float, na_value=np.nan)),
        np.ascontiguousarray(usual, dtype=float),
        _labels(grid_of, "grid_of"),
        _labels(team_of, "team_of"),
        len(grids),
        len(teams),
        offered,
        np.ascontiguousarray(np.atleast_1d(travel_min), dtype=float),
        checked,
    )
    by_team = _table(found["teams"], found["groups"], teams)
    by_grid = _table(found["grids"], found["groups"], grids)
    unassigned = pd.concat([by_team.iloc[-1:], by_grid.iloc[-1:]]).set_axis(["no team", "no grid"])
    by_team, by_grid = by_team.iloc[:-1], by_grid.iloc[:-1]
    finite = by_team["load"][np.isfinite(by_team["load"])]
    return Workload(by_team, by_grid, unassigned, {**balance(finite), "left_out": len(by_team) - len(finite)})
