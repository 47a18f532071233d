"""A whole city measured sub-district by sub-district: what is wrong, who is reached, how the work is shared."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .. import plot
from .._core import InvalidInput
from ..executors import Parted, run_parts
from ..progress import Progress
from ..questions import DEFAULTS, Settings
from ..travel_mode import travel_modes
from .city import City
from .fit import too_large, unit_costs, worker_bytes
from .subdistrict import measure_subdistrict


@dataclass(frozen=True, eq=False, repr=False)
class CityMeasures:
    """Figures of a city; made by `measure_city`. Rows follow the city's order, whatever worked on them.

    Attributes
    ----------
    subdistricts : GeoDataFrame
        By sub-district: households, people, outside_blocks (households whose place is in no block), errors, warnings,
        people_beyond_access, people_beyond_response; people_uncertain_access and people_uncertain_response, who are
        among them and live within a threshold's walk of an edge beyond which the city has nothing; own_team_time_s and
        boundary_cost_s (means over people whose own team can come), asked_min, offered_min (a year), load, teams_over,
        and its outline.
    grids : DataFrame
        By grid that holds households: subdistrict_id, grid_id, people, people_beyond_access, people_beyond_response,
        people_uncertain_access, people_uncertain_response, own_team_time_s, boundary_cost_s, asked_min.
    teams : DataFrame
        By team: subdistrict_id, team_id, asked_min, offered_min, load.
    issues : DataFrame
        subdistrict_id, code, severity, layer, count.
    missing : DataFrame
        subdistrict_id, what ("all", "coverage"), reason: what could not be measured.
    halo_m : float
        How far beyond its edge a sub-district knew streets, sites and teams. What is within the thresholds is exact
        there; longer times may be shorter in truth. At the outer edge of the folder there are no neighbours to know:
        see people_uncertain.
    cost : DataFrame
        By sub-district: processor seconds and peak memory of each step, the highest of these peaks, and seconds by
        the wall. Not part of the answer.
    """

    subdistricts: gpd.GeoDataFrame
    grids: pd.DataFrame
    teams: pd.DataFrame
    issues: pd.DataFrame
    missing: pd.DataFrame
    halo_m: float
    cost: pd.DataFrame = field(repr=False)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        return self.subdistricts

    @property
    def headline(self) -> dict[str, float]:
        table = self.subdistricts
        return {
            "households": int(table["households"].sum()),
            "people": float(table["people"].sum()),
            "people_beyond_access": float(table["people_beyond_access"].sum()),
            "people_beyond_response": float(table["people_beyond_response"].sum()),
            "people_uncertain_access": float(table["people_uncertain_access"].sum()),
            "people_uncertain_response": float(table["people_uncertain_response"].sum()),
            "teams_over": int((self.teams["load"] > 1).sum()),
            "missing": len(self.missing),
        }

    def plot(self, *, column: str = "boundary_cost_s", ax=None):
        """The sub-districts, coloured by one of their figures."""
        return plot.plot_map(self.subdistricts, column, ax=ax)

    def __repr__(self) -> str:
        h = self.headline
        return (
            f"CityMeasures({len(self.subdistricts)} sub-districts, {h['households']:,} households, "
            f"{h['people_beyond_response']:,.0f} people beyond response, {h['missing']} missing)"
        )

    def _repr_html_(self) -> str:
        cells = "".join(f"<tr><th>{k.replace('_', ' ')}</th><td>{v:,.0f}</td></tr>" for k, v in self.headline.items())
        return f"<table><caption>{len(self.subdistricts)} sub-districts</caption>{cells}</table>"


def measure_city(
    city: City,
    *,
    settings: Settings = DEFAULTS,
    halo_m: float | None = None,
    executor: Any = None,
    memory_bytes: int | None = None,
    costs: pd.DataFrame | None = None,
    progress: Progress = False,
) -> CityMeasures:
    """Check a city, measure its coverage and its workload, a sub-district at a time.

    Parameters
    ----------
    city : City
    settings : Settings
    halo_m : float, optional
        How far beyond its edge each sub-district sees. Default: as far as the fastest mode gets within the longest
        threshold, so that who is covered is exactly who is covered in the whole city.
    executor : concurrent.futures.Executor or dask.distributed.Client, optional
        Where to work; the answer is the same to the last bit. Workers read the city's folder, so they must see it
        under the same path.
    memory_bytes : int, optional
        What one worker may use; by default the memory of this machine (or container) shared out among the workers, or
        what Dask allows each. A sub-district that would need more is not begun, and stands in ``missing`` with what it
        needs and what is there.
    costs : DataFrame, optional
        Measured unit costs, see `plan_run`; by default those of `unit_costs`.
    progress : bool or callable
        Counts sub-districts.

    Returns
    -------
    CityMeasures
        A sub-district that fails, or whose worker dies twice, stands in ``missing`` with the reason; the rest is
        measured. One without streets has its checks and workload, and no coverage.

    Raises
    ------
    InvalidInput
        When the city is empty, `halo_m` is negative, the executor is none, or every sub-district needs too much memory.

    Examples
    --------
    >>> import libgrid as lg, tempfile
    >>> city = lg.write_city(tempfile.mkdtemp(), [("TW", lg.datasets.load("town"))])
    >>> found = lg.measure_city(city)
    >>> found.subdistricts["subdistrict_id"].tolist(), len(found.missing)
    (['TW'], 0)
    """
    if not len(city):
        raise InvalidInput("city: its index has no sub-district")
    if halo_m is not None and not halo_m >= 0:
        raise InvalidInput(f"halo_m must be 0 or more metres, not {halo_m}")
    halo = default_halo_m(city, settings) if halo_m is None else float(halo_m)
    room = worker_bytes(executor) if memory_bytes is None else memory_bytes
    refused = too_large(city.index, unit_costs() if costs is None else costs, room)
    work = partial(measure_subdistrict, city, settings=settings, halo_m=halo)
    begun = [name for name in city.subdistricts if name not in refused]
    parted = run_parts(work, begun, executor=executor, label="city", progress=progress)
    missing = refused | parted.missing
    in_order = {name: missing[name] for name in city.subdistricts if name in missing}
    return _merge(city, halo, Parted(parted.results, in_order))


def default_halo_m(city: City, settings: Settings = DEFAULTS) -> float:
    """As far as anyone gets within the thresholds, in a straight line at the mode's highest speed."""
    table = travel_modes().set_index("mode")

    def fastest_m_s(mode: str) -> float:
        by_class = table.loc[mode, "class_speed_kmh"].values()
        return max(table.loc[mode, "speed_kmh"], *by_class) / 3.6

    teams = {mode for modes in city.index["modes"] for mode in str(modes).split(",") if mode in table.index}
    reach = [fastest_m_s(settings.access_mode) * settings.access_threshold_s]
    reach += [fastest_m_s(mode) * max(settings.response_threshold_s - settings.door_s, 0) for mode in teams]
    return float(np.ceil(max(reach)))


def _merge(city: City, halo_m: float, parted: Parted) -> CityMeasures:
    """The parts under each other in the city's order: sums and means are of one part each, so nothing depends on when
    a part came."""
    parts = parted.results
    figures = pd.DataFrame([part["figures"] for part in parts.values()])
    if not len(figures):
        first = next(iter(parted.missing.items()))
        raise InvalidInput(f"city: no sub-district could be measured; the first, {first[0]}: {first[1]}")
    missing = [(name, "all", reason) for name, reason in parted.missing.items()]
    missing += [(name, "coverage", part["reason"]) for name, part in parts.items() if part["reason"]]

    def under(name: str) -> pd.DataFrame:
        frames = [frame.assign(subdistrict_id=key) for key, part in parts.items() if len(frame := part[name])]
        if not frames:
            return next(iter(parts.values()))[name].assign(subdistrict_id=pd.Series(dtype="str"))
        table = pd.concat(frames, ignore_index=True)
        return table[["subdistrict_id", *(c for c in table.columns if c != "subdistrict_id")]]

    shape = city.index.set_index("subdistrict_id").geometry.reindex(figures["subdistrict_id"])
    return CityMeasures(
        subdistricts=gpd.GeoDataFrame(figures, geometry=shape.to_numpy(), crs=city.index.crs),
        grids=under("grids"),
        teams=under("teams"),
        issues=under("issues"),
        missing=pd.DataFrame(missing, columns=["subdistrict_id", "what", "reason"]),
        halo_m=halo_m,
        cost=pd.DataFrame([part["cost"] for part in parts.values()]),
    )
