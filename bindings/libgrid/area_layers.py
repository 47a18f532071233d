"""The layers of a study area as frames, made on demand, and its columns."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ragged import from_polygons
from .schema import LAYERS


class AreaLayers:
    """How a `StudyArea` hands out its layers."""

    def layer(self, name: str) -> gpd.GeoDataFrame | pd.DataFrame:
        """One layer by name; an empty frame with its columns when the area has none."""
        layer = LAYERS[name]
        table = self._tables.get(name)
        if table is None:
            empty = pd.DataFrame({c.name: pd.Series(dtype="str") for c in layer.columns})
            return empty if layer.geometry is None else gpd.GeoDataFrame(empty, geometry=[], crs=self.crs)
        attrs = table.attrs.copy()
        if layer.geometry is None:
            return attrs
        if layer.geometry == "point":
            shapes = shapely.points(self._frame.to_positions(table.geometry))
        elif layer.geometry == "line":
            shapes = table.geometry.copy()
        else:
            shapes = from_polygons(table.geometry, self._frame)
        return gpd.GeoDataFrame(attrs, geometry=shapes, crs=self.crs)

    @property
    def blocks(self) -> gpd.GeoDataFrame:
        return self.layer("blocks")

    @property
    def households(self) -> gpd.GeoDataFrame:
        return self.layer("households")

    @property
    def grids(self) -> gpd.GeoDataFrame:
        """With blocks, the outlines follow from today's plan; without, they are the grids' own polygons."""
        frame = self.layer("grids")
        if self.has_blocks and len(frame):
            frame = frame.set_geometry(gpd.GeoSeries(self.plan.outlines(), crs=self.crs))
        return frame

    @property
    def sites(self) -> gpd.GeoDataFrame:
        return self.layer("sites")

    @property
    def teams(self) -> pd.DataFrame:
        return self.layer("teams")

    @property
    def sessions(self) -> pd.DataFrame:
        return self.layer("sessions")

    @property
    def roads(self) -> gpd.GeoDataFrame:
        return self.layer("roads")

    @property
    def has_blocks(self) -> bool:
        return "blocks" in self._tables and len(self._tables["blocks"]) > 0

    def ids(self, name: str) -> pd.Index:
        """The ids of one layer, in row order."""
        table = self._tables.get(name)
        return pd.Index([], dtype="str") if table is None else table.ids

    def column(self, layer: str, name: str) -> np.ndarray:
        """One attribute column without its geometry."""
        table = self._tables.get(layer)
        return np.array([]) if table is None else table.attrs[name].to_numpy()

    def points(self, layer: str) -> np.ndarray:
        """The (n, 2) coordinates of sites or households in metres."""
        table = self._tables.get(layer)
        return np.empty((0, 2)) if table is None else self._frame.to_positions(table.geometry)

    def household_block(self) -> np.ndarray:
        """The row of each household's block, -1 for none."""
        return self._core.household_block
