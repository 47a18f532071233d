#pragma once

#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/point.hpp"

namespace libgrid {

using Line = std::vector<Point>;

/// The lines cut at every place where they meet, on whole millimetres: snap rounding (Hobby 1999).
///
/// Every end of a segment and every crossing makes its millimetre hot; a segment goes through the
/// middle of each hot millimetre that it meets, so it moves by at most 0.71 mm and the results meet
/// at ends only. Each stretch between two junctions comes once, as one line; all arithmetic is
/// exact for coordinates up to 1.5e9. O(n) for lines that meet in few places each; stops at chunk
/// borders.
[[nodiscard]] std::vector<Line> snap_round(const std::vector<Line>& lines, const RunControl& run);

}  // namespace libgrid
