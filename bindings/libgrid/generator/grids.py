"""Today's plan of one district: communities, general, micro- and dedicated grids over the footprints."""

from dataclasses import dataclass

import numpy as np

from .lattice import Lattice
from .parcels import CAMPUS, INDUSTRY, Parcels
from .partition import Graph, best_cut, partition, share_out
from .spec import Spec
from .streams import stream

SMALLEST, LARGEST = 30, 100
GENERAL_TARGET = 400
STREET_COST, INNER_COST = 3.0, 1.0


@dataclass(frozen=True)
class Grids:
    """Labels of the footprints; leaves (micro and dedicated grids) are numbered in code order."""

    graph: Graph  # footprints that share a border
    size: np.ndarray  # households and shops of each footprint
    x: np.ndarray
    y: np.ndarray
    community: np.ndarray  # of each footprint
    leaf: np.ndarray  # of each footprint
    leaf_community: np.ndarray
    leaf_general: np.ndarray  # number within the community, 0 for dedicated grids
    leaf_number: np.ndarray  # number within the general grid
    leaf_dedicated: np.ndarray
    community_bank: np.ndarray


def build_grids(spec: Spec, lattice: Lattice, parcels: Parcels, district: int) -> Grids:
    """Superblocks into communities and footprints into grids: connected, on one side of the river."""
    rng = stream(spec.seed, "grids", district)
    graph, x, y = _footprint_graph(lattice, parcels)
    size = parcels.homes + parcels.shops
    block, block_of = np.unique(parcels.column * lattice.shape[1] + parcels.row, return_inverse=True)  # superblocks
    bank = lattice.bank[block // lattice.shape[1], block % lattice.shape[1]]
    super_size = np.bincount(block_of, size)
    super_graph = _contract(graph, block_of, len(block))
    community = _draw_communities(spec, super_graph, super_size, bank, rng)
    dedicated = _draw_dedicated(parcels, block_of, super_graph, community, size)
    of_footprint = community[block_of]
    general = np.zeros(graph.n, np.int64)
    micro = np.zeros(graph.n, np.int64)
    is_dedicated = dedicated[block_of] >= 0
    general[is_dedicated], micro[is_dedicated] = -1, dedicated[block_of][is_dedicated]
    for c in range(community.max() + 1):
        _draw_inside(spec, graph, size, np.flatnonzero((of_footprint == c) & ~is_dedicated), general, micro, rng)
    bank_of = np.array([bank[community == c].min() for c in range(community.max() + 1)])
    return _number(graph, size, x, y, of_footprint, general, micro, bank_of)


def _footprint_graph(lattice, p):
    """Footprints with a common border; a border along a street costs more to keep inside one grid."""
    west, south = p.i0.min(), p.j0.min()
    owner = np.full((p.i1.max() - west, p.j1.max() - south), -1)
    boxes = np.column_stack([p.i0 - west, p.i1 - west, p.j0 - south, p.j1 - south])
    for k, (a, b, c, d) in enumerate(boxes.tolist()):
        owner[a:b, c:d] = k
    pairs = np.concatenate(
        [
            np.column_stack([owner[:-1].ravel(), owner[1:].ravel()]),
            np.column_stack([owner[:, :-1].ravel(), owner[:, 1:].ravel()]),
        ]
    )
    pairs = pairs[(pairs[:, 0] >= 0) & (pairs[:, 1] >= 0) & (pairs[:, 0] != pairs[:, 1])]
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    a, b = pairs.T
    street = (p.column[a] != p.column[b]) | (p.row[a] != p.row[b])
    x = (lattice.x[p.i0, p.j0] + lattice.x[p.i1, p.j1] + lattice.x[p.i0, p.j1] + lattice.x[p.i1, p.j0]) / 4
    y = (lattice.y[p.i0, p.j0] + lattice.y[p.i1, p.j1] + lattice.y[p.i0, p.j1] + lattice.y[p.i1, p.j0]) / 4
    return Graph(len(p.i0), a, b, np.where(street, STREET_COST, INNER_COST)), x, y


def _contract(graph, group, n):
    m = graph.matrix.tocoo()
    a, b = group[m.row], group[m.col]
    pairs = np.unique(np.column_stack([a, b])[a < b], axis=0)
    return Graph(n, pairs[:, 0], pairs[:, 1], np.ones(len(pairs)))


def _draw_communities(spec, graph, size, bank, rng):
    """Connected groups of superblocks; the weight lets villages be wider and towns fuller."""
    if spec.communities == 1:
        return np.zeros(graph.n, np.int64)
    weight = size**0.75 + 4.0
    banks = np.unique(bank)
    wanted = share_out(spec.communities, [weight[bank == b].sum() for b in banks])
    label = np.zeros(graph.n, np.int64)
    first = 0
    for b, k in zip(banks, wanted, strict=True):
        here = np.flatnonzero(bank == b)
        label[here] = first + partition(graph.sub(here), weight[here], int(k), rng, tries=60)
        first = label[here].max() + 1
    return label


def _draw_dedicated(p, block_of, graph, community, size):
    """Superblocks of a campus or works that become grids of their own, numbered; −1 elsewhere."""
    use = np.zeros(graph.n, np.int64)
    use[block_of] = p.use
    out = np.full(graph.n, -1)
    for c in range(community.max() + 1):
        members = np.flatnonzero(community == c)
        taken = np.zeros(graph.n, bool)
        number = 0
        for s in members[np.isin(use[members], (CAMPUS, INDUSTRY))]:
            taken[s] = True
            rest = members[~taken[members]]
            parts = graph.sub(rest).components() if len(rest) else np.array([0, 1])
            banks = graph.sub(members).components()
            if parts.max() > banks.max() or number >= 3:
                taken[s] = False
            else:
                out[s] = number
                number += 1
    return out


def _draw_inside(spec, graph, size, here, general, micro, rng):
    """General grids in one community (for each bank), then micro-grids in each of them."""
    parts = graph.sub(here).components()
    first = 0
    for part in range(parts.max() + 1):
        nodes = here[parts == part]
        k = max(1, round(size[nodes].sum() / GENERAL_TARGET))
        general[nodes] = first + partition(graph.sub(nodes), size[nodes], k, rng, tries=12)
        for g in np.unique(general[nodes]):
            inner = nodes[general[nodes] == g]
            sub = graph.sub(inner)
            n = max(1, round(size[inner].sum() / (spec.micro_size * rng.uniform(*spec.micro_spread))))
            label = partition(sub, size[inner], n, rng, tries=spec.micro_tries)
            label = _settle(sub, size[inner], label, rng)
            micro[inner] = _make_odd(sub, size[inner], label, rng, spec.odd_grid_share)
        first = general[nodes].max() + 1


def _settle(graph, size, label, rng):
    """Joins each too small or too large grid with a neighbour and parts the two anew, while that helps."""
    label = label.copy()
    for _ in range(6):
        sums = np.bincount(label, size)
        bad = np.flatnonzero((sums < SMALLEST) | (sums > LARGEST))
        if len(bad) == 0 or len(sums) == 1:
            break
        for g in bad:
            nodes = np.flatnonzero(label == g)
            near = np.setdiff1d(label[graph.around(nodes)], [g])
            if len(near) == 0:
                continue
            other = int(rng.choice(near))
            both = np.flatnonzero((label == g) | (label == other))
            total = size[both].sum()
            if total <= LARGEST:
                label[both] = min(g, other)
                label = np.unique(label, return_inverse=True)[1]
                break
            k = 3 if total > 2 * LARGEST else 2
            again = partition(graph.sub(both), size[both], k, rng, tries=24)
            if np.ptp(np.bincount(again, size[both])) < np.ptp(np.bincount((label[both] == g) * 1, size[both])):
                label[both] = np.where(again == 0, g, np.where(again == 1, other, label.max() + 1))
    return label


def _make_odd(graph, size, label, rng, share):
    """A few grids outside the norm, as real towns have: a crumb split off, or two left together."""
    label = label.copy()
    for g in range(label.max() + 1):
        if rng.random() >= 1.3 * share:
            continue
        nodes = np.flatnonzero(label == g)
        total = size[nodes].sum()
        if rng.random() < 0.5 and total > 55 and len(nodes) > 2:
            side, _ = best_cut(graph.sub(nodes), size[nodes].astype(float), np.array([20.0]), rng, 12)
            label[nodes[side]] = label.max() + 1
        else:
            near = np.setdiff1d(label[graph.around(nodes)], [g])
            sums = np.bincount(label, size)
            near = [n for n in near.tolist() if LARGEST < total + sums[n] < 150]
            if near:
                label[label == near[0]] = g
    return np.unique(label, return_inverse=True)[1]


def _number(graph, size, x, y, community, general, micro, bank):
    """Numbers grids from west to east and north to south inside the grid above, as the coding rules ask."""
    dedicated = general < 0
    general_number = np.zeros(len(x), np.int64)
    plain = np.flatnonzero(~dedicated)
    general_number[plain] = _reading_order(x[plain], y[plain], community[plain], general[plain])
    number = _reading_order(x, y, community * 10_000 + general_number, micro)
    leaves, leaf = np.unique(np.column_stack([community, general_number, number]), axis=0, return_inverse=True)
    return Grids(
        graph, size, x, y, community, leaf.ravel().astype(np.int32), leaves[:, 0], leaves[:, 1], leaves[:, 2],
        leaves[:, 1] == 0, bank,
    )  # fmt: skip


def _reading_order(x, y, parent, child):
    """Of every footprint: the number 1… of its group among the groups of the same parent."""
    groups, of = np.unique(np.column_stack([parent, child]), axis=0, return_inverse=True)
    of = of.ravel()
    count = np.bincount(of)
    row = -np.round(np.bincount(of, y) / count / 250)
    order = np.lexsort((np.bincount(of, x) / count, row, groups[:, 0]))
    above = groups[order, 0]
    new = np.concatenate([[True], above[1:] != above[:-1]])
    start = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order)) - start + 1
    return number[of]
