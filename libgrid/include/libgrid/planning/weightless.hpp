#pragma once

#include <cstdint>
#include <optional>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// The problem of one term without the blocks that weigh nothing: no limit counts them, and the
/// term is the same whichever grid they are in (parks, schools, works). Weighted blocks become
/// neighbours where weightless ones alone lie between them, as if several grids could pass there.
///
/// Every plan of the problem gives one of the smaller problem with the same value of the term, so
/// a bound of that holds for this: it has far fewer grids to choose from. Pairs, locks and moves of
/// weightless blocks are dropped. Nothing where no block is weightless, where a grid may consist
/// of weightless blocks alone, or for a cut, which depends on all of them. O(blocks + edges + pairs
/// of weighted blocks around each weightless piece). Throws InvalidInput on a wrong problem.
[[nodiscard]] std::optional<PlanProblem> leave_out_weightless(const PlanProblem& problem,
                                                              std::int32_t term);

}  // namespace libgrid
