"""The layers of what is to be cut into sub-districts: a GeoPackage read in pieces, or tables that are here already."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .. import plans, quarantine
from .._core import InvalidInput, IoError
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
        places = geometry and self.kind == "none" and self.name in LAYERS and LAYERS[self.name].geometry == "point"
        if places and columns:
            columns = (*columns, "x", "y")
        with self._stream(columns, geometry) as stream:
            if stream.row_count != self.row_count:
                raise IoError(f"{self.path}: {self.name} was changed while it was read; cut the file again")
            for piece in stream:
                yield replace(piece, xy=_xy_columns(piece.frame)) if places else piece

    def given(self, piece: LayerPiece) -> pd.DataFrame:
        """A piece as the study area's door takes it: points as columns x and y, other shapes as well-known binary."""
        if piece.kind == "point":
            return piece.frame.assign(x=piece.xy[:, 0], y=piece.xy[:, 1])
        return piece.frame if piece.geometry is None else piece.frame.assign(**{WKB: shapely.to_wkb(piece.geometry)})


WKB = "__wkb"  # the column of shapes in given rows of lines and polygons


def has_wkb(name: str, given: pd.DataFrame) -> bool:
    """Whether given rows bear their shapes in a column of ours, not a user's of the same name."""
    return LAYERS[name].geometry in ("line", "polygon") and WKB in given


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
        return _xy_columns(part)

    def given(self, piece: LayerPiece) -> pd.DataFrame:
        """A piece as it came: the study area's door brings it into its CRS and says so."""
        return self.frame.iloc[piece.begin : piece.begin + len(piece)]


def _xy_columns(frame: pd.DataFrame) -> np.ndarray:
    """Places from the columns x and y, as the study area's door takes them; NaN where there are none."""
    if not {"x", "y"} <= set(frame.columns):
        return np.full((len(frame), 2), np.nan)
    numbers = [pd.to_numeric(frame[c], errors="coerce").to_numpy(float, na_value=np.nan) for c in ("x", "y")]
    return np.column_stack(numbers)


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
    aside: dict[str, pd.DataFrame] = field(default_factory=dict)  # what the file's own makers had set aside
    hold: LayerStream | None = None  # keeps writers out of the file until the cut is done

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
    tables = isinstance(source, Mapping)
    opened = _from_tables(source, crs, limits) if tables else _from_file(os.fspath(source), crs, limits)
    for name, layer in opened.layers.items():
        _require_shape(opened.where, name, layer)
    return opened


def _require_shape(where: str, name: str, layer: FileLayer | TableLayer) -> None:
    """Raises InvalidInput for a layer without ids, or of points that are none."""
    schema = LAYERS[name]
    if schema.id not in layer.columns:
        raise InvalidInput(
            f"{where}: {name} has no column {schema.id}; the columns are {name_some(layer.columns, 20)}. Rename it, or "
            f"give {{'{name}': a path}} to let read_layer find it"
        )
    if schema.geometry == "point" and isinstance(layer, FileLayer) and layer.kind in ("line", "polygon"):
        raise InvalidInput(f"{where}: {name} is a layer of {layer.kind}s where points are needed; take a point in each")


def _from_file(path: str, crs: Any, limits: ReadLimits | None) -> CitySource:
    names = list_layers(path)
    hold = LayerStream(path, names[0], rows=1, keep_faulty_rows=True, limits=limits) if names else None
    layers = {name: FileLayer(path, name, limits) for name in LAYERS if name in names}
    if not layers:
        raise InvalidInput(
            f"{path}: none of the layers {', '.join(LAYERS)} is there; the file holds {name_some(names) or 'nothing'}. "
            "Give layers of other names as a mapping: cut_city({'households': 'file.gpkg', …}, …) reads them with "
            "read_layer"
        )
    others = {name: FileLayer(path, name, limits) for name in names if name not in LAYERS and name not in _OURS}
    said = {layer.crs for layer in layers.values() if layer.kind != "none"}
    if len(said) > 1:
        raise InvalidInput(f"{path}: its layers have different CRS; bring all layers into one CRS and cut it again")
    known = known_crs(said.pop()) if said else None
    tables, meta = read_tables(path, only=[*_OURS, _SMALL], limits=limits)
    return CitySource(
        layers,
        common_crs({}, crs if crs is not None else known),
        meta.origin,
        int(meta.extra.get("max_people", 1000)),
        tables[plans.TABLE].frame if plans.TABLE in tables and meta.format else None,
        path,
        others,
        {name: tables[name].frame for name in (quarantine.ROWS, quarantine.ISSUES) if name in tables and meta.format},
        hold,
    )


_OURS = (plans.TABLE, quarantine.ROWS, quarantine.ISSUES)
_SMALL = "teams"  # so that not all is read of a file that has none of ours


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
