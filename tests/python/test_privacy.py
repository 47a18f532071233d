"""No personal field leaves by a side door: every value of a stranger's column is a canary, and none may sing."""

import contextlib
import io
import logging
import pathlib
import traceback
import warnings

import numpy as np
import pytest
from conftest import line_town
from libgrid.cli import app
from typer.testing import CliRunner

import libgrid as lg

WORD = "ZZQ"
PERSONAL = ("姓名", "身份证号", "电话", "illness", "remark", "address")


def canary(column, row):
    return f"{WORD}-{column}-{row:06d}"


@pytest.fixture
def frames():
    """A town whose households carry six columns that nobody asked for, each cell a word of its own."""
    frames = line_town()
    households = frames["households"].copy()
    for column in PERSONAL:
        households[column] = [canary(column, row) for row in range(len(households))]
    return frames | {"households": households}


def break_it(frames):
    """Every kind of bad row that a ledger brings, with canaries in the very cells that are wrong."""
    households = frames["households"].copy()
    for column, value in (("n_usual", canary("n_usual", 1)), ("inside", canary("inside", 2))):
        households[column] = households[column].astype(object) if column in households else True
        households[column] = households[column].astype(object)
        households.loc[1 if column == "n_usual" else 2, column] = value
    households.loc[3, "n_signed"] = 99
    households.loc[4, "household_id"] = households.loc[5, "household_id"]
    households["signed_team_id"] = [canary("team", row) for row in range(len(households))]
    return frames | {"households": households}


class Ear:
    """Collects everything that is said: stdout, stderr, log records, warnings, tracebacks and reprs."""

    def __init__(self):
        self.said = []

    @contextlib.contextmanager
    def listening(self, what):
        out, err, log = io.StringIO(), io.StringIO(), io.StringIO()
        handler = logging.StreamHandler(log)
        logging.getLogger().addHandler(handler)
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    yield
            except Exception:
                self.said.append((what, traceback.format_exc()))
        logging.getLogger().removeHandler(handler)
        self.said += [(what, s.getvalue()) for s in (out, err, log)]
        self.said += [(what, str(w.message)) for w in warned]

    def hear(self, what, *things):
        for thing in things:
            self.said.append((what, repr(thing)))
            self.said.append((what, str(thing)))
            html = getattr(thing, "_repr_html_", None)
            if html is not None:
                self.said.append((what, html() or ""))

    def hits(self):
        return sorted({what for what, text in self.said if WORD in text})


def use_everything(ear, make, folder):
    with ear.listening("open"):
        area = make()
        ear.hear("area", area, area.issues, area.plan, area.ledger)
        ear.said.append(("issues", area.issues.to_frame("zh").drop(columns="geometry").to_csv()))
        ear.said.append(("issues", area.issues.to_html("en")))
        with ear.listening("check"):
            found = lg.check(area)
            ear.hear("check", found)
            ear.said.append(("check", found.to_frame("en").drop(columns="geometry").to_csv()))
        with ear.listening("assess"):
            result = lg.assess(area)
            ear.hear("assess", result, result.access, result.response, result.workload)
        for audience in ("office", "public"):
            with ear.listening(audience):
                page = lg.report(area, folder / f"{audience}.html", audience=audience, lang="en")
                ear.said.append((audience, page.read_text(encoding="utf-8")))
        with ear.listening("save"):
            area.save(folder / "area.gpkg")
            area.with_plan(area.plan, "again").save(folder / "area.gpkg", note="again")
            back = lg.open_study_area(folder / "area.gpkg")
            ear.hear("reopened", back, back.issues, back.plans, lg.history(folder / "area.gpkg"))
        with ear.listening("strict"):
            lg.StudyArea.from_frames(**{n: area.layer(n) for n in area._tables}, crs=area.crs, strict=True)
        with ear.listening("compare"):
            change = lg.compare_plans(area.plan, area.plan)
            ear.hear("compare", change, change.teams)


@pytest.mark.parametrize("broken", [False, True], ids=["good rows", "bad rows"])
def test_no_canary_sings_in_messages_reprs_logs_reports_or_left_files(frames, tmp_path, broken):
    ear = Ear()
    given = break_it(frames) if broken else frames
    use_everything(ear, lambda: lg.StudyArea.from_frames(**given, crs="EPSG:4544"), tmp_path)
    assert len(ear.said) > 30
    assert ear.hits() == []
    for path in tmp_path.iterdir():
        if path.suffix != ".gpkg":  # the area's own file is where they belong
            assert WORD.encode() not in path.read_bytes(), path
    assert sorted(p.name for p in tmp_path.iterdir()) == ["area.gpkg", "office.html", "public.html"]
    # The test could hear one: the frame itself holds them, as the analyst asked.
    ear.hear("frame", lg.open_study_area(tmp_path / "area.gpkg").households.iloc[:1].to_string())
    assert ear.hits() == ["frame"]


@pytest.mark.parametrize("command", ["check", "coverage", "workload", "report", "history"])
def test_the_command_line_says_nothing_personal(frames, tmp_path, command):
    area = tmp_path / "area.gpkg"
    lg.StudyArea.from_frames(**break_it(frames), crs="EPSG:4544").save(area)
    extra = ["--out", str(tmp_path / "page.html")] if command == "report" else []
    for options in ([], ["--json"]) if command != "report" else ([],):
        done = CliRunner().invoke(app, [command, str(area), *extra, *options])
        assert done.exit_code in (0, 1), done.output
        assert WORD not in done.output and WORD not in str(done.exception or "")
    if command == "report":
        assert WORD not in pathlib.Path(tmp_path / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", ["text in numbers", "bad geometry", "hash", "csv", "geojson"])
def test_errors_about_broken_files_quote_no_cell(frames, tmp_path, damage):
    import sqlite3

    path = tmp_path / "area.gpkg"
    lg.StudyArea.from_frames(**frames, crs="EPSG:4544").save(path)
    with sqlite3.connect(path) as db:
        if damage == "text in numbers":
            db.execute("DROP TABLE libgrid_meta")
            db.execute("DELETE FROM gpkg_extensions")
            db.execute("UPDATE households SET n_usual = ?", (canary("n_usual", 0),))
        elif damage == "bad geometry":
            db.execute("DROP TABLE libgrid_meta")
            db.execute("DELETE FROM gpkg_extensions")
            db.execute("UPDATE households SET geom = ?", (canary("geom", 0).encode(),))
        elif damage == "hash":
            db.execute("UPDATE households SET 姓名 = ?", (canary("姓名", 9),))
    if damage == "csv":
        path = tmp_path / "a.csv"
        path.write_text(
            f'household_id,姓名,n_usual\n1,"{canary("姓名", 0)},2\n2,{canary("姓名", 1)}\n', encoding="utf-8"
        )
    if damage == "geojson":
        path = tmp_path / "a.geojson"
        path.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"姓名":"'
            + canary("姓名", 0)
            + '"},"geometry":{"type":"Point","coordinates":["'
            + canary("x", 0)
            + '",2]}}],,}',
            encoding="utf-8",
        )
    ear = Ear()
    found = 0
    with ear.listening("open"):
        area = lg.open_study_area(path)
        found += len(area.issues.errors)
        ear.hear("area", area, area.issues, area.ledger)
        ear.said.append(("issues", area.issues.to_frame("zh").drop(columns="geometry").to_csv()))
    with ear.listening("read"):
        lg.read_layer(path, None if path.suffix != ".gpkg" else "households", crs="EPSG:4544")
    assert found or any("Error" in text or "InvalidInput" in text for _, text in ear.said)
    assert ear.hits() == []


def test_a_public_report_on_two_plans_singles_nobody_out(tmp_path):
    """Six people change doctor. Their number is in no table, and no subtraction of tables gives it."""
    area = lg.datasets.load("town")
    inside = area.column("households", "inside").astype(bool)
    people = area.column("households", "n_usual").astype(int) + area.column("households", "n_short").astype(int)
    block = area.household_block()
    by_block = np.bincount(block[inside & (block >= 0)], people[inside & (block >= 0)], len(area.ids("blocks")))
    few = np.flatnonzero((by_block > 0) & (by_block < 10))[0]
    labels = area.plan.labels.copy()
    team = area.ids("teams").get_indexer(area.column("grids", "team_id"))
    labels[few] = np.flatnonzero((team >= 0) & (team != team[labels[few]]))[0]
    second = area.with_plan(lg.plan.Plan(area, labels, "second")).plans["second"]
    result = lg.assess(area)
    from libgrid.releases import guard

    checked = guard(result, second)
    teams = area.ids("teams")
    assert teams[team[area.plan.labels[few]]] not in checked.teams_after and not checked.changed
    assert teams[team[labels[few]]] not in checked.teams_after
    lg.report(result, tmp_path / "a.html", second, audience="public", lang="en")


def test_the_register_withholds_what_an_earlier_report_would_give_away(tmp_path):
    area = lg.datasets.load("town")
    register = tmp_path / "register.json"
    result = lg.assess(area)
    lg.report(result, tmp_path / "a.html", audience="public", register=register, made_on="2026-01-01")
    from libgrid.releases import guard, read_register

    former = read_register(register)
    assert len(former) == 1 and "n_usual" not in register.read_text(encoding="utf-8")
    again = guard(result, None, former)
    assert again.grids == guard(result).grids  # the same cells once more tell nothing new
    labels = area.plan.labels.copy()
    inside = area.column("households", "inside").astype(bool)
    people = area.column("households", "n_usual").astype(int) + area.column("households", "n_short").astype(int)
    block = area.household_block()
    by_block = np.bincount(block[inside & (block >= 0)], people[inside & (block >= 0)], len(area.ids("blocks")))
    few = np.flatnonzero((by_block > 0) & (by_block < 10))[0]
    leaf = np.flatnonzero(area._core.grids.leaf)
    old, new = labels[few], next(g for g in leaf if g != labels[few] and (labels == g).any())
    labels[few] = new
    moved = lg.assess(area, lg.plan.Plan(area, labels, "moved"))
    checked = guard(moved, None, former)
    assert {area.ids("grids")[old], area.ids("grids")[new]} <= checked.grids
    lg.report(moved, tmp_path / "b.html", audience="public", register=register)
    assert len(read_register(register)) == 2
    with pytest.raises(lg.InvalidInput, match="register"):
        lg.report(result, tmp_path / "c.html", audience="office", register=register)
    register.write_text("{}")
    with pytest.raises(lg.IoError, match="register"):
        lg.report(result, tmp_path / "c.html", audience="public", register=register)


def test_exported_tables_hold_no_formula_and_pages_no_markup(tmp_path):
    frames = line_town()
    names = ["=HYPERLINK(1)", "<script>alert(1)</script>", "@x", "-y", "+z"]
    frames["grids"] = frames["grids"].assign(name=names[: len(frames["grids"])])
    frames["blocks"] = frames["blocks"].assign(block_id=["=1+1", "+2", "-3", "@4", "\t5", "6"])
    frames["households"] = frames["households"].assign(block_id=["=1+1", "+2", "-3", "@4", "\t5", "6"])
    area = lg.StudyArea.from_frames(**frames, crs="EPSG:4544")
    lg.write_plan(area.plan, tmp_path / "plan.csv")
    cells = [c for line in (tmp_path / "plan.csv").read_text("utf-8-sig").splitlines()[1:] for c in line.split(",")]
    assert not [c for c in cells if c[:1] in "=+-@\t"]
    assert lg.read_plan(tmp_path / "plan.csv", area).frame.equals(area.plan.frame)
    page = lg.report(area, tmp_path / "page.html", lang="en").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "<script" not in area._repr_html_() + area.issues._repr_html_() + lg.check(area).to_html()
