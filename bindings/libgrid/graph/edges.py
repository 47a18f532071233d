"""Which blocks are neighbours, as columns: borders of footprints shared out to stacks, barriers, links."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import _core
from .._core import InvalidInput
from ..issues import name_some
from ..ragged import as_geometries

TIES = ("border", "corner", "stacked", "link")  # BlockTie of the core, in its order
BORDER, CORNER, STACKED, LINK = range(4)
LINK_REACH_M = 50.0  # a drawn bridge ends at most this far from the blocks that it joins


class Edges(NamedTuple):
    """Pairs of blocks, ascending, each once."""

    a: np.ndarray
    b: np.ndarray
    border_mm: np.ndarray
    tie: np.ndarray


def pair_keys(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """One number a pair, ascending as (a, b) does."""
    return a.astype(np.int64) << 32 | b


def edges_of_pairs(n: int, tail, head, border_m) -> Edges:
    """Edges from rows of 0 … n-1; a pair in both directions is one edge."""
    one, two = (_rows(name, rows, n) for name, rows in (("tail", tail), ("head", head)))
    length = np.zeros(len(one)) if border_m is None else np.asarray(border_m, dtype=float)
    if len(one) != len(two) or length.shape != one.shape:
        raise InvalidInput(f"tail, head and border_m differ in length: {len(one)}, {len(two)}, {length.size}")
    bad = np.flatnonzero(~(np.isfinite(length) & (length >= 0)))
    if len(bad):
        raise InvalidInput(f"border_m: edges {name_some(bad)} have no length of 0 or more")
    table = pd.DataFrame({"a": np.minimum(one, two), "b": np.maximum(one, two), "mm": np.rint(length * 1000)})
    table = table.drop_duplicates()
    twice = table.duplicated(["a", "b"], keep=False)
    if twice.any():
        pairs = [f"{a}–{b}" for a, b in table.loc[twice, ["a", "b"]].drop_duplicates().to_numpy()]
        raise InvalidInput(f"edges {name_some(pairs)} stand several times with different border_m")
    columns = (table["a"].to_numpy(np.int32), table["b"].to_numpy(np.int32), table["mm"].to_numpy(np.int64))
    return Edges(*columns, np.full(len(table), BORDER, np.uint8))


def _rows(name: str, values, n: int) -> np.ndarray:
    rows = np.asarray(values)
    if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
        raise InvalidInput(f"{name}: one row of whole numbers is needed")
    bad = np.flatnonzero((rows < 0) | (rows >= n))
    if len(bad):
        raise InvalidInput(f"{name}: edges {name_some(bad)} end outside 0 … {n - 1}")
    return rows.astype(np.int32)


def footprint_edges(polygons: _core.PolygonSet, *, queen: bool, min_border_m: float) -> tuple[Edges, np.ndarray]:
    """The neighbours among footprints, each by its first block; and that first block of every block."""
    a, b, length_m, first = _core.find_borders(polygons, corners=queen)
    border_mm = np.rint(length_m * 1000).astype(np.int64)
    short = (border_mm > 0) & (length_m < min_border_m)
    border_mm[short] = 0
    tie = np.where(border_mm > 0, BORDER, CORNER).astype(np.uint8)
    keep = (border_mm > 0) | queen
    return Edges(a[keep], b[keep], border_mm[keep], tie[keep]), first


def without_cut(edges: Edges, hit: pd.DataFrame) -> Edges:
    """The edges without those that a barrier cuts (`hit.free` False), others with their weighed border."""
    key, wanted = pair_keys(edges.a, edges.b), pair_keys(hit["a"].to_numpy(), hit["b"].to_numpy())
    at = np.searchsorted(key, wanted)
    known = key[np.minimum(at, len(key) - 1)] == wanted  # a border too short to count is no edge
    at, hit = at[known], hit[known]
    border_mm, keep = edges.border_mm.copy(), np.ones(len(key), bool)
    border_mm[at] = hit["border_mm"]
    keep[at] = hit["free"]
    return Edges(*(c[keep] for c in edges._replace(border_mm=border_mm)))


def share_out(edges: Edges, first: np.ndarray) -> tuple[Edges, np.ndarray]:
    """Edges between blocks from edges between footprints, and the footprints' edge that each comes from (-1: stacked).

    A border of two footprints with m and n blocks is shared out among their m·n pairs to the millimetre.
    """
    order = np.argsort(first, kind="stable").astype(np.int32)
    begin = np.searchsorted(first[order], np.arange(len(first) + 1))
    count = np.diff(begin)
    m, n = count[edges.a], count[edges.b]
    pairs = m * n
    edge = np.repeat(np.arange(len(edges.a)), pairs)
    step = np.arange(len(edge)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    one = order[begin[edges.a][edge] + step // n[edge]]
    two = order[begin[edges.b][edge] + step % n[edge]]
    share = edges.border_mm[edge] // pairs[edge] + (step < edges.border_mm[edge] % pairs[edge])
    # The blocks of one footprint, each with those that come after it.
    rank = np.arange(len(first)) - begin[first[order]]
    after = count[first[order]] - 1 - rank
    low = np.repeat(np.arange(len(first)), after)
    high = low + 1 + np.arange(len(low)) - np.repeat(np.cumsum(after) - after, after)
    return _ordered(
        Edges(
            np.concatenate([np.minimum(one, two), order[low]]),
            np.concatenate([np.maximum(one, two), order[high]]),
            np.concatenate([share, np.zeros(len(low), np.int64)]),
            np.concatenate([edges.tie[edge], np.full(len(low), STACKED, np.uint8)]),
        ),
        np.concatenate([edge, np.full(len(low), -1)]),
    )


def _ordered(edges: Edges, *columns):
    order = np.lexsort((edges.b, edges.a))
    return Edges(*(c[order] for c in edges)), *(c[order] for c in columns)


def add_links(edges: Edges, one: np.ndarray, two: np.ndarray, names: list[str]) -> tuple[Edges, dict[int, str]]:
    """The edges with links added, and the name of each edge that has one; between neighbours a link only names."""
    a, b = np.minimum(one, two), np.maximum(one, two)
    key = pair_keys(edges.a, edges.b)
    link = pair_keys(a, b)
    fresh, at = np.unique(link, return_index=True)
    at = at[~np.isin(fresh, key)]
    joined = Edges(
        np.concatenate([edges.a, a[at]]).astype(np.int32),
        np.concatenate([edges.b, b[at]]).astype(np.int32),
        np.concatenate([edges.border_mm, np.zeros(len(at), np.int64)]),
        np.concatenate([edges.tie, np.full(len(at), LINK, np.uint8)]),
    )
    (joined,) = _ordered(joined)
    row = np.searchsorted(pair_keys(joined.a, joined.b), link)
    return joined, {int(r): name for r, name in zip(row, names, strict=True) if name}


def read_links(links, ids: pd.Index, shapes: np.ndarray | None, crs=None) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Rows of the blocks that links join: pairs of ids, a frame of block_a, block_b (name), or drawn lines (name)."""
    if isinstance(links, (gpd.GeoDataFrame, gpd.GeoSeries)):
        if crs is not None and links.crs is not None and links.crs != crs:
            raise InvalidInput("links are in another CRS than the blocks: use links.to_crs(...)")
        return _links_of_lines(links, ids, shapes)
    if not isinstance(links, pd.DataFrame):
        rows = [tuple(link) for link in links]
        if any(len(row) not in (2, 3) for row in rows):
            raise InvalidInput("links: give (block, block) or (block, block, name) for each")
        links = pd.DataFrame([(*row, "")[:3] for row in rows], columns=["block_a", "block_b", "name"])
    missing = [c for c in ("block_a", "block_b") if c not in links]
    if missing:
        raise InvalidInput(f"links: the column {name_some(missing)} is missing")
    ends = [ids.get_indexer(links[c]) for c in ("block_a", "block_b")]
    for column, row in zip(("block_a", "block_b"), ends, strict=True):
        if (row < 0).any():
            raise InvalidInput(f"links.{column}: no block is called {name_some(links[column][row < 0])}")
    return *_checked(*ends, ids), _names(links)


def _links_of_lines(links, ids, shapes):
    if shapes is None:
        raise InvalidInput("links: lines need blocks with a place; give pairs of block ids")
    lines = as_geometries(links)
    bad = np.flatnonzero(shapely.get_type_id(lines) != 1)
    if len(bad):
        raise InvalidInput(f"links: rows {name_some(bad)} are not LineStrings")
    tree = shapely.STRtree(shapes)
    ends = []
    for at in (0, -1):
        found, block = tree.query_nearest(shapely.get_point(lines, at), all_matches=False, max_distance=LINK_REACH_M)
        row = np.full(len(lines), -1)
        row[found] = block
        if (row < 0).any():
            raise InvalidInput(
                f"links: rows {name_some(np.flatnonzero(row < 0))} end more than {LINK_REACH_M:.0f} m from any block"
            )
        ends.append(row)
    return *_checked(*ends, ids), _names(links)


def _checked(one, two, ids):
    same = np.flatnonzero(one == two)
    if len(same):
        raise InvalidInput(f"links: {name_some(ids[one[same]])} would be linked with itself")
    return one.astype(np.int32), two.astype(np.int32)


def _names(links) -> list[str]:
    if not isinstance(links, pd.DataFrame) or "name" not in links:
        return [""] * len(links)
    return links["name"].where(links["name"].notna(), "").astype(str).tolist()
