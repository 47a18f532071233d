"""Households, and text and ids of any layer."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-H001": Entry(
        "error",
        "{column} 与另一行完全相同（{value} 行），均未采用",
        "the row repeats another one exactly ({value} in all); none is taken",
        '删除重复行，或用 repeated_rows="keep_one" 只留一行',
        'delete the repeated rows, or read with repeated_rows="keep_one"',
    ),
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
    "LG-H011": Entry(
        "error",
        "坐标为 (0, 0)",
        "the coordinates are 0, 0",
        "补上真实坐标；未知请留空",
        "give the real place; leave an unknown one empty",
    ),
    "LG-H012": Entry(
        "error",
        "{column} 是文字，不是坐标数值",
        "{column} is text, not a coordinate",
        "改为十进制数（小数点，不带度分秒）",
        "write decimal numbers, with a point and without degrees and minutes",
    ),
    "LG-H013": Entry(
        "error",
        "经纬度似乎颠倒",
        "longitude and latitude look swapped",
        "对调这些行的坐标；若整层颠倒，用 swapped=(图层,)",
        "swap them in these rows; if the whole layer is so, read it with swapped=(layer,)",
    ),
    "LG-H014": Entry("error", "{column} 为负数", "{column} is negative", "更正人数", "correct the count"),
    "LG-H015": Entry(
        "error",
        "{column} 超过一户的上限",
        "{column} is more than one household can have",
        "更正人数；集体户请单列，或提高 max_people",
        "correct the count; list institutions apart, or raise max_people",
    ),
    "LG-H016": Entry(
        "error", "{column} 应为整数", "{column} must be a whole number of people", "改为整数", "write a whole number"
    ),
    "LG-H017": Entry(
        "error",
        "{column} 为“无”“-”之类的词：是零还是未知？",
        "{column} holds a word for nothing: nobody or unknown?",
        '改为 0 或留空；或用 missing="zero" / "unknown" 说明',
        'write 0 or leave it empty; or say missing="zero" or "unknown"',
    ),
    "LG-H018": Entry(
        "error",
        "{column} 是文字，不是人数",
        "{column} is text, not a count",
        "改为数字；未知请留空",
        "write a number; leave unknown values empty",
    ),
    "LG-H019": Entry(
        "error",
        "{column} 含全角数字或千位分隔符",
        "{column} has full-width digits or thousands separators",
        "改为普通数字，或用 loose_numbers=True 读取",
        "write plain digits, or read with loose_numbers=True",
    ),
    "LG-H020": Entry(
        "error",
        "{column} 像是被表格软件改写过，或不符合约定的编码格式",
        "{column} looks rewritten by a spreadsheet, or is not of the form that was declared",
        "把该列设为文本后重新导出",
        "make the column text in the spreadsheet and export it again",
    ),
    "LG-H021": Entry(
        "error",
        "{column} 不是有效的 Unicode 文字",
        "{column} is no valid Unicode text",
        "指明文件编码（如 gb18030）后重新读取",
        "read the file again with its encoding, such as gb18030",
    ),
    "LG-H022": Entry(
        "warning",
        "{column} 像是乱码（编码转换过两次）",
        "{column} looks garbled, as if decoded twice",
        "用正确的编码重新导出",
        "export it again in the right encoding",
    ),
    "LG-H023": Entry(
        "error",
        "{column} 含空字符（NUL）",
        "{column} holds a NUL character",
        "删除该字符",
        "remove the character",
    ),
    "LG-H028": Entry(
        "error",
        "人数互相矛盾：某类人数超过该户的总人数",
        "its counts contradict each other: more of one kind than people who live there",
        "更正人数",
        "correct the counts",
    ),
    "LG-H031": Entry(
        "error",
        "{column} 是浮点数且不小于 2 的 53 次方，末位已丢失",
        "{column} is a float of 2^53 or more: its last digits are lost",
        "把编号作为文本重新读取",
        "read the ids again as text",
    ),
    "LG-H105": Entry(
        "info",
        "缺少 block_id，已按位置归入基本单元",
        "block_id is missing; joined to a block by its point",
        "补上 block_id 可避免误归",
        "give the block_id to be sure",
    ),
}
