#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// A piece of a polygon's border between two vertices with no vertex of any polygon inside it.
struct NodedEdge {
  Point a;  ///< a < b
  Point b;
  std::int32_t polygon = -1;
  bool left = false;  ///< the polygon lies left of a→b
  friend constexpr auto operator<=>(const NodedEdge&, const NodedEdge&) = default;
};

/// The borders of the polygons listed in `members`, split at each of their vertices that lies
/// exactly on them and sorted by (a, b, polygon, left): equal borders stand side by side. Ring
/// directions do not matter.
[[nodiscard]] std::vector<NodedEdge> node_edges(const PolygonSet& polygons,
                                                std::span<const std::int32_t> members);

/// The same for edges in any order.
[[nodiscard]] std::vector<NodedEdge> node_edges(std::vector<NodedEdge> edges);

/// Snap-rounded borders, noded: sorted as node_edges leaves them.
[[nodiscard]] std::vector<NodedEdge> snap_round_edges(std::vector<NodedEdge> edges,
                                                      const RunControl& run);

/// Calls `visit(span)` for each run of edges between the same two vertices.
template <class Visit>
void for_each_run(std::span<const NodedEdge> edges, Visit&& visit) {
  for (std::size_t from = 0, to = 0; from < edges.size(); from = to) {
    while (to < edges.size() && edges[to].a == edges[from].a && edges[to].b == edges[from].b) ++to;
    visit(edges.subspan(from, to - from));
  }
}

/// Unsplit, unsorted borders of one polygon, appended to `edges`.
void add_edges(const PolygonSet& polygons, std::int64_t polygon, std::vector<NodedEdge>& edges);

}  // namespace libgrid
