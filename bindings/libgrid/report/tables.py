"""Tables of the report: frames in, heads and rows of finished text out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .facts import ReportFacts
from .map_svg import numbers
from .suppress import Hidden
from .words import Words

COUNT, MINUTES, SECONDS, SHARE, DECIMAL, TEXT, YES = (
    "count",
    "minutes",
    "seconds",
    "share",
    "decimal",
    "text",
    "yes",
)
FORMATS = {
    "people": COUNT,
    "households": COUNT,
    "covered": COUNT,
    "uncovered": COUNT,
    "unreachable": COUNT,
    "uncertain": COUNT,
    "response_uncovered": COUNT,
    "residents": COUNT,
    "residents_after": COUNT,
    "panel_signed": COUNT,
    "panel_limit": COUNT,
    "size": COUNT,
    "asked_min": COUNT,
    "travel_min": COUNT,
    "offered_min": COUNT,
    "estimated_min": COUNT,
    "n_in": COUNT,
    "accepted": COUNT,
    "repaired": COUNT,
    "set_aside": COUNT,
    "count": COUNT,
    "covered_share": SHARE,
    "share_8min": SHARE,
    "share_10min": SHARE,
    "share_15min": SHARE,
    "load": SHARE,
    "load_before": SHARE,
    "load_after": SHARE,
    "mean_s": SECONDS,
    "median_s": SECONDS,
    "p90_s": SECONDS,
    "worst_min": MINUTES,
    "own_team_min": MINUTES,
    "boundary_cost_min": MINUTES,
    "own_min_before": MINUTES,
    "own_min_after": MINUTES,
    "within_norm": YES,
}
TERM_KINDS = {
    "group": "group",
    "kind": "kind",
    "cause": "cause",
    "level": "level",
    "layer": "layer",
    "severity": "severity",
}


@dataclass(frozen=True)
class Table:
    """Finished text: ``heads`` are (label, is a number), ``rows`` are shown, ``more`` are folded.

    ``values`` are all rows for a workbook: numbers as far as the text shows them, else the text; ``forms`` say of each
    column what its numbers are.
    """

    heads: list[tuple[str, bool]]
    rows: list[list[str]]
    more: list[list[str]]
    values: list[list[object]]
    forms: list[str]


def cell(column: str, value, words: Words, digits: int) -> str:
    """One value as text; ``digits`` is 0 in the public edition, where times are whole minutes."""
    form = FORMATS.get(column, TEXT)
    if isinstance(value, Hidden):
        return words(value.value)
    if form == COUNT:
        return words.number(value)
    if form == SHARE:
        return words.percent(value, digits)
    if form in (MINUTES, SECONDS):
        return words.number(value if form == MINUTES or value is None else value / 60, digits)
    if form == YES:
        return words("dash") if value is None or value != value else words("yes" if value else "no")
    return words.term(TERM_KINDS[column], value) if column in TERM_KINDS else words.text(value)


def value_of(column: str, value, shown: str, digits: int) -> object:
    """The number behind a text, no finer than the text is; the text itself where there is no finite number."""
    form = FORMATS.get(column, TEXT)
    if form in (TEXT, YES) or isinstance(value, Hidden) or value is None:
        return shown
    number = float(value)
    if not np.isfinite(number):
        return shown
    if form == COUNT:
        return round(number)
    if form == SHARE:
        return round(number, 2 + digits)
    return round(number / 60 if form == SECONDS else number, 3 if form == DECIMAL else digits)


def build(frame, columns, words: Words, *, digits=1, fold=10**9, heads=None, kinds=None) -> Table:
    """A table of these columns, those that the frame lacks left out; rows beyond ``fold`` are folded away."""
    columns = [column for column in columns if column in frame]
    labels = [(words(f"col.{(heads or {}).get(c, c)}"), FORMATS.get(c, TEXT) not in (TEXT, YES)) for c in columns]
    rows, numbered = [], []
    for values in zip(*(list(frame[column]) for column in columns), strict=True):
        row = [cell(column, value, words, digits) for column, value in zip(columns, values, strict=True)]
        for i, column in enumerate(columns):
            if kinds and column in kinds:
                row[i] = words.term(kinds[column], values[i])
        rows.append(row)
        each = zip(columns, values, row, strict=True)
        numbered.append([value_of(column, value, shown, digits) for column, value, shown in each])
    forms = [FORMATS.get(column, TEXT) for column in columns]
    return Table(labels, rows[:fold], rows[fold:], numbered, forms)


COVERAGE = (
    "people",
    "covered",
    "covered_share",
    "uncovered",
    "unreachable",
    "uncertain",
    "mean_s",
    "median_s",
    "p90_s",
    "share_8min",
    "share_10min",
    "share_15min",
)


def coverage(frame, words: Words, digits: int, first=("group",), heads=None, kinds=None) -> Table | None:
    """The same figures for groups of people, teams or sites."""
    if frame is None:
        return None
    return build(frame, (*first, *COVERAGE), words, digits=digits, heads=heads, kinds=kinds)


def by_team(facts: ReportFacts, words: Words, digits: int) -> Table | None:
    """Response of each team under its name."""
    frame = facts.response_by_team
    if frame is None:
        return None
    names = (
        {}
        if facts.teams is None or "name" not in facts.teams
        else dict(zip(facts.teams["team_id"], facts.teams["name"], strict=True))
    )
    return coverage(
        frame.assign(name=[names.get(t, t) for t in frame["team_id"]]),
        words,
        digits,
        ("name",),
        {"name": "team"},
    )


def gaps(facts: ReportFacts, words: Words, digits: int) -> Table | None:
    """Gaps ranked by people."""
    if facts.gaps is None or not len(facts.gaps):
        return None
    frame = pd.DataFrame(facts.gaps.drop(columns=facts.gaps.geometry.name))
    order = np.argsort(-np.nan_to_num(numbers(frame, "people"), nan=-1.0), kind="stable")
    frame = frame.iloc[order].assign(rank=[str(i + 1) for i in range(len(frame))])
    return build(frame, ("rank", "kind", "people", "households", "worst_min", "cause"), words, digits=digits, fold=15)


def teams(facts: ReportFacts, words: Words, digits: int) -> Table | None:
    """The work of each team, the busiest first."""
    if facts.teams is None:
        return None
    frame = facts.teams.iloc[np.argsort(-np.nan_to_num(numbers(facts.teams, "load"), nan=-1.0), kind="stable")]
    columns = (
        "name",
        "residents",
        "asked_min",
        "travel_min",
        "estimated_min",
        "offered_min",
        "load",
        "panel_signed",
        "panel_limit",
    )
    if "name" not in frame:
        frame = frame.assign(name=frame["team_id"])
    return build(frame, columns, words, digits=digits, heads={"name": "team"}, fold=40)


def grids(facts: ReportFacts, words: Words, digits: int) -> Table:
    """Grids outside the norm first (all of these are shown), then the slowest; the rest is folded."""
    frame = pd.DataFrame(facts.grids.drop(columns=facts.grids.geometry.name))
    frame["name"] = frame["name"].fillna(frame["grid_id"]) if "name" in frame else frame["grid_id"]
    inside = (
        frame["within_norm"].fillna(True).astype(bool).to_numpy() if "within_norm" in frame else np.ones(len(frame))
    )
    slow = np.nan_to_num(numbers(frame, "own_team_min"), nan=-1.0)
    frame = frame.iloc[np.lexsort((np.arange(len(frame)), -slow, inside))]
    if facts.teams is not None and "team_id" in frame and "name" in facts.teams:
        names = dict(zip(facts.teams["team_id"], facts.teams["name"], strict=True))
        frame["team_id"] = [names.get(team, team) for team in frame["team_id"]]
    columns = (
        "name",
        "level",
        "team_id",
        "size",
        "within_norm",
        "people",
        "covered_share",
        "uncovered",
        "response_uncovered",
        "own_team_min",
        "boundary_cost_min",
        "load",
    )
    outside = int((np.asarray(inside) == 0).sum())
    heads = {"name": "grid", "team_id": "team"}
    return build(frame, columns, words, digits=digits, heads=heads, fold=min(max(outside, 10), 40))


# Issues whose text states a count of households or people.
_COUNTS_PEOPLE = ("LG-G004", "LG-D103")


def issues(facts: ReportFacts, words: Words, *, public: bool) -> Table | None:
    """One row for each kind of issue; ids of households are never written, in neither edition."""
    if facts.issues is None or not len(facts.issues):
        return None
    rows = []
    frame = facts.issues.fillna("")
    rank = {"error": 0, "warning": 1}
    for (code, severity, layer), group in frame.groupby(["code", "severity", "layer"], sort=False):
        ids = [] if "id" not in group else [str(i) for i in group["id"] if str(i)]
        personal = layer in ("households", "persons", "people")
        # What was measured differs from row to row, and may be a count of few people.
        measured = "message" in group and len(set(group["message"].map(str))) > 1
        message, fix = (words.text(group[c].iloc[0]) if c in group else "" for c in ("message", "fix"))
        if personal:
            for value in sorted((part for i in ids for part in (i, *i.split(","))), key=len, reverse=True):
                message = message.replace(value.strip(), "…") if value.strip() else message
                fix = fix.replace(value.strip(), "…") if value.strip() else fix
        if measured and not personal and not public:
            each = zip(ids[:5], group["message"], strict=False)
            message = "; ".join(f"{i}: {words.text(m)}" for i, m in each) + (" …" if len(ids) > 5 else "")
        if public and (personal or code in _COUNTS_PEOPLE):
            message = words("withheld_detail")
        few = Hidden.FEW if public and personal and len(group) < 10 else len(group)
        shown = "" if personal else ", ".join(ids[:5]) + (" …" if len(ids) > 5 else "")
        rows.append((rank.get(severity, 2), code, severity, layer, few, message, shown, fix))
    columns = ("_rank", "code", "severity", "layer", "count", "message", "ids", "fix")
    table = pd.DataFrame(sorted(rows, key=lambda row: row[0]), columns=list(columns))
    return build(table, columns[1:], words, fold=30)
