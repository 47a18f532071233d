"""round: a day's home visits in order."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, AsJson, Lang, app, check_lang, open_area, show


@app.command("round")
def round_(
    area: AreaPath,
    stops: Annotated[Path, typer.Argument(help="A .csv with household_id (or stop_id, x, y); see plan_round.")],
    base: Annotated[str, typer.Option(help="The site or team where the round begins and ends.")],
    carers: Annotated[int, typer.Option(help="How many go.")] = 1,
    mode: Annotated[str, typer.Option(help="How they travel.")] = "ebike",
    start: Annotated[str, typer.Option(help="Leaving the base, HH:MM.")] = "08:30",
    end: Annotated[str, typer.Option(help="Back at the base, HH:MM.")] = "17:30",
    visit: Annotated[float, typer.Option(help="Minutes of a visit where the file does not say.")] = 24.0,
    date: Annotated[str | None, typer.Option(help="Of the visits, for the preparation list: 2023-03-10.")] = None,
    check: Annotated[list[str] | None, typer.Option(help="What is looked at in each home; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the day list: .xlsx (with the preparation) or .csv.")] = None,
    lang: Lang = "zh",
    as_json: AsJson = False,
) -> None:
    """The order of a day's home visits, with arrival times, lunch, and what does not fit and why."""
    import pandas as pd

    from .. import IoError, plan_round

    lang = check_lang(lang)
    try:
        table = pd.read_csv(stops, dtype=str, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise IoError(f"{stops}: not read as a .csv in UTF-8 ({error})") from None
    plan = plan_round(
        open_area(area), table, base=base, carers=carers, mode=mode, shift=(start, end), service_min=visit
    )
    if out is not None:
        plan.write(out, lang=lang, date=date, checks=check or ())
    show(plan.stops if as_json else plan.day_list(lang, checks=check or ()), as_json, "stops")
    if as_json:
        return
    if len(plan.dropped):
        show(plan.dropped, False, "dropped")
    typer.echo(repr(plan))
