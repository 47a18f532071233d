#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// A point of a wall and whose wall it is; -1 for a far point that only bounds the diagram.
struct WallPoint {
  Point at;
  std::int32_t owner = -1;
};

/// The borders between different owners in the Voronoi diagram of the points, as lines from
/// junction to junction, straightened by at most `tolerance_mm`. Of points in one place the lowest
/// owner's counts. Looks at the stop token all the time: half a million points take a second.
[[nodiscard]] std::vector<std::vector<Point>> voronoi_arcs(std::vector<WallPoint> points,
                                                           double tolerance_mm,
                                                           const RunControl& run = {});

}  // namespace libgrid
