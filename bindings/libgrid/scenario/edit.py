"""What an edit is: a frozen row of plain values under a name, registered once, that turns one draft into the next."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import ClassVar

from .._core import InvalidInput
from ..intake.text import nearest_ids
from .draft import Draft

EDITS: dict[str, type[Edit]] = {}


@dataclass(frozen=True)
class Edit:
    """One change of a scenario.

    ``name`` is the edit's word in files and in Python; ``touches`` are the parts of the inputs that it may change (the
    keys of ``libgrid.scenario.PARTS``): what stands on none of them is not computed again.
    """

    name: ClassVar[str] = ""
    touches: ClassVar[tuple[str, ...]] = ()

    def apply(self, draft: Draft) -> Draft:
        """The next draft. Raises InvalidInput when the edit cannot be, naming ids."""
        raise NotImplementedError

    def to_row(self) -> dict:
        """As it stands in a file: its name and its values, those at their default left out."""
        row = {"edit": self.name}
        for part in dataclasses.fields(self):
            value = getattr(self, part.name)
            if part.default is dataclasses.MISSING or value != part.default:
                row[part.name] = value
        return row

    def __str__(self) -> str:
        values = ", ".join(f"{k}={_short(v)}" for k, v in self.to_row().items() if k != "edit")
        return f"{self.name}({values})"


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]} …"


def register(name: str, *touches: str):
    """Class decorator: the edit stands in the table of edits under this name."""

    def add(cls):
        cls.name, cls.touches = name, touches
        EDITS[name] = cls
        return cls

    return add


def frozen(value, what: str):
    """Lists become tuples, so that an edit is a value; refused is what JSON could not keep to the bit."""
    if isinstance(value, (list, tuple)):
        return tuple(frozen(v, what) for v in value)
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{what} must be finite, not {value!r}")
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    raise InvalidInput(f"{what}: a scenario keeps texts, numbers and lists of them, not {type(value).__name__}")


def from_row(row) -> Edit:
    """The edit of one row of a file. Raises InvalidInput for an unknown name, or values missing or too many."""
    if not isinstance(row, dict) or not isinstance(row.get("edit"), str):
        raise InvalidInput("an edit is an object with its name under 'edit'")
    name = row["edit"]
    if name not in EDITS:
        import pandas as pd

        hint = nearest_ids(pd.Series([name], dtype="str"), pd.Index(sorted(EDITS), dtype="str")).iloc[0]
        raise InvalidInput(f"there is no edit {name!r}{hint}; a newer libgrid may have made it")
    fields = {part.name: part for part in dataclasses.fields(EDITS[name])}
    extra = [k for k in row if k != "edit" and k not in fields]
    missing = [k for k, part in fields.items() if part.default is dataclasses.MISSING and k not in row]
    for keys, what in ((extra, "has no"), (missing, "needs")):
        if keys:
            raise InvalidInput(f"the edit {name} {what} {', '.join(map(repr, keys))}; its values: {', '.join(fields)}")
    return EDITS[name](**{k: frozen(v, f"{name}.{k}") for k, v in row.items() if k != "edit"})


def positive(value, what: str, *, low: float = 0.0, high: float = math.inf) -> float:
    """A number above `low` and at most `high`."""
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else math.nan
    if not (low < number <= high):
        upto = "" if math.isinf(high) else f" and at most {high:g}"
        raise InvalidInput(f"{what} must be a number above {low:g}{upto}, not {value!r}")
    return number
