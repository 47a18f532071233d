"""What OpenStreetMap's tags mean for someone who travels: one-way streets, speed limits, access, durations.

Every function takes a column of tags and decides once for each distinct value or combination of values.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

_ALONG = ("yes", "true", "1")
_NUMBER = re.compile(r"^(\d+(?:[.,]\d+)?)\s*(km/?h|kmh|kph|mph|knots)?$")
_UNITS = {"mph": 1.609344, "knots": 1.852}
# Limits that a word stands for. Countries differ; only a limit below the mode's own speed has any effect.
_ZONES = {"walk": 7.0, "living_street": 20.0, "pedestrian": 7.0, "urban": 50.0, "rural": 80.0, "motorway": 120.0}
_CLOSED = ("no", "private", "agricultural", "forestry", "delivery", "customers", "military", "permit", "emergency")
_DURATION = re.compile(r"^(?:(\d+):)?(\d+)(?::(\d+))?$")
_ISO = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$")


def for_each_combination(frame: pd.DataFrame, columns: Sequence[str], decide: Callable[..., Any]) -> pd.Series:
    """``decide(*values)`` for each row, computed once for each combination; missing values are ``""``."""
    tags = frame[list(columns)].fillna("")
    code, first = tags.groupby(list(columns), sort=False).ngroup().to_numpy(), ~tags.duplicated().to_numpy()
    answers = [decide(*row) for row in tags[first].itertuples(index=False, name=None)]
    order = code[first]
    table = pd.Series(answers, index=order, dtype=object).reindex(range(len(answers)))
    return pd.Series(table.to_numpy()[code], index=frame.index).infer_objects()


def oneway(highway: str, junction: str, tag: str, contraflow: str = "", cycleway: str = "") -> str:
    """``yes``, ``reverse`` or ``no``: roundabouts and motorways are one-way unless they say otherwise.

    `contraflow` is the mode's own tag (``oneway:bicycle``), which wins where it stands; ``cycleway=opposite…`` opens
    a one-way street to bicycles.

    Examples
    --------
    >>> oneway("primary", "roundabout", ""), oneway("primary", "", "-1"), oneway("primary", "", "yes", "no")
    ('yes', 'reverse', 'no')
    """
    if contraflow in ("no", "false", "0") or cycleway.startswith("opposite"):
        return "no"
    if contraflow in _ALONG:
        return "yes"
    if contraflow in ("-1", "reverse") or tag in ("-1", "reverse"):
        return "reverse"
    if tag in _ALONG:
        return "yes"
    if tag in ("no", "false", "0", "reversible", "alternating"):
        return "no"
    return "yes" if junction in ("roundabout", "circular") or highway in ("motorway", "motorway_link") else "no"


def maxspeed_kmh(tag: str) -> float:
    """Kilometres an hour, NaN where there is no limit or the text is not understood; of several the lowest.

    Examples
    --------
    >>> [maxspeed_kmh(t) for t in ("50", "30 mph", "DE:zone:30", "CN:urban", "walk", "none")]
    [50.0, 48.28032, 30.0, 50.0, 7.0, nan]
    """
    limits = [limit for part in tag.lower().split(";") if not np.isnan(limit := _one_limit(part.strip()))]
    return min(limits, default=np.nan)


def _one_limit(text: str) -> float:
    found = _NUMBER.match(text.rsplit(":", 1)[-1].removeprefix("zone"))
    if found:
        limit = float(found[1].replace(",", ".")) * _UNITS.get(found[2], 1.0)
        return limit if limit > 0 else np.nan
    return _ZONES.get(text.rsplit(":", 1)[-1], np.nan)


def duration_s(tag: str) -> float:
    """Seconds of ``hh:mm``, ``hh:mm:ss``, minutes or ``PT1H30M``; NaN where there is none.

    Examples
    --------
    >>> [duration_s(t) for t in ("00:12", "1:30:00", "5", "PT20M", "soon")]
    [720.0, 5400.0, 300.0, 1200.0, nan]
    """
    if found := _ISO.match(tag):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
    elif found := _DURATION.match(tag):
        hours, minutes, seconds = float(found[1] or 0), float(found[2]), float(found[3] or 0)
    else:
        return np.nan
    total = hours * 3600 + minutes * 60 + seconds
    return total if total > 0 else np.nan


def access(tags: Sequence[str]) -> bool | None:
    """Whether one may pass, from the mode's access tags, the general one first; None where none says.

    The most special tag that stands decides, as in ``access=private`` with ``foot=yes``. ``destination`` is open:
    the people served are the destination. Of several values in one tag any open one opens.

    Examples
    --------
    >>> access(["private", "yes"]), access(["no", ""]), access(["", ""]), access(["destination"])
    (True, False, None, True)
    """
    for tag in reversed(tags):
        values = [value.strip() for value in tag.split(";") if value.strip()]
        if values and values != ["unknown"]:
            return any(value not in _CLOSED for value in values)
    return None
