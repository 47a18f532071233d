"""A hundred thousand places on borders and corners, in any order of rows and rings; `./dev soak` takes ten million."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import soak_locate


def test_no_place_on_a_border_is_lost_or_doubled():
    on_border, by_rule = soak_locate.soak(100_000, seed=5)
    assert on_border > 20_000 and by_rule > 100


def test_the_soak_notices_a_wrong_answer(monkeypatch):
    import numpy as np
    import pytest

    honest = soak_locate._core.PointLocator

    class Careless:
        def __init__(self, polygons):
            self.locator = honest(polygons)

        def locate_positions(self, frame, xy):
            found = self.locator.locate_positions(frame, xy)
            found[np.flatnonzero(found >= 0)[7]] += 1
            return found

    monkeypatch.setattr(soak_locate._core, "PointLocator", Careless)
    with pytest.raises(SystemExit, match="1 wrong"):
        soak_locate.soak(20_000, seed=5)
