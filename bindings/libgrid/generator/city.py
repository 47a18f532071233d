"""A city of many sub-districts, made one at a time: nothing but the streets is ever held whole, and they as columns."""

import dataclasses
import math
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from .._core import IoError
from ..executors import run_parts
from ..progress import Progress
from .assemble import _blocks, _district_ids, _households
from .district import build_district, factory_nearness
from .lattice import ORIGIN_X, ORIGIN_Y, Lattice, build_lattice
from .parcels import cut_parcels, draw_land_use
from .spec import HOUSEHOLDS_PER_SUPERBLOCK, Spec, spec_for
from .streets import build_streets
from .tables import CRS, grids_table, roads_table, sessions_table, sites_table, teams_table

MICRO_SIZE = 78.0  # households and shops: 75 households a micro-grid, so that nine million live in 120,000
COLUMN_NAMES = ("class", "oneway", "maxspeed_kmh", "name", "bridge")


@dataclass(frozen=True)
class CitySpec:
    """So many households in so many sub-districts; the communities are shared out among them."""

    households: int
    subdistricts: int
    communities: int
    seed: int

    def __post_init__(self):
        each = self.households // max(self.subdistricts, 1)
        if self.subdistricts < 2 or each < 300:
            raise ValueError(
                f"{self.households} households in {self.subdistricts} sub-districts: a city has two or more of at "
                "least 300 households each"
            )

    def of(self, district: int) -> Spec:
        """The spec of one sub-district; the lattice and the streets are those of number 0."""
        n, each = self.subdistricts, self.households / self.subdistricts
        share, rest = divmod(self.communities, n)
        own = max(1, share + (district < rest))
        one = spec_for(int(each), self.seed)
        columns = max(4, round(math.sqrt(max(12.0, each / HOUSEHOLDS_PER_SUPERBLOCK) * 1.2)))
        rows = max(4, math.ceil(max(12.0, each / HOUSEHOLDS_PER_SUPERBLOCK) / columns))
        tiles_x = math.ceil(math.sqrt(n))
        return dataclasses.replace(
            one, households=self.households, prefix="D", n_districts=n, tiles_x=tiles_x,
            tiles_y=math.ceil(n / tiles_x), columns=columns, rows=rows, river_after_row=max(1, round(rows * 0.36)),
            rounded=False, communities=own, villages=round(own * 0.45), teams=max(3, own, round(each / 800)),
            studios=max(1, own - 1) if own > 1 else 2,
            micro_size=MICRO_SIZE, micro_spread=(0.95, 1.05), micro_tries=12,
        )  # fmt: skip


@lru_cache(maxsize=2)
def ground(city: CitySpec) -> tuple[Lattice, np.ndarray, np.ndarray]:
    """The lattice, the land's use and the factories' nearness: the same in every process."""
    spec = city.of(0)
    lattice = build_lattice(spec)
    use = draw_land_use(spec, lattice)
    return lattice, use, factory_nearness(lattice, use)


def draw_city_streets(city: CitySpec) -> list[dict[str, np.ndarray]]:
    """The streets of the whole city as columns, shared out: each to the sub-district in which it begins."""
    lattice, use, _ = ground(city)
    cuts = np.concatenate([cut_parcels(city.of(d), lattice, use, d).cuts for d in range(city.subdistricts)])
    streets = build_streets(city.of(0), lattice, use, cuts)
    road = streets["road"]
    starts = np.searchsorted(road, np.arange(len(streets["class"]) + 1))
    owner = _nearest_district(lattice, streets["x"][starts[:-1]], streets["y"][starts[:-1]])
    parts = []
    for d in range(city.subdistricts):
        rows = np.flatnonzero(owner == d)
        length = np.diff(starts)[rows]
        at = np.repeat(starts[rows] - np.cumsum(length) + length, length) + np.arange(length.sum())
        part = {name: np.asarray(streets[name])[rows] for name in COLUMN_NAMES}
        parts.append(
            part | {"x": streets["x"][at], "y": streets["y"][at], "road": np.repeat(np.arange(len(rows)), length)}
        )
    return parts


def _nearest_district(lattice: Lattice, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from scipy.spatial import cKDTree

    inside = lattice.district >= 0
    cx, cy = lattice.centres()
    return lattice.district[inside][
        cKDTree(np.column_stack([cx[inside], cy[inside]])).query(np.column_stack([x, y]))[1]
    ]


def make_subdistrict(city: CitySpec, district: int, streets: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
    """The seven tables of one sub-district, with codes that no other one has."""
    lattice, use, works = ground(city)
    spec = city.of(district)
    made = [build_district(spec, lattice, use, works, district, None)]
    ids = [_district_ids(spec, district, made[0])]
    nobody = (np.zeros(0), np.zeros(0))
    return {
        "blocks": _blocks(lattice, made, ids),
        "households": _households(spec, made, ids, nobody, compact=True),
        "grids": grids_table(lattice, made, ids, True),
        "sites": sites_table(made, ids),
        "teams": teams_table(made, ids),
        "sessions": sessions_table(made, ids),
        "roads": roads_table(streets, dataclasses.replace(spec, prefix=spec.district_prefix(district))),
    }


def write_subdistrict_of(folder: str, city: CitySpec, streets: dict[str, np.ndarray], district: int) -> dict:
    """Make one sub-district and write its file; gives its row of the city's index."""
    from ..city.writing import write_subdistrict
    from ..study_area import StudyArea

    frames = make_subdistrict(city, district, streets)
    area = StudyArea.from_frames(**frames, crs=CRS, origin=(ORIGIN_X, ORIGIN_Y))
    return write_subdistrict(Path(folder), city.of(district).district_prefix(district).rstrip("-"), area)


def make_city(folder, city: CitySpec, *, executor=None, progress: Progress = False):
    """Make a city's folder, a sub-district at a time; the same spec gives the same files.

    Parameters
    ----------
    folder : path-like
    city : CitySpec
    executor : as in `libgrid.executors.run_parts`
    progress : bool or callable

    Returns
    -------
    City

    Raises
    ------
    IoError
        When a sub-district could not be written; the message says which and why.
    """
    from ..city.writing import write_index

    Path(folder).mkdir(parents=True, exist_ok=True)
    streets = draw_city_streets(city)
    parts = [Part(d, streets[d]) for d in range(city.subdistricts)]
    made = run_parts(partial(_write, str(folder), city), parts, executor=executor, label="make", progress=progress)
    for part, reason in made.missing.items():
        raise IoError(f"{folder}: sub-district {part.district + 1} was not written ({reason})")
    return write_index(Path(folder), list(made.results.values()), CRS, (ORIGIN_X, ORIGIN_Y))


@dataclass(frozen=True, eq=False)
class Part:
    """One sub-district to be made, with its streets."""

    district: int
    streets: dict[str, np.ndarray]


def _write(folder: str, city: CitySpec, part: Part) -> dict:
    return write_subdistrict_of(folder, city, part.streets, part.district)
