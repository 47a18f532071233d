#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// Whether weights can be shared out so that each grid holds between `lowest` and `highest`,
/// judged by what no plan escapes: the sum, each piece of the map, blocks that stay together, and
/// the common divisor of the weights.
class GridShares {
 public:
  GridShares(const PlanProblem& problem, std::span<const std::int64_t> weight);
  [[nodiscard]] bool fit(std::span<const std::int64_t> lowest,
                         std::span<const std::int64_t> highest) const;

 private:
  std::int64_t divisor_ = 0;
  std::int64_t heaviest_ = 0;  // blocks that stay together
  std::vector<std::int64_t> piece_weight_;
  std::vector<std::int64_t> piece_size_;  // blocks
};

}  // namespace libgrid
