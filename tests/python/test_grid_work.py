import doctest
import sys

import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg


@pytest.fixture
def area():
    frames = line_town()
    households = frames["households"].assign(n_usual=[3] * 6, n_key=[1, 0, 0, 2, 0, 0], n_next_key=[0, 1, 0, 0, 0, 0])
    return lg.StudyArea.from_frames(**frames | {"households": households}, crs="EPSG:4544")


def test_examples():
    assert doctest.testmod(sys.modules["libgrid.grid_work"]).failed == 0


def test_the_minutes_are_the_sum_over_tasks_grid_by_grid(area):
    # The obvious way: each task of each grid by hand.
    work = lg.measure_grid_work(area, events=pd.Series({"W": 10.0}))
    households = {"W": 3, "E": 3}
    key, next_key, events = {"W": 1, "E": 2}, {"W": 1, "E": 0}, {"W": 10, "E": 0}
    for row in work.grids.itertuples():
        if row.grid_id not in households:
            continue
        per = {"grid": 1, "household": households[row.grid_id], "key_person": key[row.grid_id],
               "next_key_person": next_key[row.grid_id], "event": events[row.grid_id]}  # fmt: skip
        asked = {role: 0.0 for role in lg.grid_work.ROLES}
        for task in lg.grid_tasks().itertuples():
            asked[task.role] += per[task.per] * task.per_year * task.minutes
        for role, minutes in asked.items():
            assert getattr(row, f"{role}_min") == pytest.approx(minutes)
        assert row.asked_min == pytest.approx(sum(asked.values()))
        assert row.patrol_hours == 365
    assert work.tasks["asked_min"].sum() == pytest.approx(work.grids["asked_min"].sum())


def test_a_ledger_is_counted_up_to_a_year(area):
    rows = pd.DataFrame({"grid_id": ["W", "W", "E"], "category": "safety", "found": "2026-03-01"})
    ledger = lg.read_events(rows, area, as_of="2026-04-01")
    events = lg.measure_grid_work(area, events=ledger, ledger_days=36.5).grids.set_index("grid_id")["events"]
    assert events["W"] == pytest.approx(20) and events["E"] == pytest.approx(10)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"role": "astronaut"}, "column role"),
        ({"per": "planet"}, "column per"),
        ({"minutes": -1}, "column minutes"),
        ({"per_year": "often"}, "column per_year"),
    ],
)
def test_a_task_that_cannot_be_is_named(area, change, says):
    with pytest.raises(lg.InvalidInput, match=says):
        lg.measure_grid_work(area, tasks=lg.grid_tasks().assign(**change))


def test_events_of_no_grid_and_negative_ones_are_refused(area):
    with pytest.raises(lg.InvalidInput, match="Z are no leaf grids"):
        lg.measure_grid_work(area, events=pd.Series({"Z": 1.0}))
    with pytest.raises(lg.InvalidInput, match="0 or more"):
        lg.measure_grid_work(area, events=-1)
    with pytest.raises(lg.InvalidInput, match="columns"):
        lg.measure_grid_work(area, tasks=lg.grid_tasks().drop(columns="per"))
