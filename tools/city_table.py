"""The table and the picture of `./dev city`, and the unit costs that follow from it."""

import datetime
import os
import platform
from pathlib import Path

import pandas as pd

BEGIN, END = "<!-- city table: begin -->", "<!-- city table: end -->"
LARGEST = 9_000_000
MEASURE_S, REDRAW_S, TARGET_BYTES = 600.0, 1800.0, 8e9  # the targets for nine million households on two cores
STEPS = {
    "generate": ("make_cpu_s", "make_bytes"), "open": ("open_s", "open_bytes"), "check": ("check_s", "check_bytes"),
    "locate": ("locate_s", "locate_bytes"), "neighbours": ("widen_s", "widen_bytes"),
    "coverage": ("coverage_s", "coverage_bytes"), "workload": ("workload_s", "workload_bytes"),
}  # fmt: skip
REDRAW_STEPS = {
    "open with neighbours": ("open", "widen"), "graph and numbers of grids": ("graph", "room"),
    "state the problem": ("state",), "search": ("search",), "bounds": ("bounds",), "before and after": ("measure",),
}  # fmt: skip


def line(row: dict) -> str:
    said = (
        f"{row['households']:>10,} households in {row['subdistricts']} sub-districts, {row['blocks']:,} blocks: "
        f"made in {row['make_clock_s']:.0f} s, measured in {row['measure_clock_s']:.0f} s"
    )
    if "redraw_clock_s" in row:
        how = "reckoned" if row["reckoned"] else "redrawn"
        said += (
            f", {row['micro_grids_before']:,} grids {how} in {row['redraw_clock_s']:.0f} s (gaps: response "
            f"{row.get('response_gap', float('nan')):.2%}, inertia {row.get('inertia_gap', float('nan')):.1%})"
        )
    return said + f"; {most_bytes(row) / 1e9:.2f} GB at most, {row['disk_bytes'] / 1e9:.2f} GB on disk"


def most_bytes(row: dict) -> float:
    return max(row[name] for name in ("measure_bytes", "make_bytes", "redraw_bytes") if name in row)


def missed_targets(row: dict) -> list[str]:
    """Which targets the largest city missed; beyond nine million households seconds grow with them."""
    more = max(1.0, row["households"] / LARGEST)
    missed = []
    for name, target in (("measure", MEASURE_S), ("redraw", REDRAW_S)):
        took = row.get(f"{name}_clock_s", 0.0)
        if took > target * more:
            missed.append(f"{name} took {took:.0f} s of {target * more:.0f}")
    if most_bytes(row) > TARGET_BYTES:
        missed.append(f"{most_bytes(row) / 1e9:.1f} GB of {TARGET_BYTES / 1e9:.0f}")
    return missed


def write_all(out: Path, growth: pd.DataFrame, places: list[Path], docs: Path | None) -> None:
    """`places` are the folders of the sizes, in the order of `growth`."""
    import libgrid as lg

    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    costs = {}
    for name, kept in (("measure-cost.csv", "costs.csv"), ("redraw-cost.csv", "redraw-costs.csv")):
        parts = [pd.read_csv(place / name) for place in places if (place / name).exists()]
        cost = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        if len(cost) and len(set(cost["households"])) > 1:
            costs[kept] = lg.fit_costs(cost).assign(measured=when, machine=machine)
            costs[kept].to_csv(out / kept, index=False)
    for name in ("subdistricts.csv", "redrawn.csv"):
        if (places[-1] / name).exists():
            (out / name).write_bytes((places[-1] / name).read_bytes())
    text = markdown(growth, when, machine)
    (out / "growth.md").write_text(text)
    draw(growth, out / "growth.png")
    if docs is not None:
        write_docs(docs, text, growth, costs, out / "growth.png")


def write_docs(docs: Path, text: str, growth: pd.DataFrame, costs: dict, picture: Path) -> None:
    page = docs / "how-to/a-city.md"
    old = page.read_text()
    if old.count(BEGIN) != 1 or old.count(END) != 1:
        raise SystemExit(f"{page}: the marks {BEGIN} and {END} must be there once")
    head, rest = old.split(BEGIN)
    page.write_text(head + BEGIN + "\n\n" + text + "\n" + END + rest.split(END)[1])
    growth.to_csv(docs / "how-to/city-growth.csv", index=False)
    for kept, name in (("costs.csv", "city-costs.csv"), ("redraw-costs.csv", "city-redraw-costs.csv")):
        if kept in costs:
            costs[kept].to_csv(docs / "how-to" / name, index=False)
    (docs / "pictures").mkdir(exist_ok=True)
    (docs / "pictures/city_growth.png").write_bytes(picture.read_bytes())


def redraw_columns(row: dict, suffix: str) -> dict:
    """Seconds (sums) or bytes (peaks) of the redraw's steps, some of which are told together."""
    join = sum if suffix == "_s" else max
    return {name: join(row[f"redraw_{part}{suffix}"] for part in parts) for name, parts in REDRAW_STEPS.items()}


def markdown(growth: pd.DataFrame, when: str, machine: str) -> str:
    rows = [{k: v for k, v in row.items() if v == v} for row in growth.to_dict("records")]
    redrawn = [row for row in rows if "redraw_clock_s" in row]
    mark = {id(row): "†" if row.get("reckoned") else "" for row in rows}
    load = max(row[f"{s}_load"] for row in rows for s in ("make", "measure", "redraw") if f"{s}_load" in row)
    said = [
        f"`./dev city`, {when}, {machine}, load {load:.1f} at most when a stage began. *Seconds* are by the clock, "
        "*processor seconds* are of all workers together, those of generating with the workers' own start.",
        "",
        *table(
            ["households", "sub-districts", "blocks", "streets", "MB on disk", "generate s", "check, locate, coverage, "
             "workload s", "redraw s", "GB of all processes at most"],
            [[f"{r['households']:,}", f"{r['subdistricts']:,}", f"{r['blocks']:,}", f"{r['streets']:,}",
              f"{r['disk_bytes'] / 1e6:,.0f}", f"{r['make_clock_s']:,.0f}", f"{r['measure_clock_s']:,.0f}",
              f"{r['redraw_clock_s']:,.0f}{mark[id(r)]}" if r in redrawn else "–", f"{most_bytes(r) / 1e9:.2f}"]
             for r in rows],
        ),
        "",
        "Processor seconds by step, and of a household in all:",
        "",
        *table(
            ["households", *STEPS, *(f"redraw: {name}" for name in REDRAW_STEPS), "µs a household"],
            [seconds_of(r, mark[id(r)], r in redrawn) for r in rows],
        ),
        "",
        "GB of one worker at its peak in each step (generate: of all processes):",
        "",
        *table(
            ["households", *STEPS, *(f"redraw: {name}" for name in REDRAW_STEPS)],
            [[f"{r['households']:,}", *(f"{r[b] / 1e9:.2f}" for _, b in STEPS.values()),
              *([f"{v / 1e9:.2f}" for v in redraw_columns(r, '_bytes').values()] if r in redrawn
                else ["–"] * len(REDRAW_STEPS))] for r in rows],
        ),
    ]  # fmt: skip
    if redrawn:
        said += ["", "What the redraw found; sums over all sub-districts, bounds and gaps too:", ""]
        said += table(
            ["households", "grids before → after", "response, s a person, before → after", "bound", "gap",
             "inertia, 10⁹ person-m², before → after", "bound", "gap", "households moved", "boundary cost, s a person",
             "teams over", "general grids kept"],
            [found_of(r, mark[id(r)]) for r in redrawn],
        )  # fmt: skip
    if any(mark.values()):
        said += ["", "† reckoned, not run: some sub-districts, evenly spread, were redrawn, and their seconds "
                 "multiplied; terms and counts are those of them alone."]  # fmt: skip
    return "\n".join(said) + "\n"


def seconds_of(row: dict, mark: str, redrawn: bool) -> list[str]:
    steps = [row[s] for s, _ in STEPS.values()]
    more = list(redraw_columns(row, "_s").values()) if redrawn else []
    cells = [f"{v:,.1f}" for v in steps] + ([f"{v:,.1f}{mark}" for v in more] or ["–"] * len(REDRAW_STEPS))
    return [f"{row['households']:,}", *cells, f"{1e6 * sum(steps + more) / row['households']:.0f}{mark}"]


def found_of(row: dict, mark: str) -> list[str]:
    def response(name: str) -> str:
        return f"{row[f'response_{name}'] / row['redrawn_people']:.2f}" if "response_before" in row else "–"

    def inertia(name: str) -> str:
        return f"{row[f'inertia_{name}'] / 1e9:,.3f}"

    return [
        f"{row['households']:,}{mark}", f"{row['micro_grids_before']:,} → {row['micro_grids']:,}",
        f"{response('before')} → {response('value')}", response("bound"),
        f"{row['response_gap']:.2%}" if "response_gap" in row else "–",
        f"{inertia('before')} → {inertia('value')}", inertia("bound"), f"{row['inertia_gap']:.1%}",
        f"{row['moved_households']:,}",
        f"{row['mean_boundary_cost_before']:.2f} → {row['mean_boundary_cost_after']:.2f}",
        f"{row['teams_over_before']:,} → {row['teams_over_after']:,}", f"{row['parents_kept']:,}",
    ]  # fmt: skip


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def draw(growth: pd.DataFrame, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3, figsize=(16, 4.6), layout="constrained")
    n = growth["households"]
    steps = {name: growth[s] for name, (s, _) in STEPS.items()}
    if "redraw_search_s" in growth:
        redraw = pd.DataFrame([redraw_columns(row, "_s") for row in growth.to_dict("records")])
        steps["redraw: search"] = redraw["search"]
        steps["redraw: bounds"] = redraw["bounds"]
        steps["redraw: the rest"] = redraw.drop(columns=["search", "bounds"]).sum(axis=1)
    for k, (name, seconds) in enumerate(steps.items()):
        axes[0].loglog(n, seconds, marker="os^Dvx+*P<"[k % 10], label=name)
    top = max(float(seconds.iloc[-1]) for seconds in steps.values())
    axes[0].loglog(n, top * n / n.iloc[-1], color="0.6", linestyle=":", label="in proportion to households")
    axes[0].set(xlabel="households", ylabel="processor seconds of all workers")
    axes[0].legend(fontsize=7, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    for stage, label in (("make", "generate"), ("measure", "check, locate, coverage, workload"), ("redraw", "redraw")):
        if f"{stage}_clock_s" in growth:
            axes[1].loglog(n, growth[f"{stage}_clock_s"], marker="o", label=label)
    axes[1].set(xlabel="households", ylabel="seconds by the clock")
    axes[1].legend(fontsize=7)
    for stage, label in (("make", "generate"), ("measure", "check … workload"), ("redraw", "redraw")):
        if f"{stage}_bytes" in growth:
            axes[2].semilogx(n, growth[f"{stage}_bytes"] / 1e9, marker="o", label=f"{label}, all processes")
    axes[2].semilogx(n, growth["peak_bytes"] / 1e9, marker="s", label="check … workload, one worker")
    axes[2].set(xlabel="households", ylabel="GB at the peak", ylim=(0, None))
    axes[2].legend(fontsize=7)
    figure.savefig(path, dpi=90)
    plt.close(figure)
