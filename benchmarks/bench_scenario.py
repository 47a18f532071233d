"""What does one edit of a sub-district cost, when answers of the baseline are taken over and when nothing is?

Usage: python benchmarks/bench_scenario.py [rounds]
"""

import statistics
import sys
import time

import libgrid as lg

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 3

EDITS = {
    "set_rules": lambda s: s.set_rules(lg.service_rules().assign(minutes=lambda d: d["minutes"] * 1.5)),
    "age_population": lambda s: s.age_population(10),
    "add_session": lambda s: s.add_session(
        "new", site_id="AJS05", team_id="AJT11", weekday=4, start="09:00", end="12:30"
    ),
    "assign_team": lambda s: s.assign_team("AJT04", s.baseline.ids("grids")[-9:]),
    "move_team": lambda s: s.move_team("AJT04", "AJS01"),
    "set_plan": lambda s: s.set_plan(lg.read_plan(lg.datasets.path("anjing", kind="plan_b"), s.baseline)),
    "add_site": lambda s: s.add_site("new", s.baseline.points("sites")[0] + 300),
    "close_roads": lambda s: s.close_roads(s.baseline.ids("roads")[100:110]),
    "scale_demand": lambda s: s.scale_demand(1.1),
}


def seconds(work):
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def main() -> None:
    today = lg.Scenario(lg.datasets.load("anjing"))
    before = today.measure()
    print(
        f"{'edit':15} {'reused':>7} {'from nothing':>13} {'ratio':>6}   CPU seconds, medians of {ROUNDS}; asked again"
    )
    for name, edit in EDITS.items():
        edited = edit(today).named(name)
        assert len(edited.area.roads)  # built now: building the area is not part of the question
        times = {True: [], False: []}
        for _ in range(ROUNDS):
            for reuse in (True, False):
                spent, outcome = seconds(lambda e=edited, r=reuse: e.measure(reuse=[before] if r else []))
                times[reuse].append(spent)
                if reuse:
                    taken = outcome
        assert taken.hash == outcome.hash, name
        fast, slow = (statistics.median(times[r]) for r in (True, False))
        asked = ", ".join(taken.computed) or "nothing"
        print(f"{name:15} {fast:7.3f} {slow:13.3f} {slow / fast:6.1f}   {asked}", flush=True)


if __name__ == "__main__":
    main()
