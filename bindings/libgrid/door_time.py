"""From the road to the flat: the way in, stairs or lift, from what the household's record says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ._core import InvalidInput
from .roads.points import refuse

LIFT_YES = ("yes", "true", "1", "1.0", "是", "有")
LIFT_NO = ("no", "false", "0", "0.0", "否", "无")
# name: value, unit, what it means, where it comes from
_ASSUMPTIONS = {
    "stairs_s_per_floor": (
        16.0,
        "s",
        "one floor up by stairs",
        "two flights of 3 m, about 0.2 m/s upwards; assumption",
    ),
    "lift_wait_s": (30.0, "s", "waiting for the lift and its doors", "assumption"),
    "lift_s_per_floor": (3.0, "s", "one floor by lift", "3 m at 1 m/s; assumption"),
    "lift_from_floor": (
        7.0,
        "",
        "unknown lift: buildings reach for one from this floor",
        "GB 50096: a lift from the seventh storey",
    ),
}


def door_assumptions() -> pd.DataFrame:
    """What door times rest on: parameter, value, unit, meaning, source. None is measured here.

    Examples
    --------
    >>> door_assumptions().loc["lift_wait_s", "value"]
    30.0
    """
    columns = ["value", "unit", "meaning", "source"]
    return pd.DataFrame.from_dict(_ASSUMPTIONS, orient="index", columns=columns).rename_axis("parameter")


def door_times(floor: Any, has_lift: Any = None, *, entrance_s: float = 60.0, assumptions: Any = None) -> np.ndarray:
    """Seconds from the road to the flat's door.

    Parameters
    ----------
    floor : (n,) array
        0 and 1 are the ground floor, negative floors lie below it; NaN where it is not known: then only the way in
        counts.
    has_lift : (n,) array of true, false or missing, or of ``yes``, ``no``, ``unknown``, optional
        Unknown: a lift from the seventh floor up. Who has a lift takes it when it is faster.
    entrance_s : float
        The way in, on every floor.
    assumptions : DataFrame, optional
        `door_assumptions` with other values.

    Returns
    -------
    (n,) float64 array

    Raises
    ------
    InvalidInput
        Floors beyond -10 … 200 or no numbers (rows are named), other words, other lengths, negative seconds.

    Examples
    --------
    >>> door_times([1, 3, 20, np.nan], [False, False, True, None]).tolist()
    [60.0, 92.0, 147.0, 60.0]
    """
    given = pd.Series(floor, dtype=object)
    floor = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    known = ~np.isnan(floor)
    refuse(np.where(known, (floor < -10) | (floor > 200), given.notna()), "floor: values are not floors of -10 … 200")
    lift = np.full(len(floor), np.nan) if has_lift is None else _lifts(has_lift)
    if len(lift) != len(floor):
        raise InvalidInput("floor and has_lift need one value for each household")
    table = door_assumptions() if assumptions is None else assumptions
    try:
        per_floor, wait, ride, from_floor = (float(table.loc[name, "value"]) for name in _ASSUMPTIONS)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput(
            f"assumptions must be the frame of door_assumptions with {', '.join(_ASSUMPTIONS)}"
        ) from None
    if not (min(per_floor, wait, ride, entrance_s) >= 0 and np.isfinite([per_floor, wait, ride, entrance_s]).all()):
        raise InvalidInput("door times must be finite seconds, 0 or more")
    floors = np.where(known, np.where(floor >= 1, floor - 1, np.abs(floor)), 0.0)
    rides = np.where(np.isnan(lift), floor >= from_floor, lift == 1)
    stairs = floors * per_floor
    climb = np.where(rides & (floors > 0), np.minimum(stairs, wait + floors * ride), stairs)
    return entrance_s + climb


def _lifts(values: Any) -> np.ndarray:
    """1, 0 or NaN for each value."""
    words = {**dict.fromkeys(LIFT_YES, 1.0), **dict.fromkeys(LIFT_NO, 0.0), "unknown": np.nan, "": np.nan}
    text = pd.Series(values, dtype=object)
    keys = text.where(text.notna(), "").astype(str).str.strip().str.lower()
    refuse(~keys.isin(words).to_numpy(), "has_lift: values are not yes, no or unknown")
    return keys.map(words).to_numpy(dtype=np.float64)
