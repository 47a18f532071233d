"""demo: the whole job on the sample area, and its five figures."""

from __future__ import annotations

from pathlib import Path

import typer

from .common import Lang, Quiet, app, check_lang

HEADLINES = {
    "people_beyond_response": ("people beyond 10 minutes of their own team", "超过 10 分钟才能等到责任团队的人数"),
    "people_beyond_access": ("people beyond 15 minutes of an open session", "步行 15 分钟内没有坐诊点的人数"),
    "teams_over": ("teams asked more minutes than they offer", "超负荷的团队数"),
    "grids_outside_norm": ("grids outside the size norm", "规模超出标准的微网格数"),
    "records_set_aside": ("records set aside", "搁置的记录数"),
}


@app.command()
def demo(out: Path = Path("out/report.html"), lang: Lang = "zh", quiet: Quiet = False) -> None:
    """The main job on the sample study area: a report, and five figures."""
    from .. import assess, datasets, read_plan
    from .. import report as write_report

    area = datasets.load("anjing")
    plan_b = read_plan(datasets.path("anjing", kind="plan_b"), area)
    result = assess(area, compare_with=plan_b, progress=not quiet)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_report(result, out, lang=check_lang(lang), title=datasets.TITLES["anjing"])
    typer.echo(f"wrote {out}")
    for key, (english, chinese) in HEADLINES.items():
        value = result.headline[key]
        typer.echo(f"{'—' if value is None else f'{value:,.0f}':>9}  {chinese if lang == 'zh' else english}")
