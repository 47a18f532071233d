"""Sites, teams "1+1+N", their fields and their sessions in one district."""

import numpy as np

from .grids import Grids
from .lattice import Lattice
from .parcels import MARKET, MIDRISE, TOWER, VILLAGE, Parcels
from .partition import Graph, partition, share_out
from .spec import Spec
from .streams import stream

STAFF_MIN = 44_160  # one person's minutes a year for the field: 46 weeks × 40 h × 60 × 0.4
MORNINGS = (("09:00", "12:30"), ("09:00", "12:30"), ("09:00", "12:30"), ("08:30", "12:00"))
AFTERNOON = ("14:00", "17:30")


def build_services(
    spec: Spec, lattice: Lattice, p: Parcels, grids: Grids, asked, names: list[str], outside_xy, district: int
) -> dict:
    """Columns of sites, teams and sessions, and `team` of each leaf grid.

    `asked` are minutes a year of each footprint. Every community has a studio except the one that is farthest
    from all others, and that one's teams start at the centre: the gap to be found.
    """
    rng = stream(spec.seed, "services", district)
    leaf_graph = _leaf_graph(grids)
    n_leaves = len(grids.leaf_community)
    leaf_asked = np.bincount(grids.leaf, asked, n_leaves)
    area, without, area_names = _service_areas(spec, grids, leaf_graph, asked, names, rng)
    sites, centre, hospital = _draw_sites(spec, lattice, p, grids, area, without, area_names, rng)
    team_of_leaf, team_area = _draw_fields(spec, leaf_graph, leaf_asked, area, rng)
    n_teams = len(team_area)
    studio_of_area = {a: s for s, a in enumerate(sites["area"]) if a >= 0}
    base = np.array([studio_of_area.get(a, centre) for a in team_area.tolist()])
    middle = area[grids.leaf][np.argmin(np.hypot(grids.x - sites["x"][centre], grids.y - sites["y"][centre]))]
    crowded = np.flatnonzero(team_area == middle)
    if len(crowded) > 1:
        base[crowded[-1]] = centre  # the team next door starts at the centre itself
    _make_awkward(spec, grids, leaf_graph, team_of_leaf, team_area, area, sites, base, rng)
    team_asked = np.bincount(team_of_leaf, leaf_asked, n_teams)
    load = rng.uniform(0.55, 0.95, n_teams)
    over = rng.permutation(n_teams)[: spec.overloaded_teams]
    load[over] = rng.uniform(1.12, 1.3, len(over))
    staff = np.maximum(0.5, np.rint(2 * team_asked / load / STAFF_MIN) / 2)
    staff[over] = np.maximum(0.25, np.floor(4 * team_asked[over] / 1.1 / STAFF_MIN) / 4)
    order = np.zeros(n_teams, int)
    for t in range(n_teams):
        order[t] = (team_area[:t] == team_area[t]).sum() + 1
    teams = {
        "base": base,
        "name": [f"{area_names[a]}第{k}家医团队" for a, k in zip(team_area, order, strict=True)],
        "n_grid_workers": rng.integers(3, 10, n_teams).astype(np.int32),
        "n_doctors": np.where(rng.random(n_teams) < 0.35, 1.5, 1.0),
        "offered_min": (staff * STAFF_MIN).astype(np.float64),
    }
    outside = -1
    if outside_xy is not None:
        sites["x"] = np.append(sites["x"], outside_xy[0])
        sites["y"] = np.append(sites["y"], outside_xy[1])
        sites["name"].append("邻街道卫生站")
        sites["kind"].append("station")
        sites["area"].append(-2)
        outside = len(sites["kind"]) - 1
    sessions = _draw_sessions(sites, base, centre, outside, rng)
    sites["hospital"], sites["outside"] = hospital, outside
    return {
        "sites": sites,
        "teams": teams,
        "sessions": sessions,
        "team_of_leaf": team_of_leaf,
        "without": without,
    }


def _leaf_graph(grids):
    m = grids.graph.matrix.tocoo()
    a, b = grids.leaf[m.row], grids.leaf[m.col]
    pairs = np.unique(np.column_stack([a, b])[a < b], axis=0)
    return Graph(len(grids.leaf_community), pairs[:, 0], pairs[:, 1], np.ones(len(pairs)))


def _service_areas(spec, grids, leaf_graph, asked, names, rng):
    """Area of each leaf (a community, or a part of the only one), the one without a studio, and names."""
    n_leaves = len(grids.leaf_community)
    leaf_asked = np.bincount(grids.leaf, asked, n_leaves)
    count = np.bincount(grids.leaf, minlength=n_leaves)
    lx, ly = np.bincount(grids.leaf, grids.x) / count, np.bincount(grids.leaf, grids.y) / count
    if grids.leaf_community.max() > 0:
        area = grids.leaf_community.copy()
        weight = np.bincount(area, leaf_asked) + 1e-9
        ax, ay = np.bincount(area, leaf_asked * lx) / weight, np.bincount(area, leaf_asked * ly) / weight
        bank = grids.community_bank
        small = bank != np.bincount(bank, weight).argmax() if len(np.unique(bank)) > 1 else np.ones(len(bank), bool)
        away = np.hypot(ax[:, None] - ax, ay[:, None] - ay)
        np.fill_diagonal(away, np.inf)
        return area, int(np.argmax(np.where(small, away.min(1), -1.0))), names
    parts = leaf_graph.components()
    large = np.bincount(parts, leaf_asked).argmax()
    area = np.full(n_leaves, spec.studios)
    main = np.flatnonzero(parts == large)
    area[main] = partition(leaf_graph.sub(main), leaf_asked[main], spec.studios, rng, tries=20)
    area = np.unique(area, return_inverse=True)[1]
    without = int(area.max()) if (parts != large).any() else -1
    return area, without, [names[0] + end for end in "东中西南北"[: area.max() + 1]]


def _draw_sites(spec, lattice, p, grids, area, without, names, rng):
    """A studio near the middle of each area's homes, the centre in the town and the hospital away from it."""
    street = np.isin(p.i0, lattice.column_lines) & np.isin(p.j0, lattice.row_lines)
    street &= np.isin(p.use, (VILLAGE, MIDRISE, MARKET, TOWER))
    if not street.any():
        street[:] = True
    x = lattice.x[p.i0, p.j0] * 0.86 + lattice.x[p.i1, p.j1] * 0.14
    y = lattice.y[p.i0, p.j0] * 0.86 + lattice.y[p.i1, p.j1] * 0.14
    taken = np.zeros(len(x), bool)

    def place(px, py, allowed, prefer):
        away = np.hypot(x - px, y - py) - 120.0 * np.isin(p.use, prefer) + np.where(allowed & ~taken, 0, 1e7)
        k = int(np.argmin(away))
        taken[k] = True
        return k

    spots, kinds, labels, areas = [], [], [], []
    of = area[grids.leaf]
    for a in range(area.max() + 1):
        if a == without:
            continue
        here = of == a
        w = p.homes * here + 1e-9
        spots.append(place((w * x).sum() / w.sum(), (w * y).sum() / w.sum(), here & street, (MARKET, MIDRISE)))
        kinds.append("studio")
        labels.append(f"{names[a]}家医微网实格工作室")
        areas.append(a)
    town = np.isin(p.use, (MARKET,)) if (p.use == MARKET).any() else p.homes > 0
    cx, cy = x[town].mean(), y[town].mean()
    centre_spot = place(cx, cy, street, (MARKET,))
    turn, reach = rng.uniform(0, 2 * np.pi), 0.95 * np.hypot(x.std(), y.std())
    same_bank = lattice.bank[p.column, p.row] == lattice.bank[p.column[centre_spot], p.row[centre_spot]]
    hospital_spot = place(cx + reach * np.cos(turn), cy + reach * np.sin(turn), street & same_bank, (MIDRISE,))
    spots += [centre_spot, hospital_spot]
    kinds += ["centre", "hospital"]
    labels += ["社区卫生服务中心", "定点医院（示例）"]
    areas += [-1, -1]
    sites = {
        "x": np.round(x[spots], 3),
        "y": np.round(y[spots], 3),
        "kind": kinds,
        "name": labels,
        "area": areas,
    }
    return sites, len(kinds) - 2, len(kinds) - 1


def _draw_fields(spec, leaf_graph, leaf_asked, area, rng):
    """Team of each leaf: connected fields of about equal minutes inside each area."""
    teams_of_area = share_out(spec.teams, np.bincount(area, leaf_asked))
    team_of_leaf = np.zeros(len(area), np.int64)
    team_area = np.repeat(np.arange(len(teams_of_area)), teams_of_area)
    first = 0
    for a, k in enumerate(teams_of_area.tolist()):
        here = np.flatnonzero(area == a)
        # An area with a crumb across a stream is parted as if the crumb hung on its first grid.
        sub = leaf_graph.sub(here)
        parts = sub.components()
        main = np.flatnonzero(parts == np.bincount(parts).argmax())
        label = np.zeros(len(here), np.int64)
        label[main] = partition(sub.sub(main), leaf_asked[here][main] + 1.0, k, rng, tries=24)
        team_of_leaf[here] = first + label
        first += k
    return team_of_leaf, team_area


def _make_awkward(spec, grids, leaf_graph, team_of_leaf, team_area, area, sites, base, rng):
    """Gives a few micro-grids to a team of another area that starts far away: boundary cost to be seen."""
    n_leaves = len(area)
    count = np.bincount(grids.leaf, minlength=n_leaves)
    lx, ly = np.bincount(grids.leaf, grids.x) / count, np.bincount(grids.leaf, grids.y) / count
    done, banned = 0, set()
    for leaf in rng.permutation(np.flatnonzero(~grids.leaf_dedicated)).tolist():
        if done >= spec.awkward_grids:
            return
        field = int(team_of_leaf[leaf])
        if area[leaf] in banned or (team_of_leaf == field).sum() <= 2:
            continue
        away = np.hypot(sites["x"][base] - lx[leaf], sites["y"][base] - ly[leaf])
        away[team_area == area[leaf]] = np.inf
        away[np.hypot(sites["x"][base] - sites["x"][base[field]], sites["y"][base] - sites["y"][base[field]]) < 1] = (
            np.inf
        )
        order = np.argsort(away, kind="stable")
        order = order[np.isfinite(away[order])]
        if len(order) == 0:
            continue
        team_of_leaf[leaf] = order[min(3, len(order) - 1)]
        banned.add(int(area[leaf]))
        done += 1


def _draw_sessions(sites, base, centre, outside, rng):
    """One to three mornings a week at each studio, weekdays at the centre, two afternoons on loan outside."""
    rows, booked = [], set()

    def book(site, team, day, hours, every=1):
        half = hours[0] < "12:00"
        if (team, day, half) in booked:
            return False
        booked.add((team, day, half))
        rows.append((site, team, day, *hours, every))
        return True

    for s, kind in enumerate(sites["kind"]):
        team = np.flatnonzero(base == s)
        if kind != "studio" or len(team) == 0:
            continue
        days = rng.permutation(5)[: rng.integers(1, 4)] + 1
        for k, day in enumerate(sorted(days.tolist())):
            hours = AFTERNOON if rng.random() < 0.1 else MORNINGS[rng.integers(len(MORNINGS))]
            book(s, int(team[k % len(team)]), day, hours)
    hosts = np.flatnonzero(base == centre)
    everyone = rng.permutation(len(base))
    for day in range(1, 6):
        if len(hosts):
            book(centre, int(hosts[day % len(hosts)]), day, ("08:30", "12:00"))
        book(centre, int(everyone[day % len(everyone)]), day, AFTERNOON, 2)
    book(centre, int(everyone[0]), 6, ("09:00", "12:30"), 2)
    if outside >= 0:
        away = np.hypot(sites["x"] - sites["x"][outside], sites["y"] - sites["y"][outside])[base]
        loaned = 0
        for team in np.argsort(away, kind="stable").tolist():
            for day in (2, 4):
                if loaned < 2 and book(outside, team, day, ("14:30", "17:00")):
                    loaned += 1
    return rows
