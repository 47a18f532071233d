"""Land use of the superblocks, and the rectangles of cells that each is cut into: blocks' footprints."""

from dataclasses import dataclass

import numpy as np

from .lattice import Lattice
from .spec import Spec
from .streams import stream

USES = ("village", "midrise", "tower", "market", "campus", "industry", "park", "farmland")
VILLAGE, MIDRISE, TOWER, MARKET, CAMPUS, INDUSTRY, PARK, FARMLAND = range(len(USES))
# Of each use: largest side of a footprint in cells, share of footprints with homes, mean homes, their shape
# parameter, mean shops, share with shops.
RULES = {
    VILLAGE: (3, 0.72, 8.0, 2.5, 1.5, 0.06),
    MIDRISE: (2, 0.90, 21.0, 6.0, 2.5, 0.12),
    TOWER: (2, 0.78, 54.0, 14.0, 2.0, 0.10),
    MARKET: (2, 0.85, 9.0, 5.0, 7.0, 0.90),
    CAMPUS: (4, 0.30, 6.0, 4.0, 1.0, 0.20),
    INDUSTRY: (4, 0.35, 12.0, 4.0, 1.0, 0.15),
    PARK: (5, 0.0, 0.0, 1.0, 0.0, 0.0),
    FARMLAND: (5, 0.12, 3.0, 2.0, 0.0, 0.0),
}
CUT_SERVICE, CUT_FOOTWAY, CUT_TRACK = 1, 2, 3


@dataclass(frozen=True)
class Parcels:
    """Footprints of one district, as half-open cell rectangles, and the cuts that became ways."""

    column: np.ndarray  # superblock
    row: np.ndarray
    i0: np.ndarray
    i1: np.ndarray
    j0: np.ndarray
    j1: np.ndarray
    use: np.ndarray
    homes: np.ndarray  # households
    shops: np.ndarray
    units: np.ndarray  # blocks stacked on the footprint
    cuts: np.ndarray  # (n, 5) kind, i from, j from, i to, j to: lattice vertices


def draw_land_use(spec: Spec, lattice: Lattice) -> np.ndarray:
    """The use of every superblock, the surroundings' too; water is −1."""
    use = np.full(lattice.shape, FARMLAND)
    cx, cy = lattice.centres()
    rng = stream(spec.seed, "land_use", 2**20)
    use[rng.random(use.shape) < 0.5] = VILLAGE
    for d in range(spec.n_districts):
        here = np.argwhere(lattice.district == d)
        rng = stream(spec.seed, "land_use", d)
        if spec.land_use is not None:
            order = np.lexsort((here[:, 0], here[:, 1]))
            drawn = np.array([USES.index(u) for u in spec.land_use])
            use[here[order, 0], here[order, 1]] = drawn
        else:
            at = np.column_stack([cx[here[:, 0], here[:, 1]], cy[here[:, 0], here[:, 1]]])
            use[here[:, 0], here[:, 1]] = _draw_district(at, lattice.bank[here[:, 0], here[:, 1]], rng)
    use[:, lattice.water] = -1
    return use


def _draw_district(at, bank, rng):
    """A town centre and a smaller second one, factories at an edge, villages and fields around them."""
    n = len(at)
    middle, reach = at.mean(0), max(1.0, float(at.std(0).mean()))
    larger = np.argmax(np.bincount(bank - bank.min()))
    on_main = bank - bank.min() == larger
    centre = at[on_main].mean(0) + reach * rng.uniform(-0.25, 0.25, 2)
    turn = rng.uniform(0, 2 * np.pi)
    second = middle + 1.15 * reach * np.array([np.cos(turn), np.sin(turn)])
    works = middle + 1.3 * reach * np.array([np.cos(turn + 2.3), np.sin(turn + 2.3)])

    def near(place, width):
        return np.exp(-(((at - place) ** 2).sum(1)) / (width * reach) ** 2)

    urban = near(centre, 1.0) + 0.7 * near(second, 0.5) + 0.16 * rng.standard_normal(n) - 0.25 * ~on_main
    order = np.argsort(-urban)
    use = np.full(n, VILLAGE)
    core = order[: round(0.43 * n)]
    use[core] = rng.choice([MIDRISE, TOWER, PARK, CAMPUS], len(core), p=[0.60, 0.285, 0.065, 0.05])
    rest = order[len(core) :]
    use[rest[rng.random(len(rest)) < 0.33]] = FARMLAND
    nearest = np.argsort(((at - centre) ** 2).sum(1))
    street = nearest[: max(1, round(0.05 * n))]  # the market street and its side streets
    use[street] = MARKET
    factories = np.argsort(((at - works) ** 2).sum(1))[: max(1, round(0.06 * n))]
    use[factories] = INDUSTRY
    beside = np.argsort(((at - works) ** 2).sum(1))[len(factories) : len(factories) + max(1, round(0.02 * n))]
    use[beside] = TOWER  # workers' estate at the factory gate
    return use


def cut_parcels(spec: Spec, lattice: Lattice, use: np.ndarray, district: int) -> Parcels:
    """Cuts every superblock of one district by guillotine cuts and gives the pieces their homes and shops."""
    rng = stream(spec.seed, "parcels", district)
    here = np.argwhere(lattice.district == district)
    here = here[np.lexsort((here[:, 0], -here[:, 1]))]
    rectangles, cuts = [], []
    for c, r in here.tolist():
        box = (*lattice.column_lines[c : c + 2].tolist(), *lattice.row_lines[r : r + 2].tolist())
        _cut(box, int(use[c, r]), (c, r), 0, rng, rectangles, cuts)
    a = np.array(rectangles)
    homes, shops, units = _count(spec, a[:, 6], district)
    return Parcels(
        a[:, 0], a[:, 1], a[:, 2], a[:, 3], a[:, 4], a[:, 5], a[:, 6], homes, shops, units,
        np.array(cuts).reshape(-1, 5),
    )  # fmt: skip


def _cut(box, use, superblock, depth, rng, rectangles, cuts, way=True):
    """Halves a box until it is small; early cuts become ways, so every way ends on another."""
    i0, i1, j0, j1 = box
    width, height = i1 - i0, j1 - j0
    largest = RULES[use][0]
    if max(width, height) <= largest and (width * height <= 2 or rng.random() < 0.75):
        rectangles.append((*superblock, i0, i1, j0, j1, use))
        return
    along = width > height or (width == height and rng.random() < 0.5)
    n = width if along else height
    if n < 2:
        rectangles.append((*superblock, i0, i1, j0, j1, use))
        return
    at = round(n / 2 + float(rng.uniform(-0.8, 0.8))) if n > 3 else int(rng.integers(1, n))
    at = min(max(at, 1), n - 1)
    way = way and depth < 4 and rng.random() < (0.92 if depth < 2 else 0.6)
    if way:
        kind = CUT_SERVICE
        if use == TOWER or (use == MIDRISE and depth >= 1):
            kind = CUT_FOOTWAY
        elif use in (VILLAGE, FARMLAND, PARK):
            kind = CUT_FOOTWAY if use == PARK else (CUT_SERVICE if depth == 0 else CUT_TRACK)
        cuts.append((kind, i0 + at, j0, i0 + at, j1) if along else (kind, i0, j0 + at, i1, j0 + at))
    first = (i0, i0 + at, j0, j1) if along else (i0, i1, j0, j0 + at)
    last = (i0 + at, i1, j0, j1) if along else (i0, i1, j0 + at, j1)
    _cut(first, use, superblock, depth + 1, rng, rectangles, cuts, way)
    _cut(last, use, superblock, depth + 1, rng, rectangles, cuts, way)


def _count(spec, use, district):
    """Homes, shops and stacked units of each footprint; the homes add up to the district's households."""
    rng = stream(spec.seed, "counts", district)
    lived, mean, shape, shop_mean, shop_share = (
        np.array([RULES[u][k] for u in range(len(USES))])[use] for k in (1, 2, 3, 4, 5)
    )
    wish = np.where(rng.random(len(use)) < lived, mean * rng.gamma(shape, 1 / shape), 0.0)
    shops = np.where(rng.random(len(use)) < shop_share, 1 + rng.poisson(shop_mean), 0)
    total = spec.district_households(district)
    # No footprint may fill a micro-grid alone. Empty footprints stay empty, so where the place is
    # crowded the cap gives way.
    cap = np.where(use == TOWER, 84, 62)
    for _ in range(4):
        wish = np.minimum(wish * (total / wish.sum()), cap)
    if wish.sum() < total:
        wish *= total / wish.sum()
    homes = np.floor(wish + rng.random(len(use))).astype(np.int64)
    homes[wish == 0] = 0
    built = np.flatnonzero(wish > 1)
    while (missing := total - homes.sum()) != 0:
        some = rng.permutation(built[(homes[built] > 1) | (missing > 0)])[: abs(missing)]
        homes[some] += np.sign(missing)
    units = np.where(use == TOWER, np.clip(np.rint(homes / 20), 1 + (homes >= 8), 5), 1).astype(np.int64)
    return homes, shops, units
