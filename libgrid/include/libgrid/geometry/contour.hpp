#pragma once

#include <cstdint>
#include <span>

#include "libgrid/geometry/point.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Values on a square lattice, row by row from the south-west: node (column, row) stands at
/// `low + (column, row) · cell_mm`. A node is inside when its value is at most 0.
struct Lattice {
  Point low;
  std::int32_t cell_mm = 0;
  std::int32_t columns = 0;
  std::int32_t rows = 0;
  std::span<const float> value;         ///< columns · rows, no NaN; positive on the rim
  std::span<const std::int32_t> label;  ///< by node, read with `only`; may be empty
};

struct ContourOptions {
  /// Holes smaller than this are filled, with whatever lies in them; with `only`, not those that
  /// hold another label's land.
  double min_hole_m2 = 0.0;
  /// Only the inside nodes of this label; -1: all. Borders between labels run midway.
  std::int32_t only = -1;
};

/// Appends the inside of a lattice as one (multi)polygon row, by marching squares.
///
/// A cell whose four corners are inside is inside; between an inside and an outside node the border
/// is interpolated, at least 1 mm from both. Inside nodes that meet only across a cell stay apart.
/// Rings are simple and do not touch, shells run counterclockwise. Where values fall, the polygon
/// grows: lower values everywhere give a polygon around this one. Regions of different labels do
/// not overlap. Every crossing stays a point, so that polygons of one lattice share theirs. Shells
/// are ordered by their first crossing, row by row. O(nodes). Throws InvalidInput when the lattice
/// is not as described. Source: Lorensen & Cline (1987), Marching cubes, in two dimensions.
void append_contour(const Lattice& lattice, ContourOptions options, PolygonColumns& columns);

/// Appends row `outer` minus row `inner` of a set whose rows were drawn on one lattice, the outer
/// around the inner. Exact: common borders cancel, nothing moves. O(n log n).
void append_ring_between(const PolygonSet& set, std::int64_t outer, std::int64_t inner,
                         PolygonColumns& columns);

}  // namespace libgrid
