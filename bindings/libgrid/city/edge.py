"""The outer edge of what was opened: beyond it nothing is known, so who lives near it may be better off in truth."""

from __future__ import annotations

import numpy as np
import shapely

from ..questions import Settings
from ..study_area import StudyArea
from ..travel_mode import travel_modes
from .city import City


def near_outer_edge(city: City, area: StudyArea, subdistrict: str, *, settings: Settings, halo_m: float) -> np.ndarray:
    """Households of a sub-district for which an unknown site beyond the city's edge could change the answer.

    As `libgrid.questions.near_the_edge` for one area: within one threshold's walk, in a straight line, of the outline
    of all sub-districts that are known here, which are its own and those within the halo. What lies between
    sub-districts less than such a walk apart is inside. An area whose own file has sites beyond all that has no such
    edge.

    Returns
    -------
    (n_households,) bool array
    """
    n = len(area.ids("households"))
    if n == 0:
        return np.zeros(0, bool)
    modes = travel_modes().set_index("mode")
    reach_m = settings.access_threshold_s * modes.loc[settings.access_mode, "speed_kmh"] / 3.6
    known = [subdistrict, *(city.neighbours(subdistrict, halo_m) if halo_m > 0 else [])]
    index = city.index
    shapes = index.geometry[index["subdistrict_id"].isin(known)].to_numpy()
    shapes = shapes[~shapely.is_missing(shapes)]
    if not len(shapes):
        return np.zeros(n, bool)
    # Ten metres are nothing against a walk of a quarter of an hour, and most of the vertices.
    wide = shapely.union_all(shapely.buffer(shapely.simplify(shapes, 10.0), reach_m / 2, quad_segs=4))
    ground = shapely.buffer(wide, -reach_m / 2, quad_segs=4)
    if _knows_beyond(area, ground):
        return np.zeros(n, bool)
    border = shapely.boundary(ground)
    places = area.points("households")
    (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
    border = shapely.clip_by_rect(border, west - reach_m, south - reach_m, east + reach_m, north + reach_m)
    if shapely.is_empty(border):
        return np.zeros(n, bool)
    shapely.prepare(border)
    return shapely.dwithin(shapely.points(places), border, reach_m)


def _knows_beyond(area: StudyArea, ground) -> bool:
    """The area's own file has sites outside it, and they are not just those of its neighbours in the city."""
    if not len(area.ids("sites")):
        return False
    outside = ~area.column("sites", "inside").astype(bool)
    return bool((~shapely.intersects(ground, shapely.points(area.points("sites")[outside]))).any())
