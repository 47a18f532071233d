"""A city is measured one sub-district after another: memory must not grow with how many were measured."""

import gc
import resource
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from libgrid.workload import measure_workload_columns

import libgrid as lg

SUB_DISTRICTS, HOUSEHOLDS, GRIDS, TEAMS = 261, 5_000, 460, 12  # Chengdu's sub-districts, a seventh of their people


def sub_district(seed):
    rng = np.random.default_rng(seed)
    groups = lg.service_rules()["group"].unique()
    counts = pd.DataFrame({f"n_{group}": rng.poisson(0.1, HOUSEHOLDS).astype(float) for group in groups})
    counts[rng.random(HOUSEHOLDS) < 0.05] = np.nan
    grid = rng.integers(-1, GRIDS, HOUSEHOLDS).astype(np.int32)
    team = np.where(grid < 0, -1, grid % TEAMS).astype(np.int32)
    return counts, 1.0 + rng.poisson(1.5, HOUSEHOLDS), grid, team


def resident_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


@pytest.mark.slow
def test_261_sub_districts_in_turn_need_the_memory_of_one():
    tracemalloc.start()
    resident, held = [], []
    for seed in range(SUB_DISTRICTS):
        work = measure_workload_columns(
            *sub_district(seed), offered_min=np.full(TEAMS, 176_640.0), n_grids=GRIDS, merge="independent", threads=2
        )
        assert work.teams["residents"].sum() > 0
        del work
        if seed % 20 == 0:
            gc.collect()
            resident.append(resident_mb())
            held.append(tracemalloc.get_traced_memory()[0] / 2**20)
    tracemalloc.stop()
    # The first is set up; after it nothing is kept but what the allocator holds in reserve.
    assert held[-1] - held[1] < 1, held
    assert resident[-1] - resident[1] < 25, resident
