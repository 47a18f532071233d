"""Grids."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-G001": Entry(
        "error",
        "上级网格成环",
        "its parents form a ring",
        "更正 parent_id；该引用已清空",
        "correct parent_id; the reference has been emptied",
    ),
    "LG-G002": Entry(
        "warning",
        "没有任何基本单元或住户",
        "has no block and no household",
        "删除该网格，或把基本单元划入",
        "remove the grid, or give it blocks",
    ),
    "LG-G003": Entry(
        "warning",
        "没有责任团队",
        "has no team of its own",
        "填写 team_id（本级或上级）",
        "set team_id on the grid or on its parent",
    ),
    "LG-G004": Entry(
        "warning",
        "户数与商家数之和为 {value}，超出规模标准",
        "holds {value} households and shops, outside the size norm",
        "调整边界",
        "redraw its borders",
    ),
    "LG-G005": Entry(
        "warning",
        "由 {value} 块互不相连的部分组成",
        "falls into {value} parts that do not touch",
        "合并或重划",
        "join the parts or redraw",
    ),
    "LG-G006": Entry(
        "warning",
        "基本单元没有网格",
        "the block is in no grid",
        "填写 grid_id",
        "set its grid_id",
    ),
    "LG-G007": Entry(
        "error",
        "所在网格还有下级网格，不能直接包含它",
        "stands in a grid that has grids below it and cannot hold it itself",
        "划入下级微网格",
        "put it into one of the micro-grids below",
    ),
}
