"""Every rule of a redraw as one that may give way: limits, the budget, locks, groups of blocks, leaders."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from ..issues import name_some
from .asked import Asked
from .loosened import OTHER_KIND, Answer, Change, Found, Loosened
from .rules import build_locks
from .sides import Moved, Side, changes_of, sides_of
from .units import Units

MOST_TAKEN_BACK = 8
"""Groups of which it is asked, one by one, whether they can be kept after all."""


def ways_to_give(asked: Asked, raw: Asked) -> Iterator[Loosened]:
    """Every rule that was asked, each by itself; at last the limits and the budget together.

    `asked` is `raw` without the locks of whole grids.
    """
    sides = [side for name, wanted in (asked.limits or {}).items() for side in sides_of(name, wanted, asked.rules)]
    budget = [Moved(raw.max_moved)] if raw.max_moved is not None else []
    for side in [*sides, *budget]:
        yield _alone(raw, side)
    if asked.locked:
        yield _locks(raw, tuple(asked.locked))
    whole = tuple(i for i in raw.locked if i not in asked.locked)
    for rule, code, groups, kept in (
        ("locked", "LG-L044", whole, _grid_kept), ("keep_together", "LG-L045", raw.keep_together, _kept_together),
        ("keep_apart", "LG-L046", raw.keep_apart, _kept_apart), ("forbidden", "LG-L047", raw.forbidden, _not_there),
    ):  # fmt: skip
        if groups:
            yield _groups(raw, rule, code, tuple(groups), kept)
    if raw.leader is not None and raw.leader is not False:
        change = Change("LG-L048", "leader", "", raw.leader, None, (), {})
        without = dataclasses.replace(raw, leader=None)
        yield Loosened((without,), lambda found, solve: (Answer((change,), OTHER_KIND + 1), found))
    if len(sides) + len(budget) > 1:
        yield _together(raw, [*sides, *budget])


def _alone(raw: Asked, side) -> Loosened:
    def answer(found: Found, solve: Callable):
        told = side.change(found)
        return None if told is None else (Answer((told[0],), told[1]), found)

    return Loosened((side.without(raw),), answer, lambda units: [side.lead(units)], side.gives, isinstance(side, Side))


def _together(raw: Asked, sides: list) -> Loosened:
    """All limits and the budget at once, in the order in which they were asked."""

    def answer(found: Found, solve: Callable):
        told = [t for t in (side.change(found) for side in sides) if t is not None]
        return (Answer(tuple(c for c, _ in told), sum(far for _, far in told)), found) if told else None

    without = raw
    for side in sides:
        without = side.without(without) if side.name in (*(without.limits or {}), "max_moved") else without
    return Loosened(
        (without,), answer, lambda units: [side.lead(units) for side in sides],
        lambda found, rows: any(side.gives(found, rows) for side in sides), last=True,
    )  # fmt: skip


def _locks(raw: Asked, items: tuple) -> Loosened:
    """Locked units and borders: as few units as can be leave their grid."""

    def masks(units: Units) -> list[np.ndarray]:
        return [build_locks(units, [item], units.today) > 0 for item in items]

    def left(found: Found) -> np.ndarray:
        return found.labels != found.units.today

    def lead(units: Units) -> list[dict]:
        return [changes_of(units, np.any(masks(units), axis=0).astype(np.int64))]

    def gives(found: Found, rows: np.ndarray) -> bool:
        return bool((np.any(masks(found.units), axis=0) & left(found))[rows].any())

    def answer(found: Found, solve: Callable):
        open_now = [i for i, mask in zip(items, masks(found.units), strict=True) if (mask & left(found)).any()]
        return _dropped(raw, "locked", "LG-L044", open_now, found) if open_now else None

    whole = tuple(i for i in raw.locked if i not in items)
    return Loosened((dataclasses.replace(raw, locked=whole),), answer, lead, gives)


def _groups(raw: Asked, rule: str, code: str, groups: tuple, kept: Callable) -> Loosened:
    """Without any of the groups; then those that a plan breaks are taken back one by one while there is a plan."""
    rest = tuple(i for i in getattr(raw, rule) if i not in groups)

    def answer(found: Found, solve: Callable):
        held = [g for g in groups if kept(found, g)]
        for group in [g for g in groups if g not in held][:MOST_TAKEN_BACK]:
            tried = Loosened((dataclasses.replace(raw, **{rule: (*rest, *held, group)}),), answer)
            more = solve(tried)
            if more is not None:
                found, held = more, [*held, group]
        dropped = [g for g in groups if g not in held]
        return _dropped(raw, rule, code, dropped, found) if dropped else None

    return Loosened((dataclasses.replace(raw, **{rule: rest}),), answer)


def _dropped(raw: Asked, rule: str, code: str, dropped: list, found: Found) -> tuple[Answer, Found]:
    stay = tuple(i for i in getattr(raw, rule) if i not in dropped)
    told = name_some([i if isinstance(i, str) else "–".join(map(str, i)) if _several(i) else str(i) for i in dropped])
    change = Change(code, rule, "", tuple(getattr(raw, rule)), stay, (), {"dropped": told})
    return Answer((change,), OTHER_KIND + len(dropped)), found


def _several(item) -> bool:
    return isinstance(item, (tuple, list, set, frozenset))


def _rows(found: Found, group) -> np.ndarray:
    return found.labels[found.units.unit_rows(group, "group")]


def _kept_together(found: Found, group) -> bool:
    return len(np.unique(_rows(found, group))) == 1


def _kept_apart(found: Found, group) -> bool:
    return all(a != b for a, b in combinations(_rows(found, group).tolist(), 2))


def _not_there(found: Found, pair) -> bool:
    return found.units.grid_ids[_rows(found, pair[:1])[0]] != pair[1]


def _grid_kept(found: Found, grid) -> bool:
    after = found.units.grid_ids.to_numpy(object)[found.labels]
    return bool(((found.units.before_ids == grid) == (after == grid)).all())
