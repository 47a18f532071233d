#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/travel/engine.hpp"
#include "libgrid/travel/places.hpp"
#include "libgrid/travel/road_network.hpp"

namespace libgrid {

struct TravelOptions {
  std::uint32_t cutoff_ms = kNever;  ///< inclusive; longer ways count as none
  EngineOptions engine{};
};

/// Times from every origin to every destination, row-major, kNever where there is no way (within
/// the cutoff).
///
/// Grows trees from the side with fewer places; both sides, every engine and any number of threads
/// give the same bits. A place inside an edge is left and entered through both ends as directions
/// allow; two places on one edge also meet directly. Off-network times count at both ends. Cost:
/// one tree for each place of the smaller side; memory 4 bytes a pair. Throws InvalidInput (bad
/// places; times over kMaxMs anywhere in reach; a hierarchy of another size, or asked for by name
/// where such times may occur), Cancelled.
[[nodiscard]] std::vector<std::uint32_t> travel_times(const RoadNetwork& network,
                                                      std::span<const Place> origins,
                                                      std::span<const Place> destinations,
                                                      TravelOptions options = {},
                                                      const RunControl& control = {});

/// Pairs in reach in compressed rows: origin `i` reaches `index[ptr[i]] … index[ptr[i + 1] - 1]`,
/// ascending.
struct TravelPairs {
  std::vector<std::int64_t> ptr{0};
  std::vector<std::int32_t> index;
  std::vector<std::uint32_t> ms;
};

/// The finite entries of `travel_times`. Memory 16 bytes a pair while it runs, 8 in the result.
/// Conditions as there.
[[nodiscard]] TravelPairs find_pairs(const RoadNetwork& network, std::span<const Place> origins,
                                     std::span<const Place> destinations, TravelOptions options,
                                     const RunControl& control = {});

}  // namespace libgrid
