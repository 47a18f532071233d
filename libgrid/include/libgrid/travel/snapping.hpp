#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/base/units.hpp"
#include "libgrid/geometry/point.hpp"
#include "libgrid/geometry/spatial_index.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// Why a point was snapped where it was, or not at all.
enum class SnapReason : std::uint8_t {
  nearest,
  off_island,
  too_far,
  no_edges,
  cannot_leave,  ///< moved: from the nearest edge the main part cannot be reached
  cannot_reach   ///< moved: the nearest edge cannot be reached from the main part
};

/// What the place is for: ways start there, end there, or both.
enum class SnapDirection : std::uint8_t { any, from, to, both };

/// Where a point meets the network.
struct Snapped {
  std::int32_t edge = -1;   ///< -1: nowhere
  std::int32_t node = -1;   ///< set when the meeting point is an end of the edge
  double fraction = 0.0;    ///< along the edge's drawing, from its tail
  double distance_m = 0.0;  ///< as the crow flies; to the nearest edge also when that is too far
  SnapReason reason = SnapReason::nearest;
};

struct SnapOptions {
  /// Farther points are not snapped: nobody walks half a kilometre across country to a road, so the
  /// data lack one.
  Metres max_off_network{500.0};
  /// Any: searches know which end of a way a place is, a picture does not.
  SnapDirection direction = SnapDirection::any;
};

/// Finds the nearest point of the network's edges, by an R-tree over their segments.
///
/// The nearest edge wins, the lower edge on equal distance. If that edge lies on an island (not in
/// the largest weak component) and the largest component has an edge within max(2 × distance,
/// distance + 50 m), that edge is taken (`off_island`): an island is mostly a gap in the data. With
/// a direction the edge must also lead to, or be led to from, the main part: the largest strong
/// component, when it holds half of the largest weak one or more; a network without such a part has
/// no main direction to lose.
/// Build O(s log s), a query O(log s).
class SnapIndex {
 public:
  /// Throws InvalidInput when the network has no geometry.
  explicit SnapIndex(const RoadNetwork& network);

  [[nodiscard]] Snapped snap(Point point, SnapOptions options = {}) const;
  /// One a point, in order, on several threads. Throws Cancelled.
  [[nodiscard]] std::vector<Snapped> snap(std::span<const Point> points, SnapOptions options = {},
                                          const RunControl& control = {}) const;

 private:
  /// `hint`: the segment that the point before met, then this one's.
  [[nodiscard]] Snapped snap(Point point, SnapOptions options, std::int32_t& hint) const;

  struct Home {
    double start_m;   // along the line, to the segment's first point
    double length_m;  // of the segment
    double line_m;    // of the line
    std::int32_t tail;
    std::int32_t head;
  };

  SegmentIndex index_;              // a segment's id is the lowest edge on its line
  std::vector<Home> homes_;         // by segment
  std::vector<std::uint8_t> good_;  // by edge: bits of `Good`
};

}  // namespace libgrid
