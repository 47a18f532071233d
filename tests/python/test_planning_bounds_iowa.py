"""Iowa's 99 counties in four districts: least inertia about fixed centres, proved by the assignment program."""

import json
import pathlib

import numpy as np
import pytest
from libgrid.proof.assignment import solve_assignment
from plan_problems import graph_of, limit

from libgrid import _core

IOWA = pathlib.Path(__file__).parents[3] / "shared/data/districting/IA_counties.json"


def iowa():
    data = json.loads(IOWA.read_text())
    nodes = data["nodes"]
    number = {node["id"]: i for i, node in enumerate(nodes)}
    pairs = {
        tuple(sorted((number[node["id"]], number[edge["id"]])))
        for node, edges in zip(nodes, data["adjacency"], strict=True)
        for edge in edges
    }
    people = np.array([node["TOTPOP"] for node in nodes], np.int64)
    lonlat = np.array([[float(node["INTPTLON10"]), float(node["INTPTLAT10"])] for node in nodes])
    km = (lonlat - lonlat.mean(axis=0)) * [111.32 * np.cos(np.radians(42.0)), 111.13]
    a, b = np.array(sorted(pairs), np.int32).T
    return graph_of(len(nodes), a, b), people, km


def iowa_about_centres():
    """99 counties into four grids of equal people, ±1 %, each about a given centre."""
    graph, people, km = iowa()
    # Centres: the populous counties far from each other, as a planner would name them.
    centres = [int(np.argmax(people))]
    while len(centres) < 4:
        apart = np.min(np.linalg.norm(km[:, None] - km[centres], axis=2), axis=1)
        centres.append(int(np.argmax(apart * people**0.5)))
    square = np.linalg.norm(km[:, None] - km[centres], axis=2) ** 2
    inertia = {
        "name": "inertia",
        "kind": "assignment",
        "owner_of_grid": np.arange(4, dtype=np.int32),
        "owners": 4,
        "cost": np.ascontiguousarray(people[:, None] * square / 1_000, np.int64).ravel(),
    }
    mean = people.sum() / 4
    size = limit("people", people, np.ceil(0.99 * mean), np.floor(1.01 * mean), 4)
    return _core.PlanProblem(graph, 4, limits=[size], terms=[inertia])


@pytest.mark.skipif(not IOWA.exists(), reason="the county graph is not here")
def test_grids_of_iowa_about_given_centres_are_proved():
    problem = iowa_about_centres()
    found = solve_assignment(problem, time_limit_s=300.0)
    assert found.status == "optimal"
    assert found.bounds[0] == found.terms[0]
    assert _core.verify_plan(problem, found.grid_of) == []
