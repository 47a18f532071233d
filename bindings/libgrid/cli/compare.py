"""compare: two plans side by side."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from .common import AreaPath, AsJson, app, open_area, open_plan, show


@app.command()
def compare(area: AreaPath, plan_a: Path, plan_b: Path, as_json: AsJson = False) -> None:
    """Two plans side by side ("today" names today's): loads, and who changes grid or doctor."""
    from .. import compare_plans

    opened = open_area(area)
    change = compare_plans(open_plan(opened, plan_a), open_plan(opened, plan_b))
    numbers = {
        k: getattr(change, k)
        for k in (
            "moved_blocks",
            "moved_households",
            "moved_residents",
            "doctor_changed_households",
            "doctor_changed_residents",
            "doctor_changed_signed",
        )
    }
    if as_json:
        typer.echo(
            json.dumps({**numbers, "teams": json.loads(change.teams.to_json(orient="records"))}, ensure_ascii=False)
        )
        return
    for name, value in numbers.items():
        typer.echo(f"{name.replace('_', ' '):28} {value:,}")
    show(change.teams, False, "teams")
