"""What a file may ask of the computer that reads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ReadLimits:
    """Limits of a reading: a file over one of them is refused with an IoError that names it.

    Attributes
    ----------
    max_bytes : int
        Of the file. Default 8 GiB: a country's buildings fit.
    max_rows : int
        Of one layer. Default 50 million: thirty times the households of a large city.
    max_vertices : int
        Of one layer. Default 2 thousand million: 32 GB as coordinates.
    max_seconds : float
        Of the reading. Default 600: an 8 GB file takes three minutes on an old disk.

    Examples
    --------
    >>> import libgrid as lg
    >>> lg.open_study_area(lg.datasets.path("town"), limits=lg.ReadLimits(max_rows=10))
    Traceback (most recent call last):
    ...
    libgrid._core.IoError: ...: layer "..." has more than 10 rows (the limit max_rows); read it in parts, ...
    """

    max_bytes: int = 8 << 30
    max_rows: int = 50_000_000
    max_vertices: int = 2_000_000_000
    max_seconds: float = 600.0
