"""The term "polsby_popper": equal to `measure_plan`, whole in every question that is asked of a plan."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from libgrid.proof.bounds import lower_bounds
from libgrid.proof.exact import choose_in_order
from plan_problems import lattice, limit

import libgrid as lg
from libgrid import _core


def squares(columns, rows, side=100.0, stacked=()):
    """Blocks of a lattice, row by row, and one more on each of `stacked`."""
    boxes = [shapely.box(x, y, x + side, y + side) for y in np.arange(rows) * side for x in np.arange(columns) * side]
    return gpd.GeoDataFrame(geometry=boxes + [boxes[i] for i in stacked], crs="EPSG:4544")


def lack(area, plan):
    """Σ over grids of 1 − Polsby–Popper, by `measure_plan`; and how many grids there are."""
    grids = lg.measure_plan(area, plan).grids
    return (1 - grids["polsby_popper"]).sum(), len(grids)


@pytest.mark.parametrize("name", ["town", "anjing"])
def test_the_term_is_what_measure_plan_says_before_and_after(name):
    area = lg.datasets.load(name)
    found = lg.redraw(area, order=["polsby_popper"], effort=200_000, rng=1)
    for value, in_area, plan in (
        (found.before["polsby_popper"], area, found.today_plan()),
        (found.terms["polsby_popper"], found.area, found.plan),
    ):
        by_measure, grids = lack(in_area, plan)
        assert value == pytest.approx(by_measure, abs=0.5e-6 * grids + 1e-9)
    assert found.terms["polsby_popper"] < 0.9 * found.before["polsby_popper"]


@pytest.mark.parametrize("level", ["general", "field"])
def test_groups_of_blocks_are_measured_as_one_shape(level):
    area = lg.datasets.load("town")
    found = lg.redraw(area, level=level, order=["polsby_popper"], effort=10_000, rng=1)
    units = found._stated.units
    for column, value in (("before", found.before["polsby_popper"]), ("after", found.terms["polsby_popper"])):
        of_unit = units.grid_ids.get_indexer(found.assignment[column])
        of_block = np.where(units.block_unit >= 0, of_unit[units.block_unit], -1)
        shapes = area.blocks.geometry.to_numpy()
        merged = [shapely.union_all(shapes[of_block == g]) for g in np.unique(of_block[of_block >= 0])]
        expected = sum(1 - 4 * np.pi * shape.area / shape.length**2 for shape in merged)
        assert value == pytest.approx(expected, abs=1e-5)


def test_two_squares_are_rounder_than_two_strips_and_that_is_proved():
    graph = lg.BlockGraph.from_blocks(squares(4, 2))
    found = lg.redraw(graph, grids=2, limits={"blocks": (4, 4)}, order=["polsby_popper"], rng=1)
    labels = found.assignment["after"].to_numpy()
    assert labels.reshape(2, 4)[:, :2].std() == 0 and labels[0] != labels[3]
    assert found.terms["polsby_popper"] == pytest.approx(2 * (1 - np.pi / 4), abs=1e-6)
    assert found.bounds.loc["polsby_popper", "value"] == found.terms["polsby_popper"]


def test_blocks_stacked_on_one_footprint_count_their_area_once():
    blocks = squares(2, 1, stacked=[0, 0])  # a tower of three floors beside a yard
    graph = lg.BlockGraph.from_blocks(blocks)
    square, pair = 1 - np.pi / 4, 1 - 4 * np.pi * 2 / 36
    for labels, expected in (
        ([0, 1, 0, 0], 2 * square),  # the tower, the yard
        ([0, 0, 0, 1], pair + square),  # a floor by itself has the whole footprint
        ([0, 1, 1, 1], square + pair),
    ):
        found = lg.redraw(graph, grids=2, order=["polsby_popper"], start=labels, locked=range(4), effort=1, rng=1)
        assert found.terms["polsby_popper"] == pytest.approx(expected, abs=1e-6)


def test_a_barrier_parts_neighbours_but_leaves_the_outline_of_a_grid():
    blocks = squares(2, 2)
    wall = gpd.GeoDataFrame(geometry=[shapely.LineString([(100, 0), (100, 100)])], crs=blocks.crs)
    graph = lg.BlockGraph.from_blocks(blocks, barriers=wall)
    assert graph.edge_count == 3
    found = lg.redraw(graph, grids=1, order=["polsby_popper"], rng=1)
    assert found.terms["polsby_popper"] == pytest.approx(1 - np.pi / 4, abs=1e-6)


def test_what_if_says_what_a_move_changes():
    graph = lg.BlockGraph.from_blocks(squares(3, 2))
    found = lg.redraw(graph, grids=2, start=[0, 0, 1, 0, 1, 1], order=["polsby_popper"], locked=range(6), effort=1)
    row = found.what_if(1, 1).set_index("term").loc["polsby_popper"]
    after = (1 - 4 * np.pi * 2 / 36) + (1 - 4 * np.pi * 4 / 64)  # two in a column, four in a square
    assert row["after"] == pytest.approx(after, abs=1e-6)
    assert row["difference"] == pytest.approx(after - found.terms["polsby_popper"], abs=2e-6)


def random_ground(rng, n, graph):
    border_um = rng.integers(1, 60_000_000, graph.edge_count)
    shared = np.zeros(n, np.int64)
    np.add.at(shared, graph.a, border_um)
    np.add.at(shared, graph.b, border_um)
    perimeter = shared + rng.integers(0, 50_000_000, n)
    piece = np.arange(n, dtype=np.int32)
    piece[n // 2] = piece[n // 2 - 1]  # two of them are stacked
    return {
        "name": "polsby_popper", "kind": "polsby_popper", "area2_mm2": rng.integers(10**8, 10**9, n),
        "perimeter_um": perimeter, "border_a": graph.a, "border_b": graph.b, "border_um": border_um,
        "stand_block": np.arange(n, dtype=np.int32), "stand_piece": piece,
    }  # fmt: skip


def test_enumeration_and_the_choice_among_all_grids_agree_on_the_least():
    rng, below_others = np.random.default_rng(5), 0
    for _ in range(8):
        graph = lattice(3, 4)
        sizes = [limit("blocks", np.ones(12), 3, 6, 3)]
        problem = _core.PlanProblem(graph, 3, limits=sizes, terms=[random_ground(rng, 12, graph)])
        best = _core.find_best_plan(problem, order=[], at_most=[], effort=10**7)
        pool = _core.build_grid_pool(problem, effort=10**7, most_grids=10**6, at_most=[])
        chosen = choose_in_order(problem, pool, nodes=2_000)
        assert best["complete"] and chosen.status == "optimal"
        assert chosen.terms.tolist() == best["terms"].tolist() == [lower_bounds(problem)[0].value]
        plan = np.repeat(np.arange(3, dtype=np.int32), 4)
        value = _core.measure_terms(problem, plan)[0]
        assert value >= best["terms"][0]
        below_others += value > best["terms"][0]
    assert below_others >= 6


def test_a_sample_scores_what_measure_plan_says():
    area = lg.datasets.load("town")
    graph = lg.BlockGraph.from_blocks(area)
    graph = graph.with_links(graph.islands)
    start = area.plan
    used = np.unique(start.labels)
    labels = np.searchsorted(used, start.labels)
    found = lg.sample_plans(
        graph, np.ones(graph.block_count, int), len(used), start=labels, tolerance=0.99, n_plans=3, thin=5,
        method="flip", scores=[lg.PlanScore.polsby_popper(graph)], rng=3,
    )  # fmt: skip
    for plan, (_, row) in zip(found.plans, found.scores.iterrows(), strict=True):
        of_grid = [shapely.union_all(area.blocks.geometry.to_numpy()[plan == g]) for g in range(len(used))]
        expected = sum(1 - 4 * np.pi * shape.area / shape.length**2 for shape in of_grid)
        assert row["polsby_popper"] == pytest.approx(expected, abs=1e-5)


def test_what_has_no_shape_is_refused():
    edges = lg.BlockGraph.from_edges(4, [0, 1, 2], [1, 2, 3])
    with pytest.raises(lg.InvalidInput, match="no shape"):
        lg.redraw(edges, grids=2, order=["polsby_popper"])
    with pytest.raises(lg.InvalidInput, match="no shape"):
        lg.PlanScore.polsby_popper(edges)
    other = lg.PlanScore.polsby_popper(lg.BlockGraph.from_blocks(squares(2, 1)))
    with pytest.raises(lg.InvalidInput, match="2 blocks, not 4"):
        lg.sample_plans(edges, np.ones(4, int), 2, tolerance=0.5, n_plans=1, scores=[other])
    graph = lattice(2, 2)
    term = random_ground(np.random.default_rng(1), 4, graph)
    with pytest.raises(lg.InvalidInput, match="piece 0 has borders of"):
        _core.PlanProblem(graph, 2, terms=[term | {"perimeter_um": np.ones(4, np.int64)}])
    with pytest.raises(lg.InvalidInput, match="group"):
        _core.PlanProblem(graph, 2, terms=[term | {"group_of": np.array([0, 1, 2, 9], np.int32)}])
