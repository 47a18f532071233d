"""Every count that the public edition would show, and the sums that tie them."""

from __future__ import annotations

import pandas as pd

from .facts import ReportFacts
from .suppress import Cells

PARENT = {"usual": "all", "short": "all", "migrant": "usual", "local": "usual"}
COUNTS = ("people", "covered", "uncovered", "unreachable", "uncertain")
LEDGER = ("n_in", "accepted", "repaired", "set_aside")
ALL = "all"


def collect(facts: ReportFacts, tables: dict, k: int) -> Cells:
    """All cells of the facts; ``tables`` are the coverage frames by their names here."""
    cells = Cells(k)
    for name in ("access", "response"):
        _add_groups(cells, name, tables[name])
    _add_rows(cells, "team", tables["team"], "team_id", "response")
    _add_rows(cells, "site", tables["site"], "site_id", "access")
    _add_grids(cells, facts)
    _add_teams(cells, facts)
    _add_gaps(cells, facts)
    _add_headline(cells, facts)
    _add_ledger(cells, facts)
    for id_column, tables in (("grid_id", ("grid",)), ("team_id", ("team", "work")), ("site_id", ("site",))):
        ids = set(facts.withheld.get(id_column, ()))
        cells.withheld |= {key for key in cells.values if key[0] in tables and key[1] in ids}
    for column in ("uncovered", "response_uncovered"):
        cells.withheld |= {("grid", row, column) for row in facts.withheld.get(column, ())}
    return cells


def _rows(frame: pd.DataFrame | None, id_column: str, columns):
    """(id, column, value) of every cell that there is."""
    if frame is not None:
        for column in columns:
            if column in frame:
                yield from ((row, column, value) for row, value in zip(frame[id_column], frame[column], strict=True))


def _add_split(cells: Cells, name: str, row) -> None:
    """people = covered + uncovered, uncovered ⊇ unreachable, people ⊇ uncertain and every time band."""
    cells.tie((name, row, "people"), [(name, row, "covered"), (name, row, "uncovered")])
    cells.tie((name, row, "uncovered"), [(name, row, "unreachable")], rest=(name, row, "late"))
    cells.tie((name, row, "people"), [(name, row, "uncertain")], rest=(name, row, "certain"))


def _add_groups(cells: Cells, name: str, frame: pd.DataFrame | None) -> None:
    for row, column, value in _rows(frame, "group", COUNTS):
        cells.add((name, row, column), value)
    if frame is None:
        return
    groups = list(frame["group"])
    for column in (c for c in COUNTS if c in frame):
        for group in (g for g in groups if g != ALL):
            parent = PARENT.get(group, ALL)
            others = (name, ("not", group), column)
            cells.tie((name, parent if parent in groups else ALL, column), [(name, group, column)], rest=others)
    for group in groups:
        _add_split(cells, name, group)


def _add_rows(cells: Cells, name: str, frame, id_column: str, whole: str) -> None:
    for row, column, value in _rows(frame, id_column, COUNTS):
        cells.add((name, row, column), value)
    if frame is None:
        return
    for row in frame[id_column]:
        _add_split(cells, name, row)
    for column in (c for c in COUNTS if c in frame):
        cells.tie((whole, ALL, column), [(name, row, column) for row in frame[id_column]])


def _add_grids(cells: Cells, facts: ReportFacts) -> None:
    grids = facts.grids
    ids = list(grids["grid_id"])
    for row, column, value in _rows(grids, "grid_id", ("people", "size", "uncovered", "response_uncovered")):
        cells.add(("grid", row, column), value)
    for column, whole in (("people", "access"), ("people", "response"), ("uncovered", "access")):
        cells.tie((whole, ALL, column), [("grid", row, column) for row in ids])
    cells.tie(("response", ALL, "uncovered"), [("grid", row, "response_uncovered") for row in ids])
    # A reader may know the sum of the sizes: the households accepted, where there are no shops.
    sizes = [("grid", row, "size") for row in ids if ("grid", row, "size") in cells.values]
    if sizes:
        cells.add(("grid", ALL, "size"), sum(cells.values[key] for key in sizes))
        cells.tie(("grid", ALL, "size"), sizes)
    for row in ids:
        for column in ("uncovered", "response_uncovered"):
            cells.tie(("grid", row, "people"), [("grid", row, column)], rest=("grid", row, column, "others"))
    if "team_id" in grids:
        for team, members in grids.groupby("team_id")["grid_id"]:
            for column, source in (("people", "people"), ("uncovered", "response_uncovered")):
                cells.tie(("team", team, column), [("grid", row, source) for row in members])


def _add_teams(cells: Cells, facts: ReportFacts) -> None:
    for row, column, value in _rows(facts.teams, "team_id", ("residents", "panel_signed")):
        cells.add(("work", row, column), value)
    if facts.teams is None:
        return
    ids = list(facts.teams["team_id"])
    for whole in ("access", "response"):
        cells.tie((whole, ALL, "people"), [("work", row, "residents") for row in ids])
        cells.tie((whole, "signed", "people"), [("work", row, "panel_signed") for row in ids])
    for row in ids:
        cells.tie(("work", row, "residents"), [("team", row, "people")])
        if "team_id" in facts.grids:
            members = facts.grids.loc[facts.grids["team_id"] == row, "grid_id"]
            cells.tie(("work", row, "residents"), [("grid", grid, "people") for grid in members])


def _gap_kinds(gaps) -> dict[str, list[int]]:
    if gaps is None:
        return {}
    kinds = gaps["kind"] if "kind" in gaps else pd.Series("access", index=gaps.index)
    return {kind: [i for i, k in enumerate(kinds) if k == kind] for kind in dict.fromkeys(kinds)}


def _add_gaps(cells: Cells, facts: ReportFacts) -> None:
    for kind, rows in _gap_kinds(facts.gaps).items():
        for i in rows:
            cells.add(("gap", i), facts.gaps["people"].iloc[i])
        cells.tie((kind, ALL, "uncovered"), [("gap", i) for i in rows])


def _add_headline(cells: Cells, facts: ReportFacts) -> None:
    for name, kind in (("people_beyond_access", "access"), ("people_beyond_response", "response")):
        figure = facts.headline.get(name)
        if figure and cells.add(("headline", name), figure["value"]):
            cells.add(("headline", name, "total"), figure.get("total"))
            cells.tie(("headline", name, "total"), [("headline", name)], rest=("headline", name, "others"))
            for (table, group, column), value in [c for c in cells.values.items() if len(c[0]) == 3]:
                if (table, column) == (kind, "uncovered") and value == cells.values["headline", name]:
                    cells.tie(("headline", name), [(table, group, column)])
                if (table, column) == (kind, "people") and value == cells.values.get(("headline", name, "total")):
                    cells.tie(("headline", name, "total"), [(table, group, column)])


def _add_ledger(cells: Cells, facts: ReportFacts) -> None:
    for row, column, value in _rows(facts.ledger, "layer", LEDGER):
        cells.add(("ledger", row, column), value)
    if facts.ledger is None:
        return
    layers = list(facts.ledger["layer"])
    for row in layers:
        cells.tie(("ledger", row, "n_in"), [("ledger", row, column) for column in LEDGER[1:]])
    figure = facts.headline.get("records_set_aside")
    if figure and cells.add(("headline", "records_set_aside"), figure["value"]):
        cells.tie(("headline", "records_set_aside"), [("ledger", row, "set_aside") for row in layers])
