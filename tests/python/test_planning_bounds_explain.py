"""What no plan gets around is said in words, with the user's ids and the nearest cure."""

import numpy as np
import pytest
from libgrid.proof.obstacles import CODES, find_obstacles, refuse_if_impossible
from plan_problems import graph_of, lattice, limit, problem_of_sizes

import libgrid as lg
from libgrid import _core

ISLAND = graph_of(3, [0], [1])


def households(weight, lowest, highest, grids):
    return [limit("households", weight, lowest, highest, grids)]


def test_a_tower_is_offered_to_be_split():
    problem = _core.PlanProblem(lattice(1, 3), 2, limits=households([40, 140, 40], 30, 100, 2))
    tower = find_obstacles(problem, blocks=["B1", "B2", "B3"])[0]
    assert tower.facts["block"] == "B2" and tower.facts["value"] == 140
    assert "split it by stairwell or floor, or allow 140" in tower.text()
    assert "按单元或楼层拆分，或把上限放宽到 140" in tower.text("zh")


def test_an_island_too_light_for_a_grid_names_the_limit_that_would_do():
    problem = _core.PlanProblem(ISLAND, 2, limits=households([50, 50, 20], 30, 100, 2))
    (found,) = find_obstacles(problem)
    assert found.facts["kind"] == "piece_total" and found.facts["lowest"] == 20
    assert "join the piece to another by a link" in found.text()


def test_another_number_of_grids_is_proposed():
    problem = _core.PlanProblem(lattice(1, 4), 1, limits=households([50] * 4, 30, 100, 1))
    (found,) = find_obstacles(problem)
    assert "can have 2 to 4 grids within the limits of households, not 1" in found.text()


def test_locks_are_named_with_their_grid():
    columns = {"reference": np.zeros(3, np.int32), "locked": np.ones(3, np.uint8)}
    problem = _core.PlanProblem(ISLAND, 2, columns=columns)
    (found,) = find_obstacles(problem, grids=["G1", "G2"], blocks=["A", "B", "C"])
    assert "blocks A and C are locked to grid G1" in found.text()


def test_the_error_says_the_first_of_them_and_how_many_there_are():
    problem = _core.PlanProblem(lattice(1, 8), 2, limits=households([140] * 8, 30, 100, 2))
    with pytest.raises(lg.Infeasible) as raised:
        refuse_if_impossible(problem, most=2)
    assert str(raised.value).count("stairwell") == 2 and "in all)" in str(raised.value)


def test_nothing_is_said_where_a_plan_exists():
    problem = problem_of_sizes(lattice(3, 3), 3, 3, 3)
    assert find_obstacles(problem) == ()
    refuse_if_impossible(problem)


@pytest.mark.parametrize("code", sorted(set(CODES.values())))
def test_every_obstacle_has_words_in_both_languages(code):
    from libgrid.proof.obstacles import Obstacle

    for lang in ("zh", "en"):
        assert Obstacle(code, {}).text(lang)
