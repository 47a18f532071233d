"""city: one file with a whole city cut into sub-districts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .common import AsJson, Lang, Quiet, app, check_lang, show

city_app = typer.Typer(no_args_is_help=True, help="A whole city as a folder of sub-districts.")
app.add_typer(city_app, name="city")
_SHOWN = 5  # ids of a kind of issue


@city_app.command()
def cut(
    source: Annotated[Path, typer.Argument(help="One GeoPackage with the layers of a whole city.")],
    folder: Annotated[Path, typer.Argument(help="Where the sub-districts go, one file each, and city.gpkg.")],
    by: Annotated[
        str,
        typer.Option(help="What tells them: a layer of outlines, a column, a level of grids, or 'parents'."),
    ] = "subdistrict",
    crs: Annotated[str | None, typer.Option(help="The planar CRS, where the file does not say.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a city that stands in the folder.")] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Cut one file into sub-districts, streamed; tells what was written, what was set aside, and why."""
    from .. import cut_city

    lang = check_lang(lang)
    done = cut_city(source, folder, by=by, crs=crs, overwrite=overwrite, progress=not quiet and not as_json)
    frame = done.issues.to_frame(lang).drop(columns="geometry")
    if as_json:
        said = {
            "folder": str(folder),
            "by": done.by,
            "subdistricts": done.city.subdistricts,
            "ledger": done.ledger.to_dict(orient="records"),
            "issues": frame.to_dict(orient="records"),
        }
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    show(done.ledger, False, "ledger")
    for (code, layer), rows in frame.groupby(["code", "layer"], sort=False):
        first = rows.iloc[0]
        ids = ", ".join(rows["id"].head(_SHOWN)) + (f", … ({len(rows)} in all)" if len(rows) > _SHOWN else "")
        typer.echo(f"{first['severity']} {code} {layer} {ids}: {first['message']} → {first['fix']}")
    typer.echo(repr(done))
