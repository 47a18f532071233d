"""The layers of what is to be cut into sub-districts: a GeoPackage read in pieces, or tables that are here already."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .. import plans
from .._core import InvalidInput
from ..files import known_crs
from ..intake.whole import common_crs
from ..io import LayerPiece, LayerStream, list_layers, read_tables
from ..issues import Found, name_some
from ..limits import ReadLimits
from ..readers import Layer, read_layer
from ..schema import LAYERS

ROWS = 65_536  # of a piece


class FileLayer:
    """A layer of a GeoPackage, in pieces."""

    def __init__(self, path: str, name: str, limits: ReadLimits | None):
        self.path, self.name, self.limits = path, name, limits
        with self._stream(check_pages=False) as stream:
            self.row_count, self.columns, self.kind, self.crs = (
                stream.row_count,
                stream.columns,
                stream.kind,
                stream.crs,
            )

    def _stream(self, columns=(), geometry=True, check_pages=False) -> LayerStream:
        return LayerStream(
            self.path,
            self.name,
            columns=[c for c in columns if c in self.columns],
            with_geometry=geometry,
            rows=ROWS,
            keep_faulty_rows=True,
            check_pages=check_pages,
            limits=self.limits,
        )

    def pieces(self, columns=(), geometry: bool = True) -> Iterator[LayerPiece]:
        """Its rows in order; only some of the columns where these are named."""
        with self._stream(columns, geometry) as stream:
            yield from stream

    def given(self, piece: LayerPiece) -> pd.DataFrame:
        """A piece as the study area's door takes it: points as columns x and y, other shapes as well-known binary."""
        if piece.kind == "point":
            return piece.frame.assign(x=piece.xy[:, 0], y=piece.xy[:, 1])
        return piece.frame if piece.geometry is None else piece.frame.assign(**{WKB: shapely.to_wkb(piece.geometry)})


WKB = "geometry_wkb"  # the column of shapes in given rows


class TableLayer:
    """A frame or what `read_layer` gave, taken whole; its shapes are looked at in the city's CRS."""

    def __init__(self, name: str, table: Any, crs: pyproj.CRS):
        self.name, self.read = name, table if isinstance(table, Layer) else None
        self.frame = (table.frame if self.read is not None else table).reset_index(drop=True)
        self.row_count, self.columns = len(self.frame), [c for c in self.frame.columns if c != "geometry"]
        self.shapes = None
        if isinstance(self.frame, gpd.GeoDataFrame):
            if self.frame.geometry.name != "geometry":
                self.frame = self.frame.rename_geometry("geometry")
                self.columns = [c for c in self.frame.columns if c != "geometry"]
            shown = self.frame.geometry if self.frame.crs in (None, crs) else self.frame.geometry.to_crs(crs)
            self.shapes = shown.to_numpy()
        self.kind = LAYERS[name].geometry or "none" if name in LAYERS else "polygon"

    def pieces(self, columns=(), geometry: bool = True) -> Iterator[LayerPiece]:
        for begin in range(0, self.row_count, ROWS):
            rows = slice(begin, begin + ROWS)
            part = pd.DataFrame(self.frame.iloc[rows])
            xy, shapes = np.zeros((0, 2)), None
            if geometry and self.kind == "point":
                xy = self._xy(rows, part)
            elif geometry and self.shapes is not None:
                shapes = self.shapes[rows]
            yield LayerPiece(part.reset_index(drop=True), self.kind, xy, shapes, [], begin)

    def _xy(self, rows: slice, part: pd.DataFrame) -> np.ndarray:
        if self.shapes is not None:
            points = shapely.centroid(self.shapes[rows])
            return np.column_stack([shapely.get_x(points), shapely.get_y(points)])
        if {"x", "y"} <= set(part.columns):
            return np.column_stack([pd.to_numeric(part[c], errors="coerce").to_numpy(float) for c in ("x", "y")])
        return np.full((len(part), 2), np.nan)

    def given(self, piece: LayerPiece) -> pd.DataFrame:
        """A piece as it came: the study area's door brings it into its CRS and says so."""
        return self.frame.iloc[piece.begin : piece.begin + len(piece)]


@dataclass
class CitySource:
    """All layers of a city by name, and what holds for all of them."""

    layers: dict[str, FileLayer | TableLayer]
    crs: pyproj.CRS
    origin: tuple[float, float] | None = None
    max_people: int = 1000
    plans: pd.DataFrame | None = None
    where: str = ""  # for messages
    others: dict[str, Any] = field(default_factory=dict)  # layers that are no table of a study area, by name

    def outlines(self, name: str) -> gpd.GeoDataFrame | None:
        """A layer of polygons that is no table of a study area, None when there is none of that name."""
        layer = self.others.get(name)
        if layer is None or isinstance(layer, gpd.GeoDataFrame):
            return layer
        pieces = list(layer.pieces())
        if layer.kind != "polygon" or not pieces:
            return None
        frame = pd.concat([piece.frame for piece in pieces], ignore_index=True)
        return gpd.GeoDataFrame(frame, geometry=np.concatenate([p.geometry for p in pieces]), crs=self.crs)

    def whole(self, name: str) -> pd.DataFrame:
        """All attributes of one of the smaller layers."""
        frames = [piece.frame for piece in self.layers[name].pieces(geometry=False)]
        if not frames:
            return pd.DataFrame({c: pd.Series(dtype="str") for c in self.layers[name].columns})
        return pd.concat(frames, ignore_index=True)

    def found(self) -> list[Found]:
        """What the readers of the layers had found."""
        read = [layer.read for layer in self.layers.values() if isinstance(layer, TableLayer) and layer.read]
        return [found for layer in read for found in layer.issues.found]


def open_source(source: Any, crs: Any, limits: ReadLimits | None) -> CitySource:
    """A path to one GeoPackage, or a mapping of layer names to frames, `Layer`s or paths."""
    if isinstance(source, Mapping):
        return _from_tables(source, crs, limits)
    return _from_file(os.fspath(source), crs, limits)


def _from_file(path: str, crs: Any, limits: ReadLimits | None) -> CitySource:
    names = list_layers(path)
    _check_pages(path, names, limits)
    layers = {name: FileLayer(path, name, limits) for name in LAYERS if name in names}
    if not layers:
        raise InvalidInput(
            f"{path}: none of the layers {', '.join(LAYERS)} is there; the file holds {name_some(names) or 'nothing'}. "
            "Give layers of other names as a mapping: cut_city({'households': 'file.gpkg', …}, …) reads them with "
            "read_layer"
        )
    others = {
        name: FileLayer(path, name, limits)
        for name in names
        if name not in LAYERS and name not in (plans.TABLE, "set_aside", "set_aside_issues")
    }
    said = {layer.crs for layer in layers.values() if layer.kind != "none"}
    if len(said) > 1:
        raise InvalidInput(f"{path}: its layers have different CRS; bring all layers into one CRS and cut it again")
    known = known_crs(said.pop()) if said else None
    tables, meta = read_tables(path, only=[plans.TABLE, _SMALLEST], limits=limits)
    return CitySource(
        layers,
        common_crs({}, crs if crs is not None else known),
        meta.origin,
        int(meta.extra.get("max_people", 1000)),
        tables[plans.TABLE].frame if plans.TABLE in tables and meta.format else None,
        path,
        others,
    )


_SMALLEST = "teams"  # read so that a file of another program is not read whole


def _check_pages(path: str, names: list[str], limits: ReadLimits | None) -> None:
    """Every page of the file found whole, once for all that is read of it."""
    if names:
        with LayerStream(path, names[0], rows=1, keep_faulty_rows=True, check_pages=True, limits=limits):
            pass


def _from_tables(source: Mapping[str, Any], crs: Any, limits: ReadLimits | None) -> CitySource:
    given, others = {}, {}
    for name, table in source.items():
        if isinstance(table, str | os.PathLike):
            table = read_layer(table, table=name if name in LAYERS else None, limits=limits)
        (given if name in LAYERS else others)[name] = table
    if not given:
        raise InvalidInput(f"source: none of the layers {', '.join(LAYERS)} is there; it has {name_some(source)}")
    frames = {name: table.frame if isinstance(table, Layer) else table for name, table in given.items()}
    target = common_crs(frames, crs)
    outlines = {}
    for name, table in others.items():
        frame = table.frame if isinstance(table, Layer) else table
        outlines[name] = frame.to_crs(target) if isinstance(frame, gpd.GeoDataFrame) and frame.crs else frame
    layers = {name: TableLayer(name, given[name], target) for name in LAYERS if name in given}
    return CitySource(layers, target, where="source", others=outlines)
