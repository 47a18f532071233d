"""Does a layer lie 300 to 1,000 m off its reference, as maps in GCJ-02 and BD-09 do? Looks; never converts."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core
from ._core import InvalidInput
from .gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from .geometry import _positions
from .projection import Projection
from .ragged import as_geometries, frame_around, to_lines

__all__ = ["DatumShift", "find_datum_shift"]

# What may be wrong, and what undoes it: (layer that is off, its datum, conversion of the points).
CANDIDATES = (
    ("", "none", None),
    ("points", "gcj02", gcj02_to_wgs84),
    ("points", "bd09", bd09_to_wgs84),
    ("reference", "gcj02", wgs84_to_gcj02),
    ("reference", "bd09", wgs84_to_bd09),
)
MOST_POINTS = 3_000  # a sample of them says the same, sixteen times faster than 50,000
FEWEST_POINTS = 100  # under it, chance looks like an offset
BINS = 10
# Offsets that no datum has, of the same sizes: what a wrong offset scores. 48 of them give a spread good to a tenth.
DECOYS = [(r, (k + r / 100) * np.pi / 6) for r in (260.0, 450.0, 700.0, 950.0) for k in range(12)]
REACH_M = 400.0
NEAREST = 0.8  # of the decoys' distances are looked at: the rest is open land and what lies beyond the reference
LEAST_SCORE = 5.0  # spreads above the decoys; clean layers score 5 to 60, wrong offsets under 3
LEAST_LEAD = 1.5  # times the score of the layer as it stands


@dataclass(frozen=True, eq=False)
class DatumShift:
    """What was found about two layers' datums.

    Attributes
    ----------
    datum : str
        "none", "gcj02" or "bd09": what the layer seems to be in while its CRS says otherwise.
    layer : str
        "points" or "reference": the one that is off; "" for none.
    distance_m, bearing_deg : float
        How far, and which way (clockwise from north), the points lie from where they fit; 0 and NaN for none.
    cure : str
        The function that converts the layer; "" for none.
    sure : bool
        True when one candidate stands out. False with "none": nothing speaks for an offset, but nothing for the
        layers fitting each other either (too few points, or too little to hold on to).
    candidates : DataFrame
        layer, datum, distance_m, bearing_deg, median_m (to the nearest reference edge), score.
    """

    datum: str
    layer: str
    distance_m: float
    bearing_deg: float
    sure: bool
    candidates: pd.DataFrame

    @property
    def cure(self) -> str:
        return f"libgrid.{self.datum}_to_wgs84" if self.layer else ""

    def __repr__(self) -> str:
        if not self.layer:
            return f"DatumShift(none, {'sure' if self.sure else 'undecided'})"
        return f"DatumShift({self.layer} in {self.datum}, {self.distance_m:.0f} m towards {self.bearing_deg:.0f}°)"


def find_datum_shift(points, reference, *, crs=None) -> DatumShift:
    """Tell whether points lie off their reference by the offset of GCJ-02 or BD-09.

    Parameters
    ----------
    points : GeoSeries or GeoDataFrame of n Points, or (n, 2) array of x, y or degrees
    reference : GeoSeries, GeoDataFrame or array of roads (lines), buildings or grids (polygons), or points
    crs : CRS or text, optional
        Needed where neither layer has one: a transverse Mercator in metres, or degrees (4326, 4490).

    Returns
    -------
    DatumShift
        Nothing is converted; ``cure`` names the function that would.

    Raises
    ------
    InvalidInput
        There is no CRS or two of them, the reference is empty, or points are missing.

    Notes
    -----
    Places that belong to a reference keep a typical distance from its edges: shops stand at the street, homes stand
    back from its middle, nothing stands across a wall. Under a wrong offset that pattern dissolves. So the distances
    to the nearest edge are counted under each candidate and under 48 offsets that no datum has, and a candidate's
    score is how far its histogram departs from theirs, in spreads of theirs. The best one counts when it scores 5 or
    more and 1.5 times what the layer scores as it stands. Distances over 400 m, as beyond the reference's edge, do
    not count for a candidate. Of more than 3,000 points a fixed sample is taken.

    Examples
    --------
    >>> import libgrid as lg
    >>> area = lg.datasets.load("anjing")
    >>> lg.find_datum_shift(area.households, area.roads)
    DatumShift(none, sure)
    >>> moved = lg.wgs84_to_gcj02(area.households.to_crs(4326)).to_crs(area.crs)
    >>> found = lg.find_datum_shift(moved, area.roads)
    >>> found.layer, found.datum, found.cure
    ('points', 'gcj02', 'libgrid.gcj02_to_wgs84')
    """
    xy, edges, projection = _in_one_projection(points, reference, crs)
    if len(xy) > MOST_POINTS:
        xy = xy[np.sort(np.random.default_rng(0).choice(len(xy), MOST_POINTS, replace=False))]
    if not len(xy):
        raise InvalidInput("points: there are none")
    places = [xy] + [projection.project(undo(projection.unproject(xy))) for _, _, undo in CANDIDATES[1:]]
    decoys = [xy + r * np.array([np.cos(a), np.sin(a)]) for r, a in DECOYS]
    distances = _nearest_m(edges, places + decoys)
    scores = _scores(distances, len(places))
    table = pd.DataFrame([{"layer": layer, "datum": datum} for layer, datum, _ in CANDIDATES])
    off = np.array([np.median(xy - moved, axis=0) for moved in places])
    table["distance_m"] = np.hypot(*off.T)
    bearing = np.degrees(np.arctan2(off[:, 0], off[:, 1])) % 360
    table["bearing_deg"] = np.where(table["distance_m"] > 0, bearing, np.nan)
    table["median_m"] = [float(np.median(d)) for d in distances[: len(places)]]
    table["score"] = scores
    best = int(np.argmax(scores)) if len(xy) >= FEWEST_POINTS else 0
    stands_out = len(xy) >= FEWEST_POINTS and scores[best] >= LEAST_SCORE
    if not stands_out or scores[best] < LEAST_LEAD * max(scores[0], 0.0):
        best = 0
    row = table.iloc[best]
    return DatumShift(
        row["datum"],
        row["layer"],
        float(row["distance_m"]),
        float(row["bearing_deg"]),
        bool(stands_out and scores[best] >= LEAST_SCORE),
        table,
    )


def _in_one_projection(points, reference, crs):
    """The points' metres, the reference's edges as geometries in metres, and what they are metres of."""
    given = [c for c in (crs, getattr(points, "crs", None), getattr(reference, "crs", None)) if c is not None]
    known = [gpd.GeoSeries([], crs=c).crs for c in given]
    if not known:
        raise InvalidInput("neither layer has a CRS: say crs=")
    if any(c != known[0] for c in known):
        raise InvalidInput(
            f"the layers are in {known[0].to_string()} and {next(c for c in known if c != known[0]).to_string()}: "
            "bring both to one CRS with .to_crs(...)"
        )
    geometries = as_geometries(reference)
    edges = np.where(np.isin(shapely.get_type_id(geometries), [3, 6]), shapely.boundary(geometries), geometries)
    edges = edges[~(shapely.is_missing(edges) | shapely.is_empty(edges))]
    if not len(edges):
        raise InvalidInput("reference: there is nothing in it to hold the points against")
    xy = _positions(points)
    if not known[0].is_geographic:
        return xy, edges, Projection.from_crs(known[0])
    projection = Projection.choose(shapely.get_coordinates(edges))
    edges = shapely.transform(edges, lambda lonlat: projection.project(lonlat))
    return projection.project(xy), edges, projection


def _nearest_m(edges, many):
    """For each array of places: distances to the nearest edge, inf beyond reach."""
    margin = shapely.box(*np.min([m.min(axis=0) for m in many], axis=0), *np.max([m.max(axis=0) for m in many], axis=0))
    frame = frame_around(edges, np.array([margin]))
    is_point = np.isin(shapely.get_type_id(edges), [0, 4])
    dots = frame.to_points(np.ascontiguousarray(shapely.get_coordinates(edges[is_point])))
    points, begin, _ = to_lines(edges[~is_point], frame)
    first = np.ones(len(points), dtype=bool)
    first[begin[1:] - 1] = False
    first = np.flatnonzero(first)
    a, b = np.concatenate([points[first], dots]), np.concatenate([points[first + 1], dots])
    index = _core.SegmentIndex(np.ascontiguousarray(a), np.ascontiguousarray(b), np.arange(len(a), dtype=np.int32))
    return [index.nearest(frame.to_points(np.ascontiguousarray(m)), REACH_M)[1] for m in many]


def _scores(distances, n_candidates):
    """By candidate: how far its distances depart from the decoys', in spreads of the decoys' own departures."""
    decoys = distances[n_candidates:]
    near = np.concatenate([d[np.isfinite(d)] for d in decoys])
    if not len(near):
        return np.zeros(n_candidates)
    limits = np.quantile(near, np.linspace(0, NEAREST, BINS + 1)[1:])
    counts = np.array([np.bincount(np.searchsorted(limits, d), minlength=BINS + 1) for d in distances])
    pooled = counts[n_candidates:].sum(axis=0) / counts[n_candidates:].sum()
    # Fewer places far from every edge than usual speak for a candidate. More do not: the offset may lead beyond the
    # reference, so they are taken as the usual share.
    kept = counts[:, :BINS].sum(axis=1)
    far = np.minimum(counts[:, BINS] / counts.sum(axis=1), pooled[BINS])
    shares = np.column_stack([counts[:, :BINS] / np.maximum(kept, 1)[:, None] * (1 - far)[:, None], far])
    departure = ((shares - pooled) ** 2 / np.maximum(pooled, 1e-12)).sum(axis=1)
    departure -= BINS / np.maximum(kept, 1)  # what chance alone makes
    usual = max(np.median(kept), 1)
    departure *= np.minimum(kept / usual, 1.0) ** 2
    others = departure[n_candidates:]
    middle = np.median(others)
    spread = max(1.4826 * np.median(np.abs(others - middle)), BINS**0.5 / usual)
    return (departure[:n_candidates] - middle) / spread
