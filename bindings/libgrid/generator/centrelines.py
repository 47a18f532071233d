"""Turns classed lattice edges into road centre lines that are split at every junction."""

import numpy as np

from .lattice import Lattice
from .names import draw_names

CLASSES = (
    "",
    "primary",
    "secondary",
    "tertiary",
    "residential",
    "service",
    "footway",
    "track",
    "unclassified",
)
PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL, SERVICE, FOOTWAY, TRACK, UNCLASSIFIED = range(1, 9)
MAXSPEED = np.array([np.nan, 60, 50, 40, np.nan, np.nan, np.nan, np.nan, np.nan])
NAME_ENDS = ("", "大道", "路", "街", "街", "", "", "", "路")


def draw_centrelines(lattice: Lattice, h, v, bridge, way, rng) -> dict[str, np.ndarray]:
    """Columns `x`, `y`, `road` of each vertex, and the attributes of each road.

    `h` and `v` are the classes of the lattice edges eastwards and northwards, 0 for none. A road ends where
    another one meets it and where class, bridge or one-way change; so end points coincide exactly.
    Linear in the edges.
    """
    has_h = np.zeros(lattice.x.shape, bool)
    has_h[:-1] |= h > 0
    has_h[1:] |= h > 0
    has_v = np.zeros(lattice.x.shape, bool)
    has_v[:, :-1] |= v > 0
    has_v[:, 1:] |= v > 0
    eastwards = _runs(h.T.astype(np.int32), has_v.T, lattice.x.T, lattice.y.T)
    # One code holds all that must not change along a road.
    northwards = _runs(v + 100 * bridge.astype(np.int32) + 1000 * (way.astype(np.int32) + 1) * (v > 0), has_h,
                       lattice.x, lattice.y)  # fmt: skip
    n_east = len(eastwards["code"])
    code = np.concatenate([eastwards["code"] + 1000, northwards["code"]])
    kind = code % 100
    line = np.concatenate([eastwards["line"], northwards["line"] + 10**6])
    return {
        "x": np.concatenate([eastwards["x"], northwards["x"]]),
        "y": np.concatenate([eastwards["y"], northwards["y"]]),
        "road": np.concatenate([eastwards["road"], northwards["road"] + n_east]),
        "class": kind,
        "bridge": code % 1000 >= 100,
        "oneway": code // 1000 - 1,
        "name": _name(kind, line, rng),
        "maxspeed_kmh": MAXSPEED[kind].astype(np.float32),
    }


def _runs(code, crossed, x, y):
    """Maximal runs of equal code along the second axis that no other road meets in between."""
    present = code > 0
    same = np.zeros(code.shape, bool)
    same[:, 1:] = present[:, 1:] & (code[:, 1:] == code[:, :-1]) & ~crossed[:, 1:-1]
    line, at = np.nonzero(present)
    starts = ~same[line, at]
    run = np.cumsum(starts) - 1
    place = np.arange(len(line)) + run
    n = len(line) + (int(run[-1]) + 1 if len(run) else 0)
    out_x, out_y, road = np.empty(n), np.empty(n), np.empty(n, np.int64)
    # The far end first: the next edge's near end then overwrites nothing else, as it is the same vertex.
    for shift in (1, 0):
        out_x[place + shift], out_y[place + shift] = x[line, at + shift], y[line, at + shift]
        road[place + shift] = run
    return {"x": out_x, "y": out_y, "road": road, "code": code[line, at][starts], "line": line[starts]}


def _name(kind, line, rng):
    """Streets are named for their line; ways inside superblocks have no name."""
    named = np.isin(kind, [k for k, end in enumerate(NAME_ENDS) if end])
    lines, of = np.unique(line, return_inverse=True)
    stems = np.array([a for a, _ in draw_names(len(lines), rng)], dtype=object)
    ends = np.array(NAME_ENDS, dtype=object)
    best = np.full(len(lines), UNCLASSIFIED)  # one name along the whole line, after its best stretch
    np.minimum.at(best, of[named], kind[named])
    return np.where(named, stems[of] + ends[best[of]], "")
