#pragma once

#include <span>
#include <vector>

#include "libgrid/graph/shortest_paths.hpp"
#include "libgrid/travel/reached_edges.hpp"

namespace libgrid {

/// One search and the pieces of edges that it reached, in no order of the caller's. Scratch memory:
/// one a thread.
class ReachSearch {
 public:
  /// Conditions as for find_reached_edges; `rows` are the sources to search from.
  void run(const RoadNetwork& network, std::span<const Place> sources,
           std::span<const std::int32_t> rows, std::uint32_t limit_ms, const ReachOptions& options,
           const RunControl& control);

  [[nodiscard]] std::vector<ReachedEdge>& pieces() { return pieces_; }

  /// A node where the search began, within the limit.
  struct Start {
    std::int32_t node;
    std::int32_t source;
    std::uint32_t ms;
  };
  [[nodiscard]] std::span<const Start> starts() const { return starts_; }

 private:
  void add_own_edge(const RoadNetwork& network, const Place& place, std::int32_t source,
                    std::uint32_t start_ms, std::uint32_t limit_ms, Heading heading);

  LabelSearch search_;
  std::vector<Seed> seeds_;
  std::vector<Start> starts_;
  std::vector<ReachedEdge> pieces_;
};

/// Throws InvalidInput unless the places, the limit and the start times fit.
void check_reach(const RoadNetwork& network, std::span<const Place> sources, std::uint32_t limit_ms,
                 const ReachOptions& options);

}  // namespace libgrid
