"""What may be published beside what was published: no subtraction of two boundaries may single out a few people.

Counts by grid and by team are partitions of the same people. Laid over each other, the partitions of several
publications cut the place into small pieces, and a reader who knows the boundaries can compute what lies in a piece.
The rule here is that every piece that the shown cells can form together holds nobody or at least k people; cells that
would break it are withheld.

Why this is enough: take any set of blocks with 1 to k-1 people in it. Every piece that it touches holds at least k, so
it contains none of them whole, and moving people about inside the pieces changes no shown number. From what is shown
the set may just as well hold nobody, or k and more.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from . import _core
from ._atomic import replace_file
from .issues import name_some

if TYPE_CHECKING:
    from .assess import Assessment

_FORMAT = 1


@dataclass
class Pieces:
    """People, and the pieces into which everything published so far cuts them.

    Attributes
    ----------
    people : (n,) int array
        Of each smallest unit whose place a reader may know: a household or block.
    k : int
    piece : (n,) int array
        Which piece each unit lies in; at first there is one.
    """

    people: np.ndarray
    k: int = 10
    piece: np.ndarray = field(init=False)

    def __post_init__(self):
        self.people = np.asarray(self.people, dtype=np.int64)
        self.piece = np.zeros(len(self.people), dtype=np.int64)

    def cut(self, labels) -> None:
        """Take a partition as published already."""
        self.piece = _pairs(self.piece, labels)

    def few(self, piece) -> np.ndarray:
        """Which units lie in a piece that holds somebody, but fewer than k."""
        total = np.bincount(piece, weights=self.people, minlength=1)
        return ((total > 0) & (total < self.k))[piece]

    def publish(self, labels, within=None) -> set[int]:
        """The labels of a partition that may be shown; the pieces are cut by them and by the rest that they leave.

        Parameters
        ----------
        labels : (n,) int array
        within : (n,) int array, optional
            A coarser partition whose cells are shown already: what is withheld then forms a rest in each of them.
        """
        known, labels = np.unique(np.asarray(labels), return_inverse=True)
        within = np.zeros(len(labels), np.int64) if within is None else np.unique(within, return_inverse=True)[1]
        shown = np.ones(len(known), bool)
        while True:
            cell = np.where(shown[labels], within.max(initial=0) + 1 + labels, within)
            piece = _pairs(self.piece, cell)
            few = self.few(piece)
            if not few.any():
                break
            hide = np.unique(labels[few & shown[labels]])
            if not len(hide):
                # The rest itself is few: it grows by the smallest neighbour in its piece.
                hide = self._neighbours(few, labels, shown, within)
                if not len(hide):
                    break  # nothing is left to withhold; what stands was so before
            shown[hide] = False
        self.piece = piece
        return {int(label) for label in known[shown]}

    def _neighbours(self, few, labels, shown, within) -> np.ndarray:
        """For each piece whose rest is few, the smallest shown label in the same piece and cell: k at least."""
        outer = _pairs(self.piece, within)
        candidates = np.isin(outer, np.unique(outer[few])) & shown[labels] & (self.people > 0)
        if not candidates.any():
            return np.empty(0, np.int64)
        key, at = np.unique(np.column_stack([outer[candidates], labels[candidates]]), axis=0, return_inverse=True)
        total = np.bincount(at.ravel(), weights=self.people[candidates])
        order = np.lexsort((key[:, 1], total, key[:, 0]))
        first = np.unique(key[order, 0], return_index=True)[1]
        return np.unique(key[order][first, 1])


def _pairs(a, b) -> np.ndarray:
    a, b = np.asarray(a), np.unique(np.asarray(b), return_inverse=True)[1]
    return np.unique(a * (int(b.max(initial=0)) + 1) + b, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Guard:
    """What the public edition of one report may show.

    Attributes
    ----------
    grids, teams, sites : frozenset of str
        Ids whose counts are withheld.
    uncovered, response_uncovered : frozenset of str
        Grids of which it is withheld how many people are not covered.
    teams_after : frozenset of str
        Teams whose people under the second plan may be shown.
    changed, moved : bool
        Whether the number of people who change doctor, or grid, may be shown.
    cells : list of (n_blocks,) lists
        What is shown of each block, for the register: labels of the partitions that go by blocks, rests included.
    """

    grids: frozenset = frozenset()
    teams: frozenset = frozenset()
    sites: frozenset = frozenset()
    uncovered: frozenset = frozenset()
    response_uncovered: frozenset = frozenset()
    teams_after: frozenset = frozenset()
    changed: bool = False
    moved: bool = False
    cells: list = field(default_factory=list)

    @property
    def withheld(self) -> dict[str, frozenset]:
        """As the report's facts take it: by table and, for grids, by column."""
        return {
            "grid_id": self.grids,
            "team_id": self.teams,
            "site_id": self.sites,
            "uncovered": self.uncovered,
            "response_uncovered": self.response_uncovered,
        }


def guard(result: Assessment, second=None, former: list[dict] | None = None, k: int = 10) -> Guard:
    """Hold the counts of a public report, and of its comparison with a second plan, against all that is known.

    Parameters
    ----------
    result : Assessment
    second : Plan, optional
        The plan that the report is to compare with.
    former : list of dict, optional
        Earlier publications, as a register keeps them.
    k : int
    """
    area, plan = result.area, result.plan
    inside = area.column("households", "inside").astype(bool) if len(area.ids("households")) else np.zeros(0, bool)
    people = area.column("households", "n_usual").astype(int) + area.column("households", "n_short").astype(int)
    block = area.household_block()[inside]
    pieces = Pieces(np.asarray(people)[inside], k)
    for labels in _former_labels(former or [], area):
        pieces.cut(np.where(block >= 0, labels[block], -1) if len(labels) else np.full(len(block), -1))
    kept = _Kept(area, block)
    team, grid = plan.household_team()[inside], plan.household_grid()[inside]
    teams = kept.publish(pieces, team)
    shown_team = np.where(np.isin(team, sorted(teams)), team, -1)
    grids = kept.publish(pieces, grid, shown_team)
    out = {
        "grids": _missing(area.ids("grids"), grid, grids),
        "teams": _missing(area.ids("teams"), team, teams),
    }
    if second is not None:
        after, grid_after = second.household_team()[inside], second.household_grid()[inside]
        shown = kept.publish(pieces, after)
        out["teams_after"] = frozenset(area.ids("teams")[sorted(t for t in shown if t >= 0)])
        out["changed"] = len(kept.publish(pieces, (after != team).astype(int))) == 2
        out["moved"] = len(kept.publish(pieces, (grid_after != grid).astype(int))) == 2
    # Who is covered follows from the place too, and so does the site that a household uses.
    cell = np.where(np.isin(grid, sorted(grids)), grid, -2 - shown_team)
    for name, coverage in (("uncovered", result.access), ("response_uncovered", result.response)):
        if coverage is not None:
            split = 2 * grid + np.asarray(coverage.covered).astype(int)[inside]
            safe = np.isin(split, sorted(pieces.publish(split, cell)))
            out[name] = frozenset(area.ids("grids")[np.unique(grid[~safe & (grid >= 0)])])
    if result.access is not None:
        site = np.asarray(result.access.nearest)[inside]
        out["sites"] = _missing(area.ids("sites"), site, pieces.publish(site))
    return Guard(**out, cells=kept.cells)


def _missing(ids, labels, shown: set[int]) -> frozenset:
    present = set(np.unique(labels[labels >= 0]).tolist())
    return frozenset(ids[sorted(present - shown)])


class _Kept:
    """Publishes partitions that go by blocks, and remembers what was shown."""

    def __init__(self, area, block):
        self.block, self.n = block, len(area.ids("blocks"))
        self.cells: list[list[int]] = []

    def publish(self, pieces: Pieces, labels, within=None) -> set[int]:
        shown = pieces.publish(labels, within)
        # The present labels from 1 on, the rests below nought: one a cell of the coarser partition.
        rest = np.zeros(len(labels), np.int64) if within is None else np.unique(within, return_inverse=True)[1]
        own = np.unique(labels, return_inverse=True)[1] + 1
        cell = np.where(np.isin(labels, sorted(shown)), own, -2 - rest)
        by_block = np.full(self.n, -1, dtype=np.int64)
        by_block[self.block[self.block >= 0]] = cell[self.block >= 0]
        self.cells.append(by_block.tolist())
        return shown


def _former_labels(former: list[dict], area):
    blocks = area.ids("blocks")
    for release in former:
        at = blocks.get_indexer(release["blocks"])
        if (at < 0).any():
            gone = [b for b, i in zip(release["blocks"], at, strict=True) if i < 0]
            raise _core.InvalidInput(
                f"report: the register names blocks that this area does not have ({name_some(gone)}), so that a "
                "subtraction cannot be ruled out; use the area of the earlier publication"
            )
        for labels in release["cells"]:
            by_block = np.full(len(blocks), -1, dtype=np.int64)
            by_block[at] = labels
            yield by_block


def read_register(path) -> list[dict]:
    """The publications in a register, oldest first; none where the file is not there yet."""
    if not os.path.exists(path):
        return []
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        if content["format"] != _FORMAT or not isinstance(content["releases"], list):
            raise ValueError("another format")
        for release in content["releases"]:
            if any(len(labels) != len(release["blocks"]) for labels in release["cells"]):
                raise ValueError("cells and blocks differ in number")
    except OSError as error:
        raise _core.IoError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise _core.IoError(f"{path}: is no register of publications ({type(error).__name__}); take a backup") from None
    return content["releases"]


def add_to_register(path, releases: list[dict], area, checked: Guard, made_on: str) -> None:
    """Write the register with one more publication: block ids and numbers of cells, no counts."""
    new = {"made_on": made_on, "blocks": area.ids("blocks").tolist(), "cells": checked.cells}
    text = json.dumps({"format": _FORMAT, "releases": [*releases, new]}, ensure_ascii=False)
    replace_file(path, lambda temp: temp.write_text(text, encoding="utf-8"))
