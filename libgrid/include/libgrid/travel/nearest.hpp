#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

/// Which way people travel between a source (a site, a team) and a target (a household).
enum class Direction : std::uint8_t {
  from_source,  ///< a team drives out
  to_source,    ///< a patient comes in
};

struct NearestOptions {
  std::int32_t k = 1;
  std::uint32_t cutoff_ms = kNever;  ///< inclusive, on the whole time
  std::span<const std::uint32_t>
      start_ms{};  ///< added to each source's times (turnout); empty: none
  Direction direction = Direction::from_source;
};

/// For each target its k nearest sources, row by row: ascending time, then -1 and kNever.
struct Nearest {
  std::int32_t k = 1;
  std::vector<std::int32_t> index;
  std::vector<std::uint32_t> ms;
};

/// Nearest sources of each target, or of every node when there is no list of targets. Ties go to
/// the lower source.
///
/// One search for all sources together, whatever their number: O(k) times a search of the network.
/// Throws InvalidInput (places, k < 1, one start time for each source, times over kMaxMs),
/// Cancelled.
[[nodiscard]] Nearest find_nearest(const RoadNetwork& network, std::span<const Place> sources,
                                   std::optional<std::span<const Place>> targets,
                                   NearestOptions options = {}, const RunControl& control = {});

}  // namespace libgrid
