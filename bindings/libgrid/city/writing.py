"""A city's folder written: each sub-district as it comes, then the index of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from .._core import InvalidInput
from ..files import crs_text
from ..io import TableFrame, write_tables
from ..questions import area_outline
from ..study_area import StudyArea
from .city import FORMAT, INDEX, LAYER, City, open_city

_ID = re.compile(r"[\w][\w.-]{0,62}")


def write_city(path: Any, areas: Iterable[tuple[str, StudyArea]]) -> City:
    """Write sub-districts into a city's folder, each as it comes.

    Parameters
    ----------
    path : path-like
        A folder; made where it is missing.
    areas : iterable of (str, StudyArea)
        Ids of sub-districts and their areas, all in one CRS and frame origin; a generator holds one at a time. Ids of
        grids, sites and teams must differ between sub-districts.

    Returns
    -------
    City
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    rows, shared = [], None
    for name, area in areas:
        frame = (crs_text(area.crs), area.frame_origin)
        shared = shared or frame
        if frame != shared:
            raise InvalidInput(
                f"areas: {name!r} has CRS and origin {frame}, the first sub-district {shared}; make all with the same "
                "crs= and origin="
            )
        rows.append(write_subdistrict(folder, name, area))
    if shared is None:
        raise InvalidInput("areas: a city needs at least one sub-district")
    return write_index(folder, rows, *shared)


def write_subdistrict(folder: Path, name: str, area: StudyArea) -> dict[str, Any]:
    """Write one sub-district's file; gives its row of the index."""
    check_file_name(name)
    area.save(folder / f"{name}.gpkg", keep=0, overwrite=True)
    return index_row(name, area)


def check_file_name(name: str) -> None:
    """Raises InvalidInput for an id that cannot be the name of a sub-district's file."""
    if not _ID.fullmatch(str(name)):
        raise InvalidInput(f"areas: {name!r} cannot name a file; use letters, digits, '.', '-' and '_', at most 63")


def index_row(name: str, area: StudyArea) -> dict[str, Any]:
    counts = {f: len(area.ids(f)) for f in ("households", "blocks", "sites", "teams", "roads")}
    people = sum(float(area.column("households", c).sum()) for c in ("n_usual", "n_short") if counts["households"])
    boxes = [area.points(layer) for layer in ("households", "sites")]
    boxes += [shapely.get_coordinates(area.layer(layer).geometry.to_numpy()) for layer in ("blocks", "roads")]
    xy = np.concatenate(boxes)
    box = [*xy.min(axis=0), *xy.max(axis=0)] if len(xy) else [np.nan] * 4
    modes = sorted(set(area.column("teams", "mode"))) if counts["teams"] else []
    return {
        "subdistrict_id": str(name),
        "file": f"{name}.gpkg",
        **counts,
        "people": int(people),
        "leaf_grids": int(area._core.grids.leaf.sum()),
        "modes": ",".join(modes),
        **dict(zip(("west", "south", "east", "north"), map(float, box), strict=True)),
        "geometry": area_outline(area) if len(xy) else None,
    }


def write_index(folder: Path, rows: list[dict[str, Any]], crs: str, origin: tuple[float, float]) -> City:
    """Write the index of the sub-districts whose rows are given, in their order."""
    frame = pd.DataFrame(rows)
    twice = frame.loc[frame["subdistrict_id"].duplicated(), "subdistrict_id"].tolist()
    if twice:
        raise InvalidInput(f"areas: the sub-district {twice[0]!r} comes twice; give each one id")
    shapes = frame.pop("geometry").to_numpy()
    write_tables(
        str(folder / INDEX),
        {LAYER: TableFrame(frame, "polygon", shapes)},
        crs=crs,
        origin=origin,
        extra={"city_format": FORMAT},
    )
    return open_city(folder)
