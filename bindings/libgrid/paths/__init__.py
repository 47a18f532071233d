"""The way itself: nodes, edges, geometry, street names and turns."""

from .find import find_path, find_paths
from .path import Path
from .paths import Paths

__all__ = ["Path", "Paths", "find_path", "find_paths"]
