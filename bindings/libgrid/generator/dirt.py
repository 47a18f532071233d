"""Broken rows planted on purpose: a few honest ones in `anjing`, a handful for tests of the checks."""

import numpy as np
import pandas as pd
import shapely

from .streams import stream


def plant_honest_problems(frames: dict, seed: int) -> None:
    """Two households without a position and one with another's id, as any real ledger has."""
    homes = frames["households"]
    inside = np.flatnonzero(homes["inside"].to_numpy())
    a, b, c = stream(seed, "dirt").choice(inside, 3, replace=False).tolist()
    points = homes.geometry.to_numpy().copy()
    points[[a, b]] = shapely.points(np.nan, np.nan)
    homes["geometry"] = points
    text = homes["household_id"].to_numpy(dtype=object).copy()
    text[c] = text[c - 1]
    homes["household_id"] = text


def plant_dirt(frames: dict, seed: int) -> list[dict]:
    """Adds broken rows to the frames and lists them: layer, id and what is wrong.

    Raises ValueError for places above 200,000 households, which carry no points.
    """
    homes = frames["households"]
    if "geometry" not in homes:
        raise ValueError("dirty: households have x, y columns above 200,000; make a smaller place")
    rng = stream(seed, "dirt", 1)
    rows = rng.choice(np.flatnonzero(homes["inside"].to_numpy()), 5, replace=False)
    rows = homes.iloc[np.sort(rows)].copy().reset_index(drop=True)
    x0, y0, _, _ = frames["blocks"].total_bounds
    text = [homes["household_id"].iloc[0]] + [f"DIRT{k}" for k in range(1, 5)]
    rows["household_id"] = text
    points = rows.geometry.to_numpy().copy()
    points[1] = shapely.points(np.nan, np.nan)
    points[3] = shapely.points(x0 - 5_000.0, y0 - 5_000.0)
    rows["geometry"] = points
    blocks = rows["block_id"].to_numpy(dtype=object).copy()
    blocks[2], blocks[3] = "NO-SUCH-BLOCK", None
    rows["block_id"] = blocks
    teams = rows["signed_team_id"].to_numpy(dtype=object).copy()
    teams[4] = "NO-SUCH-TEAM"
    rows["signed_team_id"] = teams
    rows.loc[4, "n_signed"] = 1
    frames["households"] = pd.concat([homes, rows], ignore_index=True)
    sessions = frames["sessions"]
    broken = sessions.iloc[[0]].copy()
    broken["session_id"], broken["start"], broken["end"] = "DIRTZ", "12:00", "09:00"
    frames["sessions"] = pd.concat([sessions, broken], ignore_index=True)
    planted = [
        ("households", text[0], "duplicate household_id"),
        ("households", text[1], "point without coordinates"),
        ("households", text[2], "unknown block_id"),
        ("households", text[3], "outside every block"),
        ("households", text[4], "unknown signed_team_id"),
        ("sessions", "DIRTZ", "ends before it starts"),
    ]
    return [{"layer": layer, "id": text, "problem": what} for layer, text, what in planted]
