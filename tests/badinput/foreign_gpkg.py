"""Writes a GeoPackage as other programs do, wrong content included: nothing is checked here, that is the point."""

import sqlite3
import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT, description TEXT,
  last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT PRIMARY KEY, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL);
"""
_UNDEFINED = ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None)


def write(path, frames: dict, types: dict | None = None) -> None:
    """Write frames as layers. `types` gives declared SQL types by "layer.column" where they are meant to lie."""
    db = sqlite3.connect(path)
    db.execute("PRAGMA application_id = 0x47504B47")
    db.execute("PRAGMA user_version = 10300")
    db.executescript(_SCHEMA)
    db.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", _UNDEFINED)
    for name, frame in frames.items():
        _write_layer(db, name, frame, types or {})
    db.commit()
    db.close()


def _srs_id(db, crs) -> int:
    if crs is None:
        return -1
    crs = pyproj.CRS.from_user_input(crs)
    code = crs.to_epsg() or 100_000
    organization = "EPSG" if crs.to_epsg() else "NONE"
    row = (crs.name, code, organization, code, crs.to_wkt(), None)
    db.execute("INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", row)
    return code


def _sql_type(series: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(series):
        return "BOOLEAN"
    if pd.api.types.is_integer_dtype(series):
        return "INTEGER"
    return "REAL" if pd.api.types.is_float_dtype(series) else "TEXT"


def _cell(value):
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    if isinstance(value, np.generic):
        return value.item()
    return value


def _write_layer(db, name: str, frame: pd.DataFrame, types: dict) -> None:
    with_places = isinstance(frame, gpd.GeoDataFrame)
    columns = [c for c in frame.columns if c != "geometry"]
    declared = [f'"{c}" {types.get(f"{name}.{c}", _sql_type(frame[c]))}' for c in columns]
    srs_id = _srs_id(db, frame.crs) if with_places else 0
    key = ["fid INTEGER PRIMARY KEY"]
    db.execute(f'CREATE TABLE "{name}" ({", ".join(key + (["geom GEOMETRY"] if with_places else []) + declared)})')
    db.execute(
        "INSERT INTO gpkg_contents VALUES (?,?,?,'','2026-01-01T00:00:00Z',NULL,NULL,NULL,NULL,?)",
        (name, "features" if with_places else "attributes", name, srs_id),
    )
    if with_places:
        kind = types.get(f"{name}.geometry", "GEOMETRY")
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?,'geom',?,?,2,2)", (name, kind, srs_id))
    for i in range(len(frame)):
        row = [_cell(frame[c].iloc[i]) for c in columns]
        if with_places:
            row.insert(0, _blob(frame.geometry.iloc[i], srs_id))
        marks = ", ".join("?" * (len(row) + 1))
        db.execute(f'INSERT INTO "{name}" VALUES ({marks})', (i + 1, *row))


def blob_of(wkb: bytes, srs_id: int) -> bytes:
    """A GeoPackage geometry around well-known binary, whatever that is."""
    return b"GP\x00\x01" + struct.pack("<i", srs_id) + wkb


def _blob(shape, srs_id: int):
    return None if shape is None else blob_of(shapely.to_wkb(shape, flavor="iso"), srs_id)


def put_geometry(path, layer: str, row: int, wkb: bytes) -> None:
    """Replace one geometry by bytes of the test's choice."""
    db = sqlite3.connect(path)
    (srs_id,) = db.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)).fetchone()
    db.execute(f'UPDATE "{layer}" SET geom = ? WHERE fid = ?', (blob_of(wkb, srs_id), row + 1))
    db.commit()
    db.close()


def put_text_bytes(path, layer: str, column: str, row: int, raw: bytes) -> None:
    """Store bytes as TEXT, as a program does that thinks they are UTF-8."""
    db = sqlite3.connect(path)
    db.execute(f'UPDATE "{layer}" SET "{column}" = CAST(? AS TEXT) WHERE fid = ?', (raw, row + 1))
    db.commit()
    db.close()
