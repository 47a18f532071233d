import numpy as np
import pandas as pd
import pytest
from conftest import line_town

import libgrid as lg


@pytest.fixture
def town():
    """Two micro-grids W and E of one general grid G; a site stands at each end of the street."""
    frames = line_town()
    parent = frames["grids"].iloc[:1].assign(grid_id="G", level="general", parent_id=None, team_id=None)
    frames["grids"] = pd.concat([frames["grids"].assign(parent_id="G"), parent], ignore_index=True)
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4544")


def contacts(town, *rows):
    households, sites = town.ids("households"), town.ids("sites")
    return pd.DataFrame(
        [
            {"household_id": households[h], "kind": k, "place": sites[p] if isinstance(p, int) else p, "returned": r}
            for h, k, p, r in rows
        ]
    )


def test_inside_depends_on_the_level(town):
    met = [(0, "home"), (0, 0), (5, 0), (5, "phone")]
    seen = contacts(town, *[(household, "minor", place, None) for household, place in met])
    micro = lg.measure_containment(town, seen, level="micro")
    general = lg.measure_containment(town, seen, level="general")
    site_grid = lg.locate(town.points("sites"), town.grids[town.grids["level"] == "micro"])
    if (site_grid >= 0).all():
        assert micro.share("minor_met_micro") == 0.75
        assert general.share("minor_met_general") == 1.0
    assert micro.grids.index.tolist() == ["W", "E"] and general.grids.index.tolist() == ["G"]
    assert micro.grids["minor"].sum() == 4
    assert general.grids["residents"].sum() == micro.grids["residents"].sum()


def test_modelled_needs_a_session_in_the_grid(town):
    bare = town.replace(sessions=None)
    assert lg.measure_containment(bare).share("minor_possible_general") == 0
    figures = lg.measure_containment(town).figures
    assert figures["basis"].tolist() == ["modelled"]


def test_both_policies_for_major_matters(town):
    sites = town.sites
    sites.loc[1, "inside"] = False
    area = town.replace(sites=sites)
    seen = contacts(area, (0, "major", 0, False), (1, "major", 1, True), (2, "major", 1, False))
    found = lg.measure_containment(area, seen)
    assert found.share("major_inside_town") == pytest.approx(1 / 3)
    assert found.share("major_returned") == 0.5
    assert np.isnan(found.share("minor_met_general"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"household_id": ["x"]}, "household does not exist, in rows 0"),
        ({"kind": ["small"]}, "kind"),
        ({"place": ["moon"]}, "place"),
    ],
)
def test_bad_input_is_said(town, change, message):
    frame = contacts(town, (0, "minor", "home", None)).assign(**change)
    with pytest.raises(lg.InvalidInput, match=message):
        lg.measure_containment(town, frame)


def test_levels_and_layers_are_checked(town):
    with pytest.raises(lg.InvalidInput, match="level"):
        lg.measure_containment(town, level="street")
    with pytest.raises(lg.InvalidInput, match="sites"):
        lg.measure_containment(town.replace(sites=None, teams=None, sessions=None))
    with pytest.raises(lg.InvalidInput, match="place"):
        lg.measure_containment(town, pd.DataFrame({"household_id": [], "kind": []}))
