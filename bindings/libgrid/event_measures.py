"""What an event ledger says of each grid: how much was found, how fast it was answered, where events gather."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from .events import EventLedger
from .issues import name_some

if TYPE_CHECKING:
    from .study_area import StudyArea

__all__ = ["EventMeasures", "find_hot_spots", "measure_events", "poisson_interval"]


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
        return _answers(frame, leader.astype(str), sorted(leader.astype(str).unique()), self._ledger, "leader")

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
    table = _answers(frame, frame["grid_id"], list(grids["grid_id"]), events, "grid_id")
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
    categories = _answers(frame, frame["category"], list(events.categories), events, "category")
    categories = categories[["category", "found", "open", "median_h", "p90_h"]]
    aside = events.set_aside
    if public:
        table, categories = _suppress(table, categories, list(events.categories), k)
        aside = aside.groupby("reason", as_index=False).size().rename(columns={"size": "rows"}).iloc[:0]
        events = EventLedger(frame.iloc[:0], events.set_aside.iloc[:0], events.categories, events.as_of)
    made = gpd.GeoDataFrame(table, geometry=grids.geometry, crs=area.crs)
    return EventMeasures(made, categories, aside, public, events)


def _answers(frame, labels: pd.Series, names: list, events: EventLedger, what: str) -> pd.DataFrame:
    """By label: events by category, open ones, and how long the answer took."""
    at = pd.Index(names).get_indexer(labels)
    n = len(names)
    table = pd.DataFrame({what: names, "found": np.bincount(at, minlength=n)})
    if what != "category":
        for category in events.categories:
            table[f"n_{category}"] = np.bincount(at[frame["category"] == category], minlength=n)
    answered = frame["answered"].notna().to_numpy()
    table["open"] = np.bincount(at[~answered], minlength=n)
    until = frame["answered"].fillna(events.as_of)
    hours = ((until - frame["found"]) / pd.Timedelta(hours=1)).to_numpy(float)
    table["median_h"], table["p90_h"] = survival_quantiles(at, hours, answered, n, (0.5, 0.9))
    return table


def survival_quantiles(label, hours, answered, count: int, shares: tuple[float, ...]) -> list[np.ndarray]:
    """By label, the time by which each share is answered (Kaplan & Meier 1958); inf: not known, NaN: no event."""
    order = np.lexsort((~answered, hours, label))  # at one moment answers come before those that are still open
    label, hours, answered = label[order], hours[order], answered[order]
    size = np.bincount(label, minlength=count)
    first = np.repeat(np.cumsum(size) - size, size)
    rank = np.arange(len(label)) - first
    at_risk = size[label] - rank
    with np.errstate(divide="ignore"):
        step = np.where(answered, np.log1p(-1.0 / at_risk), 0.0)
    # A label's sum starts anew: everything before its first row is taken off. The last of a label may fall to nothing.
    finite = np.where(np.isinf(step), -1e6, step)
    total = np.cumsum(finite)
    before = np.concatenate([[0.0], total])[first]
    left = total - before  # log of the share not yet answered
    quantiles = []
    for share in shares:
        out = np.where(size > 0, np.inf, np.nan)
        reached = np.flatnonzero(left <= np.log1p(-share) + 1e-9)
        labels, where = np.unique(label[reached], return_index=True)
        out[labels] = hours[reached[where]]
        quantiles.append(out)
    return quantiles


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


def find_hot_spots(
    values: Any, points: Any, radius_m: float, *, false_discoveries: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Where high values lie together: Gi* of Ord & Getis (1995), hot by Benjamini & Hochberg (1995).

    Parameters
    ----------
    values : (n,) array
        Events, or events per hour.
    points : (n, 2) array
        Where they are, in metres.
    radius_m : float
        What lies this close counts as one neighbourhood, the place itself included.
    false_discoveries : float
        The share of hot places that may be so by chance.

    Returns
    -------
    z : (n,) float64
        Standard normal where values are scattered at random; NaN where all are equal, or everything is neighbour.
    hot : (n,) bool

    Raises
    ------
    InvalidInput
        Lengths that differ, values or places that are not finite, a radius that is not above 0.

    Examples
    --------
    >>> points = [[100.0 * i, 0.0] for i in range(10)]
    >>> z, hot = find_hot_spots([0, 0, 0, 0, 9, 9, 0, 0, 0, 0], points, 150)
    >>> z.round(2).tolist()[3:7]
    [0.65, 2.29, 2.29, 0.65]
    """
    x = np.asarray(values, dtype=float)
    xy = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(x) != len(xy):
        raise _core.InvalidInput(f"values has {len(x)} entries, points has {len(xy)}: give one each")
    if not (np.isfinite(x).all() and np.isfinite(xy).all()):
        raise _core.InvalidInput("values and points must be finite")
    if not (np.isfinite(radius_m) and radius_m > 0):
        raise _core.InvalidInput(f"radius_m must be above 0, not {radius_m!r}")
    if not 0 < false_discoveries < 1:
        raise _core.InvalidInput(f"false_discoveries must be a share between 0 and 1, not {false_discoveries!r}")
    n = len(x)
    if n < 2:
        return np.full(n, np.nan), np.zeros(n, bool)
    shapes = shapely.points(xy)
    here, there = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=radius_m)
    near = np.bincount(here, minlength=n).astype(float)
    together = np.bincount(here, x[there], minlength=n)
    mean, spread = x.mean(), x.std()
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (together - mean * near) / (spread * np.sqrt((n * near - near**2) / (n - 1)))
    z[~np.isfinite(z)] = np.nan
    p = np.array([_upper_tail(v) for v in z])
    ranked = np.sort(p[~np.isnan(p)])
    within = np.flatnonzero(ranked <= false_discoveries * np.arange(1, len(ranked) + 1) / max(n, 1))
    limit = ranked[within[-1]] if len(within) else -1.0
    return z, np.nan_to_num(p, nan=2.0) <= limit


def _upper_tail(z: float) -> float:
    from math import erfc, sqrt

    return float("nan") if np.isnan(z) else erfc(z / sqrt(2)) / 2


def _suppress(table: pd.DataFrame, categories: pd.DataFrame, names: list[str], k: int):
    """Small counts are left out, and as many others as keep them from being computed back; rates go with counts."""
    from .report.suppress import Cells

    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
        raise _core.InvalidInput(f"k must be a whole number of at least 2, not {k!r}")
    cells = Cells(int(k))
    columns = {f"n_{name}": name for name in names}
    for i, row in table.iterrows():
        for column in ("found", *columns, "open"):
            cells.add((i, column), row[column])
    for _, row in categories.iterrows():
        cells.add(("all", row["category"]), row["found"])
        cells.add(("all open", row["category"]), row["open"])
        cells.tie(("all", row["category"]), [(j, f"n_{row['category']}") for j in table.index])
        cells.tie(("all", row["category"]), [("all open", row["category"])], ("answered", row["category"]))
    cells.add("total", table["found"].sum())
    cells.add("total open", table["open"].sum())
    for i in table.index:
        cells.tie((i, "found"), [(i, column) for column in columns])
        cells.tie((i, "found"), [(i, "open")], (i, "answered"))
    cells.tie("total", [(i, "found") for i in table.index])
    cells.tie("total", [("all", name) for name in names])
    cells.tie("total open", [(i, "open") for i in table.index])
    cells.tie("total open", [("all open", name) for name in names])
    hidden = cells.hide()
    table, categories = table.copy(), categories.copy()
    few = table["found"] < k
    for column in ("found", *columns, "open"):
        gone = [(i, column) in hidden for i in table.index]
        table[column] = table[column].astype("Int64").mask(gone)
    rates = ["median_h", "p90_h", "per_hour", "per_hour_low", "per_hour_high", "z"]
    gone = (table["found"].isna() | few) & ~(table["found"] == 0).fillna(False)
    table.loc[gone, rates] = np.nan
    table.loc[table["open"].isna(), ["median_h", "p90_h"]] = np.nan
    table["z"] = np.nan  # a neighbourhood's sum in another guise
    for column, key in (("found", "all"), ("open", "all open")):
        lost = [(key, name) in hidden for name in categories["category"]]
        categories[column] = categories[column].astype("Int64").mask(lost)
    categories.loc[categories["found"].isna() | (categories["found"] < k), ["median_h", "p90_h"]] = np.nan
    return table, categories
