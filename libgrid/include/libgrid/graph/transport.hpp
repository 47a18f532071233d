#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"

namespace libgrid {

/// Which sinks a source may use, and at what cost: source i has `sink[ptr[i]] … sink[ptr[i+1]-1]`.
struct TransportArcs {
  std::span<const std::int64_t> ptr;
  std::span<const std::int32_t> sink;
  std::span<const std::uint32_t> cost;  ///< for each unit, 0 … 4·10⁹
};

/// How many units go from a source to a sink; ascending by source, then sink.
struct Shipment {
  std::int32_t source = 0;
  std::int32_t sink = -1;
  std::int64_t amount = 0;
  std::int64_t arc = -1;  ///< position in the arcs
  auto operator<=>(const Shipment&) const = default;
};

struct Transport {
  std::vector<Shipment> shipments;
  std::vector<std::int64_t> unserved;  ///< by source; shipped + unserved = amount, always
  std::vector<std::int64_t> load;      ///< by sink, at most its capacity
  std::int64_t total_cost = 0;         ///< Σ amount × cost of what is shipped
  std::int64_t rounds = 0;             ///< shortest paths that were needed
};

/// Ships as many units as the capacities allow, and of all such ways one of least total cost.
///
/// Everybody starts at the cheapest sink; overfull sinks then push units along shortest exchange
/// paths (successive shortest paths with potentials, on the sinks alone), so the work grows with
/// what must move. A source may be split between sinks, at most about one a sink. Ties: the answer
/// depends on the order of rows, never on threads.
/// Source: Ford & Fulkerson (1962), Flows in Networks; Edmonds & Karp (1972).
/// Throws InvalidInput on shapes that do not fit, amounts or capacities below 0, sinks out of
/// range, a sink twice in one row, totals over 2⁶²; Cancelled.
[[nodiscard]] Transport ship_at_least_cost(std::span<const std::int64_t> amount,
                                           std::span<const std::int64_t> capacity,
                                           const TransportArcs& arcs, const RunControl& run = {});

/// First come, first served: arcs in order of (cost, source, sink), each takes what is left on both
/// sides. `priority` (lower first; empty: all alike) comes before the cost. O(arcs log arcs).
/// Conditions as ship_at_least_cost.
[[nodiscard]] Transport ship_nearest_first(std::span<const std::int64_t> amount,
                                           std::span<const std::int64_t> capacity,
                                           const TransportArcs& arcs,
                                           std::span<const std::int32_t> priority = {},
                                           const RunControl& run = {});

}  // namespace libgrid
