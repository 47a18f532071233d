"""What a redrawn plan should have little of: each named term as whole-number columns of the core."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core import InvalidInput
from ..area_times import teams_by_mode
from ..graph.ground import ground_columns
from ..questions import DEFAULTS, group_people, household_door_times
from ..travel import travel_times
from .units import OWNERS, Units, places

# name: (unit of `.terms`, how many core units make one)
UNITS = {
    "response": ("person-seconds", 1000.0),
    "inertia": ("person-m²", 1.0),
    "balance": ("share of target", 1e6),
    "polsby_popper": ("Σ (1 − Polsby–Popper) of the grids", 1e6),
    "cut_border": ("m", 1000.0),
    "cut_edges": ("edges", 1.0),
    "natural_lines": ("m off streets and rivers", 1000.0),
    "change": ("people who change", 1.0),
}
NOT_REACHED_S = 7200.0  # what a household counts from a team that has no way to it: far beyond any answer
MOST_CELLS = 50_000_000  # units × owners of a table of costs: 400 MB


class Refused(Exception):
    """This level or this area cannot change the term; the text says why."""


@dataclass(frozen=True)
class TermInputs:
    """What terms are made of beside the units themselves."""

    balance_weight: np.ndarray | None
    balance_target: np.ndarray | None
    balance_name: str
    lines: object
    change_weight: np.ndarray
    inertia_weight: np.ndarray
    team_of_grid: np.ndarray | None


def build_term(name: str, units: Units, given: TermInputs) -> dict:
    """One term for `_core.PlanProblem`. Raises Refused, or InvalidInput for a name that is none."""
    if name not in UNITS:
        raise InvalidInput(f"there is no term {name!r}; there are {', '.join(UNITS)}")
    return {"name": name, **_BUILDERS[name](units, given)}


def _response(units: Units, given: TermInputs) -> dict:
    if units.area is None or units.level == "general":
        raise Refused("the level does not change which team serves whom")
    if not len(units.area.ids("roads")):
        raise Refused("the area has no roads to travel on")
    if units.level == "field":
        return _owners_table(units, np.arange(len(units.grid_ids)), units.area.ids("teams").get_indexer(units.grid_ids))
    teams = given.team_of_grid
    free = ~units.fixed
    if units.parent_of_grid is None:
        several = len(np.unique(teams[free])) > 1
    else:
        pairs = np.unique(np.column_stack([units.parent_of_grid, teams])[free], axis=0)
        several = len(pairs) > len(np.unique(pairs[:, 0]))
    if not several:
        raise Refused("one team serves the parent: no border between its grids changes who comes")
    rank = _ranks(units, teams)
    return _owners_table(units, rank, teams)


def _ranks(units: Units, owner: np.ndarray) -> np.ndarray:
    """The rank of each grid's owner among those of its parent, so that tables are as narrow as parents are small."""
    parent = units.parent_of_grid if units.parent_of_grid is not None else np.zeros(len(owner), np.int32)
    pairs, of_grid = np.unique(np.column_stack([parent, owner]), axis=0, return_inverse=True)
    first = np.searchsorted(pairs[:, 0], pairs[:, 0])
    return (np.arange(len(pairs)) - first)[of_grid.ravel()]


def _owners_table(units: Units, rank: np.ndarray, team_of_grid: np.ndarray) -> dict:
    """Σ residents × milliseconds from call to door, by unit and rank of the team."""
    width = int(rank.max()) + 1
    _require_cells(units, width, "response")
    cost = np.zeros((units.n, width), np.int64)
    parent = units.parent_of_grid if units.parent_of_grid is not None else np.zeros(len(rank), np.int32)
    of_unit = units.parent_of_unit if units.parent_of_unit is not None else np.zeros(units.n, np.int32)
    served = {}
    for grid, team in enumerate(team_of_grid):
        served.setdefault(int(team), set()).add((int(parent[grid]), int(rank[grid])))
    for team, seconds, rows, unit in _team_times(units, served, of_unit):
        for under, column in served[team]:
            here = of_unit[unit] == under
            people = _people(units)[rows[here]]
            ms = np.rint(np.minimum(seconds[here], NOT_REACHED_S) * 1000)
            total = np.bincount(unit[here], weights=people * ms, minlength=units.n)
            inside = of_unit == under
            cost[inside, column] = np.rint(total[inside]).astype(np.int64)
    return {
        "kind": "assignment", "owner_of_grid": np.ascontiguousarray(rank, dtype=np.int32), "owners": width,
        "cost": np.ascontiguousarray(cost.ravel()),
    }  # fmt: skip


def _people(units: Units) -> np.ndarray:
    return group_people(units.area)["all"].to_numpy()


def _team_times(units: Units, served: dict, of_unit: np.ndarray):
    """For each team: seconds from the call to the door of the households that it may come to serve, and their units."""
    area = units.area
    block = area.household_block()
    unit = np.where(block >= 0, units.block_unit[block], -1)
    places_xy, door_s = area.points("households"), household_door_times(area, DEFAULTS)
    lives = (unit >= 0) & (_people(units) > 0)
    done = set()
    for group in teams_by_mode(area):
        for base, team, turnout_s in zip(group.bases, group.teams, group.turnout_s, strict=True):
            if int(team) not in served:
                continue
            under = np.array([p for p, _ in served[int(team)]])
            rows = np.flatnonzero(lives & np.isin(of_unit[unit], under))
            done.add(int(team))
            if not len(rows):
                continue
            travel_s = travel_times(
                group.network, base[None, :], places_xy[rows], max_off_network_m=DEFAULTS.max_off_network_m
            )[0]
            yield int(team), travel_s + turnout_s + door_s[rows], rows, unit[rows]
    for team in served.keys() - done:  # without a base, or none at all
        under = np.array([p for p, _ in served[team]])
        rows = np.flatnonzero(lives & np.isin(of_unit[unit], under))
        yield team, np.full(len(rows), NOT_REACHED_S), rows, unit[rows]


def _inertia(units: Units, given: TermInputs) -> dict:
    if units.graph._frame is None:
        raise Refused("the graph was made from edges: its blocks have no place")
    return {"kind": "inertia", "weight": given.inertia_weight, "place": places(units)}


def _polsby_popper(units: Units, given: TermInputs) -> dict:
    if units.level in ("general", "field"):
        ground = ground_columns(units.area._core.footprints, units.block_unit >= 0, units.area.ids("blocks"))
        group_of = np.ascontiguousarray(units.block_unit, dtype=np.int32)
        return {"kind": "polsby_popper", **ground, "group_of": group_of}
    if units.graph._polygons is None:
        raise Refused("the graph was made from edges: its blocks have no shape")
    every = np.ones(units.n, bool)
    return {"kind": "polsby_popper", **ground_columns(units.graph._polygons, every, units.graph.ids)}


def _balance(units: Units, given: TermInputs) -> dict:
    if given.balance_weight is None:
        raise Refused("there is no weight to balance: give a limit")
    if not (given.balance_target > 0).all():
        raise Refused(f"{given.balance_name} is 0 under a parent: there is nothing to share")
    return {"kind": "balance", "weight": given.balance_weight, "target": given.balance_target}


def _cut(units: Units, given: TermInputs) -> dict:
    return {"kind": "cut", "length": np.ascontiguousarray(units.graph._graph.border_mm)}


def _cut_edges(units: Units, given: TermInputs) -> dict:
    return {"kind": "cut", "length": np.ones(units.graph.edge_count, np.int64)}


def _natural_lines(units: Units, given: TermInputs) -> dict:
    if units.level in ("general", "field"):
        raise Refused("the level moves whole grids: ask for natural lines at level micro")
    if given.lines is None:
        raise Refused("there are no streets or rivers to follow: give natural_lines=")
    return {"kind": "cut", "length": np.rint(units.graph.metres_off(given.lines) * 1000).astype(np.int64)}


def _change(units: Units, given: TermInputs) -> dict:
    if not (units.today >= 0).any():
        raise Refused("there is no plan of today to keep to")
    grids = np.arange(len(units.grid_ids))
    rank = _ranks(units, grids)
    width = int(rank.max()) + 1
    _require_cells(units, width, "change")
    cost = np.repeat(given.change_weight[:, None], width, axis=1)
    known = np.flatnonzero(units.today >= 0)
    cost[known, rank[units.today[known]]] = 0
    nowhere = units.today < 0
    if units.dissolved is not None:
        nowhere = nowhere & ~units.dissolved  # who lived in a grid that does not go on changes wherever they go
    cost[nowhere] = 0
    return {
        "kind": "assignment", "owner_of_grid": np.ascontiguousarray(rank, dtype=np.int32), "owners": width,
        "cost": np.ascontiguousarray(cost.ravel()),
    }  # fmt: skip


def _require_cells(units: Units, width: int, name: str) -> None:
    if units.n * width > MOST_CELLS:
        raise InvalidInput(
            f'the term "{name}" would need a table of {units.n:,} units × {width:,} {OWNERS[units.level]}s: redraw '
            'within parents (within="general"), or leave the term out'
        )


_BUILDERS = {
    "response": _response, "inertia": _inertia, "balance": _balance, "polsby_popper": _polsby_popper,
    "cut_border": _cut, "cut_edges": _cut_edges,
    "natural_lines": _natural_lines, "change": _change,
}  # fmt: skip
