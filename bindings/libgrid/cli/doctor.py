"""doctor: the versions of everything below libgrid."""

from __future__ import annotations

from .common import app


@app.command()
def doctor() -> None:
    """Print the versions of everything below libgrid, for a bug report."""
    from ..versions import show_versions

    show_versions()
