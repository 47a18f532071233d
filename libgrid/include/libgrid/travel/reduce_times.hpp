#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/travel/engine.hpp"
#include "libgrid/travel/nearest.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

struct ReduceOptions {
  /// Inclusive ends of the classes of time, ascending; kNever: whatever can be reached. One end
  /// counts what is within it.
  std::span<const std::uint32_t> until_ms{};
  std::span<const std::int64_t> weights{};       ///< of destinations; empty: 1 each
  Direction direction = Direction::from_source;  ///< from_source: from the origin
  EngineOptions engine{};
};

/// For each origin and class of time the weight of the destinations in it, row by row: how many are
/// within reach, what they offer in all, or a histogram. A class begins above the end before it.
///
/// Destinations without a list are all junctions. Never keeps more than sixteen trees a thread, so
/// memory grows with n + m. Sums are whole numbers: every engine and any number of threads give the
/// same. Cost: a tree for each place of the smaller side. Throws InvalidInput (places; no or
/// descending ends; one weight for each destination; weights whose sum does not fit; as
/// `travel_times`), Cancelled.
[[nodiscard]] std::vector<std::int64_t> reduce_times(
    const RoadNetwork& network, std::span<const Place> origins,
    std::optional<std::span<const Place>> destinations, const ReduceOptions& options,
    const RunControl& control = {});

}  // namespace libgrid
