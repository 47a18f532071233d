#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// What is asked of one parent's blocks and grids, as a problem of its own.
struct PlanPart {
  std::int32_t parent = -1;          ///< -1 where the problem has no parents
  std::vector<std::int32_t> blocks;  ///< of the whole problem, ascending
  std::vector<std::int32_t> grids;   ///< of the whole problem, ascending; may be none
  PlanProblem problem;               ///< the same terms, in the same order
};

/// A nested problem as its parents, lowest parent first.
///
/// Terms that are sums add up over the parts and `always`; a balance is the largest of its parts.
/// A budget of moves is shared, so that each part alone has the whole of it: less may be feasible
/// together.
struct PlanParts {
  std::vector<PlanPart> parts;
  std::vector<std::int64_t> always;  ///< by term: borders between parents, cut by every plan
};

/// O(blocks · (terms + owners) + edges + grids · limits). Throws Infeasible where a block is locked
/// to a grid of another parent, or two blocks of different parents must stay together.
[[nodiscard]] PlanParts split_by_parent(const PlanProblem& problem);

}  // namespace libgrid
