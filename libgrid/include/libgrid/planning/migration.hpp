#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

struct MigrationOptions {
  std::int64_t moves_per_step = 20;  ///< blocks that can be moved in one step, such as a month
  std::int64_t effort = 2'000'000;   ///< plans that the search may look at before it groups more
};

/// In which order blocks go from one plan to another, as columns in that order.
struct Migration {
  std::vector<std::int32_t> block;
  std::vector<std::int32_t> batch;  ///< from 0; the moves of one batch must be made together
  std::vector<std::int32_t> step;   ///< from 0; no step has more moves than allowed, but for a
                                    ///< batch that alone is larger
  std::int32_t largest_batch = 0;   ///< moves that must be made together, at most
};

/// Orders the moves from `from` to `to` so that after every batch each grid is connected and within
/// its limits, and blocks that must be apart are.
///
/// Where `from` breaks a limit or is not connected, no plan in between is worse than it. Grids that
/// exchange blocks, directly or through others, are ordered by themselves. Up to 14 moves the
/// largest batch is as small as it can be (all orders are searched); of more, single moves come
/// first, and what is left is grouped in pairs, triples, and by pairs of grids, until the effort is
/// spent; all that is left together is always possible, so an order is always found. Ties go to the
/// lower block. Blocks that must be together move together. Deterministic; O(effort · blocks of the
/// grids that exchange). Throws InvalidInput when a plan has a label that does not exist, or
/// moves_per_step is below 1.
[[nodiscard]] Migration plan_migration(const PlanProblem& problem,
                                       std::span<const std::int32_t> from,
                                       std::span<const std::int32_t> to,
                                       const MigrationOptions& options = {});

}  // namespace libgrid
