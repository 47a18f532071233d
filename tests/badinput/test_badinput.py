"""The catalogue of bad inputs, on every surface: the right code and the right row, and nothing else touched."""

import pytest
from catalogue_of_cases import CASES, problems
from core_cases import PATH, core_text
from run_cases import run_cli, run_python


def named(surface: str):
    cases = [case for case in CASES if f"no_{surface}" not in case]
    return pytest.mark.parametrize("case", cases, ids=[case["id"] for case in cases])


def test_the_catalogue_is_whole():
    assert problems() == []


@named("python")
def test_python(case, tmp_path):
    run_python(case, tmp_path)


@named("cli")
def test_cli(case, tmp_path):
    run_cli(case, tmp_path)


def test_the_cases_of_the_core_are_those_of_the_catalogue():
    """The C++ test reads this file: `python tests/badinput/core_cases.py` writes it again."""
    assert PATH.read_text(encoding="utf-8") == core_text()
