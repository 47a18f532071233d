"""What `check` is asked with."""

from __future__ import annotations

from dataclasses import dataclass

from .._core import InvalidInput
from .norms import NORMS, Norm


@dataclass(frozen=True)
class CheckOptions:
    """The limits of a check, with their reasons in `libgrid.check`."""

    norm: Norm = NORMS["chengdu_micro"]
    overlap_tolerance_m2: float = 0.5
    sliver_width_m: float = 0.05
    near_m: float = 0.05
    gap_width_m: float = 1.0
    undershoot_m: float = 0.5

    def __post_init__(self) -> None:
        for name in ("overlap_tolerance_m2", "sliver_width_m", "near_m", "gap_width_m", "undershoot_m"):
            if not getattr(self, name) >= 0:
                raise InvalidInput(f"{name} must not be negative")
