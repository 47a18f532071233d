"""The command line: the same verbs as in Python, for people who do not write any. One file a command."""

from __future__ import annotations

import sys

import typer

from . import (  # noqa: F401 (each registers its command)
    bounds,
    catchments,
    check,
    city,
    city_redraw,
    compare,
    convert,
    coverage,
    demo,
    doctor,
    explore,
    history,
    isochrones,
    number,
    path,
    redraw,
    repair,
    report,
    round,
    scenario,
    sessions,
    workload,
)
from .common import app
from .demo import HEADLINES

__all__ = ["HEADLINES", "app", "main"]


def main() -> None:
    """Entry point: our own errors are one line, not a traceback."""
    from .._core import Error

    try:
        app()
    except Error as error:
        typer.echo(f"libgrid: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)
