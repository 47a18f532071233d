"""Which sub-districts sites, teams and sessions are written to: where they stand, and wherever they serve."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..columns import as_text
from ..issues import Found
from .cut_ground import points_of
from .cut_owner import NOWHERE, Owners, OwnerSearch
from .cut_parts import Parts


@dataclass
class Services:
    """Pairs (row, sub-district) of each layer, and the home of each site: elsewhere it is written as not inside."""

    sites: np.ndarray
    teams: np.ndarray
    sessions: np.ndarray
    site_home: np.ndarray
    found: list[Found] = field(default_factory=list)


def share_services(
    search: OwnerSearch, owners: Owners, frames: dict[str, pd.DataFrame], xy: np.ndarray, parts: Parts
) -> Services:
    """A team goes to every sub-district in which it looks after a grid, its base with it; a session to where both its
    site and its team are."""
    sites, teams, sessions = (frames[name] for name in ("sites", "teams", "sessions"))
    found: list[Found] = []
    site_ids, team_ids = _ids(sites, "site_id"), _ids(teams, "team_id")
    home = _homes(search, owners, sites, xy, parts, found)
    base = _rows(teams, "base_site_id", site_ids)
    looked = _fields(search, owners, team_ids)
    team_home = search.named(teams)
    first = np.full(len(teams) + 1, NOWHERE, np.int32)
    for at, part in looked[::-1]:
        first[at] = part
    for say in (first[:-1], np.append(home, NOWHERE)[base]):
        team_home = np.where(team_home >= 0, team_home, say)
    at_home = np.column_stack([np.arange(len(teams)), team_home])
    team_pairs = _unique(np.concatenate([looked, at_home]))
    _remark_teams(looked, team_ids, parts, found)
    site_pairs = [np.column_stack([np.arange(len(sites)), home])]
    has_base = base[team_pairs[:, 0]] >= 0
    site_pairs.append(np.column_stack([base[team_pairs[has_base, 0]], team_pairs[has_base, 1]]))
    at_site, by_team = _rows(sessions, "site_id", site_ids), _rows(sessions, "team_id", team_ids)
    team_part, site_part = np.append(team_home, NOWHERE)[by_team], np.append(home, NOWHERE)[at_site]
    both = (at_site >= 0) & (team_part >= 0) & (team_part != site_part)
    site_pairs.append(np.column_stack([at_site[both], team_part[both]]))
    site_pairs = _unique(np.concatenate(site_pairs))
    session_part = search.named(sessions)
    held = _held(at_site, by_team, site_pairs, team_pairs)
    alone = np.ones(len(sessions), bool)
    alone[held[:, 0]] = False
    for say in (site_part, team_part):  # one that names an unknown site or team is told where the other one is
        session_part = np.where(session_part >= 0, session_part, say)
    lonely = np.column_stack([np.flatnonzero(alone), session_part[alone]])
    return Services(site_pairs, team_pairs, _unique(np.concatenate([held, lonely])), home, found)


def _ids(frame: pd.DataFrame, column: str) -> pd.Index:
    return pd.Index(as_text(frame[column]), dtype="str") if len(frame) else pd.Index([], dtype="str")


def _rows(frame: pd.DataFrame, column: str, ids: pd.Index) -> np.ndarray:
    if column not in frame or not len(ids):
        return np.full(len(frame), NOWHERE, np.int64)
    return ids.get_indexer(as_text(frame[column]))


def _unique(pairs: np.ndarray) -> np.ndarray:
    pairs = pairs.astype(np.int64).reshape(-1, 2)
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)


def _homes(search, owners, sites: pd.DataFrame, xy: np.ndarray, parts: Parts, found: list[Found]) -> np.ndarray:
    """The sub-district in which each site stands; the nearest for one that stands outside all."""
    home = search.named(sites)
    lacking = np.flatnonzero(home < 0)
    if not len(lacking) or not len(owners.ground):
        return home
    points = points_of(xy[lacking])
    home[lacking] = owners.ground.holding(points)
    outside = np.flatnonzero(home < 0)
    if len(outside):
        home[outside] = owners.ground.nearest(points_of(xy[outside]))
    if search.outlines is not None:  # blocks leave streets between them: no one is outside for standing there
        told = outside[home[outside] >= 0]
        ids = as_text(sites["site_id"]).iloc[told].astype(str).tolist()
        found.append(Found("LG-D013", "sites", ids, "", [parts.names[home[row]] for row in told]))
    return home


def _fields(search: OwnerSearch, owners: Owners, team_ids: pd.Index) -> np.ndarray:
    """Pairs of team and sub-district in which it looks after a grid, those with most grids first a team."""
    grids = search.grids
    if "team_id" not in grids or not len(team_ids):
        return np.zeros((0, 2), np.int64)
    row, part = owners.grids.T if len(owners.grids) else np.zeros((2, 0), np.int64)
    team = team_ids.get_indexer(as_text(grids["team_id"]))[row]
    pairs, n = np.unique(np.column_stack([team, part])[team >= 0], axis=0, return_counts=True)
    return pairs[np.lexsort([pairs[:, 1], -n, pairs[:, 0]])] if len(pairs) else np.zeros((0, 2), np.int64)


def _remark_teams(looked: np.ndarray, team_ids: pd.Index, parts: Parts, found: list[Found]) -> None:
    at, times = np.unique(looked[:, 0], return_counts=True)
    several = at[times > 1]
    if len(several):
        where = [", ".join(parts.names[p] for p in sorted(looked[looked[:, 0] == t, 1])) for t in several]
        found.append(Found("LG-D014", "teams", team_ids[several].astype(str).tolist(), "", where))


def _held(site: np.ndarray, team: np.ndarray, site_pairs: np.ndarray, team_pairs: np.ndarray) -> np.ndarray:
    """Pairs of session and sub-district in which both its site and its team are."""
    rows = pd.DataFrame({"session": np.arange(len(site)), "site": site, "team": team})
    here = rows.merge(pd.DataFrame(site_pairs, columns=["site", "part"]), on="site")
    both = here.merge(pd.DataFrame(team_pairs, columns=["team", "part"]), on=["team", "part"])
    return both[["session", "part"]].to_numpy(np.int64).reshape(-1, 2)
