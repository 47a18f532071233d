"""Neighbours: exact borders, stacks, corners, barriers, bridges, islands and the links that would join them."""

import doctest
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from libgrid.graph import block_graph
from libgrid.plot import graph as graph_pictures

import libgrid as lg

CRS = "EPSG:4544"


def squares(drawing: str, side=100.0, **columns) -> gpd.GeoDataFrame:
    """One square block a letter, named by it; a dot is open land. The first line lies in the north."""
    rows = drawing.split()
    found = {c: (x, len(rows) - 1 - y) for y, row in enumerate(rows) for x, c in enumerate(row) if c != "."}
    names = sorted(found)
    shapes = [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for x, y in map(found.get, names)]
    return gpd.GeoDataFrame({"block_id": names, **columns}, geometry=shapes, crs=CRS)


def pairs(graph, tie=None):
    edges = graph.frame if tie is None else graph.frame[graph.frame["tie"] == tie]
    return {a + b for a, b in edges[["block_a", "block_b"]].to_numpy()}


def line(*points, **columns):
    return gpd.GeoDataFrame({k: [v] for k, v in columns.items()}, geometry=[shapely.LineString(points)], crs=CRS)


@pytest.mark.parametrize("module", [block_graph, graph_pictures])
def test_docstring_examples(module):
    failed, tried = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert tried and not failed


def test_blocks_that_share_a_border_are_neighbours_and_corners_only_when_asked():
    graph = lg.BlockGraph.from_blocks(squares("ab cd"))
    assert pairs(graph) == {"ab", "cd", "ac", "bd"}
    assert graph.frame["border_m"].tolist() == [100.0] * 4
    queen = lg.BlockGraph.from_blocks(squares("ab cd"), queen=True)
    assert pairs(queen, "corner") == {"ad", "bc"}
    assert pairs(queen, "border") == pairs(graph)


def test_a_short_border_is_none_where_that_is_asked():
    blocks = squares("ab")
    blocks.geometry = [shapely.box(0, 0, 100, 100), shapely.box(100, 97, 200, 200)]
    assert pairs(lg.BlockGraph.from_blocks(blocks)) == {"ab"}
    assert pairs(lg.BlockGraph.from_blocks(blocks, min_border_m=3.0)) == {"ab"}
    assert pairs(lg.BlockGraph.from_blocks(blocks, min_border_m=3.001)) == set()


def test_stacked_blocks_are_neighbours_of_each_other_and_share_all_neighbours():
    blocks = squares("ab")
    tower = blocks.iloc[[0, 0]].assign(block_id=["a1", "a2"])
    other = blocks.iloc[[1, 1, 1]].assign(block_id=["b1", "b2", "b3"])
    graph = lg.BlockGraph.from_blocks(pd.concat([tower, other], ignore_index=True))
    assert pairs(graph, "stacked") == {"a1a2", "b1b2", "b1b3", "b2b3"}
    assert len(pairs(graph, "border")) == 6
    assert graph.frame["border_m"].sum() == pytest.approx(100.0, abs=1e-9)
    assert graph.frame.loc[graph.frame["tie"] == "border", "border_m"].max() < 16.67 + 1e-9


def test_a_river_along_a_border_cuts_it_and_a_bridge_joins_it():
    blocks = squares("ab cd")
    river = line((-50, 100), (250, 100))
    cut = lg.BlockGraph.from_blocks(blocks, barriers=river)
    assert pairs(cut) == {"ab", "cd"}
    bridged = lg.BlockGraph.from_blocks(blocks, barriers=river, links=[("a", "c", "洞子口桥")])
    assert pairs(bridged, "link") == {"ac"}
    assert bridged.frame.set_index("tie").loc["link", "name"] == "洞子口桥"
    drawn = line((50, 110), (50, 90), name="洞子口桥")
    again = lg.BlockGraph.from_blocks(blocks, barriers=river, links=drawn)
    assert again.frame.equals(bridged.frame)


def test_a_river_with_two_banks_beside_the_border_separates_too():
    blocks = squares("a b")  # the middle of b lies at y = 50, the border at 100

    def banks(south, north):
        return gpd.GeoDataFrame(geometry=[shapely.box(-50, south, 150, north)], crs=CRS)

    assert pairs(lg.BlockGraph.from_blocks(blocks, barriers=banks(60, 80), barrier_reach_m=5.0)) == set()
    assert pairs(lg.BlockGraph.from_blocks(blocks, barriers=banks(20, 40), barrier_reach_m=5.0)) == {"ab"}
    assert pairs(lg.BlockGraph.from_blocks(blocks, barriers=banks(90, 110), barrier_reach_m=5.0)) == set()


def test_a_line_that_ends_within_a_block_separates_nothing():
    spur = line((50, 170), (50, 250))
    assert pairs(lg.BlockGraph.from_blocks(squares("ab cd"), barriers=spur)) == {"ab", "cd", "ac", "bd"}


def test_a_barrier_that_leaves_a_gate_weighs_the_rest():
    graph = lg.BlockGraph.from_blocks(squares("ab"), barriers=line((100, -20), (100, 60)), barrier_reach_m=1.0)
    assert 30.0 <= graph.frame["border_m"][0] <= 45.0


def test_a_barrier_can_weigh_by_its_class_and_keep_the_neighbours():
    trunk, river = line((100, -50), (100, 250)), line((-50, 100), (250, 100))
    barriers = pd.concat([trunk.assign(**{"class": "trunk"}), river.assign(**{"class": "river"})])
    graph = lg.BlockGraph.from_blocks(squares("ab cd"), barriers=barriers, barrier_factor={"trunk": 0.25, "river": 0})
    assert pairs(graph) == {"ab", "cd"}
    assert graph.frame["border_m"].tolist() == [25.0, 25.0]
    with pytest.raises(lg.InvalidInput, match="river"):
        lg.BlockGraph.from_blocks(squares("ab"), barriers=barriers, barrier_factor={"trunk": 0.25})
    with pytest.raises(lg.InvalidInput, match="barrier_factor"):
        lg.BlockGraph.from_blocks(squares("ab"), barriers=barriers, barrier_factor=-1.0)


def test_corners_over_a_barrier_are_cut():
    river = line((-50, 100), (250, 100))
    assert pairs(lg.BlockGraph.from_blocks(squares("ab cd"), queen=True, barriers=river)) == {"ab", "cd"}


def test_islands_name_their_households_and_the_shortest_links():
    graph = lg.BlockGraph.from_blocks(squares("ab.c ef.. ...d", n_households=[5, 1, 2, 7, 3, 4]))
    table = graph.islands
    assert table["blocks"].tolist() == [4, 1, 1]
    assert table["households"].tolist() == [13, 2, 7]
    assert table.loc[0, "link_from"] is None
    links = {frozenset(row) for row in table.loc[1:, ["link_from", "link_to"]].to_numpy()}
    assert links == {frozenset("bc"), frozenset("cd")}
    assert table.loc[1:, "distance_m"].tolist() == [100.0, 100.0]
    joined = graph.with_links(table)
    assert len(joined.islands) == 1
    assert joined.edge_count == graph.edge_count + 2


def test_the_links_join_random_islands_with_the_shortest_total():
    import networkx as nx

    rng = np.random.default_rng(5)
    for _ in range(20):
        xy = np.unique(rng.integers(0, 12, (14, 2)), axis=0) * 50.0
        blocks = gpd.GeoSeries(shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 50, xy[:, 1] + 50), crs=CRS)
        graph = lg.BlockGraph.from_blocks(blocks)
        part = graph.components
        full = nx.Graph()
        for i in range(len(xy)):
            for j in range(i):
                if part[i] != part[j]:
                    d = blocks[i].distance(blocks[j])
                    old = full.get_edge_data(part[i], part[j], {"weight": np.inf})["weight"]
                    full.add_edge(part[i], part[j], weight=min(d, old))
        expected = sum(d["weight"] for *_, d in nx.minimum_spanning_tree(full).edges(data=True))
        islands = graph.islands
        assert islands["distance_m"].sum() == pytest.approx(expected)
        assert graph.with_links(islands).components.max() == 0


def test_neighbours_lie_around_a_block_in_order():
    graph = lg.BlockGraph.from_blocks(squares("abc def ghi"))
    middle = graph.around("e")
    assert middle["neighbour"].notna().all() and middle["length_m"].tolist() == [100.0] * 4
    turns = middle["neighbour"].tolist()
    at = turns.index("f")  # the one to the east; then counter-clockwise
    assert turns[at:] + turns[:at] == ["f", "b", "d", "h"]
    corner = graph.around("a")
    assert corner["neighbour"].isna().tolist().count(True) == 1  # one open stretch of two sides
    assert corner.loc[corner["neighbour"].isna(), "length_m"].tolist() == [200.0]


def test_a_block_in_a_hole_and_a_neighbour_that_is_met_twice():
    outer = shapely.box(0, 0, 300, 300).difference(shapely.box(100, 100, 200, 200))
    wrap = shapely.box(-50, -50, 350, 0).union(shapely.box(-50, 0, 0, 50)).union(shapely.box(-50, 250, 0, 300))
    blocks = gpd.GeoDataFrame(
        {"block_id": ["ring", "core", "wrap", "west"]},
        geometry=[outer, shapely.box(100, 100, 200, 200), wrap.union(shapely.box(-100, -50, -50, 300)),
                  shapely.box(-50, 50, 0, 250)], crs=CRS,
    )  # fmt: skip
    graph = lg.BlockGraph.from_blocks(blocks)
    ring = graph.around("ring")
    assert ring.loc[ring["ring"] == 1, ["neighbour", "length_m"]].values.tolist() == [["core", 400.0]]
    around = ring.loc[ring["ring"] == 0, "neighbour"]
    # South and the first step to the west, then west, then the second step: open sides join them.
    assert around.isna().sum() == 1 and around.dropna().tolist().count("wrap") == 2
    assert around.dropna().tolist().count("west") == 1
    assert graph.around("core")["neighbour"].tolist() == ["ring"]


def test_stretches_around_blocks_add_up_to_borders_and_rings(anjing):
    graph = lg.BlockGraph.from_blocks(anjing)
    table = graph.around()
    shape = pd.Series(shapely.length(graph.places()), index=graph.ids)
    total = table.groupby("block")["length_m"].sum()
    assert np.allclose(total, shape[total.index], atol=0.01)
    met = table.dropna().groupby(["block", "neighbour"])["length_m"].sum()
    back = met.swaplevel().reindex(met.index)
    assert np.allclose(met, back, atol=1e-9)
    assert (table.groupby(["block", "ring"])["turn"].apply(list).map(lambda t: t == list(range(len(t))))).all()
    # No stretch follows itself.
    ringed = table.assign(neighbour=table["neighbour"].fillna("open"))
    before = ringed.groupby(["block", "ring"])["neighbour"].transform(lambda n: np.roll(n.to_numpy(object), 1))
    several = ringed.groupby(["block", "ring"])["turn"].transform("size") > 1
    assert (before != ringed["neighbour"])[several].all()


def test_around_needs_places_and_a_known_block():
    graph = lg.BlockGraph.from_edges(2, [0], [1])
    with pytest.raises(lg.InvalidInput, match="made from edges"):
        graph.around()
    with pytest.raises(lg.InvalidInput, match="no block is called 'x'"):
        lg.BlockGraph.from_blocks(squares("ab cd")).around("x")


def test_metres_off_natural_lines_count_only_what_no_line_runs_along():
    graph = lg.BlockGraph.from_blocks(squares("ab cd"))
    street = line((100, -20), (100, 220))
    off = dict(zip(graph.frame["block_a"] + graph.frame["block_b"], graph.metres_off(street), strict=True))
    assert off == {"ab": 0.0, "cd": 0.0, "ac": 100.0, "bd": 100.0}
    crossing = line((-20, 50), (220, 50))  # runs across a and b's common border, not along it
    assert graph.metres_off(crossing).tolist() == [100.0] * 4


def test_edges_may_stand_in_both_directions():
    graph = lg.BlockGraph.from_edges(3, [0, 1, 1, 2], [1, 0, 2, 1], [5, 5, 7, 7])
    assert graph.frame[["block_a", "block_b", "border_m"]].to_numpy().tolist() == [[0, 1, 5], [1, 2, 7]]
    assert lg.BlockGraph.from_edges(2, [0], [1]).frame["border_m"].tolist() == [0.0]
    assert lg.BlockGraph.from_edges(0, [], []).block_count == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lg.BlockGraph.from_edges(2, [0], [2]), "head: edges 0 end outside 0 … 1"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [-1]), "outside"),
        (lambda: lg.BlockGraph.from_edges(True, [], []), "whole number of blocks"),
        (lambda: lg.BlockGraph.from_edges(2.0, [], []), "whole number of blocks"),
        (lambda: lg.BlockGraph.from_edges(2, [1], [1]), "own neighbour|itself"),
        (lambda: lg.BlockGraph.from_edges(2, [0, 1], [1, 0], [1, 2]), "0–1"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1], [np.nan]), "border_m"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1], [-1.0]), "border_m"),
        (lambda: lg.BlockGraph.from_edges(2, [0.5], [1]), "tail"),
        (lambda: lg.BlockGraph.from_edges(2, [0, 1], [1]), "differ in length"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1], columns={"people": [1, np.nan]}), "people"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1], columns={"people": [1, -2]}), "people"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1], columns={"people": [1]}), "shape"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab").to_crs(4326)), "degrees"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab").assign(block_id=["a", "a"])), "repeat"),
        (lambda: lg.BlockGraph.from_blocks([1, 2]), "GeoDataFrame"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab"), min_border_m=-1), "min_border_m"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab"), links=[("a", "z")]), "z"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab"), links=[("a", "a")]), "itself"),
        (lambda: lg.BlockGraph.from_blocks(squares("ab"), links=line((0, 900), (50, 50))), "50 m from any block"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1]).metres_off(line((0, 0), (1, 1))), "made from edges"),
        (lambda: lg.BlockGraph.from_edges(2, [0], [1]).plot(), "no place"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, words):
    with pytest.raises(lg.InvalidInput, match=words):
        call()


def test_an_area_gives_its_columns_and_says_itself_in_a_notebook(anjing):
    graph = lg.BlockGraph.from_blocks(anjing)
    inside = anjing.households["inside"]
    assert graph.columns["households"].sum() == inside.sum()
    assert (graph.columns["households_and_shops"] == graph.columns["households"] + anjing.blocks["n_shops"]).all()
    assert "AJ" in graph._repr_html_() and "2 parts" in repr(graph)
    assert len(graph.plot().collections) == 3


def gal_pairs(path):
    """The pairs of a GAL file: a line "row degree", then a line of neighbours."""
    lines = [text.split() for text in path.read_text().split("\n")[1:] if text.strip()]
    return {
        frozenset((int(who[0]), int(other))) for who, row in zip(lines[::2], lines[1::2], strict=True) for other in row
    }


def queen_of(path, order):
    """Pairs of queen neighbours by their place in `order`; units are unknown, so a millimetre is made fine enough."""
    shapes = gpd.read_file(path)
    big = gpd.GeoSeries(shapes.geometry.affine_transform([1e4, 0, 0, 1e4, 0, 0]).to_numpy())
    edges = lg.BlockGraph.from_blocks(big, queen=True).frame
    place = np.array(order(shapes))
    return {frozenset(pair) for pair in place[edges[["block_a", "block_b"]].to_numpy()].tolist()}, shapes, place


def test_queen_neighbours_of_columbus_are_those_of_pysal(shared):
    folder = shared / "districting" / "libpysal"
    ours, _, _ = queen_of(folder / "columbus_columbus.shp", lambda s: s["POLYID"].astype(int))
    assert ours == gal_pairs(folder / "columbus_columbus.gal")


def test_queen_neighbours_of_mexico_are_those_of_pysal_but_for_two_states_that_lie_apart(shared):
    folder = shared / "districting" / "libpysal"
    names = pd.read_csv(folder / "mexico_mexico.csv")["State"].tolist()
    short = {
        "Baja California Norte": "Baja California",
        "Queretaro de Arteaga": "Quertaro",
        "Michoacan de Ocampo": "Michoacan",
    }
    short |= {"Coahuila De Zaragoza": "Coahuila", "Veracruz-Llave": "Veracruz"}
    ours, shapes, place = queen_of(
        folder / "mexico_mexicojoin.shp", lambda s: [names.index(short.get(n, n)) for n in s["NAME"]]
    )
    theirs = gal_pairs(folder / "mexico_mexico.gal")
    assert ours < theirs
    (extra,) = theirs - ours
    assert {names[k] for k in extra} == {"Durango", "Jalisco"}
    one, two = (shapes.geometry[int(np.flatnonzero(place == k)[0])] for k in extra)
    assert one.distance(two) > 0.04  # degrees: in this file's polygons other states lie between them


def test_a_county_graph_from_its_file(shared):
    told = json.loads((shared / "districting" / "IA_counties.json").read_text())
    n = len(told["nodes"])
    ends = np.array([(i, other["id"]) for i, row in enumerate(told["adjacency"]) for other in row])
    graph = lg.BlockGraph.from_edges(n, *ends.T)
    assert (graph.block_count, graph.edge_count, graph.components.max()) == (99, len(ends) // 2, 0)
