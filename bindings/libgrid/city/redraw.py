"""A whole city's micro-grids redrawn inside their general grids, sub-district by sub-district, with a summed gap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import plot
from .._core import InvalidInput
from .._seed import seed_of
from ..executors import Parted, run_parts
from ..issues import name_some
from ..plan import Plan
from ..progress import Progress
from ..questions import DEFAULTS, Settings
from .city import City
from .fit import too_large, unit_costs, worker_bytes
from .measure import default_halo_m
from .nested import LARGEST, RedrawWork, grids_file, plan_file, plan_of

LIMITS = {"households_and_shops": (30, 100)}
ORDER = ("response", "inertia", "balance", "change")
EFFORT = 1_000  # proposed moves a block: beyond it the summed terms of a generated city gain less than a thousandth
MISSING = ["subdistrict_id", "reason"]
_NAME = re.compile(r"[\w][\w-]{0,30}")


@dataclass(frozen=True, eq=False, repr=False)
class CityRedraw:
    """A city's redrawn micro-grids; made by `redraw_city`. Rows follow the city's order, whatever worked on them.

    Attributes
    ----------
    total : DataFrame
        By term: unit, how ("sum", or "largest" for a balance), before, value, bound, gap, subdistricts (that have the
        term). The gap of the sums is (value - bound) / value.
    subdistricts : GeoDataFrame
        By sub-district: status ("done", "time_limit", "stopped"), blocks, micro_grids_before and micro_grids,
        parents_kept, moved_blocks, moved_households, moved_people, leads (the first term) and its gap,
        people_beyond_response, own_team_time_s, boundary_cost_s, teams_over and most_load, each ``_before`` and
        ``_after``, and the outline.
    terms : DataFrame
        By sub-district and term: unit, before, value, bound, gap, bound_name.
    parents : DataFrame
        General grids that got another number of micro-grids than today, or were kept as they are: subdistrict_id,
        parent_id, what, grids_before, grids, reason.
    teams : DataFrame
        subdistrict_id, team_id, load_before, load_after.
    refused : DataFrame
        subdistrict_id, term, reason: terms that no border between micro-grids can change there.
    missing : DataFrame
        subdistrict_id, reason: what was not redrawn.
    seed : int
    halo_m : float
    plans : str or None
        The name under which plans stand beside the sub-districts' files, see `CityRedraw.plan`.
    cost : DataFrame
        By sub-district: processor seconds and peak memory of each step, the highest of these peaks, seconds by the
        wall, effort_done. Not part of the answer.
    """

    total: pd.DataFrame
    subdistricts: gpd.GeoDataFrame
    terms: pd.DataFrame
    parents: pd.DataFrame
    teams: pd.DataFrame
    refused: pd.DataFrame
    missing: pd.DataFrame
    seed: int
    halo_m: float
    plans: str | None
    cost: pd.DataFrame = field(repr=False)
    _city: City = field(repr=False)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self.subdistricts

    @property
    def headline(self) -> dict[str, float]:
        table, teams = self.subdistricts, self.teams
        first = self.total.index[0]
        return {
            "micro_grids": int(table["micro_grids"].sum()),
            "blocks": int(table["blocks"].sum()),
            "moved_households": int(table["moved_households"].sum()),
            f"{first}_before": float(self.total["before"].iloc[0]),
            first: float(self.total["value"].iloc[0]),
            "gap": float(self.total["gap"].iloc[0]),
            "teams_over_before": int((teams["load_before"] > 1).sum()),
            "teams_over_after": int((teams["load_after"] > 1).sum()),
            "parents_kept": int(table["parents_kept"].sum()),
            "missing": len(self.missing),
        }

    def plan(self, subdistrict: str) -> Plan:
        """The redrawn plan of one sub-district, read from beside its file, with the area that has its grids.

        Raises InvalidInput when no plans were written, or none for this one.
        """
        if self.plans is None:
            raise InvalidInput('the plans were not written: ask redraw_city for them with plans="redrawn"')
        file = plan_file(self._city, subdistrict, self.plans)
        if not file.exists():
            raise InvalidInput(f"{subdistrict} has no plan {self.plans!r}: {self._why_missing(subdistrict)}")
        return plan_of(self._city.open(subdistrict), file, grids_file(self._city, subdistrict, self.plans))

    def _why_missing(self, subdistrict: str) -> str:
        rows = self.missing.loc[self.missing["subdistrict_id"] == subdistrict, "reason"]
        return str(rows.iloc[0]) if len(rows) else "its file was taken away"

    def plot(self, *, column: str = "gap", ax=None):
        """The sub-districts, coloured by one of their figures."""
        return plot.plot_map(self.subdistricts, column, ax=ax)

    def __repr__(self) -> str:
        h = self.headline
        first = self.total.index[0]
        return (
            f"CityRedraw({len(self.subdistricts)} sub-districts, {h['micro_grids']:,} micro-grids of {h['blocks']:,} "
            f"blocks: {first} {h[first + '_before']:.4g} → {h[first]:.4g}, gap {h['gap']:.1%}, {h['missing']} missing)"
        )

    def _repr_html_(self) -> str:
        caption = f"{len(self.subdistricts)} sub-districts redrawn, {len(self.missing)} missing"
        return f"<p>{caption}</p>" + self.total.reset_index().to_html(index=False, na_rep="–", float_format="%.6g")


def redraw_city(
    city: City,
    *,
    limits: dict | None = None,
    order: list[str] | tuple[str, ...] = ORDER,
    effort_per_block: int = EFFORT,
    rng: Any = None,
    subdistricts: Any = None,
    plans: str | None = None,
    settings: Settings = DEFAULTS,
    halo_m: float | None = None,
    executor: Any = None,
    memory_bytes: int | None = None,
    costs: pd.DataFrame | None = None,
    threads: int | None = None,
    time_limit_s: float | None = None,
    progress: Progress = False,
) -> CityRedraw:
    """Redraw all micro-grids of a city inside their general grids, and say how good the whole can be at best.

    Parameters
    ----------
    city : City
    limits : dict, optional
        As in `redraw`; default 30 to 100 households and shops.
    order : sequence of terms
        As in `redraw`, decided under each general grid by itself. Inertia stands behind the response, so that it leads
        wherever one team serves the whole general grid and no border changes who comes.
    effort_per_block : int
        Proposed moves for each block.
    rng : int, numpy Generator or None
        The seed, the same for each sub-district.
    subdistricts : sequence of str, optional
        Only these; sums are of them alone.
    plans : str, optional
        Write each plan beside its sub-district's file under this name: ``D001.NAME.csv``, and new micro-grids in
        ``D001.NAME.grids.csv``.
    settings : Settings
    halo_m : float, optional
        As in `measure_city`.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where to work; the answer is the same to the last bit.
    memory_bytes, costs : optional
        As in `measure_city`: what would not fit a worker is not begun.
    threads : int, optional
        Of each search. Default: one a core here, one on an executor.
    time_limit_s : float, optional
        A safety stop for each sub-district's search.
    progress : bool or callable
        Counts sub-districts.

    Returns
    -------
    CityRedraw
        A sub-district that cannot be redrawn, or whose worker dies twice, stands in ``missing`` with the reason; the
        rest is redrawn. A general grid that no number of micro-grids fits, or for which no plan is found, is kept as
        it is and stands in ``parents``; one that needs another number of them gets the nearest. After Ctrl-C the
        answer holds what was done.

    Raises
    ------
    InvalidInput
        When the city is empty, an argument cannot be meant, or no sub-district could be redrawn at all.

    Notes
    -----
    General grids do not touch each other's terms, so a city is as many small problems: sums of their values and sums
    of their bounds are those of the whole. Bounds are of each term by itself, see `redraw`.

    Examples
    --------
    >>> import libgrid as lg, tempfile
    >>> city = lg.write_city(tempfile.mkdtemp(), [("TW", lg.datasets.load("town"))])
    >>> found = lg.redraw_city(city, rng=1)
    >>> found.subdistricts["status"].tolist(), bool(found.total.loc["inertia", "gap"] < 0.2)
    (['done'], True)
    """
    if not len(city):
        raise InvalidInput("city: its index has no sub-district")
    if halo_m is not None and not halo_m >= 0:
        raise InvalidInput(f"halo_m must be 0 or more metres, not {halo_m}")
    if isinstance(effort_per_block, bool) or not isinstance(effort_per_block, int) or effort_per_block < 1:
        raise InvalidInput(f"effort_per_block must be a whole number of at least 1, not {effort_per_block!r}")
    if plans is not None and not (isinstance(plans, str) and _NAME.fullmatch(plans)):
        raise InvalidInput(f"plans: {plans!r} cannot name a file; use letters, digits, '-' and '_', at most 31")
    names = city.subdistricts if subdistricts is None else _named(city, subdistricts)
    halo = default_halo_m(city, settings) if halo_m is None else float(halo_m)
    seed = seed_of(rng)
    how = {
        "limits": LIMITS if limits is None else limits,
        "order": tuple([order] if isinstance(order, str) else order),
        "effort_per_block": effort_per_block,
        "seed": seed,
        "threads": (0 if executor is None else 1) if threads is None else threads,
        "time_limit_s": time_limit_s,
    }
    room = worker_bytes(executor) if memory_bytes is None else memory_bytes
    asked = city.index[city.index["subdistrict_id"].isin(names)]
    refused = too_large(asked, unit_costs() if costs is None else costs, room)
    work = RedrawWork(city, how, settings, halo, plans)
    begun = [name for name in names if name not in refused]
    parted = run_parts(work, begun, executor=executor, label="redraw", progress=progress)
    missing = refused | parted.missing
    in_order = {name: missing[name] for name in names if name in missing}
    return _merge(city, halo, seed, plans, Parted(parted.results, in_order))


def _named(city: City, names: Any) -> list[str]:
    """The sub-districts asked for, in the city's order."""
    wanted = {names} if isinstance(names, str) else set(names)
    unknown = sorted(wanted - set(city.subdistricts))
    if unknown or not wanted:
        raise InvalidInput(
            f"subdistricts: the city has none called {name_some(unknown)}" if unknown else "subdistricts: name one"
        )
    return [name for name in city.subdistricts if name in wanted]


def _merge(city: City, halo_m: float, seed: int, plans: str | None, parted: Parted) -> CityRedraw:
    """The parts under each other in the city's order, and their sums."""
    parts = parted.results
    if not parts:
        name, reason = next(iter(parted.missing.items()))
        raise InvalidInput(f"city: no sub-district could be redrawn; the first, {name}: {reason}")

    def under(name: str) -> pd.DataFrame:
        table = pd.concat([part[name].assign(subdistrict_id=key) for key, part in parts.items()], ignore_index=True)
        return table[["subdistrict_id", *(c for c in table.columns if c != "subdistrict_id")]]

    figures = pd.DataFrame([part["figures"] for part in parts.values()])
    shape = city.index.set_index("subdistrict_id").geometry.reindex(figures["subdistrict_id"])
    terms = under("terms")
    refused = [(key, term, why) for key, part in parts.items() for term, why in part["refused"].items()]
    return CityRedraw(
        total=total_of(terms),
        subdistricts=gpd.GeoDataFrame(figures, geometry=shape.to_numpy(), crs=city.index.crs),
        terms=terms,
        parents=under("parents"),
        teams=under("teams"),
        refused=pd.DataFrame(refused, columns=["subdistrict_id", "term", "reason"]),
        missing=pd.DataFrame(list(parted.missing.items()), columns=MISSING),
        seed=seed,
        halo_m=halo_m,
        plans=plans,
        cost=pd.DataFrame([part["cost"] for part in parts.values()]),
        _city=city,
    )


def total_of(terms: pd.DataFrame) -> pd.DataFrame:
    """Terms over all sub-districts: sums, a balance by its largest, and the gap of these."""
    rows = {}
    for term, table in terms.groupby("term", sort=False):
        largest = term in LARGEST
        before, value, bound = (
            float(table[c].max(skipna=False) if largest else table[c].sum(skipna=False))
            for c in ("before", "value", "bound")
        )
        gap = (value - bound) / value if value != 0 else (0.0 if bound == 0 else np.nan)
        how = "largest" if largest else "sum"
        rows[term] = (table["unit"].iloc[0], how, before, value, bound, gap, len(table))
    names = ["unit", "how", "before", "value", "bound", "gap", "subdistricts"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("term")
