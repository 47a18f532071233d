#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/units.hpp"
#include "libgrid/graph/shortest_paths.hpp"
#include "libgrid/travel/road_network.hpp"
#include "libgrid/travel/snapping.hpp"

namespace libgrid {

/// Where a journey starts or ends: at a node, inside an edge, or nowhere (both -1: every time is
/// kNever).
struct Place {
  std::int32_t node = -1;  ///< wins over `edge`
  std::int32_t edge = -1;  ///< the lowest on its line
  double fraction = 0.0;   ///< along the edge, from its tail
  std::uint32_t off_ms =
      0;  ///< between the place and the network, both at the start and at the end of a way
};

/// Places on the network from snapped points. `off_network_mps`: metres a second between a point
/// and its edge.
[[nodiscard]] std::vector<Place> to_places(std::span<const Snapped> snapped,
                                           double off_network_mps);

/// One place at every junction, in order.
[[nodiscard]] std::vector<Place> every_junction(const RoadNetwork& network);

/// Throws InvalidInput naming the first five rows whose node or edge does not exist or whose
/// fraction is not in [0, 1]. `name` is what the caller calls the places.
void check_places(const RoadNetwork& network, std::span<const Place> places, const char* name);

/// A step between a place and a node, off-network time included.
struct Door {
  std::int32_t node = -1;
  std::uint32_t ms = 0;
};

/// The at most two doors of a place. A range itself, so that a loop over a result keeps it alive: a
/// span of a temporary would not.
struct Doors {
  std::array<Door, 2> door{};
  std::size_t count = 0;
  [[nodiscard]] const Door* begin() const { return door.data(); }
  [[nodiscard]] const Door* end() const { return door.data() + count; }
};

/// How a search from `place` gets to nodes (`first`), or how it gets from nodes to `place`. An edge
/// of w ms met at fraction f is floor(w f) + the rest, so its two parts add up to w.
[[nodiscard]] Doors doors_out(const RoadNetwork& network, const Place& place, Heading heading);
[[nodiscard]] Doors doors_in(const RoadNetwork& network, const Place& place, Heading heading);

/// The way that stays on one edge, off-network times at both ends included; kNever when the places
/// share no edge or the direction is closed.
[[nodiscard]] std::uint32_t direct_ms(const RoadNetwork& network, const Place& from,
                                      const Place& to, Heading heading);

/// The sum of two times, kNever when either is or when the sum passes `limit`. With limit kNever, a
/// sum over kMaxMs throws InvalidInput.
[[nodiscard]] std::uint32_t add_ms(std::uint32_t a, std::uint32_t b, std::uint32_t limit);

}  // namespace libgrid
