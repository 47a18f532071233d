"""Teams: 1+1+N, a field, a base, and no more signed people than their doctors can look after."""

from __future__ import annotations

import numpy as np

from ..issues import Found
from ..study_area import StudyArea
from .options import CheckOptions

PANEL_PER_DOCTOR = 2000  # signed people; the State Council's 2011 guidance speaks of around 2,000


def find(area: StudyArea, options: CheckOptions) -> list[Found]:
    ids = area.ids("teams")
    if not len(ids):
        return []
    broken = area._core.teams.find_rule_breaks()
    used = np.unique(np.asarray(area._core.grids.team))
    fieldless = np.setdiff1d(np.arange(len(ids)), used)
    baseless = np.flatnonzero(np.asarray([b is None or b != b for b in area.column("teams", "base_site_id")], bool))
    signed = np.zeros(len(ids), np.int64)
    if len(area.ids("households")):
        team = ids.get_indexer(area.column("households", "signed_team_id"))
        use = (team >= 0) & area.column("households", "inside").astype(bool)
        np.add.at(signed, team[use], area.column("households", "n_signed")[use])
    over = np.flatnonzero(signed > PANEL_PER_DOCTOR * area.column("teams", "n_doctors").astype(float))
    return [
        Found("LG-D101", "teams", ids[broken].tolist()),
        Found("LG-D003", "teams", ids[fieldless].tolist() if len(area.ids("grids")) else []),
        Found("LG-D102", "teams", ids[baseless].tolist()),
        Found("LG-D103", "teams", ids[over].tolist(), values=signed[over].tolist()),
    ]
