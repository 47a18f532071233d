"""What is to be made: the size of a place, as numbers that the other modules read."""

import math
from dataclasses import dataclass

HOUSEHOLDS_PER_SUPERBLOCK = 105
HOUSEHOLDS_PER_DISTRICT = 35_000
LARGEST_SINGLE_DISTRICT = 45_000


@dataclass(frozen=True)
class Spec:
    """A place of `n_districts` sub-districts; communities, teams and studios are counted in each."""

    households: int
    seed: int
    prefix: str = "LG"
    n_districts: int = 1
    tiles_x: int = 1
    tiles_y: int = 1
    columns: int = 10  # superblocks of one sub-district, west to east
    rows: int = 10  # and south to north, without the river's
    river_after_row: int = 3
    rounded: bool = True  # cut an irregular outline out of the rectangle
    communities: int = 9
    villages: int = 4  # of the communities
    teams: int = 20
    studios: int = 8
    bridges: int = 4
    awkward_grids: int = 4
    overloaded_teams: int = 3
    odd_grid_share: float = 0.04  # of the micro-grids deliberately outside 30–100
    micro_size: float = 62.0  # households and shops that a micro-grid is drawn for
    micro_spread: tuple[float, float] = (0.9, 1.12)  # times that, drawn for each general grid
    micro_tries: int = 6  # trees that each cut of a general grid is the best of
    land_use: tuple[str, ...] | None = None  # a superblock each, rows from the south; None: drawn

    def district_households(self, district: int) -> int:
        share, rest = divmod(self.households, self.n_districts)
        return share + (district < rest)

    def district_prefix(self, district: int) -> str:
        return self.prefix if self.n_districts == 1 else f"{self.prefix}{district + 1:03d}-"

    def district_code(self, district: int) -> str:
        """Nine digits in the official pattern; tiled districts use county numbers that no county has."""
        if self.n_districts == 1:
            return "510117008"
        return f"5101{51 + district // 90:02d}{1 + district % 90:03d}"


TOWN_LAND_USE = (
    "midrise", "village", "farmland",
    "village", "midrise", "tower",
    "industry", "market", "midrise",
    "village", "park", "village",
)  # fmt: skip


def spec_for(households: int, seed: int, name: str | None = None) -> Spec:
    """The spec of a named place, or of a place of that many households.

    Raises ValueError for an unknown name, fewer than 300 households, or a seed that is no whole number of 0 or more.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise ValueError(f"seed: a whole number from 0 to 2**64 - 1, not {seed!r}")
    if name not in (None, "town", "anjing"):
        raise ValueError(f"name: unknown study area {name!r}; known are 'town' and 'anjing'")
    if households < 300:
        raise ValueError(f"households: {households} is too few for a place; use 300 or more")
    if name == "town":
        return Spec(
            households, seed, prefix="TW", columns=3, rows=4, river_after_row=1, rounded=False, communities=1,
            villages=0, teams=3, studios=2, bridges=1, awkward_grids=1, overloaded_teams=1,
            odd_grid_share=0.0, land_use=TOWN_LAND_USE,
        )  # fmt: skip
    n = 1 if households <= LARGEST_SINGLE_DISTRICT else round(households / HOUSEHOLDS_PER_DISTRICT)
    each = households / n
    area = max(12.0, each / HOUSEHOLDS_PER_SUPERBLOCK) / (0.8 if n == 1 else 1.0)
    columns = max(4, round(math.sqrt(area * 1.2)))
    rows = max(4, math.ceil(area / columns))
    communities = 9 if name == "anjing" else max(1 if each < 1200 else 2, round(each / 1780))
    tiles_x = math.ceil(math.sqrt(n))
    return Spec(
        households, seed,
        prefix="AJ" if name == "anjing" else ("LG" if n == 1 else "D"),
        n_districts=n, tiles_x=tiles_x, tiles_y=math.ceil(n / tiles_x),
        columns=columns, rows=rows, river_after_row=max(1, round(rows * 0.36)), rounded=n == 1,
        communities=communities, villages=round(communities * 0.45),
        teams=20 if name == "anjing" else max(3, communities, round(each / 800)),
        studios=max(1, communities - 1) if communities > 1 else 2,
        bridges=4 if columns >= 10 else (3 if columns >= 6 else 2),
        awkward_grids=4 if each >= 8000 else 1,
        overloaded_teams=max(1, round(0.15 * each / 800)),
    )  # fmt: skip
