"""One layer written in the formats that other programs read; the old file or the new one, never in between."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ._core import InvalidInput, IoError

FORMATS = (".gpkg", ".geojson", ".fgb", ".csv", ".xlsx", ".parquet")
_KINDS = {0: "point", 4: "point", 1: "line", 5: "line", 3: "polygon", 6: "polygon"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MOST_ROWS_XLSX = 1_048_575


def write_layer(frame: gpd.GeoDataFrame | pd.DataFrame, path, *, name: str = "") -> None:
    """Write one layer; the suffix says the format.

    GeoPackage and GeoParquet keep everything. GeoJSON is written in WGS 84, as its standard says. In CSV (UTF-8 with
    BOM, for Excel) and Excel points become ``x`` and ``y``, other shapes well-known text; codes are text cells, and a
    text that a spreadsheet would take for a formula gets an apostrophe in front. Shapefiles are not written: they cut
    names to ten bytes and text to 254.

    Parameters
    ----------
    frame : GeoDataFrame or DataFrame
    path : path
    name : str
        The layer's name in a GeoPackage; default: the file's.

    Raises
    ------
    InvalidInput
        An unknown suffix; a frame that the format cannot hold.
    IoError
        The file could not be written; the old one is untouched.
    """
    from ._atomic import replace_file

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        hint = "; a Shapefile cuts names and text, write .gpkg" if suffix == ".shp" else ""
        raise InvalidInput(f'{path}: "{suffix}" is not written; {" ".join(FORMATS)} are{hint}')
    if suffix == ".gpkg":
        _write_gpkg(frame, path, name or path.stem)
    elif suffix in (".csv", ".xlsx"):
        flat = _flat(frame)
        replace_file(path, lambda temp: (_write_csv if suffix == ".csv" else _write_xlsx)(flat, temp))
    elif suffix == ".parquet":
        replace_file(path, lambda temp: frame.to_parquet(temp, index=False))
    else:
        if not isinstance(frame, gpd.GeoDataFrame):
            raise InvalidInput(f"{path}: the layer has no geometry; write .csv or .xlsx")
        driver, extra = (
            ("GeoJSON", {"RFC7946": "YES"}) if suffix == ".geojson" else ("FlatGeobuf", {"SPATIAL_INDEX": "NO"})
        )
        replace_file(path, lambda temp: _write_other(frame, temp, driver, extra))


def _write_other(frame: gpd.GeoDataFrame, temp: Path, driver: str, extra: dict) -> None:
    made = temp.with_name(f"{temp.name}.fgb")  # without the suffix the driver makes a folder
    try:
        frame.to_file(made, driver=driver, engine="pyogrio", **extra)
        made.replace(temp)
    except (RuntimeError, ValueError) as error:
        raise IoError(f"{driver}: {error}") from None
    finally:
        made.unlink(missing_ok=True)


def _write_gpkg(frame, path: Path, name: str) -> None:
    from .files import crs_text
    from .io import TableFrame, write_tables

    if not isinstance(frame, gpd.GeoDataFrame):
        write_tables(path, {name: TableFrame(frame)})
        return
    shapes = frame.geometry.to_numpy()
    kinds = {_KINDS.get(int(t), "") for t in np.unique(shapely.get_type_id(shapes)) if t >= 0}
    if len(kinds) > 1 or "" in kinds:
        raise InvalidInput(f"{path}: a layer holds points, lines or polygons, not several of them")
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    crs = crs_text(frame.crs) if frame.crs is not None else ""
    write_tables(path, {name: TableFrame(attributes, kinds.pop() if kinds else "point", shapes)}, crs=crs)


def _flat(frame) -> pd.DataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        return pd.DataFrame(frame)
    shapes = frame.geometry
    flat = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    if (shapely.get_type_id(shapes.to_numpy()) <= 0).all():
        return flat.assign(x=shapely.get_x(shapes.to_numpy()), y=shapely.get_y(shapes.to_numpy()))
    return flat.assign(geometry_wkt=shapely.to_wkt(shapes.to_numpy(), rounding_precision=-1))


def _guarded(flat: pd.DataFrame) -> pd.DataFrame:
    out = flat.copy()
    for column in out.columns:
        if pd.api.types.is_string_dtype(out[column]) or out[column].dtype == object:
            text = out[column].astype("str")
            out[column] = text.where(~text.str.startswith(_FORMULA_STARTS, na=False), "'" + text)
    return out


def _write_csv(flat: pd.DataFrame, temp: Path) -> None:
    _guarded(flat).to_csv(temp, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _write_xlsx(flat: pd.DataFrame, temp: Path) -> None:
    import openpyxl

    if len(flat) > _MOST_ROWS_XLSX:
        raise InvalidInput(f"{len(flat):,} rows: a worksheet holds {_MOST_ROWS_XLSX:,}; write .csv or .gpkg")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("layer")
    sheet.append(list(flat.columns))
    for row in flat.astype(object).where(flat.notna(), None).itertuples(index=False, name=None):
        cells = []
        for value in row:
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"  # text, whatever it begins with
            cells.append(cell)
        sheet.append(cells)
    book.save(temp)
