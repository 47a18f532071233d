"""Fixtures that several tests share. Every area here is drawn or generated; none is a real place."""

import os
import pathlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import libgrid as lg

ROOT = pathlib.Path(__file__).resolve().parents[1]
CRS = "EPSG:4544"


@pytest.fixture(scope="session")
def root() -> pathlib.Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> pathlib.Path:
    """The real data beside the checkout; tests that ask for it skip plainly where it is absent."""
    path = pathlib.Path(os.environ.get("LIBGRID_SHARED", ROOT.parent / "shared")) / "data"
    if not (path / "liechtenstein").is_dir():
        pytest.skip("the real data are not here (looked for ../shared/data and $LIBGRID_SHARED)")
    return path


@pytest.fixture(scope="session")
def town() -> lg.StudyArea:
    return lg.datasets.load("town")


@pytest.fixture(scope="session")
def anjing() -> lg.StudyArea:
    return lg.datasets.load("anjing")


def line_town(**changes) -> dict:
    """Six blocks of 100 m in a row on one street, a micro-grid for each three, a team at each end.

    S1 [b0 b1 b2 | b3 b4 b5] S2      street y=0 from x=0 to x=600; one household in the middle of each block
        grid W     grid E            team 1 (W) starts at S1, team 2 (E) at S2
    """
    x0, y0 = 400_000.0, 3_400_000.0
    blocks = gpd.GeoDataFrame(
        {"block_id": [f"b{i}" for i in range(6)], "grid_id": ["W"] * 3 + ["E"] * 3, "n_shops": [0, 1, 0, 0, 0, 0]},
        geometry=[shapely.box(x0 + 100 * i, y0 - 50, x0 + 100 * i + 100, y0 + 50) for i in range(6)],
        crs=CRS,
    )
    households = gpd.GeoDataFrame(
        {
            "household_id": [f"h{i}" for i in range(6)],
            "block_id": [f"b{i}" for i in range(6)],
            "n_usual": [2, 3, 1, 4, 2, 2],
            "n_migrant": [1, 0, 0, 2, 0, 0],
            "n_short": [0, 1, 0, 0, 0, 0],
            "n_signed": [1, 0, 1, 2, 0, 1],
            "signed_team_id": ["t1", None, "t1", "t2", None, "t2"],
        },
        geometry=shapely.points(x0 + 100 * np.arange(6) + 50, y0),
        crs=CRS,
    )
    grids = pd.DataFrame(
        {
            "grid_id": ["W", "E", "C"],
            "level": ["micro", "micro", "community"],
            "parent_id": ["C", "C", None],
            "team_id": ["t1", "t2", None],
        }
    )
    sites = gpd.GeoDataFrame(
        {"site_id": ["S1", "S2"], "kind": ["studio", "centre"]},
        geometry=shapely.points([x0, x0 + 600], [y0, y0]),
        crs=CRS,
    )
    teams = pd.DataFrame({"team_id": ["t1", "t2"], "base_site_id": ["S1", "S2"], "n_grid_workers": [2, 3]})
    sessions = pd.DataFrame(
        {
            "session_id": ["s1"],
            "site_id": ["S1"],
            "team_id": ["t1"],
            "weekday": [2],
            "start": ["09:00"],
            "end": ["12:30"],
        }
    )
    roads = gpd.GeoDataFrame(
        {"road_id": ["r1"], "class": ["residential"]},
        geometry=[shapely.LineString([(x0, y0), (x0 + 600, y0)])],
        crs=CRS,
    )
    frames = {
        "blocks": blocks,
        "households": households,
        "grids": grids,
        "sites": sites,
        "teams": teams,
        "sessions": sessions,
        "roads": roads,
    }
    return {**frames, **changes}


@pytest.fixture
def line() -> dict:
    return line_town()
