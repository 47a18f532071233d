"""Teams and sessions."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-D001": Entry(
        "warning",
        "{column} 为 0：不提供服务",
        "{column} is 0: it offers no time",
        "确认如此，或填写每年分钟数",
        "accept that, or give the minutes a year",
    ),
    "LG-D002": Entry(
        "error",
        "{column} 为负数、无穷大或过大",
        "{column} is negative, infinite or too large",
        "更正数值；未知请留空",
        "correct the number; leave an unknown one empty",
    ),
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
    "LG-D008": Entry(
        "error",
        "结束早于开始：跨午夜的坐诊不能写成一条",
        "ends before it starts: one that runs over midnight cannot stand in one row",
        "分为两条：前一条到 24:00，后一条从次日 00:00 起",
        "split it: until 24:00, and from 00:00 of the next day",
    ),
    "LG-D009": Entry(
        "error",
        "{column} 不是 HH:MM，或 00:00–00:00 含义不明",
        "{column} is not HH:MM, or 00:00 to 00:00, which may mean all day or nothing",
        "写成 HH:MM；全天请写 00:00–24:00",
        "write HH:MM; a whole day is 00:00 to 24:00",
    ),
    "LG-D010": Entry(
        "error",
        "开始与结束相同，时长为零",
        "it ends when it starts",
        "更正 start 或 end",
        "correct start or end",
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
    "LG-D012": Entry(
        "warning",
        "从 {other} 赶来所需分钟数大于间隔（{value}）",
        "the way from {other} takes longer than the time between (minutes: {value})",
        "推迟开始，或更换地点；行程按路网计算，无路网时按直线距离乘绕行系数",
        "start later, or change the site; by road where there are roads, else straight distance times circuity",
    ),
    "LG-D112": Entry(
        "info",
        "与另一团队的 {other} 同一地点、时间重叠",
        "shares its site and time with {other} of another team",
        "确认地点容得下两个团队",
        "check that the site has room for both",
    ),
}
