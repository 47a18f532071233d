#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Which hard rule a plan breaks.
enum class PlanRule : std::uint8_t {
  label,      ///< a block is in no grid, or in one that does not exist
  empty,      ///< a grid has no block
  connected,  ///< a grid falls into parts
  limit,      ///< a weight is outside its limits
  nested,     ///< a block's grid belongs to another parent
  forbidden,  ///< a block is in a grid whose owner cannot serve it
  locked,     ///< a locked block left its grid
  together,   ///< two blocks that belong together are apart
  apart,      ///< two blocks that must stay apart are together
  moved,      ///< more has moved than may
};

/// One broken rule with its facts; fields that do not apply are -1.
struct PlanFault {
  PlanRule rule;
  std::int32_t grid = -1;
  std::int32_t block = -1;
  std::int32_t other = -1;  ///< the second block of a pair, or the limit's position
  std::int64_t value = -1;  ///< parts of the grid, its weight, the moved weight
  bool operator==(const PlanFault&) const = default;
};

/// Every hard rule that the plan breaks, by rule and then by grid or block; empty: it keeps them
/// all.
///
/// Written to be read, not to be fast: everything is counted from nothing, by breadth-first search
/// and plain sums, and shares no code with the search that made the plan. Every plan that planning
/// returns goes through it. O(blocks · (limits + terms) + edges). Throws InvalidInput when the plan
/// has another number of blocks.
[[nodiscard]] std::vector<PlanFault> verify_plan(const PlanProblem& problem,
                                                 std::span<const std::int32_t> grid_of);

/// The value of each term, counted from nothing; a forbidden assignment counts 0 here, for it is a
/// fault. The plan must have a valid label for every block.
[[nodiscard]] std::vector<std::int64_t> measure_terms(const PlanProblem& problem,
                                                      std::span<const std::int32_t> grid_of);

}  // namespace libgrid
