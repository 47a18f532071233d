"""Polygons and lines."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-P001": Entry(
        "error",
        "多边形无效：{value}",
        "the polygon is not valid: {value}",
        "在 GIS 中修正边界后再导入",
        "mend the outline in a GIS and import again",
    ),
    "LG-P013": Entry(
        "error",
        "多边形在 1 毫米取整后没有面积",
        "the polygon has no area after rounding to 1 mm",
        "检查坐标系和单位",
        "check the CRS and the units",
    ),
    "LG-P017": Entry(
        "error", "没有几何图形", "the geometry is missing", "补上几何图形", "draw or restore the geometry"
    ),
    "LG-P025": Entry(
        "error",
        "与 {other} 重叠 {value} 平方米",
        "overlaps {other} by {value} m2",
        "移动边界，使相邻图形共用同一条边",
        "move the border so that neighbours share one line",
    ),
    "LG-P101": Entry(
        "warning",
        "{value} 的数据位于另一个 3° 带",
        "{value} of the data lie in another 3-degree zone",
        "整个研究区使用同一个带；远离中央子午线处面积偏大约千分之一",
        "keep one zone for the whole area; far from its meridian areas come out up to 0.1 % too large",
    ),
}
