#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/redraw.hpp"
#include "subproblem.hpp"

namespace libgrid {

struct MovesBudgetOptions {
  std::int64_t effort = 0;  ///< for all parents together; shared out by blocks
  std::uint64_t seed = 0;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

/// What each parent may move of a budget that they share, and where its search should begin.
struct MovesBudget {
  std::vector<ParentMoves> parents;  ///< by sub-problem; `moved` is left to the caller
  std::vector<std::vector<std::int32_t>> start;
  std::int64_t effort_done = 0;
  bool stopped = false;
};

/// Finds the trade-off of each parent between moves and terms by a few searches (fewest moves, all
/// the budget, and four between), then shares the budget by `share_moves`.
///
/// `subs` by `split_into_parents` of a problem with a budget, `begin` a plan for each; those of
/// which a block has no grid or that have one grid only are left as they are. Where the fewest
/// moves found are together more than the budget every parent gets its own fewest: the caller finds
/// the budget broken by the least that was found. Same bits on any number of threads.
[[nodiscard]] MovesBudget share_budget(const PlanProblem& whole,
                                       const std::vector<SubProblem>& subs,
                                       const std::vector<std::vector<std::int32_t>>& begin,
                                       const MovesBudgetOptions& options, const RunControl& run);

/// A sub-problem with another budget.
[[nodiscard]] std::shared_ptr<const PlanProblem> with_budget(const SubProblem& sub,
                                                             std::int64_t max_moved);

}  // namespace libgrid
