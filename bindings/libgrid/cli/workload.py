"""workload: minutes asked and offered."""

from __future__ import annotations

import typer

from .common import AreaPath, AsJson, PlanPath, app, open_area, open_plan, show


@app.command()
def workload(area: AreaPath, plan: PlanPath = None, by: str = "team", as_json: AsJson = False) -> None:
    """Minutes asked and offered a year, by team or grid, and how evenly they are shared."""
    from .. import measure_workload

    if by not in ("team", "grid"):
        raise typer.BadParameter("use team or grid", param_hint="--by")
    opened = open_area(area)
    result = measure_workload(opened, open_plan(opened, plan))
    show(result.teams if by == "team" else result.grids, as_json, "workload")
    if not as_json:
        typer.echo("balance: " + ", ".join(f"{k} {v:.3f}" for k, v in dict(result.balance).items()))
