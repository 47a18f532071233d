"""Households of one district: where they live, who they are, what they need, with whom they signed."""

import numpy as np

from .lattice import Lattice
from .parcels import CAMPUS, INDUSTRY, MARKET, TOWER, VILLAGE, Parcels
from .spec import Spec
from .streams import stream

MEAN_SIZE, MIGRANT_SHARE, SHARE_65 = 2.49, 0.40, 0.1362  # census 2020, Chengdu
UNKNOWN_SHARE = 0.08
CONDITIONS = (
    "hypertension",
    "diabetes",
    "mental",
    "tuberculosis",
    "age65",
    "newborn",
    "child0_6",
    "pregnant",
)
#                       village midrise tower market campus industry park farmland
MIGRANT_BY_USE = np.array([0.10, 0.34, 0.46, 0.62, 0.55, 0.92, 0.2, 0.06])
OLD_BY_USE = np.array([1.75, 1.00, 0.85, 0.60, 0.30, 0.10, 1.0, 2.0])
SIZE_BY_USE = np.array([1.05, 1.0, 1.05, 0.95, 0.6, 0.7, 1.0, 1.0])


def draw_places(spec: Spec, lattice: Lattice, p: Parcels, district: int) -> dict[str, np.ndarray]:
    """Footprint, unit and position of each household, in the footprint's order; always inside it."""
    rng = stream(spec.seed, "places", district)
    footprint = np.repeat(np.arange(len(p.homes), dtype=np.int32), p.homes)
    n = len(footprint)
    unit = rng.integers(0, p.units[footprint]).astype(np.int32)
    order = np.lexsort((unit, footprint))
    footprint, unit = footprint[order], unit[order]
    width, height = (p.i1 - p.i0)[footprint], (p.j1 - p.j0)[footprint]
    # Homes share buildings: positions along a row are few, with some metres between the doors.
    u, v = rng.random(n), rng.random(n)
    town = ~np.isin(p.use[footprint], (VILLAGE,))
    tower = p.use[footprint] == TOWER
    u = np.where(town, (np.floor(u * 4) + 0.5) / 4, u)
    v = np.where(town, (np.floor(v * 3) + 0.5) / 3, v)
    u = np.where(tower, (unit + 1) / (p.units[footprint] + 1), u)
    v = np.where(tower, 0.5, v)
    u = 0.08 + 0.84 * np.clip(u + rng.normal(0, 0.035, n), 0, 1)
    v = 0.08 + 0.84 * np.clip(v + rng.normal(0, 0.05, n), 0, 1)
    x, y = interpolate(lattice, p.i0[footprint] + u * width, p.j0[footprint] + v * height)
    return {"footprint": footprint, "unit": unit, "x": x, "y": y}


def interpolate(lattice, a, b):
    """Positions at fractional lattice coordinates, never closer than a tenth of a cell to a street line."""
    i, j = np.floor(a).astype(np.int64), np.floor(b).astype(np.int64)
    s, t = 0.04 + 0.92 * (a - i), 0.04 + 0.92 * (b - j)

    def mix(z):
        low = z[i, j] * (1 - s) + z[i + 1, j] * s
        high = z[i, j + 1] * (1 - s) + z[i + 1, j + 1] * s
        return np.round(low * (1 - t) + high * t, 3)

    return mix(lattice.x), mix(lattice.y)


def draw_leaders(spec: Spec, grid: np.ndarray, migrant: np.ndarray, district: int) -> np.ndarray:
    """Whether each household is that of its grid's resident leader (微网格长): one a grid, preferably registered."""
    n = len(grid)
    order = np.lexsort((stream(spec.seed, "leaders", district).random(n), migrant > 0, grid))
    first = np.ones(n, bool)
    first[1:] = grid[order][1:] != grid[order][:-1]
    leads = np.zeros(n, bool)
    leads[order[first]] = True
    return leads


def draw_people(spec: Spec, use: np.ndarray, works: np.ndarray, district: int, purpose="people") -> dict:
    """Counts of people of each household, int32, and of conditions, float32 with NaN where nobody has asked.

    `use` is the land use of its footprint, `works` its nearness to the factories (0…1). The census' shares
    are targets for the whole: village households are older, renters younger, and conditions follow age.
    """
    rng = stream(spec.seed, purpose, district)
    n = len(use)
    size_mean = SIZE_BY_USE[use]
    size_mean = 1 + (MEAN_SIZE - 1) * size_mean / size_mean.mean()
    chance = np.clip(MIGRANT_BY_USE[use] + 0.35 * works, 0.0, 0.96)
    for _ in range(3):
        chance = np.clip(chance * (MIGRANT_SHARE - 0.004) / max(chance.mean(), 1e-9), 0, 0.97)
    migrant = rng.random(n) < chance
    elder = ~migrant & (rng.random(n) < np.clip(0.17 * OLD_BY_USE[use], 0, 0.4))  # old people on their own
    size = 1 + rng.poisson(np.maximum(size_mean - 1, 0) * np.where(migrant, 0.98, 1.12))
    size = np.where(elder, 1 + (rng.random(n) < 0.62), np.minimum(size, 8))
    old = np.where(elder, size, 0)
    wish = np.where(migrant, 0.05, 0.30) * np.minimum(OLD_BY_USE[use], 1.8)
    room = np.where(elder, 0, np.minimum(size - 1, 2))
    target = SHARE_65 * size.sum() - old.sum()
    wish = np.clip(wish * target / max((wish * room).sum(), 1e-9), 0, 0.6)
    old = old + rng.binomial(room, wish)
    adults_and_children = size - old
    family = ~elder & (adults_and_children >= 2)
    young = rng.binomial(np.where(family, np.minimum(adults_and_children - 1, 2), 0), 0.145)
    newborn = rng.binomial(young, 0.12)
    adults = adults_and_children - young
    n_migrant = np.where(migrant, size - old * (rng.random(n) < 0.25), rng.binomial(np.minimum(adults, 1), 0.05))
    rental = np.where(use == TOWER, 0.06, np.where(np.isin(use, (MARKET, INDUSTRY, CAMPUS)), 0.05, 0.012))
    short = np.where(rng.random(n) < rental, 1 + rng.poisson(0.8, n), 0)
    pregnant = (family & (rng.random(n) < 0.022)).astype(int)
    mental = rng.binomial(adults + old, 0.0045)
    tuberculosis = rng.binomial(size, 0.0006)
    homebound = rng.binomial(old, 0.075) + rng.binomial(adults, 0.002)
    alone = elder & (size == 1)
    counts = {
        "n_usual": size,
        "n_migrant": np.minimum(n_migrant, size),
        "n_short": short,
        "n_key": np.minimum(mental + tuberculosis + homebound + (alone & (rng.random(n) < 0.25)), size),
        "n_next_key": rng.binomial(old, 0.12) + (pregnant & (rng.random(n) < 0.3)) + rng.binomial(adults, 0.008),
        "n_homebound": homebound,
    }
    counts["n_next_key"] = np.minimum(counts["n_next_key"], size - counts["n_key"])
    frail = 1 + 0.15 * (use == VILLAGE)  # villages carry more chronic disease at the same age
    known = {
        "hypertension": rng.binomial(old, np.minimum(0.43 * frail, 1)) + rng.binomial(adults, 0.05),
        "diabetes": rng.binomial(old, 0.16) + rng.binomial(adults, 0.02),
        "mental": mental, "tuberculosis": tuberculosis, "age65": old, "newborn": newborn, "child0_6": young,
        "pregnant": pregnant,
    }  # fmt: skip
    unknown = rng.random(n) < UNKNOWN_SHARE * np.where(migrant, 1.5, 0.68)
    out = {k: a.astype(np.int32) for k, a in counts.items()}
    out["asked_min"] = asked_minutes(counts, known)
    for name in CONDITIONS:
        out[f"n_{name}"] = np.where(unknown, np.nan, known[name]).astype(np.float32)
    return out


def asked_minutes(counts, known):
    """A rough year's minutes of each household, to size the teams; the library does the real count."""
    return (
        60.0 * (known["hypertension"] + known["diabetes"]) + 30.0 * known["age65"] + 120.0 * known["mental"]
        + 430.0 * known["tuberculosis"] + 40.0 * known["newborn"] + 30.0 * known["child0_6"]
        + 100.0 * known["pregnant"] + 120.0 * counts["n_key"] + 40.0 * counts["n_next_key"]
        + 430.0 * counts["n_homebound"]
    ).astype(np.float32)  # fmt: skip


def draw_signed(spec: Spec, people: dict, own_team: np.ndarray, n_teams: int, district: int) -> tuple:
    """Signed people and their team: mostly the own team, about 12 % one from before a redraw."""
    rng = stream(spec.seed, "people", district + 2**24)
    n = len(own_team)
    old = np.nan_to_num(people["n_age65"])
    first = (people["n_key"] > 0) | (old > 0)
    chance = np.where(first, 0.75, 0.20)
    signed = rng.random(n) < chance
    all_of_them = rng.random(n) < 0.7
    n_signed = np.where(all_of_them, people["n_usual"], 1 + rng.integers(0, people["n_usual"]))
    n_signed = np.where(signed, n_signed, 0).astype(np.int32)
    other = (own_team + rng.choice([1, 1, 2, n_teams - 1, n_teams - 1, n_teams - 2], n)) % n_teams
    team = np.where(rng.random(n) < 0.12, other, own_team)
    return n_signed, np.where(signed, team, -1).astype(np.int32)
