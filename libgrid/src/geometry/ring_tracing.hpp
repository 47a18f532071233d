#pragma once

#include <span>
#include <vector>

#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// A directed piece of border with the inside on its left.
struct Arc {
  Point from;
  Point to;
  friend constexpr auto operator<=>(const Arc&, const Arc&) = default;
};

/// Joins arcs that close up (as many leave a vertex as arrive) to polygons and appends them as one
/// row. `arcs` is sorted. At a vertex where several rings meet, the inside never jumps across it,
/// so shells that touch stay separate parts; the result is valid when the arcs do not cross.
/// Returns false when a ring has no area or no shell around it, which happens only when the arcs
/// cross: then what was appended is not the whole.
[[nodiscard]] bool append_traced(std::span<const Arc> arcs, PolygonColumns& columns);

/// Appends all rows of `from` to `to`.
void append_rows(const PolygonColumns& from, PolygonColumns& to);

}  // namespace libgrid
