"""explore: the area, or a plan of it, as a page to walk through."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, Lang, PlanPath, app, check_lang, open_area, open_plan


@app.command()
def explore(
    area: AreaPath,
    out: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("explore.html"),
    plan: PlanPath = None,
    lang: Lang = "zh",
    assess: Annotated[bool, typer.Option(help="Colour the grids by response, coverage and load.")] = True,
    households: Annotated[bool, typer.Option(help="A dot for each household, without any data on it.")] = False,
) -> None:
    """Write an offline map to walk through: pan, zoom, point, find by id. For the office."""
    from .. import assess as assess_area
    from .. import explore as explore_page

    opened = open_area(area)
    chosen = open_plan(opened, plan) if plan else None
    shown = assess_area(opened, chosen) if assess else chosen if chosen is not None else opened
    page = explore_page(shown, lang=check_lang(lang), title=area.stem, households=households)
    typer.echo(f"{page.save(out)}")
