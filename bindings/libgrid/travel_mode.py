"""Travel modes: how fast someone goes, where they may go, and on whose word."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from . import _core
from ._core import InvalidInput

_KEYS = ("mode", "speed_kmh", "off_network_kmh", "obeys_oneway", "class_speed_kmh", "source")


def travel_modes() -> pd.DataFrame:
    """The built-in travel modes, one row each.

    Returns
    -------
    DataFrame
        ``mode``; ``speed_kmh`` on ordinary roads; ``off_network_kmh`` between a place and its road;
        ``obeys_oneway``; ``class_speed_kmh``, a dict of exceptions by OpenStreetMap's highway word, 0 where
        the mode may not go; ``source`` of the figure. All are planning assumptions. Change a row and pass
        ``row.to_dict()`` as ``mode=``.

    Examples
    --------
    >>> travel_modes()["mode"].tolist()
    ['walk', 'walk_elderly', 'ebike', 'car']
    """
    return pd.DataFrame([_row(mode) for mode in _core.travel_modes()], columns=_KEYS)


def resolve_mode(mode: "str | Mapping[str, Any] | _core.TravelMode") -> "_core.TravelMode":
    """A mode from its name or from a dict of changes.

    A dict changes the mode that its ``mode`` names (``walk`` if none), as in
    ``{"mode": "ebike", "speed_kmh": 20}``;
    its ``class_speed_kmh`` adds to the exceptions. An unknown name may stand for a new mode when both speeds
    are given. Raises InvalidInput for unknown names and keys and for speeds outside 0 … 500 km/h.

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
    base = _row(_core.travel_mode("walk" if is_new else name))
    if is_new:
        base |= {"mode": name, "class_speed_kmh": {}, "source": "user"}
    rules = base["class_speed_kmh"] | {
        str(word): float(kmh or 0) for word, kmh in (mode.get("class_speed_kmh") or {}).items()
    }
    row = base | dict(mode)
    return _core.TravelMode(
        name=name,
        speed_kmh=float(row["speed_kmh"]),
        off_network_kmh=float(row["off_network_kmh"]),
        obeys_oneway=bool(row["obeys_oneway"]),
        rules=list(rules.items()),
        source=str(row["source"]),
    )


def _row(mode: "_core.TravelMode") -> dict[str, Any]:
    return {
        "mode": mode.name,
        "speed_kmh": mode.speed_kmh,
        "off_network_kmh": mode.off_network_kmh,
        "obeys_oneway": mode.obeys_oneway,
        "class_speed_kmh": dict(mode.rules),
        "source": mode.source,
    }
