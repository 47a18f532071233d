"""number: new codes for grids, west to east and north to south."""

from __future__ import annotations

from typing import Annotated

import typer

from .common import AreaPath, AsJson, PlanPath, app, open_area, open_plan, show


@app.command()
def number(
    area: AreaPath,
    pattern: Annotated[str, typer.Option(help="cn12+3, cjt349 or chengdu_like.")] = "cn12+3",
    object_class: Annotated[str | None, typer.Option(help="The six digits that cjt349 begins with.")] = None,
    plan: PlanPath = None,
    as_json: AsJson = False,
) -> None:
    """Old and new codes of all grids, west to east in rows from the north. Nothing is renamed."""
    from .. import number_grids

    opened = open_area(area)
    chosen = None if plan is None else open_plan(opened, plan)
    numbers = number_grids(opened, pattern=pattern, plan=chosen, object_class=object_class)
    show(numbers.frame[["grid_id", "new_id", "community_id", "row", "number", "changed"]], as_json, "grids")
