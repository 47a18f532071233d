"""Broken rules in words, with the users' ids."""

from __future__ import annotations

import numpy as np

from ..issues import name_some
from .problem import Stated
from .units import OWNERS

_ZH_OWNERS = {"micro": "微网格", "general": "一般网格", "field": "团队", None: "网格"}

_EN = {
    "label": "{block} would be in no grid",
    "empty": "{grid} would be left without a block",
    "connected": "{grid} would fall into {value} parts",
    "cut": "without {block}, {lost} would be cut off from the rest of {grid}",
    "apart_from": "{block} does not touch {grid}",
    "limit": "{grid} would have {value:,} {limit}, allowed are {low:,} … {high:,}",
    "nested": "{block} belongs to another parent than {grid}",
    "forbidden": "{block} must not be in {grid}",
    "locked": "{block} is locked in its grid",
    "together": "{block} and {other} must stay together",
    "apart": "{block} and {other} must not be in one grid",
    "moved": "{value:,} {moved} would have moved, more than may",
}
_ZH = {
    "label": "{block} 将不属于任何网格",
    "empty": "{grid} 将没有任何基本单元",
    "connected": "{grid} 将分成 {value} 块",
    "cut": "移走 {block} 后，{lost} 与 {grid} 的其余部分断开",
    "apart_from": "{block} 与 {grid} 不相邻",
    "limit": "{grid} 的 {limit} 将为 {value:,}，允许 {low:,} … {high:,}",
    "nested": "{block} 与 {grid} 不属于同一上级",
    "forbidden": "{block} 不得划入 {grid}",
    "locked": "{block} 已锁定在原网格",
    "together": "{block} 与 {other} 必须在一起",
    "apart": "{block} 与 {other} 不得在同一网格",
    "moved": "{moved} 调整量将为 {value:,}，超过上限",
}


def tell_fault(stated: Stated, fault: dict, lang: str = "en", *, cut_off=None, unit=None, to=None) -> str:
    """One broken rule in words. `cut_off` are the blocks that leaving `unit` would cut off, `to` its new grid."""
    units = stated.units
    texts = _ZH if lang == "zh" else _EN
    rule, grid = fault["rule"], fault["grid"]
    fields = {"value": fault["value"], "moved": stated.moved_name}
    if grid >= 0:
        fields["grid"] = f"{(_ZH_OWNERS if lang == 'zh' else OWNERS)[units.level]} {units.grid_ids[grid]}"
    block = fault["block"] if fault["block"] >= 0 else unit
    if block is not None and block >= 0:
        fields["block"] = units.graph.ids[block]
    if rule in ("together", "apart"):
        fields["other"] = units.graph.ids[fault["other"]]
    if rule == "limit":
        name, low, high = stated.limits[fault["other"]]
        fields |= {"limit": name, "low": int(low[grid]), "high": int(high[grid])}
    if rule == "connected" and to is not None and grid == to:
        rule = "apart_from"
    elif rule == "connected" and cut_off is not None and len(cut_off):
        rule, fields["lost"] = "cut", name_some(units.graph.ids[np.asarray(cut_off)])
    return texts[rule].format(**fields)


def tell_budget(stated: Stated, found: dict, most: int = 5) -> str | None:
    """Where parents share a budget of moves and need more: the least that was found, and who needs it."""
    moves = [(grid, least) for grid, least, *_ in found.get("moves", ())]
    if not moves or any(least < 0 for _, least in moves) or {f["rule"] for f in found["faults"]} != {"moved"}:
        return None
    gone = stated.dissolved_moved
    asked, needed = stated.problem.max_moved + gone, sum(least for _, least in moves) + gone
    worst = sorted((m for m in moves if m[1] > 0), key=lambda m: (-m[1], m[0]))
    told = ", ".join(f"{parent_of(stated, grid)} {least:,}" for grid, least in worst[:most])
    more = f" and {len(worst) - most} parents more" if len(worst) > most else ""
    dissolved = f"; {gone:,} are in grids that do not go on" if gone else ""
    return (
        f"max_moved={asked:,} {stated.moved_name}: the other rules need at least {needed:,} as far as was found "
        f"({told}{more}{dissolved}); allow {needed:,}, or widen the limits there"
    )


def parent_of(stated: Stated, grid: int) -> str:
    """A parent by its own id, or by its first grid where that has none."""
    units = stated.units
    code = units.grid_ids[grid]
    if units.area is not None:
        up = dict(zip(units.area.ids("grids"), units.area.column("grids", "parent_id"), strict=True)).get(code)
        if isinstance(up, str):
            return up
    return f"the parent of {code}"


def names_of(stated: Stated) -> dict:
    """The users' ids of blocks, grids and parents by their numbers in the problem."""
    units = stated.units
    names = {"blocks": units.graph.ids.tolist(), "grids": units.grid_ids.tolist()}
    if units.parent_of_grid is None:
        return names
    n = int(max(units.parent_of_grid.max(initial=0), units.parent_of_unit.max(initial=0))) + 1
    first = np.full(n, -1)
    first[units.parent_of_grid[::-1]] = np.arange(len(units.grid_ids))[::-1]
    # A parent has no id of its own among the units: it is told by its first grid.
    names["parents"] = [f"of {units.grid_ids[g]}" if g >= 0 else "(no grid)" for g in first]
    return names
