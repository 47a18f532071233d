#!/usr/bin/env python3
"""How long weekly sessions of the generated sub-district take, and how near the bound they are.

    python benchmarks/bench_sessions.py

One thread. Each case is planned once; the gap is between the plan and a bound that no plan can beat.
"""

import resource
import time

from libgrid.sessions.demand import walk_in_contacts

import libgrid as lg

CASES = {
    "as it is": {},
    "one session a team": {"max_sessions_per_team": 1},
    "twice the demand": {"times": 2},
    "three times, one session": {"times": 3, "max_sessions_per_team": 1},
    "twice, by half-days": {"times": 2, "spread_by": "half_day"},
    "twice, 90 % every weekday": {"times": 2, "min_share": 0.9, "max_changed": 8},
}


def main() -> None:
    area = lg.datasets.load("anjing")
    contacts = walk_in_contacts(area)
    print(f"{'case':28} {'seconds':>8} {'met':>7} {'bound':>7} {'gap':>7} {'gap of spread':>14}")
    for name, case in CASES.items():
        rules = dict(case)
        asked = contacts * rules.pop("times", 1)
        begun = time.perf_counter()
        plan = lg.plan_sessions(area, contacts=asked, **rules)
        seconds = time.perf_counter() - begun
        assert plan.check() == []
        spread = plan.terms.set_index("term").loc["spread", "gap"]
        print(f"{name:28} {seconds:8.1f} {plan.met:7.1f} {plan.bound:7.1f} {plan.gap:7.2%} {spread:14.2%}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
