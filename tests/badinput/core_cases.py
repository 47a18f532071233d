"""The part of the catalogue that the C++ core guards, as plain lines: tests/cpp/badinput reads them.

A line is ``id <tab> kind <tab> bad rows <tab> words <tab> name=numbers;name=numbers…``; numbers are separated by
commas, bytes are hexadecimal. Run this file to write it again.
"""

import pathlib
import sys

if __name__ == "__main__":
    sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parents[1])]

import numpy as np
import pandas as pd
import shapely
import spoilt_bytes
from catalogue_of_cases import CASES, HERE
from libgrid.columns import minutes_of_day
from libgrid.ragged import to_polygons
from libgrid.schema import CONDITIONS
from towns import ASIDE, build

from libgrid import _core

PATH = HERE / "core_cases.tsv"
_PEOPLE = ("n_usual", "n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed")


def _numbers(values) -> str:
    return ",".join(repr(v) for v in np.asarray(values).ravel().tolist())


def _column(frame: pd.DataFrame, name: str, default) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), default)
    return pd.to_numeric(frame[name], errors="coerce").fillna(default).to_numpy()


def _households(case: dict) -> dict:
    frame = build(case)["households"]
    columns = {name: _column(frame, name, 0) for name in _PEOPLE}
    return columns | {f"n_{c}": _column(frame, f"n_{c}", -1) for c in CONDITIONS}


def _teams(case: dict) -> dict:
    frame = build(case)["teams"]
    names = {"n_doctor_teams": 1, "n_party_members": 1, "n_grid_workers": 1}
    names |= {"n_doctors": 1.0, "offered_min": 1.0, "turnout_s": 180.0}
    return {name: _column(frame, name, default) for name, default in names.items()}


def _sessions(case: dict) -> dict:
    frame = build(case)["sessions"]
    clock = {f"{c}_min": minutes_of_day(frame[c]) for c in ("start", "end")}
    teams = pd.Index(build(case)["teams"]["team_id"])
    return {"team": teams.get_indexer(frame["team_id"]), "weekday": _column(frame, "weekday", 0), **clock}


def _grids(case: dict) -> dict:
    frame = build(case)["grids"]
    return {"parent": pd.Index(frame["grid_id"]).get_indexer(frame["parent_id"])}


def _polygons(case: dict, layer: str | None = None) -> dict:
    """The polygons of the layer that is spoilt, on whole millimetres."""
    layer = layer or case["edit"][0]["layer"]
    polygons, _ = to_polygons(build(case)[layer].geometry.to_numpy(), _core.Frame(*ASIDE))
    offsets = {name: getattr(polygons, name) for name in ("point_begin", "ring_begin", "part_begin")}
    return {"xy_mm": polygons.points, **offsets}


def _locate(case: dict) -> dict:
    frames = build(case)
    points = shapely.get_coordinates(frames["households"].geometry.to_numpy())
    mm = _core.Frame(*ASIDE).to_points(np.ascontiguousarray(points))
    return _polygons(case, "grids") | {"place_mm": mm, "holder": case["household_grid"]}


KINDS = {
    "households": _households,
    "teams": _teams,
    "sessions": _sessions,
    "grids": _grids,
    "polygons": _polygons,
    "locate": _locate,
}


def core_text() -> str:
    lines = []
    for case in CASES:
        for core in case["core"] if isinstance(case.get("core"), list) else [case["core"]] if "core" in case else []:
            kind = core["kind"]
            if kind == "wkb":
                payload = f"hex={spoilt_bytes.wkb(core['wkb']).hex()}"
            else:
                columns = KINDS[kind](case) if kind in KINDS else core["columns"]
                payload = ";".join(f"{name}={_numbers(values)}" for name, values in columns.items())
            rows = _numbers(core.get("rows", []))
            lines.append("\t".join((case["id"], kind, rows, core.get("says", ""), payload)))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PATH.write_text(core_text(), encoding="utf-8")
