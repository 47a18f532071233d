"""Gaps, overlaps, slivers, borders that nearly meet, and who lives there."""

from __future__ import annotations

import numpy as np
import shapely

from .. import _core
from ..issues import Found, name_some
from ..ragged import from_polygons
from ..sheets import tessellation_sheets
from ..study_area import StudyArea
from .options import CheckOptions


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    name = "blocks" if area.has_blocks else "grids"
    table = area._tables.get(name)
    if table is None or not len(table):
        return []
    found = []
    for sheet in tessellation_sheets(area, name):
        ids = table.ids.to_numpy()[sheet.rows]
        faults = _core.check_coverage(table.geometry.take(sheet.rows), options.near_m)
        found += _overlaps(area, name, ids, faults, options)
        found += _gaps(area, name, ids, faults, options)
        found += _borders(area, name, ids, faults)
        if sheet.holds_people:
            found += _people(area, faults, options)
    return found


def _overlaps(area, name, ids, faults, options) -> list[Found]:
    shapes = from_polygons(faults["overlap_shapes"], area._frame)
    area_m2, width = faults["overlap_area_m2"], faults["overlap_width_m"]
    large = _large(faults, options)
    a, b = ids[faults["overlap_a"]], ids[faults["overlap_b"]]

    def rows(code, mask, values):
        return Found(
            code, name, a[mask].tolist(), values=values, others=b[mask].tolist(), geometry=list(shapes[mask])
        )  # fmt: skip

    thin = ~large
    slivers = [f"{m2:.3f} m2, {w * 1000:.0f} mm" for m2, w in zip(area_m2[thin], width[thin], strict=True)]
    return [rows("LG-P025", large, [f"{m2:.1f}" for m2 in area_m2[large]]), rows("LG-P027", thin, slivers)]


def _large(faults, options) -> np.ndarray:
    """Overlaps that are claims, not the survey's noise."""
    return (faults["overlap_area_m2"] > options.overlap_tolerance_m2) & (
        faults["overlap_width_m"] >= options.sliver_width_m
    )


def _gaps(area, name, ids, faults, options) -> list[Found]:
    shapes = from_polygons(faults["gap_shapes"], area._frame)
    begin, neighbour = faults["gap_neighbour_begin"], faults["gap_neighbour"]
    around = [ids[neighbour[begin[k] : begin[k + 1]]] for k in range(len(shapes))]
    width = faults["gap_width_m"]
    kinds = (
        ("LG-P127", width < options.sliver_width_m),
        ("LG-P026", (width >= options.sliver_width_m) & (width <= options.gap_width_m)),
        ("LG-P126", width > options.gap_width_m),
    )
    found = []
    for code, mask in kinds:
        at = np.flatnonzero(mask)
        found.append(
            Found(
                code,
                name,
                [str(around[k][0]) for k in at],
                values=[f"{faults['gap_area_m2'][k]:.2f} m2, {width[k]:.3f} m" for k in at],
                others=[name_some(around[k][1:]) or str(around[k][0]) for k in at],
                geometry=list(shapes[at]),
            )
        )
    return found


def _borders(area, name, ids, faults) -> list[Found]:
    points = lambda where: shapely.points(area._frame.to_positions(np.ascontiguousarray(where)))  # noqa: E731
    near = Found(
        "LG-P110",
        name,
        ids[faults["near_a"]].tolist(),
        values=[f"{m * 1000:.1f}" for m in faults["near_distance_m"]],
        others=ids[faults["near_b"]].tolist(),
        geometry=list(points(faults["near_where"])),
    )
    polygon, first, count = np.unique(faults["t_polygon"], return_index=True, return_counts=True)
    joints = Found(
        "LG-P028",
        name,
        ids[polygon].tolist(),
        values=count.tolist(),
        others=ids[faults["t_other"][first]].tolist(),
        geometry=list(points(faults["t_where"][first])),
    )
    return [near, joints]


def _people(area: StudyArea, faults, options) -> list[Found]:
    """Households in no polygon because it has a gap there, or in two; never with their place."""
    table = area._tables.get("households")
    if table is None or not len(table):
        return []
    inside = table.attrs["inside"].to_numpy(bool)
    lost = inside & (area.plan.household_grid() < 0)
    if area.has_blocks:
        lost &= area.household_block() < 0
    found = []
    at = np.flatnonzero(lost)
    in_gap = at[_core.PointLocator(faults["gap_shapes"]).locate(table.geometry[at]) >= 0]
    found.append(Found("LG-H009", "households", table.ids[in_gap].tolist()))
    large = np.flatnonzero(_large(faults, options)).astype(np.int32)
    named = table.attrs["block_id" if area.has_blocks else "grid_id"].isna().to_numpy(bool)
    at = np.flatnonzero(inside & named)
    twice = at[_core.PointLocator(faults["overlap_shapes"].take(large)).locate(table.geometry[at]) >= 0]
    found.append(Found("LG-H109", "households", table.ids[twice].tolist()))
    return found
