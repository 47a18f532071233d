"""The command line: the same verbs as in Python, for people who do not write any."""

from __future__ import annotations

import json
import sys
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
PlanPath = Annotated[Path | None, typer.Option("--plan", help="Another plan than today's: xlsx, csv or gpkg.")]
Moment = Annotated[
    str | None, typer.Option(help='Sessions open at this moment, e.g. "2 10:00"; default: any of the week.')
]

HEADLINES = {
    "people_beyond_response": ("people beyond 10 minutes of their own team", "超过 10 分钟才能等到责任团队的人数"),
    "people_beyond_access": ("people beyond 15 minutes of an open session", "步行 15 分钟内没有坐诊点的人数"),
    "teams_over": ("teams asked more minutes than they offer", "超负荷的团队数"),
    "grids_outside_norm": ("grids outside the size norm", "规模超出标准的微网格数"),
    "records_set_aside": ("records set aside", "搁置的记录数"),
}


def _open(path: Path):
    from . import datasets, open_study_area

    if path.suffix == "" and str(path) in datasets.NAMES and not path.exists():
        return datasets.load(str(path))
    return open_study_area(path)


def _plan(area, path: Path | None):
    from . import read_plan

    if path is None or str(path) == "today":
        return area.plan
    plan = read_plan(path, area)
    for row in plan.issues.counts.itertuples():
        typer.echo(f"{path}: {row.severity} {row.code}, {row.count} rows", err=True)
    return plan


def _show(table: pd.DataFrame, as_json: bool, name: str) -> None:
    if as_json:
        typer.echo(json.dumps({name: json.loads(table.to_json(orient="records"))}, ensure_ascii=False))
    else:
        with pd.option_context("display.width", 160, "display.max_columns", 30, "display.max_rows", 400):
            typer.echo(table.to_string(index=False, float_format=lambda v: f"{v:,.2f}"))


def _check_lang(lang: str) -> str:
    if lang not in ("zh", "en"):
        raise typer.BadParameter("use zh or en", param_hint="--lang")
    return lang


@app.command()
def check(area: AreaPath, as_json: AsJson = False, lang: Lang = "en") -> None:
    """Check a study area: every issue with its layer, id and cure. Exit code 1 when there are errors."""
    from . import check as run_check

    opened = _open(area)
    issues = run_check(opened)
    frame = pd.DataFrame(issues.to_frame(_check_lang(lang)).drop(columns="geometry"))
    if as_json:
        payload = {"ok": issues.ok, "ledger": opened.ledger.to_dict("records"), "issues": frame.to_dict("records")}
        typer.echo(json.dumps(payload, ensure_ascii=False))
    else:
        for row in frame.itertuples():
            typer.echo(f"{row.code} {row.severity:7} {row.layer} {row.id}: {row.message}. → {row.fix}")
        typer.echo(opened.ledger.to_string(index=False))
        typer.echo(repr(issues))
    raise typer.Exit(0 if issues.ok else 1)


@app.command()
def coverage(
    area: AreaPath,
    plan: PlanPath = None,
    by: Annotated[str, typer.Option(help="groups, grid, team or site")] = "groups",
    moment: Moment = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Who is covered: access to an open session (15 minutes) and the own team's response (10 minutes)."""
    from . import Settings, assess

    if by not in ("groups", "grid", "team", "site"):
        raise typer.BadParameter("use groups, grid, team or site", param_hint="--by")
    opened = _open(area)
    result = assess(opened, _plan(opened, plan), settings=Settings(moment=moment), progress=not quiet)
    tables = result.coverage_tables(by)
    if not tables:
        needs = "coverage needs households, roads, and sites with sessions or teams with grids"
        typer.echo(f"nothing to ask: {needs}", err=True)
    if as_json:
        typer.echo(
            json.dumps({k: json.loads(t.to_json(orient="records")) for k, t in tables.items()}, ensure_ascii=False)
        )
        return
    for kind, table in tables.items():
        typer.echo(f"\n{kind}")
        _show(table, False, kind)


@app.command()
def workload(area: AreaPath, plan: PlanPath = None, by: str = "team", as_json: AsJson = False) -> None:
    """Minutes asked and offered a year, by team or grid, and how evenly they are shared."""
    from . import measure_workload

    if by not in ("team", "grid"):
        raise typer.BadParameter("use team or grid", param_hint="--by")
    opened = _open(area)
    result = measure_workload(opened, _plan(opened, plan))
    _show(result.teams if by == "team" else result.grids, as_json, "workload")
    if not as_json:
        typer.echo("balance: " + ", ".join(f"{k} {v:.3f}" for k, v in dict(result.balance).items()))


@app.command()
def compare(area: AreaPath, plan_a: Path, plan_b: Path, as_json: AsJson = False) -> None:
    """Two plans side by side ("today" names today's): loads, and who changes grid or doctor."""
    from . import compare_plans

    opened = _open(area)
    change = compare_plans(_plan(opened, plan_a), _plan(opened, plan_b))
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
    _show(change.teams, False, "teams")


@app.command()
def report(
    area: AreaPath,
    out: Annotated[Path, typer.Option(help="Where to write the page.")] = Path("report.html"),
    plan: PlanPath = None,
    lang: Lang = "zh",
    audience: Annotated[str, typer.Option(help="office or public")] = "office",
    title: Annotated[str | None, typer.Option(help="The heading; default: the file's name.")] = None,
    quiet: Quiet = False,
) -> None:
    """Write the report: one HTML page with its pictures, no network needed."""
    from . import report as write_report

    if audience not in ("office", "public"):
        raise typer.BadParameter("use office or public", param_hint="--audience")
    opened = _open(area)
    other = _plan(opened, plan) if plan else None
    write_report(opened, out, plan=other, lang=_check_lang(lang), audience=audience, title=title, progress=not quiet)
    typer.echo(f"{out}")


@app.command()
def demo(out: Path = Path("out/report.html"), lang: Lang = "zh", quiet: Quiet = False) -> None:
    """The main job on the sample study area: a report, and five figures."""
    from . import assess, datasets, read_plan
    from . import report as write_report

    area = datasets.load("anjing")
    plan_b = read_plan(datasets.path("anjing", kind="plan_b"), area)
    result = assess(area, compare_with=plan_b, progress=not quiet)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_report(result, out, lang=_check_lang(lang), title=datasets.TITLES["anjing"])
    typer.echo(f"wrote {out}")
    for key, (english, chinese) in HEADLINES.items():
        value = result.headline[key]
        typer.echo(f"{'—' if value is None else f'{value:,.0f}':>9}  {chinese if lang == 'zh' else english}")


@app.command()
def doctor() -> None:
    """Print the versions of everything below libgrid, for a bug report."""
    from .versions import show_versions

    show_versions()


def main() -> None:
    """Entry point: our own errors are one line, not a traceback."""
    from ._core import Error

    try:
        app()
    except Error as error:
        typer.echo(f"libgrid: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("stopped", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
