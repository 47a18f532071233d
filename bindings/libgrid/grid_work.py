"""The work of grid workers: patrols (巡查), events, visits and the rest of their five roles, in minutes a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core
from .issues import name_some

if TYPE_CHECKING:
    from .events import EventLedger
    from .plan import Plan
    from .study_area import StudyArea

__all__ = ["PER", "ROLES", "GridWork", "grid_tasks", "measure_grid_work"]

ROLES = {
    "patrol": "巡查员",
    "information": "信息员",
    "publicity": "宣传员",
    "organising": "组织员",
    "mediation": "调解员",
}
PER = ("grid", "household", "key_person", "next_key_person", "event")  # of what a task is counted
_SOURCE = "assumption"
_TASKS = [
    # task, 任务, role, per, per_year, minutes, source
    (
        "daily patrol",
        "日常巡查",
        "patrol",
        "grid",
        365.0,
        60.0,
        "daily: newspaper accounts of Chengdu; minutes: assumption",
    ),
    ("report an event", "事件发现上报", "information", "event", 1.0, 15.0, _SOURCE),
    ("follow an event to its end", "事件响应跟进", "information", "event", 1.0, 30.0, _SOURCE),
    ("keep the register", "台账更新", "information", "household", 2.0, 5.0, _SOURCE),
    (
        "visit key people",
        "重点人群走访",
        "information",
        "key_person",
        12.0,
        15.0,
        "monthly, as their doctor watches them",
    ),
    ("visit next-key people", "次重点人群走访", "information", "next_key_person", 4.0, 15.0, _SOURCE),
    ("tell of policies", "政策宣传", "publicity", "household", 4.0, 3.0, _SOURCE),
    ("gather the neighbours", "组织活动", "organising", "grid", 12.0, 120.0, _SOURCE),
    ("settle disputes", "矛盾调解", "mediation", "household", 0.02, 90.0, _SOURCE),
]


def grid_tasks() -> pd.DataFrame:
    """The tasks of grid workers, to be edited: task, 任务, role, per, per_year, minutes, source.

    ``role`` is one of patrol, information, publicity, organising, mediation (巡查员, 信息员, 宣传员, 组织员, 调解员).
    ``per`` says of what the task is counted: grid, household, key_person, next_key_person, event. Minutes include the
    way, which is short inside a micro-grid.

    Examples
    --------
    >>> tasks = grid_tasks()
    >>> tasks.loc[tasks["role"] == "patrol", ["per", "per_year", "minutes"]].values.tolist()
    [['grid', 365.0, 60.0]]
    """
    return pd.DataFrame(_TASKS, columns=["task", "任务", "role", "per", "per_year", "minutes", "source"])


@dataclass(frozen=True, eq=False, repr=False)
class GridWork:
    """Minutes a year of grid workers; made by `measure_grid_work`.

    Attributes
    ----------
    grids : DataFrame
        By grid: households, key_people, next_key_people, events (a year), one <role>_min a role, asked_min (their
        sum), patrol_hours.
    tasks : DataFrame
        By task: how often a year and how many minutes in the whole area.
    """

    grids: pd.DataFrame
    tasks: pd.DataFrame

    @property
    def patrol_hours(self) -> pd.Series:
        """Hours a year on patrol, by grid_id: what `measure_events` takes, for a ledger of one year."""
        return self.grids.set_index("grid_id")["patrol_hours"]

    def __repr__(self) -> str:
        return f"GridWork({len(self.grids)} grids, {self.grids['asked_min'].sum():,.0f} min a year)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.tasks.to_html(index=False, border=0, float_format="{:,.0f}".format)


def measure_grid_work(
    area: StudyArea,
    plan: Plan | None = None,
    *,
    tasks: pd.DataFrame | None = None,
    events: EventLedger | pd.Series | float = 0.0,
    ledger_days: float = 365.0,
) -> GridWork:
    """Measure what each leaf grid asks of its grid workers in a year.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
        Default: today's.
    tasks : DataFrame, optional
        As from `grid_tasks`, edited.
    events : EventLedger, Series or float
        A ledger that covers ``ledger_days`` days and is counted up to a year (its own grids count: it was kept under
        today's plan); or events a year by grid_id; or as many in every grid. Default none: nothing was told.
    ledger_days : float

    Raises
    ------
    InvalidInput
        Tasks with a missing column, an unknown role or ``per``, a number that is negative; events for grids that are
        none; a ledger of no days.

    Examples
    --------
    >>> import libgrid as lg
    >>> work = lg.measure_grid_work(lg.datasets.load("town"), events=12)
    >>> sorted(set(work.grids["patrol_hours"]))
    [365.0]
    """
    plan = plan or area.plan
    plan.require_area(area)
    table = grid_tasks() if tasks is None else _checked(tasks)
    ids = area.ids("grids")
    leaf = np.asarray(area._core.grids.leaf, bool)
    inside = area.column("households", "inside").astype(bool)
    at = plan.household_grid()[inside]
    use = at >= 0

    def by_grid(values: np.ndarray) -> np.ndarray:
        return np.bincount(at[use], np.asarray(values, float)[use], len(ids))[leaf]

    ones = np.ones(len(at))
    amounts = {
        "grid": np.ones(leaf.sum()),
        "household": by_grid(ones),
        "key_person": by_grid(area.column("households", "n_key")[inside]),
        "next_key_person": by_grid(area.column("households", "n_next_key")[inside]),
        "event": _events(events, ids[leaf], ledger_days),
    }
    grids = pd.DataFrame({"grid_id": ids[leaf], "households": amounts["household"].astype(np.int64)})
    grids["key_people"] = amounts["key_person"]
    grids["next_key_people"] = amounts["next_key_person"]
    grids["events"] = amounts["event"]
    times = np.column_stack([amounts[per] for per in table["per"]]) * table["per_year"].to_numpy(float)
    minutes = times * table["minutes"].to_numpy(float)
    for role in ROLES:
        grids[f"{role}_min"] = minutes[:, (table["role"] == role).to_numpy()].sum(axis=1)
    grids["asked_min"] = minutes.sum(axis=1)
    grids["patrol_hours"] = grids["patrol_min"] / 60.0
    whole = table.assign(times=times.sum(axis=0), asked_min=minutes.sum(axis=0))
    return GridWork(grids, whole)


def _checked(tasks: pd.DataFrame) -> pd.DataFrame:
    missing = {"task", "role", "per", "per_year", "minutes"} - set(tasks.columns)
    if missing:
        raise _core.InvalidInput(f"grid tasks: columns {sorted(missing)} are missing; see grid_tasks()")
    table = tasks.reset_index(drop=True)
    for column, words in (("role", tuple(ROLES)), ("per", PER)):
        wrong = ~table[column].isin(words)
        if wrong.any():
            rows = name_some(tasks.index[wrong.to_numpy()])
            raise _core.InvalidInput(f"grid tasks, rows {rows}, column {column}: use one of {', '.join(words)}")
    for column in ("per_year", "minutes"):
        numbers = pd.to_numeric(table[column], errors="coerce")
        wrong = ~(np.isfinite(numbers) & (numbers >= 0))
        if wrong.any():
            rows = name_some(tasks.index[wrong.to_numpy()])
            raise _core.InvalidInput(f"grid tasks, rows {rows}, column {column}: must be a number of at least 0")
        table[column] = numbers.astype(float)
    return table


def _events(events, grid_ids: pd.Index, ledger_days: float) -> np.ndarray:
    if hasattr(events, "frame") and hasattr(events, "set_aside"):
        if not (np.isfinite(ledger_days) and ledger_days > 0):
            raise _core.InvalidInput(f"ledger_days must be above 0, not {ledger_days!r}")
        counts = events.frame["grid_id"].value_counts()
        _require_grids(counts.index, grid_ids)
        return counts.reindex(grid_ids).fillna(0).to_numpy(float) * (365.0 / ledger_days)
    if isinstance(events, pd.Series):
        _require_grids(events.index, grid_ids)
        a_year = events.reindex(grid_ids).fillna(0.0).to_numpy(float)
    else:
        a_year = np.full(len(grid_ids), float(events))
    if not (np.isfinite(a_year) & (a_year >= 0)).all():
        raise _core.InvalidInput("events must be finite numbers, 0 or more a year")
    return a_year


def _require_grids(given: pd.Index, grid_ids: pd.Index) -> None:
    strange = given[~given.isin(grid_ids)]
    if len(strange):
        raise _core.InvalidInput(f"events: {name_some(strange)} are no leaf grids of the area")
