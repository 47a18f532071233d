"""Calls of the planning cases: redraws, samples of plans, scenarios and event ledgers."""

import json
import re

import numpy as np
import pandas as pd
from conftest import CRS, line_town

import libgrid as lg


def _chain(n=4, people=30):
    ids = [f"b{i}" for i in range(n)]
    return lg.BlockGraph.from_edges(n, range(n - 1), range(1, n), columns={"households": [people] * n}, ids=ids)


def _town() -> lg.StudyArea:
    return lg.datasets.load("town")


def _tuples(keywords):
    if "limits" in keywords:
        limits = keywords["limits"]
        keywords["limits"] = {name: tuple(v) if isinstance(v, list) else v for name, v in limits.items()}
    return keywords


# -- redraw -------------------------------------------------------------------------------------------------------


def redraw_town(**keywords):
    return lg.redraw(_town(), rng=1, effort=20_000, **_tuples(keywords))


def what_would_do(**keywords):
    """What the error of a chain says to ask instead, as (rule, needed), nearest first; each was then tried."""
    asked = {"rng": 1, "effort": 20_000} | _tuples(keywords)
    try:
        lg.redraw(_chain(6), **asked)
    except lg.Infeasible as refused:
        frame = refused.relaxation
    told = []
    for row in frame.drop_duplicates("option").itertuples():
        needed = row.needed
        if row.rule == "limits":
            low, high = asked["limits"][row.name]
            needed = {row.name: (low, row.needed) if row.needed > high else (row.needed, high)}
        lg.redraw(_chain(6), **(asked | {row.rule: needed}))
        told.append([row.rule, row.needed if not isinstance(row.needed, tuple) else list(map(list, row.needed))])
    return told


def refused_in_chinese(**keywords):
    try:
        lg.redraw(_chain(6), rng=1, **_tuples(keywords))
    except lg.Infeasible as refused:
        return bool(re.search("[\u4e00-\u9fff]", refused.relaxation["text_zh"].iloc[0]))


# -- samples of plans ---------------------------------------------------------------------------------------------


def sample_chain(**keywords):
    asked = {"grids": 2, "tolerance": 0.5, "n_plans": 3, "rng": 1} | _tuples(keywords)
    weight = asked.pop("weight", "households")
    weight = np.array(weight) if isinstance(weight, list) else weight
    return lg.sample_plans(_chain(6), weight, asked.pop("grids"), **asked)


# -- scenarios ----------------------------------------------------------------------------------------------------


def scenario_edit(edit, **keywords):
    """One edit of today's town; nothing of it is kept when it is refused."""
    base = lg.Scenario(_town())
    before = base.to_json()
    try:
        return getattr(base, edit)(**keywords)
    finally:
        assert base.to_json() == before


def scenario_text(change, value=None):
    """A scenario's text in which one key is another value, or is missing."""
    area = _town()
    page = json.loads(lg.Scenario(area).to_json())
    if value is None:
        page.pop(change)
    else:
        page[change] = value
    return lg.Scenario.from_json(json.dumps(page), area)


def scenario_broken(text):
    return lg.Scenario.from_json(text, _town())


def compare_scenarios(**keywords):
    return lg.compare([lg.Scenario(_town())], progress=False, **keywords)


# -- event ledgers ------------------------------------------------------------------------------------------------


def _line() -> lg.StudyArea:
    return lg.StudyArea.from_frames(**line_town(), crs=CRS)


GOOD = {"event_id": "e1", "grid_id": "W", "category": "safety", "found": "2026-03-02 09:00"}


def ledger_rows(rows, as_of="2026-04-01", **keywords):
    """What was taken of good rows that were changed so, and why the others were set aside."""
    frame = pd.DataFrame([GOOD | {"event_id": f"e{i}"} | row for i, row in enumerate(rows)])
    before = frame.copy()
    ledger = lg.read_events(frame, _line(), as_of=as_of, **keywords)
    pd.testing.assert_frame_equal(frame, before)
    assert len(ledger.frame) + len(ledger.set_aside) == len(rows)
    return [len(ledger.frame), ledger.set_aside[["row", "reason"]].to_numpy().tolist()]


def ledger_without(column):
    return lg.read_events(pd.DataFrame([GOOD]).drop(columns=column), _line(), as_of="2026-04-01")


def ledger_closed(as_of):
    return ledger_rows([{}], as_of=as_of)


def ledger_file(folder, text):
    path = folder / "events.csv"
    path.write_text(text, encoding="utf-8")
    return lg.read_events(path, _line(), as_of="2026-04-01")
