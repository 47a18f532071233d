"""Networks."""

from .entry import Entry

ENTRIES: dict[str, Entry] = {
    "LG-N001": Entry(
        "warning",
        "路网分为 {value} 片，最大一片之外的路段与其余不连通",
        "the roads fall into {value} pieces; those outside the largest reach nothing else",
        "检查断头处是否漏接",
        "check the dead ends for missing joins",
    ),
    "LG-N003": Entry(
        "error",
        "道路在 1 毫米取整后没有长度",
        "the road has no length after rounding to 1 mm",
        "删除或重画该路段；检查坐标系和单位",
        "delete or redraw it; check the CRS and the units",
    ),
    "LG-N009": Entry(
        "warning",
        "与 {other} 是同一条线",
        "is the same line as {other}",
        "删除其中一条；两条都保留不影响行程时间",
        "delete one of the two; keeping both changes no travel time",
    ),
    "LG-N018": Entry(
        "warning",
        "离路网超过 {value} 米，无法到达",
        "lies more than {value} m from any usable road and cannot be reached",
        "补画道路，或放宽允许距离",
        "draw the missing road, or allow a longer way",
    ),
    "LG-N021": Entry(
        "error",
        "{column} 应大于 0 且不超过 200",
        "{column} must be above 0 and at most 200",
        "更正限速（千米/小时）；未知请留空",
        "correct the limit (km/h); leave an unknown one empty",
    ),
    "LG-N022": Entry(
        "error",
        "{column} 是图上长度的 {value} 倍，单位可能有误",
        "{column} is {value} times the drawn length: another unit?",
        "以米为单位填写，或留空以采用图上长度",
        "give metres, or leave it empty to take the drawn length",
    ),
    "LG-N010": Entry(
        "warning",
        "机动车只能驶入、不能驶出",
        "a car can enter it but not leave it again",
        "检查单行方向，或补画道路",
        "check the one-way directions, or draw the missing road",
    ),
    "LG-N016": Entry(
        "warning",
        "与 {other} 相交而没有节点",
        "crosses {other} without a junction",
        "若是路口请打断，若是立交请填 bridge、tunnel 或 layer",
        "split both if it is a junction; fill in bridge, tunnel or layer if it is none",
    ),
    "LG-N017": Entry(
        "warning",
        "端点距 {other} 仅 {value} 米而未相接",
        "it ends {value} m from {other} without joining it",
        "使端点与该道路的端点重合",
        "join the end to an end point of that road",
    ),
    "LG-N026": Entry(
        "error",
        "路网与 {other} 相距 {value}",
        "the roads lie {value} from the {other}",
        "检查坐标系",
        "check their CRS",
    ),
    "LG-N110": Entry(
        "warning",
        "机动车只能驶出、不能驶入",
        "a car can leave it but not enter it",
        "检查单行方向，或补画道路",
        "check the one-way directions, or draw the missing road",
    ),
    "LG-N126": Entry(
        "warning",
        "{value} 的住户在路网范围之外",
        "{value} of the households lie beyond the roads' extent",
        "补充该处的道路",
        "bring the roads of that part",
    ),
    "LG-N127": Entry(
        "warning",
        "没有任何道路，无法计算可达性",
        "has no street, so no coverage can be measured",
        "补上该街道的道路",
        "add its streets",
    ),
}
