"""Workload of nine million households in 120,000 grids, beside pandas doing the same sums.

Usage: python benchmarks/bench_workload.py [households] [grids]
"""

import resource
import sys
import time

import numpy as np
import pandas as pd
from libgrid.workload import measure_workload_columns

import libgrid as lg

HOUSEHOLDS = int(float(sys.argv[1])) if len(sys.argv) > 1 else 9_000_000
GRIDS = int(float(sys.argv[2])) if len(sys.argv) > 2 else 120_000
TEAMS = max(GRIDS // 40, 1)


def make(n, grids, teams, seed=1):
    """Households in the order of a register: mostly grid by grid, a tenth out of order; 3 % unknown."""
    rng = np.random.default_rng(seed)
    grid = np.sort(rng.integers(0, grids, n)).astype(np.int32)
    moved = rng.random(n) < 0.1
    grid[moved] = rng.permutation(grid[moved])
    usual = (1 + rng.poisson(1.5, n)).astype(float)
    groups = list(dict.fromkeys(lg.service_rules()["group"]))
    shares = [0.1, 0.04, 0.3, 0.01, 0.001, 0.02, 0.15, 0.02, 0.03, 0.06, 0.01]
    counts = {}
    for group, share in zip(groups, shares, strict=True):
        column = (rng.random(n) < share).astype(float)
        column[rng.random(n) < 0.03] = np.nan
        counts[f"n_{group}"] = column
    return pd.DataFrame(counts, copy=False), usual, grid, (grid // 40).clip(0, teams - 1).astype(np.int32), groups


def by_pandas(counts, usual, label, rules, journey):
    """The same minutes by groupby: estimates filled in, a weight a group, one sum a label."""
    minutes = (rules["per_year"] * rules["minutes"]).groupby(rules["group"], sort=False).sum()
    home = rules["per_year"].where(rules["mode"] == "home", 0.0).groupby(rules["group"], sort=False).sum()
    share = rules.groupby("group", sort=False)["prevalence"].first()
    asked = np.zeros(len(usual))
    for group in minutes.index:
        people = counts[f"n_{group}"].fillna(share[group] * pd.Series(usual))
        asked += people.to_numpy() * (minutes[group] + home[group] * journey)
    return pd.Series(asked).groupby(label).sum()


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


counts, usual, grid, team, groups = make(HOUSEHOLDS, GRIDS, TEAMS)
offered = np.full(TEAMS, 176_640.0)
overall = lg.service_rules()
overall[["prevalence_0_6", "prevalence_7_64", "prevalence_65"]] = np.nan  # the peer knows no ages
arguments = (counts, usual, grid, team)
print(f"{HOUSEHOLDS:,} households, {len(groups)} groups, {GRIDS:,} grids, {TEAMS:,} teams")
for threads in (1, 2):
    seconds, work = timed(
        lambda threads=threads: measure_workload_columns(
            *arguments, offered_min=offered, n_grids=GRIDS, rules=overall, threads=threads
        )
    )
    print(f"libgrid, {threads} thread(s), by grid and team: {seconds:.2f} s")
seconds, peer = timed(
    lambda: (by_pandas(counts, usual, grid, overall, 11.8), by_pandas(counts, usual, team, overall, 11.8))
)
print(f"pandas groupby, by grid and team:      {seconds:.2f} s")
np.testing.assert_allclose(work.grids["asked_min"].reindex(peer[0].index), peer[0], rtol=1e-9)
np.testing.assert_allclose(work.teams["asked_min"].reindex(peer[1].index), peer[1], rtol=1e-9)
for name, options in (
    ("by age", {}),
    ("and merged", {"merge": "independent"}),
    ("and 1,000 draws", {"merge": "independent", "interval": 0.9}),
):
    seconds, _ = timed(
        lambda options=options: measure_workload_columns(*arguments, offered_min=offered, n_grids=GRIDS, **options)
    )
    print(f"libgrid {name}: {seconds:.2f} s")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(f"peak memory {peak:.2f} GB, of it the counts {counts.memory_usage().sum() / 1e9:.2f} GB")
