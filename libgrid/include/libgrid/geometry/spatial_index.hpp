#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libgrid/base/units.hpp"
#include "libgrid/geometry/point.hpp"

namespace libgrid {

/// A straight piece of road, river or border with the caller's number; several segments may share
/// one.
struct Segment {
  Point a;
  Point b;
  std::int32_t id = -1;
};

/// What SegmentIndex::nearest found.
struct NearestSegment {
  std::int32_t segment;  ///< its row in the index
  std::int32_t id;
  double squared_mm2;  ///< squared distance
  double fraction;     ///< where the foot lies between a (0) and b (1)
};

/// True for the ids that may be found.
using IdFilter = std::function<bool(std::int32_t)>;

/// Finds segments near a place: an R-tree packed along a Hilbert curve. Immutable, so safe to share
/// between threads.
///
/// Distances come from exact integer products, rounded once; ties go to the lower id, then the
/// lower row. O(n log n) to build, about O(log n) a query.
/// Source: Kamel and Faloutsos (1993), On packing R-trees.
class SegmentIndex {
 public:
  explicit SegmentIndex(std::vector<Segment> segments);
  ~SegmentIndex();
  SegmentIndex(SegmentIndex&&) noexcept;
  SegmentIndex& operator=(SegmentIndex&&) noexcept;

  [[nodiscard]] std::span<const Segment> segments() const { return segments_; }
  /// The nearest segment no further than `limit` that passes `allowed` (all, when empty). `hint` is
  /// a row worth trying first, such as a neighbour's answer; it changes the time, never the answer.
  [[nodiscard]] std::optional<NearestSegment> nearest(Point place, Metres limit,
                                                      const IdFilter& allowed = {},
                                                      std::int32_t hint = -1) const;
  /// Rows of the segments whose boxes meet `box`, ascending.
  [[nodiscard]] std::vector<std::int32_t> within(const Box& box) const;

 private:
  struct Tree;
  std::vector<Segment> segments_;
  std::unique_ptr<Tree> tree_;
};

/// Where each place stands along a Hilbert curve over all of them: rows in an order in which
/// neighbours are mostly close. Ties by row. O(n log n).
[[nodiscard]] std::vector<std::int32_t> hilbert_order(std::span<const Point> places);

/// All pairs (i < j) of points no further than `radius` apart, ascending. Exact; O(n + pairs) for
/// points that do not crowd: a hash by squares of side `radius`.
[[nodiscard]] std::vector<std::pair<std::int32_t, std::int32_t>> pairs_within(
    std::span<const Point> points, Metres radius);

}  // namespace libgrid
