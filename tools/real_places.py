#!/usr/bin/env python3
"""Two real places as study areas: Liechtenstein and the middle of Chengdu.

They have streets and people but no grids or teams, and Chengdu no sites: those are made here by a seeded rule and named
in `assumed`, which the report stamps. The data stay where they are (../shared/data or $LIBGRID_SHARED).
"""

from __future__ import annotations

import argparse
import os
import pathlib
import time

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import libgrid as lg

ROOT = pathlib.Path(__file__).resolve().parent.parent
ASSUMED = (
    {
        "en": "grids: blocks halved across their longer side until each holds about 60 households (a seeded rule)",
        "zh": "网格：沿长边对半划分基本单元，直至每格约 60 户（带种子的规则）",
    },
    {
        "en": "teams: one at each site; a grid's own team is the one whose base is nearest in a straight line",
        "zh": "团队：每个服务点一个；网格归直线距离最近的团队",
    },
    {"en": "sessions: one weekly morning at each site", "zh": "坐诊：每个服务点每周一个上午"},
)


def shared_data() -> pathlib.Path | None:
    """Where the real data are, or None."""
    path = pathlib.Path(os.environ.get("LIBGRID_SHARED", ROOT.parent / "shared")) / "data"
    return path if (path / "liechtenstein").is_dir() else None


def halve(xy: np.ndarray, weight: np.ndarray, target: float) -> np.ndarray:
    """Labels of groups of about `target` weight: the heaviest is cut across its longer side at half its weight."""
    labels = np.zeros(len(xy), np.int64)
    todo, count = [np.arange(len(xy))], 0
    while todo:
        rows = todo.pop()
        if weight[rows].sum() <= 1.5 * target or len(rows) < 2:
            labels[rows] = count
            count += 1
            continue
        axis = int(np.argmax(np.ptp(xy[rows], axis=0)))
        rows = rows[np.argsort(xy[rows, axis], kind="stable")]
        half = np.searchsorted(np.cumsum(weight[rows]), weight[rows].sum() / 2)
        half = min(max(int(half), 1), len(rows) - 1)
        todo += [rows[half:], rows[:half]]
    return labels


def with_assumed_services(blocks, households, sites, roads, crs: str, per_grid: float, **options) -> lg.StudyArea:
    """Adds grids, one team a site, and a weekly session a site, by the rules named in ASSUMED."""
    area = lg.StudyArea.from_frames(blocks=blocks, households=households, roads=roads, crs=crs, **options)
    at = area.household_block()
    weight = np.bincount(at[at >= 0], minlength=len(area.ids("blocks"))).astype(float)
    middle = shapely.get_coordinates(shapely.centroid(area.blocks.geometry.to_numpy()))
    label = halve(middle, weight, per_grid)
    site_xy = shapely.get_coordinates(sites.to_crs(crs).geometry.to_numpy())
    size = np.bincount(label)
    grid_xy = np.column_stack([np.bincount(label, weights=middle[:, k]) / size for k in (0, 1)])
    nearest = shapely.STRtree(shapely.points(site_xy)).nearest(shapely.points(grid_xy))
    team_ids = [f"T{i + 1:02d}" for i in range(len(sites))]
    grids = pd.DataFrame(
        {
            "grid_id": [f"G{i + 1:04d}" for i in range(len(size))],
            "level": "micro",
            "team_id": [team_ids[i] for i in nearest],
        }
    )
    teams = pd.DataFrame({"team_id": team_ids, "base_site_id": sites["site_id"].to_numpy()})
    sessions = pd.DataFrame(
        {
            "session_id": [f"S{i + 1:02d}" for i in range(len(sites))],
            "site_id": sites["site_id"].to_numpy(),
            "team_id": team_ids,
            "weekday": [i % 5 + 1 for i in range(len(sites))],
            "start": "09:00",
            "end": "12:30",
        }
    )
    kept = area.blocks.assign(grid_id=grids["grid_id"].to_numpy()[label])
    return lg.StudyArea.from_frames(
        blocks=kept,
        households=households,
        grids=grids,
        sites=sites,
        teams=teams,
        sessions=sessions,
        roads=roads,
        crs=crs,
        **options,
    )


def _points(frame: pd.DataFrame) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapely.points(frame["lon"], frame["lat"]), index=frame.index, crs="EPSG:4326")


def liechtenstein(data: pathlib.Path) -> tuple[lg.StudyArea, tuple]:
    """12,497 addresses as households, blocks from 17,696 buildings, OSM streets, places tagged as doctors as sites."""
    folder, crs = data / "liechtenstein", "EPSG:2056"
    buildings = pd.read_csv(folder / "buildings.csv.gz")
    shapes = gpd.GeoSeries.from_wkt(buildings["geometry_wkt"], crs="EPSG:4326").to_crs(crs)
    buildings = gpd.GeoDataFrame({"block_id": buildings["osm_id"]}, geometry=shapes)
    blocks = lg.build_blocks(buildings)
    addresses = pd.read_csv(folder / "addresses.csv.gz", dtype=str).astype({"lon": float, "lat": float})
    households = gpd.GeoDataFrame({"household_id": addresses["osm_id"], "n_usual": 3}, geometry=_points(addresses))
    places = pd.read_csv(folder / "health_poi.csv.gz", dtype=str).astype({"lon": float, "lat": float})
    doctors = places[places["amenity"] == "doctors"].reset_index(drop=True)
    # ids only: the names on the map are those of people
    sites = gpd.GeoDataFrame({"site_id": doctors["osm_id"], "kind": "station"}, geometry=_points(doctors))
    edges = pd.read_csv(folder / "streets_edges.csv.gz", dtype={"maxspeed": str})
    roads = gpd.GeoDataFrame(
        {
            "road_id": [f"R{i + 1:05d}" for i in range(len(edges))],
            "class": edges["highway"],
            "oneway": edges["oneway"],
            "maxspeed_kmh": pd.to_numeric(edges["maxspeed"], errors="coerce"),
            "name": edges["name"],
        },
        geometry=gpd.GeoSeries.from_wkt(edges["geometry_wkt"], crs="EPSG:4326"),
    )
    area = with_assumed_services(blocks, households, sites, roads, crs, per_grid=60)
    people = {
        "en": "people: three usual residents an address (about 39,700 people, 12,497 addresses)",
        "zh": "人口：每个地址按 3 名常住居民计（约 39,700 人，12,497 个地址）",
    }
    return area, (*ASSUMED, people)


def chengdu(data: pathlib.Path) -> tuple[lg.StudyArea, tuple]:
    """Population hexagons (pop_day) inside the rectangle of the 2021 core streets; 24 seeded sites."""
    folder, crs = data / "chengdu", "EPSG:32648"
    edges = pd.read_csv(folder / "streets_core_2021_edges.csv.gz", low_memory=False)
    lines = gpd.GeoSeries.from_wkt(edges["geometry_wkt"], crs="EPSG:4326")
    roads = gpd.GeoDataFrame(
        {
            "road_id": edges["u"].astype(str) + "-" + edges["v"].astype(str) + "-" + edges["key"].astype(str),
            "class": edges["highway"].str.split("|").str[0],
            "oneway": "yes",  # one row a direction
            "maxspeed_kmh": pd.to_numeric(edges["maxspeed"], errors="coerce"),
            "name": edges["name"],
        },
        geometry=lines,
    )
    west, south, east, north = 104.030, 30.645, 104.137, 30.740
    hexagons = gpd.read_file(folder / "hex200_population.gpkg").to_crs(crs)
    centre = hexagons.geometry.centroid.to_crs("EPSG:4326")
    hexagons = hexagons[centre.x.between(west, east) & centre.y.between(south, north)].reset_index(drop=True)
    blocks = gpd.GeoDataFrame({"block_id": hexagons["grid_id"]}, geometry=hexagons.geometry)
    people = hexagons["pop_day"].round().astype(int)
    households = gpd.GeoDataFrame(
        {"household_id": hexagons["grid_id"], "n_usual": people}, geometry=hexagons.geometry.centroid
    )
    rng = np.random.Generator(np.random.PCG64(20261122))
    chosen = np.sort(rng.choice(len(hexagons), size=24, replace=False, p=people / people.sum()))
    sites = gpd.GeoDataFrame(
        {"site_id": [f"P{i + 1:02d}" for i in range(24)], "kind": "station"},
        geometry=hexagons.geometry.centroid.iloc[chosen].reset_index(drop=True),
    )
    area = with_assumed_services(blocks, households, sites, roads, crs, per_grid=6, max_people=100_000)
    return area, (
        *ASSUMED,
        {
            "en": "sites: 24 places drawn by day population (seed 20261122)",
            "zh": "服务点：按日间人口随机抽取 24 处（种子 20261122）",
        },
        {
            "en": "households: one point a hexagon of 200 m with its day population; grids hold about six hexagons",
            "zh": "住户：每个边长 200 米的六边形为一点，取日间人口；每个网格约六个六边形",
        },
        {
            "en": "streets: the drive network of 2021, without footways",
            "zh": "道路：2021 年机动车路网，不含人行道",
        },
    )


PLACES = {"liechtenstein": liechtenstein, "chengdu": chengdu}
TITLES = {
    "liechtenstein": {"zh": "列支敦士登（真实道路与建筑）", "en": "Liechtenstein (real streets and buildings)"},
    "chengdu": {"zh": "成都中心城区（真实道路与人口）", "en": "The middle of Chengdu (real streets and population)"},
}
# Hexagons are 346 m apart: their gaps join over the next one.
GAP_JOIN_M = {"liechtenstein": 100.0, "chengdu": 400.0}


def answer(name: str, area: lg.StudyArea, assumed: tuple) -> lg.Assessment:
    """Only coverage is asked: assumed teams and grids have no workload or size that would mean anything."""
    settings = lg.Settings(questions=("access", "response"), gap_join_m=GAP_JOIN_M[name])
    return lg.assess(area, settings=settings, assumed=assumed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="*", choices=[[], *PLACES], default=[], help="default: both")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out")
    options = parser.parse_args()
    data = shared_data()
    if data is None:
        print("the real data are not here (looked for ../shared/data and $LIBGRID_SHARED): nothing to do")
        return
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.places or PLACES:
        start = time.perf_counter()
        area, assumed = PLACES[name](data)
        result = answer(name, area, assumed)
        for lang in ("zh", "en"):
            lg.report(result, options.out / f"{name}_{lang}.html", lang=lang, title=TITLES[name])
        print(f"{name}: {area!r}, {time.perf_counter() - start:.1f} s")
        print(result.access.groups.to_string(index=False, float_format=lambda v: f"{v:,.2f}"))
        for key, value in result.headline.items():
            print(f"  {key:24} {'not asked' if value is None else f'{value:,.0f}'}")


if __name__ == "__main__":
    main()
