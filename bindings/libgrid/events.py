"""The event ledger (问题清单): what grid workers found, where, and how fast it was answered. Reading and checking."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from . import _core

if TYPE_CHECKING:
    from .study_area import StudyArea

__all__ = ["CATEGORIES", "REASONS", "EventLedger", "read_events"]

# What a ledger's columns are called. Any other column, names and telephones above all, is left out.
SYNONYMS = {
    "event_id": ("event_id", "事件编号", "问题编号", "编号", "序号"),
    "x": ("x", "东坐标", "x坐标"),
    "y": ("y", "北坐标", "y坐标"),
    "grid_id": ("grid_id", "网格编号", "网格编码", "所属网格", "网格", "微网格"),
    "category": ("category", "类别", "事件类别", "问题类别", "事项类别"),
    "found": ("found", "发现时间", "发现"),
    "reported": ("reported", "上报时间", "上报"),
    "answered": ("answered", "响应时间", "响应", "受理时间"),
    "done": ("done", "办结时间", "办结", "处置完成时间"),
}
STEPS = ("found", "reported", "answered", "done")
# An office brings its own list; these are the duties that the grid articles name.
CATEGORIES = {
    "health": "健康求助",
    "safety": "安全隐患",
    "environment": "环境卫生",
    "facility": "设施损坏",
    "dispute": "矛盾纠纷",
    "policy": "政策咨询",
    "other": "其他",
}
REASONS = {
    "no_id": "the event has no id",
    "repeated_id": "the id stands more than once",
    "no_place": "neither a place nor a grid",
    "outside": "the place lies in no leaf grid, or the code is that of none",
    "unknown_category": "the category is none of the list's",
    "unreadable_time": "a moment cannot be read",
    "not_found_yet": "no moment at which it was found",
    "out_of_order": "a step happened before an earlier one",
    "in_the_future": "a step lies after as_of",
}


@dataclass(frozen=True, eq=False, repr=False)
class EventLedger:
    """Events that can be measured and those that cannot; made by `read_events`.

    Attributes
    ----------
    frame : DataFrame
        Accepted events: event_id, grid (row of the area's grids), grid_id, category, found, reported, answered, done
        (datetimes, NaT: not yet).
    set_aside : DataFrame
        The others: row (of the file or frame, from 1), event_id, reason. Accepted + set aside = all rows.
    categories : tuple of str
    as_of : Timestamp
        When the ledger was closed: what is open then is open.
    """

    frame: pd.DataFrame
    set_aside: pd.DataFrame
    categories: tuple[str, ...]
    as_of: pd.Timestamp

    def __repr__(self) -> str:
        still_open = int(self.frame["answered"].isna().sum())
        return f"EventLedger({len(self.frame)} events, {still_open} not answered; {len(self.set_aside)} set aside)"

    def _repr_html_(self) -> str:
        counts = self.set_aside["reason"].map(REASONS).value_counts().rename("rows").to_frame()
        return f"<p>{self!r}</p>" + (counts.to_html(border=0) if len(counts) else "")


def read_events(
    events: pd.DataFrame | str | os.PathLike,
    area: StudyArea,
    *,
    as_of: Any,
    categories: Sequence[str] | None = None,
) -> EventLedger:
    """Read an event ledger against an area's grids; rows that cannot be are set aside, each with its reason.

    Parameters
    ----------
    events : DataFrame or path of a .csv or .xlsx
        category, found, and a place: x and y in the area's CRS (or a GeoDataFrame of points), or grid_id; optional
        event_id (else the row), reported, answered, done. Chinese headings are understood. No other column is read.
    area : StudyArea
        Its grids under today's plan say where a place lies.
    as_of : datetime
        When the ledger was closed.
    categories : sequence of str, optional
        The categories allowed, as the ledger writes them; default `CATEGORIES`, in English or Chinese.

    Returns
    -------
    EventLedger

    Raises
    ------
    InvalidInput
        No category or no found column, neither places nor grids, an as_of that is no moment.
    IoError
        The file cannot be read.

    Examples
    --------
    >>> import libgrid as lg, pandas as pd
    >>> area = lg.datasets.load("town")
    >>> rows = pd.DataFrame({"grid_id": area.blocks["grid_id"].iloc[[0, 0]], "category": ["safety", "weather"],
    ...                      "found": "2026-03-02 09:00", "answered": ["2026-03-02 10:00", None]})
    >>> lg.read_events(rows, area, as_of="2026-04-01")
    EventLedger(1 events, 0 not answered; 1 set aside)
    """
    raw = _columns(events, area)
    closed = _moment(as_of)
    words = {**{c: c for c in CATEGORIES}, **{zh: c for c, zh in CATEGORIES.items()}}
    if categories is not None:
        if isinstance(categories, str) or not len(categories):
            raise _core.InvalidInput("categories is a list of texts, such as ['safety', 'dispute']")
        words = {str(c): str(c) for c in categories}
    n = len(raw)
    table = pd.DataFrame(index=pd.RangeIndex(n))
    given = "event_id" in raw
    table["event_id"] = raw["event_id"] if given else pd.Series(np.arange(1, n + 1), dtype=object).astype(str)
    grid, placed = _grids(raw, area)
    table["grid"] = grid
    ids = np.append(area.ids("grids").to_numpy(dtype=object), None)
    table["grid_id"] = ids[grid]
    table["category"] = raw["category"].map(words)
    told = {step: raw[step] if step in raw else pd.Series(None, index=table.index, dtype=object) for step in STEPS}
    for step, column in told.items():
        table[step] = pd.to_datetime(column, format="mixed", errors="coerce")
    unreadable = np.any([table[s].isna() & told[s].notna() for s in STEPS], axis=0)
    moments = table[list(STEPS)].to_numpy("datetime64[ns]")
    filled = np.where(np.isnat(moments), np.datetime64("1677-09-22", "ns"), moments)
    latest = np.maximum.accumulate(filled, axis=1)
    faults = {
        "no_id": table["event_id"].isna(),
        "repeated_id": table["event_id"].duplicated(keep=False) & table["event_id"].notna(),
        "no_place": ~placed,
        "outside": grid < 0,
        "unknown_category": table["category"].isna(),
        "unreadable_time": unreadable,
        "not_found_yet": table["found"].isna(),
        "out_of_order": (~np.isnat(moments) & (filled < latest)).any(axis=1),
        "in_the_future": (moments > closed.to_datetime64()).any(axis=1),
    }
    reason = np.select([np.asarray(f, bool) for f in faults.values()], list(faults), "")
    bad = reason != ""
    aside = pd.DataFrame({"row": np.flatnonzero(bad) + 1, "event_id": table["event_id"][bad], "reason": reason[bad]})
    kept = tuple(dict.fromkeys(words.values()))
    return EventLedger(table[~bad].reset_index(drop=True), aside.reset_index(drop=True), kept, closed)


def _moment(as_of: Any) -> pd.Timestamp:
    try:
        moment = pd.Timestamp(as_of)
    except (TypeError, ValueError):
        moment = pd.NaT
    if moment is pd.NaT or moment.tzinfo is not None:
        raise _core.InvalidInput(f"as_of: {as_of!r} is no local moment; give one such as '2026-04-01'")
    return moment


def _columns(events: Any, area: StudyArea) -> pd.DataFrame:
    """The known columns as text (None: empty), in the ledger's order; all else stays behind."""
    if not isinstance(events, pd.DataFrame):
        from ._rule_files import rows_of

        rows, _ = rows_of(os.fspath(events), "an event ledger is")
        heads = next((i for i, row in enumerate(rows[:30]) if _names(row).keys() >= {"category", "found"}), 0)
        events = pd.DataFrame(rows[heads + 1 :], columns=list(rows[heads]) if rows else None, dtype=object)
        events = events[~events.isna().all(axis=1)]
    names = _names(events.columns)
    out = pd.DataFrame({n: events[c].astype(object) for n, c in names.items()}).reset_index(drop=True)
    geometry = getattr(events, "geometry", None) if hasattr(events, "crs") else None
    if geometry is not None and not {"x", "y"} <= set(out):
        if geometry.crs is not None and area.crs != geometry.crs:
            geometry = geometry.to_crs(area.crs)
        out["x"], out["y"] = geometry.x.to_numpy(), geometry.y.to_numpy()
    missing = [n for n in ("category", "found") if n not in out]
    if missing or not ({"x", "y"} <= set(out) or "grid_id" in out):
        missing = missing or ["x and y, or grid_id"]
        raise _core.InvalidInput(
            f"events: columns {', '.join(missing)} are missing; understood are "
            + "; ".join(f"{n}: {', '.join(SYNONYMS[n])}" for n in ("category", "found", "grid_id"))
        )
    for column in out.columns.difference(["x", "y"]):
        values = out[column]
        text = values.map(lambda v: v.strip() if isinstance(v, str) else v)
        out[column] = text.where(text.notna() & (text.astype(str) != ""), None)
    for column in ("event_id", "grid_id", "category"):
        if column in out:
            out[column] = out[column].map(lambda v: None if pd.isna(v) else str(v)).astype(object)
    return out


def _names(columns: Any) -> dict[str, Any]:
    """The ledger's column for each of ours."""
    cells = {str(c).strip().lower(): c for c in reversed(list(columns)) if c is not None}
    found = {name: next((cells[w] for w in words if w in cells), None) for name, words in SYNONYMS.items()}
    return {name: column for name, column in found.items() if column is not None}


def _grids(raw: pd.DataFrame, area: StudyArea) -> tuple[np.ndarray, np.ndarray]:
    """The row of each event's grid (-1: none), and whether it has a place at all. A grid's code goes before a place."""
    from .geometry import locate

    n = len(raw)
    grid = np.full(n, -1, np.int32)
    placed = np.zeros(n, bool)
    if {"x", "y"} <= set(raw):
        xy = np.column_stack([pd.to_numeric(raw[c], errors="coerce").to_numpy(float) for c in ("x", "y")])
        at = np.isfinite(xy).all(axis=1)
        if at.any():
            leaf = np.flatnonzero(np.asarray(area._core.grids.leaf, bool))
            shapes = area.grids.geometry.to_numpy()[leaf]
            drawn = np.array([s is not None and not s.is_empty for s in shapes], bool)
            found = locate(xy[at], shapes[drawn]) if drawn.any() else np.full(at.sum(), -1)
            rows = np.append(leaf[drawn], -1)
            grid[at] = rows[found]
        placed |= at
    if "grid_id" in raw:
        told = raw["grid_id"].notna().to_numpy()
        rows = area.ids("grids").get_indexer(raw["grid_id"][told])
        grid[told] = np.where(np.append(np.asarray(area._core.grids.leaf, bool), False)[rows], rows, -1)
        placed |= told
    return grid, placed
