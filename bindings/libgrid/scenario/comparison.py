"""Outcomes side by side: what changes for each team, grid and group of people, who gains, who loses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from .._atomic import replace_file
from .._core import InvalidInput
from . import changes
from .draws import Draws
from .outcome import METRICS, Outcome
from .sensitivity import Sensitivity, measure_sensitivity
from .side_tables import grid_table, group_table, table_html, team_table


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
        return self._differences(team_table, ["team_id"])

    @property
    def grids(self) -> pd.DataFrame:
        """One row a scenario and grid with people: people, access_covered_share, response_covered_share, own_mean_s,
        asked_min, and d_… for differences."""
        return self._differences(grid_table, ["grid_id"])

    @property
    def groups(self) -> pd.DataFrame:
        """One row a scenario, question and group of people: people, covered, covered_share, mean_s, p90_s, and d_…"""
        return self._differences(group_table, ["question", "group"])

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

        parts = [f"<p>{html.escape(repr(self))}</p>", table_html(self.frame)]
        if len(self.outcomes) > 1:
            everybody = self.winners.query("group == 'all'").drop(columns="group")
            parts += ["<p>Who gains, who loses · 受益与受损</p>", table_html(everybody)]
        if self.draws is not None:
            parts.append(self.draws._repr_html_())
        return "".join(parts)
