import doctest
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from conftest import CRS, line_town
from libgrid.gaps import CAUSES

import libgrid as lg

X0, Y0 = 400_000.0, 3_400_000.0


def town(**changes):
    return lg.StudyArea.from_frames(**line_town(**changes), crs=CRS)


def street(*lines):
    return gpd.GeoDataFrame(
        {"road_id": [f"r{i}" for i in range(len(lines))], "class": "residential"},
        geometry=[shapely.LineString([(X0 + x, Y0 + y) for x, y in line]) for line in lines],
        crs=CRS,
    )


def access(area, threshold_s, **settings):
    return lg.assess(
        area, settings=lg.Settings(access_threshold_s=threshold_s, questions=("access",), **settings)
    ).access


def test_a_site_without_a_session_is_the_cause():
    area = town()  # S2 at the far end has no session
    gaps = lg.find_gaps(area, access(area, 250))
    assert gaps["cause"].tolist() == ["no_session"] and gaps["households"].tolist() == [3]
    assert gaps["cause_share"].tolist() == [1.0] and gaps["joined"].tolist() == ["street"]


def test_a_session_at_another_hour_is_none_now():
    area = town()
    cover = access(area, 10_000, moment="3 10:00")
    gaps = lg.find_gaps(area, cover, moment="3 10:00")
    assert gaps["cause"].tolist() == ["no_session"] and gaps["households"].tolist() == [6]
    assert not len(lg.find_gaps(area, access(area, 10_000, moment="2 10:00"), moment="2 10:00"))


def test_too_far_is_too_far():
    only_west = line_town()["sites"].iloc[:1]
    area = town(sites=only_west, teams=line_town()["teams"].assign(base_site_id="S1"))
    assert lg.find_gaps(area, access(area, 250))["cause"].tolist() == ["far"]


def test_a_missing_crossing_is_told_from_distance():
    """The east half hangs on the street by a long way round, though it is near as the crow flies."""
    round_about = street([(0, 0), (290, 0)], [(290, 0), (290, 900), (310, 900), (310, 0)], [(310, 0), (600, 0)])
    area = town(roads=round_about, sites=line_town()["sites"].iloc[:1],
                teams=line_town()["teams"].assign(base_site_id="S1"))  # fmt: skip
    gaps = lg.find_gaps(area, access(area, 800))
    assert gaps["cause"].tolist() == ["barrier"]


def test_no_way_is_said_and_a_hamlet_without_a_street_is_one_gap():
    half = street([(0, 0), (300, 0)])
    area = town(roads=half)
    gaps = lg.find_gaps(area, access(area, 10_000, max_off_network_m=20), max_off_network_m=20)
    assert gaps["cause"].tolist() == ["unreachable"] and gaps["households"].tolist() == [3]
    assert np.isinf(gaps["worst_s"][0])


def test_a_river_between_courtyards_makes_two_gaps_along_the_street():
    """Six households in two rows 60 m apart; the rows' streets meet nowhere near."""
    frames = line_town()
    frames["households"] = frames["households"].set_geometry(
        gpd.GeoSeries(shapely.points(X0 + np.tile([100, 150, 200], 2), Y0 + np.repeat([0, 60], 3)), crs=CRS)
    )
    frames["households"]["block_id"] = None
    frames["roads"] = street([(0, 0), (600, 0)], [(0, 60), (600, 60)])
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    nobody = lg.measure_coverage(np.full((6, 1), np.inf), np.ones(6))
    along, across = lg.find_gaps(area, nobody), lg.find_gaps(area, nobody, join="crow")
    assert along["households"].tolist() == [3, 3] and across["households"].tolist() == [6]
    assert across["joined"].tolist() == ["crow"]


def test_who_finds_no_room_is_a_gap_too():
    area = town()
    net = lg.RoadNetwork.from_frame(area.roads, mode="walk")
    pairs = lg.find_pairs(net, area.points("households"), area.points("sites")[:1], cutoff_s=10_000)
    people = area.households["n_usual"].to_numpy()
    full = lg.assign_catchments(pairs, people, [5], method="spill_over")
    gaps = lg.find_gaps(area, access(area, 10_000), assignment=full)
    assert gaps["cause"].tolist() == ["capacity"]
    assert gaps["households"].sum() == (full.unserved > 0).sum()


def test_a_border_and_a_missing_team_are_told_apart():
    area = town()
    plan = lg.Plan(area, np.array([1, 1, 1, 1, -1, 1], np.int32))
    settings = lg.Settings(response_threshold_s=300, questions=("response",))
    response = lg.assess(area, plan, settings=settings).response
    causes = lg.find_gaps(area, response, join_m=1)
    assert set(causes["cause"]) == {"boundary", "no_team"}
    assert set(causes["cause"]) <= set(CAUSES)


def test_people_of_the_table_are_the_people_of_the_coverage(anjing):
    cover = lg.assess(anjing, settings=lg.Settings(questions=("access",), moment="4 10:00")).access
    gaps = lg.find_gaps(anjing, cover, moment="4 10:00")
    assert gaps["people"].sum() == cover.groups["uncovered"][0]
    assert (np.diff(gaps["people"]) <= 0).all()
    assert (gaps["people_uncertain"] <= gaps["people"]).all()
    assert set(gaps["cause"]) <= set(CAUSES)


def test_bad_input_is_said(anjing):
    area = town()
    cover = access(area, 250)
    with pytest.raises(lg.InvalidInput, match="6 households"):
        lg.find_gaps(anjing, cover)
    with pytest.raises(lg.InvalidInput, match="above 0"):
        lg.find_gaps(area, cover, join_m=0)
    with pytest.raises(lg.InvalidInput, match="neither"):
        lg.find_gaps(area, cover, join="road")
    with pytest.raises(lg.InvalidInput, match="roads"):
        lg.find_gaps(area.replace(roads=None), cover, join="street")
    few = lg.assign_catchments([[1.0]], [1], [1], method="optimal")
    with pytest.raises(lg.InvalidInput, match="assignment"):
        lg.find_gaps(area, cover, assignment=few)


def test_docstrings_of_the_coverage_modules():
    for name in ("accessibility", "assignment", "containment", "equity", "gaps", "rasters", "referrals", "week"):
        assert doctest.testmod(sys.modules[f"libgrid.{name}"]).failed == 0, name
    assert doctest.testmod(sys.modules["libgrid.response_chain"]).failed == 0
