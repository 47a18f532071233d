"""What a caller asks to be closed or re-timed, checked, and a road's time shared out among its parts."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .._core import InvalidInput


def read_changes(
    road_id: np.ndarray, closed: Iterable[Any], seconds: Mapping[Any, float] | None, by: str
) -> tuple[pd.Series, list, dict]:
    """The id of each edge, and the changes. Raises InvalidInput naming ids and times."""
    if by not in ("road_id", "edge"):
        raise InvalidInput(f"by must be 'road_id' or 'edge', not {by!r}")
    ids = pd.Series(road_id if by == "road_id" else np.arange(len(road_id)))
    closed, seconds = list(closed), dict(seconds or {})
    known = pd.Index(ids.unique())
    unknown = [road for road in [*closed, *seconds] if road not in known]
    if unknown:
        shown = ", ".join(map(str, unknown[:5])) + (", …" if len(unknown) > 5 else "")
        what = "road ids" if by == "road_id" else "edges"
        raise InvalidInput(f"{len(unknown)} {what} are not in the network: {shown}")
    bad = [road for road, value in seconds.items() if not 0 <= float(value) <= 1e6]
    if bad:
        raise InvalidInput(f"seconds: {len(bad)} times are not within 0 … 10⁶ s: {bad[:5]}")
    return ids, closed, seconds


def shared_out(ids: pd.Series, columns: Mapping[str, np.ndarray], seconds: Mapping, whole: bool) -> np.ndarray:
    """Times by edge; with `whole` a given time is shared out among the parts of a road, each direction for itself."""
    times = columns["ms"] / 1000.0
    if not seconds:
        return times
    new = ids.map(seconds).to_numpy(dtype=np.float64, na_value=np.nan)
    if not whole:
        return np.where(np.isnan(new), times, new)
    is_back = (columns["opposite"] >= 0) & (columns["opposite"] < np.arange(len(times)))
    groups = pd.Series(times).groupby([ids, is_back])
    total, parts = groups.transform("sum").to_numpy(), groups.transform("size").to_numpy()
    share = np.where(total > 0, times / np.where(total > 0, total, 1), 1 / parts)
    return np.where(np.isnan(new), times, new * share)
