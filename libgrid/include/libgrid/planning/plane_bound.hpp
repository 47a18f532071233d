#pragma once

#include <cstdint>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// How much work goes into the multipliers. Every choice gives a safe bound, and more rounds none
/// that is worse.
struct PlaneBoundOptions {
  std::int32_t rounds = 20;         ///< at most; each ends with a proof over the plane
  std::int32_t steps = 200;         ///< steps of a round; ten a block are enough
  std::int32_t most_boxes = 6'000;  ///< boxes of the plane that one proof looks at
};

/// No plan that keeps the limits has less inertia, in weight·m²; 0 where nothing is known. Blocks
/// may be divided, grids need not hang together, and of all limits only the tightest is kept.
///
/// Every block pays a multiplier λ to be in exactly one grid, so the bound is Σλ plus, for every
/// grid, the least over all centres c of min Σ x·(w·|p − c|² − λ), blocks taken in part: a
/// knapsack. That least is found by branch and bound over boxes of the plane. In a box with half
/// diagonal r, |p − c|² is at least the linear function of c that equals |p − c|² − r² at the
/// corners, and the least of linear functions is concave: so the four corners bound the box, with
/// an error of r² alone. Multipliers follow Barahona & Anbil's volume algorithm, a fixed number of
/// steps. For one parent; O(rounds · (steps · blocks² + boxes · blocks)). Same bits always. Source:
/// du Merle et al. (2000), An interior point algorithm for minimum sum-of-squares clustering, for
/// pricing over the plane; Barahona & Anbil (2000), The volume algorithm. Throws Cancelled;
/// Infeasible where the grids cannot share out all blocks within that limit.
[[nodiscard]] std::int64_t bound_in_plane(const PlanProblem& problem, const PlanTerm& term,
                                          const PlaneBoundOptions& options = {},
                                          const RunControl& run = {});

}  // namespace libgrid
