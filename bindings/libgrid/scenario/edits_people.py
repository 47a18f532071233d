"""Edits of the people: more or fewer of them, or older ones. Whole people, by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..schema import CONDITIONS
from ..service_rules import service_rules
from .draft import Draft
from .edit import Edit, positive, register

GROUPS = ("usual", "migrant", "short", "key", "next_key", "homebound", "signed", *CONDITIONS)
# Residents of 65 and more: 8.87 % in the census of 2010, 13.50 % in that of 2020 (National Bureau of Statistics,
# communiqués of the sixth and seventh census), so 0.463 points a year.
AGEING_POINTS_PER_YEAR = 0.463


def share_out(weight: np.ndarray, total: int, most: np.ndarray | None = None) -> np.ndarray:
    """Whole numbers in proportion to the weights that add up to the total, none above ``most``.

    Running sums are rounded, so each row is within one of its share and every run of rows is too: in row order, which
    follows the streets, nobody is moved far. What does not fit under ``most`` goes where there is room, in the same
    way.

    >>> share_out(np.array([1, 1, 1, 1]), 6).tolist()
    [2, 1, 2, 1]
    """
    weight = np.asarray(weight, np.int64)
    all_weight = int(weight.sum())
    if total <= 0 or all_weight == 0:
        return np.zeros(len(weight), np.int64)
    run = np.cumsum(weight)
    run = (2 * run * total + all_weight) // (2 * all_weight)  # below 2⁶³ for 10⁹ people
    share = np.diff(run, prepend=0)
    if most is None:
        return share
    share = np.minimum(share, most)
    return share + share_out(np.asarray(most, np.int64) - share, int(total - share.sum()))


def _round(value: Fraction) -> int:
    return int((2 * value.numerator + value.denominator) // (2 * value.denominator))


def _counts(frame: pd.DataFrame, group: str) -> tuple[np.ndarray, np.ndarray]:
    """A column of counts with unknown ones as nought, and which are known."""
    column = frame[f"n_{group}"]
    known = column.notna().to_numpy(bool)
    return column.to_numpy(dtype=np.int64, na_value=0), known


def _store(draft: Draft, columns: dict[str, np.ndarray], known: dict[str, np.ndarray]) -> Draft:
    frame = draft.layer("households").copy()
    most = draft.baseline.max_people
    for group, values in columns.items():
        over = np.flatnonzero(values > most)
        if len(over):
            first = frame["household_id"].iloc[over[0]]
            raise InvalidInput(
                f"{group}: household {first!r} and {len(over) - 1} more would have over {most} people, which the area "
                "does not take; scale by less, or open the area with a larger max_people"
            )
        name = f"n_{group}"
        new = pd.Series(values, index=frame.index).astype(frame[name].dtype)
        frame[name] = new.where(known[group], frame[name]) if group in known else new
    return draft.with_layer("households", frame)


@register("scale_demand", "households.residents", "households.conditions")
@dataclass(frozen=True)
class ScaleDemand(Edit):
    """Counts of people times a factor: of one group, or of everybody with all groups alike; in all grids or in some.

    The total of each group is its old total times the factor, rounded; `share_out` says who gets them. Nobody is in a
    group who does not live there. Unknown counts stay unknown.
    """

    factor: float
    group: str | None = None
    grids: tuple[str, ...] | None = None

    def apply(self, draft: Draft) -> Draft:
        factor = Fraction(str(positive(self.factor, "factor", low=-1e-12, high=1000.0)))
        if self.group is not None and self.group not in GROUPS:
            raise InvalidInput(f"there is no group {self.group!r}; the groups are {', '.join(GROUPS)}")
        frame = draft.layer("households")
        if not len(frame):
            raise InvalidInput("the area has no households whose number could be scaled")
        here = frame["inside"].to_numpy(bool)
        if self.grids is not None:
            if isinstance(self.grids, str) or not self.grids:
                raise InvalidInput("grids is a list of grid ids, at least one")
            draft.require("grids", *self.grids)
            chosen = draft.grids_below(self.grids)
            grid = draft.household_grid()
            here = here & (grid >= 0) & chosen[grid]
        groups = GROUPS if self.group is None else (self.group,)
        columns, known = {}, {}
        for group in groups:  # usual first: the others live there
            old, known[group] = _counts(frame, group)
            use = here & known[group]
            columns[group] = old.copy()
            columns[group][use] = self._scaled(group, old[use], factor, self._room(frame, columns, group, use))
        self._require_room_for_parts(frame, columns)
        return _store(draft, columns, known)

    def _scaled(self, group: str, old: np.ndarray, factor: Fraction, most: np.ndarray | None) -> np.ndarray:
        total = _round(factor * int(old.sum()))
        if most is not None and self.group is None:  # rounding alone may make one more than there is room for
            total = min(total, int(most.sum()))
        if most is not None and total > int(most.sum()):
            raise InvalidInput(
                f"{group}: {total} people after scaling by {self.factor:g}, but only {int(most.sum())} live there; "
                f"scale by at most {int(most.sum()) / max(int(old.sum()), 1):.4g}, or scale everybody"
            )
        return share_out(old, total, most)

    @staticmethod
    def _room(frame, columns, group: str, use: np.ndarray) -> np.ndarray | None:
        def now(name):
            return columns[name] if name in columns else _counts(frame, name)[0]

        if group in ("usual", "short"):
            return None
        return now("usual")[use] if group == "migrant" else (now("usual") + now("short"))[use]

    @staticmethod
    def _require_room_for_parts(frame, columns) -> None:
        """Fewer usual residents than migrants among them, or than people with a condition, cannot be."""
        if "usual" not in columns and "short" not in columns:
            return
        usual, short = (columns.get(g, _counts(frame, g)[0]) for g in ("usual", "short"))
        for group in GROUPS:
            if group in ("usual", "short"):
                continue
            part = columns.get(group, _counts(frame, group)[0])
            short_of = part > (usual if group == "migrant" else usual + short)
            if short_of.any():
                raise InvalidInput(
                    f"{int(short_of.sum())} households would have more {group} people than live there: scale everybody "
                    "(group=None), not one group of them"
                )


@register("age_population", "households.conditions", "rules")
@dataclass(frozen=True)
class AgePopulation(Edit):
    """So many years later: more of the same people are 65 or older.

    The share of people of 65 and more among the usual residents rises by ``points_per_year`` (percentage points) a
    year; they are found among adults below 65, household by household in proportion to them. Where the number of old
    people is unknown, the prevalence by which it is estimated rises by as much. Nobody is born, dies or moves.
    """

    years: float
    points_per_year: float = AGEING_POINTS_PER_YEAR

    def apply(self, draft: Draft) -> Draft:
        rise = Fraction(str(positive(self.years, "years", high=100))) * Fraction(
            str(positive(self.points_per_year, "points_per_year", high=10))
        )
        frame = draft.layer("households")
        if not len(frame):
            raise InvalidInput("the area has no households that could grow older")
        old, known = _counts(frame, "age65")
        usual, children = _counts(frame, "usual")[0], _counts(frame, "child0_6")[0]
        use = known & frame["inside"].to_numpy(bool)
        adults = np.where(use, np.maximum(usual - old - children, 0), 0)
        more = _round(rise / 100 * int(usual[use].sum()))
        if more > int(adults.sum()):
            raise InvalidInput(
                f"{self.years:g} years at {self.points_per_year:g} points make {more} more old people, but only "
                f"{int(adults.sum())} adults are below 65: fewer years or points"
            )
        draft = _store(draft, {"age65": old + share_out(adults, more, adults)}, {"age65": known})
        rules = service_rules() if draft.rules is None else draft.rules.copy()
        if known.all() or "prevalence" not in rules:
            return draft
        rows = rules["group"] == "age65"
        rules.loc[rows, "prevalence"] = (rules.loc[rows, "prevalence"].astype(float) + float(rise / 100)).clip(upper=1)
        return replace(draft, rules=rules)


__all__ = ["AGEING_POINTS_PER_YEAR", "GROUPS", "AgePopulation", "ScaleDemand", "share_out"]
