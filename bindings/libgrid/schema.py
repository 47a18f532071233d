"""The layers of a study area and their columns: what docs/reference/data-model.md says, as data."""

from __future__ import annotations

from dataclasses import dataclass

CONDITIONS = ("hypertension", "diabetes", "mental", "tuberculosis", "age65", "newborn", "child0_6", "pregnant")
LEVELS = ("community", "general", "micro", "dedicated")
SITE_KINDS = ("studio", "station", "centre", "hospital")
LIFT_WORDS = ("yes", "no", "unknown", "true", "false", "是", "否", "有", "无")
MODES = ("walk", "walk_elderly", "ebike", "car")
# 4 staff x 46 working weeks x 40 h x 60 min x 0.4 share for public health
OFFERED_MIN = 4 * 46 * 40 * 60 * 0.4
UNKNOWN = -1
MAX_SPEED_KMH = 200.0  # above every limit in force; 999 and the like are fillers


@dataclass(frozen=True)
class Column:
    """One column: its kind says how it is read and what may stand in it."""

    name: str
    kind: str  # "id" text int count float flag code ref time
    default: object = None
    target: str = ""  # for a ref: the layer that it points into
    words: tuple[str, ...] = ()  # for a code: the words allowed
    required: bool = False
    low: float = 0.0
    high: float = float("inf")
    positive: bool = False  # nought is not allowed either


# The code of each fault that a cell can have; a layer's own before any other's.
_FAULT_CODES = {
    "": {
        "word": "LG-F106",
        "below": "LG-F105",
        "above": "LG-F105",
        "infinite": "LG-F105",
        "blank": "LG-F105",
        "text": "LG-F109",
        "fraction": "LG-F110",
        "nothing": "LG-F113",
        "marked": "LG-F114",
        "time": "LG-D009",
    },
    "households": {
        "below": "LG-H014",
        "above": "LG-H015",
        "fraction": "LG-H016",
        "nothing": "LG-H017",
        "text": "LG-H018",
        "marked": "LG-H019",
    },
    "teams": {"below": "LG-D002", "above": "LG-D002", "infinite": "LG-D002"},
    "roads": {"below": "LG-N021", "above": "LG-N021", "infinite": "LG-N021"},
}


def fault_code(layer: str, fault: str) -> str:
    """The issue that a cell's fault is in a layer.

    >>> fault_code("households", "below"), fault_code("sites", "word")
    ('LG-H014', 'LG-F106')
    """
    return _FAULT_CODES.get(layer, {}).get(fault) or _FAULT_CODES[""][fault]


@dataclass(frozen=True)
class Layer:
    name: str
    geometry: str | None  # "point", "polygon", "line" or None
    columns: tuple[Column, ...]
    geometry_required: bool = True

    @property
    def id(self) -> str:
        return self.columns[0].name

    def __getitem__(self, name: str) -> Column:
        return next(c for c in self.columns if c.name == name)


def _counts(*names: str) -> tuple[Column, ...]:
    return tuple(Column(n, "int", 0) for n in names)


LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        Layer(
            "sites",
            "point",
            (
                Column("site_id", "id", required=True),
                Column("name", "text", "site_id"),
                Column("kind", "code", "station", words=SITE_KINDS),
                Column("designated", "flag", False),
                Column("inside", "flag", True),
            ),
        ),
        Layer(
            "teams",
            None,
            (
                Column("team_id", "id", required=True),
                Column("base_site_id", "ref", target="sites"),
                Column("name", "text", "team_id"),
                Column("n_doctor_teams", "int", 1),
                Column("n_party_members", "int", 1),
                Column("n_grid_workers", "int", 1),
                Column("n_doctors", "float", 1.0),
                Column("offered_min", "float", OFFERED_MIN),
                Column("mode", "code", "ebike", words=MODES),
                Column("turnout_s", "float", 180.0),
            ),
        ),
        Layer(
            "grids",
            "polygon",
            (
                Column("grid_id", "id", required=True),
                Column("name", "text", "grid_id"),
                Column("level", "code", "micro", words=LEVELS),
                Column("parent_id", "ref", target="grids"),
                Column("team_id", "ref", target="teams"),
            ),
            geometry_required=False,
        ),
        Layer(
            "blocks",
            "polygon",
            (
                Column("block_id", "id", required=True),
                Column("grid_id", "ref", target="grids"),
                Column("n_shops", "int", 0),
                Column("kind", "text", "residential"),
            ),
        ),
        Layer(
            "households",
            "point",
            (
                Column("household_id", "id", required=True),
                Column("block_id", "ref", target="blocks"),
                Column("grid_id", "ref", target="grids"),
                Column("n_usual", "int", 1),
                *_counts("n_migrant", "n_short", "n_key", "n_next_key", "n_homebound", "n_signed"),
                Column("signed_team_id", "ref", target="teams"),
                *(Column(f"n_{c}", "count") for c in CONDITIONS),
                Column("floor", "float", float("nan"), low=-10, high=200),
                Column("has_lift", "code", "unknown", words=LIFT_WORDS),
                Column("is_leader", "flag", False),  # a resident leader lives there; never who
                Column("inside", "flag", True),
            ),
        ),
        Layer(
            "sessions",
            None,
            (
                Column("session_id", "id", required=True),
                Column("site_id", "ref", target="sites", required=True),
                Column("team_id", "ref", target="teams", required=True),
                Column("weekday", "int", required=True, low=1, high=7),
                Column("start", "time", required=True),
                Column("end", "time", required=True),
                Column("every_n_weeks", "int", 1, low=1),
            ),
        ),
        Layer(
            "roads",
            "line",
            (
                Column("road_id", "id", required=True),
                Column("class", "text", "unclassified"),
                Column("oneway", "code", "no", words=("no", "yes", "reverse")),
                Column("maxspeed_kmh", "float", float("nan"), high=MAX_SPEED_KMH, positive=True),
                Column("name", "text", ""),
                Column("length_m", "float", float("nan")),
            ),
        ),
    )
}
