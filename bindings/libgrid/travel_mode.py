"""Travel modes: how fast someone goes, where they may go, and on whose word."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from . import _core
from ._core import InvalidInput

_KEYS = (
    "mode", "speed_kmh", "off_network_kmh", "obeys_oneway", "class_speed_kmh", "stairs_factor", "access", "opens",
    "gate_s", "turn_s", "source",
)  # fmt: skip


def travel_modes() -> pd.DataFrame:
    """The built-in travel modes, one row each.

    Returns
    -------
    DataFrame
        ``mode``; ``speed_kmh`` on ordinary roads; ``off_network_kmh`` between a place and its road;
        ``obeys_oneway``; ``class_speed_kmh``, a dict of exceptions by OpenStreetMap's highway word, 0 where
        the mode may not go; ``stairs_factor``, speed on ``steps`` as a share of ``speed_kmh`` (0: cannot);
        ``access``, OpenStreetMap's access tags that speak of the mode, the most special last; ``opens``, access
        values open to it though closed to strangers (``["private"]`` for a team that is let in); ``gate_s`` to pass a
        gate, ``turn_s`` for a sharp turn at a crossing, both in networks from OpenStreetMap; ``source`` of the
        figures. All are planning assumptions. Change a row and pass ``row.to_dict()`` as ``mode=``.

    Examples
    --------
    >>> travel_modes()["mode"].tolist()
    ['walk', 'walk_elderly', 'ebike', 'car']
    """
    return pd.DataFrame([mode_row(mode) for mode in _core.travel_modes()], columns=_KEYS)


def resolve_mode(mode: "str | Mapping[str, Any] | _core.TravelMode") -> "_core.TravelMode":
    """A mode from its name or from a dict of changes.

    A dict changes the mode that its ``mode`` names (``walk`` if none), as in
    ``{"mode": "ebike", "speed_kmh": 20}``;
    its ``class_speed_kmh`` adds to the exceptions. An unknown name may stand for a new mode when both speeds
    are given. Raises InvalidInput for unknown names and keys, for speeds outside 0 … 500 km/h and for values of
    another kind.

    Examples
    --------
    >>> resolve_mode({"mode": "ebike", "speed_kmh": 20}).speed_kmh
    20.0
    """
    if isinstance(mode, _core.TravelMode):
        return mode
    if isinstance(mode, str):
        return _core.travel_mode(mode)
    if not isinstance(mode, Mapping):
        raise InvalidInput("mode must be a name or a dict of changes, see travel_modes()")
    unknown = sorted(set(map(str, mode)) - set(_KEYS))
    if unknown:
        raise InvalidInput(f"mode: unknown keys {', '.join(unknown)}; use {', '.join(_KEYS)}")
    name = str(mode.get("mode", "walk"))
    is_new = name not in {m.name for m in _core.travel_modes()}
    if is_new and not {"speed_kmh", "off_network_kmh"} <= set(mode):
        _core.travel_mode(name)  # raises with the list of names
    base = mode_row(_core.travel_mode("walk" if is_new else name))
    if is_new:
        base |= {"mode": name, "class_speed_kmh": {}, "stairs_factor": 0.5, "source": "user"}
    row = base | dict(mode)
    own = mode.get("class_speed_kmh") or {}
    if not isinstance(own, Mapping):
        raise InvalidInput("mode: class_speed_kmh must be a dict of highway word to km/h")
    rules = base["class_speed_kmh"] | {str(word): _number(kmh or 0, f"class {word}") for word, kmh in own.items()}
    speed_kmh = _number(row["speed_kmh"], "speed_kmh")
    if "steps" not in own:
        factor = _number(row["stairs_factor"], "stairs_factor")
        if not 0 <= factor <= 1:
            raise InvalidInput(f"mode: stairs_factor must be within 0 … 1, not {factor}")
        rules["steps"] = speed_kmh * factor
    if not isinstance(row["obeys_oneway"], (bool, np.bool_)):
        raise InvalidInput(f"mode: obeys_oneway must be true or false, not {row['obeys_oneway']!r}")
    return _core.TravelMode(
        name=name,
        speed_kmh=speed_kmh,
        off_network_kmh=_number(row["off_network_kmh"], "off_network_kmh"),
        obeys_oneway=bool(row["obeys_oneway"]),
        rules=list(rules.items()),
        source=str(row["source"]),
        access=_words(row["access"], "access"),
        opens=_words(row["opens"], "opens"),
        gate_s=_number(row["gate_s"], "gate_s"),
        turn_s=_number(row["turn_s"], "turn_s"),
    )


def mode_row(mode: "_core.TravelMode") -> dict[str, Any]:
    """The mode as `travel_modes` shows it and `resolve_mode` takes it."""
    rules = dict(mode.rules)
    return {
        "mode": mode.name,
        "speed_kmh": mode.speed_kmh,
        "off_network_kmh": mode.off_network_kmh,
        "obeys_oneway": mode.obeys_oneway,
        "stairs_factor": rules.pop("steps", mode.speed_kmh) / mode.speed_kmh,
        "class_speed_kmh": rules,
        "access": list(mode.access),
        "opens": list(mode.opens),
        "gate_s": mode.gate_s,
        "turn_s": mode.turn_s,
        "source": mode.source,
    }


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InvalidInput(f"mode: {name} must be a number, not {value!r}") from None


def _words(value: Any, name: str) -> list[str]:
    words = [value] if isinstance(value, str) else list(value)
    if not all(isinstance(word, str) for word in words) or (name == "access" and not words):
        raise InvalidInput(f"mode: {name} must be a list of OpenStreetMap words")
    return words
