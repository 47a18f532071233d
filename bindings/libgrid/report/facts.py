"""What a report is made of: plain frames and dicts, so that pages and pictures know nothing of the core."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

Text = str | Mapping[str, str]
"""A text: as it is, a code of the catalogue, or ``{"zh": …, "en": …}``."""


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """Everything that a report says; ``None`` means "not asked here" and is said so on the page.

    Layers share one planar CRS in metres. In every frame a column that is not marked *required* may be
    missing. Unreachable people are among the uncovered ones; uncertain people are among either.

    Attributes
    ----------
    title, place : Text
    made_on : str
        The day, as the caller writes it: the report does not look at the clock.
    crs : str
    assumed : sequence of Text
        What was assumed about the data: shown as a stamp at the top when there is anything.
    access_threshold_min, response_threshold_min : float
    headline : mapping of str to mapping or None
        ``people_beyond_response``, ``people_beyond_access``, ``teams_over``, ``grids_outside_norm``,
        ``records_set_aside``, each ``{"value": int, "total": int}`` or None.
    grids : GeoDataFrame
        ``grid_id`` (required), ``name``, ``level``, ``team_id``, ``people``, ``size``, ``within_norm``,
        ``covered_share`` and ``uncovered`` (access, 0…1 and people), ``response_uncovered`` (people),
        ``own_team_min``, ``boundary_cost_min`` (means), ``load`` (asked ÷ offered).
    roads, water : GeoDataFrame, optional
        ``class`` of a road in OpenStreetMap's words.
    sites : GeoDataFrame, optional
        ``site_id``, ``name``, ``kind``.
    gaps : GeoDataFrame, optional
        ``people`` (required), ``kind`` (``access``/``response``; without it a gap stands on both maps),
        ``households``, ``worst_min``, ``cause`` (Text).
    households : GeoDataFrame, optional
        Points with ``access_min``, ``response_min``; dots of the office edition, ids are never read.
    access_groups, response_groups : DataFrame, optional
        ``group`` (``all``, ``usual``, ``migrant``, ``short``, ``key``, ``signed`` …; required), ``people``,
        ``covered``, ``uncovered``, ``covered_share``, ``unreachable``, ``uncertain``, ``mean_s``,
        ``median_s``, ``p90_s``, ``share_8min``, ``share_10min``, ``share_15min``.
    response_by_team : DataFrame, optional
        ``team_id``, ``people``, ``covered``, ``uncovered``, ``covered_share``, ``mean_s``,
        ``median_s``, ``p90_s``.
    access_by_site : DataFrame, optional
        ``site_id``, ``name``, and as above.
    curve : DataFrame, optional
        ``minutes``, ``own_share``, ``nearest_share``: see :func:`response_curve`.
    teams : DataFrame, optional
        ``team_id`` (required), ``name``, ``residents``, ``asked_min``, ``travel_min``, ``offered_min``,
        ``load``, ``estimated_min``, ``panel_signed``, ``panel_limit``; minutes are a year's.
    balance : mapping, optional
        ``gini``, ``cv``, ``theil``, ``max_over_mean``, ``range_over_mean``, ``jain``.
    plan_change : mapping, optional
        ``moved_blocks``, ``moved_households``, ``moved_people``, ``changed_doctor_people``,
        ``changed_doctor_signed`` and ``teams``: DataFrame ``team_id``, ``name``, ``load_before``,
        ``load_after``, ``own_min_before``, ``own_min_after``.
        ``public``, when there, is the same for the public edition: without it that edition compares nothing.
    change_map : GeoDataFrame, optional
        Outlines with ``kind`` ("before", "after", "moved") and ``doctor`` (of moved blocks: it changes); shown where
        ``plan_change`` is.
    withheld : mapping of str to set of str
        ``grid_id``, ``team_id`` and ``site_id`` whose counts the public edition must not show beside what is known
        already, and of which grids it must not show ``uncovered`` or ``response_uncovered``.
    issues : DataFrame, optional
        ``code``, ``severity``, ``layer``, ``id``, ``message``, ``fix``.
    ledger : DataFrame, optional
        ``layer``, ``n_in``, ``accepted``, ``repaired``, ``set_aside``; n_in is the sum of the other three.
    parameters : DataFrame, optional
        ``name``, ``value``, ``unit``, ``source`` (name, unit, source: Text).
    versions : mapping of str to str
    """

    title: Text
    place: Text
    made_on: str
    crs: str
    grids: gpd.GeoDataFrame
    assumed: Sequence[Text] = ()
    access_threshold_min: float = 15.0
    response_threshold_min: float = 10.0
    headline: Mapping[str, Mapping | None] = field(default_factory=dict)
    roads: gpd.GeoDataFrame | None = None
    water: gpd.GeoDataFrame | None = None
    sites: gpd.GeoDataFrame | None = None
    gaps: gpd.GeoDataFrame | None = None
    households: gpd.GeoDataFrame | None = None
    access_groups: pd.DataFrame | None = None
    response_groups: pd.DataFrame | None = None
    response_by_team: pd.DataFrame | None = None
    access_by_site: pd.DataFrame | None = None
    curve: pd.DataFrame | None = None
    teams: pd.DataFrame | None = None
    balance: Mapping[str, float] | None = None
    plan_change: Mapping | None = None
    change_map: gpd.GeoDataFrame | None = None
    withheld: Mapping[str, Collection[str]] = field(default_factory=dict)
    issues: pd.DataFrame | None = None
    ledger: pd.DataFrame | None = None
    parameters: pd.DataFrame | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


def response_curve(own_min, nearest_min, people, *, step_min: float = 0.25, until_min: float | None = None):
    """Share of people reached by each minute, from their own team and from the nearest one.

    Parameters
    ----------
    own_min, nearest_min : array_like of float, (n,)
        Minutes of each household; ``inf`` where there is no way.
    people : array_like, (n,)
    step_min, until_min : float
        The curve's resolution and end (default: where 99.5 % of the reachable people are reached).

    Returns
    -------
    DataFrame
        ``minutes``, ``own_share``, ``nearest_share``; a time equal to a minute counts as reached.

    Examples
    --------
    >>> response_curve([4.0, 12.0], [4.0, 6.0], [30, 10], step_min=6, until_min=12)["own_share"].tolist()
    [0.0, 0.75, 1.0]
    """
    people = np.asarray(people, dtype=float)
    times = [np.asarray(own_min, dtype=float), np.asarray(nearest_min, dtype=float)]
    if until_min is None:
        finite = [t[np.isfinite(t) & (people > 0)] for t in times]
        reach = max((float(np.quantile(t, 0.995)) for t in finite if t.size), default=1.0)
        until_min = max(step_min, np.ceil(reach))
    minutes = np.arange(0.0, until_min + step_min / 2, step_min)
    total = people.sum() or 1.0
    shares = []
    for time in times:
        order = np.argsort(time, kind="stable")
        reached = np.concatenate([[0.0], np.cumsum(people[order])])
        shares.append(reached[np.searchsorted(time[order], minutes, side="right")] / total)
    return pd.DataFrame({"minutes": minutes, "own_share": shares[0], "nearest_share": shares[1]})
