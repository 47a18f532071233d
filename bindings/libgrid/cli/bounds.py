"""bounds: what each grid reaches to the east, south, west and north."""

from __future__ import annotations

import typer

from .common import AreaPath, AsJson, Lang, PlanPath, app, check_lang, open_area, open_plan, show


@app.command()
def bounds(area: AreaPath, plan: PlanPath = None, metres: bool = False, lang: Lang = "zh", as_json: AsJson = False):
    """The four bounds of each grid in words; with --metres the table behind them."""
    from .. import describe_bounds

    opened = open_area(area)
    found = describe_bounds(opened, plan=None if plan is None else open_plan(opened, plan))
    if metres:
        show(found.sides, as_json, "sides")
        return
    text = found.frame[["grid_id", "name", check_lang(lang)]]
    if as_json:
        show(text, True, "bounds")
    else:
        for row in text.itertuples(index=False):
            typer.echo(f"{row[0]} {row[1]}: {row[2]}")
