"""What the commands share: the application, their common arguments, and how tables are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who is reached, how fast, who is left out, and is the work fairly shared?",
)

AreaPath = Annotated[Path, typer.Argument(help="The study area: a GeoPackage, or the name of a sample (town, anjing).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Lang = Annotated[str, typer.Option(help="zh or en.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bars.")]
PlanPath = Annotated[
    Path | None,
    typer.Option("--plan", help="Another plan than today's: a name in the area's file, or xlsx, csv, gpkg."),
]
Moment = Annotated[
    str | None, typer.Option(help='Sessions open at this moment, e.g. "2 10:00"; default: any of the week.')
]


Out = Annotated[Path | None, typer.Option(help="Write to this file: .geojson (in WGS 84) or .gpkg.")]


def open_area(path: Path):
    from .. import datasets, open_study_area

    if path.suffix == "" and str(path) in datasets.NAMES and not path.exists():
        return datasets.load(str(path))
    return open_study_area(path)


def open_plan(area, path: Path | None):
    from .. import read_plan

    if path is None or str(path) == "today":
        return area.plan
    plan = area.plans[str(path)] if str(path) in area.plans else read_plan(path, area)
    for row in plan.issues.counts.itertuples():
        typer.echo(f"{path}: {row.severity} {row.code}, {row.count} rows", err=True)
    return plan


def show(table: pd.DataFrame, as_json: bool, name: str) -> None:
    if as_json:
        typer.echo(json.dumps({name: json.loads(table.to_json(orient="records"))}, ensure_ascii=False))
    else:
        with pd.option_context("display.width", 160, "display.max_columns", 30, "display.max_rows", 400):
            typer.echo(table.to_string(index=False, float_format=lambda v: f"{v:,.2f}"))


def minutes_of(text: str) -> list[float]:
    """Thresholds like "5,10,15"."""
    try:
        minutes = [float(part) for part in text.split(",")]
    except ValueError:
        minutes = []
    if not minutes or not all(0 < m < float("inf") for m in minutes):
        raise typer.BadParameter("give minutes above 0, such as 5,10,15", param_hint="--minutes")
    return minutes


def show_shapes(frame, out: Path | None, as_json: bool, name: str) -> None:
    """A table on the screen, GeoJSON with --json, or a file with its geometry."""
    if out is not None:
        write_shapes(frame, out, name)
        typer.echo(f"{out}")
    elif as_json:
        typer.echo(_geojson(frame))
    else:
        show(pd.DataFrame(frame.drop(columns="geometry")), False, name)


def write_shapes(frame, out: Path, name: str) -> None:
    """A GeoDataFrame as GeoJSON or as a GeoPackage of one layer; a file that is there is not overwritten halfway."""
    if out.suffix == ".geojson":
        scratch = out.with_name(f".{out.name}.part")
        scratch.write_text(_geojson(frame), encoding="utf-8")
        scratch.replace(out)
    elif out.suffix == ".gpkg":
        from ..files import crs_text
        from ..io import TableFrame, write_tables

        kind = "line" if name == "path" else "polygon"
        table = TableFrame(pd.DataFrame(frame.drop(columns="geometry")), kind, frame.geometry.to_numpy())
        write_tables(out, {name: table}, crs=crs_text(frame.crs), overwrite=True)
    else:
        raise typer.BadParameter("give a file that ends in .geojson or .gpkg", param_hint="--out")


def _geojson(frame) -> str:
    return frame.to_crs("EPSG:4326").to_json(ensure_ascii=False, drop_id=True)


def check_lang(lang: str) -> str:
    if lang not in ("zh", "en"):
        raise typer.BadParameter("use zh or en", param_hint="--lang")
    return lang
