"""What became of each row of a city that is cut: read = written + set aside, with reasons."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from .. import quarantine
from ..catalogue import CATALOGUE
from ..columns import as_text
from ..intake.text import repeated_ids
from ..io import TableFrame, write_tables
from ..issues import Found, Issues
from ..ledger import Ledger
from ..schema import LAYERS
from ..study_area import StudyArea
from .cut_layers import WKB, CitySource, TableLayer, has_wkb

COUNTS = ("read", "written", "copies", "set_aside", "set_aside_in_parts")
ONCE = ("blocks", "households")  # layers whose rows are in one sub-district each


class CutLedger:
    """Counts rows, keeps those that are in no sub-district, and what was found."""

    def __init__(self, source: CitySource):
        self.found: list[Found] = source.found()
        self._crs = source.crs
        self._counts = {name: dict.fromkeys(COUNTS, 0) for name in source.layers}
        self._aside: dict[str, list[pd.DataFrame]] = {}
        self._taken: dict[str, list[np.ndarray]] = {}  # by layer that may be copied, the rows accepted somewhere
        for name, layer in source.layers.items():
            self._counts[name]["read"] += layer.row_count
            if isinstance(layer, TableLayer) and layer.read is not None:
                self._keep(name, layer.read.set_aside)
        earlier = quarantine.add_to(Ledger(), source.aside, source.crs)
        self.found += earlier.found
        for name, frame in earlier.set_aside.items():
            self._keep(name, frame)

    def _keep(self, name: str, frame: pd.DataFrame) -> None:
        """Rows that were set aside before the city was cut."""
        counts = self._counts.setdefault(name, dict.fromkeys(COUNTS, 0))
        counts["read"] += len(frame)
        counts["set_aside"] += len(frame)
        if len(frame):
            self._aside.setdefault(name, []).append(frame)

    def refuse(self, code, name, given, numbers, column="", values=None) -> None:
        """Set rows aside, and say why."""
        ids = as_text(given[LAYERS[name].id])
        named = [f"(row {n})" if blank else str(i) for i, n, blank in zip(ids, numbers, ids.isna(), strict=True)]
        self.found.append(Found(code, name, named, column, list(values or [])))
        text = CATALOGUE[code].en
        reasons = [text.format(column=column, value=v, other="") for v in (values or [""] * len(numbers))]
        frame = pd.DataFrame(given).reset_index(drop=True)
        frame = frame.rename(columns={c: f"{c}_given" for c in ("row", "code", "reason") if c in frame})
        if has_wkb(name, frame):
            frame["geometry"] = shapely.from_wkb(frame.pop(WKB).to_numpy(object))
        frame.insert(0, "row", np.asarray(numbers))
        frame.insert(1, "code", code)
        frame.insert(2, "reason", reasons)
        self._aside.setdefault(name, []).append(frame)
        self._counts[name]["set_aside"] += len(frame)

    def judge_twice(self, name: str, given: pd.DataFrame, numbers: np.ndarray) -> np.ndarray:
        """Sets aside rows whose id stands on another row of the city; says which."""
        ids = as_text(given[LAYERS[name].id])
        clashing, again, _ = repeated_ids(LAYERS[name], given.rename(columns={WKB: "_shape"}), ids)
        for code, rows in (("LG-F103", clashing), ("LG-F107", again)):
            if rows.any():
                times = ids.map(ids.value_counts())[rows].tolist()
                self.refuse(code, name, given[rows], numbers[rows], LAYERS[name].id, times)
        return clashing | again

    def count(self, area: StudyArea, numbers: dict[str, np.ndarray]) -> None:
        """The rows of one sub-district that its study area took; `numbers` are those handed over, by layer."""
        for name, rows in numbers.items():
            aside = area._ledger.set_aside[name]["row"].to_numpy(np.int64)
            taken = np.delete(rows, aside)
            if name in ONCE:
                self._counts[name]["written"] += len(taken)
            else:
                self._taken.setdefault(name, []).append(taken)

    def frame(self) -> pd.DataFrame:
        """By layer: read = written + set_aside + set_aside_in_parts, and copies."""
        counts = {name: dict(of) for name, of in self._counts.items()}
        for name, rows in self._taken.items():
            every = np.concatenate(rows)
            counts[name]["written"] = len(np.unique(every))
            counts[name]["copies"] = len(every) - counts[name]["written"]
        for of in counts.values():
            of["set_aside_in_parts"] = of["read"] - of["written"] - of["set_aside"]
        frame = pd.DataFrame.from_dict(counts, orient="index", columns=list(COUNTS))
        return frame.rename_axis("layer").reset_index()

    def set_aside(self) -> dict[str, pd.DataFrame]:
        """By layer, the rows that are in no sub-district, in the order of their numbers."""
        return {
            name: pd.concat(frames, ignore_index=True).sort_values("row", kind="stable", ignore_index=True)
            for name, frames in self._aside.items()
        }

    def issues(self) -> Issues:
        """What was found, one entry a code, layer and column."""
        joined: dict[tuple[str, str, str], list[Found]] = {}
        for found in self.found:
            joined.setdefault((found.code, found.layer, found.column), []).append(found)
        every = [
            Found(code, layer, [i for f in same for i in f.ids], column, _under(same, "values"), _under(same, "others"))
            for (code, layer, column), same in joined.items()
        ]
        return Issues(every, crs=self._crs)

    def save(self, path: Path, crs: str) -> None:
        """The rows that are in no sub-district, as tables of a file beside the parts; none where all are."""
        tables = quarantine.to_tables(Ledger(found=list(self.found), set_aside=self.set_aside()))
        if tables:
            write_tables(path, {name: TableFrame(table) for name, table in tables.items()}, crs=crs)


def _under(same: list[Found], name: str) -> list:
    """What several entries say a row, one behind the other; blank for those of which some say nothing."""
    if not any(getattr(found, name) for found in same):
        return []
    return [value for found in same for value in getattr(found, name) or [""] * len(found.ids)]
