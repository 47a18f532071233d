"""Splits a connected graph into connected parts of about equal weight, by cutting random spanning trees."""

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree


class Graph:
    """An undirected graph as a symmetric sparse matrix; an edge's value is the cost of keeping it whole."""

    def __init__(self, n: int, tail, head, cost):
        tail, head, cost = np.asarray(tail), np.asarray(head), np.asarray(cost, float)
        rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
        self.matrix = csr_matrix((np.concatenate([cost, cost]), (rows, columns)), shape=(n, n))
        self.n = n

    def sub(self, nodes) -> "Graph":
        """The graph of some nodes, in their order; by hand: SciPy's slicing costs ten times as much."""
        m, n = self.matrix, len(nodes)
        place = np.full(self.n, -1, np.int32)
        place[nodes] = np.arange(n)
        count = np.diff(m.indptr)[nodes]
        first = np.cumsum(count) - count
        edge = np.repeat(m.indptr[nodes] - first, count) + np.arange(count.sum())
        head = place[m.indices[edge]]
        keep = head >= 0
        tail = np.repeat(np.arange(n), count)[keep]
        starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int32)
        part = Graph.__new__(Graph)
        part.matrix = csr_matrix((m.data[edge[keep]], head[keep], starts), shape=(n, n))
        part.n = n
        return part

    def around(self, nodes) -> np.ndarray:
        """The neighbours of some nodes, repeated as often as they are met."""
        m = self.matrix
        return np.concatenate([m.indices[:0], *(m.indices[m.indptr[v] : m.indptr[v + 1]] for v in nodes)])

    def neighbours(self, node: int) -> np.ndarray:
        m = self.matrix
        return m.indices[m.indptr[node] : m.indptr[node + 1]]

    def components(self) -> np.ndarray:
        return connected_components(self.matrix, directed=False)[1]

    def is_connected(self, nodes) -> bool:
        """True for connected `nodes`; a plain search, since grids have a few dozen nodes at most."""
        todo = {int(v) for v in nodes}
        if not todo:
            return False
        stack = [todo.pop()]
        while stack:
            near = todo.intersection(self.neighbours(stack.pop()).tolist())
            todo -= near
            stack.extend(near)
        return not todo


def best_cut(graph, weight, wanted, rng, tries):
    """The best of some random cuts: near a wanted weight, short border. → (side, index in wanted)

    Each try cuts one random spanning tree at the node whose subtree is nearest to a wanted weight. All are
    grown at once, as copies of the graph under a common root: for a few dozen nodes the calls are what costs.
    """
    n, m = graph.n, graph.matrix
    edges, copies = len(m.indices), np.arange(tries)[:, None]
    top = tries * n
    roots = copies[:, 0] * n + rng.integers(0, n, tries)
    starts = np.concatenate([(copies * edges + m.indptr[:-1]).ravel(), [tries * edges, tries * edges + tries]])
    heads = np.concatenate([(copies * n + m.indices).ravel(), roots])
    costs = np.concatenate([(m.data * rng.uniform(0.3, 1.7, (tries, edges))).ravel(), np.ones(tries)])
    tree = minimum_spanning_tree(csr_matrix((costs, heads, starts), shape=(top + 1, top + 1)))
    order, parent = breadth_first_order(tree, top, directed=False)
    down, up = order[1:].tolist(), parent.tolist()
    below = [*np.tile(weight, tries).tolist(), 0.0]
    for v in reversed(down):
        below[up[v]] += below[v]
    off = np.abs(np.asarray(below[:top])[:, None] - wanted)
    off[roots] = np.inf
    off = off.reshape(tries, -1)
    cut, choice = np.divmod(off.argmin(1), len(wanted))
    flags = [False] * (top + 1)
    for v in (copies[:, 0] * n + cut).tolist():
        flags[v] = True
    for v in down:
        if flags[up[v]]:
            flags[v] = True
    side = np.asarray(flags[:top]).reshape(tries, n)
    rows = np.repeat(np.arange(n), np.diff(m.indptr))
    border = np.count_nonzero(side[:, rows] != side[:, m.indices], axis=1) / 2
    score = off.min(1) / max(1.0, float(np.min(wanted))) + 0.22 * border / np.sqrt(n)
    best = int(np.argmin(score))
    return side[best], int(choice[best])


def partition(graph: Graph, weight, k: int, rng, tries: int = 6) -> np.ndarray:
    """Labels 0…k−1 of connected parts of about equal weight; fewer where there are fewer nodes.

    `graph` must be connected. Every split takes the best of `tries` random spanning trees.
    """
    weight = np.asarray(weight, float)
    label = np.zeros(graph.n, np.int32)
    todo = [(np.arange(graph.n), min(k, graph.n), 0)]
    while todo:
        nodes, parts, first = todo.pop()
        if parts <= 1 or len(nodes) == 1:
            label[nodes] = first
            continue
        part, w = graph.sub(nodes), weight[nodes]
        sizes = np.arange(1, parts)
        # Near-halves first: an even split leaves the most freedom to the splits below it.
        sizes = sizes[np.abs(sizes - parts / 2) <= max(0.5, parts * 0.2)]
        side, choice = best_cut(part, w, sizes * (w.sum() / parts), rng, tries)
        a = int(sizes[choice])
        todo.append((nodes[side], a, first))
        todo.append((nodes[~side], parts - a, first + a))
    return np.unique(label, return_inverse=True)[1].astype(np.int32)


def share_out(total: int, weight) -> np.ndarray:
    """Whole numbers of at least one that add up to `total`, by largest remainder over `weight`."""
    weight = np.asarray(weight, float)
    exact = np.maximum(1.0, total * weight / max(weight.sum(), 1e-9))
    out = np.maximum(1, np.floor(exact).astype(int))
    while out.sum() > total and out.max() > 1:
        out[np.argmax(np.where(out > 1, out - exact, -np.inf))] -= 1
    while out.sum() < total:
        out[np.argmax(exact - out)] += 1
    return out
