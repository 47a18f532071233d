"""Joins the districts to the tables of the data model."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .columns import joined, lookup, numbered, whole_column
from .dirt import plant_dirt, plant_honest_problems
from .district import build_district, factory_nearness
from .lattice import build_lattice
from .neighbours import draw_neighbours
from .outlines import block_footprints
from .parcels import MARKET, draw_land_use
from .people import CONDITIONS, draw_leaders, draw_people
from .spec import spec_for
from .streets import build_streets
from .tables import CRS, grids_table, roads_table, sessions_table, sites_table, teams_table

COMPACT_ABOVE = 200_000
KINDS = np.array(["residential", "commercial", "mixed", "other"], dtype=object)


def make_study_area(*, households: int = 16_000, seed: int = 1, name: str | None = None, dirty: bool = False):
    """Makes a believable study area with all seven tables of the data model, and a second plan.

    Parameters
    ----------
    households : inside households; 4 % more live beyond the border. Above 45,000 several sub-districts
        are joined.
    seed : same seed, identical tables.
    name : ``"town"`` or ``"anjing"`` for the shipped places' special shape.
    dirty : plants broken rows for tests of the checks; the result then is ``(frames, planted)``.

    Returns
    -------
    dict of (Geo)DataFrames in EPSG:4544 with the columns of docs/reference/data-model.md, and ``plan_b`` with
    ``block_id, grid_id``. Above 200,000 households, ``households`` has ``x``, ``y`` (metres) instead of
    points and ``grids`` has no outlines.

    Examples
    --------
    >>> frames = make_study_area(households=300, name="town", seed=7)
    >>> len(frames["teams"]), int(frames["households"]["inside"].sum())
    (3, 300)
    """
    spec = spec_for(households, seed, name)
    compact = households > COMPACT_ABOVE
    lattice = build_lattice(spec)
    use = draw_land_use(spec, lattice)
    works = factory_nearness(lattice, use)
    out_x, out_y, out_site = draw_neighbours(spec, lattice, use)
    districts = [
        build_district(spec, lattice, use, works, d, out_site if d == 0 else None) for d in range(spec.n_districts)
    ]
    ids = [_district_ids(spec, d, made) for d, made in enumerate(districts)]
    cuts = np.concatenate([made["parcels"].cuts for made in districts])
    frames = {
        "blocks": _blocks(lattice, districts, ids),
        "households": _households(spec, districts, ids, (out_x, out_y), compact),
        "grids": grids_table(lattice, districts, ids, compact),
        "sites": sites_table(districts, ids),
        "teams": teams_table(districts, ids),
        "sessions": sessions_table(districts, ids),
        "roads": roads_table(build_streets(spec, lattice, use, cuts), spec),
    }
    frames["plan_b"] = pd.DataFrame(
        {
            "block_id": frames["blocks"]["block_id"],
            "grid_id": np.concatenate(
                [
                    i["leaf"][np.repeat(made["plan_b"], made["parcels"].units)]
                    for made, i in zip(districts, ids, strict=True)
                ]
            ),
        }
    )
    if name == "anjing":
        plant_honest_problems(frames, seed)
    if dirty:
        return frames, plant_dirt(frames, seed)
    return frames


def _district_ids(spec, d, made):
    """Text ids of blocks, grids, sites and teams of one district."""
    prefix, code = spec.district_prefix(d), spec.district_code(d)
    p, g = made["parcels"], made["grids"]
    order = np.lexsort((np.arange(len(p.units)), g.community))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(1, len(order) + 1)
    first = np.cumsum(p.units) - p.units
    unit = np.arange(p.units.sum()) - np.repeat(first, p.units) + 1
    stacked = np.repeat(p.units > 1, p.units)
    suffix = np.where(stacked, np.char.add("-U", unit.astype("U2")), "").astype(object)
    block = joined(numbered(prefix, np.repeat(number, p.units), 5), suffix)
    village = made["is_village"]
    rank = np.where(village, 199 + np.cumsum(village), np.cumsum(~village))
    community = [f"{code}{k:03d}" for k in rank]
    general_pairs = np.unique(np.column_stack([g.leaf_community, g.leaf_general])[~g.leaf_dedicated], axis=0)
    general = [f"{community[c]}{k:02d}" for c, k in general_pairs.tolist()]
    leaf = np.array(
        [
            f"{community[c]}{k:02d}{m:03d}"
            for c, k, m in zip(g.leaf_community, g.leaf_general, g.leaf_number, strict=True)
        ],
        dtype=object,
    )
    kinds = made["services"]["sites"]["kind"]
    letter = {"studio": "S", "station": "X", "centre": "C", "hospital": "H"}
    site = np.array([f"{prefix}{letter[k]}{n + 1:02d}" for n, k in enumerate(kinds)], dtype=object)
    team = np.array([f"{prefix}T{n + 1:02d}" for n in range(len(made["services"]["teams"]["base"]))], dtype=object)
    return {
        "prefix": prefix, "first": first, "block": block, "community": community, "general": general,
        "general_pairs": general_pairs, "leaf": leaf, "site": site, "team": team,
    }  # fmt: skip


def _blocks(lattice, districts, ids):
    parts = []
    for made, i in zip(districts, ids, strict=True):
        p = made["parcels"]
        shape = np.repeat(block_footprints(lattice, p), p.units)
        unit_shops = p.shops // p.units
        shops = np.repeat(unit_shops, p.units)
        shops[i["first"]] += p.shops - unit_shops * p.units  # the rest at the first stairwell
        kind = np.where(p.homes == 0, np.where(p.shops > 0, 1, 3), np.where(p.shops > 0, 2, 0))
        kind = np.where((kind == 2) & (p.use != MARKET) & (p.shops < 3), 0, kind)
        parts.append(
            gpd.GeoDataFrame(
                {
                    "block_id": i["block"],
                    "grid_id": i["leaf"][np.repeat(made["grids"].leaf, p.units)],
                    "n_shops": shops.astype(np.int32),
                    "kind": KINDS[np.repeat(kind, p.units)],
                },
                geometry=shape,
                crs=CRS,
            )
        )
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def _households(spec, districts, ids, outside, compact):
    """Inside households in district order, then the neighbours beyond the border."""
    n_out = len(outside[0])
    drawn = max(n_out, 1)  # shares of nobody are not defined
    neighbours = draw_people(spec, np.zeros(drawn, np.int64), np.full(drawn, 0.3), 0, purpose="neighbours")
    neighbours = {name: column[:n_out] for name, column in neighbours.items()}
    neighbours.pop("asked_min")
    neighbours["n_signed"] = np.zeros(n_out, np.int32)
    starts_b = np.cumsum([0] + [len(i["block"]) for i in ids])
    starts_t = np.cumsum([0] + [len(i["team"]) for i in ids])
    block, team, leader, x, y, text = [], [], [], [], [], []
    for k, (made, i) in enumerate(zip(districts, ids, strict=True)):
        places = made["places"]
        block.append((i["first"][places["footprint"]] + places["unit"] + starts_b[k]).astype(np.int32))
        t = made["people"]["team"]
        team.append(np.where(t >= 0, t + starts_t[k], -1).astype(np.int32))
        grid = made["grids"].leaf[places["footprint"]]
        leader.append(draw_leaders(spec, grid, made["people"]["n_migrant"], k))
        x.append(places["x"])
        y.append(places["y"])
        text.append(numbered(i["prefix"] + "H", np.arange(1, len(places["x"]) + 1), 6))
    text.append(numbered(spec.prefix + "N", np.arange(1, n_out + 1), 6))
    none = np.full(n_out, -1, np.int32)
    columns = {
        "household_id": whole_column(text, compact),
        "block_id": lookup(np.concatenate([*block, none]), np.concatenate([i["block"] for i in ids]), compact),
    }
    names = ["n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed"]
    for name in names + [f"n_{c}" for c in CONDITIONS]:
        columns[name] = np.concatenate([made["people"].pop(name) for made in districts] + [neighbours[name]])
    columns["signed_team_id"] = lookup(np.concatenate([*team, none]), np.concatenate([i["team"] for i in ids]), compact)
    x, y = np.concatenate([*x, outside[0]]), np.concatenate([*y, outside[1]])
    columns["is_leader"] = np.concatenate([*leader, np.zeros(n_out, bool)])
    columns["inside"] = np.arange(len(x)) < len(x) - n_out
    if compact:
        return pd.DataFrame({**columns, "x": x, "y": y})
    return gpd.GeoDataFrame(columns, geometry=shapely.points(x, y), crs=CRS)
