"""Whom each site or team serves: the sparse answers equal a whole matrix, to the bit."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from conftest import line_town
from libgrid.area_isochrones import area_isochrones
from libgrid.area_times import nearest_and_own_team, nearest_open_site, own_team_times
from libgrid.questions import Settings, open_sites

import libgrid as lg


@pytest.fixture(scope="module")
def anjing():
    return lg.datasets.load("anjing")


def access_matrix(area, mode="walk"):
    """Every household to every site: what the sparse answers are held against."""
    net = lg.RoadNetwork.from_frame(area.roads, mode=mode)
    return lg.travel_times(net, area.points("households"), area.points("sites"))


def response_matrix(area, door_s=60.0):
    households, sites = area.points("households"), area.points("sites")
    base = area.ids("sites").get_indexer(area.column("teams", "base_site_id"))
    times = np.full((len(households), len(base)), np.inf)
    for j, (at, mode, turnout_s) in enumerate(
        zip(base, area.column("teams", "mode"), area.column("teams", "turnout_s").astype(float), strict=True)
    ):
        if at >= 0:
            net = lg.RoadNetwork.from_frame(area.roads, mode=mode)
            times[:, j] = lg.travel_times(net, sites[[at]], households)[0] + turnout_s + door_s
    return times


def mixed_modes(area):
    teams = pd.DataFrame(area.teams)
    return area.replace(teams=teams.assign(mode=np.where(np.arange(len(teams)) % 3 == 0, "car", "ebike")))


@pytest.mark.parametrize("change", [lambda area: area, mixed_modes])
def test_response_is_that_of_the_whole_matrix(anjing, change):
    area = change(anjing)
    times = response_matrix(area)
    own = np.array(area.plan.household_team())
    own[::17] = -1  # some belong to nobody
    found = nearest_and_own_team(area, own)
    people = np.arange(len(own)) % 4
    sparse, dense = (lg.measure_coverage(t, people, kind="response", threshold_s=600, plan=own) for t in (found, times))
    for name in ("time_s", "nearest", "covered", "nearest_time_s", "boundary_cost_s"):
        assert np.array_equal(getattr(sparse, name), getattr(dense, name), equal_nan=name == "boundary_cost_s"), name
    pd.testing.assert_frame_equal(sparse.groups, dense.groups)
    expected = np.where(own >= 0, times[np.arange(len(own)), own], np.inf)
    assert np.array_equal(own_team_times(area, own), expected)


@pytest.mark.parametrize("moment", [None, "2 10:00", "7 03:00"])
def test_access_is_that_of_the_whole_matrix(anjing, moment):
    settings = Settings(moment=moment)
    is_open = open_sites(anjing, moment)
    people = np.ones(len(anjing.ids("households")))
    sparse, dense = (
        lg.measure_coverage(t, people, threshold_s=900, open=is_open)
        for t in (nearest_open_site(anjing, settings), access_matrix(anjing))
    )
    assert np.array_equal(sparse.time_s, dense.time_s) and np.array_equal(sparse.nearest, dense.nearest)
    pd.testing.assert_frame_equal(sparse.groups, dense.groups)


@pytest.mark.parametrize("origin", ["sites", "teams"])
def test_catchments_are_the_smallest_entries_of_the_matrix(anjing, origin):
    area = mixed_modes(anjing) if origin == "teams" else anjing
    times = access_matrix(area) if origin == "sites" else response_matrix(area)
    if origin == "sites":
        times[:, ~open_sites(area)] = np.inf
    threshold = 900.0 if origin == "sites" else 600.0
    found = lg.build_catchments(area, origin=origin)
    names, order = area.ids(origin).to_numpy(dtype=object), np.argsort(times, axis=1, kind="stable")
    within = times <= threshold
    for rank, (who, when) in enumerate((("origin", "time_s"), ("second", "second_time_s"))):
        best = np.take_along_axis(times, order, axis=1)[:, rank]
        reached = best <= threshold
        assert np.array_equal(found.households[when], np.where(reached, best, np.inf))
        assert (found.households[who][reached] == names[order[reached, rank]]).all()
        assert found.households[who][~reached].isna().all()
    people = (area.column("households", "n_usual") + area.column("households", "n_short")).astype(float)
    people = people * area.column("households", "inside").astype(float)
    assert np.array_equal(found.summary["people_in_reach"], (within * people[:, None]).sum(axis=0))
    assert found.summary["people"].sum() == people[within.any(axis=1)].sum()
    assert found.summary["people_with_backup"].sum() == people[within.sum(axis=1) > 1].sum()
    assert len(found.in_reach) == within.sum() and found.in_reach["time_s"].max() <= threshold


def test_blocks_give_the_outline_and_streets_where_there_are_none():
    frames = line_town()
    blocks = lg.build_catchments(lg.StudyArea.from_frames(**frames, crs="EPSG:4544"))
    assert blocks.polygons.set_index("site_id").area["S1"] == pytest.approx(6 * 100 * 100)
    frames["households"] = frames["households"].drop(columns="block_id")
    grids = gpd.GeoDataFrame(frames["grids"], geometry=[
        shapely.box(400_000, 3_399_950, 400_300, 3_400_050), shapely.box(400_300, 3_399_950, 400_600, 3_400_050), None,
    ], crs="EPSG:4544")  # fmt: skip
    frames |= {"grids": grids}
    frames.pop("blocks")
    area = lg.StudyArea.from_frames(**frames, crs="EPSG:4544")
    sites = lg.build_catchments(area).polygons.set_index("site_id").geometry
    assert sites["S1"].contains(shapely.Point(400_300, 3_400_030)) and sites["S2"].is_empty  # S2 has no session
    teams = lg.build_catchments(area, origin="teams").polygons.set_index("team_id").geometry
    assert teams["t1"].contains(shapely.Point(400_290, 3_400_020)) and teams["t1"].intersection(teams["t2"]).area == 0
    assert teams["t2"].contains(shapely.Point(400_310, 3_400_020))


def test_the_moment_closes_sites():
    area = lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")
    assert lg.build_catchments(area, moment="2 10:00").summary["people"].sum() == 15
    night = lg.build_catchments(area, moment="2 23:00")
    assert night.summary["people"].sum() == 0 and night.polygons.geometry.is_empty.all()


def test_isochrones_of_an_area_carry_its_ids(anjing):
    shapes = area_isochrones(anjing, minutes=[10, 5])
    opened = anjing.ids("sites")[open_sites(anjing)]
    assert shapes["site_id"].tolist() == [i for i in opened for _ in range(2)]
    assert shapes["minutes"].tolist() == [5, 10] * len(opened) and shapes.crs == anjing.crs
    assert shapes.groupby("site_id")["geometry"].agg(lambda g: g.iloc[1].covers(g.iloc[0])).all()
    teams = area_isochrones(mixed_modes(anjing), origin="teams", minutes=[8])
    assert set(teams["team_id"]) <= set(anjing.ids("teams")) and (teams.area > 0).any()
    one = area_isochrones(anjing, minutes=[5], share="together")
    assert len(one) == 1 and one["site_id"].isna().all()
    with pytest.raises(lg.InvalidInput, match="origin"):
        area_isochrones(anjing, origin="grids")


def test_bad_questions_are_refused():
    area = lg.StudyArea.from_frames(**line_town(), crs="EPSG:4544")
    for change, words in (
        ({"origin": "grids"}, "origin"),
        ({"origin": "teams", "mode": "car"}, "own mode"),
        ({"threshold_s": 0}, "positive"),
        ({"moment": "soon"}, "moment"),
    ):
        with pytest.raises(lg.InvalidInput, match=words):
            lg.build_catchments(area, **change)
