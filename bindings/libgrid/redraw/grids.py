"""How many grids: as today, a number, or a number by parent; which of today's go on, and ids of new ones."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..issues import name_some
from .asked import Asked
from .rules import build_locks, unit_weight
from .units import Units


def choose_grids(units: Units, asked: Asked) -> Units:
    """Units with the number of grids that is asked for; today's grids stay while there are enough.

    ``asked.grids`` is None, a number, or numbers by parent: a dict by the parents' ids, or `PerParent`. Grids with
    locked blocks and grids that ``forbidden`` names go on; of the others those with the most of the first limit's
    weight.
    """
    grids = asked.grids
    if grids is None or units.level is None:
        return units
    if units.level == "field":
        raise InvalidInput("grids: at level field every team keeps one field; teams are added to the area")
    parents, names = open_parents(units)
    now = grids_now(units, parents)
    if isinstance(grids, PerParent):
        wanted = np.array(grids.numbers)
    elif isinstance(grids, str):
        raise InvalidInput(f'grids must be None, a number, {{parent: number}} or "free", not {grids!r}')
    elif isinstance(grids, dict):
        unknown = [p for p in grids if p not in names]
        if unknown:
            raise InvalidInput(f"grids: no parent is called {name_some(unknown)}; there are {name_some(names)}")
        wanted = np.array([_count(grids.get(name, k)) for name, k in zip(names, now, strict=True)])
    else:
        wanted = _spread(_count(grids), units, parents, asked)
    return units if (wanted == now).all() else _with_counts(units, parents, names, wanted, asked)


@dataclass(frozen=True)
class PerParent:
    """A number of grids for each of `open_parents`."""

    numbers: tuple[int, ...]


def grids_now(units: Units, parents: np.ndarray) -> np.ndarray:
    """How many grids each of the parents has today."""
    return np.array([int((units.parent_of_grid[~units.fixed] == p).sum()) for p in parents])


def held_grids(units: Units, asked: Asked) -> np.ndarray:
    """By grid whether it must go on: blocks are locked in it, or a rule names it."""
    held = np.zeros(len(units.grid_ids), bool)
    locked = build_locks(units, asked.locked, units.today) > 0
    held[units.today[locked]] = True
    named = units.grid_ids.get_indexer(pd.Index([grid for _, grid in asked.forbidden]))
    held[named[named >= 0]] = True
    return held


def _count(value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise InvalidInput(f"grids must be whole numbers of at least 1, not {value!r}")
    return int(value)


def open_parents(units: Units) -> tuple[np.ndarray, list]:
    """Parents whose grids may change, and what they are called."""
    if units.parent_of_grid is None:
        return np.zeros(1, np.int32), [""]
    open_grids = ~units.fixed
    parents = np.unique(units.parent_of_grid[open_grids])
    up = pd.Series(units.area.column("grids", "parent_id"), index=units.area.ids("grids"))
    names = []
    for p in parents:
        held = up.reindex(units.grid_ids[open_grids & (units.parent_of_grid == p)]).dropna()
        names.append(str(held.iloc[0]) if len(held) else "")
    return parents, names


def leading_weight(units: Units, asked: Asked) -> np.ndarray:
    """The weight of the first limit, by unit; without limits households and shops, or units."""
    usual = "households_and_shops" if "households_and_shops" in units.graph.columns else "blocks"
    return unit_weight(units, next(iter(asked.limits or {}), usual), asked.rules)


def _spread(count: int, units, parents, asked: Asked) -> np.ndarray:
    """One number shared out among parents by weight, at least one each, by largest remainders."""
    if count < len(parents):
        raise InvalidInput(f"grids={count}: there are {len(parents)} parents, and each needs a grid")
    weight = leading_weight(units, asked)
    total = np.array([int(weight[units.parent_of_unit == p].sum()) for p in parents])
    room = np.array([int((units.parent_of_unit == p).sum()) for p in parents])
    whole = max(1, int(total.sum()))
    wanted = np.minimum(room, np.maximum(1, total * count // whole))
    while wanted.sum() != count:
        more = wanted.sum() < count
        off = np.array([Fraction(int(t) * count, whole) - int(k) for t, k in zip(total, wanted, strict=True)])
        can = (wanted < room) if more else (wanted > 1)
        if not can.any():
            raise InvalidInput(f"grids={count}: there are not so many blocks")
        pick = np.flatnonzero(can)[np.argmax(off[can]) if more else np.argmin(off[can])]
        wanted[pick] += 1 if more else -1
    return wanted


def _with_counts(units: Units, parents, names, wanted, asked: Asked) -> Units:
    twin = copy.copy(units)
    here = units.today >= 0
    weight = np.bincount(
        units.today[here], weights=leading_weight(units, asked)[here].astype(float), minlength=len(units.grid_ids)
    )
    held = held_grids(units, asked)
    keep, fresh = [], []
    for p, name, k in zip(parents, names, wanted, strict=True):
        rows = np.flatnonzero((units.parent_of_grid == p) & ~units.fixed)
        if held[rows].sum() > k:
            stay = rows[held[rows]]
            raise InvalidInput(
                f"grids: {name or 'the parent'} is to have {k} grids, but locks and forbidden pairs keep {len(stay)}: "
                f"{name_some(units.grid_ids[stay])}; unlock them, or ask for {len(stay)}"
            )
        rows = rows[np.lexsort((-weight[rows], ~held[rows]))]
        keep += sorted(rows[:k].tolist())
        fresh += [(p, name, rows)] * max(0, int(k) - len(rows))
    keep = np.array(sorted([*keep, *np.flatnonzero(units.fixed).tolist()]), dtype=np.int64)
    row = np.full(len(units.grid_ids) + 1, -1, np.int32)
    row[keep] = np.arange(len(keep))
    new = _new_grids(units, fresh)
    twin.grid_ids = pd.Index([*units.grid_ids[keep], *new["grid_id"]])
    twin.today = row[units.today]
    twin.before = np.append(units.grid_ids.to_numpy(object), None)[units.today]
    twin.dissolved = here & (twin.today < 0)
    twin.parent_of_grid = np.concatenate([units.parent_of_grid[keep], [p for p, *_ in fresh]]).astype(np.int32)
    twin.fixed = np.concatenate([units.fixed[keep], np.zeros(len(fresh), bool)])
    twin.new_grids = new
    return twin


def _new_grids(units: Units, fresh) -> pd.DataFrame:
    """Rows for grids that do not exist yet: the next free code under the parent, its level and most frequent team."""
    taken = set(units.area.ids("grids"))
    team = pd.Series(units.area.column("grids", "team_id"), index=units.area.ids("grids"))
    rows = []
    for _, name, siblings in fresh:
        ids = [str(i) for i in units.grid_ids[siblings]]
        code = _next_code(ids, name, taken)
        taken.add(code)
        teams = team.reindex(ids).dropna()
        rows.append((code, units.level, name or None, teams.mode().iloc[0] if len(teams) else None))
    return pd.DataFrame(rows, columns=["grid_id", "level", "parent_id", "team_id"])


def _next_code(siblings: list[str], parent: str, taken: set) -> str:
    digits = [re.fullmatch(r"(.*?)(\d{1,4})", text[len(parent) :]) for text in siblings if text.startswith(parent)]
    found = [m for m in digits if m]
    stem, width = (parent + found[0][1], len(found[0][2])) if found else (f"{parent}-" if parent else "grid-", 3)
    number = 1
    while f"{stem}{number:0{width}d}" in taken:
        number += 1
    return f"{stem}{number:0{width}d}"
