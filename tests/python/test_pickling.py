"""Areas, plans, networks and hierarchies between processes: equal, out of band, and never without being asked."""

import concurrent.futures
import multiprocessing
import pickle

import numpy as np
import pytest
from libgrid.generator import make_study_area
from pandas.testing import assert_frame_equal

import libgrid as lg
from libgrid import pickling


@pytest.fixture(scope="module")
def area():
    frames = make_study_area(households=400, seed=3)
    frames.pop("plan_b")
    frames["households"].loc[3, "n_usual"] = -2  # something to set aside
    made = lg.StudyArea.from_frames(**frames)
    return made.with_plan(made.plan, name="a second one")


def through_pickle(value):
    buffers = []
    data = pickle.dumps(value, 5, buffer_callback=buffers.append)
    return pickle.loads(data, buffers=buffers), len(data), sum(len(b.raw()) for b in buffers)


def test_an_area_comes_back_equal_in_every_layer(area):
    again, _, _ = through_pickle(area.portable())
    for name in ("blocks", "households", "grids", "sites", "teams", "sessions", "roads"):
        assert_frame_equal(again.layer(name), area.layer(name), check_frame_type=True)
        if hasattr(area.layer(name), "geometry"):
            assert (again.layer(name).geometry.to_wkb() == area.layer(name).geometry.to_wkb()).all()
    assert again.crs == area.crs and again.frame_origin == area.frame_origin
    assert_frame_equal(again.ledger, area.ledger)
    assert_frame_equal(again.issues.frame, area.issues.frame)
    assert_frame_equal(again.set_aside["households"], area.set_aside["households"])
    assert list(again.plans) == ["a second one"]
    np.testing.assert_array_equal(again.plans["a second one"].labels, area.plan.labels)


def test_columns_travel_out_of_band(area):
    _, within, beside = through_pickle(lg.datasets.load("anjing").portable())
    assert beside > 2_000_000 and within < 0.05 * beside


def test_an_area_that_was_not_asked_for_does_not_pickle_and_neither_does_its_plan(area):
    for value in (area, area.plan):
        with pytest.raises(TypeError, match=r"personal data.*area\.save.*portable"):
            pickle.dumps(value)


def test_a_plan_brings_its_area(area):
    plan = area.portable().plan
    again = pickle.loads(pickle.dumps(plan))
    np.testing.assert_array_equal(again.labels, plan.labels)
    assert not again.labels.flags.writeable
    again.require_area(area)


@pytest.mark.parametrize("what", ["area", "plan"])
def test_another_format_is_refused_with_a_cure(area, what):
    value = area.portable() if what == "area" else area.portable().plan
    restore, (state,) = value.__reduce__()
    with pytest.raises(lg.InvalidInput, match="pickled in format 99"):
        restore({**state, "format": 99})
    assert pickling.FORMAT == 1


def test_a_network_brings_its_hierarchy(area):
    network = lg.RoadNetwork.from_frame(area.roads, mode="walk")
    network.build_hierarchy()
    again, within, beside = through_pickle(network)
    assert again.hierarchy.arc_count == network.hierarchy.arc_count and within < beside
    nodes = np.arange(40)
    times = [lg.travel_times(n, nodes, nodes, engine="hierarchy") for n in (network, again)]
    np.testing.assert_array_equal(*times)
    restore, (_, content) = network.hierarchy.__reduce__()
    with pytest.raises(lg.InvalidInput, match="format 7"):
        restore(7, content)


def own_teams(area):
    return area.plan.household_team()


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_process_pool_answers_as_this_process(area, method):
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        got = pool.submit(own_teams, area.portable()).result(timeout=120)
    np.testing.assert_array_equal(got, own_teams(area))
