"""Plans drawn elsewhere."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-L001": Entry(
        "error",
        "方案中的基本单元不存在",
        "the plan names a block that the area does not have",
        "核对 block_id；该行已搁置",
        "check block_id; the row was set aside",
    ),
    "LG-L002": Entry(
        "error",
        "方案中的网格 {value} 不存在",
        "the plan puts it into grid {value}, which the area does not have",
        "先在 grids 图层中加入该网格；该单元保留现状",
        "add the grid to the grids layer first; the block keeps today's grid",
    ),
    "LG-L003": Entry(
        "error",
        "同一基本单元在方案中出现多次且网格不同",
        "the block stands in the plan more than once, in different grids",
        "只保留一行；该单元保留现状",
        "keep one row; the block keeps today's grid",
    ),
    "LG-L004": Entry(
        "warning",
        "方案中没有该基本单元，保留现状",
        "the plan does not name the block; it keeps today's grid",
        "补上该行，或确认不变",
        "add the row, or accept that nothing changes",
    ),
    "LG-L006": Entry(
        "error",
        "方案第 {value} 行无法读取",
        "row {value} of the plan cannot be read",
        "更正该行；该行已搁置",
        "correct the row; it was set aside",
    ),
    "LG-L007": Entry(
        "warning",
        "方案中该基本单元的网格为空，视为不属于任何网格",
        "the plan leaves its grid blank: the block is in no grid",
        "补上网格，或确认如此",
        "fill in the grid, or accept that it has none",
    ),
    "LG-L005": Entry(
        "error",
        "网格 {value} 还有下级网格，基本单元不能直接划入",
        "grid {value} has grids below it and cannot hold blocks itself",
        "划入它的下级微网格；该单元保留现状",
        "use one of its micro-grids; the block keeps today's grid",
    ),
}
