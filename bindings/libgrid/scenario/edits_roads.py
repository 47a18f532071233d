"""Edits of roads: closed, opened again, joined by a new crossing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from .._core import InvalidInput
from ..issues import name_some
from .draft import Draft
from .edit import Edit, register

_SAME_M = 0.0015  # two places that fall on one millimetre, or on neighbouring ones


def _ids(road_ids) -> tuple[str, ...]:
    if isinstance(road_ids, str) or not road_ids:
        raise InvalidInput("road_ids is a list of road ids, at least one")
    twice = pd.Index(road_ids)[pd.Index(road_ids).duplicated()]
    if len(twice):
        raise InvalidInput(f"road_ids names {name_some(twice.unique())} twice")
    return tuple(road_ids)


@register("close_roads", "roads")
@dataclass(frozen=True)
class CloseRoads(Edit):
    """Nobody travels on these roads, in any mode; places on them are led to the next road that is open."""

    road_ids: tuple[str, ...]

    def apply(self, draft: Draft) -> Draft:
        for road in _ids(self.road_ids):
            draft.require("roads", road)
            pieces = draft.pieces.get(road, (road,))
            frame = draft.layer("roads")
            rows = frame[frame["road_id"].isin(pieces)]
            draft = draft.without("roads", rows["road_id"], "closed")
            draft = replace(draft, shut={**draft.shut, road: rows})
        if not len(draft.ids("roads")):
            raise InvalidInput("close_roads would leave no road open: nobody could travel")
        return draft


@register("open_roads", "roads")
@dataclass(frozen=True)
class OpenRoads(Edit):
    """Roads that an earlier edit closed are open again, as they were."""

    road_ids: tuple[str, ...]

    def apply(self, draft: Draft) -> Draft:
        for road in _ids(self.road_ids):
            if road not in draft.shut:
                if road in draft.ids("roads"):
                    raise InvalidInput(f"road {road!r} is open: only a road that an edit closed can be opened")
                draft.require("roads", road)
            rows = draft.shut[road]
            # In the order of the baseline, so that closing and opening leaves no trace.
            frame = pd.concat([draft.layer("roads"), rows], ignore_index=True)
            place = draft.baseline.ids("roads").get_indexer(frame["road_id"])
            place = np.where(place < 0, len(frame) + np.arange(len(frame)), place)
            frame = frame.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)
            back = {("roads", i) for i in rows["road_id"]}
            draft = replace(
                draft.with_layer("roads", frame),
                shut={k: v for k, v in draft.shut.items() if k != road},
                gone={k: v for k, v in draft.gone.items() if k not in back},
            )
        return draft


@register("add_crossing", "roads")
@dataclass(frozen=True)
class AddCrossing(Edit):
    """A new street or bridge between two streets, which are cut where it meets them.

    Without ``near`` it is the shortest line between the two; with it, it joins the place of each that is nearest to
    that point. Streets that cross without meeting are joined where they cross, without a new line.
    """

    road_id: str
    from_road: str
    to_road: str
    near: tuple[float, float] | None = None
    road_class: str = "residential"
    oneway: str = "no"
    road_name: str = ""

    def apply(self, draft: Draft) -> Draft:
        draft.require_new("roads", self.road_id)
        if self.oneway not in ("no", "yes", "reverse"):
            raise InvalidInput(f"oneway must be one of no, yes, reverse, not {self.oneway!r}")
        if self.from_road == self.to_road:
            raise InvalidInput(f"a crossing joins two roads, not {self.from_road!r} with itself")
        draft.require("roads", self.from_road, self.to_road)
        lines = [self._line(draft, road) for road in (self.from_road, self.to_road)]
        if self.near is None:
            ends = shapely.get_coordinates(shapely.shortest_line(*(shape for _, shape in lines)))
        else:
            point = shapely.Point(draft.place(self.near))
            ends = np.array([shapely.get_coordinates(shapely.shortest_line(s, point))[0] for _, s in lines])
        ends = np.array([_on_line(draft, shape, xy) for (_, shape), xy in zip(lines, ends, strict=True)])
        joined = float(np.hypot(*(ends[1] - ends[0]))) <= _SAME_M
        if joined:
            ends[1] = ends[0]
        for road, xy in zip((self.from_road, self.to_road), ends, strict=True):
            draft = _cut(draft, road, xy)
        if joined:
            return draft
        return draft.with_row(
            "roads",
            road_id=self.road_id,
            **{"class": self.road_class},
            oneway=self.oneway,
            maxspeed_kmh=np.nan,
            name=self.road_name,
            length_m=np.nan,
            geometry=shapely.LineString(ends),
        )

    @staticmethod
    def _line(draft: Draft, road: str):
        frame = draft.layer("roads")
        rows = frame[frame["road_id"].isin(draft.pieces.get(road, (road,)))]
        return road, shapely.union_all(rows.geometry.to_numpy())


def _on_line(draft: Draft, shape, xy: np.ndarray) -> np.ndarray:
    """The place on whole millimetres; at an end of the street, or at one of its corners, exactly there."""
    corners = shapely.get_coordinates(shape)
    off_m = np.hypot(*(corners - xy).T)
    if off_m.min() <= 2 * _SAME_M:
        return corners[off_m.argmin()]
    return draft.place(xy)


def _cut(draft: Draft, road: str, xy: np.ndarray) -> Draft:
    """The piece of the road that is nearest to the place, cut there; nothing where it ends there already."""
    frame = draft.layer("roads").reset_index(drop=True)
    pieces = draft.pieces.get(road, (road,))
    rows = np.flatnonzero(frame["road_id"].isin(pieces))
    point = shapely.Point(xy)
    row = rows[int(np.argmin(shapely.distance(frame.geometry.to_numpy()[rows], point)))]
    parts = list(shapely.get_parts(frame.geometry.iloc[row]))
    nearest = int(np.argmin(shapely.distance(parts, point)))
    line = parts[nearest]
    along = float(shapely.line_locate_point(line, point))
    ends = shapely.get_coordinates(line)[[0, -1]]
    if np.hypot(*(ends - xy).T).min() <= _SAME_M:
        return draft
    halves = [substring(line, 0, along), substring(line, along, line.length)]
    for half, end in zip(halves, (-1, 0), strict=True):
        coords = shapely.get_coordinates(half)
        coords[end] = xy  # the same millimetre on both sides and on the crossing
        halves[end + 1] = shapely.LineString(coords)
    shapes = [*parts[:nearest], *halves, *parts[nearest + 1 :]]
    taken = set(draft.ids("roads")) | set(draft.shut)
    names, number = [frame["road_id"].iloc[row]], 2
    while len(names) < len(shapes):
        if (name := f"{road}/{number}") not in taken:
            names.append(name)
        number += 1
    share = shapely.length(shapes) / shapely.length(frame.geometry.iloc[row])
    new = frame.iloc[[row] * len(shapes)].reset_index(drop=True)
    new["road_id"] = names
    new["length_m"] = frame["length_m"].iloc[row] * share
    new = new.set_geometry(np.array(shapes, dtype=object), crs=frame.crs)
    joined = pd.concat([frame.iloc[:row], new, frame.iloc[row + 1 :]], ignore_index=True)
    known = tuple(dict.fromkeys([*pieces, *names]))
    return replace(draft.with_layer("roads", joined), pieces={**draft.pieces, road: known})
