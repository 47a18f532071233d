"""Every issue that can be found, in Chinese and English: code -> severity, text and cure.

Codes are never reused for another meaning. Texts speak of ids and columns, never of a household's values.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    severity: str
    zh: str
    en: str
    fix_zh: str
    fix_en: str


CATALOGUE: dict[str, Entry] = {
    # files and columns
    "LG-F101": Entry(
        "warning", "图层为空", "the layer is empty", "确认是否选对了图层", "check that this is the right layer"
    ),
    "LG-F102": Entry("error", "{column} 为空", "{column} is blank", "补上唯一的编号", "give the row an id of its own"),
    "LG-F103": Entry(
        "error",
        "{column} 重复（{value} 行）",
        "{column} stands {value} times",
        "改为唯一编号后再导入",
        "make the ids unique and import again",
    ),
    "LG-F104": Entry(
        "error",
        "{column} 指向不存在的编号",
        "{column} names something that is not there",
        "更正编号，或先导入被引用的图层",
        "correct the id, or bring the layer that it points into",
    ),
    "LG-F105": Entry(
        "error",
        "{column} 不是允许范围内的数",
        "{column} is not a number in its allowed range",
        "更正数值；未知请留空",
        "correct the number; leave unknown values empty",
    ),
    "LG-F106": Entry(
        "error",
        "{column} 不是允许的词",
        "{column} is none of the allowed words",
        "改用数据模型中列出的词",
        "use one of the words in the data model",
    ),
    "LG-F107": Entry(
        "info",
        "{column} 与另一行完全相同，只保留一行",
        "the row repeats another one exactly; one is kept",
        "删除重复行",
        "delete the repeated row",
    ),
    # polygons and lines
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
    # households
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
    # grids
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
    # teams and sessions
    "LG-D003": Entry(
        "warning", "没有任何网格", "looks after no grid", "在网格中填写 team_id", "set team_id on its grids"
    ),
    "LG-D007": Entry(
        "error",
        "与 {other} 同一团队、时间冲突",
        "overlaps {other} of the same team",
        "更改时间",
        "move one of the sessions",
    ),
    "LG-D009": Entry(
        "error",
        "时间不是 HH:MM，或结束不晚于开始",
        "the times are not HH:MM, or the end is not after the start",
        "更正 start 和 end；跨午夜请分为两条",
        "correct start and end; split a session that runs over midnight",
    ),
    "LG-D101": Entry(
        "error",
        "不符合“1+1+N”：应有 1 个医生团队、1 名党员、至少 1 名网格员",
        "breaks 1+1+N: exactly one doctor team, one Party member, one or more grid workers",
        "补齐团队成员",
        "complete the team",
    ),
    "LG-D102": Entry(
        "warning",
        "没有驻点，无法计算响应时间",
        "has no base site, so no response time can be computed",
        "填写 base_site_id",
        "set base_site_id",
    ),
    "LG-D103": Entry(
        "warning",
        "签约 {value} 人，超过家庭医生的上限",
        "has {value} signed people, over its doctors' panel limit",
        "增加医生或分流签约居民",
        "add a doctor or move signed people",
    ),
    # networks
    "LG-N001": Entry(
        "warning",
        "路网分为 {value} 片，最大一片之外的路段与其余不连通",
        "the roads fall into {value} pieces; those outside the largest reach nothing else",
        "检查断头处是否漏接",
        "check the dead ends for missing joins",
    ),
    "LG-N018": Entry(
        "warning",
        "离路网超过 {value} 米，无法到达",
        "lies more than {value} m from any usable road and cannot be reached",
        "补画道路，或放宽允许距离",
        "draw the missing road, or allow a longer way",
    ),
    # plans drawn elsewhere
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
