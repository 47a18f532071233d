"""city: one file with a whole city cut into sub-districts, and these measured."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated

import pandas as pd
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


@city_app.command()
def measure(
    folder: Annotated[Path, typer.Argument(help="A city's folder, as city cut writes it.")],
    workers: Annotated[int, typer.Option(help="Processes that share the sub-districts.")] = 1,
    memory_gb: Annotated[
        float | None, typer.Option(help="What one worker may use; default: this machine's memory shared out.")
    ] = None,
    halo_m: Annotated[float | None, typer.Option(help="How far beyond its edge a sub-district sees.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Who is reached and how the work is shared, by sub-district.

    What cannot be measured is listed with its reason, the rest is measured; exit code 1 then.
    """
    from .. import measure_city, open_city

    if workers < 1:
        raise typer.BadParameter("give at least one", param_hint="--workers")
    if memory_gb is not None and not memory_gb > 0:
        raise typer.BadParameter("give gigabytes above 0", param_hint="--memory-gb")
    city = open_city(folder)
    room = None if memory_gb is None else int(memory_gb * 1e9)
    with _crew(workers) as executor:
        found = measure_city(
            city, executor=executor, memory_bytes=room, halo_m=halo_m, progress=not quiet and not as_json
        )
    table = pd.DataFrame(found.subdistricts.drop(columns="geometry"))
    if as_json:
        missing = found.missing.to_dict(orient="records")
        rows = json.loads(table.to_json(orient="records"))
        typer.echo(json.dumps({"subdistricts": rows, "missing": missing}, ensure_ascii=False))
    else:
        show(table, False, "subdistricts")
        typer.echo(repr(found))
        for row in found.missing.itertuples(index=False):
            typer.echo(f"missing: {row.subdistrict_id} ({row.what}): {row.reason}", err=True)
    if len(found.missing):
        raise typer.Exit(1)


def _crew(workers: int):
    """A pool of so many processes; none for one."""
    if workers == 1:
        return contextlib.nullcontext()
    import concurrent.futures
    import multiprocessing

    return concurrent.futures.ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
