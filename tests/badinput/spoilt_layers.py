"""Files of other programs, spoilt: Shapefiles, tables, GeoJSON, KML, archives. Each function returns the path."""

import json
import os
import socket
import stat
import zipfile

import geopandas as gpd
import openpyxl
import shapely
from conftest import CRS, line_town


def households_shp(folder, **options):
    frame = line_town()["households"][["household_id", "n_usual", "geometry"]].assign(note="成都")
    frame = frame.rename(columns={"household_id": "户号"})  # a Shapefile cuts longer names
    path = folder / "households.shp"
    frame.to_file(path, engine="pyogrio", **options)
    return path


def shp_without(folder, part):
    path = households_shp(folder)
    path.with_suffix(part).unlink()
    return path


def shp_in_gbk(folder, says):
    """Attributes in GBK; `says` is what the .cpg claims, or nothing."""
    path = households_shp(folder, encoding="GBK")
    cpg = path.with_suffix(".cpg")
    if says:
        cpg.write_text(says)
    else:
        cpg.unlink(missing_ok=True)
    return path


def shp_with_fewer_records(folder, records):
    path = households_shp(folder)
    dbf = path.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes())
    raw[4:8] = records.to_bytes(4, "little")
    dbf.write_bytes(raw)
    return path


def shp_cut(folder, keep):
    path = households_shp(folder)
    path.write_bytes(path.read_bytes()[:keep])
    return path


def shp_with_asterisks(folder):
    path = households_shp(folder)
    dbf = path.with_suffix(".dbf")
    raw = bytearray(dbf.read_bytes())
    header, record = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    fields = [raw[32 + 32 * k : 64 + 32 * k] for k in range((header - 33) // 32)]
    at = 1
    for field in fields:
        name, width = field[:11].split(b"\0")[0].decode(), field[16]
        if name == "n_usual":
            begin = header + 2 * record + at
            raw[begin : begin + width] = b"*" * width
        at += width
    dbf.write_bytes(raw)
    return path


# -- tables -------------------------------------------------------------------------------------------------------

_ROWS = [("h1", "104.06", "30.67", "2", "a"), ("h2", "104.07", "30.68", "3", "b")]
_HEAD = ("household_id", "lon", "lat", "n_usual", "note")


def table(folder, *, encoding="utf-8", separator=",", end="\n", first="", head=_HEAD, rows=_ROWS, last=""):
    lines = [separator.join(head)] if head else []
    lines += [separator.join(row) for row in rows]
    path = folder / "households.csv"
    path.write_bytes((first + end.join(lines) + end + last).encode(encoding))
    return path


def table_with_quotes(folder):
    return table(folder, last='h3,104.08,30.69,1,"two\nlines, and ""quotes"""\n')


def table_with_open_quote(folder, rows):
    return table(folder, last='h3,104.08,30.69,1,"never closed\n' + "h4,104.1,30.7,1,x\n" * rows)


def table_with_uneven_rows(folder):
    return table(folder, rows=[_ROWS[0], ("h2", "104.07"), ("h3", "104.08", "30.6", "1", "c", "more", "yet")])


def table_in_one_line(folder, megabytes):
    return table(folder, rows=[("h1", "104.06", "30.67", "2", "x" * (megabytes << 20))])


def empty_file(folder):
    path = folder / "households.csv"
    path.write_bytes(b"")
    return path


def workbook_with_error(folder):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(_HEAD)
    for row in _ROWS:
        sheet.append(row)
    sheet.append(("h3", 104.08, 30.69, "#REF!", "c"))
    sheet["D4"].data_type = "e"
    sheet.row_dimensions[3].hidden = True
    path = folder / "households.xlsx"
    book.save(path)
    return path


# -- JSON and XML -------------------------------------------------------------------------------------------------


def _feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _place(*coordinates):
    return {"type": "Point", "coordinates": list(coordinates)}


def geojson(folder, crs=None, places=None, after=""):
    places = places if places is not None else [[104.06, 30.67], [104.07, 30.68]]
    features = [_feature(_place(*p), household_id=f"h{k}", n_usual=2) for k, p in enumerate(places)]
    data = {"type": "FeatureCollection", "features": features}
    if crs is not None:
        data["crs"] = crs
    path = folder / "households.geojson"
    path.write_text(json.dumps(data) + after)
    return path


def geojson_crs_link(folder):
    """A CRS behind an address of this computer where nobody listens: a fetch would fail, not just take long."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    link = {"type": "link", "properties": {"href": f"http://127.0.0.1:{port}/crs", "type": "proj4"}}
    return geojson(folder, crs=link)


def geojson_crs_path(folder):
    (folder / "crs.txt").write_text("EPSG:4326")
    return geojson(folder, crs={"type": "name", "properties": {"name": str(folder / "crs.txt")}})


def geojson_text(folder, text):
    path = folder / "households.geojson"
    path.write_text(text)
    return path


def geojson_deep(folder, depth):
    inner = '{"type":"GeometryCollection","geometries":[' * depth + '{"type":"Point","coordinates":[1,2]}'
    shape = inner + "]}" * depth
    feature = '{"type":"Feature","properties":{"household_id":"h1"},"geometry":' + shape + "}"
    return geojson_text(folder, '{"type":"FeatureCollection","features":[' + feature + "]}")


def kml(folder, head="", marks=""):
    good = "<Placemark><name>h1</name><Point><coordinates>104.06,30.67</coordinates></Point></Placemark>"
    path = folder / "households.kml"
    path.write_text(f'<?xml version="1.0"?>{head}<kml><Document>{good}{marks}</Document></kml>')
    return path


def gml(folder):
    path = folder / "households.gml"
    path.write_text('<?xml version="1.0"?><gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml"/>')
    return path


def disguised_vrt(folder):
    other = households_shp(folder)
    path = folder / "other.geojson"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="households"><SrcDataSource>{other}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>"
    )
    return path


# -- archives and odd places --------------------------------------------------------------------------------------


def archive(folder, entries):
    path = folder / "households.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in entries.items():
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, zipfile.ZIP_DEFLATED
            out.writestr(info, text)
    return path


def zip_bomb(folder):
    return archive(folder, {"households.csv": "household_id,n_usual\n" + "1,2\n" * 5_000_000})


def zip_slip(folder):
    return archive(folder, {"../households.csv": "household_id,n_usual\n1,2\n"})


def zip_with_link(folder):
    path = folder / "households.zip"
    info = zipfile.ZipInfo("households.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(info, "/etc/passwd")
    return path


def pipe(folder):
    path = folder / "households.gpkg"
    os.mkfifo(path)
    return path


def folder_for_a_file(folder):
    path = folder / "households.gpkg"
    path.mkdir()
    return path


def grids_geojson(folder):
    frame = gpd.GeoDataFrame(
        {"grid_id": ["W"]}, geometry=[shapely.box(400_000, 3_400_000, 400_100, 3_400_100)], crs=CRS
    )
    path = folder / "grids.geojson"
    path.write_text(frame.set_crs(4326, allow_override=True).to_json())
    return path
