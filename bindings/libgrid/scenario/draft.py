"""What the edits of a scenario have made of its baseline so far: a value that each edit turns into the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from .._core import InvalidInput
from ..intake.text import nearest_ids
from ..issues import name_some
from ..plan import Plan
from ..questions import Settings
from ..schema import LAYERS
from ..study_area import StudyArea

THINGS = {"sites": "site", "teams": "team", "grids": "grid", "sessions": "session", "roads": "road", "blocks": "block"}


@dataclass(frozen=True, eq=False)
class Draft:
    """The layers that edits have changed, over the baseline's; plan, rules and settings; what is gone, and since when.

    Attributes
    ----------
    baseline : StudyArea
    layers : mapping of layer to frame
        Only those that differ from the baseline's.
    labels : (n_blocks,) int32 array
        The plan: blocks and grids are never added or taken away, so rows keep their meaning.
    rules : DataFrame or None
        Service rules; None for the default ones.
    gone : mapping of (layer, id) to text
        What an edit closed or took out, and which one.
    pieces : mapping of road id to ids
        Roads that a crossing has cut, and all their pieces.
    shut : mapping of road id to frame
        The rows of closed roads, to open them again.
    step : int
        The number of the edit that is being applied, from 1, for messages.
    """

    baseline: StudyArea
    settings: Settings
    labels: np.ndarray
    rules: pd.DataFrame | None = None
    layers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    gone: Mapping[tuple[str, str], str] = field(default_factory=dict)
    pieces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shut: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    step: int = 0

    def layer(self, name: str) -> pd.DataFrame:
        return self.layers[name] if name in self.layers else self.baseline.layer(name)

    def ids(self, name: str) -> pd.Index:
        return pd.Index(self.layers[name][LAYERS[name].id]) if name in self.layers else self.baseline.ids(name)

    def with_layer(self, name: str, frame: pd.DataFrame) -> Draft:
        return replace(self, layers={**self.layers, name: frame})

    def with_row(self, layer: str, /, **values) -> Draft:
        """One row more in a layer; columns that are not named get the layer's defaults."""
        frame = self.layer(layer)
        row = pd.DataFrame({column: [value] for column, value in values.items()})
        for column in frame.columns.difference(row.columns):
            if frame[column].dtype == bool:
                row[column] = False
        if "geometry" in frame:
            row = type(frame)(row, geometry="geometry", crs=frame.crs)
        # An empty layer has columns of text; those of the new row are right.
        joined = pd.concat([frame, row], ignore_index=True) if len(frame) else row
        return self.with_layer(layer, joined)

    def without(self, name: str, ids, why: str) -> Draft:
        """Rows taken out, and a note of which edit did it."""
        frame = self.layer(name)
        left = frame[~frame[LAYERS[name].id].isin(list(ids))].reset_index(drop=True)
        gone = {**self.gone, **{(name, str(i)): f"{why} in edit {self.step}" for i in ids}}
        return replace(self.with_layer(name, left), gone=gone)

    def require(self, name: str, *ids: str) -> None:
        """Raise InvalidInput unless all ids are in the layer now, saying what became of them or which are close."""
        known = self.ids(name)
        missing = [str(i) for i in ids if i not in known]
        if not missing:
            return
        thing = THINGS[name]
        if (name, missing[0]) in self.gone:
            raise InvalidInput(f"{thing} {missing[0]!r} was {self.gone[name, missing[0]]}: these edits contradict")
        hint = nearest_ids(pd.Series(missing[:5], dtype="str"), known)
        named = [f"{i!r}{h}" for i, h in zip(missing[:5], hint, strict=True)]
        held = f"the area has {len(known)}" if len(known) else "the area has none"
        raise InvalidInput(f"no {thing} {name_some(named)}{'' if len(missing) <= 5 else ' …'}; {held}")

    def require_new(self, name: str, new: str) -> None:
        thing = THINGS[name]
        if not isinstance(new, str) or not new.strip() or new != new.strip() or not new.isprintable():
            raise InvalidInput(f"the id of a new {thing} is a text of printable letters, not {new!r}")
        if (name, new) in self.gone:
            raise InvalidInput(f"{thing} {new!r} was {self.gone[name, new]}: give the new one another id")
        if new in self.ids(name) or (name == "roads" and new in self.shut):
            raise InvalidInput(f"there is a {thing} {new!r} already: give the new one another id")

    def household_grid(self) -> np.ndarray:
        """The grid of each household under the plan so far; no edit moves households, blocks or grids."""
        return self.baseline._core.household_grid(self.labels)

    def grids_below(self, grids) -> np.ndarray:
        """Which grids are among the named ones or below one of them."""
        frame = self.layer("grids")
        at = pd.Index(frame["grid_id"])
        parent = at.get_indexer(frame["parent_id"])
        found = np.asarray(at.isin(list(grids)))
        for _ in range(len(at)):
            wider = found | ((parent >= 0) & found[parent])
            if (wider == found).all():
                break
            found = wider
        return found

    def place(self, at) -> np.ndarray:
        """A place given as (x, y) in the area's CRS, on whole millimetres; refused when it cannot lie in the area."""
        frame = self.baseline._frame
        try:
            xy = np.array([float(at[0]), float(at[1])])
            known = len(at) == 2 and bool(np.isfinite(xy).all())
        except (TypeError, ValueError, IndexError, KeyError):
            known = False
        if not known:
            raise InvalidInput(f"at is a place (x, y) in metres of {self.baseline.crs.to_string()}, not {at!r}")
        off_m = float(np.hypot(*(xy - self._middle())))
        if off_m > 200_000:
            raise InvalidInput(
                f"the place ({xy[0]:g}, {xy[1]:g}) lies {off_m / 1000:,.0f} km from the area: give x and y in metres "
                f"of {self.baseline.crs.to_string()}, not degrees"
            )
        return frame.to_positions(frame.to_points(xy[None, :]))[0]

    def _middle(self) -> np.ndarray:
        for name in ("households", "sites"):
            if len(points := self.baseline.points(name)):
                return np.median(points, axis=0)
        bounds = self.baseline.layer("roads").total_bounds if len(self.baseline.ids("roads")) else np.zeros(4)
        return (bounds[:2] + bounds[2:]) / 2


def begin(area: StudyArea, settings: Settings | None, rules: pd.DataFrame | None) -> Draft:
    return Draft(area, settings or Settings(), area.plan.labels, rules)


def build_area(draft: Draft) -> StudyArea:
    """The study area that the edits so far make. Raises InvalidInput where a changed row would not be taken."""
    if not draft.layers:
        return draft.baseline
    area = draft.baseline.replace(**draft.layers)
    for name, frame in draft.layers.items():
        if len(area.ids(name)) != len(frame):
            lost = area._ledger.set_aside[name].tail(1).iloc[0]
            raise InvalidInput(f"{name}: an edit makes a row that cannot be taken: {lost['code']} {lost['reason']}")
    return area


def build_plan(draft: Draft, area: StudyArea, name: str) -> Plan:
    return Plan(area, draft.labels, name)
