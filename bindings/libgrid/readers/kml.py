"""KML placemarks with their data fields. The file is read by our own small parser: nothing in it is ever fetched."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from .._core import IoError
from ..issues import name_some
from .budget import LOOK_EVERY, Budget
from .raw import Fault, Note, RawLayer

_MAX_DEPTH = 64
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry")


def read_kml(path: Path, layer: str | None = None, budget: Budget | None = None) -> RawLayer:
    """The placemarks of a KML file, or of one of its folders. Coordinates are longitude and latitude, WGS 84.

    Raises
    ------
    IoError
        Not well formed, or it declares entities (which can grow without end, or read other files).
    """
    data = path.read_bytes()
    if _DECLARES.search(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:512]:
        raise IoError(f"{path}: declares a document type or entities of its own (or is UTF-16); save it as plain KML")
    parser = ET.XMLPullParser(events=("start", "end"))
    marks: list[tuple[str, ET.Element]] = []
    folders, depth, links = [], 0, 0
    try:
        parser.feed(data)
        parser.close()
        for event, element in parser.read_events():
            tag = _plain(element.tag)
            if event == "start":
                depth += 1
                if depth > _MAX_DEPTH:
                    raise IoError(f"{path}: nested more than {_MAX_DEPTH} deep")
                if tag in ("Document", "Folder"):
                    folders.append(element)
                continue
            depth -= 1
            if tag in ("Document", "Folder"):
                folders.pop()
            elif tag == "NetworkLink":
                links += 1
            elif tag == "Placemark":
                marks.append((_text(folders[-1], "name") if folders else "", element))
                if budget is not None and len(marks) % LOOK_EVERY == 0:
                    budget.check_time()
    except ET.ParseError as error:
        raise IoError(f"{path}: not well formed ({error}); export it again") from None
    names = list(dict.fromkeys(name for name, _ in marks))
    if layer is not None:
        if layer not in names:
            raise IoError(f'{path}: no folder "{layer}"; there are {name_some(names, 20) or "none"}')
        marks = [m for m in marks if m[0] == layer]
    if budget is not None:
        budget.check_rows(len(marks))
    notes = [Note("LG-F039", links)] if links else []
    rows, shapes, faults = [], [], []
    for _, mark in marks:
        rows.append(_fields(mark))
        try:
            shapes.append(_geometry(mark))
        except (ValueError, shapely.errors.GEOSException) as error:
            faults.append(Fault("LG-F008", len(shapes), "", str(error)[:80]))
            shapes.append(None)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    fields = list(dict.fromkeys(field for row in rows for field in row))
    frame = pd.DataFrame({f: pd.Series([row.get(f) for row in rows], dtype="str") for f in fields})
    frame = frame.reindex(range(len(rows)))
    return RawLayer(frame, layer or path.stem, geometry, "EPSG:4326", notes=notes, faults=faults)


def _plain(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _text(element: ET.Element, tag: str) -> str:
    return next(((child.text or "").strip() for child in element if _plain(child.tag) == tag), "")


def _fields(mark: ET.Element) -> dict[str, str | None]:
    out: dict[str, str | None] = {}
    for tag in ("name", "description"):
        if text := _text(mark, tag):
            out[tag] = text
    for item in mark.iter():
        kind = _plain(item.tag)
        if kind == "Data" and item.get("name"):
            out[item.get("name")] = _text(item, "value") or None
        elif kind == "SimpleData" and item.get("name"):
            out[item.get("name")] = (item.text or "").strip() or None
    return out


def _geometry(mark: ET.Element):
    """The placemark's geometry; of a MultiGeometry its parts, which must be of one kind."""
    top = [child for child in mark if _plain(child.tag) in _GEOMETRIES]
    if len(top) > 1:
        raise ValueError("several geometries in one placemark")
    if not top:
        return None
    parts = _parts(top[0])
    if len(parts) < 2:
        return parts[0] if parts else None
    kinds = {part.geom_type for part in parts}
    if len(kinds) > 1:
        raise ValueError("parts of different kinds")
    join = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return join[kinds.pop()](parts)


def _parts(element: ET.Element) -> list:
    kind = _plain(element.tag)
    if kind == "MultiGeometry":
        return [part for child in element if _plain(child.tag) in _GEOMETRIES for part in _parts(child)]
    if kind == "Point":
        return [shapely.Point(xy) for xy in _coordinates(element)[:1]]
    if kind in ("LineString", "LinearRing"):
        return [shapely.LineString(_coordinates(element))]
    rings = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for child in element:
        for ring in child:
            if _plain(ring.tag) == "LinearRing" and _plain(child.tag) in rings:
                rings[_plain(child.tag)].append(_coordinates(ring))
    if len(rings["outerBoundaryIs"]) != 1:
        raise ValueError("a polygon without one outer ring")
    every = rings["outerBoundaryIs"] + rings["innerBoundaryIs"]
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in every):
        raise ValueError("a ring that is not closed or has fewer than four points")
    return [shapely.Polygon(every[0], every[1:])]


def _coordinates(element: ET.Element) -> list[tuple[float, float]]:
    out = []
    for item in _text(element, "coordinates").split():
        numbers = item.split(",")
        if len(numbers) not in (2, 3):
            raise ValueError("coordinates that are not longitude,latitude")
        out.append((float(numbers[0]), float(numbers[1])))
    return out
