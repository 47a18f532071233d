"""A synthetic town for the report's tests: Voronoi grids, teams and sites, figures that add up."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from libgrid.report import ReportFacts, response_curve

CRS = "EPSG:4544"


def _groups(minutes, weights: dict, threshold: float) -> pd.DataFrame:
    rows = []
    for group, people in weights.items():
        within = {limit: people[minutes <= limit].sum() for limit in (8, 10, 15, threshold)}
        total = max(people.sum(), 1)
        order = np.argsort(minutes)
        seconds = np.interp([0.5, 0.9], np.cumsum(people[order]) / total, minutes[order]) * 60
        rows.append(
            {
                "group": group,
                "people": people.sum(),
                "covered": within[threshold],
                "uncovered": people.sum() - within[threshold],
                "covered_share": within[threshold] / total,
                "unreachable": 0,
                "uncertain": 0,
                "mean_s": 60 * (minutes * people).sum() / total,
                "median_s": seconds[0],
                "p90_s": seconds[1],
                **{f"share_{n}min": within[n] / total for n in (8, 10, 15)},
            }
        )
    return pd.DataFrame(rows)


def _gaps(points, minutes, people, threshold: float, kind: str, cause: str) -> list[dict]:
    beyond = minutes > threshold
    if not beyond.any():
        return []
    blobs = shapely.get_parts(shapely.union_all(shapely.buffer(points[beyond], 90)))
    owner = shapely.STRtree(blobs).query(points[beyond], predicate="intersects")[1]
    return [
        {
            "geometry": shapely.simplify(blob, 8),
            "people": people[beyond][owner == i].sum(),
            "cause": cause,
            "households": int((owner == i).sum()),
            "worst_min": minutes[beyond][owner == i].max(),
            "kind": kind,
        }
        for i, blob in enumerate(blobs)
    ]


def make_town(n_grids: int = 60, n_households: int = 3000, n_teams: int = 6, seed: int = 7, rename=None) -> ReportFacts:
    """Facts of a made-up place; ``rename`` maps a kind ("grid", "team", "site") to a name of its number."""
    rng = np.random.default_rng(seed)
    name = {"grid": "锦绣{}网格", "team": "家医{}队", "site": "第{}卫生站"} | (rename or {})
    x0, y0, width, height = 408000.0, 3395000.0, 4200.0, 3100.0
    origin = np.array([x0, y0])
    seeds = rng.uniform([0, 0], [width, height], (n_grids, 2)) + origin
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    wobble = 1 + 0.08 * np.sin(3 * angle + 1) + 0.05 * np.cos(7 * angle)
    rim = np.column_stack([np.cos(angle) * width / 2 * wobble, np.sin(angle) * height / 2 * wobble])
    outline = shapely.Polygon(rim + origin + np.array([width, height]) / 2)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=outline))
    cells = shapely.intersection(cells, outline)
    cells = cells[shapely.area(cells) > 1]
    n_grids = len(cells)
    xy = rng.normal([width / 2, height / 2], [width / 4.5, height / 4.5], (n_households, 2)) + origin
    points = shapely.points(xy)
    grid, house = shapely.STRtree(points).query(cells, predicate="intersects")
    house, first = np.unique(house, return_index=True)
    grid, xy, points = grid[first], xy[house], points[house]
    n = len(house)

    sites = np.column_stack([x0 + width * rng.uniform(0.2, 0.8, n_teams), y0 + height * rng.uniform(0.2, 0.8, n_teams)])
    reach = 3.0 + 1.3 * np.linalg.norm(xy[:, None] - sites[None], axis=2) / (17.1 / 3.6 * 60) * 2.2
    centres = shapely.get_coordinates(shapely.centroid(cells))
    team = np.argmin(np.linalg.norm(centres[:, None] - sites[None], axis=2) * rng.uniform(0.7, 1.4, n_teams), axis=1)
    own, nearest = reach[np.arange(n), team[grid]], reach.min(axis=1)
    access = 1.3 * np.linalg.norm(xy[:, None] - sites[None], axis=2).min(axis=1) / 72
    usual, short = rng.integers(1, 5, n), (rng.random(n) < 0.05).astype(int)
    weights = {
        "all": usual + short,
        "usual": usual,
        "migrant": np.where(rng.random(n) < 0.4, usual, 0),
        "short": short,
        "key": (rng.random(n) < 0.15).astype(int),
        "signed": (rng.random(n) < 0.5).astype(int),
    }
    people = weights["all"]

    def per_grid(values, w=people):
        return np.bincount(grid, values * w, n_grids) / np.maximum(np.bincount(grid, w, n_grids), 1e-9)

    def count(keep, by=grid, size=n_grids):
        return np.bincount(by[keep], people[keep], size).astype(int)

    size = np.bincount(grid, minlength=n_grids)
    grids = gpd.GeoDataFrame(
        {
            "grid_id": [f"G{i:03d}" for i in range(n_grids)],
            "name": [name["grid"].format(i + 1) for i in range(n_grids)],
            "level": "micro",
            "team_id": [f"T{t:02d}" for t in team],
            "people": count(slice(None)),
            "size": size,
            "within_norm": (size >= 30) & (size <= 100),
            "covered_share": per_grid(access <= 15),
            "uncovered": count(access > 15),
            "response_uncovered": count(own > 10),
            "own_team_min": per_grid(own),
            "boundary_cost_min": per_grid(own - nearest),
        },
        geometry=cells,
        crs=CRS,
    )
    grids.loc[grids["people"] == 0, ["covered_share", "own_team_min", "boundary_cost_min"]] = np.nan
    field = team[grid]
    residents = count(slice(None), field, n_teams)
    asked, offered = (
        residents * rng.uniform(45, 75, n_teams),
        np.maximum(residents * 62.0, 1.0) * rng.uniform(0.85, 1.15, n_teams),
    )
    ids = [f"T{t:02d}" for t in range(n_teams)]
    teams = pd.DataFrame(
        {
            "team_id": ids,
            "name": [name["team"].format(t + 1) for t in range(n_teams)],
            "residents": residents,
            "asked_min": asked,
            "travel_min": asked * 0.22,
            "offered_min": offered,
            "load": asked / offered,
            "estimated_min": asked * 0.3,
            "panel_signed": np.bincount(field, weights["signed"], n_teams).astype(int),
            "panel_limit": 2000,
        }
    )
    late = count(own > 10, field, n_teams)
    site_kinds = ["centre", "station", "studio"]
    h = "HOUSE-{:05d}"
    loads = teams["load"].to_numpy()
    return ReportFacts(
        title={"zh": "微网格与家庭医生评估报告", "en": "Micro-grids and family doctors: assessment"},
        place={"zh": "示例街道（虚构）", "en": "Example sub-district (invented)"},
        made_on="2024-01-18",
        crs="EPSG:4544 CGCS2000 / 3-degree GK CM 105E",
        assumed=["assumed.seeded_grids"],
        headline={
            "people_beyond_response": {"value": int(people[own > 10].sum()), "total": int(people.sum())},
            "people_beyond_access": {"value": int(people[access > 15].sum()), "total": int(people.sum())},
            "teams_over": {"value": int((loads > 1).sum()), "total": n_teams},
            "grids_outside_norm": {"value": int((~grids["within_norm"]).sum()), "total": n_grids},
            "records_set_aside": {"value": 37, "total": n + 40},
        },
        grids=grids,
        roads=_roads(outline, rng, n_households),
        households=gpd.GeoDataFrame(
            {"household_id": [h.format(i) for i in range(n)], "access_min": access, "response_min": own},
            geometry=points,
            crs=CRS,
        ),
        sites=gpd.GeoDataFrame(
            {
                "site_id": [f"S{i}" for i in range(n_teams)],
                "kind": [site_kinds[i % 3] for i in range(n_teams)],
                "name": [name["site"].format(i + 1) for i in range(n_teams)],
            },
            geometry=shapely.points(sites),
            crs=CRS,
        ),
        gaps=gpd.GeoDataFrame(
            _gaps(points, own, people, 10, "response", "boundary") + _gaps(points, access, people, 15, "access", "far"),
            geometry="geometry",
            crs=CRS,
        ),
        access_groups=_groups(access, weights, 15),
        response_groups=_groups(own, weights, 10),
        response_by_team=pd.DataFrame(
            {
                "team_id": ids,
                "people": residents,
                "covered": residents - late,
                "uncovered": late,
                "covered_share": 1 - late / np.maximum(residents, 1),
                "mean_s": np.bincount(field, 60 * own, n_teams) / np.maximum(np.bincount(field, minlength=n_teams), 1),
            }
        ),
        curve=response_curve(own, nearest, people),
        teams=teams,
        balance={
            "gini": 0.081,
            "cv": float(loads.std() / loads.mean()),
            "theil": 0.011,
            "max_over_mean": float(loads.max() / loads.mean()),
            "range_over_mean": 0.43,
            "jain": 0.978,
        },
        plan_change={
            "moved_blocks": 12,
            "moved_households": 431,
            "changed_doctor_people": 1033,
            "changed_doctor_signed": 4,
            "teams": pd.DataFrame(
                {
                    "team_id": ids,
                    "load_before": loads,
                    "load_after": loads.clip(0.7, 1.1),
                    "own_min_before": 7.2,
                    "own_min_after": 6.9,
                }
            ),
        },
        issues=pd.DataFrame(
            [
                {
                    "code": "LG-H003",
                    "severity": "warning",
                    "layer": "households",
                    "id": h.format(i),
                    "message": f"households {h.format(i)} lies outside every grid",
                    "fix": "move the point or the grid",
                }
                for i in (3, 17)
            ]
            + [
                {
                    "code": "LG-G001",
                    "severity": "error",
                    "layer": "grids",
                    "id": "G003",
                    "message": {"zh": "与 G004 重叠", "en": "overlaps G004"},
                    "fix": {"zh": "改边界", "en": "redraw the border"},
                }
            ]
        ),
        ledger=pd.DataFrame(
            [
                {
                    "layer": "households",
                    "n_in": n + 37,
                    "accepted": n - 100,
                    "repaired": 100,
                    "set_aside": 37,
                },
                {"layer": "grids", "n_in": n_grids, "accepted": n_grids, "repaired": 0, "set_aside": 0},
            ]
        ),
        parameters=pd.DataFrame(
            [
                {"name": "response_threshold", "value": 10, "unit": "unit.min", "source": "source.seed"},
                {
                    "name": "ebike_speed",
                    "value": 17.1,
                    "unit": "km/h",
                    "source": {"zh": "杭州实测", "en": "field data, Hangzhou"},
                },
            ]
        ),
        versions={"libgrid": "0.1.0", "geopandas": gpd.__version__},
    )


def _roads(outline, rng, n: int) -> gpd.GeoDataFrame:
    x0, y0, x1, y1 = outline.bounds
    lines, kinds, step = [], [], 600 if n < 3000 else 62
    for start, stop, other0, other1, flip in ((x0, x1, y0, y1, False), (y0, y1, x0, x1, True)):
        for i, at in enumerate(np.arange(start, stop, step)):
            along = np.arange(other0, other1, step)
            sway = at + 25 * np.sin(along / 300 + i)
            xy = np.column_stack([along, sway] if flip else [sway, along])
            kind = "primary" if i % 7 == 3 else "residential"
            for a, b in itertools.pairwise(xy):
                lines.append(shapely.LineString([a, (a + b) / 2 + rng.normal(0, 6, 2), b]))
                kinds.append(kind)
    frame = gpd.GeoDataFrame({"class": kinds}, geometry=lines, crs=CRS)
    return frame[frame.intersects(outline)]
