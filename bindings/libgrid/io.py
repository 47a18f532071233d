"""Files in and out: our own GeoPackages, other programs' vector files, and plan tables.

GDAL sits behind `libgrid._gdalio`, which is loaded at the first call, so that a user who brings frames never
loads it. Codes and ids are text: ``"0012"`` keeps its zeros and ``5101170080010`` never becomes ``5.1e12``.
"""

from __future__ import annotations

from ._geopackage import (
    FileMeta,
    Receipt,
    TableFrame,
    content_hash,
    read_history,
    read_tables,
    write_tables,
)
from ._layer_file import write_layer
from ._layer_stream import LayerPiece, LayerStream
from ._plan_table import PlanTable, read_plan_table, write_plan_table
from ._vector import VectorRead, describe_crs, list_layers, read_vector, sniff_format

__all__ = [
    "FileMeta",
    "LayerPiece",
    "LayerStream",
    "PlanTable",
    "Receipt",
    "TableFrame",
    "VectorRead",
    "content_hash",
    "describe_crs",
    "list_layers",
    "read_history",
    "read_plan_table",
    "read_tables",
    "read_vector",
    "sniff_format",
    "write_layer",
    "write_plan_table",
    "write_tables",
]
