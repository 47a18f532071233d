#pragma once

#include <cstdint>
#include <span>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

/// Dissolves blocks into one (multi)polygon per label 0 … count-1; label -1 is left out, an unused
/// label is empty.
///
/// Borders inside a label are cancelled on whole millimetres, so nothing moves, no sliver appears
/// and the area is exactly that of the footprints; blocks stacked on one footprint count once.
/// Where a label's blocks overlap or cross, that label alone goes through a union at 1 mm
/// precision. Shells run counterclockwise, holes clockwise. O(n log n). Throws InvalidInput for a
/// wrong length or label, GeometryError when a union fails.
[[nodiscard]] PolygonSet build_outlines(const PolygonSet& blocks,
                                        std::span<const std::int32_t> label, std::int32_t count,
                                        const RunControl& run = {});

}  // namespace libgrid
