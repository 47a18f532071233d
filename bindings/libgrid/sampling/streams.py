"""Samples of plans written to a file as they come, so that a million plans need no memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .._atomic import replace_file
from .._core import InvalidInput
from ..progress import Progress
from .diagnostics import SampleDiagnostics, diagnose
from .rules import whole
from .setup import prepare, share_rows, walk

__all__ = ["read_sampled_plans", "stream_plans"]

_FORMATS = (".arrow", ".parquet", ".gpkg")


def stream_plans(path, graph: Any, weight: Any, grids: Any, *, n_plans: int, batch: int = 1000, threads: int = 0,
                 progress: Progress = False, **options: Any) -> SampleDiagnostics:  # fmt: skip
    """Sample plans into a file, batch by batch: the same plans as `sample_plans` draws.

    Parameters
    ----------
    path : path
        ``.arrow`` (Arrow IPC), ``.parquet``, or ``.gpkg`` (a table ``sampled_plans`` whose column ``plan`` holds the
        labels as little-endian int32). The file appears when all is written: after an error the old one stays.
    graph, weight, grids, n_plans, batch, threads, progress, **options
        As in `sample_plans`: ``tolerance=`` and all others, without ``keep_plans``.

    Returns
    -------
    SampleDiagnostics

    Notes
    -----
    Columns: chain, draw, cut_edges, scores and measures, plan (a list of int32, one a block). Rows come in batches,
    each with a share of every chain: sort by chain and draw where order matters. Memory holds a batch of plans, and
    the measures of all plans for the diagnostics.

    Examples
    --------
    >>> import tempfile
    >>> import libgrid as lg
    >>> at = np.arange(36).reshape(6, 6)
    >>> tail, head = np.r_[at[:, :-1].ravel(), at[:-1].ravel()], np.r_[at[:, 1:].ravel(), at[1:].ravel()]
    >>> graph = lg.BlockGraph.from_edges(36, tail, head)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = folder + "/plans.parquet"
    ...     done = lg.stream_plans(file, graph, np.ones(36, int), 4, tolerance=0.12, n_plans=500, thin=20, rng=7)
    ...     plans, table = lg.read_sampled_plans(file)
    >>> plans.shape, list(table)
    ((500, 36), ['chain', 'draw', 'cut_edges'])
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise InvalidInput(f"{path}: plans are streamed to {', '.join(_FORMATS)}")
    setup, starts, _, chosen = prepare(graph, weight, grids, **options)
    rows = share_rows(whole(n_plans, "n_plans", 1), len(starts))
    sampler = setup.sampler(starts, **chosen)
    kept: list[pd.DataFrame] = []

    def fill(temp: Path) -> None:
        done = np.zeros(len(rows), np.int64)
        with closing(_WRITERS[suffix](temp, setup.core.block_count)) as writer:
            for part in walk(setup, sampler, rows, True, batch, threads, progress):
                plans, keys = part.pop("plans"), part.pop("keys")
                counts = np.bincount(part["chain"], minlength=len(rows))
                draw = np.concatenate([done[c] + np.arange(counts[c]) for c in range(len(rows))])
                done += counts
                table = pd.DataFrame({"chain": part.pop("chain"), "draw": draw, **part})
                writer.add(table, plans)
                kept.append(table.assign(keys=keys))

    replace_file(path, fill)
    everything = pd.concat(kept, ignore_index=True).sort_values(["chain", "draw"], kind="stable")
    measured = {c: everything[c].to_numpy() for c in everything if c not in ("chain", "draw", "keys")}
    counts = [sampler.counts(c) for c in range(len(rows))]
    return diagnose(everything["chain"].to_numpy(), measured, everything["keys"].to_numpy(), counts,
                    chosen["method"])  # fmt: skip


def read_sampled_plans(path) -> tuple[np.ndarray, pd.DataFrame]:
    """The plans of a streamed file and their table, sorted by chain and draw.

    Returns
    -------
    plans : (n_plans, n_blocks) int32
    table : DataFrame
        chain, draw, cut_edges, scores and measures.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".gpkg":
        with closing(sqlite3.connect(f"file:{Path(path).resolve()}?mode=ro", uri=True)) as file:
            frame = pd.read_sql_query("SELECT * FROM sampled_plans ORDER BY chain, draw", file).drop(columns="fid")
        plans = np.frombuffer(b"".join(frame.pop("plan")), "<i4").reshape(len(frame), -1)
        return plans.astype(np.int32, copy=False), frame
    if suffix == ".parquet":
        import pyarrow.parquet

        table = pyarrow.parquet.read_table(path)
    elif suffix == ".arrow":
        import pyarrow.ipc

        with pyarrow.memory_map(str(path)) as source:
            table = pyarrow.ipc.open_file(source).read_all()
    else:
        raise InvalidInput(f"{path}: streamed plans end in {', '.join(_FORMATS)}")
    column = table["plan"].combine_chunks()
    plans = column.flatten().to_numpy().reshape(len(table), -1)
    frame = table.drop_columns(["plan"]).to_pandas()
    order = np.lexsort((frame["draw"], frame["chain"]))
    return np.ascontiguousarray(plans[order]), frame.iloc[order].reset_index(drop=True)


class _ArrowWriter:
    """Record batches into an Arrow or Parquet file; the first batch gives the schema."""

    def __init__(self, path: Path, blocks: int, make: Callable) -> None:
        self._path, self._blocks, self._make, self._writer = path, blocks, make, None

    def add(self, table: pd.DataFrame, plans: np.ndarray) -> None:
        import pyarrow as pa

        lists = pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(plans).ravel()), self._blocks)
        columns = [pa.array(table[c].to_numpy()) for c in table]
        batch = pa.record_batch([*columns, lists], names=[*table.columns, "plan"])
        if self._writer is None:
            self._writer = self._make(str(self._path), batch.schema)
        self._writer.write_batch(batch)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _arrow(path: Path, blocks: int) -> _ArrowWriter:
    import pyarrow.ipc

    return _ArrowWriter(path, blocks, pyarrow.ipc.new_file)


def _parquet(path: Path, blocks: int) -> _ArrowWriter:
    import pyarrow.parquet

    return _ArrowWriter(path, blocks, pyarrow.parquet.ParquetWriter)


class _GeoPackageWriter:
    """One attribute table in a GeoPackage (OGC 12-128r19) without layers."""

    _TABLES = """
        PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10400;
        CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
            organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
            description TEXT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
            ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
            ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],'
             || 'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', NULL);
        CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
            identifier TEXT UNIQUE, description TEXT DEFAULT '',
            last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
            min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
            geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
            PRIMARY KEY (table_name, column_name));
        INSERT INTO gpkg_contents (table_name, data_type, identifier)
            VALUES ('sampled_plans', 'attributes', 'sampled_plans');
    """

    def __init__(self, path: Path, blocks: int) -> None:
        self._file = sqlite3.connect(path)
        self._file.executescript(self._TABLES)
        self._insert = ""

    def add(self, table: pd.DataFrame, plans: np.ndarray) -> None:
        if not self._insert:
            quoted = [c.replace('"', '""') for c in table]
            kinds = ["INTEGER" if table[c].dtype.kind in "iu" else "DOUBLE" for c in table]
            columns = ", ".join(f'"{c}" {kind}' for c, kind in zip(quoted, kinds, strict=True))
            self._file.execute(
                f"CREATE TABLE sampled_plans (fid INTEGER PRIMARY KEY AUTOINCREMENT, {columns}, plan BLOB)"
            )
            names = ", ".join(f'"{c}"' for c in quoted)
            marks = ", ".join("?" * (len(quoted) + 1))
            self._insert = f"INSERT INTO sampled_plans ({names}, plan) VALUES ({marks})"
        columns = [table[c].tolist() for c in table]
        blobs = (row.tobytes() for row in np.ascontiguousarray(plans, "<i4"))
        self._file.executemany(self._insert, zip(*columns, blobs, strict=True))
        self._file.commit()

    def close(self) -> None:
        self._file.close()


_WRITERS: dict[str, Callable] = {".arrow": _arrow, ".parquet": _parquet, ".gpkg": _GeoPackageWriter}
