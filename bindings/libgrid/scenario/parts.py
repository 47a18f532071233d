"""The parts of the inputs that questions stand on, each with a hash of its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from ..plan import Plan
from ..questions import Settings, open_sites
from ..schema import CONDITIONS
from ..study_area import StudyArea

_RESIDENTS = ("n_usual", "n_migrant", "n_short", "n_key", "n_signed")
_NEEDS = ("n_next_key", "n_homebound", *(f"n_{c}" for c in CONDITIONS))


@dataclass(frozen=True, eq=False)
class World:
    """What a scenario comes to: the area, the plan, the rules and what is asked."""

    area: StudyArea
    plan: Plan
    settings: Settings
    rules: pd.DataFrame | None

    def has(self, *layers: str) -> bool:
        return all(len(self.area.ids(name)) > 0 for name in layers)


def digest(values: Iterable[Any]) -> str:
    """One hash over arrays, frames, texts and numbers; the same bytes on every machine."""
    h = hashlib.blake2b(digest_size=16)
    for value in values:
        _feed(h, value)
    return h.hexdigest()


def _feed(h, value: Any) -> None:
    if isinstance(value, pd.DataFrame):
        for name in value.columns:
            _feed(h, str(name))
            _feed(h, value[name])
        return
    if isinstance(value, (pd.Series, pd.Index)):
        numbers = pd.api.types.is_numeric_dtype(value.dtype) and not pd.api.types.is_extension_array_dtype(value.dtype)
        value = value.to_numpy() if numbers else value.to_numpy(dtype=object)
    if isinstance(value, np.ndarray) and value.dtype != object:
        array = np.ascontiguousarray(value)
        if array.dtype.kind == "f":
            array = np.where(array == 0, 0.0, array)  # -0 is 0
            array = np.where(np.isnan(array), np.nan, array)  # and one NaN is like another
        h.update(f"{array.dtype.kind}{array.dtype.itemsize}{array.shape}".encode())
        h.update(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes())
        return
    if isinstance(value, np.ndarray):
        words = ["\1" if v is None or v is pd.NA or v != v else str(v) for v in value.ravel()]
        h.update(f"o{len(words)}".encode() + "\0".join(words).encode())
        return
    h.update(f"{type(value).__name__}:{value!r}".encode())


def _columns(world: World, layer: str, *names: str) -> list:
    return [world.area.column(layer, name) for name in names]


def _polygons(world: World, layer: str) -> list:
    table = world.area._tables.get(layer)
    if table is None or table.geometry is None:
        return []
    shapes = table.geometry
    return [np.asarray(part) for part in (shapes.points, shapes.point_begin, shapes.ring_begin, shapes.part_begin)]


def _places(world: World, layer: str) -> list:
    table = world.area._tables.get(layer)
    return [] if table is None else [np.asarray(table.geometry)]


def _roads(world: World) -> list:
    table = world.area._tables.get("roads")
    if table is None:
        return []
    coords, index = shapely.get_coordinates(table.geometry, return_index=True)
    return [table.attrs, coords, index]


def _bases(world: World) -> list:
    area = world.area
    base = area.ids("sites").get_indexer(area.column("teams", "base_site_id"))
    here = np.where(base[:, None] >= 0, area.points("sites")[base], np.nan) if len(area.ids("sites")) else base
    return [here, *_columns(world, "teams", "mode", "turnout_s")]


PARTS: dict[str, Callable[[World], list]] = {
    "households.places": lambda w: _places(w, "households"),
    "households.doors": lambda w: _columns(w, "households", "floor", "has_lift"),
    "households.residents": lambda w: _columns(w, "households", *_RESIDENTS, "inside"),
    "households.conditions": lambda w: _columns(w, "households", *_NEEDS),
    "blocks": lambda w: [
        w.area.ids("blocks"),
        *_columns(w, "blocks", "n_shops"),
        *_polygons(w, "blocks"),
        w.area.household_block(),
    ],
    "grids": lambda w: [w.area.ids("grids"), *_columns(w, "grids", "level", "parent_id"), *_polygons(w, "grids")],
    "sites.places": lambda w: [w.area.ids("sites"), *_places(w, "sites")],
    "sites.inside": lambda w: _columns(w, "sites", "inside"),
    "sites.open": lambda w: [open_sites(w.area, w.settings.moment)],
    "teams.ids": lambda w: [w.area.ids("teams")],
    "teams.bases": _bases,
    "teams.offered": lambda w: _columns(w, "teams", "offered_min"),
    "roads": _roads,
    "plan.labels": lambda w: [w.plan.labels],
    "plan.household_grid": lambda w: [w.plan.household_grid()],
    "plan.household_team": lambda w: [w.plan.household_team()],
    "rules": lambda w: ["default" if w.rules is None else w.rules],
}
"""By name of a part, the values that make it up. The parts of the settings are ``settings.<field>`` beside these."""


def part_hashes(world: World, names: Iterable[str]) -> dict[str, str]:
    """The hash of each part that is named."""
    found = {}
    for name in names:
        layer, _, field = name.partition(".")
        found[name] = digest([getattr(world.settings, field)] if layer == "settings" else PARTS[name](world))
    return found
