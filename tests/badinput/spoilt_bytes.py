"""Bytes of geometries that something is wrong with, and a street file that is cut."""

import struct

import shapely
from support.osm_file import OsmFile

import libgrid as lg

_SQUARE = [(402_000.0, 3_400_000.0), (402_010.0, 3_400_000.0), (402_010.0, 3_400_010.0), (402_000.0, 3_400_010.0)]


def _ring(points) -> bytes:
    return struct.pack("<I", len(points)) + b"".join(struct.pack("<dd", *p) for p in points)


def _polygon(*rings) -> bytes:
    return b"\x01" + struct.pack("<II", 3, len(rings)) + b"".join(_ring(r) for r in rings)


def _nested(depth: int) -> bytes:
    return (b"\x01" + struct.pack("<II", 7, 1)) * depth + shapely.to_wkb(shapely.Point(0, 0))


WKB = {
    "unclosed": lambda: _polygon(_SQUARE),
    "three_points": lambda: _polygon([_SQUARE[0], _SQUARE[1], _SQUARE[0]]),
    "huge_count": lambda: b"\x01" + struct.pack("<III", 3, 1, 2**31) + b"\0" * 64,
    "nested_collections": lambda: _nested(100_000),
    "few_nested_collections": lambda: _nested(40),
    "curve_polygon": lambda: (
        b"\x01" + struct.pack("<II", 10, 1) + b"\x01" + struct.pack("<I", 8) + _ring([*_SQUARE, _SQUARE[0]])
    ),
    "tin": lambda: (
        b"\x01"
        + struct.pack("<II", 16, 1)
        + b"\x01"
        + struct.pack("<II", 17, 1)
        + _ring([_SQUARE[0], _SQUARE[1], _SQUARE[2], _SQUARE[0]])
    ),
    "polygon_z": lambda: (
        b"\x01"
        + struct.pack("<III", 1003, 1, 5)
        + b"".join(struct.pack("<ddd", *p, float("nan")) for p in [*_SQUARE, _SQUARE[0]])
    ),
    "collection": lambda: b"\x01" + struct.pack("<II", 7, 1) + _polygon([*_SQUARE, _SQUARE[0]]),
    "line_among_polygons": lambda: shapely.to_wkb(shapely.LineString([(0, 0), (5, 5)])),
}


def wkb(name: str) -> bytes:
    """Well-known binary that something is wrong with."""
    return WKB[name]()


def cut_osm_file(folder):
    """An OpenStreetMap file without its last third."""
    file = OsmFile()
    for i in range(200):
        file.node(i + 1, 104 + i * 0.001, 30.5)
    file.way(1, list(range(1, 201)), highway="residential")
    path = file.write(folder / "town.osm.pbf")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    return path


def read_roads_of_osm(path):
    return len(lg.read_osm(path))
