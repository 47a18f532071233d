#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// The part of a problem that one parent is by itself: its blocks and grids numbered anew, blocks
/// that stay together made one where they hang together.
struct SubProblem {
  std::shared_ptr<const PlanProblem> problem;
  std::vector<std::int32_t> grid;    ///< by local grid: the grid of the whole problem
  std::vector<std::int32_t> blocks;  ///< of the whole problem, ascending
  std::vector<std::int32_t> unit;    ///< by position in `blocks`: the local block it is part of
  std::int64_t forced_moved = 0;     ///< what counts as moved in every plan; not in `problem`
};

/// The parents by their lowest grid; without parents the whole. The budget of moves is shared out
/// by the weight that could move, less what is moved in any case. O(blocks + edges log edges).
[[nodiscard]] std::vector<SubProblem> split_into_parents(const PlanProblem& problem);

/// The labels of a plan of the whole as the sub-problem sees them: a unit takes the label of its
/// first block that has one of the sub-problem's grids, -1 when none has.
[[nodiscard]] std::vector<std::int32_t> labels_of(const SubProblem& sub, const PlanProblem& whole,
                                                  std::span<const std::int32_t> grid_of);

}  // namespace libgrid
