#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/base/units.hpp"
#include "noding.hpp"

namespace libgrid {

/// A vertex on an open border that lies close to, but not on, an open border of another polygon.
struct NearVertex {
  Point vertex;
  Point a;  ///< the other border's ends; both are `vertex`'s near end when an end is what is near
  Point b;
  std::int32_t owner;  ///< the lowest polygon that has the vertex
  std::int32_t other;  ///< the lowest polygon that has the other border and not the vertex
  double distance_mm;
};

/// Near vertices of noded edges, ascending by distance, then place. A border is open where the
/// polygons left and right of it are not equally many. At most one border a vertex: the nearest.
[[nodiscard]] std::vector<NearVertex> find_near_vertices(std::span<const NodedEdge> edges,
                                                         Metres near, const RunControl& run);

/// Draws near vertices and borders together: each place moves at most once, by at most `near`.
/// Returns whether anything moved; the edges are then to be noded again.
bool snap_near(std::vector<NodedEdge>& edges, Metres near, const RunControl& run);

}  // namespace libgrid
