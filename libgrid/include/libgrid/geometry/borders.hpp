#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/geometry/point.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// For each polygon the first polygon with the same geometry (itself, mostly): the floors and
/// stairwells of one tower share a footprint. The same rings in any direction, from any starting
/// point, count as the same geometry; empty polygons never do. Expected O(points).
[[nodiscard]] std::vector<std::int32_t> find_footprints(const PolygonSet& polygons);

/// A straight piece of a border, a < b.
struct BorderPiece {
  std::int32_t border;  ///< its row in Borders
  Point a;
  Point b;
};

/// Shared borders as columns.
struct Borders {
  std::vector<std::int32_t> a;  ///< a < b, ascending by (a, b)
  std::vector<std::int32_t> b;
  std::vector<double> length_m;         ///< of the shared border; 0: they touch in points only
  std::vector<std::int32_t> footprint;  ///< find_footprints: one entry a polygon
  std::vector<BorderPiece> pieces;      ///< ascending by border, then along the plane
};

struct BorderOptions {
  bool corners = false;  ///< also pairs that touch in points only (queen adjacency)
  bool pieces = false;   ///< also where each border runs; off: most callers need lengths alone
};

/// Finds which polygons lie on opposite sides of a common border (rook adjacency), and how long it
/// is.
///
/// Borders match exactly on whole millimetres: equal segments, and collinear ones that overlap in
/// part (a T-junction whose vertex lies on the line). A gap of 1 mm is a gap. Polygons with one
/// footprint are neighbours of each other and share all their neighbours; only the *first* of each
/// footprint stands in `a` and `b`, since m members beside n members would be m·n borders. O(n log
/// n) in the points, and in the pairs that meet at corners where those are asked for.
[[nodiscard]] Borders find_borders(const PolygonSet& polygons, BorderOptions options = {});

}  // namespace libgrid
