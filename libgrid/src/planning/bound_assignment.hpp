#pragma once

#include <cstdint>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/bounds.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// The largest of: every block at its cheapest owner; for each limit the least total cost when
/// blocks may be divided among owners whose grids together take so much and no less than they must.
/// Throws Infeasible where nothing of the kind exists.
[[nodiscard]] TermBound bound_assignment(const PlanProblem& problem, const PlanTerm& term,
                                         const RunControl& run);

/// The least cost when moves from today's grids are paid from one budget, and blocks may be moved
/// in part: the moves that save most for what they use come first. Needs max_moved.
[[nodiscard]] std::int64_t bound_by_budget(const PlanProblem& problem, const PlanTerm& term);

}  // namespace libgrid
