"""Every text of the report in Chinese and English; a missing one is a KeyError, never a silent blank."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .facts import Text
from .suppress import Hidden
from .terms import TERMS

LANGUAGES = ("zh", "en")

PAGE: dict[str, tuple[str, str]] = {
    "stamp.office": ("内部", "internal"),
    "stamp.public": ("公开", "public"),
    "stamp.assumed": ("假定", "assumed"),
    "assumed.intro": ("以下内容为假定，不是实地登记的事实：", "These parts are assumed, not surveyed facts:"),
    "subtitle": (
        "微网格与家庭医生：覆盖、快慢、遗漏与忙闲",
        "Micro-grids and family doctors: who is reached, how fast, who is left out, how fairly the work is shared",
    ),
    "made_on": ("编制日期", "Made on"),
    "crs": ("坐标系", "Coordinates"),
    "place": ("地点", "Place"),
    "none": ("未提供", "not asked here"),
    "few": ("<10", "<10"),
    "withheld": ("※", "※"),
    "people": ("人", "people"),
    "teams": ("个团队", "teams"),
    "grids": ("个网格", "grids"),
    "records": ("条记录", "records"),
    "of": ("共 {total} {unit}", "of {total} {unit}"),
    "share_of": ("占 {share}，共 {total} {unit}", "{share} of {total} {unit}"),
    "minutes": ("分钟", "minutes"),
    "min": ("分", "min"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "dash": ("—", "—"),
    "head.people_beyond_response": (
        "本组医生 {minutes} 分钟到不了的人",
        "People beyond {minutes} minutes of their own team",
    ),
    "head.people_beyond_access": (
        "{minutes} 分钟内到不了开诊点的人",
        "People beyond {minutes} minutes of an open session",
    ),
    "head.teams_over": ("工作量超过可用时间的团队", "Teams asked for more minutes than they offer"),
    "head.grids_outside_norm": ("户数超出规模标准的网格", "Grids outside the size norm"),
    "head.records_set_aside": ("未采用的记录", "Records set aside"),
    "map.response": (
        "图 1　本组医生多久能到（各网格平均响应时间）",
        "Map 1. How soon the own team arrives (mean of each grid)",
    ),
    "map.response.note": (
        "颜色越深越慢。红色斜线区是本组医生 {minutes} 分钟内到不了的地方。",
        "The darker, the slower. Red hatched areas are beyond {minutes} minutes of their own team.",
    ),
    "map.access": (
        "图 2　居民能否在 {minutes} 分钟内到达开诊点（各网格覆盖率）",
        "Map 2. Who reaches an open session within {minutes} minutes (share of each grid)",
    ),
    "map.access.note": (
        "颜色越深，能按时到达的人越少。红色斜线区是空白区。",
        "The darker, the fewer people are covered. Red hatched areas are gaps.",
    ),
    "map.boundary": (
        "图 3　因划界多等的时间（本组与最近一组之差）",
        "Map 3. Minutes lost to the boundary (own team minus nearest)",
    ),
    "map.boundary.note": (
        "颜色越深，换成最近的团队能省下的时间越多。粗线为各团队责任田的边界。",
        "The darker, the more a nearer team would save. Heavy lines are the borders of the teams' fields.",
    ),
    "map.change": ("图 7　两个方案的边界与调整的基本单元", "Map 7. Borders of both plans and the blocks that move"),
    "map.change.note": (
        "虚线为原边界，实线为新边界。蓝色单元换网格，橙色单元同时换医生。",
        "Dashed: borders before; solid: after. Blue blocks change grid, orange ones change doctor as well.",
    ),
    "map.change.desc": ("{n} 个基本单元换网格。", "{n} blocks change grid."),
    "legend.moves": ("换网格，医生不变", "moves, doctor stays"),
    "legend.moves_doctor": ("换网格，医生改变", "moves, doctor changes"),
    "legend.before": ("原边界", "border before"),
    "legend.after": ("新边界", "border after"),
    "sheet.cover": ("说明", "Cover"),
    "sheet.access": ("到诊覆盖", "Access"),
    "sheet.response": ("上门响应", "Response"),
    "sheet.by_team": ("各团队响应", "Response by team"),
    "sheet.by_site": ("各站点覆盖", "Access by site"),
    "sheet.gaps": ("空白区", "Gaps"),
    "sheet.teams": ("团队工作量", "Teams"),
    "sheet.grids": ("网格", "Grids"),
    "sheet.change": ("方案比较", "Two plans"),
    "sheet.ledger": ("数据台账", "Ledger"),
    "sheet.issues": ("数据问题", "Issues"),
    "sheet.parameters": ("参数", "Parameters"),
    "sheet.definitions": ("名词定义", "Definitions"),
    "map.desc": (
        "{n} 个网格，按“{column}”着色；另绘道路、服务点与空白区。",
        '{n} grids coloured by "{column}", with roads, sites and gaps.',
    ),
    "legend.response": ("平均响应时间（分钟）", "Mean response (minutes)"),
    "legend.access": ("覆盖率（占居民）", "Share of people covered"),
    "legend.boundary": ("多等的时间（分钟）", "Minutes lost"),
    "legend.nodata": ("无数据", "no data"),
    "legend.withheld": ("人数过少，不公布", "withheld: few people"),
    "legend.gap": ("空白区", "gap"),
    "legend.field": ("团队责任田边界", "border of a team's field"),
    "legend.dot_far": ("超过门限的住户", "household beyond it"),
    "legend.dot_near": ("门限以内的住户", "household within it"),
    "legend.road": ("道路", "road"),
    "legend.water": ("水面", "water"),
    "legend.up_to": ("≤ {x}", "≤ {x}"),
    "legend.between": ("{a} – {b}", "{a} – {b}"),
    "legend.over": ("> {x}", "> {x}"),
    "legend.below": ("< {x}", "< {x}"),
    "legend.from": ("≥ {x}", "≥ {x}"),
    "north": ("北", "N"),
    "chart.load": (
        "图 4　各团队的工作量：一年要用的与能用的分钟",
        "Figure 4. Work of each team: minutes asked and offered in a year",
    ),
    "chart.load.desc": (
        "每个团队一条横杠，长度为要用分钟占可用分钟的百分比，竖线为 100%。",
        "One bar a team: minutes asked as a share of minutes offered, with a line at 100 %.",
    ),
    "chart.load.note": (
        "竖线为 100%（要用的正好等于能用的）。右侧为要用／能用（小时／年）。",
        "The line marks 100 % (asked equals offered). On the right: asked / offered, hours a year.",
    ),
    "load.within": ("不超过 100%", "up to 100 %"),
    "load.over": ("超过 100%", "over 100 %"),
    "load.travel": ("其中路上时间", "of which travel"),
    "load.axis": ("要用 ÷ 可用（%）", "asked ÷ offered (%)"),
    "hours": ("小时", "h"),
    "chart.curve": ("图 5　随时间能到达多少人", "Figure 5. How many people are reached as minutes pass"),
    "chart.curve.desc": (
        "横轴为分钟，纵轴为累计人口比例；两条线为本组团队与最近团队。",
        "Minutes across, cumulative share of people up; lines for the own and for the nearest team.",
    ),
    "curve.own": ("本组团队", "own team"),
    "curve.nearest": ("最近的团队", "nearest team"),
    "curve.x": ("从接电话到进门（分钟）", "minutes from the call to the door"),
    "curve.y": ("累计人口比例", "cumulative share of people"),
    "chart.groups": ("图 6　各类人群的覆盖率", "Figure 6. Coverage by group of people"),
    "chart.groups.desc": (
        "每类人群两条横杠：按时到达开诊点、本组医生按时到达。",
        "Two bars a group: reaches an open session in time; is reached by the own team in time.",
    ),
    "groups.access": ("{minutes} 分钟内到达开诊点", "reaches a session within {minutes} min"),
    "groups.response": ("本组医生 {minutes} 分钟内到达", "own team arrives within {minutes} min"),
    "sec.pictures": ("一、图", "1. Pictures"),
    "sec.coverage": ("二、人群覆盖", "2. Coverage by group"),
    "sec.gaps": ("三、空白区（按人数排列）", "3. Gaps, most people first"),
    "sec.teams": ("四、团队工作量", "4. Work of the teams"),
    "sec.grids": ("五、网格（超出标准的在前）", "5. Grids, those outside the norm first"),
    "sec.change": ("六、两个方案的比较", "6. Two plans compared"),
    "sec.issues": ("七、数据问题与未采用的记录", "7. Issues found and records set aside"),
    "sec.parameters": ("八、参数与来源", "8. Parameters and their sources"),
    "sec.definitions": ("九、名词定义", "9. Definitions"),
    "sec.versions": ("十、软件版本", "10. Versions"),
    "sub.access": (
        "到开诊点（门限 {minutes} 分钟）",
        "Reaching an open session (threshold {minutes} minutes)",
    ),
    "sub.response": (
        "本组医生上门（门限 {minutes} 分钟）",
        "Reached by the own team (threshold {minutes} minutes)",
    ),
    "sub.by_team": ("各团队的响应", "Response of each team"),
    "sub.by_site": ("各服务点", "Each site"),
    "sub.balance": ("忙闲是否均匀", "How evenly the work is shared"),
    "sub.ledger": ("进出台账：读入 = 采用 + 修正 + 未采用", "Ledger: read = accepted + repaired + set aside"),
    "sub.issues": ("发现的问题", "Issues found"),
    "empty.teams": (
        "未提供：本地尚无团队或未计算工作量。",
        "Not asked: this place has no teams, or no workload was measured.",
    ),
    "empty.coverage": ("未提供：没有计算覆盖率。", "Not asked: no coverage was measured."),
    "empty.gaps": ("没有空白区。", "There are no gaps."),
    "empty.gaps_none": ("未提供：没有查找空白区。", "Not asked: no gaps were looked for."),
    "empty.change": ("未提供：没有另一个方案可比。", "Not asked: there is no second plan to compare with."),
    "empty.change_public": (
        "公开版不列方案比较：两套边界相减会暴露少数住户。",
        "Left out of the public edition: subtracting two sets of borders would reveal a few households.",
    ),
    "empty.issues": ("没有发现问题。", "No issues were found."),
    "empty.parameters": ("未提供。", "Not given."),
    "empty.curve": ("未提供：没有响应时间。", "Not asked: there are no response times."),
    "empty.public_curve": (
        "人数过少，公开版不画此图。",
        "Too few people for this picture in the public edition.",
    ),
    "note.suppressed": (
        "公开版：少于 10 人的数写作“<10”；※ 为防止相减推出而不公布的数；时间取整到分钟；不足 10 人的空白区不列。",
        'Public edition: counts under 10 are written "<10"; ※ marks figures withheld so that no subtraction '
        "reveals them; times are whole minutes; gaps of fewer than 10 people are left out.",
    ),
    "note.office": (
        "内部版：含完整人数，仅限本单位工作使用，不得外传。",
        "Office edition: full counts, for work inside the office only; do not pass on.",
    ),
    "note.groups": (
        "流动人口已含在常住人口内，各行不可相加。",
        "Migrants are among the usual residents: rows must not be added up.",
    ),
    "note.estimated": ("* 含按患病率估算的分钟", "* includes minutes estimated from prevalence"),
    "more_rows": ("其余 {n} 行（点开查看）", "{n} more rows (click to open)"),
    "no_rows_outside": ("所有网格都在规模标准内。", "All grids are within the size norm."),
    "withheld_detail": ("公开版不列", "not in the public edition"),
    "footer": (
        "由 libgrid 生成；本页不联网、不含脚本。",
        "Made with libgrid; this page needs no network and runs no program.",
    ),
}


class Words:
    """The catalogue in one language: ``words("key", n=3)``, ``words.term("kind", code)``."""

    def __init__(self, lang: str):
        if lang not in LANGUAGES:
            raise ValueError(f"lang must be one of {', '.join(LANGUAGES)}, not {lang!r}")
        self.lang = lang
        self.index = LANGUAGES.index(lang)

    def __call__(self, key: str, **values) -> str:
        text = (PAGE.get(key) or TERMS[key])[self.index]
        return text.format(**values) if values else text

    def term(self, kind: str, code) -> str:
        """The word for a code of the data; a code that the catalogue lacks is shown as it is."""
        pair = TERMS.get(f"{kind}.{code}")
        return pair[self.index] if pair else self.text(code)

    def text(self, value: Text | None) -> str:
        """A text given by the caller: a mapping of languages, a catalogue code, or the text itself."""
        if isinstance(value, Mapping):
            return str(value.get(self.lang) or next(iter(value.values()), ""))
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        pair = PAGE.get(str(value)) or TERMS.get(str(value))
        return pair[self.index] if pair else str(value)

    def number(self, value, digits: int = 0) -> str:
        """A figure with thousands separators; hidden, missing and infinite ones get their signs."""
        if isinstance(value, Hidden):
            return self(value.value)
        if value is None or value != value:
            return self("dash")
        if isinstance(value, str):
            return value
        if math.isinf(value):
            return "∞"
        return f"{value:,.{digits}f}"

    def percent(self, value, digits: int = 1) -> str:
        """A share as per cent."""
        if isinstance(value, Hidden | str) or value is None or value != value or math.isinf(value):
            return self.number(value)
        return f"{self.number(value * 100, digits)}%"
