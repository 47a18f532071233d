#pragma once

#include <cstdint>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// What a bound rests on.
enum class BoundMethod : std::uint8_t {
  none,       ///< nothing is known: 0
  shares,     ///< balance: totals, pieces of the map, the heaviest block and the common divisor
  cheapest,   ///< assignment: every block at its cheapest owner
  transport,  ///< assignment: blocks divided among owners within the limits of one weight
  budget,     ///< assignment: the moves that pay best until the budget of moves is used up
  cuts,       ///< cut: the shortest borders that hold the grids together, and the least cut
  nearest,    ///< inertia: each block among the nearest that fill a grid
  plane,      ///< inertia: the cheapest grid anywhere in the plane, blocks priced
};

/// No plan that keeps the hard rules has less. In the term's own unit.
struct TermBound {
  std::int64_t value = 0;
  BoundMethod method = BoundMethod::none;
  bool operator==(const TermBound&) const = default;
};

/// A lower bound for each term, by itself and not under the terms before it: contiguity is left
/// out, blocks may be divided, so it is quick and holds for any number of blocks.
///
/// Bounds of sums add up over the parents, those of a balance take the largest; a budget of moves
/// is shared by all parents. O(parents · (n log n + transport)); least cut, nearest blocks and
/// the plane only for up to 400, 4,000 and 300 blocks a parent; see bound_in_plane. Same bits on
/// any number of threads. Source: Hess et al. (1965), Nonpartisan political redistricting by
/// computer, for the transport; Stoer & Wagner (1997), A simple min-cut algorithm, for the least
/// cut. Throws InvalidInput on a wrong problem; Infeasible where even this shows that there is no
/// plan; Cancelled.
[[nodiscard]] std::vector<TermBound> bound_terms(const PlanProblem& problem,
                                                 const RunControl& run = {});

}  // namespace libgrid
