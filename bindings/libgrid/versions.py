"""What libgrid stands on, with data paths: the first thing a bug report needs."""

from __future__ import annotations

import importlib.metadata
import platform


def versions() -> dict[str, str]:
    """Versions of libgrid, Python, the native libraries and the Python packages.

    >>> "libgrid" in versions()
    True
    """
    from . import _core, _gdalio

    found = {"python": platform.python_version()}
    for name in ("libgrid", "numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "matplotlib"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    found["geos"] = _core.geos_version()
    found.update(_gdalio.native_versions())
    found.pop("proj_data")  # a path of this machine does not belong on a report
    return found


def library_version() -> str:
    """The version of libgrid, as files name the one that wrote them."""
    try:
        return importlib.metadata.version("libgrid")
    except importlib.metadata.PackageNotFoundError:
        return "of a checkout"


def show_versions() -> None:
    """Print every version, one a line."""
    from . import _gdalio

    for name, version in {**versions(), "proj_data": _gdalio.native_versions()["proj_data"]}.items():
        print(f"{name:12} {version}")
