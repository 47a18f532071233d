"""How large a grid should be: presets with their sources, and the user's own limits."""

from __future__ import annotations

from dataclasses import dataclass

from .._core import InvalidInput


@dataclass(frozen=True)
class Norm:
    """The size that grids of one level should have.

    Attributes
    ----------
    low, high : int
        Inclusive.
    level : str
        Of the grids that it speaks of.
    counts : "households_and_shops" or "households"
    source : str
    """

    low: int
    high: int
    level: str = "micro"
    counts: str = "households_and_shops"
    source: str = "the user"


NORMS: dict[str, Norm] = {
    "chengdu_micro": Norm(
        30, 100, source="a Chengdu newspaper on Jinjiang district, August 2022: 30-100 households or shops"
    ),
    "generic_cn_unverified": Norm(
        300, 500, "general", "households", "often repeated for Chinese cities; no official text was found"
    ),
    "tongxiang_2012": Norm(100, 150, "general", "households", "a Tongxiang newspaper, March 2012"),
}


def resolve_norm(norm) -> Norm:
    """A norm from a preset's name, from (low, high) for micro-grids, or as it is.

    Examples
    --------
    >>> resolve_norm("chengdu_micro").high, resolve_norm((20, 60)).low
    (100, 20)
    """
    if isinstance(norm, Norm):
        found = norm
    elif isinstance(norm, str):
        if norm not in NORMS:
            raise InvalidInput(f"norm: {norm!r} is unknown; there are {', '.join(NORMS)}, or (low, high)")
        found = NORMS[norm]
    else:
        try:
            low, high = norm
        except (TypeError, ValueError):
            raise InvalidInput(f"norm must be one of {', '.join(NORMS)}, or (low, high), not {norm!r}") from None
        found = Norm(low, high)
    if not (0 <= found.low <= found.high):
        raise InvalidInput(f"norm: low {found.low} and high {found.high} must not be negative, and low not above high")
    return found
