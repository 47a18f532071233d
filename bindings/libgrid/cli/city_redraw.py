"""city redraw: all micro-grids of a city drawn anew inside their general grids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from .city import _crew, city_app
from .common import AsJson, Quiet, show

_COLUMNS = [
    "subdistrict_id", "status", "micro_grids_before", "micro_grids", "parents_kept", "moved_households", "leads", "gap",
    "boundary_cost_s_before", "boundary_cost_s_after", "teams_over_before", "teams_over_after",
]  # fmt: skip


@city_app.command()
def redraw(
    folder: Annotated[Path, typer.Argument(help="A city's folder, as city cut writes it.")],
    low: Annotated[int, typer.Option(help="The least households and shops of a micro-grid.")] = 30,
    high: Annotated[int, typer.Option(help="The most of them.")] = 100,
    effort: Annotated[int | None, typer.Option(help="Proposed moves for each block.")] = None,
    plans: Annotated[
        str | None, typer.Option(help="Write each plan beside its sub-district's file under this name.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same plans.")] = 1,
    workers: Annotated[int, typer.Option(help="Processes that share the sub-districts.")] = 1,
    halo_m: Annotated[float | None, typer.Option(help="How far beyond its edge a sub-district sees.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Redraw all micro-grids inside their general grids: terms before and after, the bound, and one summed gap.

    What cannot be redrawn is listed with its reason, the rest is redrawn; exit code 1 then.
    """
    from .. import open_city, redraw_city

    if workers < 1:
        raise typer.BadParameter("give at least one", param_hint="--workers")
    how = {} if effort is None else {"effort_per_block": effort}
    city = open_city(folder)
    with _crew(workers) as executor:
        found = redraw_city(
            city, limits={"households_and_shops": (low, high)}, plans=plans, rng=seed, halo_m=halo_m, executor=executor,
            progress=not quiet and not as_json, **how,
        )  # fmt: skip
    tables = {
        "total": found.total.reset_index(),
        "subdistricts": pd.DataFrame(found.subdistricts.drop(columns="geometry")),
        "parents": found.parents,
        "missing": found.missing,
    }
    if as_json:
        said = {name: json.loads(table.to_json(orient="records")) for name, table in tables.items()}
        typer.echo(json.dumps(said | {"seed": found.seed}, ensure_ascii=False))
    else:
        show(tables["total"], False, "total")
        show(tables["subdistricts"][_COLUMNS], False, "subdistricts")
        for row in found.parents.itertuples(index=False):
            number = f"{row.grids_before} → {row.grids}" if row.grids != row.grids_before else f"{row.grids}"
            typer.echo(f"{row.subdistrict_id} {row.parent_id}: {row.what} ({number} grids): {row.reason}")
        typer.echo(repr(found))
        for row in found.missing.itertuples(index=False):
            typer.echo(f"missing: {row.subdistrict_id}: {row.reason}", err=True)
    if len(found.missing):
        raise typer.Exit(1)
