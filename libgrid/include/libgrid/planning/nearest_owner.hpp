#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// A start that gives each block to the nearest owner with room: of all ways that keep the first
/// limit's highest weights, one of least cost in the first assignment term whose grids have owners
/// of their own (grids among teams). By min-cost flow (`ship_at_least_cost`); a block that the flow
/// divides goes whole to the owner that takes most of it, so that a grid may end up to a block
/// above its highest.
///
/// Parents, locks and forbidden owners are kept; without a limit everybody has room for all. Grids
/// need not hang together, may stay empty or below their lowest: `seed_plan` mends that. -1 for a
/// block that no grid may hold or has room for. Empty where no term tells owners apart. O(what
/// `ship_at_least_cost` takes). Throws InvalidInput on a wrong problem; Cancelled.
[[nodiscard]] std::vector<std::int32_t> assign_to_nearest(const PlanProblem& problem,
                                                          const RunControl& run = {});

}  // namespace libgrid
