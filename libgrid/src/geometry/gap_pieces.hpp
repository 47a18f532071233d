#pragma once

#include <cstdint>
#include <vector>

#include "arrangement.hpp"
#include "libgrid/base/units.hpp"

namespace libgrid {

/// Cuts gaps that wind between three or more polygons into strips between the same neighbours, so
/// that a web of cracks does not go to one polygon whole. Returns the strips' borders, with owners
/// from `first_owner` up, one a strip; `first_owner` is left at the next free one.
///
/// The cuts run between vertices of the gap (constrained Delaunay triangles, by GEOS; triangles
/// that hang together and lie between two polygons are a strip). Gaps wider than `max_width` are
/// left out.
[[nodiscard]] std::vector<NodedEdge> cut_gaps(const Arrangement& plane, Metres max_width,
                                              std::int32_t& first_owner, const RunControl& run);

}  // namespace libgrid
