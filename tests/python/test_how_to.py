"""The commands and the code of the how-to pages run, on files that the page describes."""

import pathlib
import re
import shlex

import pytest
from deliveries import make
from typer.testing import CliRunner

from libgrid import cli

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/how-to/from-raw-files.md"
MAY_FIND_ERRORS = ("check",)  # exit code 1 means that it found some


@pytest.fixture
def delivered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make.write_street_office(tmp_path)
    return tmp_path


def test_every_command_and_the_code_of_from_raw_files_run(delivered):
    blocks = re.findall(r"```(bash|python)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    commands = [
        line
        for kind, text in blocks
        if kind == "bash"
        for line in text.replace("\\\n", " ").splitlines()
        if line.strip()
    ]
    assert len(commands) >= 6
    for line in commands:
        program, *words = shlex.split(line)
        assert program == "libgrid"
        result = CliRunner().invoke(cli.app, words)
        allowed = (0, 1) if words[0] in MAY_FIND_ERRORS else (0,)
        assert result.exit_code in allowed and not isinstance(result.exception, Exception), (line, result.output)
        assert make.SECRET not in result.output
    for name in ("住户.gpkg", "道路.gpkg", "编号道路.gpkg", "area.gpkg", "站点.geojson"):
        assert (delivered / name).exists(), name
    for kind, text in blocks:
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), {})


@pytest.mark.slow
def test_every_command_and_the_code_of_sessions_and_rounds_run(tmp_path, monkeypatch, anjing):
    pytest.importorskip("ortools", reason="the extra 'rounds' is not installed")
    monkeypatch.chdir(tmp_path)
    page = PAGE.with_name("sessions-and-rounds.md")
    people = anjing.households.query("n_key > 0")["household_id"].head(5)
    people.to_csv("stops.csv", index=False)
    scope = {}
    for kind, text in re.findall(r"```(bash|python)\n(.*?)```", page.read_text(), re.DOTALL):
        if kind == "python":
            exec(compile(text, str(page), "exec"), scope)
            continue
        for line in text.splitlines():
            result = CliRunner().invoke(cli.app, shlex.split(line)[1:])
            assert result.exit_code == 0 and not isinstance(result.exception, Exception), (line, result.output)
    assert (tmp_path / "day.xlsx").exists()
