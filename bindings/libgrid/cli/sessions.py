"""sessions: which team sits where at which hours of the week."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, AsJson, Lang, Quiet, app, check_lang, open_area, show


@app.command()
def sessions(
    area: AreaPath,
    most: Annotated[float, typer.Option("--max", help="Sessions a week that a team may hold.")] = 2,
    keep: Annotated[bool, typer.Option("--keep-today", help="Today's sessions stay; new ones are added.")] = False,
    max_changed: Annotated[int | None, typer.Option(help="How many of today's sessions may change.")] = None,
    min_share: Annotated[float, typer.Option(help="Share of people with a session in reach on every weekday.")] = 0.0,
    minutes: Annotated[float, typer.Option(help="The patients' walk: within so many minutes.")] = 15.0,
    today: Annotated[bool, typer.Option("--today", help="Only measure today's sessions.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the sessions layer to this .csv file.")] = None,
    lang: Lang = "zh",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Weekly sessions that meet the walk-in demand, with a proven bound; or why none can be held."""
    from .. import measure_sessions, plan_sessions
    from .._atomic import replace_file

    opened, lang = open_area(area), check_lang(lang)
    if today:
        plan = measure_sessions(opened, threshold_s=60 * minutes)
    else:
        plan = plan_sessions(
            opened,
            max_sessions_per_team=most,
            keep="all" if keep else "none",
            max_changed=max_changed,
            min_share=min_share,
            threshold_s=60 * minutes,
            progress=not quiet and not as_json,
        )
    if out is not None:
        if out.suffix != ".csv":
            raise typer.BadParameter("give a file that ends in .csv", param_hint="--out")
        replace_file(out, lambda temp: plan.sessions.to_csv(temp, index=False, encoding="utf-8-sig"))
    if as_json:
        show(plan.frame, True, "sessions")
        return
    typer.echo(plan.timetable(lang).to_string())
    show(plan.terms, False, "terms")
    typer.echo(repr(plan))
