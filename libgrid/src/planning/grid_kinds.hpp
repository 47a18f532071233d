#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Grids of which nothing tells one from another: exchanging them changes no rule and no term.
struct GridKind {
  std::vector<std::int32_t> grids;
  bool named;  ///< a lock or a budget of moves speaks of this grid: it is alone in its kind
};

/// In order of their lowest grid. O(grids · kinds · (limits + terms)).
[[nodiscard]] std::vector<GridKind> find_grid_kinds(const PlanProblem& problem);

/// Whether no parent, owner or lock keeps the block out of the grid.
[[nodiscard]] bool may_hold(const PlanProblem& problem, std::int32_t grid, std::int32_t block);

/// Blocks that must be in one grid, named by their lowest: root[block].
[[nodiscard]] std::vector<std::int32_t> find_together(const PlanProblem& problem);

}  // namespace libgrid
