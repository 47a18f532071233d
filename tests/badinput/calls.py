"""Calls that cases make: each takes the bad argument by name and otherwise does what a user would do."""

import pickle
import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from conftest import CRS, line_town
from support.osm_file import OsmFile
from towns import grids_town

import libgrid as lg


def _area() -> lg.StudyArea:
    return lg.StudyArea.from_frames(**line_town(), crs=CRS)


# -- P ------------------------------------------------------------------------------------------------------------


def area_in_degrees():
    frames = {name: f.to_crs(4490) if isinstance(f, gpd.GeoDataFrame) else f for name, f in line_town().items()}
    return lg.StudyArea.from_frames(**frames, crs="EPSG:4490")


def network_in_degrees():
    return lg.RoadNetwork.from_frame(line_town()["roads"].to_crs(4490))


def local_crs():
    local = pyproj.CRS.from_wkt(
        'ENGCRS["town survey",EDATUM["town"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    )
    frames = {
        name: f.set_crs(local, allow_override=True) if isinstance(f, gpd.GeoDataFrame) else f
        for name, f in grids_town().items()
    }
    found = lg.StudyArea.from_frames(**frames, crs=local).issues.frame
    return found[["code", "severity", "layer", "id"]].to_numpy().tolist()


def outline_area():
    area = _area()
    return float(sum(shapely.area(g) for g in area.plan.outlines()[:2]))


# -- H ------------------------------------------------------------------------------------------------------------


def plan_with_formulas(folder):
    frames = line_town()
    frames["grids"] = frames["grids"].replace({"grid_id": {"W": "=cmd()"}})
    frames["blocks"] = frames["blocks"].replace({"grid_id": {"W": "=cmd()"}})
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    path = folder / "plan.csv"
    lg.write_plan(area.plan, path)
    written = path.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[1]
    return [written, lg.read_plan(path, area).frame["grid_id"][0]]


def script_in_html():
    frames = line_town()
    frames["sites"]["site_id"] = ["S1", "<script>alert(1)</script>"]
    frames["teams"]["base_site_id"] = ["S1", "S9"]
    frames["sites"].loc[1, "kind"] = "<b>"
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    html = area.issues.to_html() + area._repr_html_() + area.issues._repr_html_()
    return ["<script>" in html, "&lt;script&gt;" in html]


def many_households(n, bad):
    x = 400_000.0 + np.arange(n) % 600
    y = np.full(n, 3_400_000.0)
    people = np.full(n, 2)
    people[bad] = -1
    frame = pd.DataFrame({"household_id": np.arange(n), "x": x, "y": y, "n_usual": people})
    frames = {k: v for k, v in grids_town().items() if k != "households"}
    area = lg.StudyArea.from_frames(**frames, households=frame, crs=CRS)
    return [len(area.households), area.set_aside["households"]["row"].tolist()]


# -- D ------------------------------------------------------------------------------------------------------------


def load_without_capacity():
    frames = line_town()
    frames["teams"]["offered_min"] = [0.0, 1000.0]
    teams = lg.measure_workload(lg.StudyArea.from_frames(**frames, crs=CRS)).teams
    say = lambda v: "finite" if np.isfinite(v) else "inf or missing"  # noqa: E731
    return [say(v) for v in teams["load"]]


def base_off_network():
    frames = line_town()
    frames["sites"] = gpd.GeoDataFrame(
        frames["sites"].drop(columns="geometry"), geometry=shapely.points([400_000, 400_600], [3_450_000] * 2), crs=CRS
    )
    area = lg.StudyArea.from_frames(**frames, crs=CRS)
    times = lg.assess(area, progress=False).response.time_s
    return [len(times), "inf" if np.isinf(times).all() else "finite"]


def rule_for_unknown_group():
    rules = lg.service_rules()
    rules.loc[0, ["group", "prevalence"]] = ["gout", 0.0]
    return lg.measure_workload(_area(), rules=rules)


def negative_rule():
    rules = lg.service_rules()
    rules.loc[0, "per_year"] = -1.0
    return lg.measure_workload(_area(), rules=rules)


def teams_at_one_place(n):
    net = lg.RoadNetwork.from_arrays(tail=[0, 1], head=[1, 0], seconds=[60, 60])
    return np.unique(lg.find_nearest(net, np.zeros(n, int)).index).tolist()


def day_of_too_many_visits():
    plan = lg.plan_round(np.zeros((11, 11)), list("abcdefghij"), lunch=None, service_min=30, shift=("08:00", "12:30"))
    left = plan.dropped.iloc[0]
    return [len(plan.stops), len(plan.dropped), left["reason"], int(left["minutes"])]


def week_of_too_many_sessions():
    return lg.plan_sessions(_area(), min_sessions_per_team={"t1": 12}, max_sessions_per_team=20, rooms=2)


# -- N ------------------------------------------------------------------------------------------------------------


def network(**columns):
    return lg.RoadNetwork.from_arrays(**columns)


def times(**columns):
    net = network(**columns)
    nodes = np.arange(net.node_count)
    return lg.travel_times(net, nodes, nodes).tolist()


def _two_ways():
    return network(tail=[0, 1], head=[1, 0], seconds=[60, 60])


def isolated_nodes():
    net = network(tail=[0], head=[1], seconds=[60], node_count=5)
    return [int(net.components.loc["weak", "count"]), str(lg.travel_times(net, [0], [4])[0, 0])]


def edge_of_no_time():
    net = network(tail=[0, 1], head=[1, 0], seconds=[0, 0])
    return [lg.travel_times(net, [0], [1])[0].tolist(), int(lg.find_nearest(net, [1, 0]).index[0, 0])]


def way_too_long():
    n = 6
    net = network(tail=np.arange(n), head=np.arange(1, n + 1), seconds=np.full(n, 1e6))
    return lg.travel_times(net, [0], [n])


def _street(y=0.0, road="a"):
    line = shapely.LineString([(400_000, 3_400_000 + y), (400_600, 3_400_000 + y)])
    return gpd.GeoDataFrame({"road_id": [road]}, geometry=[line], crs=CRS)


def place_off_network():
    net = lg.RoadNetwork.from_frame(_street())
    place = np.array([[400_300.0, 3_405_000.0]])
    snapped = net.snap(place).iloc[0]
    return [str(lg.travel_times(net, place, [0])[0, 0]), snapped["reason"], float(snapped["distance_m"])]


def place_between_streets():
    joint = gpd.GeoDataFrame(
        {"road_id": ["c"]}, geometry=[shapely.LineString([(400_000, 3_400_000), (400_000, 3_400_100)])], crs=CRS
    )
    net = lg.RoadNetwork.from_frame(pd.concat([_street(), _street(100.0, "b"), joint], ignore_index=True))
    places = np.array([[400_300.0, 3_400_050.0], [400_400.0, 3_400_050.0], [400_200.0, 3_400_050.0]])
    assert net.snap(places[::-1])["edge"].tolist() == net.snap(places)["edge"].tolist()[::-1]
    return net.snap(places)["edge"].tolist()


def empty_network():
    return lg.RoadNetwork.from_frame(_street().iloc[:0])


def places_in_another_crs():
    net = lg.RoadNetwork.from_frame(_street())
    places = gpd.GeoSeries([shapely.Point(104, 30.6)], crs=4490)
    return lg.travel_times(net, places, [0])


def there_and_back():
    net = network(tail=[0, 1], head=[1, 0], seconds=[60, 90])
    out = lg.find_nearest(net, [0], [1]).time_s[0, 0], lg.find_nearest(net, [1], [0]).time_s[0, 0]
    back = [lg.find_nearest(net, [s], [t], direction="to_source").time_s[0, 0] for s, t in ((0, 1), (1, 0))]
    return [[float(v) for v in out], [float(v) for v in back]]


# -- A ------------------------------------------------------------------------------------------------------------


def more_neighbours_than_sources():
    return lg.find_nearest(_two_ways(), [0, 1], k=3).index[0].tolist()


def _seeded(seed):
    from libgrid.generator import make_study_area

    return make_study_area(households=300, seed=seed)


_WITH = {
    "nearest_k": lambda v: lg.find_nearest(_two_ways(), [0, 1], k=v),
    "off_network": lambda v: lg.travel_times(
        lg.RoadNetwork.from_frame(_street()), np.array([[400_300.0, 3_400_001.0]]), [0], max_off_network_m=v
    ),
    "coverage_threshold": lambda v: lg.measure_coverage([[60.0]], [2], kind="access", threshold_s=v),
    "cutoff": lambda v: lg.travel_times(_two_ways(), [0], [1], cutoff_s=v),
    "threads": lambda v: lg.travel_times(_two_ways(), [0], [1], threads=v),
    "seed": _seeded,
    "overlap_tolerance": lambda v: lg.check(_area(), overlap_tolerance_m2=v),
    "norm": lambda v: lg.check(_area(), norm=tuple(v) if isinstance(v, list) else v),
}


def refusals(function, values):
    """What becomes of each value: the class of the refusal, or "taken"."""
    outcome = []
    for value in values:
        try:
            _WITH[function](value)
        except Exception as error:
            outcome.append(type(error).__name__)
        else:
            outcome.append("taken")
    return outcome


def bad_moment():
    return lg.Settings(moment="8 25:00")


def uneven(loads, weights=None):
    return lg.balance(loads, weights)


def decay(kind):
    function = {
        "above one": lambda s: np.full_like(s, 1.5),
        "raises": lambda s: 1 // 0,
        "nan": lambda s: np.full_like(s, np.nan),
    }[kind]
    return lg.floating_catchment([[60.0]], [5], [1], threshold_s=900, method="e2sfca", decay=function)


def stopped():
    n = 400
    net = network(tail=np.arange(n), head=np.roll(np.arange(n), -1), seconds=np.full(n, 60.0))

    def stop(*_):
        raise KeyboardInterrupt

    try:
        lg.travel_times(net, np.arange(n), np.arange(n), progress=stop)
        raised = "nothing"
    except KeyboardInterrupt:
        raised = "KeyboardInterrupt"
    two = _two_ways()
    return [raised, lg.travel_times(two, [0, 1], [0, 1]).tolist()]


def report_for_everyone(folder):
    return lg.report(_area(), folder / "report.html", audience="everyone")


def nothing_selected():
    located = lg.locate(np.zeros((0, 2)), [shapely.box(0, 0, 1, 1)])
    matrix = lg.travel_times(_two_ways(), np.zeros(0, int), [0, 1])
    return [str(located.dtype), str(matrix.shape), str(matrix.dtype)]


_TIMES = np.array([[60.0, 90.0], [np.inf, 30.0]])


def _covered(times_s):
    return lg.measure_coverage(times_s, [2, 3], kind="access", threshold_s=60).covered.tolist()


def array_kinds():
    read_only = _TIMES.copy()
    read_only.flags.writeable = False
    kinds = [
        _TIMES.astype("f4"),
        np.asfortranarray(_TIMES),
        _TIMES.astype(">f8"),
        _TIMES.astype(object),
        read_only,
        np.repeat(_TIMES, 2, axis=1)[:, ::2],
    ]
    before = [k.copy() for k in kinds]
    said = ["same" if _covered(k) == _covered(_TIMES) else "other" for k in kinds]
    assert all((a == b).all() for a, b in zip(kinds, before, strict=True))
    return said


def array_refusals():
    outcome = []
    for kind in (_TIMES.astype(str), np.isfinite(_TIMES), np.float64(60), _TIMES[None]):
        try:
            _covered(kind)
            outcome.append("taken")
        except Exception as error:
            outcome.append(type(error).__name__)
    return outcome


def plan_of(labels):
    return lg.Plan(_area(), np.array(labels))


def residents_too_many():
    return lg.measure_coverage(_TIMES, [1, 2, 3], kind="access", threshold_s=60)


def weight_too_short():
    plan = _area().plan
    return lg.compare_plans(plan, plan, weight=[1, 2])


def shuffled_index():
    frames = line_town()
    for name, frame in frames.items():
        frames[name] = frame.set_axis(np.roll(np.arange(len(frame)) * 7, 1), axis=0)
    shuffled = lg.StudyArea.from_frames(**frames, crs=CRS)
    order = [3, 0, 5, 1, 4, 2]
    frames["households"] = frames["households"].iloc[order]
    turned = lg.StudyArea.from_frames(**frames, crs=CRS)
    plain = _area()
    by_id = [
        pd.Series(a.plan.household_team(), index=a.households["household_id"]).sort_index().tolist()
        for a in (plain, shuffled, turned)
    ]
    return by_id[0] == by_id[1] == by_id[2]


def pickled_area():
    return pickle.dumps(_area())


def matrix_too_large(n):
    nodes = np.zeros(n, np.int32)
    return lg.travel_times(_two_ways(), nodes, nodes)


def no_demand():
    found = lg.floating_catchment([[60.0, 60.0], [60.0, 60.0]], [0, 0], [1, 2], threshold_s=900, method="2sfca")
    return [found.ratio.tolist(), found.no_demand.tolist(), found.score.tolist()]


# -- F ------------------------------------------------------------------------------------------------------------


def crs_named(text):
    return lg.StudyArea.from_frames(**line_town(), crs=text)


def open_name(name):
    return lg.open_study_area(name)


def _write_layer(folder, name):
    from libgrid.io import TableFrame, write_tables

    path = folder / "layers.gpkg"
    write_tables(path, {name: TableFrame(pd.DataFrame({"a": ["1"]}))})
    return path


def layer_names_refused(folder, names=(), long=0):
    outcome = []
    for name in [*names, "x" * long] if long else names:
        try:
            _write_layer(folder, name)
            outcome.append("taken")
        except Exception as error:
            outcome.append(type(error).__name__)
    assert not list(folder.iterdir())
    return outcome


def layer_name_kept(folder, name):
    from libgrid.io import read_tables

    path = _write_layer(folder, name)
    return list(read_tables(path)[0]) == [name] and [p.name for p in folder.iterdir()] == ["layers.gpkg"]


def isochrone_of_nothing():
    net = lg.RoadNetwork.from_frame(_street())
    far = np.array([[400_300.0, 3_405_000.0]])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        shapes = lg.build_isochrones(net, far, [300])
    return [len(shapes), bool(shapes.geometry.iloc[0].is_empty), sum("reach" in str(w.message) for w in said)]


def hours(rows):
    return lg.RoadNetwork.from_frame(_street()).with_hours(pd.DataFrame(rows))


def forbidden_turns(folder):
    """One turn restriction whose ways are there, one that names a way that is not."""
    file = OsmFile()
    for i, (x, y) in enumerate(((0, 0), (0.001, 0), (0.002, 0), (0.001, 0.001)), 1):
        file.node(i, 104 + x, 30.5 + y)
    file.way(10, [1, 2], highway="residential").way(11, [2, 3], highway="residential")
    file.way(12, [2, 4], highway="residential")
    file.forbid(1, "no_left_turn", 10, 2, 12).forbid(2, "no_right_turn", 10, 2, 99)
    net = lg.RoadNetwork.from_osm(file.write(folder / "town.osm.pbf"), mode="car")
    return net.restrictions[["relation_id", "status"]].to_numpy().tolist()


def redraw_chain(**keywords):
    ids = [f"b{i}" for i in range(4)]
    graph = lg.BlockGraph.from_edges(4, [0, 1, 2], [1, 2, 3], columns={"households": [30] * 4}, ids=ids)
    if "limits" in keywords:
        keywords["limits"] = {name: tuple(pair) for name, pair in keywords["limits"].items()}
    return lg.redraw(graph, rng=1, **keywords)


def _lattice(side):
    n = side * side
    right = [(i, i + 1) for i in range(n) if (i + 1) % side]
    down = [(i, i + side) for i in range(n - side)]
    return lg.BlockGraph.from_edges(n, *np.array(right + down).T)


def redraw_broken_start():
    start = np.repeat([0, 1, 0], [21, 21, 7])
    found = lg.redraw(_lattice(7), grids=2, start=start, order=["cut_edges"], effort=10_000, rng=1)
    return sorted(set(found.issues.frame["code"]))


def redraw_in_no_time():
    found = lg.redraw(_lattice(30), grids=30, order=["cut_edges"], time_limit_s=0.2, effort=2_000_000_000, rng=1)
    return [found.status, len(set(found.plan.tolist()))]
