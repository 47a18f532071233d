"""Opening and saving study areas."""

from __future__ import annotations

import datetime
import os
import re

import geopandas as gpd
import pandas as pd

from . import _core, plans, quarantine
from .limits import ReadLimits
from .rules import ReadingRules
from .schema import LAYERS
from .study_area import StudyArea


def open_study_area(
    path,
    *,
    edited: bool = False,
    generation: int | None = None,
    limits: ReadLimits | None = None,
    strict: bool = False,
    rules: ReadingRules | None = None,
) -> StudyArea:
    """Open a study area's GeoPackage: the layers blocks, households, grids, sites, teams, sessions and roads.

    Any layer may be absent; rows whose geometry or cells cannot be read are set aside. A file that libgrid saved is
    checked against its content hashes, and brings its named plans and what was set aside; one that QGIS or another
    program made is read as it is.

    Parameters
    ----------
    path : path-like
    edited : bool
        A file that libgrid saved and another program changed since does not have the content that was saved, and is
        refused like a damaged one. Say True when the change was meant.
    generation : int, optional
        A former generation, as :func:`history` lists them. Saved to the same path, it becomes the newest one.
    limits : ReadLimits, optional
        What the file may ask of this computer.
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

    tables, meta = read_tables(
        os.fspath(path), check_hashes=not edited, generation=generation, limits=limits, keep_faulty_rows=True
    )
    crs = known_crs(meta.crs)
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
    area = StudyArea._read(
        frames,
        crs,
        meta.origin,
        int(meta.extra.get("max_people", 1000)),
        False,
        rules or ReadingRules(),
        {name: tables[name].faults for name in frames},
    )
    if strict:
        area.issues.require_ok(os.fspath(path))
    if not meta.format:
        return area
    kept = {name: tables[name].frame for name in (quarantine.ROWS, quarantine.ISSUES, plans.TABLE) if name in tables}
    if quarantine.ROWS in kept:
        area = area._with(ledger=quarantine.add_to(area._ledger, kept, area.crs))
    if plans.TABLE in kept:
        area = area._with(plans=plans.from_table(area, kept[plans.TABLE]))
    return area._with(begun_from={os.path.realpath(path): (meta.fingerprint, edited)})


def history(path) -> pd.DataFrame:
    """The generations that a study area's file holds, oldest first, the present one last.

    Each save over a study area keeps what changed of the former content, compressed, in the same file; open one with
    ``open_study_area(path, generation=…)``.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    DataFrame
        generation, saved_at (ISO time, UTC), note, changed (the layers that differ from the generation before),
        present.

    Raises
    ------
    IoError
        When the file cannot be read or is damaged.

    Examples
    --------
    >>> import libgrid as lg, tempfile, os
    >>> path = os.path.join(tempfile.mkdtemp(), "town.gpkg")
    >>> area = lg.datasets.load("town")
    >>> area.save(path)
    >>> area.with_plan(area.plan, name="as it was").save(path, note="a first plan")
    >>> lg.history(path)[["generation", "note", "changed"]].values.tolist()[1]
    [2, 'a first plan', 'plans']
    """
    from .io import read_history

    columns = ["generation", "saved_at", "note", "changed", "present"]
    frame = pd.DataFrame(read_history(os.fspath(path)), columns=columns)
    return frame.assign(changed=[", ".join(layers) for layers in frame["changed"]])


_CRS_WORD = re.compile(r"[A-Za-z]+:\w+$|(PROJ|GEO|BOUND|LOCAL_|COMP|ENG|DERIVED)[A-Z]*\[")


def known_crs(text: str) -> str | None:
    """The file's CRS, None where it does not say or says "undefined": then the layer is named and a hint given.

    A code or WKT only: PROJ would take other texts for the name of a file.
    """
    if not text or "undefined" in text[:200].lower():
        return None
    if not _CRS_WORD.match(text):
        raise _core.InvalidInput("the file's CRS is neither a code such as EPSG:4544 nor WKT")
    return text


def crs_text(crs) -> str:
    """A code where the registry has one, else WKT."""
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.to_wkt()


def save_study_area(area: StudyArea, path, *, note="", when=None, keep=10, overwrite=False) -> None:
    """Write every layer of the area into one GeoPackage, atomically; see :meth:`StudyArea.save`."""
    from .io import TableFrame, write_tables

    tables = layer_tables(area)
    if area.plans:
        tables[plans.TABLE] = TableFrame(plans.to_table(area.plans))
    tables |= {name: TableFrame(frame) for name, frame in quarantine.to_tables(area._ledger).items()}
    if isinstance(keep, bool) or not isinstance(keep, int) or not 0 <= keep <= 1000:
        raise _core.InvalidInput("save: keep is a number of former generations, 0 to 1000")
    if "\0" in os.fsdecode(path):
        raise _core.IoError("save: a file name with a NUL in it; give the name of a file on this computer")
    place = os.path.realpath(path)
    fingerprint, edited = area._begun_from.get(place, ("", False))
    receipt = write_tables(
        os.fspath(path),
        tables,
        crs=crs_text(area.crs),
        origin=area.frame_origin,
        extra={"max_people": str(area.max_people)},
        note=note,
        saved_at=_time(when, exists=os.path.exists(place)),
        keep_generations=keep,
        begun_from=fingerprint,
        accept_edited=edited,
        overwrite=overwrite,
    )
    area._begun_from[place] = (receipt.fingerprint, False)


def layer_tables(area: StudyArea) -> dict:
    """The area's layers as its file holds them."""
    from .io import TableFrame

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
    return tables


def layer_hashes(area: StudyArea) -> dict[str, str]:
    """The content hash of each layer, as the area's file keeps it."""
    from .io import content_hash

    return {name: content_hash(name, table) for name, table in layer_tables(area).items()}


def _time(when, *, exists: bool) -> str:
    """The time of a save. A first save has none unless it is said, so that the same content gives the same bytes."""
    if when is None:
        return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if exists else ""
    if isinstance(when, datetime.datetime):
        when = when.astimezone(datetime.UTC)
        return when.strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        datetime.datetime.fromisoformat(str(when))
    except ValueError:
        raise _core.InvalidInput(f"save: when is a datetime or an ISO time, not {str(when)[:40]!r}") from None
    return str(when)
