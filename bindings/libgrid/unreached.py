"""Households that no road comes near: they can be reached by nobody, and no figure may drop them silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from . import _core
from .issues import Found

if TYPE_CHECKING:
    from .study_area import StudyArea

MAX_OFF_NETWORK_M = 500.0  # as in the questions that are asked of an area


def far_from_roads(area: StudyArea, max_off_network_m: float = MAX_OFF_NETWORK_M) -> list[Found]:
    """Households inside that lie farther than this from every road that one may walk on.

    Examples
    --------
    >>> import libgrid as lg
    >>> [len(found.ids) for found in far_from_roads(lg.datasets.load("town"))]
    [0]
    """
    from .travel import RoadNetwork

    if not len(area.ids("roads")) or not len(area.ids("households")):
        return []
    try:
        network = RoadNetwork.from_frame(area.roads, mode="walk")
    except _core.InvalidInput:  # nothing to walk on: said where travel is asked
        return []
    snapped = network.snap(area.points("households"), max_off_network_m=max_off_network_m)
    far = (snapped["edge"].to_numpy() < 0) & area.column("households", "inside").astype(bool)
    ids = area.ids("households")[np.flatnonzero(far)].tolist()
    return [Found("LG-N018", "households", ids, values=[f"{max_off_network_m:g}"] * len(ids))]
