"""The answers of the sample town, and how they are made. Regenerate with: python tests/golden/town.py --write"""

import json
import pathlib
import sys

import libgrid as lg

GOLDEN = pathlib.Path(__file__).with_name("town.json")


def answers() -> dict:
    """Every figure that the report of `town` prints, and what its second plan changes."""
    area = lg.datasets.load("town")
    plan_b = lg.read_plan(lg.datasets.path("town", kind="plan_b"), area)
    result = lg.assess(area, compare_with=plan_b)
    tables = {
        "access_groups": result.access.groups.set_index("group"),
        "response_groups": result.response.groups.set_index("group"),
        "teams": result.workload.teams.set_index("team_id").drop(columns=["estimated"]),
        "grids": result.quality.grids.set_index("grid_id"),
    }
    change = result.change
    return {
        "headline": result.headline,
        "gaps": result.gaps[["people", "households", "worst_s"]].to_dict("list"),
        "balance": result.workload.balance,
        "cut_edges": result.quality.cut_edges,
        "cut_border_m": result.quality.cut_border_m,
        "change": [change.moved_blocks, change.moved_households, change.doctor_changed_signed],
        **{name: json.loads(table.to_json(double_precision=10)) for name, table in tables.items()},
    }


if __name__ == "__main__":
    text = json.dumps(answers(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if "--write" in sys.argv:
        GOLDEN.write_text(text, encoding="utf-8")
    print(text)
