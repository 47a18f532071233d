"""convert: files as they were delivered become one clean study area, or one layer another format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from .common import AsJson, Lang, Quiet, app, check_lang

_SHOWN = 5  # ids of a kind of issue
_BORDERS = ("LG-P025", "LG-P026", "LG-P027", "LG-P028")  # overlaps, gaps, slivers, vertices that do not meet
_MENDS = {
    "en": "Grids or blocks overlap or leave gaps. They are written as they are; with --repair, or later by libgrid "
    "repair {out}, both are closed by a stated rule and every change is listed.",
    "zh": "网格或基本单元有重叠或缝隙，将照原样写入；加 --repair，或以后用 libgrid repair {out}，可按明确的规则修复，"
    "并列出每一处改动。",
}


def _file(what: str):
    return Annotated[Path | None, typer.Option(help=what)]


@app.command()
def convert(
    source: Annotated[Path | None, typer.Argument(help="One file to bring into another format.")] = None,
    target: Annotated[Path | None, typer.Argument(help="Where to: .gpkg .geojson .fgb .csv .xlsx .parquet")] = None,
    households: _file("Ledger of households: any format.") = None,
    grids: _file("Grids.") = None,
    blocks: _file("Blocks.") = None,
    buildings: _file("Buildings, of which blocks are made.") = None,
    sites: _file("Sites.") = None,
    teams: _file("Teams.") = None,
    sessions: _file("Sessions.") = None,
    roads: _file("Roads; .osm.pbf too.") = None,
    out: Annotated[Path | None, typer.Option(help="The study area to write: a .gpkg file.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="The area's planar CRS, e.g. EPSG:4544; of one layer: the new CRS.")
    ] = None,
    source_crs: Annotated[
        list[str] | None, typer.Option(help="What a file's coordinates are: 'households=gcj02'; of one layer: 'gcj02'.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="Which column means what: 'households:household_id=户号'; nothing after = means no column, # the "
            "row's number.",
        ),
    ] = None,
    layer: Annotated[
        list[str] | None, typer.Option(help="Which layer or sheet: 'grids=网格'; of one file: '网格'.")
    ] = None,
    encoding: Annotated[
        list[str] | None, typer.Option(help="Of a file's text: 'grids=GBK'; of one file: 'GBK'.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Of one file: which table it is.")] = None,
    max_people: Annotated[int, typer.Option(help="A household with more people is set aside.")] = 1000,
    mend: Annotated[
        bool,
        typer.Option("--repair", help="Let neighbours share their borders, and list every change: as libgrid repair."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    as_json: AsJson = False,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Raw files → one clean study area, or one layer → another format.

    Shows which column was taken for what, how many rows were taken, and every issue; asks before anything is written.
    Exit code 1 when nothing was written.
    """
    files = {
        "households": households,
        "grids": grids,
        "blocks": blocks,
        "buildings": buildings,
        "sites": sites,
        "teams": teams,
        "sessions": sessions,
        "roads": roads,
    }
    files = {name: path for name, path in files.items() if path is not None}
    check_lang(lang)
    options = {"map": map_, "layer": layer, "encoding": encoding, "source_crs": source_crs}
    if source is not None and not files:
        if target is None or out is not None:
            raise typer.BadParameter("give the file to read and the file to write")
        _one(source, target, crs, table, options, yes, as_json, lang, quiet)
    elif files and source is None:
        if out is None:
            raise typer.BadParameter("say where to write the study area", param_hint="--out")
        _area(files, out, crs, max_people, options, mend, yes, as_json, lang, quiet)
    else:
        raise typer.BadParameter("give the files of a study area (--households …) or one file and its target")


def _area(files, out: Path, crs, max_people: int, options, mend: bool, yes, as_json: bool, lang: str, quiet) -> None:
    from ..delivery import Source, read_delivery

    said = {kind: _by_table(options[kind], files, kind) for kind in ("layer", "encoding", "source_crs")}
    columns = _columns_by_table(options["map"], files)
    sources = {
        name: Source(
            path, said["layer"].get(name), said["encoding"].get(name), said["source_crs"].get(name), columns[name]
        )
        for name, path in files.items()
    }
    if out.suffix.lower() != ".gpkg":
        raise typer.BadParameter("a study area is a .gpkg file", param_hint="--out")
    delivery = read_delivery(sources, crs=crs, max_people=max_people, progress=not quiet and not as_json)
    changes = []
    if mend:
        delivery, table = delivery.repaired(progress=not quiet and not as_json)
        changes = _described(table, lang)
    issues = delivery.check()
    facts = _facts(delivery.layers, files, delivery.ledger, issues, lang) | {"changes": changes}
    if not as_json and any(row["code"] in _BORDERS for row in facts["issues"]):
        typer.echo(_MENDS[lang].format(out=out))
    written = _agree(facts, out, yes, as_json, lang, issues)
    if written:
        delivery.area.save(out)
    _finish(facts, out, written, as_json)


def _one(source: Path, target: Path, crs, table, options, yes: bool, as_json: bool, lang: str, quiet: bool) -> None:
    from ..io import write_layer
    from ..readers import read_layer

    first = {kind: (options[kind] or [None])[-1] for kind in ("layer", "encoding", "source_crs")}
    columns = dict(_pair(word, "--map") for word in options["map"] or [])
    columns = {target_: name or None for target_, name in columns.items()}
    read = read_layer(
        source,
        first["layer"],
        encoding=first["encoding"],
        crs=first["source_crs"],
        columns=columns,
        table=table,
        progress=not quiet and not as_json,
    )
    frame = read.frame.to_crs(crs) if crs is not None and read.crs is not None else read.frame
    name = read.table or read.name
    ledger = pd.DataFrame([{"layer": name, **read.ledger}])
    facts = _facts({name: read}, {name: source}, ledger, read.issues, lang)
    written = _agree(facts, target, yes, as_json, lang, read.issues)
    if written:
        write_layer(frame, target, name=name)
    _finish(facts, target, written, as_json)


def _facts(layers, files, ledger: pd.DataFrame, issues, lang: str) -> dict:
    frame = pd.DataFrame(issues.to_frame(lang).drop(columns="geometry"))
    return {
        "layers": {
            name: {"file": Path(files[name]).name, "mapping": layer.mapping.to_dict("records")}
            for name, layer in layers.items()
        },
        "ledger": ledger.to_dict("records"),
        "issues": frame.to_dict("records"),
    }


def _agree(facts: dict, out: Path, yes: bool, as_json: bool, lang: str, issues) -> bool:
    """Show everything, then ask; JSON never asks."""
    if as_json:
        return yes
    for name, layer in facts["layers"].items():
        typer.echo(f"{name} ← {layer['file']}")
        for row in layer["mapping"]:
            arrow = f"→ {row['target']}" if row["target"] else ""
            sure = f" {row['confidence']:.0%}" if row["how"] not in ("given", "kept", "left out: personal") else ""
            typer.echo(f"    {row['source']:<20} {arrow:<20} {row['how']}{sure}")
    for change in facts.get("changes", []):
        area = "" if change["area_m2"] is None else f" ({change['area_m2']:+,.3f} m²)"
        typer.echo(f"repaired: {change['layer']} {change['id']}: {change['change']}{area}")
    _show_issues(facts["issues"])
    typer.echo(pd.DataFrame(facts["ledger"]).to_string(index=False))
    typer.echo(repr(issues))
    there = " (it exists)" if out.exists() else ""
    return yes or typer.confirm(f"{out}{there}: 写入 / write?" if lang == "zh" else f"Write {out}{there}?")


def _described(changes: pd.DataFrame, lang: str) -> list[dict]:
    from ..repair import describe_changes

    table = pd.DataFrame(changes.drop(columns="geometry"))
    table.insert(2, "change", describe_changes(changes, lang))
    return json.loads(table.to_json(orient="records"))


def _show_issues(rows: list[dict]) -> None:
    """One line a kind and layer: the first ids and how many there are."""
    kinds: dict[tuple, list] = {}
    for row in rows:
        kinds.setdefault((row["code"], row["severity"], row["layer"], row["message"], row["fix"]), []).append(row["id"])
    for (code, severity, layer, message, fix), ids in kinds.items():
        more = f", … ({len(ids)} in all)" if len(ids) > _SHOWN else ""
        typer.echo(f"{code} {severity:7} {layer} {', '.join(map(str, ids[:_SHOWN]))}{more}: {message}. → {fix}")


def _finish(facts: dict, out: Path, written: bool, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"written": str(out) if written else None, **facts}, ensure_ascii=False, default=str))
    else:
        typer.echo(f"wrote {out}" if written else "nothing was written")
    raise typer.Exit(0 if written else 1)


def _pair(word: str, option: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals or not name:
        raise typer.BadParameter(f'"{word}" is not of the form name=value', param_hint=option)
    return name.strip(), value.strip()


def _by_table(words: list[str] | None, files, option: str) -> dict[str, str]:
    pairs = dict(_pair(word, f"--{option.replace('_', '-')}") for word in words or [])
    _known(pairs, files, f"--{option.replace('_', '-')}")
    return pairs


def _columns_by_table(words: list[str] | None, files) -> dict[str, dict[str, str | None]]:
    columns: dict[str, dict[str, str | None]] = {name: {} for name in files}
    for word in words or []:
        where, value = _pair(word, "--map")
        table, colon, target = where.partition(":")
        if not colon:
            raise typer.BadParameter(f'"{word}" is not of the form table:column=name', param_hint="--map")
        _known({table: ""}, files, "--map")
        columns[table][target] = value or None
    return columns


def _known(names, files, option: str) -> None:
    for name in names:
        if name not in files:
            raise typer.BadParameter(f'"{name}" is none of the files given ({", ".join(files)})', param_hint=option)
