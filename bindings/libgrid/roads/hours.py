"""Speeds by hour of the week: several columns of times on one set of streets."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .._core import InvalidInput

HOURS = 168
_CLOCK = re.compile(r"^(\d{1,2}):00$")
_COLUMNS = ("weekdays", "start", "end", "class", "speed_factor")
_MAX_MS = 10**9


@dataclass(frozen=True, eq=False)
class HourTimes:
    """Milliseconds by edge for each distinct hour of the week."""

    index: np.ndarray  # (168,): which column an hour has
    ms: list[np.ndarray]

    def at(self, hour: int) -> np.ndarray:
        return self.ms[self.index[hour]]


def hour_times(table: pd.DataFrame, words: np.ndarray, ms: np.ndarray) -> HourTimes:
    """From rows of factors, the class of each edge and its ordinary times. Raises InvalidInput."""
    factor = _factors(table, pd.unique(words))
    codes, names = pd.factorize(words)
    by_hour = np.stack([factor[name] for name in names]) if len(names) else np.ones((0, HOURS))
    distinct, index = np.unique(by_hour, axis=1, return_inverse=True)
    columns = []
    for factors in distinct.T:
        times = np.rint(ms / factors[codes])
        if (times > _MAX_MS).any():
            raise InvalidInput("speed_factor: some edges would take over 10⁶ s")
        columns.append(times.astype(np.uint32))
    return HourTimes(index.reshape(-1), columns)


def _factors(table: pd.DataFrame, known: Any) -> dict[Any, np.ndarray]:
    """By class: the factor of each hour of the week."""
    unknown = sorted(set(map(str, table.columns)) - set(_COLUMNS))
    lacks = [name for name in ("start", "end", "speed_factor") if name not in table.columns]
    if unknown or lacks:
        raise InvalidInput(f"hours: columns are {', '.join(_COLUMNS)}; unknown {unknown}, missing {lacks}")
    general, special = np.full(HOURS, np.nan), {}
    for row, values in enumerate(table.to_dict("records")):
        word = values.get("class")
        is_general = word is None or (isinstance(word, float) and np.isnan(word)) or word == ""
        if not is_general and word not in known:
            raise InvalidInput(f"hours, row {row}: the network has no class {word!r}")
        at = general if is_general else special.setdefault(word, np.full(HOURS, np.nan))
        hours = _hours_of(values, row)
        try:
            factor = float(values["speed_factor"])
        except (TypeError, ValueError):
            factor = np.nan
        if not 0.01 <= factor <= 100:
            raise InvalidInput(
                f"hours, row {row}: speed_factor must be within 0.01 … 100, not {values['speed_factor']!r}"
            )
        if not np.isnan(at[hours]).all():
            raise InvalidInput(f"hours, row {row}: another row speaks of the same hours and class")
        at[hours] = factor
    general = np.where(np.isnan(general), 1.0, general)
    return {
        word: np.where(np.isnan(special[word]), general, special[word]) if word in special else general
        for word in known
    }


def _hours_of(values: dict, row: int) -> list[int]:
    clock = [_CLOCK.match(str(values[name]).strip()) for name in ("start", "end")]
    if None in clock or int(clock[0][1]) > 23 or int(clock[1][1]) > 24:
        raise InvalidInput(f"hours, row {row}: start and end must be full hours such as '07:00'")
    start, end = (int(found[1]) for found in clock)
    if start == end:
        raise InvalidInput(f"hours, row {row}: start and end are the same hour")
    days = _weekdays(values.get("weekdays"), row)
    span = range(start, end if end > start else end + 24)  # over midnight into the next day
    return [((day - 1) * 24 + hour) % HOURS for day in days for hour in span]


def _weekdays(text: Any, row: int) -> list[int]:
    if text is None or (isinstance(text, float) and np.isnan(text)) or str(text).strip() == "":
        return list(range(1, 8))
    days: list[int] = []
    for part in str(text).replace(" ", "").split(","):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit() or not 1 <= int(first) <= int(last or first) <= 7:
            raise InvalidInput(f"hours, row {row}: weekdays must read like '1-5' or '6,7', not {text!r}")
        days += range(int(first), int(last or first) + 1)
    return sorted(set(days))
