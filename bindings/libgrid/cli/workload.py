"""workload: minutes asked and offered, and how sure they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, AsJson, PlanPath, app, open_area, open_plan, show

Rules = Annotated[Path | None, typer.Option(help="Service rules as csv or xlsx; --write-rules gives a table to edit.")]
Interval = Annotated[
    float | None, typer.Option(help="Such as 0.9: between what the minutes lie in that share of the draws.")
]
Merge = Annotated[str, typer.Option(help="Contacts of one person met in one visit: none, independent or nested.")]
LeaveOut = Annotated[
    list[str] | None, typer.Option(help="A group that is counted and may have no rule; may be repeated.")
]
WriteRules = Annotated[
    Path | None, typer.Option(help="Write the rules that were used to this csv or xlsx, to be edited.")
]


@app.command()
def workload(
    area: AreaPath,
    plan: PlanPath = None,
    by: str = "team",
    rules: Rules = None,
    interval: Interval = None,
    draws: int = 1000,
    seed: int = 0,
    merge: Merge = "none",
    leave_out: LeaveOut = None,
    write_rules: WriteRules = None,
    as_json: AsJson = False,
) -> None:
    """Minutes asked and offered a year, by team, grid or role, and how evenly they are shared."""
    from .. import measure_workload, read_service_rules, service_rules, write_service_rules

    if by not in ("team", "grid", "role"):
        raise typer.BadParameter("use team, grid or role", param_hint="--by")
    table = None if rules is None else read_service_rules(rules)
    opened = open_area(area)
    result = measure_workload(
        opened,
        open_plan(opened, plan),
        rules=table,
        interval=interval,
        draws=draws,
        rng=seed,
        merge=merge,
        leave_out=leave_out or (),
    )
    if write_rules is not None:
        write_service_rules(service_rules() if table is None else table, write_rules)
    shown = {"team": result.teams, "grid": result.grids, "role": result.roles}[by]
    if not as_json:
        wide = {"household", "care_min", "travel_min", "nested_min", "disjoint_min", "estimated"}
        shown = shown[[c for c in shown if c not in wide and not c.startswith("n_")]]
    show(shown, as_json, "workload")
    if not as_json:
        typer.echo("balance: " + ", ".join(f"{k} {v:.3f}" for k, v in dict(result.balance).items()))
