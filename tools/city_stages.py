"""The stages of `./dev city`: one city made, measured and redrawn on fresh workers, and what each stage took."""

import concurrent.futures
import math
import multiprocessing
import os
import resource
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

SMALL = 20_000  # households of a city that is also done without workers
MEASURES = ("subdistricts", "grids", "teams", "issues", "missing")
REDRAWS = ("total", "subdistricts", "terms", "parents", "teams", "refused", "missing")


def make(spec, files: Path, options) -> dict:
    from libgrid.generator.city import make_city

    shutil.rmtree(files, ignore_errors=True)
    with workers(options, "make") as (pool, took):
        city = make_city(files, spec, executor=pool, progress=show("made"))
    size = sum(p.stat().st_size for p in files.glob("*.gpkg"))
    return took | {
        "blocks": int(city.index["blocks"].sum()),
        "streets": int(city.index["roads"].sum()),
        "leaf_grids": int(city.index["leaf_grids"].sum()),
        "disk_bytes": size,
    }


def measure(files: Path, place: Path, options) -> dict:
    import libgrid as lg

    city = lg.open_city(files)
    with workers(options, "measure") as (pool, took):
        found = lg.measure_city(city, executor=pool, progress=show("measured"))
    found.cost.to_csv(place / "measure-cost.csv", index=False)
    found.subdistricts.drop(columns="geometry").to_csv(place / "subdistricts.csv", index=False)
    same = city.index["households"].sum() > SMALL or alike(found, lg.measure_city(city), MEASURES)
    return (
        took
        | by_step(found.cost)
        | {
            "teams": len(found.teams),
            "missing": len(found.missing),
            "same": bool(same),
        }
    )


def redraw(files: Path, place: Path, options) -> dict:
    import libgrid as lg

    city = lg.open_city(files)
    how = {"rng": options.seed}
    if options.effort:
        how["effort_per_block"] = options.effort
    names, times = city.subdistricts, 1.0
    if options.reckon_above and city.index["households"].sum() > options.reckon_above and len(names) > options.sample:
        step = len(names) / options.sample
        names = [names[math.floor((k + 0.5) * step)] for k in range(options.sample)]
        times = len(city.subdistricts) / len(names)
    with workers(options, "redraw") as (pool, took):
        found = lg.redraw_city(
            city, executor=pool, subdistricts=names, threads=options.threads, progress=show("redrawn"), **how
        )
    found.cost.to_csv(place / "redraw-cost.csv", index=False)
    found.subdistricts.drop(columns="geometry").to_csv(place / "redrawn.csv", index=False)
    found.terms.to_csv(place / "redraw-terms.csv", index=False)
    found.parents.to_csv(place / "redraw-parents.csv", index=False)
    same = city.index["households"].sum() > SMALL or alike(
        found, lg.redraw_city(city, subdistricts=names, threads=2, **how), REDRAWS
    )
    row = {name: took[name] * (times if name.endswith("_s") else 1) for name in took}
    steps = by_step(found.cost, "redraw_")
    row |= {name: value * (times if name.endswith("_s") else 1) for name, value in steps.items()}
    table = found.subdistricts
    people = city.index.set_index("subdistrict_id")["people"].reindex(table["subdistrict_id"]).to_numpy(float)
    for term in found.total.index:
        row |= {f"{term}_{c}": float(found.total.loc[term, c]) for c in ("before", "value", "bound", "gap")}
    for figure in ("own_team_time_s", "boundary_cost_s"):
        for when in ("before", "after"):
            mean = float((table[f"{figure}_{when}"] * people).sum() / people.sum())
            row[f"mean_{figure.removesuffix('_s')}_{when}"] = mean
    for when in ("before", "after"):
        row[f"teams_over_{when}"] = int(table[f"teams_over_{when}"].sum())
        row[f"beyond_response_{when}"] = float(table[f"people_beyond_response_{when}"].sum())
    return row | {
        "reckoned": times > 1,
        "redrawn_subdistricts": len(table),
        "micro_grids_before": int(table["micro_grids_before"].sum()),
        "micro_grids": int(table["micro_grids"].sum()),
        "redrawn_people": float(people.sum()),
        "redrawn_blocks": int(table["blocks"].sum()),
        "moved_households": int(table["moved_households"].sum()),
        "parents_kept": int(table["parents_kept"].sum()),
        "parents_other_number": len(found.parents) - int(table["parents_kept"].sum()),
        "redraw_missing": len(found.missing),
        "redraw_same": bool(same),
    }


@contextmanager
def workers(options, stage: str):
    """A pool of fresh workers, and what the stage took: by the clock, of the processor, and memory of all processes.

    The processor's seconds are those of all workers from their birth on, and of this process.
    """
    took: dict = {}
    begun = (time.perf_counter(), used())
    load = os.getloadavg()[0]
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        yield pool, took
        took[f"{stage}_bytes"] = sum(peak_of(pid) for pid in [os.getpid(), *pool._processes])
    took[f"{stage}_clock_s"] = time.perf_counter() - begun[0]
    took[f"{stage}_cpu_s"] = used() - begun[1]
    took[f"{stage}_load"] = load


def used() -> float:
    """Processor seconds of this process and of those of its children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def peak_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def by_step(cost: pd.DataFrame, prefix: str = "") -> dict:
    """Processor seconds of each step, of all workers together, and the most memory of a worker in it."""
    seconds = {f"{prefix}{c}": float(cost[c].sum()) for c in cost.columns if c.endswith("_s")}
    peaks = {f"{prefix}{c}": int(cost[c].max()) for c in cost.columns if c.endswith("_bytes")}
    return seconds | peaks


def alike(one, other, names) -> bool:
    same = all(getattr(one, name).equals(getattr(other, name)) for name in names)
    if not same:
        print("the answers on workers and here differ", file=sys.stderr)
    return same


def show(what: str):
    def on_progress(done: int, total: int) -> None:
        if done % max(total // 10, 1) == 0:
            print(f"  {what} {done} of {total}", file=sys.stderr, flush=True)

    return on_progress
