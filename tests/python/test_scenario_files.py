"""Scenarios as files: the same bits anywhere, and what is refused."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from conftest import CRS, line_town
from libgrid.files import layer_hashes

import libgrid as lg


def make(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs=CRS)


@pytest.fixture(scope="module")
def rich(town):
    """A scenario of the small town with an edit of every kind that needs no other file."""
    sites, teams, roads = (town.ids(name) for name in ("sites", "teams", "roads"))
    plan = lg.Plan(town, np.roll(town.plan.labels, 1), "rolled")
    return (
        lg.Scenario(town, settings=lg.Settings(access_mode="walk_elderly"), rules=lg.service_rules(), seed=7)
        .add_site("new", town.points("sites")[0] + [120.1234, 30.5], name="新站", kind="studio")
        .add_team("team", "new", grids=town.ids("grids")[-2:], offered_min=20_000.5)
        .add_session("sess", site_id="new", team_id="team", weekday=2, start="08:30", end="11:30")
        .move_team(teams[0], "new")
        .close_roads(roads[[2, 5]])
        .open_roads(roads[[5]])
        .add_crossing("bridge", roads[0], roads[-1], road_class="footway")
        .scale_demand(1.15)
        .scale_demand(0.9, group="signed", grids=town.ids("grids")[-3:])
        .age_population(5)
        .set_plan(plan)
        .set_rules(lg.service_rules().assign(minutes=lambda d: d["minutes"] + 0.1))
        .set_settings(size_norm=(20, 90), moment=None)
        .move_site(sites[1], town.points("sites")[1] + 10)
        .close_site(sites[2], teams_to=sites[1])
        .named("everything")
    )


def test_json_brings_the_same_edits_and_the_same_outcome(rich, town):
    again = lg.Scenario.from_json(rich.to_json(), town)
    assert again.edits == rich.edits and again.seed == 7 and again.name == "everything"
    assert again.measure().hashes == rich.measure().hashes
    assert again.to_json() == rich.to_json()


def test_a_file_replays_to_the_same_bits_in_another_process(rich, tmp_path):
    outcome = rich.measure()
    path = tmp_path / "everything.json"
    rich.save(path, outcome, area_file="town")
    code = f"import libgrid as lg; print(lg.replay({str(path)!r}).hash)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.strip() == outcome.hash, done.stderr


def test_a_file_finds_its_area_beside_it(tmp_path):
    area = make()
    area.save(tmp_path / "area.gpkg")
    moved = lg.Scenario(area).move_team("t1", "S2")
    moved.save(tmp_path / "moved.json", moved.measure(), area_file="area.gpkg")
    assert lg.replay(tmp_path / "moved.json").hash == moved.measure().hash
    assert lg.replay(tmp_path / "moved.json", tmp_path / "area.gpkg").hash == moved.measure().hash
    moved.save(tmp_path / "lost.json")
    with pytest.raises(lg.InvalidInput, match="names no area; give the study area"):
        lg.replay(tmp_path / "lost.json")
    with pytest.raises(lg.IoError, match=r"none.json: cannot be read"):
        lg.replay(tmp_path / "none.json")


def test_an_area_has_the_same_hashes_in_memory_and_in_its_file(tmp_path, town):
    area = make()
    area.save(tmp_path / "area.gpkg")
    assert layer_hashes(lg.open_study_area(tmp_path / "area.gpkg")) == layer_hashes(area)
    changed = area.replace(sites=area.sites.assign(kind=["centre", "centre"]))
    differ = [name for name, value in layer_hashes(area).items() if layer_hashes(changed)[name] != value]
    assert differ == ["sites"]


def test_another_area_is_refused_and_the_layers_that_differ_are_named():
    text = lg.Scenario(make()).move_team("t1", "S2").to_json()
    other = make()
    other = other.replace(sites=other.sites.assign(kind=["centre", "centre"]), roads=None)
    with pytest.raises(lg.InvalidInput, match="another area than this one: sites differs; roads missing here"):
        lg.Scenario.from_json(text, other)


def test_an_outcome_that_differs_is_told_by_its_answers(tmp_path):
    area = make()
    scenario = lg.Scenario(area).move_team("t1", "S2")
    scenario.save(tmp_path / "s.json", scenario.measure())
    page = json.loads((tmp_path / "s.json").read_text())
    page["edits"] = []
    (tmp_path / "s.json").write_text(json.dumps(page))
    with pytest.raises(lg.InvalidInput, match=r"these answers differ: .*own_times.*response"):
        lg.replay(tmp_path / "s.json", area)


def spoilt(**changes):
    page = json.loads(lg.Scenario(make()).move_team("t1", "S2").to_json())
    return json.dumps({**page, **changes})


def move_team(team_id, base_site_id="S2"):
    row = {"edit": "move_team", "team_id": team_id, "base_site_id": base_site_id}
    return {k: v for k, v in row.items() if v is not None}


SPOILT = {
    "not JSON": "{",
    "is no scenario": "[]",
    '"format" must be "libgrid scenario"': json.dumps({"format": "plan"}),
    '"version" must be a whole number': lambda: spoilt(version="1"),
    "written by libgrid 99.1; this libgrid .* reads formats up to 1: update": lambda: spoilt(version=2, libgrid="99.1"),
    'lacks "edits"': lambda: spoilt(edits=None),
    'lacks "seed"': lambda: spoilt(seed="x"),
    'lacks "layers"': lambda: spoilt(baseline={}),
    "edit 1 of 1: there is no edit 'move_teem' \\(≈ move_team": lambda: spoilt(edits=[{"edit": "move_teem"}]),
    "edit 1 of 1: the edit move_team needs 'base_site_id'": lambda: spoilt(edits=[move_team("t1", None)]),
    "has no 'to'": lambda: spoilt(edits=[{**move_team("t1"), "to": 1}]),
    "edit 2 of 2: no team 't9'": lambda: spoilt(edits=[move_team("t1"), move_team("t9")]),
    "an edit is an object": lambda: spoilt(edits=["move"]),
    '"settings" may hold': lambda: spoilt(settings={"color": 1}),
    '"settings": a value is not of its kind|must be': lambda: spoilt(settings={"door_s": "a minute"}),
    "unknown questions": lambda: spoilt(settings={"questions": ["why"]}),
    "every move is a block and its grid": lambda: spoilt(edits=[{"edit": "set_plan", "moves": [["b0"]]}]),
    "names block b0 twice": lambda: spoilt(edits=[{"edit": "set_plan", "moves": [["b0", "W"], ["b0", "E"]]}]),
    "grid C holds grids, not blocks": lambda: spoilt(edits=[{"edit": "set_plan", "moves": [["b0", "C"]]}]),
    "there is no column a, b": lambda: spoilt(edits=[{"edit": "set_rules", "columns": ["a", "b"], "rows": [[1]]}]),
    "every change is a name and a value": lambda: spoilt(edits=[{"edit": "set_settings", "changes": ["door_s"]}]),
}


@pytest.mark.parametrize("message", SPOILT)
def test_a_spoilt_file_is_refused_with_the_reason(message):
    text = SPOILT[message] if isinstance(SPOILT[message], str) else SPOILT[message]()
    with pytest.raises(lg.InvalidInput, match=message):
        lg.Scenario.from_json(text, make())


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path, monkeypatch):
    (tmp_path / "gbk.json").write_bytes("街道办事处".encode("gbk"))
    with pytest.raises(lg.InvalidInput, match="not UTF-8"):
        lg.replay(tmp_path / "gbk.json", make())
    monkeypatch.setattr("libgrid.scenario.document._MAX_BYTES", 1)
    with pytest.raises(lg.InvalidInput, match="which no scenario is"):
        lg.replay(tmp_path / "gbk.json", make())


def test_outcomes_travel_between_processes(town):
    outcome = lg.Scenario(town).measure()
    again = pickle.loads(pickle.dumps(outcome))
    assert again.hash == outcome.hash and again.metrics.equals(outcome.metrics)


def test_the_command_sets_files_beside_today_and_replays_them(rich, tmp_path):
    from typer.testing import CliRunner

    from libgrid import cli

    rich.save(tmp_path / "everything.json", rich.measure())
    say = CliRunner().invoke(cli.app, ["scenario", "town", str(tmp_path / "everything.json"), "-q"])
    assert say.exit_code == 0 and "Δ everything" in say.output and "no_longer_covered" in say.output
    words = ["scenario", "town", str(tmp_path / "everything.json"), "--json", "--draws", "20"]
    out = ["--out", str(tmp_path / "table.xlsx")]
    page = json.loads(CliRunner().invoke(cli.app, words + out).output)
    assert {row["scenario"] for row in page["differences"]} == {"everything"} and (tmp_path / "table.xlsx").exists()
    say = CliRunner().invoke(cli.app, ["scenario", "town", str(tmp_path / "everything.json"), "--replay"])
    assert say.exit_code == 0 and rich.measure().hash in say.output
    spoilt = json.loads((tmp_path / "everything.json").read_text())
    spoilt["outcome"]["answers"]["access"] = spoilt["outcome"]["hash"] = "0"
    (tmp_path / "everything.json").write_text(json.dumps(spoilt))
    say = CliRunner().invoke(cli.app, ["scenario", "town", str(tmp_path / "everything.json"), "--replay"])
    assert isinstance(say.exception, lg.InvalidInput) and "these answers differ: access" in str(say.exception)


@pytest.mark.slow
def test_the_code_and_the_commands_of_the_how_to_page_run(tmp_path, monkeypatch):
    import pathlib
    import re
    import shlex

    from typer.testing import CliRunner

    from libgrid import cli

    page = pathlib.Path(__file__).resolve().parents[2] / "docs/how-to/scenarios.md"
    blocks = re.findall(r"```(bash|python)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    script = "\n".join(text for kind, text in blocks if kind == "python")
    (tmp_path / "page.py").write_text(script, encoding="utf-8")
    done = subprocess.run([sys.executable, "page.py"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(tmp_path)
    for line in "\n".join(text for kind, text in blocks if kind == "bash").splitlines():
        program, *words = shlex.split(line)
        said = CliRunner().invoke(cli.app, words)
        assert program == "libgrid" and said.exit_code == 0, said.output
    assert (tmp_path / "scenarios.xlsx").exists()
