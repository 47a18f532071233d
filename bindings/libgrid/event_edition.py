"""Events for a public edition: small counts left out, and what they could be computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import _core

if TYPE_CHECKING:
    pass


def suppress(table: pd.DataFrame, categories: pd.DataFrame, names: list[str], k: int):
    """Small counts are left out, and as many others as keep them from being computed back; rates go with counts."""
    from .report.suppress import Cells

    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 2:
        raise _core.InvalidInput(f"k must be a whole number of at least 2, not {k!r}")
    cells = Cells(int(k))
    columns = {f"n_{name}": name for name in names}
    for i, row in table.iterrows():
        for column in ("found", *columns, "open"):
            cells.add((i, column), row[column])
    for _, row in categories.iterrows():
        cells.add(("all", row["category"]), row["found"])
        cells.add(("all open", row["category"]), row["open"])
        cells.tie(("all", row["category"]), [(j, f"n_{row['category']}") for j in table.index])
        cells.tie(("all", row["category"]), [("all open", row["category"])], ("answered", row["category"]))
    cells.add("total", table["found"].sum())
    cells.add("total open", table["open"].sum())
    for i in table.index:
        cells.tie((i, "found"), [(i, column) for column in columns])
        cells.tie((i, "found"), [(i, "open")], (i, "answered"))
    cells.tie("total", [(i, "found") for i in table.index])
    cells.tie("total", [("all", name) for name in names])
    cells.tie("total open", [(i, "open") for i in table.index])
    cells.tie("total open", [("all open", name) for name in names])
    hidden = cells.hide()
    table, categories = table.copy(), categories.copy()
    few = table["found"] < k
    for column in ("found", *columns, "open"):
        gone = [(i, column) in hidden for i in table.index]
        table[column] = table[column].astype("Int64").mask(gone)
    rates = ["median_h", "p90_h", "per_hour", "per_hour_low", "per_hour_high", "z"]
    gone = (table["found"].isna() | few) & ~(table["found"] == 0).fillna(False)
    table.loc[gone, rates] = np.nan
    table.loc[table["open"].isna(), ["median_h", "p90_h"]] = np.nan
    table["z"] = np.nan  # a neighbourhood's sum in another guise
    for column, key in (("found", "all"), ("open", "all open")):
        lost = [(key, name) in hidden for name in categories["category"]]
        categories[column] = categories[column].astype("Int64").mask(lost)
    categories.loc[categories["found"].isna() | (categories["found"] < k), ["median_h", "p90_h"]] = np.nan
    return table, categories
