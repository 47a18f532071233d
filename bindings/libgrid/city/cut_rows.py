"""The rows of a city shared out, and each sub-district written from its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import plans
from ..files import crs_text
from ..issues import Found
from ..rules import ReadingRules
from ..schema import LAYERS
from ..study_area import StudyArea
from .cut_layers import WKB, CitySource, TableLayer, has_wkb
from .cut_ledger import CutLedger
from .cut_owner import OwnerSearch
from .cut_parts import Parts
from .cut_services import share_services
from .cut_spool import Spool, TableShares
from .cut_twice import among, hashes_of, repeated
from .writing import write_subdistrict

LARGE = ("blocks", "households", "roads")  # shared out in pieces; the others are small, and held
SMALL = ("grids", "sites", "teams", "sessions")


class Cutter:
    """Shares out all rows when it is made, and writes the sub-districts one by one."""

    def __init__(self, source: CitySource, parts: Parts, scratch: Path, origin: Any, on_progress: Any):
        self.source, self.parts, self._on_progress = source, parts, on_progress
        self._done, self._total = 0, self._rows_to_read()
        self.ledger = CutLedger(source)
        self.held = {name: self._hold(name) for name in SMALL}
        self._search = OwnerSearch(source, parts, self._frame("grids"), self._tick)
        self._owners = self._search.run()
        self.origin = origin or source.origin or self._middle()
        self.crs_text = crs_text(source.crs)
        self._pairs = self._share_small()
        self._shares = {name: Spool(scratch, name) for name in LARGE}
        for name in LARGE:
            if isinstance(source.layers.get(name), TableLayer):
                self._shares[name] = TableShares(source.layers[name])
            if name in source.layers:
                self._share(name)
        self.ledger.found += self._search.found

    # -- the smaller layers ----------------------------------------------------------------------------------

    def _hold(self, name: str) -> tuple[pd.DataFrame, list, np.ndarray]:
        """Rows as they are handed over (those whose id stands twice are not among them), faults, and places."""
        layer = self.source.layers.get(name)
        if layer is None:
            return pd.DataFrame({LAYERS[name].id: pd.Series(dtype="str")}), [], np.zeros((0, 2))
        frames, faults, places = [], [], []
        for piece in layer.pieces():
            frames.append(layer.given(piece))
            faults += [(column, row + piece.begin, what) for column, row, what in piece.faults]
            places.append(piece.xy if len(piece.xy) else np.full((len(piece), 2), np.nan))
        if not frames:
            return pd.DataFrame({c: pd.Series(dtype="str") for c in layer.columns}), [], np.zeros((0, 2))
        given = pd.concat(frames, ignore_index=True)
        out = self.ledger.judge_twice(name, given, np.arange(len(given)))
        return given[~out], faults, np.concatenate(places)[~out]

    def _frame(self, name: str) -> pd.DataFrame:
        return self.held[name][0]

    def _share_small(self) -> dict[str, np.ndarray]:
        """By layer, pairs (place among the held rows, sub-district); rows of none are set aside."""
        frames = {name: self._frame(name) for name in SMALL}
        found = share_services(self._search, self._owners, frames, self.held["sites"][2], self.parts)
        self.ledger.found += found.found
        self._site_home = found.site_home
        pairs = {"grids": self._owners.grids, "sites": found.sites, "teams": found.teams, "sessions": found.sessions}
        for name, of in pairs.items():
            frame = frames[name]
            nobody = np.ones(len(frame), bool)
            nobody[of[:, 0]] = False
            if nobody.any():
                self.ledger.refuse("LG-F116", name, frame[nobody], frame.index[nobody].to_numpy())
        return pairs

    # -- the larger layers -----------------------------------------------------------------------------------

    def _share(self, name: str) -> None:
        layer, shares = self.source.layers[name], self._shares[name]
        code = "LG-H034" if name == "households" else "LG-F116"
        twice = self._owners.twice[name] if name in self._owners.twice else self._twice(name)
        put_off: list[tuple[pd.DataFrame, np.ndarray, np.ndarray, list]] = []
        for piece in layer.pieces():
            given = layer.given(piece)
            rows, part = self._parts_of(name, piece)
            suspect = among(hashes_of(piece.frame[LAYERS[name].id]), twice) if len(twice) else None
            nobody = np.ones(len(piece), bool)
            nobody[rows] = False
            if suspect is not None and suspect.any():
                at = np.flatnonzero(suspect)
                kept = ~suspect[rows]
                own = (np.searchsorted(at, rows[~kept]), part[~kept])
                told = [(c, int(np.searchsorted(at, r)), what) for c, r, what in piece.faults if suspect[r]]
                put_off.append((given.iloc[at], at + piece.begin, own, told))
                rows, part, nobody = rows[kept], part[kept], nobody & ~suspect
            if nobody.any():
                self.ledger.refuse(code, name, given[nobody], np.flatnonzero(nobody) + piece.begin)
            shares.add(given, rows, part, piece.faults, piece.begin)
            self._tick(len(piece))
        if put_off:
            self._share_put_off(name, put_off, code)

    def _parts_of(self, name: str, piece) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of row in the piece and sub-district."""
        if name == "roads":
            named = self._search.named(piece.frame)
            if piece.geometry is None or not len(self._owners.ground):
                rows = np.flatnonzero(named >= 0)
                return rows, named[rows]
            own, lacking = np.flatnonzero(named >= 0), np.flatnonzero(named < 0)
            at, part = self._owners.ground.touching(piece.geometry[lacking])
            rows, parts = np.concatenate([own, lacking[at]]), np.concatenate([named[own], part])
            order = np.lexsort([parts, rows])
            return rows[order], parts[order]
        of = self._owners.household if name == "households" else self._owners.block
        part = of[piece.begin : piece.begin + len(piece)]
        rows = np.flatnonzero(part >= 0)
        return rows, part[rows]

    def _twice(self, name: str) -> np.ndarray:
        numbers = []
        for piece in self.source.layers[name].pieces((LAYERS[name].id,), geometry=False):
            numbers.append(hashes_of(piece.frame[LAYERS[name].id]))
            self._tick(len(piece))
        return repeated(numbers)

    def _share_put_off(self, name: str, put_off: list, code: str) -> None:
        """The rows whose ids may stand twice, judged together: the first of equal rows is kept, no row of a clash."""
        given = pd.concat([frame for frame, *_ in put_off], ignore_index=True)
        numbers = np.concatenate([rows for _, rows, *_ in put_off])
        begins = np.cumsum([0, *(len(frame) for frame, *_ in put_off)])
        rows = np.concatenate([own[0] + begin for (_, _, own, _), begin in zip(put_off, begins, strict=False)])
        parts = np.concatenate([own[1] for _, _, own, _ in put_off])
        faults = [
            (column, row + int(begin), what)
            for (*_, told), begin in zip(put_off, begins, strict=False)
            for column, row, what in told
        ]
        out = self.ledger.judge_twice(name, given, numbers)
        nobody = ~out
        nobody[rows] = False
        if nobody.any():
            self.ledger.refuse(code, name, given[nobody], numbers[nobody])
        kept = ~out[rows]
        self._shares[name].add(given, rows[kept], parts[kept], faults, numbers)

    # -- one sub-district ------------------------------------------------------------------------------------

    def write(self, folder: Path, at: int) -> dict[str, Any] | None:
        """Write one sub-district's file; gives its row of the city's index, None when it has no row."""
        frames, faults, numbers = {}, {}, {}
        for name in self.source.layers:
            given, told, rows = self._given(name, at)
            if len(given):
                frames[name], faults[name], numbers[name] = self._with_shapes(name, given), told, rows
        name = self.parts.names[at]
        if not frames:
            self.ledger.found.append(Found("LG-F117", "subdistricts", [name]))
            return None
        if "roads" in self.source.layers and "roads" not in frames:
            self.ledger.found.append(Found("LG-N127", "subdistricts", [name]))
        area = StudyArea._read(
            frames, self.source.crs, self.origin, self.source.max_people, False, ReadingRules(), faults
        )
        if self.source.plans is not None:
            mine = self.source.plans[self.source.plans["block_id"].isin(area.ids("blocks"))]
            area = area._with(plans=plans.from_table(area, mine))
        self.ledger.count(area, numbers)
        row = write_subdistrict(folder, name, area)
        self._tick(len(frames.get("households", ())))
        return row

    def _given(self, name: str, at: int) -> tuple[pd.DataFrame, list, np.ndarray]:
        """The rows of one layer in one sub-district, the faults of its cells, and the rows' numbers."""
        if name in LARGE:
            return self._shares[name].take(at)
        frame, faults, _ = self.held[name]
        pairs = self._pairs[name]
        rows = pairs[pairs[:, 1] == at, 0]
        given = frame.iloc[rows]
        numbers = given.index.to_numpy()
        where = {int(number): place for place, number in enumerate(numbers)}
        told = [(column, where[row], what) for column, row, what in faults if row in where]
        if name == "sites":
            away = self._site_home[rows] != at
            if away.any():
                inside = given["inside"].astype(object) if "inside" in given else pd.Series(True, index=given.index)
                given = given.assign(inside=inside.where(~away, False))
        return given.reset_index(drop=True), told, numbers

    def _with_shapes(self, name: str, given: pd.DataFrame) -> pd.DataFrame:
        if not has_wkb(name, given):
            return given
        shapes = shapely.from_wkb(given[WKB].to_numpy(object))
        return gpd.GeoDataFrame(given.drop(columns=WKB), geometry=shapes, crs=self.source.crs)

    # -- counting --------------------------------------------------------------------------------------------

    def _rows_to_read(self) -> int:
        size = {name: layer.row_count for name, layer in self.source.layers.items()}
        return 2 * sum(size.get(name, 0) for name in LARGE) + size.get("households", 0)

    def _tick(self, rows: int) -> None:
        self._done += rows
        if self._on_progress is not None:
            self._on_progress(self._done, self._total)

    def _middle(self) -> tuple[float, float]:
        """The middle of the ground in whole kilometres."""
        shapes = self._owners.ground.tree.geometries
        west, south, east, north = shapely.total_bounds(shapes) if len(shapes) else self._search.box
        middle = np.array([(west + east) / 2, (south + north) / 2])
        middle = np.where(np.isfinite(middle), np.round(middle / 1000) * 1000, 0.0)
        return float(middle[0]), float(middle[1])
