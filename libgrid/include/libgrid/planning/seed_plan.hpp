#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "libgrid/base/run_control.hpp"
#include "libgrid/planning/plan_problem.hpp"
#include "libgrid/planning/verify_plan.hpp"

namespace libgrid {

/// Why a start was changed at a block.
enum class SeedReason : std::uint8_t {
  placed,      ///< it was in no grid, or in one that does not exist
  misplaced,   ///< its parent, owner, lock or pair did not let it stay
  reattached,  ///< it was in a part that did not hang together with the rest of its grid
  split_off,   ///< it fills a grid that had no block
  rebalanced,  ///< it moved so that limits hold
};

struct SeedChange {
  std::int32_t block;
  std::int32_t from;  ///< -1: none
  std::int32_t to;
  SeedReason reason;
  bool operator==(const SeedChange&) const = default;
};

struct PlanSeed {
  std::vector<std::int32_t> grid_of;  ///< a label for every block, but -1 where no grid can be had
  std::vector<SeedChange> changes;    ///< against the start that was given, by block; else empty
  std::vector<PlanFault> faults;      ///< rules that it still breaks; empty: it keeps them all
};

struct SeedOptions {
  std::int64_t effort = 0;  ///< for rebalancing, in block visits; 0: 200 a block
  std::uint64_t seed = 0;
};

/// A plan to start from. `start` empty: from nothing, by halving each parent again and again, both
/// halves connected and near their share of the weight. Else that plan mended: what may not stay or
/// does not hang together goes to neighbouring grids, empty grids are split off large ones, weight
/// is carried along chains of grids until the limits hold; each change is told.
///
/// Parents are separate problems. Faults are what is left when the effort is spent; the caller
/// decides what they mean. 10⁶ blocks into 5,000 grids take seconds. Same bits on any number of
/// threads. Throws InvalidInput when a start has another number of blocks; Cancelled.
[[nodiscard]] PlanSeed seed_plan(const PlanProblem& problem,
                                 std::span<const std::int32_t> start = {},
                                 const SeedOptions& options = {}, const RunControl& run = {});

}  // namespace libgrid
