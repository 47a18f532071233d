"""Opens hostile names and files by every door, and prints how each was answered; run by tests/python/test_fence.py."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import sys
import zipfile

from libgrid.io import list_layers, read_vector

import libgrid as lg

URL = "http://127.0.0.1:9/secret.geojson"
VRT = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{URL}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
POINT = '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[104,30]}}'
_ENTITIES = zip("abcdefgh", "bcdefghi", strict=True)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY i "ha">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for c, p in _ENTITIES)
    + "]><kml><Document><name>&a;</name></Document></kml>"
)
NAMES = [
    URL,
    "https://127.0.0.1:9/a.gpkg",
    "ftp://127.0.0.1:9/a.csv",
    "s3://bucket/a.parquet",
    "gs://bucket/a.parquet",
    "hdfs://127.0.0.1/a.parquet",
    "file:///etc/passwd",
    f"/vsicurl/{URL}",
    f"/vsizip//vsicurl/{URL}.zip",
    "/vsis3/bucket/a.gpkg",
    f"WFS:{URL}",
    "PG:host=127.0.0.1 dbname=x",
    "MySQL:x,host=127.0.0.1",
    f"OAPIF:{URL}",
    "MEM:::DATAPOINTER=0x1000,PIXELS=1,LINES=1",
    "GPKG:a.gpkg:x",
    VRT,
    '{"type":"FeatureCollection","features":[]}',
    "[1]",
    "",
    "a\0b.gpkg",
    "/dev/zero",
    "/dev/stdin",
    "/proc/self/mem",
    "/etc",
    "x" * 5000,
]


def collection(extra: str) -> str:
    return '{"type":"FeatureCollection",' + extra + f'"features":[{POINT}]}}'


def make_files(folder: pathlib.Path) -> list[pathlib.Path]:
    texts = {
        "crs_link.geojson": collection('"crs":{"type":"link","properties":{"href":"' + URL + '"}},'),
        "crs_url.geojson": collection('"crs":{"type":"name","properties":{"name":"' + URL + '"}},'),
        "crs_file.geojson": collection('"crs":{"type":"name","properties":{"name":"/etc/passwd"}},'),
        "vrt.geojson": VRT,
        "vrt.gml": VRT,
        "vrt.gpkg": VRT,
        "vrt.csv": VRT,
        "vrt.vrt": VRT,
        "link.kml": f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{URL}</href></Link>'
        f"</NetworkLink><Placemark><styleUrl>{URL}#s</styleUrl><Point><coordinates>104,30</coordinates></Point></Placemark>"
        "</Document></kml>",
        "laughs.kml": LAUGHS,
        "xxe.kml": '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><name>&x;</name></kml>',
        "xxe.gml": f'<?xml version="1.0"?><!DOCTYPE a SYSTEM "{URL}"><a/>',
        "deep.geojson": '{"a":' * 200_000,
        "esri.geojson": '{"geometryType":"esriGeometryPoint","features":[],"url":"' + URL + '"}',
        "topo.geojson": '{"type":"Topology","objects":{},"arcs":[],"href":"' + URL + '"}',
        "stac.geojson": collection(f'"type2":"x","links":[{{"rel":"next","href":"{URL}"}}],'),
        "wfs.csv": f"WFS:{URL}\n1\n",
        "plan.csv": f'block_id,grid_id\n=WEBSERVICE("{URL}"),G1\n',
        "empty.gpkg": "",
        "fake.gpkg": "SQLite format 3\0 and nothing else",
        "fake.parquet": "PAR1 PAR1",
        "fake.xlsx": "PK\x03\x04 and nothing else",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(folder / "slip.zip", "w") as archive:
        archive.writestr("../../slipped.geojson", collection(""))
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.geojson", b" " * 300_000_000)
    with zipfile.ZipFile(folder / "nested.zip", "w") as archive:
        archive.write(folder / "bomb.zip", "inner.zip")
    make_workbook(folder / "links.xlsx")
    os.mkfifo(folder / "pipe.gpkg")
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.xlsx")
    (folder / "loop_a.gpkg").symlink_to(folder / "loop_b.gpkg")
    (folder / "loop_b.gpkg").symlink_to(folder / "loop_a.gpkg")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "folder.gpkg").mkdir()
    make_foreign_crs(folder / "crs.gpkg")
    return sorted(folder.iterdir())


def make_workbook(path: pathlib.Path) -> None:
    """A workbook with a formula, a picture link and an external link."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["block_id", "grid_id"])
    book.active.append([f'=WEBSERVICE("{URL}")', f"='{URL}'!A1"])
    book.active["C1"].hyperlink = URL
    book.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", f'<Relationships><Relationship Id="r1" '
                         f'TargetMode="External" Target="{URL}"/></Relationships>')  # fmt: skip


def make_foreign_crs(path: pathlib.Path) -> None:
    """A file that calls itself ours and names a file and an address for its CRS."""
    import sqlite3

    from libgrid._gdalio import read_geopackage  # noqa: F401 (the extension is loaded before the fence is watched)

    area = lg.datasets.load("town")
    area.save(path)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE libgrid_meta SET value = ? WHERE key = 'crs'", ("+init=/etc/passwd:1",))
        db.execute("UPDATE libgrid_meta SET value = ? WHERE key = 'crs_wkt'", (URL,))


def doors():
    yield "open_study_area", lg.open_study_area
    yield "edited", lambda name: lg.open_study_area(name, edited=True)
    yield "history", lg.history
    yield "list_layers", list_layers
    yield "read_vector", read_vector
    area = lg.datasets.load("town")
    yield "read_plan", lambda name: lg.read_plan(name, area)
    yield "save", lambda name: area.save(name)
    yield "read_layer", lambda name: lg.read_layer(name, crs="EPSG:4544")
    yield "read_raster", lg.read_raster
    yield "from_osm", lambda name: lg.RoadNetwork.from_osm(name, mode="walk")


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    names = [*NAMES, *map(str, make_files(folder)), str(lg.datasets.path("town"))]
    if "--reach-out" in sys.argv:  # the control: the watcher must see this
        import socket

        socket.socket().close()
    if "--nothing-else" in sys.argv:
        names = []
    answers = {}
    for door, enter in doors():
        for name in names:
            if door == "save" and pathlib.Path(name[:200].replace("\0", "")).exists() and not name.startswith("/dev"):
                continue
            signal.alarm(30)  # ends everything: nothing may hang
            try:
                enter(name)
                answer = "read"
            except lg.Error as error:
                answer = type(error).__name__
            except Exception as error:
                answer = f"!{type(error).__name__}: {str(error)[:200]}"
            signal.alarm(0)
            shown = pathlib.Path(name).name if name.startswith(str(folder)) else name
            answers.setdefault(door, {})[shown[:60]] = answer
    print(json.dumps(answers))


if __name__ == "__main__":
    main()
