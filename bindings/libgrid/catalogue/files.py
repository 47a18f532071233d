"""Files, layers and columns."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
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
        "{column} 指向不存在的编号{value}",
        "{column} names something that is not there{value}",
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
        "{column} 不是允许的词（{value}）",
        "{column} is none of the allowed words ({value})",
        "改用数据模型中列出的词",
        "use one of the words in the data model",
    ),
    "LG-F107": Entry(
        "warning",
        "{column} 与另一行完全相同，只保留一行",
        "the row repeats another one exactly; one is kept",
        '删除重复行；若不允许合并，请用 repeated_rows="set_aside"',
        'delete the repeated row; repeated_rows="set_aside" takes neither',
    ),
    "LG-F108": Entry(
        "warning",
        "{column} 与 {other} 只有大小写、全半角或空格之别",
        "{column} differs from {other} only in case, width or spaces",
        "若为同一编号请改为一致，否则改得更易区分",
        "write both alike if they are one, else make them differ more",
    ),
    "LG-F109": Entry(
        "error",
        "{column} 是文字，不是数",
        "{column} is text, not a number",
        "改为数字；未知请留空",
        "write a number; leave unknown values empty",
    ),
    "LG-F110": Entry(
        "error",
        "{column} 应为整数",
        "{column} must be a whole number",
        "改为整数",
        "write a whole number",
    ),
    "LG-F111": Entry(
        "warning",
        "{column} 含全角数字或千位分隔符，已按数字读取",
        "{column} has full-width digits or thousands separators; it was read as a number",
        "在源表中改为普通数字",
        "write plain digits in the source",
    ),
    "LG-F112": Entry(
        "warning",
        "{column} 为“无”“-”之类的词，已按 missing 的约定读取",
        "{column} holds a word for nothing; it was read as missing= says",
        "在源表中改为 0，或留空",
        "write 0, or leave the cell empty, in the source",
    ),
    "LG-F113": Entry(
        "error",
        "{column} 为“无”“-”之类的词：是零还是未知？",
        "{column} holds a word for nothing: nought or unknown?",
        '改为 0 或留空；或用 missing="zero" / "unknown" 说明',
        'write 0 or leave it empty; or say missing="zero" or "unknown"',
    ),
    "LG-F114": Entry(
        "error",
        "{column} 含全角数字或千位分隔符",
        "{column} has full-width digits or thousands separators",
        "改为普通数字，或用 loose_numbers=True 读取",
        "write plain digits, or read with loose_numbers=True",
    ),
    "LG-F115": Entry(
        "error",
        "{column} 为空，但必须填写",
        "{column} is blank and must not be",
        "填写 {column}",
        "fill in the id that it points to",
    ),
    "LG-F116": Entry(
        "error",
        "不属于任何街道",
        "is in no sub-district",
        "更正位置，或填写其所指的网格、站点或团队",
        "correct its place, or the grid, site or team that it names",
    ),
    "LG-F117": Entry(
        "warning",
        "没有任何一行数据属于该街道，未写出文件",
        "no row of any layer is in it, so it has no file",
        "检查该街道的编号或边界",
        "check the sub-district's id or its outline",
    ),
}
