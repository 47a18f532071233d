"""Independent random streams: one a purpose and sub-district, so that a change in one moves no other."""

import numpy as np

# The position is the stream's key: append only, or every shipped study area changes.
PURPOSES = (
    "lattice", "outline", "land_use", "parcels", "counts", "grids", "streets", "places", "people",
    "services", "neighbours", "plan_b", "names", "dirt", "leaders",
)  # fmt: skip


def stream(seed: int, purpose: str, district: int = 0) -> np.random.Generator:
    """The generator of one purpose in one sub-district, whatever else is drawn."""
    key = (PURPOSES.index(purpose), district)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
