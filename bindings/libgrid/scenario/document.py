"""Scenarios as JSON files: what was edited, on which baseline, and what came of it; replayed to the same bits."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from .. import datasets
from .._atomic import replace_file
from .._core import InvalidInput, IoError
from ..files import crs_text, layer_hashes, open_study_area
from ..questions import Settings
from ..study_area import StudyArea
from ..versions import library_version
from .edit import from_row
from .edits_plan import SetRules

if TYPE_CHECKING:
    from .outcome import Outcome
    from .scenario import Scenario

KIND = "libgrid scenario"
VERSION = 1
_MAX_BYTES = 64 * 2**20


def to_json(scenario: Scenario, outcome: Outcome | None, area_file: str | None = None) -> str:
    start = scenario._start
    rules = None if start.rules is None else SetRules.of(start.rules).to_row()
    page = {
        "format": KIND,
        "version": VERSION,
        "libgrid": library_version(),
        "name": scenario.name,
        "seed": scenario.seed,
        "baseline": {"crs": crs_text(start.baseline.crs), "layers": layer_hashes(start.baseline)},
        "settings": dataclasses.asdict(start.settings),
        "rules": rules,
        "edits": [edit.to_row() for edit in scenario.edits],
    }
    if area_file is not None:
        page["baseline"]["file"] = area_file
    if outcome is not None:
        page["outcome"] = {"hash": outcome.hash, "answers": outcome.hashes}
    return json.dumps(page, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _read(text: str) -> dict:
    try:
        page = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the scenario is not JSON: {error}") from None
    if not isinstance(page, dict) or page.get("format") != KIND:
        raise InvalidInput(f'the text is no scenario: "format" must be "{KIND}"')
    version = page.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InvalidInput(f'"version" must be a whole number from 1, not {version!r}')
    if version > VERSION:
        raise InvalidInput(
            f"the scenario has format {version}, written by libgrid {page.get('libgrid', '?')}; this libgrid "
            f"({library_version()}) reads formats up to {VERSION}: update it to replay the file"
        )
    for key, kind in (("name", str), ("seed", int), ("baseline", dict), ("edits", list)):
        if not isinstance(page.get(key), kind):
            raise InvalidInput(f'the scenario lacks "{key}", or it is no {kind.__name__}')
    return page


def from_json(text: str, area: StudyArea) -> Scenario:
    from .scenario import Scenario

    page = _read(text)
    if not isinstance(area, StudyArea):
        raise InvalidInput(f"a scenario begins with a study area, not {type(area).__name__}")
    _require_same(page["baseline"], area)
    scenario = Scenario(
        area, name=page["name"], settings=_settings(page.get("settings")), rules=_rules(page), seed=page["seed"]
    )
    for step, row in enumerate(page["edits"], 1):
        try:
            scenario = scenario.with_edit(from_row(row))
        except InvalidInput as error:
            raise InvalidInput(f"edit {step} of {len(page['edits'])}: {error}") from None
    return scenario


def _require_same(said: dict, area: StudyArea) -> None:
    """Refuse another area than the one that the scenario was made for, and say in what it differs."""
    layers = said.get("layers")
    if not isinstance(layers, dict):
        raise InvalidInput('the scenario lacks "layers", the hashes of its baseline')
    here = layer_hashes(area)
    differ = [name for name in here.keys() & layers.keys() if here[name] != layers[name]]
    missing = sorted(layers.keys() - here.keys())
    more = sorted(here.keys() - layers.keys())
    words = [f"{', '.join(sorted(differ))} {'differs' if len(differ) == 1 else 'differ'}"] if differ else []
    words += [f"{', '.join(missing)} missing here"] if missing else []
    words += [f"{', '.join(more)} more here"] if more else []
    if said.get("crs") != crs_text(area.crs):
        words.append(f"its CRS is {said.get('crs')}, here {crs_text(area.crs)}")
    if words:
        raise InvalidInput(
            f"the scenario was made for another area than this one: {'; '.join(words)}. Open the file that it was "
            "made for (a former generation, perhaps), or make the edits anew"
        )


def _settings(row) -> Settings:
    if row is None:
        return Settings()
    names = {part.name for part in dataclasses.fields(Settings)}
    if not isinstance(row, dict) or not set(row) <= names:
        raise InvalidInput(f'"settings" may hold {", ".join(sorted(names))}')
    try:
        return Settings(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})
    except TypeError as error:
        raise InvalidInput(f'"settings": a value is not of its kind ({error})') from None


def _rules(page: dict) -> pd.DataFrame | None:
    if page.get("rules") is None:
        return None
    rules = from_row(page["rules"])
    if not isinstance(rules, SetRules):
        raise InvalidInput('"rules" must be service rules')
    return pd.DataFrame(list(rules.rows), columns=list(rules.columns))


def save(scenario: Scenario, path, outcome: Outcome | None, area_file: str | None) -> None:
    text = to_json(scenario, outcome, area_file)
    replace_file(path, lambda temp: temp.write_text(text, encoding="utf-8"))


def read_file(path) -> str:
    path = Path(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InvalidInput(f"{path}: larger than {_MAX_BYTES >> 20} MiB, which no scenario is")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"{path}: not UTF-8, as scenarios are") from None
    except OSError as error:
        raise IoError(f"{path}: cannot be read ({error.strerror or error})") from None


def replay(path, area: StudyArea | str | os.PathLike | None = None) -> Outcome:
    """Compute the outcome of a scenario's file again, and hold it against the one that the file keeps.

    Parameters
    ----------
    path : path-like
        A file that :meth:`Scenario.save` wrote.
    area : StudyArea or path-like, optional
        The baseline. Without it, the file that the scenario names, beside it, or the sample of that name.

    Returns
    -------
    Outcome

    Raises
    ------
    IoError
        A file that cannot be read.
    InvalidInput
        As :meth:`Scenario.from_json`; an outcome that is not the same to the bit: the answers that differ are named.

    Examples
    --------
    >>> import libgrid as lg, tempfile, os
    >>> today = lg.Scenario(lg.datasets.load("town"))
    >>> path = os.path.join(tempfile.mkdtemp(), "today.json")
    >>> outcome = today.measure()
    >>> today.save(path, outcome, area_file="town")
    >>> lg.replay(path).hash == outcome.hash
    True
    """
    text = read_file(path)
    page = _read(text)
    if area is None:
        area = page["baseline"].get("file")
        if not isinstance(area, str):
            raise InvalidInput(f"{path}: the scenario names no area; give the study area that it was made for")
        area = area if area in datasets.NAMES else Path(path).parent / area
    if not isinstance(area, StudyArea):
        area = datasets.load(area) if str(area) in datasets.NAMES else open_study_area(area)
    outcome = from_json(text, area).measure()
    said = page.get("outcome")
    if isinstance(said, dict) and said.get("hash") != outcome.hash:
        told = said.get("answers") if isinstance(said.get("answers"), dict) else {}
        here = outcome.hashes
        differ = sorted(k for k in here.keys() | told.keys() if here.get(k) != told.get(k))
        raise InvalidInput(
            f"{path}: the outcome is not what it was when the file was saved by libgrid {page.get('libgrid', '?')}; "
            f"these answers differ: {', '.join(differ) or 'none, but the hash was changed'}"
        )
    return outcome
