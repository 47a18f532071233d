#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"

namespace libgrid {

/// How far to look. One unit of effort is one block put into a set.
struct GridPoolOptions {
  std::int64_t effort = 50'000'000;     ///< some seconds; deterministic
  std::int64_t most_grids = 1'000'000;  ///< about 100 bytes each
  /// By term, empty or -1: any. Grids whose inertia is above it are left out, so that only plans
  /// with more than that can be missing from the pool's choices.
  std::vector<std::int64_t> at_most{};
};

/// Every grid that a plan could have: connected sets of blocks within the limits, whose owner may
/// have them, that break no pair, and that hold all blocks locked to the grid.
///
/// A plan is a choice of grids that holds every block once, and of each kind as many as there are.
/// Values are those that a plan's terms add up (a balance: take the largest), but a border counts
/// in both grids that it lies between, so that cuts add up to twice the term.
struct GridPool {
  std::vector<std::vector<std::int32_t>> kinds;  ///< grids that may be exchanged, by kind
  std::vector<std::int64_t> ptr{0};              ///< grid i has block[ptr[i]] … block[ptr[i+1]-1]
  std::vector<std::int32_t> block;
  std::vector<std::int32_t> kind;   ///< by grid of the pool
  std::vector<std::int64_t> value;  ///< grids of the pool × terms
  std::vector<std::int64_t> moved;  ///< moved weight; all 0 where there is no budget
  bool complete = false;            ///< false: effort or room ran out, so grids are missing
  std::int64_t effort_done = 0;
};

/// Sets grow from their lowest block; each connected set is met once. Order: depth first.
/// Source: Wernicke (2006), Efficient detection of network motifs, for the growth without repeats.
/// Throws InvalidInput on a wrong problem or one with parents: split it first; Cancelled.
[[nodiscard]] GridPool build_grid_pool(const PlanProblem& problem,
                                       const GridPoolOptions& options = {},
                                       const RunControl& run = {});

/// What a grid costs less than the prices of its blocks.
struct PricedGrids {
  std::vector<double> least;        ///< by kind: min of cost − Σ price; +infinity for no grid
  std::vector<std::int64_t> worst;  ///< up to `most` grids a kind below `threshold`, least first
};

/// One pass over the pool. `cost` by grid of the pool, `price` by block, `threshold` by kind.
/// Throws InvalidInput when they differ in length.
[[nodiscard]] PricedGrids price_grids(const GridPool& pool, std::span<const double> cost,
                                      std::span<const double> price,
                                      std::span<const double> threshold, std::int64_t most);

}  // namespace libgrid
