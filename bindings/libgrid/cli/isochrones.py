"""isochrones: what is within reach of the sites or the teams, as polygons."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import typer

from .common import AreaPath, AsJson, Out, app, minutes_of, open_area, show_shapes


@app.command()
def isochrones(
    area: AreaPath,
    origin: Annotated[str, typer.Option(help="sites (patients walk in) or teams (who drive out)")] = "sites",
    minutes: Annotated[str, typer.Option(help="Thresholds, e.g. 5,10,15.")] = "5,10,15",
    mode: Annotated[str | None, typer.Option(help="Travel mode; default walk for sites, each team's own.")] = None,
    share: Annotated[str, typer.Option(help="each, together or nearest (what each reaches first)")] = "each",
    bands: Annotated[bool, typer.Option("--bands", help="Rings between the thresholds.")] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Areas within reach, to the sites or from the teams (turnout counts): to GeoJSON or GeoPackage, or as a table."""
    from ..area_isochrones import area_isochrones

    opened = open_area(area)
    shapes = area_isochrones(opened, origin=origin, minutes=minutes_of(minutes), mode=mode, share=share, bands=bands)
    table = shapes.assign(area_km2=np.round(shapes.area / 1e6, 4))
    show_shapes(table, out, as_json, "isochrones")
