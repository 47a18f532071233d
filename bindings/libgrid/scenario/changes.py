"""Who gains and who loses between two outcomes of one baseline: counts of households and people, never their ids."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..coverage import Coverage
from ..report.suppress import Cells, Hidden
from .outcome import Outcome

BANDS_S = (60.0, 300.0)  # a minute is the finest that anybody notices, five the step of the norms
_KINDS = ("access", "response")
_PARENT = {"usual": "all", "migrant": "usual", "key": "all", "signed": "all"}


def change_names(bands_s: Sequence[float] = BANDS_S) -> list[str]:
    """The classes of change, best first.

    >>> change_names()[:4]
    ['way gained', 'faster by 5 min', 'faster by 1 min', 'about the same']
    """
    minutes = [f"{b / 60:g} min" for b in bands_s]
    faster = [f"faster by {m}" for m in reversed(minutes)]
    return ["way gained", *faster, "about the same", *(f"slower by {m}" for m in minutes), "way lost", "no way"]


def check_bands(bands_s: Sequence[float]) -> tuple[float, ...]:
    """Rising seconds above 0. Raises InvalidInput."""
    try:
        bands = tuple(float(b) for b in bands_s)
    except (TypeError, ValueError):
        bands = ()
    if not bands or bands[0] <= 0 or not all(a < b < float("inf") for a, b in pairwise((0.0, *bands))):
        raise InvalidInput(f"bands_s must be rising seconds above 0, not {bands_s!r}")
    return bands


def change_classes(before_s: np.ndarray, after_s: np.ndarray, bands_s: Sequence[float] = BANDS_S) -> np.ndarray:
    """The class of each household's change, a row of `change_names`; a change of a band's very seconds is in it."""
    k = len(bands_s)
    had, has = np.isfinite(before_s), np.isfinite(after_s)
    both = had & has
    # Times are whole milliseconds; their difference is, too.
    change_ms = np.zeros(len(before_s), np.int64)
    change_ms[both] = np.rint((after_s[both] - before_s[both]) * 1000).astype(np.int64)
    edges_ms = np.rint(np.asarray(bands_s) * 1000).astype(np.int64)
    step = np.searchsorted(edges_ms, np.abs(change_ms), side="right") * np.sign(change_ms)
    found = 1 + k + step
    found[~had & has] = 0
    found[had & ~has] = 2 * k + 2
    found[~had & ~has] = 2 * k + 3
    return found.astype(np.int64)


def changes(base: Outcome, other: Outcome, bands_s: Sequence[float] = BANDS_S) -> pd.DataFrame:
    """Counts by question, group of people and class of change. People are counted as in the first outcome."""
    rows = []
    names = change_names(bands_s)
    for kind, old, new in _pairs(base, other):
        found = change_classes(old.time_s, new.time_s, bands_s)
        for group in old.residents.columns:
            people = old.residents[group].to_numpy(float)
            counted = people > 0
            households = np.bincount(found[counted], minlength=len(names))
            total = np.bincount(found, weights=people, minlength=len(names))
            rows += [
                (other.name, kind, group, name, int(h), t) for name, h, t in zip(names, households, total, strict=True)
            ]
    columns = ["scenario", "question", "group", "change", "households", "people"]
    return pd.DataFrame(rows, columns=columns)


def winners(base: Outcome, other: Outcome, bands_s: Sequence[float] = BANDS_S) -> pd.DataFrame:
    """By question and group: people who gain or lose at least the first band, and who comes within the threshold or
    falls out of it; the mean change of those who have a way before and after."""
    rows = []
    k = len(bands_s)
    for kind, old, new in _pairs(base, other):
        found = change_classes(old.time_s, new.time_s, bands_s)
        gain, lose = found < k + 1, (found > k + 1) & (found < 2 * k + 3)
        both = np.isfinite(old.time_s) & np.isfinite(new.time_s)
        delta = np.where(both, new.time_s, 0.0) - np.where(both, old.time_s, 0.0)
        for group in old.residents.columns:
            people = old.residents[group].to_numpy(float)
            weight = people[both].sum()
            rows.append(
                (
                    other.name,
                    kind,
                    group,
                    people.sum(),
                    people[gain].sum(),
                    people[lose].sum(),
                    people[new.covered & ~old.covered].sum(),
                    people[old.covered & ~new.covered].sum(),
                    float((delta * people).sum() / weight) if weight else np.nan,
                )
            )
    columns = ["scenario", "question", "group", "people", "gain", "lose", "newly_covered", "no_longer_covered"]
    return pd.DataFrame(rows, columns=[*columns, "mean_change_s"])


def winners_by_grid(base: Outcome, other: Outcome, bands_s: Sequence[float] = BANDS_S) -> pd.DataFrame:
    """The same for everybody, by the grid in which they live under the first outcome's plan."""
    n, k = len(base.grids), len(bands_s)
    tables = []
    grid = base.household_grid
    placed = grid >= 0
    for kind, old, new in _pairs(base, other):
        found = change_classes(old.time_s, new.time_s, bands_s)
        people = old.residents.iloc[:, 0].to_numpy(float)
        both = np.isfinite(old.time_s) & np.isfinite(new.time_s)
        delta = np.where(both, new.time_s, 0.0) - np.where(both, old.time_s, 0.0)

        def by_grid(weight):
            return np.bincount(grid[placed], weights=weight[placed], minlength=n)

        known = by_grid(people * both)
        table = pd.DataFrame(
            {
                "scenario": other.name,
                "question": kind,
                "grid_id": base.grids["grid_id"],
                "name": base.grids["name"],
                "people": by_grid(people),
                "gain": by_grid(people * (found < k + 1)),
                "lose": by_grid(people * ((found > k + 1) & (found < 2 * k + 3))),
                "mean_change_s": np.divide(by_grid(people * delta), known, out=np.full(n, np.nan), where=known > 0),
            }
        )
        tables.append(table[table["people"] > 0])
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["scenario", "question", "grid_id"])


def _pairs(base: Outcome, other: Outcome):
    for kind in _KINDS:
        old, new = base.answers.get(kind), other.answers.get(kind)
        if isinstance(old, Coverage) and isinstance(new, Coverage):
            yield kind, old, new


def public_changes(table: pd.DataFrame, k: int = 10) -> pd.DataFrame:
    """The people of a table of `changes` for the public: counts of 1 … k-1, and what would give them away, are hidden.

    Households are left out. A hidden cell reads "<k" where it is known to be small, "–" where it is withheld so that no
    subtraction brings another one back.
    """
    cells = Cells(k)
    for row in table.itertuples(index=False):
        cells.add((row.scenario, row.question, row.group, row.change), row.people)
    for (scenario, question), part in table.groupby(["scenario", "question"], sort=False):
        groups, names = list(dict.fromkeys(part["group"])), list(dict.fromkeys(part["change"]))
        for group in groups:
            total = (scenario, question, group, "people")
            cells.add(total, part.loc[part["group"] == group, "people"].sum())
            cells.tie(total, [(scenario, question, group, name) for name in names])
            parent = _PARENT.get(group)
            for name in [*names, "people"]:
                if parent in groups:
                    here, above = ((scenario, question, g, name) for g in (group, parent))
                    cells.tie(above, [here], rest=(scenario, question, ("not", group), name))
    hidden = cells.hide()
    words = {Hidden.FEW: f"<{k}", Hidden.WITHHELD: "–"}
    keys = table[["scenario", "question", "group", "change"]].itertuples(index=False, name=None)
    shown = [words[hidden[key]] if key in hidden else round(p) for key, p in zip(keys, table["people"], strict=True)]
    return table.drop(columns=["households", "people"]).assign(people=pd.Series(shown, dtype=object))
