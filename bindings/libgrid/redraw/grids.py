"""How many grids: as today, a number, a number by parent, or as many as the limits suggest; ids of new ones."""

from __future__ import annotations

import copy
import re
from fractions import Fraction

import numpy as np
import pandas as pd

from .._core import Infeasible, InvalidInput
from ..issues import name_some
from .rules import unit_weight
from .units import Units


def choose_grids(units: Units, grids, limits, rules) -> Units:
    """Units with the number of grids that is asked for; today's grids stay while there are enough."""
    if grids is None or units.level is None:
        return units
    if units.level == "field":
        raise InvalidInput("grids: at level field every team keeps one field; teams are added to the area")
    parents, names = _open_parents(units)
    now = np.array([int((units.parent_of_grid[~units.fixed] == p).sum()) for p in parents])
    if isinstance(grids, str):
        if grids != "free":
            raise InvalidInput(f'grids must be None, a number, {{parent: number}} or "free", not {grids!r}')
        wanted = _free(units, parents, limits, rules)
    elif isinstance(grids, dict):
        unknown = [p for p in grids if p not in names]
        if unknown:
            raise InvalidInput(f"grids: no parent is called {name_some(unknown)}; there are {name_some(names)}")
        wanted = np.array([_count(grids.get(name, k)) for name, k in zip(names, now, strict=True)])
    else:
        wanted = _spread(_count(grids), units, parents, limits, rules)
    return units if (wanted == now).all() else _with_counts(units, parents, names, wanted)


def _count(value) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise InvalidInput(f"grids must be whole numbers of at least 1, not {value!r}")
    return int(value)


def _open_parents(units: Units) -> tuple[np.ndarray, list]:
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


def _weight(units, limits, rules) -> tuple[str, np.ndarray]:
    name = next(iter(limits or {}), "households_and_shops")
    return name, unit_weight(units, name, rules)


def _spread(count: int, units, parents, limits, rules) -> np.ndarray:
    """One number shared out among parents by weight, at least one each, by largest remainders."""
    if count < len(parents):
        raise InvalidInput(f"grids={count}: there are {len(parents)} parents, and each needs a grid")
    _, weight = _weight(units, limits, rules)
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


def _free(units, parents, limits, rules) -> np.ndarray:
    """The number by parent that brings each grid nearest to the middle of the first absolute limit."""
    name, weight = _weight(units, limits, rules)
    bounds = (limits or {}).get(name)
    if not isinstance(bounds, (tuple, list)):
        raise InvalidInput('grids="free" needs limits with two numbers, such as {"households_and_shops": (30, 100)}')
    low, high = bounds
    wanted = []
    for p in parents:
        total, room = int(weight[units.parent_of_unit == p].sum()), int((units.parent_of_unit == p).sum())
        fits = [k for k in range(1, room + 1) if k * low <= total <= k * high]
        if not fits:
            ids = units.grid_ids[(units.parent_of_grid == p) & ~units.fixed]
            raise Infeasible(
                f"{name_some(ids)} share {total:,} {name}: no number of grids of {low} … {high} holds them: widen it"
            )
        middle = Fraction(int(low + high), 2)
        wanted.append(min(fits, key=lambda k: (abs(Fraction(total, k) - middle), k)))
    return np.array(wanted)


def _with_counts(units: Units, parents, names, wanted) -> Units:
    twin = copy.copy(units)
    weight = np.bincount(units.today[units.today >= 0], minlength=len(units.grid_ids))
    keep, fresh = [], []
    for p, name, k in zip(parents, names, wanted, strict=True):
        rows = np.flatnonzero((units.parent_of_grid == p) & ~units.fixed)
        rows = rows[np.argsort(-weight[rows], kind="stable")]  # those with most units go on
        keep += sorted(rows[:k].tolist())
        fresh += [(p, name, rows)] * max(0, int(k) - len(rows))
    keep = np.array(sorted([*keep, *np.flatnonzero(units.fixed).tolist()]), dtype=np.int64)
    row = np.full(len(units.grid_ids) + 1, -1, np.int32)
    row[keep] = np.arange(len(keep))
    new = _new_grids(units, fresh)
    twin.grid_ids = pd.Index([*units.grid_ids[keep], *new["grid_id"]])
    twin.today = row[units.today]
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
