"""The constant of estimated rounds, fitted to real rounds on the network, with its error on others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import _core
from ..area_times import teams_by_mode
from ..plan import Plan
from ..study_area import StudyArea
from ..travel import travel_times
from ..travel_mode import travel_modes

__all__ = ["RoundFit", "calibrate_rounds", "grid_ground"]

DETOUR = 1.3  # network to straight line in towns: 1.2-1.3 in the literature


def grid_ground(area: StudyArea, plan: Plan) -> np.ndarray:
    """Square metres of each grid's blocks, stacked ones once; of its outline where the area has no blocks."""
    n = len(area.ids("grids"))
    if not area.has_blocks:
        shapes = area.layer("grids").geometry
        return np.ascontiguousarray(shapes.area.fillna(0.0), dtype=float)
    ground = np.array(_core.area_m2(area._core.footprints))
    first = _core.find_footprints(area._core.footprints) == np.arange(len(ground))
    labels = np.asarray(plan.labels)
    use = first & (labels >= 0)
    return np.bincount(labels[use], weights=ground[use], minlength=n)


@dataclass(frozen=True, eq=False)
class RoundFit:
    """The constant of the estimate, fitted to real rounds; made by `calibrate_rounds`.

    Attributes
    ----------
    constant : float
        Fitted on every second round.
    mean_error : float
        Of the others: (estimated - real) ÷ real, of the sums.
    mean_absolute_error : float
        Of the others: |estimated - real| ÷ real, of the sums.
    rounds : DataFrame
        team_id, stops, density_per_km2, base_s, round_s (real), estimated_s, fitted (used for the constant).
    seed : int
    """

    constant: float
    mean_error: float
    mean_absolute_error: float
    rounds: pd.DataFrame
    seed: int


def calibrate_rounds(
    area: StudyArea,
    plan: Plan | None = None,
    *,
    rounds: int = 40,
    stops: tuple[int, int] = (4, 12),
    waiting: int = 40,
    detour: float = DETOUR,
    effort: int = 100,
    rng: int = 0,
) -> RoundFit:
    """Fit the constant of `round_times` to real rounds on the network, and tell how far off the estimate is.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
    rounds : int
        How many are planned; half of them fit, half of them test.
    stops : (least, most)
        Of a round.
    waiting : int
        Visits that wait together in a team's field; each round takes one and its nearest neighbours among them.
    detour : float
        As in `round_times`.
    effort : int
        Of `plan_round`, which needs OR-Tools (the extra ``libgrid[rounds]``).
    rng : int
        Seed of the sample.

    Examples
    --------
    >>> import libgrid as lg
    >>> fit = lg.calibrate_rounds(lg.datasets.load("town"), rounds=6, effort=20)
    >>> fit.constant > 0, len(fit.rounds)
    (True, 6)
    """
    from .rounds import plan_round

    if not (rounds >= 4 and 2 <= stops[0] <= stops[1] <= waiting):
        raise _core.InvalidInput("calibrate_rounds: at least 4 rounds of at least 2 stops, no more stops than wait")
    plan = plan or area.plan
    plan.require_area(area)
    random = np.random.default_rng(rng)
    team, people = plan.household_team(), area.column("households", "n_usual").astype(float)
    people = people * area.column("households", "inside").astype(bool)
    ground = grid_ground(area, plan)
    grid = plan.household_grid()
    points, day = area.points("households"), {"lunch": None, "service_min": 0.0, "shift": ("00:00", "24:00")}
    groups = [
        (group, i)
        for group in teams_by_mode(area)
        for i, row in enumerate(group.teams)
        if ((team == row) & (people > 0)).sum() >= waiting
    ]
    if not groups:
        raise _core.InvalidInput(f"calibrate_rounds: no team has {waiting} households; let fewer visits wait")
    speed = travel_modes().set_index("mode")["speed_kmh"] / 3.6
    modes = area.column("teams", "mode")
    rows = []
    for _ in range(rounds):
        group, i = groups[int(random.integers(len(groups)))]
        field_rows = np.flatnonzero((team == group.teams[i]) & (people > 0))
        chance = people[field_rows] / people[field_rows].sum()
        drawn = random.choice(field_rows, size=waiting, replace=False, p=chance)
        size = int(random.integers(stops[0], stops[1] + 1))
        apart = np.hypot(*(points[drawn] - points[drawn[0]]).T)
        homes = drawn[np.argsort(apart, kind="stable")[:size]]
        places = np.vstack([group.bases[i][None, :], points[homes]])
        times = travel_times(group.network, places, places)
        if not np.isfinite(times).all():
            continue
        way = plan_round(times, list(range(size)), effort=effort, **day).travel_min * 60
        square = ground[np.unique(grid[field_rows])].sum()
        pace = detour / speed[modes[group.teams[i]]]
        rows.append((area.ids("teams")[group.teams[i]], size, waiting / square, times[0, 1:].mean(), way, pace))
    sample = pd.DataFrame(rows, columns=["team_id", "stops", "density", "base_s", "round_s", "pace"])
    return _fit(sample, rng)


def _fit(sample: pd.DataFrame, seed: int) -> RoundFit:
    fitted = np.arange(len(sample)) % 2 == 0
    half = sample[fitted]
    # a pace of its own in each row: the legs are measured in metres of the crow
    scaled = half["density"] / half["pace"] ** 2
    columns = (half["stops"], scaled, half["base_s"], half["round_s"])
    found = _core.fit_round_length(*(np.ascontiguousarray(c, dtype=float) for c in columns), 1.0)
    legs = (sample["stops"] - 1) * sample["pace"] / np.sqrt(sample["density"])
    estimated = 2 * sample["base_s"] + found["constant"] * legs
    real, guess = sample["round_s"][~fitted], estimated[~fitted]
    table = sample.assign(density_per_km2=sample["density"] * 1e6, estimated_s=estimated, fitted=fitted)
    columns = ["team_id", "stops", "density_per_km2", "base_s", "round_s", "estimated_s", "fitted"]
    error, absolute = (guess - real).sum() / real.sum(), (guess - real).abs().sum() / real.sum()
    return RoundFit(float(found["constant"]), float(error), float(absolute), table[columns], seed)
