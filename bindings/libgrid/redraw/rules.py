"""Hard rules by ids as the core's columns: limits, locks, what stays together, how much may move, leaders."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from .._core import Infeasible, InvalidInput
from ..issues import name_some
from ..workload import measure_workload_columns
from .units import OWNERS, Units, share_of

HOW_TO_SPLIT = "split it by stairwell or floor (lg.build_blocks with max_households=)"


def unit_weight(units: Units, name: str, rules=None) -> np.ndarray:
    """A weight of the units by name: one of the graph's columns, "blocks" (each counts 1) or "minutes_asked"."""
    columns = units.graph.columns
    if name in columns:
        return np.ascontiguousarray(columns[name].to_numpy(np.int64))
    if name == "blocks":
        return np.ones(units.n, np.int64)
    if name == "minutes_asked" and units.area is not None:
        return _minutes_asked(units, rules)
    known = [*columns.columns, "blocks", *(["minutes_asked"] if units.area is not None else [])]
    raise InvalidInput(f"nothing is called {name!r} that blocks weigh; there are {', '.join(map(str, known))}")


def _minutes_asked(units: Units, rules) -> np.ndarray:
    """Whole minutes a year that the people of each unit ask for."""
    from ..schema import CONDITIONS

    area = units.area
    inside = area.column("households", "inside").astype(bool)
    names = [*(f"n_{c}" for c in CONDITIONS), "n_key", "n_next_key", "n_homebound"]
    attrs = area._tables["households"].attrs[inside]
    block = area.household_block()[inside]
    unit = np.where(block >= 0, units.block_unit[block], -1).astype(np.int32)
    work = measure_workload_columns(
        attrs[names].astype("Float64"), attrs["n_usual"].to_numpy(float), unit, np.full(len(unit), -1, np.int32),
        offered_min=np.zeros(0), n_grids=units.n, rules=rules,
    )  # fmt: skip
    return np.rint(work.grids["asked_min"].to_numpy(float)).astype(np.int64)


def targets(units: Units, name: str, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By grid, the total of its parent and its own part of it, as two whole numbers: target = total × part ÷ whole."""
    grids = len(units.grid_ids)
    parent = units.parent_of_grid if units.parent_of_grid is not None else np.zeros(grids, np.int32)
    of_unit = units.parent_of_unit if units.parent_of_unit is not None else np.zeros(units.n, np.int32)
    total = np.zeros(int(max(parent.max(initial=0), of_unit.max(initial=0))) + 1, np.int64)
    np.add.at(total, of_unit, weight)
    part = np.ones(grids, np.int64)
    if units.level == "field" and name == "minutes_asked":
        offered = pd.Series(units.area.column("teams", "offered_min").astype(float), index=units.area.ids("teams"))
        part = np.rint(offered.reindex(units.grid_ids).to_numpy()).astype(np.int64)
        if not (part > 0).all():
            none = units.grid_ids[part <= 0]
            raise InvalidInput(f"teams.offered_min: {name_some(none)} offer no minutes, so none can be asked of them")
    whole = np.zeros_like(total)
    np.add.at(whole, parent, part)
    return total[parent] * part, whole[parent]


def build_limits(units: Units, limits: dict | None, rules=None) -> list[dict]:
    """The limits of `lg.redraw` as WeightLimits; fixed grids are free of them."""
    built = []
    for name, wanted in (limits or {}).items():
        weight = unit_weight(units, name, rules)
        low, high = _bounds(units, name, wanted, weight)
        low[units.fixed], high[units.fixed] = 0, int(weight.sum())
        _require_room(units, name, weight, low, high)
        built.append({"name": name, "weight": weight, "lowest": low, "highest": high})
    return built


def _bounds(units: Units, name: str, wanted, weight) -> tuple[np.ndarray, np.ndarray]:
    grids = len(units.grid_ids)
    fixed = absolute_bounds(name, wanted, int(weight.sum()))
    if fixed is not None:
        return np.full(grids, fixed[0], np.int64), np.full(grids, fixed[1], np.int64)
    top, bottom = targets(units, name, weight)
    pairs = [share_of(int(t), int(b), float(wanted)) for t, b in zip(top, bottom, strict=True)]
    return np.array([p[0] for p in pairs], np.int64), np.array([p[1] for p in pairs], np.int64)


def absolute_bounds(name: str, wanted, total: int) -> tuple[int, int] | None:
    """The lowest and highest whole weight of a pair, None for a share; refuses what is neither."""
    if isinstance(wanted, (tuple, list)) and len(wanted) == 2:
        low, high = (0 if wanted[0] is None else wanted[0]), (total if wanted[1] is None else wanted[1])
        if not all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) and v == v for v in (low, high)):
            raise InvalidInput(f"limits[{name!r}]: two numbers are needed, not {wanted!r}")
        if not 0 <= low <= high:
            raise InvalidInput(f"limits[{name!r}]: the lowest must be 0 … the highest, not {wanted!r}")
        return int(np.ceil(low)), int(np.floor(min(high, float(2**53))))
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float, np.number)) or not 0 <= wanted <= 1:
        raise InvalidInput(f"limits[{name!r}]: give (lowest, highest), or a share of 0 … 1 for ±, not {wanted!r}")
    return None


def _require_room(units: Units, name, weight, low, high) -> None:
    """Raise Infeasible for a unit heavier than any grid may be, and for a parent whose total fits no such grids."""
    grids = len(high)
    parent = units.parent_of_grid if units.parent_of_grid is not None else np.zeros(grids, np.int32)
    of_unit = units.parent_of_unit if units.parent_of_unit is not None else np.zeros(units.n, np.int32)
    n = int(max(parent.max(initial=0), of_unit.max(initial=0))) + 1
    most, least, room, total = (np.zeros(n, np.int64) for _ in range(4))
    np.maximum.at(most, parent, high)
    np.add.at(room, parent, high)
    np.add.at(least, parent, low)
    np.add.at(total, of_unit, weight)
    heavy = np.flatnonzero(weight > most[of_unit])
    if len(heavy):
        worst = heavy[np.argmax(weight[heavy])]
        cure = HOW_TO_SPLIT if units.level in ("micro", None) else "allow more"
        raise Infeasible(
            f"{len(heavy)} blocks ({name_some(units.graph.ids[heavy])}) are heavier than a grid may be: "
            f"{units.graph.ids[worst]} has {weight[worst]:,} {name}, the most allowed is {most[of_unit[worst]]:,}; "
            f"{cure}, or allow at least {weight[heavy].max():,}"
        )
    count = np.bincount(parent, minlength=n)
    wrong = np.flatnonzero((count > 0) & ((total > room) | (total < least)))
    if len(wrong):
        told = [_what_would_fit(units, name, parent == p, total[p], low, high) for p in wrong[:3]]
        more = "" if len(wrong) <= 3 else f"; and {len(wrong) - 3} parents more"
        raise Infeasible("; ".join(told) + more)


def _what_would_fit(units: Units, name, here, total, low, high) -> str:
    ids, k = units.grid_ids[here], int(here.sum())
    lowest, highest = int(low[here].max()), int(high[here].max())
    fits = [j for j in range(1, units.n + 1) if j * lowest <= total <= j * highest]
    nearest = min(fits, key=lambda j: abs(j - k)) if fits else None
    widest = f"at most {-(-total // k):,}" if total > high[here].sum() else f"at least {total // k:,}"
    cure = f"{nearest} grids hold it" if nearest else "no number of such grids holds it"
    return (
        f"{k} {OWNERS[units.level]}s ({name_some(ids)}) share {total:,} {name}, but hold {int(low[here].sum()):,} … "
        f"{int(high[here].sum()):,}: {cure}, or allow {widest} each"
    )


def build_locks(units: Units, locked, labels: np.ndarray) -> np.ndarray:
    """Which units keep today's grid; `locked` holds ids of units and pairs of grids whose common border stays.

    Ids of whole grids are not among them: those are fixed.
    """
    mask = np.zeros(units.n, np.uint8)
    for item in locked:
        if isinstance(item, (tuple, list, frozenset, set)):
            mask[_border_units(units, tuple(item), labels)] = 1
        else:
            mask[units.unit_rows([item], "locked")] = 1
    loose = (mask > 0) & (labels < 0)
    if loose.any():
        raise InvalidInput(f"locked: {name_some(units.graph.ids[loose])} have no grid of today to keep")
    return mask


def _border_units(units: Units, pair: tuple, labels) -> np.ndarray:
    """The units on both sides of the border of two grids: while they stay, it stays."""
    grids = units.grid_ids.get_indexer(pd.Index(list(pair)))
    if len(pair) != 2 or (grids < 0).any() or grids[0] == grids[1]:
        raise InvalidInput(f"locked: {pair!r} are not two {OWNERS[units.level]}s whose border could stay")
    g = units.graph._graph
    ends = np.sort(np.stack([labels[g.a], labels[g.b]]), axis=0)
    on = (ends[0] == grids.min()) & (ends[1] == grids.max())
    if not on.any():
        raise InvalidInput(f"locked: {pair[0]} and {pair[1]} have no common border today")
    return np.unique(np.concatenate([g.a[on], g.b[on]]))


def build_pairs(units: Units, together, apart, mask, labels) -> tuple[list, list]:
    """Pairs of rows that stay together and apart; contradictions are named."""
    one = [tuple(int(r) for r in units.unit_rows(group, "keep_together")) for group in together]
    two = [tuple(int(r) for r in units.unit_rows(group, "keep_apart")) for group in apart]
    for name, groups in (("keep_together", one), ("keep_apart", two)):
        if any(len(set(group)) < 2 for group in groups):
            raise InvalidInput(f"{name}: each entry names at least two different blocks")
    root = np.arange(units.n)

    def find(row):
        while root[row] != row:
            row = root[row]
        return row

    pairs = [pair for group in one for pair in pairwise(group)]
    for a, b in pairs:
        root[find(a)] = find(b)
    apart_pairs = [pair for group in two for pair in combinations(group, 2)]
    ids = units.graph.ids
    for a, b in apart_pairs:
        if find(a) == find(b):
            raise InvalidInput(f"keep_together and keep_apart contradict each other: {ids[a]} and {ids[b]}")
        if mask[a] and mask[b] and labels[a] == labels[b]:
            raise InvalidInput(f"{ids[a]} and {ids[b]} are locked in one grid and must be apart: unlock one")
    held: dict[int, int] = {}
    for row in np.flatnonzero(mask):
        first = held.setdefault(find(row), int(row))
        if labels[first] != labels[row]:
            raise InvalidInput(
                f"{ids[first]} and {ids[row]} are locked in different grids but belong together: unlock one"
            )
    return pairs, apart_pairs


def moved_budget(units: Units, max_moved) -> tuple[np.ndarray | None, int, str]:
    """The weight that counts when a unit moves, the most allowed (-1: any), and what it is called."""
    if max_moved is None:
        return None, -1, ""
    if not isinstance(max_moved, dict):
        max_moved = {"households" if "households" in units.graph.columns else "blocks": max_moved}
    if len(max_moved) != 1:
        raise InvalidInput('max_moved: one budget, a number (of households) or {"signed": 200}')
    ((name, most),) = max_moved.items()
    if isinstance(most, bool) or not isinstance(most, (int, np.integer)) or most < 0:
        raise InvalidInput(f"max_moved must be a whole number of 0 or more, not {most!r}")
    weight = unit_weight(units, name)
    forced = 0 if units.dissolved is None else int(weight[units.dissolved].sum())
    if forced > most:
        raise Infeasible(
            f"max_moved={most:,}: {forced:,} {name} are in grids that do not go on; allow so many, or keep more grids"
        )
    return weight, int(most) - forced, name


def leader_weight(units: Units, leader) -> np.ndarray:
    """Resident leaders by unit: by a column of households, or by the units where they live."""
    if leader is True:
        marked = np.zeros(0, bool)
        if units.area is not None:
            marked = units.area.column("households", "is_leader").astype(bool)
            marked = marked & units.area.column("households", "inside").astype(bool)
        if not marked.any():
            raise InvalidInput(
                "leader=True needs households marked in the column is_leader; or give the blocks where leaders live, "
                "leader=[…]"
            )
        lives = units.area.household_block()[marked]
        rows = units.block_unit[lives[lives >= 0]]
        rows = rows[rows >= 0]
    else:
        rows = units.unit_rows(leader, "leader")
    return np.bincount(rows, minlength=units.n).astype(np.int64)


def leader_limit(units: Units, leader) -> list[dict]:
    """A limit that leaves every grid a resident leader."""
    if leader is None or leader is False:
        return []
    weight = leader_weight(units, leader)
    low = np.where(units.fixed, 0, 1).astype(np.int64)
    high = np.full(len(low), max(1, int(weight.sum())), np.int64)
    _require_room(units, "leaders", weight, low, high)
    return [{"name": "leaders", "weight": weight, "lowest": low, "highest": high}]
