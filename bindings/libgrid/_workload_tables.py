"""What the core measured of the workload, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from . import _core
from .service_rules import staff_shares


def frame_of(found: dict[str, Any], groups: list[str], ids: Sequence[Any]) -> pd.DataFrame:
    people, estimated = found.pop("people"), found.pop("estimated").astype(bool)
    low, high = found.pop("asked_low_min"), found.pop("asked_high_min")
    frame = pd.DataFrame(found, index=pd.Index([*ids, None], dtype=object))
    if len(low):
        at = frame.columns.get_loc("asked_min") + 1
        frame.insert(at, "asked_low_min", low)
        frame.insert(at + 1, "asked_high_min", high)
        with np.errstate(divide="ignore", invalid="ignore"):
            frame["load_low"], frame["load_high"] = low / found["offered_min"], high / found["offered_min"]
    frame[[f"n_{group}" for group in groups]] = people
    # Few patterns of estimated groups, many grids: each pattern is put into words once.
    patterns, which = np.unique(estimated, axis=0, return_inverse=True)
    names = np.array(groups, dtype=object)
    words = np.array([", ".join(names[row]) for row in patterns], dtype=object)
    frame["estimated"] = words[which.ravel()] if len(frame) else ""
    return frame


def share_by_role(table: pd.DataFrame, rules: list[_core.ServiceRule], groups: list[str]) -> pd.DataFrame:
    """Each row's asked minutes by role. What merging saves is shared out in proportion."""
    roles = list(dict.fromkeys(role for rule in rules for role in staff_shares(rule.staff)))
    care = pd.DataFrame(0.0, index=groups, columns=roles)
    visits = care.copy()
    for rule in rules:
        for role, share in staff_shares(rule.staff).items():
            care.loc[rule.group, role] += share * rule.per_year * rule.minutes
            if rule.mode == "home":
                visits.loc[rule.group, role] += share * rule.per_year
    people = table[[f"n_{group}" for group in groups]].to_numpy()

    def shared(parts: pd.DataFrame, whole: str) -> np.ndarray:
        minutes = people @ parts.to_numpy()
        total = minutes.sum(axis=1, keepdims=True)
        equal = np.full_like(minutes, 1 / max(len(roles), 1))
        return table[whole].to_numpy()[:, None] * np.divide(minutes, total, out=equal, where=total > 0)

    asked = shared(care, "care_min") + shared(visits, "travel_min")
    return pd.DataFrame(
        {"team": np.repeat(table.index, len(roles)), "role": roles * len(table), "asked_min": asked.ravel()}
    )
