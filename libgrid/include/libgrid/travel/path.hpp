#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/reached_edges.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// A stretch of a way: an edge, between two fractions of it from its tail.
struct PathPiece {
  std::int32_t edge = -1;
  double from = 0.0;
  double to = 1.0;
  std::uint32_t ms = 0;
};

/// Ways by pair: `pieces[ptr[i]] … pieces[ptr[i + 1] - 1]`, in the order of travel. A way's `ms` is
/// the sum of its pieces and of both off-network times; kNever and no pieces: there is no way.
struct Paths {
  std::vector<std::int64_t> ptr{0};
  std::vector<PathPiece> pieces;
  std::vector<std::uint32_t> ms;
};

struct PathOptions {
  std::uint32_t cutoff_ms = kNever;  ///< inclusive; longer ways count as none
};

/// The shortest way from each origin to the destination of the same row.
///
/// Times equal those of travel_times bit for bit. Of several shortest ways the one with the fewest
/// edges is taken, of these the one whose edges, compared from the origin on, are lowest: the
/// answer depends on the pair alone. Pairs that share an origin, or a destination, share a search;
/// it grows until it has met the other ends. Throws InvalidInput (lists of different length;
/// conditions as for travel_times), Cancelled.
[[nodiscard]] Paths find_paths(const RoadNetwork& network, std::span<const Place> origins,
                               std::span<const Place> destinations, PathOptions options = {},
                               const RunControl& control = {});

/// The pieces' lines, one a piece, in travel direction. Throws InvalidInput without geometry.
[[nodiscard]] RoadLines draw_pieces(const RoadNetwork& network, std::span<const PathPiece> pieces);

}  // namespace libgrid
