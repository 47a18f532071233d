"""The rescue of one call, link by link: call, turnout, arrival, care, transfer, treated. Modelled, never observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import _core, plot
from .issues import name_some
from .progress import Progress, progress_callback
from .study_area import StudyArea
from .travel import RoadNetwork, travel_times

__all__ = ["ResponseChain", "response_chain"]

NONE = np.iinfo(np.int64).max
_MOMENTS = ("departure", "arrival", "scene_end", "at_hospital", "hospital_ready", "treated", "team_back")
MINUTE_MS = 60_000


@dataclass(frozen=True, eq=False, repr=False)
class ResponseChain:
    """What the model says of each call; made by `response_chain`.

    Attributes
    ----------
    calls : DataFrame
        One row a call, in the order given: call_id, team_id (who goes, None when nobody can), hospital_id,
        nearest_hospital_id, then minutes on the calls' clock: call_min, departure_min, arrival_min, scene_end_min,
        at_hospital_min, hospital_ready_min, treated_min, team_back_min; waited_min (no team free),
        nearest_at_hospital_min (had the nearest fit hospital been taken), treated_serial_min (had the hospital begun to
        prepare only when the patient left). NaN where there is none. Columns observed_* are the caller's own and stand
        beside; nothing is computed from them but their difference to the model in `compare_observed`.
    summary : DataFrame
        One row a measure: people wait so long from the call (mean, median, p90 minutes, share within 8/10/15 min).
    """

    calls: pd.DataFrame
    summary: pd.DataFrame

    def compare_observed(self) -> pd.DataFrame:
        """Observed less modelled minutes from the call, for every observed_<moment>_min that was given."""
        rows = {}
        for name in _MOMENTS:
            column = f"observed_{name}_min"
            if column in self.calls:
                rows[name] = self.calls[column] - self.calls[f"{name}_min"]
        return pd.DataFrame({"call_id": self.calls["call_id"], **rows})

    def plot(self, call: int | str | None = None, *, ax=None):
        """One call in time, what runs side by side on rows of its own; by default the mean of the treated calls.

        Parameters
        ----------
        call : call_id, optional
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        InvalidInput
            When there is no such call.
        """
        rows = self.calls if call is None else self.calls[self.calls["call_id"].astype(str) == str(call)]
        if call is not None and not len(rows):
            raise _core.InvalidInput(f"response chain: there is no call {call!r}")
        begin = rows["call_min"]
        at = lambda name: float((rows[f"{name}_min"] - begin).mean())  # noqa: E731
        phases = [
            ("turnout 出动", 0.0, at("departure")),
            ("travel 路途", at("departure"), at("arrival")),
            ("care 现场", at("arrival"), at("scene_end")),
            ("to hospital 转送", at("scene_end"), at("at_hospital")),
            ("hospital prepares 医院准备", at("departure"), at("hospital_ready")),
            ("treated 救治", at("at_hospital"), at("treated")),
        ]
        known = [p for p in phases if np.isfinite(p[1]) and np.isfinite(p[2])]
        return plot.plot_chain(pd.DataFrame(known, columns=["phase", "start_min", "end_min"]), ax=ax)

    def __repr__(self) -> str:
        went = self.calls["team_id"].notna().sum()
        return f"ResponseChain({len(self.calls)} calls, {went} answered)"

    def _repr_html_(self) -> str:
        return self.summary.to_html(border=0, index=False, na_rep="–", float_format="{:.1f}".format)


def response_chain(
    area: StudyArea,
    calls: pd.DataFrame,
    *,
    plan: Any = None,
    dispatch: str = "nearest_free",
    preparation_min: float = 20.0,
    preparation: str = "parallel",
    hospital_kinds: tuple[str, ...] = ("hospital",),
    ambulance_mode: Any = "car",
    turnout_min: float | None = None,
    care_min: float = 5.0,
    door_min: float = 1.0,
    handover_min: float = 10.0,
    escort: bool = True,
    max_off_network_m: float = 500.0,
    progress: Progress = False,
) -> ResponseChain:
    """Model the response to calls, one after the other, on the area's streets.

    Parameters
    ----------
    area : StudyArea
        With households, teams with base sites, sites of kind hospital, and roads. Hospitals beyond the border serve.
        A column ``hospital_id`` of the teams names the designated hospital (定点医院); without it the site marked
        ``designated`` is taken, the lowest row when there are several.
    calls : DataFrame
        call_min (minutes on any one clock), and household_id or a geometry; optional call_id, needs_hospital
        (default true), care_min, observed_*_min.
    plan : Plan, optional
        Whose household it is; today's by default.
    dispatch : {"nearest_free", "own_team"}
        While the own team is away: the team that is there first goes, or the call waits.
    preparation_min, preparation : float, {"parallel", "serial"}
        The hospital's, from its notice: when the team departs, or when the patient leaves.
    hospital_kinds : tuple of str
        Which kinds of site can treat.
    ambulance_mode : str or dict
        From the home to the hospital.
    turnout_min : float, optional
        By default each team's ``turnout_s``.
    care_min, door_min, handover_min : float
        Assumptions, in minutes: care on the scene (5, the source page's order), from the road to the patient (1),
        at the hospital (10).
    escort : bool
        The doctor goes along, and the team is away until it is back at its base.

    Returns
    -------
    ResponseChain

    Raises
    ------
    InvalidInput
        Unknown households, calls without a time, layers that are missing.

    Notes
    -----
    Treated is when both are there, the patient and the prepared hospital: the larger of the two, not their sum.

    Examples
    --------
    >>> import libgrid as lg, pandas as pd
    >>> area = lg.datasets.load("anjing")
    >>> calls = pd.DataFrame({"household_id": area.ids("households")[:2], "call_min": [0, 5]})
    >>> chain = lg.response_chain(area, calls)
    >>> bool((chain.calls["arrival_min"] >= chain.calls["call_min"]).all())
    True
    """
    if dispatch not in ("nearest_free", "own_team"):
        raise _core.InvalidInput(f"dispatch: '{dispatch}' is neither 'nearest_free' nor 'own_team'")
    if preparation not in ("parallel", "serial"):
        raise _core.InvalidInput(f"preparation: '{preparation}' is neither 'parallel' nor 'serial'")
    missing = [name for name in ("households", "teams", "sites", "roads") if not len(area.ids(name))]
    if missing:
        raise _core.InvalidInput(f"a response chain needs {', '.join(missing)}: the area has none")
    frame, places, household = _places(area, calls)
    own = _own_team(area, plan, household)
    hospital = np.flatnonzero(np.isin(area.column("sites", "kind"), hospital_kinds))
    ways = _ways(area, places, hospital, ambulance_mode, max_off_network_m, progress)
    turnout = area.column("teams", "turnout_s").astype(float) / 60 if turnout_min is None else turnout_min
    columns = _call_columns(frame, care_min)
    with progress_callback(progress, "response chain") as on_progress:
        found = _core.run_response_chain(
            columns["call_ms"],
            own,
            columns["care_ms"],
            columns["needs_hospital"],
            *ways,
            _milliseconds(np.broadcast_to(turnout, len(area.ids("teams"))), "turnout_min"),
            _designated(area, hospital),
            len(hospital),
            own_team_only=dispatch == "own_team",
            preparation_ms=_one(preparation_min, "preparation_min"),
            prepare_in_parallel=preparation == "parallel",
            door_ms=_one(door_min, "door_min"),
            handover_ms=_one(handover_min, "handover_min"),
            escort=bool(escort),
            fit=np.zeros(0, np.uint8),
            on_progress=on_progress,
        )
    table = _table(frame, found, area.ids("teams"), area.ids("sites")[hospital])
    return ResponseChain(table, _summary(table))


def _places(area: StudyArea, calls: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """The calls with an id, where they come from, and whose household (-1: none named)."""
    frame = pd.DataFrame(calls).reset_index(drop=True)
    if "call_id" not in frame:
        frame.insert(0, "call_id", [f"call-{i + 1}" for i in range(len(frame))])
    if "call_min" not in frame:
        raise _core.InvalidInput("calls: the column call_min is missing (minutes on any one clock)")
    moment = pd.to_numeric(frame["call_min"], errors="coerce")
    if not np.isfinite(moment).all():
        raise _core.InvalidInput(
            f"calls: call_min is not a number in {name_some(frame['call_id'][~np.isfinite(moment)])}"
        )
    if "household_id" in frame:
        row = area.ids("households").get_indexer(frame["household_id"].astype(str))
        if (row < 0).any():
            raise _core.InvalidInput(f"calls: the household does not exist in {name_some(frame['call_id'][row < 0])}")
        return frame, area.points("households")[row], row
    if "geometry" not in frame:
        raise _core.InvalidInput("calls: give household_id, or a geometry in the area's CRS")
    points = calls.to_crs(area.crs).geometry if isinstance(calls, gpd.GeoDataFrame) else frame["geometry"]
    xy = np.column_stack([shapely.get_x(points.to_numpy()), shapely.get_y(points.to_numpy())])
    return frame, xy, np.full(len(frame), -1)


def _own_team(area: StudyArea, plan: Any, household: np.ndarray) -> np.ndarray:
    team = np.asarray((plan or area.plan).household_team())
    return np.where(household >= 0, team[household] if len(team) else -1, -1).astype(np.int32)


def _ways(area, places, hospital, ambulance_mode, max_off, progress) -> tuple[np.ndarray, ...]:
    """Milliseconds team→call, call→hospital, hospital→team, call→team; NONE where there is no way."""
    base = area.ids("sites").get_indexer(area.column("teams", "base_site_id"))
    modes, sites = area.column("teams", "mode"), area.points("sites")
    shape = (len(places), len(base))
    out, back, home = np.full(shape, np.inf), np.full(shape, np.inf), np.full((len(hospital), len(base)), np.inf)
    options = {"max_off_network_m": max_off, "progress": progress}
    for name in sorted(set(modes[base >= 0])):
        these = np.flatnonzero((base >= 0) & (modes == name))
        network = RoadNetwork.from_frame(area.roads, mode=name)
        start = sites[base[these]]
        out[:, these] = travel_times(network, start, places, **options).T
        back[:, these] = travel_times(network, places, start, **options)
        home[:, these] = travel_times(network, sites[hospital], start, **options)
    ambulance = RoadNetwork.from_frame(area.roads, mode=ambulance_mode)
    transfer = travel_times(ambulance, places, sites[hospital], **options)
    return tuple(_way_ms(w) for w in (out, transfer, home, back))


def _way_ms(seconds: np.ndarray) -> np.ndarray:
    ms = np.full(seconds.shape, NONE, np.int64)
    there = np.isfinite(seconds)
    ms[there] = np.round(seconds[there] * 1000)
    return np.ascontiguousarray(ms.ravel())


def _designated(area: StudyArea, hospital: np.ndarray) -> np.ndarray:
    """Each team's hospital as a row of `hospital`, -1 for none."""
    teams = area.teams
    flagged = np.flatnonzero(area.column("sites", "designated").astype(bool)[hospital])
    chosen = np.full(len(teams), flagged[0] if len(flagged) else -1, np.int32)
    if "hospital_id" in teams:
        named = teams["hospital_id"].notna() & (teams["hospital_id"].astype(str) != "")
        row = area.ids("sites")[hospital].get_indexer(teams["hospital_id"].astype(str))
        if (named & (row < 0)).any():
            bad = name_some(teams["team_id"][named & (row < 0)])
            raise _core.InvalidInput(f"teams.hospital_id: names no site that is a hospital, for {bad}")
        chosen = np.where(named, row, chosen).astype(np.int32)
    return np.ascontiguousarray(chosen)


def _call_columns(frame: pd.DataFrame, care_min: float) -> dict[str, np.ndarray]:
    care = frame["care_min"] if "care_min" in frame else np.full(len(frame), float(care_min))
    needs = frame["needs_hospital"] if "needs_hospital" in frame else np.ones(len(frame), bool)
    return {
        "call_ms": np.round(frame["call_min"].to_numpy(dtype=float) * MINUTE_MS).astype(np.int64),
        "care_ms": _milliseconds(care, "care_min"),
        "needs_hospital": np.ascontiguousarray(np.asarray(needs, dtype=bool)).view(np.uint8),
    }


def _milliseconds(minutes: Any, name: str) -> np.ndarray:
    values = np.asarray(minutes, dtype=float)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        raise _core.InvalidInput(f"{name}: must be finite minutes, 0 or more; see row {int(np.flatnonzero(bad)[0])}")
    return np.ascontiguousarray(np.round(values * MINUTE_MS).astype(np.int64))


def _one(minutes: float, name: str) -> int:
    return int(_milliseconds([minutes], name)[0])


def _table(frame: pd.DataFrame, found: dict, teams: pd.Index, hospitals: pd.Index) -> pd.DataFrame:
    def minutes(column: str) -> np.ndarray:
        ms = found[f"{column}_ms"]
        return np.where(ms == NONE, np.nan, ms / MINUTE_MS)

    def names(ids: pd.Index, rows: np.ndarray) -> np.ndarray:
        taken = ids.to_numpy(dtype=object)[np.maximum(rows, 0)] if len(ids) else np.full(len(rows), None, object)
        return np.where(rows >= 0, taken, None)

    table = pd.DataFrame(
        {
            "call_id": frame["call_id"],
            "team_id": names(teams, found["team"]),
            "hospital_id": names(hospitals, found["hospital"]),
            "nearest_hospital_id": names(hospitals, found["nearest_hospital"]),
            "call_min": frame["call_min"].astype(float),
            **{f"{name}_min": minutes(name) for name in _MOMENTS},
            "waited_min": minutes("waited"),
            "nearest_at_hospital_min": minutes("nearest_at_hospital"),
            "treated_serial_min": minutes("treated_serial"),
        }
    )
    observed = [c for c in frame.columns if str(c).startswith("observed_")]
    return pd.concat([table, frame[observed]], axis=1)


def _summary(table: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name in ("arrival", "at_hospital", "treated", "treated_serial"):
        wait = table[f"{name}_min"] - table["call_min"]
        known = wait.dropna()
        rows.append(
            {
                "moment": name,
                "calls": len(known),
                "mean_min": known.mean(),
                "median_min": known.median(),
                "p90_min": known.quantile(0.9) if len(known) else np.nan,
                **{f"share_{m}min": float((wait <= m).mean()) if len(wait) else np.nan for m in (8, 10, 15)},
            }
        )
    return pd.DataFrame(rows)
