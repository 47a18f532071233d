"""Whether a sub-district fits the memory of a worker, told before it starts."""

from __future__ import annotations

import concurrent.futures as futures
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ..memory_limit import memory_bytes
from .run_plan import estimate, most_households, require_fit


def unit_costs() -> pd.DataFrame:
    """Unit costs that were measured on one machine with ``./dev city``: seconds and bytes of each step.

    Returns
    -------
    DataFrame
        step, per_household, per_subdistrict, unit ("s" or "bytes"), measured (date), machine; what `plan_run` and
        `measure_city` take.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.unit_costs().set_index("step").loc["memory", "unit"]
    'bytes'
    """
    return _read().copy()


@lru_cache(maxsize=1)
def _read() -> pd.DataFrame:
    return pd.read_csv(Path(__file__).with_name("unit_costs.csv"))


def worker_bytes(executor: Any) -> int | None:
    """The memory that one worker may have: this machine's (or container's) shared out among them; Dask's own limit.

    None where nobody says.
    """
    if executor is None:
        return memory_bytes()
    if isinstance(executor, futures.Executor):
        return memory_bytes() // max(int(getattr(executor, "_max_workers", 1) or 1), 1)
    if not hasattr(executor, "scheduler_info"):
        return None
    workers = executor.scheduler_info(n_workers=-1)["workers"].values()
    limits = [w["memory_limit"] // max(w.get("nthreads", 1), 1) for w in workers if w.get("memory_limit")]
    return min(limits) if limits else None


def too_large(subdistricts: pd.DataFrame, costs: pd.DataFrame, room: int | None) -> dict[str, str]:
    """By sub-district that would need more than a worker has, why it is not begun.

    Raises InvalidInput when none would fit.
    """
    if room is None:
        return {}
    parts = estimate(pd.DataFrame(subdistricts[["subdistrict_id", "households"]]), costs)
    large = parts[parts["bytes"] > room]
    if len(large) and len(large) == len(parts):
        require_fit(parts, costs, room)
    most = most_households(costs, room)
    return {
        name: f"memory: it needs about {needed:,} bytes for {households:,} households, a worker has {room:,}; give one "
        f"more, or divide it into parts of at most {most:,} households"
        for name, needed, households in zip(large["subdistrict_id"], large["bytes"], large["households"], strict=True)
    }
