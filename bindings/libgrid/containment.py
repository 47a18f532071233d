"""Containment: are minor matters met inside the grid (小病不出网格), major ones inside the town?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import _core, plot
from .geometry import locate
from .issues import name_some
from .schema import LEVELS

if TYPE_CHECKING:
    from .plan import Plan
    from .study_area import StudyArea

__all__ = ["Containment", "measure_containment"]


@dataclass(frozen=True, eq=False, repr=False)
class Containment:
    """Shares met inside; made by `measure_containment`. Modelled and observed figures are in separate rows.

    Attributes
    ----------
    figures : DataFrame
        measure, basis ("modelled" or "observed"), inside, total, share; the level stands in the measure's name.
    grids : DataFrame
        By grid of the level: residents, modelled_inside, and with contacts minor, minor_inside.
    level : str
    """

    figures: pd.DataFrame
    grids: pd.DataFrame
    level: str

    def share(self, measure: str) -> float:
        """The share of one measure; NaN when nothing of it was there to be met."""
        return float(self.figures.set_index("measure").loc[measure, "share"])

    def plot(self, *, ax=None):
        """The shares met inside, modelled and observed ones apart.

        Returns
        -------
        matplotlib.axes.Axes
        """
        known = self.figures[self.figures["share"].notna()]
        names = known["measure"] + " (" + known["basis"] + ")"
        bars = pd.Series(100 * known["share"].to_numpy(dtype=float), index=names)
        return plot.plot_bars(bars, label="share met inside 就地解决率 (%)", ax=ax)

    def __repr__(self) -> str:
        shares = ", ".join(f"{r.measure} {r.share:.1%}" for r in self.figures.itertuples())
        return f"Containment(level {self.level}: {shares})"

    def _repr_html_(self) -> str:
        return self.figures.to_html(index=False, border=0, na_rep="–", formatters={"share": "{:.1%}".format})


def measure_containment(
    area: StudyArea, contacts: pd.DataFrame | None = None, *, level: str = "general", plan: Plan | None = None
) -> Containment:
    """Measure what is met inside.

    Parameters
    ----------
    area : StudyArea
        With households, grids and sites.
    contacts : DataFrame, optional
        What happened: household_id, kind ("minor" or "major"), place ("home", "phone" or a site_id), and for major ones
        optionally returned (true: back home for recovery, 康复回).
    level : {"micro", "general", "community", "dedicated"}
        Which grid "inside the grid" means; a micro-grid seldom has a studio of its own.
    plan : Plan, optional
        Today's by default.

    Returns
    -------
    Containment
        ``minor_possible_<level>`` (modelled): residents whose grid of this level has a site with a weekly session.
        ``minor_met_<level>`` (observed): minor contacts at home, by phone, or at a site of the household's grid.
        ``major_inside_town`` (observed): major ones treated at a site inside the area (大病不出街镇).
        ``major_returned`` (observed): major ones treated elsewhere that came back (大病转上级、康复回).

    Raises
    ------
    InvalidInput
        Unknown households, kinds, places or levels.

    Examples
    --------
    >>> import libgrid as lg
    >>> c = lg.measure_containment(lg.datasets.load("anjing"))
    >>> 0 <= c.share("minor_possible_general") <= 1
    True
    """
    if level not in LEVELS:
        raise _core.InvalidInput(f"level: '{level}' is none of {', '.join(LEVELS)}")
    missing = [name for name in ("households", "grids", "sites") if not len(area.ids(name))]
    if missing:
        raise _core.InvalidInput(f"containment needs {', '.join(missing)}: the area has none")
    plan = plan or area.plan
    up = _ancestor(area, level)
    home_leaf, site_leaf = plan.household_grid(), _site_grid(area, plan)
    home = np.where(home_leaf >= 0, up[home_leaf], -1)
    site = np.where(site_leaf >= 0, up[site_leaf], -1)
    inside = area.column("households", "inside").astype(bool)
    residents = (area.column("households", "n_usual") + area.column("households", "n_short")).astype(float) * inside
    held = area._core.sessions.sites_with_session(len(site)).astype(bool)
    equipped = np.zeros(len(up) + 1, bool)
    equipped[site[held & (site >= 0)]] = True
    equipped[-1] = False  # "no grid" has no studio
    possible = residents * equipped[home]
    figures = [_figure(f"minor_possible_{level}", "modelled", possible.sum(), residents.sum())]
    ids = area.ids("grids")
    here = np.flatnonzero(up == np.arange(len(up)))
    table = pd.DataFrame(
        {
            "residents": np.bincount(home[home >= 0], residents[home >= 0], len(up))[here],
            "modelled_inside": equipped[here],
        },
        index=pd.Index(ids[here], name="grid_id"),
    )
    if contacts is not None:
        c = _contacts(area, contacts, home, site)
        minor, major = c["kind"] == "minor", c["kind"] == "major"
        away = major & ~c["in_town"]
        figures += [
            _figure(f"minor_met_{level}", "observed", (minor & c["met"]).sum(), minor.sum()),
            _figure("major_inside_town", "observed", (major & c["in_town"]).sum(), major.sum()),
            _figure("major_returned", "observed", (away & c["returned"]).sum(), away.sum()),
        ]
        use = minor & (c["grid"] >= 0)
        table["minor"] = np.bincount(c["grid"][use], minlength=len(up))[here]
        table["minor_inside"] = np.bincount(c["grid"][use & c["met"]], minlength=len(up))[here]
    columns = ["measure", "basis", "inside", "total", "share"]
    return Containment(pd.DataFrame(figures, columns=columns), table, level)


def _figure(measure: str, basis: str, inside: float, total: float) -> tuple:
    return measure, basis, float(inside), float(total), float(inside) / float(total) if total else float("nan")


def _ancestor(area: StudyArea, level: str) -> np.ndarray:
    """For each grid the row of its ancestor (or itself) at the level, -1 when there is none."""
    ids = area.ids("grids")
    parent = ids.get_indexer(area.column("grids", "parent_id"))
    wanted = area.column("grids", "level") == level
    found, at = np.full(len(ids), -1), np.arange(len(ids))
    for _ in range(len(LEVELS) + 1):  # parents form no rings: checked when the area was read
        take = (at >= 0) & (found < 0)
        take[take] &= wanted[at[take]]
        found[take] = at[take]
        at = np.where(at >= 0, parent[at], -1)
    return found


def _site_grid(area: StudyArea, plan: Plan) -> np.ndarray:
    """The leaf grid that each site stands in, -1 beyond all of them."""
    shapes = plan.outlines() if area.has_blocks else area.layer("grids").geometry.to_numpy()
    leaf = np.flatnonzero(area._core.grids.leaf.astype(bool))
    leaf = leaf[[shapes[i] is not None and not shapes[i].is_empty for i in leaf]]
    if not len(leaf):
        return np.full(len(area.ids("sites")), -1)
    at = locate(area.points("sites"), shapes[leaf])
    return np.where(at >= 0, leaf[at], -1)


def _contacts(area: StudyArea, contacts: pd.DataFrame, home: np.ndarray, site: np.ndarray) -> dict[str, Any]:
    frame = pd.DataFrame(contacts).reset_index(drop=True)
    missing = [c for c in ("household_id", "kind", "place") if c not in frame]
    if missing:
        raise _core.InvalidInput(f"contacts: columns are missing: {', '.join(missing)}")

    def refuse(bad: np.ndarray, what: str) -> None:
        if bad.any():
            raise _core.InvalidInput(f"contacts: {what}, in rows {name_some(np.flatnonzero(bad))}")

    row = area.ids("households").get_indexer(frame["household_id"].astype(str))
    refuse(row < 0, "the household does not exist")
    kind = frame["kind"].astype(str).to_numpy()
    refuse(~np.isin(kind, ("minor", "major")), "kind must be 'minor' or 'major'")
    place = frame["place"].astype(str).to_numpy()
    there = area.ids("sites").get_indexer(place)
    anywhere = np.isin(place, ("home", "phone"))
    refuse((there < 0) & ~anywhere, "place must be 'home', 'phone' or a site_id")
    grid = home[row]
    where = np.where(there >= 0, site[there], -1)
    in_town = area.column("sites", "inside").astype(bool)
    returned = frame["returned"] if "returned" in frame else pd.Series(False, index=frame.index)
    return {
        "kind": kind,
        "grid": grid,
        "met": anywhere | ((grid >= 0) & (where == grid)),
        "in_town": anywhere | ((there >= 0) & in_town[there]),
        "returned": returned.fillna(False).astype(bool).to_numpy(),
    }
