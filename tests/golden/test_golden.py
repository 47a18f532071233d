"""The sample town's answers stay what they are; a wanted change is made with `python tests/golden/town.py --write`."""

import json

import pytest
import town

# People and grids are counted exactly; minutes and metres to a billionth, so that only a real change shows.
RELATIVE = 1e-9


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}/{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from leaves(item, f"{path}/{i}")
    else:
        yield path, value


def test_the_answers_of_the_town_have_not_moved():
    then = dict(leaves(json.loads(town.GOLDEN.read_text(encoding="utf-8"))))
    now = dict(leaves(json.loads(json.dumps(town.answers()))))
    assert then.keys() == now.keys()
    moved = [
        f"{path}: {then[path]} -> {value}"
        for path, value in now.items()
        if value != then[path]
        and not (isinstance(value, float) and value == pytest.approx(then[path], rel=RELATIVE, abs=1e-9))
    ]
    assert not moved, "\n".join(moved)
