"""Sums over travel times: equal to those over the matrix, whatever the engine, the side and the direction."""

import numpy as np
import pytest
from test_hierarchy import lattice
from test_travel import random_network

import libgrid as lg


@pytest.mark.parametrize("direction", ["from_origin", "to_origin"])
@pytest.mark.parametrize(("n", "m"), [(40, 170), (170, 40)])
def test_every_figure_equals_the_matrix(direction, n, m):
    net, _ = random_network(31)
    rng = np.random.default_rng(32)
    origins, destinations = rng.integers(0, 300, n), rng.integers(0, 300, m)
    weights = rng.random(m) * 1000
    if direction == "from_origin":
        times = lg.travel_times(net, origins, destinations, engine="buckets")
    else:
        times = lg.travel_times(net, destinations, origins, engine="buckets").T
    for engine in ("auto", "buckets", "hierarchy"):
        for threads in (1, 8):
            ask = {"direction": direction, "engine": engine, "threads": threads}
            count = lg.reduce_times(net, origins, destinations, cutoff_s=120, **ask)
            assert count.dtype == np.int64 and np.array_equal(count, (times <= 120).sum(axis=1))
            total = lg.reduce_times(net, origins, destinations, reduce="sum", weights=weights, cutoff_s=120, **ask)
            assert np.allclose(total, (times <= 120) @ weights, rtol=1e-14, atol=0)
            bins = [50.0, 120.5, np.inf]
            table = lg.reduce_times(net, origins, destinations, reduce="histogram", bins_s=bins, **ask)
            ends = [(times <= b).sum(axis=1) if np.isfinite(b) else np.isfinite(times).sum(axis=1) for b in bins]
            assert np.array_equal(table, np.diff(np.array([np.zeros(n), *ends]), axis=0).T)
            people = lg.reduce_times(
                net, origins, destinations, reduce="histogram", bins_s=bins, weights=np.arange(m), **ask
            )
            assert np.array_equal(people[:, 0], (times <= 50) @ np.arange(m))
    nearest = lg.reduce_times(net, origins, destinations, reduce="nearest", direction=direction)
    least = lg.reduce_times(net, origins, destinations, reduce="min", direction=direction)
    assert np.array_equal(least, times.min(axis=1))
    assert np.array_equal(nearest, np.where(np.isinf(least), -1, times.argmin(axis=1)))


def test_fractions_add_up_to_the_same_bits_in_any_order():
    net = lattice(20)
    weights = np.random.default_rng(33).random(400) ** 9
    nodes = np.arange(400)
    ask = {"reduce": "sum", "weights": weights, "cutoff_s": 200}
    sums = [
        lg.reduce_times(net, nodes, nodes, engine=e, threads=t, **ask) for e in ("buckets", "hierarchy") for t in (1, 3)
    ]
    assert all(np.array_equal(s, sums[0]) for s in sums)
    order = np.random.default_rng(34).permutation(400)
    again = lg.reduce_times(net, nodes, nodes[order], **{**ask, "weights": weights[order]})
    assert np.array_equal(again, sums[0])
    assert lg.reduce_times(net, [0], [0, 1], reduce="sum", weights=[0.0, 0.0]).tolist() == [0.0]


def test_every_node_is_the_default():
    net = lattice(10)
    assert lg.reduce_times(net, [0, 55]).tolist() == [100, 100]
    assert lg.reduce_times(net, [7], reduce="nearest").tolist() == [7]
    points = np.array([[0.5, 0.0], [4.0, 4.0]])
    assert lg.reduce_times(net, points, reduce="count").tolist() == [100, 100]
    assert lg.reduce_times(net, np.zeros(0, dtype=int), [1, 2]).shape == (0,)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reduce": "mean"}, "reduce must be"),
        ({"direction": "out"}, "direction must be"),
        ({"reduce": "sum"}, "give weights"),
        ({"weights": [1, 2]}, "play no part"),
        ({"reduce": "sum", "weights": [1, 2, 3]}, "one is needed for each destination"),
        ({"reduce": "sum", "weights": [1, np.nan]}, r"not finite \(1 rows: 1\)"),
        ({"reduce": "sum", "weights": [1e308, 1e308]}, "too large"),
        ({"reduce": "histogram"}, "needs bins_s"),
        ({"bins_s": [5]}, "belongs to a histogram"),
        ({"reduce": "histogram", "bins_s": []}, "one end or more"),
        ({"reduce": "histogram", "bins_s": [5, 5]}, "must ascend"),
        ({"reduce": "histogram", "bins_s": [5, np.nan]}, "above 0"),
        ({"reduce": "histogram", "bins_s": [5], "cutoff_s": 9}, "leave cutoff_s out"),
        ({"cutoff_s": 0}, "above 0"),
        ({"reduce": "sum", "weights": ["many", "few"]}, "weights must be numbers"),
        ({"reduce": "histogram", "bins_s": ["soon"]}, "bins_s must be numbers"),
        ({"reduce": "histogram", "bins_s": [5], "cutoff_s": "late"}, "leave cutoff_s out"),
        ({"engine": "ch"}, "engine must be"),
        ({"threads": -1}, "threads must be"),
    ],
)
def test_what_does_not_go_together_is_refused(wrong, words):
    with pytest.raises(lg.InvalidInput, match=words):
        lg.reduce_times(lattice(3), [0], [1, 2], **wrong)
