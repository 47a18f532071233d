"""Scenarios measured one after the other, here or on an executor, and set side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..issues import name_some
from ..progress import Progress, progress_callback
from . import changes
from .comparison import Comparison
from .draws import Uncertainty, draw_figures
from .outcome import METRICS, Outcome
from .scenario import Scenario

Metric = str | Callable[[Outcome], float]


def compare(
    scenarios: Sequence[Scenario],
    metrics: Sequence[Metric] | None = None,
    *,
    executor=None,
    progress: Progress = True,
    bands_s: Sequence[float] = changes.BANDS_S,
    draws: int = 0,
    rng=None,
    uncertain: Uncertainty | None = None,
    level: float = 0.9,
) -> Comparison:
    """Set scenarios of one baseline side by side.

    Parameters
    ----------
    scenarios : sequence of Scenario
        The first one is what the others differ from; names must differ. Answers that stand on the same inputs are
        computed once.
    metrics : sequence of names or functions, optional
        Names of ``libgrid.scenario.METRICS``, or functions of an `Outcome` that return a number; all names by default.
        Less is better.
    executor : concurrent.futures executor or dask client, optional
        Where the scenarios after the first are measured, one a task. The result is the same to the bit. A pool of
        processes must be made with "spawn" or "forkserver".
    progress : bool or callable
        Called ``(done, scenarios)``.
    bands_s : sequence of float
        Where classes of change begin, in seconds. Default 60 and 300.
    draws : int
        How often the uncertain inputs are drawn; 0 for not at all. Every scenario gets the same draws (common random
        numbers), so that differences are not blurred by what they share.
    rng : int, numpy Generator or None
        Where the random numbers start; the seed stands in ``draws.seed``.
    uncertain : Uncertainty, optional
        How far the inputs may be off.
    level : float
        Share of the draws that an interval holds.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInput
        Scenarios of different baselines, names that repeat, metrics that do not exist.

    Notes
    -----
    Under a draw every way takes 1 ÷ speed as long and the ways themselves stay as they are, as they do when all streets
    are slower alike. Turnout and door time are not drawn.

    Examples
    --------
    >>> import libgrid as lg
    >>> today = lg.Scenario(lg.datasets.load("town"))
    >>> older = today.age_population(10).named("in ten years")
    >>> table = lg.compare([today, older], progress=False)
    >>> table.outcomes[1].computed
    ('workload', 'grids')
    >>> bool(table.rank("load_max").index[0] == "today")
    True
    """
    scenarios = _checked(scenarios)
    bands = changes.check_bands(bands_s)
    wanted = _metrics(metrics)
    if isinstance(draws, bool) or not isinstance(draws, (int, np.integer)) or draws < 0:
        raise InvalidInput(f"draws is a whole number, 0 for none, not {draws!r}")
    with progress_callback(progress, "scenarios") as on_progress:

        def done(count: int) -> None:
            if on_progress is not None:
                on_progress(count, len(scenarios))

        outcomes = [scenarios[0].measure()]
        done(1)
        if executor is None:
            for scenario in scenarios[1:]:
                outcomes.append(scenario.measure(reuse=outcomes))
                done(len(outcomes))
        else:
            pool = executor.get_executor() if hasattr(executor, "get_executor") else executor
            tasks = [pool.submit(_measure, scenario.portable(), outcomes[0]) for scenario in scenarios[1:]]
            try:
                for task in tasks:
                    outcomes.append(task.result())
                    done(len(outcomes))
            except BaseException:
                for task in tasks:
                    task.cancel()
                raise
    columns = {o.name: [float(f(o)) for f in wanted.values()] for o in outcomes}
    figures = pd.DataFrame(columns, index=list(wanted))
    drawn = draw_figures(outcomes, draws, rng=rng, uncertain=uncertain, level=level) if draws else None
    return Comparison(tuple(outcomes), figures, bands, drawn)


def _measure(scenario: Scenario, base: Outcome) -> Outcome:
    return scenario.measure(reuse=[base])


def _checked(scenarios: Sequence[Scenario]) -> list[Scenario]:
    scenarios = [scenarios] if isinstance(scenarios, Scenario) else list(scenarios)
    if not scenarios or not all(isinstance(s, Scenario) for s in scenarios):
        raise InvalidInput("compare takes a list of scenarios; make one with libgrid.Scenario(area)")
    names = pd.Index([s.name for s in scenarios])
    if names.has_duplicates:
        raise InvalidInput(
            f"two scenarios are called {name_some(names[names.duplicated()].unique())}: name them with .named(…)"
        )
    first = scenarios[0].baseline
    for scenario in scenarios[1:]:
        area = scenario.baseline
        if area is not first and not all(area.ids(n).equals(first.ids(n)) for n in ("households", "grids", "blocks")):
            raise InvalidInput(
                f"{scenario.name!r} has another baseline than {scenarios[0].name!r}: who gains cannot be said; "
                "begin both with the same area"
            )
    return scenarios


def _metrics(metrics: Sequence[Metric] | None) -> dict[str, Callable[[Outcome], float]]:
    given = list(METRICS) if metrics is None else [metrics] if isinstance(metrics, str) else list(metrics)
    found: dict[str, Callable[[Outcome], float]] = {}
    for metric in given:
        if callable(metric):
            found[getattr(metric, "__name__", "figure")] = metric
        elif metric in METRICS:
            found[metric] = partial(_figure, name=metric)
        else:
            raise InvalidInput(f"there is no figure {metric!r}; there are {', '.join(METRICS)}, or give a function")
    if len(found) < len(given) or not found:
        raise InvalidInput("metrics: give at least one, each once; functions need names that differ")
    return found


def _figure(outcome: Outcome, *, name: str) -> float:
    return outcome.metrics[name]
