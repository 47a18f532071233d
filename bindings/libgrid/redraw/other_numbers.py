"""Another number of grids as what would do: one more or fewer under the parents that have no plan."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from .asked import Asked
from .grids import choose_grids, grids_now, open_parents
from .loosened import OTHER_KIND, Answer, Change, Found, Loosened
from .number_range import Parent, Rule
from .rules import unit_weight
from .units import OWNERS, Units

STEPS = 2  # numbers that are tried in each direction


def number_ways(units: Units, asked: Asked, raw: Asked, broken: set[int]) -> Iterator[Loosened]:
    """More grids and fewer grids, the nearest number first; `broken` are the parents that have no plan."""
    if units.level is None:
        for sign in (1, -1):
            numbers = [int(raw.grids) + sign * i for i in range(1, STEPS + 1)]
            raws = [(k, dataclasses.replace(raw, grids=k)) for k in numbers if 1 <= k <= units.n]
            yield from _way([({"": k}, one) for k, one in raws], {"": int(raw.grids)}, units)
    elif units.level != "field" and not isinstance(raw.grids, str):
        yield from _by_parent(units, asked, raw, broken)


def _by_parent(units: Units, asked: Asked, raw: Asked, broken: set[int]) -> Iterator[Loosened]:
    codes, names = open_parents(units)
    now = grids_now(choose_grids(units, asked), codes)
    rules = [Rule(name, wanted, unit_weight(units, name, asked.rules)) for name, wanted in (asked.limits or {}).items()]
    parents = []
    for code, name, k in zip(codes.tolist(), names, now.tolist(), strict=True):
        mine = units.parent_of_unit == code
        parent = Parent(name, code, 1, int(mine.sum()), k)
        for rule in rules:
            rule.narrow(parent, mine)
        parents.append(parent)

    def fits(parent: Parent, k: int) -> bool:
        return parent.lowest <= k <= parent.highest and all(rule.takes(parent, k) for rule in rules)

    wrong = [p for p in parents if not fits(p, p.now)]
    changing = wrong + [p for p in parents if p.code in broken and p not in wrong]
    if not changing or (len(parents) > 1 and any(not p.name for p in changing)):
        return
    asked_numbers = {p.name: p.now for p in parents}
    for sign in (1, -1):
        tried = []
        for step in range(1, STEPS + 1):
            numbers = {p.name: _next(p, sign, step if p not in wrong else 1, fits) for p in changing}
            if 0 in numbers.values():
                break
            tried.append((numbers, dataclasses.replace(raw, grids=_asked_grids(raw, asked_numbers, numbers))))
        yield from _way(tried, asked_numbers, units)


def _next(parent: Parent, sign: int, step: int, fits) -> int:
    """The number so many steps on in that direction that the totals allow; the other way where there is none; 0."""
    for way in (sign, -sign) if not fits(parent, parent.now) else (sign,):
        k, left = parent.now, step
        while left and 1 <= k + way <= max(parent.highest, parent.now):
            k += way
            left -= fits(parent, k)
        if not left:
            return k
    return 0


def _asked_grids(raw: Asked, now: dict, numbers: dict):
    if len(now) == 1:
        return next(iter(numbers.values()))
    if isinstance(raw.grids, (int, np.integer)):
        return {**now, **numbers}
    return {**(raw.grids or {}), **numbers}


def _way(tried: list[tuple[dict, Asked]], now: dict, units: Units) -> Iterator[Loosened]:
    if not tried:
        return

    def answer(found: Found, solve):
        numbers, raw = next((n, one) for n, one in tried if one.grids == found.raw.grids)
        owners = f"{OWNERS[units.level]}s"
        several = len(now) > 1
        told = ", ".join(f"{k} {owners} under {name}" if several else f"{k} {owners}" for name, k in numbers.items())
        told_zh = "、".join(f"{name} 分 {k} 个网格" if several else f"{k} 个网格" for name, k in numbers.items())
        asked = {name: now[name] for name in numbers} if several else next(iter(now.values()))
        far = OTHER_KIND * 2 + sum(abs(k - now[name]) for name, k in numbers.items())
        facts = {"told": told, "told_zh": told_zh}
        return Answer((Change("LG-L049", "grids", "", asked, raw.grids, (), facts),), far), found

    yield Loosened(tuple(one for _, one in tried), answer)
