"""Networks: from OpenStreetMap, turns, barriers, gates by the clock, hours, snapping with a direction, pickling."""

import doctest
import importlib
import pickle

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from support.osm_town import OsmTown, node, seconds

import libgrid as lg

CAR = {"mode": "car", "speed_kmh": 36.0, "gate_s": 0.0}  # 10 s a step
STEP_S = pytest.approx(10.0, rel=0.002)  # the UTM zone's scale


def steps(network, start, end):
    """Travel time in steps of the drawing."""
    return seconds(network, start, end) / 10.0


def about(count):
    return pytest.approx(count, rel=0.002)


def test_streets_meet_where_they_share_a_node_and_nowhere_else(tmp_path):
    town = OsmTown("""
  c
aebf
  d
""")
    town.way("aebf").way("cd", bridge="yes")  # the bridge has no node with the street below
    network = town.network(tmp_path, CAR)
    assert network.node_count == 4
    assert np.isinf(seconds(network, "a", "c"))
    assert len(network.islands) == 1
    assert network.islands["length_m"][0] == pytest.approx(200, rel=0.002)
    meeting = OsmTown("""
  c
aebf
  d
""")
    assert steps(meeting.way("aebf").way("cbd").network(tmp_path, CAR), "a", "c") == about(3)


@pytest.mark.parametrize(
    ("tags", "there", "back"),
    [
        ({}, 1, 1),
        ({"oneway": "yes"}, 1, np.inf),
        ({"oneway": "-1"}, np.inf, 1),
        ({"oneway": "1"}, 1, np.inf),
        ({"junction": "roundabout"}, 1, np.inf),
        ({"highway": "footway"}, np.inf, np.inf),
        ({"highway": "footway", "motor_vehicle": "yes"}, 1, 1),
        ({"highway": "construction", "motor_vehicle": "yes"}, np.inf, np.inf),
        ({"access": "private"}, np.inf, np.inf),
        ({"access": "destination"}, 1, 1),
        ({"access": "no", "motorcar": "yes"}, 1, 1),
        ({"vehicle": "no"}, np.inf, np.inf),
        ({"foot": "no"}, 1, 1),
        ({"maxspeed": "18"}, 2, 2),
    ],
)
def test_what_tags_mean_for_a_car(tmp_path, tags, there, back):
    town = OsmTown("ab\nc").way("ab", tags).way("ac").network(tmp_path, CAR)
    found = [steps(town, *pair) if "b" in map(chr, town.nodes["osm_id"]) else np.inf for pair in ("ab", "ba")]
    assert found == [about(there), about(back)]


def test_modes_differ(tmp_path):
    town = OsmTown("abcdef").way("ab", oneway="yes", tags={"oneway:bicycle": "no"}).way("bc", highway="steps")
    town.way("cd", highway="motorway").way("de", access="private", foot="yes").way("ef", bicycle="dismount")
    file = town.file.write(tmp_path / "modes.osm.pbf")
    networks = {name: lg.RoadNetwork.from_osm(file, name) for name in ("walk", "walk_elderly", "ebike", "car")}
    classes = {name: sorted(set(network.edges["class"])) for name, network in networks.items()}
    assert classes["walk"] == classes["walk_elderly"] == ["residential", "steps"]
    assert classes["ebike"] == ["residential"]
    assert classes["car"] == ["motorway", "residential"]
    assert seconds(networks["ebike"], "b", "a") == seconds(networks["ebike"], "a", "b")
    assert np.isinf(seconds(networks["car"], "b", "a"))
    walk = networks["walk"]
    assert seconds(walk, "b", "c") == pytest.approx(2 * seconds(walk, "a", "b"), rel=1e-4)
    assert seconds(walk, "b", "c") == pytest.approx(100 / 0.6, rel=0.002)
    assert seconds(networks["ebike"], "e", "f") == pytest.approx(100 / 1.2, rel=0.002)  # pushed
    let_in = lg.RoadNetwork.from_osm(file, {"mode": "ebike", "opens": ["private"]})
    assert let_in.edge_count == networks["ebike"].edge_count + 2


def test_a_ferry_takes_its_duration(tmp_path):
    town = OsmTown("ab\nc").way("ab", route="ferry", duration="00:12").way("ac")
    network = town.network(tmp_path, "walk")
    assert seconds(network, "a", "b") == 720.0
    assert "b" not in map(chr, town.network(tmp_path, "car").nodes["osm_id"])  # unless it says so


CROSS = """
 c
abd
 e
"""


def cross():
    return OsmTown(CROSS).way("ab").way("bc").way("bd").way("be")


@pytest.mark.parametrize(
    ("kind", "to", "blocked", "open_"),
    [
        ("no_left_turn", "bc", "c", "de"),
        ("only_straight_on", "bd", "ce", "d"),
        ("no_straight_on", "bd", "d", "ce"),
    ],
)
def test_turn_restrictions(tmp_path, kind, to, blocked, open_):
    network = cross().forbid(kind, "ab", "b", to).network(tmp_path, CAR)
    assert network.restrictions["status"].tolist() == ["applied"]
    for letter in open_:
        assert steps(network, "a", letter) == about(2)
    for letter in blocked:  # on to an open end, where one turns round, and back
        assert steps(network, "a", letter) == about(4)
        assert steps(network, letter, "a") == about(2)
    assert steps(network, "b", blocked[0]) == about(1)
    walk = cross().forbid(kind, "ab", "b", to).network(tmp_path, "walk")
    assert len(walk.restrictions) == 0


def test_a_u_turn_restriction_leaves_the_way_on(tmp_path):
    town = OsmTown("abc").way("abc").forbid("no_u_turn", "abc", "b", "abc")
    network = town.network(tmp_path, CAR)
    assert network.restrictions["status"].tolist() == ["applied"]
    assert steps(network, "a", "c") == about(2)
    middle = np.asarray(shapely.get_coordinates(network.nodes.geometry))
    assert steps(network, "a", "a") == 0
    assert len(middle) == 3


def test_restrictions_that_do_not_hold_are_told(tmp_path):
    town = cross().way("cd")
    town.forbid("no_left_turn", "ab", "b", "bc", **{"except": "motorcar;bus"})
    town.forbid("no_left_turn", "ab", "bd", "cd")
    town.forbid("no_left_turn", "ab", "d", "bc")
    town.forbid("give_way", "ab", "b", "bc")
    network = town.network(tmp_path, CAR)
    told = network.restrictions.set_index("relation_id")["status"]
    assert told.tolist() == ["exempt", "via a way", "not on the network", "unknown kind"]
    assert steps(network, "a", "c") == about(2)
    ebike = town.network(tmp_path, "ebike").restrictions["status"]
    assert ebike.tolist()[0] == "applied"


def test_random_restrictions_equal_a_search_over_edges(tmp_path):
    rng = np.random.default_rng(5)
    letters = "abcdefghijklmnop"
    picture = "\n".join(letters[i : i + 4] for i in range(0, 16, 4))
    for round_ in range(15):
        town = OsmTown(picture)
        pairs = [(i, j) for i in range(16) for j in (i + 1, i + 4) if j < 16 and not (j == i + 1 and j % 4 == 0)]
        for i, j in pairs:
            if rng.random() < 0.85:
                town.way(letters[i] + letters[j], oneway=str(rng.choice(["yes", "no", "-1"], p=[0.2, 0.6, 0.2])))
        ways = list(town.ways)
        for _ in range(12):
            a, b = rng.choice(ways, 2, replace=False)
            shared = set(a) & set(b)
            if shared:
                kind = rng.choice(["no_left_turn", "only_right_turn", "no_straight_on"])
                town.forbid(str(kind), str(a), shared.pop(), str(b))
        network = town.network(tmp_path, CAR)
        edges = network.edges
        banned = set()
        for relation, told in zip(town.file.relations, network.restrictions.itertuples(), strict=True):
            members = {role: number for _, number, role in relation[1]}
            if told.status != "applied":
                continue
            at = node(network, chr(members["via"]))
            into = edges.index[(edges["road_id"] == members["from"]) & (edges["head"] == at)]
            out = edges.index[(edges["road_id"] == members["to"]) & (edges["tail"] == at)]
            every = edges.index[edges["tail"] == at]
            if told.kind.startswith("only"):
                banned |= {(i, j) for i in into for j in every if j not in out}
            else:
                banned |= {(i, j) for i in into for j in out}
        graph = nx.DiGraph()
        for i, edge in edges.iterrows():
            graph.add_edge(("from", edge["tail"]), i, weight=edge["time_s"])
            graph.add_edge(i, ("to", edge["head"]), weight=0.0)
            for j in edges.index[edges["tail"] == edge["head"]]:
                if (i, j) not in banned:
                    graph.add_edge(i, j, weight=edges["time_s"][j])
        nodes = np.arange(network.node_count)
        times = lg.travel_times(network, nodes, nodes)
        for v in nodes:
            far = nx.single_source_dijkstra_path_length(graph, ("from", v)) if ("from", v) in graph else {}
            expected = [0.0 if v == w else far.get(("to", w), np.inf) for w in nodes]
            np.testing.assert_allclose(times[v], expected, atol=1e-6, err_msg=f"round {round_}, node {v}")


def test_barriers_stop_whom_they_stop(tmp_path):
    def town(**tags):
        return OsmTown("abc", b=tags).way("abc")

    assert steps(town(barrier="bollard").network(tmp_path, "ebike"), "a", "c") > 0
    assert np.isinf(seconds(town(barrier="bollard").network(tmp_path, CAR), "a", "c"))
    assert np.isfinite(seconds(town(barrier="bollard", motorcar="yes").network(tmp_path, CAR), "a", "c"))
    assert np.isinf(seconds(town(barrier="gate", access="private").network(tmp_path, "walk"), "a", "c"))
    stopped = town(barrier="bollard").network(tmp_path, CAR)
    assert steps(stopped, "a", "b") == about(1)  # up to it, from both sides
    assert steps(stopped, "b", "c") == about(1)
    delayed = town(barrier="lift_gate").network(tmp_path, CAR | {"gate_s": 20.0})
    assert seconds(delayed, "a", "c") == pytest.approx(40.0, rel=0.002)
    assert seconds(delayed, "a", "b") == STEP_S


def test_a_gate_opens_by_the_clock(tmp_path):
    town = OsmTown("abc\ndfe", b={"barrier": "gate", "opening_hours": "Mo-Su 06:00-22:00"})
    network = town.way("abc").way("adfec").network(tmp_path, CAR)
    assert network.gates["hours"].tolist() == ["Mo-Su 06:00-22:00"]
    assert steps(network, "a", "c") == about(2)
    assert steps(network.at("2 10:00"), "a", "c") == about(2)
    assert steps(network.at("2 05:59"), "a", "c") == about(4)
    assert steps(network.at("2 22:00"), "a", "c") == about(4)
    assert steps(network.at("2 05:59").at("2 06:00"), "a", "c") == about(2)
    again = pickle.loads(pickle.dumps(network.at("2 23:00")))
    assert steps(again, "a", "c") == about(4)


def test_a_turn_may_cost_time(tmp_path):
    network = cross().network(tmp_path, CAR | {"turn_s": 7.0})
    assert seconds(network, "a", "d") == pytest.approx(20.0, rel=0.002)
    assert seconds(network, "a", "c") == pytest.approx(27.0, rel=0.002)
    bend = OsmTown("ab\n c").way("ab").way("bc").network(tmp_path, CAR | {"turn_s": 7.0})
    assert seconds(bend, "a", "c") == pytest.approx(20.0, rel=0.002)  # a bend is no crossing


def test_every_node_is_answered_with_restrictions_too(tmp_path):
    network = cross().forbid("no_left_turn", "ab", "b", "bc").network(tmp_path, CAR)
    nearest = lg.find_nearest(network, [node(network, "a")])
    assert nearest.index.shape == (5, 1)
    times = lg.travel_times(network, [node(network, "a")], np.arange(5))[0]
    np.testing.assert_array_equal(nearest.time_s[:, 0], times)


def test_the_crs_is_chosen_by_the_place(tmp_path):
    path = OsmTown("ab").way("ab").file.write(tmp_path / "a.osm.pbf")
    assert lg.RoadNetwork.from_osm(path).crs.to_epsg() == 32648
    from support.osm_file import OsmFile

    china = OsmFile().node(1, 104.06, 30.65).node(2, 104.07, 30.65).way(1, [1, 2], highway="path")
    network = lg.RoadNetwork.from_osm(china.write(tmp_path / "b.osm.pbf"))
    assert network.crs.to_epsg() == 4544
    with pytest.raises(lg.InvalidInput, match="metres"):
        lg.RoadNetwork.from_osm(path, crs="EPSG:4326")


def test_an_empty_network_is_refused(tmp_path):
    path = OsmTown("ab").way("ab", highway="steps").file.write(tmp_path / "a.osm.pbf")
    with pytest.raises(lg.InvalidInput, match="'car' can use no way"):
        lg.RoadNetwork.from_osm(path, "car")
    with pytest.raises(lg.InvalidInput, match="no way"):
        lg.RoadNetwork.from_osm(path, "walk", bbox=(0, 0, 1, 1))


# -- hours of the week -------------------------------------------------------------------------------------------------


def street(**table):
    roads = pd.DataFrame({"road_id": ["a", "b"], "class": ["primary", "residential"], **table})
    lines = [shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0), (200, 0)])]
    return gpd.GeoDataFrame(roads, geometry=lines, crs="EPSG:4544")


def test_speeds_by_hour_of_the_week():
    network = lg.RoadNetwork.from_frame(street(), mode=CAR)
    table = pd.DataFrame(
        {
            "weekdays": ["1-5", "1-5", None],
            "start": ["07:00", "07:00", "22:00"],
            "end": ["09:00", "09:00", "02:00"],
            "class": [None, "primary", None],
            "speed_factor": [0.5, 0.25, 2.0],
        }
    )
    hourly = network.with_hours(table)

    def times(moment):
        return lg.travel_times(hourly.at(moment), [0], [1, 2])[0].tolist()

    assert times("2 10:00") == [10.0, 20.0]
    assert times("2 07:00") == [40.0, 60.0]
    assert times("2 09:00") == [10.0, 20.0]
    assert times("6 08:00") == [10.0, 20.0]
    assert times("2 23:30") == times("1 01:59") == [5.0, 10.0]
    assert hourly.at("2 07:30").at("2 10:00").edges["time_s"].tolist() == [10.0] * 4
    assert len(hourly._hours.ms) == 3  # distinct columns, not 168
    assert pickle.loads(pickle.dumps(hourly)).at("2 07:00").edges["time_s"][0] == 40.0
    assert lg.travel_times(hourly, [0], [2])[0, 0] == 20.0  # without a moment: ordinary speeds


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"start": ["07:30"], "end": ["09:00"], "speed_factor": [0.5]}, "full hours"),
        ({"start": ["07:00"], "end": ["07:00"], "speed_factor": [0.5]}, "same hour"),
        ({"start": ["07:00"], "end": ["09:00"], "speed_factor": [0]}, "row 0: speed_factor"),
        ({"start": ["07:00"], "end": ["09:00"], "speed_factor": ["fast"]}, "row 0: speed_factor"),
        ({"start": ["07:00"] * 2, "end": ["09:00", "08:00"], "speed_factor": [0.5, 1]}, "row 1: another row"),
        ({"start": ["07:00"], "end": ["09:00"], "speed_factor": [0.5], "class": ["alley"]}, "no class 'alley'"),
        ({"start": ["07:00"], "end": ["09:00"], "speed_factor": [0.5], "weekdays": ["5-1"]}, "weekdays"),
        ({"start": ["07:00"], "end": ["09:00"], "factor": [0.5]}, "missing"),
    ],
)
def test_bad_hours_are_named(rows, message):
    network = lg.RoadNetwork.from_frame(street(), mode=CAR)
    with pytest.raises(lg.InvalidInput, match=message):
        network.with_hours(pd.DataFrame(rows))


def test_closing_and_retiming_edges():
    network = lg.RoadNetwork.from_frame(street(), mode=CAR)
    assert lg.travel_times(network.with_edges(closed=[1], by="edge"), [0, 1], [0, 1]).tolist() == [[0, 10], [np.inf, 0]]
    assert lg.travel_times(network.with_edges(seconds={0: 99}, by="edge"), [0, 1], [0, 1]).tolist() == [
        [0, 99],
        [10, 0],
    ]
    assert network.edges["time_s"].tolist() == [10.0] * 4
    with pytest.raises(lg.InvalidInput, match="edges are not in the network: 4, 77"):
        network.with_edges(closed=[4], seconds={77: 1.0}, by="edge")
    with pytest.raises(lg.InvalidInput, match="road ids are not in the network: c"):
        network.with_edges(closed=["c"])
    with pytest.raises(lg.InvalidInput, match="by must be"):
        network.with_edges(closed=["a"], by="name")


def test_turn_rules_survive_closing(tmp_path):
    network = cross().forbid("no_left_turn", "ab", "b", "bc").network(tmp_path, CAR)
    closed = network.with_edges(closed=[3])  # the way bd
    assert np.isinf(seconds(closed, "a", "d"))
    assert steps(closed, "a", "c") == about(4)  # by e
    assert steps(closed, "a", "e") == about(2)
    slow = network.with_edges(seconds={4: 100.0})
    assert seconds(slow, "a", "e") == pytest.approx(110.0, rel=0.002)
    assert steps(slow, "a", "c") == about(4)


# -- from lines that do not meet ---------------------------------------------------------------------------------------


def lines(*drawn, **table):
    return gpd.GeoDataFrame(
        {"road_id": list("abcdefgh"[: len(drawn)]), **table},
        geometry=[shapely.LineString(points) for points in drawn],
        crs="EPSG:4544",
    )


CROSSING = lines([(0, 0), (200, 0)], [(100, -100), (100, 100)])


def test_crossings_become_nodes_only_when_asked():
    plain = lg.RoadNetwork.from_frame(CROSSING, mode=CAR)
    assert (plain.node_count, plain.edge_count, len(plain.islands)) == (4, 4, 1)
    noded = lg.RoadNetwork.from_frame(CROSSING, mode=CAR, node_at_crossings=True)
    assert (noded.node_count, noded.edge_count, len(noded.islands)) == (5, 8, 0)
    assert noded.edges.groupby("road_id")["time_s"].sum().tolist() == [40.0, 40.0]
    bridge = lg.RoadNetwork.from_frame(CROSSING.assign(bridge=["no", "yes"]), mode=CAR, node_at_crossings=True)
    assert bridge.node_count == 4
    layers = lg.RoadNetwork.from_frame(CROSSING.assign(layer=["0", "-1"]), mode=CAR, node_at_crossings=True)
    assert layers.node_count == 4


def test_noding_equals_shapely_on_random_lines():
    rng = np.random.default_rng(12)
    for _ in range(30):
        ends = rng.integers(0, 1000, (8, 2, 2)).astype(float)
        ends = ends[(ends[:, 0] != ends[:, 1]).any(axis=1)]
        drawn = lines(*ends)
        network = lg.RoadNetwork.from_frame(drawn, mode="walk", node_at_crossings=True)
        merged = shapely.get_parts(shapely.union_all(drawn.geometry.to_numpy()))
        graph = nx.Graph()
        for part in merged:
            graph.add_edge(*(tuple(np.rint(np.array(end) * 1000)) for end in (part.coords[0], part.coords[-1])))
        assert network.components.loc["weak", "count"] == nx.number_connected_components(graph)
        length_m = network.edges["length_m"].sum() / 2
        assert length_m == pytest.approx(shapely.length(drawn.geometry.to_numpy()).sum(), rel=1e-4)


def test_small_gaps_are_closed_and_told():
    gap = lines([(0, 0), (200, 0)], [(100, 0.3), (100, 100)])
    assert len(lg.RoadNetwork.from_frame(gap, mode=CAR).islands) == 1
    network = lg.RoadNetwork.from_frame(gap, mode=CAR, snap_tolerance_m=0.5)
    assert len(network.islands) == 0
    told = network.joined
    assert told[["road_id", "other_road_id", "distance_m"]].to_numpy().tolist() == [["b", "a", 0.3]]
    assert shapely.get_coordinates(told.geometry).tolist() == [[100.0, 0.3]]
    with pytest.raises(lg.InvalidInput, match="snap_tolerance_m"):
        lg.RoadNetwork.from_frame(gap, snap_tolerance_m=-1)


def test_columns_and_words_of_other_offices():
    theirs = lines(
        [(0, 0), (100, 0)],
        [(100, 0), (200, 0)],
        [(200, 0), (300, 0)],
        等级=["主干路", "台阶", "高速公路"],
        方向=["正向", "双向", "双向"],
    )
    columns = {"class": "等级", "oneway": "方向"}
    car = lg.RoadNetwork.from_frame(theirs, mode="car", columns=columns)
    assert car.edges["class"].tolist() == ["primary", "motorway", "motorway"]
    walk = lg.RoadNetwork.from_frame(theirs, mode="walk", columns=columns)
    assert walk.edges["class"].tolist() == ["primary", "primary", "steps", "steps"]
    with pytest.raises(lg.InvalidInput, match="absent columns"):
        lg.RoadNetwork.from_frame(theirs, columns={"class": "Klasse"})
    with pytest.raises(lg.InvalidInput, match="unknown names"):
        lg.RoadNetwork.from_frame(theirs, columns={"highway": "等级"})


COMPOUND = lines(
    [(0, 0), (100, 0)], [(100, 0), (100, 100)], [(0, 0), (0, 300)], [(0, 300), (100, 300)], [(100, 300), (100, 100)]
)


def test_gates_of_a_compound_shut_by_the_clock():
    gate = gpd.GeoDataFrame(
        {"gate_id": ["东门"], "open": ["06:00"], "close": ["22:00"]},
        geometry=gpd.points_from_xy([50], [1]),
        crs="EPSG:4544",
    )
    network = lg.RoadNetwork.from_frame(COMPOUND, mode=CAR, gates=gate)
    ends = np.array([[0.0, 0.0], [100.0, 100.0]])

    def time(net):
        return lg.travel_times(net, ends[:1], ends[1:])[0, 0]

    assert time(network) == time(network.at("3 12:00")) == 20.0
    assert time(network.at("3 23:00")) == 60.0
    assert network.gates[["gate_id", "hours"]].to_numpy().tolist() == [["东门", "06:00-22:00"]]
    at_gate = lg.travel_times(network.at("3 23:00"), ends, np.array([[50.0, 0.0]]))
    assert at_gate.tolist() == [[5.0], [15.0]]  # up to it, from both sides
    assert (
        time(lg.RoadNetwork.from_frame(COMPOUND, mode=CAR, gates=gate.assign(modes="ebike, walk")).at("3 23:00")) == 20
    )
    slow = lg.RoadNetwork.from_frame(COMPOUND, mode=CAR | {"gate_s": 7.0}, gates=gate)
    assert time(slow) == 27.0
    road = pd.DataFrame({"road_id": ["b"], "hours": ["Mo-Fr 08:00-18:00"]})
    by_road = lg.RoadNetwork.from_frame(COMPOUND, mode=CAR, gates=road)
    assert time(by_road.at("5 08:00")) == 20.0
    shut = by_road.at("6 08:00")
    assert time(shut) == 60.0
    assert lg.travel_times(shut, np.array([[100.0, 50.0]]), ends).tolist() == [[15.0, 5.0]]  # who is in may leave
    assert time(pickle.loads(pickle.dumps(by_road)).at("6 08:00")) == 60.0


@pytest.mark.parametrize(
    ("table", "place", "message"),
    [
        ({"open": ["6 am"], "close": ["22:00"]}, (50, 0), "do not read like"),
        ({"open": ["06:00"]}, (50, 0), "open and close, or hours"),
        ({"hours": ["06:00-22:00"]}, (50, 200), "over 10 m from every road"),
        ({"hours": ["06:00-22:00"]}, None, "neither a place nor a road_id"),
        ({"hours": ["06:00-22:00"], "road_id": ["z"]}, None, "'z' is not among"),
        ({"hours": ["06:00-22:00"]}, (9e6, 0), "check the CRS"),
    ],
)
def test_bad_gates_are_named(table, place, message):
    geometry = [None if place is None else shapely.Point(place)]
    gates = gpd.GeoDataFrame({"gate_id": ["g"], **table}, geometry=geometry, crs="EPSG:4544")
    with pytest.raises(lg.InvalidInput, match=message):
        lg.RoadNetwork.from_frame(COMPOUND, mode=CAR, gates=gates)


def test_barriers_stop_roads_on_the_ground():
    river = gpd.GeoDataFrame(
        {"kind": ["river"]}, geometry=[shapely.LineString([(-50, 50), (150, 50)])], crs="EPSG:4544"
    )
    roads = lines(
        [(0, 0), (0, 100)],
        [(0, 0), (100, 0)],
        [(100, 0), (100, 100)],
        [(100, 100), (0, 100)],
        bridge=["no", "no", "yes", "no"],
    )
    ends = np.array([[0.0, 0.0], [0.0, 100.0]])

    def time(**options):
        return lg.travel_times(lg.RoadNetwork.from_frame(roads, mode=CAR, **options), ends[:1], ends[1:])[0, 0]

    assert time() == 10.0
    assert time(barriers=river) == 30.0  # by the bridge
    assert time(barriers=river.assign(crossable="yes")) == 10.0
    assert time(barriers=river.assign(modes="walk")) == 10.0
    bollard = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [40]), crs="EPSG:4544")
    assert time(barriers=bollard) == 30.0
    with pytest.raises(lg.InvalidInput, match="points or lines"):
        time(barriers=river.assign(geometry=river.buffer(1)))
    with pytest.raises(lg.InvalidInput, match="to_crs"):
        time(barriers=river.set_crs("EPSG:4543", allow_override=True))


# -- profiles ----------------------------------------------------------------------------------------------------------


def test_a_row_of_the_profile_table_is_a_profile():
    table = lg.travel_modes().set_index("mode", drop=False)
    row = table.loc["walk_elderly"].to_dict()
    network = lg.RoadNetwork.from_frame(lines([(0, 0), (76, 0)], **{"class": ["steps"]}), mode=row)
    assert network.edges["time_s"].tolist() == [200.0, 200.0]
    slower = lg.RoadNetwork.from_frame(
        lines([(0, 0), (76, 0)], **{"class": ["steps"]}), mode=row | {"stairs_factor": 0.25}
    )
    assert slower.edges["time_s"].tolist() == [400.0, 400.0]
    wheels = {"mode": "wheelchair", "speed_kmh": 3.6, "off_network_kmh": 1.8, "stairs_factor": 0}
    with pytest.raises(lg.InvalidInput, match="'wheelchair' can use no road"):
        lg.RoadNetwork.from_frame(lines([(0, 0), (76, 0)], **{"class": ["steps"]}), mode=wheels)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ({"mode": "walk", "stairs_factor": 2}, "stairs_factor"),
        ({"mode": "walk", "stairs_factor": "half"}, "stairs_factor must be a number"),
        ({"mode": "walk", "gate_s": -1}, "gate_s"),
        ({"mode": "walk", "turn_s": float("nan")}, "turn_s"),
        ({"mode": "walk", "access": []}, "access"),
        ({"mode": "walk", "opens": [1]}, "opens"),
        ({"mode": "walk", "obeys_oneway": "no"}, "obeys_oneway"),
        ({"mode": "walk", "class_speed_kmh": [1]}, "class_speed_kmh"),
        ({"mode": "walk", "class_speed_kmh": {"path": "fast"}}, "class path must be a number"),
        ({"mode": "walk", "speed": 4}, "unknown keys speed"),
        ({"mode": "skate"}, "'skate' is not known"),
    ],
)
def test_bad_profiles_are_refused(mode, message):
    with pytest.raises(lg.InvalidInput, match=message):
        lg.RoadNetwork.from_frame(CROSSING, mode=mode)


# -- odd and bad input ------------------------------------------------------------------------------------------------


def test_odd_edges_are_taken_and_listed():
    network = lg.RoadNetwork.from_arrays(
        tail=[0, 0, 0, 1, 1, 4], head=[1, 1, 1, 1, 2, 1], seconds=[5, 5, 3, 0, 0, 1], node_count=6
    )
    table = network.oddities.set_index("what")
    assert table["count"].to_dict() == {
        "edges that take no time": 2,
        "edges that end where they start": 1,
        "edges beside another one": 2,
        "edges that equal another one": 1,
        "nodes without a street": 2,
        "nodes that can be entered and not left": 1,
        "nodes that can be left and not entered": 2,
    }
    assert table.loc["nodes without a street", "first"] == [3, 5]
    assert lg.travel_times(network, [0], [2])[0, 0] == 3.0  # the shortest of parallel edges
    plain = lg.RoadNetwork.from_frame(street(), mode=CAR)
    assert plain.oddities["count"].sum() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": [1, float("nan")]}, r"seconds: 1 times.*rows 1"),
        ({"seconds": [-1, 1]}, r"seconds: 1 times.*rows 0"),
        ({"seconds": [1, 1e9]}, r"over 10\^6 s.*rows 1"),
        ({"seconds": [1, float("inf")]}, r"rows 1"),
        ({"tail": [0, 2**40]}, r"tail: nodes are out of range \(1 rows: 1\)"),
        ({"head": [1, -7]}, r"head: nodes are out of range \(1 rows: 1\)"),
        ({"head": [1, 9], "node_count": 3}, r"does not exist \(edges 1\)"),
        ({"tail": [0.5, 1]}, "tail must be whole numbers"),
        ({"tail": [], "head": [], "seconds": []}, "empty"),
        ({"tail": [0]}, "one length"),
    ],
)
def test_bad_arrays_are_named(change, message):
    with pytest.raises(lg.InvalidInput, match=message):
        lg.RoadNetwork.from_arrays(**({"tail": [0, 1], "head": [1, 2], "seconds": [1.0, 1.0]} | change))


# -- snapping ----------------------------------------------------------------------------------------------------------


def one_way_stub():
    """A square of streets, a one-way stub that leads in, one that leads out; the square lies 30 m off each."""
    corners = [(0, 0), (300, 0), (300, 300), (0, 300), (0, 0)]
    lines = [shapely.LineString(corners[i : i + 2]) for i in range(4)]
    lines += [shapely.LineString([(-200, 0), (0, 0)]), shapely.LineString([(300, 300), (500, 300)])]
    lines += [shapely.LineString([(0, 0), (-200, -40)]), shapely.LineString([(300, 300), (500, 340)])]
    roads = {
        "road_id": ["s", "e", "n", "w", "in", "out", "beside in", "beside out"],
        "oneway": ["no"] * 4 + ["yes"] * 2 + ["no"] * 2,
    }
    return gpd.GeoDataFrame(roads, geometry=lines, crs="EPSG:4544")


def test_snapping_knows_the_direction():
    network = lg.RoadNetwork.from_frame(one_way_stub(), mode=CAR)
    roads = network.edges["road_id"]
    points = np.array([[-150.0, 5.0], [450.0, 295.0], [150.0, 10.0]])

    def snapped(direction):
        frame = network.snap(points, direction=direction)
        return [roads[edge] for edge in frame["edge"]], frame["reason"].tolist()

    assert snapped("any") == (["in", "out", "s"], ["", "", ""])
    assert snapped("from") == (["in", "beside out", "s"], ["", "nearest road cannot be left", ""])
    assert snapped("to") == (["beside in", "out", "s"], ["nearest road cannot be reached", "", ""])
    reasons = ["nearest road cannot be reached", "nearest road cannot be left", ""]
    assert snapped("both") == (["beside in", "beside out", "s"], reasons)
    times = lg.travel_times(network, points, points)
    assert np.isfinite(times).all()
    with pytest.raises(lg.InvalidInput, match="direction"):
        network.snap(points, direction="up")


def test_a_network_of_one_ways_alone_keeps_the_nearest_edge():
    roads = one_way_stub().iloc[4:6]
    network = lg.RoadNetwork.from_frame(roads, mode=CAR)
    assert network.snap(np.array([[-150.0, 5.0]]), direction="both")["reason"].tolist() == [""]


def test_pickled_networks_answer_the_same(anjing):
    network = lg.RoadNetwork.from_frame(anjing.roads, mode="ebike")
    again = pickle.loads(pickle.dumps(network))
    points = anjing.households.geometry.iloc[:20]
    np.testing.assert_array_equal(lg.travel_times(network, points, points), lg.travel_times(again, points, points))
    assert again.edges.equals(network.edges)
    assert again.mode == "ebike" and again.crs == network.crs
    bare = lg.RoadNetwork.from_arrays(tail=[0], head=[1], seconds=[5])
    assert lg.travel_times(pickle.loads(pickle.dumps(bare)), [0], [1])[0, 0] == 5.0
    function, (state,) = network.__reduce__()
    with pytest.raises(lg.InvalidInput, match="format 99"):
        function(state | {"format": 99})


def test_the_notebook_shows_a_small_map_and_a_small_table(anjing):
    html = lg.RoadNetwork.from_frame(anjing.roads)._repr_html_()
    streets, table = html.split("</svg>")
    assert streets.startswith("<svg") and len(streets) < 60_000
    assert len(table) < 1500
    assert "RoadNetwork" in html and "islands" in html


@pytest.mark.real
@pytest.mark.parametrize("mode", ["walk", "ebike", "car"])
def test_a_real_country_hangs_together(shared, mode):
    path = next((shared / "liechtenstein").glob("*.osm.pbf"))
    network = lg.RoadNetwork.from_osm(path, mode)
    assert network.components.loc["weak", "largest_share"] > 0.92
    assert (network.restrictions["status"] == "applied").mean() > 0.85 if mode != "walk" else True
    streets = network.edges
    assert streets["length_m"].sum() > 5e5
    assert (streets["time_s"] >= 0).all()


@pytest.mark.parametrize("module", ["network", "network_changes", "network_places", "network_tables"])
def test_docstrings_of(module):
    assert doctest.testmod(importlib.import_module(f"libgrid.roads.{module}")).failed == 0
