"""What the door lets pass when the user says so: nothing here is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ._core import InvalidInput
from .schema import LAYERS

# Words that ledgers use for "nothing here". They may mean nought or unknown, so a number column refuses them until
# `missing` says which.
NOTHING_WORDS = ("-", "--", "—", "——", "/", "\\", "n/a", "na", "nan", "nil", "none", "null", "无", "空", "暂无", "不详")


@dataclass(frozen=True)
class ReadingRules:
    """How tables are read. Every choice that is not the default is counted in the issues.

    Attributes
    ----------
    missing : None, "unknown" or "zero"
        What words such as ``-``, ``N/A`` or ``无`` mean in a column of numbers (`NOTHING_WORDS`). None: they mean
        nothing certain, and the row is set aside. An empty cell is always unknown.
    loose_numbers : bool
        Read ``１２`` (full-width) and ``1,234`` (thousands) as numbers; otherwise the row is set aside.
    repeated_rows : "keep_one" or "set_aside"
        Rows that repeat another one in every column: keep the first, or none of them.
    id_patterns : mapping of layer to regular expression
        Ids that do not match in full are set aside, e.g. ``{"grids": r"\\d{15}"}``.
    swapped : sequence of layers
        Layers whose coordinates stand as (y, x), to be turned round.
    allow_ballpark : bool
        Transform a layer although the shift between the two datums is not known (as between WGS 84 and CGCS2000,
        which agree within a metre); it is an issue. False: refuse.
    max_vertices : int
        Of one geometry.

    Examples
    --------
    >>> ReadingRules(missing="zero").missing
    'zero'
    """

    missing: str | None = None
    loose_numbers: bool = False
    repeated_rows: str = "keep_one"
    id_patterns: Mapping[str, str] = field(default_factory=dict)
    swapped: tuple[str, ...] = ()
    allow_ballpark: bool = True
    max_vertices: int = 5_000_000

    def __post_init__(self) -> None:
        if self.missing not in (None, "unknown", "zero"):
            raise InvalidInput(f"missing must be None, 'unknown' or 'zero', not {self.missing!r}")
        if self.repeated_rows not in ("keep_one", "set_aside"):
            raise InvalidInput(f"repeated_rows must be 'keep_one' or 'set_aside', not {self.repeated_rows!r}")
        if isinstance(self.swapped, str):
            raise InvalidInput("swapped must be a sequence of layers, such as ('households',)")
        for what, names in (("id_patterns", self.id_patterns), ("swapped", self.swapped)):
            unknown = [name for name in names if name not in LAYERS]
            if unknown:
                raise InvalidInput(f"{what}: {unknown[0]!r} is no layer; the layers are {', '.join(LAYERS)}")
        for layer, pattern in self.id_patterns.items():
            try:
                re.compile(pattern)
            except (re.error, TypeError) as error:
                raise InvalidInput(f"id_patterns[{layer!r}] is no regular expression: {error}") from None
        if isinstance(self.max_vertices, bool) or not isinstance(self.max_vertices, int) or self.max_vertices < 4:
            raise InvalidInput("max_vertices must be a whole number of at least 4")
