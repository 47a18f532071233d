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
}
