"""The main job on two real places; skipped plainly where the data are not beside the checkout."""

import sys

import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tools"))

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.mark.parametrize("name", [
    pytest.param("liechtenstein", marks=pytest.mark.xdist_group("liechtenstein")),
    pytest.param("chengdu", marks=pytest.mark.xdist_group("chengdu")),
])  # fmt: skip
def test_the_coverage_questions_on_a_real_place(name, shared, tmp_path):
    import real_places

    import libgrid as lg

    area, assumed = real_places.PLACES[name](shared)
    ledger = area.ledger.set_index("layer")
    expected = {
        "liechtenstein": {"households": 12_497, "blocks": 17_696},
        "chengdu": {"households": 1_030, "blocks": 1_030},
    }
    for layer, count in expected[name].items():
        assert ledger.loc[layer, "read"] == count
    assert (ledger["read"] == ledger["accepted"] + ledger["repaired"] + ledger["set_aside"]).all()

    result = real_places.answer(name, area, assumed)
    everybody = result.access.groups.iloc[0]
    assert everybody["people"] == area.households["n_usual"].sum()
    assert everybody["covered"] + everybody["uncovered"] == everybody["people"]
    assert 0.1 < result.access.covered_share < 0.9
    assert result.gaps["people"].sum() == everybody["uncovered"]
    reached = np.isfinite(result.response.own_team_time_s)
    assert (result.response.boundary_cost_s[reached] >= 0).all()
    assert result.headline["teams_over"] is None  # assumed teams: workload is not asked

    # The same calls as on the sample: the week, the gaps with their causes.
    week = lg.measure_week(area)
    assert 0 < week.households["minutes_a_week"].max() <= 7 * 1440 and len(week.worst())
    gaps = lg.find_gaps(area, result.access, join_m=real_places.GAP_JOIN_M[name])
    assert gaps["people"].sum() == everybody["uncovered"] and set(gaps["cause"]) <= set(lg.gaps.CAUSES)

    page = lg.report(result, tmp_path / "report.html", lang="en", title=real_places.TITLES[name]).read_text(
        encoding="utf-8"
    )
    assert "assumed" in page and "<svg" in page
    households = area.ids("households")
    assert not any(households[i] in page for i in range(0, len(households), 997) if len(households[i]) > 8)
