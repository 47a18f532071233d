"""history: the generations in a study area's file, and the way back to one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .common import AsJson, app, show


@app.command()
def history(
    area: Annotated[Path, typer.Argument(help="A study area's GeoPackage.")],
    restore: Annotated[int | None, typer.Option(help="Make this generation the newest one.")] = None,
    as_json: AsJson = False,
) -> None:
    """What was saved when and why; with --restore, an older state becomes the newest."""
    from .. import history as read_history
    from .. import open_study_area

    if restore is not None:
        open_study_area(area, generation=restore).save(area, note=f"generation {restore} again")
    table = read_history(area)
    if as_json:
        typer.echo(json.dumps({"history": json.loads(table.to_json(orient="records"))}, ensure_ascii=False))
    else:
        show(table, False, "history")
