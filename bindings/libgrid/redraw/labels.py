"""What changes for nothing is taken back: moves without a gain, and names of grids that could stay."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from .. import _core
from .problem import Stated

LARGEST = 2_000  # grids of one kind under one parent: their assignment stays within seconds


def keep_names(stated: Stated, labels: np.ndarray) -> np.ndarray:
    """The same grouping with the labels that move the least people out of today's grids.

    Only grids of one kind under one parent change names, and only where no rule and no term, in their order, says no.
    """
    units = stated.units
    today = units.today
    if not (today >= 0).any() or len(units.grid_ids) < 2:
        return labels
    weight = units.graph.columns.get("residents")
    weight = np.ones(units.n) if weight is None else weight.to_numpy(float) + 1e-6
    new_name = np.arange(len(units.grid_ids))
    for kind in _kinds(stated):
        if 2 <= len(kind) <= LARGEST:
            row = np.full(len(units.grid_ids) + 1, -1)
            row[kind] = np.arange(len(kind))
            use = (row[labels] >= 0) & (row[today] >= 0)
            shared = np.zeros((len(kind), len(kind)))
            np.add.at(shared, (row[labels[use]], row[today[use]]), weight[use])
            shared[np.diag_indices(len(kind))] += 1e-9  # ties keep the names that they have
            now, then = linear_sum_assignment(shared, maximize=True)
            new_name[kind[now]] = kind[then]
    renamed = np.ascontiguousarray(new_name[labels], dtype=np.int32)
    if np.array_equal(renamed, labels) or _core.verify_plan(stated.problem, renamed):
        return labels
    return renamed if _value(stated, renamed) <= _value(stated, labels) else labels


def _kinds(stated: Stated) -> list[np.ndarray]:
    """Grids under one parent with the same limits."""
    units = stated.units
    k = len(units.grid_ids)
    parent = np.zeros(k, np.int64) if units.parent_of_grid is None else units.parent_of_grid
    columns = [parent, units.fixed.astype(np.int64)]
    for _, low, high in stated.limits:
        columns += [low, high]
    if stated.owner_of_grid is not None:
        columns.append(stated.owner_of_grid)
    if units.level == "field":
        columns.append(np.arange(k))
    _, kind = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    order = np.argsort(kind.ravel(), kind="stable")
    return np.split(order, np.flatnonzero(np.diff(kind.ravel()[order])) + 1)


def _value(stated: Stated, labels):
    """What is compared: the terms in their order, or their weighted sum."""
    values = _core.measure_terms(stated.problem, labels).tolist()
    if not stated.weighted:
        return tuple(values)
    return sum(f * v for f, v in zip(stated.core_factors, values, strict=True))


def take_back(stated: Stated, labels: np.ndarray) -> np.ndarray:
    """The plan without moves from today that gain nothing: one by one, and only where every rule still holds.

    A move is taken back when no term gets worse before one gets better (or the weighted sum gets no worse), and it is a
    move less in any case.
    """
    today = stated.units.today
    if not (today >= 0).any() or (stated.units.level is None and not len(stated.terms)):
        return labels
    state = _core.PlanState(stated.problem, np.ascontiguousarray(labels, dtype=np.int32))
    idle = True
    while idle:
        idle = False
        now = np.asarray(state.grid_of)
        for unit in np.flatnonzero((now != today) & (today >= 0)).tolist():
            back = int(today[unit])
            if _is_no_worse(stated, np.asarray(state.delta(unit, back)["terms"])) and not state.why_not(unit, back):
                state.move(unit, back)
                idle = True
    return np.asarray(state.grid_of)


def _is_no_worse(stated: Stated, delta: np.ndarray) -> bool:
    if stated.weighted:
        return float(np.dot(stated.core_factors, delta)) <= 0
    changed = delta[delta != 0]
    return not len(changed) or changed[0] < 0
