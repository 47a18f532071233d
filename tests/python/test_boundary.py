"""The border between Python and the core: no copies, read-only views, errors, Ctrl-C, threads, progress."""

import gc
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest
import shapely
from libgrid.ragged import to_polygons

import libgrid as lg
from libgrid import _core

INT32, INT64, FLOAT64 = np.int32, np.int64, np.float64


def lattice(n, side=10.0):
    x, y = (v.ravel() * side for v in np.meshgrid(np.arange(n), np.arange(n)))
    return shapely.box(x, y, x + side, y + side)


def grid_network(side):
    v = np.arange(side * side).reshape(side, side)
    tail, head = np.r_[v[:, :-1].ravel(), v[:-1].ravel()], np.r_[v[:, 1:].ravel(), v[1:].ravel()]
    seconds = np.random.default_rng(6).integers(1_000, 90_000, len(tail)) / 1000
    return lg.RoadNetwork.from_arrays(tail=tail, head=head, seconds=seconds, undirected=True)


def test_the_built_package_is_under_test_and_not_the_folder_of_cpp():
    assert lg.__file__
    assert _core.__file__.endswith(".so")


# -- arrays in: taken where they lie


def points(n=8):
    return np.arange(2 * n, dtype=INT32).reshape(n, 2)


def some(n, dtype):
    return np.zeros(n, dtype=dtype)


SQUARES, _ = to_polygons(lattice(3))
FRAME = _core.Frame(0.0, 0.0)
DOORS = {
    "Frame.to_points": (FRAME.to_points, np.zeros((8, 2))),
    "Frame.fits": (FRAME.fits, np.zeros((8, 2))),
    "Frame.around": (_core.Frame.around, np.zeros((8, 2))),
    "Frame.to_positions": (FRAME.to_positions, points()),
    "PointLocator.locate": (_core.PointLocator(SQUARES).locate, points()),
    "PolygonSet.take": (SQUARES.take, some(8, INT32)),
    "pairs_within": (lambda a: _core.pairs_within(a, 1.0), points()),
    "hull_area_m2": (_core.hull_area_m2, points()),
    "Times.matrix": (_core.Times.matrix, np.zeros((8, 2))),
    "Times.nearest": (lambda a: _core.Times.nearest(np.zeros((8, 2), INT32), a), np.zeros((8, 2))),
    "Times.pairs": (lambda a: _core.Times.pairs(np.zeros(1, INT64), some(8, INT32), a), some(8, np.uint32)),
    "Places.at_nodes": (_core.Places.at_nodes, some(8, INT32)),
    "build_outlines": (lambda a: _core.build_outlines(SQUARES, a, 1), some(9, INT32)),
    "measure_balance": (lambda a: _core.measure_balance(np.ones(8), a), np.ones(8)),
    "find_gaps": (lambda a: _core.find_gaps(points(), a, np.ones(8), 5.0), some(8, np.uint8)),
}


@pytest.mark.parametrize("door", DOORS)
def test_an_array_that_would_have_to_be_copied_is_refused(door):
    call, good = DOORS[door]
    call(good)
    other = np.float32 if good.dtype == FLOAT64 else INT64 if good.dtype != INT64 else INT32
    with pytest.raises(TypeError):
        call(good.astype(other))
    apart = np.repeat(good, 2, axis=0)[::2]
    assert np.array_equal(apart, good) and not apart.flags.c_contiguous
    with pytest.raises(TypeError):
        call(apart)
    if good.ndim == 2:
        with pytest.raises(TypeError):
            call(np.asfortranarray(good))


def test_a_matrix_of_times_is_read_in_place_and_kept_alive():
    times_s = np.full((4, 3), 100.0)
    held = _core.Times.matrix(times_s)
    times_s[2, 1] = 7.0  # a copy would not see it
    people = np.ones((4, 1))
    assert _core.measure_access(held, people, 900.0)["time_s"].tolist() == [100.0, 100.0, 7.0, 100.0]
    before = sys.getrefcount(times_s)
    del held
    gc.collect()
    assert sys.getrefcount(times_s) == before - 1


# -- arrays out: read-only views that outlive their owner


def views(area):
    net = grid_network(9)._core
    return {
        "PolygonSet.points": lambda: to_polygons(lattice(40))[0].points,
        "PolygonSet.point_begin": lambda: to_polygons(lattice(40))[0].point_begin,
        "StudyArea.grids.team": lambda: area.replace(sessions=None)._core.grids.team,
        "StudyArea.household_block": lambda: area.replace(sessions=None)._core.household_block,
        "StudyArea.footprints.points": lambda: area.replace(sessions=None)._core.footprints.points,
        "RoadNetwork.edges": lambda: grid_network(40)._core.edge_columns()["ms"],
        "RoadNetwork.components": lambda: net.component_columns()["weak"],
    }


def test_views_are_read_only_and_outlive_their_owner(town):
    for name, make in views(town).items():
        view = make()
        expected = view.copy()
        gc.collect()
        clutter = [np.full(view.size + k, 77, view.dtype) for k in range(50)]
        assert np.array_equal(view, expected), name
        assert clutter and not view.flags.writeable and view.base is not None, name
        with pytest.raises(ValueError, match="read-only"):
            view[...] = 0


def test_results_cannot_be_changed_by_accident():
    net = grid_network(5)
    pairs = lg.find_pairs(net, [0, 1], [3, 4], cutoff_s=900)
    nearest = lg.find_nearest(net, [0])
    for array in (pairs.ptr, pairs.index, pairs.ms, nearest.index, nearest.time_s):
        assert not array.flags.writeable


def test_pairs_survive_pickling_bit_by_bit():
    pairs = lg.find_pairs(grid_network(12), np.arange(144), np.arange(100), cutoff_s=300)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(pairs, protocol))
        assert type(copy) is lg.TravelPairs and copy.shape == (144, 100)
        for name in ("ptr", "index", "ms"):
            old, new = getattr(pairs, name), getattr(copy, name)
            assert (new.dtype, new.tobytes()) == (old.dtype, old.tobytes())
            assert not new.flags.writeable


# -- errors


@pytest.mark.parametrize(
    "error, builtin",
    [
        (lg.InvalidInput, ValueError),
        (lg.GeometryError, ValueError),
        (lg.IoError, OSError),
        (lg.Infeasible, RuntimeError),
        (lg.Cancelled, KeyboardInterrupt),
    ],
)
def test_every_error_is_ours_and_one_that_callers_already_catch(error, builtin):
    assert issubclass(error, lg.Error) and issubclass(error, builtin)
    with pytest.raises(builtin):
        raise error("message")


def test_both_extensions_raise_the_same_classes(tmp_path):
    from libgrid import _gdalio

    with pytest.raises(ValueError, match="not finite") as caught:
        FRAME.to_points(np.array([[np.nan, 0.0]]))
    assert type(caught.value) is lg.InvalidInput
    with pytest.raises(OSError, match="absent") as caught:
        _gdalio.read_geopackage(str(tmp_path / "absent.gpkg"))
    assert type(caught.value) is lg.IoError
    with pytest.raises(ValueError, match="unknown kind") as caught:
        bad = {"name": "t", "row_count": 0, "kind": "blob"}
        _gdalio.write_geopackage(str(tmp_path / "a.gpkg"), [bad], crs="", origin=None, extra={})
    assert type(caught.value) is lg.InvalidInput


# -- threads: never another bit


def bits(value):
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, _core.PolygonSet):
        return [bits(getattr(value, name)) for name in ("points", "point_begin", "ring_begin", "part_begin")]
    if isinstance(value, dict):
        return {key: bits(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [bits(each) for each in value]
    return repr(value)


def cases():
    rng = np.random.default_rng(11)
    places = rng.uniform(-10, 410, (60_000, 2))
    squares = lattice(40)
    polygons, _ = to_polygons(squares)
    net = grid_network(30)
    nodes = np.arange(net.node_count)
    sources = rng.choice(net.node_count, 20, replace=False)
    times = _core.Times.matrix(rng.uniform(0, 2000, (50_000, 7)))
    people = rng.integers(0, 9, (50_000, 3)) / 7  # sums of sevenths show the order of adding
    own = rng.integers(-1, 7, 50_000).astype(INT32)
    label = rng.integers(0, 50, len(polygons)).astype(INT32)
    shrunk, _ = to_polygons(shapely.buffer(lattice(12, 30.0), -4.3, join_style="mitre"))
    no_lines, no_shapes = (np.zeros((0, 2), INT32), np.zeros(1, INT64)), to_polygons(np.array([], dtype=object))[0]
    return {
        "locate": lambda threads: lg.locate(places, squares, threads=threads),
        "travel_times": lambda threads: lg.travel_times(net, nodes, nodes, threads=threads),
        "find_nearest": lambda threads: vars(lg.find_nearest(net, sources, k=3, threads=threads)),
        "measure_access": lambda threads: _core.measure_access(times, people, 900.0, threads=threads),
        "measure_response": lambda threads: _core.measure_response(times, people, own, 600.0, threads=threads),
        "build_outlines": lambda threads: _core.build_outlines(polygons, label, 50, threads=threads),
        "build_blocks": lambda threads: _core.build_blocks(shrunk, *no_lines, *no_lines, no_shapes, threads=threads),
    }


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_the_same_bits_for_one_two_and_eight_threads(name):
    one, two, eight = (bits(CASES[name](threads)) for threads in (1, 2, 8))
    assert one == two == eight


# -- progress


def test_progress_is_called_on_the_main_thread_and_its_error_comes_out():
    net = grid_network(60)
    nodes = np.arange(net.node_count)[:400]
    callers = []
    lg.travel_times(net, nodes, nodes, threads=2, progress=lambda *_: callers.append(threading.current_thread()))
    assert set(callers) == {threading.main_thread()}

    def give_up(done, total):
        raise LookupError("enough")

    for work in (
        lambda: lg.travel_times(net, nodes, nodes, progress=give_up),
        lambda: lg.find_nearest(net, nodes, k=5, progress=give_up),
        lambda: lg.build_blocks(houses(30), progress=give_up),
    ):
        with pytest.raises(LookupError, match="enough"):
            work()


def houses(n):
    import geopandas as gpd

    return gpd.GeoDataFrame(geometry=shapely.buffer(lattice(n, 30.0), -8, join_style="mitre"), crs="EPSG:4544")


# -- Ctrl-C


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("after_s", [0.4, 2.5])
def test_ctrl_c_stops_fifteen_thousand_blocks_soon(after_s):
    code = """
        import time
        import geopandas as gpd, numpy as np, shapely
        import libgrid as lg
        rng = np.random.default_rng(3)
        x, y = (v.ravel() * 30.0 for v in np.meshgrid(np.arange(122), np.arange(123)))
        x, y = x + rng.uniform(0, 6, x.size), y + rng.uniform(0, 6, x.size)
        boxes = shapely.box(x, y, x + rng.uniform(10, 19, x.size), y + rng.uniform(10, 19, x.size))
        houses = gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4544")
        print("ready", flush=True)
        try:
            lg.build_blocks(houses, threads=1)
            print("finished", flush=True)
        except KeyboardInterrupt:
            print("stopped", time.process_time(), flush=True)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "ready\n"
        time.sleep(after_s)
        used = processor_seconds(child.pid)
        child.send_signal(signal.SIGINT)
        # Seconds of the processor, so that a busy machine does not count: on a quiet one they are the same.
        assert float(child.stdout.readline().removeprefix("stopped")) - used < 2
        assert child.wait(timeout=10) == 0
    finally:
        child.kill()
