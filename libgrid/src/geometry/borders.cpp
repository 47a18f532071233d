#include "libgrid/geometry/borders.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "noding.hpp"
#include "ring.hpp"

namespace libgrid {
namespace {

std::uint64_t word_of(Point p) {
  return (std::uint64_t{static_cast<std::uint32_t>(p.x_mm)} << 32) |
         static_cast<std::uint32_t>(p.y_mm);
}

/// A sum, so neither the ring's start nor its direction changes it.
std::uint64_t hash_of(const std::vector<NodedEdge>& edges) {
  std::uint64_t hash = edges.size();
  for (const auto& e : edges) {
    std::uint64_t h = word_of(e.a) * 0x9E3779B97F4A7C15ULL;
    h = (h ^ (h >> 31) ^ word_of(e.b)) * 0xBF58476D1CE4E5B9ULL;
    h = (h ^ (h >> 29) ^ (e.left ? 1U : 0U)) * 0x94D049BB133111EBULL;
    hash += h ^ (h >> 32);
  }
  return hash;
}

bool same_geometry(const PolygonSet& polygons, std::int64_t i, std::int64_t j) {
  const auto edges_of = [&](std::int64_t polygon) {
    std::vector<NodedEdge> edges;
    add_edges(polygons, polygon, edges);
    for (auto& e : edges) e.polygon = 0;
    std::sort(edges.begin(), edges.end());
    return edges;
  };
  return edges_of(i) == edges_of(j);
}

using Pair = std::pair<std::int32_t, std::int32_t>;

/// The pairs of polygons that have a vertex in common, ascending.
std::vector<Pair> pairs_at_vertices(std::span<const NodedEdge> edges) {
  std::vector<std::pair<Point, std::int32_t>> at;
  at.reserve(2 * edges.size());
  for (const auto& e : edges) {
    at.emplace_back(e.a, e.polygon);
    at.emplace_back(e.b, e.polygon);
  }
  std::sort(at.begin(), at.end());
  at.erase(std::unique(at.begin(), at.end()), at.end());
  std::vector<Pair> pairs;
  for (std::size_t from = 0, to = 0; from < at.size(); from = to) {
    while (to < at.size() && at[to].first == at[from].first) ++to;
    for (auto i = from; i < to; ++i)
      for (auto j = i + 1; j < to; ++j) pairs.emplace_back(at[i].second, at[j].second);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

/// Adds the pairs that are not among the borders, with length 0; the order stays.
void add_corners(std::span<const Pair> pairs, Borders& borders) {
  Borders both;
  std::size_t row = 0;
  const auto take = [&] {
    both.a.push_back(borders.a[row]);
    both.b.push_back(borders.b[row]);
    both.length_m.push_back(borders.length_m[row++]);
  };
  for (const auto& [a, b] : pairs) {
    while (row < borders.a.size() && std::tie(borders.a[row], borders.b[row]) < std::tie(a, b))
      take();
    if (row < borders.a.size() && borders.a[row] == a && borders.b[row] == b) {
      take();
    } else {
      both.a.push_back(a);
      both.b.push_back(b);
      both.length_m.push_back(0.0);
    }
  }
  while (row < borders.a.size()) take();
  borders.a = std::move(both.a);
  borders.b = std::move(both.b);
  borders.length_m = std::move(both.length_m);
}

}  // namespace

std::vector<std::int32_t> find_footprints(const PolygonSet& polygons) {
  std::vector<std::int32_t> first(static_cast<std::size_t>(polygons.size()));
  std::unordered_multimap<std::uint64_t, std::int32_t> seen;
  seen.reserve(first.size());
  std::vector<NodedEdge> edges;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(polygons.size()); ++i) {
    auto& mine = first[static_cast<std::size_t>(i)];
    mine = i;
    edges.clear();
    add_edges(polygons, i, edges);
    if (edges.empty()) continue;
    const auto hash = hash_of(edges);
    const auto [from, to] = seen.equal_range(hash);
    for (auto it = from; it != to && mine == i; ++it)
      if (same_geometry(polygons, it->second, i)) mine = it->second;
    if (mine == i) seen.emplace(hash, i);
  }
  return first;
}

Borders find_borders(const PolygonSet& polygons, BorderOptions options) {
  Borders borders{
      .a = {}, .b = {}, .length_m = {}, .footprint = find_footprints(polygons), .pieces = {}};
  std::vector<std::int32_t> firsts;
  for (std::int32_t i = 0; i < std::ssize(borders.footprint); ++i)
    if (borders.footprint[static_cast<std::size_t>(i)] == i) firsts.push_back(i);

  struct Piece {
    std::int32_t a;
    std::int32_t b;
    double length_mm;
    std::size_t edge;
  };
  std::vector<Piece> pieces;
  const auto edges = node_edges(polygons, firsts);
  std::size_t edge = 0;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    const auto at = edge;
    edge += run.size();
    if (run.size() < 2) return;
    const auto length = length_mm(run.front().a, run.front().b);
    for (const auto& left : run)
      for (const auto& right : run)
        if (left.left && !right.left && left.polygon != right.polygon)
          pieces.push_back({std::min(left.polygon, right.polygon),
                            std::max(left.polygon, right.polygon), length, at});
  });
  // Stable, so that lengths are added in the order of the places, the same for every run.
  std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& l, const Piece& r) {
    return std::tie(l.a, l.b) < std::tie(r.a, r.b);
  });
  for (std::size_t from = 0, to = 0; from < pieces.size(); from = to) {
    double length = 0.0;
    for (; to < pieces.size() && pieces[to].a == pieces[from].a && pieces[to].b == pieces[from].b;
         ++to)
      length += pieces[to].length_mm;
    borders.a.push_back(pieces[from].a);
    borders.b.push_back(pieces[from].b);
    borders.length_m.push_back(length / 1e3);
  }
  if (options.corners) add_corners(pairs_at_vertices(edges), borders);
  if (options.pieces) {
    borders.pieces.reserve(pieces.size());
    std::int32_t row = 0;
    for (const auto& piece : pieces) {
      const auto is = [&](std::int32_t r) {
        return borders.a[static_cast<std::size_t>(r)] == piece.a &&
               borders.b[static_cast<std::size_t>(r)] == piece.b;
      };
      while (!is(row)) ++row;
      borders.pieces.push_back({row, edges[piece.edge].a, edges[piece.edge].b});
    }
  }
  return borders;
}

}  // namespace libgrid
