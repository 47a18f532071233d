#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// Lines cut where streets meet, ready for RoadNetwork::from_joined_lines.
struct StreetPieces {
  RoadLines lines;
  std::vector<std::int32_t> row;      ///< the line that each is a piece of
  std::vector<std::int32_t> start;    ///< node at its first point
  std::vector<std::int32_t> end;      ///< node at its last point
  std::vector<Point> nodes;           ///< numbered by first appearance
  std::vector<std::int64_t> node_id;  ///< the vertex id of each node
};

/// Cuts lines at vertices that have the same id as another vertex, at their ends, and at the ids in
/// `also` (barriers, places of turn restrictions). `vertex`: one id a point of `lines`.
///
/// Streets meet where ids are equal, never because they lie at one place: a bridge and the street
/// under it stay apart. Repeated points in a row count once. O(points log points).
/// Throws InvalidInput when the ids do not fit the points or a line has fewer than two points.
[[nodiscard]] StreetPieces cut_where_streets_meet(const RoadLines& lines,
                                                  std::span<const std::int64_t> vertex,
                                                  std::span<const std::int64_t> also = {});

}  // namespace libgrid
