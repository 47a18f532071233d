"""check: every issue of a study area."""

from __future__ import annotations

import json

import pandas as pd
import typer

from .common import AreaPath, AsJson, Lang, app, check_lang, open_area


@app.command()
def check(area: AreaPath, as_json: AsJson = False, lang: Lang = "en") -> None:
    """Check a study area: every issue with its layer, id and cure. Exit code 1 when there are errors."""
    from .. import check as run_check

    opened = open_area(area)
    issues = run_check(opened)
    frame = pd.DataFrame(issues.to_frame(check_lang(lang)).drop(columns="geometry"))
    if as_json:
        payload = {"ok": issues.ok, "ledger": opened.ledger.to_dict("records"), "issues": frame.to_dict("records")}
        typer.echo(json.dumps(payload, ensure_ascii=False))
    else:
        for row in frame.itertuples():
            typer.echo(f"{row.code} {row.severity:7} {row.layer} {row.id}: {row.message}. → {row.fix}")
        typer.echo(opened.ledger.to_string(index=False))
        typer.echo(repr(issues))
    raise typer.Exit(0 if issues.ok else 1)
