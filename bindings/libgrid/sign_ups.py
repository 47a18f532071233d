"""Sign-up rates (签约率) by class, grid and team, and whether a team's doctors can look after those who signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core
from .area_workload import GROUPS

if TYPE_CHECKING:
    from .plan import Plan
    from .study_area import StudyArea

__all__ = ["PANEL_PER_DOCTOR", "SignUps", "measure_sign_ups"]

PANEL_PER_DOCTOR = 2000.0  # signed people; the State Council's 2011 guidance speaks of around 2,000


@dataclass(frozen=True, eq=False, repr=False)
class SignUps:
    """Who has signed with a family doctor; made by `measure_sign_ups`.

    Attributes
    ----------
    grids : DataFrame
        By grid and for those in none: residents (usual), signed, rate.
    classes : DataFrame
        By grid (None: in no grid) and class: people, signed, rate with their bounds signed_low, signed_high, rate_low
        and rate_high. Only how many of a household have signed is known, not who: the bounds hold however it is, and
        `signed` takes the signed as drawn from the household's residents.
    totals : DataFrame
        The same for the whole area, one row a class.
    teams : DataFrame
        By team: signed (with it, wherever they live), n_doctors, panel (limit), over (people above it, 0 when within),
        field_residents, field_signed (residents of its field who signed with any team) and field_rate.
    signed_without_team : int
        Signed people whose team is not in the area.
    """

    grids: pd.DataFrame
    classes: pd.DataFrame
    totals: pd.DataFrame
    teams: pd.DataFrame
    signed_without_team: int

    def __repr__(self) -> str:
        signed, residents = self.grids["signed"].sum(), self.grids["residents"].sum()
        over = int((self.teams["over"] > 0).sum()) if len(self.teams) else 0
        rate = signed / residents if residents else float("nan")
        return f"SignUps({signed:,.0f} of {residents:,.0f} residents, {rate:.1%}; {over} teams over their panel)"

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.teams.to_html(index=False, border=0, na_rep="–", float_format="{:,.2f}".format)


def measure_sign_ups(
    area: StudyArea, plan: Plan | None = None, *, panel_per_doctor: float = PANEL_PER_DOCTOR
) -> SignUps:
    """Measure how many have signed, by grid, class and team, and which teams are over their panel.

    Parameters
    ----------
    area : StudyArea
    plan : Plan, optional
        Default: today's. It decides grids and fields, not with whom people signed.
    panel_per_doctor : float
        Signed people whom one full-time doctor can look after.

    Returns
    -------
    SignUps

    Raises
    ------
    InvalidInput
        A panel that is not above 0.

    Notes
    -----
    Of a household with p residents (those who signed at least), s signed and c of a class, at least c + s - p and at
    most min(c, s) of the class have signed, c·s/p in the mean over all ways. Where c is unknown the household does not
    count for the class. Teams over their panel are also the issue LG-D103 of `check`, which takes 2,000.

    Examples
    --------
    >>> import libgrid as lg
    >>> signed = lg.measure_sign_ups(lg.datasets.load("town"))
    >>> bool((signed.classes["signed_low"] <= signed.classes["signed_high"]).all())
    True
    """
    if not (np.isfinite(panel_per_doctor) and panel_per_doctor > 0):
        raise _core.InvalidInput(f"panel_per_doctor must be above 0, not {panel_per_doctor!r}")
    plan = plan or area.plan
    plan.require_area(area)
    inside = area.column("households", "inside").astype(bool)
    grid, team = plan.household_grid()[inside], plan.household_team()[inside]
    usual, signed = (area.column("households", c).astype(float)[inside] for c in ("n_usual", "n_signed"))
    grid_ids, team_ids = area.ids("grids"), area.ids("teams")
    at = np.where(grid < 0, len(grid_ids), grid)
    ids = [*grid_ids, None]
    sums = {"residents": usual, "signed": signed}
    grids = pd.DataFrame({"grid_id": ids} | {n: np.bincount(at, v, len(ids)) for n, v in sums.items()})
    grids["rate"] = _ratio(grids["signed"], grids["residents"])
    parts = [_class(area, name, inside, at, ids, usual, signed) for name in GROUPS]
    classes = _rates(pd.concat(parts, ignore_index=True))
    amounts = ["people", "signed", "signed_low", "signed_high"]
    totals = _rates(classes.groupby("class", sort=False, as_index=False)[amounts].sum())
    with_team = team_ids.get_indexer(area.column("households", "signed_team_id"))[inside] if len(inside) else team
    teams = pd.DataFrame({"team_id": team_ids, "n_doctors": area.column("teams", "n_doctors").astype(float)})
    teams["signed"] = _by(with_team, signed, len(team_ids)).astype(np.int64)
    teams["panel"] = panel_per_doctor * teams["n_doctors"]
    teams["over"] = np.maximum(teams["signed"] - teams["panel"], 0.0)
    teams["field_residents"] = _by(team, usual, len(team_ids))
    teams["field_signed"] = _by(team, signed, len(team_ids))
    teams["field_rate"] = _ratio(teams["field_signed"], teams["field_residents"])
    return SignUps(grids, classes, totals, teams, int(signed[with_team < 0].sum()))


def _by(label: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    use = label >= 0
    return np.bincount(label[use], values[use], count)


def _ratio(part: pd.Series, whole: pd.Series) -> np.ndarray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=np.asarray(whole) > 0)


def _class(area, name: str, inside, at, ids: list, usual: np.ndarray, signed: np.ndarray) -> pd.DataFrame:
    column = area._tables["households"].attrs[f"n_{name}"] if "households" in area._tables else pd.Series(dtype=float)
    people = column.to_numpy(dtype=float, na_value=np.nan)[inside]
    known = ~np.isnan(people)
    c, s, where = people[known], signed[known], at[known]
    p = np.maximum(usual[known], np.maximum(c, s))  # short-term people sign and fall ill too
    share = np.divide(s, p, out=np.zeros_like(p), where=p > 0)
    amounts = {
        "people": c,
        "signed": c * share,
        "signed_low": np.maximum(c + s - p, 0),
        "signed_high": np.minimum(c, s),
    }
    sums = {n: np.bincount(where, v, len(ids)) for n, v in amounts.items()}
    return pd.DataFrame({"grid_id": ids, "class": name} | sums)


def _rates(table: pd.DataFrame) -> pd.DataFrame:
    for end in ("", "_low", "_high"):
        table[f"rate{end}"] = _ratio(table[f"signed{end}"], table["people"])
    return table
