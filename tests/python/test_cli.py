import json

import pytest
from conftest import line_town
from typer.testing import CliRunner

import libgrid as lg
from libgrid import cli

runner = CliRunner()


@pytest.fixture(scope="module")
def gpkg(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "line.gpkg"
    lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544").save(path)
    return str(path)


def run(*words, code=0):
    result = runner.invoke(cli.app, list(words))
    assert result.exit_code == code, result.output
    return result.output


def test_check_says_what_python_says(gpkg):
    payload = json.loads(run("check", gpkg, "--json"))
    frame = lg.check(lg.open_study_area(gpkg)).frame
    assert [i["code"] for i in payload["issues"]] == frame["code"].tolist() and payload["ok"]
    assert all(row["read"] == row["accepted"] + row["repaired"] + row["set_aside"] for row in payload["ledger"])
    assert "规模标准" in run("check", gpkg, "--lang", "zh")


def test_check_fails_when_there_are_errors(tmp_path):
    frames = line_town()
    frames["teams"]["n_grid_workers"] = 0
    lg.StudyArea.from_frames(**frames, crs="EPSG:4544").save(tmp_path / "bad.gpkg")
    assert "LG-D101" in run("check", str(tmp_path / "bad.gpkg"), code=1)


def test_coverage(gpkg):
    tables = json.loads(run("coverage", gpkg, "--json", "-q"))
    assert tables["access"][0]["people"] == 15 and tables["response"][0]["covered"] == 15
    by_team = json.loads(run("coverage", gpkg, "--by", "team", "--json", "-q"))
    assert [row["team_id"] for row in by_team["response"]] == ["t1", "t2"]
    assert "use groups, grid, team or site" in run("coverage", gpkg, "--by", "street", code=2)


def test_workload(gpkg):
    rows = json.loads(run("workload", gpkg, "--json"))["workload"]
    assert {row["team_id"] for row in rows} == {"t1", "t2"} and all(row["offered_min"] > 0 for row in rows)
    assert "balance" in run("workload", gpkg)


def test_workload_with_edited_rules_an_interval_and_roles(gpkg, tmp_path):
    table = tmp_path / "rules.csv"
    run("workload", gpkg, "--write-rules", str(table), "--json")
    rules = lg.read_service_rules(table)
    rules["minutes"] *= 1.1
    lg.write_service_rules(rules, table)
    once = json.loads(run("workload", gpkg, "--json"))["workload"]
    more = json.loads(run("workload", gpkg, "--rules", str(table), "--interval", "0.9", "--json"))["workload"]
    assert all(a["care_min"] * 1.1 == pytest.approx(b["care_min"]) for a, b in zip(once, more, strict=True))
    assert all(row["load_low"] < row["load"] < row["load_high"] for row in more)
    assert "nurse" in run("workload", gpkg, "--by", "role", "--merge", "independent")
    assert "team, grid or role" in run("workload", gpkg, "--by", "street", code=2)


def test_compare(gpkg, tmp_path):
    (tmp_path / "plan.csv").write_text("block_id,grid_id\nb2,E\n", encoding="utf-8")
    change = json.loads(run("compare", gpkg, "today", str(tmp_path / "plan.csv"), "--json").splitlines()[-1])
    assert change["moved_blocks"] == 1 and change["doctor_changed_signed"] == 1


def test_number_and_bounds():
    payload = json.loads(run("number", "town", "--json"))["grids"]
    numbers = lg.number_grids(lg.datasets.load("town")).mapping
    assert {row["grid_id"]: row["new_id"] for row in payload} == numbers
    text = run("bounds", "town")
    assert (
        len(text.splitlines()) == len(numbers) and "东至" in text and "east to" in run("bounds", "town", "--lang", "en")
    )
    sides = json.loads(run("bounds", "town", "--metres", "--json"))["sides"]
    assert {row["side"] for row in sides} == {"east", "south", "west", "north"}


def test_report(gpkg, tmp_path):
    run("report", gpkg, "--out", str(tmp_path / "r.html"), "--lang", "en", "-q")
    assert "<svg" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "zh or en" in run("report", gpkg, "--lang", "fr", code=2)


def test_a_report_of_an_assessment_compares_with_a_second_plan(tmp_path):
    area = lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")
    plan = lg.Plan(area, [0, 0, 1, 1, 1, 1])
    page = lg.report(lg.assess(area), tmp_path / "r.html", plan=plan, lang="en").read_text(encoding="utf-8")
    assert "no second plan" not in page


def test_the_report_counts_households_with_an_issue_and_names_none(tmp_path):
    frames = line_town()
    frames["households"] = frames["households"].drop(columns="block_id")
    result = lg.assess(lg.StudyArea.from_frames(**frames, crs="EPSG:4544"))
    office = lg.report(result, tmp_path / "o.html", lang="en").read_text(encoding="utf-8")
    public = lg.report(result, tmp_path / "p.html", lang="en", audience="public").read_text(encoding="utf-8")
    row = office[office.index("LG-H105") :][:400]
    assert ">6<" in row and "h0" not in row
    assert "holds 3 households" not in public and "holds 3 households" in office


def test_our_errors_are_one_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["libgrid", "check", "/nowhere/town.gpkg"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    err = capsys.readouterr().err
    assert stop.value.code == 2 and err.startswith("libgrid: ") and "Traceback" not in err


def test_the_demo_prints_five_figures(tmp_path):
    lines = run("demo", "--out", str(tmp_path / "report.html"), "-q", "--lang", "en").splitlines()
    figures = [line for line in lines if any(line.endswith(english) for english, _ in cli.HEADLINES.values())]
    assert len(figures) == 5 and lines[-5:] == figures
    assert (tmp_path / "report.html").stat().st_size < 1_500_000


def test_isochrones(gpkg, tmp_path):
    shapes = json.loads(run("isochrones", gpkg, "--minutes", "2,5", "--json"))
    assert [f["properties"]["minutes"] for f in shapes["features"]] == [2, 5]
    lon, lat = shapes["features"][0]["geometry"]["coordinates"][0][0]
    assert 100 < lon < 110 and 25 < lat < 35
    out = tmp_path / "reach.gpkg"
    run("isochrones", gpkg, "--origin", "teams", "--minutes", "8", "--out", str(out))
    layer = lg.io.read_tables(out)[0]["isochrones"]
    assert layer.frame["team_id"].tolist() == ["t1", "t2"] and layer.geometry[0].area > 1000
    assert "S1" in run("isochrones", gpkg)
    assert "minutes above 0" in run("isochrones", gpkg, "--minutes", "five", code=2)
    assert ".geojson" in run("isochrones", gpkg, "--out", str(tmp_path / "reach.shp"), code=2)


def test_path(gpkg, tmp_path):
    text = run("path", gpkg, "household:h2", "--lang", "en")
    assert "250 m" in text and "set out along an unnamed street for 250 m" in text
    out = tmp_path / "way.geojson"
    run("path", gpkg, "household:h2", "site:S2", "--out", str(out))
    steps = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert len(steps) == 1 and steps[0]["properties"]["metres"] == 350 and "出发" in steps[0]["properties"]["text"]
    assert json.loads(run("path", gpkg, "400010,3400000", "--json"))["features"][0]["geometry"]["type"] == "LineString"
    assert "no household has this id" in run("path", gpkg, "household:nobody", code=2)
    assert "no way" in run("path", gpkg, "household:h2", "500000,3400000", "--lang", "en", code=1)


def test_catchments(gpkg, tmp_path):
    rows = json.loads(run("catchments", gpkg, "--json"))["catchments"]
    assert [(row["site_id"], row["people"]) for row in rows] == [("S1", 15), ("S2", 0)]
    run("catchments", gpkg, "--origin", "teams", "--minutes", "6", "--out", str(tmp_path / "c.geojson"))
    found = json.loads((tmp_path / "c.geojson").read_text(encoding="utf-8"))
    assert {f["properties"]["team_id"] for f in found["features"]} == {"t1", "t2"}
