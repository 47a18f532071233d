"""path: the way from one place to another, with street names."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import typer

from .common import AreaPath, AsJson, Lang, Out, app, check_lang, open_area, show_shapes


@app.command()
def path(
    area: AreaPath,
    start: Annotated[str, typer.Argument(metavar="FROM", help="household:ID, site:ID, or x,y in the area's CRS.")],
    end: Annotated[str | None, typer.Argument(metavar="TO", help="As FROM; default: the nearest open site.")] = None,
    mode: Annotated[str, typer.Option(help="Travel mode.")] = "walk",
    lang: Lang = "zh",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """The shortest way, step by step: streets, metres, seconds, turns."""
    from .. import RoadNetwork, find_path
    from ..area_times import nearest_open_site_of
    from ..questions import Settings

    check_lang(lang)
    opened = open_area(area)
    network = RoadNetwork.from_frame(opened.roads, mode=mode)
    origin = _place(opened, start)
    if end is None:
        site = nearest_open_site_of(opened, origin, Settings(access_mode=mode))
        destination = None if site is None else opened.points("sites")[site]
    else:
        destination = _place(opened, end)
    way = None if destination is None else find_path(network, origin, destination)
    if not way:
        typer.echo("no way" if lang == "en" else "无路可达", err=True)
        raise typer.Exit(1)
    steps = way.steps.drop(columns=["text_en" if lang == "zh" else "text_zh"])
    steps = steps.rename(columns={f"text_{lang}": "text"})
    steps[["metres", "seconds"]] = steps[["metres", "seconds"]].round(1)
    show_shapes(steps, out, as_json, "path")
    if not as_json:
        typer.echo(f"{way.length_m:,.0f} m, {way.time_s / 60:,.1f} min")


def _place(area, text: str) -> np.ndarray:
    """The coordinates of household:ID, site:ID or x,y."""
    layer, _, name = text.partition(":")
    if layer in ("household", "site") and name:
        row = area.ids(f"{layer}s").get_indexer([name])[0]
        if row < 0:
            raise typer.BadParameter(f"no {layer} has this id", param_hint=layer)
        return area.points(f"{layer}s")[row]
    try:
        x, y = (float(v) for v in text.split(","))
    except ValueError:
        raise typer.BadParameter("give household:ID, site:ID or x,y", param_hint="FROM, TO") from None
    return np.array([x, y])
