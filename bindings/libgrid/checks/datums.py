"""Households and roads on maps of two datums. Said of the layer that is off, never of a household."""

from __future__ import annotations

from .._core import InvalidInput
from ..datum_shift import find_datum_shift
from ..issues import Found
from ..study_area import StudyArea
from .options import CheckOptions


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    if not len(area.ids("households")) or not len(area.ids("roads")):
        return []
    try:
        shift = find_datum_shift(area.points("households"), area.roads)
    except InvalidInput:  # no transverse Mercator, or a local grid: such an offset cannot be told
        return []
    if not shift.layer:
        return []
    layer, other = ("households", "roads") if shift.layer == "points" else ("roads", "households")
    text = f"{shift.distance_m:.0f} m, {shift.bearing_deg:.0f}°, {shift.datum.upper()}? → {shift.cure}"
    return [Found("LG-P042", layer, ["(layer)"], values=[text], others=[other])]
