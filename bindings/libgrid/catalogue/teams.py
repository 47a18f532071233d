"""Teams and sessions."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
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
}
