"""Uncertain inputs drawn at random, the same draws for every scenario, so that only the scenarios differ."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..coverage import Coverage
from .load_model import load_figures, load_model
from .outcome import Outcome


@dataclass(frozen=True)
class Uncertainty:
    """How far inputs may be off: factors (lowest, likely, highest) of triangular distributions.

    They are assumptions to be replaced by what is known of the place; the defaults are wide on purpose.

    minutes: of each service rule for itself: no official norm gives them.
    journey: of the way to a home visit.
    demand: all counts of people alike: registers lag behind who lives there.
    walk_speed, ride_speed: of patients and of teams: slower in heat and crowds rather than faster.
    """

    minutes: tuple[float, float, float] = (0.7, 1.0, 1.5)
    journey: tuple[float, float, float] = (0.7, 1.0, 1.5)
    demand: tuple[float, float, float] = (0.9, 1.0, 1.1)
    walk_speed: tuple[float, float, float] = (0.8, 1.0, 1.1)
    ride_speed: tuple[float, float, float] = (0.7, 1.0, 1.1)

    def __post_init__(self):
        for part in dataclasses.fields(self):
            given = getattr(self, part.name)
            try:
                low, likely, high = (float(v) for v in given)
                good = 0 < low <= likely <= high < float("inf")
            except (TypeError, ValueError):
                good = False
            if not good:
                raise InvalidInput(f"{part.name}: give rising factors (lowest, likely, highest) above 0, not {given!r}")
            object.__setattr__(self, part.name, (low, likely, high))


@dataclass(frozen=True, eq=False, repr=False)
class Draws:
    """Figures over many draws of the uncertain inputs; made by `compare(…, draws=…)`.

    Attributes
    ----------
    frame : DataFrame
        scenario, metric, low, median, high: the interval that holds ``level`` of the draws.
    differences : DataFrame
        scenario, metric, low, median, high of the difference to the first scenario in the same draw; better and worse,
        the shares of draws in which the figure is less, or more, than the first scenario's.
    values : mapping of metric to (scenarios, draws) array
    level : float
    seed : int
    common : bool
        Whether all scenarios had the same draws.
    """

    frame: pd.DataFrame
    differences: pd.DataFrame
    values: dict[str, np.ndarray]
    level: float
    seed: int
    common: bool

    def __repr__(self) -> str:
        count = next(iter(self.values.values())).shape[1] if self.values else 0
        return f"Draws({count} draws, seed {self.seed}, {len(self.values)} figures)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.differences.to_html(index=False, border=0, float_format="{:,.3g}".format)


def seed_of(rng) -> int:
    """A seed from a whole number, a numpy Generator, or None for a new one."""
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1)[0])
    if isinstance(rng, np.random.Generator):
        return int(rng.bit_generator.random_raw() >> 1)
    if isinstance(rng, (int, np.integer)) and not isinstance(rng, bool) and 0 <= rng < 2**63:
        return int(rng)
    raise InvalidInput(f"rng is a whole number from 0, a numpy Generator or None, not {rng!r}")


def triangular(u: np.ndarray, low: float, likely: float, high: float) -> np.ndarray:
    """Numbers of a triangular distribution from uniform ones: only +, ×, ÷ and √, so the same on every machine.

    >>> triangular(np.array([0.0, 0.5, 1.0]), 0.0, 1.0, 2.0).tolist()
    [0.0, 1.0, 2.0]
    """
    if low == high:
        return np.full(np.shape(u), low)
    span = high - low
    up = low + np.sqrt(u * span * (likely - low))
    down = high - np.sqrt((1 - u) * span * (high - likely))
    return np.where(u * span < likely - low, up, down)


def _uniform(seed: Sequence[int], shape: tuple[int, ...]) -> np.ndarray:
    """Numbers in [0, 1) from the raw bits, whose stream numpy promises to keep."""
    raw = np.random.PCG64(np.random.SeedSequence(seed)).random_raw(int(np.prod(shape)))
    return ((raw >> np.uint64(11)) * 2.0**-53).reshape(shape)


def _figures(outcome: Outcome, unsure: Uncertainty, seed: tuple[int, ...], count: int) -> dict[str, np.ndarray]:
    """Each figure in each draw. An input has a stream of its own, so that no scenario shifts another's numbers."""

    def factor(stream: int, name: str, columns: int | None = None):
        shape = (count,) if columns is None else (count, columns)
        return triangular(_uniform((*seed, stream), shape), *getattr(unsure, name))

    found = {}
    demand = factor(0, "demand")
    for stream, kind, name in ((1, "access", "walk_speed"), (2, "response", "ride_speed")):
        cover = outcome.answers.get(kind)
        if cover is not None:
            fixed_s = np.zeros(len(cover.time_s)) if kind == "access" else outcome.own_fixed_s
            late, mean_s = _times(cover, fixed_s, factor(stream, name))
            found[f"people_beyond_{kind}"], found[f"{kind}_mean_s"] = late * demand, mean_s
    model = load_model(outcome)
    if model is not None:
        # A rule keeps its number by its group, in whatever scenario and order it stands.
        names = sorted(set(model.groups))
        drawn = {g: factor(1000 + _stream(g), "minutes") for g in names}
        minutes = np.column_stack([drawn[g] for g in model.groups])
        found |= load_figures(model.loads(minutes, journey=factor(3, "journey"), demand=demand))
    return found


def _stream(group: str) -> int:
    return int.from_bytes(group.encode()[:6].ljust(6, b"\0"), "big") % 1_000_003


def _times(cover: Coverage, fixed_s: np.ndarray, speed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """People beyond the threshold, and the mean time, when every way is ridden so many times as fast.

    A household is in time when speed ≥ way ÷ (threshold - fixed): sorted once, each draw is one look-up.
    """
    people = cover.residents.iloc[:, 0].to_numpy(float)
    reached = np.isfinite(cover.time_s)
    way_s = np.where(reached, cover.time_s, 0.0) - np.where(reached, fixed_s, 0.0)
    left_s = cover.threshold_s - fixed_s
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.where(reached & (left_s >= 0), np.where(way_s > 0, way_s / left_s, 0.0), np.inf)
    order = np.argsort(needed, kind="stable")
    in_time = np.concatenate([[0.0], np.cumsum(people[order])])
    late = people.sum() - in_time[np.searchsorted(needed[order], speed, side="right")]
    weight = people[reached].sum()
    if weight == 0:
        return late, np.full(len(speed), np.nan)
    fixed, way = ((people[reached] * v[reached]).sum() / weight for v in (np.where(reached, fixed_s, 0.0), way_s))
    return late, fixed + way / speed


def draw_figures(
    outcomes: Sequence[Outcome],
    count: int,
    *,
    rng=None,
    uncertain: Uncertainty | None = None,
    level: float = 0.9,
    common: bool = True,
) -> Draws:
    """The figures of each outcome over ``count`` draws; see `libgrid.compare`.

    ``common=False`` gives every scenario draws of its own: intervals of differences are then wider than they need be.
    """
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or not 2 <= count <= 1_000_000:
        raise InvalidInput(f"draws must be a whole number from 2 to 1,000,000, not {count!r}")
    if not 0 < level < 1:
        raise InvalidInput(f"level must lie between 0 and 1, not {level!r}")
    unsure, seed = uncertain or Uncertainty(), seed_of(rng)
    per_scenario = [
        _figures(outcome, unsure, (seed,) if common else (seed, 7, i), int(count)) for i, outcome in enumerate(outcomes)
    ]
    nothing = np.full(int(count), np.nan)
    names = list(dict.fromkeys(name for found in per_scenario for name in found))
    values = {name: np.array([found.get(name, nothing) for found in per_scenario]) for name in names}
    ends = ((1 - level) / 2, 0.5, (1 + level) / 2)
    rows, differences = [], []
    for name, table in values.items():
        for i, outcome in enumerate(outcomes):
            rows.append((outcome.name, name, *_quantiles(table[i], ends)))
            if i:
                # Rounding in the last bits makes nobody better or worse.
                delta = np.where(np.isclose(table[i], table[0], rtol=1e-12, atol=0), 0.0, table[i] - table[0])
                shares = (float((delta < 0).mean()), float((delta > 0).mean()))
                differences.append((outcome.name, name, *_quantiles(delta, ends), *shares))
    columns = ["scenario", "metric", "low", "median", "high"]
    return Draws(
        pd.DataFrame(rows, columns=columns),
        pd.DataFrame(differences, columns=[*columns, "better", "worse"]),
        values,
        float(level),
        seed,
        bool(common),
    )


def _quantiles(values: np.ndarray, ends: tuple[float, ...]) -> list[float]:
    """Values that were drawn, not values between them."""
    if not np.isfinite(values).all():
        return [np.nan] * len(ends)
    return [float(v) for v in np.quantile(values, ends, method="inverted_cdf")]
