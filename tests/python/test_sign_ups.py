import doctest
import itertools
import sys

import numpy as np
import pytest
from conftest import line_town

import libgrid as lg


def make(teams=None, **households):
    frames = line_town()
    frames["households"] = frames["households"].assign(**households)
    if teams is not None:
        frames["teams"] = frames["teams"].assign(**teams)
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544", max_people=100_000)


def test_examples():
    assert doctest.testmod(sys.modules["libgrid.sign_ups"]).failed == 0


def test_rates_by_grid_count_residents_and_those_who_signed():
    area = make(n_usual=[4] * 6, n_signed=[4, 1, 0, 2, 2, 0], signed_team_id=["t1"] * 6)
    grids = lg.measure_sign_ups(area).grids.set_index("grid_id")
    assert grids.loc["W", ["residents", "signed", "rate"]].tolist() == [12, 5, 5 / 12]
    assert grids["signed"].sum() == 9


def test_forty_thousand_fit_twenty_panels_and_one_more_is_over():
    # Twenty teams of one doctor, 2,000 each: 40,001 signed people cannot all be within.
    fits = make(teams={"n_doctors": [10, 10]}, n_usual=[10_000] * 6, n_signed=[10_000, 10_000, 0, 10_000, 10_000, 0],
                signed_team_id=["t1", "t1", "t1", "t2", "t2", "t2"])  # fmt: skip
    assert lg.measure_sign_ups(fits).teams["over"].tolist() == [0, 0]
    one_more = make(teams={"n_doctors": [10, 10]}, n_usual=[10_000] * 6,
                    n_signed=[10_000, 10_000, 1, 10_000, 10_000, 0],
                    signed_team_id=["t1", "t1", "t1", "t2", "t2", "t2"])  # fmt: skip
    signed = lg.measure_sign_ups(one_more)
    assert signed.teams["signed"].sum() == 40_001 and signed.teams["over"].sum() == 1
    assert "1 teams over" in repr(signed)
    assert set(lg.check(one_more).frame.query("code == 'LG-D103'")["id"]) == {"t1"}


def test_classes_lie_between_bounds_that_every_way_of_signing_keeps():
    p, c, s = 4, 2, 3
    ways = [len(set(sick) & set(signs)) for sick in itertools.combinations(range(p), c)
            for signs in itertools.combinations(range(p), s)]  # fmt: skip
    area = make(n_usual=[p] * 6, n_age65=[c, 0, 0, 0, 0, 0], n_signed=[s] + [0] * 5, signed_team_id=["t1"] * 6)
    row = lg.measure_sign_ups(area).totals.set_index("class").loc["age65"]
    assert row[["people", "signed_low", "signed_high"]].tolist() == [c, min(ways), max(ways)]
    assert row["signed"] == pytest.approx(np.mean(ways)) and row["rate"] == pytest.approx(np.mean(ways) / c)


def test_unknown_counts_are_left_out_and_nobody_is_lost():
    area = make(n_usual=[2] * 6, n_age65=[2, None, 0, 0, 0, 0], n_signed=[1] * 6, signed_team_id=[None] * 6)
    signed = lg.measure_sign_ups(area)
    assert signed.totals.set_index("class").loc["age65", "people"] == 2
    assert signed.signed_without_team == 6 and signed.teams["signed"].tolist() == [0, 0]
    assert signed.teams["field_signed"].sum() == 6
    assert np.isnan(signed.totals.set_index("class").loc["pregnant", "rate"])


def test_a_panel_must_be_above_nought():
    with pytest.raises(lg.InvalidInput, match="panel_per_doctor"):
        lg.measure_sign_ups(make(), panel_per_doctor=0)
