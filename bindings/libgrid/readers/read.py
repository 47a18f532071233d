"""read_layer: from a file as it was delivered to a table that the study area understands."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from .. import _core
from ..catalogue import CATALOGUE
from ..issues import Found, Issues
from ..limits import ReadLimits
from ..progress import progress_callback
from ..schema import LAYERS, fault_code
from .budget import Budget
from .codes import check_codes
from .layer import Layer
from .mapping import ROW_NUMBER, guess_table, map_columns
from .places import Places, find_places, placed
from .raw import Fault, Note, RawLayer
from .synonyms import GEOMETRY, VALUES, X, Y

_KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}
_WORKSHEET = "xlsx"


def read_layer(
    path,
    layer: str | None = None,
    *,
    encoding: str | None = None,
    crs=None,
    columns: Mapping[str, str | None] | None = None,
    table: str | None = None,
    limits: ReadLimits | None = None,
    progress=False,
) -> Layer:
    """Read one layer of a file as it was delivered.

    GeoPackage, Shapefile (zipped too), GeoJSON, FlatGeobuf, CSV, Excel, GeoParquet, KML and OSM PBF, known by their
    content. Columns are recognised by their Chinese and English names; ``mapping`` shows which and how surely. Codes
    stay text. Columns about persons (姓名, 身份证号, 电话 …) are left out. Faulty rows raise nothing: they stand in
    ``set_aside`` with code and reason, and read = accepted + repaired + set aside.

    Parameters
    ----------
    path : path
        A file on this computer. Nothing is ever fetched from a network, and archives are unpacked under limits.
    layer : str, optional
        Layer, sheet, folder or member of an archive; needed only where there are several. For OSM PBF: "roads" or
        "buildings".
    encoding : str, optional
        Of the text. Without it: what the file says (byte order mark, .cpg, the .dbf's language byte), else UTF-8,
        else GB18030 with a warning; never Latin-1. GB2312, GBK and CP936 mean GB18030, which holds them.
    crs : str or pyproj.CRS, optional
        What the coordinates are, where the file does not say or says it wrongly. Also "gcj02" (Amap, Tencent) and
        "bd09" (Baidu): then they are brought to WGS 84, and an issue says so.
    columns : mapping of target to source, optional
        ``{"household_id": "户号", "block_id": None}``: which column means what; None for "no column", ``"#"`` for the
        row's number in the file. A personal column comes along under its own name: ``{"电话": "电话"}``.
    table : {"households", "blocks", "grids", "sites", "teams", "sessions", "roads"}, optional
        Which table of a study area this is. Without it, it is told from the layer's name and its columns.
    limits : ReadLimits, optional
        What the file may ask of this computer: bytes (unpacked ones too), rows and vertices of the layer, seconds.
    progress : bool or callable

    Returns
    -------
    Layer
        With ``frame``, ``issues``, ``mapping`` and ``set_aside``; give it to `StudyArea.from_frames` as it is.

    Raises
    ------
    IoError
        The file cannot be read whole, is a trap, is over a limit (the message names which), or has several layers (the
        message names them).
    InvalidInput
        No CRS or a wrong one (the message says what the numbers look like); two columns that mean the same (the
        message names both); a header that names a column twice; an unknown encoding, table or column.

    Examples
    --------
    >>> import libgrid as lg, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "网格.csv"
    >>> _ = path.write_text("网格编码;上级网格;姓名\\n510117008001001;510117008001;x\\n", encoding="utf-16")
    >>> lg.read_layer(path).mapping[["source", "target"]].to_numpy().tolist()
    [['网格编码', 'grid_id'], ['上级网格', 'parent_id'], ['姓名', '']]
    """
    if table is not None and table not in LAYERS:
        raise _core.InvalidInput(f'table="{table}" is no table of a study area; there are {", ".join(LAYERS)}')
    budget = Budget(os.fsdecode(path), limits)
    with progress_callback(progress, f"reading {Path(os.fsdecode(path)).name}") as report:
        raw, worksheet = _open(os.fsdecode(path), layer, encoding, report, budget)
    budget.check_rows(len(raw.frame))
    budget.check_shapes(raw.geometry)
    file = Path(os.fsdecode(path)).name
    if table is None:
        said = tuple(columns or ())
        table = guess_table([str(c) for c in raw.frame.columns], layer or raw.name, _kind_of(raw), said)
        table = table or _guess_by_file(file, raw)
    mapping = map_columns(raw.frame, table, columns, file, has_geometry=raw.geometry is not None)
    sources = {t: s for s, t in zip(mapping["source"], mapping["target"], strict=True) if t}
    places = find_places(raw, sources, crs, file)
    return _assemble(raw, table, mapping, sources, places, worksheet)


def _open(path: str, layer: str | None, encoding: str | None, report, budget: Budget) -> tuple[RawLayer, bool]:
    """The raw layer, and whether it comes from a worksheet (whose numbers hold 15 digits)."""
    from .delimited import read_delimited
    from .excel import read_excel
    from .kml import read_kml
    from .parquet import read_parquet
    from .vector import read_vector_layer, sniff_format
    from .zipped import check_zip, gunzipped, is_workbook, unpacked

    kind = sniff_format(path)
    real = Path(path).resolve()
    budget.check_file(real)
    if kind == "ZIP":
        with contextlib.closing(check_zip(real)) as archive:
            workbook = is_workbook(archive)
            if workbook:
                budget.check_bytes(sum(entry.file_size for entry in archive.infolist()))
        if workbook:
            return read_excel(real, layer, budget), True
        with unpacked(real, layer, budget) as (inside, name, inner):
            raw, worksheet = _open(str(inside), inner, encoding, report, budget)
            raw.name = name
            return raw, worksheet
    if kind == "GZIP":
        with gunzipped(real, budget) as inside:
            raw, worksheet = _open(str(inside), layer, encoding, report, budget)
            raw.name = real.name.split(".")[0]
            return raw, worksheet
    if kind == "CSV":
        return read_delimited(real, encoding, budget), False
    if kind == "KML":
        return read_kml(real, layer, budget), False
    if kind == "Parquet":
        return read_parquet(real, budget), False
    if kind == "OSM PBF":
        return _read_osm(real, layer, budget.watched(report)), False
    return read_vector_layer(real, layer, encoding, report, budget.left()), False


def _read_osm(path: Path, layer: str | None, report) -> RawLayer:
    if layer not in ("roads", "buildings"):
        raise _core.IoError(f'{path}: an OSM file has the layers "roads" and "buildings"; name one')
    from ..roads.osm import read_osm

    frame = read_osm(path, layer, progress=report or False)
    shapes = frame.geometry.to_numpy()
    crs = frame.crs.to_string() if frame.crs is not None else "EPSG:4326"
    return RawLayer(pd.DataFrame(frame.drop(columns=frame.geometry.name)), layer, shapes, crs)


def _kind_of(raw: RawLayer) -> str:
    if raw.geometry is None:
        return "none"
    kinds = {_KINDS.get(int(t), "") for t in np.unique(shapely.get_type_id(raw.geometry)) if t >= 0}
    return kinds.pop() if len(kinds) == 1 else "none"


def _guess_by_file(file: str, raw: RawLayer) -> str:
    """The sheet may be called Sheet1; then the file's own name speaks."""
    stem = file.split(".")[0]
    return "" if stem == raw.name else guess_table([str(c) for c in raw.frame.columns], stem, _kind_of(raw))


def _assemble(raw: RawLayer, table: str, mapping, sources: dict[str, str], places: Places, worksheet: bool) -> Layer:
    faults, notes = [*raw.faults, *places.faults], [*raw.notes, *places.notes]
    no_number = fault_code(table, "text")
    faults = [f._replace(code=no_number, value="") if f.code == "LG-H018" else f for f in faults]
    frame = pd.DataFrame(index=raw.frame.index)
    personal = mapping.loc[mapping["how"] == "left out: personal", "source"].tolist()
    notes += [Note("LG-F211", "", name) for name in personal]
    columns = {c.name: c for c in LAYERS[table].columns} if table else {}
    targets = dict(zip(mapping["source"], mapping["target"], strict=True))
    taken = set(targets.values()) - {""}
    for source, target in targets.items():
        if source in personal or target in (X, Y, GEOMETRY):
            continue
        column = pd.Series(raw.rows, index=frame.index) if source == ROW_NUMBER else raw.frame[source]
        kind = columns[target].kind if target in columns else ""
        if kind in ("id", "ref"):
            column, lost, warned = check_codes(column, source, worksheet)
            faults, notes = faults + lost, notes + warned
        elif (table, target) in VALUES:
            column, changed = _translate(column, VALUES[table, target])
            notes += [Note("LG-F212", "", source)] if changed else []
        elif kind in ("int", "count", "float"):
            column = _numbers_if_all(column)
        name = target or (source if source not in taken else f"{source}_given")
        frame[name] = column
    frame = placed(frame, places)
    out, mended, found = _judge(raw, table, targets, personal, frame, faults)
    label = table or raw.name
    found += [Found(n.code, label, ["(file)"], n.column, [n.value]) for n in notes]
    if not len(raw.frame):
        found.append(Found("LG-F101", label, ["(layer)"]))
    keep = out == ""
    kept_columns = [c for c in raw.frame.columns if c not in personal]
    aside = raw.frame.loc[~keep, kept_columns].rename(
        columns={c: f"{c}_given" for c in ("row", "code", "reason") if c in kept_columns}
    )
    first = {i: f for f in reversed(faults) for i in [f.row]}
    if places.geometry is not None:
        aside["geometry"] = places.geometry[~keep]
    aside.insert(0, "row", raw.rows[~keep])
    aside.insert(1, "code", out[~keep])
    aside.insert(2, "reason", [_reason(first[i]) for i in np.flatnonzero(~keep)])
    turned = np.full(len(frame), any(n.code == "LG-P136" for n in notes))
    return Layer(
        frame=frame if keep.all() else frame[keep].reset_index(drop=True),
        issues=Issues(found),
        mapping=mapping,
        set_aside=aside.reset_index(drop=True),
        table=table,
        name=raw.name,
        rows=raw.rows[keep],
        repaired=(mended | turned)[keep],
    )


def _judge(raw: RawLayer, table: str, targets, personal, frame, faults: list[Fault]):
    """Which rows are set aside and with which code, which only lose a cell, and the issues.

    A cell of a column that the table needs takes its row with it; one of a reference or of a column that means
    nothing here is emptied.
    """
    columns = {c.name: c for c in LAYERS[table].columns} if table else {}
    out = np.full(len(frame), "", dtype=object)
    mended = np.zeros(len(frame), bool)
    groups: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((fault.code, fault.column), []).append(fault)
    ids = frame[LAYERS[table].id] if table and LAYERS[table].id in frame else pd.Series(np.nan, index=frame.index)
    id_source = next((s for s, t in targets.items() if table and t == LAYERS[table].id), None)
    found = []
    for (code, column), group in groups.items():
        if column in personal:
            continue
        target = targets.get(column, "")
        spec = columns.get(target)
        light = (
            column != ""
            and target not in (X, Y, GEOMETRY)
            and (spec is None or (spec.kind == "ref" and not spec.required))
        )
        rows = np.array([f.row for f in group])
        if light:
            mended[rows] = True
            name = target or column
            if name in frame:
                frame[name] = frame[name].mask(pd.Series(np.isin(np.arange(len(frame)), rows), index=frame.index))
        else:
            fresh = rows[out[rows] == ""]
            out[fresh] = code
        named = [
            str(ids.iloc[f.row])
            if column != id_source and isinstance(ids.iloc[f.row], str)
            else f"(row {raw.rows[f.row]})"
            for f in group
        ]
        found.append(Found(code, table or raw.name, named, column, [f.value for f in group]))
    return out, mended & (out == ""), found


def _reason(fault: Fault) -> str:
    return CATALOGUE[fault.code].en.format(column=fault.column, value=fault.value, other="")


def _translate(column: pd.Series, words: dict[str, str]) -> tuple[pd.Series, bool]:
    """Words of the data model for words of the office; what is not known stays and is told at the door."""
    if not (pd.api.types.is_string_dtype(column) or column.dtype == object or pd.api.types.is_bool_dtype(column)):
        if not pd.api.types.is_integer_dtype(column):
            return column, False
        column = column.astype("string")
    text = column.astype("str").str.strip()
    known = text.str.casefold().map(words)
    hit = known.notna().to_numpy(bool)
    return (text.mask(hit, known) if hit.any() else column), bool(hit.any())


def _numbers_if_all(column: pd.Series) -> pd.Series:
    """Text as numbers where every cell is one or blank; else as it stands, for the door to judge."""
    if not pd.api.types.is_string_dtype(column):
        return column
    text = column.str.strip()
    blank = (text.isna() | (text == "")).to_numpy(bool)
    if blank.all() or not text[~blank].str.fullmatch(r"[+-]?\d+(?:\.\d+)?").all():
        return column
    numbers = pd.to_numeric(text.mask(blank), errors="coerce")
    whole = numbers.dropna()
    if (whole == np.floor(whole)).all() and (whole.abs() < 2**53).all():
        return numbers.astype("Int64") if blank.any() else numbers.astype("int64")
    return numbers.astype("float64")
