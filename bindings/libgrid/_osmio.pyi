"""OpenStreetMap files through libosmium; loads neither GDAL nor SQLite. Users import libgrid.osm instead."""

from collections.abc import Callable
from typing import Any

_Progress = Callable[[int, int], object] | None
_Box = tuple[float, float, float, float] | None

def read_roads(path: str, bbox: _Box = None, threads: int = 0, on_progress: _Progress = None) -> dict[str, Any]: ...
def read_buildings(path: str, bbox: _Box = None, threads: int = 0, on_progress: _Progress = None) -> dict[str, Any]: ...
