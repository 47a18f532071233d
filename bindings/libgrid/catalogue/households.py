"""Households."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-H004": Entry(
        "warning",
        "不在任何网格内",
        "lies in no grid",
        "检查位置，或把网格补全",
        "check the place, or complete the grids",
    ),
    "LG-H010": Entry(
        "error",
        "坐标缺失、不是有限数，或远离研究区",
        "the coordinates are missing, not finite, or far from the study area",
        "更正坐标；检查坐标系",
        "correct the coordinates; check the CRS",
    ),
    "LG-H014": Entry(
        "error",
        "人数为负，或超过住户的人数",
        "a count is negative, or more than the people who live there",
        "更正人数",
        "correct the counts",
    ),
    "LG-H105": Entry(
        "info",
        "缺少 block_id，已按位置归入基本单元",
        "block_id is missing; joined to a block by its point",
        "补上 block_id 可避免误归",
        "give the block_id to be sure",
    ),
}
