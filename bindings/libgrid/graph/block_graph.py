"""Which blocks are neighbours: the graph that redrawing and sampling stand on."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import _core
from .._core import InvalidInput
from .around import stretches_around
from .border_lines import REACH_M, as_lines, behind_barriers, border_pieces, metres_along
from .columns import read_blocks, whole_numbers
from .contract import contract
from .edges import (
    BORDER,
    TIES,
    Edges,
    add_links,
    edges_of_pairs,
    footprint_edges,
    pair_keys,
    read_links,
    share_out,
    without_cut,
)
from .islands import suggest_links

__all__ = ["BlockGraph"]


@dataclass(frozen=True, eq=False, repr=False)
class BlockGraph:
    """Blocks and which of them are neighbours; made by `from_blocks` or `from_edges`. Immutable.

    Attributes
    ----------
    ids : Index
        The blocks, in row order.
    columns : DataFrame of int64
        What each block weighs (households, shops, residents …), one row a block.
    """

    ids: pd.Index
    columns: pd.DataFrame
    _graph: _core.BlockGraph
    _names: dict[int, str] = field(default_factory=dict)
    _polygons: _core.PolygonSet | None = None
    _frame: _core.Frame | None = None
    _shapes: np.ndarray | None = None
    _crs: object = None
    _places: np.ndarray | None = None  # of groups: their centres of gravity, in the frame's millimetres

    @classmethod
    def from_blocks(
        cls,
        blocks,
        *,
        queen: bool = False,
        min_border_m: float = 0.0,
        barriers=None,
        barrier_factor: float | dict[str, float] = 0.0,
        barrier_reach_m: float = REACH_M,
        links=None,
    ) -> BlockGraph:
        """Find the neighbours of blocks by their borders, exactly on whole millimetres.

        Parameters
        ----------
        blocks : StudyArea, or GeoDataFrame of Polygons in metres
            In a frame ``block_id`` (else its row names); columns ``n_households``, ``n_shops``, ``n_residents`` and
            others that begin with ``n_`` become `columns` without the ``n_``.
        queen : bool
            Blocks that touch in a point only are neighbours too.
        min_border_m : float
            Shorter borders do not make neighbours. 0: any border of positive length does.
        barriers : GeoDataFrame or GeoSeries of lines or polygons, optional
            Rivers, railways, trunk roads. Border that runs along one or lies in one is behind it, and so is border
            through which the way from block to block crosses barriers an odd number of times.
        barrier_factor : float or dict
            How many metres a metre of border behind a barrier counts: 0 cuts it (blocks that share less than 5 m of
            free border are no neighbours), below 1 invites grids to end there. A dict gives it by the barriers' column
            ``class``.
        barrier_reach_m : float
            How near a barrier runs to a border that follows it. 15: half a street and its pavement.
        links : sequence, DataFrame or GeoDataFrame, optional
            Bridges and crossings: pairs of block ids (and a name), a table of ``block_a``, ``block_b`` (``name``), or
            lines (``name``) that end at the blocks.

        Returns
        -------
        BlockGraph

        Raises
        ------
        InvalidInput
            The layer is in degrees, ids repeat, a link names no block, a factor is below 0, layers differ in CRS.

        Notes
        -----
        Blocks stacked on one footprint are neighbours of each other, without a border, and share all neighbours of the
        footprint. A border between footprints of m and n blocks is shared out among their m·n pairs, so that all pairs
        together have its length, and stacks that stay whole count it exactly.

        Examples
        --------
        >>> import libgrid as lg
        >>> graph = lg.BlockGraph.from_blocks(lg.datasets.load("town"))
        >>> graph
        BlockGraph(88 blocks, 224 neighbours: 216 by border, 8 stacked; 2 parts)
        """
        if not min_border_m >= 0:
            raise InvalidInput("min_border_m must be 0 or more metres")
        ids, columns, polygons, frame, shapes, crs = read_blocks(blocks)
        edges, first = footprint_edges(polygons, queen=queen, min_border_m=min_border_m)
        if barriers is not None and len(barriers) and len(edges.a):
            corners = edges.tie != BORDER
            hit = behind_barriers(
                polygons, frame, shapes, first, pd.DataFrame({"a": edges.a[corners], "b": edges.b[corners]}),
                barriers, barrier_factor, reach_m=barrier_reach_m, crs=crs,
            )  # fmt: skip
            edges = without_cut(edges, hit)
        edges, _ = share_out(edges, first)
        graph = cls._of(edges, {}, ids=ids, columns=columns, _polygons=polygons, _frame=frame, _shapes=shapes, _crs=crs)
        return graph if links is None else graph.with_links(links)

    @classmethod
    def from_edges(cls, n: int, tail, head, border_m=None, *, columns=None, ids=None) -> BlockGraph:
        """A graph from pairs of neighbours.

        Parameters
        ----------
        n : int
            Blocks 0 … n-1.
        tail, head : (m,) integer arrays
            Neighbours. A pair may stand in both directions; it is one edge.
        border_m : (m,) array, optional
            Metres of shared border, 0 or more. Default: 0, so that only the number of cut edges counts.
        columns : dict of (n,) arrays, optional
            What each block weighs, in whole numbers, by name.
        ids : sequence of n ids, optional
            Default 0 … n-1.

        Returns
        -------
        BlockGraph

        Raises
        ------
        InvalidInput
            An end outside 0 … n-1, a block beside itself, a pair with two different borders, a border below 0.

        Examples
        --------
        >>> import libgrid as lg
        >>> graph = lg.BlockGraph.from_edges(3, [0, 1], [1, 2], [10.0, 12.5])
        >>> graph.frame["border_m"].tolist()
        [10.0, 12.5]
        """
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 0 <= n < 2**31:
            raise InvalidInput(f"n must be a whole number of blocks, not {n!r}")
        edges = edges_of_pairs(n, tail, head, border_m)
        names = pd.RangeIndex(n) if ids is None else pd.Index(ids)
        if len(names) != n or not names.is_unique:
            raise InvalidInput(f"ids: {n} different ids are needed")
        graph = cls._of(edges, {}, ids=names, columns=pd.DataFrame(index=pd.RangeIndex(n)))
        return graph if columns is None else graph.with_columns(**columns)

    @classmethod
    def _of(cls, edges: Edges, names: dict[int, str], *, ids, **fields) -> BlockGraph:
        core = _core.BlockGraph(len(ids), *(np.ascontiguousarray(c) for c in edges))
        return cls(ids=ids, _graph=core, _names=names, **fields)

    # -- other graphs from this one ------------------------------------------------------------------------

    def with_links(self, links) -> BlockGraph:
        """The same graph with links (as in `from_blocks`, or `islands` as it stands) between blocks."""
        if isinstance(links, pd.DataFrame) and {"link_from", "link_to"} <= set(links.columns):
            links = links.dropna(subset=["link_from", "link_to"])
            links = links.rename(columns={"link_from": "block_a", "link_to": "block_b"})[["block_a", "block_b"]]
        g = self._graph
        one, two, names = read_links(links, self.ids, self._shapes, self._crs)
        edges, named = add_links(Edges(g.a, g.b, g.border_mm, g.tie), one, two, names)
        core = _core.BlockGraph(len(self.ids), *(np.ascontiguousarray(c) for c in edges))
        old = dict(zip(pair_keys(g.a, g.b).tolist(), range(g.edge_count), strict=True))
        kept = {row: self._names[old[key]] for row, key in enumerate(pair_keys(edges.a, edges.b).tolist())
                if old.get(key) in self._names}  # fmt: skip
        return self._but(_graph=core, _names=kept | named)

    def with_columns(self, **columns) -> BlockGraph:
        """The same graph with more columns of block weights: whole numbers, 0 or more, by name."""
        table = self.columns.copy()
        for name, values in columns.items():
            table[name] = whole_numbers(name, values, self.ids)
        return self._but(columns=table)

    def contract(self, groups, ids) -> BlockGraph:
        """The graph of groups of blocks: neighbours where any of their blocks are, with the borders added up.

        Parameters
        ----------
        groups : (n_blocks,) integer array
            0 … len(ids)-1, -1 for blocks that are left out.
        ids : sequence
            What the groups are called.

        Returns
        -------
        BlockGraph
            Columns are summed. A group lies at the middle of its blocks.

        Examples
        --------
        >>> import libgrid as lg
        >>> chain = lg.BlockGraph.from_edges(4, [0, 1, 2], [1, 2, 3], [5, 6, 7])
        >>> chain.contract([0, 0, 1, 1], ["west", "east"]).frame[["block_a", "border_m"]].values.tolist()
        [['west', 6.0]]
        """
        return contract(self, np.asarray(groups), pd.Index(ids))

    def _but(self, **fields) -> BlockGraph:
        twin = copy.copy(self)
        for name, value in fields.items():
            object.__setattr__(twin, name, value)
        return twin

    # -- what it says --------------------------------------------------------------------------------------

    @property
    def block_count(self) -> int:
        return self._graph.block_count

    @property
    def edge_count(self) -> int:
        return self._graph.edge_count

    @property
    def frame(self) -> pd.DataFrame:
        """One row an edge: block_a, block_b, tie (border, corner, stacked or link), border_m, name."""
        g = self._graph
        name = np.full(g.edge_count, None, dtype=object)
        name[list(self._names)] = list(self._names.values())
        tie = np.array(TIES, dtype=object)[g.tie]
        return pd.DataFrame({
            "block_a": self.ids[g.a], "block_b": self.ids[g.b], "tie": tie, "border_m": g.border_mm / 1000,
            "name": pd.Series(name, dtype="str"),
        })  # fmt: skip

    @property
    def components(self) -> np.ndarray:
        """(n_blocks,) int32: the part of the graph that each block is in; parts ascend by their lowest block."""
        return _core.find_block_parts(self._graph, np.empty(0, np.int32))[0]

    @property
    def islands(self) -> pd.DataFrame:
        """The parts, largest first: island, blocks, the columns' sums, and the shortest link that would join each.

        ``link_from`` lies in the island, ``link_to`` in another, ``distance_m`` apart; all links together join every
        block that has a place. The largest has none. ``graph.with_links(graph.islands)`` builds them.
        """
        part = self.components
        table = self.columns.groupby(part).sum()
        table.insert(0, "blocks", np.bincount(part, minlength=len(table)))
        table = table.assign(link_from=None, link_to=None, distance_m=np.nan)
        if self._shapes is not None and len(table) > 1:
            links = suggest_links(self._shapes, part).set_index("part")
            table.loc[links.index, "link_from"] = self.ids[links["block"]].to_numpy(object)
            table.loc[links.index, "link_to"] = self.ids[links["other"]].to_numpy(object)
            table.loc[links.index, "distance_m"] = links["distance_m"]
        table = table.sort_values("blocks", ascending=False, kind="stable").reset_index(drop=True)
        return table.rename_axis("island").reset_index()

    def around(self, block=None) -> pd.DataFrame:
        """Who lies around a block, in order: the stretches of its border, counter-clockwise.

        Parameters
        ----------
        block : id, optional
            Default: all blocks.

        Returns
        -------
        DataFrame
            One row a stretch: block, ring (0: the outer one; holes follow), turn (0, 1, … around the ring), neighbour
            (missing where the border is open) and length_m. A neighbour that is met twice has two rows. Blocks of one
            footprint have one border, told of the first of them; neighbours too are the first of theirs.

        Raises
        ------
        InvalidInput
            The graph was made from edges; or there is no such block.

        Notes
        -----
        What touches is told, whether a barrier cuts it or not: `frame` has the neighbours.

        Examples
        --------
        >>> import libgrid as lg
        >>> graph = lg.BlockGraph.from_blocks(lg.datasets.load("town"))
        >>> graph.around("TW00006")[["turn", "neighbour"]].values.tolist()
        [[0, nan], [1, 'TW00005'], [2, 'TW00008']]
        """
        if self._polygons is None:
            raise InvalidInput("the graph was made from edges: it does not know where borders run")
        table = stretches_around(self._polygons, self._frame, self._shapes)
        if block is not None:
            if block not in self.ids:
                raise InvalidInput(f"no block is called {block!r}")
            first = _core.find_footprints(self._polygons)[self.ids.get_loc(block)]
            table = table[table["block"] == first].reset_index(drop=True)
        ids = np.append(self.ids.to_numpy(object), None)
        return table.assign(block=ids[table["block"]], neighbour=ids[table["neighbour"]])

    def metres_off(self, lines, *, reach_m: float = REACH_M) -> np.ndarray:
        """Metres of each edge's border that run along none of the lines (streets, rivers): (edge_count,) array.

        A line runs along a piece of border within ``reach_m`` of it when their directions differ by less than 22.5° to
        45°. Borders of stacks are shared out as their lengths are.
        """
        if self._polygons is None:
            raise InvalidInput("the graph was made from edges: it does not know where borders run")
        pieces = border_pieces(self._polygons, self._frame)
        shapes = as_lines(lines, "lines", self._crs)
        off = metres_along(pieces, self._frame, shapes, reach_m) < 0
        table = pieces.assign(off=pieces["length_m"] * off).groupby(["a", "b"])[["length_m", "off"]].sum()
        first = _core.find_footprints(self._polygons)
        g = self._graph
        one, two = first[g.a], first[g.b]
        share = table["off"] / table["length_m"]
        pair = pd.MultiIndex.from_arrays([np.minimum(one, two), np.maximum(one, two)])
        return g.border_mm / 1000 * share.reindex(pair).fillna(0.0).to_numpy()

    def places(self) -> np.ndarray:
        """The blocks' polygons. Raises InvalidInput for a graph that was made from edges."""
        if self._shapes is None:
            raise InvalidInput("the graph was made from edges: its blocks have no place")
        return self._shapes

    def plot(self, *, ax=None):
        """The blocks and their neighbours: borders grey, corners dotted, links and stacks in colour."""
        from ..plot import plot_block_graph

        return plot_block_graph(self, ax=ax)

    def __repr__(self) -> str:
        count = np.bincount(self._graph.tie, minlength=len(TIES))
        words = ("by border", "by corner", "stacked", "by link")
        ties = ", ".join(f"{n} {word}" for word, n in zip(words, count, strict=True) if n)
        parts = int(self.components.max(initial=-1)) + 1
        return (
            f"BlockGraph({self.block_count} blocks, {self.edge_count} neighbours{': ' if ties else ''}{ties}; "
            f"{parts} part{'' if parts == 1 else 's'})"
        )

    def _repr_html_(self) -> str:
        islands = self.islands if self.block_count <= 100_000 else None  # links of a city's parts take a while
        return f"<p>{self!r}</p>" + ("" if islands is None else islands.head(10).to_html(index=False, na_rep="–"))
