#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/units.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

struct NodingOptions {
  /// Cut lines where they cross or touch on one level. Off: a crossing without a node is as likely
  /// a bridge as a missing node, and only the caller knows.
  bool at_crossings = false;
  /// Loose ends no farther than this from another line of their level are led to it; 0: none are.
  Metres join_within{0.0};
};

/// A loose end that was led to another line, and how far.
struct JoinedEnd {
  std::int32_t line;
  std::int32_t other;
  Point end;
  double distance_m;
};

struct NodedLines {
  RoadLines lines;
  std::vector<std::int32_t> row;       ///< the line that each is a piece of
  std::vector<JoinedEnd> joined;       ///< in order of lines
  std::vector<Point> cut;              ///< where each given place cut its line; itself where none
  std::vector<std::int32_t> cut_line;  ///< the line, -1: farther than `kCutReach` from every line
};

/// How far a given place may lie from the line that it cuts.
inline constexpr Metres kCutReach{10.0};

/// Cuts lines at crossings, leads loose ends to their neighbours, and cuts at given places (gates).
///
/// `level`: one a line, empty for one level (bridges and tunnels have others). Crossings are found
/// exactly; the new vertex lies on the millimetre next to the crossing, in both lines. Lines
/// that only share end points stay whole. O(segments log segments + crossings).
/// Throws InvalidInput for a line of fewer than two points or columns of other lengths.
[[nodiscard]] NodedLines node_lines(const RoadLines& lines, std::span<const std::int32_t> level,
                                    std::span<const Point> places, NodingOptions options);

}  // namespace libgrid
