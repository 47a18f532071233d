"""What home-visit rounds take, estimated for every grid at once and held against real rounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..area_times import teams_by_mode
from ..coverage import _read_only
from ..plan import Plan
from ..study_area import StudyArea
from ..travel import travel_times
from ..travel_mode import travel_modes
from ..workload import TRAVEL_MIN, service_rules
from .fit import DETOUR, RoundFit, grid_ground

__all__ = ["RoundTimes", "round_times"]

CONSTANT = 2.2  # fitted on the sample sub-district anjing, where short legs go round blocks; see round_times


@dataclass(frozen=True, eq=False, repr=False)
class RoundTimes:
    """Estimated rounds; made by `round_times`.

    Attributes
    ----------
    grids : DataFrame
        grid_id, team_id, visits (home visits a year), area_m2, base_min (one way), stops (in a round), leg_min (from
        stop to stop), travel_min (a visit), travel_min_a_year, rounds_a_year.
    teams : DataFrame
        team_id, visits, travel_min (a visit, mean), travel_min_a_year, rounds_a_year.
    travel_min : (households,) array
        Minutes of the journey to a home visit: ``travel_min`` of `measure_workload_columns`. Where there is no estimate
        (no grid, no team, no way), the 11.8 minutes that are assumed without one.
    assumed : int
        Households inside the area for which there is none.
    constant : float
    """

    grids: pd.DataFrame
    teams: pd.DataFrame
    travel_min: np.ndarray = field(repr=False)
    assumed: int
    constant: float

    def __repr__(self) -> str:
        visits = self.teams["visits"].sum()
        mean = self.teams["travel_min_a_year"].sum() / visits if visits else float("nan")
        return f"RoundTimes({len(self.grids)} grids, {visits:,.0f} home visits a year, {mean:.1f} min on the way each)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.teams.to_html(index=False, border=0, float_format="{:,.1f}".format)


def round_times(
    area: StudyArea,
    plan: Plan | None = None,
    *,
    visits: Any = None,
    rules: pd.DataFrame | None = None,
    round_min: float = 210.0,
    visit_min: float | None = None,
    wait_days: float = 10.0,
    detour: float = DETOUR,
    constant: float | RoundFit = CONSTANT,
    max_off_network_m: float = 500.0,
) -> RoundTimes:
    """Estimate the journey of home visits by grid and team, without planning a round.

    Parameters
    ----------
    area : StudyArea
        With grids, teams that have a base site, households and roads.
    plan : Plan, optional
        Default: today's.
    visits : (grids,) array, optional
        Home visits a year. Default: those of the workload.
    rules : DataFrame, optional
        As `service_rules`, edited.
    round_min : float
        Minutes of a round from the base and back. Default: one half-day.
    visit_min : float, optional
        Minutes of a visit; default: the mean of the rules' home visits, 24 where there is none.
    wait_days : float
        Visits that fall due within so many working days are sorted into rounds together; 1: each day by itself. The
        longer they may wait, the denser they lie. Default: two weeks, the shortest deadline of most rules.
    detour : float
        Network distance over straight distance.
    constant : float or RoundFit
        Legs are ``constant ÷ √density``. Default: what `calibrate_rounds` finds for ``anjing``, off by a fifth to a
        quarter for a single round. 0.7124, of a long tour on open ground (Beardwood, Halton and Hammersley 1959), is
        too low in streets: fit it to your place.
    max_off_network_m : float

    Returns
    -------
    RoundTimes

    Notes
    -----
    travel a visit = (2 × base + (stops - 1) × leg) ÷ stops, with leg = constant × detour ÷ speed × √(area ÷ visits
    that wait), after Daganzo (1984); O(grids) beside one search of the network a team. The area is the ground of the
    grid's blocks, where there are any, else its outline.

    Examples
    --------
    >>> import libgrid as lg
    >>> rounds = lg.round_times(lg.datasets.load("town"))
    >>> bool((rounds.travel_min > 0).all())
    True
    """
    plan = plan or area.plan
    plan.require_area(area)
    missing = [name for name in ("grids", "teams", "sites", "households", "roads") if not len(area.ids(name))]
    if missing:
        raise _core.InvalidInput(f"round times need {', '.join(missing)}: the area has none")
    for name, value in (("detour", detour), ("wait_days", wait_days), ("round_min", round_min)):
        if not (np.isfinite(value) and value > 0):
            raise _core.InvalidInput(f"{name}: {value} cannot be; give a number above 0")
    factor = constant.constant if isinstance(constant, RoundFit) else float(constant)
    asked = _visits(area, plan, visits, rules)
    base_s, pace, team = _ways(area, plan, detour, max_off_network_m)
    ground = grid_ground(area, plan)
    stay = _visit_minutes(rules) if visit_min is None else float(visit_min)
    found = _core.measure_round_length(asked, ground, base_s, pace, float(round_min), stay, float(wait_days), factor)
    grids = pd.DataFrame(
        {
            "grid_id": area.ids("grids"),
            "team_id": np.where(team >= 0, area.ids("teams").to_numpy(object)[team], None),
            "visits": asked,
            "area_m2": ground,
            "base_min": base_s / 60,
            "stops": found["stops"],
            "leg_min": found["leg_s"] / 60,
            "travel_min": found["travel_min"],
            "travel_min_a_year": found["travel_min_a_year"],
            "rounds_a_year": np.where(asked > 0, asked / found["stops"], 0.0),
        }
    )
    grid = plan.household_grid()
    known = np.where(grid >= 0, found["travel_min"][grid], np.nan)
    inside = area.column("households", "inside").astype(bool)
    lost = int((np.isnan(known) & inside & (grid >= 0) & (asked[grid] > 0)).sum())
    travel = _read_only(np.where(np.isnan(known), TRAVEL_MIN, known))
    shown = grids[(grids["visits"] > 0) | np.isfinite(grids["base_min"])].reset_index(drop=True)
    return RoundTimes(shown, _by_team(area, grids, team), travel, lost, factor)


def _visits(area: StudyArea, plan: Plan, visits: Any, rules: pd.DataFrame | None) -> np.ndarray:
    if visits is None:
        from ..measures import measure_workload

        work = measure_workload(area, plan, rules=rules).grids.set_index("grid_id")["home_visits"]
        return np.ascontiguousarray(work.reindex(area.ids("grids")).fillna(0.0), dtype=float)
    column = np.ascontiguousarray(visits, dtype=float)
    if column.shape != (len(area.ids("grids")),):
        raise _core.InvalidInput(f"visits: one number a grid is needed: {len(area.ids('grids'))}, not {column.shape}")
    return column


def _visit_minutes(rules: pd.DataFrame | None) -> float:
    table = service_rules() if rules is None else rules
    home = table[(table["mode"] == "home") & (table["per_year"] > 0)]
    return float(home["minutes"].mean()) if len(home) else 24.0


def _ways(area: StudyArea, plan: Plan, detour: float, max_off_network_m: float) -> tuple[np.ndarray, ...]:
    """By grid the mean seconds from its team's base to its people, the pace as the crow flies, and the team."""
    n = len(area.ids("grids"))
    grid, team = plan.household_grid(), plan.household_team()
    people = area.column("households", "n_usual").astype(float) * area.column("households", "inside").astype(bool)
    of = np.full(n, -1, np.int64)
    use = (grid >= 0) & (team >= 0)
    of[grid[use]] = team[use]
    speed = travel_modes().set_index("mode")["speed_kmh"] / 3.6
    pace, seconds = np.full(n, detour / speed["ebike"]), np.full(len(grid), np.inf)
    points = area.points("households")
    order = np.argsort(team, kind="stable")
    starts = np.searchsorted(team[order], np.arange(len(area.ids("teams")) + 1))
    for group in teams_by_mode(area):
        mode = area.column("teams", "mode")[group.teams[0]]
        pace[np.isin(of, group.teams)] = detour / speed[mode]
        for base, row in zip(group.bases, group.teams, strict=True):
            mine = order[starts[row] : starts[row + 1]]
            if len(mine):
                way = travel_times(group.network, base[None, :], points[mine], max_off_network_m=max_off_network_m)
                seconds[mine] = way[0]
    count = use & np.isfinite(seconds)
    weight = np.bincount(grid[count], weights=people[count], minlength=n)
    total = np.bincount(grid[count], weights=people[count] * seconds[count], minlength=n)
    return np.divide(total, weight, out=np.full(n, np.inf), where=weight > 0), pace, of


def _by_team(area: StudyArea, grids: pd.DataFrame, team: np.ndarray) -> pd.DataFrame:
    n, has = len(area.ids("teams")), team >= 0
    sums = {
        name: np.bincount(team[has], weights=grids[name].fillna(0.0).to_numpy(float)[has], minlength=n)
        for name in ("visits", "travel_min_a_year", "rounds_a_year")
    }
    mean = np.divide(sums["travel_min_a_year"], sums["visits"], out=np.full(n, np.nan), where=sums["visits"] > 0)
    frame = pd.DataFrame({"team_id": area.ids("teams"), "visits": sums["visits"], "travel_min": mean, **sums})
    return frame[["team_id", "visits", "travel_min", "travel_min_a_year", "rounds_a_year"]]
