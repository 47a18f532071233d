"""redraw: better grids, general grids or fields, with a bound for how good they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from .common import AreaPath, AsJson, Lang, Quiet, app, check_lang, open_area, show


@app.command()
def redraw(
    area: AreaPath,
    level: Annotated[str, typer.Option(help="micro, general or field.")] = "micro",
    grids: Annotated[str | None, typer.Option(help='How many grids in all, or "free"; default: as today.')] = None,
    grid_price: Annotated[float, typer.Option(help='With "free": per cent that one per cent more must buy.')] = 1.0,
    limit: Annotated[
        list[str] | None,
        typer.Option(help='What a grid may have, e.g. "households_and_shops=30:100" or "minutes_asked=0.1" for ±10 %.'),
    ] = None,
    order: Annotated[str | None, typer.Option(help='Terms, most important first: "response,balance,change".')] = None,
    locked: Annotated[list[str] | None, typer.Option(help="A block or grid that stays as it is.")] = None,
    max_moved: Annotated[int | None, typer.Option(help="Households that may change grid, at most.")] = None,
    start: Annotated[str, typer.Option(help='"today", "none", or the name of a plan in the area\'s file.')] = "today",
    leader: Annotated[bool, typer.Option("--leader", help="Every grid keeps a resident leader.")] = False,
    effort: Annotated[int | None, typer.Option(help="How long to search, in proposed moves.")] = None,
    sharpen: Annotated[bool, typer.Option("--sharpen", help="Look longer for the proof: up to some minutes.")] = False,
    time_limit: Annotated[float | None, typer.Option("--time-limit", help="A safety stop, in seconds.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed and effort give the same plan.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(help="The plan: xlsx, csv or gpkg of block_id and grid_id; above the blocks csv of who is where."),
    ] = None,
    save: Annotated[Path | None, typer.Option(help="The study area after the change, a GeoPackage.")] = None,
    sheets: Annotated[Path | None, typer.Option(help="A workbook for the office: moves, a sheet a grid.")] = None,
    public: Annotated[Path | None, typer.Option(help="A workbook to be posted, with small counts suppressed.")] = None,
    lang: Lang = "zh",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Redraw a plan: connected, within limits, near, fairly loaded and little changed, with a bound a term."""
    from .. import carry_out
    from .. import redraw as find_plan

    check_lang(lang)
    if out is not None and level != "micro" and out.suffix.lower() != ".csv":
        raise typer.BadParameter("above the blocks it is a .csv; --save writes the whole area", param_hint="--out")
    found = find_plan(
        open_area(area), level=level, grids=_grids(grids), grid_price=grid_price, limits=_limits(limit),
        order=None if order is None else [name.strip() for name in order.split(",")], locked=locked or (),
        max_moved=max_moved, leader=leader or None, start=None if start == "none" else start, effort=effort,
        sharpen=sharpen, time_limit_s=time_limit, rng=seed, progress=not quiet and not as_json,
    )  # fmt: skip
    if out is not None:
        _write(found, out)
    if save is not None:
        found.apply().save(save)
    if sheets is not None or public is not None:
        ready = carry_out(found)
        if sheets is not None:
            ready.write_office(sheets, lang=lang)
        if public is not None:
            ready.write_public(public, lang=lang)
    changed = found.assignment[found.assignment["changed"]].drop(columns="changed")
    if as_json:
        told = {
            "status": found.status, "seed": found.seed, "effort_done": found.effort_done, "refused": found.refused,
            "numbers": None if found.numbers is None else _records(found.numbers),
            "terms": _records(found.frame), "changed": _records(changed), "issues": _records(_issues(found)),
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{found!r}; {found.status}, seed {found.seed}")
    for name, why in found.refused.items():
        typer.echo(f"refused: {name}: {why}")
    show(found.frame.assign(gap=[_per_cent(gap) for gap in found.gap]), False, "terms")
    if found.numbers is not None:
        show(found.numbers, False, "numbers")
    for path in (out, save, sheets, public):
        if path is not None:
            typer.echo(f"{path}")


def _write(found, out: Path) -> None:
    """The plan of the blocks; above them which grid, or team, each unit is in, before and after."""
    from .. import write_plan
    from .._atomic import replace_file

    if found.level == "micro":
        write_plan(found.plan, out)
        return
    unit, owner = ("micro_grid", "general_grid") if found.level == "general" else ("grid", "team")
    table = found.assignment.rename(
        columns={"unit": f"{unit}_id", "before": f"{owner}_id_before", "after": f"{owner}_id"}
    )
    replace_file(out, lambda temp: table.to_csv(temp, index=False, encoding="utf-8-sig"))


def _per_cent(gap: float) -> str:
    return "–" if gap != gap else f"{gap:.1%}"


def _issues(found) -> pd.DataFrame:
    return pd.DataFrame(found.issues.frame.drop(columns="geometry"))


def _records(table: pd.DataFrame) -> list:
    return json.loads(table.to_json(orient="records"))


def _grids(text):
    if text is None or text == "free":
        return text
    if not text.isascii() or not text.isdigit():
        raise typer.BadParameter('give a number or "free"', param_hint="--grids")
    return int(text)


def _limits(texts) -> dict | None:
    limits = {}
    for text in texts or ():
        name, _, value = text.partition("=")
        try:
            numbers = [float(part) for part in value.split(":")]
        except ValueError:
            numbers = []
        if not name or len(numbers) not in (1, 2):
            raise typer.BadParameter("give name=lowest:highest or name=share", param_hint="--limit")
        limits[name.strip()] = tuple(numbers) if len(numbers) == 2 else numbers[0]
    return limits or None
