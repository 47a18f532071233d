"""The how-to of Liechtenstein is run as it stands; skipped plainly where the data are not beside the checkout."""

import re

import numpy as np
import pytest
import shapely
from conftest import ROOT

import libgrid as lg

pytestmark = [pytest.mark.real, pytest.mark.slow]

PAGE = ROOT / "docs/how-to/travel-liechtenstein.md"


@pytest.fixture(scope="module")
def told(shared):
    """What the page's code leaves behind."""
    import matplotlib as mpl

    mpl.use("Agg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIBGRID_SHARED", str(shared.parent))
        names = {}
        exec("\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)), names)
    return names


def test_every_address_has_its_nearest_doctor(told):
    times = lg.travel_times(told["walk"], told["homes"], told["doctors"])
    assert np.array_equal(told["nearest"].time_s[:, 0], times.min(axis=1))
    walk, ebike = told["served"]["walk"].sum(), told["served"]["ebike"].sum()
    assert 0.2 * len(times) < walk < ebike <= len(times)


def test_isochrones_hold_their_promises_on_real_streets(told):
    reach, doctors = told["reach"], told["doctors"]
    assert len(reach) == 3 * len(doctors) and reach.geometry.is_valid.all() and not reach.geometry.is_empty.any()
    for _, rows in reach.groupby("source"):
        small, middle, large = rows.geometry
        assert middle.covers(small) and large.covers(middle)
    streets = shapely.union_all(told["streets"].geometry.to_numpy())
    outline = reach.geometry[2]
    assert shapely.buffer(outline, 0.01).covers(streets)
    assert shapely.distance(shapely.points(shapely.get_coordinates(outline)), streets).max() <= 50
    inside = outline.contains(told["homes"].geometry.to_numpy())
    seconds = lg.travel_times(told["walk"], told["homes"], doctors.iloc[[0]])[:, 0]
    # √2 cells within a walk's end a place must lie inside: 28 m off its street, 20 s before time is up.
    sure = (told["walk"].snap(told["homes"], direction="from")["distance_m"].to_numpy() < 28) & (seconds <= 880)
    assert sure.sum() > 100 and inside[sure].all()
    first = told["catchments"].geometry.to_numpy()
    pairs = [(i, j) for i in range(len(first)) for j in range(i)]
    assert max(shapely.intersection(first[i], first[j]).area for i, j in pairs) == 0


def test_one_household_walks_along_named_streets(told):
    path, steps = told["path"], told["path"].steps
    assert path.found and len(path.names) >= 2
    assert steps["seconds"].sum() == pytest.approx(path.time_s, abs=1e-6)
    assert steps["metres"].sum() == pytest.approx(path.length_m)
    line = shapely.line_merge(shapely.union_all(steps.geometry.to_numpy()))
    assert shapely.distance(line, told["homes"].geometry[told["home"]]) < 0.01
    assert steps["text_zh"].str.contains("沿|走").all()
