"""What the user of `plan_round` says, checked and turned into rows of a matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import _core
from ..columns import minutes_of_day
from ..issues import name_some
from ..study_area import StudyArea
from ..travel import RoadNetwork, travel_times

__all__ = ["read_carers", "read_stops"]


def read_stops(where: Any, stops: Any, service_min: float, most: int) -> tuple[pd.DataFrame, np.ndarray | None]:
    """The stops as a table (stop_id, place, service_min, opens_min, closes_min, skill, priority) and their points."""
    given, points = _places(where, stops)
    n = len(given)
    if n > most:
        raise _core.InvalidInput(f"stops: {n} are more than the {most} of one day; split them by day or team")
    named = (
        given["stop_id"]
        if "stop_id" in given
        else given.get("household_id", pd.Series(np.arange(n), index=given.index))
    )
    ids = pd.Series(named.to_numpy(), dtype=object)
    twice = ids[ids.duplicated() | ids.isna()]
    if len(twice):
        raise _core.InvalidInput(
            f"stops.stop_id: {name_some(twice.unique())} stands twice or is empty; give each its own"
        )
    table = pd.DataFrame({"stop_id": ids, "place": np.arange(n)})
    table["service_min"] = _numbers(given, "service_min", service_min, ids)
    table["priority"] = _numbers(given, "priority", 1.0, ids)
    table["opens_min"] = _clocks(given, "earliest", 0, ids)
    table["closes_min"] = _clocks(given, "latest", 1440, ids)
    shut = table["opens_min"] > table["closes_min"]
    if shut.any():
        raise _core.InvalidInput(f"stops: earliest is after latest at {name_some(ids[shut])}; swap or correct them")
    skill = given["skill"].fillna("").astype(str).str.strip() if "skill" in given else pd.Series("", index=given.index)
    table["skill"] = skill.to_numpy(object)
    return table, points


def _places(where: Any, stops: Any) -> tuple[pd.DataFrame, np.ndarray | None]:
    if not isinstance(where, StudyArea):
        times = np.asarray(where, dtype=float)
        n = len(stops)
        if times.shape != (n + 1, n + 1):
            raise _core.InvalidInput(
                f"times: {n} stops and the base need an array of shape {(n + 1, n + 1)}, not {times.shape}"
            )
        if np.isnan(times).any() or (times < 0).any():
            raise _core.InvalidInput("times: seconds of 0 or more are needed, inf where there is no way")
        return stops if isinstance(stops, pd.DataFrame) else pd.DataFrame({"stop_id": list(stops)}), None
    if not isinstance(stops, pd.DataFrame):
        stops = pd.DataFrame({"household_id": list(stops)})
    if "household_id" in stops:
        row = where.ids("households").get_indexer(stops["household_id"])
        if (row < 0).any():
            raise _core.InvalidInput(f"stops.household_id: the area has no {name_some(stops['household_id'][row < 0])}")
        return stops, where.points("households")[row]
    if {"x", "y"} <= set(stops.columns):
        points = stops[["x", "y"]].to_numpy(dtype=float, na_value=np.nan)
    elif "geometry" in stops:
        shapes = stops.geometry.to_crs(where.crs) if getattr(stops, "crs", None) is not None else stops.geometry
        points = np.column_stack([shapes.x, shapes.y]).astype(float)
    else:
        raise _core.InvalidInput("stops: give household_id, or x and y, or a geometry")
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(bad):
        raise _core.InvalidInput(f"stops: rows {name_some(bad)} have no place")
    return stops, points


def _numbers(given: pd.DataFrame, name: str, default: float, ids: pd.Series) -> np.ndarray:
    values = np.full(len(given), float(default))
    if name in given:
        said = pd.to_numeric(given[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        values = np.where(given[name].isna(), default, said)
    bad = ~(np.isfinite(values) & (values >= 0) & (values <= 1440))
    if name == "priority":
        bad |= values <= 0
    if bad.any():
        raise _core.InvalidInput(f"stops.{name}: numbers from 0 to 1440 are needed; not so at {name_some(ids[bad])}")
    return values


def _clocks(given: pd.DataFrame, name: str, default: int, ids: pd.Series) -> np.ndarray:
    values = np.full(len(given), float(default))
    if name in given:
        empty = given[name].isna() | (given[name].astype(str).str.strip() == "")
        said = minutes_of_day(given[name].astype(str))
        bad = ~empty & (said < 0)
        if bad.any():
            raise _core.InvalidInput(f"stops.{name}: write HH:MM; not so at {name_some(ids[bad.to_numpy()])}")
        values = np.where(empty, default, said).astype(float)
    return values


def read_carers(
    where: Any, table: pd.DataFrame, points: np.ndarray | None, carers: Any, *, base: Any, mode: str, shift: Any,
    lunch: Any, max_off_network_m: float,
) -> tuple[pd.DataFrame, np.ndarray]:  # fmt: skip
    """The carers as a table, and the travel times of stops and bases in seconds; `place` is set in both tables."""
    if isinstance(carers, pd.DataFrame):
        crew = carers.reset_index(drop=True).copy()
        if "carer_id" not in crew or crew["carer_id"].duplicated().any() or not len(crew):
            raise _core.InvalidInput("carers: a column carer_id is needed, one row and one id each")
    elif isinstance(carers, int | np.integer) and not isinstance(carers, bool) and carers >= 1:
        crew = pd.DataFrame({"carer_id": [f"carer {i + 1}" for i in range(carers)]})
    else:
        raise _core.InvalidInput(f"carers: {carers!r} is no whole number of 1 or more, nor a table")
    for name, said in (("start", shift[0]), ("end", shift[1])):
        text = crew[name].fillna(said) if name in crew else pd.Series([said] * len(crew))
        crew[f"{name}_min"] = minutes_of_day(text.astype(str)).astype(float)
    bad = ~((crew["start_min"] >= 0) & (crew["end_min"] > crew["start_min"]))
    if bad.any():
        raise _core.InvalidInput(
            f"shift: HH:MM and a later HH:MM are needed; not so for {name_some(crew['carer_id'][bad])}"
        )
    low, high, length = ("00:00", "00:00", 0.0) if lunch is None else lunch
    hours = minutes_of_day(pd.Series([str(low), str(high)])).astype(float)
    if (hours < 0).any() or not (np.isfinite(length) and 0 <= length <= hours[1] - hours[0]):
        raise _core.InvalidInput(
            f"lunch: {lunch} cannot be; give (from, until, minutes) with room for the minutes between"
        )
    crew["lunch_from_min"], crew["lunch_until_min"], crew["lunch_len_min"] = hours[0], hours[1], float(length)
    said = crew["skills"].fillna("").astype(str) if "skills" in crew else pd.Series([""] * len(crew))
    crew["skills"] = [frozenset(s.strip() for s in text.replace(",", ";").split(";")) for text in said]
    if not isinstance(where, StudyArea):
        if base is not None or "base" in crew:
            raise _core.InvalidInput("base: with an array of times the base is its row 0")
        table["place"] += 1
        crew["place"] = 0
        return crew, np.asarray(where, dtype=float)
    missing = [name for name in ("sites", "roads") if not len(where.ids(name))]
    if missing:
        raise _core.InvalidInput(f"a round needs {', '.join(missing)}: the area has none")
    named = crew["base"].fillna(base) if "base" in crew else pd.Series([base] * len(crew))
    sites = [_base_row(where, name) for name in named]
    distinct = sorted(set(sites))
    crew["place"] = [len(table) + distinct.index(s) for s in sites]
    places = np.vstack([points, where.points("sites")[distinct]])
    network = RoadNetwork.from_frame(where.roads, mode=mode)
    return crew, travel_times(network, places, places, max_off_network_m=max_off_network_m)


def _base_row(area: StudyArea, name: Any) -> int:
    if name is None or name != name:
        raise _core.InvalidInput("base: name the site or team where the round begins")
    sites, teams = area.ids("sites"), area.ids("teams")
    if name in sites:
        return int(sites.get_loc(name))
    if name in teams:
        row = int(sites.get_indexer([area.column("teams", "base_site_id")[teams.get_loc(name)]])[0])
        if row < 0:
            raise _core.InvalidInput(f"base: team {name} has no base site; set base_site_id, or name a site")
        return row
    raise _core.InvalidInput(f"base: the area has no site or team {name}")
