"""Opening and saving study areas."""

from __future__ import annotations

import os

import geopandas as gpd
import pandas as pd

from . import _core
from .rules import ReadingRules
from .schema import LAYERS
from .study_area import StudyArea


def open_study_area(
    path, *, edited: bool = False, strict: bool = False, rules: ReadingRules | None = None
) -> StudyArea:
    """Open a study area's GeoPackage: the layers blocks, households, grids, sites, teams, sessions and roads.

    Any layer may be absent. A file that libgrid saved is checked against its content hashes; one that QGIS or another
    program made is read as it is.

    Parameters
    ----------
    path : path-like
    edited : bool
        A file that libgrid saved and another program changed since does not have the content that was saved, and is
        refused like a damaged one. Say True when the change was meant.
    strict, rules
        As in `StudyArea.from_frames`.

    Returns
    -------
    StudyArea

    Raises
    ------
    IoError
        When the file cannot be read, was damaged, or was written by a newer libgrid.
    InvalidInput
        When it holds none of the layers, or a layer has no CRS.
    """
    from .io import read_tables

    tables, meta = read_tables(os.fspath(path), check_hashes=not edited)
    crs = _known_crs(meta.crs)
    mixed = [note for note in meta.notes if "another CRS" in note]
    if mixed:
        raise _core.InvalidInput(f"{path}: {'; '.join(mixed)}; bring all layers into one CRS and open it again")
    frames = {}
    for name in LAYERS:
        table = tables.get(name)
        if table is None:
            continue
        frame = table.frame
        if table.geometry is not None:
            frame = gpd.GeoDataFrame(frame, geometry=table.geometry, crs=crs)
        frames[name] = pd.DataFrame(frame) if table.geometry is None else frame
    if not frames:
        raise _core.InvalidInput(
            f"{path}: none of the layers {', '.join(LAYERS)} is there; the file holds {', '.join(tables) or 'nothing'}"
        )
    area = StudyArea.from_frames(
        **frames, crs=crs, origin=meta.origin, max_people=int(meta.extra.get("max_people", 1000)), rules=rules
    )
    if strict:
        area.issues.require_ok(os.fspath(path))
    return area


def _known_crs(text: str) -> str | None:
    """The file's CRS, None where it does not say or says "undefined": then the layer is named and a hint given."""
    return text if text and "undefined" not in text[:200].lower() else None


def crs_text(crs) -> str:
    """A code where the registry has one, else WKT."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def save_study_area(area: StudyArea, path) -> None:
    """Write every layer of the area into one GeoPackage, atomically."""
    from .io import TableFrame, write_tables

    tables = {}
    for name in area._tables:
        frame = area.layer(name)
        kind = LAYERS[name].geometry or "none"
        shapes = None
        if isinstance(frame, gpd.GeoDataFrame):
            # Grid outlines follow from the blocks, but a reader in QGIS wants to see them.
            shapes = (area.grids if name == "grids" else frame).geometry.to_numpy()
            frame = pd.DataFrame(frame.drop(columns="geometry"))
        tables[name] = TableFrame(frame=frame, kind=kind, geometry=shapes)
    write_tables(
        os.fspath(path),
        tables,
        crs=crs_text(area.crs),
        origin=area.frame_origin,
        extra={"max_people": str(area.max_people)},
    )
