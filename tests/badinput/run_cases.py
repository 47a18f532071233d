"""Runs one case on one surface and holds the outcome against what the case expects."""

import contextlib
import hashlib
import io
import json
import sys
from functools import lru_cache

import calls
import foreign_gpkg
import geopandas as gpd
import numpy as np
import pandas as pd
import planning_calls
import pytest
import reads
import shapely
import spoilt_bytes
import spoilt_layers
import spoilt_packages
from libgrid.catalogue import CATALOGUE
from towns import build

import libgrid as lg
from libgrid import cli

CRS = "EPSG:4544"


# -- what is compared ---------------------------------------------------------------------------------------------


def fingerprint(frames: dict) -> str:
    """Every cell of every frame, so that a reader that writes into its input is found out."""
    digest = hashlib.sha256()
    for name, frame in frames.items():
        digest.update(name.encode())
        for column in frame.columns:
            cells = frame[column]
            if column == "geometry" and isinstance(frame, gpd.GeoDataFrame):
                text = [None if g is None else shapely.to_wkb(g, hex=True) for g in cells]
            else:
                text = [repr(v) for v in cells]
            digest.update(repr((column, str(cells.dtype), list(frame.index), text)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def keys(frame: pd.DataFrame) -> set:
    return set(frame[["code", "layer", "id"]].itertuples(index=False, name=None))


def wanted(case: dict) -> set:
    return {(e["code"], e["layer"], i) for e in case.get("expect", []) for i in e["ids"]}


def check_texts(case: dict, frame: pd.DataFrame) -> None:
    """Each expected issue has its severity, its words and its cure, in both languages."""
    for expected in case.get("expect", []):
        entry = CATALOGUE[expected["code"]]
        rows = frame[(frame["code"] == expected["code"]) & (frame["layer"] == expected["layer"])]
        rows = rows[rows["id"].isin(expected["ids"])]
        assert set(rows["severity"]) == {expected.get("severity", "error")}, expected
        assert all(expected["says"] in message for message in rows["message"]), rows["message"].tolist()
        assert all(expected["fix"] in fix for fix in rows["fix"]), rows["fix"].tolist()
        assert entry.zh and entry.fix_zh


def check_ledger(case: dict, ledger: list[dict], read: dict[str, int]) -> None:
    """Rows read = accepted + repaired + set aside, and all rows that the case does not name were accepted."""
    for row in ledger:
        layer = row["layer"]
        aside, repaired = len(case.get("aside", {}).get(layer, [])), case.get("repaired", {}).get(layer, 0)
        assert row["read"] == read[layer] == row["accepted"] + row["repaired"] + row["set_aside"], row
        assert (row["set_aside"], row["repaired"]) == (aside, repaired), row
    assert {row["layer"] for row in ledger} == set(read)


@lru_cache
def background(town: str, kind: str) -> frozenset:
    """What is said of a town that nothing was done to."""
    frames = build({"town": town})
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    return frozenset(keys((lg.check(area) if kind == "check" else area.issues).frame))


# -- Python -------------------------------------------------------------------------------------------------------


def run_python(case: dict, folder) -> None:
    if "call" in case:
        return _run_call(case, folder)
    if "file" in case and "make" in case:
        return _run_file_python(case, folder)
    if "raw" in case or "sql_types" in case:
        path = write_area(case, folder)
        if "raises" in case:
            return _expect_raise(case, lambda: lg.open_study_area(path), path)
        before = path.read_bytes()
        _check_area(case, lg.open_study_area(path), build(case))
        assert path.read_bytes() == before
        return None
    frames = build(case)
    before = fingerprint(frames)
    options = {"crs": case.get("crs", CRS), "rules": _rules(case)} | case.get("options", {})
    if "raises" in case:
        _expect_raise(case, lambda: lg.StudyArea.from_frames(**frames, **options))
    else:
        _check_area(case, lg.StudyArea.from_frames(**frames, **options), frames)
    assert fingerprint(frames) == before
    return None


def _check_area(case: dict, area: lg.StudyArea, frames: dict) -> None:
    """The issues are those expected, each with its words; the rows named were set aside and no others."""
    town = case.get("town", "blocks")
    if case.get("run", "read") == "check":
        frame = lg.check(area).frame
        new = keys(frame) - background(town, "check")
        assert wanted(case) <= new, new
        codes = {e["code"] for e in case.get("expect", [])}
        assert not {k for k in new - wanted(case) if k[0] in codes}
    else:
        frame = area.issues.frame
        assert keys(frame) - background(town, "read") == wanted(case), keys(frame) - background(town, "read")
    check_texts(case, frame)
    check_ledger(case, area.ledger.to_dict("records"), {name: len(f) for name, f in frames.items()})
    for layer, aside in area.set_aside.items():
        assert aside["row"].tolist() == case.get("aside", {}).get(layer, []), layer
    if "household_grid" in case:
        assert area.plan.household_grid().tolist() == case["household_grid"]
    for where, values in case.get("then", {}).items():
        layer, column = where.split(".")
        found = area.layer(layer)[column].tolist()
        meant = [None if v == "<missing>" else v for v in values]
        assert [None if pd.isna(v) else v for v in found] == meant, found


def _named(name: str):
    """A function that makes or reads a spoilt file, by name."""
    for module in (spoilt_packages, spoilt_layers, spoilt_bytes, reads):
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"no function is named {name}")


def make_file(case: dict, folder):
    return _named(case["make"])(folder, **case.get("with", {}))


def _rules(case: dict) -> lg.ReadingRules | None:
    return lg.ReadingRules(**case["rules"]) if "rules" in case else None


def _expect_raise(case: dict, call, path=None) -> None:
    before = None if path is None or not path.is_file() else path.read_bytes()
    with pytest.raises(getattr(lg, case["raises"], None) or getattr(__builtins__, case["raises"], Exception)) as caught:
        call()
    for words in case["says"]:
        assert words in str(caught.value), str(caught.value)
    if before is not None:
        assert path.read_bytes() == before


def _run_call(case: dict, folder) -> None:
    call = getattr(calls, case["call"], None) or getattr(planning_calls, case["call"])
    arguments = {k: _number(v) for k, v in case.get("with", {}).items()}
    if call.__code__.co_varnames[: call.__code__.co_argcount][:1] == ("folder",):
        arguments["folder"] = folder
    if "raises" in case:
        _expect_raise(case, lambda: call(**arguments))
    else:
        assert call(**arguments) == case["gives"]


def _number(value):
    return {"<nan>": np.nan, "<inf>": np.inf, "<none>": None}.get(value, value) if isinstance(value, str) else value


def _run_file_python(case: dict, folder) -> None:
    path = make_file(case, folder)
    read = _named(case.get("read", "open_area"))
    if "raises" in case:
        saves = read.__name__.startswith("save")
        _expect_raise(case, lambda: read(path), None if saves else path)
    else:
        before = path.read_bytes()
        assert read(path) == case["gives"]
        assert path.read_bytes() == before or read.__name__.startswith("save")


# -- the command line ---------------------------------------------------------------------------------------------


def run_libgrid(*words: str) -> tuple[int, str, str]:
    """The command line in this process: exit code, standard output, standard error."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    argv, sys.argv = sys.argv, ["libgrid", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    finally:
        sys.argv = argv
    return code, out.getvalue(), err.getvalue()


def write_area(case: dict, folder):
    """The case's town as another program would write it."""
    path = folder / "town.gpkg"
    foreign_gpkg.write(path, build(case), case.get("sql_types"))
    for raw in case.get("raw", []):
        if "wkb" in raw:
            foreign_gpkg.put_geometry(path, raw["layer"], raw["row"], spoilt_bytes.wkb(raw["wkb"]))
        else:
            foreign_gpkg.put_text_bytes(path, raw["layer"], raw["column"], raw["row"], bytes.fromhex(raw["hex"]))
    return path


def run_convert(case: dict, folder) -> None:
    """`libgrid convert` of one layer: what Python reads of it is what is written, or nothing is."""
    path, target = make_file(case, folder), folder / "converted" / "out.gpkg"
    target.parent.mkdir()
    before = path.read_bytes()
    words = ["convert", str(path), str(target), "--table", "households", "--yes", "--json", "-q"]
    if case["read"] == "table_rows":
        words += ["--source-crs", "EPSG:4490"]
    code, out, err = run_libgrid(*words)
    if "raises" in case:
        assert code == 2, (code, out, err)
        for phrase in case["says"]:
            assert phrase in err, err
        assert not list(target.parent.iterdir())
    else:
        taken, aside = case["gives"]
        said = json.loads(out)
        (row,) = said["ledger"]
        assert row["read"] == taken + len(aside) and row["set_aside"] == len(aside), row
        assert {c for _, c in aside} <= {issue["code"] for issue in said["issues"]}
        assert code == 0 and target.exists()
    assert path.read_bytes() == before


def run_cli(case: dict, folder) -> None:
    if case.get("read") in ("layer_rows", "table_rows"):
        return run_convert(case, folder)
    if "make" in case:
        path = make_file(case, folder)
    elif "command" in case:
        path = write_area(case, folder)
    else:
        path = write_area(case, folder)
    before = path.read_bytes() if path.is_file() else None
    words = [w.replace("{file}", str(path)) for w in case.get("command", ["check", "{file}", "--json"])]
    code, out, err = run_libgrid(*words)
    refusal = case.get("cli") or ({"says": case["says"]} if "raises" in case else None)
    if refusal:
        assert code == refusal.get("exit", 2), (code, out, err)
        for phrase in refusal["says"]:
            assert phrase in err + out, err + out
    else:
        said = json.loads(out)
        frame = pd.DataFrame(said["issues"], columns=["code", "severity", "layer", "id", "message", "fix"])
        assert wanted(case) <= keys(frame), keys(frame)
        new = keys(frame) - background(case.get("town", "blocks"), "check") - wanted(case)
        codes = {e["code"] for e in case.get("expect", [])}
        assert not {k for k in new if k[0] in codes}, new
        check_texts(case, frame)
        check_ledger(case, said["ledger"], {name: len(f) for name, f in build(case).items()})
        errors = any(i["severity"] == "error" for i in said["issues"])
        assert code == (1 if errors else 0) and said["ok"] == (not errors)
    if before is not None:
        assert path.read_bytes() == before
