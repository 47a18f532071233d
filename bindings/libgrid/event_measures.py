"""What an event ledger says of each grid: how much was found, how fast it was answered, where events gather."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .event_answers import count_answers, survival_quantiles
from .event_edition import suppress
from .events import EventLedger
from .hot_spots import find_hot_spots
from .issues import name_some

if TYPE_CHECKING:
    from .study_area import StudyArea

__all__ = ["EventMeasures", "find_hot_spots", "measure_events", "poisson_interval", "survival_quantiles"]


def poisson_interval(counts: Any, confidence: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The exact interval of the number of events that was to be expected where so many were seen (Garwood 1936).

    Examples
    --------
    >>> low, high = poisson_interval([0, 10])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.0, 4.7954], [3.6889, 18.3904])
    """
    found = _core.find_poisson_interval(np.ascontiguousarray(counts, dtype=np.int64), confidence)
    return found["low"], found["high"]


@dataclass(frozen=True, eq=False, repr=False)
class EventMeasures:
    """Events by grid; made by `measure_events`.

    Attributes
    ----------
    grids : GeoDataFrame
        By grid: found, one n_<category> a category, open (not answered), median_h and p90_h (hours from found to
        answered; inf where so many are still open that it is not known), hours (of patrol), per_hour, per_hour_low,
        per_hour_high, z and hot (see `find_hot_spots`), geometry. In a public edition counts below k, and others from
        which they could be computed, are missing.
    categories : DataFrame
        By category for the whole area: found, open, median_h, p90_h.
    set_aside : DataFrame
        Rows of the ledger that could not be measured, with the reason.
    public : bool
    """

    grids: gpd.GeoDataFrame
    categories: pd.DataFrame
    set_aside: pd.DataFrame
    public: bool
    _ledger: EventLedger

    def by_leader(self, leaders: pd.Series) -> pd.DataFrame:
        """The same by grid leader, on request and in the order of their codes: not a ranking.

        Parameters
        ----------
        leaders : Series
            The code of each grid's leader, by grid_id.

        Raises
        ------
        InvalidInput
            In a public edition; for a grid without a leader.
        """
        if self.public:
            raise _core.InvalidInput("a table by grid leader is for the office: measure with public=False")
        frame = self._ledger.frame
        leader = frame["grid_id"].map(leaders)
        if leader.isna().any():
            without = frame["grid_id"][leader.isna()].unique()
            raise _core.InvalidInput(f"leaders: grids {name_some(without)} have none; give a code for each grid")
        return count_answers(frame, leader.astype(str), sorted(leader.astype(str).unique()), self._ledger, "leader")

    def plot(self, *, ax=None):
        """The map of hot spots: z by grid, hot grids outlined.

        Returns
        -------
        matplotlib.axes.Axes
        """
        import matplotlib.pyplot as plt

        ax = ax or plt.subplots(figsize=(7, 6))[1]
        self.grids.plot(column="z", cmap="RdBu_r", vmin=-4, vmax=4, legend=True, ax=ax, missing_kwds={"color": "0.9"})
        hot = self.grids[self.grids["hot"].fillna(False).astype(bool)]
        if len(hot):
            hot.boundary.plot(color="black", linewidth=1.4, ax=ax)
        ax.set_title("Hot spots of events (Gi*)")
        ax.set_axis_off()
        return ax

    def __repr__(self) -> str:
        found = int(self.categories["found"].sum())
        return f"EventMeasures({found} events in {len(self.grids)} grids, {int(self.grids['hot'].sum())} hot)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.categories.to_html(border=0, float_format="{:,.1f}".format)


def measure_events(
    area: StudyArea,
    events: EventLedger,
    *,
    patrol_hours: Any = None,
    radius_m: float = 300.0,
    confidence: float = 0.95,
    false_discoveries: float = 0.1,
    public: bool = False,
    k: int = 10,
) -> EventMeasures:
    """Measure what was found in each grid, and how fast it was answered.

    Parameters
    ----------
    area : StudyArea
    events : EventLedger
        From :func:`libgrid.read_events`, of the same area.
    patrol_hours : float or Series, optional
        Hours on patrol in the time that the ledger covers: one number for every grid, or by grid_id.
    radius_m : float
        Grids this close to each other, middle to middle, are looked at together for hot spots.
    confidence : float
        Of the intervals of events per patrol hour.
    false_discoveries : float
        The share of wrongly marked grids among hot spots that is put up with.
    public : bool
        An edition that may be shown: small counts are left out, and no row of the ledger is in it.
    k : int
        The smallest count that a public edition shows.

    Returns
    -------
    EventMeasures

    Raises
    ------
    InvalidInput
        A ledger of another area; hours that are negative or missing; a radius that is not above 0.

    Notes
    -----
    Median and 90th percentile of the time to the answer are Kaplan & Meier's (1958): an event that is still open counts
    until the ledger was closed and is not dropped, or the slow would look fast. Events per hour have Garwood's exact
    interval (1936). Hot spots: Ord & Getis (1995).

    Examples
    --------
    >>> import libgrid as lg, pandas as pd
    >>> area = lg.datasets.load("town")
    >>> rows = pd.DataFrame({"grid_id": [area.blocks["grid_id"][0]] * 2, "category": "safety",
    ...                      "found": "2026-03-02 09:00", "answered": ["2026-03-02 10:00", None]})
    >>> seen = lg.measure_events(area, lg.read_events(rows, area, as_of="2026-04-01"), patrol_hours=20)
    >>> seen.grids.query("found > 0")[["found", "open", "median_h", "p90_h", "per_hour"]].values.tolist()
    [[2.0, 1.0, 1.0, inf, 0.1]]
    """
    ids = area.ids("grids")
    if len(events.frame) and not (ids.take(events.frame["grid"]) == events.frame["grid_id"]).all():
        raise _core.InvalidInput("events are of another area: read them against this one")
    leaf = np.asarray(area._core.grids.leaf, bool)
    frame = events.frame
    grids = area.grids.loc[leaf, ["grid_id", "geometry"]].reset_index(drop=True)
    table = count_answers(frame, frame["grid_id"], list(grids["grid_id"]), events, "grid_id")
    hours = _hours(patrol_hours, table["grid_id"])
    low, high = poisson_interval(table["found"], confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, amount in (
            ("per_hour", table["found"].to_numpy(float)),
            ("per_hour_low", low),
            ("per_hour_high", high),
        ):
            table[name] = np.where(hours > 0, amount / hours, np.nan)
    table.insert(table.columns.get_loc("per_hour"), "hours", hours)
    middle = shapely.get_coordinates(shapely.centroid(grids.geometry.to_numpy()))
    drawn = ~shapely.is_missing(grids.geometry.to_numpy()) & ~shapely.is_empty(grids.geometry.to_numpy())
    table["z"], table["hot"] = np.nan, False
    if drawn.any():
        z, hot = find_hot_spots(table["found"][drawn], middle, radius_m, false_discoveries=false_discoveries)
        table.loc[drawn, "z"], table.loc[drawn, "hot"] = z, hot
    categories = count_answers(frame, frame["category"], list(events.categories), events, "category")
    categories = categories[["category", "found", "open", "median_h", "p90_h"]]
    aside = events.set_aside
    if public:
        table, categories = suppress(table, categories, list(events.categories), k)
        aside = aside.groupby("reason", as_index=False).size().rename(columns={"size": "rows"}).iloc[:0]
        events = EventLedger(frame.iloc[:0], events.set_aside.iloc[:0], events.categories, events.as_of)
    made = gpd.GeoDataFrame(table, geometry=grids.geometry, crs=area.crs)
    return EventMeasures(made, categories, aside, public, events)


def _hours(patrol_hours: Any, grid_ids: pd.Series) -> np.ndarray:
    if patrol_hours is None:
        return np.full(len(grid_ids), np.nan)
    if isinstance(patrol_hours, pd.Series):
        hours = patrol_hours.reindex(grid_ids).to_numpy(float)
        if np.isnan(hours).any():
            raise _core.InvalidInput(f"patrol_hours: none for grids {name_some(grid_ids[np.isnan(hours)])}")
    else:
        hours = np.full(len(grid_ids), float(patrol_hours))
    if not (np.isfinite(hours) & (hours >= 0)).all():
        raise _core.InvalidInput("patrol_hours must be finite numbers, 0 or more")
    return hours
