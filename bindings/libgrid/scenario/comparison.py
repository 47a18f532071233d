"""Outcomes side by side: what changes for each team, grid and group of people, who gains, who loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from .._atomic import replace_file
from .._core import InvalidInput
from ..issues import name_some
from ..progress import Progress, progress_callback
from . import changes
from .draws import Draws, Uncertainty, draw_figures
from .outcome import METRICS, Outcome
from .scenario import Scenario
from .sensitivity import Sensitivity, measure_sensitivity

Metric = str | Callable[[Outcome], float]


@dataclass(frozen=True, eq=False, repr=False)
class Comparison:
    """Scenarios of one baseline set side by side; made by `libgrid.compare`. The first one is what others differ from.

    Attributes
    ----------
    outcomes : tuple of Outcome
    figures : DataFrame
        One row a figure, one column a scenario.
    bands_s : tuple of float
        Changes of time count as gain or loss from the first of these seconds on.
    draws : Draws or None
        Figures under uncertain inputs, where draws were asked for.
    """

    outcomes: tuple[Outcome, ...]
    figures: pd.DataFrame
    bands_s: tuple[float, ...] = changes.BANDS_S
    draws: Draws | None = None

    @property
    def names(self) -> list[str]:
        return [outcome.name for outcome in self.outcomes]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a figure: metric, unit, a column a scenario, and a column ``Δ <name>`` for its difference."""
        first = self.names[0]
        delta = {f"Δ {name}": self.figures[name] - self.figures[first] for name in self.names[1:]}
        units = [METRICS[m][0] if m in METRICS else "" for m in self.figures.index]
        table = self.figures.assign(**delta).rename_axis("metric").reset_index()
        table.insert(1, "unit", units)
        return table

    @property
    def teams(self) -> pd.DataFrame:
        """One row a scenario and team: residents, asked_min, load, own_mean_s, covered_share, and d_… for differences
        to the first scenario (NaN for a team that it does not have)."""
        return self._differences(_team_table, ["team_id"])

    @property
    def grids(self) -> pd.DataFrame:
        """One row a scenario and grid with people: people, access_covered_share, response_covered_share, own_mean_s,
        asked_min, and d_… for differences."""
        return self._differences(_grid_table, ["grid_id"])

    @property
    def groups(self) -> pd.DataFrame:
        """One row a scenario, question and group of people: people, covered, covered_share, mean_s, p90_s, and d_…"""
        return self._differences(_group_table, ["question", "group"])

    @property
    def winners(self) -> pd.DataFrame:
        """By scenario, question and group: people who gain, who lose, who comes within the threshold, who falls out."""
        return self._against_first(changes.winners)

    @property
    def changes(self) -> pd.DataFrame:
        """By scenario, question and group, households and people in each class of change, best first.

        People are counted as in the first scenario. For figures that may be published see `public_changes`.
        """
        return self._against_first(changes.changes)

    def public_changes(self, k: int = 10) -> pd.DataFrame:
        """`changes` with counts below ``k``, and what would give them away, hidden; without households."""
        return changes.public_changes(self.changes, k)

    @property
    def winners_by_grid(self) -> pd.DataFrame:
        """The same by grid of the first scenario's plan; for the office, not for the public."""
        return self._against_first(changes.winners_by_grid)

    def rank(self, metric: str) -> pd.Series:
        """The scenarios by one figure, the best (least) first; equal ones keep their order.

        Raises InvalidInput for a figure that was not compared.
        """
        if metric not in self.figures.index:
            raise InvalidInput(f"there is no figure {metric!r}; there are {', '.join(self.figures.index)}")
        return self.figures.loc[metric].sort_values(kind="stable")

    def sensitivity(
        self,
        *,
        access_threshold_s: Sequence[float] = (600, 750, 900, 1050, 1200),
        response_threshold_s: Sequence[float] = (480, 540, 600, 660, 720),
        minutes: Sequence[float] = (0.5, 0.75, 1, 1.5, 2),
    ) -> Sensitivity:
        """Whether the scenarios keep their order under other thresholds and other minutes of the service rules.

        No travel time is computed again. Minutes are varied rule by rule and all together.

        Parameters
        ----------
        access_threshold_s, response_threshold_s : sequences of seconds
        minutes : sequence of float
            Times the minutes of each scenario's rules.

        Returns
        -------
        Sensitivity
        """
        return measure_sensitivity(self.outcomes, access_threshold_s, response_threshold_s, minutes)

    def to_excel(self, path, *, audience: str = "office", k: int = 10) -> None:
        """Write the tables as a workbook, whole or not at all.

        ``audience="public"`` has the figures and the classes of change only, small counts hidden.
        """
        from ..report.workbook import write_frames

        if audience not in ("office", "public"):
            raise InvalidInput(f"audience is 'office' or 'public', not {audience!r}")
        if not str(path).endswith(".xlsx"):
            raise InvalidInput(f"{path}: a workbook's name ends in .xlsx")
        reused = [(o.name, q, by) for o in self.outcomes for q, by in o.source.items()]
        sheets = {
            "figures": ("Figures 指标", self._public_frame(k) if audience == "public" else self.frame),
            "changes": ("Who gains, who loses 受益与受损", self.public_changes(k)),
        }
        if audience == "office":
            sheets["changes"] = ("Who gains, who loses 受益与受损", self.changes)
            sheets |= {
                "winners": ("People who gain and lose 受益与受损人数", self.winners),
                "groups": ("Groups of people 人群", self.groups),
                "teams": ("Teams 团队", self.teams),
                "grids": ("Grids 网格", self.grids),
                "grids gain": ("Gains by grid 各网格受益", self.winners_by_grid),
                "sources": ("Computed for 计算来源", pd.DataFrame(reused, columns=["scenario", "question", "from"])),
            }
        if self.draws is not None and audience == "office":  # ends of intervals could be subtracted
            sheets["intervals"] = ("Differences under uncertain inputs 不确定性", self.draws.differences)
        meaning = [(m, *METRICS[m]) for m in self.figures.index if m in METRICS]
        sheets["meaning"] = (
            "What the figures mean 指标说明",
            pd.DataFrame(meaning, columns=["metric", "unit", "zh", "en"]),
        )
        replace_file(path, partial(write_frames, sheets=sheets))

    def _public_frame(self, k: int) -> pd.DataFrame:
        """Figures without counts of people that differ from the first scenario's by 1 … k-1: one could subtract."""
        table = self.frame
        few = table["unit"] == "people"
        for name in self.names[1:]:
            small = few & (table[f"Δ {name}"].abs() < k) & (table[f"Δ {name}"] != 0)
            table[[name, f"Δ {name}"]] = table[[name, f"Δ {name}"]].mask(small)
        return table

    def _against_first(self, count: Callable) -> pd.DataFrame:
        tables = [count(self.outcomes[0], other, self.bands_s) for other in self.outcomes[1:]]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def _differences(self, table_of: Callable[[Outcome], pd.DataFrame], keys: list[str]) -> pd.DataFrame:
        tables = [table_of(outcome) for outcome in self.outcomes]
        numbers = [c for c in tables[0].columns if c not in (*keys, "name")]
        first = tables[0].set_index(keys)[numbers]
        rows = []
        for outcome, table in zip(self.outcomes, tables, strict=True):
            base = first.reindex(pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else table[keys[0]])
            delta = table[numbers] - base.set_axis(table.index)
            rows.append(pd.concat([table, delta.add_prefix("d_")], axis=1).assign(scenario=outcome.name))
        joined = pd.concat(rows, ignore_index=True)
        return joined[["scenario", *joined.columns.drop("scenario")]]

    def plot(self, question: str = "access", *, ax=None):
        """People who gain to the right, people who lose to the left, one bar a scenario.

        Parameters
        ----------
        question : {"access", "response"}
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes
        """
        from .picture import plot_changes

        return plot_changes(self, question, ax)

    def __repr__(self) -> str:
        return f"Comparison({' · '.join(self.names)}; {len(self.figures)} figures)"

    def _repr_html_(self) -> str:
        import html

        parts = [f"<p>{html.escape(repr(self))}</p>", _html(self.frame)]
        if len(self.outcomes) > 1:
            everybody = self.winners.query("group == 'all'").drop(columns="group")
            parts += ["<p>Who gains, who loses · 受益与受损</p>", _html(everybody)]
        if self.draws is not None:
            parts.append(self.draws._repr_html_())
        return "".join(parts)


def _html(table: pd.DataFrame) -> str:
    return table.to_html(index=False, border=0, na_rep="–", float_format="{:,.4g}".format)


def _team_table(outcome: Outcome) -> pd.DataFrame:
    table = outcome.teams[["team_id", "name"]].copy()
    if outcome.workload is not None:
        work = outcome.workload.teams
        for column in ("residents", "asked_min", "load"):
            table[column] = work[column].to_numpy(float)
    if outcome.response is not None and len(table):
        by = outcome.response.by(outcome.household_team, list(table["team_id"])).iloc[: len(table)]
        table["own_mean_s"], table["covered_share"] = by["mean_s"].to_numpy(float), by["covered_share"].to_numpy(float)
    return table


def _grid_table(outcome: Outcome) -> pd.DataFrame:
    table = outcome.grids[["grid_id", "name"]].copy()
    people = outcome.people["all"].to_numpy(float) if len(outcome.people) else np.zeros(0)
    placed = outcome.household_grid >= 0
    count = len(table)
    table["people"] = np.bincount(outcome.household_grid[placed], weights=people[placed], minlength=count)
    for kind in ("access", "response"):
        cover = outcome.answers.get(kind)
        if cover is not None:
            by = cover.by(outcome.household_grid, list(table["grid_id"])).iloc[:count]
            table[f"{kind}_covered_share"] = by["covered_share"].to_numpy(float)
            table[f"{kind}_mean_s"] = by["mean_s"].to_numpy(float)
    if outcome.workload is not None:
        table["asked_min"] = outcome.workload.grids["asked_min"].to_numpy(float)
    return table[table["people"] > 0].reset_index(drop=True)


def _group_table(outcome: Outcome) -> pd.DataFrame:
    columns = ["people", "covered", "covered_share", "mean_s", "p90_s"]
    tables = [
        outcome.answers[kind].groups[["group", *columns]].assign(question=kind)
        for kind in ("access", "response")
        if outcome.answers.get(kind) is not None
    ]
    if not tables:
        return pd.DataFrame(columns=["question", "group", *columns])
    return pd.concat(tables, ignore_index=True)[["question", "group", *columns]]


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
