#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// One plan of one parent: how much it moves and what it is worth.
struct MovesOffer {
  std::int64_t moved;               ///< 0 or more
  std::vector<std::int64_t> terms;  ///< as the problem's terms
};

struct MovesShare {
  std::vector<std::int32_t>
      offer;  ///< by parent, the one that is taken; empty when `least` > budget
  std::vector<std::int64_t>
      allowed;             ///< by parent: what it may move; adds up to at most the budget
  std::int64_t least = 0;  ///< what the parents' cheapest offers move together
};

/// Shares a budget of moves out among parents by what a moved unit buys.
///
/// Everyone gets its cheapest offer first. Then, again and again, the one step to a dearer offer
/// that betters the whole most for each unit moved, as long as the budget pays for it: the greedy
/// rule for concave trade-offs (Fox 1966, Discrete optimization via marginal analysis). Sums count
/// as they are; a balance counts for parents that have the largest one. Terms in order are compared
/// in their order, weighted ones by their sum. Where the offers of each parent buy less and less,
/// the result misses the best by less than one step. What is left is given to those who had wished
/// for more. Ties go to the lower parent and the cheaper offer.
///
/// `offers` by parent, at least one each. O(steps · parents · offers²) where there is a balance,
/// O(steps · (offers² + log parents)) else. Throws InvalidInput when a parent has no offer, or an
/// offer another number of terms.
[[nodiscard]] MovesShare share_moves(const PlanProblem& problem, std::int64_t budget,
                                     std::span<const std::vector<MovesOffer>> offers);

}  // namespace libgrid
