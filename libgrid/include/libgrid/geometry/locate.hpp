#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/geometry/frame.hpp"
#include "libgrid/geometry/point.hpp"
#include "libgrid/geometry/polygon.hpp"

namespace libgrid {

class RasterIndex;

/// Tells which polygon holds a place, exactly.
///
/// Borders are semi-open (west and south borders belong to a polygon, east and north ones to its
/// neighbour), so every place in a tessellation, on borders and corners too, is in exactly one
/// polygon. A place that nobody claims but that lies exactly on a border (the outer border's east
/// and north) goes to the lowest polygon that touches it. Where polygons overlap, the lowest index
/// wins. Answers depend on nothing else, not on threads.
///
/// Cost: building O(edges + cells), about four cells an edge; a place O(1) in cells inside one
/// polygon, else a few dozen integer operations; at most 60 MB of scratch for any number of points.
class PointLocator {
 public:
  /// Copies what it needs: `polygons` may go away.
  explicit PointLocator(const PolygonSet& polygons, const RunControl& run = {});

  /// Index of the one polygon that holds each point, -1 for none.
  [[nodiscard]] std::vector<std::int32_t> locate(std::span<const Point> points,
                                                 const RunControl& run = {}) const;
  /// The same for positions in the frame of the polygons, rounded to whole millimetres; -1 for one
  /// that is not finite or does not fit the frame.
  [[nodiscard]] std::vector<std::int32_t> locate(const Frame& frame,
                                                 std::span<const Position> positions,
                                                 const RunControl& run = {}) const;
  [[nodiscard]] std::int32_t locate(Point point) const;

  /// For other questions about the same polygons.
  [[nodiscard]] const RasterIndex& index() const { return *index_; }

 private:
  std::shared_ptr<const RasterIndex> index_;
};

}  // namespace libgrid
