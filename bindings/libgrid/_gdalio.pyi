"""Files through GDAL and SQLite; the only extension that loads libgdal. Users import libgrid.io instead."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

_Limits = tuple[int, int, int, float] | None
_Progress = Callable[[int, int], object] | None

format: str

def read_geopackage(
    path: str,
    check_hashes: bool = True,
    generation: int = 0,
    limits: _Limits = None,
    on_progress: _Progress = None,
    keep_faulty_rows: bool = False,
    only: Sequence[str] = (),
) -> dict[str, Any]: ...
def write_geopackage(
    path: str,
    tables: Sequence[Mapping[str, Any]],
    *,
    crs: str,
    origin: tuple[float, float] | None,
    extra: Mapping[str, str],
    note: str = "",
    saved_at: str = "",
    keep_generations: int | None = None,
    begun_from: str = "",
    accept_edited: bool = False,
    overwrite: bool = False,
    on_progress: _Progress = None,
) -> dict[str, Any]: ...
def read_history(path: str) -> list[dict[str, Any]]: ...
def content_hash(table: Mapping[str, Any]) -> str: ...
def sniff_format(path: str) -> str: ...
def list_layers(path: str) -> list[str]: ...
def read_raster(
    path: str,
    band: int,
    bounds: tuple[float, float, float, float] | None,
    most_cells: int,
    on_progress: _Progress = None,
) -> dict[str, Any]: ...
def write_raster(
    path: str,
    values: Any,
    x0: float,
    y0: float,
    cell_x: float,
    cell_y: float,
    crs: str,
    on_progress: _Progress = None,
) -> None: ...
def read_vector(
    path: str, layer: str = "", encoding: str = "", limits: _Limits = None, on_progress: _Progress = None
) -> dict[str, Any]: ...
def describe_crs(text: str) -> dict[str, Any]: ...
def native_versions() -> dict[str, str]: ...

class LayerStream:
    def __init__(
        self,
        path: str,
        layer: str,
        columns: Sequence[str] = (),
        with_geometry: bool = True,
        keep_faulty_rows: bool = False,
        check_pages: bool = True,
        limits: _Limits = None,
    ) -> None: ...
    @property
    def row_count(self) -> int: ...
    @property
    def crs(self) -> str: ...
    @property
    def empty(self) -> dict[str, Any]: ...
    def next(self, most: int) -> tuple[dict[str, Any], list[tuple[str, int, str]]]: ...
