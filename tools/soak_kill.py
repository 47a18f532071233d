#!/usr/bin/env python3
"""Kill a saving process at random moments: the file must be the old one or the new one, whole, every time.

    python tools/soak_kill.py [--trials 1000] [--seed 1]

Each trial forks a process that saves the next state over the present one and kills it (SIGKILL, so that nothing of ours
runs any more) after a random time of up to nearly twice what a save takes. Then the file is opened with all its checks.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import random
import signal
import tempfile
import time

import numpy as np
import pandas as pd
import shapely
from libgrid.io import TableFrame, read_tables, write_tables

ROWS = 4_000


def state(number: int) -> dict[str, TableFrame]:
    """Two layers that both carry the state's number: a mixture would show."""
    rng = np.random.default_rng(number)
    places = shapely.points(rng.uniform(0, 9_000, (ROWS, 2)).round(3))
    households = pd.DataFrame(
        {"household_id": [f"h{i}" for i in range(ROWS)], "state": number, "n_usual": rng.integers(1, 9, ROWS)}
    )
    return {
        "households": TableFrame(households, "point", places),
        "teams": TableFrame(pd.DataFrame({"team_id": ["t1", "t2"], "state": number})),
    }


def save(path: pathlib.Path, number: int) -> None:
    write_tables(path, state(number), crs="EPSG:4544", origin=(0, 0), keep_generations=2)


def read_state(path: pathlib.Path) -> int:
    """The number of the state that the file holds; an exception when it holds none whole."""
    tables, _ = read_tables(path)
    numbers = {int(n) for table in tables.values() for n in table.frame["state"]}
    if len(numbers) != 1 or [len(t) for t in tables.values()] != [ROWS, 2]:
        raise AssertionError(f"a mixture of states: {sorted(numbers)}")
    return numbers.pop()


def kill_while_saving(path: pathlib.Path, number: int, after_s: float) -> bool:
    """Save in a process of its own and kill it; True when it had already ended."""
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            tables = state(number)
            os.write(tell, b"!")
            write_tables(path, tables, crs="EPSG:4544", origin=(0, 0), keep_generations=2)
        finally:
            os._exit(0)
    os.read(ready, 1)
    os.close(ready)
    os.close(tell)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


def run_trials(folder: pathlib.Path, trials: int, seed: int, progress=None) -> collections.Counter:
    """How often the old file, the new file, or a finished save was found. Anything else raises."""
    path = folder / "town.gpkg"
    save(path, 0)
    start = time.perf_counter()
    save(path, 1)
    usual_s = time.perf_counter() - start
    rng = random.Random(seed)
    present, outcomes = 1, collections.Counter()
    for trial in range(trials):
        ended = kill_while_saving(path, present + 1, rng.uniform(0, 1.8 * usual_s))
        found = read_state(path)
        if found not in (present, present + 1) or (ended and found != present + 1):
            raise AssertionError(f"trial {trial}: state {found} after {present} (save ended: {ended})")
        outcomes["finished" if ended else "old" if found == present else "new"] += 1
        present = found
        if progress and (trial + 1) % 100 == 0:
            progress(f"{trial + 1} of {trials}: {dict(outcomes)}")
    save(path, present + 1)  # what the killed ones left behind is tidied and locks nobody out
    left = sorted(p.name for p in folder.iterdir())
    if left != ["town.gpkg"]:
        raise AssertionError(f"left behind: {left}")
    return outcomes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_trials(pathlib.Path(folder), options.trials, options.seed, progress=print)
    print(f"{options.trials} kills, 0 broken files: {dict(outcomes)}")


if __name__ == "__main__":
    main()
