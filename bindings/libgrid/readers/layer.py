"""One layer of a delivery, read: what came in, under which names, what was found and what was not taken."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from ..issues import Issues


@dataclass(frozen=True)
class Layer:
    """What `read_layer` gives.

    Attributes
    ----------
    frame : GeoDataFrame or DataFrame
        The rows that were taken, under the names of the data model; columns that mean nothing there keep theirs.
    issues : Issues
        What was found: warnings about the file, errors about rows.
    mapping : DataFrame
        A row a column of the file: ``source, target, how, confidence``. Correct it with ``columns={target: source}``.
    set_aside : DataFrame
        Rows that were not taken, as they stand in the file, with ``row`` (as the file's own program numbers it),
        ``code`` and ``reason``. Personal columns are left out here too.
    table : str
        Which table of the study area this is, or "".
    rows : numpy.ndarray of int64, shape (n,)
        Of each row of ``frame``, its number in the file.
    repaired : numpy.ndarray of bool, shape (n,)
        Rows of ``frame`` in which a cell was emptied or a row turned: ``issues`` says which and why.

    Examples
    --------
    >>> import libgrid as lg, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "台账.csv"
    >>> _ = path.write_text("户号,经度,纬度,人口\\n0012,104.06,30.66,3\\n", encoding="gb18030")
    >>> layer = lg.read_layer(path, crs="EPSG:4490")
    >>> layer.table, layer.frame.household_id[0], int(layer.frame.n_usual[0])
    ('households', '0012', 3)
    """

    frame: gpd.GeoDataFrame | pd.DataFrame
    issues: Issues
    mapping: pd.DataFrame
    set_aside: pd.DataFrame
    table: str = ""
    name: str = ""
    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    repaired: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def crs(self):
        """The frame's CRS, or None."""
        return self.frame.crs if isinstance(self.frame, gpd.GeoDataFrame) else None

    @property
    def ledger(self) -> dict[str, int]:
        """Rows read = accepted + repaired + set aside."""
        repaired = int(self.repaired.sum())
        return {
            "read": len(self.frame) + len(self.set_aside),
            "accepted": len(self.frame) - repaired,
            "repaired": repaired,
            "set_aside": len(self.set_aside),
        }

    def __repr__(self) -> str:
        crs = self.crs.to_string() if self.crs is not None else "no CRS"
        return (
            f"Layer({self.name!r} as {self.table or 'no table of a study area'}: {len(self.frame)} rows, "
            f"{len(self.set_aside)} set aside; {crs}; {self.issues!r})"
        )

    def _repr_html_(self) -> str:
        import html

        return f"<p>{html.escape(repr(self))}</p>{self.mapping.to_html(index=False)}"
