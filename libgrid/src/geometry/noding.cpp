#include "noding.hpp"

#include <algorithm>
#include <utility>

#include "cell_grid.hpp"
#include "ring.hpp"
#include "snap_rounding.hpp"

namespace libgrid {
namespace {

/// Vertices by raster cell, each once.
class VertexGrid {
 public:
  explicit VertexGrid(std::span<const NodedEdge> edges) {
    std::vector<Point> ends;
    ends.reserve(2 * edges.size());
    for_each_run(edges, [&](std::span<const NodedEdge> run) {
      if (ends.empty() || ends.back() != run.front().a) ends.push_back(run.front().a);
      ends.push_back(run.front().b);
    });
    grid_ = CellGrid{ends, std::max<std::int64_t>(std::ssize(ends), 64)};
    begin_.assign(static_cast<std::size_t>(grid_.cells()) + 1, 0);
    for (const auto p : ends) ++begin_[cell_of(p) + 1];
    for (std::size_t c = 1; c < begin_.size(); ++c) begin_[c] += begin_[c - 1];
    vertices_.resize(ends.size());
    end_ = {begin_.begin(), begin_.end() - 1};
    for (const auto p : ends) vertices_[end_[cell_of(p)]++] = p;
    for (std::size_t c = 0; c < end_.size(); ++c) {
      const auto first = vertices_.begin() + static_cast<std::ptrdiff_t>(begin_[c]);
      const auto last = vertices_.begin() + static_cast<std::ptrdiff_t>(end_[c]);
      std::sort(first, last);
      end_[c] = static_cast<std::size_t>(std::unique(first, last) - vertices_.begin());
    }
  }

  /// Fills `inside` with the vertices strictly between a and b on the segment, in order from a.
  void find_on(Point a, Point b, std::vector<Point>& inside) const {
    inside.clear();
    const auto [low_y, high_y] = std::minmax(a.y_mm, b.y_mm);
    grid_.for_each_cell(a, b, [&](std::int64_t cell) {
      const auto c = static_cast<std::size_t>(cell);
      for (auto k = begin_[c]; k < end_[c]; ++k) {
        const auto p = vertices_[k];
        if (p <= a || b <= p || p.y_mm < low_y || p.y_mm > high_y || orientation(a, b, p) != 0)
          continue;
        inside.push_back(p);
      }
    });
    if (inside.size() > 1) std::sort(inside.begin(), inside.end());
  }

 private:
  [[nodiscard]] std::size_t cell_of(Point p) const {
    return static_cast<std::size_t>(grid_.cell_of(p.x_mm, p.y_mm));
  }
  CellGrid grid_;
  std::vector<std::size_t> begin_;
  std::vector<std::size_t> end_;
  std::vector<Point> vertices_;
};

}  // namespace

void add_edges(const PolygonSet& polygons, std::int64_t polygon, std::vector<NodedEdge>& edges) {
  const auto parts = polygons.parts_of(polygon);
  for (auto part = parts.begin; part < parts.end; ++part) {
    const auto rings = polygons.rings_of_part(part);
    for (auto r = rings.begin; r < rings.end; ++r) {
      const auto ring = polygons.ring(r);
      const bool inside_left = (twice_signed_area(ring) > 0) == (r == rings.begin);
      for (std::size_t k = 1; k < ring.size(); ++k) {
        const auto from = ring[k - 1];
        const auto to = ring[k];
        if (from == to) continue;
        const bool forward = from < to;
        edges.push_back({forward ? from : to, forward ? to : from,
                         static_cast<std::int32_t>(polygon), forward == inside_left});
      }
    }
  }
}

std::vector<NodedEdge> node_edges(const PolygonSet& polygons,
                                  std::span<const std::int32_t> members) {
  std::vector<NodedEdge> edges;
  for (const auto i : members) add_edges(polygons, i, edges);
  return node_edges(std::move(edges));
}

std::vector<NodedEdge> node_edges(std::vector<NodedEdge> edges) {
  std::sort(edges.begin(), edges.end());
  const VertexGrid vertices{edges};
  std::vector<NodedEdge> pieces;
  std::vector<Point> inside;
  std::vector<std::uint8_t> split(edges.size(), 0);
  std::size_t from = 0;
  for_each_run(edges, [&](std::span<const NodedEdge> run) {
    const auto a = run.front().a;
    const auto b = run.front().b;
    vertices.find_on(a, b, inside);
    if (!inside.empty()) {
      inside.push_back(b);
      for (const auto& edge : run) {
        auto last = a;
        for (const auto p : inside) {
          pieces.push_back({last, p, edge.polygon, edge.left});
          last = p;
        }
      }
      std::fill_n(split.begin() + static_cast<std::ptrdiff_t>(from), run.size(), std::uint8_t{1});
    }
    from += run.size();
  });
  if (pieces.empty()) return edges;
  std::size_t kept = 0;
  for (std::size_t k = 0; k < edges.size(); ++k)
    if (split[k] == 0) edges[kept++] = edges[k];
  edges.resize(kept);
  std::sort(pieces.begin(), pieces.end());
  const auto middle = static_cast<std::ptrdiff_t>(kept);
  edges.insert(edges.end(), pieces.begin(), pieces.end());
  std::inplace_merge(edges.begin(), edges.begin() + middle, edges.end());
  return edges;
}

std::vector<NodedEdge> snap_round_edges(std::vector<NodedEdge> edges, const RunControl& run) {
  std::sort(edges.begin(), edges.end());
  std::vector<std::pair<Point, Point>> segments;
  for_each_run(edges, [&](std::span<const NodedEdge> same) {
    segments.emplace_back(same.front().a, same.front().b);
  });
  const auto chains = snap_round(segments, run);
  std::vector<NodedEdge> pieces;
  std::size_t segment = 0;
  for_each_run(edges, [&](std::span<const NodedEdge> same) {
    const auto chain = chains.chain(segment++);
    for (std::size_t k = 1; k < chain.size(); ++k) {
      const bool forward = chain[k - 1] < chain[k];
      for (const auto& e : same)
        pieces.push_back({forward ? chain[k - 1] : chain[k], forward ? chain[k] : chain[k - 1],
                          e.polygon, e.left == forward});
    }
  });
  return node_edges(std::move(pieces));  // rounding may lay a border onto a vertex
}

}  // namespace libgrid
