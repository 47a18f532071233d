"""The tables of one outcome that stand beside those of others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .outcome import Outcome


def team_table(outcome: Outcome) -> pd.DataFrame:
    table = outcome.teams[["team_id", "name"]].copy()
    if outcome.workload is not None:
        work = outcome.workload.teams
        for column in ("residents", "asked_min", "load"):
            table[column] = work[column].to_numpy(float)
    if outcome.response is not None and len(table):
        by = outcome.response.by(outcome.household_team, list(table["team_id"])).iloc[: len(table)]
        table["own_mean_s"], table["covered_share"] = by["mean_s"].to_numpy(float), by["covered_share"].to_numpy(float)
    return table


def grid_table(outcome: Outcome) -> pd.DataFrame:
    table = outcome.grids[["grid_id", "name"]].copy()
    people = outcome.people["all"].to_numpy(float) if len(outcome.people) else np.zeros(0)
    placed = outcome.household_grid >= 0
    count = len(table)
    table["people"] = np.bincount(outcome.household_grid[placed], weights=people[placed], minlength=count)
    for kind in ("access", "response"):
        cover = outcome.answers.get(kind)
        if cover is not None:
            by = cover.by(outcome.household_grid, list(table["grid_id"])).iloc[:count]
            table[f"{kind}_covered_share"] = by["covered_share"].to_numpy(float)
            table[f"{kind}_mean_s"] = by["mean_s"].to_numpy(float)
    if outcome.workload is not None:
        table["asked_min"] = outcome.workload.grids["asked_min"].to_numpy(float)
    return table[table["people"] > 0].reset_index(drop=True)


def group_table(outcome: Outcome) -> pd.DataFrame:
    columns = ["people", "covered", "covered_share", "mean_s", "p90_s"]
    tables = [
        outcome.answers[kind].groups[["group", *columns]].assign(question=kind)
        for kind in ("access", "response")
        if outcome.answers.get(kind) is not None
    ]
    if not tables:
        return pd.DataFrame(columns=["question", "group", *columns])
    return pd.concat(tables, ignore_index=True)[["question", "group", *columns]]


def table_html(table: pd.DataFrame) -> str:
    return table.to_html(index=False, border=0, na_rep="–", float_format="{:,.4g}".format)
