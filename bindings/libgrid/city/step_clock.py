"""What each step of a sub-district took: processor seconds, and the most memory that the process had in it."""

from __future__ import annotations

import resource
import time
from contextlib import suppress
from pathlib import Path

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class StepClock:
    """Counts from its making on; `done` ends a step and begins the next.

    Attributes
    ----------
    columns : dict
        ``<step>_s``, processor seconds of this process (all its threads), and ``<step>_bytes``, its peak of memory in
        that step. Where the system cannot tell a peak by step, it is the highest of the process so far.
    """

    def __init__(self):
        self.columns: dict[str, float] = {}
        self._peak = 0
        _reset_peak()
        self._begun, self._wall = time.process_time(), time.perf_counter()

    def done(self, step: str) -> None:
        now = time.process_time()
        peak = peak_bytes()
        self._peak = max(self._peak, peak)
        self.columns |= {f"{step}_s": now - self._begun, f"{step}_bytes": peak}
        _reset_peak()
        self._begun = time.process_time()

    def total(self) -> dict[str, float]:
        """The steps' columns, the highest peak of all steps, and seconds by the wall since the beginning."""
        return {**self.columns, "peak_bytes": self._peak, "wall": time.perf_counter() - self._wall}


def peak_bytes() -> int:
    """The most resident memory that this process has had since the last reset, or ever."""
    with suppress(OSError):  # no /proc on another system
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _reset_peak() -> None:
    with suppress(OSError):  # where this cannot be, a peak is the highest so far
        _RESET.write_text("5")  # from now on VmHWM counts from what is resident now
