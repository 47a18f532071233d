"""From checked tables to the core's columns: ids become rows, words become codes, missing becomes -1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import _core
from .columns import minutes_of_day
from .issues import Found
from .ledger import Table
from .people import household_columns
from .schema import CONDITIONS, LEVELS, SITE_KINDS


def row_index(table: Table | None, column: str, target: Table | None) -> np.ndarray:
    """A reference column as rows of its table, -1 for none."""
    n = 0 if table is None else len(table)
    if table is None or target is None:
        return np.full(n, -1, np.int32)
    return np.ascontiguousarray(target.ids.get_indexer(table.attrs[column]), dtype=np.int32)


def no_polygons() -> _core.PolygonSet:
    zero = np.zeros(1, np.int64)
    return _core.PolygonSet(np.empty((0, 2), np.int32), zero, zero, zero)


def codes(table: Table | None, column: str, words: tuple[str, ...]) -> np.ndarray:
    if table is None:
        return np.empty(0, np.uint8)
    return np.ascontiguousarray(pd.Index(words).get_indexer(table.attrs[column]), dtype=np.uint8)


def numbers(table: Table | None, column: str, dtype) -> np.ndarray:
    return np.empty(0, dtype) if table is None else np.ascontiguousarray(table.attrs[column].to_numpy(dtype))


def build_core(tables: dict[str, Table], frame: _core.Frame) -> tuple[_core.StudyArea, list[Found]]:
    """The core's columns from the tables; households without a block are joined by their point."""

    get = tables.get
    found: list[Found] = []
    no_points = np.empty((0, 2), np.int32)
    sites = _core.Sites(
        get("sites").geometry if "sites" in tables else no_points,
        codes(get("sites"), "kind", SITE_KINDS),
        numbers(get("sites"), "designated", np.uint8),
        numbers(get("sites"), "inside", np.uint8),
    )
    teams = _core.Teams(
        row_index(get("teams"), "base_site_id", get("sites")),
        *(numbers(get("teams"), c, np.int32) for c in ("n_doctor_teams", "n_party_members", "n_grid_workers")),
        *(numbers(get("teams"), c, np.float64) for c in ("n_doctors", "offered_min", "turnout_s")),
    )
    grids = _core.Grids(
        codes(get("grids"), "level", LEVELS),
        row_index(get("grids"), "parent_id", get("grids")),
        row_index(get("grids"), "team_id", get("teams")),
    )
    blocks = _core.Blocks(
        get("blocks").geometry if "blocks" in tables else no_polygons(),
        row_index(get("blocks"), "grid_id", get("grids")),
        numbers(get("blocks"), "n_shops", np.int32),
    )
    session = get("sessions")
    clock = {
        c: minutes_of_day(session.attrs[c]) if session is not None else np.empty(0, np.int32) for c in ("start", "end")
    }
    sessions = _core.Sessions(
        row_index(session, "site_id", get("sites")),
        row_index(session, "team_id", get("teams")),
        numbers(session, "weekday", np.int32),
        clock["start"],
        clock["end"],
        numbers(session, "every_n_weeks", np.int32),
    )
    households = households_of(tables, grids, found)
    area = _core.StudyArea(frame, blocks, households, grids, sites, teams, sessions)
    return area, found


def households_of(tables: dict[str, Table], grids: _core.Grids, found: list[Found]) -> _core.Households:

    table = tables.get("households")
    if table is None:
        names = ("n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed")
        none = np.empty(0, np.int32)
        columns = dict.fromkeys(("block", "grid", "signed_team", *names), none)
        return _core.Households(
            np.empty((0, 2), np.int32),
            columns | {"conditions": [none] * len(CONDITIONS), "inside": np.empty(0, np.uint8)},
        )
    block = row_index(table, "block_id", tables.get("blocks"))
    grid = np.full(len(table), -1, np.int32)
    inside = table.attrs["inside"].to_numpy(bool)
    blocks, grid_table = tables.get("blocks"), tables.get("grids")
    if blocks is not None and len(blocks):
        loose = np.flatnonzero(block < 0)
        block[loose] = _core.PointLocator(blocks.geometry).locate(table.geometry[loose])
        joined = loose[(block[loose] >= 0) & inside[loose]]
        found.append(Found("LG-H105", "households", table.ids[joined].tolist()))
        outside = (block < 0) & inside
    elif grid_table is not None and len(grid_table):
        grid = row_index(table, "grid_id", grid_table)
        leaf = np.flatnonzero(grids.leaf).astype(np.int32)
        loose = np.flatnonzero(grid < 0)
        at = _core.PointLocator(grid_table.geometry.take(leaf)).locate(table.geometry[loose])
        grid[loose] = np.where(at >= 0, leaf[at], -1)
        outside = (grid < 0) & inside
    else:
        outside = np.zeros(len(table), bool)
    found.append(Found("LG-H004", "households", table.ids[outside].tolist()))
    signed = row_index(table, "signed_team_id", tables.get("teams"))
    return _core.Households(table.geometry, household_columns(table.attrs, block=block, grid=grid, signed_team=signed))
