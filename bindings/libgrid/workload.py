"""Workload: annual minutes asked by the people of each grid and team, against the minutes offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from . import _core, plot
from ._workload_tables import frame_of, share_by_role
from .coverage import _labels
from .progress import Progress, progress_callback
from .service_rules import core_rules, service_rules

__all__ = ["TRAVEL_MIN", "Workload", "balance", "measure_workload_columns", "service_rules"]

TRAVEL_MIN = 11.8  # a journey to a home visit where none is known: Swiss Medical Weekly 2023, 3295


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
        (of the asked, from prevalence), nested_min and disjoint_min (between which the asked minutes lie, however
        conditions fall on people), home_visits, offered_min (a grid: its residents' share of its team's), load
        (asked ÷ offered; inf without minutes, NaN without either), one n_<group> a group (known and estimated
        people), estimated (the groups that are). With an interval also asked_low_min, asked_high_min, load_low and
        load_high.
    unassigned : DataFrame
        The same columns for the households in no team's field and in no grid: with them everything adds up.
    balance : dict
        `balance` of the teams' finite loads; left_out counts the teams whose load is not finite.
    roles : DataFrame
        By team and role: asked_min, travel included, as the rules' staff shares it out; they add up to the team's.
        Where the members of the teams are given, also offered_min and load.
    merge : str
        How contacts were merged.
    interval : float or None
        The share of the draws between low and high; `draws` and `seed` give the same draws again.
    """

    teams: pd.DataFrame
    grids: pd.DataFrame
    unassigned: pd.DataFrame
    balance: dict[str, float]
    roles: pd.DataFrame = field(default_factory=pd.DataFrame)
    merge: str = "none"
    interval: float | None = None
    draws: int = 0
    seed: int | None = None

    @property
    def grid_balance(self) -> dict[str, float]:
        """`balance` of the grids' finite loads; left_out counts the others, such as grids without people."""
        return _finite_balance(self.grids["load"])

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


def _finite_balance(loads: pd.Series) -> dict[str, float]:
    finite = loads[np.isfinite(loads)]
    return {**balance(finite), "left_out": len(loads) - len(finite)}


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
    merge: str = "none",
    interval: float | None = None,
    draws: int = 1000,
    rng: Any = None,
    grid_ids: Sequence[Any] | None = None,
    team_ids: Sequence[Any] | None = None,
    threads: int = 0,
    progress: Progress = False,
) -> Workload:
    """Measure the work that households ask of their grids' teams.

    asked = Σ people × contacts a year × minutes + home visits × journey, less what merged visits save. An unknown
    count (NaN, or no such column) is prevalence × usual residents, by age where the household's ages are known (its
    counts of n_child0_6 and n_age65) and the rule has shares by age; it is marked.

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
    merge : {"none", "independent", "nested"}
        Whether a person with several conditions gets the contacts of one merge set together, as often as the most
        frequent condition asks, each as long as the longest contact due in it. Counts do not say who has several:
        "independent" takes each condition's people as drawn from the household by themselves (the mean over all
        ways in which the counts may fall on people), "nested" as few people as can be. "none", the default, counts
        every contact by itself: it is the upper bound, and the only one that needs no assumption.
    interval : float, optional
        Draw the rules' numbers from their ranges and report between what the asked minutes lie in this share of the
        draws, such as 0.9. Triangular distributions, independent of each other; the same draws for every row.
    draws : int
        1,000 settle the ends of a 90 % interval within about 2 %.
    rng : int, Generator or None
        Seed of the draws; None is 0, so that two tables can be compared draw by draw.
    threads : int
        0: one a core; never changes a result.
    progress : bool or callable

    Raises
    ------
    InvalidInput
        Lengths that differ, labels out of range, values that are negative or infinite, rules that cannot be.

    Notes
    -----
    The order of merging is that of the largest common visit: the area under the higher of two step curves of
    contacts. Latin hypercube draws: McKay, Beckman & Conover 1979.

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
    checked = core_rules(rules)
    groups = list(dict.fromkeys(rule.group for rule in checked if f"n_{rule.group}" in counts.columns))
    groups += [g for g in ("child0_6", "age65") if g not in groups and f"n_{g}" in counts.columns]  # ages
    columns = [np.ascontiguousarray(counts[f"n_{group}"].to_numpy(dtype=float, na_value=np.nan)) for group in groups]
    offered = np.ascontiguousarray(offered_min, dtype=float)
    if grid_ids is None and n_grids is None:
        raise _core.InvalidInput("give grid_ids or n_grids: how many grids there are")
    grids = list(range(n_grids)) if grid_ids is None else list(grid_ids)
    teams = list(range(offered.size)) if team_ids is None else list(team_ids)
    seed = _seed(rng) if interval is not None else None
    with progress_callback(progress, "workload") as on_progress:
        found = _core.measure_workload(
            groups,
            columns,
            np.ascontiguousarray(usual, dtype=float),
            _labels(grid_of, "grid_of"),
            _labels(team_of, "team_of"),
            len(grids),
            len(teams),
            offered,
            np.ascontiguousarray(np.atleast_1d(travel_min), dtype=float),
            checked,
            merge=merge,
            interval=interval,
            draws=draws,
            seed=seed or 0,
            threads=threads,
            progress=on_progress,
        )
    by_team = frame_of(found["teams"], found["groups"], teams)
    by_grid = frame_of(found["grids"], found["groups"], grids)
    unassigned = pd.concat([by_team.iloc[-1:], by_grid.iloc[-1:]]).set_axis(["no team", "no grid"])
    by_team, by_grid = by_team.iloc[:-1], by_grid.iloc[:-1]
    return Workload(
        by_team,
        by_grid,
        unassigned,
        _finite_balance(by_team["load"]),
        roles=share_by_role(by_team, checked, found["groups"]),
        merge=merge,
        interval=interval,
        draws=draws if interval is not None else 0,
        seed=seed,
    )


def _seed(rng: Any) -> int:
    if rng is None:
        return 0
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 2**63))
    if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or rng < 0:
        raise _core.InvalidInput(f"rng must be a whole number of at least 0, a numpy Generator or None, not {rng!r}")
    return int(rng)
