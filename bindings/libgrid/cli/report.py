"""report: the page for the office or the public."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, Lang, PlanPath, Quiet, app, check_lang, open_area, open_plan


@app.command()
def report(
    area: AreaPath,
    out: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("report.html"),
    plan: PlanPath = None,
    lang: Lang = "zh",
    audience: Annotated[str, typer.Option(help="office or public")] = "office",
    tables: Annotated[Path | None, typer.Option(help="An Excel workbook with the page's tables.")] = None,
    title: Annotated[str | None, typer.Option(help="The heading; default: the file's name.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write the report: one HTML page with its pictures, no network needed."""
    from .. import report as write_report

    if audience not in ("office", "public"):
        raise typer.BadParameter("use office or public", param_hint="--audience")
    opened = open_area(area)
    other = open_plan(opened, plan) if plan else None
    how = {"lang": check_lang(lang), "audience": audience, "title": title, "tables": tables, "progress": not quiet}
    write_report(opened, out, plan=other, **how)
    typer.echo(f"{out}" if tables is None else f"{out}\n{tables}")
