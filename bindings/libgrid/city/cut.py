"""One file with a whole city, cut into the folder of sub-districts that `open_city` opens: in = written + set aside."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from .._core import InvalidInput, IoError
from ..issues import Issues
from ..limits import ReadLimits
from ..progress import Progress, progress_callback
from .city import INDEX, City, open_city
from .cut_layers import open_source
from .cut_parts import USUAL, find_parts
from .cut_rows import Cutter
from .writing import write_index

SET_ASIDE = "set_aside.gpkg"


@dataclass(frozen=True, eq=False, repr=False)
class CityCut:
    """What came of cutting a city; made by `cut_city`.

    Attributes
    ----------
    city : City
        The folder, opened.
    by : str
        What told the sub-districts, in words.
    ledger : DataFrame
        By layer: read (with what the source's own makers had set aside) = written + set_aside + set_aside_in_parts, and
        copies: streets, teams, sites, sessions and
        grids above others that stand in more than one sub-district, counted beyond the first. What was set aside in a
        part stands in that part's own file, with its reason.
    set_aside : dict of DataFrame
        By layer, the rows that are in no sub-district, with row, code and reason; also in ``set_aside.gpkg`` of the
        folder.
    issues : Issues
        What was found about the cut: rows in no sub-district, ids that stand twice, grids and teams in several.
    """

    city: City
    by: str
    ledger: pd.DataFrame
    set_aside: dict[str, pd.DataFrame] = field(repr=False)
    issues: Issues = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        return self.ledger

    def __repr__(self) -> str:
        aside = int(self.ledger[["set_aside", "set_aside_in_parts"]].to_numpy().sum())
        return (
            f"CityCut({len(self.city)} sub-districts by {self.by}: {int(self.ledger['written'].sum()):,} rows written, "
            f"{aside:,} set aside)"
        )

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>" + self.ledger.to_html(index=False) + self.issues.to_html()


def cut_city(
    source: Any,
    folder: Any,
    *,
    by: Any = USUAL,
    crs: Any = None,
    origin: tuple[float, float] | None = None,
    max_people: int | None = None,
    limits: ReadLimits | None = None,
    overwrite: bool = False,
    progress: Progress = False,
) -> CityCut:
    """Cut one file with a whole city into a folder of sub-districts.

    The file is read twice, in pieces of 65,536 rows: first whose each row is, then the rows themselves, which wait on
    disk until their sub-district is written. In memory are a piece, one sub-district, grids, sites, teams and
    sessions, the ids of blocks, and of each household eight bytes for its id and four for its sub-district; without
    outlines also the blocks' polygons. The file's pages are checked, its content hashes are not: they are of whole
    layers. Nobody can write it meanwhile.

    A grid goes to the sub-district in which most of its blocks lie, and is kept whole; its blocks go with it, and
    households with their block, else with their grid, else by their place. A team goes to every sub-district in which
    it looks after a grid, with its base; a street, whole, to every one that it comes within 30 m of.

    Parameters
    ----------
    source : path-like, or mapping of layer name to path, frame or Layer
        A GeoPackage with any of the layers households, blocks, grids, sites, teams, sessions, roads and plans, which is
        streamed; or tables as `StudyArea.from_frames` takes them, and files that `read_layer` reads, which are taken
        whole.
    folder : path-like
        Made where it is missing.
    by : str or GeoDataFrame
        What tells the sub-districts. "subdistrict": the outlines in a layer ``subdistricts``, else a column
        ``subdistrict_id``, else the topmost grids. Or the name of another layer of outlines ("communities"), of a
        column, a level of grids, "parents" for the topmost, or a GeoDataFrame of outlines with ``subdistrict_id``.
    crs : str or pyproj.CRS, optional
        The planar CRS of all, where the source does not say.
    origin : (x, y), optional
        Of the millimetre frame that all share; by default the source's own, else the middle of the ground in whole
        kilometres.
    max_people : int, optional
        As in `StudyArea.from_frames`.
    limits : ReadLimits, optional
        What the file may ask of this computer; vertices and seconds hold for each piece.
    overwrite : bool
        Replace a city that stands in the folder.
    progress : bool or callable
        Counts rows.

    Returns
    -------
    CityCut

    Raises
    ------
    InvalidInput
        When nothing tells the sub-districts, an id of theirs cannot name a file, or no row is in one of them.
    IoError
        When the source cannot be read, the folder holds a city and `overwrite` is False, or the disk is full. The
        folder then has no index, and is not taken for a city.

    Examples
    --------
    >>> import libgrid as lg, tempfile
    >>> cut = lg.cut_city(lg.datasets.path("town"), tempfile.mkdtemp(), by="parents")
    >>> found = cut.ledger.set_index("layer")
    >>> bool((found["read"] == found[["written", "set_aside", "set_aside_in_parts"]].sum(axis=1)).all())
    True
    """
    place = Path(folder)
    opened = open_source(source, crs, limits)
    parts = find_parts(opened, by)
    if max_people is not None:
        opened.max_people = max_people
    _make_room(place, overwrite)
    scratch = Path(tempfile.mkdtemp(prefix=".cut-", dir=place))
    try:
        with progress_callback(progress, "city") as on_progress:
            cutter = Cutter(opened, parts, scratch, origin, on_progress)
            rows = [row for at in range(len(parts.names)) if (row := cutter.write(place, at)) is not None]
        if not rows:
            raise InvalidInput(f"{opened.where or 'source'}: no row is in any sub-district by {parts.how}")
        ledger = cutter.ledger
        ledger.save(place / SET_ASIDE, cutter.crs_text)
        city = write_index(place, rows, cutter.crs_text, cutter.origin)
    except OSError as error:
        if isinstance(error, IoError):
            raise
        raise IoError(f"{place}: the city could not be written ({error})") from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        if opened.hold is not None:
            opened.hold.close()
    return CityCut(city, parts.how, ledger.frame(), ledger.set_aside(), ledger.issues())


def _make_room(place: Path, overwrite: bool) -> None:
    """The folder, empty of a former city."""
    place.mkdir(parents=True, exist_ok=True)
    index = place / INDEX
    if not index.exists():
        return
    if not overwrite:
        raise IoError(f"{place}: a city stands there already; choose another folder, or overwrite=True to replace it")
    files = [place / name for name in open_city(place).index["file"]]
    index.unlink()  # first: half of a folder is no city
    for file in [*files, place / SET_ASIDE]:
        file.unlink(missing_ok=True)
