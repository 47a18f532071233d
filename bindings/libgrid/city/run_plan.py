"""How long a run over many sub-districts takes and what memory a worker needs: on paper, from measured unit costs."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..issues import name_some

COST_COLUMNS = ["step", "per_household", "per_subdistrict", "unit"]
MEMORY = "memory"


@dataclass(frozen=True, eq=False, repr=False)
class RunPlan:
    """A run on paper; made by `plan_run`.

    Attributes
    ----------
    parts : DataFrame
        By sub-district, in the order given: households, seconds, bytes.
    workers : int
    hours : float
        From start to end, the longest sub-districts begun first.
    core_hours : float
        Of all workers together.
    worker_bytes : int
        What the largest sub-district asks of its worker.
    most_households : int or None
        The largest sub-district that would fit `memory_bytes`; None where no memory was named.
    """

    parts: pd.DataFrame
    workers: int
    hours: float
    core_hours: float
    worker_bytes: int
    most_households: int | None

    @property
    def frame(self) -> pd.DataFrame:
        return self.parts

    def __repr__(self) -> str:
        return (
            f"RunPlan({len(self.parts)} sub-districts, {int(self.parts['households'].sum()):,} households: "
            f"{self.hours:.2f} h on {self.workers} workers of {self.worker_bytes / 1e9:.2f} GB)"
        )


def fit_costs(cost: pd.DataFrame) -> pd.DataFrame:
    """Unit costs from measured runs: what a household and what a sub-district costs in each step.

    Parameters
    ----------
    cost : DataFrame
        As `CityMeasures.cost`, of sub-districts of different sizes, more than one: households, columns ``…_s``, and
        peak_bytes.

    Returns
    -------
    DataFrame
        step, per_household, per_subdistrict, unit ("s" or "bytes"): least squares, neither below 0.

    Examples
    --------
    >>> runs = pd.DataFrame({"households": [100, 300], "check_s": [0.3, 0.7], "peak_bytes": [2e6, 4e6]})
    >>> fit_costs(runs).round(6).to_numpy().tolist()
    [['check', 0.002, 0.1, 's'], ['memory', 10000.0, 1000000.0, 'bytes']]
    """
    from scipy.optimize import nnls

    n = cost["households"].to_numpy(float)
    if len(np.unique(n)) < 2:
        raise InvalidInput("cost: the measured sub-districts are all of one size; measure some of other sizes too")
    rows = []
    for column in [c for c in cost.columns if c.endswith("_s")] + ["peak_bytes"]:
        base = np.column_stack([n / n.max(), np.ones(len(n))])
        (slope, fixed), _ = nnls(base, cost[column].to_numpy(float))
        memory = column == "peak_bytes"
        rows.append((MEMORY if memory else column[:-2], slope / n.max(), fixed, "bytes" if memory else "s"))
    return pd.DataFrame(rows, columns=COST_COLUMNS)


def plan_run(subdistricts: Any, *, costs: pd.DataFrame, workers: int = 2, memory_bytes: int | None = None) -> RunPlan:
    """Plan a run: seconds and memory of each sub-district, hours on so many workers.

    Parameters
    ----------
    subdistricts : City, DataFrame or sequence of int
        A city; a table with subdistrict_id and households; or households alone.
    costs : DataFrame
        Measured unit costs: step, per_household, per_subdistrict, unit, as from `fit_costs`. ``./dev city`` measures
        them here; docs/how-to/a-city.md keeps those of one machine.
    workers : int
    memory_bytes : int, optional
        What one worker may use.

    Returns
    -------
    RunPlan

    Raises
    ------
    InvalidInput
        When a sub-district needs more than `memory_bytes`: which, what the largest needs, how large one may be.

    Examples
    --------
    >>> import pandas as pd
    >>> costs = pd.DataFrame(
    ...     [("check", 1e-4, 0.5, "s"), ("memory", 5e3, 2e8, "bytes")],
    ...     columns=["step", "per_household", "per_subdistrict", "unit"],
    ... )
    >>> plan_run([30_000] * 1000, costs=costs, workers=8)
    RunPlan(1000 sub-districts, 30,000,000 households: 0.12 h on 8 workers of 0.35 GB)
    """
    if isinstance(workers, bool) or not isinstance(workers, (int, np.integer)) or workers < 1:
        raise InvalidInput(f"workers must be a whole number of at least 1, not {workers!r}")
    parts = _parts(subdistricts)
    parts = estimate(parts, costs)
    most = None
    if memory_bytes is not None:
        require_fit(parts, costs, memory_bytes)
        most = most_households(costs, memory_bytes)
    free = [0.0] * int(workers)
    for seconds in sorted(parts["seconds"], reverse=True):
        heapq.heappush(free, heapq.heappop(free) + seconds)
    return RunPlan(
        parts=parts,
        workers=int(workers),
        hours=max(free) / 3600,
        core_hours=float(parts["seconds"].sum()) / 3600,
        worker_bytes=int(parts["bytes"].max()),
        most_households=most,
    )


def estimate(parts: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """The table with columns seconds and bytes."""
    lacking = [c for c in COST_COLUMNS if c not in costs.columns]
    if lacking:
        raise InvalidInput(f"costs: lacks the column {name_some(lacking)}; fit_costs makes such a table")
    if MEMORY not in set(costs["step"]):
        raise InvalidInput(f"costs: has no row '{MEMORY}'; fit_costs makes such a table")
    numbers = costs[["per_household", "per_subdistrict"]].to_numpy(float)
    if not (np.isfinite(numbers).all() and (numbers >= 0).all()):
        raise InvalidInput("costs: per_household and per_subdistrict must be finite numbers, 0 or more")
    n = parts["households"].to_numpy(float)
    timed = costs[costs["unit"] == "s"]
    seconds = n * timed["per_household"].sum() + timed["per_subdistrict"].sum()
    memory = costs[costs["step"] == MEMORY].iloc[0]
    needed = np.ceil(n * memory["per_household"] + memory["per_subdistrict"])
    return parts.assign(seconds=seconds, bytes=needed.astype(np.int64))


def most_households(costs: pd.DataFrame, memory_bytes: int) -> int:
    memory = costs[costs["step"] == MEMORY].iloc[0]
    if memory["per_household"] == 0:
        return np.iinfo(np.int64).max if memory["per_subdistrict"] <= memory_bytes else 0
    return max(0, int((memory_bytes - memory["per_subdistrict"]) // memory["per_household"]))


def require_fit(subdistricts: pd.DataFrame, costs: pd.DataFrame, memory_bytes: int) -> None:
    """Raise InvalidInput naming the sub-districts that would need more than a worker may use."""
    parts = estimate(subdistricts, costs)
    large = parts[parts["bytes"] > memory_bytes]
    if len(large):
        ids = large["subdistrict_id"].tolist()
        raise InvalidInput(
            f"memory: {len(large)} of {len(parts)} sub-districts need more than a worker's {memory_bytes:,} bytes: "
            f"{name_some(ids)}; the largest needs {int(large['bytes'].max()):,}. Give a worker as much, or divide them "
            f"into parts of at most {most_households(costs, memory_bytes):,} households"
        )


def _parts(subdistricts: Any) -> pd.DataFrame:
    table = getattr(subdistricts, "index", None) if hasattr(subdistricts, "subdistricts") else subdistricts
    if isinstance(table, pd.DataFrame):
        lacking = [c for c in ("subdistrict_id", "households") if c not in table]
        if lacking:
            raise InvalidInput(f"subdistricts: the table lacks the column {name_some(lacking)}")
        parts = pd.DataFrame(table[["subdistrict_id", "households"]]).reset_index(drop=True)
    else:
        n = np.asarray(table)
        parts = pd.DataFrame({"subdistrict_id": [str(i + 1) for i in range(n.size)], "households": n.ravel()})
    n = parts["households"].to_numpy()
    if not len(n) or n.dtype.kind not in "iu" or (n < 0).any():
        raise InvalidInput("subdistricts: give each a whole number of households, 0 or more, and at least one of them")
    return parts
