"""The words for every column of the data model, Chinese and English, as ledgers and maps have them. One table.

A strong word names the column and nothing else; a weak one usually means it and gives way to a strong one beside it.
"""

from __future__ import annotations

import re
import unicodedata

from ..schema import LAYERS

X, Y, GEOMETRY = "x", "y", "geometry"

# target: (strong words, weak words)
_PLACE = {
    X: (
        "经度 lon lng long longitude 东经 x坐标 横坐标 坐标x 东坐标 easting coord_x point_x "
        "wgs84经度 gcj02经度 百度经度 高德经度",
        "x e",
    ),
    Y: (
        "纬度 lat latitude 北纬 y坐标 纵坐标 坐标y 北坐标 northing coord_y point_y "
        "wgs84纬度 gcj02纬度 百度纬度 高德纬度",
        "y n",
    ),
    GEOMETRY: ("geometry_wkt wkt geom_wkt wkt_geom", "geometry geom"),
}
_GRID = "网格编码 网格编号 网格代码 网格号 微网格编码 微网格编号 微网格代码 微网格号 grid_code grid_no gridcode gridid"
_GRID_WEAK = "网格 微网格 所属网格 所属微网格 所在网格 网格id 微网格id grid microgrid micro_grid"
_BLOCK = (
    "块编号 基本单元编号 基本单元编码 基本单元代码 单元编号 单元编码 楼栋编号 楼栋编码 楼栋代码 楼栋号 栋号 楼号 "
    "院落编号 小区编号 建筑编号 建筑编码 building_id block_code bldg_id parcel_id"
)
_BLOCK_WEAK = "基本单元 楼栋 楼幢 楼宇 建筑物 幢号 地块 block building"
_TEAM = "团队编号 团队编码 团队代码 团队号 家医团队编号 责任团队编号 team_code team_no teamid"
_TEAM_WEAK = "团队 家医团队 家庭医生团队 责任团队 服务团队 所属团队 team"
_SITE = (
    "站点编号 站点编码 服务点编号 服务站编号 卫生站编号 机构编号 机构编码 机构代码 工作室编号 "
    "site_code siteid facility_id"
)
_SITE_WEAK = "站点 服务点 卫生站 服务站 工作室 机构 site facility"

TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "households": {
        "household_id": (
            "户号 户编号 户编码 家庭编号 家庭编码 住户编号 住户编码 户主编号 门户编号 房屋编号 房屋编码 household_code "
            "household_no hh_id hhid house_id family_id address_id",
            "户id 编号 序号 id fid osm_id code",
        ),
        "block_id": (_BLOCK, _BLOCK_WEAK),
        "grid_id": (_GRID, _GRID_WEAK),
        "n_usual": (
            "常住人口 常住人数 常住 常住人口数 实有人口 实际居住人数 居住人数 usual residents resident_population",
            "人口 人数 家庭人口 家庭人数 户内人数 户人口 people persons population pop household_size size",
        ),
        "n_migrant": ("流动人口 流动人口数 流动人数 流动 外来人口 migrant migrants floating", "非户籍人口 暂住人口"),
        "n_short": ("短期居住人数 短期人口 短期 短住人数 short_term", "临时人口"),
        "n_key": ("重点人群 重点人员 重点人数 重点人群数 重点 key_people", "重点对象"),
        "n_next_key": ("次重点人群 次重点人员 次重点人数 次重点人群数 次重点 next_key_people", "次重点对象"),
        "n_homebound": ("失能人数 失能 失能人口 失能老人 居家不便人数 homebound disabled", "卧床 行动不便"),
        "n_signed": ("签约人数 签约人口 已签约人数 签约数 signed signed_people", "签约 已签约"),
        "signed_team_id": (
            "签约团队 签约团队编号 签约团队编码 签约家医团队 签约医生团队 signed_team contracted_team",
            _TEAM + " " + _TEAM_WEAK,
        ),
        "n_hypertension": ("高血压 高血压人数 高血压患者 hypertension", "htn"),
        "n_diabetes": ("糖尿病 糖尿病人数 糖尿病患者 二型糖尿病 2型糖尿病 diabetes", "t2dm"),
        "n_mental": ("严重精神障碍 严重精神障碍人数 精神障碍 精神障碍患者 mental smi", "精神病"),
        "n_tuberculosis": ("肺结核 结核病 肺结核患者 结核 tuberculosis", "tb"),
        "n_age65": ("65岁以上 65岁及以上 65岁以上人数 65岁及以上人数 老年人数 age65 age_65_plus", "老年人 老人"),
        "n_newborn": ("新生儿 新生儿数 新生儿人数 newborn newborns", "婴儿"),
        "n_child0_6": ("0-6岁 0-6岁儿童 0~6岁儿童 0至6岁儿童 06岁儿童 六岁以下儿童 child0_6 children_0_6", "儿童"),
        "n_pregnant": ("孕产妇 孕产妇人数 孕妇 pregnant", "产妇"),
        # Not 微网格长 alone: in ledgers that column holds the leader's name, on every row.
        "is_leader": (
            "是否微网格长 是否网格长 是否是微网格长 是否为微网格长 is_micro_leader",
            "",
        ),
        "inside": ("是否辖区内 辖区内 inside in_area", "界内"),
        "floor": ("楼层 所在楼层 所在层 层数 floor storey", "层"),
        "has_lift": ("有无电梯 是否有电梯 电梯 has_lift has_elevator elevator lift", ""),
    },
    "grids": {
        "grid_id": (_GRID, _GRID_WEAK + " 编号 编码 代码 id fid code"),
        "name": ("网格名称 微网格名称 网格名 grid_name", "名称 name"),
        "level": ("网格级别 网格层级 级别 层级 网格类型 网格类别 level grid_level", "类型 类别"),
        "parent_id": (
            "上级网格 上级网格编号 上级网格编码 上级编码 上级编号 父级网格 父网格 所属一般网格 一般网格编号 所属总网格 "
            "parent parent_code parent_grid",
            "上级 一般网格 总网格",
        ),
        "team_id": (_TEAM, _TEAM_WEAK),
    },
    "blocks": {
        "block_id": (_BLOCK, _BLOCK_WEAK + " 编号 编码 代码 id fid osm_id code"),
        "grid_id": (_GRID, _GRID_WEAK),
        "n_shops": ("商家数 商户数 商铺数 店铺数 商家 商户 shops", "商铺"),
        "kind": ("用途 房屋用途 建筑用途 使用性质 kind use land_use", "类型 类别 性质 type"),
    },
    "sites": {
        "site_id": (_SITE, _SITE_WEAK + " 编号 编码 代码 id fid osm_id code"),
        "name": ("站点名称 机构名称 服务点名称 卫生站名称 医院名称 site_name", "名称 机构 name"),
        "kind": ("站点类型 机构类型 机构类别 站点类别 kind site_kind", "类型 类别 级别 type amenity"),
        "designated": ("定点医院 是否定点 定点 designated", ""),
        "inside": ("是否辖区内 辖区内 inside in_area", "界内"),
    },
    "teams": {
        "team_id": (_TEAM, _TEAM_WEAK + " 编号 编码 代码 id code"),
        "base_site_id": ("驻点 驻点编号 所在站点 所属机构 基地 驻地 base base_site", _SITE + " " + _SITE_WEAK),
        "name": ("团队名称 家医团队名称 team_name", "名称 name"),
        "n_doctor_teams": ("医生团队数 家医团队数 doctor_teams", ""),
        "n_party_members": ("党员数 党员人数 党员 party_members", ""),
        "n_grid_workers": ("网格员数 网格员人数 微网格员数 网格员 grid_workers", "微网格员"),
        "n_doctors": ("医生数 医生人数 家庭医生数 全科医生数 doctors", "医生"),
        "offered_min": ("年服务分钟 可用分钟 年可用分钟 服务分钟数 offered_minutes", ""),
        "mode": ("出行方式 交通方式 上门方式 travel_mode mode", "方式"),
        "turnout_s": ("出动时间秒 出动秒数 准备时间秒 turnout turnout_seconds", ""),
    },
    "sessions": {
        "session_id": ("坐诊编号 坐诊编码 班次编号 门诊编号 session_code", "编号 序号 id code"),
        "site_id": (_SITE, _SITE_WEAK + " 地点 坐诊地点"),
        "team_id": (_TEAM, _TEAM_WEAK),
        "weekday": ("星期 周几 坐诊日 星期几 weekday day_of_week", "周 day"),
        "start": ("开始时间 开始 起始时间 上班时间 start_time start from", "开诊时间"),
        "end": ("结束时间 结束 终止时间 下班时间 end_time end to", "停诊时间"),
        "every_n_weeks": ("间隔周数 每几周 周期周数 every_weeks interval_weeks", ""),
    },
    "roads": {
        "road_id": (
            "道路编号 道路编码 路段编号 路段编码 路段号 road_code link_id edge_id way_id",
            "编号 编码 id fid osm_id osm_way code",
        ),
        "class": ("道路等级 道路类型 道路类别 等级 highway road_class fclass", "类型 类别 class type"),
        "oneway": ("单行 单行线 是否单行 单向 oneway one_way", "方向"),
        "maxspeed_kmh": ("限速 限速公里 设计车速 maxspeed speed_limit max_speed", "车速 speed"),
        "name": ("道路名称 路名 街道名称 road_name street street_name", "名称 name"),
        "length_m": ("长度 道路长度 路段长度 长度米 length length_m", "len shape_length shape_leng"),
    },
}
TABLE[""] = dict(_PLACE)  # a table of something else still has places
for _name, _layer in LAYERS.items():
    if _layer.geometry == "point":
        TABLE[_name].update(_PLACE)
    elif _layer.geometry is not None:
        TABLE[_name][GEOMETRY] = _PLACE[GEOMETRY]

# Words for a whole table, in the names of layers, sheets and files.
TABLE_WORDS: dict[str, tuple[str, ...]] = {
    "households": ("households", "household", "住户", "户籍", "居民", "台账", "人口", "addresses", "address", "门牌"),
    "grids": ("grids", "grid", "网格", "微网格", "一般网格", "总网格"),
    "blocks": ("blocks", "block", "基本单元", "楼栋", "院落", "小区", "建筑", "buildings", "building", "地块"),
    "sites": ("sites", "site", "站点", "卫生站", "服务点", "服务站", "工作室", "机构", "health_poi", "facilities"),
    "teams": ("teams", "team", "团队", "家医团队"),
    "sessions": ("sessions", "session", "坐诊", "班次", "门诊安排", "排班"),
    "roads": ("roads", "road", "道路", "路网", "streets", "street", "streets_edges", "edges"),
}

# Chinese words for the words of the data model: layer, column -> word as written -> word of the model.
_WEEK = ("mon monday 一", "tue tuesday 二", "wed wednesday 三", "thu thursday 四", "fri friday 五", "sat saturday 六")
_WEEK += ("sun sunday 日 天",)
_VALUES = {
    ("grids", "level"): {
        "community": "总网格 总 社区 社区网格 村社区网格",
        "general": "一般网格 一般",
        "micro": "微网格 微 基础网格",
        "dedicated": "专属网格 专属",
    },
    ("sites", "kind"): {
        "studio": "工作室 家医工作室 家庭医生工作室",
        "station": "卫生站 服务站 社区卫生服务站 村卫生室 卫生室 clinic doctors",
        "centre": "社区卫生服务中心 卫生服务中心 卫生院 乡镇卫生院 中心 center",
        "hospital": "医院",
    },
    ("teams", "mode"): {
        "walk": "步行 走路",
        "walk_elderly": "老年步行",
        "ebike": "电动车 电瓶车 电动自行车",
        "car": "汽车 开车 驾车",
    },
    ("sessions", "weekday"): {
        str(day): " ".join(w if w.isascii() else f"周{w} 星期{w} 礼拜{w}" for w in words.split())
        for day, words in enumerate(_WEEK, start=1)
    },
    ("roads", "oneway"): {
        "yes": "是 单行 正向 true t 1",
        "no": "否 双向 双行 false f b 0",
        "reverse": "逆向 反向 -1",
    },
    ("blocks", "kind"): {"residential": "住宅 居住", "commercial": "商业", "mixed": "商住 混合", "other": "其他"},
}
VALUES: dict[tuple[str, str], dict[str, str]] = {
    where: {written: word for word, forms in words.items() for written in forms.split()}
    for where, words in _VALUES.items()
}

_BRACKETS = re.compile(r"[(\[【{〔<].*?[)\]】}〕>]")
_NOISE = re.compile(r"[\s_\-*·.:/、,;#“”\"']+")


def normal(name: str) -> str:
    """A column's name without what people put around it: width, case, brackets with units, stars, dashes.

    >>> normal(" 常住人口（人）* "), normal("Household-ID")
    ('常住人口', 'householdid')
    """
    text = unicodedata.normalize("NFKC", str(name)).casefold()
    bare = _NOISE.sub("", _BRACKETS.sub("", text))
    return bare or _NOISE.sub("", text)


def _index() -> dict[str, dict[str, tuple[str, float]]]:
    out: dict[str, dict[str, dict[str, float]]] = {}
    for table, targets in TABLE.items():
        words: dict[str, dict[str, float]] = {}
        for target, tiers in targets.items():
            for word in tiers[0].split():
                words.setdefault(normal(word), {})[target] = 0.9
            for word in tiers[1].split():
                words.setdefault(normal(word), {}).setdefault(target, 0.7)
        for column in LAYERS[table].columns if table else ():
            words.setdefault(normal(column.name), {})[column.name] = 1.0
        out[table] = words
    return out


WORDS = _index()  # table -> normal word -> target -> confidence
_KNOWN = {word for words in WORDS.values() for word in words}


def is_known(name: str) -> bool:
    """Whether the word names a column of any table."""
    return normal(name) in _KNOWN if name else False
