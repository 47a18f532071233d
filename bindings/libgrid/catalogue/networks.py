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
    "LG-N018": Entry(
        "warning",
        "离路网超过 {value} 米，无法到达",
        "lies more than {value} m from any usable road and cannot be reached",
        "补画道路，或放宽允许距离",
        "draw the missing road, or allow a longer way",
    ),
}
