#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Connected blocks that are to become some grids.
struct PlanRegion {
  std::vector<std::int32_t> blocks;
  std::vector<std::int32_t> grids;  ///< at most as many as blocks
};

/// What each block weighs and each grid should weigh when nothing else is known.
struct SplitScale {
  std::vector<double> weight;  ///< by block, above 0
  std::vector<double> target;  ///< by grid
};

/// From the tightest limit, else the first balance, else the number of blocks.
[[nodiscard]] SplitScale find_scale(const PlanProblem& problem);

/// Splits each region into its grids and writes their labels: halves along the longer axis again
/// and again (along the longest way through the graph where blocks have no places), both halves
/// connected, weights near the grids' targets. A half that the sweep cannot cut is cut along a
/// spanning tree, which always succeeds. Same labels on any number of threads.
/// O(blocks log grids log blocks).
void split_regions(const PlanProblem& problem, const SplitScale& scale,
                   std::vector<PlanRegion> regions, std::span<std::int32_t> grid_of,
                   const RunControl& run);

}  // namespace libgrid
