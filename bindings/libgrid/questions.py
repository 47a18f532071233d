"""What is asked of a study area: access and response, never mixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from . import _core
from .door_time import door_times
from .moments import minute_of_week
from .opening_hours import open_sessions
from .study_area import StudyArea
from .travel_mode import resolve_mode, travel_modes

GROUPS = ("all", "usual", "migrant", "key", "signed")
QUESTIONS = ("access", "response", "workload", "grids")


@dataclass(frozen=True)
class Settings:
    """What is asked, with the defaults' reasons.

    access_threshold_s: 15 minutes, the health-service circle of Chinese norms, walked.
    response_threshold_s: 10 minutes from the call to the door, the case on the source page.
    door_s: from the road to the flat's door; an assumption. Where a household's `floor` is known, stairs or lift come
        on top of it (`door_times`).
    moment: "2 10:00" (Tuesday ten o'clock) asks for sessions open then; None for sites with any weekly session.
    max_off_network_m: a household farther than this from every usable road cannot be reached.
    questions: which to ask; a place whose teams are assumed has no workload worth printing.
    """

    access_mode: str = "walk"
    access_threshold_s: float = 900.0
    response_threshold_s: float = 600.0
    door_s: float = 60.0
    moment: str | None = None
    size_norm: tuple[int, int] = (30, 100)
    gap_join_m: float = 100.0
    max_off_network_m: float = 500.0
    questions: tuple[str, ...] = QUESTIONS

    def __post_init__(self):
        resolve_mode(self.access_mode)
        if self.moment is not None:
            minute_of_week(self.moment)
        unknown = set(self.questions) - set(QUESTIONS)
        if unknown:
            raise _core.InvalidInput(f"unknown questions {sorted(unknown)}; there are {', '.join(QUESTIONS)}")
        if not (self.access_threshold_s > 0 and self.response_threshold_s > 0):
            raise _core.InvalidInput("thresholds must be positive seconds")
        if not (self.door_s >= 0 and self.gap_join_m >= 0 and self.max_off_network_m > 0):
            raise _core.InvalidInput("door_s and gap_join_m must not be negative, max_off_network_m must be positive")


DEFAULTS = Settings()


def group_people(area: StudyArea) -> pd.DataFrame:
    """People a household, one column a group; neighbours beyond the border count nought.

    Columns all (usual + short-term), usual, migrant (part of the usual), key, signed.
    """
    column = {
        c: area.column("households", c).astype(float) for c in ("n_usual", "n_migrant", "n_short", "n_key", "n_signed")
    }
    inside = area.column("households", "inside").astype(float)
    return pd.DataFrame(
        {
            "all": (column["n_usual"] + column["n_short"]) * inside,
            "usual": column["n_usual"] * inside,
            "migrant": column["n_migrant"] * inside,
            "key": column["n_key"] * inside,
            "signed": column["n_signed"] * inside,
        }
    )


def open_sites(area: StudyArea, moment: str | None = None) -> np.ndarray:
    """Which sites have a session inside their opening hours: at a moment of the week, or at all."""
    n = len(area.ids("sites"))
    sessions, _ = open_sessions(area)
    flags = sessions.sites_with_session(n) if moment is None else sessions.sites_open_at(n, minute_of_week(moment))
    return flags.astype(bool)


def household_door_times(area: StudyArea, settings: Settings = DEFAULTS) -> np.ndarray:
    """Seconds from the road to each household's door, by its `floor` and `has_lift` where they are known."""
    floor, lift = (area.column("households", name) for name in ("floor", "has_lift"))
    return door_times(floor, lift, entrance_s=settings.door_s)


def near_the_edge(area: StudyArea, settings: Settings = DEFAULTS) -> np.ndarray:
    """Households for which an unknown site beyond the border could change the answer.

    True within one threshold's walk (straight) of the area's outline, when the area knows no site outside. Settlements
    less than such a walk apart are one area: between them there is nothing unknown.
    """
    n = len(area.ids("households"))
    known_outside = (~area.column("sites", "inside").astype(bool)).any() if len(area.ids("sites")) else False
    modes = travel_modes().set_index("mode")
    reach_m = settings.access_threshold_s * modes.loc[settings.access_mode, "speed_kmh"] / 3.6
    outline = None if known_outside else area_outline(area, close_m=reach_m / 2)
    if n == 0 or outline is None:
        return np.zeros(n, bool)
    border = shapely.boundary(outline)
    shapely.prepare(border)
    return shapely.dwithin(shapely.points(area.points("households")), border, reach_m)


def area_outline(area: StudyArea, *, close_m: float = 60.0):
    """One (multi)polygon: all blocks, else all grids, else the households' convex hull; None without any."""
    if area.has_blocks:
        shapes = area.layer("blocks").geometry.to_numpy()
    elif len(area.ids("grids")) and (~shapely.is_missing(area.layer("grids").geometry.to_numpy())).any():
        shapes = area.layer("grids").geometry.to_numpy()
    elif len(area.ids("households")):
        return shapely.convex_hull(shapely.multipoints(area.points("households")))
    else:
        return None
    # Streets, fields and water between the blocks are inside the area: what is narrower than twice `close_m` is closed,
    # and holes are filled.
    wide = shapely.buffer(shapely.union_all(shapely.simplify(shapes, 1.0)), close_m, quad_segs=2)
    parts = shapely.get_parts(shapely.buffer(wide, -close_m, quad_segs=2))
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
