#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/travel/nearest.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// A piece of a directed edge within reach, between two fractions of the edge counted from its
/// tail. Times run evenly between its ends: up along the edge when people leave the source, down
/// when they come to it.
struct ReachedEdge {
  std::int32_t edge = -1;
  std::int32_t source = -1;  ///< whose time it is
  double from = 0.0;
  double to = 0.0;
  std::uint32_t from_ms = 0;
  std::uint32_t to_ms = 0;
};

struct ReachOptions {
  Direction direction = Direction::from_source;
  std::span<const std::uint32_t> start_ms{};  ///< by source (turnout); empty: none
  bool together = false;  ///< one answer for all sources: each piece from the one that is first
};

/// Pieces by source: `rows[ptr[i]] … rows[ptr[i + 1] - 1]`, ascending by edge, then by fraction.
struct ReachedEdges {
  std::vector<std::int64_t> ptr{0};
  std::vector<ReachedEdge> rows;
};

/// The streets that can be reached within `limit_ms` (inclusive), to the exact fraction: what
/// isochrones are made of.
///
/// An edge is entered at the node where a way along it starts, and, if the source lies on it, there
/// as well: then it has two pieces, and a place on both has the lower time. Both directions of a
/// street are edges of their own. Pieces without length are left out, except at the source. One
/// search for each source, or one for all together; ties then go to the lower source. Throws
/// InvalidInput (bad places, limit 0, one start for each source), Cancelled.
[[nodiscard]] ReachedEdges find_reached_edges(const RoadNetwork& network,
                                              std::span<const Place> sources,
                                              std::uint32_t limit_ms, ReachOptions options = {},
                                              const RunControl& control = {});

/// The pieces' lines, one a piece, in travel direction. Throws InvalidInput without geometry.
[[nodiscard]] RoadLines draw_pieces(const RoadNetwork& network,
                                    std::span<const ReachedEdge> pieces);

}  // namespace libgrid
