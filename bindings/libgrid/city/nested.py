"""One sub-district's micro-grids redrawn inside their general grids: what a worker does and gives back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from .._atomic import replace_file
from .._core import InvalidInput
from ..assess import weighted_mean
from ..graph.block_graph import BlockGraph
from ..io import write_plan_table
from ..measures import measure_workload
from ..plan import Plan
from ..questions import Settings, group_people
from ..redraw.asked import Asked
from ..redraw.begin import read_units
from ..redraw.problem import Stated, state_problem
from ..redraw.prove import prove
from ..redraw.redraw import result_of
from ..redraw.result import Redraw
from ..redraw.terms import UNITS
from ..study_area import StudyArea
from .city import City
from .room import KEPT, Room, find_room
from .step_clock import StepClock
from .subdistrict import cover_response

FIGURES = ("people_beyond_response", "own_team_time_s", "boundary_cost_s", "teams_over", "most_load")
NEW_GRIDS = ["grid_id", "level", "parent_id", "team_id"]
LARGEST = {"balance"}  # terms that are a maximum: over sub-districts the largest counts


class Stopped(Exception):
    """The run was stopped; what was not begun is listed with this."""


class RedrawWork:
    """Redraws the sub-district that it is called with; after Ctrl-C in this process it begins no other."""

    def __init__(self, city: City, how: dict[str, Any], settings: Settings, halo_m: float, name: str | None):
        self.city, self.how, self.settings, self.halo_m, self.name = city, how, settings, halo_m, name
        self.stopped = False

    def __call__(self, subdistrict: str) -> dict[str, Any]:
        if self.stopped:
            raise Stopped("stopped before it was begun")
        part = redraw_subdistrict(
            self.city, subdistrict, how=self.how, settings=self.settings, halo_m=self.halo_m, name=self.name
        )
        self.stopped = part["figures"]["status"] == "stopped"
        return part


def redraw_subdistrict(
    city: City, subdistrict: str, *, how: dict[str, Any], settings: Settings, halo_m: float, name: str | None
) -> dict[str, Any]:
    """Redraw one sub-district and measure it before and after; the plan is written where `name` is given.

    `how` has limits, order, effort_per_block, seed, threads and time_limit_s.
    """
    clock = StepClock()
    area = city.open(subdistrict)
    if not area.has_blocks or not len(area.ids("households")):
        raise InvalidInput("it has no blocks or no households: there is nothing to redraw")
    clock.done("open")
    wide = city.widen(area, subdistrict, halo_m) if halo_m > 0 else area
    clock.done("widen")
    graph = BlockGraph.from_blocks(wide)
    clock.done("graph")
    room = find_room(wide, graph, how["limits"], seed=how["seed"])
    clock.done("room")
    found = _search(wide, graph, how, room, clock)
    clock.done("bounds")
    figures, teams = _before_and_after(area, wide, found, settings)
    clock.done("measure")
    moved = _moved(wide, graph, found)
    if name is not None:
        write_beside(city, subdistrict, name, area, found)
    told = room.told
    return {
        "figures": {
            "subdistrict_id": subdistrict,
            "status": found.status,
            "blocks": graph.block_count,
            "micro_grids_before": len(np.unique(wide.plan.labels)),
            "micro_grids": len(np.unique(found.plan.labels)),
            "parents_kept": int((told["what"] == KEPT).sum()),
            **moved,
            "leads": found.terms.index[0],
            "gap": float(found.gap.iloc[0]),
            **figures,
        },
        "terms": found.frame,
        "parents": told,
        "teams": teams,
        "refused": dict(found.refused),
        "cost": {
            "subdistrict_id": subdistrict,
            "households": len(area.ids("households")),
            "blocks": graph.block_count,
            **clock.total(),
            "effort_done": found.effort_done,
        },
    }


def _search(area: StudyArea, graph: BlockGraph, how: dict, room: Room, clock: StepClock) -> Redraw:
    """As `redraw`, but that it begins where `find_room` found a plan and leaves its obstacles behind."""
    asked = Asked(
        grids=room.grids or None, limits=how["limits"], order=tuple(how["order"]), locked=tuple(room.locked)
    )  # fmt: skip
    units, asked = read_units(area, "micro", "general", "today", graph, asked)
    stated = state_problem(units, asked)
    clock.done("state")
    found = _core.redraw(
        stated.problem, room.first_labels(stated.units), effort=how["effort_per_block"] * graph.block_count,
        seed=how["seed"], threads=how["threads"], time_limit_s=how["time_limit_s"] or 0.0,
    )  # fmt: skip
    clock.done("search")
    given = stated
    if room.grids:  # today's plan is told with today's number of grids
        free = Asked(order=tuple(how["order"]), balance=next(iter(how["limits"] or {}), None))
        given = state_problem(units, free)
    return result_of(stated, found, _terms_of_today(given), prove(stated, None))


def _terms_of_today(stated: Stated) -> pd.Series:
    """The terms of today's plan in their own units, NaN where some block has no grid."""
    today = np.ascontiguousarray(stated.units.today, dtype=np.int32)
    names = [n for n in stated.terms if n in UNITS]
    if (today < 0).any():
        return pd.Series(np.nan, index=names)
    values = _core.measure_terms(stated.problem, today).tolist()
    return pd.Series({n: v / UNITS[n][1] for n, v in zip(stated.terms, values, strict=True) if n in UNITS})


def _before_and_after(area: StudyArea, wide: StudyArea, found: Redraw, settings: Settings):
    """Response and load under today's plan and the new one: figures, and the teams' loads."""
    own = set(area.ids("teams"))
    people = group_people(wide)
    figures: dict[str, float] = {}
    loads = []
    last = None
    for when, plan in (("before", wide.plan), ("after", found.plan)):
        team = plan.household_team()
        if last is None or not np.array_equal(team, last[0]):
            last = team, _response(plan.area, team, people, settings)
        work = measure_workload(plan.area, plan).teams if len(own) else None
        table = pd.DataFrame({"team_id": [], "load": []}) if work is None else work[work["team_id"].isin(own)]
        load = table["load"].to_numpy(float)
        values = (*last[1], int((load > 1).sum()), float(load.max()) if len(load) else np.nan)
        figures |= {f"{figure}_{when}": value for figure, value in zip(FIGURES, values, strict=True)}
        loads.append(table.set_index("team_id")["load"].rename(f"load_{when}"))
    return figures, pd.concat(loads, axis=1).rename_axis("team_id").reset_index()


def _response(area: StudyArea, team: np.ndarray, people: pd.DataFrame, settings: Settings):
    """People beyond response, and the means of the own team's time and of the boundary cost."""
    if not len(area.ids("roads")) or not len(area.ids("teams")) or not len(area.ids("sites")):
        return np.nan, np.nan, np.nan
    found = cover_response(area, team, people, settings)
    weight = people["all"].to_numpy()
    one = np.zeros(len(weight), int)
    means = (weighted_mean(values, weight, one, 1)[0] for values in (found.own_team_time_s, found.boundary_cost_s))
    return float(np.where(found.covered, 0.0, weight).sum()), *(float(mean) for mean in means)


def _moved(area: StudyArea, graph: BlockGraph, found: Redraw) -> dict[str, int]:
    today, plan = found.today_plan().labels, found.plan.labels
    moved = (today != plan) & (today >= 0)
    weight = graph.columns
    return {
        "moved_blocks": int(moved.sum()),
        "moved_households": int(weight["households"].to_numpy()[moved].sum()),
        "moved_people": int(weight["residents"].to_numpy()[moved].sum()),
    }


def plan_file(city: City, subdistrict: str, name: str) -> Path:
    file = city.path / city.row(subdistrict)["file"]
    return file.with_name(f"{file.stem}.{name}.csv")


def grids_file(city: City, subdistrict: str, name: str) -> Path:
    file = plan_file(city, subdistrict, name)
    return file.with_name(f"{file.stem}.grids.csv")


def write_beside(city: City, subdistrict: str, name: str, area: StudyArea, found: Redraw) -> None:
    """Write the plan beside the sub-district's file, and the grids that it speaks of and the file does not have."""
    rows = found.area.layer("grids")
    rows = pd.DataFrame(rows.loc[~rows["grid_id"].isin(area.ids("grids")), NEW_GRIDS])
    file = grids_file(city, subdistrict, name)
    file.unlink(missing_ok=True)
    if len(rows):
        replace_file(file, lambda temp: rows.to_csv(temp, index=False, encoding="utf-8"))
    write_plan_table(found.plan.frame, plan_file(city, subdistrict, name))


def plan_of(area: StudyArea, path: Path, grids: Path) -> Plan:
    """The plan that `write_beside` wrote, of the area with its new grids."""
    from ..plan import read_plan

    if grids.exists():
        new = pd.read_csv(grids, dtype=str, keep_default_na=False).replace("", None)
        area = area.replace(grids=pd.concat([area.layer("grids"), new], ignore_index=True))
    return read_plan(path, area, strict=True)
