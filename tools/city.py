"""A whole city on one machine: made, checked, its coverage and workload measured, sub-district by sub-district.

Run: ./dev city [--households N …] [--subdistricts N] [--workers 2] [--out out/city] [--keep]
Writes growth.csv and growth.png (seconds and memory by size), costs.csv (unit costs for `plan_run`, with date and
machine) and, of the largest city, subdistricts.csv. The default goes from ten thousand households to nine million in
261 sub-districts; its files take 1.3 GB while it runs. Each city is measured twice when it is small, here and on the
workers, and the answers must be equal to the last bit.
"""

import argparse
import concurrent.futures
import datetime
import multiprocessing
import os
import platform
import resource
import shutil
import sys
import time
from pathlib import Path

import pandas as pd

SIZES = [10_000, 100_000, 1_000_000, 9_000_000]
EACH = 9_000_000 / 261
COMMUNITIES = 3_047 / 261
SMALL = 200_000
STEPS = ("open", "check", "locate", "widen", "coverage", "workload")
TARGET_S, TARGET_BYTES = 600.0, 8e9  # check + coverage + workload of nine million


def main() -> int:
    from libgrid.generator.city import CitySpec

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, nargs="+", default=SIZES)
    parser.add_argument("--subdistricts", type=int, help="default: one for each 34,483 households, two at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("out/city"))
    parser.add_argument("--keep", action="store_true", help="keep the cities' folders")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows, costs, good = [], [], True
    for households in options.households:
        n = options.subdistricts or max(2, round(households / EACH))
        spec = CitySpec(households, n, max(n, round(n * COMMUNITIES)), options.seed)
        row, found, same = measure(spec, options)
        rows.append(row)
        costs.append(found.cost)
        good &= same and not len(found.missing)
        print(line(row), flush=True)
        pd.DataFrame(rows).to_csv(options.out / "growth.csv", index=False)
    write(options.out, pd.DataFrame(rows), pd.concat(costs, ignore_index=True), found)
    largest = rows[-1]
    asked = largest["measure_s"] <= TARGET_S and largest["memory_bytes"] <= TARGET_BYTES
    print(f"largest: {largest['measure_s']:.0f} s and {largest['memory_bytes'] / 1e9:.2f} GB (targets for nine million "
          f"{TARGET_S:.0f} s and {TARGET_BYTES / 1e9:.0f} GB): {'met' if asked else 'missed'}")  # fmt: skip
    return 0 if good and asked else 1


def measure(spec, options):
    from libgrid.generator.city import make_city

    import libgrid as lg

    folder = options.out / f"city-{spec.households}"
    shutil.rmtree(folder, ignore_errors=True)
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        started = time.perf_counter()
        city = make_city(folder, spec, executor=pool, progress=show("made"))
        made = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(options.workers, mp_context=context) as pool:
        begun = time.perf_counter()
        found = lg.measure_city(city, executor=pool, progress=show("measured"))
        done = time.perf_counter()
    same = True
    if spec.households <= SMALL:
        alone = lg.measure_city(city)
        names = ("subdistricts", "grids", "teams", "issues", "missing")
        same = all(getattr(alone, name).equals(getattr(found, name)) for name in names)
        if not same:
            print("the answers on workers and here differ", file=sys.stderr)
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    steps = found.cost[[c for c in found.cost.columns if c.endswith("_s")]].sum()
    load = os.getloadavg()[0]
    row = {
        "households": spec.households,
        "subdistricts": spec.subdistricts,
        "grids": len(found.grids),
        "teams": len(found.teams),
        "streets": int(city.index["roads"].sum()),
        "make_s": made - started,
        "measure_s": done - begun,
        **steps.to_dict(),
        "worker_bytes": int(found.cost["peak_bytes"].max()),
        "memory_bytes": int(found.cost["peak_bytes"].max()) * options.workers + here,
        "disk_bytes": sum(p.stat().st_size for p in folder.glob("*.gpkg")),
        "missing": len(found.missing),
        "machine_load": load,
    }
    if not options.keep:
        shutil.rmtree(folder)
    return row, found, same


def show(what: str):
    def on_progress(done: int, total: int) -> None:
        if done % max(total // 10, 1) == 0:
            print(f"  {what} {done} of {total}", file=sys.stderr, flush=True)

    return on_progress


def line(row) -> str:
    work = ", ".join(
        f"{name} {row[f'{name}_s']:.1f}" for name in ("open", "check", "locate", "widen", "coverage", "workload")
    )
    return (
        f"{row['households']:>10,} households in {row['subdistricts']} sub-districts: made in {row['make_s']:.1f} s, "
        f"measured in {row['measure_s']:.1f} s (processor seconds of all workers: {work}), "
        f"{row['memory_bytes'] / 1e9:.2f} GB in all, {row['disk_bytes'] / 1e9:.2f} GB on disk"
    )


def write(out: Path, growth: pd.DataFrame, cost: pd.DataFrame, largest) -> None:
    import libgrid as lg

    if len(set(cost["households"])) > 1:
        when = datetime.datetime.now(datetime.UTC).date().isoformat()
        machine = f"{platform.machine()}, {os.cpu_count()} cores"
        lg.fit_costs(cost).assign(measured=when, machine=machine).to_csv(out / "costs.csv", index=False)
    largest.subdistricts.drop(columns="geometry").to_csv(out / "subdistricts.csv", index=False)
    draw(growth, out / "growth.png")


def draw(growth: pd.DataFrame, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(10, 4))
    for name in STEPS:
        axes[0].loglog(growth["households"], growth[f"{name}_s"], marker="o", label=name)
    axes[0].set(xlabel="households", ylabel="processor seconds")
    axes[0].legend()
    axes[1].semilogx(growth["households"], growth["memory_bytes"] / 1e9, marker="o", label="all processes")
    axes[1].semilogx(growth["households"], growth["worker_bytes"] / 1e9, marker="o", label="one worker")
    axes[1].set(xlabel="households", ylabel="GB at the peak", ylim=(0, None))
    axes[1].legend()
    figure.tight_layout()
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    sys.exit(main())
