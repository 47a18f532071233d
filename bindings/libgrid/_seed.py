"""The seed behind ``rng=``: an int, a numpy Generator, or None for a fresh one."""

from __future__ import annotations

import numpy as np

from ._core import InvalidInput


def seed_of(rng: int | np.random.Generator | None) -> int:
    """A seed of 64 bits; a Generator is asked for one number, None takes one from the system.

    >>> seed_of(7)
    7
    """
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(0, 2**63))
    if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or not 0 <= rng < 2**64:
        raise InvalidInput(f"rng must be a whole number of 0 … 2^64-1, a numpy Generator or None, not {rng!r}")
    return int(rng)
