"""What the numbers of a layer without a CRS suggest."""

from __future__ import annotations

import numpy as np


def crs_hint(bounds: np.ndarray) -> str:
    """What the numbers themselves suggest, for the message about a missing CRS."""
    west, south, east, north = bounds
    if not np.all(np.isfinite(bounds)):
        return "there are no coordinates to judge by"
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return (
            "the numbers look like degrees: EPSG:4490 (CGCS2000) or EPSG:4326, unless they are GCJ-02 or BD-09 shifted"
        )
    if 34e6 < west < 36e6:
        return "the numbers look like CGCS2000 with the zone in front: EPSG:4523 (zone 35) or EPSG:4522 (zone 34)"
    if 2e5 < west < 8e5 and 2e6 < south < 6e6:
        return "the numbers look like metres of a 3-degree zone: EPSG:4544 (east of 103.5 E) or EPSG:4543"
    return "the numbers do not look like degrees"
