"""For each border the most that can be done: along streets, simplified, or left; no two may cross."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from .arcs import Arcs, cut_into_arcs, join_arcs
from .around import ways_around
from .streets import Streets, densify, lay_on_streets

STREETS, SIMPLIFIED, LEFT, AROUND = range(4)
SHARES = (1.0, 0.5, 0.25)  # of the tolerance, tried one after the other
MOST_ROUNDS = 200
MOST_MASKS = 12


@dataclass(eq=False)
class Choice:
    """By arc: vertices, how they came about, metres beside and on streets, what stopped more; and junctions moved."""

    xy: list[np.ndarray]
    how: np.ndarray
    near_m: np.ndarray
    streets_m: np.ndarray
    stopped_by: np.ndarray
    junctions_moved: int

    @classmethod
    def exact(cls, arcs: Arcs) -> Choice:
        n = len(arcs.xy)
        return cls(list(arcs.xy), np.full(n, LEFT), np.zeros(n), np.zeros(n), np.full(n, "", dtype=object), 0)


@dataclass(frozen=True, eq=False)
class Given:
    """What borders go by."""

    arcs: Arcs
    whole: Callable[[np.ndarray], np.ndarray]
    streets: Streets | None
    walls: shapely.STRtree
    buildings: np.ndarray
    detours: dict[int, np.ndarray]
    homes: shapely.STRtree
    people: int
    reach_m: float
    tolerance_m: float

    def own(self, arc: int) -> np.ndarray:
        """The border as it is, but led round buildings."""
        return self.detours.get(arc, self.arcs.xy[arc])


@dataclass(eq=False)
class Candidate:
    xy: np.ndarray
    how: int
    streets_m: float = 0.0


def choose(
    arcs: Arcs,
    whole,
    *,
    streets: Streets | None,
    walls,
    buildings,
    homes,
    people: int,
    reach_m: float,
    tolerance_m: float,
) -> Choice:
    """Choose for each arc. `whole` puts places on whole millimetres; of `homes` the first are `people`'s.

    See `smooth_borders` for the rest.
    """
    at_home = shapely.STRtree(shapely.points(homes))
    given = Given(arcs, whole, streets, shapely.STRtree(walls), buildings, {}, at_home, people, reach_m, tolerance_m)
    inner = np.flatnonzero(arcs.faces[:, 0] >= 0)
    _lead_around(given, inner)
    laid: dict[int, tuple[bytes, Candidate | None]] = {}  # by arc: its vertices, and the option found for them
    moved, near_m = _junctions_to_move(given, inner)
    stopped = np.full(len(arcs.xy), "", dtype=object)
    for _ in range(MOST_ROUNDS):
        base = _with_moved_ends(given, moved)
        _lay_afresh(given, inner, base, laid, stopped)
        options = _options(given, inner, base, laid)
        checked = _check(given, options)
        level, stuck = _settle(arcs, base, checked, stopped)
        back = {int(j) for arc in stuck for j in arcs.ends[arc] if int(j) in moved}
        through = [arc for arc in stuck if arc in given.detours]
        if not back and not through:
            break
        for arc in through:
            del given.detours[arc]
        moved = {j: xy for j, xy in moved.items() if j not in back}
    else:
        return Choice.exact(arcs)
    choice = Choice.exact(arcs)
    choice.xy = base
    for arc in inner:
        option = checked[arc][level[arc]]
        choice.xy[arc], choice.how[arc], choice.streets_m[arc] = option.xy, option.how, option.streets_m
    choice.stopped_by = np.where(choice.how == STREETS, "", stopped)
    choice.near_m = near_m
    choice.junctions_moved = len(moved)
    return choice


def _lead_around(given: Given, inner: np.ndarray) -> None:
    """Fills the detours: borders that run through buildings, led round each by the shorter way that parts nobody."""
    if not len(given.walls.geometries):
        return
    lines = np.array([shapely.linestrings(given.arcs.xy[arc]) for arc in inner], dtype=object)
    row, wall = given.walls.query(lines, "intersects")
    for i in np.unique(row).tolist():
        arc = int(inner[i])
        for building in np.sort(wall[row == i]):
            for way in ways_around(given.own(arc), given.buildings[building]):
                placed = given.whole(way)
                placed[0], placed[-1] = given.arcs.xy[arc][[0, -1]]
                placed = placed[np.append(True, (np.diff(placed, axis=0) != 0).any(axis=1))]
                line = shapely.linestrings(placed)
                if shapely.intersects(line, given.walls.geometries[building]) or _met(given, [arc], [placed]):
                    continue
                given.detours[arc] = placed
                break


def _street_of(given: Given, xy: np.ndarray):
    places, s, direction = densify(xy)
    return s, given.streets.along(places, direction, given.reach_m)


def _junctions_to_move(given: Given, inner: np.ndarray) -> tuple[dict[int, np.ndarray], np.ndarray]:
    """Junctions inside at which two borders arrive along streets, and the crossing or street to move each to.

    And by arc how many metres of it run along a street within reach.
    """
    arcs = given.arcs
    near_m = np.zeros(len(arcs.xy))
    if given.streets is None:
        return {}, near_m
    arrivals = np.zeros(len(arcs.junctions), np.int64)
    for arc in inner:
        s, street = _street_of(given, given.own(int(arc)))
        near_m[arc] = np.diff(s)[(street[1:] >= 0) & (street[:-1] >= 0)].sum()
        near = 2 * given.reach_m
        for end, at in ((0, s <= near), (1, s >= s[-1] - near)):
            if arcs.ends[arc, end] >= 0 and (street[at] >= 0).any():
                arrivals[arcs.ends[arc, end]] += 1
    outer = np.unique(arcs.ends[arcs.faces[:, 0] < 0])
    arrivals[outer[outer >= 0]] = 0
    rows = np.flatnonzero(arrivals >= 2)
    target = given.streets.nearest_place(arcs.junctions[rows], given.reach_m)
    rows, target = rows[~np.isnan(target[:, 0])], target[~np.isnan(target[:, 0])]
    if not len(rows):
        return {}, near_m
    target = given.whole(target)
    # Of several that would meet in one place the nearest moves, or stays, if it is there.
    off = np.hypot(*(target - arcs.junctions[rows]).T)
    order = np.lexsort((rows, off))
    first = np.unique(target[order], axis=0, return_index=True)[1]
    keep = np.sort(order[first])
    keep = keep[off[keep] > 0]
    return {int(j): xy for j, xy in zip(rows[keep], target[keep], strict=True)}, near_m


def _with_moved_ends(given: Given, moved: dict[int, np.ndarray]) -> list[np.ndarray]:
    arcs = given.arcs
    base = [given.own(arc) for arc in range(len(arcs.xy))]
    for arc, ends in enumerate(arcs.ends):
        if int(ends[0]) in moved or int(ends[1]) in moved:
            xy = base[arc].copy()
            for at, junction in ((0, int(ends[0])), (-1, int(ends[1]))):
                if junction in moved:
                    xy[at] = moved[junction]
            base[arc] = xy
    return base


def _options(given: Given, inner, base, laid) -> dict[int, list[Candidate]]:
    """What could be done with each arc, the most first and the least last."""
    arcs = given.arcs
    options: dict[int, list[Candidate]] = {int(arc): [] for arc in inner}
    for arc in options:
        if arc in laid and laid[arc][1] is not None:
            options[arc].append(laid[arc][1])
    if given.tolerance_m > 0:
        polygons = join_arcs(arcs, base)
        for share in SHARES:
            simple = shapely.coverage_simplify(polygons, given.tolerance_m * share, simplify_boundary=False)
            found = _by_ends(cut_into_arcs(simple))
            mine = _by_ends(arcs, base)
            for key, rows in mine.items():
                if len(rows) == 1 and len(found.get(key, ())) == 1 and rows[0][0] in options:
                    xy = found[key][0][1]
                    xy = xy if (xy[0] == base[rows[0][0]][0]).all() else xy[::-1]
                    if len(xy) < len(base[rows[0][0]]):
                        options[rows[0][0]].append(Candidate(xy, SIMPLIFIED))
    for arc, list_of in options.items():
        list_of.append(Candidate(base[arc], AROUND if arc in given.detours else LEFT))
    return options


def _lay_afresh(given: Given, inner, base, laid, stopped) -> None:
    """Lays borders on streets whose ends have moved since; gives way wherever a household or a wall is met.

    Places of a border near what it met count as along no street, until what is left meets nothing.
    """
    if given.streets is None:
        return
    open_arcs = [int(arc) for arc in inner if arc not in laid or laid[arc][0] != base[arc].tobytes()]
    places = {arc: _street_of(given, base[arc]) for arc in open_arcs}
    for _ in range(MOST_MASKS):
        if not open_arcs:
            return
        found = {arc: _along_streets(given, base[arc], *places[arc]) for arc in open_arcs}
        for arc, option in found.items():
            laid[arc] = (base[arc].tobytes(), option)
        rows = [arc for arc in open_arcs if found[arc] is not None]
        met = _met(given, rows, [found[arc].xy for arc in rows])
        open_arcs = []
        for row, why, shape in met:
            arc = rows[row]
            laid[arc], stopped[arc] = (laid[arc][0], None), why
            if shape is None:  # it crosses itself
                continue
            s, street = places[arc]
            corners = shapely.points(shapely.get_coordinates(shape))
            at = shapely.line_locate_point(shapely.linestrings(base[arc]), corners)
            street[(s >= at.min() - given.reach_m) & (s <= at.max() + given.reach_m)] = -1
            open_arcs.append(arc)
        open_arcs = sorted(set(open_arcs))


def _along_streets(given: Given, xy: np.ndarray, s: np.ndarray, street: np.ndarray) -> Candidate | None:
    found = lay_on_streets(xy, s, street, given.streets, shortest_m=2 * given.reach_m, tolerance_m=given.tolerance_m)
    if found is None:
        return None
    placed = given.whole(found.xy)
    placed[0], placed[-1] = xy[0], xy[-1]
    placed = placed[np.append(True, (np.diff(placed, axis=0) != 0).any(axis=1))]
    return Candidate(placed, STREETS, found.streets_m) if len(placed) >= 2 else None


def _met(given: Given, arcs: list[int], lines: list[np.ndarray]) -> list[tuple[int, str, object]]:
    """What stands in the way of each new line of an arc: its row, what it is, and where (None: the line itself)."""
    if not arcs:
        return []
    shapes = np.array([shapely.linestrings(xy) for xy in lines], dtype=object)
    exact, own = [given.arcs.xy[arc] for arc in arcs], [given.own(arc) for arc in arcs]
    met: list[tuple[int, str, object]] = [
        (int(i), "crossing", None) for i in np.flatnonzero(~shapely.is_simple(shapes))
    ]
    if len(given.walls.geometries):
        row, wall = given.walls.query(shapes, "intersects")
        # A wall that the border runs through today, and cannot be led round, is no reason.
        before = np.array([shapely.linestrings(xy) for xy in own], dtype=object)
        new = ~shapely.intersects(before[row], given.walls.geometries[wall])
        met += [(int(i), "building", given.walls.geometries[w]) for i, w in zip(row[new], wall[new], strict=True)]
    rings = [np.concatenate([old, _turned(new, old)]) for old, new in zip(exact, lines, strict=True)]
    # Rings that cross themselves: what is inside an odd number of times changes sides, as a ray counts it.
    between = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    row, home = given.homes.query(between, "intersects")
    who = np.where(home < given.people, "household", "building")
    return met + [(int(i), w, given.homes.geometries[h]) for i, h, w in zip(row, home, who.tolist(), strict=True)]


def _by_ends(arcs: Arcs, xy=None) -> dict[tuple, list[tuple[int, np.ndarray]]]:
    """Arcs by their polygons and ends."""
    found: dict[tuple, list[tuple[int, np.ndarray]]] = {}
    for arc, line in enumerate(arcs.xy if xy is None else xy):
        ends = tuple(map(tuple, line[[0, -1]])) if arcs.ends[arc, 0] >= 0 else ()
        found.setdefault((*arcs.faces[arc].tolist(), *sorted(ends)), []).append((arc, line))
    return found


def _check(given: Given, options: dict[int, list[Candidate]]) -> dict[int, list[Candidate]]:
    """The options that part nobody from home and go through no wall; what is exact stays whatever it does."""
    flat = [(arc, option) for arc, found in options.items() for option in found if option.xy is not given.arcs.xy[arc]]
    bad = {row for row, _, _ in _met(given, [arc for arc, _ in flat], [option.xy for _, option in flat])}
    wrong = {id(option) for row, (_, option) in enumerate(flat) if row in bad}
    return {arc: [option for option in found if id(option) not in wrong] for arc, found in options.items()}


def _turned(xy: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """From the end of the exact border back to its beginning."""
    same = np.abs(xy[0] - exact[0]).sum() + np.abs(xy[-1] - exact[-1]).sum()
    other = np.abs(xy[0] - exact[-1]).sum() + np.abs(xy[-1] - exact[0]).sum()
    return xy[::-1] if same <= other else xy


def _settle(arcs: Arcs, base, checked, stopped) -> tuple[dict[int, int], set[int]]:
    """The level of each arc at which none crosses another, and the arcs for which there is none."""
    level = dict.fromkeys(checked, 0)
    stuck = {arc for arc, found in checked.items() if not found}
    if stuck:
        return level, stuck
    lines = np.array([shapely.linestrings(xy) for xy in base], dtype=object)
    fresh = list(checked)
    for _ in range(MOST_ROUNDS):
        for arc in fresh:
            lines[arc] = shapely.linestrings(checked[arc][level[arc]].xy)
        clashes = _clashes(lines)
        if not len(clashes):
            return level, set()
        fresh = []
        for pair in clashes.tolist():
            if pair[0] in fresh or pair[1] in fresh:  # one of them has just given way: look again
                continue
            left = [a for a in pair if a in level and level[a] + 1 < len(checked[a])]
            if not left:
                stuck.update(pair)
                continue
            worst = min(left, key=lambda a: (checked[a][level[a]].how, -lines[a].length))
            if checked[worst][level[worst]].how == STREETS:
                stopped[worst] = "crossing"
            level[worst] += 1
            fresh.append(worst)
        if not fresh:
            return level, stuck
    return level, set(checked)


def _clashes(lines: np.ndarray) -> np.ndarray:
    """Pairs of lines that meet elsewhere than at ends of both."""
    tree = shapely.STRtree(lines)
    a, b = tree.query(lines, predicate="intersects")
    a, b = a[a < b], b[a < b]
    met = shapely.intersection(lines[a], lines[b])
    bad = shapely.length(met) > 0
    points, pair = shapely.get_coordinates(met, return_index=True)
    ends = np.stack([shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)], axis=1)
    at_end = [(ends[side[pair]] == points[:, None, :]).all(axis=2).any(axis=1) for side in (a, b)]
    bad[pair[~(at_end[0] & at_end[1])]] = True
    return np.column_stack([a[bad], b[bad]])
