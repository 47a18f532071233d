"""A whole city on one machine: made, checked, its coverage and workload measured, its micro-grids redrawn.

Run: ./dev city [--households N …] [--no-redraw] [--workers 2] [--threads 1] [--out out/city] [--docs docs]

The default goes from ten thousand to ten million households (290 sub-districts, 133,000 micro-grids). What is done is
kept in --out: run it again to go on where it was stopped, with --fresh to begin anew. A city's files, 130 MB a million
households, are removed when it is done, unless --keep.

Writes growth.csv, growth.md and growth.png; costs.csv and redraw-costs.csv (unit costs for `plan_run`, with date and
machine); and of the largest city subdistricts.csv and redrawn.csv. With the default sizes, or with --docs, the table,
the picture and the costs in docs/ are written anew. Small cities are also done in this process alone: the answers must
be equal to the last bit.
Exit code 1 when they are not, when anything is missing, or when a target of nine million households is missed.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import city_stages
import city_table
import pandas as pd

SIZES = [10_000, 100_000, 1_000_000, 10_000_000]
EACH = 9_000_000 / 261
COMMUNITIES = 3_047 / 261


def main() -> int:
    options = read_options()
    options.out.mkdir(parents=True, exist_ok=True)
    rows, good = [], True
    for households in options.households:
        row = do_city(households, options)
        rows.append(row)
        good &= bool(row["same"]) and not row["missing"] and not row.get("redraw_missing", 0)
        print(city_table.line(row), flush=True)
        pd.DataFrame(rows).to_csv(options.out / "growth.csv", index=False)
    city_table.write_all(
        options.out, pd.DataFrame(rows), [place_of(n, options) for n in options.households], options.docs
    )
    missed = city_table.missed_targets(rows[-1])
    print(f"targets: {'; '.join(missed) if missed else 'met'}")
    return 0 if good and not missed else 1


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, nargs="+", help="default: 10⁴, 10⁵, 10⁶ and 10⁷")
    parser.add_argument("--subdistricts", type=int, help="default: one for each 34,483 households, two at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--redraw", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--effort", type=int, help="proposed moves for each block in the redraw")
    parser.add_argument("--reckon-above", type=int, help="above so many households only --sample sub-districts are "
                        "redrawn, and the rest is reckoned and marked so")  # fmt: skip
    parser.add_argument("--sample", type=int, default=12)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--threads", type=int, default=1, help="of each worker's search")
    parser.add_argument("--out", type=Path, default=Path("out/city"))
    parser.add_argument("--docs", type=Path, help="write the table, the picture and the costs of this docs/ anew")
    parser.add_argument("--keep", action="store_true", help="keep the cities' files")
    parser.add_argument("--fresh", action="store_true", help="forget what was done before")
    options = parser.parse_args()
    if options.households is None:
        options.households = SIZES
        options.docs = options.docs or Path(__file__).resolve().parent.parent / "docs"
    return options


def subdistricts_of(households: int, options) -> int:
    return options.subdistricts or max(2, round(households / EACH))


def place_of(households: int, options) -> Path:
    return options.out / f"{households}-{subdistricts_of(households, options)}-{options.seed}"


def do_city(households: int, options) -> dict:
    """One size, stage after stage; each leaves its figures in a file and is not done again."""
    from libgrid.generator.city import CitySpec

    n, place = subdistricts_of(households, options), place_of(households, options)
    spec = CitySpec(households, n, max(n, round(n * COMMUNITIES)), options.seed)
    if options.fresh:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    files = place / "city"
    stages = ["measured", "redrawn"] if options.redraw else ["measured"]
    todo = [name for name in stages if not (place / f"{name}.json").exists()]
    if todo and not (files / "city.gpkg").exists():
        (place / "made.json").unlink(missing_ok=True)
    row = {"households": households, "subdistricts": n, "communities": spec.communities}
    row |= once(place, "made", lambda: city_stages.make(spec, files, options))
    row |= once(place, "measured", lambda: city_stages.measure(files, place, options))
    if options.redraw:
        row |= once(place, "redrawn", lambda: city_stages.redraw(files, place, options))
    if not options.keep:
        shutil.rmtree(files, ignore_errors=True)
    row["same"] = row["same"] and row.pop("redraw_same", True)
    return row


def once(place: Path, stage: str, work) -> dict:
    file = place / f"{stage}.json"
    if file.exists():
        return json.loads(file.read_text())
    row = work()
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(row, indent=1))
    fresh.replace(file)
    return row


if __name__ == "__main__":
    sys.exit(main())
