"""repair: gaps, overlaps and invalid outlines, with every change listed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from .common import AreaPath, AsJson, Lang, Quiet, app, check_lang, open_area


@app.command()
def repair(
    area: AreaPath,
    out: Annotated[Path | None, typer.Option(help="Where the repaired area is written (GeoPackage).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would change; write nothing.")] = False,
    method: Annotated[
        str | None, typer.Option(help="How invalid outlines are mended and brought back: linework or structure.")
    ] = None,
    hole_is_shell: Annotated[
        str | None, typer.Option("--hole-is-shell", help="A hole that repeats its outline: full or drop.")
    ] = None,
    give_to: Annotated[
        str, typer.Option("--give-to", help="Who gets a gap or an overlap: longest_border, smallest or first.")
    ] = "longest_border",
    near_m: Annotated[float, typer.Option("--near", help="Borders closer than this become one, in metres.")] = 0.05,
    max_gap_m: Annotated[
        float, typer.Option("--max-gap", help="Gaps wider than this on average stay, in metres.")
    ] = 1.0,
    as_json: AsJson = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Repair blocks and grids so that neighbours share one border; list every change with areas before and after."""
    from ..repair import describe_changes
    from ..repair import repair as run_repair

    if out is None and not dry_run:
        raise typer.BadParameter("say where to write the repaired area, or --dry-run", param_hint="--out")
    check_lang(lang)
    fixed, changes = run_repair(
        open_area(area),
        give_to=give_to,
        near_m=near_m,
        max_gap_width_m=max_gap_m,
        method=method,
        hole_is_shell=hole_is_shell,
        progress=not (quiet or as_json),
    )
    table = pd.DataFrame(changes.drop(columns="geometry"))
    table.insert(2, "change", describe_changes(changes, lang))
    if as_json:
        typer.echo(json.dumps({"changes": json.loads(table.to_json(orient="records"))}, ensure_ascii=False))
    else:
        for row in table.itertuples():
            areas = ""
            if row.area_before_m2 == row.area_before_m2:  # not for households
                areas = f" ({row.area_m2:+,.3f} m²; {row.area_before_m2:,.2f} → {row.area_after_m2:,.2f} m²)"
            typer.echo(f"{row.layer} {row.id}: {row.change}{areas}")
        typer.echo("nothing to repair" if table.empty else table.groupby(["layer", "what"]).size().to_string())
    if not dry_run:
        fixed.save(out)
        typer.echo(f"wrote {out}", err=True)
