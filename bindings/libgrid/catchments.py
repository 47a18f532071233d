"""Who is left out and who serves whom first: gaps and catchments of a whole study area."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core, plot
from .area_times import sites_in_reach, teams_by_mode, teams_in_reach
from .inline_map import inline_map
from .isochrones import build_isochrones
from .questions import Settings, group_people, open_sites
from .ragged import from_polygons
from .study_area import StudyArea
from .travel import RoadNetwork


@dataclass(frozen=True, eq=False)
class Catchments:
    """What each site or team reaches first, within the threshold.

    Attributes
    ----------
    households : DataFrame
        household_id, origin (id of the first-choice site or team, None beyond the threshold), time_s, second (the next
        best), second_time_s.
    summary : DataFrame
        By origin: households and people whom it serves first; people in its reach, shared with others or not; people
        of its own whom another reaches as well.
    polygons : GeoDataFrame
        By origin, the blocks of the households that it serves first; without blocks the ground along the streets that
        it reaches first (teams of different modes may then overlap).
    in_reach : DataFrame
        The overlapping catchments: one row a household and origin within the threshold, with time_s, by household,
        nearest first.
    """

    households: pd.DataFrame
    summary: pd.DataFrame
    polygons: gpd.GeoDataFrame
    in_reach: pd.DataFrame

    def plot(self, *, roads=None, sites=None, ax=None):
        """The catchments on a map, neighbours in different tints.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return plot.plot_area(grids=self.polygons, roads=roads, sites=sites, ax=ax)

    def _repr_html_(self) -> str:
        return inline_map(areas=self.polygons.geometry, title="catchments") + self.summary.to_html(index=False)


def build_catchments(
    area: StudyArea,
    *,
    origin: str = "sites",
    mode: str | None = None,
    threshold_s: float | None = None,
    door_s: float = 60.0,
    moment: str | None = None,
    progress=False,
) -> Catchments:
    """First-choice catchments of the sites (walked to by patients) or the teams (who travel to the households).

    Parameters
    ----------
    area : StudyArea
    origin : "sites" or "teams"
        Sites: household → site with a session, ``mode`` walk, 900 s. Teams: team → household with turnout and door
        time, each team's own mode, 600 s.
    mode : str, optional
        The patients' mode; teams travel in their own.
    threshold_s : float, optional
    door_s : float
        From the road to the flat's door, for teams.
    moment : str, optional
        ``"2 10:00"``: only sites that are open then; default: with a session at any time of the week.
    progress : bool or callable

    Returns
    -------
    Catchments

    Examples
    --------
    >>> import libgrid as lg
    >>> catchments = lg.build_catchments(lg.datasets.load("town"))
    >>> list(catchments.summary.columns)
    ['site_id', 'households', 'people', 'people_in_reach', 'people_with_backup']
    """
    if origin not in ("sites", "teams"):
        raise _core.InvalidInput(f'build_catchments: origin is "sites" or "teams", not {origin!r}')
    if origin == "teams" and mode is not None:
        raise _core.InvalidInput("build_catchments: teams travel in their own mode; edit teams.mode instead")
    settings = Settings(access_mode=mode or "walk", door_s=door_s, moment=moment)
    if threshold_s is None:
        threshold_s = settings.access_threshold_s if origin == "sites" else settings.response_threshold_s
    if not threshold_s > 0:
        raise _core.InvalidInput(f"build_catchments: threshold_s must be positive, it is {threshold_s}")
    find = sites_in_reach if origin == "sites" else teams_in_reach
    pairs = find(area, threshold_s, settings, progress=progress)
    ids = area.ids(origin)
    names = ids.to_numpy(dtype=object)
    people = group_people(area)["all"].to_numpy()
    count = len(people)
    households = pd.DataFrame({"household_id": area.ids("households")})
    first, first_s = pairs.choice(0, count)
    second, second_s = pairs.choice(1, count)
    for name, who, when in (("origin", first, first_s), ("second", second, second_s)):
        households[name] = np.where(who >= 0, np.append(names, None)[who], None)
        households["time_s" if name == "origin" else f"{name}_time_s"] = when
    own = first >= 0
    lived_in = people > 0
    backed = own & (second >= 0)
    summary = pd.DataFrame(
        {
            f"{origin[:-1]}_id": ids,
            "households": np.bincount(first[own & lived_in], minlength=len(ids)),
            "people": np.bincount(first[own], weights=people[own], minlength=len(ids)),
            "people_in_reach": np.bincount(pairs.origin, weights=people[pairs.household], minlength=len(ids)),
            "people_with_backup": np.bincount(first[backed], weights=people[backed], minlength=len(ids)),
        }
    )
    in_reach = pd.DataFrame(
        {
            "household_id": area.ids("households").to_numpy(dtype=object)[pairs.household],
            f"{origin[:-1]}_id": names[pairs.origin],
            "time_s": pairs.time_s,
        }
    )
    if area.has_blocks:
        polygons = _block_polygons(area, first, ids, origin)
    else:
        polygons = _street_polygons(area, ids, origin, threshold_s, settings)
    return Catchments(households, summary, polygons, in_reach)


def _block_polygons(area: StudyArea, first: np.ndarray, ids: pd.Index, origin: str) -> gpd.GeoDataFrame:
    """The blocks of the households that each serves first: outlines along buildings and streets."""
    block = area.household_block()
    use = (block >= 0) & (first >= 0)
    label = np.full(len(area.ids("blocks")), -1, np.int32)
    # The block goes to the origin that serves most of its households first; ties to the lower one.
    votes = pd.DataFrame({"block": block[use], "first": first[use]}).value_counts().reset_index()
    votes = votes.sort_values(["block", "count", "first"], ascending=[True, False, True]).drop_duplicates("block")
    label[votes["block"]] = votes["first"]
    shapes = from_polygons(_core.build_outlines(area._core.footprints, label, len(ids)), area._frame)
    return gpd.GeoDataFrame({f"{origin[:-1]}_id": ids}, geometry=shapes, crs=area.crs)


def _street_polygons(
    area: StudyArea, ids: pd.Index, origin: str, threshold_s: float, settings: Settings
) -> gpd.GeoDataFrame:
    """Without blocks: the ground along the streets that each reaches first."""
    shapes = np.full(len(ids), shapely.Polygon(), dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a site that serves nobody is a row of the summary
        if origin == "sites":
            rows = np.flatnonzero(open_sites(area, settings.moment))
            network = RoadNetwork.from_frame(area.roads, mode=settings.access_mode)
            points = area.points("sites")[rows]
            found = build_isochrones(network, points, threshold_s, direction="to_source", share="nearest")
            shapes[rows] = found.geometry.to_numpy()
        else:
            for group in teams_by_mode(area):
                start_s = group.turnout_s + settings.door_s
                found = build_isochrones(group.network, group.bases, threshold_s, start_s=start_s, share="nearest")
                shapes[group.teams] = found.geometry.to_numpy()
    return gpd.GeoDataFrame({f"{origin[:-1]}_id": ids}, geometry=shapes, crs=area.crs)
