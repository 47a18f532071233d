"""The checks of a whole study area: rules between rows and layers, on top of what the door found row by row."""

from __future__ import annotations

from .checks import CONCERNS
from .checks.norms import Norm, resolve_norm
from .checks.options import CheckOptions
from .checks.places import with_places
from .issues import Issues
from .study_area import StudyArea
from .unreached import far_from_roads


def check(
    area: StudyArea,
    *,
    norm: str | tuple[int, int] | Norm = "chengdu_micro",
    overlap_tolerance_m2: float = 0.5,
    sliver_width_m: float = 0.05,
    near_m: float = 0.05,
    gap_width_m: float = 1.0,
    undershoot_m: float = 0.5,
) -> Issues:
    """Check a study area and return every issue found, those of its reading included.

    Blocks (without blocks, grids, level by level) are held against a tessellation: overlaps, gaps, slivers, borders
    that nearly meet, and who lives there. Grids: levels, outlines within their parents, codes that begin with their
    community's twelve digits, size, parts that do not touch, teams. Teams: 1+1+N, panels. Sessions: at the same
    time, or too far apart for the time between: by the roads in the team's mode, else the straight distance times
    1.3 on foot and 1.2 driven. Roads: pieces, one-way traps, crossings without a junction, ends that nearly meet.
    Layers that do not lie where the others lie.

    Parameters
    ----------
    area : StudyArea
    norm : str, (low, high) or Norm
        The size of grids: a preset of ``libgrid.checks.NORMS`` ("chengdu_micro": 30 to 100 households and shops a
        micro-grid; "generic_cn_unverified": 300 to 500 households a general grid), or limits for micro-grids.
    overlap_tolerance_m2, sliver_width_m : float
        Overlaps of up to this area, or narrower than this, are slivers: the survey's noise.
    near_m : float
        Open borders closer than this were meant to be one.
    gap_width_m : float
        Gaps up to this mean width are drawing faults; wider ones are named as possible lanes, lakes or courtyards.
    undershoot_m : float
        Dead ends that stop this short of a road were meant to join it.

    Returns
    -------
    Issues
        Every row about a polygon, a road, a site, a team or a session has a place; those of households have none.

    Raises
    ------
    InvalidInput
        The norm is unknown, or a limit is negative.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.check(lg.datasets.load("town")).errors["code"].unique().tolist()
    []
    """
    options = CheckOptions(
        norm=resolve_norm(norm),
        overlap_tolerance_m2=overlap_tolerance_m2,
        sliver_width_m=sliver_width_m,
        near_m=near_m,
        gap_width_m=gap_width_m,
        undershoot_m=undershoot_m,
    )
    found = [f for concern in CONCERNS for f in concern.find(area, options) if f.ids]
    found += far_from_roads(area)
    return Issues([*area.issues.found, *with_places(area, found)], crs=area.crs)
