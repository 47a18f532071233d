"""Deliveries as offices hand them over, made of a generated town: right content, wrong dress, and planted faults.

`write_street_office` is a whole study area in five files; the others are one trap each. What was planted is returned,
so that a test can ask for exactly that.
"""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import shapely

import libgrid as lg

LEVELS = {"community": "总网格", "general": "一般网格", "micro": "微网格", "dedicated": "专属网格"}
KINDS = {"studio": "工作室", "station": "社区卫生服务站", "centre": "社区卫生服务中心", "hospital": "医院"}
USES = {"residential": "住宅", "commercial": "商业", "mixed": "商住", "other": "其他"}
DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SECRET = "不应出现之人"  # stands in every personal cell: no output may show it


def write_street_office(folder: Path, area=None) -> dict[int, str]:
    """台账.xlsx, 基本单元.zip, 机构.xlsx, 站点.csv, 道路.kml; the planted faults of the ledger by Excel row."""
    area = lg.datasets.load("town") if area is None else area
    planted = write_ledger(folder / "台账.xlsx", area)
    write_gbk_shapefile(folder / "基本单元.zip", area)
    write_office_book(folder / "机构.xlsx", area)
    write_shifted_sites(folder / "站点.csv", area)
    write_roads(folder / "道路.kml", area)
    return planted


def write_ledger(path: Path, area) -> dict[int, str]:
    """An Excel ledger: merged title, a line of notes, persons' columns, hidden rows, a total, and four faulty rows."""
    homes = area.households.to_crs("EPSG:4490")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "住户台账"
    names = [
        "序号",
        "户号",
        "户主姓名",
        "联系电话",
        "楼栋编号",
        "常住人口",
        "流动人口",
        "短期人口",
        "重点人群",
        "次重点人群",
    ]
    names += ["失能人数", "签约人数", "签约团队", "高血压人数", "65岁以上人数", "辖区内", "经度", "纬度"]
    sheet.append(["安靖街道某社区住户台账"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(names))
    sheet.append(["填报单位：某社区", None, None, "填报日期：2025年3月"])
    sheet.append(names)
    text = lambda value: None if pd.isna(value) else value  # noqa: E731
    for i, h in enumerate(homes.itertuples(), start=1):
        row = [i, h.household_id, SECRET, "13800000000", text(h.block_id), h.n_usual, h.n_migrant, h.n_short, h.n_key]
        row += [h.n_next_key, h.n_homebound, h.n_signed, text(h.signed_team_id), text(h.n_hypertension)]
        sheet.append([*row, text(h.n_age65), "是" if h.inside else "否", h.geometry.x, h.geometry.y])
    first = 4
    faults = {first + 10: "LG-H020", first + 20: "LG-F033", first + 30: "LG-H013", first + 40: "LG-H012"}
    sheet.cell(first + 10, 2).value = 5.10117008001001e17
    sheet.cell(first + 20, 6).value = "#REF!"
    x, y = sheet.cell(first + 30, 17), sheet.cell(first + 30, 18)
    x.value, y.value = y.value, x.value
    sheet.cell(first + 40, 17).value = "103°55'12\""
    sheet.append(["合计", *[None] * 4, int(homes.n_usual.sum())])
    faults[first + len(homes)] = "LG-F213"
    for row in (first + 50, first + 51):
        sheet.row_dimensions[row].hidden = True
    book.save(path)
    return faults


def write_gbk_shapefile(path: Path, area) -> None:
    """Blocks as a zipped Shapefile in GBK that does not say so; names of the archive in GBK too."""
    blocks = area.blocks
    frame = gpd.GeoDataFrame(
        {
            "楼栋编号": blocks.block_id,
            "网格编码": blocks.grid_id,
            "商家数": blocks.n_shops,
            "用途": blocks.kind.map(USES),
        },
        geometry=blocks.geometry,
        crs=blocks.crs,
    )
    shape = path.with_suffix(".shp")
    frame.to_file(shape, driver="ESRI Shapefile", encoding="GBK")
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = 0
    path.with_suffix(".dbf").write_bytes(raw)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            archive.write(path.with_suffix(suffix), f"JBDY{suffix}")
    path.write_bytes(path.read_bytes().replace(b"JBDY", "单元".encode("gbk")))
    for part in path.parent.glob(f"{path.stem}.*"):
        if part != path:
            part.unlink()


def write_office_book(path: Path, area) -> None:
    """Grids, teams and sessions as three sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    grids = area.layer("grids")
    sheets = {
        "网格": grids.assign(level=grids.level.map(LEVELS))[["grid_id", "name", "level", "parent_id", "team_id"]],
        "团队": area.teams[
            ["team_id", "name", "base_site_id", "n_party_members", "n_grid_workers", "n_doctors", "offered_min"]
        ],
        "坐诊": area.sessions.assign(weekday=[DAYS[d - 1] for d in area.sessions.weekday]),
    }
    heads = {
        "网格": ["网格编码", "网格名称", "网格级别", "上级网格", "责任团队"],
        "团队": ["团队编号", "团队名称", "驻点", "党员数", "网格员数", "家庭医生数", "可用分钟"],
        "坐诊": ["坐诊编号", "站点编号", "团队编号", "星期", "开始时间", "结束时间", "每几周"],
    }
    for name, frame in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append([f"{name}一览表"])
        sheet.append(heads[name])
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None):
            sheet.append(row)
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads[name]))
    book.save(path)


def write_shifted_sites(path: Path, area) -> None:
    """Sites in GCJ-02, as copied from a web map: GBK, semicolons, a ``sep=`` line."""
    sites = area.sites.to_crs("EPSG:4326")
    lonlat = lg.wgs84_to_gcj02(np.column_stack([sites.geometry.x, sites.geometry.y]))
    lines = ["sep=;", "站点编号;站点名称;站点类型;定点医院;辖区内;经度;纬度"]
    for site, (lon, lat) in zip(sites.itertuples(), lonlat, strict=True):
        flags = ["是" if flag else "否" for flag in (site.designated, site.inside)]
        lines.append(";".join([site.site_id, site.name, KINDS[site.kind], *flags, repr(float(lon)), repr(float(lat))]))
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def write_roads(path: Path, area) -> None:
    """Roads as KML placemarks with data fields."""
    roads = area.roads.to_crs("EPSG:4326")
    marks = []
    for road in roads.itertuples():
        points = " ".join(f"{x!r},{y!r},0" for x, y in road.geometry.coords)
        fields = {"路段编号": road.road_id, "道路等级": road._2, "单行": road.oneway, "路名": road.name}
        data = "".join(f'<Data name="{k}"><value>{v}</value></Data>' for k, v in fields.items())
        marks.append(
            f"<Placemark><ExtendedData>{data}</ExtendedData>"
            f"<LineString><coordinates>{points}</coordinates></LineString></Placemark>"
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"<name>道路</name>{''.join(marks)}</Document></kml>",
        encoding="utf-8",
    )


def write_overlapping_nets(path: Path) -> list[tuple[str, str]]:
    """Three grids of which two overlap by 20 m and two leave a gap of 5 m; the pairs that overlap."""
    x, y = 400_000.0, 3_400_000.0
    frame = gpd.GeoDataFrame(
        {"网格编码": ["G1", "G2", "G3"], "网格级别": ["微网格"] * 3},
        geometry=[
            shapely.box(x, y, x + 120, y + 100),
            shapely.box(x + 100, y, x + 200, y + 100),
            shapely.box(x + 205, y, x + 300, y + 100),
        ],
        crs="EPSG:4544",
    )
    frame.to_file(path, layer="网格")
    return [("G1", "G2")]
