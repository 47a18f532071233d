"""Who would walk in, where, and how often: the demand that weekly sessions meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..study_area import StudyArea
from ..travel import RoadNetwork, find_pairs

__all__ = ["Segments", "build_segments", "walk_in_contacts"]

WORKING_WEEKS = 46  # the weeks of a working year, on both sides of every load


def walk_in_contacts(
    area: StudyArea, *, rules: pd.DataFrame | None = None, modes: Sequence[str] = ("station",)
) -> np.ndarray:
    """Contacts a week that each household's people would walk in for.

    Parameters
    ----------
    area : StudyArea
    rules : DataFrame, optional
        As `libgrid.service_rules`, edited.
    modes : sequence of str
        The modes of the rules that are met at a session: those at a station by default. Examinations at the centre
        need its rooms, so they are asked for with ``("station", "centre")``.

    Returns
    -------
    (households,) array
        Σ people × contacts a year ÷ 46 weeks. Of each class as large a part can walk as of the household, for which
        homebound people are taken off; unknown counts are prevalence × usual residents; neighbours beyond the border 0.

    Examples
    --------
    >>> import libgrid as lg
    >>> contacts = walk_in_contacts(lg.datasets.load("town"))
    >>> bool(contacts.min() >= 0), bool(contacts.sum() > 0)
    (True, True)
    """
    from ..service_rules import service_rules

    table = service_rules() if rules is None else rules
    missing = {"group", "mode", "per_year"} - set(table.columns)
    if missing:
        raise _core.InvalidInput(f"service rules: columns {sorted(missing)} are missing; see service_rules()")
    attrs = area.households
    usual = area.column("households", "n_usual").astype(float)
    home = area.column("households", "n_homebound").astype(float)
    walking = np.where(usual > 0, np.maximum(usual - home, 0) / np.maximum(usual, 1), 1.0)
    walking *= area.column("households", "inside").astype(float)
    contacts = np.zeros(len(usual))
    for rule in table[table["mode"].isin(list(modes))].to_dict("records"):
        share = rule.get("prevalence", 0.0)
        share = 0.0 if share is None or share != share else float(share)
        people = np.full(len(usual), np.nan)
        if f"n_{rule['group']}" in attrs:
            people = attrs[f"n_{rule['group']}"].to_numpy(dtype=float, na_value=np.nan)
        contacts += np.where(np.isnan(people), share * usual, people) * float(rule["per_year"])
    if not (np.isfinite(contacts).all() and (contacts >= 0).all()):
        raise _core.InvalidInput("service rules: per_year and prevalence must be finite and not negative")
    return contacts * walking / WORKING_WEEKS


@dataclass(frozen=True, eq=False)
class Segments:
    """Households that reach the same sites, taken together: the plan cannot tell them apart.

    Attributes
    ----------
    sites : (segments, sites) bool
        Which sites each reaches; the first segment may reach none.
    contacts : (segments,) array
        A week.
    people : (segments,) array
        Who could walk in.
    of : (households,) int
    way_s : (segments, sites) array
        Mean time of its people to each site; inf where out of reach.
    """

    sites: np.ndarray
    contacts: np.ndarray
    people: np.ndarray
    of: np.ndarray
    way_s: np.ndarray

    @property
    def reached(self) -> np.ndarray:
        return self.sites.any(axis=1)


def build_segments(
    area: StudyArea,
    site_rows: np.ndarray,
    contacts: Any,
    people: Any,
    *,
    mode: Any,
    threshold_s: float,
    max_off_network_m: float = 500.0,
) -> Segments:
    """Group the households by the set of sites that they reach within the threshold."""
    pairs = find_pairs(
        RoadNetwork.from_frame(area.roads, mode=mode),
        area.points("households"),
        area.points("sites")[site_rows],
        cutoff_s=threshold_s,
        max_off_network_m=max_off_network_m,
    )
    return group_households(pairs.origin, pairs.index, pairs.times_s, contacts, people, len(site_rows))


def group_households(
    household: np.ndarray, site: np.ndarray, time_s: np.ndarray, contacts: np.ndarray, people: np.ndarray, sites: int
) -> Segments:
    """Households with equal sets of sites as one, by the bits of the set.

    >>> found = group_households(np.array([0, 1, 2]), np.array([1, 1, 0]), np.ones(3), np.ones(4), np.full(4, 3.0), 2)
    >>> found.contacts.tolist(), found.sites.tolist()
    ([1.0, 2.0, 1.0], [[False, False], [False, True], [True, False]])
    """
    bits = np.zeros((len(contacts), max((sites + 7) // 8, 1)), np.uint8)
    np.bitwise_or.at(bits, (household, site >> 3), np.uint8(128) >> (site & 7).astype(np.uint8))
    sets, of = np.unique(bits, axis=0, return_inverse=True)
    of = of.reshape(-1)
    weight = people[household] + 1e-9  # a mean of those without people is a mean all the same
    cell = of[household].astype(np.int64) * sites + site
    total, summed = (np.bincount(cell, weights=w, minlength=len(sets) * sites) for w in (weight, weight * time_s))
    way = np.divide(summed, total, out=np.full(len(total), np.inf), where=total > 0).reshape(-1, sites)
    return Segments(
        np.unpackbits(sets, axis=1, count=sites).astype(bool),
        np.bincount(of, weights=contacts, minlength=len(sets)),
        np.bincount(of, weights=people, minlength=len(sets)),
        of,
        way,
    )
