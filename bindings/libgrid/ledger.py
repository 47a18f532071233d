"""What was accepted of each layer, what was repaired, and what was set aside: every row is in one of the three."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from .issues import Found
from .schema import Layer


@dataclass
class Table:
    """The accepted rows of one layer: attributes as a frame, geometry in the core's own form."""

    layer: Layer
    attrs: pd.DataFrame
    geometry: object = None  # (n, 2) int32 points, a PolygonSet, an array of snapped lines, or None

    def __len__(self) -> int:
        return len(self.attrs)

    @property
    def ids(self) -> pd.Index:
        return pd.Index(self.attrs[self.layer.id])


@dataclass
class Ledger:
    """in = accepted + repaired + set aside, counted a layer at a time."""

    found: list[Found] = field(default_factory=list)
    set_aside: dict[str, pd.DataFrame] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    # By layer, column and id: what a reference named before it was emptied, for when that comes back.
    emptied: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def add_reading(self, name: str, layer) -> None:
        """What the reader of a file found and set aside before the rows came to the door: a `readers.Layer`.

        Rows without an id are known by their numbers in the file, here as there.
        """
        here = {f"(row {i})": f"(row {row})" for i, row in enumerate(layer.rows)}
        self.found = [replace(f, ids=[here.get(i, i) for i in f.ids]) if f.layer == name else f for f in self.found]
        self.found += [replace(f, layer=name) for f in layer.issues.found]
        aside = len(layer.set_aside)
        self.counts[name]["read"] += aside
        self.counts[name]["set_aside"] += aside
        rows = self.set_aside[name]
        rows = rows.assign(row=layer.rows[rows["row"].to_numpy(np.int64)])
        if aside:
            rows = pd.concat([layer.set_aside, rows], ignore_index=True) if len(rows) else layer.set_aside
        self.set_aside[name] = rows

    def after(self, earlier: Ledger, kept: list[str]) -> Ledger:
        """This ledger with what was found earlier in the layers that were kept: a replaced layer hides no losses."""
        joined = Ledger([], dict(self.set_aside), dict(self.counts), dict(self.emptied))
        known = {(f.code, f.layer, f.column, i) for f in earlier.found if f.layer in kept for i in f.ids}
        for f in self.found:  # what is still so is said once
            joined.found.append(f.only([(f.code, f.layer, f.column, i) not in known for i in f.ids]))
        joined.found += [f for f in earlier.found if f.layer in kept]
        for name in kept:
            if name in earlier.emptied:
                joined.emptied[name] = self.emptied.get(name, {}) | earlier.emptied[name]
            old, new = earlier.counts[name], self.counts[name]
            taken = new["accepted"] + new["repaired"]
            repaired = min(old["repaired"] + new["repaired"], taken)
            joined.counts[name] = {
                "read": old["read"],
                "accepted": taken - repaired,
                "repaired": repaired,
                "set_aside": old["set_aside"] + new["set_aside"],
            }
            joined.set_aside[name] = _below(earlier.set_aside[name], self.set_aside[name])
        return joined

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame.from_dict(
            self.counts, orient="index", columns=["read", "accepted", "repaired", "set_aside"]
        )
        return frame.rename_axis("layer").reset_index()


def _below(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Rows that were set aside later under earlier ones, which keep the CRS in which they were handed over."""
    if not len(new) or not len(old):
        return (old if len(old) else new).reset_index(drop=True)
    theirs, ours = (getattr(frame, "crs", None) for frame in (old, new))
    if theirs is not None and ours is not None and theirs != ours:
        new = new.to_crs(theirs)
    return pd.concat([old, new], ignore_index=True)
