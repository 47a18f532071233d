"""The outcome of a scenario: the answers, what of them was reused, and the figures that rank scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .._core import Cancelled
from ..coverage import Coverage
from ..questions import GROUPS, Settings, household_door_times
from .parts import World, digest, part_hashes
from .questions import QUESTIONS, key_of, wanted

METRICS: dict[str, tuple[str, str, str]] = {
    "people_beyond_access": ("people", "步行超时人数", "people without an open site within the access threshold"),
    "people_beyond_response": ("people", "响应超时人数", "people whose own team comes after the response threshold"),
    "access_mean_s": ("s", "到最近站点的平均时间", "mean time to the nearest open site, of those who reach one"),
    "access_p90_s": ("s", "到最近站点的九成时间", "nine in ten of those who reach a site do so within"),
    "response_mean_s": ("s", "自己团队的平均到达时间", "mean time from the call to the own team at the door"),
    "response_p90_s": ("s", "自己团队的九成到达时间", "nine in ten are reached by their own team within"),
    "boundary_cost_mean_s": ("s", "平均边界代价", "mean seconds that the nearest team would save over the own one"),
    "teams_over": ("teams", "超负荷团队数", "teams with more minutes asked than offered"),
    "load_max": ("", "最高负荷", "largest load of a team"),
    "load_gini": ("", "负荷基尼系数", "how unevenly the load is shared (0: evenly)"),
    "grids_outside_norm": ("grids", "规模超标微网格数", "micro-grids whose size is outside the norm"),
}
"""By name of a figure: its unit, and what it is, in Chinese and English. Less is better in all of them."""


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """What one scenario comes to; made by `Scenario.measure`. It holds no area, so it travels between processes.

    Attributes
    ----------
    name : str
        The scenario's.
    answers : mapping of question to answer
        ``access``, ``response`` (`Coverage`), ``workload`` (`Workload`), ``grids`` (`PlanQuality`), ``access_gaps``,
        ``response_gaps``, and the times they are made of; a question that could not be asked is not among them.
    keys : mapping of question to hash
        Of everything that the answer stands on: equal keys, equal answers.
    hashes : mapping of question to hash
        Of the answer itself: times in whole milliseconds, counts and figures to the last bit. Outlines of gaps are left
        out: they are drawn by another library, for the eye alone.
    reused : tuple of str
        The questions whose answer was taken over from another outcome.
    source : mapping of question to str
        The name of the scenario for which the answer was computed.
    household_grid, household_team : (n,) int32 arrays
    own_fixed_s : (n,) float64 array
        Of the own team's time, what does not depend on speed: turnout and the way to the door; NaN without a team.
    teams, grids, sites : DataFrame
        Ids and names, in row order; ``teams`` has the minutes offered.
    settings : Settings
    rules : DataFrame or None
    """

    name: str
    answers: Mapping[str, Any]
    keys: Mapping[str, str]
    hashes: Mapping[str, str]
    reused: tuple[str, ...]
    source: Mapping[str, str]
    household_grid: np.ndarray
    household_team: np.ndarray
    own_fixed_s: np.ndarray
    teams: pd.DataFrame
    grids: pd.DataFrame
    sites: pd.DataFrame
    settings: Settings
    rules: pd.DataFrame | None = field(default=None)

    @property
    def access(self) -> Coverage | None:
        return self.answers.get("access")

    @property
    def response(self) -> Coverage | None:
        return self.answers.get("response")

    @property
    def workload(self):
        return self.answers.get("workload")

    @property
    def people(self) -> pd.DataFrame:
        """People a household by group; empty without households."""
        return self.answers.get("people", pd.DataFrame(columns=list(GROUPS), dtype=float))

    @property
    def computed(self) -> tuple[str, ...]:
        """The questions that were asked anew."""
        return tuple(q for q in self.answers if q not in self.reused)

    @property
    def metrics(self) -> pd.Series:
        """The figures of `METRICS`; NaN where the question was not asked. Less is better in all of them."""
        found = dict.fromkeys(METRICS, np.nan)
        for kind, cover in (("access", self.access), ("response", self.response)):
            if cover is not None:
                row = cover.groups.iloc[0]
                found[f"people_beyond_{kind}"] = float(row["uncovered"])
                found[f"{kind}_mean_s"], found[f"{kind}_p90_s"] = float(row["mean_s"]), float(row["p90_s"])
                if kind == "response":
                    found["boundary_cost_mean_s"] = float(row["mean_boundary_cost_s"])
        if self.workload is not None:
            load = self.workload.teams["load"].to_numpy(float)
            found["teams_over"] = float((load > 1).sum())
            found["load_max"] = float(np.nanmax(load, initial=0.0)) if len(load) else np.nan
            found["load_gini"] = self.workload.balance["gini"]
        quality = self.answers.get("grids")
        if quality is not None:
            rows = quality.grids
            level = self.grids.set_index("grid_id")["level"].reindex(rows["grid_id"]).to_numpy()
            found["grids_outside_norm"] = float((~rows["within_norm"].to_numpy(bool) & (level == "micro")).sum())
        return pd.Series(found, name=self.name, dtype=float)

    @property
    def hash(self) -> str:
        """One hash over all answers: two outcomes with the same one are the same to the bit."""
        return digest(f"{name}={value}" for name, value in sorted(self.hashes.items()))

    @property
    def frame(self) -> pd.DataFrame:
        """One row a figure: metric, unit, value, meaning."""
        rows = [(name, unit, self.metrics[name], text) for name, (unit, _, text) in METRICS.items()]
        return pd.DataFrame(rows, columns=["metric", "unit", "value", "meaning"]).dropna(subset="value")

    def __repr__(self) -> str:
        return f"Outcome({self.name!r}: {len(self.computed)} answers computed, {len(self.reused)} reused)"

    def _repr_html_(self) -> str:
        import html

        return f"<p>{html.escape(repr(self))}</p>" + self.frame.to_html(
            index=False, border=0, float_format="{:,.3g}".format
        )


def _values(answer: Any):
    if isinstance(answer, Coverage):
        times = [answer.time_s, answer.nearest_time_s, answer.boundary_cost_s]
        return [*(_ms(t) for t in times if t is not None), answer.nearest, answer.covered, answer.groups]
    if isinstance(answer, pd.DataFrame):
        return [pd.DataFrame(answer.drop(columns="geometry", errors="ignore"))]
    if hasattr(answer, "time_s"):
        return [answer.index, _ms(answer.time_s)]
    if hasattr(answer, "teams"):
        return [answer.teams, answer.grids, answer.unassigned]
    if hasattr(answer, "grids"):
        return [answer.grids]
    return [_ms(a) if a.dtype == float else a for a in (answer if isinstance(answer, tuple) else (answer,))]


def _ms(time_s: np.ndarray) -> np.ndarray:
    """Whole milliseconds; -1 for no way, -2 for no answer."""
    time_s = np.asarray(time_s, float)
    known = np.isfinite(time_s)
    ms = np.where(np.isnan(time_s), -2, -1).astype(np.int64)
    ms[known] = np.rint(time_s[known] * 1000).astype(np.int64)
    return ms


def _own_fixed(world: World) -> np.ndarray:
    team = world.plan.household_team()
    turnout_s = np.append(world.area.column("teams", "turnout_s").astype(float), np.nan)
    return turnout_s[team] + household_door_times(world.area, world.settings) if len(team) else np.empty(0)


def measure_outcome(name: str, world: World, reuse: Sequence[Outcome] = (), on_progress=None) -> Outcome:
    """The answers to all questions of a world, each taken from an outcome of ``reuse`` that stands on the same."""
    area = world.area
    names = wanted(world)
    parts = part_hashes(world, dict.fromkeys(part for q in names for part in QUESTIONS[q].needs))
    answers: dict[str, Any] = {}
    keys: dict[str, str] = {}
    hashes: dict[str, str] = {}
    source: dict[str, str] = {}
    reused = []
    for done, question in enumerate(names):
        key = keys[question] = key_of(QUESTIONS[question], parts, hashes)
        twin = next((o for o in reuse if o.keys.get(question) == key), None)
        if twin is not None:
            answers[question], hashes[question] = twin.answers[question], twin.hashes[question]
            source[question] = twin.source[question]
            reused.append(question)
        else:
            answers[question], source[question] = QUESTIONS[question].measure(world, answers), name
            hashes[question] = digest(_values(answers[question]))
        if on_progress is not None and on_progress(done + 1, len(names)) is False:
            raise Cancelled("stopped by progress")
    layers = {
        "teams": ["team_id", "name", "offered_min"],
        "grids": ["grid_id", "name", "level"],
        "sites": ["site_id", "name"],
    }
    return Outcome(
        name=name,
        answers=answers,
        keys=keys,
        hashes=hashes,
        reused=tuple(reused),
        source=source,
        household_grid=world.plan.household_grid(),
        household_team=world.plan.household_team(),
        own_fixed_s=_own_fixed(world),
        settings=world.settings,
        rules=world.rules,
        **{layer: pd.DataFrame({c: area.column(layer, c) for c in columns}) for layer, columns in layers.items()},
    )
