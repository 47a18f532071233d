"""scenario: scenarios of files side by side with today, or one replayed and held against what its file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .common import AreaPath, AsJson, Quiet, app, open_area, show


@app.command()
def scenario(
    area: AreaPath,
    files: Annotated[list[Path], typer.Argument(help="Scenario files (.json), as Scenario.save wrote them.")],
    draws: Annotated[int, typer.Option(help="How often uncertain inputs are drawn; 0 for not at all.")] = 0,
    seed: Annotated[int, typer.Option(help="Where the random numbers start.")] = 0,
    replay: Annotated[bool, typer.Option(help="Only compute again, and fail when the outcome is another.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write all tables to this workbook (.xlsx).")] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Set scenarios beside today: the figures, and who gains and loses."""
    from .. import Scenario, compare
    from .. import replay as replay_file
    from ..scenario.document import read_file

    opened = open_area(area)
    if replay:
        hashes = {str(file): replay_file(file, opened).hash for file in files}
        for name, value in () if as_json else hashes.items():
            typer.echo(f"{name}: the same to the bit, {value}")
        if as_json:
            typer.echo(json.dumps({"replayed": hashes}, ensure_ascii=False))
        return
    read = [Scenario.from_json(read_file(file), opened) for file in files]
    table = compare([read[0].without_edits(), *read], draws=draws, rng=seed, progress=not (quiet or as_json))
    if out is not None:
        table.to_excel(out)
    everybody = table.winners[table.winners["group"] == "all"].drop(columns="group")
    tables = {"figures": table.frame, "winners": everybody}
    if table.draws is not None:
        tables["differences"] = table.draws.differences
    if as_json:
        rows = {name: json.loads(frame.to_json(orient="records")) for name, frame in tables.items()}
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for name, frame in tables.items():
        show(frame, False, name)
        typer.echo("")
