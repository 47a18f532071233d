"""Loads as a function of rule minutes: how many contacts each team has of each rule, so that minutes can be varied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..workload import service_rules
from .outcome import Outcome


@dataclass(frozen=True, eq=False)
class LoadModel:
    """asked = contacts · minutes + travel, by team, a year.

    Attributes
    ----------
    groups : tuple of str
        Of each rule.
    contacts : (teams, rules) array
        Contacts a year.
    minutes : (rules,) array
        Minutes of a contact.
    travel_min, offered_min : (teams,) arrays
    """

    groups: tuple[str, ...]
    contacts: np.ndarray
    minutes: np.ndarray
    travel_min: np.ndarray
    offered_min: np.ndarray

    def loads(self, factors, *, journey=1.0, demand=1.0) -> np.ndarray:
        """The loads when the minutes of each rule are so many times as long: (…, rules) factors give (…, teams)."""
        factors = np.asarray(factors, float)
        care = (factors * self.minutes) @ self.contacts.T
        asked = (care + np.asarray(journey, float)[..., None] * self.travel_min) * np.asarray(demand, float)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return asked / self.offered_min


def load_model(outcome: Outcome) -> LoadModel | None:
    """The model behind an outcome's workload; None where it was not asked."""
    work = outcome.workload
    if work is None or not len(work.teams):
        return None
    rules = service_rules() if outcome.rules is None else outcome.rules
    use = rules[("n_" + rules["group"].astype(str)).isin(work.teams.columns)]
    people = work.teams[[f"n_{group}" for group in use["group"]]].to_numpy(float)
    return LoadModel(
        tuple(use["group"]),
        people * use["per_year"].to_numpy(float),
        use["minutes"].to_numpy(float),
        work.teams["travel_min"].to_numpy(float),
        work.teams["offered_min"].to_numpy(float),
    )


def load_figures(loads: np.ndarray) -> dict[str, np.ndarray]:
    """teams_over, load_max and load_gini of (…, teams) loads; the last of finite loads only."""
    finite = np.isfinite(loads)
    known = np.sort(np.where(finite, loads, np.inf), axis=-1)
    n = finite.sum(axis=-1)
    rank = np.arange(1, loads.shape[-1] + 1)
    inside = rank <= n[..., None]
    value = np.where(inside, known, 0.0)
    total = value.sum(axis=-1)
    weighted = (np.where(inside, 2 * rank - n[..., None] - 1, 0) * value).sum(axis=-1)
    gini = np.divide(weighted, n * total, out=np.zeros(np.shape(total)), where=(n * total) > 0)
    return {
        "teams_over": (loads > 1).sum(axis=-1).astype(float),
        "load_max": np.nanmax(np.where(np.isnan(loads), 0.0, loads), axis=-1),
        "load_gini": gini,
    }
