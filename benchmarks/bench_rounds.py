#!/usr/bin/env python3
"""How long a day's rounds take, how near the bound they are, and how far off the estimate without a search is.

    python benchmarks/bench_rounds.py

One thread. "peer": PyVRP on the same matrix and windows (no lunch), for the same seconds, where it is installed.
"""

import time

import numpy as np

import libgrid as lg
from libgrid import _core


def peer(times_s: np.ndarray, service_s: float, carers: int, shift_s: float, seconds: float) -> float | None:
    """Minutes on the way of PyVRP's best rounds; None where it is not installed."""
    try:
        import pyvrp
        from pyvrp.stop import MaxRuntime
    except ImportError:
        return None
    model = pyvrp.Model()
    places = [model.add_location(0, 0) for _ in times_s]
    model.add_depot(places[0])
    for place in places[1:]:
        model.add_client(place, service_duration=round(service_s))
    model.add_vehicle_type(carers, tw_late=round(shift_s))
    for i, a in enumerate(places):
        for j, b in enumerate(places):
            if i != j:
                whole = round(times_s[i, j])
                model.add_edge(a, b, distance=whole, duration=whole)
    found = model.solve(stop=MaxRuntime(seconds), seed=0, display=False)
    return found.best.distance() / 60 if found.is_feasible() else None


def main() -> None:
    area = lg.datasets.load("anjing")
    homes = area.households.query("n_key > 0")["household_id"].tolist()
    base = area.points("sites")[list(area.ids("sites")).index("AJC09")]
    net = lg.RoadNetwork.from_frame(area.roads, mode="ebike")
    print(f"{'stops':>6} {'carers':>7} {'seconds':>8} {'way (min)':>10} {'bound':>8} {'gap':>7} {'peer (min)':>11}")
    for stops, carers in ((11, 1), (20, 2), (40, 3), (80, 6), (200, 14)):
        rows = area.ids("households").get_indexer(homes[:stops])
        places = np.vstack([base[None, :], area.points("households")[rows]])
        times = lg.travel_times(net, places, places)
        begun = time.perf_counter()
        plan = lg.plan_round(times, homes[:stops], carers=carers, lunch=None, shift=("08:30", "16:30"), effort=1_000)
        seconds = time.perf_counter() - begun
        assert plan.check() == [] and plan.dropped.empty
        other = peer(times, 24 * 60, carers, 8 * 3600, max(seconds, 1.0))
        shown = "–" if other is None else f"{other:.1f}"
        way, bound = plan.travel_min, plan.bound_min
        print(f"{stops:6} {carers:7} {seconds:8.1f} {way:10.1f} {bound:8.1f} {plan.gap:7.1%} {shown:>11}")
    fit = lg.calibrate_rounds(area)
    print(
        f"estimate: constant {fit.constant:.3f}; on rounds that it was not fitted to, error of the sum "
        f"{fit.mean_error:+.1%}, mean absolute {fit.mean_absolute_error:.1%} ({len(fit.rounds)} rounds)"
    )
    rng = np.random.default_rng(0)
    n = 120_000
    columns = (rng.uniform(0, 50, n), rng.uniform(1e4, 1e6, n), rng.uniform(0, 1200, n), np.full(n, 0.27))
    begun = time.perf_counter()
    _core.measure_round_length(*columns, 210.0, 24.0, 10.0, fit.constant)
    print(f"estimate of {n:,} grids: {(time.perf_counter() - begun) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
