"""Why no plan keeps the hard rules, in words: what stands in the way and the nearest cure, with the user's ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .. import _core
from ..catalogue import CATALOGUE

CODES = {
    "homeless": "LG-L031",
    "heavy": "LG-L032",
    "locked_heavy": "LG-L033",
    "locked_apart": "LG-L034",
    "together_apart": "LG-L035",
    "few_blocks": "LG-L036",
    "piece_total": "LG-L037",
    "grid_count": "LG-L038",
    "moved": "LG-L039",
}


@dataclass(frozen=True)
class Obstacle:
    """One fact that no plan gets around.

    Attributes
    ----------
    code : str
        Of the catalogue.
    facts : dict
        ``kind``, ``parent``, ``block``, ``other``, ``grid``, ``limit`` (its name), ``value`` (what there is),
        ``allowed`` (what may be) and the cures ``lowest``, ``highest``, ``fewest``, ``most``; only those that apply.
        Blocks, grids and parents are named as the user does.
    """

    code: str
    facts: dict

    def text(self, lang: str = "en") -> str:
        """What is wrong and what would cure it, in English (``"en"``) or Chinese (``"zh"``)."""
        entry = CATALOGUE[self.code]
        said, cure = (entry.zh, entry.fix_zh) if lang == "zh" else (entry.en, entry.fix_en)
        facts = _Facts(self.facts)
        return f"{said.format_map(facts)}{'；' if lang == 'zh' else ': '}{cure.format_map(facts)}"


class _Facts(dict):
    """Facts that do not apply are said to be none."""

    def __missing__(self, key: str) -> str:
        return "–"


def find_obstacles(
    problem: _core.PlanProblem,
    *,
    blocks: Sequence | None = None,
    grids: Sequence | None = None,
    parents: Sequence | Callable | None = None,
) -> tuple[Obstacle, ...]:
    """Find what stands in the way of every plan, cheapest checks first.

    Parameters
    ----------
    problem : PlanProblem
    blocks, grids, parents : sequence, optional
        The user's ids by position; by default positions are said.

    Returns
    -------
    tuple of Obstacle
        Empty: nothing was found, which does not prove that there is a plan.

    Examples
    --------
    >>> import numpy as np
    >>> graph = _core.BlockGraph(2, np.array([0], np.int32), np.array([1], np.int32),
    ...     np.array([100], np.int64), np.zeros(1, np.uint8))
    >>> limit = {"name": "households", "weight": np.array([140, 40]), "lowest": np.array([30, 30]),
    ...     "highest": np.array([100, 100])}
    >>> tower, = find_obstacles(_core.PlanProblem(graph, 2, limits=[limit]), blocks=["B1", "B2"])[:1]
    >>> print(tower.text())  # doctest: +ELLIPSIS
    block B1 has 140 of households, more than the 100 that any grid may have: split it by stairwell or floor, ...
    """
    names = {"block": blocks, "other": blocks, "grid": grids, "parent": parents, "limit": problem.limit_names}
    found = []
    for row in _core.find_obstacles(problem):
        facts = {key: _name(names.get(key), value) for key, value in row.items() if value != -1}
        found.append(Obstacle(CODES[row["kind"]], facts))
    return tuple(found)


def _name(names: Sequence | None, value):
    return value if names is None or not isinstance(value, int) else names[value]


def refuse_if_impossible(problem: _core.PlanProblem, *, lang: str = "en", most: int = 5, **names) -> None:
    """Raise what no plan can get around, the first ``most`` obstacles in words; keywords as ``find_obstacles``.

    Raises
    ------
    Infeasible
        With one line an obstacle, and how many more there are.
    """
    found = find_obstacles(problem, **names)
    if not found:
        return
    lines = [obstacle.text(lang) for obstacle in found[:most]]
    if len(found) > most:
        lines.append(f"…（共 {len(found)} 项）" if lang == "zh" else f"… ({len(found)} in all)")
    head = "没有方案能满足全部硬性规则" if lang == "zh" else "no plan keeps all hard rules"
    raise _core.Infeasible("\n".join([head, *lines]))
