#pragma once

#include <memory>
#include <span>

#include "libgrid/planning/local_search.hpp"

namespace libgrid {

/// Betters a plan of one parent with several threads.
///
/// Up to 20,000 blocks, two thirds of the effort go to four searches of the whole side by side.
/// Their plans, the best first, are bettered in rounds until that gains no more; larger parents are
/// bettered in rounds from the start. In a round grids are shared out among clusters of neighbours,
/// each cluster is searched by itself while all others stand still, and what makes the whole no
/// worse is kept (after the large neighbourhoods of Shaw 1998 and POPMUSIC: Taillard & Voss 2002).
/// A flaw that a plan of many grids keeps is local: melting some grids mends it where melting all
/// of them only trades it for another. A cluster fits into a cache, so that a flip costs the same
/// among a thousand blocks and among a million.
///
/// The problem must have no parents; the start, limits, terms and effort are as in `search_plan`.
/// Same problem, start, effort, seed and stream: same bits on any number of threads.
[[nodiscard]] SearchResult search_clusters(std::shared_ptr<const PlanProblem> problem,
                                           std::span<const std::int32_t> start,
                                           const SearchOptions& options,
                                           const RunControl& run = {});

}  // namespace libgrid
