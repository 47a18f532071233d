"""coverage: access and response, by group, grid, team or site."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from .common import AreaPath, AsJson, Moment, PlanPath, Quiet, app, open_area, open_plan, show


@app.command()
def coverage(
    area: AreaPath,
    plan: PlanPath = None,
    by: Annotated[str, typer.Option(help="groups, grid, team or site")] = "groups",
    moment: Moment = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Who is covered: access to an open session (15 minutes) and the own team's response (10 minutes)."""
    from .. import Settings, assess

    if by not in ("groups", "grid", "team", "site"):
        raise typer.BadParameter("use groups, grid, team or site", param_hint="--by")
    opened = open_area(area)
    result = assess(opened, open_plan(opened, plan), settings=Settings(moment=moment), progress=not quiet)
    tables = result.coverage_tables(by)
    if not tables:
        needs = "coverage needs households, roads, and sites with sessions or teams with grids"
        typer.echo(f"nothing to ask: {needs}", err=True)
    if as_json:
        typer.echo(
            json.dumps({k: json.loads(t.to_json(orient="records")) for k, t in tables.items()}, ensure_ascii=False)
        )
        return
    for kind, table in tables.items():
        typer.echo(f"\n{kind}")
        show(table, False, kind)
