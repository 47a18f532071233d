"""A city as a folder: one study area a sub-district, and an index of them. Never more than a few are in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import plot
from .._core import InvalidInput, IoError
from ..files import open_study_area
from ..io import read_tables
from ..schema import LAYERS
from ..study_area import StudyArea

INDEX = "city.gpkg"
LAYER = "subdistricts"
FORMAT = "1"
NEAR_LAYERS = ("roads", "sites", "teams", "sessions")  # what matters beyond an edge
SNAP_M = 500.0  # how far from its street a place may lie: streets are taken so much farther than sites


@dataclass(frozen=True, eq=False, repr=False)
class City:
    """Sub-districts, each with a file of its own; made by `open_city`.

    Attributes
    ----------
    path : Path
    index : GeoDataFrame
        One row a sub-district: subdistrict_id, file, counts of households, people, blocks, leaf_grids, sites, teams
        and roads, modes of its teams, west … north of all that it holds, and its outline.
    origin : (x, y)
        The millimetre frame that all of them share.
    """

    path: Path
    index: gpd.GeoDataFrame
    origin: tuple[float, float]

    @property
    def subdistricts(self) -> list[str]:
        return self.index["subdistrict_id"].tolist()

    def row(self, subdistrict: str) -> pd.Series:
        rows = self.index[self.index["subdistrict_id"] == subdistrict]
        if not len(rows):
            known = ", ".join(self.subdistricts[:5])
            raise InvalidInput(f"subdistrict: {subdistrict!r} is none of the city's {len(self.index)} ({known}, …)")
        return rows.iloc[0]

    def open(self, subdistrict: str, *, halo_m: float = 0.0) -> StudyArea:
        """One sub-district, with the streets, sites and teams of its neighbours within `halo_m` of it.

        Parameters
        ----------
        subdistrict : str
        halo_m : float
            Sites of neighbours come with ``inside`` false: they serve, and are not counted. Rows keep the order of the
            city, so that ties are broken as in the whole.

        Returns
        -------
        StudyArea

        Raises
        ------
        InvalidInput
            When the city has no such sub-district.
        IoError
            When its file is missing or damaged.
        """
        area = open_study_area(self.path / self.row(subdistrict)["file"])
        return self.widen(area, subdistrict, halo_m) if halo_m > 0 else area

    def neighbours(self, subdistrict: str, halo_m: float) -> list[str]:
        """The sub-districts that hold anything within so many metres of the box around this one."""
        me, all_ = self.row(subdistrict), self.index
        near = (
            (all_["west"] <= me["east"] + halo_m)
            & (all_["east"] >= me["west"] - halo_m)
            & (all_["south"] <= me["north"] + halo_m)
            & (all_["north"] >= me["south"] - halo_m)
        )
        return all_.loc[near & (all_["subdistrict_id"] != subdistrict), "subdistrict_id"].tolist()

    def widen(self, area: StudyArea, subdistrict: str, halo_m: float) -> StudyArea:
        """The area with what its neighbours have within `halo_m` of the box around all that it holds."""
        row = self.row(subdistrict)
        own = shapely.box(*(row[side] for side in ("west", "south", "east", "north")))
        near = set(self.neighbours(subdistrict, halo_m + SNAP_M))
        parts: dict[str, list[tuple[bool, pd.DataFrame]]] = {name: [] for name in NEAR_LAYERS}
        for other in self.subdistricts:
            if other == subdistrict:
                frames = {name: area.layer(name) for name in NEAR_LAYERS}
            elif other in near:
                frames = _within(read_near(str(self.path / self.row(other)["file"])), own, halo_m, area.crs)
            else:
                continue
            for name, frame in frames.items():
                if len(frame):
                    parts[name].append((other == subdistrict, frame))
        joined = {name: _once(name, frames) for name, frames in parts.items() if frames}
        return area.replace(**joined)

    def plot(self, *, column: str = "households", ax=None):
        """The sub-districts, coloured by a column of the index."""
        return plot.plot_map(self.index, column, ax=ax)

    def __len__(self) -> int:
        return len(self.index)

    def __repr__(self) -> str:
        return f"City({len(self.index)} sub-districts, {int(self.index['households'].sum()):,} households)"

    def _repr_html_(self) -> str:
        rows = {c: f"{int(self.index[c].sum()):,}" for c in ("households", "people", "blocks", "leaf_grids", "teams")}
        cells = "".join(f"<tr><th>{name.replace('_', ' ')}</th><td>{value}</td></tr>" for name, value in rows.items())
        return f"<table><caption>City of {len(self.index)} sub-districts</caption>{cells}</table>"


def _once(layer: str, parts: list[tuple[bool, pd.DataFrame]]) -> pd.DataFrame:
    """Rows of several sub-districts under each other; of one that stands in several our own, else the first."""
    joined = pd.concat([frame for _, frame in parts], ignore_index=True)
    ids = joined[LAYERS[layer].id]
    if not ids.duplicated().any():
        return joined
    ours = np.concatenate([np.full(len(frame), own) for own, frame in parts])
    kept = np.where(ids.isin(ids[ours]), ours, ~ids.duplicated())
    return joined[kept].reset_index(drop=True)


@lru_cache(maxsize=24)  # a sub-district is a neighbour of some eight, which are worked on about together
def read_near(file: str) -> dict[str, pd.DataFrame]:
    """What others may need of a sub-district: its streets, sites, teams and sessions, never its households."""
    tables, _ = read_tables(file, only=NEAR_LAYERS)
    frames = {}
    for name in NEAR_LAYERS:
        if name in tables:
            table = tables[name]
            frame = table.frame
            frames[name] = frame if table.geometry is None else frame.assign(geometry=table.geometry)
    return frames


def _within(frames: dict[str, pd.DataFrame], own, halo_m: float, crs) -> dict[str, pd.DataFrame]:
    """The sites near the box, the teams that start there, the sessions held there, and streets a little farther.

    Farther, so that a site at the halo's edge lies on the street on which it lies in the whole city.
    """
    out = {}
    for name, reach_m in (("roads", halo_m + SNAP_M), ("sites", halo_m)):
        if name in frames:
            shapes = frames[name]["geometry"].to_numpy()
            west, south, east, north = own.bounds
            box = shapely.box(west - reach_m, south - reach_m, east + reach_m, north + reach_m)
            shapely.prepare(box)
            out[name] = gpd.GeoDataFrame(frames[name][shapely.intersects(box, shapes)], geometry="geometry", crs=crs)
    sites = out["sites"].assign(inside=False) if "sites" in out else None
    if sites is None:
        return out
    out["sites"] = sites
    if "teams" in frames:
        out["teams"] = frames["teams"][frames["teams"]["base_site_id"].isin(sites["site_id"])]
    if "sessions" in frames and "teams" in out:
        held = frames["sessions"]["site_id"].isin(sites["site_id"])
        known = frames["sessions"]["team_id"].isna() | frames["sessions"]["team_id"].isin(out["teams"]["team_id"])
        out["sessions"] = frames["sessions"][held & known]
    return out


def open_city(path: Any) -> City:
    """Open a city's folder; its sub-districts are opened one at a time, when they are asked for.

    Parameters
    ----------
    path : path-like
        A folder that `write_city`, `cut_city` or ``./dev city`` made.

    Returns
    -------
    City

    Raises
    ------
    IoError
        When the index is missing, damaged, or of a newer format.

    Examples
    --------
    >>> import libgrid as lg, tempfile
    >>> folder = tempfile.mkdtemp()
    >>> city = lg.write_city(folder, [("TW", lg.datasets.load("town"))])
    >>> lg.open_city(folder).open("TW").plan
    Plan('today': 88 of 88 blocks in 7 grids)
    """
    folder = Path(path)
    tables, meta = read_tables(str(folder / INDEX))
    if meta.extra.get("city_format") != FORMAT or LAYER not in tables:
        raise IoError(f"{folder / INDEX}: no city's index of format {FORMAT}; make the folder again with write_city")
    table = tables[LAYER]
    return City(folder, gpd.GeoDataFrame(table.frame, geometry=table.geometry, crs=meta.crs), meta.origin)
