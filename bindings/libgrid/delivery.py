"""From the files of a delivery to one study area: what each file is, what was understood, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from . import _core
from .blocks import build_blocks
from .check import check
from .issues import Issues
from .readers import Layer, read_layer
from .repair import repair
from .schema import LAYERS
from .study_area import StudyArea

BUILDINGS = "buildings"
TABLES = (*LAYERS, BUILDINGS)


@dataclass(frozen=True)
class Source:
    """One file of a delivery, and what its maker says of it: see `read_layer`."""

    path: Path
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    columns: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """What came of the files: the layers as read, and the area that they make.

    Attributes
    ----------
    layers : dict of str to Layer
        By table; ``"buildings"`` are the footprints that the blocks were made of.
    area : StudyArea
    """

    layers: dict[str, Layer]
    area: StudyArea

    @property
    def ledger(self) -> pd.DataFrame:
        """By layer, rows read = accepted + repaired + set aside, from the file to the area."""
        ledger = self.area.ledger
        if BUILDINGS in self.layers:
            row = {"layer": BUILDINGS, **self.layers[BUILDINGS].ledger}
            ledger = pd.concat([pd.DataFrame([row]), ledger], ignore_index=True)
        return ledger

    def repaired(self, progress: bool | Callable[[int, int], object] = False) -> tuple[Delivery, gpd.GeoDataFrame]:
        """The delivery with neighbours sharing their borders, and every change: see `libgrid.repair`."""
        area, changes = repair(self.area, progress=progress)
        return replace(self, area=area), changes

    def check(self) -> Issues:
        """Everything that was found on the way, and by `check` in the area."""
        found = check(self.area)
        return self.layers[BUILDINGS].issues + found if BUILDINGS in self.layers else found


def read_delivery(
    sources: Mapping[str, Source],
    *,
    crs=None,
    max_people: int = 1000,
    progress: bool | Callable[[int, int], object] = False,
) -> Delivery:
    """Read every file and join them into one study area.

    Parameters
    ----------
    sources : mapping of table to Source
        The tables of a study area; ``"buildings"`` instead of ``"blocks"`` makes blocks out of footprints.
    crs : str or pyproj.CRS, optional
        The area's planar CRS in metres; needed where no file has one.
    max_people : int
        As in `StudyArea.from_frames`.
    progress : bool or callable

    Raises
    ------
    InvalidInput
        As `read_layer` and `StudyArea.from_frames`; both blocks and buildings; no CRS (the message proposes one).
    IoError
        As `read_layer`.
    """
    unknown = [name for name in sources if name not in TABLES]
    if unknown or not sources:
        raise _core.InvalidInput(
            f"give at least one file of {', '.join(TABLES)}" + (f"; not {unknown}" * bool(unknown))
        )
    if {"blocks", BUILDINGS} <= set(sources):
        raise _core.InvalidInput("give blocks or buildings, not both: blocks would be made of the buildings")
    layers = {name: _read(name, source, progress) for name, source in sources.items()}
    if crs is None and not any(_is_planar(layer) for layer in layers.values()):
        raise _core.InvalidInput(f"the area's CRS is needed{_proposal(layers)}")
    tables: dict[str, object] = {name: layer for name, layer in layers.items() if name != BUILDINGS}
    if BUILDINGS in layers:
        footprints = layers[BUILDINGS].frame
        target = crs or next(layer.crs for layer in layers.values() if _is_planar(layer))
        tables["blocks"] = build_blocks(_keyed(footprints).to_crs(target), progress=progress)
    return Delivery(layers, StudyArea.from_frames(**tables, crs=crs, max_people=max_people))


def _read(name: str, source: Source, progress) -> Layer:
    from .io import sniff_format

    layer = source.layer
    if layer is None and sniff_format(source.path) == "OSM PBF":
        layer = "roads" if name == "roads" else BUILDINGS
    return read_layer(
        source.path,
        layer,
        encoding=source.encoding,
        crs=source.crs,
        columns=source.columns,
        table="blocks" if name == BUILDINGS else name,
        progress=progress,
    )


def _keyed(footprints: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Footprints with ids, without those that have no shape: they were told by the reader."""
    if not isinstance(footprints, gpd.GeoDataFrame):
        raise _core.InvalidInput("buildings: the file has no geometry")
    return footprints[~(footprints.geometry.isna() | footprints.geometry.is_empty)].reset_index(drop=True)


def _is_planar(layer: Layer) -> bool:
    return layer.crs is not None and layer.crs.is_projected


def _proposal(layers: dict[str, Layer]) -> str:
    """The zone that the longitudes lie in: CGCS2000 of three degrees in China, UTM elsewhere."""
    middles = [
        layer.frame.geometry.total_bounds for layer in layers.values() if layer.crs is not None and len(layer.frame)
    ]
    if not middles or not np.isfinite(middles).all():
        return ", e.g. EPSG:4544"
    west, south, east, north = np.median(middles, axis=0)
    lon, lat = (west + east) / 2, (south + north) / 2
    if 73.5 <= lon <= 135 and 15 <= lat <= 54:
        code = 4534 + round((lon - 75) / 3)
    else:
        code = (32600 if lat >= 0 else 32700) + int((lon + 180) // 6) + 1
    return f": the files are in degrees about {lon:.2f}, {lat:.2f}; EPSG:{code} fits there"
