"""What was found in the data: facts inside, text in Chinese or English at the edge."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from . import plot
from ._core import InvalidInput
from .catalogue import CATALOGUE

COLUMNS = ["code", "severity", "layer", "id", "message", "fix", "geometry"]
_RANK = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Found:
    """One kind of issue in one layer: the rows' ids, and per row what was measured."""

    code: str
    layer: str
    ids: list[str]
    column: str = ""
    values: list[object] = field(default_factory=list)  # one a row, or empty
    others: list[str] = field(default_factory=list)  # the other id of a pair, or empty
    geometry: list[object] = field(default_factory=list)  # places of grids or roads; never of households

    def only(self, kept: list[bool]) -> Found:
        """The same for some of its rows."""
        if all(kept):
            return self
        pick = lambda of: [v for v, keep in zip(of, kept, strict=True) if keep] if of else []  # noqa: E731
        return replace(
            self, ids=pick(self.ids), values=pick(self.values), others=pick(self.others), geometry=pick(self.geometry)
        )


class Issues:
    """All issues of a check or a reading, errors first.

    Attributes
    ----------
    frame : GeoDataFrame
        Columns code, severity, layer, id, message, fix, geometry; English texts.
    errors : GeoDataFrame
        The rows whose severity is "error".
    ok : bool
        True when there is no error.

    Examples
    --------
    >>> from libgrid.issues import Found, Issues
    >>> issues = Issues([Found("LG-F103", "sites", ["S1"], "site_id", values=[2])])
    >>> issues.ok, issues.frame.message[0]
    (False, 'site_id stands 2 times')
    """

    def __init__(self, found: list[Found] | tuple[Found, ...] = (), crs=None):
        self.found = tuple(
            sorted((f for f in found if f.ids), key=lambda f: (_RANK[CATALOGUE[f.code].severity], f.layer, f.code))
        )
        self.crs = crs

    def to_frame(self, lang: str = "en") -> gpd.GeoDataFrame:
        """The issues as a table, one row each, in ``lang`` "en" or "zh"."""
        rows = []
        for f in self.found:
            entry = CATALOGUE[f.code]
            text, fix = (entry.zh, entry.fix_zh) if lang == "zh" else (entry.en, entry.fix_en)
            for i, row_id in enumerate(f.ids):
                value = f.values[i] if f.values else ""
                other = f.others[i] if f.others else ""
                message = text.format(column=f.column, value=value, other=other)
                place = f.geometry[i] if f.geometry else None
                rows.append((f.code, entry.severity, f.layer, row_id, message, fix, place))
        frame = pd.DataFrame(rows, columns=COLUMNS)
        return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(frame.pop("geometry"), crs=self.crs))

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        return self.to_frame()

    @property
    def errors(self) -> gpd.GeoDataFrame:
        return self.frame[self.frame.severity == "error"]

    @property
    def ok(self) -> bool:
        return not any(CATALOGUE[f.code].severity == "error" for f in self.found)

    def require_ok(self, what: str = "the data") -> None:
        """Raise InvalidInput when there are errors: their count, the first five, and all of them as ``.issues``.

        >>> try:
        ...     Issues([Found("LG-F103", "sites", ["S1"], "site_id", values=[2])]).require_ok("town.gpkg")
        ... except InvalidInput as error:
        ...     print(error, len(error.issues))
        town.gpkg: 1 error: LG-F103 sites S1: site_id stands 2 times. Fix: make the ids unique and import again 1
        """
        if self.ok:
            return
        errors = self.errors
        shown = "; ".join(
            f"{e.code} {e.layer} {e.id}: {e.message}. Fix: {e.fix}" for e in errors.head(5).itertuples(index=False)
        )
        more = f"; … ({len(errors)} in all)" if len(errors) > 5 else ""
        refusal = InvalidInput(f"{what}: {len(errors)} error{'s' * (len(errors) > 1)}: {shown}{more}")
        refusal.issues = self
        raise refusal

    @property
    def counts(self) -> pd.DataFrame:
        """One row a code and layer, with how many rows it concerns."""
        rows = [(f.code, CATALOGUE[f.code].severity, f.layer, len(f.ids)) for f in self.found]
        frame = pd.DataFrame(rows, columns=["code", "severity", "layer", "count"])
        return frame.groupby(["code", "severity", "layer"], sort=False, as_index=False)["count"].sum()

    def __len__(self) -> int:
        return sum(len(f.ids) for f in self.found)

    def __add__(self, other: Issues) -> Issues:
        return Issues((*self.found, *other.found), crs=self.crs or other.crs)

    def to_html(self, lang: str = "en", limit: int = 200) -> str:
        """An escaped HTML table of the first ``limit`` issues."""
        frame = pd.DataFrame(self.to_frame(lang).drop(columns="geometry")).head(limit)
        head = "".join(f"<th>{c}</th>" for c in frame.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(v))}</td>" for v in row) + "</tr>"
            for row in frame.itertuples(index=False)
        )
        left = len(self) - len(frame)
        rest = f"<p>… {left} more</p>" if left > 0 else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"

    def plot(self, *, background=None, ax=None):
        """Where the issues are, a colour for each code; households have no place here.

        Parameters
        ----------
        background : GeoDataFrame, optional
            Drawn pale under them, e.g. the area's grids.
        ax : matplotlib.axes.Axes, optional

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        InvalidInput
            When no issue has a place and there is no background.
        """
        return plot.plot_places(self.frame, kinds=self.frame["code"], background=background, ax=ax)

    def _repr_html_(self) -> str:
        return self.to_html(limit=20)

    def __repr__(self) -> str:
        by = {s: 0 for s in _RANK}
        for f in self.found:
            by[CATALOGUE[f.code].severity] += len(f.ids)
        return f"Issues({by['error']} errors, {by['warning']} warnings, {by['info']} notes)"


def name_some(ids, limit: int = 5) -> str:
    """The first ids and how many there are, for a message.

    >>> name_some(["a", "b", "c"], limit=2)
    'a, b, … (3 in all)'
    """
    ids = [str(i) for i in np.asarray(ids, dtype=object).ravel()]
    if len(ids) <= limit:
        return ", ".join(ids)
    return ", ".join(ids[:limit]) + f", … ({len(ids)} in all)"
