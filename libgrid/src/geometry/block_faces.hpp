#pragma once

#include <cstdint>
#include <span>

#include "libgrid/geometry/polygon.hpp"
#include "libgrid/geometry/tessellate.hpp"

namespace libgrid {

/// A face of the cut plane: the building that it belongs to (-1: nobody's land), and whether it
/// lies under it.
struct Face {
  std::int32_t building = -1;
  bool footprint = false;
};

/// Gives each face that does not hang together with its building's footprint without crossing a
/// line or a barrier to the neighbour across neither with the longest common border (ties: the
/// lower building), as far as there is one. Of the rest, what still hangs together with its
/// building across lines stays; what only a barrier joins to it goes to a neighbour across lines,
/// or to nobody: in the end every block hangs together as far as its footprint does, and no block
/// crosses a barrier.
void move_cut_off_faces(const PolygonSet& faces, const LineSet& lines, const LineSet& barriers,
                        std::span<Face> labelled);

/// A point on the polygon's surface.
[[nodiscard]] Point middle_of(const PolygonSet& polygons, std::int64_t polygon);

/// Copies one polygon to the end of `columns`.
void append_row(const PolygonSet& polygons, std::int64_t polygon, PolygonColumns& columns);

}  // namespace libgrid
