"""No reader of public counts can subtract boundaries and single out a few people: checked by brute force."""

import itertools

import numpy as np
import pytest
from libgrid.releases import Pieces

K = 10


def isolated_sets(people, published):
    """All sets of atoms with 1…k-1 people of which a reader learns more than that it may hold 0 … k.

    The slow, obvious attacker: for every set, the least and the most that it may hold given all published sums. With
    partitions that are independent within atoms of equal labels, moving people inside such an atom changes nothing
    published, so the attacker solves for the atoms of the common refinement exactly.
    """
    from scipy.optimize import linprog

    n = len(people)
    rows = [[float(labels[i] == label) for i in range(n)] for labels in published for label in np.unique(labels)]
    sums = [sum(p for p, r in zip(people, row, strict=True) if r) for row in rows]
    for size in range(1, n + 1):
        for chosen in itertools.combinations(range(n), size):
            inside = sum(people[i] for i in chosen)
            if not 0 < inside < K:
                continue
            aim = np.zeros(n)
            aim[list(chosen)] = 1
            low, high = (sign * linprog(sign * aim, A_eq=rows, b_eq=sums, bounds=(0, None)).fun for sign in (1, -1))
            if low > 0.5 or high < K - 0.5:
                yield chosen


def shown_partition(labels, shown, within):
    return [int(label) if label in shown else -1 - int(w) for label, w in zip(labels, within, strict=True)]


@pytest.mark.parametrize("seed", range(12))
def test_two_published_plans_cannot_be_subtracted(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 10))
    people = rng.choice([0, 1, 3, 6, 9, 10, 14, 25, 60], n)
    team = np.sort(rng.integers(0, 3, n))
    grid = team * 2 + rng.integers(0, 2, n)
    after = np.where(rng.random(n) < 0.3, rng.integers(0, 3, n), team)
    pieces, published = Pieces(people, K), []
    if 0 < people.sum() < K:
        pytest.skip("fewer than k people altogether")
    zero = np.zeros(n, int)
    published.append(shown_partition(team, pieces.publish(team), zero))
    within = np.array(published[-1])
    published.append(shown_partition(grid, pieces.publish(grid, within), np.unique(within, return_inverse=True)[1]))
    published.append(shown_partition(after, pieces.publish(after), zero))
    assert list(isolated_sets(people.tolist(), published)) == []
    assert not pieces.few(pieces.piece).any()


def test_the_attacker_finds_what_a_careless_release_gives_away():
    people = [40, 6, 50]
    assert (1,) in set(isolated_sets(people, [[0, 0, 1], [0, 1, 1]]))
    pieces = Pieces(people, K)
    assert pieces.publish(np.array([0, 0, 1])) == {0, 1}
    assert pieces.publish(np.array([0, 1, 1])) == set()


def test_a_large_move_may_be_shown():
    pieces = Pieces([40, 30, 50, 80], K)
    assert pieces.publish(np.array([0, 0, 1, 2])) == {0, 1, 2}
    assert pieces.publish(np.array([0, 1, 1, 2])) == {0, 1, 2}


def test_a_few_people_in_a_cell_take_a_neighbour_with_them():
    pieces = Pieces([4, 40, 50], K)
    assert pieces.publish(np.array([0, 1, 2])) == {2}  # 4 and the smallest neighbour stay together
