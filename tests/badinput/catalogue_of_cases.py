"""The cases as data: read from the TOML files beside this one, with what each expects."""

import pathlib
import tomllib
from collections import Counter

HERE = pathlib.Path(__file__).parent
COUNTS = {"P": 50, "H": 34, "N": 30, "D": 18, "F": 62, "A": 24, "R": 12}
SURFACES = ("python", "cli", "core")


def load(name: str) -> dict:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


FILES = ("polygons", "households", "networks", "teams", "files", "parameters", "planning")
REASONS: dict[str, str] = load("reasons")
ELSEWHERE: dict[str, str] = load("elsewhere")
CASES = [case | {"file": name} for name in FILES for case in load(name).get("case", [])]


def number_of(case: dict) -> str:
    """The catalogue's number of a case; several cases may try one number in different ways: ``H19``, ``H19-read``."""
    return case["id"].split("-")[0]


def problems() -> list[str]:
    """What is wrong with the catalogue itself."""
    wrong = []
    wanted = {f"{letter}{k:02d}" for letter, n in COUNTS.items() for k in range(1, n + 1)}
    here = {number_of(case) for case in CASES}
    wrong += [f"{i}: no case" for i in sorted(wanted - here - set(ELSEWHERE))]
    wrong += [f"{i}: a case and an excuse" for i in sorted(here & set(ELSEWHERE))]
    wrong += [f"{i}: not in the catalogue" for i in sorted((here | set(ELSEWHERE)) - wanted)]
    wrong += [f"{i}: twice" for i, n in Counter(case["id"] for case in CASES).items() if n > 1]
    for case in CASES:
        for surface in SURFACES:
            excuse = case.get(f"no_{surface}")
            if excuse is not None and excuse not in REASONS:
                wrong.append(f"{case['id']}: {surface} is left out for {excuse!r}, which reasons.toml does not explain")
        if "core" not in case and "no_core" not in case:
            wrong.append(f"{case['id']}: says neither what the core does nor why it has no part in it")
        if not (case.get("expect") or case.get("raises") or case.get("gives") is not None or case.get("accepted")):
            wrong.append(f"{case['id']}: expects nothing")
    return wrong
