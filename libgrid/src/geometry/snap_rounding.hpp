#pragma once

#include <cstddef>
#include <span>
#include <utility>
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

/// For each segment the chain of vertices that it became, from its first end to its second.
struct SegmentChains {
  std::vector<Point> points;
  std::vector<std::size_t> begin{0};
  [[nodiscard]] std::size_t size() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const Point> chain(std::size_t segment) const {
    return std::span{points}.subspan(begin[segment], begin[segment + 1] - begin[segment]);
  }
};

/// The same by segment, for callers that must know whose border each piece was. `segments` are
/// sorted, each once, their first end below their second.
[[nodiscard]] SegmentChains snap_round(std::span<const std::pair<Point, Point>> segments,
                                       const RunControl& run);

}  // namespace libgrid
