"""Rasters in and out: population to households by buildings, zonal statistics, coverage as a raster."""

from .cover import coverage_raster
from .people import RasterHouseholds, households_from_raster
from .raster import Raster, read_raster
from .zones import zonal_statistics

__all__ = ["Raster", "RasterHouseholds", "coverage_raster", "households_from_raster", "read_raster", "zonal_statistics"]
