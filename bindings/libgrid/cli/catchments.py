"""catchments: who is served first by which site or team."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import AreaPath, AsJson, Out, app, minutes_of, open_area, show, show_shapes


@app.command()
def catchments(
    area: AreaPath,
    origin: Annotated[str, typer.Option(help="sites (patients come) or teams (who drive out)")] = "sites",
    minutes: Annotated[str | None, typer.Option(help="Threshold; default 15 for sites, 10 for teams.")] = None,
    mode: Annotated[str | None, typer.Option(help="The patients' travel mode; default walk.")] = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Whom each site or team serves first, and whom it reaches: a table, or polygons in a file."""
    from .. import build_catchments

    threshold_s = None if minutes is None else 60 * minutes_of(minutes)[0]
    found = build_catchments(open_area(area), origin=origin, mode=mode, threshold_s=threshold_s)
    if out is None:
        show(found.summary, as_json, "catchments")
        return
    show_shapes(found.polygons.merge(found.summary, on=f"{origin[:-1]}_id"), out, as_json, "catchments")
