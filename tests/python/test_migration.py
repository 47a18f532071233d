"""Month by month: every plan on the way keeps the rules, and what cannot be split is named."""

import doctest
import sys

import numpy as np
import pytest

import libgrid as lg
from libgrid import _core

migration_module = sys.modules["libgrid.migration"]


@pytest.fixture(scope="module")
def redrawn():
    town = lg.datasets.load("town")
    return lg.redraw(town, limits={"households_and_shops": (10, 150)}, effort=60_000, rng=1)


def test_docstring_examples():
    failed, tried = doctest.testmod(migration_module)
    assert tried and not failed


def test_every_plan_on_the_way_keeps_the_rules(redrawn):
    steps = redrawn.migration(moves_per_step=5)
    problem = redrawn._stated.problem
    assert steps.tolerated == []
    for labels in steps.labels:
        assert _core.verify_plan(problem, np.ascontiguousarray(labels)) == []
    assert (steps.labels[0] == redrawn._stated.units.today).all()
    assert (steps.labels[-1] == redrawn._labels).all()
    changed = [(a != b).sum() for a, b in zip(steps.labels, steps.labels[1:], strict=False)]
    assert max(changed) <= 5 and sum(changed) == len(steps.moves) == redrawn.assignment["changed"].sum()
    assert steps.steps["moves"].tolist() == changed
    assert steps.plans[-1].labels.tolist() == redrawn.plan.labels.tolist()
    assert "moves in" in steps._repr_html_()


def test_plans_of_an_area_can_be_ordered_without_a_redraw(redrawn):
    area = redrawn.area
    steps = lg.plan_migration(area.plan, redrawn.plan, moves_per_step=7, limits={"households_and_shops": (10, 150)})
    for plan in steps.plans:
        quality = lg.measure_plan(area, plan).grids
        assert (quality["n_parts"] == 1).all()
        assert quality.loc[~quality["grid_id"].str.contains("0100001"), "size"].between(10, 150).all()
    assert steps.moves["households"].sum() == steps.steps["households"].sum()


def test_moves_that_must_be_made_together_are_named_when_a_step_is_too_small():
    # Two rows of three blocks: with three blocks each, a and b can only exchange a pair at once.
    edges = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5)]
    graph = lg.BlockGraph.from_edges(6, *np.array(edges).T)
    found = lg.redraw(
        graph, grids=2, limits={"blocks": (3, 3)}, order=["cut_edges"], start=[0, 0, 1, 0, 1, 1], keep_apart=[(2, 3)],
        keep_together=[(0, 1)], rng=1,
    )  # fmt: skip
    steps = found.migration(moves_per_step=2)
    assert steps.moves["batch"].nunique() < max(2, len(steps.moves))
    if len(steps.moves) > 1:
        with pytest.raises(lg.Infeasible, match="must move together; allow moves_per_step="):
            found.migration(moves_per_step=1)


@pytest.mark.parametrize("bad", [0, -1, True, 2.5, "5"])
def test_steps_are_whole_numbers(redrawn, bad):
    with pytest.raises(lg.InvalidInput, match="moves_per_step"):
        redrawn.migration(moves_per_step=bad)


def test_a_plan_that_breaks_rules_is_no_goal(redrawn):
    area = redrawn.area
    most = int(lg.measure_plan(area, redrawn.plan).grids["size"].max())
    with pytest.raises(lg.InvalidInput, match="the new plan breaks a rule itself"):
        lg.plan_migration(area.plan, redrawn.plan, limits={"households_and_shops": (0, most - 1)})
    labels = area.plan.labels.copy()
    labels[0] = -1
    with pytest.raises(lg.InvalidInput, match=r"TW00001.*in no grid"):
        lg.plan_migration(area.plan, lg.Plan(area, labels))


def test_a_broken_start_gets_no_worse_on_the_way(redrawn):
    area = redrawn.area
    steps = lg.plan_migration(redrawn.plan, area.plan, moves_per_step=4)
    assert len(steps.plans) == len(steps.steps) + 1
    swapped = area.plan.labels.copy()
    first = np.flatnonzero(swapped == swapped[10])[0]
    far = np.flatnonzero(swapped != swapped[10])[-1]
    swapped[far], swapped[first] = swapped[first], swapped[far]
    broken = lg.Plan(area, swapped, "broken")
    assert (lg.measure_plan(area, broken).grids["n_parts"] > 1).any()
    healed = lg.plan_migration(broken, area.plan)
    assert healed.tolerated and (healed.plans[-1].labels == area.plan.labels).all()
